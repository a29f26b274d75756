"""Amazon Connect's contact records (contact trace records), as Firehose writes them.

Source: "Contact records data model" in the administrator guide. A record is delivered at least
once, and again whenever something changes, up to 24 months later; LastUpdateTimestamp tells which
copy is newer. A transfer, a callback and a disconnect flow make records of their own, which have
the InitialContactId in common.
"""

from collections.abc import Iterator

import msgspec

from console.domain import facts
from console.domain.statements import (
    Course,
    Name,
    Promise,
    Statement,
    Stay,
    Step,
    Ticket,
)
from console.domain.times import SECOND
from console.exports import amazon_connect as connect
from console.exports import amazon_connect_agent_events as agent_events
from console.exports import json_pieces
from console.exports.amazon_connect import Seconds, Time
from console.exports.export import Mask, Rejected
from console.exports.text import hide

NAME = "amazon_connect_contact_records"
TITLE = "Amazon Connect: contact records"
PLATFORM = connect.PLATFORM
KIND = "json"
ARRAYS: tuple[str, ...] = ()

#: Reasons by which not the customer but the contact centre ended the wait.
_FLOW_OUT = {
    "CONTACT_FLOW_DISCONNECT": facts.WITHDRAWN,
    "API": facts.WITHDRAWN,
    "EXPIRED": facts.TIMEOUT,
}


class _Agent(msgspec.Struct):
    ARN: str | None = None
    Username: str | None = None
    ConnectedToAgentTimestamp: Time = None
    AgentInteractionDuration: Seconds = None
    CustomerHoldDuration: Seconds = None
    AfterContactWorkDuration: Seconds = None
    AfterContactWorkStartTimestamp: Time = None
    AfterContactWorkEndTimestamp: Time = None


class _Queue(msgspec.Struct):
    ARN: str | None = None
    Name: str | None = None
    EnqueueTimestamp: Time = None
    DequeueTimestamp: Time = None
    Duration: Seconds = None


class _Endpoint(msgspec.Struct):
    Address: str | None = None


class _Record(msgspec.Struct):
    ContactId: str | None = None
    InitialContactId: str | None = None
    NextContactId: str | None = None
    Channel: str | None = None
    InitiationMethod: str | None = None
    InitiationTimestamp: Time = None
    ConnectedToSystemTimestamp: Time | msgspec.UnsetType = msgspec.UNSET
    DisconnectTimestamp: Time = None
    DisconnectReason: str | None = None
    LastUpdateTimestamp: Time = None
    ScheduledTimestamp: Time = None
    TransferCompletedTimestamp: Time = None
    Agent: _Agent | None = None
    Queue: _Queue | None = None
    CustomerEndpoint: _Endpoint | None = None
    CustomerId: str | None = None
    SegmentAttributes: msgspec.Raw = msgspec.Raw(b"")
    ContactDetails: msgspec.Raw = msgspec.Raw(b"")


class _Origin(msgspec.Struct):
    InstanceARN: str | None = None
    AgentARN: str | None = None
    Agent: _Agent | None = None
    Queue: _Queue | None = None


_decoder = msgspec.json.Decoder(_Record)
_origin_decoder = msgspec.json.Decoder(_Origin)
_raw_decoder = msgspec.json.Decoder()


def fits(head: bytes, /) -> bool:
    """Whether contact records stand among the first: an id, how it began, what only these have.

    One stream can carry agent events too: whoever comes first, such a file is taken here.
    """
    return any(is_one(json_pieces.members(piece.raw)) for piece in json_pieces.first(head, ARRAYS))


def is_one(members: frozenset[str]) -> bool:
    """Whether an object with these members is a contact record."""
    return (
        "ContactId" in members
        and "EventType" not in members
        and not members.isdisjoint(("InitiationMethod", "InitiationTimestamp"))
        and not members.isdisjoint(
            ("AWSContactTraceRecordFormatVersion", "LastUpdateTimestamp", "InstanceARN")
        )
    )


def origin(raw: bytes, array: str, /) -> str:
    """The instance's id."""
    del array
    try:
        record = _origin_decoder.decode(raw)
    except msgspec.DecodeError:
        return ""
    agent, queue = record.Agent, record.Queue
    return connect.instance(
        record.InstanceARN, record.AgentARN, agent and agent.ARN, queue and queue.ARN
    )


def take(raw: bytes, array: str, mask: Mask, /) -> list[Statement]:
    """A contact's course, or a task's ticket, and the names of its queue and agent.

    An agent event of the same stream becomes what its own format makes of it. Raises Rejected
    where the record has no id or no beginning, or a time of it is none.
    """
    if b'"AgentARN"' in raw and agent_events.is_one(json_pieces.members(raw)):
        return agent_events.take(raw, array, mask)
    return list(_said(raw, mask))


def _said(raw: bytes, mask: Mask) -> Iterator[Statement]:
    record = _decoder.decode(raw)
    contact = record.ContactId
    if not contact:
        raise Rejected("a contact record without ContactId")
    began = connect.at(record.InitiationTimestamp)
    if began is None:
        raise Rejected("a contact record without InitiationTimestamp")
    method = (record.InitiationMethod or "").upper()
    ended = connect.at(record.DisconnectTimestamp)
    agent, queue = record.Agent, record.Queue
    agent_id = "" if agent is None else connect.arn(agent.ARN) or agent.Username or ""
    queue_id = "" if queue is None else connect.arn(queue.ARN) or queue.Name or ""
    # A late copy still has the names of the time of the contact, so that time is their version.
    named = ended or began
    if queue is not None and queue.Name and not connect.is_agents_own(queue_id):
        yield Statement("name", f"queue:{queue_id}", named, Name("queue", queue_id, queue.Name))
    if agent is not None and agent_id and agent.Username:
        # In seconds: a full name, which agent events have (their version is in µs), always wins.
        login = agent.Username
        mail = login if "@" in login else ""
        said = Name("agent", agent_id, login, mail)
        yield Statement("name", f"agent:{agent_id}", named // SECOND, said)
    if method in connect.BESIDE:
        return
    part = _Part(record, began, ended, agent_id, queue_id)
    initial = connect.text(record.InitialContactId) or contact
    version = connect.at(record.LastUpdateTimestamp) or part.last_at()
    subtype, stated, subject = _segment(record.SegmentAttributes)
    channel = connect.channel_of(record.Channel, method, subtype)
    if channel == connect.TASK:
        yield from _task(record, part, initial, version)
        return
    direction = connect.direction_of(method, channel, stated)
    endpoint = record.CustomerEndpoint
    customer = connect.customer_of(endpoint and endpoint.Address, mask)
    if customer is None:
        customer = connect.customer_of(record.CustomerId, mask)
    stay = part.stay(method)
    course = Course(
        channel,
        began,
        ended,
        customer,
        direction,
        () if stay is None else (stay,),
        (part.promise(),) if method == "CALLBACK" else (),
        subject,
    )
    yield Statement(f"contact:{initial}", f"ctr:{contact}", version, course)


class _Part:
    """One record's times, and what they say of its stay in the queue and with the agent."""

    __slots__ = ("agent", "began", "connected", "dequeued", "ended", "enqueued", "queue", "record")

    def __init__(
        self, record: _Record, began: int, ended: int | None, agent: str, queue: str
    ) -> None:
        self.record, self.began, self.ended = record, began, ended
        self.agent = agent or None
        self.enqueued = self.dequeued = self.connected = None
        if record.Queue is not None:
            self.enqueued = connect.at(record.Queue.EnqueueTimestamp)
            self.dequeued = connect.at(record.Queue.DequeueTimestamp)
        if record.Agent is not None:
            self.connected = connect.at(record.Agent.ConnectedToAgentTimestamp)
            if self.connected is None and agent:
                self.connected = self.dequeued  # an agent stands in the record once he is connected
        queued = bool(queue) and not connect.is_agents_own(queue)
        if (record.InitiationMethod or "").upper() == "OUTBOUND" and self.enqueued is None:
            queued = False  # the queue whose number is shown; nobody waited in it
        self.queue = queue if queued else None

    def last_at(self) -> int:
        """The greatest of its times: the version of a record that does not state one."""
        wrapped = self.record.Agent and connect.at(self.record.Agent.AfterContactWorkEndTimestamp)
        return max(
            self.began, self.ended or 0, self.dequeued or 0, self.connected or 0, wrapped or 0
        )

    def reached(self) -> bool:
        """Whether the customer who was called answered."""
        answered = self.record.ConnectedToSystemTimestamp
        if answered is msgspec.UNSET:
            return self.connected is not None
        return connect.at(answered) is not None

    def stay(self, method: str) -> Stay | None:
        """None where it was in no queue and with no agent, or where we called in vain.

        A callback that waits for an agent is a promise; no customer is on the line.
        """
        record, queue = self.record, self.record.Queue
        if method in connect.CALLED and (self.connected is None or not self.reached()):
            return None
        if queue is None and self.connected is None:
            return None
        wait = None if queue is None else connect.us(queue.Duration)
        if wait is None and self.enqueued is not None and self.dequeued is not None:
            wait = max(0, self.dequeued - self.enqueued)
        entered = self.enqueued
        if entered is None:
            entered = self.dequeued if self.dequeued is not None else self.connected
            entered = self.began if entered is None else entered - (wait or 0)
        word = connect.text(record.DisconnectReason)
        if self.connected is None:
            left, outcome = self._unanswered(word)
            return Stay(self.queue, entered, None, left, None, outcome, word, wait)
        agent = record.Agent
        assert agent is not None
        talked, hold = (
            connect.us(agent.AgentInteractionDuration),
            connect.us(agent.CustomerHoldDuration),
        )
        # The interaction is stated without the time on hold.
        talk = None if talked is None else talked + (hold or 0)
        wrapping = connect.at(agent.AfterContactWorkStartTimestamp)
        wrapped = connect.at(agent.AfterContactWorkEndTimestamp)
        left = wrapping or connect.at(record.TransferCompletedTimestamp) or self.ended
        if wrapping is None and left is not None:
            work = connect.us(agent.AfterContactWorkDuration)
            if work:
                wrapping, wrapped = left, left + work
        if self.queue is None and self.enqueued is None:
            wait = None
        return Stay(
            self.queue,
            entered,
            self.connected,
            left,
            self.agent,
            facts.ANSWERED,
            word,
            wait,
            talk,
            hold,
            wrapping,
            wrapped,
        )

    def _unanswered(self, word: str) -> tuple[int | None, str]:
        left = self.dequeued if self.dequeued is not None else self.ended
        if connect.text(self.record.NextContactId):
            # It went on as another contact: in another queue, or as a callback.
            return (left, facts.WITHDRAWN) if left is not None else (None, facts.WAITING)
        if self.ended is None:
            return None, facts.WAITING
        return left, _FLOW_OUT.get(word, facts.ABANDONED)

    def promise(self) -> Promise:
        """The callback that this record is: asked for when it was made, dialled when it left the
        queue for an agent.
        """
        dialled = self.dequeued if self.agent is not None else None
        if self.reached():
            outcome = "reached"
            dialled = dialled if dialled is not None else self.connected
        elif self.ended is None:
            outcome = "promised"
        else:
            outcome = "cancelled" if dialled is None else "missed"
        due = connect.at(self.record.ScheduledTimestamp)
        return Promise(self.queue, self.began, due, dialled, self.ended, outcome)


def _task(record: _Record, part: _Part, initial: str, version: int) -> Iterator[Statement]:
    """A task is work without a customer on a line: a ticket, and the time an agent worked on it."""
    subject = f"ticket:{initial}"
    stay = part.stay("")
    if stay is not None and stay.connected_at is not None:
        step = Step(stay.connected_at, "handled", stay.agent or "", until=stay.ended_at)
        yield Statement(subject, f"handled:{record.ContactId}", version, step)
    if connect.text(record.NextContactId):
        return  # handed on: the record of the next contact says how it stands
    over = part.ended is not None
    solved = over and (record.DisconnectReason or "") == "AGENT_DISCONNECT"
    ticket = Ticket(
        connect.TASK,
        ("solved" if solved else "closed") if over else "open",
        part.began,
        version,
        _named(record.ContactDetails),
        group=part.queue,
        agent=part.agent,
        solved_at=part.ended if solved else None,
        due_at=connect.at(record.ScheduledTimestamp),
    )
    yield Statement(subject, "state", version, ticket)


def _segment(raw: msgspec.Raw) -> tuple[str, str, str]:
    """Subtype, direction and an e-mail's subject from the segment attributes, "" where none."""
    if b"connect:" not in bytes(raw):
        return "", "", ""
    found: dict[str, str] = {}
    for name, value in connect.table(_raw_decoder.decode(raw)).items():
        inner = connect.table(value)
        found[name] = connect.text(inner.get("valuestring")) if inner else connect.text(value)
    return (
        found.get("connect:subtype", ""),
        found.get("connect:direction", ""),
        hide(found.get("connect:emailsubject", "")),
    )


def _named(raw: msgspec.Raw) -> str:
    """What a task is called."""
    if len(bytes(raw)) <= 4:
        return ""
    details = connect.table(_raw_decoder.decode(raw))
    return hide(
        connect.text(details.get("name")) or connect.text(details.get("contactdetailsname"))
    )
