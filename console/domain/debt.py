"""Contact debt as it is shown: the gauge, its trend, and the list of issues.

Every figure may be None: then it is not known, and `note` or `doubts` say why.
"""

from dataclasses import dataclass

#: How an attempt stands to those before it.
FRESH, REDIAL, RECONNECT, CHASE, CALLED_IN = (
    "fresh", "redial", "reconnect", "chase", "called in",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure, between `low` and `high` at 95 % where that is known; None: unknown, see `note`."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpenIssues:
    """Needs that tried to reach us and are not met, by where they are now.

    Who is gone counts by how likely they come again, by this centre's own past.
    """

    inside: int  # waiting or in conversation
    redial: Measure  # left without an answer, expected again
    reconnect: Measure  # were answered, and are expected again
    promised: int  # wait for a callback
    total: Measure


@dataclass(frozen=True, slots=True)
class DebtHours:
    """Agents' hours that the open issues will take. None: unknown."""

    issues: float | None
    stale: float | None  # dials to customers who have called in since they were promised a call
    owed: float | None  # administration and the like that was put off
    total: float | None
    left_out: tuple[str, ...] = ()  # channels whose handling time nobody knows


@dataclass(frozen=True, slots=True)
class Ends:
    """What became of the needs that closed in the window. Three things: never to be added up.

    Paid: answered and not expected again. Given up: gone without an answer and not expected again.
    Moved: more needs than a day before that wait in writing or for a callback.
    """

    paid: Measure
    given_up: Measure
    moved: Measure


@dataclass(frozen=True, slots=True)
class ChannelDebt:
    """One channel's share; a need counts for the channel of its newest attempt."""

    channel: str
    attempts: int
    needs: int
    redials: int
    reconnects: int
    chases: int  # an attempt while an earlier one was open still, calls on a promise included
    keyless: int  # attempts whose customer is unknown
    open: float | None
    minutes_per_need: float | None  # agent time until a need is met, all its attempts together
    hours: float | None


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """An instant: the open issues and their hours then; attempts and needs of the hour before."""

    at: int
    open: float | None
    hours: float | None
    attempts: int
    needs: int


@dataclass(frozen=True, slots=True)
class Act:
    """An intervention, for the plot."""

    at: int
    title: str


@dataclass(frozen=True, slots=True)
class DebtGauge:
    """Contact debt at one instant, over the `window_h` before it.

    `excess` is how much more attempts a need takes than at this centre's own past weeks at the same
    hours; 0.75 is 75 % more. `corrected` is repeats for each fresh attempt by the shifted-window
    control. `short_h`: hours of history that are missing before all of it can be told; 0: none.
    """

    at: int
    window_h: float
    data_from: int
    data_until: int
    attempts: int
    needs: int
    keyless: float | None  # share of attempts whose customer is unknown
    gross: float | None  # (attempts - needs) / needs
    normal: Measure  # attempts per need in the past weeks
    excess: Measure
    corrected: Measure
    open: OpenIssues
    usual_open: Measure  # open issues at the same hour of the past weeks
    hours: DebtHours
    ends: Ends
    channels: tuple[ChannelDebt, ...]
    trend: tuple[TrendPoint, ...]
    acts: tuple[Act, ...]
    doubts: tuple[str, ...]
    short_h: float
    version: object = None

    @property
    def yesterday(self) -> float | None:
        """Open issues at the same hour a day before."""
        before = self.at - 24 * 3_600_000_000
        near = min(self.trend, key=lambda point: abs(point.at - before), default=None)
        if near is None or abs(near.at - before) > 1_800_000_000:
            return None
        return near.open

    @property
    def way(self) -> str:
        """rising, falling or level, against the same hour of yesterday; empty: unknown."""
        now, then = self.open.total, self.yesterday
        if now.value is None or then is None:
            return ""
        # Less than counting can tell is no news.
        least = max(0.05 * then, 2.0 * max(then, 1.0) ** 0.5)
        if now.value > then + least:
            return "rising"
        return "falling" if now.value < then - least else "level"


@dataclass(frozen=True, slots=True)
class IssueContact:
    """One attempt of an issue, and why it is taken for a part of it."""

    source_id: int
    contact: str  # the source's own id
    source: str
    channel: str
    entered_at: int
    outcome: str
    kind: str  # fresh, redial, reconnect, chase, called in
    why: str
    since_h: float | None  # since the attempt before; None: it is the first


@dataclass(frozen=True, slots=True)
class IssueRow:
    """One need and its attempts, oldest first."""

    key: str  # of its first attempt; the same as long as that is
    customer: str  # masked
    topic: str
    state: str  # waiting, in conversation, promised, gone, answered
    attempts: int
    first_at: int
    last_at: int
    channels: str
    contacts: tuple[IssueContact, ...]
    by_hand: bool


@dataclass(frozen=True, slots=True)
class IssueList:
    at: int
    window_h: float
    rows: tuple[IssueRow, ...]
    issues: int  # of the window, those not listed included
    version: object = None
