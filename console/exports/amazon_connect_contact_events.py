"""Amazon Connect's contact events, as EventBridge hands them on.

Source: "Contact events data model" in the administrator guide. Events are sent as well as may be:
in no order, some twice, some never. Each carries what is known of its contact so far, so every
event tells all the moments that stand in it. Spellings differ between years (``eventType``,
``EventType``), so names are read in small letters.
"""

from collections.abc import Iterator

import msgspec

from console.domain.statements import Moment, Statement
from console.exports import amazon_connect as connect
from console.exports import json_pieces
from console.exports.amazon_connect import table, text
from console.exports.export import Mask, Rejected

NAME = "amazon_connect_contact_events"
TITLE = "Amazon Connect: contact events"
PLATFORM = connect.PLATFORM
KIND = "json"
#: As functions, queues and log groups hand events on.
ARRAYS: tuple[str, ...] = ("Records", "events", "Entries")

_DETAIL_TYPE = "Amazon Connect Contact Event"
_OVER = ("DISCONNECTED", "COMPLETED")
#: Ends of a wait that are not the customer's doing: the contact left the queue by the flow.
_FLOW_OUT = ("CONTACT_FLOW_DISCONNECT", "API", "EXPIRED")
#: So many wrappings are opened: a topic's message in a queue's in a function's.
_DEEP = 5


def fits(head: bytes, /) -> bool:
    """Whether it begins with contact events, with or without what EventBridge wraps them in."""
    return any(
        is_one(json_pieces.members(piece.raw), piece.raw)
        for piece in json_pieces.first(head, ARRAYS, 3)
    )


def is_one(members: frozenset[str], raw: bytes) -> bool:
    """Whether an object with these members, beginning so, is a contact event."""
    names = {name.lower() for name in members}
    if {"contactid", "eventtype"} <= names:
        # Contact Lens' results have an id, a kind and a channel too.
        return not names.isdisjoint(("instancearn", "initiationmethod", "initialcontactid"))
    return _DETAIL_TYPE.encode() in raw and not names.isdisjoint(
        ("detail-type", "detailtype", "message", "body", "sns", "detail")
    )


def origin(raw: bytes, array: str, /) -> str:
    """The instance's id."""
    del array
    try:
        detail, _envelope = _opened(raw)
    except (Rejected, msgspec.DecodeError):
        return ""
    return connect.instance(
        text(detail.get("instancearn")), text(table(detail.get("agentinfo")).get("agentarn"))
    )


def take(raw: bytes, array: str, mask: Mask, /) -> list[Statement]:
    """The moments of a contact that the event tells.

    Nothing for tasks, supervisors, third parties, and kinds of events that move nobody. Raises
    Rejected where it is no contact event, has no contact, or a time in it is none.
    """
    del array
    return list(_said(raw, mask))


def _said(raw: bytes, mask: Mask) -> Iterator[Statement]:
    detail, envelope = _opened(raw)
    contact, kind = text(detail.get("contactid")), text(detail.get("eventtype")).upper()
    if not contact or not kind:
        raise Rejected("a contact event without contactId or eventType")
    method = text(detail.get("initiationmethod")).upper()
    attributes = table(detail.get("segmentattributes"))
    channel = connect.channel_of(
        text(detail.get("channel")), method, _stated(attributes, "connect:subtype")
    )
    if method in connect.BESIDE or channel == connect.TASK:
        return
    direction = connect.direction_of(method, channel, _stated(attributes, "connect:direction"))
    subject = f"contact:{text(detail.get('initialcontactid')) or contact}"
    customer = connect.customer_of(text(table(detail.get("customerendpoint")).get("address")), mask)
    stood, by = table(detail.get("queueinfo")), table(detail.get("agentinfo"))
    queue = connect.arn(text(stood.get("queuearn"))) or None
    if text(stood.get("queuetype")).upper() == "AGENT" or (queue and connect.is_agents_own(queue)):
        queue = None
    agent = connect.arn(text(by.get("agentarn")))
    reason = text(detail.get("disconnectreason"))
    sent = _time(envelope, "time")

    def moment(at: int, what: str, word: str, who: str, version: int = 1) -> Statement:
        due = _time(detail, "scheduledtimestamp") if what == "promised" else None
        # Of a transfer the event knows the queue that it goes to, not the one that it left.
        line = None if what == "transferred" else queue
        said = Moment(at, what, channel, line, who or None, customer, word, direction, due)
        return Statement(subject, connect.moment_key(what, contact, who, at), version, said)

    began = _time(detail, "initiationtimestamp")
    if began is None and kind == "INITIATED":
        began = sent
    if began is not None:
        if method == "CALLBACK":
            yield moment(began, "promised", method, "")
        elif method == "QUEUE_TRANSFER":
            yield moment(began, "transferred", method, "")
    queued = _time(stood, "enqueuetimestamp")
    if queued is None and kind == "QUEUED":
        queued = sent
    # A callback that waits for an agent has nobody on the line; an outbound call waits for nobody.
    if queued is not None and queue is not None and method not in connect.CALLED:
        yield moment(queued, "queued", "QUEUED", "")
    connected = _time(by, "connectedtoagenttimestamp")
    if connected is None and kind == "CONNECTED_TO_AGENT":
        connected = sent
    if connected is not None:
        yield moment(connected, "connected", "CONNECTED_TO_AGENT", agent)
    if kind not in _OVER:
        return
    ended = _time(detail, "disconnecttimestamp")
    ended = sent if ended is None else ended
    if ended is None:
        raise Rejected(f"{kind} does not say when")
    if connected is not None:
        # The agent's part can end before the contact: COMPLETED knows when.
        wrapping = _time(by, "aftercontactworkstarttimestamp")
        wrapped = _time(by, "aftercontactworkendtimestamp")
        left = ended if wrapping is None else wrapping
        yield moment(left, "released", reason, agent, 1 if wrapping is None else 2)
        if wrapped is not None:
            yield moment(wrapped, "wrapped", "", agent)
    elif queued is not None and method not in connect.CALLED:
        yield moment(ended, "expired" if reason in _FLOW_OUT else "abandoned", reason, "")


def _time(of: dict[str, object], name: str) -> int | None:
    value = of.get(name)
    return connect.at(value) if isinstance(value, (str, int, float)) else None


def _stated(attributes: dict[str, object], name: str) -> str:
    value = attributes.get(name)
    return text(table(value).get("valuestring")) or text(value)


def _opened(raw: bytes) -> tuple[dict[str, object], dict[str, object]]:
    """The event's detail and its envelope ({} without one), out of whatever it is wrapped in.

    Messages of topics, queues and log groups hold the event as a text.
    """
    now, envelope = table(msgspec.json.decode(raw)), {}
    for _ in range(_DEEP):
        if "contactid" in now and "eventtype" in now:
            return now, envelope
        kind = text(now.get("detail-type")) or text(now.get("detailtype"))
        if kind and kind != _DETAIL_TYPE:
            raise Rejected(f"an event of another kind: {kind[:60]}")
        if "detail" in now:
            envelope, inner = now, now["detail"]
        else:
            inner = now.get("sns") or now.get("message") or now.get("body")
        if isinstance(inner, str):
            # Log groups put a time in front.
            inner = msgspec.json.decode(inner[max(0, inner.find("{")) :])
        if not isinstance(inner, dict):
            break
        now = table(inner)  # pyright: ignore[reportUnknownArgumentType]
    raise Rejected("no contact event: neither contactId and eventType, nor a detail with them")
