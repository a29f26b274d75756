"""Sheets of a workbook (XLSX, XLS, ODS) as the text of a table."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import BinaryIO, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from console.exports.table_pieces import look, unique

#: Rows turned into text at a time.
_ROWS: Final = 500
_SAMPLE: Final = 100
#: A sheet of so many rows is more than a summary.
_LONG: Final = 20
#: So many rows are looked at to see which columns hold times of day with their dates.
_LOOK: Final = 5_000
#: Excel's day 1 is 1 January 1900, and it believes in 29 February 1900.
_ZERO = datetime(1899, 12, 31)
_ZERO_LATER = datetime(1899, 12, 30)
_LEAP = datetime(1900, 3, 1)

_Cell = int | float | str | bool | time | date | datetime | timedelta


class NoWorkbook(ValueError):
    """It cannot be read as one; the words say why, for a person."""


class Sheet:
    """One sheet, its rows as lines of UTF-8: comma, quotes as in RFC 4180, ``\\n``.

    Dates with times are ``2026-03-01 08:15:00``, dates alone ``2026-03-01``, times and durations
    ``61:40:00``, booleans ``TRUE``, errors empty.

    `more` are sheets with the same header (one for each month, say), whose rows follow. `left` are
    names of sheets with other tables, which are not read.
    """

    def __init__(
        self,
        sheet: CalamineSheet,
        more: Sequence[tuple[CalamineSheet, int]] = (),
        left: Sequence[str] = (),
    ) -> None:
        self._sheets = [(sheet, 0), *more]
        self._timed: list[frozenset[int]] = []
        self.name = sheet.name
        self.height = sum(each.total_height - skipped for each, skipped in self._sheets)
        self.left = tuple(left)

    def pieces(self) -> Iterator[bytes]:
        """The whole text, some hundred lines at a time."""
        if not self._timed:
            self._timed = [_timed(sheet) for sheet, _skipped in self._sheets]
        held = io.StringIO()
        writer = csv.writer(held, lineterminator="\n")
        for number, (row, timed) in enumerate(self._rows(), start=1):
            writer.writerow([_text(cell, column in timed) for column, cell in enumerate(row)])
            if number % _ROWS == 0:
                yield held.getvalue().encode("utf-8", "replace")
                held.seek(0)
                held.truncate()
        if held.tell():
            yield held.getvalue().encode("utf-8", "replace")

    def _rows(self) -> Iterator[tuple[list[_Cell], frozenset[int]]]:
        for (sheet, skipped), timed in zip(self._sheets, self._timed, strict=True):
            for row in islice(sheet.iter_rows(), skipped, None):
                yield row, timed


def open_sheet(data: BinaryIO, name: str | None = None) -> Sheet:
    """The sheet `name`, or the first that holds a table. NoWorkbook where there is none.

    calamine holds a sheet whole, at about its size in cells: look at foreign files beforehand.
    """
    try:
        book = CalamineWorkbook.from_filelike(data)
        if name is not None:
            if name not in book.sheet_names:
                raise NoWorkbook(f"there is no sheet {name}; it has {', '.join(book.sheet_names)}")
            return Sheet(book.get_sheet_by_name(name))
        shown = [
            each.name
            for each in book.sheets_metadata
            if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible
        ]
        return _first_table([book.get_sheet_by_name(each) for each in shown or book.sheet_names])
    except PasswordError:
        raise NoWorkbook("it is protected by a password") from None
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        if isinstance(error, NoWorkbook):
            raise
        raise NoWorkbook(str(error)) from None
    except BaseException as error:
        # What calamine did not expect comes as a panic, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise NoWorkbook("it is not built as a workbook is") from None


def _first_table(sheets: list[CalamineSheet]) -> Sheet:
    """A cover sheet with a title, or names beside values, comes before the table at times."""
    looks = [
        look(_sample(each), encoding="utf-8", delimiter=",") if each.height else None
        for each in sheets
    ]
    tables = [
        (sheet, found)
        for sheet, found in zip(sheets, looks, strict=True)
        if found is not None and len(found.columns) > 2 and found.header_line >= 0
    ]
    if tables:
        first, header = tables[0][0], tables[0][1].columns
        more = [
            (each, _data_at(each, header)) for each, found in tables[1:] if found.columns == header
        ]
        others = [
            each.name
            for each, found in tables[1:]
            if found.columns != header and each.height >= _LONG and len(found.columns) > 3
        ]
        return Sheet(first, more, others)
    narrow = next((s for s, found in zip(sheets, looks, strict=True) if found is not None), None)
    chosen = narrow or next((sheet for sheet in sheets if sheet.height), None)
    if chosen is None:
        raise NoWorkbook("its sheets are empty")
    return Sheet(chosen)


def _data_at(sheet: CalamineSheet, header: tuple[str, ...]) -> int:
    """How many rows stand before the data: titles, and the header."""
    for number, row in enumerate(islice(sheet.iter_rows(), _SAMPLE)):
        if unique([_text(cell, False) for cell in row])[: len(header)] == header:
            return number + 1
    return 0


def _sample(sheet: CalamineSheet) -> bytes:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    for number, row in enumerate(sheet.iter_rows()):
        if number == _SAMPLE:
            break
        writer.writerow([_text(cell, False) for cell in row])
    return held.getvalue().encode("utf-8", "replace")


def _timed(sheet: CalamineSheet) -> frozenset[int]:
    """Columns with times of day: there a date alone is its midnight."""
    found: set[int] = set()
    for number, row in enumerate(sheet.iter_rows()):
        if number == _LOOK:
            break
        found.update(column for column, cell in enumerate(row) if isinstance(cell, datetime))
    return frozenset(found)


def _text(cell: _Cell, timed: bool) -> str:
    if isinstance(cell, str):
        return cell.replace("_x000D_", "").replace("\r\n", "\n")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell))
        # Five seconds, as parts of a day: without powers of ten.
        return repr(cell) if abs(cell) >= 1e-4 else f"{cell:.15f}".rstrip("0")
    if isinstance(cell, datetime):
        if cell.year <= 1900:
            # A duration of a day and more that is shown as a time of day.
            return _duration(cell - (_ZERO if cell < _LEAP else _ZERO_LATER))
        return _stamp(cell)
    if isinstance(cell, date):
        return f"{cell.isoformat()} 00:00:00" if timed else cell.isoformat()
    if isinstance(cell, time):
        return _duration(
            timedelta(
                hours=cell.hour,
                minutes=cell.minute,
                seconds=cell.second,
                microseconds=cell.microsecond,
            )
        )
    if isinstance(cell, timedelta):
        return _duration(cell)
    return str(cell)


def _stamp(cell: datetime) -> str:
    milliseconds = round(cell.microsecond / 1000)
    whole = cell.replace(microsecond=0) + timedelta(milliseconds=milliseconds)
    text = whole.isoformat(" ", "seconds")
    return f"{text}.{milliseconds:03}" if milliseconds % 1000 else text


def _duration(cell: timedelta) -> str:
    milliseconds = round(cell / timedelta(milliseconds=1))
    sign = "-" if milliseconds < 0 else ""
    seconds, rest = divmod(abs(milliseconds), 1000)
    minutes, seconds = divmod(seconds, 60)
    text = f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return f"{text}.{rest:03}" if rest else text
