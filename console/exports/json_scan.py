"""One JSON object is followed byte by byte to its end, or to where it is damaged.

Nothing is validated but brackets, quotes, and what may stand next to them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

#: No record is longer; what is, is put aside.
MAX: Final = 4 << 20
#: So far is looked behind a ``{`` for the names of its first members.
NEAR: Final = 4 << 10
#: So many brackets may be open around a record.
DEEP: Final = 100

#: The array and the names of the first members of a record.
Like = tuple[str, tuple[str, ...]]
Likes = tuple[Like, ...]


BLANK = b" \t\r\n"
BETWEEN = re.compile(rb"[ \t\r\n,\x1e]*+")
_SKIP = re.compile(rb"[ \t\r\n]*+")
_TOKEN = re.compile(rb'"[^"\\\n\x00]*+(?:\\[^\n\x00][^"\\\n\x00]*+)*+"?|[{}\[\]]|\x00')
_NAME = rb'[ \t\r\n]*+"((?:[^"\\\n]|\\.){0,60}+)"[ \t\r\n]*+:'
_FIRST = re.compile(
    rb"\{" + _NAME + rb"(?:[ \t\r\n]*+"
    rb'(?:"(?:[^"\\\n]|\\.)*+"|[^" \t\r\n,{}\[\]]++)[ \t\r\n]*+,' + _NAME + rb")?"
)  # fmt: skip
_NEXT = re.compile(rb'[ \t\r\n]*+,[ \t\r\n]*+(\{)[ \t\r\n]*+"')
_OBJECT = re.compile(rb'\{[ \t\r\n]*+"')
_ID = re.compile(rb"[ \t\r\n]*+:[ \t\r\n]*+[^ \t\r\n{\[]")
_IDS = frozenset((b'"id"', b'"_id"', b'"ID"', b'"Id"'))
#: What may stand directly before and behind a text.
_BEFORE_TEXT = frozenset(b"{[,: \t\r\n")
_BEHIND_TEXT = frozenset(b"}],: \t\r\n")
#: What the first element of an array that holds no records begins with.
NO_RECORD = frozenset(b'"[-0123456789tfn')
OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY = b"{}[]"
QUOTE, COLON, COMMA, LINE, BACKSLASH = b'":,\n\\'

ANOTHER = "another record begins before this one has ended"
BRACKETS = "brackets that do not match"
QUOTES = "a quote too many or too few"
UNCLOSED = "a text that does not end in its line"
NULS = "NUL bytes inside"
LONG = f"longer than {MAX >> 20} MiB"
NO_OBJECT = "not a JSON object"
MIDDLE = "begins in the middle of a record"
FOLLOWED = "followed by what cannot follow a record"
NESTED = f"nested more than {DEEP} deep outside of any record"


@dataclass(frozen=True, slots=True)
class End:
    """The scanned object ends."""

    at: int


@dataclass(frozen=True, slots=True)
class Array:
    """A named array opens inside."""

    at: int
    name: str
    stack: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Damage; the next record begins at `at` at the earliest.

    Up to `since`, behind a bracket, `stack` was in order.
    """

    at: int
    reason: str
    since: int
    stack: str


@dataclass(frozen=True, slots=True)
class More:
    """The data end first. Up to `at`, behind a bracket, `stack` was seen."""

    at: int
    stack: str


Found = End | Array | Wrong | More


def scan(data: bytes, at: int, outer: str, names: Mapping[bytes, str] | None, ahead: int) -> Found:
    """Through one object from its ``{`` at `at`, or on from inside brackets `outer`.

    `names`: stops where an array of these opens. `ahead`: the last byte before `data`, blanks
    apart. The end of a page is where its outermost object ends: arrays around it are not looked at.
    """
    stack = list(outer)
    base = len(outer) - len(outer.lstrip("["))
    known, kept = at, outer
    previous: tuple[int, int] | None = None
    limit = at + MAX
    for found in _TOKEN.finditer(data, at, limit + 1):
        start, end = found.span()
        byte = data[start]
        if byte == QUOTE:
            if end - start == 1 or data[end - 1] != QUOTE or _open_ended(data, start, end):
                if end < len(data) and data[end] != BACKSLASH:
                    if end > limit:
                        break
                    return Wrong(end, NULS if data[end] == 0 else UNCLOSED, known, kept)
                if end + 1 < len(data):
                    if end + 1 > limit:
                        break
                    return Wrong(end + 1, UNCLOSED, known, kept)
                break
            before = data[start - 1] if start > 0 else ahead
            if before not in _BEFORE_TEXT:
                return Wrong(start, QUOTES, known, kept)
            if end < len(data) and data[end] not in _BEHIND_TEXT:
                return Wrong(end, QUOTES, known, kept)
            previous = (start, end)
            if names is not None and stack and stack[-1] == "{" and data[start:end] in _IDS:
                if _ID.match(data, end):
                    stack[-1] = "I"
            continue
        if byte == 0:
            return Wrong(start, NULS, known, kept)
        if byte in b"{[":
            name = ""
            if stack:
                before = before_of(data, start, ahead)
                if stack[-1] == "[":
                    if before != COMMA and before != OPEN_ARRAY:
                        return Wrong(start, ANOTHER, known, kept)
                elif before != COLON:
                    return Wrong(start, ANOTHER, known, kept)
                elif names is not None and byte == OPEN_ARRAY and previous is not None:
                    name = names.get(data[previous[0] + 1 : previous[1] - 1], "")
            if name and "I" not in stack:
                inner = _SKIP.match(data, end)
                assert inner is not None
                if inner.end() >= len(data):
                    break
                if data[inner.end()] not in NO_RECORD:
                    return Array(end, name, "".join(stack) + "[")
            stack.append(chr(byte))
            if outer and len(stack) > DEEP:
                return Wrong(end, NESTED, known, kept)
        else:
            if not stack or (stack[-1] == "[") != (byte == CLOSE_ARRAY):
                return Wrong(end, BRACKETS, known, kept)
            stack.pop()
            if len(stack) == base:
                if end > limit:
                    break
                return End(end)
        if outer:
            known, kept = end, "".join(stack)
    if len(data) - at > MAX and known == at:
        return Wrong(limit, LONG, known, kept)
    return More(known, kept)


def before_of(data: bytes, at: int, ahead: int) -> int:
    """The last byte before `at` that is no blank; `ahead` where `data` begins first."""
    while at > 0:
        at -= 1
        if data[at] not in BLANK:
            return data[at]
    return ahead


def begins_line(data: bytes, at: int, ahead: int) -> bool:
    """Whether only blanks stand before `at` in its line; `ahead` 0: a file begins with `data`."""
    while at > 0 and data[at - 1] in b" \t\r":
        at -= 1
    return data[at - 1] == LINE if at > 0 else ahead in (0, LINE)


def beginnings(data: bytes, at: int, end: int, names: Iterable[str]) -> Iterator[int]:
    """Where a document may begin, or a record whose first member has one of the names."""
    blank = _SKIP.match(data, at, end)
    if blank is None:
        return
    at = blank.end()
    if _OBJECT.match(data, at, end):
        yield at
    for found in _beginning(tuple(sorted(names))).finditer(data, at, end):
        start = found.start(found.lastindex or 0)
        if start > at:
            yield start


def alike_at(data: bytes, at: int, likes: Iterable[Like], last: bool) -> bool | None:
    """Whether what begins at `at` has the same first members; None: it cannot be seen yet."""
    names = first_names(data, at)
    for _array, known in likes:
        shared = min(len(names), len(known))
        if shared and names[:shared] == known[:shared]:
            return True if len(names) > 1 or len(data) - at >= NEAR or last else None
    return None if not names and len(data) - at < NEAR and not last else False


@lru_cache(8)
def _beginning(names: tuple[str, ...]) -> re.Pattern[bytes]:
    pattern = rb'^[ \t\r]*+(\{)[ \t\r\n]*+"|\}[ \t\r\n]*+(\{)[ \t\r\n]*+"'
    for name in names:
        pattern += rb'|(\{)[ \t\r\n]*+"' + re.escape(name.encode()) + b'"'
    return re.compile(pattern, re.MULTILINE)


def _open_ended(data: bytes, start: int, end: int) -> bool:
    """Whether the quote at the end of what looks like a text is an escaped one."""
    count = 0
    at = end - 2
    while at > start and data[at] == BACKSLASH:
        count += 1
        at -= 1
    return count % 2 == 1


def follows_well(data: bytes, at: int, outermost: bool, last: bool) -> bool | None:
    """Whether what stands behind a record may stand there; None: it cannot be seen yet."""
    size = len(data)
    while at < size and data[at] in b" \t\r":
        at += 1
    if at >= size:
        return True if last else None
    if data[at] != COMMA:
        return data[at] in b"]{\n\x1e\x00\xef" or (outermost and data[at] == OPEN_ARRAY)
    found = BETWEEN.match(data, at)
    assert found is not None
    if found.end() >= size:
        return True if last else None
    return data[found.end()] in b"{[]\x00\xef"


def goes_on(data: bytes, at: int) -> bool:
    """Whether an array goes on or ends here."""
    found = _SKIP.match(data, at)
    assert found is not None
    return data[found.end() : found.end() + 1] in (b",", b"]")


def outermost(raw: bytes, at: int) -> Iterator[str]:
    """Names of the members of the object at `at`, as far as it goes."""
    depth = 0
    for found in _TOKEN.finditer(raw, at):
        start, end = found.span()
        byte = raw[start]
        if byte == QUOTE:
            if depth != 1 or raw[end - 1] != QUOTE:
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


def first_names(data: bytes, at: int, end: int | None = None) -> tuple[str, ...]:
    """The names of the first two members of the object at `at`; of one if its value is none."""
    found = _FIRST.match(data, at, min(at + NEAR, len(data) if end is None else end))
    if found is None:
        return ()
    return tuple(name.decode("utf-8", "replace") for name in found.groups() if name)


def first_part(raw: bytes) -> bytes:
    """An object up to the end of its first name; first_names has found one."""
    found = _FIRST.match(raw)
    return raw[: found.end(1) + 1] if found is not None else b""


def boundary(data: bytes, at: int, end: int, most: int) -> int | None:
    """Where the next element of the outermost list begins, for data that begin anywhere inside.

    The lists inside of elements have borders too; the outermost is where fewest brackets are open:
    at most `most` more than at `at`.
    """
    depth, lowest, found = 0, most + 1, None
    while (token := _TOKEN.search(data, at, end)) is not None:
        start, at = token.span()
        byte = data[start]
        if byte == QUOTE:
            before = data[start - 1] if start else COMMA
            if before not in _BEFORE_TEXT or (at < end and data[at] not in _BEHIND_TEXT):
                at = start + 1  # it ends a text: the data begin inside of one
        elif byte in b"{[":
            depth += 1
        elif byte in b"}]":
            depth -= 1
            if byte == CLOSE_OBJECT and depth < lowest:
                next_one = _NEXT.match(data, at, end)
                if next_one is not None:
                    lowest, found = depth, next_one.start(1)
    return found
