"""A centre's true parameters: what a scenario file says, as frozen values.

Lengths are seconds, rates are per hour, shares are from 0 to 1, hours of the day are local.
The symbols in brackets are those of the queueing literature.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

VOICE, CHAT, MESSAGING, EMAIL, SOCIAL = "voice", "chat", "messaging", "email", "social"
#: In the order in which an agent who has them all takes them.
MEDIA = (VOICE, CHAT, MESSAGING, SOCIAL, EMAIL)
#: Contacts of these wait without anybody on a line.
WRITTEN = (EMAIL, SOCIAL)
#: An agent can have several of these in hand at once.
SHARED = (CHAT, MESSAGING)

BREAK, MEETING, TRAINING, ADMINISTRATION = "break", "meeting", "training", "administration"
BLOCKS = (BREAK, MEETING, TRAINING, ADMINISTRATION)
HOLD = "hold"

Shares = Mapping[str, float]


def _none() -> Shares:
    return {}


@dataclass(frozen=True, slots=True)
class Medium:
    """A channel: who comes, how long they wait, what serving them takes, what they do after."""

    name: str
    per_hour: float = 0.0  # new needs in an hour of profile 1 (lambda)
    profile: tuple[float, ...] = (1.0,) * 24  # factor of each local hour
    week: tuple[float, ...] = (1.0,) * 7  # factor of each day, Monday first
    opens: float = 0.0
    closes: float = 24.0
    handle_s: float = 300.0  # (tau, without wrap-up)
    handle_cv: float = 1.0  # 1: exponential, else lognormal
    wrap_s: float = 0.0
    ring_s: float = 0.0
    miss: float = 0.0  # share of rings that nobody takes
    patience_s: float = 0.0  # mean; 0: nobody leaves (1/theta)
    patience_shape: float = 1.0  # of a Weibull distribution
    redial: float = 0.0  # (p)
    redial_after_s: float = 2400.0  # (1/delta)
    resolution: float = 1.0  # (r)
    reconnect: float = 0.0  # (v)
    reconnect_after_s: float = 28800.0  # (1/gamma)
    slots: int = 1  # contacts that an agent has in hand at once (kappa)
    chase: float = 0.0  # waiting customers who call in, per hour (psi)
    nag: float = 0.0  # waiting customers who write again, per hour
    duplicate_s: float = 90.0  # to find that it is settled already (d)
    irritation: float = 0.0  # growth of the handling time per hour of waiting
    returns: Shares = field(default_factory=_none)  # channels of the next attempt, else the same
    closed: Shares = field(default_factory=_none)  # where they go if it is closed; HOLD: later


@dataclass(frozen=True, slots=True)
class Topic:
    """What a need is about."""

    name: str
    share: float = 1.0
    handle: float = 1.0
    resolution: float = 1.0
    value: float = 0.0  # mean worth of the customer


@dataclass(frozen=True, slots=True)
class Queue:
    """A line of one channel. `topics` empty: those that no other queue of the channel takes."""

    name: str
    channel: str
    topics: tuple[str, ...] = ()
    escalation: bool = False  # takes what the others hand on


@dataclass(frozen=True, slots=True)
class Block:
    """Something inside a shift, `at_h` after its beginning; `share` of the agents have it."""

    kind: str
    at_h: float
    minutes: float
    share: float = 1.0
    movable: bool = True
    legal: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Agents who are alike. `speed` shortens what they handle, `skill` raises what they resolve.

    `hours` 0: always there. `reserve`: only there when called in. `telephones` is the share of a
    group without a voice queue who could take calls when they are sent there, with
    `telephone_skill` as a factor of speed and of what they resolve.
    """

    name: str
    count: int
    queues: tuple[str, ...]
    starts: tuple[float, ...] = (8.0,)  # agents take them in turn
    hours: float = 0.0
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    blocks: tuple[Block, ...] = ()
    tier: str = "front line"
    site: str = ""
    speed: float = 1.0
    skill: float = 1.0
    absent: float = 0.0
    late_s: float = 0.0
    reserve: bool = False
    telephones: float = 0.0
    telephone_skill: float = 0.8


@dataclass(frozen=True, slots=True)
class Callback:
    """How callbacks of the voice queues work; `queue` is the line in which they are dialled."""

    queue: str = ""
    offered: bool = False
    dialled: bool = True
    accept: float = 0.37
    over_wait_s: float = 180.0
    reach: float = 0.7  # (h)
    fail_s: float = 90.0  # agent's time for a dial in vain (d)
    call_in: float = 0.25  # per hour while promised (chi)
    give_up: float = 0.2
    reserved: float = 0.0  # share of agents who dial though others wait


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What agents do under pressure and beside the contact."""

    notes: float = 0.8  # share of calls that are written down
    no_note_handle: float = 1.15  # the next contact takes so much longer
    no_note_resolution: float = 0.95
    rush_at_s: float = 600.0  # expected wait from which agents hurry
    rush_gain: float = 0.0  # share of handling time that hurry saves
    rush_loss: float = 0.0  # share of resolutions that it costs
    fatigue: float = 0.0  # growth of handling time, and loss of resolution, per hour after the 4th
    escalate: float = 0.0
    report: float = 0.0  # share of unresolved contacts after which an agent tells


@dataclass(frozen=True, slots=True)
class Orders:
    """How platforms and people take orders: mean delays, shares that are refused."""

    delay_s: float = 1.0
    refuse: float = 0.02
    block_s: float = 60.0
    block_refuse: float = 0.05
    call_in_s: float = 420.0
    call_in_refuse: float = 0.3
    travel_s: float = 900.0


@dataclass(frozen=True, slots=True)
class Turn:
    """What changes from `at_h` until `until_h` after the beginning. Empty names: all."""

    at_h: float
    until_h: float
    words: str = ""
    channels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    rate: float = 1.0
    handle: float = 1.0
    resolution: float = 1.0
    down: tuple[str, ...] = ()  # channels whose platform lets nobody in
    site: str = ""  # whose agents are gone
    told: str = ""  # what agents say about it


@dataclass(frozen=True, slots=True)
class Inject:
    """What whoever leads a rehearsal can let happen: a player hears `words` as a report or news,
    and after `after_h` it changes for `hours` what a turn changes."""

    name: str
    title: str
    words: str
    hours: float
    kind: str = "report"
    who: str = ""  # whose words they are
    queue: str = ""
    category: str = ""
    severity: str = ""
    after_h: float = 0.0
    channels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    rate: float = 1.0
    handle: float = 1.0
    resolution: float = 1.0
    down: tuple[str, ...] = ()
    site: str = ""
    told: str = ""

    def turn(self, at_h: float) -> Turn:
        """What it is, when it is let happen then."""
        begins = at_h + self.after_h
        return Turn(
            begins, begins + self.hours, self.title, self.channels, self.topics, self.rate,
            self.handle, self.resolution, self.down, self.site, self.told,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Goal:
    """What the players are to reach; `words` say it, the rest measures it in the truth file."""

    words: str
    figure: str
    most: float | None = None
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Centre:
    """All of it. `start` is local, ISO 8601 without an offset."""

    name: str
    zone: str
    start: str
    media: tuple[Medium, ...]
    topics: tuple[Topic, ...]
    queues: tuple[Queue, ...]
    groups: tuple[Group, ...]
    callback: Callback = Callback()
    behaviour: Behaviour = Behaviour()
    orders: Orders = Orders()
    turns: tuple[Turn, ...] = ()
    customers: int = 20_000
    day_sd: float = 0.0  # of the day's level
    wrapup_rows: bool = True  # the PBX writes WRAPUPSTART, as Wazo's does
    heartbeat_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A centre with a story. `seeds` are those that were played through; live, the first `lead_h`
    hours have happened already when it begins."""

    name: str
    title: str
    story: str
    hours: float
    seeds: tuple[int, ...]
    goals: tuple[Goal, ...]
    centre: Centre
    lead_h: float = 0.0
    injects: tuple[Inject, ...] = ()
    history_days: int = 14  # ordinary days before the beginning
