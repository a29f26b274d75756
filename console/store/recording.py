"""Noting what a command changes: each row's before and after, where rows are written.

A row is noted as {"table", "key", "before", "after"}; `before` is None where the row is new,
`after` where it is gone, and both hold only the columns that changed where it was and is there.
The revision is left out: it says when a row changed, not how it is.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Table as SqlTable
from sqlalchemy import delete, event, insert, inspect, select, tuple_, update
from sqlalchemy.orm import InstanceState, ORMExecuteState, Session

from console.store.tables import Table, Undoable

REVISION = "revision"
# What a command may know of the act that it is part of, in the session's `info`: who does it, and
# the number of the operation that it belongs to.
WHO = "who"
OPERATION = "operation"
Row = dict[str, Any]
Change = dict[str, Any]
Key = tuple[str, tuple[Any, ...]]

# Parameters of one statement are limited, the keys here have up to two columns.
_CHUNK = 200


class Recording:
    """What is being changed in one session."""

    def __init__(self, session: Session, revision: int) -> None:
        self._session = session
        self._revision = revision
        self._before: dict[Key, Row | None] = {}
        self._new: list[Undoable] = []

    def changes(self) -> list[Change]:
        """All that changed, in the order of the first change to each row."""
        self._session.flush()
        self._settle_new()
        after = images(self._session, self._before)
        found: list[Change] = []
        for key, before in self._before.items():
            table = Table.metadata.tables[key[0]]
            change = _change(table, key[1], before, after.get(key))
            if change is not None:
                found.append(change)
        return found

    def _settle_new(self) -> None:
        """Rows that the last flush wrote have their keys now, and stood nowhere before."""
        for row in self._new:
            self._before.setdefault(_key(row), None)
        self._new.clear()

    def note(self, session: Session, *_: Any) -> None:
        """Before each flush: keep how the rows stand that are about to be changed."""
        self._settle_new()
        # Each of these is made anew whenever the session is asked for it.
        new, dirty, deleted = session.new, session.dirty, session.deleted
        self._new += [row for row in new if isinstance(row, Undoable)]
        touched = [
            row
            for row in (*dirty, *deleted)
            if isinstance(row, Undoable) and (row in deleted or session.is_modified(row))
        ]
        unseen = [key for key in map(_key, touched) if key not in self._before]
        found = images(session, unseen)
        for key in unseen:
            self._before[key] = found.get(key)
        for row in (*new, *dirty):
            if isinstance(row, Undoable) and (row in new or session.is_modified(row)):
                row.revision = self._revision  # type: ignore[attr-defined]


def refuse_bulk(state: ORMExecuteState) -> None:
    """A bulk statement would change rows behind the recording's back."""
    if state.is_update or state.is_delete or state.is_insert:
        raise TypeError("A command changes rows through the session, so that it can be undone.")


@contextmanager
def recording(session: Session, revision: int, who: str = "") -> Iterator[Recording]:
    """While this lasts, each change to an Undoable row of the session is noted, as one of `who`."""
    record = Recording(session, revision)
    session.info[WHO] = who
    event.listen(session, "before_flush", record.note)
    event.listen(session, "do_orm_execute", refuse_bulk)
    try:
        yield record
    finally:
        session.info.pop(WHO, None)
        event.remove(session, "before_flush", record.note)
        event.remove(session, "do_orm_execute", refuse_bulk)


def images(session: Session, keys: Iterable[Key]) -> dict[Key, Row]:
    """How these rows stand in the database now; those that are not there are missing."""
    by_table: dict[str, list[tuple[Any, ...]]] = {}
    for name, key in keys:
        by_table.setdefault(name, []).append(key)
    found: dict[Key, Row] = {}
    connection = session.connection()
    for name, wanted in by_table.items():
        table = Table.metadata.tables[name]
        columns = list(table.primary_key)
        for start in range(0, len(wanted), _CHUNK):
            question = select(table).where(tuple_(*columns).in_(wanted[start : start + _CHUNK]))
            for row in connection.execute(question).mappings():
                image = {column.name: row[column] for column in table.columns}
                key = (name, tuple(image[column.name] for column in columns))
                image.pop(REVISION, None)
                found[key] = image
    return found


def reverse(change: Change) -> Change:
    return {**change, "before": change["after"], "after": change["before"]}


def moved_on(session: Session, changes: Iterable[Change]) -> list[Change]:
    """Those changes whose rows are no longer as the change left them."""
    listed = list(changes)
    now = images(session, [key_of(change) for change in listed])
    return [change for change in listed if not _as_left(change, now.get(key_of(change)))]


def restore(session: Session, changes: Iterable[Change], revision: int) -> None:
    """Bring each row back to how it stood before, the last change first."""
    connection = session.connection()
    for change in reversed(list(changes)):
        table = Table.metadata.tables[change["table"]]
        here = [table.c[name] == value for name, value in change["key"].items()]
        before, after = change["before"], change["after"]
        if before is None:
            connection.execute(delete(table).where(*here))
            continue
        values = {name: value for name, value in before.items() if name in table.c}
        if REVISION in table.c:
            values[REVISION] = revision
        if after is None:
            connection.execute(insert(table).values(values))
        else:
            connection.execute(update(table).where(*here).values(values))


def key_of(change: Change) -> Key:
    table = Table.metadata.tables[change["table"]]
    return change["table"], tuple(change["key"][column.name] for column in table.primary_key)


def _as_left(change: Change, now: Row | None) -> bool:
    after = change["after"]
    if after is None or now is None:
        return after is now
    return all(now[name] == value for name, value in after.items() if name in now)


def _key(row: Undoable) -> Key:
    state: InstanceState[Undoable] = inspect(row, raiseerr=True)
    assert state.identity is not None, "a row that was never written has no key"
    return state.mapper.persist_selectable.description, state.identity


def _change(
    table: SqlTable, key: tuple[Any, ...], before: Row | None, after: Row | None
) -> Change | None:
    if before == after:
        return None
    if before is not None and after is not None:
        names = [name for name in before if before[name] != after[name]]
        before, after = {n: before[n] for n in names}, {n: after[n] for n in names}
    names = [column.name for column in table.primary_key]
    return {
        "table": table.name,
        "key": dict(zip(names, key, strict=True)),
        "before": before,
        "after": after,
    }
