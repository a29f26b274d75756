"""Where whole records end in a stretch of JSON, found for many at once.

Only for what is in order in every respect; at the first doubt it stops, and the caller reads on
byte by byte. A test holds the two against each other.
"""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.exports.json_scan import NO_RECORD

_Positions = NDArray[np.intp]
_Flags = NDArray[np.bool_]

_ID = re.compile(rb'(?<!\\)"(?:id|_id|ID|Id)"[ \t\r\n]*+:[ \t\r\n]*+[^ \t\r\n{\[]')
_SKIP = re.compile(rb"[ \t\r\n]*+")
_BETWEEN = re.compile(rb"[ \t\r\n,\x1e]*+")
#: Deeper indents than this before a bracket are left to the caller.
_INDENT: Final = 64


def _table(members: bytes) -> _Flags:
    table = np.zeros(256, np.bool_)
    table[list(members)] = True
    return table


_BLANK = _table(b" \t\r\n")
_BEFORE_TEXT = _table(b"{[,: \t\r\n")
_BEHIND_TEXT = _table(b"}],: \t\r\n")
_QUOTE, _BACKSLASH, _LINE, _COMMA, _COLON, _OPEN_ARRAY = b'"\\\n,:['
_OPEN_EITHER, _CLOSE_EITHER = b"{}"
_TO_LOWER = 32  # "[" and "{", "]" and "}" differ in this bit


class Marks:
    """Finds records. `names` are those of arrays that make a page of what they stand in."""

    def __init__(self, names: frozenset[bytes]) -> None:
        self._names = names
        self._lengths = np.zeros(256, np.bool_)
        self._lengths[[min(len(name), 255) for name in names]] = True

    def find(
        self, data: bytes, at: int, size: int, named: bool, commas: bool
    ) -> list[tuple[int, int]]:
        """Begin and end of the records that follow each other from the ``{`` at `at`.

        At most `size` bytes are looked through. `named`: an object that a named array opens in is
        no record. `commas`: one must stand between two. Of the last one, what follows is not known.
        """
        bytes_ = np.frombuffer(data, np.uint8, min(size, len(data) - at), at)
        lower = bytes_ | _TO_LOWER
        marked = bytes_ == _QUOTE
        marked |= lower == _OPEN_EITHER
        marked |= lower == _CLOSE_EITHER
        marked |= bytes_ == _LINE
        marked |= bytes_ == 0
        if data.find(b"\\", at, at + len(bytes_)) >= 0:
            end = _unescape(bytes_, marked)
        else:
            end = len(bytes_)
        places = np.flatnonzero(marked)
        kinds = bytes_[places]
        quotes = kinds == _QUOTE
        inside = np.logical_xor.accumulate(quotes)
        end = min(end, _first(places, ((kinds == _LINE) & inside) | (kinds == 0), len(bytes_)))
        texts = places[quotes]
        end = min(end, _beside(bytes_, texts))
        brackets = ~(quotes | inside | (kinds == _LINE))
        found = places[brackets]
        found = found[: int(np.searchsorted(found, end))]
        if not len(found):
            return []
        signs = bytes_[found]
        opens = (signs | _TO_LOWER) == _OPEN_EITHER
        depths = np.cumsum(np.where(opens, np.int8(1), np.int8(-1)), dtype=np.int32)
        below = np.flatnonzero(depths < 0)
        if len(below):
            found, signs = found[: below[0]], signs[: below[0]]
            opens, depths = opens[: below[0]], depths[: below[0]]
        ends = np.flatnonzero(depths == 0)
        if not len(ends) or int(depths.max()) > 250:
            return []
        count = int(ends[-1]) + 1
        found, signs, opens, depths = found[:count], signs[:count], opens[:count], depths[:count]
        wrong = _mismatched(bytes_, found, signs, opens, depths)
        if wrong < count:
            ends = ends[: int(np.searchsorted(ends, wrong))]
        whole = self._between(data, at, found, signs, ends, commas)
        if named and self._names and whole:
            whole = self._without_pages(data, at, bytes_, places, kinds, found, depths, whole)
        return whole

    def _between(
        self,
        data: bytes,
        at: int,
        found: _Positions,
        signs: NDArray[np.uint8],
        ends: _Positions,
        commas: bool,
    ) -> list[tuple[int, int]]:
        """Records up to the first that is none, or that something else stands before."""
        if not len(ends):
            return []
        firsts = np.empty_like(ends)
        firsts[0] = 0
        firsts[1:] = ends[:-1] + 1
        objects = signs[firsts] == _OPEN_EITHER
        begins: list[int] = (found[firsts] + at).tolist()
        stops: list[int] = (found[ends] + (at + 1)).tolist()
        whole: list[tuple[int, int]] = []
        before = at
        for begin, stop, is_object in zip(begins, stops, objects.tolist(), strict=True):
            gap = data[before:begin]
            if not is_object or begin - before > 1 and _BETWEEN.fullmatch(gap) is None:
                break
            if begin - before == 1 and gap not in (b"\n", b",", b" "):
                if _BETWEEN.fullmatch(gap) is None:
                    break
            if commas and whole and b"," not in gap:
                break
            whole.append((begin, stop))
            before = stop
        return whole

    def _without_pages(
        self,
        data: bytes,
        at: int,
        bytes_: NDArray[np.uint8],
        places: _Positions,
        kinds: NDArray[np.uint8],
        found: _Positions,
        depths: NDArray[np.int32],
        whole: list[tuple[int, int]],
    ) -> list[tuple[int, int]]:
        """Records up to the first object that a named array opens in."""
        if b"\n" in data[at : whole[-1][1]]:
            kept = kinds != _LINE
            places, kinds = places[kept], kinds[kept]
        limit = whole[-1][1] - at
        arrays = np.flatnonzero(kinds == _OPEN_ARRAY)
        arrays = arrays[(arrays >= 2) & (places[arrays] < limit)]
        arrays = arrays[(kinds[arrays - 1] == _QUOTE) & (kinds[arrays - 2] == _QUOTE)]
        lengths = np.minimum(places[arrays - 1] - places[arrays - 2] - 1, 255)
        arrays = arrays[self._lengths[lengths]]
        if not len(arrays):
            return whole
        number = 0
        guarded = -1
        rows = zip(
            places[arrays - 2].tolist(), places[arrays - 1].tolist(), places[arrays].tolist(),
            strict=True,
        )  # fmt: skip
        for begin, stop, opened in rows:
            if data[at + begin + 1 : at + stop] not in self._names:
                continue
            if data[at + stop + 1 : at + opened].strip() != b":":
                continue
            behind = _SKIP.match(data, at + opened + 1)
            if behind is None or data[behind.end()] in NO_RECORD:
                continue
            while whole[number][1] <= at + opened:
                number += 1
            if guarded == number:
                continue
            if whole[number][0] > at + opened or not _has_id(
                data, at, whole[number][0], at + begin, found, depths
            ):
                return whole[:number]
            guarded = number
        return whole


def _has_id(
    data: bytes, at: int, begin: int, end: int, found: _Positions, depths: NDArray[np.int32]
) -> bool:
    """Whether the outermost object that begins at `begin` has an id before `end`."""
    for id_ in _ID.finditer(data, begin, end):
        place = int(np.searchsorted(found, id_.start() - at)) - 1
        if depths[place] == 1:
            return True
    return False


def _unescape(bytes_: NDArray[np.uint8], marked: _Flags) -> int:
    """Unmark quotes behind a backslash; where a backslash stands outside of a text, or the end."""
    slashes = np.flatnonzero(bytes_ == _BACKSLASH)
    begins = np.ones(len(slashes), np.bool_)
    begins[1:] = slashes[1:] != slashes[:-1] + 1
    firsts = np.flatnonzero(begins)
    run = slashes[firsts[np.cumsum(begins) - 1]]
    active = slashes[((slashes - run) & 1) == 0]
    behind = active + 1
    behind = behind[behind < len(bytes_)]
    escaped = behind[bytes_[behind] == _QUOTE]
    marked[escaped] = False
    quotes = np.flatnonzero(marked & (bytes_ == _QUOTE))
    outside = slashes[(np.searchsorted(quotes, slashes) & 1) == 0]
    return int(outside[0]) if len(outside) else len(bytes_)


def _beside(bytes_: NDArray[np.uint8], texts: _Positions) -> int:
    """The first place where something stands beside a quote that may not stand there."""
    end = len(bytes_)
    opening, closing = texts[0::2], texts[1::2]
    if len(closing) and closing[-1] + 1 == end:
        closing = closing[:-1]
    wrong = opening[~_BEFORE_TEXT[bytes_[opening - 1]]]
    if len(wrong):
        end = int(wrong[0])
    wrong = closing[~_BEHIND_TEXT[bytes_[closing + 1]]]
    return min(end, int(wrong[0])) if len(wrong) else end


def _first(places: _Positions, flags: _Flags, otherwise: int) -> int:
    at = int(flags.argmax()) if len(flags) else 0
    return int(places[at]) if len(flags) and flags[at] else otherwise


def _mismatched(
    bytes_: NDArray[np.uint8],
    found: _Positions,
    signs: NDArray[np.uint8],
    opens: _Flags,
    depths: NDArray[np.int32],
) -> int:
    """The first of balanced brackets that does not match, or opens where it may not."""
    count = len(found)
    levels = np.where(opens, depths, depths + 1).astype(np.uint8)
    order = np.argsort(levels, kind="stable")
    first, second = order[0::2], order[1::2]
    wrong = count
    # "[" and "]" are two apart, as are "{" and "}".
    pairs = signs[second] - signs[first] != 2
    if pairs.any():
        wrong = int(first[pairs].min())
    # What stands before an opening bracket says what it is in: ":" an object, "," or "[" an array.
    inner = np.flatnonzero(opens & (levels > 1))
    before = found[inner] - 1
    said = bytes_[before]
    for _ in range(_INDENT):
        blank = np.flatnonzero(_BLANK[said])
        if not len(blank):
            break
        before[blank] -= 1
        said[blank] = bytes_[before[blank]]
    in_object = said == _COLON
    doubtful = ~(in_object | (said == _COMMA) | (said == _OPEN_ARRAY))
    says = np.zeros(count, np.bool_)
    says[inner] = in_object
    # Behind an opening bracket stands its first child; behind a closing one, its sibling.
    opener = np.zeros(count, np.intp)
    opener[second] = first
    previous = inner - 1
    after_open = opens[previous]
    expected = np.where(
        after_open, signs[previous] == _OPEN_EITHER, says[opener[np.where(after_open, 0, previous)]]
    )
    doubtful |= in_object != expected
    if doubtful.any():
        wrong = min(wrong, int(inner[int(doubtful.argmax())]))
    return wrong
