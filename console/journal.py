"""Run a command, remember what it changed, take it back."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands import CATALOG as COMMANDS
from console.commands import Command
from console.commands.texts import fault_of_text
from console.domain.acts import Receipt
from console.domain.messages import CANCELLED, PENDING, REFUSED, Message
from console.domain.records import Break
from console.domain.times import SECOND, iso, now_us
from console.errors import CannotUndo, NotAllowed
from console.reads.acts import is_act, last_done, last_undone, line_of, root_of
from console.store import chain
from console.store.chain import REDO, TOLD, UNDO
from console.store.engine import Store, next_revision
from console.store.memory import remembering
from console.store.post import message_of, post, routes
from console.store.recording import OPERATION, Change, moved_on, recording, restore, reverse
from console.store.tables import Journal, Outbox, Override, Table

#: So many of what has moved on since are named; a mass move changes dozens.
NAMED = 3
_BY_NAME: dict[str, type[Command]] = {command.name: command for command in COMMANDS}
_STAYING = frozenset(command.name for command in COMMANDS if not command.steps_back)


def run(store: Store, command: Command, who: str, why: str = "") -> Receipt:
    """Do it, note what it changed and lay out its messages: all of it or nothing.

    NotAllowed where the command's preview refuses.
    """
    with store.write() as session:
        return record(session, command, who, why)


def record(session: Session, command: Command, who: str, why: str = "") -> Receipt:
    """The same within a transaction that the caller commits."""
    revision = next_revision(session)
    with remembering(session):
        title = command.title(session)
        if refused := command.refused(session) or fault_of_text("The reason", why):
            raise NotAllowed("This cannot be done.", refused)
        messages = command.messages(session)
        aims = [dataclasses.asdict(aim) for aim in command.aims(session)]
        with recording(session, revision, who) as noted:
            command.apply(session)
            changes = noted.changes()
    entry = chain.append(
        session,
        revision,
        who=who,
        command=command.name,
        title=title,
        detail={**_fields(command), **({"aims": aims} if aims else {}), **_operation(session)},
        changes=changes,
        why=why,
    )
    connectors = routes(session) if messages else {}
    for message in messages:
        post(session, revision, message, journal_id=entry.id, connectors=connectors)
    return Receipt(entry.id, title, len(messages), bool(changes or messages))


def undo(store: Store, journal_id: int | None, who: str) -> Receipt:
    """Take back what that entry did; None: the newest act that is in effect.

    An undo is taken back like anything else, which is a redo. CannotUndo where there is nothing
    to take back, or where what it changed has moved on; then nothing changes.
    """
    with store.write() as session:
        if journal_id is None:
            entry = last_done(session, _STAYING)
            if entry is None:
                raise CannotUndo("There is nothing to undo.")
        else:
            entry = _end_of_line(session, journal_id)
        return _take_back(session, entry, who)


def take_back(session: Session, journal_id: int, who: str) -> Receipt:
    """What `undo` does, within a transaction that the caller commits; nothing where it raises."""
    return _take_back(session, _end_of_line(session, journal_id), who)


def redo(store: Store, who: str) -> Receipt:
    """Do again what was undone last, unless something new was done since."""
    with store.write() as session:
        entry = last_undone(session, _STAYING)
        if entry is None:
            raise CannotUndo("There is nothing to redo.")
        return _take_back(session, entry, who)


def can_undo(store: Store) -> str:
    """What `undo` would take back, in words; empty when there is nothing."""
    with store.read() as session:
        entry = last_done(session, _STAYING)
        return root_of(session, entry).title if entry else ""


def can_redo(store: Store) -> str:
    """What `redo` would do again, in words; empty when there is nothing."""
    with store.read() as session:
        entry = last_undone(session, _STAYING)
        return root_of(session, entry).title if entry else ""


def verify(store: Store) -> list[Break]:
    """Where the journal is not as it was written; empty when all of it is."""
    with store.read() as session:
        return chain.breaks(session)


def _end_of_line(session: Session, journal_id: int) -> Journal:
    entry = session.get(Journal, journal_id)
    if entry is None or entry.command in TOLD:
        raise CannotUndo("There is nothing to undo.", f"Record {journal_id} is no act.")
    root = root_of(session, entry)
    if not is_act(session, root):
        raise CannotUndo("There is nothing to undo.", f"“{root.title}” changed nothing.")
    end = line_of(session, root)[-1]
    if entry.command == UNDO and entry.id != end.id:
        raise CannotUndo("This was done again already.", f"“{root.title}”, {_when(end)}.")
    if entry.command != UNDO and end.command == UNDO:
        raise CannotUndo("This was undone already.", f"“{root.title}”, {_when(end)}.")
    return end


def _take_back(session: Session, entry: Journal, who: str) -> Receipt:
    revision = next_revision(session)
    root = root_of(session, entry)
    again = entry.command == UNDO
    changes: list[Change] = json.loads(entry.changes)
    if moved := moved_on(session, changes):
        raise CannotUndo(
            f"“{root.title}” cannot be {'done again' if again else 'undone'}: "
            "what it changed has moved on.",
            _all_moved(session, moved, entry),
            "Undo the later change first, or set it by hand.",
        )
    restore(session, changes, revision)
    session.expire_all()
    title = f"{'redo' if again else 'undo'}: {root.title}"
    line = line_of(session, root)
    done = chain.append(
        session,
        revision,
        who=who,
        command=REDO if again else UNDO,
        title=title,
        detail={"of": root.id},
        changes=[reverse(change) for change in reversed(changes)],
        undoes=entry.id,
    )
    return Receipt(done.id, title, _post_back(session, root, line, done, again))


def _post_back(
    session: Session, root: Journal, line: Sequence[Journal], done: Journal, again: bool
) -> int:
    """Cancel what has not left and ask for the reverse of what has; how many messages that makes.

    What a platform refused never had an effect, so it is not taken back. Something that had been
    sent and is unanswered may have had one, so it is.
    """
    rows = session.scalars(
        select(Outbox)
        .where(Outbox.journal_id.in_([entry.id for entry in line]))
        .order_by(Outbox.number)
    )
    by_origin: dict[str, list[Outbox]] = {}
    for row in rows:
        by_origin.setdefault(row.origin, []).append(row)
    takes_back = _BY_NAME[root.command].takes_back
    connectors = routes(session)
    laid = 0
    # In reverse, so that an agent is back where they were before they leave where they went.
    order = by_origin.items() if again else reversed(by_origin.items())
    for origin, messages in order:
        underway = in_effect = False
        for row in messages:
            if row.sent_at is not None and row.state != REFUSED:
                in_effect = not row.takes_back
            if row.state == PENDING and row.takes_back == again:
                row.state = CANCELLED
                row.ended_at = now_us()
                row.answer = "taken back before it left"
                row.revision = done.revision
            elif row.state == PENDING:
                underway = True
        wanted: Message | None = message_of(messages[0])
        if not again and wanted is not None:
            wanted = takes_back(wanted)
        if underway or in_effect == again or wanted is None:
            continue
        post(
            session,
            done.revision,
            wanted,
            journal_id=done.id,
            connectors=connectors,
            origin=origin,
            takes_back=not again,
        )
        laid += 1
    return laid


def _all_moved(session: Session, moved: Sequence[Change], entry: Journal) -> str:
    """The first of them in words, and how many more there are."""
    # What stands otherwise than usual follows from the rest, and has no name of its own.
    named = [change for change in moved if change["table"] != Override.__tablename__] or moved
    words = dict.fromkeys(_moved_words(session, change, entry) for change in named[:NAMED])
    more = len(named) - NAMED
    return " ".join([*words, f"And {more} more."] if more > 0 else words)


def _moved_words(session: Session, change: Change, entry: Journal) -> str:
    """Which row it is, and what changed it since."""
    name = _name_of(session, change)
    later = session.scalars(
        select(Journal)
        .where(Journal.id > entry.id, Journal.changes != "[]")
        .order_by(Journal.id.desc())
    )
    for other in later:
        for its in json.loads(other.changes):
            if its["table"] == change["table"] and its["key"] == change["key"]:
                return f"{name} was changed by “{other.title}”, {_when(other)}."
    return f"{name} was changed by something else."


def _name_of(session: Session, change: Change) -> str:
    """A row as a person calls it: its own name, or the names of the rows that its key points to."""
    table = Table.metadata.tables[change["table"]]
    connection = session.connection()
    names: list[str] = []
    for column, value in change["key"].items():
        for foreign in table.c[column].foreign_keys:
            other = foreign.column.table
            if "name" in other.c:
                question = select(other.c.name).where(foreign.column == value)
                names.append(str(connection.scalar(question)))
    if not names and "name" in table.c:
        here = [table.c[column] == value for column, value in change["key"].items()]
        names.append(str(connection.scalar(select(table.c.name).where(*here))))
    what = table.name.replace("_", " ")
    return f"The {what} {' in '.join(names or map(str, change['key'].values()))}"


def _operation(session: Session) -> dict[str, int]:
    """The operation that the act is a part of, if it is of any."""
    number = session.info.get(OPERATION)
    return {} if number is None else {"operation": number}


def _fields(command: Command) -> dict[str, Any]:
    assert dataclasses.is_dataclass(command)
    return dataclasses.asdict(command)


def _when(entry: Journal) -> str:
    return f"{iso(entry.at // SECOND * SECOND)} by {entry.who}"
