"""Amazon Connect's agent event stream, as Firehose writes it.

Source: "Agent event streams data model" in the administrator guide. Every event shows the agent
as a whole after it (CurrentAgentSnapshot) and before it (PreviousAgentSnapshot): status, routing
profile, contacts in hand. Heartbeats repeat the same every 120 s, up to an hour after the logout,
so what is said has the time at which it began as its key, never the time of the event.
"""

from collections.abc import Iterator

import msgspec

from console.domain.statements import Moment, Name, Presence, Serves, Statement
from console.domain.times import SECOND
from console.exports import amazon_connect as connect
from console.exports import json_pieces
from console.exports.amazon_connect import Time
from console.exports.export import Mask, Rejected

NAME = "amazon_connect_agent_events"
TITLE = "Amazon Connect: agent events"
PLATFORM = connect.PLATFORM
KIND = "json"
ARRAYS: tuple[str, ...] = ()

_STATES = {"ROUTABLE": "available", "CUSTOM": "paused", "OFFLINE": "offline"}
_BY_NAME = {"available": "available", "offline": "offline"}
#: The contact has ended and the agent is in after contact work. The word tells of a wrap-up.
_AFTER_CONTACT = "AfterContactWork"


class _Status(msgspec.Struct):
    Name: str | None = None
    Type: str | None = None
    StartTimestamp: Time = None


class _Queue(msgspec.Struct):
    ARN: str | None = None
    Name: str | None = None
    Channels: list[str] | None = None


class _Profile(msgspec.Struct):
    InboundQueues: list[_Queue] | None = None
    DefaultOutboundQueue: _Queue | None = None


class _Configuration(msgspec.Struct):
    Username: str | None = None
    FirstName: str | None = None
    LastName: str | None = None
    RoutingProfile: _Profile | None = None


class _Contact(msgspec.Struct):
    ContactId: str | None = None
    InitialContactId: str | None = None
    Channel: str | None = None
    InitiationMethod: str | None = None
    State: str | None = None
    StateStartTimestamp: Time = None
    ConnectedToAgentTimestamp: Time = None
    QueueTimestamp: Time = None
    Queue: _Queue | None = None


class _Snapshot(msgspec.Struct):
    AgentStatus: _Status | None = None
    Configuration: _Configuration | None = None
    Contacts: list[_Contact] | None = None


class _Event(msgspec.Struct):
    AgentARN: str | None = None
    InstanceARN: str | None = None
    EventType: str | None = None
    EventTimestamp: Time = None
    CurrentAgentSnapshot: _Snapshot | None = None
    PreviousAgentSnapshot: _Snapshot | None = None


class _Origin(msgspec.Struct):
    InstanceARN: str | None = None
    AgentARN: str | None = None


_decoder = msgspec.json.Decoder(_Event)
_origin_decoder = msgspec.json.Decoder(_Origin)


def fits(head: bytes, /) -> bool:
    """Whether it begins with agent events: an agent, and a kind of event or a snapshot."""
    return any(
        is_one(json_pieces.members(piece.raw)) for piece in json_pieces.first(head, ARRAYS, 3)
    )


def is_one(members: frozenset[str]) -> bool:
    """Whether an object with these members is an agent event."""
    # With many queues in the profile, the members behind the snapshot are far down the file.
    return "AgentARN" in members and not members.isdisjoint(
        ("EventType", "CurrentAgentSnapshot", "PreviousAgentSnapshot")
    )


def origin(raw: bytes, array: str, /) -> str:
    """The instance's id."""
    del array
    try:
        event = _origin_decoder.decode(raw)
    except msgspec.DecodeError:
        return ""
    return connect.instance(event.InstanceARN, event.AgentARN)


def take(raw: bytes, array: str, mask: Mask, /) -> list[Statement]:
    """The agent's status, queues and name, and the moments of the contacts in hand.

    Raises Rejected where the event has no agent or no time, or a time in it is none.
    """
    del array, mask
    return list(_said(raw))


def _said(raw: bytes) -> Iterator[Statement]:
    event = _decoder.decode(raw)
    agent = connect.arn(event.AgentARN)
    if not agent:
        raise Rejected("an agent event without AgentARN")
    now = connect.at(event.EventTimestamp)
    if now is None:
        raise Rejected("an agent event without EventTimestamp")
    kind = (event.EventType or "").upper()
    before, after = event.PreviousAgentSnapshot, event.CurrentAgentSnapshot
    # What the event before told is told once more: that event may be in a file nobody has.
    if before is not None:
        yield from _presence(agent, before.AgentStatus, now - 1, "")
        yield from _contacts(agent, before)
    if after is not None:
        yield from _presence(agent, after.AgentStatus, now, kind)
        yield from _contacts(agent, after)
        yield from _settings(agent, after.Configuration, now)
    if kind == "LOGOUT":
        said = Presence(now, "offline", "LOGOUT")
        yield Statement(f"agent:{agent}", f"status:{now}", now + 1, said)
    if kind == "STATE_CHANGE" and before is not None and after is not None:
        # A heartbeat shows the same snapshot before it again and again: it ends nothing.
        yield from _wrapped(agent, before, after, now)


def presence_of(name: str, kind: str) -> str:
    """available, paused or offline, by the type of a status; old events have only its name."""
    return _STATES.get(kind.upper()) or _BY_NAME.get(name.strip().lower(), "paused")


def _presence(agent: str, status: _Status | None, version: int, kind: str) -> Iterator[Statement]:
    if status is None or not status.Name:
        return
    since = connect.at(status.StartTimestamp)
    if since is None:
        return
    state = presence_of(status.Name, status.Type or "")
    subject = f"agent:{agent}"
    yield Statement(subject, f"status:{since}", version, Presence(since, state, status.Name))
    if kind == "LOGIN" and since < version:
        # He comes back in the status in which he left: that one began before the logout.
        said = Presence(version, state, status.Name)
        yield Statement(subject, f"status:{version}", version, said)


def _settings(agent: str, said: _Configuration | None, now: int) -> Iterator[Statement]:
    if said is None:
        return
    login = connect.text(said.Username)
    name = f"{connect.text(said.FirstName)} {connect.text(said.LastName)}".strip() or login
    if name:
        mail = login if "@" in login else ""
        yield Statement("name", f"agent:{agent}", now, Name("agent", agent, name, mail))
    profile = said.RoutingProfile
    if profile is None:
        return
    served: set[tuple[str, str]] = set()
    names: dict[str, str] = {}
    for queue in profile.InboundQueues or ():
        id, called = connect.arn(queue.ARN), connect.text(queue.Name)
        if not id or not called or connect.is_agents_own(id):
            continue
        names[id] = called
        for channel in queue.Channels or ("VOICE",):
            served.add((id, connect.channel_of(channel, "")))
    if profile.InboundQueues is not None:
        # A queue that takes several channels stands there once for each; tasks are no channel.
        pairs = sorted(pair for pair in served if pair[1] != connect.TASK)
        serves = Serves(tuple(id for id, _ in pairs), tuple(channel for _, channel in pairs))
        yield Statement(f"agent:{agent}", "serves", now, serves)
    outbound = profile.DefaultOutboundQueue
    if outbound is not None and connect.text(outbound.Name):
        names.setdefault(connect.arn(outbound.ARN), connect.text(outbound.Name))
    for id, called in names.items():
        if id:
            yield Statement("name", f"queue:{id}", now, Name("queue", id, called))


# --- contacts in hand


def _contacts(agent: str, snapshot: _Snapshot) -> Iterator[Statement]:
    for contact in snapshot.Contacts or ():
        yield from _contact(agent, contact)


def _ours(contact: _Contact) -> tuple[str, str, str, str, str] | None:
    """Subject, id, method, channel and direction; None for what is no customer's contact."""
    id = connect.text(contact.ContactId)
    method = (contact.InitiationMethod or "").upper()
    channel = connect.channel_of(contact.Channel, method)
    if not id or method in connect.BESIDE or channel == connect.TASK:
        return None
    subject = f"contact:{connect.text(contact.InitialContactId) or id}"
    return subject, id, method, channel, connect.direction_of(method, channel)


def _contact(agent: str, contact: _Contact) -> Iterator[Statement]:
    known = _ours(contact)
    if known is None:
        return
    subject, id, method, channel, direction = known
    queue = None
    if contact.Queue is not None:
        queue = connect.arn(contact.Queue.ARN) or None
        if queue is not None and connect.is_agents_own(queue):
            queue = None

    def moment(at: int, what: str, word: str, by: str = agent) -> Statement:
        said = Moment(at, what, channel, queue, by or None, None, word, direction)
        return Statement(subject, connect.moment_key(what, id, by, at), at, said)

    connected = connect.at(contact.ConnectedToAgentTimestamp)
    if connected is not None:
        # Only now: of a contact that no agent takes, agents' events never tell that it has gone.
        queued = connect.at(contact.QueueTimestamp)
        if queued is not None and queue is not None and method not in connect.CALLED:
            yield moment(queued, "queued", "QueueTimestamp", "")
        yield moment(connected, "connected", "CONNECTED")
    state, since = (contact.State or "").upper(), connect.at(contact.StateStartTimestamp)
    if since is None:
        return
    if connected is None:
        if state in ("CONNECTING", "INCOMING", "PENDING"):
            if method != "OUTBOUND":
                yield moment(since, "offered", state)
        elif state in ("MISSED", "REJECTED", "ERROR", "ENDED"):
            # Ended without having been connected: the caller went while it rang.
            yield moment(since, "declined", state)
    elif state == "CONNECTED_ONHOLD" and since > connected:
        yield moment(since, "held", state)
    elif state == "CONNECTED" and since > connected + SECOND:
        yield moment(since, "resumed", state)
    elif state in ("ENDED", "ERROR"):
        yield moment(since, "released", _AFTER_CONTACT if state == "ENDED" else state)


def _wrapped(agent: str, before: _Snapshot, after: _Snapshot, now: int) -> Iterator[Statement]:
    """A contact that had ended and is no longer shown: its after contact work is over."""
    still = {contact.ContactId for contact in after.Contacts or ()}
    for contact in before.Contacts or ():
        known = _ours(contact)
        if known is None or contact.ContactId in still or (contact.State or "") != "ENDED":
            continue
        if connect.at(contact.ConnectedToAgentTimestamp) is None:
            continue
        subject, id, _method, channel, direction = known
        said = Moment(now, "wrapped", channel, None, agent, None, "", direction)
        yield Statement(subject, connect.moment_key("wrapped", id, agent, now), now, said)
