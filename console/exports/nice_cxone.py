"""NICE CXone's (inContact's) contacts, as its Reporting and Real-Time Data APIs hand them out.

Source: GET /contacts/completed, /contacts/{id}, /contacts/active, /contacts/states and responses of
them. Early versions write every value as a text (``"False"``, ``"13"``), later ones numbers and
booleans under names that differ a little (``contactStart``, ``contactStartDate``), so names are
read in small letters. A contact is one part of a journey; the journey is its master contact.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, cast

import msgspec

from console.domain import facts
from console.domain.statements import Course, Name, Promise, Ring, Statement, Stay
from console.domain.times import SECOND
from console.exports import json_pieces, moments
from console.exports.export import Mask, Rejected

NAME = "nice_cxone"
TITLE = "NICE CXone: contacts"
PLATFORM = "nice_cxone"
KIND: Literal["json"] = "json"
ARRAYS: tuple[str, ...] = ("completedContacts", "activeContacts", "contactStates")

_LIVE = ("activeContacts", "contactStates")
#: mediaType, where no name stands beside it. 4 is seen, the others are unverified.
_MEDIA = {
    "1": "email", "3": "chat", "4": "voice", "5": "voice", "6": "task", "7": "messaging",
    "8": "social", "9": "messaging",
}  # fmt: skip
#: A medium's or sub-medium's name holds one of these; the first that it does counts.
_MEDIA_WORDS = (
    ("sms", "messaging"), ("whatsapp", "messaging"), ("text", "messaging"), ("apple", "messaging"),
    ("facebook", "social"), ("instagram", "social"), ("twitter", "social"), ("social", "social"),
    ("chat", "chat"), ("voice", "voice"), ("mail", "email"), ("call", "voice"), ("phone", "voice"),
    ("work", "task"), ("digital", "messaging"),
)  # fmt: skip
_NOBODY = ("", "anonymous", "unknown", "restricted", "private", "unavailable", "null")

Fields = dict[str, object]
_decoder = msgspec.json.Decoder(dict[str, object])


def fits(head: bytes, /) -> bool:
    """Whether it begins with contacts that name their master contact."""
    return any(_is_one(piece) for piece in json_pieces.first(head, ARRAYS, 3))


def _is_one(piece: json_pieces.Piece) -> bool:
    names = {name.lower() for name in json_pieces.members(piece.raw)}
    if names == {"resultset"}:
        return b'"masterContactId"' in piece.raw and b'"contactId"' in piece.raw
    return {"contactid", "mastercontactid"} <= names


def origin(raw: bytes, array: str, /) -> str:
    """The business unit."""
    del array
    try:
        return _text(_fields(raw), "businessunitid")
    except msgspec.DecodeError:
        return ""


def take(raw: bytes, array: str, mask: Mask, /) -> Iterable[Statement]:
    """The course of a contact, and the names of its skill and agent.

    Raises Rejected where it has no id or does not say when it began.
    """
    fields = _fields(raw)
    contact = _text(fields, "contactid")
    if not contact:
        raise Rejected("a contact without a contactId")
    began = _time(fields, "contactstart", "contactstartdate", "startdate")
    if began is None:
        raise Rejected("a contact that does not say when it began (contactStart)")
    # What is counted is stored some minutes after a contact's end, its after-contact work still
    # later, and neither moves lastUpdateTime: the latest of all tells which copy is newer.
    version = max(
        filter(
            None,
            (
                _maybe(fields, name)
                for name in ("lastupdatetime", "datecontactwarehoused", "dateacwwarehoused")
            ),
        ),
        default=began,
    )
    live = array in _LIVE or _flag(fields, "isactive") is True
    course = _live(fields, began, mask) if live else _completed(fields, began, mask)
    master = _text(fields, "mastercontactid") or contact
    said = [Statement(f"contact:{master}", contact, version, course)]
    said.extend(_names(fields, version))
    return said


def _names(fields: Fields, version: int) -> Iterator[Statement]:
    skill, agent = _id(fields, "skillid"), _id(fields, "agentid")
    name = _text(fields, "skillname")
    if skill and name:
        yield Statement("name", f"queue:{skill}", version, Name("queue", skill, name))
    name = f"{_text(fields, 'firstname')} {_text(fields, 'lastname')}".strip()
    if agent and name:
        yield Statement("name", f"agent:{agent}", version, Name("agent", agent, name))


def _completed(fields: Fields, began: int, mask: Mask) -> Course:
    outbound = _flag(fields, "isoutbound") is True
    queue = None if outbound else _id(fields, "skillid")
    before, wait = _us(fields, "prequeueseconds"), _us(fields, "inqueueseconds")
    talk, total = _us(fields, "agentseconds"), _us(fields, "totaldurationseconds")
    agent = _id(fields, "agentid")
    entered = began + (before or 0)
    left = entered + (wait or 0)
    ended = began + total if total is not None else left + (talk or 0)
    abandoned = _flag(fields, "abandoned") is True
    # A row that names an agent without a time with him was refused, or given up while it rang.
    answered = agent is not None and (talk is None or talk > 0) and not abandoned
    reason = _text(fields, "endreason")
    transfer = _text(fields, "transferindicatorname")
    if transfer.lower() == "none":
        transfer = ""
    stay: Stay | None = None
    if answered:
        over = left + talk if talk is not None else ended
        after = _us(fields, "acwseconds")
        stay = Stay(
            queue,
            entered,
            left,
            over,
            agent,
            facts.ANSWERED,
            transfer or reason,
            wait,
            talk,
            _us(fields, "holdseconds"),
            # Before the after-contact work is stored, nobody can say how long it was.
            over if after else None,
            over + after if after else None,
            (),
            _id(fields, "primarydispositionid") or "",
            _note(fields),
        )
    elif _was_queued(fields, abandoned, before, wait, total):
        refused = agent is not None and _flag(fields, "isrefused") is True
        at = _maybe(fields, "refusetime") if refused else None
        rung = (Ring(agent, at or left, at or left),) if refused and agent else ()
        short = abandoned and _flag(fields, "isshortabandon") is True
        word = "short abandon" if short else reason or transfer
        outcome = facts.ABANDONED if abandoned else facts.WITHDRAWN
        over = left if wait is not None else ended
        stay = Stay(queue, entered, None, over, None, outcome, word, wait, rings=rung)
    promises: tuple[Promise, ...] = ()
    if (_us(fields, "callbacktime") or 0) > 0 and not outbound:
        # It kept its place in the queue while the customer had hung up.
        outcome = "reached" if answered else "missed"
        promises = (Promise(queue, entered, None, None, ended, outcome),)
    return Course(
        _channel(fields),
        began,
        max(ended, stay.ended_at or 0) if stay else ended,
        _customer(fields, outbound, mask),
        "outbound" if outbound else "inbound",
        (stay,) if stay else (),
        promises,
    )


def _was_queued(
    fields: Fields, abandoned: bool, before: int | None, wait: int | None, total: int | None
) -> bool:
    """Whether a contact that no agent had was in a queue, and not only in a menu."""
    if wait:
        return True
    if not abandoned or _id(fields, "skillid") is None:
        return False
    return not (before and total is not None and before >= total)


def _live(fields: Fields, began: int, mask: Mask) -> Course:
    """A contact that is not over. Its wait is counted from its beginning: no entry is stated."""
    outbound = _flag(fields, "isoutbound") is True
    queue = None if outbound else _id(fields, "skillid")
    agent = _id(fields, "agentid")
    words = f"{_text(fields, 'contactstatecategory')} {_text(fields, 'statename')}"
    words = f"{words} {_text(fields, 'contactstatename')} {_text(fields, 'state')}".lower()
    connected = _maybe(fields, "agentstartdate")
    stay: Stay | None = None
    if agent is not None and (connected is not None or "with agent" in words):
        at = connected if connected is not None else _maybe(fields, "lastupdatetime") or began
        stay = Stay(queue, began, at, None, agent, facts.ANSWERED)
    elif "queue" in words.replace("pre queue", "").replace("prequeue", "") or "routing" in words:
        stay = Stay(queue, began, None, None, None, facts.WAITING)
    return Course(
        _channel(fields),
        began,
        None,
        _customer(fields, outbound, mask),
        "outbound" if outbound else "inbound",
        (stay,) if stay else (),
    )


def _channel(fields: Fields) -> str:
    """One of `console.channels`, else the source's own word."""
    named = _text(fields, "mediatypename")
    for name in (_text(fields, "mediasubtypename"), named):
        low = name.lower()
        for word, channel in _MEDIA_WORDS:
            if word in low:
                return channel
    number = _text(fields, "mediatype") or _text(fields, "mediatypeid")
    return named.lower() or _MEDIA.get(number, f"media type {number}" if number else "voice")


def _customer(fields: Fields, outbound: bool, mask: Mask) -> str | None:
    names = ("toaddr", "toaddress") if outbound else ("fromaddr", "fromaddress")
    address = next(filter(None, (_text(fields, name) for name in names)), "")
    return None if address.lower() in _NOBODY else mask(address)


def _note(fields: Fields) -> int | None:
    """The length of the agent's note; None where the record has no such field."""
    return len(_text(fields, "dispositionnotes")) if "dispositionnotes" in fields else None


# --- values, as texts or as what they are


def _fields(raw: bytes) -> Fields:
    """A record's members by names in small letters."""
    record = {name.lower(): value for name, value in _decoder.decode(raw).items()}
    inner = record.get("resultset")
    if isinstance(inner, dict) and "contactid" not in record:
        # One contact that was asked for by its id.
        return {str(k).lower(): v for k, v in cast(dict[object, object], inner).items()}
    return record


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def _id(fields: Fields, name: str) -> str | None:
    """An id; 0 means none."""
    value = _text(fields, name).removesuffix(".0")
    return None if value in ("", "0", "-1", "null") else value


def _flag(fields: Fields, name: str) -> bool | None:
    value = fields.get(name)
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "false": False, "0": False}.get(_text(fields, name).lower())


def _us(fields: Fields, name: str) -> int | None:
    """Seconds as microseconds; None where none are stated or it is no number of them."""
    try:
        seconds = float(_text(fields, name) or "-")
    except ValueError:
        return None
    return round(seconds * SECOND) if 0 <= seconds < 1e8 else None


def _time(fields: Fields, *names: str) -> int | None:
    """The first of these times that is stated; the API writes UTC, with a Z or without."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip() and value != "0":
            return moments.utc(value, naive_utc=True)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
            return moments.epoch(value)
    return None


def _maybe(fields: Fields, name: str) -> int | None:
    """A time that the record can do without: None where what stands there is none."""
    try:
        return _time(fields, name)
    except Rejected:
        return None


__all__ = ["ARRAYS", "KIND", "NAME", "PLATFORM", "TITLE", "fits", "origin", "take"]
