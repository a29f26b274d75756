"""Roster rows between how they are kept and how they are stated."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Session

from console.channels import CATALOG as CHANNELS
from console.domain.roster import (
    CHANNEL,
    NO_ID,
    NO_SKILL,
    PARTED,
    Cell,
    Entry,
    Pairs,
    Standing,
    Value,
    column_of,
    merged,
    part,
    target_id,
)
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
    """The fields that an entry states, with that the row is there (or gone) and who says so."""
    known = sql_table(entry.table).columns
    said: dict[str, Cell] = dict.fromkeys(entry.whole)
    for name, value in entry.values:
        if name in PARTED:
            said |= _parts(name, cast(Pairs, value))
        elif name in known and name != "id":
            said[name] = _kept(value)
    return {**said, "gone": entry.gone, "edited_by": by}


def _parts(column: str, pairs: Pairs) -> dict[str, Cell]:
    """Fields of pairs (name, id or level); None where there are none of that name."""
    nothing = NO_SKILL if column == "skills" else NO_ID
    found: dict[str, Pairs] = {}
    for name, value in sorted(pairs, key=str):
        field = part(column, name)
        some = found.get(field, ())
        if value != nothing:
            # A person has a skill once, but a system may know them twice.
            some = ((name, value),) if column == "skills" else (*some, (name, value))
        found[field] = some
    return {field: _kept(some) if some else None for field, some in found.items()}


def blank(table: str) -> Standing:
    """A row of which nothing was said yet."""
    cells = {
        column.name: None if column.default is None else column.default.arg  # type: ignore[attr-defined]
        for column in sql_table(table).columns
        if column.name not in (*_OURS, *PARTED)
    }
    return Standing(cells, 0, {})


def standing(table: str, row: Mapping[str, Any] | None) -> Standing:
    """A row as the database has it; a blank one where it has none."""
    if row is None:
        return blank(table)
    older: dict[str, int] = json.loads(row["older"])
    # What was said not to be has a time, but no value.
    cells: dict[str, Cell] = dict.fromkeys(field for field in older if ":" in field)
    for name, cell in row.items():
        if name in PARTED:
            cells |= _parts(name, value_of(name, cell))  # type: ignore[arg-type]  # lists of pairs
        elif name not in _OURS:
            cells[name] = cell
    return Standing(cells, row["edited_at"], older)


def columns_of(table: str, row: Standing) -> dict[str, Cell]:
    """A row as the database keeps it, without its id."""
    cells = {name: cell for name, cell in row.cells.items() if ":" not in name}
    known = sql_table(table).columns
    parts: dict[str, list[Any]] = {column: [] for column in PARTED if column in known}
    for field in sorted(row.cells):
        if ":" in field:
            parts[column_of(field)] += json.loads(cast(str, row.cells[field] or "[]"))
    return {
        **cells,
        **{column: json.dumps(some, ensure_ascii=False) for column, some in parts.items()},
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
    after = by_hand(standing(entry.table, None if row is None else image(row)), entry, at, by)
    if row is None:
        row = CLASSES[entry.table](id=entry.key)
        session.add(row)
    for name, cell in columns_of(entry.table, after).items():
        setattr(row, name, cell)


def by_hand(before: Standing, entry: Entry, at: int, by: str) -> Standing:
    """The row after what a person states who saw how it stood.

    Of a column that they stated whole they can only have taken out what they saw.
    """
    said = said_in(entry, by)
    for column in entry.whole:
        del said[column]
        seen = [field for field in before.cells if ":" in field and column_of(field) == column]
        said = {**dict.fromkeys(seen), **said}
    new = before.edited_at == 0
    stated = {
        name: cell
        for name, cell in said.items()
        if new or name in ("gone", "edited_by") or cell != before.cells.get(name)
    }
    return merged(before, stated, max(at, before.edited_at + 1))


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
            written[entry.key] = columns_of(table, after)
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
    return {
        name: cell
        for name, cell in row.cells.items()
        if name != "edited_by" and (cell is not None or ":" not in name)
    }


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
    "aim_channels", "by_hand", "columns_of", "sql_table", "standing_of", "state", "take",
    "value_of", "values_of",
]  # fmt: skip
