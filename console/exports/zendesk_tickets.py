"""Zendesk's tickets: incremental exports (by time and by cursor), lists, views and search results.

Pages with what was loaded beside the tickets (users, groups, metric sets), or one ticket a line,
also with its comments and metrics inside.
"""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from console.domain.statements import Statement, Step, Ticket
from console.exports import zendesk, zendesk_comments, zendesk_directory, zendesk_metrics
from console.exports.export import Mask, Rejected
from console.exports.moments import epoch, utc
from console.exports.text import hide
from console.exports.zendesk_comments import CUSTOMER, Comment
from console.exports.zendesk_metrics import Metric

NAME: Final = "zendesk_tickets"
TITLE: Final = "Zendesk tickets"
PLATFORM: Final = zendesk.PLATFORM
KIND: Literal["json"] = "json"
ARRAYS: tuple[str, ...] = (
    "tickets",
    "results",
    "deleted_tickets",
    "metric_sets",
    "users",
    "groups",
)

_STATES: Final = frozenset(("new", "open", "pending", "hold", "solved", "closed", "deleted"))


class Rating(msgspec.Struct):
    """A satisfaction rating; `score` is offered, unoffered, good or bad."""

    score: str | None = None


class Actor(msgspec.Struct):
    """Who deleted a ticket."""

    id: zendesk.Ident = None


class Record(msgspec.Struct):
    """A ticket, or a search result of another kind, or the list's short form of a deleted one."""

    id: zendesk.Ident = None
    result_type: str | None = None
    via: zendesk.Via | str | None = None
    from_messaging_channel: bool | None = None
    created_at: str | None = None
    updated_at: str | None = None
    generated_timestamp: float | None = None
    status: str | None = None
    priority: str | None = None
    subject: str | None = None
    raw_subject: str | None = None
    requester_id: zendesk.Ident = None
    assignee_id: zendesk.Ident = None
    group_id: zendesk.Ident = None
    tags: list[str] | str | None = None
    satisfaction_rating: Rating | str | None = None
    due_at: str | None = None
    comments: list[Comment] | None = None
    metric_set: Metric | None = None
    deleted_at: str | None = None
    actor: Actor | None = None
    ticket: "Record | None" = None


_decoder = msgspec.json.Decoder(Record, strict=False)


def fits(head: bytes) -> bool:
    """Whether the first record is a ticket of Zendesk's, or of a page that has tickets."""
    return zendesk.kind(head) == "tickets"


def take(raw: bytes, array: str, mask: Mask) -> Iterable[Statement]:
    """The state of a ticket, with the comments and metrics that stand in it; names beside it."""
    if array in ("users", "groups"):
        return zendesk_directory.take(raw, array, mask)
    if array == "metric_sets":
        return zendesk_metrics.take(raw, array, mask)
    record = _decoder.decode(raw)
    if record.ticket is not None and record.id is None:
        record = record.ticket
    if record.result_type not in (None, "ticket"):
        return ()  # a search also finds users, groups and organisations
    id_ = zendesk.ident(record.id)
    if not id_:
        raise Rejected("a ticket without an id")
    if not record.created_at and (record.deleted_at or record.status == "deleted"):
        return (_deleted(record, id_),)
    found = [_state(record, id_, mask)]
    if record.metric_set is not None:
        found.append(zendesk_metrics.measure(record.metric_set, id_))
    requester = zendesk.ident(record.requester_id)
    for comment in record.comments or ():
        at = utc(comment.created_at)
        if at is not None and comment.id is not None:
            who = CUSTOMER if zendesk.ident(comment.author_id) == requester != "" else ""
            found.append(zendesk_comments.told(comment, id_, at, who=who))
    return found


def _state(record: Record, id_: str, mask: Mask) -> Statement:
    created, updated = utc(record.created_at), utc(record.updated_at)
    if created is None:
        raise Rejected("a ticket that does not say when it was created")
    if updated is None:
        updated = created
    status = (record.status or "").lower()
    if status not in _STATES:
        raise Rejected(f"a ticket in a state that is not known: {record.status!r}")
    tags = record.tags or ()
    return Statement(
        f"ticket:{id_}",
        "state",
        zendesk.version(updated, record.generated_timestamp),
        Ticket(
            "messaging" if record.from_messaging_channel else zendesk.channel_of(record.via),
            status,
            created,
            updated,
            hide(record.subject or record.raw_subject or ""),
            record.priority or "",
            zendesk.agent(record.group_id),
            zendesk.agent(record.assignee_id),
            zendesk.user(record.requester_id, mask),
            tags=tuple(tags.split() if isinstance(tags, str) else tags),
            due_at=utc(record.due_at),
            satisfaction=_score(record.satisfaction_rating),
        ),
    )


def _deleted(record: Record, id_: str) -> Statement:
    """Only the deletion, of a record that says no more: it is no state of a whole ticket."""
    at = utc(record.deleted_at) or utc(record.updated_at)
    if at is None and record.generated_timestamp is not None:
        at = epoch(record.generated_timestamp)
    if at is None:
        raise Rejected("a deleted ticket that does not say when it was created or deleted")
    by = zendesk.agent(record.actor.id) if record.actor is not None else None
    step = Step(at, "status", by or "", after="deleted")
    return Statement(f"ticket:{id_}", f"deleted:{at}", at, step)


def _score(rating: Rating | str | None) -> str:
    score = rating.score if isinstance(rating, Rating) else rating
    return "" if score in (None, "unoffered") else score


def origin(raw: bytes, array: str) -> str:
    """The account's subdomain."""
    return zendesk.origin(raw)
