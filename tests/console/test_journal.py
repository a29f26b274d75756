"""What is done is on record, and can be taken back as long as nothing moved on."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from console import journal
from console.commands import (
    AnswerReport,
    CloseReport,
    Command,
    MoveAgents,
    ReopenReport,
    ReportTrouble,
    SendAgents,
    SetCallback,
    SetChannel,
)
from console.errors import CannotUndo, NotAllowed
from console.store.engine import Store, next_revision
from console.store.recording import recording
from console.store.tables import Journal, Outbox, Placement, Queue, Report
from tests.console.floor import ANN, BILLING, BOB, CEM, SALES, SUPPORT, make_floor, undoable_rows

OFF = SetCallback(offer=False, queue_ids=(SUPPORT,))
ON = SetCallback(offer=True, queue_ids=(SUPPORT,))
CLOSE_CHAT = SetChannel("chat", "closed")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    yield floor
    floor.close()


def entries(store: Store) -> list[Journal]:
    with store.read() as session:
        found = list(session.scalars(select(Journal).order_by(Journal.id)))
        session.expunge_all()
    return found


def items(store: Store) -> list[tuple[str, str]]:
    with store.read() as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.number))
        return [(row.item, row.state) for row in rows]


def settle(store: Store, **states: str) -> None:
    """Let messages have been sent, and ended in a state by the first word of their item."""
    with store.write() as session:
        for row in session.scalars(select(Outbox).where(Outbox.state == "pending")):
            row.state = states.get(row.item.split()[0], "sent")
            row.sent_at = 1


def test_an_act_is_one_record_with_before_and_after(store: Store) -> None:
    receipt = journal.run(store, OFF, "lead", why="the debt grows")
    (entry,) = entries(store)
    assert (entry.id, entry.title) == (receipt.journal_id, "callback offer off: support")
    assert (entry.who, entry.why, entry.command) == ("lead", "the debt grows", "set_callback")
    changes = json.loads(entry.changes)
    assert [change["table"] for change in changes] == ["queue", "override"]
    assert changes[:1] == [
        {
            "table": "queue",
            "key": {"id": SUPPORT},
            "before": {"callback_offer": None},
            "after": {"callback_offer": False},
        }
    ]
    assert json.loads(entry.detail)["queue_ids"] == [SUPPORT]
    with store.read() as session:
        assert session.get_one(Queue, SUPPORT).revision == entry.revision


def test_a_failure_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = undoable_rows(store)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(journal, "post", fail)
    with pytest.raises(ZeroDivisionError):
        journal.run(store, SendAgents(BILLING, (ANN,)), "lead")
    assert undoable_rows(store) == before
    assert entries(store) == []


def test_what_a_command_changes_by_bulk_is_refused(store: Store) -> None:
    with store.write() as session, recording(session, 1), pytest.raises(TypeError):
        session.execute(update(Queue).values(callback_offer=True))


def test_rows_made_changed_and_deleted_in_one_act(store: Store) -> None:
    with store.write() as session, recording(session, next_revision(session)) as noted:
        first = Placement(agent_id=ANN, queue_id=SALES, wanted=True)
        session.add(first)
        session.add(Placement(agent_id=BOB, queue_id=SALES, wanted=True))
        session.flush()
        first.wanted = False
        session.delete(session.get_one(Placement, (BOB, SALES)))
        session.get_one(Queue, SUPPORT).callback_offer = True
        session.flush()
        session.get_one(Queue, SUPPORT).callback_offer = None
        changes = noted.changes()
    assert changes == [
        {
            "table": "placement",
            "key": {"agent_id": ANN, "queue_id": SALES},
            "before": None,
            "after": {"agent_id": ANN, "queue_id": SALES, "wanted": False},
        }
    ]


def test_undo_and_redo_walk_back_and_forth(store: Store) -> None:
    states = [undoable_rows(store)]
    titles: list[str] = []
    for command in (OFF, SendAgents(BILLING, (ANN,)), CLOSE_CHAT):
        titles.append(journal.run(store, command, "lead").title)
        states.append(undoable_rows(store))
    for _ in range(2):
        for step in (2, 1, 0):
            assert journal.can_undo(store) == titles[step]
            journal.undo(store, None, "lead")
            assert undoable_rows(store) == states[step]
        assert journal.can_undo(store) == ""
        with pytest.raises(CannotUndo, match="nothing to undo"):
            journal.undo(store, None, "lead")
        for step in (0, 1, 2):
            assert journal.can_redo(store) == titles[step]
            journal.redo(store, "lead")
            assert undoable_rows(store) == states[step + 1]
        assert journal.can_redo(store) == ""
        with pytest.raises(CannotUndo, match="nothing to redo"):
            journal.redo(store, "lead")
    assert journal.verify(store) == []


def test_a_new_act_ends_what_could_be_redone(store: Store) -> None:
    journal.run(store, OFF, "lead")
    journal.undo(store, None, "lead")
    journal.run(store, CLOSE_CHAT, "lead")
    assert journal.can_redo(store) == ""
    journal.undo(store, None, "lead")
    assert journal.can_redo(store) == "channel chat: closed"
    journal.redo(store, "lead")
    assert journal.can_redo(store) == ""
    assert journal.can_undo(store) == "channel chat: closed"


def test_an_older_act_can_be_undone_by_its_number(store: Store) -> None:
    first = journal.run(store, OFF, "lead")
    journal.run(store, CLOSE_CHAT, "lead")
    back = journal.undo(store, first.journal_id, "lead")
    with pytest.raises(CannotUndo, match="undone already"):
        journal.undo(store, first.journal_id, "lead")
    assert entries(store)[back.journal_id - 1].undoes == first.journal_id


def test_what_moved_on_is_not_undone_and_is_named(store: Store) -> None:
    first = journal.run(store, OFF, "lead")
    journal.run(store, ON, "other")
    before = undoable_rows(store)
    with pytest.raises(CannotUndo) as caught:
        journal.undo(store, first.journal_id, "lead")
    assert "The queue support was changed by “callback offer on: support”" in caught.value.detail
    assert "by other" in caught.value.detail
    assert undoable_rows(store) == before
    journal.run(store, SendAgents(BILLING, (ANN,)), "lead")
    sent = entries(store)[-1]
    with store.write() as session:
        session.get_one(Placement, (ANN, BILLING)).wanted = False
    with pytest.raises(CannotUndo, match="placement Ann in billing was changed by something else"):
        journal.undo(store, sent.id, "lead")


def test_of_many_that_moved_on_a_few_are_named(store: Store) -> None:
    first = journal.run(store, SetCallback(offer=False, all=True), "lead")
    journal.run(store, SetCallback(offer=True, all=True), "other")
    with pytest.raises(CannotUndo) as caught:
        journal.undo(store, first.journal_id, "lead")
    assert caught.value.detail.count("was changed by") == journal.NAMED
    assert caught.value.detail.endswith("And 1 more.")
    assert "override" not in caught.value.detail


def test_other_columns_of_the_row_may_have_changed_since(store: Store) -> None:
    first = journal.run(store, OFF, "lead")
    journal.run(store, SetCallback(dial=True, queue_ids=(SUPPORT,)), "lead")
    journal.undo(store, first.journal_id, "lead")
    with store.read() as session:
        queue = session.get_one(Queue, SUPPORT)
        assert (queue.callback_offer, queue.callback_dial) == (None, True)


def test_undo_cancels_what_is_pending_and_takes_back_what_left(store: Store) -> None:
    journal.run(store, SendAgents(BILLING, (ANN, CEM)), "lead")
    assert journal.undo(store, None, "lead").messages == 0
    assert {state for _, state in items(store)} == {"cancelled"}
    # Cancelled messages never left, so doing it again sends all of them.
    assert journal.redo(store, "lead").messages == 4
    settle(store)
    assert journal.undo(store, None, "lead").messages == 4
    assert items(store)[8:] == [
        ("end the pause of Cem in sales", "pending"),
        ("take Cem out of billing", "pending"),
        ("add Ann to support", "pending"),
        ("take Ann out of billing", "pending"),
    ]
    # Nothing of the undo has left: doing it again only cancels that.
    assert journal.redo(store, "lead").messages == 0
    assert {state for _, state in items(store)[8:]} == {"cancelled"}
    assert journal.undo(store, None, "lead").messages == 4
    settle(store)
    assert journal.redo(store, "lead").messages == 4
    assert [item for item, _ in items(store)[-4:]] == [item for item, _ in items(store)[:4]]


def test_a_partial_failure_is_not_taken_back(store: Store) -> None:
    journal.run(store, SendAgents(BILLING, (ANN, CEM)), "lead")
    settle(store, add="confirmed", take="refused", pause="unconfirmed")
    assert journal.undo(store, None, "lead").messages == 3
    assert [item for item, _ in items(store)[4:]] == [
        "end the pause of Cem in sales",
        "take Cem out of billing",
        "take Ann out of billing",
    ]
    settle(store)
    # Done again, the refused one is tried again as well.
    assert journal.redo(store, "lead").messages == 4


def test_saying_it_again_has_nothing_to_take_back(store: Store) -> None:
    journal.run(store, OFF, "lead")
    journal.run(store, OFF, "lead")
    settle(store)
    assert journal.undo(store, None, "lead").messages == 0
    assert journal.undo(store, None, "lead").messages == 1
    assert items(store)[-1] == ("callback offer on, support", "pending")


def test_a_report_is_only_taken_back_by_its_number(store: Store) -> None:
    journal.run(store, OFF, "lead")
    report = journal.run(store, ReportTrouble("r1", "Eve", "Again.", at=1), "Eve")
    assert journal.can_undo(store) == "callback offer off: support"
    journal.undo(store, None, "lead")
    journal.run(store, ReportTrouble("r2", "Eve", "And again.", at=1), "Eve")
    assert journal.can_redo(store) == "callback offer off: support"
    journal.undo(store, report.journal_id, "Eve")
    with store.read() as session:
        assert set(session.scalars(select(Report.id))) == {"r2"}


def random_command(chance: random.Random, number: int) -> Command:
    reports = [f"r{n}" for n in range(number)]
    some = tuple(chance.sample(range(1, 6), chance.randint(1, 3)))
    queues = chance.sample(range(1, 5), 3)
    return chance.choice(
        [
            SetCallback(
                offer=chance.choice((True, False, None)), dial=chance.choice((True, False, None)),
                all=chance.random() < 0.3, queue_ids=tuple(queues[:2]),
            ),
            SetChannel(
                chance.choice(("voice", "chat", "email")),
                chance.choice(("open", "draining", "closed")), chance.choice(("", "Back soon")),
            ),
            SendAgents(queues[0], some),
            MoveAgents(some, tuple(queues[:1]), tuple(queues[1 : chance.randint(1, 3)])),
            ReportTrouble(f"r{number}", "Eve", "Hm.", at=1),
            AnswerReport(chance.choice(reports or ["r"]), "Thanks."),
            CloseReport(chance.choice(reports or ["r"])),
            ReopenReport(chance.choice(reports or ["r"])),
        ]
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_all_undone_is_as_before_and_all_done_again_as_after(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    before = undoable_rows(store)
    done: list[int] = []
    for number in range(30):
        try:
            receipt = journal.run(store, random_command(chance, number), "lead")
        except NotAllowed:
            continue
        done.append(receipt.journal_id)
        if chance.random() < 0.3:
            settle(store)
        if chance.random() < 0.3:
            journal.undo(store, done.pop(), "lead")
    after = undoable_rows(store)
    acts = entries(store)
    changed = [n for n in done if acts[n - 1].changes != "[]" or messages_of(store, n)]
    backs = [journal.undo(store, number, "lead").journal_id for number in reversed(changed)]
    assert undoable_rows(store) == before
    for number in reversed(backs):
        journal.undo(store, number, "lead")
    assert undoable_rows(store) == after
    assert journal.verify(store) == []


def messages_of(store: Store, number: int) -> int:
    with store.read() as session:
        question = select(Outbox.id).where(Outbox.journal_id == number)
        return len(session.scalars(question).all())


@pytest.mark.parametrize(
    ("statement", "where", "words"),
    [
        ("UPDATE journal SET who = 'nobody' WHERE id = 2", 2, "not as it was written"),
        ("UPDATE journal SET changes = '[]' WHERE id = 1", 1, "not as it was written"),
        ("DELETE FROM journal WHERE id = 2", 2, "Record 2 is missing"),
        ("DELETE FROM journal WHERE id IN (2, 3)", 2, "Records 2 to 3 are missing"),
        ("DELETE FROM journal WHERE id = 4", 4, "Record 4 is missing"),
        ("DELETE FROM journal", 1, "Records 1 to 4 are missing"),
        ("DELETE FROM journal_head", 4, "how the journal ends is missing"),
        ("UPDATE journal_head SET entries = 3", 4, "added by something else"),
    ],
)
def test_a_journal_that_was_tampered_with_says_where(
    store: Store, statement: str, where: int, words: str
) -> None:
    for command in (OFF, ON, CLOSE_CHAT, OFF):
        journal.run(store, command, "lead")
    assert journal.verify(store) == []
    with store.write() as session:
        session.execute(text("DELETE FROM outbox"))
        session.execute(text(statement))
    found = journal.verify(store)
    assert found[0].entry == where
    assert words in found[0].words


def test_records_that_changed_places_are_found(store: Store) -> None:
    for command in (OFF, ON, CLOSE_CHAT):
        journal.run(store, command, "lead")
    with store.write() as session:
        session.execute(text("DELETE FROM outbox"))
        for old, new in ((1, 9), (2, 1), (9, 2)):
            session.execute(text(f"UPDATE journal SET id = {new} WHERE id = {old}"))
    assert [found.entry for found in journal.verify(store)][:2] == [1, 1]


def test_a_replaced_last_record_is_found(store: Store) -> None:
    for command in (OFF, ON):
        journal.run(store, command, "lead")
    with store.write() as session:
        session.execute(text("DELETE FROM outbox WHERE journal_id = 2"))
        session.execute(text("DELETE FROM journal WHERE id = 2"))
        session.execute(text("UPDATE journal_head SET entries = 1, hash = previous FROM journal"))
    assert journal.verify(store)[0].words == "It is not the record that was written last."
