"""Zendesk's ticket audits and ticket events: the history of tickets, change by change.

Pages of ``/api/v2/ticket_audits.json``, of one ticket's audits and of
``/api/v2/incremental/ticket_events.json``, or one audit a line. The order of pages and ids means
nothing: the list of all audits pages backwards.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Literal, cast

import msgspec

from console.domain.statements import Statement, Step
from console.exports import zendesk, zendesk_tickets
from console.exports.export import Mask, Rejected
from console.exports.moments import epoch, utc
from console.exports.text import hide
from console.exports.zendesk_comments import AGENT, CUSTOMER, SYSTEM, Comment, guess, told

NAME: Final = "zendesk_audits"
TITLE: Final = "Zendesk ticket audits"
PLATFORM: Final = zendesk.PLATFORM
KIND: Literal["json"] = "json"
#: Beside audits may stand what was loaded with them.
ARRAYS: tuple[str, ...] = ("audits", "ticket_events", "tickets", "users", "groups")

#: Fields whose changes are told, and what they are called.
_FIELDS: Final = {
    "status": "status",
    "assignee_id": "assigned",
    "group_id": "group",
    "priority": "priority",
    "tags": "tags",
    "custom_status_id": "other",
}
#: Fields that only agents change themselves (not through a trigger, which has a ``via``).
_AGENTS_ONLY: Final = frozenset(("assignee_id", "group_id", "priority", "type", "problem_id"))
#: States that only agents set.
_AGENTS_STATES: Final = frozenset(("pending", "hold"))


class Event(Comment):
    """One of an audit's events: a field that was set, a comment, or what the system did."""

    field_name: str | None = None
    value: object = None
    previous_value: object = None
    comment_id: zendesk.Ident = None


class Audit(msgspec.Struct):
    """What one save of a ticket did. Of ticket events `updater_id` and `child_events`."""

    id: zendesk.Ident = None
    ticket_id: zendesk.Ident = None
    created_at: str | None = None
    timestamp: float | None = None
    author_id: zendesk.Ident = None
    updater_id: zendesk.Ident = None
    via: zendesk.Via | str | None = None
    events: list[Event] | None = None
    child_events: list[dict[str, object]] | None = None


_decoder = msgspec.json.Decoder(Audit, strict=False)
#: Members of a child event that are not the field that it set.
_CHILD: Final = frozenset(
    ("id", "via", "via_reference_id", "event_type", "type", "previous_value", "author_id", "body",
     "html_body", "plain_body", "public", "attachments", "audit_id", "created_at", "data",
     "comment_present", "comment_public", "added_tags", "removed_tags", "metadata", "subject")
)  # fmt: skip


def fits(head: bytes) -> bool:
    """Whether the first record is an audit or a ticket event of Zendesk's."""
    return zendesk.kind(head) == "audits"


def take(raw: bytes, array: str, mask: Mask) -> Iterable[Statement]:
    """A `Step` for each event that changed the ticket or was written into it."""
    if array in ("tickets", "users", "groups"):
        return zendesk_tickets.take(raw, array, mask)
    audit = _decoder.decode(raw)
    ticket, id_ = zendesk.ident(audit.ticket_id), zendesk.ident(audit.id)
    if not ticket or not id_:
        raise Rejected("an audit without its own id or that of its ticket")
    at = utc(audit.created_at)
    if at is None and audit.timestamp is not None:
        at = epoch(audit.timestamp)
    if at is None:
        raise Rejected("an audit without the time at which it was made")
    return list(_statements(audit, ticket, id_, at))


def _statements(audit: Audit, ticket: str, id_: str, at: int) -> Iterator[Statement]:
    events = audit.events or [_event(child) for child in audit.child_events or ()]
    author = zendesk.ident(audit.author_id) or zendesk.ident(audit.updater_id)
    requester = next(
        (words(e.value) for e in events if e.field_name == "requester_id" and _type(e) == "Create"),
        "",
    )
    who, sure = _who(events, author, requester, audit.via)
    by = author if who == AGENT else ""
    subject = f"ticket:{ticket}"
    if any(_type(event) == "Create" for event in events):
        first = next((words(e.value) for e in events if e.field_name == "status"), "")
        step = Step(at, "created", by, after=first)
        yield Statement(subject, f"event:{id_}.created", at, step)
    for event in events:
        kind = _type(event)
        if kind in ("Comment", "VoiceComment"):
            writer = zendesk.ident(event.author_id) or author
            known = who if writer == author and sure else ""
            if requester and writer == requester:
                known = CUSTOMER
            yield told(event, ticket, at, who=known, author=author, via=audit.via)
        elif kind in ("Change", "Create"):
            step = _change(event, kind, at, by)
            if step is not None:
                yield Statement(subject, f"event:{id_}.{zendesk.ident(event.id)}", at, step)
        elif kind == "CommentPrivacyChange":
            step = Step(at, "other", by, after="comment made private")
            yield Statement(subject, f"event:{id_}.{zendesk.ident(event.id)}", at, step)
        elif kind in ("ChatStartedEvent", "ChatEndedEvent"):
            yield from _chat(event, subject)


def _type(event: Event) -> str:
    return event.event_type or event.type or ""


def _who(
    events: list[Event], author: str, requester: str, via: zendesk.Via | str | None
) -> tuple[str, bool]:
    """Who made the audit, and whether that is more than a guess from the channel."""
    if author in ("", "-1", "0") or zendesk.is_rule(via):
        return SYSTEM, True
    if requester:
        return (CUSTOMER if author == requester else AGENT), True
    for event in events:
        kind = _type(event)
        if kind == "Change" and not _foreign(event):
            if event.field_name in _AGENTS_ONLY or (
                event.field_name == "status" and words(event.value) in _AGENTS_STATES
            ):
                return AGENT, True
        if kind == "Comment" and event.public is False:
            if zendesk.ident(event.author_id) in ("", author):
                return AGENT, True
    return guess(author, via), False


def _foreign(event: Event) -> bool:
    """Whether somebody else than the audit's author did it: a trigger in the same save."""
    return event.via is not None and zendesk.is_rule(event.via)


def _change(event: Event, kind: str, at: int, by: str) -> Step | None:
    what = _FIELDS.get(event.field_name or "")
    if what is None:
        return None
    before, after = words(event.previous_value), words(event.value)
    if _foreign(event):
        by = ""
    if kind == "Create":
        # The first state is told by the step `created`; what was left empty is no change.
        if what in ("status", "other") or not after:
            return None
        before = ""
    if what == "other":
        # It goes along with a change of status, or is a finer one: it must not count as another.
        before, after = (f"custom status {each}" if each else "" for each in (before, after))
    return Step(at, what, by, before, after)


def _chat(event: Event, subject: str) -> Iterator[Statement]:
    """Messages of a conversation, where the event carries its history."""
    given: object = event.value
    if not isinstance(given, dict):
        return
    value = cast("dict[str, object]", given)
    history = value.get("history")
    if not isinstance(history, list):
        return
    for entry in cast("list[object]", history):
        if not isinstance(entry, dict):
            continue
        line = cast("dict[str, object]", entry)
        said, when = line.get("message"), line.get("timestamp")
        what = {"agent": "reply", "end-user": "asked", "end_user": "asked", "visitor": "asked"}.get(
            words(line.get("actor_type")).lower()
        )
        if what is None or not isinstance(said, str) or not isinstance(when, int | float | str):
            continue
        try:
            at = epoch(when)
        except Rejected:
            continue
        key = words(line.get("message_id")) or f"{at}.{words(line.get('actor_id'))}"
        by = words(line.get("actor_id")) if what == "reply" else ""
        step = Step(at, what, by, text=hide(said), chars=len(said))
        yield Statement(subject, f"chat:{words(value.get('chat_id'))}.{key}", at, step)


def words(value: object) -> str:
    """A field's value as text: ids and words as they are, lists with spaces between."""
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return " ".join(words(each) for each in cast("list[object]", value))
    return str(value)


def _event(child: dict[str, object]) -> Event:
    """A child of a ticket event, which has its field as a member, in the form that audits have."""
    field = next((name for name in child if name in _FIELDS or name == "requester_id"), None)
    if field is None:
        field = next((name for name in child if name not in _CHILD), None)
    plain = {name: child[name] for name in child if name in Event.__struct_fields__}
    event = msgspec.convert(plain, Event)
    if event.field_name is None and field is not None:
        event.field_name, event.value = field, child[field]
    return event


def origin(raw: bytes, array: str) -> str:
    """The account's subdomain."""
    return zendesk.origin(raw)
