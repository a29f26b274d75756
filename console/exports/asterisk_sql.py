"""The rows of a queue_log out of an SQL dump that comes in pieces.

mysqldump, phpMyAdmin, pg_dump (COPY or INSERT) and SQLite's .dump; other tables are passed over.
A statement begins at the beginning of a line. What is taken does not hang on where the pieces are
cut: a decision waits until all bytes that it needs are there.
"""

import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache

from console.exports.asterisk_columns import (
    KEPT,
    LONGEST_ROW,
    Broken,
    Columns,
    Row,
    known,
    usual,
)

_HEAD_MOST = 1 << 14
_CREATE_MOST = 1 << 16
#: What an end of a broken row can be is looked for only where so many bytes follow.
_MARGIN = 64
#: So much of a line is enough to know whether a statement begins there.
_LINE_MARGIN = 256

_NAME = rb"(?:[`\"\[]?[\w$-]++[`\"\]]?\s*\.\s*){0,2}[`\"\[]?(?P<table>[\w$-]++)[`\"\]]?"
_LIST = rb"(?:\((?P<columns>[^()';]*+)\)\s*)?"
_CREATE_TABLE = rb"CREATE\s+(?:(?:TEMPORARY|UNLOGGED|FOREIGN)\s+)?TABLE"
# A line can begin with damage; what begins a comment is none.
_BEFORE = rb"[^\n#/(-]{0,3}?[ \t]{0,16}"
_WORD = rb"(INSERT|REPLACE|COPY|" + _CREATE_TABLE + rb")(?=\s)"
# The beginning of an INSERT into such a table that was damaged, with a row behind it.
_ALMOST = b"|".join(
    b"queue_log"[:at].replace(b"_", b"_?")
    + rb"[^\n(]{0,3}"
    + b"queue_log"[at + 1 :].replace(b"_", b"_?")
    for at in range(9)
)
_DAMAGED = (
    rb"[^\n(]{0,80}(" + _ALMOST + rb")[^\n(]{0,40}"
    rb"(?=\(\s?(?:'?\d{1,19}'?,\s?)?'?(?:\d{4}-\d\d-|\d{9}))"
)
_KEYWORD = re.compile(rb"^(?:" + _BEFORE + _WORD + rb"|" + _DAMAGED + rb")", re.I | re.M)
_DAMAGED_AT = re.compile(_DAMAGED, re.I)
_KEYWORD_AT = re.compile(rb"\s{0,16}" + _BEFORE + _WORD, re.I)
_TO_ROW = re.compile(rb"[ \t]{0,16}\r?\n?[ \t]{0,16}(?=\()")
_INSERT = re.compile(
    rb"(?:INSERT|REPLACE)\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE)\s+)*(?:INTO\s+)?"
    + _NAME
    + rb"\s*"
    + _LIST
    + rb"(?:OVERRIDING\s+\w+\s+VALUE\s*)?VALUES?+(?=\s*+\S)",
    re.I,
)
_COPY = re.compile(rb"COPY\s+" + _NAME + rb"\s*" + _LIST + rb"FROM\s+STDIN\b[^\n]*+\n", re.I)
_QUOTED = rb"'(?:[^'\\]|\\.|'')*+'|\"[^\"]*+\"|`[^`]*+`"
_CREATE = re.compile(
    _CREATE_TABLE
    + rb"\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    + _NAME
    + rb"\s*\((?P<body>(?:"
    + _QUOTED
    + rb"|[^;'\"`])*+);",
    re.I | re.S,
)
_STRINGS = re.compile(rb"'(?:[^'\\]|\\.|'')*+'", re.S)
_NO_COLUMN = re.compile(
    rb"\s*(?:PRIMARY|UNIQUE|KEY|INDEX|CONSTRAINT|FOREIGN|CHECK|FULLTEXT|SPATIAL|EXCLUDE|LIKE)\b",
    re.I,
)
_FIRST_WORD = re.compile(rb"\s*(?:[`\"\[](?P<quoted>[^`\"\]]+)[`\"\]]|(?P<plain>[\w$]+))")
_IS_QUEUE_LOG = re.compile(rb"queue_?log", re.I)
_STANDARD = re.compile(
    rb"PostgreSQL|standard_conforming_strings|PRAGMA foreign_keys|SET search_path", re.I
)
# mysqldump and phpMyAdmin let the server write its TIMESTAMPs (not its DATETIMEs) in UTC.
_UTC = re.compile(rb"SET\s+TIME_ZONE\s*=\s*['\"]\+00:00", re.I)
# Where the next row, or the end of the statement, can be after a row that cannot be read.
_BOUNDARY = re.compile(
    rb"(?P<row>\)\s{0,16},\s{0,16}(?=\())|\)\s{0,16};|;[ \t]{0,16}\r?\n"
    rb"|\n(?=(?:INSERT|REPLACE|COPY|CREATE|UNLOCK|LOCK|DROP|ALTER|SELECT|SET|/\*|--))"
)
_OURS_BEGUN = re.compile(rb"[^\n(]{0,80}queue_?log\b[^\n(]{0,40}\((?!.{0,200}\bSELECT\b)", re.I)
_TO_BE_COUNTED = Columns(-1, -1, -1, -1, -1, -1, -1, (), -1)
_GARBAGE = re.compile(rb"[^(;\n]*+\n?\s*")
_STATEMENT = re.compile(rb"(?:INSERT|COPY|CREATE|ALTER|SELECT|SET|DROP)\s|--", re.I)
_OF_TRIGGER = re.compile(rb"\(\s*NEW\s*\.", re.I)
_TIME_FIRST = re.compile(rb"\(\s*(?P<id>'?\d+'?\s*,\s*)?'?(?:\d{4}-\d\d-\d\d|\d{9,10}\b)")
_ESCAPED = re.compile(rb"\\(.)|''", re.S)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\x00", b"b": b"\b", b"Z": b"\x1a"}
_COPY_ESCAPED = re.compile(rb"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.S)
_COPY_ESCAPES = {**_ESCAPES, b"f": b"\f", b"v": b"\v"}


def _value(standard: bool) -> bytes:
    string = (
        rb"'(?:[^']|'')*+'" if standard else rb"(?:'(?:[^'\\]|\\.|'')*+'|\"(?:[^\"\\]|\\.)*+\")"
    )
    return rb"(?:(?:_\w{1,20}\s*|[nNbBxX])?" + string + rb"|[eE]'(?:[^'\\]|\\.|'')*+'|[\w.+-]++)"


@lru_cache(maxsize=64)
def _row(count: int, standard: bool) -> re.Pattern[bytes]:
    one = rb"\s*+(" + _value(standard) + rb")(?:::[\w ]{1,40}+)?\s*+"
    return re.compile(rb"\s*+\(" + rb",".join([one] * count) + rb"\)", re.S)


@lru_cache(maxsize=2)
def _any_row(standard: bool) -> re.Pattern[bytes]:
    one = rb"\s*+" + _value(standard) + rb"(?:::[\w ]{1,40}+)?\s*+"
    return re.compile(rb"\s*+\(" + one + rb"(?:," + one + rb")*+\)", re.S)


@lru_cache(maxsize=2)
def _part(standard: bool) -> re.Pattern[bytes]:
    """What a row can begin with: so far it could still become one."""
    one = rb"\s*+" + _value(standard) + rb"(?:::[\w ]{0,40}+)?\s*+"
    string = rb"'(?:[^']|'')*+" if standard else rb"(?:'(?:[^'\\]|\\.|'')*+|\"(?:[^\"\\]|\\.)*+)\\?"
    begun = rb"(?:_\w{0,20}\s*|[nNbBxXeE])?(?:" + string + rb")?|[\w.+-]++(?::{1,2}[\w ]{0,40}+)?"
    return re.compile(rb"\s*+\((?:" + one + rb",)*+\s*+(?:" + one + rb":?|" + begun + rb")?", re.S)


def unescape_copy(value: bytes) -> bytes | None:
    r"""A field as PostgreSQL's COPY and ``mysql --batch`` write it; None for ``\N``."""
    if value == b"\\N":
        return None
    return _COPY_ESCAPED.sub(_copy_escape, value) if b"\\" in value else value


def _copy_escape(match: re.Match[bytes]) -> bytes:
    word = match[1]
    if word[:1] == b"x" and len(word) > 1:
        return bytes([int(word[1:], 16)])
    if word[0] in b"01234567" and (len(word) > 1 or word != b"0"):
        return bytes([int(word, 8) & 255])
    return _COPY_ESCAPES.get(word, word)


def _escape(match: re.Match[bytes]) -> bytes:
    word = match[1]
    return b"'" if word is None else _ESCAPES.get(word, word)


def literal(raw: bytes, standard: bool) -> bytes | None:
    """The value of an SQL literal; None for NULL."""
    if raw[0] in b"'\"":
        inner = raw[1:-1]
        if not standard and b"\\" in inner:
            return _ESCAPED.sub(_escape, inner)
        return inner.replace(b"''", b"'") if b"''" in inner else inner
    if raw[-1:] == b"'":
        prefix, _, _ = raw.partition(b"'")
        inside = raw[len(prefix) :]
        mark = prefix.strip().lower()
        if mark == b"x":
            return _hexadecimal(inside[1:-1])
        return literal(inside, standard and mark != b"e")
    if raw[:2] in (b"0x", b"0X"):
        return _hexadecimal(raw[2:])
    return None if raw.upper() in (b"NULL", b"DEFAULT") else raw


def _hexadecimal(digits: bytes) -> bytes:
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return digits


def column_names(body: bytes) -> list[str]:
    """The names of the columns between the brackets of a CREATE TABLE."""
    depth = 0
    pieces = [bytearray()]
    for byte in _STRINGS.sub(b"''", body):
        if byte == 0x28:
            depth += 1
        elif byte == 0x29:
            depth -= 1
            if depth < 0:
                break
        if byte == 0x2C and depth == 0:
            pieces.append(bytearray())
        else:
            pieces[-1].append(byte)
    names: list[str] = []
    for piece in pieces:
        match = _FIRST_WORD.match(piece)
        if match and not (match["plain"] and _NO_COLUMN.match(piece)):
            names.append((match["quoted"] or match["plain"]).decode("latin-1"))
    return names


def _is_timestamp(body: bytes, column: str) -> bool:
    """Whether a column is of MySQL's type TIMESTAMP, by the body of its CREATE TABLE."""
    name = re.escape(column.encode("latin-1"))
    return re.search(rb"(?:^|[\s,(`\"])" + name + rb"[`\"]?\s+TIMESTAMP\b", body, re.I) is not None


class SqlRows:
    """Takes a dump piece by piece, gives the rows that have become whole.

    `head` is the file's beginning; it says whose strings these are: in MySQL's a backslash
    escapes, in PostgreSQL's and SQLite's it does not.
    """

    def __init__(self, head: bytes) -> None:
        self._standard = bool(_STANDARD.search(head)) and b"MySQL dump" not in head
        self._utc = not self._standard and _UTC.search(head) is not None
        self._buffer = b""
        self._mode: Callable[[int, bool], tuple[int, bool]] = self._scan
        self._out: list[Row | Broken] = []
        self._tables: dict[bytes, Columns | None] = {}
        self._numbers: dict[bytes, int] = {}
        self._table = 0
        self._columns: Columns | None = None
        self._named = False  # an INSERT or a COPY named its columns
        self._mid_line = False
        self._after_row = False
        self._first_row = False
        self._lost: bytes | None = None
        self._reason = ""

    @property
    def has_table(self) -> bool:
        """Whether a table with a queue_log's columns was seen, be it without rows."""
        return self._named or any(self._tables.values())

    def feed(self, data: bytes, last: bool) -> list[Row | Broken]:
        """The rows, and what is none, that `data` completes. `last`: nothing comes after."""
        self._buffer += data
        self._out = []
        at, more = 0, False
        while not more:
            at, more = self._mode(at, last)
        self._buffer = b"" if last else self._buffer[at:]
        return self._out

    # Each mode is given where it stands; it says where it stands then, and whether it needs more.

    def _scan(self, at: int, last: bool) -> tuple[int, bool]:
        """Look for a statement that concerns us."""
        buffer = self._buffer
        if self._mid_line:
            end = buffer.find(b"\n", at)
            if end < 0:
                return len(buffer), True
            at, self._mid_line = end + 1, False
        found = _KEYWORD_AT.match(buffer, at) or _KEYWORD.search(buffer, at)
        if found is None:
            rest = max(buffer.rfind(b"\n") + 1, at)
            if len(buffer) - rest > _LINE_MARGIN:
                self._mid_line = True
                return len(buffer), True
            return rest, True
        if found[1] is None:
            return self._guessed(found)
        return self._statement(found.start(1), last)

    def _fresh(self, at: int, last: bool) -> tuple[int, bool]:
        """After our own statement: another may follow in the same line, or a row cut off by it."""
        buffer = self._buffer
        if len(buffer) - at < _MARGIN and not last:
            return at, True
        row = _TO_ROW.match(buffer, at)
        if row:
            self._mode, self._after_row = self._rows, False
            return row.end(), False
        self._mode = self._scan
        found = _KEYWORD_AT.match(buffer, at)
        if found:
            return self._statement(found.start(1), last)
        self._mid_line = True
        return at, False

    def _statement(self, at: int, last: bool) -> tuple[int, bool]:
        buffer = self._buffer
        word = buffer[at : at + 2].upper()
        creates = word == b"CR"
        pattern = _CREATE if creates else _COPY if word == b"CO" else _INSERT
        most = _CREATE_MOST if creates else _HEAD_MOST
        match = pattern.match(buffer, at, at + most)
        if match is None:
            if len(buffer) - at < most and not last:
                self._mode = self._again
                return at, True
            damaged = _DAMAGED_AT.match(buffer, at, at + _LINE_MARGIN)
            if pattern is _INSERT and damaged:
                return self._guessed(damaged)
            if pattern is _INSERT and _OURS_BEGUN.match(buffer, at, at + _LINE_MARGIN):
                end = buffer.find(b"\n", at, at + KEPT)
                raw = buffer[at : end if end > 0 else at + KEPT]
                self._out.append(Broken("a statement whose beginning cannot be read", raw))
            self._mode, self._mid_line = self._scan, True
            return at, False
        self._mode = self._scan
        table = match["table"].lower()
        if creates:
            names = column_names(match["body"])
            if len(self._tables) < 10_000:
                columns = known(names)
                if columns and self._utc and _is_timestamp(match["body"], names[columns.at]):
                    columns = columns._replace(utc=True)
                self._tables[table] = columns
            return match.end(), False
        columns = self._columns_of(match, table)
        if columns is None:
            self._mid_line = pattern is _INSERT
            return match.end(), False
        self._columns = columns
        self._named |= columns.width > 0
        self._table = self._numbers.setdefault(table, len(self._numbers))
        self._first_row, self._after_row = True, False
        self._mode = self._copied if pattern is _COPY else self._rows
        return match.end(), False

    def _guessed(self, damaged: re.Match[bytes]) -> tuple[int, bool]:
        """The beginning of an INSERT cannot be read, its rows can."""
        raw = self._buffer[damaged.start() : damaged.end()]
        self._out.append(Broken("a statement whose beginning cannot be read", raw[:KEPT]))
        if self._columns is None:
            self._columns = next(filter(None, self._tables.values()), _TO_BE_COUNTED)
        self._first_row, self._after_row = True, False
        self._mode = self._rows
        return damaged.end(), False

    def _again(self, at: int, last: bool) -> tuple[int, bool]:
        """A statement's head that was not all there."""
        return self._statement(at, last)

    def _columns_of(self, match: re.Match[bytes], table: bytes) -> Columns | None:
        if match["columns"] is not None:
            columns = known(match["columns"].decode("latin-1").split(","))
            created = self._tables.get(table)
            return columns._replace(utc=created.utc) if columns and created else columns
        if table in self._tables:
            return self._tables[table]
        if not _IS_QUEUE_LOG.search(table):
            # A name that no CREATE has, though a queue_log's is almost the same, is damaged.
            ours = {name.decode("latin-1"): found for name, found in self._tables.items() if found}
            alike = get_close_matches(table.decode("latin-1"), ours, 1, 0.8)
            return ours[alike[0]] if alike else None
        # Neither here nor before are its columns named: Asterisk's own, if a row looks so.
        return _TO_BE_COUNTED

    def _copied(self, at: int, last: bool) -> tuple[int, bool]:
        """The lines of a COPY."""
        columns = self._columns
        buffer = self._buffer
        while columns:
            if self._mid_line:
                end = buffer.find(b"\n", at)
                if end < 0:
                    return len(buffer), True
                at, self._mid_line = end + 1, False
            end = buffer.find(b"\n", at)
            if end < 0:
                if len(buffer) - at > LONGEST_ROW:
                    self._mid_line = True
                elif last and buffer[at:].strip():
                    self._out.append(Broken("cut at the end of the file", buffer[at : at + KEPT]))
                if not self._mid_line:
                    return at, True
                end = len(buffer)
            line = buffer[at:end]
            if len(line) > LONGEST_ROW:
                self._out.append(Broken("longer than any row of a queue_log", line[:KEPT]))
                at = end if self._mid_line else end + 1
                continue
            line = line.rstrip(b"\r")
            if line == b"\\.":
                self._mode = self._scan
                return end + 1, False
            fields = line.split(b"\t")
            if columns.width < 0:
                guess = usual(len(fields), len(fields) > 1 and fields[0].isdigit())
                columns = self._columns = guess or columns
            if len(fields) == columns.width:
                values = [unescape_copy(field) for field in fields]
                self._out.append(Row(self._table, columns, values))
            elif _STATEMENT.match(line):
                # The end mark is gone.
                self._mode = self._scan
                return at, False
            elif line:
                reason = f"{len(fields)} values where its table has {columns.width}"
                self._out.append(Broken(reason, line[:KEPT]))
            at = end + 1
        return at, True

    def _rows(self, at: int, last: bool) -> tuple[int, bool]:
        """The rows of an INSERT."""
        buffer, standard, columns = self._buffer, self._standard, self._columns
        while columns:
            if self._after_row:
                while at < len(buffer) and buffer[at] in b" \t\r\n":
                    at += 1
                if at == len(buffer):
                    return at, True
                if buffer[at] == 0x3B:
                    self._mode = self._fresh
                    return at + 1, False
                if buffer[at] == 0x2C:
                    at += 1
                else:
                    garbage = _GARBAGE.match(buffer, at, at + 256)
                    end = garbage.end() if garbage else at
                    if end == len(buffer) and end < at + 256 and not last:
                        return at, True
                    if buffer[end : end + 1] != b"(":
                        self._mode = self._scan
                        self._mid_line = b"\n" not in buffer[at:end]
                        return end, False
                    reason = "stands between two rows and is none"
                    self._out.append(Broken(reason, buffer[at:end]))
                    at = end
                self._after_row = False
            if columns.width > 0:
                match = _row(columns.width, standard).match(buffer, at, at + LONGEST_ROW)
                if match:
                    values = [literal(raw, standard) for raw in match.groups()]
                    self._out.append(Row(self._table, columns, values))
                    at, self._after_row, self._first_row = match.end(), True, False
                    continue
            at, more = self._odd_row(at, last)
            if more or self._mode != self._rows:
                return at, more
            columns = self._columns
        return at, True

    def _odd_row(self, at: int, last: bool) -> tuple[int, bool]:
        """Something that is not the row that was expected."""
        buffer, standard = self._buffer, self._standard
        whole = _any_row(standard).match(buffer, at, at + LONGEST_ROW)
        if whole:
            raw = whole[0].strip()
            count = len(re.findall(_value(standard) + rb"(?:::[\w ]{1,40}+)?", raw, re.S))
            columns = self._columns
            if columns and columns.width < 0:
                first = _TIME_FIRST.match(raw)
                self._columns = usual(count, bool(first["id"])) if first else None
                if self._columns is None:
                    self._mode, self._mid_line = self._scan, True
                    return whole.end(), False
                return at, False
            expected = columns.width if columns else 0
            if not (self._first_row and _OF_TRIGGER.match(raw)):
                reason = f"{count} values where its table has {expected}"
                self._out.append(Broken(reason, raw[:KEPT]))
            self._after_row = True
            return whole.end(), False
        start = at
        while start < len(buffer) and buffer[start] in b" \t\r\n":
            start += 1
        if start == len(buffer):
            return at, True
        part = _part(standard).match(buffer, start, start + LONGEST_ROW)
        end = part.end() if part else start
        if end >= start + LONGEST_ROW:
            self._reason = "longer than any row of a queue_log"
        elif end == len(buffer) and last:
            # Or a quote in it is never closed: then other rows follow.
            self._reason = "cut at the end of the file"
        elif end == len(buffer):
            return at, True
        else:
            self._reason = "cannot be read as a row"
        self._lost = None
        self._mode = self._resync
        return start, False

    def _resync(self, at: int, last: bool) -> tuple[int, bool]:
        """Behind a row that cannot be read, find where the next begins."""
        buffer = self._buffer
        found = _BOUNDARY.search(buffer, at)
        if found and found.end() > len(buffer) - _MARGIN and not last:
            found = None
        if found is None and not last:
            if len(buffer) - at > LONGEST_ROW:
                self._lost = buffer[at : at + KEPT] if self._lost is None else self._lost
                at = len(buffer) - 2 * _MARGIN
            return at, True
        end = found.end() if found else len(buffer)
        raw = buffer[at:end] if self._lost is None else self._lost
        if found and self._reason.startswith("cut"):
            self._reason = "cannot be read as a row"
        if not (self._first_row and _OF_TRIGGER.match(raw)):
            self._out.append(Broken(self._reason, raw[:KEPT].rstrip(b", \t\r\n")))
        self._lost, self._first_row = None, False
        if found is None:
            return end, True
        if found["row"] is not None:
            self._mode, self._after_row = self._rows, False
        elif found[0][-1:] == b"\n":
            self._mode, self._mid_line = self._scan, False
        else:
            self._mode = self._fresh
        return end, False
