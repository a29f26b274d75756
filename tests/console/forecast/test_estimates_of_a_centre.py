"""Returns among strangers, needs by the week, contacts at once, growth: against known truth."""

import numpy as np
import pytest

from console.forecast.estimate_concurrency import InHand, estimate_concurrency
from console.forecast.estimate_growth import estimate_growth
from console.forecast.estimate_incidence import (
    After,
    Same,
    chance_apart,
    estimate_incidence,
    estimate_same,
)
from console.forecast.estimate_returns import Endings, Usual, estimate_returns
from console.forecast.estimate_week import DAY_H, USUAL_DAY, Needs, estimate_week, level_now
from console.forecast.normal import Floats

SEEDS = range(5)
#: Of each need that begins anywhere, so often it is the same customer's; so many begin in an hour.
CHANCE, PACE = 1e-4, 100.0


def after(seed: int, number: int, share: float, delay: float, span: float) -> After:
    """Contacts that end evenly over the data; whoever comes for the same need, or with another."""
    random = np.random.default_rng(seed)
    end = np.sort(random.random(number)) * span
    theirs = np.where(random.random(number) < share, random.exponential(delay, number), np.inf)
    others = random.exponential(1.0 / (CHANCE * PACE), number)
    gap = np.minimum(theirs, others)
    again = gap < span - end
    return After(end, np.where(again, gap, span - end), again, lambda at: PACE * at)


def test_returns_are_told_among_strangers() -> None:
    same = Same(CHANCE, 0.05 * CHANCE)
    for seed in SEEDS:
        seen = after(seed, 8000, 0.2, 8.0, 336.0)
        found = estimate_incidence(seen, same, 336.0, upto_h=48.0, delay_upto_h=30.0)
        assert found is not None
        assert found.share.low <= 0.2 <= found.share.high
        assert found.delay_h.low <= 8.0 <= found.delay_h.high
        # In two days strangers alone are 0.4 of a customer: all who come are far more.
        assert seen.again.mean() > 0.5


def test_the_chance_of_a_stranger_is_told_from_two_days() -> None:
    found = [estimate_same(after(seed, 4000, 0.2, 8.0, 60.0), 0.2, 8.0) for seed in SEEDS]
    for each in found:
        assert each is not None
        assert abs(each.chance - CHANCE) < 3.0 * each.sd
    assert estimate_same(after(1, 100, 0.2, 8.0, 12.0), 0.2, 8.0) is None


def test_and_from_pairs_that_are_far_apart() -> None:
    random = np.random.default_rng(1)
    who, at = random.integers(0, 2000, 20_000), random.random(20_000) * 336.0
    found = chance_apart(who, at, 120.0)
    assert found is not None
    assert found.chance == pytest.approx(1 / 2000, rel=0.05)
    assert abs(found.chance - 1 / 2000) < 3.0 * found.sd
    assert chance_apart(who, at / 10.0, 120.0) is None


def test_too_short_data_give_no_incidence() -> None:
    seen = after(1, 2000, 0.2, 8.0, 12.0)
    assert estimate_incidence(seen, Same(CHANCE, CHANCE), 12.0) is None
    assert estimate_incidence(seen, Same(CHANCE, CHANCE), 12.0, least_h=3.0) is not None


def test_short_data_hold_the_delay_near_the_usual() -> None:
    seen = after(2, 1500, 0.25, 8.0, 6.0)
    endings = Endings(seen.gap_h, seen.again)
    found = estimate_returns(endings, 6.0, Usual(8.0, 0.4))
    assert found.share is not None and found.delay_h is not None
    assert found.share.low <= 0.25 <= found.share.high
    assert found.delay_h.low <= 8.0 <= found.delay_h.high
    assert found.share.note == "data are short against the delay"
    # Without it, nothing can be told of so little.
    assert estimate_returns(endings, 6.0).share is None


def needs(days: int, seed: int, level_sd: float = 0.0, level: float = 40.0) -> Needs:
    """Half-hours from a Monday on; weekends have half as many."""
    random = np.random.default_rng(seed)
    number = days * 48
    place, day = np.arange(number) % 336, np.arange(number) // 48
    rate = truth(level)[place] * np.exp(level_sd * random.standard_normal(days))[day]
    began = random.poisson(rate * 0.5).astype(np.float64)
    return Needs(began, place, day, np.ones(number), 0.5)


def truth(level: float = 40.0) -> Floats:
    shape = np.repeat(np.array(USUAL_DAY), 2)
    shape = shape / shape.mean()
    return np.concatenate([level * shape * (0.5 if day > 4 else 1.0) for day in range(7)])


@pytest.mark.parametrize("days", [2, 14, 28])
def test_needs_by_the_week(days: int) -> None:
    rows = [estimate_week(needs(days, seed, 0.1), days * DAY_H) for seed in SEEDS]
    inside = number = 0
    for week in rows:
        assert week is not None
        seen = week.seen_h > 0
        inside += int(((week.low <= truth()) & (truth() <= week.high))[seen].sum())
        number += int(seen.sum())
        assert (week.unseen == "") == (days >= 7)
    assert inside >= 0.9 * number


def test_how_much_days_differ() -> None:
    for sd in (0.05, 0.2):
        found = [estimate_week(needs(28, seed, sd), 28 * DAY_H) for seed in SEEDS]
        inside = 0
        for week in found:
            assert week is not None and week.level_sd is not None
            inside += week.level_sd.low <= sd <= week.level_sd.high
        assert inside >= 4
    few = estimate_week(needs(2, 1), 48.0)
    assert few is not None and few.level_sd is None and few.sd == pytest.approx(0.12)


def test_hours_and_weekdays_that_were_not_seen_are_as_others() -> None:
    all_ = needs(1, 3)
    half = Needs(all_.began[14:38], all_.place[14:38], all_.day[14:38], all_.known[14:38], 0.5)
    week = estimate_week(half, 12.0)
    assert week is not None
    assert "hour of the day" in week.unseen and "weekday" in week.unseen
    # The night is told by the shape of an ordinary day: far less than noon, and not nothing.
    assert 0.0 < week.rate[4] < 0.2 * week.rate[24]
    assert week.seen_h[4] == 0.0
    assert (
        estimate_week(Needs(np.zeros(4), half.place[:4], half.day[:4], np.ones(4), 0.5), 2.0)
        is None
    )


def test_the_level_of_now() -> None:
    usual, double = level_now(102.0, 100.0, 0.1, 336.0), level_now(200.0, 100.0, 0.1, 336.0)
    assert usual is not None and double is not None
    assert usual.low < 1.0 < usual.high
    assert double.low < 2.0 < double.high * 1.05 and double.value > 1.7
    assert level_now(3.0, 0.5, 0.1, 336.0) is None


def in_hand(most: int, load: float, seed: int, waits: bool) -> InHand:
    """Agents with room for so many, as full as `load`; somebody waits always, or never."""
    random = np.random.default_rng(seed)
    from_h: list[float] = []
    to_h: list[float] = []
    agent: list[int] = []
    for who in range(6):
        free = np.zeros(most)
        for at in np.sort(random.random(int(load * most * 50)) * 10.0):
            slot = int(np.argmin(free))
            begin = max(float(free[slot]), float(at)) if waits else float(at)
            if not waits and free[slot] > at:
                continue
            free[slot] = begin + random.exponential(0.2)
            from_h.append(begin)
            to_h.append(float(free[slot]))
            agent.append(who)
    begin, end = (np.array([0.0]), np.array([12.0])) if waits else (np.zeros(0), np.zeros(0))
    return InHand(
        np.array(from_h), np.array(to_h), np.array(agent), np.ones(len(agent), bool), (begin, end)
    )


def test_contacts_at_once_while_others_wait() -> None:
    found = [estimate_concurrency(in_hand(3, 1.4, seed, True), 12.0) for seed in SEEDS]
    for each in found:
        assert each is not None and each.note == ""
        assert each.low - 0.15 <= 3.0 <= each.high + 0.15


def test_where_nobody_waits_it_is_the_most_that_agents_had() -> None:
    found = estimate_concurrency(in_hand(3, 0.5, 1, False), 12.0)
    assert found is not None
    assert found.value == 3.0
    assert found.low < 3.0 < found.high
    assert found.note.startswith("the most that agents had at once")


def test_one_at_a_time_is_one() -> None:
    found = estimate_concurrency(in_hand(1, 2.0, 1, True), 12.0)
    assert found is not None
    assert found.value == pytest.approx(1.0)


def test_growth_with_the_wait() -> None:
    inside = 0
    wait = length = np.zeros(0)
    for seed in range(20):
        random = np.random.default_rng(seed)
        wait = random.exponential(0.2, 4000)
        length = random.exponential(0.1 * (1.0 + 0.5 * wait))
        found = estimate_growth(length, wait, 48.0)
        assert found is not None
        inside += found.low <= 0.5 <= found.high
    assert inside >= 17
    assert estimate_growth(length[:50], wait[:50], 48.0) is None
    assert estimate_growth(length, np.full(4000, 0.1), 48.0) is None
