"""What is foreseen of acts: signs, verdicts, what is suggested, and the plan of them all."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from console.domain.board import Board, ChannelRow
from console.domain.foreseen import (
    BETTER,
    DEBT,
    GIVEN_UP,
    MIXED,
    OPEN,
    RESOLVED,
    SAME,
    UNKNOWN,
    UNSURE,
    WORSE,
    Change,
    Foreseen,
    about,
    change_words,
    elsewhere_words,
    hours_words,
    reaction_words,
    verdict_of,
    verdict_words,
)
from console.domain.plans import BEST, CLOSE, HANDLING, MOVE, Idea
from console.domain.times import now_us
from console.forecast.alternatives import (
    CallbackOffer,
    ChannelOpening,
    FreeHours,
    HandlingTarget,
    MoveAgents,
)
from console.forecast.centre import CLOSED, Centre
from console.forecast.spread import Spread
from console.previews.floor import Floor
from console.previews.ideas import Now, ideas, meant
from console.previews.meaning import Meaning
from console.previews.plan import MOST, best, plan
from console.previews.suggest import suggestion
from console.previews.weigh import Part, foreseen, parts_foreseen, turned
from tests.console.forecast.centres import six


@dataclass
class Now48:
    """A present, as the forecast has it."""

    centre: Centre
    spread: Spread = Spread(data_h=48.0)
    assumed: tuple[str, ...] = ("nobody is ill",)
    at: int = 0


def now_of(centre: Centre, critical: tuple[str, ...] = ("voice",)) -> Now:
    channels = tuple(
        ChannelRow(name, "open", name in critical, 60, "", 1, 0) for name in centre.names
    )
    board = Board(now_us(), 1, channels=channels)
    session: Any = None
    return Now(Floor(session, centre, board.at), board)


def seen(centre: Centre, *parts: Any, members: int = 60) -> Foreseen:
    return foreseen(Now48(centre), "an act", Meaning(parts), members)


def value(found: Foreseen, name: str) -> float:
    change = found.of(name)
    assert change is not None
    return change.value


def change(name: str = RESOLVED, **said: Any) -> Change:
    plain = Change(name, "issues", 912.0, 650.0, 1049.0, 1.0, BETTER, 5000.0)
    return replace(plain, **said)


def test_a_control_is_seen_as_it_works() -> None:
    """Signs that the single customers of the forecast's own trial have too (docs/models.md)."""
    melting = six(load=1.5)
    meetings = seen(melting, FreeHours("voice", "meetings", ((0.0, 48.0, 4.0),)))
    assert meetings.verdict == BETTER
    assert value(meetings, RESOLVED) > 0 > value(meetings, GIVEN_UP)
    assert meetings.sure == pytest.approx(1.0, abs=0.1)
    shut = seen(melting, ChannelOpening("chat", CLOSED))
    assert shut.verdict == WORSE and value(shut, GIVEN_UP) > 0 > value(shut, RESOLVED)
    # All e-mail agents to voice: fewer give up there, and e-mail is buried.
    emptied = seen(melting, MoveAgents("email", "voice", 99))
    assert emptied.verdict == WORSE and value(emptied, OPEN) > 0 > value(emptied, GIVEN_UP)
    assert emptied.elsewhere[0].channel == "email" and emptied.elsewhere[0].issues > 0
    assert any(caution.code == "moved" for caution in emptied.cautions)
    assert emptied.basis is not None
    assert emptied.basis.data_h == 48.0 and emptied.basis.assumptions == ("nobody is ill",)


def test_what_is_not_known_has_no_figures() -> None:
    means = Meaning(unknown=("The forecast does not know this control.",))
    found = foreseen(Now48(six()), "something", means)
    assert found.verdict == UNKNOWN and not found.changes and found.sure is None
    assert verdict_words(found) == "The forecast does not know this control."


@pytest.mark.parametrize(
    ("resolved", "debt", "lost", "verdict"),
    [
        (BETTER, BETTER, BETTER, BETTER),
        (BETTER, WORSE, BETTER, MIXED),
        (WORSE, BETTER, WORSE, WORSE),  # less is owed because customers gave up
        (UNSURE, BETTER, SAME, BETTER),
        (UNSURE, BETTER, WORSE, UNSURE),
        (SAME, WORSE, SAME, WORSE),
        (UNSURE, UNSURE, WORSE, UNSURE),
        (SAME, SAME, SAME, SAME),
    ],
)
def test_verdicts(resolved: str, debt: str, lost: str, verdict: str) -> None:
    changes = (
        change(verdict=resolved),
        change(DEBT, unit="h", verdict=debt, value=50.0, without=90.0),
        change(GIVEN_UP, verdict=lost),
        change(OPEN, value=400.0, verdict=debt),
    )
    assert verdict_of(changes) == verdict
    # As many lost for good as are resolved more: that is for a person to weigh.
    lost_more = (*changes[:2], change(GIVEN_UP, verdict=WORSE, value=1500.0), changes[3])
    assert verdict_of(lost_more) == (MIXED if resolved == BETTER else verdict_of(lost_more))
    # Who has not given up is open still: that alone is no cost.
    few = (*changes[:3], change(OPEN, value=30.0, verdict=debt))
    assert verdict_of(few) == (BETTER if verdict == MIXED else verdict)


def test_words() -> None:
    assert change_words(change()) == "about 910 more resolved (650 to 1\u202f000)"
    fewer = change(value=-912.0, low=-1049.0, high=-650.0, verdict=WORSE, better=0.0)
    assert change_words(fewer) == "about 910 fewer resolved (650 to 1\u202f000)"
    either = change(value=80.0, low=-120.0, high=340.0, better=0.6, verdict=UNSURE)
    assert change_words(either) == "about 80 more resolved (−120 to 340)"
    debt = change(DEBT, unit="h", value=-42.0, low=-60.0, high=-20.0)
    assert change_words(debt) == "about 42 h less debt at the end (20 to 60 h)"
    assert change_words(change(verdict=SAME)) == "as many resolved"
    assert [about(n) for n in (0.4, 7.2, 94.0, 912.0, 12_345.0)] == [
        "0", "7", "94", "910", "12\u202f000",
    ]  # fmt: skip
    assert [hours_words(h) for h in (None, 0.1, 0.25, 3.2, 60.0)] == [
        "–", "5 min", "15 min", "3 h", "2 days",
    ]  # fmt: skip
    whole = Foreseen("x", BETTER, None, (change(), debt), queue_h=0.25, attempts_h=3.0)
    assert verdict_words(whole) == (
        "Better: about 910 more resolved (650 to 1\u202f000), better in 100 of 100"
    )
    assert (
        reaction_words(whole) == "half of it shows in the queue after 15 min, in attempts after 3 h"
    )
    unsure = Foreseen("x", UNSURE, None, (either, replace(debt, verdict=UNSURE)))
    assert verdict_words(unsure).startswith("Cannot tell: better in 60 of 100; about 80 more")
    assert elsewhere_words(unsure) == ()


def test_each_part_of_a_posture_adds_what_would_be_missed_without_it() -> None:
    centre = six(load=1.5)
    hours = Meaning((FreeHours("voice", "meetings", ((0.0, 48.0, 4.0),)),))
    shut = Meaning((ChannelOpening("chat", CLOSED),))
    parts = [
        Part("hours", hours, True), Part("shut", shut, True), Part("lost", Meaning(), True),
        Part("more", Meaning((FreeHours("chat", "training", ((0.0, 48.0, 3.0),)),)), False),
    ]  # fmt: skip
    found = {part.key: part for part in parts_foreseen(Now48(centre), parts)}
    assert found["hours"].verdict == BETTER and found["shut"].verdict == WORSE
    assert found["lost"].verdict == UNKNOWN and found["lost"].resolved is None
    assert found["more"].resolved is not None
    assert found["shut"].words.endswith(")") and "fewer resolved" in found["shut"].words
    assert turned(turned(change())) == change()
    assert turned(change()).verdict == WORSE


def test_where_nobody_has_seen_who_dials_both_are_tried() -> None:
    centre = six(load=1.4, callback=True)
    voice = centre.channels[0]
    assert voice.callback is not None
    act = (CallbackOffer("voice", False),)
    slack = seen(centre, *act)
    kept = seen(
        centre.with_channel(replace(voice, callback=replace(voice.callback, reserved=0.2))), *act
    )
    unseen = replace(voice.callback, reserved_known=False)
    found = seen(centre.with_channel(replace(voice, callback=unseen)), *act)
    low, high = sorted((value(slack, RESOLVED), value(kept, RESOLVED)))
    assert low < value(found, RESOLVED) < high
    change = found.of(RESOLVED)
    assert change is not None and change.low <= low and change.high >= high
    assert found.cautions[0].code == "kept" and "if agents are kept" in found.cautions[0].words
    # Of other acts nothing is unclear by it.
    shut = seen(
        centre.with_channel(replace(voice, callback=unseen)), ChannelOpening("chat", CLOSED)
    )
    assert all(caution.code != "kept" for caution in shut.cautions)


def test_so_many_are_suggested_as_reach_most_of_the_gain() -> None:
    centre = six(load=1.5)
    acts = {
        n: Meaning((FreeHours("voice", "meetings", ((0.0, 48.0, float(n)),)),)) for n in (1, 2, 30)
    } | {4: Meaning((FreeHours("social", "meetings", ((0.0, 48.0, 1.0),)),))}
    found = suggestion(Now48(centre), acts)
    gains = dict(found.gains)
    assert found.number in acts and gains[found.number] >= 0.8 * max(gains.values())
    assert found.number == 30 and "30" in found.words
    # In a calm hour nobody need go; where nothing is known nothing is said.
    calm = suggestion(
        Now48(six(load=0.7, debt=False)),
        {n: Meaning((MoveAgents("email", "voice", n),)) for n in (1, 2, 4)},
    )
    assert calm.number in (0, None)
    none = suggestion(Now48(centre), {1: Meaning(unknown=("Not known.",))})
    assert none.number is None and none.words == "Not known."


def test_the_plan_puts_what_resolves_most_first() -> None:
    centre = six(load=1.4, callback=True)
    found = plan(Now48(centre), now_of(centre))
    assert found.nothing is not None and found.urgent == "voice"
    assert 3 <= len(found.rows) < MOST and found.reason
    worths = [row.worth for row in found.rows]
    assert worths == sorted(worths)
    keys = {row.idea.key for row in found.rows}
    assert not keys & {idea.key for idea in found.others}
    # Chat resolves nearly as much in an hour as voice: to close it is no gain, and that is said.
    shut = next(row for row in found.rows if row.idea.kind == CLOSE)
    assert shut.foreseen.verdict == WORSE
    haste = next(row for row in found.rows if row.idea.kind == HANDLING)
    assert haste.foreseen.cautions[0].code == "unknown"
    assert [one.channel for one in found.callbacks] == ["voice"]
    assert found.callbacks[0].now == "on" and found.callbacks[0].why
    assert [one.per_hour for one in found.indexes] == sorted(
        (channel.resolved_per_hour for channel in centre.channels), reverse=True
    )
    # The person's own choice is compared as it is.
    move = next(idea for idea in ideas(now_of(centre)) if idea.kind == MOVE)
    mine = plan(Now48(centre), now_of(centre), [move.with_number(2).with_end(8.0)])
    (row,) = mine.rows
    assert row.idea.title.startswith("2 agents from ") and row.idea.title.endswith(" for 8 h")
    assert not plan(Now48(centre), now_of(centre), []).rows


def test_the_best_that_is_found_is_no_worse_than_any_part_of_it() -> None:
    centre = six(load=1.3, agents=12.0)
    now = now_of(centre)
    found = best(Now48(centre), now)
    assert found is not None and found.idea.key == BEST
    assert found.foreseen.verdict == BETTER
    gain = value(found.foreseen, RESOLVED)
    for part in found.idea.parts:
        alone = foreseen(Now48(centre), "alone", meant(now, part), 60)
        assert value(alone, RESOLVED) < gain * 1.05
    assert best(Now48(centre), now, lambda: True) is None
    # Nothing helps where nobody waits.
    assert best(Now48(six(load=0.5, debt=False)), now_of(six(load=0.5, debt=False))) is None


def test_ideas_keep_their_bounds() -> None:
    idea = Idea("move:chat:voice", MOVE, "", "chat", "voice", 2, 5, None, timed=True)
    assert idea.with_number(9).number == 5 and idea.with_number(0).number == 1
    assert idea.with_number(1).title == "1 agent from chat to voice"
    shut = Idea("close:chat", CLOSE, "close chat", "chat")
    assert shut.with_number(3) is shut and shut.with_end(4.0) is shut
    assert idea.with_end(4.0).until_h == 4.0
    several = Idea("x", "several", "both", parts=(idea, shut))
    assert several.flat == (idea, shut) and shut.flat == (shut,)


def test_handling_time_is_never_lowered_for_free() -> None:
    found = seen(six(load=1.5), HandlingTarget("voice", 0.9))
    assert found.cautions[0].code == "unknown"
    assert found.of("attempts") is not None
