"""JSON files are cut into the raw bytes of their records, without ever holding a whole file.

Records stand one a line, one after another, pretty-printed, in one outermost array, or in named
arrays inside pages. Nothing is validated here beyond what tells where a record ends: brackets,
quotes, and what may stand next to them. The formats decode each piece.

What is damaged is put aside, up to the next place where a record begins: a ``{`` that can only be
the beginning of a document, or one with the same first members as the record before.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from console.exports.json_marks import Marks

#: No record is longer; what is, is put aside.
MAX: Final = 4 << 20
#: So far is looked behind a ``{`` for the names of its first members.
_NEAR: Final = 4 << 10
#: So much of a file that begins in the middle of a record is looked through for the next.
_WINDOW: Final = 1 << 20
#: Of so many bytes the records are found at once.
_WIDE: Final = 256 << 10
_NARROW: Final = 4 << 10
_DEEP: Final = 100
_HEAD: Final = 64 << 10

_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
_BETWEEN = re.compile(rb"[ \t\r\n,\x1e]*+")
_CLOSING = re.compile(rb"[]}]++")
_SKIP = re.compile(rb"[ \t\r\n]*+")
_TOKEN = re.compile(rb'"[^"\\\n\x00]*+(?:\\[^\n\x00][^"\\\n\x00]*+)*+"?|[{}\[\]]|\x00')
_BEGIN = re.compile(rb'\{[ \t\r\n]*+"')
_NAME = rb'[ \t\r\n]*+"((?:[^"\\\n]|\\.){0,60}+)"[ \t\r\n]*+:'
_FIRST = re.compile(
    rb"\{" + _NAME + rb"(?:[ \t\r\n]*+"
    rb'(?:"(?:[^"\\\n]|\\.)*+"|[^" \t\r\n,{}\[\]]++)[ \t\r\n]*+,' + _NAME + rb")?"
)  # fmt: skip
_ID = re.compile(rb"[ \t\r\n]*+:[ \t\r\n]*+[^ \t\r\n{\[]")
_IDS = frozenset((b'"id"', b'"_id"', b'"ID"', b'"Id"'))
#: What may stand directly before and behind a text.
_BEFORE_TEXT = frozenset(b"{[,: \t\r\n")
_BEHIND_TEXT = frozenset(b"}],: \t\r\n")
_OPEN_OBJECT, _CLOSE_OBJECT, _OPEN_ARRAY, _CLOSE_ARRAY = b"{}[]"
_QUOTE, _COLON, _COMMA, _LINE, _BACKSLASH = b'":,\n\\'

_ANOTHER = "another record begins before this one has ended"
_BRACKETS = "brackets that do not match"
_QUOTES = "a quote too many or too few"
_UNCLOSED = "a text that does not end in its line"
_NULS = "NUL bytes inside"
_LONG = f"longer than {MAX >> 20} MiB"
_NO_OBJECT = "not a JSON object"
_MIDDLE = "begins in the middle of a record"
_FOLLOWED = "followed by what cannot follow a record"
_NESTED = f"nested more than {_DEEP} deep outside of any record"


@dataclass(frozen=True, slots=True)
class Piece:
    """A record. `array` is the name of the array that it is an element of, "" if none."""

    number: int
    array: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class BadPiece:
    """What could not be cut; `raw` is at most about `MAX` long."""

    number: int
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """`used`: so many bytes of what was fed are done with."""

    pieces: list[Piece]
    bad: list[BadPiece]
    used: int


class _State(msgspec.Struct, array_like=True, omit_defaults=True):
    """Where the cutter stands between two bytes of a file.

    `stack`: the brackets open around, outermost first, ``I`` for an object that has an id. `array`:
    the named array that is open, else "". `before`: the last byte that was no blank. `lost`: in the
    middle of what is put aside. `like`: array and first names of the record before.
    """

    stack: str = ""
    array: str = ""
    before: int = 0
    lost: str = ""
    like: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class _End:
    """The scanned object ends."""

    at: int


@dataclass(frozen=True, slots=True)
class _Array:
    """A named array opens inside."""

    at: int
    name: str
    stack: str


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Damage; the next record begins at `at` at the earliest."""

    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class _More:
    """The data end first. Up to `at`, behind a bracket, `stack` was seen."""

    at: int
    stack: str


_Found = _End | _Array | _Wrong | _More


class Cutter:
    """Cuts what it is fed. `state` continues at the position that `used` reached."""

    def __init__(self, arrays: tuple[str, ...], state: str = "") -> None:
        self._names = {name.encode(): name for name in arrays}
        self._opening = (
            re.compile(
                rb'"(' + b"|".join(map(re.escape, self._names)) + rb')"\s*+:\s*+\[\s*+\{\s*+"'
            )
            if arrays
            else None
        )
        self._at = msgspec.json.decode(state, type=_State) if state else _State()
        self._number = 0
        self._wait = 0
        self._marks = Marks(frozenset(self._names))
        self._stretch = _WIDE
        self._paged = False
        self._last: Piece | None = None
        self._pieces: list[Piece] = []
        self._bad: list[BadPiece] = []

    @property
    def state(self) -> str:
        """A short text; "" before anything was used."""
        self._remember()
        if self._at == _State():
            return ""
        return msgspec.json.encode(self._at).decode()

    @property
    def array(self) -> str:
        """The named array that is open at the position that `used` reached, "" if none."""
        return self._at.array

    def feed(self, data: bytes, last: bool) -> Cut:
        """The records in `data`, which begins where the last feeding left off.

        With `last` an incomplete record at the end stays unused, to be fed again with its rest.
        """
        # What is held back is looked at again only when it has doubled: time stays linear.
        if not last and len(data) < self._wait:
            return Cut([], [], 0)
        self._pieces, self._bad = [], []
        used = self._cut(data, last)
        self._wait = min(2 * (len(data) - used), MAX + _NEAR + 1)
        return Cut(self._pieces, self._bad, used)

    # --- the three ways to stand: among records, inside a page, lost

    def _cut(self, data: bytes, last: bool) -> int:
        at = 0
        while at < len(data):
            state = self._at
            if state.lost:
                step = self._search(data, at, at, state.lost, last)
            elif state.array or not set(state.stack) - {"["}:
                step = self._among(data, at, last)
            else:
                step = self._inside(data, at, last)
            if step is None:
                break
            at = step
        return at

    def _among(self, data: bytes, at: int, last: bool) -> int | None:
        """One step among records: over separators, a bracket, or a record."""
        state = self._at
        found = _BETWEEN.match(data, at)
        assert found is not None
        start = found.end()
        if start > at:
            if data.find(b",", at, start) >= 0:
                state.before = _COMMA
            return start
        byte = data[at]
        if byte == _OPEN_OBJECT:
            return self._record(data, at, last)
        if byte == _OPEN_ARRAY and len(state.stack) < _DEEP:
            state.stack += "["
            state.before = byte
            return at + 1
        if not state.stack and byte in b"]}":
            found = _CLOSING.match(data, at)
            assert found is not None
            state.before = byte
            return found.end()
        if byte == _CLOSE_ARRAY:
            self._pop()
            state.before = byte
            return at + 1
        if byte == _CLOSE_OBJECT:
            # The array lost its end, or one brace is too many.
            while state.stack and state.stack[-1] == "[":
                state.stack = state.stack[:-1]
            state.stack = state.stack[:-1]
            state.array = ""
            state.before = byte
            return at + 1
        if data.startswith(_BOM, at):
            return at + len(_BOM)
        if _BOM.startswith(data[at : at + 2]) and at + 2 >= len(data) and not last:
            return None
        if byte == 0:
            return self._search(data, at, at, _NULS, last)
        if state.like is None and self._last is None and state.before == 0:
            return self._from_middle(data, at, last)
        reason = _NESTED if byte == _OPEN_ARRAY else _NO_OBJECT
        return self._search(data, at, at + 1, reason, last)

    def _pop(self) -> None:
        state = self._at
        state.stack = state.stack[:-1]
        if state.stack[-1:] != "[":
            state.array = ""

    def _record(self, data: bytes, at: int, last: bool) -> int | None:
        """A record, or the beginning of a page, at `at`."""
        state = self._at
        if state.array and state.before == _CLOSE_OBJECT:
            # Without a comma: the next record all the same, or a page that follows a cut one.
            alike = self._alike(data, at, last)
            if alike is None:
                return None
            if not alike:
                state.stack = state.array = ""
        # Where the last was a page the next will be one: no records, but for its arrays.
        if len(data) - at > _NARROW and (state.array or not self._paged):
            end = self._records(data, at, last)
            if end > at:
                return end
        found = self._scan(data, at, "", not state.array)
        if isinstance(found, _Array):
            state.stack += found.stack
            state.array = found.name
            self._paged = True
            state.before = _OPEN_ARRAY
            return found.at
        if isinstance(found, _Wrong):
            return self._search(data, at, found.at, found.reason, last)
        if isinstance(found, _More):
            return None
        follows = _follows(data, found.at, last)
        if follows is None:
            return None
        if not follows:
            return self._search(data, at, found.at, _FOLLOWED, last)
        self._take(data[at : found.at])
        self._paged = self._paged and bool(state.array)
        self._stretch = min(max(_NARROW, 4 * (found.at - at)), MAX)
        return found.at

    def _records(self, data: bytes, at: int, last: bool) -> int:
        """Many records at once, as far as there is no doubt about them; where they end."""
        state = self._at
        whole = self._marks.find(data, at, self._stretch, not state.array, bool(state.array))
        if whole and not _follows(data, whole[-1][1], last):
            whole.pop()
        if not whole:
            return at
        for begin, end in whole:
            self._take(data[begin:end])
        end = whole[-1][1]
        if 2 * (end - at) > self._stretch:
            self._stretch = max(self._stretch, min(2 * self._stretch, _WIDE))
        else:
            self._stretch = max(_NARROW, 2 * (end - at))
        return end

    def _take(self, raw: bytes) -> None:
        self._last = Piece(self._number, self._at.array, raw)
        self._pieces.append(self._last)
        self._number += 1
        self._at.before = _CLOSE_OBJECT

    def _inside(self, data: bytes, at: int, last: bool) -> int | None:
        """One step inside a page, between its arrays."""
        state = self._at
        found = self._scan(data, at, state.stack, True)
        if isinstance(found, _Wrong):
            return self._search(data, at, found.at, found.reason, last)
        if isinstance(found, _Array):
            state.stack = found.stack
            state.array = found.name
            state.before = _OPEN_ARRAY
            return found.at
        if isinstance(found, _End):
            state.stack = state.stack[: len(state.stack) - len(state.stack.lstrip("["))]
            state.before = _CLOSE_OBJECT
            return found.at
        if found.at == at:
            return None
        state.stack = found.stack
        state.before = data[found.at - 1]
        return found.at

    # --- reading on

    def _scan(
        self, data: bytes, at: int, outer: str, named: bool
    ) -> _End | _Array | _Wrong | _More:
        """Through one object from its ``{`` at `at`, or on from inside brackets `outer`.

        `named`: stops where a named array opens. The end of a page is where its outermost object
        ends: arrays around it are not looked at.
        """
        stack = list(outer)
        base = len(outer) - len(outer.lstrip("["))
        known, kept = at, outer
        previous: tuple[int, int] | None = None
        limit = at + MAX
        for found in _TOKEN.finditer(data, at, limit + 1):
            start, end = found.span()
            byte = data[start]
            if byte == _QUOTE:
                if end - start == 1 or data[end - 1] != _QUOTE or _open_ended(data, start, end):
                    if end < len(data) and data[end] != _BACKSLASH:
                        if end > limit:
                            break
                        return _Wrong(end, _NULS if data[end] == 0 else _UNCLOSED)
                    if end + 1 < len(data):
                        if end + 1 > limit:
                            break
                        return _Wrong(end + 1, _UNCLOSED)
                    break
                before = data[start - 1] if start > 0 else self._at.before
                if before not in _BEFORE_TEXT:
                    return _Wrong(start, _QUOTES)
                if end < len(data) and data[end] not in _BEHIND_TEXT:
                    return _Wrong(end, _QUOTES)
                previous = (start, end)
                if named and stack and stack[-1] == "{" and data[start:end] in _IDS:
                    if _ID.match(data, end):
                        stack[-1] = "I"
                continue
            if byte == 0:
                return _Wrong(start, _NULS)
            if byte in b"{[":
                name = ""
                if stack:
                    before = self._before(data, start, at)
                    if stack[-1] == "[":
                        if before != _COMMA and before != _OPEN_ARRAY:
                            return _Wrong(start, _ANOTHER)
                    elif before != _COLON:
                        return _Wrong(start, _ANOTHER)
                    elif named and byte == _OPEN_ARRAY and previous is not None:
                        name = self._names.get(data[previous[0] + 1 : previous[1] - 1], "")
                if name and "I" not in stack:
                    inner = _SKIP.match(data, end)
                    assert inner is not None
                    if inner.end() >= len(data):
                        break
                    if data[inner.end()] in b"{]":
                        return _Array(end, name, "".join(stack) + "[")
                stack.append(chr(byte))
                if outer and len(stack) > _DEEP:
                    return _Wrong(end, _NESTED)
            else:
                if not stack or (stack[-1] == "[") != (byte == _CLOSE_ARRAY):
                    return _Wrong(end, _BRACKETS)
                stack.pop()
                if len(stack) == base:
                    if end > limit:
                        break
                    return _End(end)
            if outer:
                known, kept = end, "".join(stack)
        if len(data) - at > MAX and known == at:
            return _Wrong(limit, _LONG)
        return _More(known, kept)

    def _before(self, data: bytes, at: int, floor: int) -> int:
        """The last byte before `at` that is no blank."""
        while at > 0:
            at -= 1
            if data[at] not in _BLANK:
                return data[at]
        return self._at.before

    # --- finding back

    def _search(self, data: bytes, start: int, at: int, reason: str, last: bool) -> int | None:
        """Put aside from `start` to the next beginning at or behind `at`."""
        state = self._at
        if self._last is None and state.like is None and data[start : start + 1] == b"{":
            # The damaged record itself shows how the next begins.
            names = _names(data, start)
            if names:
                state.like = (state.array, names)
        found = self._next(data, at, start, last)
        if found is not None and found[0] - start <= MAX:
            position, stack, array = found
            self._put_aside(data[start:position], reason)
            state.stack, state.array, state.lost = stack, array, ""
            state.before = _COMMA if array else 0
            return position
        if len(data) - start > MAX + _NEAR:
            self._put_aside(data[start : start + MAX], reason)
            state.lost = reason
            return start + MAX
        return None

    def _put_aside(self, raw: bytes, reason: str) -> None:
        if not raw.strip(b" \t\r\n,\x1e"):
            return
        if not raw.strip(b"\x00\r\n "):
            reason = f"a run of {raw.count(0)} NUL bytes"
        self._bad.append(BadPiece(self._number, reason, raw))
        self._number += 1

    def _next(self, data: bytes, at: int, floor: int, last: bool) -> tuple[int, str, str] | None:
        """Where a record or page begins, with the brackets and the array around it."""
        self._remember()
        state = self._at
        like = state.like
        array = self._array_from(data, at)
        for found in _BEGIN.finditer(data, at):
            start = found.start()
            if array is not None and array[0] < start:
                return array
            before = self._before(data, start, floor)
            if before == _COLON:
                continue
            if like is not None:
                alike = self._alike(data, start, last)
                if alike is None:
                    return None
                if alike:
                    if state.array == like[0] and (state.array or "{" not in state.stack):
                        return start, state.stack, state.array
                    return start, "{[" if like[0] else "", like[0]
            if before not in b",[" and (before == _CLOSE_OBJECT or _begins_line(data, start)):
                return start, "", ""
        return array

    def _array_from(self, data: bytes, at: int) -> tuple[int, str, str] | None:
        state = self._at
        paged = state.like is None or state.like[0] or "{" in state.stack
        if self._opening is None or not paged:
            return None
        found = self._opening.search(data, at)
        if found is None:
            return None
        return data.index(b"{", found.end(1)), "{[", self._names[found[1]]

    def _alike(self, data: bytes, at: int, last: bool) -> bool | None:
        """Whether what begins at `at` has the same first members; None: it cannot be seen yet."""
        self._remember()
        like = self._at.like
        if like is None:
            return False
        names = _names(data, at)
        shared = min(len(names), len(like[1]))
        if names[:shared] != like[1][:shared]:
            return False
        if len(names) < 2 and len(data) - at < _NEAR and not last:
            return None
        return shared > 0

    def _remember(self) -> None:
        if self._last is not None:
            names = _names(self._last.raw, 0)
            if names:
                self._at.like = (self._last.array, names)
            self._last = None

    def _from_middle(self, data: bytes, at: int, last: bool) -> int | None:
        """A file that begins in the middle of a record."""
        if len(data) - at < _WINDOW + _HEAD and not last:
            return None
        return self._search(data, at, at, _MIDDLE, last)


def _open_ended(data: bytes, start: int, end: int) -> bool:
    """Whether the quote at the end of what looks like a text is an escaped one."""
    count = 0
    at = end - 2
    while at > start and data[at] == _BACKSLASH:
        count += 1
        at -= 1
    return count % 2 == 1


def _begins_line(data: bytes, at: int) -> bool:
    while at > 0 and data[at - 1] in b" \t\r":
        at -= 1
    return at == 0 or data[at - 1] == _LINE


def _follows(data: bytes, at: int, last: bool) -> bool | None:
    """Whether what stands behind a record may stand there; None: it cannot be seen yet."""
    size = len(data)
    while at < size and data[at] in b" \t\r":
        at += 1
    if at >= size:
        return True if last else None
    if data[at] != _COMMA:
        return data[at] in b"]{\n\x1e\x00\xef"
    found = _BETWEEN.match(data, at)
    assert found is not None
    if found.end() >= size:
        return True if last else None
    return data[found.end()] in b"{[]\x00\xef"


def _outermost(raw: bytes, at: int) -> Iterator[str]:
    """Names of the members of the object at `at`, as far as it goes."""
    depth = 0
    for found in _TOKEN.finditer(raw, at):
        start, end = found.span()
        byte = raw[start]
        if byte == _QUOTE:
            if depth != 1 or raw[end - 1] != _QUOTE:
                continue
            behind = _SKIP.match(raw, end)
            assert behind is not None
            if raw[behind.end() : behind.end() + 1] == b":":
                yield raw[start + 1 : end - 1].decode("utf-8", "replace")
        elif byte in b"{[":
            depth += 1
        elif byte:
            depth -= 1
            if depth <= 0:
                return


def _names(data: bytes, at: int) -> tuple[str, ...]:
    """The names of the first two members of the object at `at`; of one if its value is none."""
    found = _FIRST.match(data, at, at + _NEAR)
    return (
        tuple(name.decode("utf-8", "replace") for name in found.groups() if name) if found else ()
    )


def members(raw: bytes) -> frozenset[str]:
    """Names of the outermost members of an object, which may be cut off. Never raises."""
    at = raw.find(b"{")
    return frozenset(_outermost(raw, at)) if at >= 0 else frozenset()


def first(head: bytes, arrays: tuple[str, ...], most: int = 20) -> list[Piece]:
    """The first records of a file, also one that is cut off at the end of `head`. Never raises.

    Nothing of a file in UTF-16, which no JSON export is written in.
    """
    head = head[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return []
    cutter = Cutter(arrays)
    cut = cutter.feed(head, True)
    pieces = cut.pieces[:most]
    rest = head[cut.used :]
    if len(pieces) < most and rest.startswith(b"{"):
        pieces.append(Piece(len(cut.pieces) + len(cut.bad), cutter.array, rest))
    return pieces
