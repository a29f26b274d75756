"""Zendesk's ticket metrics (figures of a ticket) and metric events (when a target was missed).

Pages of ``/api/v2/ticket_metrics.json`` and ``/api/v2/incremental/ticket_metric_events.json``, the
``metric_sets`` beside tickets, or one record a line.
"""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from console.domain.statements import Measure, Statement, Step
from console.domain.times import SECOND
from console.exports import zendesk
from console.exports.export import Mask, Rejected
from console.exports.moments import utc

NAME: Final = "zendesk_metrics"
TITLE: Final = "Zendesk ticket metrics"
PLATFORM: Final = zendesk.PLATFORM
KIND: Literal["json"] = "json"
ARRAYS: tuple[str, ...] = ("ticket_metrics", "ticket_metric_events", "metric_sets")

_MINUTE: Final = 60 * SECOND
#: Metrics whose finished value is a figure of the ticket, if it is their first run.
_FIGURES: Final = {"reply_time": "first_reply_us", "requester_wait_time": "requester_wait_us"}


class Span(msgspec.Struct):
    """A duration by the calendar and within business hours."""

    calendar: float | None = None


class Metric(msgspec.Struct):
    """A ticket's metrics, or (with `metric`) one metric event."""

    id: zendesk.Ident = None
    ticket_id: zendesk.Ident = None
    created_at: str | None = None
    updated_at: str | None = None
    solved_at: str | None = None
    generated_timestamp: float | None = None
    reply_time_in_minutes: Span | None = None
    reply_time_in_seconds: Span | None = None
    first_resolution_time_in_minutes: Span | None = None
    full_resolution_time_in_minutes: Span | None = None
    requester_wait_time_in_minutes: Span | None = None
    agent_wait_time_in_minutes: Span | None = None
    reopens: int | None = None
    replies: int | None = None
    assignee_stations: int | None = None
    group_stations: int | None = None
    metric: str | None = None
    instance_id: int | None = None
    type: str | None = None
    time: str | None = None
    deleted: bool | None = None
    status: Span | None = None


_decoder = msgspec.json.Decoder(Metric, strict=False)


def fits(head: bytes) -> bool:
    """Whether the first record is one of Zendesk's metrics or metric events."""
    return zendesk.kind(head) == "metrics"


def take(raw: bytes, array: str, mask: Mask) -> Iterable[Statement]:
    """A `Measure` of the ticket; of events missed targets and the results of finished runs."""
    metric = _decoder.decode(raw)
    ticket = zendesk.ident(metric.ticket_id)
    if not ticket:
        raise Rejected("metrics without the id of their ticket")
    return _event(metric, ticket) if metric.metric else (measure(metric, ticket),)


def measure(metric: Metric, ticket: str) -> Statement:
    """The figures of one ticket."""
    at = utc(metric.updated_at) or utc(metric.created_at)
    if at is None:
        raise Rejected("metrics that do not say when they were updated")
    reply = _span(metric.reply_time_in_seconds, SECOND)
    if reply is None:
        reply = _span(metric.reply_time_in_minutes)
    said = Measure(
        first_reply_us=reply,
        first_resolution_us=_span(metric.first_resolution_time_in_minutes),
        full_resolution_us=_span(metric.full_resolution_time_in_minutes),
        requester_wait_us=_span(metric.requester_wait_time_in_minutes),
        agent_wait_us=_span(metric.agent_wait_time_in_minutes),
        reopens=metric.reopens,
        replies=metric.replies,
        agents=metric.assignee_stations,
        groups=metric.group_stations,
        solved_at=utc(metric.solved_at),
    )
    version = zendesk.version(at, metric.generated_timestamp)
    return Statement(f"ticket:{ticket}", "measure", version, said)


def _event(metric: Metric, ticket: str) -> Iterable[Statement]:
    at, id_, name = utc(metric.time), zendesk.ident(metric.id), metric.metric or ""
    if at is None or not id_:
        raise Rejected("a metric event without an id or a time")
    subject = f"ticket:{ticket}"
    if metric.type == "breach":
        # A target that was changed afterwards takes its breach back: the same event, marked.
        after = f"no breach {name}" if metric.deleted else f"breach {name}"
        version = at + bool(metric.deleted)
        return (Statement(subject, f"metric:{id_}", version, Step(at, "other", after=after)),)
    figure = _FIGURES.get(name)
    if metric.type != "update_status" or figure is None or metric.instance_id not in (None, 1):
        return ()  # starting, pausing, promising: what comes of it is stated elsewhere
    value = _span(metric.status)
    if value is None:
        return ()
    key = f"measure:{name}"
    return (Statement(subject, key, at, Measure(**{figure: value})),)


def _span(span: Span | None, unit: int = _MINUTE) -> int | None:
    return None if span is None else zendesk.us(span.calendar, unit)


def origin(raw: bytes, array: str) -> str:
    """The account's subdomain."""
    return zendesk.origin(raw)
