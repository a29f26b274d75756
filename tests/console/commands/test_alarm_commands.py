"""Who sees to an alarm, and until when it is put off: acts in the journal, undone like others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console import journal
from console.commands import SnoozeAlarms, TakeAlarms
from console.domain.alarms import OWNED, RAISED, SNOOZED
from console.domain.times import DAY, HOUR, MINUTE
from console.errors import NotAllowed
from console.reads.alarms import standing
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Alarm, Journal


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(made)
    with made.write() as session:
        for number, cleared in ((1, None), (2, None), (3, HOUR)):
            session.add(
                Alarm(
                    id=number, key=f"wait|{number}", kind="wait", title=f"queue {number} waits",
                    number="9:00", definition="", remedy="", act="", target="", raised_at=1,
                    seen_at=1, cleared_at=cleared,
                )
            )  # fmt: skip
    yield made
    made.close()


def state(store: Store, number: int, now: int = HOUR) -> tuple[str, str]:
    with store.read() as session:
        row = next(row for row in standing(session) if row.id == number)
    return row.state(now), row.owner


def test_taken_over_by_name_and_given_back(store: Store) -> None:
    journal.run(store, TakeAlarms((1, 2), "Ann"), "ann")
    assert state(store, 1) == state(store, 2) == (OWNED, "Ann")
    journal.run(store, TakeAlarms((1,), ""), "ann")
    assert state(store, 1) == (RAISED, "")
    with store.read() as session:
        entries = [(e.who, e.title) for e in session.scalars(select(Journal).order_by(Journal.id))]
    assert entries == [
        ("ann", "Ann sees to: queue 1 waits, queue 2 waits"),
        ("ann", "nobody sees to: queue 1 waits"),
    ]
    assert journal.verify(store) == []


def test_it_is_taken_back_though_a_desk_has_renewed_the_alarm(store: Store) -> None:
    receipt = journal.run(store, TakeAlarms((1,), "Ann"), "ann")
    with store.write() as session:
        session.get_one(Alarm, 1).seen_at = 99
    assert journal.can_undo(store) == "", "the finger that takes back a move does not reach it"
    journal.undo(store, receipt.journal_id, "ann")
    assert state(store, 1) == (RAISED, "")


def test_put_off_with_a_reason_until_then(store: Store) -> None:
    journal.run(store, TakeAlarms((1,), "Ann"), "ann")
    command = SnoozeAlarms((1,), 2 * HOUR, "the vendor is on it", "ann", now=HOUR)
    with store.read() as session:
        assert command.preview(session).touches == ("queue 1 waits: quiet for 1 h 00 min",)
    journal.run(store, command, "ann")
    assert state(store, 1) == (SNOOZED, "")
    assert state(store, 1, 2 * HOUR) == (RAISED, "")
    with store.read() as session:
        row = session.get_one(Alarm, 1)
        assert (row.snoozed_by, row.snoozed_why) == ("ann", "the vendor is on it")
    journal.run(store, TakeAlarms((1,), "Bo"), "bo")
    assert state(store, 1) == (OWNED, "Bo")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (TakeAlarms((9,), "Ann"), "There is no such alarm."),
        (TakeAlarms((), "Ann"), "There is no such alarm."),
        (TakeAlarms((3,), "Ann"), "It has ended already."),
        (TakeAlarms((1,), ""), "It stands so already."),
        (SnoozeAlarms((1,), HOUR, "why", "ann", now=HOUR), "Write for how many minutes"),
        (SnoozeAlarms((1,), -1, "why", "ann", now=0), "Write for how many minutes"),
        (SnoozeAlarms((1,), DAY + MINUTE, "why", "ann", now=0), "at most a day"),
        (SnoozeAlarms((1,), HOUR, " ", "ann", now=0), "Write why"),
    ],
)
def test_what_is_refused(store: Store, command: TakeAlarms | SnoozeAlarms, words: str) -> None:
    with store.read() as session:
        assert words in command.preview(session).refused
    with pytest.raises(NotAllowed):
        journal.run(store, command, "ann")
