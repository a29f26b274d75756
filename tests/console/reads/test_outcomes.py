"""Which contacts settled the need, on the board and in the figures of a range."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console import journal
from console.commands.set_parameter import SetParameter
from console.domain import facts
from console.domain.resolution import ASSUMED, BOUND, TOLD, UNKNOWN, Resolution
from console.domain.times import DAY, HOUR, MINUTE, SECOND
from console.reads.board import board, figures
from console.reads.kpis import AGENT, CHANNEL, Question, kpis
from console.reads.live import LiveBoard
from console.reads.outcomes import outcomes
from console.settings import Settings
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Agent, Contact, Leg, Queue, Source, Ticket

NOW = 1_800_000_000 * SECOND
CALLS, MAIL = 1, 2


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(made)
    with made.write() as session:
        session.add(Source(id=1, name="desk", format="x", folder="/", last_at=NOW))
        session.flush()
        session.add(Queue(id=CALLS, source_id=1, name="calls", channel="voice"))
        session.add(Queue(id=MAIL, source_id=1, name="mail", channel="email"))
        session.add(Agent(id=1, source_id=1, name="Ann"))
    yield made
    made.close()


def leg(
    store: Store, number: int, disposition: str = "", ago: int = 10 * MINUTE, queue: int = CALLS,
    ref: str = "", stay: int = 1, outcome: str = facts.ANSWERED,
) -> None:  # fmt: skip
    at = NOW - ago
    with store.write() as session:
        if session.get(Contact, number) is None:
            session.add(
                Contact(
                    id=number, source_id=1, ref=ref or f"c{number}", channel="voice", first_at=at,
                    last_at=at, evidence="", revision=1,
                )
            )  # fmt: skip
            session.flush()
        answered = outcome == facts.ANSWERED
        session.add(
            Leg(
                contact_id=number, number=stay, source_id=1, queue_id=queue, agent_id=1,
                entered_at=at, entry_seen=True, connected_at=at + SECOND if answered else None,
                ended_at=at + 5 * MINUTE, outcome=outcome, ended_by="", wait_us=SECOND,
                talk_us=4 * MINUTE if answered else None, rings=0, revision=1,
                disposition=disposition,
            )
        )  # fmt: skip


def ticket(store: Store, ref: str, status: str) -> None:
    nothing = dict.fromkeys(
        ("solved_at", "first_reply_at", "due_at", "touches", "agents", "replies", "notes",
         "note_chars", "reopens", "agent_id", "queue_id", "requester", "changes")
    )  # fmt: skip
    with store.write() as session:
        session.add(
            Ticket(
                source_id=1, ref=ref, channel="email", status=status, subject="", priority="",
                tags="", satisfaction="", revision=1, created_at=NOW - DAY, updated_at=NOW - HOUR,
                **nothing,
            )
        )  # fmt: skip


def test_dispositions_on_the_board_with_the_handling_time(store: Store) -> None:
    for number, words in enumerate(("Resolved", "Resolved", "Resolved", "Not resolved"), 1):
        leg(store, number, words)
    leg(store, 5, "Billing")  # a topic says nothing
    leg(store, 6, "Resolved", ago=2 * HOUR)  # before the window
    leg(store, 7, "Resolved", outcome=facts.ABANDONED)  # nobody talked with them
    with store.read() as session:
        shown = board(session, NOW, Settings())
    calls, mail = shown.queues
    assert (calls.figures.resolution.kind, calls.figures.resolution.value) == (TOLD, 75.0)
    assert calls.figures.resolution.words.startswith("3 settled of 4")
    assert calls.figures.minutes_per_resolution == pytest.approx(4 / 0.75)
    assert mail.figures.resolution.kind == UNKNOWN
    assert mail.figures.minutes_per_resolution is None
    assert shown.totals is not None and shown.totals.resolution.value == 75.0


def test_a_ticket_that_is_asked_about_again_was_not_settled(store: Store) -> None:
    ticket(store, "1", "solved")
    ticket(store, "2", "open")
    leg(store, 1, queue=MAIL, ref="ticket:1", ago=20 * MINUTE)
    leg(store, 1, queue=MAIL, stay=2)
    leg(store, 2, queue=MAIL, ref="ticket:2")  # open: nobody knows yet
    with store.read() as session:
        assert outcomes(session, NOW - HOUR, NOW) == {MAIL: (1, 2)}
        (row,) = [
            row
            for row in kpis(session, Question(NOW - HOUR, NOW, by=CHANNEL))
            if row["channel"] == "email"
        ]
        (ann,) = kpis(session, Question(NOW - HOUR, NOW, by=AGENT))
    assert (row["outcomes"], row["resolution"]) == (2, 50.0)
    assert row["minutes_per_resolution"] == pytest.approx(8.0)
    assert ann["resolution"] == 50.0


def test_figures_of_a_range_have_what_dispositions_say(store: Store) -> None:
    leg(store, 1, "Solved")
    leg(store, 2, "unsolved")
    leg(store, 3)
    with store.read() as session:
        calls, mail = kpis(session, Question(NOW - HOUR, NOW))
    assert (calls["outcomes"], calls["resolution"]) == (2, 50.0)
    assert (mail["outcomes"], mail["resolution"], mail["minutes_per_resolution"]) == (0, None, None)


def test_what_is_set_by_hand_stands_in_with_its_reason_and_yields_to_what_is_stated(
    store: Store,
) -> None:
    leg(store, 1)
    journal.run(store, SetParameter("voice", "resolution", 60.0, "counted on Monday", "ann"), "ann")
    live = LiveBoard(Settings())
    live.bounds = {"email": Resolution(BOUND, 80.0), "voice": Resolution(BOUND, 90.0)}
    with store.read() as session:
        calls = live.refresh(session, NOW).queues[0]
        assert (calls.figures.resolution.kind, calls.figures.resolution.value) == (ASSUMED, 60.0)
        assert calls.figures.resolution.words == "assumed: set by ann, counted on Monday"
    leg(store, 2, "Resolved")
    with store.read() as session:
        found = figures(session, NOW, Settings(), {}, live.bounds)
    assert found[CALLS].resolution.value == 100.0
