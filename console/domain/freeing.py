"""An hour that could be freed now: the words and values of the resource finder."""

from dataclasses import dataclass

from console.domain.roster import (
    ADMINISTRATION,
    BACK_OFFICE,
    EXPERT,
    LEADER,
    LEAVE,
    MEETING,
    TRAINING,
)

OTHER_CHANNEL = "other channel"
DESK = "back office people"
NOT_NOW = "not on shift"

#: Kinds in the order in which they cost least; blocks of leave come last.
KINDS = (
    MEETING, TRAINING, ADMINISTRATION, BACK_OFFICE, OTHER_CHANNEL, DESK, EXPERT, LEADER, NOT_NOW,
    LEAVE,
)  # fmt: skip

# What one click does: put the block off, ask the person to come, send the agent.
CANCEL, CALL, SEND = "cancel", "call", "send"
#: No click: somebody has to be asked first.
ASK = "ask"

NOW = "now"
LATER = "when the contact ends"
AT = "at"
ARRIVES = "when they arrive"

# Why something is not offered at all.
BREAKS, LEGAL, FIXED, REST, UNKNOWN = "breaks", "required by law", "not movable", "rest", "unknown"


@dataclass(frozen=True, slots=True)
class Resource:
    """Time of one person that could be freed.

    `minutes` are those gained before the finder's horizon, `minutes_shift` those before the end of
    the shift where that is later; None where nobody knows how long it would last. Of one person
    none are counted twice. `from_at` to `to_at` is when it would be, `when` says how soon.
    `queue` is the most urgent one that they can serve, `queue_why` why they can. `act` is what one
    click does; for ASK `why_not` says why there is none. `shift` is the block's id.
    """

    key: str
    kind: str
    person: str
    agent_id: int | None
    name: str
    team: str
    what: str
    from_at: int
    to_at: int | None
    minutes: int | None
    minutes_shift: int | None
    when: str
    act: str
    costs: tuple[str, ...] = ()
    shift: str = ""
    queue_id: int | None = None
    queue: str = ""
    queue_why: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class ResourceTotal:
    """All rows of a kind that one click frees; `unknown` of them for nobody knows how long."""

    kind: str
    rows: int
    minutes: int
    unknown: int


@dataclass(frozen=True, slots=True)
class ResourceList:
    """As of `at`, up to `until`. `kept` counts what is not offered: (reason, number).

    `roster`: whether anybody has stated people and shifts; without them only states are known.
    """

    at: int
    until: int
    rows: tuple[Resource, ...]
    totals: tuple[ResourceTotal, ...]
    kept: tuple[tuple[str, int], ...]
    rest_h: int = 11
    roster: bool = True
    version: object = None

    @property
    def minutes(self) -> int:
        return sum(total.minutes for total in self.totals)
