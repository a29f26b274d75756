"""Twilio TaskRouter's events become moments of contacts and agents' activities.

Source: TaskRouter's Events reference, Event resource, Event Streams' event types and the OpenAPI
definition. One event has three spellings: the API's (``event_type``, what happened in
``event_data``), Event Streams' (a CloudEvent around a ``payload``), and the callback's form
(``EventType``, ``TaskSid``), logged as JSON. Names are read in small letters without ``_``. Pages
of workers and of task queues give names and present activities.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, cast

import msgspec

from console.domain.statements import Moment, Name, Presence, Statement
from console.domain.times import DAY, SECOND
from console.exports import json_pieces, moments
from console.exports.export import Mask, Rejected

NAME = "twilio_taskrouter"
TITLE = "Twilio TaskRouter: events"
PLATFORM = "twilio"
KIND: Literal["json"] = "json"
ARRAYS: tuple[str, ...] = ("events", "workers", "task_queues")

_STREAM = "com.twilio.taskrouter."
#: What a task's or reservation's event says of the contact. The rest moves nobody.
_MOMENTS = {
    "task-queue.entered": "queued",
    "reservation.created": "offered",
    "reservation.accepted": "connected",
    "reservation.rejected": "declined",
    "reservation.timeout": "declined",
    "reservation.rescinded": "declined",
    "reservation.canceled": "declined",
    "reservation.failed": "declined",
    "reservation.wrapup": "released",
    "reservation.completed": "wrapped",
    "task.wrapup": "released",
    "task.completed": "ended",
    "task.canceled": "abandoned",
    "task.deleted": "ended",
    "task.system-deleted": "ended",
}
#: A task that is over is deleted later, which ends nothing.
_OVER = ("completed", "canceled")
_TIMED_OUT = re.compile(r"time[ d_-]*out|\bttl\b|expire", re.I)
_ACTIVITY = ("worker.activity.update", "worker.activity")
_OFFLINE = re.compile(
    r"\boff[- ]?line\b|logged[- ]?(?:out|off)|\blog[- ]?(?:out|off)\b|^off$", re.I
)
# TaskRouter's first generation set an activity for a worker with a task: he is at work.
_AVAILABLE = re.compile(
    r"(?<!un)(?<!not )\bavailable\b|\bidle\b|(?<!not )\bready\b|\bon[- ]?line\b"
    r"|^(?:reserved|busy|on[- ]?(?:a[- ])?(?:task|call)|wrap[- ]?up|after[- ]?call.*)$",
    re.I,
)
_CHANNELS = {
    "voice": "voice", "call": "voice", "phone": "voice", "chat": "chat", "web": "chat",
    "webchat": "chat", "sms": "messaging", "messaging": "messaging", "whatsapp": "messaging",
    "rcs": "messaging", "facebook": "social", "messenger": "social", "instagram": "social",
    "email": "email", "e-mail": "email", "callback": "callback", "voicemail": "callback",
    "video": "video",
}  # fmt: skip
#: A channel that says nothing of the medium; tasks that are no calls have no call.
_ANY_CHANNEL = ("", "default")
#: Where tasks name the customer: the first that a task has.
_CUSTOMER = (
    "customeraddress",
    "caller",
    "from",
    "customerphone",
    "phone",
    "email",
    "customeremail",
)
_CUSTOMER_OUT = ("outboundto", "customeraddress", "to", *_CUSTOMER[2:])
#: Event Streams wrote milliseconds into the field for seconds until then.
_SECONDS_SINCE = 1_621_555_200 * SECOND  # 21 May 2021

Fields = dict[str, object]
_decoder = msgspec.json.Decoder(dict[str, object])


def fits(head: bytes, /) -> bool:
    """Whether it begins with TaskRouter's events, workers or queues."""
    return any(
        _is_one(json_pieces.members(piece.raw), piece.array, piece.raw)
        for piece in json_pieces.first(head, ARRAYS, 3)
    )


def _is_one(members: frozenset[str], array: str, raw: bytes) -> bool:
    names = {_plain(name) for name in members}
    if "eventtype" in names:
        if {"eventdata", "resourcesid"} <= names or {"workspacesid", "resourcesid"} <= names:
            return True
        return "workspacesid" in names and not names.isdisjoint(("tasksid", "workersid"))
    if {"specversion", "type"} <= names or {"type", "data"} <= names:
        return _STREAM.encode() in raw
    if array == "workers":
        return {"activitysid", "workspacesid"} <= names
    return array == "task_queues" and {"workspacesid", "targetworkers"} <= names


def origin(raw: bytes, array: str, /) -> str:
    """The workspace's sid."""
    del array
    try:
        fields, _streamed = _fields(_decoder.decode(raw))
    except (msgspec.DecodeError, Rejected):
        return ""
    return _text(fields, "workspacesid")


def take(raw: bytes, array: str, mask: Mask, /) -> Iterable[Statement]:
    """The moment, the activity and the names that an event tells.

    Nothing for kinds of events that move nobody. Raises Rejected where it is no event, or does not
    say when it was.
    """
    fields, streamed = _fields(_decoder.decode(raw))
    if array == "workers":
        return list(_worker(fields))
    if array == "task_queues":
        return _named("queue", _text(fields, "sid"), _text(fields, "friendlyname"), 0)
    kind = _text(fields, "eventtype").lower()
    if not kind:
        raise Rejected("an event that does not say of which kind it is (event_type)")
    at, precise = _when(fields)
    return list(_said(fields, kind, at, precise, streamed, mask))


def _said(
    fields: Fields, kind: str, at: int, precise: bool, streamed: bool, mask: Mask
) -> Iterator[Statement]:
    queue, worker = _text(fields, "taskqueuesid"), _text(fields, "workersid")
    yield from _named("queue", queue, _text(fields, "taskqueuename"), at)
    yield from _agent(worker, fields, at)
    sid = _text(fields, "sid") or _text(fields, "eventsid")
    if kind in _ACTIVITY or kind == "worker.deleted":
        if not worker:
            raise Rejected(f"{kind} names no worker")
        yield from _activity(fields, kind, worker, sid or f"{at}", at, streamed)
        return
    what = _MOMENTS.get(kind)
    if what is None:
        return
    task = _text(fields, "tasksid")
    if not task:
        raise Rejected(f"{kind} names no task")
    if kind.endswith("deleted") and _text(fields, "taskassignmentstatus").lower() in _OVER:
        return
    attributes = _table(fields.get("taskattributes"))
    reason = ""
    if kind in ("task.canceled", "task.completed"):
        own = "taskcanceledreason" if kind == "task.canceled" else "taskcompletedreason"
        reason = _text(fields, own) or _text(fields, "reason")
    if what == "abandoned" and _TIMED_OUT.search(reason):
        what = "expired"
    direction = "outbound" if _text(attributes, "direction").startswith("outbound") else "inbound"
    if direction == "outbound":
        if what == "queued":
            return  # it is routed through a queue to the agent who asked for it: nobody waits there
        queue = ""
    said = Moment(
        at,
        what,
        _channel(fields, attributes),
        queue or None,
        worker or None,
        _customer(attributes, direction, mask),
        (reason or kind)[:200],
        direction,
    )
    key = sid or f"{kind}@{at}:{_text(fields, 'reservationsid') or worker or queue}"
    # A copy that knows only the second holds until one that knows more of it.
    yield Statement(f"contact:{task}", key, 2 if precise else 1, said)
    if kind == "task.canceled":
        over = msgspec.structs.replace(said, what="ended")
        yield Statement(f"contact:{task}", f"{key}:end", 2 if precise else 1, over)


# --- agents


def _activity(
    fields: Fields, kind: str, worker: str, sid: str, at: int, streamed: bool
) -> Iterator[Statement]:
    subject = f"agent:{worker}"
    if kind == "worker.deleted":
        yield Statement(subject, sid, at, Presence(at, "offline", "deleted"))
        return
    word = _text(fields, "workeractivityname")
    if word:
        yield Statement(subject, sid, at, Presence(at, state_of(word), word))
    before = _text(fields, "workerpreviousactivityname")
    spent = _number(fields, "workertimeinpreviousactivityms")
    spent = None if spent is None else round(spent * 1000)
    if spent is None and not (streamed and at < _SECONDS_SINCE):
        seconds = _number(fields, "workertimeinpreviousactivity")
        spent = None if seconds is None else round(seconds * SECOND)
    # Thirty years in an activity is a worker that was never set to one.
    if before and spent and 0 < spent < 3650 * DAY:
        said = Presence(at - spent, state_of(before), before, at)
        yield Statement(subject, f"{sid}:before", at, said)


def _worker(fields: Fields) -> Iterator[Statement]:
    """A worker as of now, from a page of the API."""
    sid, word = _text(fields, "sid"), _text(fields, "activityname")
    if not sid:
        raise Rejected("a worker without a sid")
    updated = moments.utc(_text(fields, "dateupdated"), naive_utc=True) or 0
    since = moments.utc(_text(fields, "datestatuschanged"), naive_utc=True)
    fields = {**fields, "workername": fields.get("friendlyname")}
    yield from _agent(sid, {**fields, "workerattributes": fields.get("attributes")}, updated)
    if since is not None and word:
        state = state_of(word)
        available = fields.get("available")
        if isinstance(available, bool) and state != "offline":
            state = "available" if available else "paused"
        yield Statement(f"agent:{sid}", f"status:{since}", since, Presence(since, state, word))


def state_of(activity: str) -> str:
    """available, paused or offline, by an activity's name: events do not say which it is.

    An activity of a site's own is a pause: whoever makes one has to say so for it to be another.
    """
    if _OFFLINE.search(activity):
        return "offline"
    return "available" if _AVAILABLE.search(activity) else "paused"


def _agent(sid: str, fields: Fields, at: int) -> list[Statement]:
    if not sid:
        return []
    attributes = _table(fields.get("workerattributes"))
    name = _text(attributes, "fullname") or _text(fields, "workername")
    return _named("agent", sid, name, at, _text(attributes, "email"))


def _named(kind: str, sid: str, name: str, at: int, e_mail: str = "") -> list[Statement]:
    if not sid or not name:
        return []
    return [Statement("name", f"{kind}:{sid}", at, Name(kind, sid, name, e_mail))]


# --- what a task says of its contact


def _channel(fields: Fields, attributes: Fields) -> str:
    """One of `console.channels`, else the source's own word."""
    unique = _text(fields, "taskchanneluniquename").lower()
    stated = _text(attributes, "channeltype").lower()
    task_type = _text(attributes, "tasktype").lower()
    if task_type in ("callback", "voicemail"):
        return "callback"
    if unique in _ANY_CHANNEL or unique == "chat":
        # Flex routes every medium but voice through the channel chat.
        medium = _CHANNELS.get(stated)
        if medium:
            return medium
    if unique in _ANY_CHANNEL:
        return "voice" if _text(attributes, "callsid") or not attributes else "task"
    return _CHANNELS.get(unique, unique)


def _customer(attributes: Fields, direction: str, mask: Mask) -> str | None:
    names = _CUSTOMER if direction == "inbound" else _CUSTOMER_OUT
    customers = _table(attributes.get("customers"))
    found = [_text(attributes, name) for name in names]
    found += [_text(customers, "phone"), _text(customers, "email")]
    address = next((each for each in found if each and not each.startswith("client:")), "")
    for prefix in ("whatsapp:", "messenger:", "sip:", "tel:"):
        address = address.removeprefix(prefix)
    return mask(address) if address and address.lower() not in ("anonymous", "unknown") else None


# --- the three spellings


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _fields(record: Fields) -> tuple[Fields, bool]:
    """All that an event says, by plain names, and whether it came through Event Streams."""
    outer = {_plain(name): value for name, value in record.items()}
    inner = _table(outer.get("eventdata"))
    if inner:
        return {**outer, **inner}, False
    kind = outer.get("type")
    if not (isinstance(kind, str) and kind.startswith(_STREAM)):
        return outer, False
    data = _table(outer.get("data"))
    payload = _table(data.get("payload"))
    fields = {**data, **payload}
    # The kind that the envelope names holds where the payload says none.
    fields.setdefault("eventtype", kind.removeprefix(_STREAM))
    fields.setdefault("timestamp", outer.get("time"))
    return fields, True


def _table(value: object) -> Fields:
    """An object's members by plain names, also of one that stands in a text; {} for none."""
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError:
            return {}
    if not isinstance(value, dict):
        return {}
    return {_plain(str(name)): each for name, each in cast(dict[object, object], value).items()}


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if isinstance(value, list) and value:
        # A form's fields, as some frameworks log them.
        value = cast(list[object], value)[0]
    if isinstance(value, str):
        return "" if value == "null" else value.strip()
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def _number(fields: Fields, name: str) -> float | None:
    try:
        number = float(_text(fields, name) or "-")
    except ValueError:
        return None
    return number if 0 <= number < 1e14 else None


def _when(fields: Fields) -> tuple[int, bool]:
    """When the event was, and whether more than its second is known."""
    whole = _text(fields, "eventdate") or _text(fields, "timestamp")
    at = None
    if whole:
        at = moments.epoch(whole) if whole.isdigit() else moments.utc(whole, naive_utc=True)
    exact = _number(fields, "eventdatems") or _number(fields, "timestampms")
    if exact is not None:
        finer = round(exact * 1000)
        if at is None or abs(finer - at) < DAY:
            return moments.epoch(exact), True
    if at is None:
        raise Rejected("an event that does not say when it was (event_date, timestamp)")
    return at, "." in whole


__all__ = [
    "ARRAYS", "KIND", "NAME", "PLATFORM", "TITLE", "fits", "origin", "state_of", "take",
]  # fmt: skip
