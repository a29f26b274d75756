"""A posture: reviewed against the board, armed, fired in one act, and taken back again.

An operation is a record of its own, and so is each command that it fires: one can be taken back
alone, or all of them at once. All records of one act are written in one transaction.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from console import journal
from console.commands.command import Command
from console.commands.made import command_of, fields_of
from console.commands.operations import PlanItems, PlannedItem, StartOperation
from console.commands.texts import counted, listed
from console.domain.acts import Preview, Receipt
from console.domain.board import Board
from console.domain.playbooks import (
    COMMAND,
    DONE,
    PEOPLE,
    USUAL_HOURS,
    OperationItemRow,
    OperationRow,
    PlaybookRow,
    Playbooks,
    Reverted,
    Review,
    ReviewItem,
)
from console.domain.times import DAY, HOUR, MINUTE, now_us, pace
from console.errors import CannotUndo, ConsoleError, NotAllowed
from console.playbooks.files import read_all
from console.playbooks.playbook import Playbook
from console.playbooks.review import resolve
from console.playbooks.situation import Situation
from console.reads.operations import operation, running_id, version
from console.reads.resources import planned
from console.reads.roster import people
from console.settings import Settings
from console.store.engine import Store
from console.store.recording import OPERATION
from console.store.tables import OperationItem

#: Shifts this far around tell of anybody's rest.
_AROUND = 3 * DAY
#: What was armed longer ago is not fired: the board has moved on.
KEPT = 5 * MINUTE


class Operations:
    """What a screen or a command line asks of playbooks and operations."""

    def __init__(
        self, store: Store, data: Path, settings: Settings, who: str, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._data = data
        self._settings = settings
        self._who = who
        self._wake = wake

    # --- before

    def playbooks(self) -> Playbooks:
        """All that can be chosen, read anew each time: somebody may be writing one."""
        found, problems = read_all(self._data)
        return Playbooks(
            tuple(
                PlaybookRow(
                    book.name, book.title, book.summary, book.planned_us / HOUR,
                    len(book.items), book.own, book.path,
                )
                for book in found
            ),
            problems,
        )  # fmt: skip

    def review(self, name: str, board: Board, operation_id: int | None = None) -> Review:
        """What a playbook would do on this board; of an operation that runs, what it has not done.

        Nothing is done. ConsoleError where there is no such playbook.
        """
        book = self._book(name)
        with self._store.read() as session:
            around = planned(session, board.at - _AROUND, board.at + _AROUND)
            staff = tuple(people(session))
            now = Situation(board, self._who, staff, tuple(around), self._settings.rest_h)
            items = resolve(book, now)
            if operation_id is not None:
                items = _still_open(session, operation_id, items)
            items = [_previewed(session, item) for item in items]
        return Review(
            book.name, book.title, book.planned_us, board.at, tuple(items), operation_id, now_us()
        )  # fmt: skip

    def gathered(self, title: str, commands: Sequence[Command], board: Board) -> Review:
        """Commands of no playbook, to be looked at and fired as one: of the operation that runs,
        else of a new one. What cannot be done is left out, and says why."""
        with self._store.read() as session:
            items = [
                ReviewItem(
                    f"plan/{number}",
                    "Plan",
                    COMMAND,
                    command.title(session),
                    command=command.name,
                    fields=fields_of(command),
                    included=True,
                )
                for number, command in enumerate(commands, 1)
            ]
            previewed = tuple(_previewed(session, item) for item in items)
            running = running_id(session)
        planned_us = USUAL_HOURS * HOUR
        return Review("", title, planned_us, board.at, previewed, running, now_us())

    def arm(self, review: Review, board: Board) -> Review:
        """The same ticks against the board of this moment; what is otherwise since is said."""
        fresh = self.review(review.playbook, board, review.operation_id)
        fresh = fresh.ticked({item.key for item in review.items if item.included})
        before = {item.key: item for item in review.items}
        items = [
            replace(item, changed=_changed(before.get(item.key), item)) for item in fresh.items
        ]
        known = {item.key for item in items}
        gone = [
            replace(item, included=False, preview=None, command="", changed="it is gone since")
            for item in review.items
            if item.included and item.key not in known
        ]
        return replace(fresh, items=(*items, *gone))

    def effect(self, armed: Review) -> Preview:
        """What firing would do, for a last look."""
        chosen = armed.chosen
        title = f"{armed.title}: fire {counted(len(chosen), 'control')}"
        if not chosen and armed.operation_id is not None:
            return Preview(title, refused="Nothing is ticked.")
        with self._store.read() as session:
            running = running_id(session)
            if armed.operation_id is None:
                if refused := self._starting(armed).preview(session).refused:
                    return Preview(title, refused=refused)
            elif running != armed.operation_id:
                return Preview(title, refused="That operation is closed.")
        touches = [f"{item.preview.title}" for item in chosen if item.preview]
        kinds = Counter(item.kind for item in armed.items)
        if armed.operation_id is None and kinds[PEOPLE]:
            touches.append(f"{counted(kinds[PEOPLE], 'thing')} for people go on the list")
        costs = [cost for item in chosen if item.preview for cost in item.preview.costs]
        changed = [f"{item.title}: {item.changed}" for item in armed.items if item.changed]
        warnings = [w for item in chosen if item.preview for w in item.preview.warnings]
        return Preview(
            title, tuple(touches), tuple(costs), tuple(dict.fromkeys((*changed, *warnings)))
        )

    # --- fire

    def fire(self, armed: Review, why: str = "") -> Receipt:
        """Start the operation, or go on with it, and do all that is ticked: all of it or nothing.

        NotAllowed with the item where one cannot be done any more, or where it was armed so long
        ago that nobody knows any more what it would do.
        """
        if now_us() - armed.made_at > KEPT * pace():
            raise NotAllowed("Nothing was done: it was armed too long ago.", "", "Arm it again.")
        with self._store.write() as session:
            if armed.operation_id is None:
                begun = journal.record(session, self._starting(armed), self._who, why)
                operation_id = running_id(session)
                assert operation_id is not None
                last = begun.journal_id
            else:
                operation_id = armed.operation_id
                if running_id(session) != operation_id:
                    raise NotAllowed("This cannot be done.", "That operation is closed.")
                last = self._plan_more(session, operation_id, armed.chosen)
            messages = 0
            with _within(session, operation_id):
                for item, row in _rows(session, operation_id, armed.chosen):
                    receipt = self._fire_one(session, item, row, armed.title, why)
                    last, messages = receipt.journal_id, messages + receipt.messages
        self._wake()
        done = counted(len(armed.chosen), "control")
        verb = "started" if armed.operation_id is None else "goes on"
        title = f"operation {armed.title} {verb}: {done}"
        return Receipt(last, title, messages, can_undo=False)

    def _starting(self, armed: Review) -> StartOperation:
        now = now_us()
        return StartOperation(
            armed.title,
            armed.playbook,
            now,
            armed.planned_us,
            tuple(_planned(item, now) for item in armed.items),
        )

    def _plan_more(self, session: Session, operation_id: int, chosen: Sequence[ReviewItem]) -> int:
        """Rows for what is done once more, or was not known at the start; the last record."""
        free = _free_rows(session, operation_id)
        missing = [item for item in chosen if item.key not in free]
        if not missing:
            return 0
        more = PlanItems(operation_id, tuple(_planned(item, now_us()) for item in missing))
        return journal.record(session, more, self._who).journal_id

    def _fire_one(
        self, session: Session, item: ReviewItem, row: OperationItem, name: str, why: str
    ) -> Receipt:
        reason = f"operation {name}: {why}" if why else f"operation {name}"
        try:
            receipt = journal.record(session, _command(item), self._who, reason)
        except NotAllowed as error:
            raise NotAllowed(
                "Nothing was done: one of them cannot be done now.",
                f"“{item.title}”: {error.detail}",
                "Arm it again: what cannot be done is left out then.",
            ) from error
        row.title, row.fields = receipt.title, item.fields
        row.state, row.done_at, row.who = DONE, now_us(), self._who
        row.journal_id = receipt.journal_id
        session.flush()
        return receipt

    # --- during

    def state(self, operation_id: int | None = None) -> OperationRow | None:
        """An operation with its items, or the one that runs; None where there is none."""
        with self._store.read() as session:
            return operation(session, operation_id)

    def look(self, known: object = ()) -> tuple[object, OperationRow | None] | None:
        """The operation that runs, with the version of it; None where `known` is that still."""
        with self._store.read() as session:
            now = version(session)
            return None if now == known else (now, operation(session))

    def reverting(self, numbers: Collection[int] | None = None) -> Preview:
        """What `revert` would take back, in words."""
        with self._store.read() as session:
            row = operation(session)
            items = _to_revert(row, numbers)
            title = f"revert {counted(len(items), 'control')}"
            if row is None:
                return Preview(title, refused="No operation is running.")
            if not items:
                return Preview(title, refused="Nothing of it is in effect.")
            touches = [item.title for item in items]
            left = [i for i in row.in_effect if i not in items]
            kept = [f"stays: {item.title}" for item in left]
        title = f"{row.name}: {title}"
        words = "what something else has changed since stays, and is named"
        return Preview(title, tuple(touches), tuple(kept), (words,))

    def revert(self, numbers: Collection[int] | None = None) -> Reverted:
        """Take back these items, or all, the newest first; what has moved on is left, and told."""
        done: list[str] = []
        kept: list[tuple[str, str]] = []
        messages = 0
        with self._store.write() as session:
            row = operation(session)
            if row is None:
                raise NotAllowed("There is nothing to revert.", "No operation is running.")
            for item in _to_revert(row, numbers):
                assert item.journal_id is not None
                try:
                    receipt = journal.take_back(session, item.journal_id, self._who)
                except CannotUndo as error:
                    kept.append((item.title, error.detail or error.title))
                else:
                    done.append(item.title)
                    messages += receipt.messages
        self._wake()
        return Reverted(tuple(done), tuple(kept), messages)

    def _book(self, name: str) -> Playbook:
        found, problems = read_all(self._data)
        book = next((book for book in found if book.name == name), None)
        if book is None:
            about = [words for words in problems if name in words]
            raise ConsoleError(
                f"There is no playbook “{name}”.",
                " ".join(about),
                f"There are: {', '.join(book.name for book in found)}.",
            )
        return book


@contextmanager
def _within(session: Session, operation_id: int) -> Iterator[None]:
    """What is done meanwhile belongs to that operation."""
    session.info[OPERATION] = operation_id
    try:
        yield
    finally:
        session.info.pop(OPERATION, None)


def _command(item: ReviewItem) -> Command:
    try:
        return command_of(item.command, item.fields)
    except ValueError as error:
        raise NotAllowed("This cannot be done.", f"{error}.") from error


def _previewed(session: Session, item: ReviewItem) -> ReviewItem:
    if not item.command:
        return item
    try:
        preview = command_of(item.command, item.fields).preview(session)
    except ValueError as error:
        preview = Preview(item.title, refused=f"{error}.")
    if preview.refused:
        words = f"cannot be done: {preview.refused}"
        return replace(item, preview=preview, included=False, left_out=words)
    return replace(item, title=preview.title, preview=preview)


def _planned(item: ReviewItem, started_at: int) -> PlannedItem:
    return PlannedItem(
        item.key,
        item.section,
        item.kind,
        item.title,
        item.command,
        item.fields,
        item.why,
        item.owner,
        started_at + item.after_us if item.after_us else None,
        # What comes later is planned all the same.
        left_out=item.kind == COMMAND and not item.included and not item.after_us,
    )


def _still_open(
    session: Session, operation_id: int, items: Sequence[ReviewItem]
) -> list[ReviewItem]:
    """Without what is in effect, or is for people and on the list; nothing is ticked at first."""
    row = operation(session, operation_id)
    known = row.items if row is not None else ()
    shut = {i.key for i in known if i.in_effect or i.kind != COMMAND}
    due = {i.key: i.due_at for i in known if i.due_at is not None}
    now = now_us()
    found: list[ReviewItem] = []
    for item in items:
        # A part of it may be in effect, with nothing left for the rest.
        if item.key in shut or (item.refused and any(_base(key) == item.key for key in shut)):
            continue
        at = due.get(item.key)
        waits = at is not None and at > now
        words = "for later" if waits else "due now" if at is not None else "not done yet"
        found.append(replace(item, included=False, left_out=item.refused or words))
    return found


def _base(key: str) -> str:
    return key.partition("/")[0]


def _rows(
    session: Session, operation_id: int, chosen: Sequence[ReviewItem]
) -> list[tuple[ReviewItem, OperationItem]]:
    free = _free_rows(session, operation_id)
    return [(item, free[item.key]) for item in chosen]


def _free_rows(session: Session, operation_id: int) -> dict[str, OperationItem]:
    """The items of an operation that were never done, by their keys."""
    rows = session.scalars(
        select(OperationItem).where(
            OperationItem.operation_id == operation_id,
            OperationItem.journal_id.is_(None),
            OperationItem.kind == COMMAND,
        )
    )
    return {row.item: row for row in rows}


def _to_revert(row: OperationRow | None, numbers: Collection[int] | None) -> list[OperationItemRow]:
    if row is None:
        return []
    found = [i for i in row.in_effect if numbers is None or i.number in numbers]
    return sorted(found, key=lambda item: -(item.journal_id or 0))


def _changed(before: ReviewItem | None, now: ReviewItem) -> str:
    """What is otherwise than in the review, in words; numbers that only count on are no change."""
    if now.kind != COMMAND:
        return ""
    if before is None:
        return "it is new"
    if now.refused:
        return "" if before.refused else f"it cannot be done any more: {now.refused}"
    if before.refused:
        return "it can be done now"
    was, now_lines = _lines(before), _lines(now)
    parts: list[str] = []
    if added := [line for key, line in now_lines.items() if key not in was]:
        parts.append(f"new: {listed(added)}")
    if gone := [line for key, line in was.items() if key not in now_lines]:
        parts.append(f"gone: {listed(gone)}")
    return "; ".join(parts)


def _lines(item: ReviewItem) -> dict[str, str]:
    touches = item.preview.touches if item.preview else ()
    return {_plain(line): line.partition(":")[0] for line in touches}


def _plain(line: str) -> str:
    """A line without its counts; a name before the colon keeps its digits."""
    name, colon, rest = line.partition(":")
    return f"{name}:{re.sub(r'[0-9]+', '#', rest)}" if colon else re.sub(r"[0-9]+", "#", line)
