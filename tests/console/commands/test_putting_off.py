"""Blocks that are put off, people who are called in, and what is owed then."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console import journal
from console.commands import (
    AddObligation,
    CallIn,
    CancelBlocks,
    Command,
    EditObligation,
    EditRoster,
    EndObligation,
)
from console.commands.call_in import Call
from console.domain.obligations import DONE, WAIVED
from console.domain.roster import Entry, Value
from console.domain.times import DAY, HOUR, MINUTE, iso, now_us
from console.errors import CannotUndo, NotAllowed
from console.reads.obligations import ledger, obligations, without_owner
from console.reads.roster import shifts
from console.store.engine import Store, next_revision
from console.store.roster import take
from console.store.tables import Operation, Outbox
from tests.console.floor import SUPPORT, make_floor, undoable_rows

NOW = now_us() // MINUTE * MINUTE
EVE = Entry("people", "7", (("name", "Eve"), ("tier", "front line")))
LEE = Entry("people", "8", (("name", "Lee"), ("tier", "leader")))


def block(key: str, kind: str, start: int, end: int, **said: Value) -> Entry:
    values = {"person": "7", "kind": kind, "start_at": NOW + start, "end_at": NOW + end, **said}
    return Entry("shifts", key, tuple(sorted(values.items())))


BLOCKS = (
    block("m", "meeting", -HOUR, HOUR, note="the week"),
    block("t", "training", 2 * HOUR, 3 * HOUR, person="Eve"),
    block("law", "administration", 3 * HOUR, 4 * HOUR, legal=True),
    block("fixed", "meeting", 4 * HOUR, 5 * HOUR, movable=False),
    block("break", "break", HOUR, 2 * HOUR),
    block("shift", "shift", -HOUR, 7 * HOUR),
    block("leave", "leave", DAY, 2 * DAY),
    block("given", "leave", 3 * DAY, 4 * DAY, consent=True),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    for entry in (EVE, LEE, *BLOCKS):
        journal.run(floor, EditRoster(entry, "lead"), "lead")
    yield floor
    floor.close()


def do(store: Store, command: Command) -> int:
    return journal.run(store, command, "lead").journal_id


def messages(store: Store) -> list[tuple[str, str, dict[str, object]]]:
    with store.read() as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.number))
        return [(row.action, row.item, json.loads(row.body)) for row in rows]


def standing(store: Store) -> set[str]:
    with store.read() as session:
        return {shift.id for shift in shifts(session, NOW - DAY, NOW + 9 * DAY)}


def refused(store: Store, command: Command) -> str:
    with store.read() as session:
        return command.preview(session).refused


# --- blocks


def test_what_is_left_of_a_block_is_owed_and_everybody_is_told(store: Store) -> None:
    before = undoable_rows(store)
    number = do(store, CancelBlocks(("m", "t"), "lead", NOW, "Lee", NOW + 9 * DAY))
    assert standing(store) == {"law", "fixed", "break", "shift", "leave", "given"}
    with store.read() as session:
        meeting, training = sorted(obligations(session), key=lambda row: row.kind)
    assert (meeting.what, meeting.minutes, meeting.owner) == ("meeting “the week”", 60, "Lee")
    assert (training.person, training.name, training.minutes) == ("7", "Eve", 60)
    assert (training.due_at, training.legal, training.state) == (NOW + 9 * DAY, False, "owed")
    assert messages(store)[0] == (
        "block_cancel",
        "Eve: meeting is off",
        {
            "source": "", "person": "7", "name": "Eve", "kind": "meeting", "note": "the week",
            "start": iso(NOW - HOUR), "end": iso(NOW + HOUR), "cancelled": True,
        },
    )  # fmt: skip
    after = undoable_rows(store)
    back = journal.undo(store, number, "lead")
    assert undoable_rows(store) == before
    journal.undo(store, back.journal_id, "lead")
    assert undoable_rows(store) == after


def test_who_was_told_is_told_that_it_takes_place_after_all(store: Store) -> None:
    number = do(store, CancelBlocks(("t",), "lead", NOW))
    with store.write() as session:
        session.scalars(select(Outbox)).one().sent_at = NOW
        session.scalars(select(Outbox)).one().state = "sent"
    journal.undo(store, number, "lead")
    action, item, fields = messages(store)[-1]
    assert (action, item) == ("block_cancel", "Eve: training takes place after all")
    assert fields["cancelled"] is False and fields["person"] == "7"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("break", "a break is protected"),
        ("law", "the law requires it"),
        ("fixed", "not to be movable"),
        ("leave", "ask first"),
        ("shift", "a shift, not a block"),
        ("none", "no such block"),
    ],
)
def test_what_is_protected_is_not_put_off_whoever_asks(store: Store, key: str, words: str) -> None:
    assert words in refused(store, CancelBlocks(("m", key), "lead", NOW))
    with pytest.raises(NotAllowed):
        do(store, CancelBlocks((key,), "lead", NOW))
    assert key == "none" or key in standing(store)
    assert messages(store) == []


def test_leave_is_given_up_by_consent(store: Store) -> None:
    do(store, CancelBlocks(("given",), "lead", NOW))
    with store.read() as session:
        (row,) = obligations(session)
    assert (row.kind, row.minutes) == ("leave", 24 * 60)


def test_what_a_block_had_replaced_does_not_come_back_for_it(store: Store) -> None:
    moved = block("t2", "training", 2 * HOUR + 30 * MINUTE, 4 * HOUR, person="Eve")
    do(store, EditRoster(moved, "lead"))
    assert "t" not in standing(store), "it was moved"
    number = do(store, CancelBlocks(("t2",), "lead", NOW))
    assert not {"t", "t2"} & standing(store)
    journal.undo(store, number, "lead")
    assert "t2" in standing(store) and "t" not in standing(store)


def test_a_block_that_a_newer_file_brings_back_can_be_put_off_again(store: Store) -> None:
    number = do(store, CancelBlocks(("t",), "lead", NOW))
    with store.write() as session:
        take(session, [BLOCKS[1]], now_us() + HOUR, "new.csv", next_revision(session))
    assert "t" in standing(store)
    with pytest.raises(CannotUndo):
        journal.undo(store, number, "lead")
    do(store, CancelBlocks(("t",), "lead", NOW + MINUTE))
    with store.read() as session:
        assert len(obligations(session)) == 2


# --- calling in


def test_a_call_is_a_message_and_a_record(store: Store) -> None:
    call = Call("7", "Eve", NOW + 7 * HOUR, NOW + 9 * HOUR)
    number = do(store, CallIn((call,), "lead", SUPPORT, "please"))
    assert messages(store) == [
        (
            "call_in",
            "Eve is asked to come to support",
            {
                "source": "", "person": "7", "name": "Eve", "queue": "support", "note": "please",
                "from": iso(NOW + 7 * HOUR), "to": iso(NOW + 9 * HOUR), "cancelled": False,
            },
        )
    ]  # fmt: skip
    journal.undo(store, number, "lead")
    with store.read() as session:
        assert session.scalars(select(Outbox)).one().state == "cancelled", "it had not left"


@pytest.mark.parametrize(
    ("start", "end", "rest_h", "words"),
    [
        (9, 11, 11, "only 2 h after the end of their last shift"),
        (7, 14, 11, "15 h from first to last"),
        (-12, -8, 11, "only 7 h before their next shift"),
        (26, 28, 11, "on leave"),
        (18, 20, 11, ""),
        (9, 11, 2, ""),
        (1, 2, 11, ""),
        (5, 5, 11, "ends before it begins"),
    ],
)
def test_nobody_is_called_in_out_of_their_rest(
    store: Store, start: int, end: int, rest_h: int, words: str
) -> None:
    call = Call("7", "Eve", NOW + start * HOUR, NOW + end * HOUR)
    said = refused(store, CallIn((call,), "lead", rest_h=rest_h))
    assert words in said and bool(words) is bool(said)


# --- the ledger


def test_what_is_put_off_during_an_operation_is_owed_of_it(store: Store) -> None:
    with store.write() as session:
        session.add(
            Operation(id=3, name="Storm", playbook="x", started_at=1, planned_us=1, who="lead")
        )
    do(store, AddObligation("o1", "monthly report", "lead", minutes=90))
    do(store, AddObligation("o2", "tax file", "lead", owner="Lee", legal=True))
    do(store, AddObligation("o3", "clean-up", "lead", owner="Ann"))
    with store.read() as session:
        assert {row.id: row.lacks for row in without_owner(session, 3)} == {
            "o1": "has no owner",
            "o2": "the law requires it and it has no due date",
        }
        assert without_owner(session, 4) == []
        found = ledger(session, NOW)
        assert found is not None and ledger(session, NOW, found.version) is None
    (debt,) = found.debts
    assert (debt.operation, debt.owed, debt.minutes, debt.unknown) == ("Storm", 3, 90, 2)
    assert (debt.without_owner, debt.legal, debt.overdue) == (1, 1, 0)
    assert found.owners[:2] == ("Ann", "Lee")
    do(store, EditObligation(("o1",), owner="Lee"))
    do(store, EditObligation(("o2",), due_at=NOW - DAY))
    with store.read() as session:
        assert without_owner(session, 3) == []
        found = ledger(session, NOW)
    assert found is not None and found.total.overdue == 1
    assert [row.id for row in found.rows][0] == "o2", "the soonest due first"


def test_an_obligation_is_edited_and_each_change_undone(store: Store) -> None:
    do(store, AddObligation("o1", "report", "lead"))
    first = do(store, EditObligation(("o1",), owner=" Lee ", due_at=NOW, note="by mail"))
    with store.read() as session:
        (row,) = obligations(session)
        edit = EditObligation(("o1",), due_at=0)
        assert edit.preview(session).touches[0].endswith("→ –")
    assert (row.owner, row.due_at, row.note, row.minutes) == ("Lee", NOW, "by mail", None)
    assert refused(store, EditObligation(("o1",), owner="Lee")) == "It stands so already."
    assert "2026-01-09" in refused(store, EditObligation(("o1",), due_at=-1))
    assert "no such" in refused(store, EditObligation(("o9",), owner="Lee"))
    journal.undo(store, first, "lead")
    with store.read() as session:
        (row,) = obligations(session)
    assert (row.owner, row.due_at, row.note) == ("", None, "")


def test_what_the_law_requires_can_be_done_but_not_waived(store: Store) -> None:
    do(store, AddObligation("o1", "tax file", "lead", legal=True, due_at=NOW))
    do(store, AddObligation("o2", "tea", "lead"))
    assert "not waived" in refused(store, EndObligation(("o1", "o2"), WAIVED, "no time"))
    assert "Write why" in refused(store, EndObligation(("o2",), WAIVED))
    do(store, EndObligation(("o2",), WAIVED, "nobody drinks it"))
    number = do(store, EndObligation(("o1",), DONE))
    with store.read() as session:
        found = ledger(session, NOW)
    assert found is not None and found.total.owed == 0
    assert {row.id: (row.state, row.note) for row in found.rows} == {
        "o1": ("done", ""),
        "o2": ("waived", "nobody drinks it"),
    }
    assert "not owed any more" in refused(store, EditObligation(("o1",), owner="Ann"))
    journal.undo(store, number, "lead")
    with store.read() as session:
        assert [row.state for row in obligations(session)] == ["owed", "waived"]


def test_an_obligation_that_was_edited_keeps_its_block_off(store: Store) -> None:
    number = do(store, CancelBlocks(("t",), "lead", NOW))
    with store.read() as session:
        (row,) = obligations(session)
    do(store, EndObligation((row.id,), DONE, "held on Friday"))
    with pytest.raises(CannotUndo, match="moved on"):
        journal.undo(store, number, "lead")


def test_texts_that_no_message_can_hold_are_refused(store: Store) -> None:
    for command in (
        AddObligation("o", "a\nb", "lead"),
        AddObligation("o", "  ", "lead"),
        CancelBlocks(("t",), "lead", NOW, owner="x" * 600),
        CallIn((Call("", "a\x00", NOW, NOW + 1),), "lead"),
        CallIn((), "lead"),
    ):
        assert refused(store, command)
