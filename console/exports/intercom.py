"""Intercom's conversations with their parts, and its tickets, as its API gives them.

Pages of ``/conversations`` (which have no parts), single conversations and tickets (which have
them), or one a line. Times are seconds since 1970. Facts: docs/formats/intercom.md.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

from console.domain.statements import Measure, Name, Statement, Step, Ticket
from console.exports import json_pieces
from console.exports.export import Mask, Rejected
from console.exports.moments import epoch
from console.exports.text import hide

NAME: Final = "intercom"
TITLE: Final = "Intercom conversations"
PLATFORM: Final = "intercom"
KIND: Literal["json"] = "json"
ARRAYS: tuple[str, ...] = ("conversations", "tickets")

_STATES: Final = {
    "open": "open", "snoozed": "hold", "closed": "closed",
    "submitted": "new", "in_progress": "open", "waiting_on_customer": "pending",
    "resolved": "solved",
}  # fmt: skip
#: The messenger is a conversation that may rest for hours.
_CHANNELS: Final = {
    "email": "email", "facebook": "social", "instagram": "social", "twitter": "social",
    "phone_call": "voice", "phone_switch": "voice",
}  # fmt: skip
_CUSTOMERS: Final = ("user", "lead", "contact", "visitor")
#: Parts after which the conversation stands so.
_AFTER: Final = {
    "open": "open", "close": "closed", "snoozed": "hold", "unsnoozed": "open",
    "timer_unsnooze": "open", "assign_and_reopen": "open", "assign_and_unsnooze": "open",
    "note_and_reopen": "open",
}  # fmt: skip
#: Parts in which something may have been said to the other side.
_SAYING: Final = frozenset(("comment", "open", "close", "quick_reply"))
_NOTES: Final = frozenset(("note", "note_and_reopen"))
_TAGS = re.compile(r"<[^<>]{0,2000}>")

Ident = int | float | str | None
Time = int | float | str | None


class Person(msgspec.Struct):
    """An author or assignee: admin, team, bot, user, lead or contact."""

    type: str | None = None
    id: Ident = None
    name: str | None = None
    email: str | None = None


class Part(msgspec.Struct):
    """One thing that was said or done."""

    id: Ident = None
    part_type: str | None = None
    body: str | None = None
    created_at: Time = None
    updated_at: Time = None
    author: Person | None = None
    assigned_to: Person | Ident = None
    redacted: bool | None = None
    ticket_state: str | None = None
    previous_ticket_state: str | None = None


class Origin(msgspec.Struct):
    """The message that began it."""

    type: str | None = None
    id: Ident = None
    subject: str | None = None
    body: str | None = None
    author: Person | None = None
    redacted: bool | None = None


class Parts(msgspec.Struct):
    """The parts that a record carries."""

    conversation_parts: list[Part] | None = None
    ticket_parts: list[Part] | None = None


class Contacts(msgspec.Struct):
    """The customers of it."""

    contacts: list[Person] | None = None


class Tag(msgspec.Struct):
    """A tag by name."""

    name: str | None = None


class Tags(msgspec.Struct):
    """The tags of it."""

    tags: list[Tag] | None = None


class Statistics(msgspec.Struct):
    """Times that Intercom computed. Its ``time_to_…`` leave hours out and are not taken."""

    first_contact_reply_at: Time = None
    first_admin_reply_at: Time = None
    first_close_at: Time = None
    last_close_at: Time = None
    count_reopens: int | None = None


class Rating(msgspec.Struct):
    """What the customer thought of it, 1 to 5."""

    rating: int | None = None


class State(msgspec.Struct):
    """The state of a ticket; `category` is the same in every workspace."""

    category: str | None = None


class Record(msgspec.Struct):
    """A conversation, or a ticket (with `ticket_state`)."""

    id: Ident = None
    type: str | None = None
    title: str | None = None
    created_at: Time = None
    updated_at: Time = None
    source: Origin | None = None
    conversation_message: Origin | None = None
    contacts: Contacts | None = None
    user: Person | None = None
    admin_assignee_id: Ident = None
    team_assignee_id: Ident = None
    assignee: Person | None = None
    open: bool | None = None
    state: str | None = None
    priority: str | None = None
    tags: Tags | None = None
    statistics: Statistics | None = None
    conversation_rating: Rating | None = None
    conversation_parts: Parts | None = None
    ticket_parts: Parts | None = None
    ticket_state: State | str | None = None
    ticket_attributes: dict[str, object] | None = None


_decoder = msgspec.json.Decoder(Record, strict=False)
#: Old exports, and those of other hands, leave it out.
_TYPES = ("conversation", "ticket", "", None)


def fits(head: bytes) -> bool:
    """Whether the first record is a conversation or a ticket of Intercom's."""
    for arrays in ((), ARRAYS) if head else ():
        for piece in json_pieces.first(head, arrays, 1):
            names = json_pieces.members(piece.raw)
            if {"type", "id", "created_at"} <= names and names & {
                "admin_assignee_id",
                "conversation_parts",
                "ticket_parts",
                "conversation_message",
                "waiting_since",
                "snoozed_until",
                "ticket_state",
            }:
                return True
    return False


def take(raw: bytes, array: str, mask: Mask) -> Iterable[Statement]:
    """The state, what Intercom computed, and (where it has parts) the history."""
    record = _decoder.decode(raw)
    if record.type not in _TYPES:
        # A part of one, where a file begins in its middle.
        raise Rejected(f"a {record.type:.40}, not a conversation or a ticket")
    id_, created = ident(record.id), at_of(record.created_at)
    if not id_ or created is None:
        raise Rejected("a conversation without an id or the time at which it began")
    return list(_statements(record, id_, created, mask))


def _statements(record: Record, id_: str, created: int, mask: Mask) -> Iterator[Statement]:
    subject = f"ticket:{id_}"
    updated = at_of(record.updated_at) or created
    source = record.source or record.conversation_message or Origin()
    customer = _customer(record, source)
    masked = mask(f"user:{ident(customer.id)}") if ident(customer.id) else None
    statistics = record.statistics or Statistics()
    status = _status(record)
    assignee = record.assignee or Person()
    named = _named(assignee.id)
    rating = record.conversation_rating.rating if record.conversation_rating else None
    said = Ticket(
        channel_of(source.type),
        status,
        created,
        updated,
        hide(_title(record, source)),
        "priority" if record.priority == "priority" else "",
        _named(record.team_assignee_id) or (named if assignee.type == "team" else None),
        _named(record.admin_assignee_id) or (named if assignee.type == "admin" else None),
        masked,
        solved_at=at_of(statistics.last_close_at) if status in ("closed", "solved") else None,
        first_reply_at=at_of(statistics.first_admin_reply_at),
        reopens=statistics.count_reopens,
        tags=_tags(record.tags),
        satisfaction="" if rating is None else str(rating),
    )
    yield Statement(subject, "state", updated, said)
    figures = _figures(statistics)
    if figures is not None:
        yield Statement(subject, "measure", updated, figures)
    if masked is not None and customer.email:
        name = Name("customer", masked, "", customer=mask(customer.email))
        yield Statement("name", f"customer:{masked}", updated, name)
    parts = record.conversation_parts or record.ticket_parts
    if parts is not None:
        # Lists of conversations come without parts: then nothing of the history is known.
        found = parts.conversation_parts or parts.ticket_parts or []
        yield from _history(found, source, subject, created, updated)


# --- history


def _history(
    parts: list[Part], source: Origin, subject: str, created: int, updated: int
) -> Iterator[Statement]:
    people: dict[str, Person] = {}
    if source.author is not None:
        began = Part(
            source.id,
            "comment",
            source.body,
            created,
            created,
            source.author,
            None,
            source.redacted,
        )
        yield from told(began, subject, "", "source")
        people[ident(source.author.id)] = source.author
    before = ""
    for part in sorted(parts, key=lambda part: at_of(part.created_at) or 0):
        if not ident(part.id) or at_of(part.created_at) is None:
            continue  # nothing that could be told apart or placed
        yield from told(part, subject, before)
        before = _AFTER.get(part.part_type or "", before)
        if part.author is not None:
            people[ident(part.author.id)] = part.author
    for id_, person in people.items():
        if person.type == "admin" and id_ and person.name and not _is_bot(person):
            name = Name("agent", id_, person.name, person.email or "")
            yield Statement("name", f"agent:{id_}", updated, name)


def told(part: Part, subject: str, before: str = "", prefix: str = "part") -> Iterator[Statement]:
    """The statements of one part; `before` is how the conversation stood, "" if unknown.

    A part that only notes a change of attributes or what a bot did tells nothing.
    """
    kind, at = part.part_type or "", at_of(part.created_at)
    if at is None:
        raise Rejected("a part without the time at which it was made")
    author = part.author or Person()
    by = ident(author.id) if author.type == "admin" and not _is_bot(author) else ""
    body = _plain(part.body)
    key = f"{prefix}:{ident(part.id)}"
    # A redacted copy is newer than one that still has its words.
    version = max(at, at_of(part.updated_at) or at) + bool(part.redacted)
    text, chars = hide(body), len(body)
    if kind in _NOTES:
        yield Statement(subject, key, version, Step(at, "note", by, text=text, chars=chars))
    elif kind in _SAYING and (body or kind in ("comment", "quick_reply")):
        if author.type in _CUSTOMERS:
            step = Step(at, "asked", text=text, chars=chars)
        elif by:
            step = Step(at, "reply", by, text=text, chars=chars)
        else:
            # A bot's words are no answer by a person.
            step = Step(at, "other", after="bot reply", text=text, chars=chars)
        yield Statement(subject, key, version, step)
    if "assign" in kind and part.assigned_to is not None:
        to = part.assigned_to
        target = to if isinstance(to, Person) else Person("admin", to)
        what = "group" if target.type == "team" else "assigned"
        yield Statement(subject, f"{key}.to", version, Step(at, what, by, "", ident(target.id)))
    if part.ticket_state and part.ticket_state != part.previous_ticket_state:
        was = _STATES.get(part.previous_ticket_state or "", "")
        now = _STATES.get(part.ticket_state, part.ticket_state)
        yield Statement(subject, f"{key}.state", version, Step(at, "status", by, was, now))
    elif kind in _AFTER and _AFTER[kind] != before:
        step = Step(at, "status", by, before, _AFTER[kind])
        yield Statement(subject, f"{key}.state", version, step)
    if kind == "merge" or kind.startswith("merged"):
        yield Statement(subject, f"{key}.merged", version, Step(at, "merged", by))


# --- the words of it


def ident(value: Ident) -> str:
    """An id as text, "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def at_of(value: Time) -> int | None:
    """Seconds since 1970 as microseconds; None for nothing. Raises Rejected for what is no time."""
    return None if value is None or value in ("", 0) else epoch(value)


def _is_bot(author: Person) -> bool:
    """Whether it is Intercom's own robot, which signs as an admin in some workspaces."""
    address = author.email or ""
    return address.startswith("operator+") and address.endswith("@intercom.io")


def channel_of(source: str | None) -> str:
    """The channel of a conversation that began so."""
    return _CHANNELS.get((source or "").lower(), "messaging")


def state_of(state: str | None) -> str | None:
    """The status that a state means; None for one that is not known."""
    return _STATES.get((state or "").lower())


def _named(value: Ident) -> str | None:
    id_ = ident(value)
    return id_ if id_ not in ("", "0") else None


def _status(record: Record) -> str:
    given = record.ticket_state
    state = given.category if isinstance(given, State) else given
    state = state or record.state
    if not state and record.open is not None:
        return "open" if record.open else "closed"
    found = state_of(state)
    if found is None:
        raise Rejected(f"a conversation in a state that is not known: {state!r}")
    return found


def _customer(record: Record, source: Origin) -> Person:
    """The customer: who began it, else its first contact."""
    if source.author is not None and source.author.type in _CUSTOMERS:
        return source.author
    contacts = record.contacts.contacts if record.contacts is not None else None
    if contacts:
        return contacts[0]
    return record.user or Person()


def _title(record: Record, source: Origin) -> str:
    title = record.title or _plain(source.subject)
    if not title and record.ticket_attributes:
        given = record.ticket_attributes.get("_default_title_")
        title = given if isinstance(given, str) else ""
    return title


def _tags(tags: Tags | None) -> tuple[str, ...]:
    found = tags.tags if tags is not None else None
    return tuple(tag.name for tag in found or () if tag.name)


def _figures(statistics: Statistics) -> Measure | None:
    since = at_of(statistics.first_contact_reply_at)
    reply = at_of(statistics.first_admin_reply_at)
    first, last = at_of(statistics.first_close_at), at_of(statistics.last_close_at)
    if (reply, first, last, statistics.count_reopens) == (None, None, None, None):
        return None

    def after(at: int | None) -> int | None:
        return None if at is None or since is None or at < since else at - since

    return Measure(
        first_reply_us=after(reply),
        first_resolution_us=after(first),
        full_resolution_us=after(last),
        reopens=statistics.count_reopens,
        solved_at=last,
    )


def _plain(html: str | None) -> str:
    return _TAGS.sub("", html).strip() if html else ""


def origin(raw: bytes, array: str) -> str:
    """Nothing: conversations do not say of which workspace they are."""
    return ""
