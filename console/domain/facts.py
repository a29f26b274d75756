"""What an export format makes of its evidence: contacts, legs, intervals.

Structs, because millions are made and a frozen dataclass takes five times as long to make.
"""

import msgspec

# How a leg stands or ended. `answered` is final from the moment an agent connects.
WAITING = "waiting"
ANSWERED = "answered"
ABANDONED = "abandoned"
TIMEOUT = "timeout"
EXIT_KEY = "exit_key"
EXIT_EMPTY = "exit_empty"
WITHDRAWN = "withdrawn"
DUMPED = "dumped"
BLOCKED = "blocked"
SATURATED = "saturated"
CLOSED = "closed"
RESTART = "restart"
LOST = "lost"
ORPHAN = "orphan"

#: Left the queue unanswered, neither by hanging up nor by the system's failure.
FLOW_OUT = (TIMEOUT, EXIT_KEY, EXIT_EMPTY, WITHDRAWN, DUMPED)
#: Never let into the queue.
REFUSED = (BLOCKED, SATURATED, CLOSED)


class Leg(msgspec.Struct, frozen=True):
    """One stay in one queue.

    `entered_at` is derived from the stated wait where the entry itself was not in the export
    (`entry_seen` is false then). `wait_us` and `talk_us` are what the source states, else the
    difference of its stamps; None where it cannot be known. `queue` is None where the contact was
    in no queue: outbound, or straight to an agent. `note_chars` is None where the source has no
    notes.
    """

    queue: str | None
    entered_at: int
    entry_seen: bool
    connected_at: int | None
    ended_at: int | None
    agent: str | None
    outcome: str
    ended_by: str
    wait_us: int | None
    talk_us: int | None
    rings: int
    hold_us: int | None = None
    disposition: str = ""
    note_chars: int | None = None


class Interval(msgspec.Struct, frozen=True):
    """A stretch of an agent's time. `kind` is member, login, pause, ring or wrapup.

    `queue` is None where it holds for all queues; `ended_at` is None while it lasts; `source_state`
    is the source's own word; `contact` the contact that it belongs to (ring and wrapup).
    """

    agent: str
    kind: str
    queue: str | None
    started_at: int
    ended_at: int | None
    source_state: str
    ended_by: str = ""
    contact: str | None = None


class Promise(msgspec.Struct, frozen=True):
    """A callback promised: promised, reached, missed or cancelled."""

    queue: str | None
    requested_at: int
    due_at: int | None
    dialled_at: int | None
    ended_at: int | None
    outcome: str


class Contact(msgspec.Struct, frozen=True):
    """All that one contact's evidence says. `customer` is the source's own form or None."""

    legs: tuple[Leg, ...]
    intervals: tuple[Interval, ...]
    first_at: int
    last_at: int
    customer: str | None
    channel: str = "voice"
    direction: str = "inbound"  # inbound, outbound, internal
    topic: str = ""
    promises: tuple[Promise, ...] = ()


class TicketStep(msgspec.Struct, frozen=True):
    """One thing that happened to a ticket: see `console.domain.statements.Step`."""

    at: int
    what: str
    agent: str | None
    before: str
    after: str
    text: str
    chars: int
    until: int | None


class Ticket(msgspec.Struct, frozen=True):
    """A ticket and its history. None where the source cannot say.

    `touches` counts runs of steps by one agent without another's in between; `agents` are the
    distinct agents who touched it; `notes` are private, `replies` public ones by agents;
    `changes` are those of its status.
    `contact` is the waiting of its customer, None where that cannot be told.
    """

    channel: str
    status: str
    created_at: int
    updated_at: int
    subject: str
    priority: str
    queue: str | None
    agent: str | None
    requester: str | None
    solved_at: int | None
    first_reply_at: int | None
    due_at: int | None
    touches: int | None
    agents: int | None
    replies: int | None
    notes: int | None
    note_chars: int | None
    reopens: int | None
    tags: tuple[str, ...]
    satisfaction: str
    steps: tuple[TicketStep, ...]
    contact: Contact | None
    changes: int | None = None
