"""Sheets of a workbook (XLSX, XLS, ODS) as the text of a table."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import BinaryIO, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from console.exports.table_pieces import look

#: Rows turned into text at a time.
_ROWS: Final = 500
_SAMPLE: Final = 100
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
    """

    def __init__(self, sheet: CalamineSheet) -> None:
        self._sheet = sheet
        self.name = sheet.name
        self.height = sheet.total_height
        self._timed: frozenset[int] | None = None

    def pieces(self) -> Iterator[bytes]:
        """The whole text, some hundred lines at a time."""
        if self._timed is None:
            self._timed = _timed(self._sheet)
        held = io.StringIO()
        writer = csv.writer(held, lineterminator="\n")
        for number, row in enumerate(self._sheet.iter_rows(), start=1):
            writer.writerow([_text(cell, column in self._timed) for column, cell in enumerate(row)])
            if number % _ROWS == 0:
                yield held.getvalue().encode("utf-8", "replace")
                held.seek(0)
                held.truncate()
        if held.tell():
            yield held.getvalue().encode("utf-8", "replace")


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
    narrow: CalamineSheet | None = None
    filled: CalamineSheet | None = None
    for sheet in sheets:
        found = look(_sample(sheet), encoding="utf-8", delimiter=",") if sheet.height else None
        if found is not None and len(found.columns) > 2 and found.header_line >= 0:
            return Sheet(sheet)
        if found is not None and narrow is None:
            narrow = sheet
        if sheet.height and filled is None:
            filled = sheet
    chosen = narrow or filled
    if chosen is None:
        raise NoWorkbook("its sheets are empty")
    return Sheet(chosen)


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
        return str(int(cell)) if cell.is_integer() else repr(cell)
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
