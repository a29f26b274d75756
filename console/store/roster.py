"""Roster rows between how they are kept and how they are stated."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Session

from console.channels import CATALOG as CHANNELS
from console.domain.roster import CHANNEL, Cell, Entry, Standing, Value, merged, target_id
from console.store import dialect
from console.store.roster_tables import CLASSES, RosterTarget
from console.store.tables import Channel, Table

_LISTS = ("languages", "skills", "ids")
#: Rows merged at a time: a server limits the values of one question.
_CHUNK = 5_000
_OURS = ("id", "edited_at", "older", "revision")


def sql_table(table: str) -> SqlTable:
    found = CLASSES[table].__table__
    assert isinstance(found, SqlTable)
    return found


def said_in(entry: Entry, by: str) -> dict[str, Cell]:
    """The columns that an entry states, with that the row is there (or gone) and who says so."""
    known = sql_table(entry.table).columns
    cells = {name: _kept(value) for name, value in entry.values if name in known and name != "id"}
    return {**cells, "gone": entry.gone, "edited_by": by}


def blank(table: str) -> Standing:
    """A row of which nothing was said yet."""
    cells = {
        column.name: None if column.default is None else column.default.arg  # type: ignore[attr-defined]
        for column in sql_table(table).columns
        if column.name not in _OURS
    }
    return Standing(cells, 0, {})


def standing(table: str, row: Mapping[str, Any] | None) -> Standing:
    """A row as the database has it; a blank one where it has none."""
    if row is None:
        return blank(table)
    cells = {name: cell for name, cell in row.items() if name not in _OURS}
    return Standing(cells, row["edited_at"], json.loads(row["older"]))


def columns_of(row: Standing) -> dict[str, Cell]:
    return {
        **row.cells,
        "edited_at": row.edited_at,
        "older": json.dumps(row.older, sort_keys=True) if row.older else "{}",
    }


def standing_of(session: Session, entry: Entry) -> Standing:
    """The row that an entry is about, as it stands."""
    row = session.get(CLASSES[entry.table], entry.key)
    return standing(entry.table, None if row is None else image(row))


def state(session: Session, entry: Entry, at: int, by: str) -> None:
    """State by hand what differs from what stands: it holds over all that was said before.

    Through the session, so that it can be undone.
    """
    row = session.get(CLASSES[entry.table], entry.key)
    before = standing(entry.table, None if row is None else image(row))
    said = {
        name: cell
        for name, cell in said_in(entry, by).items()
        if cell != before.cells[name] or name in ("gone", "edited_by") or row is None
    }
    after = merged(before, said, max(at, before.edited_at + 1))
    if row is None:
        row = CLASSES[entry.table](id=entry.key)
        session.add(row)
    for name, cell in columns_of(after).items():
        setattr(row, name, cell)


def image(row: Table) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def values_of(table: str, row: Mapping[str, Any]) -> dict[str, Value]:
    """What a row says by field, its lists as tuples; the fields of the table's domain value."""
    values: dict[str, Value] = {
        name: value_of(name, cell)
        for name, cell in row.items()
        if name not in ("gone", "older", "revision")
    }
    if table == "customers":
        values["customer"] = values.pop("id")
    return values


def value_of(name: str, cell: Cell) -> Value:
    if name in _LISTS and isinstance(cell, str):
        return tuple(tuple(i) if isinstance(i, list) else i for i in json.loads(cell))
    return cell


def _kept(value: Value) -> Cell:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else value


def take(session: Session, entries: Iterable[Entry], at: int, by: str, revision: int) -> int:
    """Merge what a file states, of one table, into the rows that stand.

    How many rows say something else now; others may only have become of a newer time.
    """
    listed = list(entries)
    return sum(
        _take(session, listed[start : start + _CHUNK], at, by, revision)
        for start in range(0, len(listed), _CHUNK)
    )


def _take(session: Session, entries: list[Entry], at: int, by: str, revision: int) -> int:
    table = entries[0].table
    rows = sql_table(table)
    keys = [entry.key for entry in entries]
    question = rows.select().where(rows.c.id.in_(dialect.many(session, keys)))
    found = {row["id"]: dict(row) for row in session.execute(question).mappings()}
    written: dict[str, dict[str, Cell]] = {}
    changed = 0
    for entry in entries:
        before = standing(table, found.get(entry.key))
        after = merged(before, said_in(entry, by), at)
        if after != before:
            written[entry.key] = columns_of(after)
            changed += _meaning(after) != _meaning(before) or entry.key not in found
    if written:
        names = [column.name for column in rows.columns if column.name not in ("id", "revision")]
        dialect.upsert(
            session,
            rows.name,
            ("id",),
            (*names, "revision"),
            [(key, *(row[name] for name in names), revision) for key, row in written.items()],
        )
    return changed


def _meaning(row: Standing) -> dict[str, Cell]:
    return {name: cell for name, cell in row.cells.items() if name != "edited_by"}


def aim_channels(session: Session, revision: int | None = None) -> None:
    """What a channel's target says of replies and of being critical is so on the channel.

    `revision` where nothing notes what is changed.
    """
    session.flush()
    for channel in CHANNELS:
        target = session.get(RosterTarget, target_id(CHANNEL, channel.name), populate_existing=True)
        row = session.get(Channel, channel.name)
        if target is None or row is None:
            continue
        expected_s, critical = channel.expected_s, channel.critical
        if not target.gone:
            expected_s = expected_s if target.expected_s is None else target.expected_s
            critical = critical if target.critical is None else target.critical
        if (row.expected_s, row.critical) != (expected_s, critical):
            row.expected_s, row.critical = expected_s, critical
            if revision is not None:
                row.revision = revision


__all__ = [
    "aim_channels", "said_in", "sql_table", "standing_of", "state", "take", "value_of", "values_of",
]  # fmt: skip
