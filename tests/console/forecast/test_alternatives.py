"""Each alternative changes what it says, when it says, and nothing else."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from console.forecast import course as c
from console.forecast.alternatives import (
    AddExperts,
    CallbackDialling,
    CallbackOffer,
    ChannelOpening,
    FreeHours,
    HandlingTarget,
    MoveAgents,
    OfferInPart,
    PostponeAdministration,
    Posture,
    ReleasePromises,
    Staffing,
    applied,
    extremes,
)
from console.forecast.centre import CLOSED, DRAINING, Centre
from console.forecast.engine import run
from console.forecast.stack import stacked
from tests.console.forecast.centres import six, voice


@pytest.fixture
def centre() -> Centre:
    base = six(callback=True)
    return base.with_channel(replace(base.channels[0], administration_h=0.02))


def same(one: Centre, other: Centre) -> None:
    """All but what is checked by the test."""
    assert one.channels == other.channels and one.work == other.work
    assert np.array_equal(one.fresh, other.fresh)


def test_offers_end_and_begin(centre: Centre) -> None:
    off = CallbackOffer("voice", False, from_h=1.0, until_h=3.0).applied(centre)
    same(off, centre)
    assert off.offering[0, :16].tolist() == [1] * 4 + [0] * 8 + [1] * 4
    assert np.array_equal(off.dialling, centre.dialling)
    # Where there are no callbacks none can be offered.
    assert CallbackOffer("chat", True).applied(centre).offering[1].sum() == 0


def test_dialling_with_agents_for_it(centre: Centre) -> None:
    found = CallbackDialling("voice", True, 0.3).applied(centre)
    rules = found.channels[0].callback
    assert rules is not None and rules.reserved == 0.3
    silent = CallbackDialling("voice", False).applied(centre)
    assert silent.dialling[0].sum() == 0 and silent.offering[0].all()
    assert CallbackDialling("email", False).applied(centre) is centre


def test_some_queues_go_on_offering(centre: Centre) -> None:
    part = OfferInPart("voice", 0.25).applied(centre)
    rules, before = part.channels[0].callback, centre.channels[0].callback
    assert rules is not None and before is not None
    assert rules.accepted == pytest.approx(0.25 * before.accepted)
    assert np.array_equal(part.offering, centre.offering) and part.work == centre.work
    assert OfferInPart("chat", 0.5).applied(centre) is centre


def test_who_is_released_calls_again_or_is_lost_at_once(centre: Centre) -> None:
    told = ReleasePromises("voice").applied(centre)
    before, after = centre.work[0], told.work[0]
    assert after.list_live == after.list_stale == 0.0
    assert after.redialling - before.redialling == pytest.approx(0.65 * before.list_live)
    assert after.given_up == pytest.approx(0.35 * before.list_live)
    course = run(stacked(applied(centre, [ReleasePromises("voice")]), None, 12.0))
    assert np.abs(course.imbalance).max() < 1e-6 * course.open.max()
    first = course.flow(c.GIVEN_UP)[0, 0, :, 0]
    assert first[1] - first[0] == pytest.approx(after.given_up, rel=0.05)
    half = ReleasePromises("voice", 0.5).applied(centre).work[0]
    assert half.list_live == before.list_live / 2 and half.list_stale == before.list_stale / 2


def test_agents_come_and_go_but_never_below_none(centre: Centre) -> None:
    found = Staffing("a change", (("voice", 2.0), ("social", -50.0)), 1.0, 2.0).applied(centre)
    same(found, centre)
    assert (found.agents[0, 4:8] == centre.agents[0, 4:8] + 2).all()
    assert (found.agents[4, 4:8] == 0).all()
    assert np.array_equal(found.agents[:, 8:], centre.agents[:, 8:])


def test_channels_close_drain_and_open_again(centre: Centre) -> None:
    found = ChannelOpening("chat", CLOSED, until_h=2.0).applied(centre)
    assert found.opening[1, :10].tolist() == [CLOSED] * 8 + [0, 0]
    assert (ChannelOpening("chat", DRAINING).applied(centre).opening[1] == DRAINING).all()


def test_no_more_agents_move_than_are_there(centre: Centre) -> None:
    found = MoveAgents("email", "voice", 100, skill=0.8, from_h=1.0).applied(centre)
    assert found.agents[3, 4:].sum() == 0.0
    assert found.agents[0, 4:] == pytest.approx(centre.agents[0, 4:] + 0.8 * centre.agents[3, 4:])
    assert np.array_equal(found.agents[:, :4], centre.agents[:, :4])
    two = MoveAgents("email", "voice", 2).applied(centre)
    assert (two.agents.sum(axis=0) == centre.agents.sum(axis=0)).all()


def test_freed_hours_come_when_they_are_freed(centre: Centre) -> None:
    freed = FreeHours("voice", "meetings", ((0.0, 1.0, 6.0), (24.0, 25.5, 2.0)))
    gained = (freed.applied(centre).agents - centre.agents)[0]
    assert gained.sum() * 0.25 == pytest.approx(freed.hours) == pytest.approx(9.0)
    assert gained[:4].tolist() == [6.0] * 4 and gained[4] == 0.0
    assert freed.title == "cancel meetings, 9 h to voice"


def test_administration_can_wait_but_notes_cost_resolution(centre: Centre) -> None:
    found = PostponeAdministration("voice", 0.5).applied(centre).channels[0]
    assert found.handling_h == pytest.approx(0.10) and found.administration_h == 0.01
    assert found.resolution == 0.74
    notes = PostponeAdministration("voice", 1.0, notes_h=0.01).applied(centre).channels[0]
    assert notes.handling_h == pytest.approx(0.08) and notes.resolution == pytest.approx(0.70)


def test_experts_share_contacts_by_their_speed(centre: Centre) -> None:
    found = AddExperts("voice", 10, 0.22, 0.9, until_h=12.0).applied(centre)
    assert (found.agents - centre.agents).sum() * 0.25 == pytest.approx(120.0)
    channel = found.channels[0]
    assert 0.11 < channel.handling_h < 0.22 and 0.74 < channel.resolution < 0.9
    # As many as they answer by themselves: the rates of both add up.
    own, theirs = centre.agents[0].sum() / 0.11, 480 / 0.22
    assert found.agents[0].sum() / channel.handling_h == pytest.approx(own + theirs)


def test_shorter_contacts_are_never_free(centre: Centre) -> None:
    found = HandlingTarget("voice", 0.9, 1.0).applied(centre).channels[0]
    assert found.handling_h == pytest.approx(0.099) and found.resolution == pytest.approx(0.666)
    # At an elasticity of 1 as many are resolved in an hour as before, beyond it fewer.
    before = centre.channels[0].resolved_per_hour
    assert found.resolved_per_hour == pytest.approx(before)
    harder = HandlingTarget("voice", 0.9, 1.5).applied(centre).channels[0]
    assert harder.resolved_per_hour < before
    with pytest.raises(ValueError, match="never 0"):
        HandlingTarget("voice", 0.9, 0.0)
    # Unknown, it stands in the middle, and both ends are tried beside it.
    unknown = HandlingTarget("voice", 0.9)
    middle = unknown.applied(centre).channels[0].resolution
    assert 0.74 * 0.9**1.5 < middle < 0.74 * 0.9**0.3
    assert [end.elasticity for end in extremes(unknown)] == [0.3, 1.5]  # type: ignore[attr-defined]
    assert extremes(HandlingTarget("voice", 0.9, 1.0)) == () == extremes(MoveAgents("a", "b", 1))
    both = extremes(Posture("two", (unknown, MoveAgents("email", "voice", 1))))
    assert [end.applied(centre).agents[0, 0] for end in both] == [centre.agents[0, 0] + 1] * 2
    assert HandlingTarget("voice", 0.9).title == "handling time −10%, voice"


def test_a_posture_is_its_parts_one_after_another(centre: Centre) -> None:
    parts = (
        CallbackOffer("voice", False), ChannelOpening("chat", CLOSED),
        MoveAgents("chat", "voice", inf),
    )  # fmt: skip
    whole = Posture("all hands on voice", parts)
    found = whole.applied(centre)
    by_hand = centre
    for part in parts:
        by_hand = part.applied(by_hand)
    assert np.array_equal(found.agents, by_hand.agents)
    assert found.agents[1].sum() == 0 and (found.opening[1] == CLOSED).all()
    none, all_hands = applied(centre, [whole])
    assert none is centre and all_hands.agents[0].sum() > centre.agents[0].sum()


def test_the_centre_itself_is_never_changed(centre: Centre) -> None:
    before = (centre.agents.copy(), centre.opening.copy(), centre.offering.copy())
    for item in (
        CallbackOffer("voice", False), ChannelOpening("chat", CLOSED),
        MoveAgents("email", "voice", 2), AddExperts("voice", 3, 0.1, 0.9),
        FreeHours("voice", "training", ((0.0, 4.0, 2.0),)),
    ):  # fmt: skip
        item.applied(centre)
    assert all(
        np.array_equal(a, b)
        for a, b in zip(before, (centre.agents, centre.opening, centre.offering), strict=True)
    )
    assert voice() == voice()
