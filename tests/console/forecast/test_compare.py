"""Comparisons: what is better, by how sure, what moves where, and what to beware of."""

from dataclasses import replace
from math import inf, isinf

import numpy as np
import pytest

from console.forecast import course as c
from console.forecast.alternatives import (
    Alternative,
    CallbackDialling,
    CallbackOffer,
    ChannelOpening,
    FreeHours,
    HandlingTarget,
    MoveAgents,
    PostponeAdministration,
    Posture,
)
from console.forecast.callback_setting import OFF, RESERVED, SLACK, callback_setting
from console.forecast.centre import CLOSED, Callback, Centre, Channel, Work
from console.forecast.compare import Comparison, Effect, compare
from console.forecast.engine import run
from console.forecast.figures import BETTER, FIGURES, SAME, UNSURE, WORSE, difference
from console.forecast.payoff import payoff
from console.forecast.spread import Spread, drawn, shifted
from console.forecast.stack import stacked
from tests.console.forecast.centres import six, voice

MELT = six(load=1.5, callback=True)
MEETINGS = FreeHours("voice", "meetings", ((0.0, 8.0, 5.0), (24.0, 32.0, 5.0)))
NOTHING = Posture("nothing", ())
ALL: tuple[Alternative, ...] = (
    NOTHING,
    CallbackOffer("voice", False),
    MoveAgents("email", "voice", inf),
    Posture("close chat", (ChannelOpening("chat", CLOSED), MoveAgents("chat", "voice", inf, 0.8))),
    MEETINGS,
    HandlingTarget("voice", 0.9, 1.5),
    CallbackDialling("voice", True, 0.3),
)


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(MELT, ALL, members=60)


def effect(found: Comparison, place: int) -> Effect:
    return found.effects[place]


def codes(item: Effect) -> set[str]:
    return {caution.code for caution in item.cautions}


def test_doing_nothing_differs_by_nothing(found: Comparison) -> None:
    nothing = effect(found, 0)
    assert {d.verdict for d in nothing.differences.values()} == {SAME}
    assert {d.better for d in nothing.differences.values()} == {0.5}
    assert isinf(nothing.reaction.waiting_h) and isinf(nothing.reaction.debt_h)
    assert codes(nothing) <= {"spiral"}


def test_hours_freed_are_better_in_what_matters(found: Comparison) -> None:
    freed = effect(found, 4)
    assert freed.differences["resolved"].verdict == BETTER
    assert freed.differences["given_up"].verdict == BETTER
    assert freed.paid > 100 and freed.given_up < -100
    assert "cost later" in codes(freed)


def test_differences_are_surer_than_levels(found: Comparison) -> None:
    level = found.nothing.figures["resolved"]
    gap = effect(found, 4).differences["resolved"]
    assert gap.high - gap.low < 0.25 * (level.high - level.low)


def test_what_moves_to_another_channel_is_told_there(found: Comparison) -> None:
    moved = effect(found, 2)
    assert moved.moved[0].channel == "email" and moved.moved[0].debt_h > 50
    told = [caution for caution in moved.cautions if caution.code == "moved"]
    assert told and told[0].channel == "email"
    assert told[0].figure == pytest.approx(moved.moved[0].debt_h)


def test_a_channel_that_resolves_more_is_not_left_without_a_word(found: Comparison) -> None:
    told = [x for x in effect(found, 3).cautions if x.code == "weaker use"]
    assert told and told[0].channel == "chat"
    # The figure is what an hour of work resolves there against here.
    chat, phone = MELT.channels[1], MELT.channels[0]
    assert told[0].figure == pytest.approx(
        chat.resolved_per_hour / (0.8 * phone.resolved_per_hour), rel=0.01
    )


def test_haste_is_called_what_it_is(found: Comparison) -> None:
    hasty = effect(found, 5)
    assert hasty.differences["resolved"].verdict == WORSE
    told = next(x for x in hasty.cautions if x.code == "hastier")
    assert told.figure == pytest.approx(1.5)


def test_haste_whose_price_nobody_knows_cannot_be_told() -> None:
    effect = compare(MELT, (MEETINGS, HandlingTarget("voice", 0.9)), members=20).effects[1]
    resolved = effect.differences["resolved"]
    assert resolved.verdict == UNSURE and resolved.low < 0.0 < resolved.high
    told = effect.cautions[0]
    assert told.code == "unknown" and told.figure < -100.0


def test_abandonment_and_open_issues_mislead_and_it_is_said(found: Comparison) -> None:
    off = effect(found, 1)
    assert off.differences["open"].verdict == BETTER
    assert off.differences["resolved"].verdict == WORSE
    assert "given up" in codes(off)


def test_dials_that_reach_nobody_are_counted(found: Comparison) -> None:
    told = [x for x in effect(found, 6).cautions if x.code == "callback waste"]
    assert told and told[0].figure > 20


def test_a_queue_reacts_before_its_debt(found: Comparison) -> None:
    reaction = effect(found, 4).reaction
    assert 0.0 < reaction.waiting_h <= reaction.attempts_h <= 24.0
    assert reaction.debt_h <= 24.0


def test_bands_of_doing_nothing(found: Comparison) -> None:
    nothing = found.nothing
    assert len(nothing.open) == len(nothing.ends_h) == 48
    assert all(band.low <= band.value <= band.high for band in nothing.open)
    # The level of arrivals makes it wide.
    last = nothing.figures["open"]
    assert (last.high - last.low) / last.value > 0.4


def test_channels_are_told_hour_by_hour(found: Comparison) -> None:
    phone = found.nothing.channels[0]
    assert phone.channel == "voice" and len(phone.waiting) == len(phone.open) == 48
    # At the worst hour nearly nobody is answered within the target, and the wait is minutes.
    worst = int(np.argmax(phone.waiting))
    assert phone.service_level[worst] < 0.1 and phone.wait_h[worst] > 2 / 60
    assert phone.listed > 100 and found.nothing.channels[3].moved > 10
    total = sum(channel.paid for channel in found.nothing.channels)
    assert total == pytest.approx(found.nothing.figures["resolved"].value, rel=0.02)
    hourly = [sum(channel.open[hour] for channel in found.nothing.channels) for hour in (5, 47)]
    assert hourly == pytest.approx([found.nothing.open[hour].value for hour in (5, 47)], rel=0.1)


def test_ensembles_repeat_themselves(found: Comparison) -> None:
    again = compare(MELT, ALL, members=60)
    assert again.effects == found.effects


def test_verdicts() -> None:
    figure = FIGURES[0]
    base = np.full(100, 100.0)
    for share, verdict in ((0.1, WORSE), (0.5, UNSURE), (0.79, UNSURE), (0.9, BETTER)):
        other = base + np.where(np.arange(100) < 100 * share, 5.0, -5.0)
        result = difference(figure, base, other)
        assert result.better == pytest.approx(share) and result.verdict == verdict
    assert difference(figure, base, base + 0.01).verdict == SAME
    assert difference(figure, base, base * np.nan).verdict == UNSURE


def test_draws_are_shared_and_have_their_spread() -> None:
    draws = drawn(Spread(), ("a", "b"), 400)
    assert np.log(draws.level).std() == pytest.approx(0.13, abs=0.01)
    assert np.log(draws.handling).std() == pytest.approx(0.02, rel=0.05)
    assert shifted(np.array([0.0, 0.5, 1.0]), np.array([1.0, 1.0, 1.0])) == pytest.approx(
        [0.0, 0.7310586, 1.0]
    )
    assert np.array_equal(drawn(Spread(), ("a", "b"), 400).redial, draws.redial)


def plain(agents: float, per_hour: float, inside: float, growth: float = 0.0) -> Centre:
    channel = Channel(
        "voice", 0.1, patience_h=0.5, redial=0.8, redial_delay_h=0.5, handling_growth=growth
    )
    size = (1, 192)
    return Centre(
        (channel,), np.full(size, per_hour), np.full(size, agents), (Work(inside=inside),)
    )


def test_payoff_is_debt_over_spare_hours() -> None:
    # 10 agents, 9 needed: one hour to spare in each; 20 h of debt beyond the 9 in hand.
    found = payoff(run(stacked([plain(10, 90, 209)])))
    assert found.hours == pytest.approx(20.0, abs=0.2)
    assert found.debt_h == pytest.approx(20.0, rel=0.01) and found.short == 0
    assert found.channel == "voice" and found.never == 0.0
    later = payoff(run(stacked([plain(10, 90, 709)])))
    assert later.hours == pytest.approx(70.0, abs=0.5)


def test_payoff_never_says_how_many_agents_are_missing() -> None:
    found = payoff(run(stacked([plain(10, 125, 200)])))
    assert isinf(found.hours) and found.never == 1.0 and found.short == 3
    enough = payoff(run(stacked([plain(13, 125, 200)])))
    assert not isinf(enough.hours)
    assert payoff(run(stacked([plain(10, 90, 9)]))).hours == 0.0


def test_what_a_quiet_night_pays_and_the_day_brings_back_is_not_paid() -> None:
    # Nothing is owed; in the first hours there is time to spare, then far more comes than is
    # served.
    centre = plain(10, 90, 12)
    fresh = centre.fresh.copy()
    fresh[:, 16:] = 160.0
    found = payoff(run(stacked([replace(centre, fresh=fresh)])))
    assert isinf(found.hours) and found.short >= 5 and found.channel == "voice"
    assert found.missing[0][0] == "voice"
    # A peak that the same day pays is no debt.
    fresh[:, 16:] = 60.0
    fresh[:, 20:26] = 120.0
    assert payoff(run(stacked([replace(centre, fresh=fresh)]))).hours < 5.0


def test_payoff_of_channels_and_of_all_together() -> None:
    base = six()
    idle = replace(base, agents=base.agents + np.array([[0], [0], [0], [-3], [0], [40]]))
    course = run(stacked([idle]))
    apart, together = payoff(course), payoff(course, pooled=True)
    assert apart.channel == "email" and isinf(apart.hours)
    assert together.hours < 48.0


def test_uncertain_payoff_has_a_band() -> None:
    centre = plain(10, 92, 209)
    draws = drawn(Spread(), centre.names, 100)
    found = payoff(run(stacked([centre], draws)))
    assert found.low_h < found.hours < found.high_h
    assert 0.0 < found.never < 0.5


def test_spirals_are_found_in_the_numbers() -> None:
    calm = compare(plain(10, 90, 9), (), members=8).nothing
    wild = compare(plain(10, 90, 9, growth=0.6), (), members=8).nothing
    assert "spiral" not in {x.code for x in calm.cautions}
    told = next(x for x in wild.cautions if x.code == "spiral")
    assert told.figure == pytest.approx(0.6 * 0.5 / 0.2)
    assert {x.code for x in calm.cautions} >= {"near balance"}


def test_short_data_small_teams_and_nights_are_said() -> None:
    spread = Spread(data_h=12.0)
    told = {x.code: x for x in compare(six(), (), spread, members=8).nothing.cautions}
    assert told["short history"].figure == 12.0
    assert told["small team"].figure < 5
    night = compare(six(hours=48.0), (), members=8, hours=44.0).nothing
    assert "quiet hour" in {x.code for x in night.cautions}


def test_postponed_hours_are_owed() -> None:
    base = six(load=1.3)
    base = base.with_channel(replace(base.channels[0], administration_h=0.02))
    effect = compare(base, (PostponeAdministration("voice", 0.5),), members=8).effects[0]
    owed = next(x for x in effect.cautions if x.code == "owed")
    answered = run(stacked([base])).flow(c.ANSWERED)[:, 0].sum()
    assert owed.figure == pytest.approx(0.01 * answered, rel=0.15)


POOR = Callback(
    accepted=0.4, offer_above_h=0.03, reached=0.45, failed_dial_h=2 / 60, calls_in=0.6,
    gives_up=0.3, reserved=0.3,
)  # fmt: skip
FAIR = replace(POOR, reached=0.7, failed_dial_h=1.5 / 60, calls_in=0.25, reserved=0.0)


def shaped(loads: tuple[tuple[float, float], ...], rules: Callback) -> Centre:
    """50 agents for whole stretches of load: (hours, load) one after another."""
    channel = voice(handling_h=0.11, patience_h=0.25, callback=rules, returns_to={})
    load = np.concatenate([np.full(round(4 * hours), value) for hours, value in loads])
    fresh = load * 50 / channel.hours_per_issue
    return Centre((channel,), fresh[None], np.full((1, len(load)), 50.0), (Work(inside=50),))


@pytest.mark.parametrize(
    ("loads", "rules", "right"),
    [
        (((3, 1.4), (9, 0.75), (12, 0.7)), FAIR, {SLACK}),
        (((6, 1.3), (6, 0.7), (12, 0.7)), FAIR, {SLACK}),
        (((24, 1.15),), POOR, {OFF}),
        (((24, 1.3),), POOR, {OFF}),
        (((24, 1.3),), FAIR, {OFF, ""}),
    ],
)
def test_callbacks_are_right_in_a_peak_and_wrong_in_a_meltdown(
    loads: tuple[tuple[float, float], ...], rules: Callback, right: set[str]
) -> None:
    found = callback_setting(shaped(loads, rules), "voice", Spread(level=0.02), hours=24.0)
    assert found is not None
    assert found.right in right, found
    assert found.why and f"{found.spare_h:.0f} agent hours" in found.why
    if found.right == OFF:
        assert found.settings[1].list_at_end > 50
        assert not found.rule


def test_agents_kept_for_dialling_lose_in_overload() -> None:
    found = callback_setting(shaped(((24, 1.3),), POOR), "voice", hours=24.0)
    assert found is not None
    by_name = {setting.name: setting for setting in found.settings}
    assert by_name[RESERVED].resolved < by_name[OFF].resolved
    assert by_name[RESERVED].wasted_h > 50
    assert callback_setting(six(), "chat") is None
