"""A roster's table becomes entries, row by row; what cannot be taken is named by line and column.

The tables are people, shifts, customers and targets (`roster_columns`). Identity of a row: the
person's id; the shift's id, or who, what and when it begins; the masked customer; the channel or
queue.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast
from zoneinfo import ZoneInfo

from console.domain.roster import (
    BREAK,
    CHANNEL,
    CUSTOMERS,
    MEETING,
    PARTED,
    PEOPLE,
    QUEUE,
    SHIFT,
    SHIFTS,
    Entry,
    Value,
    target_id,
)
from console.domain.times import DAY, iso
from console.exports import roster_cells as cells
from console.exports.export import Mask, Rejected
from console.exports.roster_columns import (
    DATE,
    SHEETS,
    TIME,
    ZONE,
    Layout,
    is_surely,
    recognise,
)
from console.exports.roster_times import NoZone, Wall, day_first, span, zone_of

#: A row whose first identity begins so is one of a template's examples.
EXAMPLE = "example"
#: Lines before the header in which a title may stand.
_TITLE_LINES = 5
_SHORT_KINDS = (SHIFT, MEETING, BREAK)

Row = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell or row, and what to do. `line` is the file's, from 1."""

    line: int
    column: str
    words: str


@dataclass(slots=True)
class Reading:
    """What a table's rows became; one entry for each key, the last row of it.

    `rows` = entries + repeated + examples + rows with a problem. `local` is a time in it that could
    not be taken because nobody has said its zone, "" where there is none. `named`: there is a
    column for rows' own ids, by which they stay themselves wherever they are moved.
    """

    table: str
    unused: tuple[str, ...] = ()
    rows: int = 0
    examples: int = 0
    repeated: int = 0
    entries: dict[str, Entry] = field(default_factory=lambda: {})
    lines: dict[str, int] = field(default_factory=lambda: {})  # where each entry stands
    problems: list[Problem] = field(default_factory=lambda: [])
    local: str = ""
    named: bool = False


class _Cell(Rejected):
    """What is wrong with a cell, and in which column."""

    def __init__(self, column: str, words: str, local: str = "") -> None:
        super().__init__(words)
        self.column = column
        self.local = local


def rows_of(text: str) -> list[Row]:
    """The lines of a CSV with their numbers; the sign between cells is told from the header."""
    start = 0
    first = text.split("\n", 1)[0].strip()
    signs = ";,\t|"
    if first.lower().startswith("sep=") and len(first) == 5:
        signs, start = first[4], 1
    sign = max(signs, key=lambda sign: _known(text, sign)) if len(signs) > 1 else signs
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    found: list[Row] = []
    line = 0
    try:
        for row in reader:
            if line >= start:
                found.append((line + 1, row))
            line = reader.line_num
    except csv.Error as error:
        raise Rejected(f"line {reader.line_num}: {error}") from None
    return found


def _known(text: str, sign: str) -> tuple[int, int]:
    """How much of the first lines means something when cut at this sign."""
    for line in text.splitlines()[: _TITLE_LINES + 1]:
        layout = recognise(list(*csv.reader([line], delimiter=sign)))
        if layout is not None:
            return len(layout.places), -len(layout.unused)
    return 0, 0


def read(rows: Sequence[Row], mask: Mask, zone: ZoneInfo | None) -> Reading | None:
    """All that a table says; None where its first lines are no header of ours."""
    body, layout = _header(rows)
    if layout is None:
        return None
    reading = Reading(layout.sheet.table, layout.unused, named="id" in layout.places)
    kept = [(line, row) for line, row in body if any(cell.strip() for cell in row)]
    wall = Wall(zone, day_first(_dates(layout, kept)))
    for line, row in kept:
        reading.rows += 1
        values = {
            field: row[place] if place < len(row) else "" for field, place in layout.places.items()
        }
        if _example(layout, values):
            reading.examples += 1
            continue
        try:
            entry = _entry(layout, values, row, mask, wall)
        except _Cell as error:
            reading.problems.append(Problem(line, error.column, str(error)))
            reading.local = reading.local or error.local
            continue
        if entry.key in reading.entries:
            reading.repeated += 1
            words = f"{entry.table} names “{_short(entry.key)}” twice; this row holds"
            reading.problems.append(Problem(line, "", words))
        reading.entries[entry.key] = entry
        reading.lines[entry.key] = line
    return reading


def begins(rows: Sequence[Row]) -> bool:
    """Whether a table is a roster's, though nobody has called it so."""
    layout = _header(rows)[1]
    if layout is None or not is_surely(layout):
        return False
    if layout.sheet.table != SHIFTS:
        return True
    # Letters have names, dates, from and to as well: one row at least must make sense.
    reading = read(rows, str, ZoneInfo("UTC"))
    return reading is not None and bool(reading.entries or reading.rows == reading.examples)


def _header(rows: Sequence[Row]) -> tuple[Iterator[Row], Layout | None]:
    """The rows below the header, and what it says; a title may stand above it."""
    body, tried = iter(rows), 0
    for _line, row in body:
        layout = recognise(row)
        tried += any(cell.strip() for cell in row)
        if layout is not None or tried > _TITLE_LINES:
            return body, layout
    return body, None


def entry_of(
    table: str, values: Mapping[str, str], mask: Mask, zone: ZoneInfo | None, key: str = ""
) -> Entry:
    """What a form states; its cells by field. A shift keeps `key` wherever it is moved to.

    Raises Rejected, its words beginning with the column.
    """
    if key and table == SHIFTS:
        values = {**values, "id": key}
    layout = _form(table, values)
    try:
        return _entry(layout, values, (), mask, Wall(zone), form=True)
    except _Cell as error:
        raise Rejected(f"{error.column}: {error}" if error.column else str(error)) from None


def _form(table: str, fields: Iterable[str]) -> Layout:
    sheet = SHEETS[table]
    named = [column for column in sheet.columns if column.field in set(fields)]
    places = {column.field: place for place, column in enumerate(named)}
    return Layout(sheet, places, tuple(column.title for column in named), (), (), ())


def _entry(
    layout: Layout,
    given: Mapping[str, str],
    row: Sequence[str],
    mask: Mask,
    wall: Wall,
    *,
    form: bool = False,
) -> Entry:
    """`form`: whoever filled it in saw how the row stood, so an empty field means none."""
    values: dict[str, Value] = {}
    whole: list[str] = []
    for name in layout.places:
        column = layout.sheet.column(name)
        bare = given[name].strip()
        if column.holds in (DATE, TIME, ZONE) or not (bare or form):
            continue
        if name in PARTED and (form or bare in cells.NONE):
            whole.append(name)
        try:
            values[name] = cells.value(column.holds, given[name], mask)
        except Rejected as error:
            raise _Cell(_title(layout, name), str(error)) from None
    gone = bool(values.pop("gone", False))
    if layout.skills or layout.ids:
        _add_columns(layout, row, values)
    match layout.sheet.table:
        case "people":
            key = _needed(layout, values, "id")
        case "shifts":
            key = _shift(layout, given, values, wall)
        case "customers":
            key = _needed(layout, values, "customer")
        case _:
            key = _target(values)
    return Entry(layout.sheet.table, key, tuple(sorted(values.items())), gone, tuple(whole))


def _add_columns(layout: Layout, row: Sequence[str], values: dict[str, Value]) -> None:
    """Skills and ids that have a column each join those of the common column."""
    skills = dict(cast(tuple[tuple[str, int | None], ...], values.get("skills", ())))
    ids = set(cast(tuple[tuple[str, str], ...], values.get("ids", ())))
    for place, name in layout.skills:
        try:
            skill = cells.skill_of(name, row[place] if place < len(row) else "")
        except Rejected as error:
            raise _Cell(layout.titles[place], str(error)) from None
        if skill is not None:
            skills[skill[0]] = skill[1]
    for place, system in layout.ids:
        ids.update(cells.ids_of(system, row[place] if place < len(row) else ""))
    if skills:
        values["skills"] = tuple(sorted(skills.items()))
    if ids:
        values["ids"] = tuple(sorted(ids))


def _shift(layout: Layout, given: Mapping[str, str], values: dict[str, Value], wall: Wall) -> str:
    person = _needed(layout, values, "person")
    kind = values.setdefault("kind", SHIFT)
    try:
        if given.get("zone", "").strip():
            wall = Wall(zone_of(given["zone"].strip()), wall.day_first)
        start_at, end_at = span(given.get("date", ""), given["start_at"], given["end_at"], wall)
        if kind in _SHORT_KINDS and end_at - start_at > DAY:
            raise Rejected(f"a {kind} of more than a day; check start and end")
    except Rejected as error:
        local = error.local if isinstance(error, NoZone) else ""
        raise _Cell(_title(layout, "start_at"), str(error), local) from None
    values["start_at"], values["end_at"] = start_at, end_at
    key = str(values.pop("id", "")) or f"{person}, {kind}, {iso(start_at)}"
    return key


def _target(values: dict[str, Value]) -> str:
    channel, queue = str(values.pop("channel", "")), str(values.pop("queue", ""))
    if bool(channel) == bool(queue):
        raise _Cell("channel", "a target is for a channel or for a queue; fill in one of them")
    scope, name = (CHANNEL, channel.lower()) if channel else (QUEUE, queue)
    if scope == CHANNEL:
        name = {"e-mail": "email", "phone": "voice", "telephone": "voice"}.get(name, name)
    values["scope"], values["name"] = scope, name
    return target_id(scope, name)


def _needed(layout: Layout, values: dict[str, Value], name: str) -> str:
    found = str(values.get(name) or "")
    if not found:
        title = _title(layout, name)
        raise _Cell(title, f"{title} is empty; without it nobody knows whose row this is")
    return found


def _example(layout: Layout, values: Mapping[str, str]) -> bool:
    names = {"people": ("id",), "shifts": ("person",), "customers": ("customer",)}
    return any(
        values.get(name, "").strip().lower().startswith(EXAMPLE)
        for name in names.get(layout.sheet.table, ("channel", "queue"))
    )


def _dates(layout: Layout, rows: Iterable[Row]) -> Iterable[str]:
    places = [layout.places[n] for n in ("date", "start_at", "end_at") if n in layout.places]
    for _line, row in rows:
        yield from (row[place] for place in places if place < len(row))


def _title(layout: Layout, name: str) -> str:
    place = layout.places.get(name)
    return layout.titles[place] if place is not None else layout.sheet.column(name).title


def _short(key: str) -> str:
    return key.rsplit("~", 1)[-1] if key.startswith("~") else key


__all__ = [
    "CUSTOMERS",
    "EXAMPLE",
    "PEOPLE",
    "Problem",
    "Reading",
    "Row",
    "begins",
    "entry_of",
    "read",
    "rows_of",
]
