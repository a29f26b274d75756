"""Where the forecast starts from: who is there, what is open, what stands otherwise than usual."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from console import journal
from console.commands import MoveAgents, SetCallback, SetChannel
from console.domain.messages import queue_subject
from console.domain.times import DAY, HOUR, MINUTE, SECOND, now_us
from console.forecast.centre import CLOSED, OPEN, Callback, Channel
from console.reads.in_force import in_force
from console.reads.open_work import open_work
from console.reads.present import Presents, present, tempered
from console.reads.staffing import staffing
from console.settings import Settings
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.roster_tables import RosterPerson, RosterShift
from console.store.tables import Agent, AgentInterval, Contact, Leg, Queue, Rollup, Sighting, Source

SUPPORT, SALES, WEB = 1, 2, 3
ANN, BOB, CEM = 1, 2, 3
CHANNELS = ("voice", "chat")
HOURS_OF = {"voice": 0.1, "chat": 0.1}


def local_noon() -> int:
    """Of a Thursday, by the desk's clock: the days before it were working days."""
    today = datetime.fromtimestamp(now_us() / SECOND).replace(hour=12, minute=0, second=0)
    noon = round(today.replace(microsecond=0).timestamp()) * SECOND
    while datetime.fromtimestamp(noon / SECOND).weekday() != 3:
        noon -= DAY
    return noon


NOON = local_noon()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Ann and Bob serve voice from nine to five since Monday, Bob with an hour's pause at eleven;
    Cem serves chat, and nobody says when."""
    store = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(store)
    with store.write() as session:
        session.add(
            Source(
                id=1, name="pbx", format="x", folder="/", platform="asterisk", last_at=NOON
            )
        )  # fmt: skip
        session.flush()
        for number, (name, channel) in enumerate(
            [("support", "voice"), ("sales", "voice"), ("web", "chat")], 1
        ):
            session.add(Queue(id=number, source_id=1, name=name, channel=channel))
        for number, name in enumerate(["Ann", "Bob", "Cem"], 1):
            session.add(Agent(id=number, source_id=1, name=name))
        session.flush()
        for back in range(4):
            begins = NOON - back * DAY - 3 * HOUR
            for agent in (ANN, BOB):
                session.add(_span(agent, "member", SUPPORT, begins, begins + 8 * HOUR))
            session.add(_span(BOB, "pause", SUPPORT, begins + 2 * HOUR, begins + 3 * HOUR))
    yield store
    store.close()


def _span(agent: int, kind: str, queue: int | None, begins: int, ends: int) -> AgentInterval:
    return AgentInterval(
        source_id=1, agent_id=agent, alias=f"PJSIP/10{agent}", kind=kind, queue_id=queue,
        contact_id=None, started_at=begins, ended_at=None if ends > NOON else ends,
        source_state="", ended_by="", revision=1,
    )  # fmt: skip


def call(
    session: object,
    number: int,
    queue: int,
    entered: int,
    *,
    customer: str | None = "",
    answered: int | None = None,
    ended: int | None = None,
    agent: int | None = None,
    outcome: str = "answered",
) -> None:
    session.add(  # type: ignore[attr-defined]
        Contact(
            id=number, source_id=1, ref=str(number), channel="voice",
            customer=f"c{number}" if customer == "" else customer, first_at=entered,
            last_at=ended or entered, evidence="", revision=1,
        )
    )  # fmt: skip
    session.flush()  # type: ignore[attr-defined]
    session.add(  # type: ignore[attr-defined]
        Leg(
            contact_id=number, number=1, source_id=1, queue_id=queue, agent_id=agent,
            entered_at=entered, entry_seen=True, connected_at=answered, ended_at=ended,
            outcome=outcome, ended_by="", wait_us=(answered or ended or entered) - entered,
            talk_us=ended - answered if answered and ended else None, rings=0, revision=1,
        )
    )  # fmt: skip


def agents(store: Store, hours: float = 24.0) -> tuple[list[list[float]], tuple[str, ...]]:
    """Voice and chat by the full hour ahead, on the half hour."""
    with store.read() as session:
        found = staffing(session, NOON, CHANNELS, HOURS_OF, hours, 0.25)
    return found.agents[:, 2::4].round(2).tolist(), found.said


def test_without_a_roster_agents_are_as_on_the_days_before(store: Store) -> None:
    (voice, chat), said = agents(store)
    # From noon to five two are there, at night nobody, tomorrow from nine on again.
    assert voice[:5] == pytest.approx([2] * 5, abs=0.1)
    assert voice[6:20] == [0] * 14
    assert voice[21:23] == [2, 2]
    assert voice[23] == pytest.approx(1.0, abs=0.35)
    assert chat == [0] * 24
    assert any("days of the same kind at the same hour" in words for words in said), said


def test_a_roster_says_it_and_how_much_of_it_is_worked(store: Store) -> None:
    with store.write() as session:
        for number, name in enumerate(["Ann", "Bob", "Cem"], 1):
            session.add(RosterPerson(id=str(number), name=name, home_queue="web"))
        for back in range(-1, 3):
            begins = NOON - back * DAY - 3 * HOUR
            for number in (1, 2, 3):
                shift = RosterShift(id=f"{number}-{back}", person=str(number), kind="shift")
                shift.start_at, shift.end_at = begins, begins + 8 * HOUR
                block = RosterShift(id=f"{number}-{back}-b", person=str(number), kind="meeting")
                block.start_at, block.end_at = begins + 4 * HOUR, begins + 5 * HOUR
                session.add_all([shift, block])
    (voice, chat), said = agents(store, 22.0)
    # Cem's home queue is web; of Ann and Bob it is known what they do.
    assert chat[0] == 1 and chat[1] == 0 and chat[2] == 1
    assert voice[1] == 0
    # Bob's pauses in the past two days were planned of nobody: a little less is expected.
    assert 1.7 < voice[3] <= 2.2
    assert any(words.startswith("Agents by the roster: 3 people") for words in said), said


def test_one_who_serves_two_channels_is_divided_as_they_worked(store: Store) -> None:
    with store.write() as session:
        for number in range(4):
            at = NOON - 5 * HOUR + number * MINUTE
            queue = WEB if number == 0 else SUPPORT
            call(session, number + 1, queue, at, answered=at, ended=at + MINUTE, agent=ANN)
    (voice, chat), said = agents(store)
    assert voice[2] == pytest.approx(1.75, abs=0.01)
    assert chat[2] == pytest.approx(0.25, abs=0.01)
    assert any("1 person serves several channels" in words for words in said)


def test_who_was_sent_elsewhere_counts_there(store: Store) -> None:
    journal.run(store, MoveAgents((ANN,), (WEB,), (SUPPORT,)), "eve", "")
    (voice, chat), _said = agents(store)
    assert voice[2] == pytest.approx(1.0, abs=0.01)
    assert chat[2] == pytest.approx(1.0, abs=0.01)


def channels() -> tuple[Channel, ...]:
    voice = Channel(
        "voice", 0.1, patience_h=0.1, redial=0.6, redial_delay_h=1.0, resolution=0.7,
        reconnect=0.8, callback=Callback(),
    )  # fmt: skip
    return voice, replace(voice, name="chat", callback=None)


def test_who_is_inside_and_who_will_come_again(store: Store) -> None:
    with store.write() as session:
        call(session, 1, SUPPORT, NOON - 5 * MINUTE, outcome="waiting")
        call(session, 2, SALES, NOON - 9 * MINUTE, answered=NOON - 6 * MINUTE, agent=ANN)
        call(session, 3, WEB, NOON - HOUR, ended=NOON - HOUR // 2, outcome="abandoned")
        # Gave up an hour ago and waits again: one issue, inside.
        call(session, 4, SUPPORT, NOON - 2 * HOUR, ended=NOON - HOUR, outcome="abandoned",
             customer="again")  # fmt: skip
        call(session, 5, SUPPORT, NOON - MINUTE, outcome="waiting", customer="again")
        call(session, 6, SUPPORT, NOON - HOUR, ended=NOON - HOUR, outcome="exit_key")
        # After the instant: nobody knows of it yet.
        call(session, 7, SUPPORT, NOON + MINUTE, outcome="waiting")
    with store.read() as session:
        found = open_work(session, NOON, channels(), Settings())
    voice, chat = found.work
    assert voice.inside == 3.0
    assert voice.redialling == 0.0
    assert voice.list_live == 1.0
    waits = 0.6 * np.exp(-0.5)
    assert chat.redialling == pytest.approx(waits / (0.4 + waits))
    assert chat.inside == 0.0


def test_what_stands_otherwise_is_in_force(store: Store) -> None:
    reopens = now_us() + 2 * HOUR
    journal.run(store, SetChannel("chat", "closed", "later", reopens), "eve", "")
    journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT,)), "eve", "")
    with store.write() as session:
        for queue, number in ((SUPPORT, 30), (SALES, 10)):
            session.add(
                Rollup(
                    queue_id=queue, from_at=now_us() - HOUR, received=number, answered=0,
                    abandoned=0, flow_out=0, refused=0, wait_us=0, talk_us=0, revision=1,
                )
            )  # fmt: skip
    with store.read() as session:
        found = in_force(session, now_us(), channels(), 4.0, 0.25)
    assert found.opening[1, 0] == CLOSED and found.opening[1, -1] == OPEN
    assert not found.opening[0].any()
    assert found.offering[0].all() and found.dialling[0].all()
    # A quarter of the calls come in sales, where it is still offered.
    voice = found.channels[0]
    assert voice.callback is not None
    assert voice.callback.accepted == pytest.approx(0.37 * 0.25)
    assert {row.title for row in found.standing} == {"chat closed", "callback offer off, support"}
    assert found.acts == 2


def test_a_channel_that_somebody_closed_at_its_platform_is_closed(store: Store) -> None:
    def seen(queue: str) -> Sighting:
        subject = queue_subject(queue)
        return Sighting(source_id=1, subject=subject, aspect="state", value="closed", at=NOON)

    with store.write() as session:
        session.add(seen("support"))
    with store.read() as session:
        assert not in_force(session, NOON, channels(), 4.0, 0.25).opening.any()
    with store.write() as session:
        session.add(seen("sales"))
    with store.read() as session:
        found = in_force(session, NOON, channels(), 4.0, 0.25)
    assert (found.opening[0] == CLOSED).all() and not found.opening[1].any()
    assert any("voice is closed at its platforms" in words for words in found.said)


def test_all_of_it_fits_together_and_is_kept_for_a_minute(store: Store) -> None:
    with store.write() as session:
        for number in range(40):
            at = NOON - 3 * HOUR + number * 4 * MINUTE
            ended = at + 6 * MINUTE
            call(session, number + 1, SUPPORT, at, answered=at, ended=ended, agent=ANN)
    with store.read() as session:
        found = present(session, NOON, Settings())
        assert found.centre.names == ("voice",)
        assert found.centre.hours == 48.0
        assert found.centre.agents.shape == found.centre.fresh.shape
        assert found.assumed
        kept = Presents(Settings())
        first = kept.of(session, NOON)
        assert kept.of(session, NOON + 30 * SECOND) is first
        assert kept.of(session, NOON + 2 * MINUTE) is not first
    journal.run(store, SetChannel("chat", "closed", "", now_us() + HOUR), "eve", "")
    with store.read() as session:
        assert kept.of(session, NOON + 2 * MINUTE) is not first


def test_growth_that_was_seen_over_minutes_is_not_taken_on_to_hours() -> None:
    steep = replace(channels()[0], handling_growth=2.0)
    (first, second), said = tempered((steep, channels()[1]))
    assert first.handling_growth == 0.3 and second == channels()[1]
    (words,) = said
    assert "grow by 200% for each hour of wait; 30% is taken" in words


def test_of_nothing_there_is_no_centre(store: Store) -> None:
    with store.read() as session:
        assert present(session, NOON, Settings()).centre.channels == ()
