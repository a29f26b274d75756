"""JSON files are cut into the raw bytes of their records, without ever holding a whole file.

Records stand one a line, one after another, pretty-printed, in one outermost array, or in named
arrays inside pages. Nothing is validated here beyond what tells where a record ends: brackets,
quotes, and what may stand next to them. The formats decode each piece.

What is damaged is put aside, up to the next place where a record begins: a ``{`` that can only be
the beginning of a document, or one with the same first members as the record before.
"""

import re
from dataclasses import dataclass
from typing import Final

import msgspec

from console.exports.json_marks import Marks
from console.exports.json_scan import (
    BETWEEN,
    BLANK,
    CLOSE_ARRAY,
    CLOSE_OBJECT,
    COLON,
    COMMA,
    DEEP,
    FOLLOWED,
    LINE,
    MAX,
    MIDDLE,
    NEAR,
    NESTED,
    NO_OBJECT,
    NULS,
    OPEN_ARRAY,
    OPEN_OBJECT,
    Array,
    End,
    More,
    Wrong,
    before_of,
    beginning,
    begins_line,
    boundary,
    first_names,
    follows_well,
    outermost,
    scan,
)

#: So much of a file that begins in the middle of a record is looked through for the next.
_WINDOW: Final = 1 << 20
#: Of so many bytes the records are found at once.
_WIDE: Final = 256 << 10
_NARROW: Final = 4 << 10
_HEAD: Final = 64 << 10

_BOM = b"\xef\xbb\xbf"
_CLOSING = re.compile(rb"[]}]++")


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


#: The array and the names of the first members of a record.
_Like = tuple[str, tuple[str, ...]]


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
    like: _Like | None = None


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
        self._wait = min(2 * (len(data) - used), MAX + NEAR + 1)
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
        found = BETWEEN.match(data, at)
        assert found is not None
        start = found.end()
        if start > at:
            if data.find(b",", at, start) >= 0:
                state.before = COMMA
            return start
        byte = data[at]
        if byte == OPEN_OBJECT:
            return self._record(data, at, last)
        if byte == OPEN_ARRAY and len(state.stack) < DEEP:
            state.stack += "["
            state.before = byte
            return at + 1
        if not state.stack and byte in b"]}":
            found = _CLOSING.match(data, at)
            assert found is not None
            state.before = byte
            return found.end()
        if byte == CLOSE_ARRAY:
            self._pop()
            state.before = byte
            return at + 1
        if byte == CLOSE_OBJECT:
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
            return self._search(data, at, at, NULS, last)
        if state.like is None and self._last is None and state.before == 0:
            return self._from_middle(data, at, last)
        reason = NESTED if byte == OPEN_ARRAY else NO_OBJECT
        return self._search(data, at, at + 1, reason, last)

    def _pop(self) -> None:
        state = self._at
        state.stack = state.stack[:-1]
        if state.stack[-1:] != "[":
            state.array = ""

    def _record(self, data: bytes, at: int, last: bool) -> int | None:
        """A record, or the beginning of a page, at `at`."""
        state = self._at
        if state.array and state.before == CLOSE_OBJECT:
            # Without a comma: the next record all the same, or a page that follows a cut one.
            self._remember()
            alike = _alike(data, at, state.like, last) if state.like is not None else False
            if alike is None:
                return None
            if not alike:
                state.stack = state.array = ""
        # Where the last was a page the next will be one: no records, but for its arrays.
        if len(data) - at > _NARROW and (state.array or not self._paged):
            end = self._records(data, at, last)
            if end > at:
                return end
        found = scan(data, at, "", None if state.array else self._names, state.before)
        if isinstance(found, Array):
            state.stack += found.stack
            state.array = found.name
            self._paged = True
            state.before = OPEN_ARRAY
            return found.at
        if isinstance(found, Wrong):
            return self._search(data, at, found.at, found.reason, last)
        if isinstance(found, More):
            return None
        follows = follows_well(data, found.at, not state.stack, last)
        if follows is None:
            return None
        if not follows:
            return self._search(data, at, found.at, FOLLOWED, last)
        self._take(data[at : found.at])
        self._paged = self._paged and bool(state.array)
        self._stretch = min(max(_NARROW, 4 * (found.at - at)), MAX)
        return found.at

    def _records(self, data: bytes, at: int, last: bool) -> int:
        """Many records at once, as far as there is no doubt about them; where they end."""
        state = self._at
        whole = self._marks.find(data, at, self._stretch, not state.array, bool(state.array))
        if whole and not follows_well(data, whole[-1][1], not state.stack, last):
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
        self._at.before = CLOSE_OBJECT

    def _inside(self, data: bytes, at: int, last: bool) -> int | None:
        """One step inside a page, between its arrays."""
        state = self._at
        found = scan(data, at, state.stack, self._names, state.before)
        if isinstance(found, Wrong) and found.since == at:
            return self._search(data, at, found.at, found.reason, last)
        if isinstance(found, Array):
            state.stack = found.stack
            state.array = found.name
            state.before = OPEN_ARRAY
            return found.at
        if isinstance(found, End):
            state.stack = state.stack[: len(state.stack) - len(state.stack.lstrip("["))]
            state.before = CLOSE_OBJECT
            return found.at
        known = found.since if isinstance(found, Wrong) else found.at
        if known == at:
            return None
        state.stack = found.stack
        state.before = data[known - 1]
        return known

    # --- finding back

    def _search(self, data: bytes, start: int, at: int, reason: str, last: bool) -> int | None:
        """Put aside from `start` to the next beginning at or behind `at`."""
        self._remember()
        state = self._at
        like = state.like
        if like is None and data[start : start + 1] == b"{":
            # The damaged record itself shows how the next begins.
            names = first_names(data, start, at)
            like = (state.array, names) if names else None
        found = self._next(data, at, like, last)
        if found is not None and found[0] - start <= MAX:
            return self._resume(data, start, found, reason)
        if len(data) - start <= MAX + NEAR:
            return None
        gone = data[start : start + MAX]
        self._put_aside(gone, reason)
        state.lost, state.like = reason, like
        solid = gone.rstrip(BLANK)
        if b"\n" in gone[len(solid) :]:
            state.before = LINE
        elif solid:
            state.before = solid[-1]
        return start + MAX

    def _resume(self, data: bytes, start: int, found: tuple[int, str, str], reason: str) -> int:
        state = self._at
        position, stack, array = found
        self._put_aside(data[start:position], reason)
        state.stack, state.array, state.lost = stack, array, ""
        state.before = COMMA if array else 0
        return position

    def _put_aside(self, raw: bytes, reason: str) -> None:
        if not raw.strip(b" \t\r\n,\x1e"):
            return
        if not raw.strip(b"\x00\r\n "):
            reason = f"a run of {raw.count(0)} NUL bytes"
        self._bad.append(BadPiece(self._number, reason, raw))
        self._number += 1

    def _next(
        self, data: bytes, at: int, like: _Like | None, last: bool, end: int | None = None
    ) -> tuple[int, str, str] | None:
        """Where a record or page begins, with the brackets and the array around it."""
        state = self._at
        end = len(data) if end is None else end
        array = self._array_from(data, at, end)
        for found in beginning(like[1][0] if like is not None else "").finditer(data, at, end):
            start = found.start(found.lastindex or 0)
            if array is not None and array[0] <= start:
                return array
            before = before_of(data, start, state.before)
            if before == COLON:
                continue
            if like is not None:
                alike = _alike(data, start, like, last)
                if alike is None:
                    return None
                if alike:
                    if state.array == like[0] and (state.array or "{" not in state.stack):
                        return start, state.stack, state.array
                    return start, "{[" if like[0] else "", like[0]
            alone = before == CLOSE_OBJECT or begins_line(data, start, state.before)
            if alone and before not in b",[":
                return start, "", ""
        return array

    def _array_from(self, data: bytes, at: int, end: int) -> tuple[int, str, str] | None:
        """A named array; where there were records without one, it would be one inside of them."""
        like = self._at.like
        if self._opening is None or (
            like is not None and not like[0] and "{" not in self._at.stack
        ):
            return None
        found = self._opening.search(data, at, end)
        if found is None:
            return None
        return data.index(b"{", found.end(1)), "{[", self._names[found[1]]

    def _remember(self) -> None:
        if self._last is not None:
            names = first_names(self._last.raw, 0)
            self._at.like = (self._last.array, names) if names else None
            self._last = None

    def _from_middle(self, data: bytes, at: int, last: bool) -> int | None:
        """A file that begins in the middle of a record: a part of one that was split.

        How its records begin is seen from the next document, if one follows soon.
        """
        if len(data) - at < _WINDOW + _HEAD and not last:
            return None
        end = min(len(data), at + _WINDOW)
        found = self._next(data, at, None, last, end)
        if found is not None:
            position, array = found[0], found[2]
            first_of = scan(data[:end], position, "", self._names, 0) if not array else None
            if isinstance(first_of, Array):
                position, array = first_of.at, first_of.name
                position = position + len(data[position:end]) - len(data[position:end].lstrip())
            names = first_names(data, position)
            if names and position > at:
                earlier = self._next(data, at, (array, names), True, found[0])
                found = earlier if earlier is not None else found
        else:
            border = boundary(data, at, end)
            found = (border, "[", "") if border is not None else None
        if found is None:
            return self._search(data, at, at, MIDDLE, last)
        return self._resume(data, at, found, MIDDLE)


def _alike(data: bytes, at: int, like: _Like, last: bool) -> bool | None:
    """Whether what begins at `at` has the same first members; None: it cannot be seen yet."""
    names = first_names(data, at)
    shared = min(len(names), len(like[1]))
    if names[:shared] != like[1][:shared]:
        return False
    if len(names) < 2 and len(data) - at < NEAR and not last:
        return None
    return shared > 0


def members(raw: bytes) -> frozenset[str]:
    """Names of the outermost members of an object, which may be cut off. Never raises."""
    at = raw.find(b"{")
    return frozenset(outermost(raw, at)) if at >= 0 else frozenset()


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
