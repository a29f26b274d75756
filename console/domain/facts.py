"""What an export format makes of its evidence: contacts, legs, intervals."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Leg:
    """One stay in one queue.

    `entered_at` is derived from the stated wait where the entry itself was not in the export
    (`entry_seen` is false then). `wait_us` and `talk_us` are what the source states, else the
    difference of its stamps; None where it cannot be known.
    """

    queue: str
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


@dataclass(frozen=True, slots=True)
class Interval:
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


@dataclass(frozen=True, slots=True)
class Contact:
    """All that one contact's evidence says. `customer` is the source's own form or None."""

    legs: tuple[Leg, ...]
    intervals: tuple[Interval, ...]
    first_at: int
    last_at: int
    customer: str | None
