"""Where the next record begins, behind damage or where a file begins in the middle of one."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from console.exports.json_scan import (
    BETWEEN,
    CLOSE_OBJECT,
    COLON,
    DEEP,
    NEAR,
    OPEN_OBJECT,
    Array,
    Like,
    Likes,
    alike_at,
    before_of,
    beginnings,
    begins_line,
    boundary,
    first_names,
    scan,
)

#: So much of a file that begins in the middle of a record is looked through for the next.
WINDOW: Final = 1 << 20
HEAD: Final = 64 << 10
#: What is no longer can be looked through for each damage anew.
_LITTLE: Final = 2 << 10
#: In place of the brackets around a beginning: more must be seen to tell what it is.
_UNSEEN = "?"


class State(msgspec.Struct, array_like=True, omit_defaults=True):
    """Where the cutter stands between two bytes of a file.

    `stack`: the brackets open around, outermost first, ``I`` for an object that has an id. `array`:
    the named array that is open, else "". `before`: the last byte that was no blank. `lost`: in the
    middle of what is put aside. `likes`: how the last records began, the latest first, and how
    those before them did that began otherwise: by that the next is known after damage. `zone`: so
    many bytes from here on were looked through for that.
    """

    stack: str = ""
    array: str = ""
    before: int = 0
    lost: str = ""
    likes: tuple[Like, ...] = ()
    zone: int = 0


#: Position, brackets around it, array that it is an element of.
Beginning = tuple[int, str, str]


class Beginnings:
    """Finds beginnings. `names` are those of the arrays that hold records."""

    def __init__(self, names: Mapping[bytes, str]) -> None:
        self._names = names
        self._opening = (
            re.compile(rb'"(' + b"|".join(map(re.escape, names)) + rb')"\s*+:\s*+\[\s*+\{\s*+"')
            if names
            else None
        )

    def unlike(
        self, state: State, data: bytes, start: int, at: int, likes: Likes, last: bool
    ) -> Beginning | None:
        """Where the next begins although no record was seen yet, as in a part of a split file.

        How records begin is seen from the next document, if one follows soon.
        """
        end = min(len(data), start + WINDOW)
        found = self.next(state, data, at, likes, last, end)
        if found is None:
            # In a record's middle the next one is further out; where damage is, it may count wrong.
            within = data[start] != OPEN_OBJECT and not state.before
            listed = boundary(data, start, end, -1 if within else DEEP)
            if listed is None:
                return None
            return listed, state.stack if state.array else "[", state.array
        position, array = found[0], found[2]
        if not array:
            page = scan(data[position : position + HEAD], 0, "", self._names, 0)
            if isinstance(page, Array):
                between = BETWEEN.match(data, position + page.at)
                assert between is not None
                position, array = between.end(), page.name
        names = first_names(data, position)
        earlier = self.next(state, data, at, ((array, names),), True, found[0]) if names else None
        return earlier if earlier is not None else found

    def next(
        self, state: State, data: bytes, at: int, likes: Likes, last: bool, end: int
    ) -> Beginning | None:
        """Where a record or page begins, with the brackets and the array around it."""
        reach = NEAR
        while True:
            # Further and further: a search to the end for each of many would take for ever.
            until = min(end, at + reach)
            found = self._document_or_like(state, data, at, likes, last, until)
            # A named array before it, or one whose first element it is, says more.
            position = until if found is None else found[0]
            array = self._array_from(state, data, at, min(end, position + NEAR))
            if array is not None and array[0] <= position:
                return array
            if found is not None:
                return found if found[1] != _UNSEEN else None
            if until >= end:
                return None
            reach *= 4

    def _document_or_like(
        self, state: State, data: bytes, at: int, likes: Likes, last: bool, end: int
    ) -> Beginning | None:
        for start in beginnings(data, at, end, {like[1][0] for like in likes}):
            before = before_of(data, start, state.before)
            if before == COLON:
                continue
            for like in likes:
                alike = alike_at(data, start, (like,), last)
                if alike is None:
                    return start, _UNSEEN, ""
                if alike:
                    if state.array == like[0] and (state.array or "{" not in state.stack):
                        return start, state.stack, state.array
                    return start, "{[" if like[0] else "", like[0]
            alone = before == CLOSE_OBJECT or begins_line(data, start, state.before)
            if alone and before not in b",[{":
                return start, "", ""
        return None

    def inner(self, state: State, data: bytes, at: int, end: int) -> Beginning | None:
        """The next behind `at` that begins with the same two members as others in this array did.

        Of what was looked through once, most is not looked through again: time stays linear.
        """
        if end - at > _LITTLE:
            if at < state.zone:
                return None
            state.zone = end
        likes = [each[1] for each in state.likes if each[0] == state.array and len(each[1]) > 1]
        if not likes:
            return None
        for start in beginnings(data, at + 1, end, {names[0] for names in likes}):
            if before_of(data, start, 0) in b",[" and first_names(data, start) in likes:
                return start, state.stack, state.array
        return None

    def _array_from(self, state: State, data: bytes, at: int, end: int) -> Beginning | None:
        """A named array; where there were records without one, it would be one inside of them."""
        likes = state.likes
        plain = likes and not any(like[0] for like in likes) and "{" not in state.stack
        if self._opening is None or plain:
            return None
        found = self._opening.search(data, at, end)
        if found is None:
            return None
        return data.index(b"{", found.end(1)), "{[", self._names[found[1]]
