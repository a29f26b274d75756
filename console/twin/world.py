"""What there is while a centre runs: needs, contacts, agents, lines, and the heap of what is due.

Times are whole microseconds UTC. What is due is a tuple (time, number, what to do, of what); the
number makes the order of equal times that of their making.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from heapq import heappush
from math import log
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.times import HOUR, SECOND, from_iso, in_zone
from console.twin import centre as says
from console.twin.draws import Choice, Draws

# How a need stands.
OPEN, RESOLVED, GIVEN_UP = "open", "resolved", "given up"
# How a contact stands.
WAITING, RINGING, TALKING, OVER = 0, 1, 2, 3
# What an agent does, in the words of the trade.
OFFLINE, AVAILABLE, ON_CONTACT, WRAP_UP = "offline", "available", "on contact", "wrap-up"
# What platforms are told of.
Fact = tuple[Any, ...]
Do = Callable[["World", int, Any], None]


class Issue:
    """A need. `pending` counts what is under way for it: contacts, and those yet to come."""

    __slots__ = (
        "closed_at", "contacts", "customer", "id", "noted", "opened", "pending", "state",
        "topic", "tries", "value",
    )  # fmt: skip

    def __init__(self, id: int, topic: "Topic", customer: int, value: float, at: int) -> None:
        self.id, self.topic, self.customer, self.value = id, topic, customer, value
        self.opened = at
        self.closed_at: int | None = None
        self.state = OPEN
        self.tries = self.pending = 0
        self.noted = True
        self.contacts: list[Contact] = []


class Contact:
    """One attempt; `entered` and `connected` are those of its present stay."""

    __slots__ = (
        "agent", "before", "began", "cause", "connected", "dialled", "ended", "entered", "id",
        "issue", "next", "outcome", "place", "promise", "queue", "ref", "rung", "state", "until",
    )  # fmt: skip

    def __init__(self, id: int, ref: str, issue: Issue, queue: "Line", at: int, cause: str) -> None:
        self.id, self.ref, self.issue, self.queue = id, ref, issue, queue
        self.began = self.entered = at
        self.cause = cause
        self.state = WAITING
        self.place, self.rung, self.until, self.dialled = 1, 0, 0, False
        self.agent: Agent | None = None
        self.promise: Any = None  # the entry of the callback list that it keeps
        # Where it was handed on and its platform makes another contact of that.
        self.before: Contact | None = None
        self.next: Contact | None = None
        self.connected: int | None = None
        self.ended: int | None = None
        self.outcome = "waiting"


class Agent:
    """`load` contacts in hand, `talking` of them not in wrap-up. `token` changes with whatever
    makes an entry in the lists of idle agents void. `due` is what begins when the hands are free.
    `telephone`: the PBX has an account of theirs. `on_calls` is how able they are there, against
    what their group says.
    """

    __slots__ = (
        "called", "contacts", "due", "group", "id", "idle_since", "leave", "lines", "load",
        "member", "name", "on", "on_calls", "on_since", "pause", "paused_in", "person", "serial",
        "shared", "shifts", "state", "talking", "telephone", "token", "until",
    )  # fmt: skip

    def __init__(self, serial: int, group: says.Group, name: str) -> None:
        self.serial, self.group, self.name = serial, group, name
        self.id, self.person = f"PJSIP/{2001 + serial}", str(2001 + serial)
        self.lines: list[Line] = []  # those served, in the order of their rank
        self.member: list[Line] = []
        self.paused_in: set[str] = set()
        self.on, self.on_since, self.pause = False, 0, ""
        self.due, self.until = "", 0
        self.load = self.talking = self.token = 0
        self.shared = False
        self.state = OFFLINE
        self.idle_since = 0
        self.shifts: list[Shift] = []
        self.leave: list[Shift] = []  # days on which they are not there
        self.called: list[Shift] = []  # for which he was called in
        self.contacts: dict[int, Contact] = {}
        self.telephone, self.on_calls = True, 1.0

    def able(self, line: "Line") -> float:
        """A factor of their speed and of what they resolve in a line."""
        return self.on_calls if line.medium.name == says.VOICE else 1.0


class Shift:
    """`late`: how long after its start the agent logs in. `off`: it does not take place."""

    __slots__ = ("blocks", "end", "late", "off", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end, self.late, self.off = start, end, 0, False
        self.blocks: list[Span] = []


class Span:
    """A block of one agent on one day."""

    __slots__ = ("block", "end", "off", "start")

    def __init__(self, block: says.Block, start: int, end: int) -> None:
        self.block, self.start, self.end, self.off = block, start, end, False


class Topic:
    """A topic with what has come over it."""

    __slots__ = ("given", "handle", "name", "resolution")

    def __init__(self, topic: says.Topic) -> None:
        self.given, self.name = topic, topic.name
        self.handle, self.resolution = topic.handle, topic.resolution


class Medium:
    """A channel with its present state. `handle` and `resolution` are present factors."""

    __slots__ = (
        "closed", "down", "given", "handle", "lines", "name", "open_now", "opens_at", "refused",
        "resolution", "returns", "shared", "state", "written",
    )  # fmt: skip

    def __init__(self, medium: says.Medium) -> None:
        self.given, self.name = medium, medium.name
        self.shared = medium.name in says.SHARED and medium.slots > 1
        self.written = medium.name in says.WRITTEN
        self.returns, self.closed = Choice(medium.returns), Choice(medium.closed)
        self.state, self.open_now, self.down = "open", True, 0
        self.opens_at = 0  # while it is not open: when it will be
        self.handle = self.resolution = 1.0
        self.lines: dict[str, Line] = {}  # by topic
        self.refused = 0


class Line:
    """A queue: who waits, who is free for it, and its sums since the beginning.

    `waiting` may begin with contacts that have gone; `count` says how many do wait.
    """

    __slots__ = (
        "abandoned", "answered", "callback", "count", "dial", "dialling", "escalation", "given",
        "idle", "left", "medium", "members", "name", "offer", "out", "promised", "rank", "received",
        "staffed", "talk_us", "wait_us", "waiting", "wrap_us",
    )  # fmt: skip

    def __init__(self, queue: says.Queue, medium: Medium, rank: int, out: list[Fact]) -> None:
        self.given, self.name, self.medium, self.rank = queue, queue.name, medium, rank
        self.out = out  # what the queue's platform is told
        self.waiting: deque[Contact] = deque()
        self.count = self.staffed = self.dialling = 0
        self.members: list[Agent] = []
        self.idle: list[tuple[int, int, int, int, Agent]] = []
        self.promised: deque[Any] = deque()
        self.offer = self.dial = self.callback = False
        self.escalation: Line | None = None
        self.received = self.answered = self.abandoned = self.left = 0
        self.wait_us = self.talk_us = self.wrap_us = 0


class World:
    """Everything. `pbx`, `connect`, `desk`, `truth` and `reports` gather what is told until it is
    taken away."""

    def __init__(self, centre: says.Centre, seed: int, start: int) -> None:
        self.centre, self.seed, self.now, self.start = centre, seed, start, start
        self.zone = ZoneInfo(centre.zone)
        # A live rehearsal begins now, yet its day goes as the scenario's does.
        self.shift = start - from_iso(centre.start, self.zone)
        self.heap: list[tuple[int, int, Do, Any]] = []
        self.made = 0
        draws = Draws(seed)
        self.draws = draws
        self.u_patience = draws.exponential("patience")
        self.u_handle = draws.exponential("handle")
        self.n_handle = draws.normal("handle")
        self.u_wrap = draws.exponential("wrap")
        self.u_resolve = draws.uniform("resolve")
        self.u_return = draws.uniform("return")
        self.u_delay = draws.exponential("delay")
        self.u_where = draws.uniform("where")
        self.u_ring = draws.uniform("ring")
        self.u_callback = draws.uniform("callback")
        self.u_chase = draws.exponential("chase")
        self.u_desk = draws.uniform("desk")
        self.u_order = draws.uniform("order")
        self.x_order = draws.exponential("order")
        self.media: dict[str, Medium] = {}
        self.topics: list[Topic] = []
        self.lines: dict[str, Line] = {}
        self.agents: list[Agent] = []
        self.by_id: dict[str, Agent] = {}
        self.issues = self.contacts = self.tickets = 0
        self.open_issues: dict[int, Issue] = {}
        self.turns: list[says.Turn] = []  # those in force
        self.shut_sites: set[str] = set()
        self.resolved = self.given_up = self.attempts = 0
        self.pbx: list[Fact] = []
        self.connect: list[Fact] = []
        self.desk: list[Fact] = []
        self.truth: list[Fact] = []
        self.reports: list[Fact] = []
        self.answers: list[tuple[str, str, str]] = []  # to orders: id, state, words
        # What follows from what happens in a line; `simulation` says what.
        self.on_waiting: Callable[[World, int, Contact], None] = lambda w, t, c: None
        self.on_left: Callable[[World, int, Contact], None] = lambda w, t, c: None
        self.on_served: Callable[[World, int, Contact, Agent], None] = lambda w, t, c, a: None
        self.on_free: Callable[[World, int, Agent], None] = lambda w, t, a: None
        self.on_idle: Callable[[World, int, Agent], bool] = lambda w, t, a: False

    def local(self, t: int) -> datetime:
        """The centre's wall clock."""
        return in_zone(t - self.shift, self.zone)

    def instant(self, wall: datetime) -> int:
        """When the centre's wall clock shows that."""
        return from_iso(wall.isoformat()) + self.shift

    def at(self, time: int, do: Do, of: Any) -> None:
        """Have something done when it is due."""
        self.made += 1
        heappush(self.heap, (time, self.made, do, of))

    def expected_wait_s(self, line: Line) -> float:
        """Of who comes now: those before, by the agents there."""
        given_ = line.medium.given
        handle = (given_.handle_s + given_.wrap_s) / given_.slots
        return line.count * handle / max(1, line.staffed)


def worth(customer: int) -> float:
    """What a customer is worth, as a factor of mean 1 that is always the same."""
    return -log(1 - (customer * 2654435761 % 2**32) / 2**32)


def number_of(customer: int) -> str:
    """A customer's telephone number, of a country that does not exist."""
    return f"+999{3_000_000 + customer:08d}"


def address_of(customer: int) -> str:
    return f"customer{customer}@home.example"


def us(seconds: float) -> int:
    """Seconds as whole microseconds."""
    return int(seconds * SECOND)


__all__ = [
    "AVAILABLE", "GIVEN_UP", "HOUR", "OFFLINE", "ON_CONTACT", "OPEN", "OVER", "RESOLVED", "RINGING",
    "SECOND", "TALKING", "WAITING", "WRAP_UP", "Agent", "Contact", "Fact", "Issue", "Line",
    "Medium", "Shift", "Span", "Topic", "World", "address_of", "number_of", "us", "worth",
]  # fmt: skip
