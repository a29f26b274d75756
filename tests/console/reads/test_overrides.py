"""What stands otherwise than usual is listed with how its messages stand and what became of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console import journal
from console.commands import MoveAgents, RestoreAll, SendAgents, SetCallback, SetChannel
from console.domain.messages import DIAL, IN, MEMBER, OFFER, ON, PAUSE, SERVING, STATE
from console.domain.overrides import Displaced, Drift, OverrideRow
from console.domain.times import DAY, HOUR, MINUTE, now_us
from console.reads.board import board
from console.reads.displaced import displaced
from console.reads.live import LiveBoard
from console.reads.overrides import overrides
from console.settings import Settings
from console.store.engine import Store, next_revision
from console.store.tables import Contact, CustomerTie, Leg, Outbox, Override, Sighting
from tests.console.floor import ANN, BILLING, BOB, CEM, SALES, SUPPORT, WEB, make_floor


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    yield floor
    floor.close()


def listed(store: Store, at: int | None = None) -> tuple[OverrideRow, ...]:
    with store.read() as session:
        return overrides(session, now_us() if at is None else at)


def settle(store: Store, state: str, *items: str, words: str = "") -> None:
    with store.write() as session:
        for row in session.scalars(select(Outbox).where(Outbox.state == "pending")):
            if not items or row.item in items:
                row.state, row.answer = state, words
                row.sent_at = row.ended_at = now_us()


def see(store: Store, subject: str, aspect: str, value: str, at: int, by: str = "") -> None:
    with store.write() as session:
        session.add(
            Sighting(
                source_id=1, subject=subject, aspect=aspect, value=value, at=at, by=by,
                revision=next_revision(session),
            )
        )  # fmt: skip


def test_nothing_is_listed_where_all_is_as_usual(store: Store) -> None:
    assert listed(store) == ()


def test_a_row_says_since_when_by_whom_and_how_its_message_stands(store: Store) -> None:
    before = now_us()
    journal.run(store, SetCallback(offer=False, queue_ids=(BILLING,)), "ann")
    (row,) = listed(store)
    assert (row.kind, row.title, row.name, row.source) == (
        "callback", "callback offer off, billing", "billing", "pbx",
    )  # fmt: skip
    assert (row.normal, row.wanted, row.who, row.state) == ("on", "off", "ann", "pending")
    assert before <= row.since <= now_us()
    assert row.parts == (("pbx|queue|billing", OFFER),)
    assert not row.alarming
    settle(store, "refused", words="no such queue")
    (row,) = listed(store)
    assert (row.state, row.words, row.alarming) == ("refused", "no such queue", True)
    # As of an instant before, it stood as usual.
    assert listed(store, before - 1) == ()


def test_the_state_is_that_of_the_message_for_what_is_wanted_now(store: Store) -> None:
    journal.run(store, SetChannel("chat", "draining", "Bye."), "ann")
    settle(store, "confirmed")
    closing = journal.run(store, SetChannel("chat", "closed", "Bye."), "bob")
    assert [(row.title, row.state) for row in listed(store)] == [("chat closed", "pending")]
    journal.undo(store, closing.journal_id, "bob")  # it never left
    assert [(row.title, row.who, row.state) for row in listed(store)] == [
        ("chat draining", "ann", "confirmed")
    ]


def test_an_agent_is_one_line_whatever_the_number_of_queues(store: Store) -> None:
    journal.run(store, SendAgents(BILLING, (BOB, CEM)), "lead")
    settle(store, "confirmed")
    bob, cem = sorted(listed(store), key=lambda row: row.title)
    assert (bob.kind, bob.name) == ("agent", "Bob")
    assert bob.title == "Bob in billing, out of sales, out of support"
    assert len(bob.parts) == 3 and bob.state == "confirmed"
    assert cem.title == "Cem in billing, out of sales"
    journal.run(store, RestoreAll(bob.parts), "lead")
    assert [row.title for row in listed(store)] == [cem.title]


def test_a_time_to_reopen_passes(store: Store) -> None:
    until = now_us() + HOUR
    journal.run(store, SetChannel("chat", "closed", "Bye.", until), "lead")
    (row,) = listed(store)
    assert (row.kind, row.name, row.until, row.overdue) == ("channel", "chat", until, False)
    (row,) = listed(store, until)
    assert row.overdue and row.alarming


def test_what_is_changed_back_there_has_drifted(store: Store) -> None:
    journal.run(store, SetCallback(offer=False, dial=False, queue_ids=(BILLING,)), "ann")
    journal.run(store, SendAgents(BILLING, (ANN, CEM)), "ann")
    settle(store, "confirmed")
    earlier, later = now_us() - MINUTE, now_us() + MINUTE
    see(store, "queue|billing", DIAL, ON, earlier)
    see(store, "queue|billing", OFFER, ON, later, "bob")
    see(store, "agent|billing|pjsip/101", MEMBER, IN, later)
    # Cem is in the configuration of the platform, so he was paused there.
    see(store, "agent|sales|pjsip/103", PAUSE, SERVING, later, "the manager interface")
    drifts = {row.title: row.drift for row in listed(store)}
    assert drifts == {
        "callback offer off, billing": Drift("pbx", ON, later, "bob"),
        "callback dialling off, billing": None,
        "Ann in billing, out of support": None,
        "Cem in billing, out of sales": Drift("pbx", SERVING, later, "the manager interface"),
    }


def test_what_was_never_confirmed_cannot_drift(store: Store) -> None:
    journal.run(store, SetChannel("chat", "closed", "Bye."), "ann")
    see(store, "channel|chat", STATE, "open", now_us() + MINUTE)
    assert listed(store)[0].drift is None


def test_the_live_board_has_them_as_the_board_of_an_instant_has(store: Store) -> None:
    live = LiveBoard(Settings())
    with store.read() as session:
        assert live.refresh(session, now_us()).overrides == ()
    until = now_us() + HOUR
    journal.run(store, SetChannel("chat", "closed", "Bye.", until), "lead")
    journal.run(store, MoveAgents((ANN,), (SALES,)), "lead")
    for at in (now_us(), until + MINUTE):
        with store.read() as session:
            kept = live.refresh(session, at)
            assert kept.overrides == board(session, at, Settings()).overrides
            assert [row.overdue for row in kept.overrides] == [at > until, False]
            (chat,) = (row for row in kept.channels if row.channel == "chat")
            assert chat.reopens_at == until
    settle(store, "refused")
    with store.write() as session:
        next_revision(session)
    with store.read() as session:
        assert {row.state for row in live.refresh(session, now_us()).overrides} == {"refused"}


# Where customers go ------------------------------------------------------------------------------


def come(
    store: Store, number: int, queue_id: int, channel: str, at: int, customer: str | None
) -> None:
    with store.write() as session:
        session.add(
            Contact(
                id=number, source_id=1, ref=f"c{number}", channel=channel, customer=customer,
                first_at=at, last_at=at, evidence="", revision=1,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            Leg(
                contact_id=number, number=1, source_id=1, queue_id=queue_id, entered_at=at,
                entry_seen=True, outcome="waiting", ended_by="", rings=0, revision=1,
            )
        )  # fmt: skip


def test_customers_of_a_closed_channel_are_followed_to_the_others(store: Store) -> None:
    journal.run(store, SetChannel("chat", "closed", "Bye."), "lead")
    closed = listed(store)[0].since
    with store.write() as session:
        session.get_one(Override, ("|channel|chat", STATE)).since = closed = closed - HOUR
        session.add(CustomerTie(customer="~d~", same_as="~d2~"))
        session.add(CustomerTie(customer="~shared~", same_as=""))
    for number, (queue, channel, minutes, customer) in enumerate(
        [
            (WEB, "chat", -90, "~a~"),
            (WEB, "chat", -80, "~b~"),
            (WEB, "chat", 10, "~c~"),  # tried while it was closed
            (WEB, "chat", -70, "~d~"),
            (WEB, "chat", -60, None),
            (WEB, "chat", -60, "~shared~"),
            (WEB, "chat", -60 * 30, "~old~"),  # more than a day before
            (SUPPORT, "voice", 5, "~a~"),
            (SUPPORT, "voice", 6, "~a~"),  # the same customer again
            (SALES, "voice", 20, "~d2~"),
            (SALES, "voice", -20, "~b~"),
            (SALES, "voice", 30, "~old~"),
            (SALES, "voice", 30, "~nobody's~"),
            (BILLING, "email", 30, "~c~"),
        ],
        101,
    ):
        come(store, number, queue, channel, closed + minutes * MINUTE, customer)
    with store.read() as session:
        found = displaced(session, "chat", closed + HOUR)
    assert found == Displaced(
        "chat", closed, closed + HOUR, 4, (("voice", 2, 1), ("email", 1, 0)), 2
    )


def test_where_customers_are_not_known_nobody_can_say_where_they_went(store: Store) -> None:
    journal.run(store, SetChannel("voice", "closed", "Bye."), "lead")
    with store.read() as session:
        found = displaced(session, "voice", now_us())
        assert found is not None
        assert (found.customers, found.came, found.keyless) == (None, (), 5)
        assert displaced(session, "chat", now_us()) is None


def test_weeks_after_the_closing_only_the_first_days_count(store: Store) -> None:
    journal.run(store, SetChannel("chat", "closed", "Bye."), "lead")
    with store.read() as session:
        found = displaced(session, "chat", now_us() + 30 * DAY)
    assert found is not None and found.until - found.since == 7 * DAY
    assert found.customers == 0
