"""Asterisk's queue_log from a database (the realtime variant), made into the form of the file.

An SQL dump (MySQL, MariaDB, PostgreSQL, SQLite) or a CSV of the table comes in piece by piece and
goes out as lines ``epoch[.ffffff]|callid|queue|agent|event|p1|p2|…``, which the reader of the file
takes. Source: Asterisk's realtime schema, ``res_config_*`` and products' own tables.
"""

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from console.exports.asterisk_columns import KEPT, Broken, Columns, Row
from console.exports.asterisk_sql import SqlRows
from console.exports.asterisk_table import TableRows, header

NAME = "asterisk_queue_log_realtime"
TITLE = "Asterisk queue log (database)"
PLATFORM = "asterisk"
KIND: Literal["log"] = "log"
CHANNEL = "voice"
NEEDS_ZONE = True

#: Rows are put in the order of their ids within so many; a file of fewer is in order altogether.
WINDOW = 25_000

_LOCAL = re.compile(
    rb"\s*(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d(?::?\d\d)?)?\s*$"
)
# As spreadsheets of languages that write dots leave it; with strokes day and month are not told.
_DOTTED = re.compile(
    rb"\s*(\d\d?)\.(\d\d?)\.(\d{4}),? +(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*$"
)
_SINCE_1970 = re.compile(rb"\s*(\d{9,10})(?:\.(\d{1,9}))?\s*$")
_MILLISECONDS = re.compile(rb"\s*(\d{10})(\d{3})\s*$")
_ID = re.compile(rb"\s*(-?\d{1,19})\s*$")
_CALL = re.compile(rb"(?:[^|]*-)?(\d{10})\.\d+$")
_HARMLESS = bytes.maketrans(b"\n\r\x00|", b"____")
_WITHIN = bytes.maketrans(b"\n\r\x00", b"___")
_EPOCH = datetime(1970, 1, 1)
_SECOND = timedelta(seconds=1)
#: A clock that steps back by less is no clock change but two rows written at once.
_JITTER_S = 2
_SAME_CHANGE_S = 3 * 3600
_DAY_S = 86_400
#: Fewer calls do not tell of which zone a clock is. Offsets are whole quarters of an hour.
_FEWEST_CALLS = 5
_QUARTER = 900
_UNEVEN = 60
_FARTHEST = 14 * 3600
#: 1990 to 2100.
_FIRST, _LAST = 631_152_000, 4_102_444_800


class _Stamp(NamedTuple):
    """`seconds` since 1970, of local time where `local`; `fraction` as it is written behind it."""

    seconds: int
    fraction: bytes
    local: bool


class _Line(NamedTuple):
    """A line that waits for its turn: `rest` is what comes behind the stamp."""

    place: tuple[int, int]  # table, id
    number: int  # in the file
    has_id: bool
    stamp: _Stamp | None  # None: `rest` is a piece that could not be read
    call: bytes
    rest: bytes


def fits(head: bytes) -> bool:
    """Whether a file that begins so holds a queue_log's table, whatever its name says."""
    head, _ = _plain(head)
    if header(head):
        return True
    rows = SqlRows(head)
    found = rows.feed(head, True)
    return rows.has_table or any(isinstance(piece, Row) for piece in found)


def needs_zone(head: bytes) -> bool:
    """Whether the times are local and do not say of which zone."""
    head, _ = _plain(head)
    named = header(head)
    rows = TableRows(*named) if named else SqlRows(head)
    stamps = [
        stamp
        for piece in rows.feed(head, True)
        if isinstance(piece, Row) and isinstance(stamp := _stamp(piece), _Stamp)
    ]
    if stamps:
        return any(stamp.local for stamp in stamps)
    return not re.search(rb"\btime[`\"]?\s+timestamp(?:\(\d\))? with time zone|\btime_id\b", head)


def clocks(head: bytes, zone: ZoneInfo | None) -> tuple[int, bool] | None:
    """What the server's clock was ahead of UTC, seconds, and whether `zone` had that as well.

    A call's own number begins with the seconds since 1970 at which it began, and it comes to a
    queue within minutes. None where too few calls tell, or where they tell different things.
    """
    head, _ = _plain(head)
    named = header(head)
    rows = TableRows(*named) if named else SqlRows(head)
    told: Counter[int] = Counter()
    calls = fitting = 0
    for piece in rows.feed(head, True):
        if not isinstance(piece, Row) or piece.values[piece.columns.event] != b"ENTERQUEUE":
            continue
        stamp = _stamp(piece)
        began = _CALL.match(piece.values[piece.columns.call] or b"")
        if isinstance(stamp, str) or not stamp.local or began is None:
            continue
        calls += 1
        gap = stamp.seconds - int(began[1])
        told[_quarter(gap)] += 1
        if zone is not None:
            moment = (_EPOCH + stamp.seconds * _SECOND).replace(tzinfo=zone)
            offsets = {each.utcoffset() or timedelta() for each in (moment, moment.replace(fold=1))}
            fitting += any(_quarter(gap - each // _SECOND) == 0 for each in offsets)
    if calls < _FEWEST_CALLS:
        return None
    ahead, times = told.most_common(1)[0]
    if abs(ahead) > _FARTHEST or times * 5 < calls * 3:
        return None
    return ahead, fitting * 5 >= calls


def _quarter(gap: int) -> int:
    """The offset that a clock has if a call came to its queue so many seconds after it began."""
    return (gap + _UNEVEN) // _QUARTER * _QUARTER


_ORDER = itemgetter(0, 1)


class Transcoder:
    """Takes the bytes of a file from its first on, in pieces of any size, and gives lines.

    `head` is how the file begins (64 KB, or all of it), `zone` the zone of times that name none.
    The lines are the same however the bytes are cut into pieces. What cannot be read becomes a
    line ``#! <reason>|<what stands there>``. Rows are held back until `WINDOW` more have come, so
    that they leave in the order of their ids; a row that is further from its place stays behind.
    """

    def __init__(self, head: bytes, zone: ZoneInfo) -> None:
        plain, encoding = _plain(head)
        named = header(plain)
        self._rows = TableRows(*named) if named else SqlRows(plain)
        self._decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
        self._zone = zone
        self._waiting: list[_Line] = []
        self._count = 0
        self._last = (0, 0)
        self._has_ids = False
        self._newest_first: bool | None = None
        # The repeated hour of a clock change.
        self._offsets: dict[int, tuple[int, int]] = {}
        self._within = 0
        self._second_pass = False

    def feed(self, data: bytes, last: bool) -> bytes:
        """The lines that `data` completes. `last`: nothing comes after."""
        if self._decoder:
            data = self._decoder.decode(data, last).encode()
        out: list[bytes] = []
        for piece in self._rows.feed(data, last):
            self._waiting.append(self._line(piece))
            if len(self._waiting) == 2 * WINDOW:
                self._release(WINDOW, out)
        if last:
            self._release(len(self._waiting), out)
        return b"".join(out)

    def _line(self, piece: Row | Broken) -> _Line:
        self._count += 1
        if isinstance(piece, Broken):
            # It stays behind the row that it stood behind.
            refused = _refused(piece.reason, piece.raw)
            return _Line(self._last, self._count, False, None, b"", refused)
        columns, values = piece.columns, piece.values
        number = self._last[1] if piece.table == self._last[0] else 0
        match = _ID.match(values[columns.id] or b"") if columns.id >= 0 else None
        if match:
            number = int(match[1])
        self._has_ids = self._has_ids or columns.id >= 0
        self._last = place = (piece.table, number)
        stamp = _stamp(piece)
        event = (values[columns.event] or b"").strip()
        if isinstance(stamp, str) or not event:
            reason = stamp if isinstance(stamp, str) else "names no event"
            raw = b",".join(b"NULL" if value is None else value for value in values)
            return _Line(place, self._count, False, None, b"", _refused(reason, raw))
        call, queue, agent = (
            (values[index] or b"NONE").translate(_HARMLESS)
            for index in (columns.call, columns.queue, columns.agent)
        )
        parameters = _parameters(columns, values)
        rest = b"|".join((call, queue, agent, event.translate(_HARMLESS), parameters))
        return _Line(place, self._count, match is not None, stamp, call, rest)

    def _release(self, count: int, out: list[bytes]) -> None:
        waiting = self._waiting
        if not self._has_ids and self._newest_first is None:
            self._newest_first = _descends(waiting)
        if self._newest_first:
            # Of a file that is longer than the window, the pieces stay in the order they have.
            waiting.reverse()
            count = len(waiting)
        else:
            waiting.sort(key=_ORDER)
        before, place = b"", (0, 0)
        for line in waiting[:count]:
            text = self._written(line)
            # The same row of the same table once more: the file holds two dumps.
            if line.has_id and text == before and line.place == place:
                continue
            out.append(text)
            before, place = text, line.place
        del waiting[:count]

    def _written(self, line: _Line) -> bytes:
        stamp = line.stamp
        if stamp is None:
            return line.rest
        seconds = self._in_utc(stamp.seconds, line.call) if stamp.local else stamp.seconds
        return b"%d%s|%s\n" % (seconds, stamp.fraction, line.rest)

    def _in_utc(self, local: int, call: bytes) -> int:
        """Seconds since 1970 of a local time; the missing hour is shifted as the zone says.

        In the hour that comes twice a row is of the second pass once the clock has stepped back,
        or a call's own number says that it began later than the first pass would have it.
        """
        early, late = self._offset(local)
        if early <= late:
            return local - early
        if abs(local - self._within) > _SAME_CHANGE_S:
            self._second_pass = False
        elif local < self._within - _JITTER_S:
            self._second_pass = True
        self._within = local
        if match := _CALL.match(call):
            began = int(match[1]) - (local - early)
            self._second_pass |= _JITTER_S < began < _DAY_S
        return local - (late if self._second_pass else early)

    def _offset(self, local: int) -> tuple[int, int]:
        """What the local time is ahead of UTC, in seconds, by its first and by its second pass."""
        quarter = local // 900
        known = self._offsets.get(quarter)
        if known is None:
            if len(self._offsets) > 10_000:
                self._offsets.clear()
            moment = (_EPOCH + local * _SECOND).replace(tzinfo=self._zone)
            first = moment.utcoffset() or timedelta()
            second = moment.replace(fold=1).utcoffset() or timedelta()
            known = (first // _SECOND, second // _SECOND)
            self._offsets[quarter] = known
        return known


def _plain(head: bytes) -> tuple[bytes, str]:
    """The beginning in an encoding that keeps ASCII, and the one it was in ("" for such a one)."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        whole = head[: len(head) // 2 * 2]
        return whole.decode("utf-16", "replace").encode(), "utf-16"
    return head, ""


def _refused(reason: str, raw: bytes) -> bytes:
    return b"#! %s|%s\n" % (reason.encode(), raw.translate(_WITHIN)[:KEPT])


def _stamp(row: Row) -> _Stamp | str:
    """When a row was written; words where it does not say."""
    value = row.values[row.columns.at] or b""
    if match := _LOCAL.match(value):
        try:
            moment = datetime.fromisoformat(f"{match[1].decode()} {match[2].decode()}")
        except ValueError:
            return "its time is none"
        seconds = (moment - _EPOCH) // _SECOND
        if not _FIRST <= seconds < _LAST:
            return "its time is not of this age"
        fraction = _fraction(match[3])
        if match[4] is None:
            return _Stamp(seconds, fraction, not row.columns.utc)
        return _Stamp(seconds - _ahead(match[4]), fraction, False)
    if match := _DOTTED.match(value):
        day, month, year, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        try:
            moment = datetime(year, month, day, hour, minute, second)
        except ValueError:
            return "its time is none"
        return _Stamp((moment - _EPOCH) // _SECOND, _fraction(match[7]), not row.columns.utc)
    if match := _SINCE_1970.match(value):
        return _Stamp(int(match[1]), _fraction(match[2]), False)
    if match := _MILLISECONDS.match(value):
        return _Stamp(int(match[1]), _fraction(match[2]), False)
    return "its time is not written as year-month-day" if value else "has no time"


def _fraction(digits: bytes | None) -> bytes:
    return b"." + digits[:6].ljust(6, b"0") if digits else b""


def _ahead(offset: bytes) -> int:
    if offset == b"Z":
        return 0
    digits = offset[1:].replace(b":", b"").ljust(4, b"0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if offset[:1] == b"-" else seconds


def _parameters(columns: Columns, values: Sequence[bytes | None]) -> bytes:
    """A row's parameters as the file has them: without the empty ones behind the last.

    The last column may hold several, as Asterisk puts there what it has no column for.
    """
    found = [values[index] or b"" for index in columns.data]
    while found and not found[-1]:
        found.pop()
    if not found:
        joined = values[columns.joined] if columns.joined >= 0 else None
        return (joined or b"").translate(_WITHIN)
    if len(found) < len(columns.data):
        return b"|".join([value.translate(_HARMLESS) for value in found])
    last = found.pop().translate(_WITHIN)
    return b"|".join([*(value.translate(_HARMLESS) for value in found), last])


def _descends(lines: list[_Line]) -> bool:
    """Whether the rows of a table without ids stand there with the newest first."""
    steps = [line.stamp.seconds for line in lines if line.stamp]
    down = sum(1 for one, other in zip(steps, steps[1:], strict=False) if other < one)
    up = sum(1 for one, other in zip(steps, steps[1:], strict=False) if other > one)
    return down > 4 * up


__all__ = [
    "CHANNEL", "KIND", "NAME", "NEEDS_ZONE", "PLATFORM", "TITLE", "WINDOW", "Transcoder", "clocks",
    "fits", "needs_zone",
]  # fmt: skip
