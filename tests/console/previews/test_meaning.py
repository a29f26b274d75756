"""Each command is what it is in the forecast, and those that are not say so."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from console import journal
from console.commands import (
    CATALOG,
    CallIn,
    CancelBlocks,
    Command,
    EditRoster,
    MoveAgents,
    RestoreAll,
    SendAgents,
    SetCallback,
    SetCallbackLimit,
    SetChannel,
    SetPenalty,
    TiePerson,
)
from console.commands.call_in import Call
from console.commands.tie_person import TIE
from console.domain.foreseen import STEERING
from console.domain.roster import Entry
from console.domain.times import HOUR, MINUTE, now_us
from console.forecast.alternatives import CallbackOffer, OfferInPart, Posture
from console.forecast.centre import CLOSED, DRAINING, OPEN, Centre
from console.previews.floor import Floor
from console.previews.meaning import (
    AS_SKILLED,
    NEW_THERE,
    NO_STEERING,
    STAYS,
    Meaning,
    knows,
    meaning,
    steers,
    together,
)
from console.store.engine import Store
from console.store.tables import Agent, AgentInterval, Override, Queue, Source
from tests.console.floor import ANN, BILLING, CEM, DIA, SALES, SUPPORT, WEB, make_floor
from tests.console.forecast.centres import six

NOW = now_us() // MINUTE * MINUTE


def block(key: str, kind: str, start: int, end: int, person: str = "7") -> Entry:
    values = (("end_at", NOW + end), ("kind", kind), ("person", person), ("start_at", NOW + start))
    return Entry("shifts", key, values)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    for entry in (
        Entry("people", "7", (("name", "Ann"),)),
        Entry("people", "8", (("home_queue", "web"), ("name", "Lee"))),
        Entry("people", "9", (("name", "Nobody"),)),
        block("m", "meeting", -HOUR, HOUR),
        block("t", "training", 2 * HOUR, 4 * HOUR, "8"),
        block("far", "meeting", 60 * HOUR, 61 * HOUR),
    ):
        journal.run(floor, EditRoster(entry, "lead"), "lead")
    yield floor
    floor.close()


@pytest.fixture
def floor(store: Store) -> Iterator[Floor]:
    with store.read() as session:
        yield Floor(session, six(callback=True), NOW)


def applied(floor: Floor, means: Meaning) -> Centre:
    return Posture("all", means.alternatives).applied(floor.centre)


def gained(floor: Floor, means: Meaning) -> dict[str, Any]:
    """Agents that each channel has more, a quarter of an hour from now."""
    change = applied(floor, means).agents[:, 1] - floor.centre.agents[:, 1]
    return {n: pytest.approx(v) for n, v in zip(floor.centre.names, change, strict=True) if v}


#: One of each command that steers.
EACH: tuple[Command, ...] = (
    SetCallback(offer=False, all=True),
    SetCallback(dial=False, channel="voice", promised="release", message="we cannot call"),
    SetChannel("chat", "closed"),
    SendAgents(WEB, (ANN,)),
    MoveAgents((ANN,), (WEB,)),
    CancelBlocks(("m",), "lead", NOW),
    CallIn((Call("8", "Lee", NOW + HOUR, NOW + 3 * HOUR),), "lead", SUPPORT),
    SetPenalty((ANN,), SUPPORT, 1),
    SetCallbackLimit(5, (SUPPORT,)),
    RestoreAll((("pbx/queue/support", "offer"),)),
)


@pytest.mark.parametrize("kind", CATALOG, ids=lambda kind: kind.name)
def test_no_command_is_met_with_silence(kind: type[Command], floor: Floor) -> None:
    made = next((one for one in EACH if type(one) is kind), None)
    if made is None:
        # Of all others nothing is read but what they are.
        fields: Any = dict.fromkeys(field.name for field in dataclasses.fields(kind))  # type: ignore[arg-type]
        made = kind(**fields)
        assert not steers(kind)
        assert meaning(floor, made).unknown == (NO_STEERING,)
    else:
        found = meaning(floor, made)
        assert steers(kind) and (found.alternatives or found.unknown)
        assert knows(kind) or not found.alternatives
    assert meaning(floor, made) == meaning(floor, made)


def test_the_screen_knows_which_commands_steer() -> None:
    assert {kind.name for kind in CATALOG if steers(kind)} == STEERING


def test_offers_of_some_queues_are_a_part_of_all(floor: Floor) -> None:
    everywhere = meaning(floor, SetCallback(offer=False, channel="voice"))
    assert everywhere.alternatives == (CallbackOffer("voice", False),)
    assert not applied(floor, everywhere).offering[0].any()
    one = meaning(floor, SetCallback(offer=False, queue_ids=(SUPPORT,)))
    assert one.alternatives == (OfferInPart("voice", 2 / 3),)
    assert "2 of 3 queues of voice" in one.notes[0]
    # Chat has no callbacks: that is said where nothing else is asked about.
    both = meaning(floor, SetCallback(offer=False, all=True))
    assert both.alternatives == (CallbackOffer("voice", False),) and not both.unknown
    chat = meaning(floor, SetCallback(offer=False, channel="chat"))
    assert chat.unknown == ("The forecast knows of no callbacks on chat.",)


def test_the_offer_comes_back_in_part(store: Store) -> None:
    journal.run(store, SetCallback(offer=False, channel="voice"), "lead")
    with store.read() as session:
        floor = Floor(session, six(callback=True), NOW)
        back = meaning(floor, SetCallback(offer=True, queue_ids=(SALES,)))
        assert back.alternatives == (CallbackOffer("voice", True), OfferInPart("voice", 1 / 3))
        # Nothing is offered already: to say it again changes nothing.
        again = applied(floor, meaning(floor, SetCallback(offer=False, queue_ids=(SALES,))))
        assert not again.offering[0].any()


def test_dialling_stops_for_a_channel_only(floor: Floor) -> None:
    quiet = applied(floor, meaning(floor, SetCallback(dial=False, channel="voice")))
    assert not quiet.dialling[0].any() and quiet.offering[0].all()
    part = meaning(floor, SetCallback(dial=False, queue_ids=(SUPPORT,)))
    assert not part.alternatives and "2 of 3 queues of voice dial" in part.unknown[0]


def test_who_is_released_leaves_the_list(floor: Floor) -> None:
    command = SetCallback(
        offer=False, channel="voice", promised="release", message="we cannot call you"
    )
    found = applied(floor, meaning(floor, command))
    assert found.work[0].list_live == 0.0 and floor.centre.work[0].list_live == 200.0
    assert not found.offering[0].any() and found.dialling[0].all()


@pytest.mark.parametrize(
    ("state", "mark"), [("open", OPEN), ("draining", DRAINING), ("closed", CLOSED)]
)
def test_channels_stand_as_they_are_told(floor: Floor, state: str, mark: int) -> None:
    found = meaning(floor, SetChannel("chat", state))
    assert (applied(floor, found).opening[1] == mark).all()
    assert any("not counted elsewhere" in note for note in found.notes) is (state != "open")
    # Chat makes more of an hour than the channel that needs people most.
    assert bool(found.warned) is (state != "open")
    assert all("issues in chat" in words for words in found.warned)
    timed = applied(floor, meaning(floor, SetChannel("chat", state, reopens_at=NOW + 3 * HOUR)))
    assert (timed.opening[1][:12] == mark).all() and (timed.opening[1][12:] == OPEN).all()
    unseen = meaning(floor, SetChannel("fax", state))
    assert not unseen.alternatives and unseen.unknown == (
        "The forecast does not know fax: too little was seen of it.",
    )


def test_who_is_sent_leaves_where_they_were(floor: Floor) -> None:
    found = meaning(floor, SendAgents(WEB, (ANN, CEM)))
    assert gained(floor, found) == {"voice": -2.0, "chat": 2.0}
    assert STAYS in found.notes
    # Who serves both from then on is counted half in each.
    assert gained(floor, meaning(floor, MoveAgents((ANN,), (WEB,)))) == {"voice": -0.5, "chat": 0.5}
    # Dia serves nothing so far, Ann nothing any more.
    assert gained(floor, meaning(floor, MoveAgents((DIA,), (WEB,)))) == {"chat": 1.0}
    assert gained(floor, meaning(floor, MoveAgents((ANN,), (), (SUPPORT,)))) == {"voice": -1.0}


def test_who_is_at_two_platforms_is_one_person(store: Store) -> None:
    with store.write() as session:
        session.add(Source(id=2, name="desk", format="zendesk_tickets", folder="/", zone=""))
        session.flush()
        session.add(Queue(id=9, source_id=2, name="mail", channel="email"))
        session.add(Agent(id=9, source_id=2, name="ann@desk"))
    for agent in (ANN, 9):
        journal.run(store, TiePerson(agent, TIE, "lead", "7", "the same"), "lead")
    with store.read() as session:
        floor = Floor(session, six(callback=True), NOW)
        found = meaning(floor, SendAgents(9, (9,)))
        change = gained(floor, found)
        # Who leaves the other platform is all there, who goes on serving it half.
        left = -0.5 if "another platform" in found.notes[-1] else -1.0
        assert change == {"voice": left, "email": -left}


def test_within_a_channel_the_forecast_sees_nothing(floor: Floor) -> None:
    found = meaning(floor, SendAgents(BILLING, (ANN,)))
    assert not found.alternatives
    assert "does not tell its queues apart" in found.unknown[0]
    # A move that cannot be done says why.
    assert meaning(floor, SendAgents(99, (ANN,))).unknown == ("There is no such queue.",)


def test_blocks_free_the_hours_that_are_left_of_them(floor: Floor) -> None:
    found = applied(floor, meaning(floor, CancelBlocks(("m", "t"), "lead", NOW)))
    more = found.agents - floor.centre.agents
    # Ann serves voice, of her meeting one hour is left; Lee is at home in chat.
    assert more[0].sum() / 4 == pytest.approx(1.0) and more[0, :4].min() == 1.0
    assert more[1].sum() / 4 == pytest.approx(2.0) and more[1, 8:16].min() == 1.0
    assert not np.delete(more, (0, 1), axis=0).any()
    beyond = meaning(floor, CancelBlocks(("far",), "lead", NOW))
    assert not beyond.alternatives and "looks ahead" in beyond.unknown[0]


def test_who_is_called_in_serves_where_they_are_called_to(floor: Floor) -> None:
    call = Call("8", "Lee", NOW + HOUR, NOW + 3 * HOUR)
    found = meaning(floor, CallIn((call, call), "lead", SUPPORT))
    more = applied(floor, found).agents - floor.centre.agents
    assert more[0].sum() / 4 == pytest.approx(2.0) and not more[1:].any()
    assert any("as if all of them come" in note for note in found.notes)
    home = applied(floor, meaning(floor, CallIn((call,), "lead"))).agents - floor.centre.agents
    assert home[1].sum() / 4 == pytest.approx(2.0)
    lost = meaning(floor, CallIn((Call("9", "Nobody", NOW, NOW + HOUR),), "lead"))
    assert not lost.alternatives and "one person" in lost.unknown[0]


def test_what_is_brought_back_is_all_of_it(store: Store) -> None:
    journal.run(store, SetCallback(offer=False, channel="voice"), "lead")
    journal.run(store, SetChannel("chat", "closed"), "lead")
    journal.run(store, SendAgents(WEB, (ANN,)), "lead")
    with store.read() as session:
        rows = session.query(Override).all()
        command = RestoreAll(tuple((row.subject, row.aspect) for row in rows))
        floor = Floor(session, six(callback=True), NOW)
        closed = together([meaning(floor, SetChannel("chat", "closed"))])
        floor.centre = applied(floor, closed)
        found = applied(floor, meaning(floor, command))
    assert (found.opening[1] == OPEN).all() and found.offering[0].all()
    assert not meaning(floor, RestoreAll(())).alternatives


def test_who_has_never_served_there_counts_less(store: Store) -> None:
    with store.write() as session:
        session.add(
            Source(id=2, name="connect", platform="amazon_connect", format="f", folder="/", zone="")
        )
        session.flush()
        session.add(Queue(id=9, source_id=2, name="web chat", channel="chat"))
        session.add(Agent(id=9, source_id=2, name="lee"))
        session.flush()
        session.add(
            AgentInterval(
                source_id=2, agent_id=9, alias="", kind="member", queue_id=9, started_at=1,
                source_state="routing", ended_by="", revision=1,
            )
        )  # fmt: skip
    ids = (("connect", "lee"), ("pbx", "PJSIP/108"))
    journal.run(store, EditRoster(Entry("people", "8", (("ids", ids),)), "lead"), "lead")
    with store.read() as session:
        floor = Floor(session, six(callback=True), NOW)
        found = meaning(floor, SendAgents(SUPPORT, (9,)))
        assert gained(floor, found) == {"chat": -1.0, "voice": 0.8}
        assert NEW_THERE in found.notes and AS_SKILLED not in found.notes
