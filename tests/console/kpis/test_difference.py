"""Intervals against published examples, and verdicts on hand-made windows."""

from dataclasses import replace
from pathlib import Path

import pytest

from console.domain.effects import (
    AHEAD,
    BEFORE_ALL,
    BETTER,
    CANNOT_TELL,
    DOWN,
    EMPTY,
    NOT_DONE,
    SILENT,
    TOLD,
    TOO_EARLY,
    UNKNOWN,
    UP,
    WORSE,
    KpiAim,
    Span,
)
from console.domain.times import MINUTE
from console.kpis.difference import (
    Interval,
    change,
    change_of_means,
    drift,
    rate,
    share,
    student,
    wider,
)
from console.kpis.measures import MEASURES
from console.kpis.verdict import outlier, verdict


def test_wilson_and_newcombe_give_the_published_intervals() -> None:
    # Newcombe, Statistics in Medicine 17 (1998): 81 of 263 in "Two-sided confidence intervals for
    # the single proportion"; 56 of 70 less 48 of 80 by method 10 in "Interval estimation for the
    # difference between independent proportions".
    one = share(81, 263)
    assert one is not None
    assert (round(one.low, 4), round(one.high, 4)) == (0.2553, 0.3662)
    first, second = share(56, 70), share(48, 80)
    assert first is not None and second is not None
    found = change(second, first)
    assert round(found.value, 4) == 0.2
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_a_share_of_none_or_all_stays_within_its_bounds() -> None:
    none, whole = share(0, 10), share(10, 10)
    assert none is not None and whole is not None
    assert none.low == 0 and 0 < none.high < 0.35
    assert round(whole.high, 9) == 1 and whole.low > 0.65
    assert share(0, 0) is None


def test_means_are_compared_as_welch_did() -> None:
    # By hand: means 5 and 2, variances 2.5 and 1, five and three values; so the squared error is
    # 0.5 + 1/3, the degrees of freedom 0.6944 / (0.0625 + 0.0556) = 5.88, the quantile that of 5.
    found = change_of_means([3, 4, 5, 6, 7], [1, 2, 3])
    assert found is not None
    assert found.value == -3
    assert round(found.high - found.value, 3) == round(2.571 * (0.5 + 1 / 3) ** 0.5, 3)
    assert change_of_means([1], [1, 2]) is None
    assert change_of_means([4, 4, 4], [4, 4]) == Interval(0, 0, 0)


def test_what_moves_as_far_by_itself_is_no_surprise() -> None:
    # On the scale of the root each pair moves by one: 4 to 9, 9 to 4, 16 to 25, and so on.
    found = drift([(4, 9), (9, 4), (16, 25), (25, 16)] * 3, shares=False)
    assert found is not None and (found.size, found.of) == (1, 12)
    # Of twelve the quantile is 2.179: from 25 down to (5 - 2.179)² = 7.96, up to 51.5.
    assert found.around(25, 8).high > 0 > found.around(25, 7.9 - 3).high
    moved = found.around(25, 36)
    assert (round(moved.low, 1), round(moved.high, 1)) == (-10.4, 41.9)
    assert found.around(9, 0).low == -9, "no figure falls below nothing"
    assert drift([(1, 2)] * 7, shares=False) is None


def test_shares_move_between_none_and_all() -> None:
    found = drift([(0.0, 0.5), (0.5, 1.0)] * 4, shares=True)
    assert found is not None and round(found.size, 4) == 0.7854
    whole = found.around(0.5, 0.5)
    assert (round(whole.low, 6), round(whole.high, 6)) == (-0.5, 0.5)


def test_the_wider_interval_holds_both() -> None:
    assert wider(Interval(1, -2, 3), Interval(1, -1, 4)) == Interval(1, -2, 4)


def test_the_quantile_is_never_too_small() -> None:
    assert student(0.4) == 12.706 and student(2.9) == 4.303 and student(1000) == 1.980


def test_a_rate_counts_by_the_hour() -> None:
    found = rate(6, 0.5)
    assert found is not None
    assert found.value == 12 and found.low < 6 and 24 < found.high < 27
    nothing = rate(0, 0.25)
    assert nothing is not None and nothing.low == 0 < nothing.high
    assert rate(1, 0) is None


AIM = KpiAim("waiting", "billing", (1,), DOWN, 0, 600)
BEFORE = Span(-30 * MINUTE, 0, TOLD, 10.0)


def after(*states: str | tuple[float, float]) -> list[Span]:
    """Windows of an act at 0: a state, or the interval of the difference."""
    edges = (0, 15, 30, 60)
    found = []
    for place, state in enumerate(states):
        a, b = edges[place] * MINUTE, edges[place + 1] * MINUTE
        if isinstance(state, str):
            found.append(Span(a, b, state))
        else:
            found.append(Span(a, b, TOLD, 10 + sum(state) / 2, "", *state))
    return found


FELL, ROSE, EITHER = (-8.0, -2.0), (2.0, 8.0), (-4.0, 2.0)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        (after(AHEAD, AHEAD, AHEAD), TOO_EARLY),
        (after(FELL, AHEAD, AHEAD), BETTER),
        (after(FELL, FELL, ROSE), WORSE),
        (after(ROSE, EITHER, AHEAD), CANNOT_TELL),
        (after(SILENT, SILENT, AHEAD), TOO_EARLY),
        (after(SILENT, SILENT, SILENT), UNKNOWN),
        (after(EMPTY, EMPTY, EMPTY), CANNOT_TELL),
        (after(FELL, SILENT, SILENT), BETTER),
    ],
)
def test_the_last_window_that_is_over_says_what_became(spans: list[Span], expected: str) -> None:
    assert verdict(AIM, 0, BEFORE, spans) == expected


def test_nothing_is_judged_before_the_reaction_that_is_to_be_expected() -> None:
    slow = replace(AIM, full_s=40 * 60)
    assert verdict(slow, 0, BEFORE, after(FELL, FELL, AHEAD)) == TOO_EARLY
    assert verdict(slow, 0, BEFORE, after(FELL, FELL, FELL)) == BETTER
    # What takes longer than the last window is judged by that one, and a note says so.
    slower = replace(AIM, full_s=3 * 3600)
    assert verdict(slower, 0, BEFORE, after(FELL, FELL, AHEAD)) == TOO_EARLY
    assert verdict(slower, 0, BEFORE, after(FELL, FELL, ROSE)) == WORSE
    assert verdict(replace(AIM, full_s=None), 0, BEFORE, after(FELL, AHEAD, AHEAD)) == BETTER


def test_the_way_that_is_wanted_decides_what_is_better() -> None:
    up = replace(AIM, kpi="service_level", direction=UP)
    assert verdict(up, 0, BEFORE, after(ROSE, ROSE, ROSE)) == BETTER
    assert verdict(up, 0, BEFORE, after(FELL, FELL, FELL)) == WORSE


def test_what_comes_after_it_was_taken_back_is_not_its_effect() -> None:
    spans = after(FELL, ROSE, ROSE)
    assert verdict(AIM, 0, BEFORE, spans, ended_at=20 * MINUTE) == BETTER
    assert verdict(AIM, 0, BEFORE, spans, ended_at=5 * MINUTE) == CANNOT_TELL


def test_what_never_came_about_had_no_effect() -> None:
    assert verdict(AIM, 0, BEFORE, after(FELL, FELL, FELL), carried_out=False) == NOT_DONE
    lost = Span(-30 * MINUTE, 0, SILENT)
    assert verdict(AIM, 0, lost, after(FELL, FELL, FELL)) == UNKNOWN


def test_what_has_nothing_before_it_is_not_waited_for() -> None:
    waiting = after(AHEAD, AHEAD, AHEAD)
    assert verdict(AIM, 0, replace(BEFORE, state=EMPTY, value=None), waiting) == CANNOT_TELL
    assert verdict(AIM, 0, replace(BEFORE, state=BEFORE_ALL, value=None), waiting) == UNKNOWN


def test_an_outlier_is_as_bad_as_at_most_one_in_ten_of_its_day() -> None:
    day = [float(n) for n in range(20)]
    assert outlier(AIM, 18.0, day)
    assert not outlier(AIM, 17.0, day)
    assert not outlier(AIM, 0.0, day)
    assert not outlier(AIM, 99.0, day[:7]), "of so few nobody can say what is normal"
    assert not outlier(AIM, None, day)
    up = replace(AIM, direction=UP)
    assert outlier(up, 1.0, day) and not outlier(up, 18.0, day)


def test_every_measure_says_what_it_is_and_what_its_interval_is_made_of() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
    for measure in MEASURES:
        assert "Interval: the wider of " in measure.words and measure.definition.endswith(".")


def test_the_page_of_definitions_has_every_measure_as_it_is() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/definitions.md").read_text("utf-8")
    for measure in MEASURES:
        assert f"| `{measure.name}` | {measure.unit} | {measure.definition} |" in page
