"""What the board shows: frozen rows, made once where they are read, then only looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.domain.alarms import AlarmRow
from console.domain.normals import Normal
from console.domain.overrides import OverrideRow
from console.domain.resolution import NOBODY_KNOWS, Resolution, minutes_per_resolution


@dataclass(frozen=True, slots=True)
class Caller:
    """A contact that waits. `contact` is the source's own id."""

    contact: str
    entered_at: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one queue, channel or all, over one window; None where they cannot be known.

    Percentages are 0 to 100. `service_level` is answered within `service_level_s` out of answered
    plus abandoned (the base of the Genesys form); None where each queue has a time of its own.
    """

    from_at: int
    to_at: int
    service_level_s: int | None
    received: int = 0
    offered: int = 0
    answered: int = 0
    answered_in_sl: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    flow_out: int = 0
    refused: int = 0
    service_level: float | None = None
    abandon_rate: float | None = None
    asa_s: float | None = None
    aht_s: float | None = None
    talk_s: float | None = None
    acw_s: float | None = None
    resolution: Resolution = NOBODY_KNOWS

    @property
    def minutes_per_resolution(self) -> float | None:
        """AHT for each need that is settled; at least so many where `resolution` is a bound."""
        return minutes_per_resolution(self.aht_s, self.resolution)


@dataclass(frozen=True, slots=True)
class Aim:
    """What is aimed at in a queue: `percent` answered within `within_s` seconds, a reply within
    `expected_s`. Each with what says so, in words; None where nothing does."""

    within_s: int
    within_by: str
    percent: float | None = None
    percent_by: str = ""
    expected_s: int | None = None
    expected_by: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue, live. `agents` counts its members by state; `staffed` are those not offline."""

    queue_id: int
    queue: str
    channel: str
    source: str
    waiting: int
    oldest_at: int | None
    callers: tuple[Caller, ...]
    agents: tuple[tuple[str, int], ...]
    available: int
    on_contact: int
    ringing: int
    wrap_up: int
    paused: int
    staffed: int
    doubtful: int  # open for so long that their end was surely lost; not in `waiting`
    figures: Figures
    trend: tuple[int, ...]  # contacts received in each quarter of an hour, oldest first
    callback_offer: bool | None
    callback_dial: bool | None
    promises: int | None  # callbacks promised and not yet kept; None: the source cannot say
    channel_state: str
    controls: tuple[tuple[str, str], ...] = ()  # (control, state of its last command)
    revision: int = 0
    oldest_promise_at: int | None = None
    overdue: int | None = None  # promises whose time has passed
    # What the platform counted, without identities, and when: `waiting` is such a count where
    # `counted_waiting`.
    counts: tuple[tuple[str, int], ...] = ()
    counted_at: int | None = None
    counted_waiting: bool = False
    # Whether the source's exports can tell who waits now, and what agents do now: where they
    # cannot, `waiting` and the numbers of agents are 0 and mean nothing.
    waits_known: bool = True
    agents_known: bool = True
    aim: Aim | None = None
    callback_off_from: int | None = None  # open promises that turn the offer off by themselves


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One agent, live. `queues` are those the agent is a member of, or is known to serve."""

    agent_id: int
    agent: str
    source: str
    state: str
    source_state: str
    since: int | None
    contact: str | None
    contact_queue: str | None
    queues: tuple[str, ...]
    queue_ids: tuple[int, ...]
    paused_queues: tuple[str, ...] = ()
    moving: str = ""  # "to billing, pending": a placement that is not confirmed yet
    revision: int = 0
    contacts: int = 0  # in hand at once: chats overlap
    # Of a person of the roster: its id there, the agents (source, agent id) that are this person,
    # and why we think so.
    person: str = ""
    ids: tuple[tuple[str, int], ...] = ()
    joined: str = ""
    # Sources that have not shown this person, and for which the roster has an id of theirs.
    could: tuple[str, ...] = ()

    def id_in(self, source: str) -> int | None:
        """The agent that this person is in a source; None where they are none there."""
        if not self.ids:
            return self.agent_id if source == self.source else None
        return dict(self.ids).get(source)

    def id_towards(self, source: str) -> int | None:
        """By which this person can be sent to a queue of a source: the agent that they are there,
        else any where the roster says what they are called there. None where nobody knows."""
        its_id = self.id_in(source)
        return self.agent_id if its_id is None and source in self.could else its_id


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source and how old its news is.

    `every_s` is its habit: how far apart its files usually end; None where it writes on and on, or
    has no habit yet. `steady`: it writes on and on, so that silence means something at once.
    `speed` is in bytes a second, `last_file` a path.
    """

    source_id: int
    source: str
    format: str
    last_at: int | None  # newest stamp in the source's own data
    read_at: int | None
    files: int
    lines: int
    quarantined: int
    problem: str = ""
    platform: str = ""
    title: str = ""  # of the platform
    folder: str = ""
    last_file: str = ""  # path of the file that was read last
    speed: float | None = None
    zone: str = ""
    paused: bool = False
    steady: bool = True
    every_s: int | None = None
    followed: bool = True  # false: read once, or a past log that is played
    # The line by which its platform is told what to do: how it stands (`domain.links`), in words.
    line: str = ""  # empty: it has none, orders go to the outbox folder
    line_words: str = ""


@dataclass(frozen=True, slots=True)
class ChannelRow:
    channel: str
    state: str  # open, draining, closed
    critical: bool
    expected_s: int
    message: str
    queues: int
    waiting: int
    reopens_at: int | None = None


@dataclass(frozen=True, slots=True)
class LogItem:
    """One message of an act: what it asks for, how it stands, the platform's own words.

    `id` is the message's own, by which it can be sent again or dropped.
    """

    item: str
    state: str
    words: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class LogRow:
    """A line of the log: an intervention, an undo, a report, an alarm or a sync notice.

    `kind` is intervention, report, alarm, sync. `key` is the number of the journal or the alarm, or
    the report's id. `state` is pending, sent, confirmed, refused, unconfirmed, cancelled, recorded
    (nothing left to send), for a report open, answered, closed, for an alarm raised, owned,
    snoozed, cleared.
    """

    kind: str
    key: str
    at: int
    who: str
    text: str
    state: str
    detail: str = ""
    items: tuple[LogItem, ...] = ()
    can_undo: bool = False
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """An act of `of` messages of which `items` were refused or stayed without an answer."""

    journal_id: int
    title: str
    of: int
    items: tuple[LogItem, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything as of one instant."""

    at: int
    revision: int
    queues: tuple[QueueRow, ...] = ()
    agents: tuple[AgentRow, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    channels: tuple[ChannelRow, ...] = ()
    totals: Figures | None = None
    waiting: int = 0
    oldest_at: int | None = None
    states: tuple[tuple[str, int], ...] = ()
    overrides: tuple[OverrideRow, ...] = ()  # what stands otherwise than usual
    alarms: tuple[AlarmRow, ...] = ()  # those that stand
    # By queue: what is normal for handling, resolution and notes here, beside the last hours.
    normals: Mapping[int, tuple[Normal, ...]] = field(default_factory=lambda: {}, hash=False)

    def normal(self, queue_id: int, figure: str) -> Normal | None:
        """How a figure of a queue stands beside normal; None where that cannot be told."""
        of_queue = self.normals.get(queue_id, ())
        return next((each for each in of_queue if each.figure == figure), None)

    def calling(self) -> tuple[AlarmRow, ...]:
        """The alarms that nobody owns and nobody has put off."""
        return tuple(row for row in self.alarms if row.calls(self.at))

    @property
    def known_waiting(self) -> int | None:
        """`waiting`; None where there are queues and of none of them it is known who waits."""
        known = not self.queues or any(queue.waits_known for queue in self.queues)
        return self.waiting if known else None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a contact's or an agent's timeline."""

    at: int
    ended_at: int | None
    what: str
    queue: str = ""
    who: str = ""
    source_line: str = ""
    contact: str = ""  # another contact, which can be opened


@dataclass(frozen=True, slots=True)
class Timeline:
    """`customer` is whose contact it is, as a key; empty where nobody is known."""

    title: str
    steps: tuple[Step, ...] = field(default=())
    customer: str = ""


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    id: int
    path: str
    line_number: int
    reason: str
    raw: str
    found_at: int
    state: str
