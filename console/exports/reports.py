"""Reports and news that another system of the site hands over: a line of JSON each.

A form of our own (docs/formats/reports.md), for whatever people write troubles into already: a form
on the intranet, a bot in the team's chat, a feed of notices. What is filed once stays filed once:
a report's identity is its id.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from console.domain.statements import Statement, Told
from console.exports import json_pieces, moments
from console.exports.export import Mask, Rejected
from console.exports.text import hide

NAME = "reports"
TITLE = "Reports and news of the site"
PLATFORM = "reports"
KIND: Literal["json"] = "json"
ARRAYS: tuple[str, ...] = ("reports",)
NEEDS_ZONE = False

_NAMES = frozenset(("id", "at", "who", "kind", "what"))
_KINDS = ("report", "news")
_LONGEST = 4000


class _Line(msgspec.Struct):
    id: str | int
    at: str
    who: str
    kind: str
    what: str
    queue: str = ""
    agent: str = ""
    contact: str = ""
    category: str = ""
    severity: str = ""


_decoder = msgspec.json.Decoder(_Line)


def fits(head: bytes, /) -> bool:
    """Whether it begins with what has an id, a time, a kind, a person and words."""
    return any(
        _NAMES.issubset(json_pieces.members(piece.raw)) and _says_which(piece.raw)
        for piece in json_pieces.first(head, ARRAYS, 3)
    )


def _says_which(raw: bytes) -> bool:
    return any(f'"{kind}"'.encode() in raw for kind in _KINDS)


def origin(raw: bytes, array: str, /) -> str:
    del raw, array
    return ""


def take(raw: bytes, array: str, mask: Mask, /) -> Iterable[Statement]:
    """One statement. Rejected where it has no id, person or words, or no time with its offset."""
    del array, mask  # customers' numbers are left out of the words
    line = _decoder.decode(raw)
    id_ = str(line.id).strip()
    if not id_ or len(id_) > 200:
        raise Rejected("a report needs an id of at most 200 signs")
    if line.kind not in _KINDS:
        raise Rejected(f"{line.kind[:40]!r} is no kind of report; there are report and news")
    if not line.what.strip() or not line.who.strip():
        raise Rejected("a report needs words (what) and whose they are (who)")
    at = moments.utc(line.at)
    if at is None:
        raise Rejected("a report needs the time at which it was made (at)")
    told = Told(
        at, line.who.strip()[:200], line.kind, hide(line.what.strip(), _LONGEST),
        line.queue[:200], line.agent[:200], hide(line.contact, 200), line.category[:40],
        line.severity[:40],
    )  # fmt: skip
    return (Statement(f"report:{id_}", "told", at, told),)


__all__ = ["ARRAYS", "KIND", "NAME", "NEEDS_ZONE", "PLATFORM", "TITLE", "fits", "origin", "take"]
