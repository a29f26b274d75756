"""The rows of a queue_log out of a CSV or TSV that comes in pieces, columns in any order.

A row is a line. A value may hold line ends where it is quoted, but a quote that is never closed
does not swallow the rows behind it: a line that is a row by itself is taken as one.
"""

import csv
import re
from collections.abc import Sequence

from console.exports.asterisk_columns import KEPT, LONGEST_ROW, Broken, Columns, Row, known, usual
from console.exports.asterisk_sql import unescape_copy

_DELIMITERS = (",", ";", "\t", "|")
#: A report can have a title above its header.
_LINES_ABOVE = 10
_TIME = re.compile(rb"\s*\d{4}-?\d\d-?\d\d|\s*\d{9,}")
_VERB = re.compile(rb"[A-Z][A-Z_-]{2,31}")
#: Events that every log has, sooner or later.
_KNOWN = frozenset(
    b"ENTERQUEUE CONNECT COMPLETEAGENT COMPLETECALLER ABANDON RINGNOANSWER QUEUESTART CONFIGRELOAD "
    b"ADDMEMBER REMOVEMEMBER PAUSE UNPAUSE PAUSEALL UNPAUSEALL AGENTLOGIN AGENTLOGOFF".split()
)
_ROWS_SEEN = 20
_RULE = re.compile(rb"[-+|= ]+$|\(\d+ rows?\)$")
# An INSERT names its columns between commas too.
_SQL = re.compile(rb"\s*(?:INSERT|REPLACE|COPY|CREATE)\s|\s*\(", re.I)
_BOM = b"\xef\xbb\xbf"


def _cells(line: bytes, delimiter: str) -> list[bytes] | None:
    """The cells of a line, None where the reader finds none."""
    # latin-1 gives every byte a character and back, whatever the encoding is.
    text = line.decode("latin-1")
    try:
        found = next(csv.reader([text], delimiter=delimiter), None)
    except csv.Error:
        return None
    return None if found is None else [cell.encode("latin-1") for cell in found]


def header(head: bytes) -> tuple[int, str, Columns] | None:
    """Which line of a file's beginning names a queue_log's columns, and what stands between them.

    -1: none does, but the rows are those of Asterisk's own table (phpMyAdmin leaves the names out).
    None where neither is so.
    """
    lines = head.removeprefix(_BOM).split(b"\n")
    for number, line in enumerate(lines[:_LINES_ABOVE]):
        if len(line) > 8192 or _SQL.match(line):
            continue
        for delimiter in _DELIMITERS:
            cells = _cells(line.rstrip(b"\r"), delimiter)
            if cells and len(cells) > 5:
                columns = known([cell.decode("latin-1") for cell in cells])
                if columns:
                    return number, delimiter, columns
    return _nameless([line.rstrip(b"\r") for line in lines[:_ROWS_SEEN] if line.strip()])


def _nameless(lines: Sequence[bytes]) -> tuple[int, str, Columns] | None:
    """What stands between the cells of a table without names, by its first rows."""
    # Between upright strokes it would be the file itself.
    for delimiter in _DELIMITERS[:3]:
        rows = [_cells(line, delimiter) or [] for line in lines]
        columns = _usual_of(rows[0]) if rows else None
        if columns is None or any(_usual_of(row) != columns for row in rows[:-1]):
            continue
        if any(row[columns.event] in _KNOWN for row in rows[:-1] or rows):
            return -1, delimiter, columns
    return None


def _usual_of(cells: Sequence[bytes]) -> Columns | None:
    """The columns of Asterisk's own table, if this is a row of one."""
    if len(cells) < 6:
        return None
    has_id = cells[0].isdigit() and _TIME.match(cells[1]) is not None
    columns = usual(len(cells), has_id)
    if columns is None or not _TIME.match(cells[columns.at]):
        return None
    return columns if _VERB.fullmatch(cells[columns.event]) else None


def _is_header(values: Sequence[bytes | None]) -> bool:
    return known([(value or b"").decode("latin-1") for value in values]) is not None


class TableRows:
    """Takes a table piece by piece, gives the rows that have become whole."""

    def __init__(self, number: int, delimiter: str, columns: Columns) -> None:
        self._above = number + 1
        self._delimiter = delimiter
        self._columns = columns
        self._buffer = b""
        self._open = b""  # lines whose quote has not been closed
        self._skip = False  # the rest of a line that is too long
        self._escapes = delimiter == "\t"

    def feed(self, data: bytes, last: bool) -> list[Row | Broken]:
        """The rows, and what is none, that `data` completes. `last`: nothing comes after."""
        out: list[Row | Broken] = []
        lines = (self._buffer + data).split(b"\n")
        self._buffer = lines.pop()
        if self._skip and lines:
            del lines[0]
            self._skip = False
        if self._skip:
            self._buffer = b""
        for line in lines:
            self._line(line.rstrip(b"\r"), out)
        if len(self._buffer) > LONGEST_ROW:
            self._line(self._buffer, out)
            self._buffer, self._skip = b"", True
        if last:
            if self._buffer:
                self._line(self._buffer.rstrip(b"\r"), out)
            if self._open:
                out.append(Broken("cut at the end of the file", self._open[:KEPT]))
            self._buffer = self._open = b""
        return out

    def _line(self, line: bytes, out: list[Row | Broken]) -> None:
        if self._above:
            self._above -= 1
            return
        if len(line) > LONGEST_ROW:
            out.append(Broken("longer than any row of a queue_log", line[:KEPT]))
            return
        if not self._open:
            if not line or _RULE.match(line):
                return
            self._alone(line, out)
            return
        if self._begins(line):
            out.append(Broken("a quote in it is never closed", self._open[:KEPT]))
            self._open = b""
            self._alone(line, out)
            return
        joined = self._open + b"\n" + line
        if joined.count(b'"') % 2 == 0:
            self._open = b""
            self._alone(joined, out)
        elif len(joined) > LONGEST_ROW:
            out.append(Broken("a quote in it is never closed", joined[:KEPT]))
            self._open = b""
        else:
            self._open = joined

    def _begins(self, line: bytes) -> bool:
        """Whether a line is the beginning of a row rather than the rest of one."""
        cells = line.split(self._delimiter.encode())
        at = self._columns.at
        return len(cells) > at and _TIME.match(cells[at].lstrip(b'"')) is not None

    def _alone(self, line: bytes, out: list[Row | Broken]) -> None:
        if line.count(b'"') % 2:
            # A quote can be a character like any other where nothing is quoted.
            plain = line.split(self._delimiter.encode())
            begun = any(cell[:1] == b'"' for cell in plain)
            values = None if begun else self._values(plain)
            if values is None:
                self._open = line
                return
            out.append(Row(0, self._columns, values))
            return
        cells = _cells(line, self._delimiter)
        values = self._values(cells) if cells else None
        if values is not None:
            # A header in the middle: several exports were put together.
            if _TIME.match(values[self._columns.at] or b"") or not _is_header(values):
                out.append(Row(0, self._columns, values))
            return
        count = len(cells) if cells else 0
        reason = f"{count} cells where the header has {self._columns.width}"
        out.append(Broken(reason, line[:KEPT]))

    def _values(self, cells: list[bytes]) -> Sequence[bytes | None] | None:
        """The values where there are as many as columns, but for empty ones behind the last."""
        count = self._columns.width
        if len(cells) < count or any(cells[count:]):
            return None
        return [self._value(cell) for cell in cells[:count]]

    def _value(self, cell: bytes) -> bytes | None:
        if self._escapes and b"\\" in cell:
            return unescape_copy(cell)
        cell = cell.strip(b" ")
        return None if cell in (b"\\N", b"NULL") else cell
