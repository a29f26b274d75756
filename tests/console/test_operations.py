"""A posture is reviewed, armed, fired in one act, and taken back one by one or all at once."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from console import journal
from console.commands import AddObligation, CallIn, EditRoster, SendAgents, SetCallback, SetChannel
from console.commands.made import command_of, fields_of
from console.commands.operations import (
    AssignItem,
    CloseOperation,
    ExtendOperation,
    PlanItems,
    PlannedItem,
    TickItem,
)
from console.domain.board import Board
from console.domain.playbooks import COMMAND, LEFT_OUT, PLANNED, REVERTED, Review
from console.domain.roster import Entry
from console.domain.times import HOUR, now_us
from console.errors import ConsoleError, NotAllowed
from console.operations import Operations
from console.playbooks.files import OWN
from console.reads.board import board
from console.settings import Settings
from console.store.engine import Store
from console.store.tables import (
    Channel,
    Journal,
    Obligation,
    Operation,
    OperationItem,
    Outbox,
    Override,
    Placement,
    Queue,
)
from tests.console.floor import BILLING, BOB, CEM, SALES, SUPPORT, make_floor, undoable_rows

PLAYBOOK = """
title = "Storm"
hours = 48
[[section]]
title = "Callback"
[[section.item]]
id = "off"
do = "set_callback"
queues = "that take calls"
offer = false
title = "Callback offer off"
why = "no more promises"
[[section.item]]
id = "dial"
do = "set_callback"
queues = "that do not dial"
dial = true
title = "Dial"
[[section]]
title = "Channels"
[[section.item]]
id = "drain"
do = "set_channel"
channels = "not critical"
state = "draining"
title = "Drain"
[[section.item]]
id = "back"
do = "set_channel"
channels = "closed or draining"
state = "open"
after = "24 h"
title = "Open again"
[[section]]
title = "People"
[[section.item]]
id = "send"
do = "send_agents"
agents = "available"
to = "urgent"
title = "Send who is free"
[[section.item]]
id = "ring"
people = "Ring the oldest"
owner = "Ann"
[[section.item]]
id = "calm"
advice = "Stay calm"
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    (tmp_path / OWN).mkdir()
    (tmp_path / OWN / "storm.toml").write_text(PLAYBOOK, "utf-8")
    yield floor
    floor.close()


@pytest.fixture
def woken() -> list[int]:
    return []


@pytest.fixture
def operations(store: Store, tmp_path: Path, woken: list[int]) -> Operations:
    return Operations(store, tmp_path, Settings(), "lead", lambda: woken.append(1))


def now_on(store: Store) -> Board:
    with store.read() as session:
        return board(session, now_us(), Settings())


def fired(operations: Operations, store: Store) -> Review:
    review = operations.review("storm", now_on(store))
    armed = operations.arm(review, now_on(store))
    operations.fire(armed, "the queue explodes")
    return armed


def states(operations: Operations) -> dict[str, str]:
    row = operations.state()
    assert row is not None
    return {item.key: item.state for item in row.items}


def number(operations: Operations, key: str) -> int:
    row = operations.state()
    assert row is not None
    return next(item.number for item in row.items if item.key == key)


def all_rows(store: Store, table: Any) -> list[Any]:
    with store.read() as session:
        rows = list(session.scalars(select(table)))
        session.expunge_all()
        return rows


def test_a_review_says_what_would_be_done_and_does_nothing(
    operations: Operations, store: Store
) -> None:
    before = undoable_rows(store)
    review = operations.review("storm", now_on(store))
    assert undoable_rows(store) == before
    items = {item.key: item for item in review.items}
    assert list(items) == ["off", "dial", "drain/chat", "back", "send", "ring", "calm"]
    off = items["off"]
    assert off.title == "callback offer off: billing, sales, support"
    assert off.preview is not None
    assert "sales: offer unknown → off" in off.preview.touches
    assert (off.included, off.why) == (True, "no more promises")
    assert command_of(off.command, off.fields) == SetCallback(offer=False, queue_ids=(3, 2, 1))
    assert items["send"].title == "send Cem to support"
    assert items["drain/chat"].included
    dial = items["dial"]
    assert (dial.included, dial.can_include) == (False, False)
    assert dial.left_out == "nothing to do: no queue's callback dialling is off"
    assert items["back"].refused == "Every channel is open."
    assert [item.key for item in review.chosen] == ["off", "drain/chat", "send"]


def test_what_is_refused_cannot_be_ticked(operations: Operations, store: Store) -> None:
    with store.write() as session:
        session.get_one(Queue, SALES).name = "sales; urgent"
    review = operations.review("storm", now_on(store))
    off = next(item for item in review.items if item.key == "off")
    assert "semicolon" in off.refused
    assert off.left_out.startswith("cannot be done: ")
    ticked = review.ticked({"off", "drain/chat"})
    assert [item.key for item in ticked.chosen] == ["drain/chat"]


def test_arming_looks_again_and_says_what_is_otherwise(
    operations: Operations, store: Store
) -> None:
    review = operations.review("storm", now_on(store)).ticked({"off", "send", "drain/chat"})
    journal.run(store, SetChannel("chat", "draining"), "someone else")
    journal.run(store, SetCallback(offer=False, queue_ids=(SALES,)), "someone else")
    journal.run(store, SetCallback(dial=False, queue_ids=(SALES,)), "someone else")
    armed = operations.arm(review, now_on(store))
    items = {item.key: item for item in armed.items}
    assert items["off"].changed == "new: sales; gone: sales"
    assert items["send"].changed == ""
    assert items["dial"].changed == "it can be done now"
    assert not items["dial"].included
    assert items["drain/chat"].changed == "it is gone since"
    assert items["drain"].refused == "They are draining already."
    assert [item.key for item in armed.chosen] == ["off", "send"]
    effect = operations.effect(armed)
    assert effect.title == "Storm: fire 2 controls"
    assert effect.touches == (
        "callback offer off: billing, sales, support",
        "send Cem to support",
        "1 thing for people go on the list",
    )
    assert any("it is gone since" in words for words in effect.warnings)


def test_nothing_that_only_counts_on_is_a_change(operations: Operations, store: Store) -> None:
    review = operations.review("storm", now_on(store))
    armed = operations.arm(review, now_on(store))
    assert [item.changed for item in armed.items if item.changed] == []


def test_one_act_starts_the_operation_and_does_what_is_ticked(
    operations: Operations, store: Store, woken: list[int]
) -> None:
    armed = fired(operations, store)
    assert woken == [1]
    row = operations.state()
    assert row is not None
    assert (row.name, row.playbook, row.planned_us, row.who) == (
        "Storm",
        "storm",
        48 * HOUR,
        "lead",
    )
    assert states(operations) == {
        "off": "pending", "dial": LEFT_OUT, "drain/chat": "pending", "back": PLANNED,
        "send": "pending", "ring": PLANNED, "calm": PLANNED,
    }  # fmt: skip
    items = {item.key: item for item in row.items}
    assert items["off"].parts == (("pending", 3),)
    back = items["back"].due_at
    assert back is not None and back - row.started_at == 24 * HOUR
    entries = {entry.command: entry for entry in all_rows(store, Journal)}
    assert list(entries) == ["start_operation", "set_callback", "set_channel", "send_agents"]
    assert entries["set_callback"].why == "operation Storm: the queue explodes"
    assert json.loads(entries["set_callback"].detail)["operation"] == row.id
    assert {each.operation_id for each in all_rows(store, Override)} == {row.id}
    assert set(row.overrides) >= {"callback offer off, billing", "chat draining"}
    assert journal.verify(store) == []
    assert [i.title for i in row.items if i.key == "send"] == [
        i.title for i in armed.items if i.key == "send"
    ]


def test_two_operations_at_once_are_refused(operations: Operations, store: Store) -> None:
    fired(operations, store)
    review = operations.review("storm", now_on(store))
    assert operations.effect(review).refused == "“Storm” is running: close it first."
    before = undoable_rows(store)
    with pytest.raises(NotAllowed, match="close it first"):
        operations.fire(review)
    assert undoable_rows(store) == before


def test_all_of_it_or_nothing(
    operations: Operations, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What dies between two items leaves nothing behind, as a power cut would."""
    review = operations.review("storm", now_on(store))
    before = undoable_rows(store)

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SendAgents, "apply", die)
    with pytest.raises(KeyboardInterrupt):
        operations.fire(review)
    assert undoable_rows(store) == before
    assert all_rows(store, Journal) == [] and all_rows(store, Outbox) == []
    assert journal.verify(store) == []


def test_one_that_cannot_be_done_any_more_stops_all_and_is_named(
    operations: Operations, store: Store
) -> None:
    review = operations.review("storm", now_on(store))
    with store.write() as session:
        session.get_one(Queue, BILLING).name = "bil|ling"
    with pytest.raises(NotAllowed, match="callback offer off: billing, sales, support"):
        operations.fire(review)
    assert all_rows(store, Operation) == []


def test_what_was_armed_too_long_ago_is_not_fired(operations: Operations, store: Store) -> None:
    armed = operations.arm(operations.review("storm", now_on(store)), now_on(store))
    old = replace(armed, made_at=armed.made_at - HOUR)
    with pytest.raises(NotAllowed, match="armed too long ago"):
        operations.fire(old)
    assert all_rows(store, Operation) == []


def test_one_control_is_taken_back_alone(operations: Operations, store: Store) -> None:
    fired(operations, store)
    done = operations.revert({number(operations, "drain/chat")})
    assert (done.done, done.kept) == (("channel chat: draining",), ())
    assert states(operations)["drain/chat"] == REVERTED
    assert states(operations)["off"] == "pending"
    with store.read() as session:
        assert session.get_one(Channel, "chat").state == "open"
        assert session.get_one(Queue, SALES).callback_offer is False


def test_all_are_taken_back_at_once_the_newest_first(operations: Operations, store: Store) -> None:
    before = {name: rows for name, rows in undoable_rows(store).items() if "operation" not in name}
    fired(operations, store)
    preview = operations.reverting()
    assert preview.title == "Storm: revert 3 controls"
    assert preview.touches[0] == "send Cem to support"
    done = operations.revert()
    assert len(done.done) == 3 and done.kept == ()
    after = {name: rows for name, rows in undoable_rows(store).items() if "operation" not in name}
    assert after == before
    assert set(states(operations).values()) == {REVERTED, LEFT_OUT, PLANNED}
    assert {row.state for row in all_rows(store, Outbox)} == {"cancelled"}
    assert operations.reverting().refused == "Nothing of it is in effect."
    assert operations.state().overrides == ()  # type: ignore[union-attr]
    assert journal.verify(store) == []


def test_what_has_moved_on_stays_and_is_told_and_stops_nothing(
    operations: Operations, store: Store
) -> None:
    fired(operations, store)
    journal.run(store, SetCallback(offer=True, queue_ids=(SALES,)), "someone else")
    done = operations.revert()
    assert len(done.done) == 2
    ((title, reason),) = done.kept
    assert title == "callback offer off: billing, sales, support"
    assert "callback offer on: sales" in reason
    assert states(operations)["off"] == "pending"
    with store.read() as session:
        assert session.get_one(Queue, SALES).callback_offer is True
        assert session.get_one(Channel, "chat").state == "open"
        assert all(row.wanted is not True for row in session.scalars(select(Placement)))


def test_what_is_undone_in_the_log_is_reverted_here_and_a_redo_brings_it_back(
    operations: Operations, store: Store
) -> None:
    fired(operations, store)
    back = journal.undo(store, None, "lead")
    assert "send Cem" in back.title
    assert states(operations)["send"] == REVERTED
    journal.undo(store, back.journal_id, "lead")
    assert states(operations)["send"] == "pending"


def test_states_come_from_the_messages(operations: Operations, store: Store) -> None:
    fired(operations, store)
    with store.write() as session:
        for row in session.scalars(select(Outbox)):
            row.sent_at = row.created_at
            row.state = "confirmed"
        refused = next(r for r in session.scalars(select(Outbox)) if r.item.endswith("billing"))
        refused.state, refused.answer = "refused", "no such queue"
        refused_id = refused.id
    row = operations.state()
    assert row is not None
    off = next(item for item in row.items if item.key == "off")
    assert off.state == "refused"
    assert off.parts == (("confirmed", 2), ("refused", 1))
    assert off.failures == ("callback offer off, billing: refused (no such queue)",)
    assert off.again == (refused_id,)
    assert states(operations)["send"] == "confirmed"
    operations.revert()
    assert states(operations)["send"] == REVERTED
    row = operations.state()
    assert row is not None
    assert next(i for i in row.items if i.key == "send").taking_back == "pending"


def test_later_steps_are_fired_in_the_operation_that_runs(
    operations: Operations, store: Store
) -> None:
    fired(operations, store)
    row = operations.state()
    assert row is not None
    later = operations.review("storm", now_on(store), row.id)
    keys = {item.key: item for item in later.items}
    # What is in effect, and what is for people, is not offered again.
    assert list(keys) == ["dial", "back/chat"]
    assert not any(item.included for item in later.items)
    operations.fire(operations.arm(later.ticked({"back/chat"}), now_on(store)))
    assert states(operations)["back/chat"] == "pending"
    with store.read() as session:
        assert session.get_one(Channel, "chat").state == "open"


def test_what_was_reverted_can_be_fired_again_as_an_item_of_its_own(
    operations: Operations, store: Store
) -> None:
    fired(operations, store)
    operations.revert()
    row = operations.state()
    assert row is not None
    later = operations.review("storm", now_on(store), row.id).ticked({"off"})
    operations.fire(operations.arm(later, now_on(store)))
    row = operations.state()
    assert row is not None
    assert [item.state for item in row.items if item.key == "off"] == [REVERTED, "pending"]
    assert len({item.number for item in row.items}) == len(row.items)


def test_people_tick_off_what_they_have_done_and_own_it(
    operations: Operations, store: Store
) -> None:
    fired(operations, store)
    ring = number(operations, "ring")
    journal.run(store, TickItem(1, ring), "Ann")
    row = operations.state()
    assert row is not None
    item = next(i for i in row.items if i.key == "ring")
    assert (item.state, item.who, item.owner) == ("done", "Ann", "Ann")
    assert item.done_at is not None
    journal.run(store, AssignItem(1, ring, " Bob "), "lead")
    journal.undo(store, None, "lead")
    journal.undo(store, None, "lead")
    assert states(operations)["ring"] == PLANNED
    with pytest.raises(NotAllowed, match="what became of it is told"):
        journal.run(store, TickItem(1, number(operations, "off")), "Ann")
    journal.run(store, PlanItems(1, (PlannedItem("", "People", "people", "Order pizza"),)), "lead")
    assert "Order pizza" in [i.title for i in operations.state().items]  # type: ignore[union-attr]


def test_it_is_asked_again_only_when_something_of_it_moved(
    operations: Operations, store: Store
) -> None:
    quiet = operations.look()
    assert quiet is not None and quiet[1] is None
    assert operations.look(quiet[0]) is None
    fired(operations, store)
    found = operations.look(quiet[0])
    assert found is not None and found[1] is not None
    known = found[0]
    assert operations.look(known) is None
    for move in (
        lambda: journal.run(store, TickItem(1, number(operations, "ring")), "Ann"),
        lambda: operations.revert({number(operations, "off")}),
        lambda: journal.run(store, CloseOperation(1), "lead"),
    ):
        move()
        found = operations.look(known)
        assert found is not None
        known = found[0]
    assert found[1] is None


def test_it_is_extended(operations: Operations, store: Store) -> None:
    fired(operations, store)
    receipt = journal.run(store, ExtendOperation(1, 72 * HOUR), "lead")
    assert receipt.title == "operation Storm: planned for 72 h"
    assert operations.state().planned_us == 72 * HOUR  # type: ignore[union-attr]
    with pytest.raises(NotAllowed):
        journal.run(store, ExtendOperation(1, 0), "lead")


def closing(store: Store) -> Any:
    with store.read() as session:
        return CloseOperation(1).preview(session)


def test_it_is_not_closed_while_nobody_owns_what_it_put_off(
    operations: Operations, store: Store
) -> None:
    fired(operations, store)
    journal.run(store, AddObligation("o1", "team meeting", "lead", operation_id=1), "lead")
    assert closing(store).refused == (
        "It put off 1 thing that nobody answers for yet: team meeting (has no owner)."
    )
    with pytest.raises(NotAllowed):
        journal.run(store, CloseOperation(1), "lead")
    with store.write() as session:
        session.get_one(Obligation, "o1").owner = "Ann"
    preview = closing(store)
    assert not preview.refused
    assert "still otherwise than usual" in preview.warnings[0]
    assert "not ticked off: Ring the oldest" in preview.warnings
    operations.revert()
    assert not any("otherwise" in words for words in closing(store).warnings)
    journal.run(store, CloseOperation(1), "lead")
    assert operations.state() is None
    assert operations.state(1) is not None
    assert closing(store).refused == "It is closed."
    fired(operations, store)
    assert operations.state().id == 2  # type: ignore[union-attr]


def test_meetings_that_it_puts_off_are_owed_of_it(
    operations: Operations, store: Store, tmp_path: Path
) -> None:
    at = now_us()
    for key, kind, start, end in (("s", "shift", -1, 7), ("m", "meeting", 1, 2)):
        values = (
            ("person", "7"), ("kind", kind), ("start_at", at + start * HOUR),
            ("end_at", at + end * HOUR),
        )  # fmt: skip
        journal.run(store, EditRoster(Entry("shifts", key, values), "lead"), "lead")
    journal.run(store, EditRoster(Entry("people", "7", (("name", "Eve E."),)), "lead"), "lead")
    review = operations.review("contact-debt", now_on(store))
    keys = {item.key: item for item in review.items}
    assert keys["meetings"].included
    operations.fire(operations.arm(review.ticked({"meetings"}), now_on(store)))
    (owed,) = all_rows(store, Obligation)
    assert (owed.kind, owed.operation_id, owed.person) == ("meeting", 1, "7")
    assert owed.due_at is not None
    assert closing(store).refused.startswith("It put off 1 thing")
    operations.revert()
    assert all_rows(store, Obligation) == []


def test_a_playbook_that_is_not_there_is_said_so(operations: Operations, store: Store) -> None:
    with pytest.raises(ConsoleError, match="no playbook “nothing”"):
        operations.review("nothing", now_on(store))
    rows = operations.playbooks().rows
    assert [(row.name, row.own) for row in rows if row.own] == [("storm", True)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: SetCallback(offer=False, queue_ids=(1, 2)),
        lambda: SendAgents(1, (BOB, CEM)),
        lambda: SetChannel("chat", "closed", "Later.", 7),
        lambda: CallIn((), "lead", SUPPORT),
    ],
)
def test_a_command_is_made_of_its_fields_again(make: Callable[[], Any]) -> None:
    command = make()
    assert command_of(command.name, fields_of(command)) == command


def test_fields_that_no_command_has_are_refused() -> None:
    for name, fields in (
        ("dance", "{}"), ("send_agents", '{"who": 1}'), ("send_agents", '{"queue_id": "x"}'),
    ):  # fmt: skip
        with pytest.raises(ValueError):
            command_of(name, fields)


def test_an_item_that_no_command_fits_is_shown_and_refused(
    operations: Operations, store: Store
) -> None:
    review = operations.review("storm", now_on(store))
    strange = replace(review.items[0], command="dance")
    with pytest.raises(NotAllowed, match="there is no command “dance”"):
        operations.fire(replace(review, items=(strange,)))
    assert all_rows(store, OperationItem) == []
    assert strange.kind == COMMAND
