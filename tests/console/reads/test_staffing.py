"""How many will serve: what they got done, who is asked to come, and channels nobody tells of."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from console import journal
from console.commands import CallIn
from console.commands.call_in import Call
from console.domain.times import DAY, HOUR, MINUTE, now_us
from console.reads.presence import hours_of_work, presence
from console.reads.staffing import staffing
from console.reads.staffing_worked import worked
from console.settings import Settings
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Agent, AgentInterval, Contact, Leg, Queue, Source

NOW = now_us() // HOUR * HOUR
SUPPORT, MAIL = 1, 2
ANN, BOB, CEM = 1, 2, 3
CHANNELS = ("voice", "email")
HOURS_OF = {"voice": 0.1, "email": 0.1}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(store)
    with store.write() as session:
        session.add(
            Source(id=1, name="pbx", format="x", folder="/", platform="asterisk", last_at=NOW)
        )
        session.flush()
        session.add(Queue(id=SUPPORT, source_id=1, name="support", channel="voice"))
        session.add(Queue(id=MAIL, source_id=1, name="mail", channel="email"))
        for number, name in enumerate(["Ann", "Bob", "Cem"], 1):
            session.add(Agent(id=number, source_id=1, name=name))
    yield store
    store.close()


_numbers = iter(range(1, 1_000_000))


def contact(
    session: object, queue: int, entered: int, answered: int | None, ended: int | None,
    agent: int | None = None, talk: int | None = None,
) -> None:  # fmt: skip
    number = next(_numbers)
    session.add(  # type: ignore[attr-defined]
        Contact(
            id=number, source_id=1, ref=str(number), channel="voice", first_at=entered,
            last_at=entered, evidence="", revision=1,
        )
    )  # fmt: skip
    session.flush()  # type: ignore[attr-defined]
    session.add(  # type: ignore[attr-defined]
        Leg(
            contact_id=number, number=1, source_id=1, queue_id=queue, agent_id=agent,
            entered_at=entered, entry_seen=True, connected_at=answered, ended_at=ended,
            outcome="answered" if answered else "waiting", ended_by="", rings=0, talk_us=talk,
            revision=1,
        )
    )  # fmt: skip


def test_an_agent_is_there_while_a_member_and_not_paused(store: Store) -> None:
    def span(agent: int, kind: str, queue: int | None, begins: int, ends: int | None) -> None:
        session.add(
            AgentInterval(
                source_id=1, agent_id=agent, alias="x", kind=kind, queue_id=queue, contact_id=None,
                started_at=begins, ended_at=ends, source_state="", ended_by="", revision=1,
            )
        )  # fmt: skip

    with store.write() as session:
        span(ANN, "member", SUPPORT, NOW - 4 * HOUR, None)
        span(ANN, "pause", SUPPORT, NOW - 3 * HOUR, NOW - 2 * HOUR)
        # A login is one for all queues, and so is a pause without one.
        span(BOB, "login", None, NOW - 2 * HOUR, NOW - HOUR)
        span(BOB, "pause", None, NOW - 90 * MINUTE, NOW - 80 * MINUTE)
        # Of Cem only contacts are known: a bout of three, and one hours before.
        for back in (240, 60, 45, 30):
            at = NOW - back * MINUTE
            contact(session, SUPPORT, at, at, at + 5 * MINUTE, CEM, 5 * MINUTE)
    with store.read() as session:
        found = presence(session, (ANN, BOB, CEM), NOW - 6 * HOUR, NOW)
    hours = found.there.sum(axis=1) / 12.0
    assert hours.tolist() == pytest.approx([3.0, 50 / 60, 40 / 60], abs=0.1)
    assert found.told == {ANN, BOB}


def test_work_is_that_of_two_days_or_where_there_is_none_of_two_weeks(store: Store) -> None:
    with store.write() as session:
        for back, queue, agent in ((1, MAIL, ANN), (100, SUPPORT, ANN), (100, SUPPORT, BOB)):
            at = NOW - back * HOUR
            contact(session, queue, at, at, at + MINUTE, agent)
    with store.read() as session:
        found = hours_of_work(
            session, (ANN, BOB), NOW - 14 * DAY, NOW - 2 * DAY, NOW, {"voice": 0.1, "email": 0.2}
        )
    assert found == {ANN: {"email": pytest.approx(0.2)}, BOB: {"voice": pytest.approx(0.1)}}


def test_what_was_answered_while_customers_waited_is_believed(store: Store) -> None:
    """Two agents at six minutes each could answer twenty an hour; ten were, all the time some
    waited."""
    with store.write() as session:
        for number in range(120):
            at = NOW - 12 * HOUR + number * 6 * MINUTE
            contact(session, SUPPORT, at - 30 * MINUTE, at, at + MINUTE)
    with store.read() as session:
        factors, said = worked(
            session, NOW, CHANNELS, HOURS_OF, lambda at: np.full((2, len(at)), 2.0), Settings()
        )
        idle, nothing = worked(
            session, NOW - 20 * HOUR, CHANNELS, HOURS_OF, lambda at: np.full((2, len(at)), 2.0),
            Settings(),
        )  # fmt: skip
    # A little is left of what was thought before.
    assert 0.5 <= factors[0] < 0.65 and factors[1] == 1.0
    assert len(said) == 1 and "less was answered in voice" in said[0]
    assert idle.tolist() == [1.0, 1.0] and nothing == []


def test_of_a_channel_that_nobody_tells_of_answers_say_how_many(store: Store) -> None:
    with store.write() as session:
        for day in range(1, 4):
            for number in range(20):
                at = NOW - day * DAY + number * 3 * MINUTE
                contact(session, MAIL, at - HOUR, at, at)
    with store.read() as session:
        found = staffing(session, NOW, CHANNELS, HOURS_OF, 24.0, 0.25)
    email = found.agents[1].reshape(24, 4).mean(axis=1)
    # Twenty an hour at six minutes are two agents, with some time between two replies.
    assert email[0] == pytest.approx(2.0 / 0.85, rel=0.05)
    assert email[5] == 0.0
    assert any("Of email nobody tells who is there" in words for words in found.said)


def test_whoever_is_asked_to_come_counts_while_they_are_to_be_there(store: Store) -> None:
    now = now_us()
    call = Call("", "Dia", now + HOUR, now + 3 * HOUR)
    journal.run(store, CallIn((call,), "eve", SUPPORT), "eve", "")
    with store.read() as session:
        found = staffing(session, now, CHANNELS, HOURS_OF, 6.0, 0.25)
    hours = found.agents[0].reshape(6, 4).mean(axis=1)
    assert hours.tolist() == pytest.approx([0.0, 1.0, 1.0, 0.0, 0.0, 0.0], abs=0.01)
    assert "1 person called in: counted as there." in found.said
    # They need not come after all.
    journal.undo(store, None, "eve")
    with store.read() as session:
        found = staffing(session, now, CHANNELS, HOURS_OF, 6.0, 0.25)
    assert not found.agents.any()
