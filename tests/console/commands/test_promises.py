"""What becomes of those who were promised a call when the offer or the dialling is turned off."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console import journal
from console.commands import SetCallback, SetCallbackLimit
from console.domain.acts import Preview
from console.domain.times import HOUR, MINUTE
from console.store.engine import Store
from console.store.tables import Outbox, Promise, Queue, Source
from tests.console.floor import BILLING, SALES, SUPPORT, make_floor


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three are promised a call in support, the oldest for 3 h 10 min and one overdue; none in the
    other queues of that source."""
    floor = make_floor(tmp_path)
    with floor.write() as session:
        now = session.get_one(Source, 1).last_at or 0
        for number, minutes in enumerate((190, 20, 5), 1):
            session.add(
                Promise(
                    id=number, contact_id=number, source_id=1, queue_id=SUPPORT,
                    requested_at=now - minutes * MINUTE, outcome="promised", revision=1,
                    due_at=now - MINUTE if minutes == 190 else now + HOUR,
                )
            )  # fmt: skip
    yield floor
    floor.close()


def preview(store: Store, command: SetCallback | SetCallbackLimit) -> Preview:
    with store.read() as session:
        return command.preview(session)


def messages(store: Store) -> list[tuple[str, dict[str, object]]]:
    with store.read() as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.number))
        return [(row.action, json.loads(row.body)) for row in rows]


def test_a_preview_counts_what_is_promised(store: Store) -> None:
    shown = preview(store, SetCallback(offer=False, queue_ids=(SUPPORT,)))
    assert shown.warnings[0] == ("Promises outstanding: 3, the oldest 3 h 10 min old, 1 overdue.")
    assert any("Nothing is said of what becomes" in words for words in shown.warnings)
    none = preview(store, SetCallback(offer=False, queue_ids=(SALES,)))
    assert none.warnings[0] == "Promises outstanding: 0."


def test_those_promised_are_called_while_nobody_new_is_promised_a_call(store: Store) -> None:
    command = SetCallback(offer=False, queue_ids=(SUPPORT,), promised="drain")
    assert preview(store, command).touches[0] == (
        "The 3 promised are called until none is left; nobody else is promised a call."
    )
    journal.run(store, command, "lead")
    ((action, fields),) = messages(store)
    assert (action, fields["on"], fields["promised"]) == ("callback_offer", False, "drain")
    with store.read() as session:
        assert session.get_one(Queue, SUPPORT).callback_dial is None
    with store.write() as session:
        session.get_one(Queue, SUPPORT).callback_dial = False
    assert "support: the dialling is off, so nobody is called." in preview(store, command).warnings


def test_promises_are_kept_for_later_and_grow_old(store: Store) -> None:
    command = SetCallback(offer=False, dial=False, queue_ids=(SUPPORT,), promised="keep")
    assert preview(store, command).touches[0] == (
        "The 3 promised are kept for later; the oldest is 3 h 10 min old already."
    )


def test_those_released_are_told_so_and_that_is_not_taken_back(store: Store) -> None:
    command = SetCallback(
        offer=False, queue_ids=(SUPPORT, SALES), promised="release", message="Sorry, call again."
    )
    shown = preview(store, command)
    assert shown.touches[0] == "The 3 promised are told “Sorry, call again.” and are not called."
    assert "What customers were told cannot be taken back." in shown.warnings
    receipt = journal.run(store, command, "lead")
    released = [fields for action, fields in messages(store) if action == "callback_release"]
    # Nobody is promised anything in sales.
    assert released == [
        {
            "source": "pbx", "queue": "support", "queue_id": SUPPORT,
            "message": "Sorry, call again.", "promised": 3,
        }
    ]  # fmt: skip
    with store.write() as session:
        for row in session.scalars(select(Outbox)):
            row.state, row.sent_at = "confirmed", 1
    journal.undo(store, receipt.journal_id, "lead")
    assert [action for action, _ in messages(store)].count("callback_release") == 1
    assert [fields["on"] for action, fields in messages(store) if "on" in fields] == [
        False, False, True, True,
    ]  # fmt: skip


def test_a_source_that_never_promised_anything_says_nothing_of_it(store: Store) -> None:
    with store.write() as session:
        for row in session.scalars(select(Promise)):
            session.delete(row)
    command = SetCallback(offer=False, queue_ids=(BILLING,), promised="release", message="Sorry.")
    shown = preview(store, command)
    assert shown.warnings[0] == "Promises outstanding: unknown to this source."
    assert shown.touches[0].startswith("All who were promised a call are told")
    journal.run(store, command, "lead")
    assert [f["promised"] for a, f in messages(store) if a == "callback_release"] == [None]


def test_a_limit_says_what_is_open_and_whether_it_acts_at_once(store: Store) -> None:
    shown = preview(store, SetCallbackLimit(3, (SUPPORT, SALES)))
    assert shown.touches == (
        "sales: no limit → off from 3 open promises, 0 open now",
        "support: no limit → off from 3 open promises, 3 open now",
    )
    assert "support: 3 are open, so the offer goes off at once." in shown.warnings
    journal.run(store, SetCallbackLimit(3, (SUPPORT,)), "lead")
    with store.read() as session:
        assert session.get_one(Queue, SUPPORT).callback_off_from == 3
    shown = preview(store, SetCallback(offer=True, queue_ids=(SUPPORT,)))
    assert any("It stays on" in words for words in shown.warnings)
