"""Roster files become rows, and rows become roster files.

Not an export of a platform: a roster is what the site itself states. A file's statements are of
the time when it was last changed; of two statements the newer holds, field by field.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from console.channels import CATALOG as CHANNELS
from console.domain.roster import (
    CHANNEL,
    TABLES,
    TARGETS,
    RosterCount,
)
from console.domain.times import SECOND, iso
from console.errors import ExportError
from console.exports.export import Rejected
from console.exports.roster_sheets import FILES, WORKBOOK, csv_of, template, written
from console.exports.roster_tables import Problem, Reading, Row, begins, read, rows_of
from console.reads.roster import records
from console.store.engine import Store
from console.store.roster import aim_channels, take
from console.sync.content import Content, open_content

Mask = Callable[[str], str]

#: A roster of thousands of people for a year is smaller; what is larger is something else.
_LARGEST = 64 << 20
#: So much of it tells what it is.
_HEAD = 1 << 16
#: What letters of Central Europe look like where Western ones are taken for granted.
_NOT_WESTERN = re.compile(r"[^\W\d_][£¥³¹¿¼¾]|[£¥¯][^\W\d_]")
#: A clock that is so much ahead is wrong, and its file would hold against all newer ones.
_AHEAD = 60 * SECOND


@dataclass(frozen=True, slots=True)
class Sheets:
    """The tables of a roster file, with the rows that they were read from."""

    path: Path
    changed_at: int  # when what it states was stated
    tables: tuple[tuple[Sequence[Row], Reading], ...]


def open_roster(path: Path, mask: Mask, zone: ZoneInfo | None) -> Sheets:
    """Read a file without taking anything. Raises OSError, ExportError, Rejected."""
    changed_at = max(1, path.stat().st_mtime_ns // 1_000)
    found = [(rows, reading) for rows in _tables(path) if (reading := read(rows, mask, zone))]
    for _rows, reading in found:
        _leave_strangers(reading)
    return Sheets(path, changed_at, tuple(found))


def take_roster(session: Session, sheets: Sheets, revision: int) -> tuple[RosterCount, ...]:
    """Merge what a file states into what stands."""
    counts: list[RosterCount] = []
    for _rows, reading in sheets.tables:
        entries = reading.entries.values()
        changed = take(session, entries, sheets.changed_at, sheets.path.name, revision)
        if reading.table == TARGETS:
            aim_channels(session, revision)
        known = len(reading.entries) + reading.repeated - changed
        left = reading.rows - reading.examples - changed - known
        counts.append(
            RosterCount(
                reading.table, reading.rows, changed, known, reading.examples, left, reading.unused
            )
        )
    return tuple(counts)


def from_the_future(sheets: Sheets, now: int) -> str:
    """What is wrong with the time of a file; empty where nothing is."""
    if sheets.changed_at <= now + _AHEAD:
        return ""
    return (
        f"it is from {iso(sheets.changed_at // SECOND * SECOND)}, which is yet to come: set the "
        "clock right and save it again, or newer files will not count"
    )


def _leave_strangers(reading: Reading) -> None:
    """Targets of channels that do not exist are left out."""
    known = [channel.name for channel in CHANNELS]
    for key, entry in list(reading.entries.items()):
        scope, _, name = key.partition(":")
        if entry.table == TARGETS and scope == CHANNEL and name not in known:
            del reading.entries[key]
            words = f"there is no channel “{name}”; write one of {', '.join(known)}"
            reading.problems.append(Problem(reading.lines.pop(key), CHANNEL, words))


# --- files in


def _tables(path: Path) -> list[list[Row]]:
    """The rows of a CSV, or of every sheet of a workbook."""
    if path.stat().st_size > _LARGEST:
        raise Rejected(f"it is larger than {_LARGEST >> 20} MB; no roster is")
    with open_content(path) as content:
        workbook = content.packing == "workbook"
        if not workbook:
            return [rows_of(_text(_all(content)))]
    from python_calamine import CalamineWorkbook  # most rosters need it not

    found: list[list[Row]] = []
    for name in CalamineWorkbook.from_path(str(path)).sheet_names:
        with open_content(path, sheet=name) as content:
            found.append(rows_of(_all(content).decode()))
    return found


def is_roster(path: Path, head: bytes, workbook: bool) -> bool:
    """Whether a file that nobody has called a roster is one, told by its beginning, or by the
    beginning of any sheet."""
    return any(_begins(each) for each in (_heads(path) if workbook else (head,)))


def local_time(path: Path, head: bytes, workbook: bool) -> str:
    """A time at the beginning of a roster whose zone somebody has to say, as it is written."""
    for each in _heads(path) if workbook else (head,):
        try:
            reading = read(_rows_in(each), str, None)
        except Rejected:
            continue
        if reading is not None and reading.local:
            return reading.local
    return ""


def _heads(path: Path) -> Iterable[bytes]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        for name in CalamineWorkbook.from_path(str(path)).sheet_names:
            with open_content(path, sheet=name) as content:
                yield content.read(_HEAD)
    except (CalamineError, ExportError, OSError):
        return


def _begins(head: bytes) -> bool:
    try:
        return begins(_rows_in(head))
    except Rejected:
        return False


def _rows_in(head: bytes) -> list[Row]:
    """The whole rows of a beginning."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _text(head[: len(head) // 2 * 2])
        return rows_of(text.rpartition("\n")[0] if len(head) == _HEAD else text)
    return rows_of(_text(head.rpartition(b"\n")[0] if len(head) == _HEAD else head))


def _all(content: Content) -> bytes:
    raw = content.read(_LARGEST + 1)
    if content.problem is not None:
        raise content.problem
    if len(raw) > _LARGEST:
        raise Rejected(f"it holds more than {_LARGEST >> 20} MB; no roster does")
    return raw


def _text(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        western = raw.decode("cp1252", errors="replace")
        if _NOT_WESTERN.search(western):
            return raw.decode("cp1250", errors="replace")
        return western


# --- files out


def write_templates(folder: Path) -> list[Path]:
    """Four CSV files and a workbook with the same tables, to be filled in."""
    return _write(folder, {table: template(table) for table in TABLES})


def export_roster(store: Store, folder: Path, zone: ZoneInfo | None) -> list[Path]:
    """What is stored, in the form of the templates; customers as they are kept, hidden."""
    with store.read() as session:
        tables = {table: written(table, records(session, table), zone) for table in TABLES}
    return _write(folder, tables)


def _write(folder: Path, tables: dict[str, list[list[str]]]) -> list[Path]:
    """Never over a file that is there: it may hold what somebody has filled in."""
    from xlsxwriter.exceptions import FileCreateError

    paths = [*(folder / FILES[table] for table in tables), folder / WORKBOOK]
    if there := [path.name for path in paths if path.exists()]:
        raise ExportError(
            f"Nothing was written to {folder}.",
            f"{', '.join(there)} {'is' if len(there) == 1 else 'are'} there already.",
            "Choose an empty folder.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, rows in zip(paths, tables.values(), strict=False):
            path.write_text(csv_of(rows), "utf-8", newline="")
        _write_workbook(paths[-1], tables)
    except (OSError, FileCreateError) as error:
        raise ExportError(
            f"The files cannot be written to {folder}.", f"{error}.", "Choose another folder."
        ) from error
    return paths


def _write_workbook(path: Path, tables: dict[str, list[list[str]]]) -> None:
    from xlsxwriter import Workbook

    with Workbook(str(path)) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for table, rows in tables.items():
            sheet = book.add_worksheet(table)
            sheet.freeze_panes(1, 0)
            for place, width in enumerate(_widths(rows)):
                # As text: what is typed there later stays as it was typed, zeros in front too.
                sheet.set_column(place, place, width, text)
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    sheet.write_string(line, place, cell, text if line else bold)


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    shown = rows[:200]
    return [min(60, max(len(row[i]) for row in shown) + 2) for i in range(len(rows[0]))]


__all__ = [
    "Mask", "Sheets", "export_roster", "from_the_future", "is_roster",
    "local_time", "open_roster", "take_roster", "write_templates",
]  # fmt: skip
