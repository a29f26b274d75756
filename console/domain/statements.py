"""What one record of an export says, in words that are the same for every platform.

A format only turns its records into statements; contacts, agents' time, tickets and names are told
from statements in one place (`console.exports.telling`). A statement has an identity (`subject`,
`key`) and a `version`: of two with the same identity the one with the greater version holds, of two
with the same version the one that says more (`newer`). So neither order, nor overlap, nor
repetition of files matters, and an older copy never overwrites a newer one.

Structs are written into the store as JSON arrays: new fields go to the end and have a default.
Times ending in ``_at`` are microseconds since 1970 in UTC, durations ending in ``_us`` are
microseconds. Queues and agents are named by the source's own ids; `Name` says what they are called.
"""

from typing import NamedTuple

import msgspec

# --- what a contact's records say


class Ring(msgspec.Struct, frozen=True, array_like=True):
    """An agent was alerted; `answered` is false where the agent did not take the contact."""

    agent: str
    started_at: int
    ended_at: int
    answered: bool = False


class Stay(msgspec.Struct, frozen=True, array_like=True):
    """One stay of a contact in one queue, as its final or present record tells it.

    `queue` is None where the contact was in no queue (outbound, or straight to an agent).
    `outcome` is one of `console.domain.facts`: WAITING while it waits, ANSWERED from the moment an
    agent connects. `wait_us` and `talk_us` (with hold) are what the record states, None where it
    states none: they are then told from the times. `ended_by` is the source's own word.
    """

    queue: str | None
    entered_at: int
    connected_at: int | None
    ended_at: int | None
    agent: str | None
    outcome: str
    ended_by: str = ""
    wait_us: int | None = None
    talk_us: int | None = None
    hold_us: int | None = None
    wrapup_from: int | None = None
    wrapup_to: int | None = None
    rings: tuple[Ring, ...] = ()
    disposition: str = ""  # wrap-up code or disposition, the source's own word
    note_chars: int | None = None  # length of the agent's note; None: the record has no such field


class Promise(msgspec.Struct, frozen=True, array_like=True):
    """A callback that was promised. `due_at` is None where no time was agreed.

    `outcome` is promised, reached, missed or cancelled.
    """

    queue: str | None
    requested_at: int
    due_at: int | None = None
    dialled_at: int | None = None
    ended_at: int | None = None
    outcome: str = "promised"


class Course(msgspec.Struct, frozen=True, array_like=True, tag="course"):
    """All that a record of a whole contact (or of one part of its journey) tells.

    `customer` is masked already. `channel` is one of `console.channels`. `direction` is inbound,
    outbound or internal. A contact with several records (a transfer that makes a new one) has one
    Course for each; their stays are put together in the order of time.
    """

    channel: str
    started_at: int
    ended_at: int | None
    customer: str | None = None
    direction: str = "inbound"
    stays: tuple[Stay, ...] = ()
    promises: tuple[Promise, ...] = ()
    topic: str = ""  # what it was about, the source's own word


class Moment(msgspec.Struct, frozen=True, array_like=True, tag="moment"):
    """One event in the life of a contact, from a platform that writes events.

    `what`: queued, offered (rings at `agent`), declined (ring ended without answer), connected,
    held, resumed, released (the agent's part ended; wrap-up begins where the platform has one),
    wrapped (wrap-up ended), abandoned, expired (left by time-out), transferred, promised (a
    callback), ended. A Course of the same contact says more: then moments are not looked at.
    """

    at: int
    what: str
    channel: str = "voice"
    queue: str | None = None
    agent: str | None = None
    customer: str | None = None
    word: str = ""  # the source's own name of the event or reason
    direction: str = "inbound"
    due_at: int | None = None  # promised: for when


# --- what is said of an agent


class Presence(msgspec.Struct, frozen=True, array_like=True, tag="presence"):
    """What an agent's status was from `since` on: until the next statement of the same `lane`, or
    until `until` where the source states it.

    `state`: available, paused, offline, or "" where this lane says nothing about being available.
    `word` is the source's own. Platforms with two lists side by side (Genesys: presence, routing)
    have two lanes; who is offline or paused in one is so altogether.
    """

    since: int
    state: str
    word: str
    until: int | None = None
    lane: str = ""


class Serves(msgspec.Struct, frozen=True, array_like=True, tag="serves"):
    """The queues that an agent is routed to as of the statement's version. Key: ``serves``."""

    queues: tuple[str, ...]
    channels: tuple[str, ...] = ()  # of each queue, in the same order; empty: voice


# --- what is said of a ticket


class Ticket(msgspec.Struct, frozen=True, array_like=True, tag="ticket"):
    """A ticket as of the statement's version. Key: ``state``. None: the source cannot say.

    `status` is new, open, pending, hold, solved, closed or deleted. `group` is its queue,
    `agent` its assignee, `requester` the customer, masked.
    """

    channel: str
    status: str
    created_at: int
    updated_at: int
    subject: str = ""
    priority: str = ""
    group: str | None = None
    agent: str | None = None
    requester: str | None = None
    solved_at: int | None = None
    first_reply_at: int | None = None
    reopens: int | None = None
    replies: int | None = None
    tags: tuple[str, ...] = ()
    due_at: int | None = None
    satisfaction: str = ""


class Step(msgspec.Struct, frozen=True, array_like=True, tag="step"):
    """One thing that happened to a ticket. Key: the source's id of it.

    `what`: created, status, assigned, group, priority, reply (public, by an agent), note (private),
    asked (public, by the customer), handled (an agent worked on it from `at` to `until`), tags,
    merged, escalated, other. `by` is who did it: an agent's id, or "" where it was the customer or
    the system. `text` has numbers and addresses hidden; `chars` is the length of what was written.
    """

    at: int
    what: str
    by: str = ""
    before: str = ""
    after: str = ""
    text: str = ""
    chars: int = 0
    until: int | None = None


class Measure(msgspec.Struct, frozen=True, array_like=True, tag="measure"):
    """Figures of a ticket that the platform computed itself. Key: ``measure``, or its id.

    Durations in microseconds of calendar time; None where it has none (yet).
    """

    first_reply_us: int | None = None
    first_resolution_us: int | None = None
    full_resolution_us: int | None = None
    requester_wait_us: int | None = None
    agent_wait_us: int | None = None
    reopens: int | None = None
    replies: int | None = None
    agents: int | None = None  # distinct assignees
    groups: int | None = None
    solved_at: int | None = None


# --- names and counts


class Name(msgspec.Struct, frozen=True, array_like=True, tag="name"):
    """What a queue, an agent or a disposition is called. Key: ``<kind>:<id>``.

    `kind` is queue, agent, team or disposition. `e_mail` and `customer` serve to join people and
    customers across systems; `customer` (of an end user) is masked, and so is `also`, the number
    behind the same address.
    """

    kind: str
    id: str
    name: str
    e_mail: str = ""
    role: str = ""
    customer: str | None = None
    also: str | None = None


class Count(msgspec.Struct, frozen=True, array_like=True, tag="count"):
    """A snapshot: so many, without identities. Key: ``<metric>@<at>``; `queue` None: all queues.

    `metric`: waiting, oldest_wait_us, callbacks, or an agent state (available, on contact, wrap-up,
    paused, staffed, online, error) for a number of agents. `value` in the metric's own unit.
    """

    at: int
    queue: str | None
    channel: str
    metric: str
    value: int


# --- what people say


class Told(msgspec.Struct, frozen=True, array_like=True, tag="told"):
    """A report or news that another system of the site hands over. Key: ``told``.

    `kind` is report or news. `who` says it; `queue`, `agent`, `contact` are what it is about.
    """

    at: int
    who: str
    kind: str
    words: str
    queue: str = ""
    agent: str = ""
    contact: str = ""
    category: str = ""
    severity: str = ""


Said = Course | Moment | Presence | Serves | Ticket | Step | Measure | Name | Count | Told


class Statement(NamedTuple):
    """`subject`: ``contact:<id>``, ``agent:<id>``, ``ticket:<id>``, ``report:<id>``, ``name`` or
    ``count:<queue>``.

    `key` tells the statements of one subject apart; `version` is any number that grows with every
    newer copy (most often the source's own time of change, µs).
    """

    subject: str
    key: str
    version: int
    said: Said


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Said)


def encode(said: Said) -> str:
    """As it is kept: one line of JSON."""
    return _encoder.encode(said).decode()


def decode(body: str) -> Said:
    """What was kept. msgspec.DecodeError where it is no statement."""
    return _decoder.decode(body)


def newer(version: int, body: str, than_version: int, than_body: str) -> bool:
    """Whether a statement replaces the one that is kept: a total order, so any order will do."""
    if version != than_version:
        return version > than_version
    return (len(body), body) > (len(than_body), than_body)
