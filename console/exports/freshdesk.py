"""Freshdesk's tickets and their conversations, as its API gives them.

Plain arrays of tickets (also with ``stats``, ``requester`` or ``conversations`` inside) or of
conversations, ``results`` of a search, or one record a line. Facts: docs/formats/freshdesk.md.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

from console.domain.statements import Name, Statement, Step, Ticket
from console.exports import json_pieces
from console.exports.export import Mask, Rejected
from console.exports.moments import utc
from console.exports.text import hide

NAME: Final = "freshdesk"
TITLE: Final = "Freshdesk tickets and conversations"
PLATFORM: Final = "freshdesk"
KIND: Literal["json"] = "json"
ARRAYS: tuple[str, ...] = ("results", "tickets", "conversations")

_STATES: Final = {
    "2": "open", "open": "open",
    "3": "pending", "pending": "pending",
    "4": "solved", "resolved": "solved",
    "5": "closed", "closed": "closed",
    "6": "pending", "waiting on customer": "pending",
    "7": "hold", "waiting on third party": "hold",
}  # fmt: skip
_PRIORITIES: Final = {"1": "low", "2": "medium", "3": "high", "4": "urgent"}
_CHANNELS: Final = {
    3: "voice", 4: "social", 5: "social", 6: "social", 7: "chat", 8: "messaging", 12: "chat",
    13: "messaging",
}  # fmt: skip
#: An e-mail that an agent began.
_OUTBOUND: Final = 10
#: Conversations that are neither a question nor an answer.
_OTHER: Final = {6: "survey feedback", 8: "forwarded"}
_TAGS = re.compile(r"<[^<>]{0,2000}>")
_DOMAIN = re.compile(rb"https?:\\?/\\?/([\w-]+)\.freshdesk\.com\\?/(?:api|a/tickets|helpdesk)")

Ident = int | float | str | None


class Stats(msgspec.Struct):
    """Times that a ticket passed."""

    first_responded_at: str | None = None
    resolved_at: str | None = None
    closed_at: str | None = None


class Requester(msgspec.Struct):
    """Who asked."""

    id: Ident = None
    email: str | None = None
    mobile: str | None = None
    phone: str | None = None


class Conversation(msgspec.Struct):
    """A reply, a note, or what the customer wrote."""

    id: Ident = None
    ticket_id: Ident = None
    user_id: Ident = None
    body: str | None = None
    body_text: str | None = None
    incoming: bool | None = None
    private: bool | None = None
    source: int | None = None
    created_at: str | None = None
    updated_at: str | None = None


class Record(Conversation):
    """A ticket; with `incoming` or `ticket_id` a conversation."""

    subject: str | None = None
    status: int | str | None = None
    priority: int | str | None = None
    group_id: Ident = None
    responder_id: Ident = None
    requester_id: Ident = None
    requester: Requester | None = None
    due_by: str | None = None
    tags: list[str] | None = None
    spam: bool | None = None
    deleted: bool | None = None
    stats: Stats | None = None
    conversations: list[Conversation] | None = None


_decoder = msgspec.json.Decoder(Record, strict=False)


def fits(head: bytes) -> bool:
    """Whether the first record is a ticket or a conversation of Freshdesk's."""
    for arrays in ((), ARRAYS) if head else ():
        for piece in json_pieces.first(head, arrays, 1):
            names = json_pieces.members(piece.raw)
            if {"responder_id", "requester_id"} <= names and names & {
                "source",
                "fr_due_by",
                "spam",
            }:
                return True
            if {"incoming", "private", "user_id"} <= names:
                return True
    return False


def take(raw: bytes, array: str, mask: Mask) -> Iterable[Statement]:
    """The state of a ticket and that it was created, or the `Step` of a conversation."""
    record = _decoder.decode(raw)
    if record.status is None and (record.incoming is not None or record.ticket_id is not None):
        ticket = _ident(record.ticket_id)
        if not ticket:
            raise Rejected("a conversation that does not name its ticket")
        return (_conversation(record, ticket),)
    return list(_ticket(record, mask))


def _ticket(record: Record, mask: Mask) -> Iterator[Statement]:
    id_, created = _ident(record.id), utc(record.created_at)
    if not id_ or created is None or record.status is None:
        raise Rejected("a ticket without an id, a status, or the time at which it was created")
    updated = utc(record.updated_at) or created
    subject = f"ticket:{id_}"
    stats = record.stats or Stats()
    requester = record.requester or Requester()
    customer = _ident(record.requester_id) or _ident(requester.id)
    masked = mask(f"user:{customer}") if customer else None
    agent = _ident(record.responder_id) or None
    status = _status(record)
    said = Ticket(
        _CHANNELS.get(record.source or 0, "email"),
        status,
        created,
        updated,
        hide(record.subject or ""),
        _PRIORITIES.get(str(record.priority), str(record.priority or "").lower()),
        _ident(record.group_id) or None,
        agent,
        masked,
        solved_at=utc(stats.resolved_at) or utc(stats.closed_at),
        first_reply_at=utc(stats.first_responded_at),
        tags=tuple(record.tags or ()),
        due_at=utc(record.due_by),
    )
    yield Statement(subject, "state", updated, said)
    # The first message stands in the ticket, not among the conversations.
    opened_by = agent or "" if record.source == _OUTBOUND else ""
    yield Statement(subject, "created", updated, Step(created, "created", opened_by))
    known = requester.email or requester.mobile or requester.phone
    if known and masked is not None:
        name = Name("customer", masked, "", customer=mask(known))
        yield Statement("name", f"customer:{masked}", updated, name)
    for conversation in record.conversations or ():
        if _ident(conversation.id) and conversation.created_at:
            yield _conversation(conversation, id_)


def _status(record: Record) -> str:
    if record.deleted or record.spam:
        return "deleted"
    found = _STATES.get(str(record.status).strip().lower())
    if found is None:
        # A status of the account's own: whatever it means, the ticket is neither solved nor closed.
        return "open"
    return found


def _conversation(one: Conversation, ticket: str) -> Statement:
    id_, at = _ident(one.id), utc(one.created_at)
    if not id_ or at is None:
        raise Rejected("a conversation without an id or the time at which it was written")
    body = one.body_text or (_TAGS.sub("", one.body).strip() if one.body else "")
    by = _ident(one.user_id)
    after = ""
    if one.private:
        what = "note"
    elif one.source in _OTHER:
        what, after = "other", _OTHER[one.source]
        by = "" if one.incoming else by
    elif one.incoming:
        what, by = "asked", ""
    else:
        what = "reply"
    step = Step(at, what, by, after=after, text=hide(body), chars=len(body))
    version = max(at, utc(one.updated_at) or at)
    return Statement(f"ticket:{ticket}", f"comment:{id_}", version, step)


def _ident(value: Ident) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def origin(raw: bytes, array: str) -> str:
    """The account's subdomain, where a link into it stands in the record."""
    found = _DOMAIN.search(raw)
    return found[1].decode() if found is not None else ""
