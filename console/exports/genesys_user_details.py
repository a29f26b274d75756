"""Agents' states of Genesys Cloud: two lists side by side, of presence and of routing status.

Source: POST /api/v2/analytics/users/details/query and the results of users' details jobs. The
stretch that lasts has no endTime.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Literal

import msgspec

from console.domain.statements import Statement
from console.domain.times import SECOND
from console.exports import genesys
from console.exports.export import Mask, Rejected
from console.exports.genesys import at
from console.exports.json_pieces import first, members

NAME: Final = "genesys_user_details"
TITLE: Final = "Genesys Cloud: user details"
PLATFORM: Final = genesys.PLATFORM
KIND: Final[Literal["json"]] = "json"
ARRAYS: Final[tuple[str, ...]] = ("userDetails",)

#: Between the end of one state and the beginning of the next an agent is not away for a moment.
_SEAM = SECOND


class _Stretch(msgspec.Struct, rename="camel", gc=False):
    start_time: str | None = None
    end_time: str | None = None
    system_presence: str | None = None
    routing_status: str | None = None

    @property
    def word(self) -> str:
        return self.system_presence or self.routing_status or ""


class _User(msgspec.Struct, rename="camel"):
    user_id: str | None = None
    primary_presence: list[_Stretch] | None = None
    routing_status: list[_Stretch] | None = None


_decoder = msgspec.json.Decoder(_User)


def fits(head: bytes, /) -> bool:
    """Whether the first record has a user with one of the two lists."""
    for piece in first(head, ARRAYS, 3):
        named = members(piece.raw)
        if "userId" in named and not named.isdisjoint(("primaryPresence", "routingStatus")):
            # A single user's presence or routing status, as it is now, has no list.
            return b'"startTime"' in piece.raw and "entities" not in named
    return False


def origin(raw: bytes, array: str, /) -> str:
    """ "": a user's details do not say of which organisation they are."""
    del raw, array
    return ""


def take(raw: bytes, array: str, mask: Mask, /) -> Iterable[Statement]:
    """`Presence` statements in the lanes ``presence`` and ``routing``.

    Key: ``<lane>@<since>``; version: the end, the beginning where there is none. Raises Rejected
    for a record without userId.
    """
    del array, mask
    user = _decoder.decode(raw)
    if not user.user_id:
        raise Rejected("states of nobody: a record without userId")
    return [
        *_lane(user.user_id, user.primary_presence or (), genesys.primary),
        *_lane(user.user_id, user.routing_status or (), genesys.routing),
    ]


def _lane(
    user: str,
    stretches: Sequence[_Stretch],
    tell: Callable[[str, str, int, int | None], Statement],
) -> Iterator[Statement]:
    known = [
        (since, at(each.end_time), each.word)
        for each in stretches
        if each.word and (since := at(each.start_time)) is not None
    ]
    known.sort(key=lambda each: each[0])
    for place, (since, until, word) in enumerate(known):
        if until is not None and place + 1 < len(known):
            following = known[place + 1][0]
            if 0 < following - until <= _SEAM:
                until = following
        yield tell(user, word, since, until)


__all__ = ["ARRAYS", "KIND", "NAME", "PLATFORM", "TITLE", "fits", "origin", "take"]
