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

from console.exports.json_beginnings import HEAD, WINDOW, Beginning, Beginnings, State
from console.exports.json_scan import (
    ANOTHER,
    BETWEEN,
    BLANK,
    CLOSE_ARRAY,
    CLOSE_OBJECT,
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
    alike_at,
    first_names,
    first_part,
    follows_well,
    goes_on,
    outermost,
    scan,
)

#: Of so many bytes the records are found at once.
_WIDE: Final = 256 << 10
_NARROW: Final = 4 << 10

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


class Cutter:
    """Cuts what it is fed. `state` continues at the position that `used` reached."""

    def __init__(self, arrays: tuple[str, ...], state: str = "") -> None:
        # Brings numpy, which whoever reads no JSON need not wait for.
        from console.exports.json_marks import Marks

        self._names = {name.encode(): name for name in arrays}
        self._beginnings = Beginnings(self._names)
        self._at = msgspec.json.decode(state, type=State) if state else State()
        self._number = 0
        self._wait = 0
        self._marks = Marks(frozenset(self._names))
        self._stretch = _WIDE
        self._paged = False
        self._doubt = False
        self._prefix = b""
        self._prefix_array = ""
        self._pieces: list[Piece] = []
        self._bad: list[BadPiece] = []

    @property
    def state(self) -> str:
        """A short text; "" before anything was used."""
        if self._at == State():
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
        self._at.zone = max(0, self._at.zone - used)
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
            behind = BETWEEN.match(data, at + 1)
            assert behind is not None
            if behind.end() >= len(data) and not last:
                return None
            if data[behind.end() : behind.end() + 1] != b"{":
                # The array lost its end; else one brace is too many.
                state.stack = state.stack.rstrip("[")[:-1]
                state.array = ""
            state.before = byte
            return at + 1
        if data.startswith(_BOM, at):
            return at + len(_BOM)
        if _BOM.startswith(data[at : at + 2]) and at + 2 >= len(data) and not last:
            return None
        if byte == 0:
            return self._search(data, at, at, NULS, last)
        seen = state.likes or state.before
        reason = NESTED if byte == OPEN_ARRAY else NO_OBJECT if seen else MIDDLE
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
            likes = [like for like in state.likes if like[0] == state.array]
            alike = alike_at(data, at, likes, last)
            if alike is None:
                return None
            if not alike:
                state.stack = state.array = ""
        # Where the last was a page the next will be one: no records, but for its arrays.
        plain = not self._doubt and (state.array or not self._paged)
        if plain and len(data) - at > _NARROW:
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
        if isinstance(found, More):
            # Also at the end of the file: what is inside can look like another record, and most
            # often the rest of this one is still to come.
            return None
        if isinstance(found, Wrong):
            # It may have taken in those that follow it, all brackets being in order.
            inner = self._beginnings.inner(state, data, at, found.at)
            if inner is not None:
                return self._resume(data, at, inner, found.reason)
            return self._search(data, at, found.at, found.reason, last)
        follows = follows_well(data, found.at, not state.stack, last)
        if follows is None:
            return None
        if not follows:
            return self._search(data, at, found.at, FOLLOWED, last)
        if state.array and not goes_on(data, found.at):
            # The array ends with no bracket: a record that lost its end has taken it.
            if not last and not data[found.at :].strip():
                return None
            inner = self._beginnings.inner(state, data, at, found.at)
            if inner is not None:
                return self._resume(data, at, inner, ANOTHER)
        self._take(data[at : found.at])
        self._paged = self._paged and bool(state.array)
        self._doubt = False
        self._stretch = min(max(_NARROW, 4 * (found.at - at)), MAX)
        return found.at

    def _records(self, data: bytes, at: int, last: bool) -> int:
        """Many records at once, as far as there is no doubt about them; where they end."""
        state = self._at
        whole = self._marks.find(data, at, self._stretch, not state.array, bool(state.array))
        if whole and not follows_well(data, whole[-1][1], not state.stack, last):
            whole.pop()
        elif whole and state.array and not goes_on(data, whole[-1][1]):
            whole.pop()
        if not whole:
            # The next alone: damage behind damage must not be looked through again and again.
            self._doubt = True
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
        array = self._at.array
        self._pieces.append(Piece(self._number, array, raw))
        self._number += 1
        self._at.before = CLOSE_OBJECT
        if not raw.startswith(self._prefix) or array != self._prefix_array or not self._prefix:
            self._learn(raw, array)

    def _learn(self, raw: bytes, array: str) -> None:
        """How this record begins, unlike the one before."""
        names = first_names(raw, 0)
        if not names:
            return
        self._prefix, self._prefix_array = first_part(raw), array
        likes = self._at.likes
        same = [like for like in likes if like[0] == array and like[1][0] == names[0]]
        others = [like for like in likes if like not in same]
        self._at.likes = (*(same or [(array, names)]), *others)[:2]

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
        state = self._at
        likes = state.likes
        if likes:
            found = self._beginnings.next(state, data, at, likes, last, len(data))
        else:
            if data[start : start + 1] == b"{":
                # The damaged record itself shows how the next begins.
                names = first_names(data, start, at)
                likes = ((state.array, names),) if names else ()
            if len(data) - start < WINDOW + HEAD and not last:
                return None
            found = self._beginnings.unlike(state, data, start, at, likes, last)
        if found is not None and found[0] - start <= MAX:
            state.likes = likes
            return self._resume(data, start, found, reason)
        if len(data) - start <= MAX + NEAR and not (last and found is not None):
            return None
        gone = data[start : start + MAX]
        self._put_aside(gone, reason)
        state.lost, state.likes = reason, likes
        solid = gone.rstrip(BLANK)
        if b"\n" in gone[len(solid) :]:
            state.before = LINE
        elif solid:
            state.before = solid[-1]
        return start + MAX

    def _resume(self, data: bytes, start: int, found: Beginning, reason: str) -> int:
        state = self._at
        position, stack, array = found
        self._put_aside(data[start:position], reason)
        state.stack, state.array, state.lost = stack, array, ""
        state.before = COMMA if array else 0
        return position

    def _put_aside(self, raw: bytes, reason: str) -> None:
        if not raw.strip(b" \t\r\n,\x1e"):
            return
        if not raw.strip(b"\x00\r\n ,"):
            reason = f"a run of {raw.count(0)} NUL bytes"
        self._bad.append(BadPiece(self._number, reason, raw))
        self._number += 1


def members(raw: bytes) -> frozenset[str]:
    """Names of the outermost members of an object, which may be cut off. Never raises."""
    at = raw.find(b"{")
    return frozenset(outermost(raw, at)) if at >= 0 else frozenset()


def first(head: bytes, arrays: tuple[str, ...], most: int = 20) -> list[Piece]:
    """The first records of a file, also one that is cut off at the end of `head`. Never raises.

    Nothing of a file in UTF-16, which no JSON export is written in.
    """
    head = head[:HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return []
    cutter = Cutter(arrays)
    cut = cutter.feed(head, True)
    pieces = cut.pieces[:most]
    rest = head[cut.used :]
    if len(pieces) < most and rest.startswith(b"{"):
        pieces.append(Piece(len(cut.pieces) + len(cut.bad), cutter.array, rest))
    return pieces
