"""A forecast as it is kept, shown and judged: plain values that cross threads, and their words.

Series have one value for each hour ahead; None is unknown (a share of nobody), never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

Series = tuple[float | None, ...]

#: What is foretold and judged; each of a channel, or of all ("").
OPEN, WAITING, ATTEMPTS, ANSWERED, ABANDONMENT = (
    "open", "waiting", "attempts", "answered", "abandonment",
)  # fmt: skip
TITLES: Mapping[str, str] = {
    OPEN: "open issues",
    WAITING: "waiting",
    ATTEMPTS: "attempts in the hour",
    ANSWERED: "answered in the hour",
    ABANDONMENT: "abandonment rate",
}
#: Hours ahead at which forecasts are judged.
HORIZONS = (1, 2, 4, 8, 12, 24, 48)
#: Of the members, the shares below each of the quantiles that are kept for them.
SHARES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
BAND = 0.8  # of the members lie in the band that is shown


@dataclass(frozen=True, slots=True)
class Band:
    """The middle, and the band in which four of five courses lie."""

    low: Series = ()
    middle: Series = ()
    high: Series = ()

    def at(self, place: int) -> tuple[float, float, float] | None:
        """Low, middle and high of an hour; None where it is unknown."""
        if not 0 <= place < len(self.middle):
            return None
        low, middle, high = self.low[place], self.middle[place], self.high[place]
        return None if low is None or middle is None or high is None else (low, middle, high)


@dataclass(frozen=True, slots=True)
class ChannelAhead:
    """One channel. `waiting` is at the end of each hour; attempts and answered are of the hour;
    `wait_h`, `service_level` and `abandonment` shares of it. `agents` are those who serve."""

    channel: str
    waiting: Band
    attempts: Band
    answered: Band
    abandonment: Band
    wait_h: Series
    service_level: Series
    open: Series
    debt_h: Series
    agents: Series
    target_s: float
    inside: float = 0.0  # when it was made


@dataclass(frozen=True, slots=True)
class Payback:
    """Hours until the debt is paid, the middle and the band; None is never. `never` is the share of
    courses in which it is not, `short` how many agents are missing at all hours, `channel` where.
    `debt_h` are the hours beyond those of any calm day."""

    hours: float | None
    low_h: float | None
    high_h: float | None
    never: float
    short: int
    channel: str
    debt_h: float
    missing: tuple[tuple[str, int], ...] = ()  # the same by channel, the most first


@dataclass(frozen=True, slots=True)
class Stood:
    """What stood otherwise than usual when a forecast was made."""

    title: str
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Warned:
    """A caution; `code` is for programs."""

    code: str
    words: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a forecast says, without when and of what it was made.

    `paid` and `given_up` are issues since then; `moved` those that more than then wait in writing
    or for a callback: three things, of which only the first is a debt paid. `quantiles` are by
    figure, channel and hour of `HORIZONS`, at `SHARES`.
    """

    ends_h: tuple[float, ...]
    begun_open: float
    begun_debt_h: float
    open: Band
    debt_h: Band
    paid: Series
    given_up: Series
    moved: Series
    channels: tuple[ChannelAhead, ...]
    payback: Payback
    pooled: Payback
    warned: tuple[Warned, ...]
    quantiles: Mapping[str, Mapping[str, Mapping[int, tuple[float, ...]]]]


@dataclass(frozen=True, slots=True)
class Forecast(Ahead):
    """Made at `at` (microseconds UTC), after the record `acts` of the journal."""

    at: int
    assumed: tuple[str, ...]
    stood: tuple[Stood, ...]
    parameters: str
    acts: int
    unknown: tuple[tuple[str, str], ...] = ()
    redial_h: float | None = None  # mean delay of a redial, and of a reconnect: when acts show
    reconnect_h: float | None = None
    took_s: float = 0.0

    def of(self, channel: str) -> ChannelAhead | None:
        return next((row for row in self.channels if row.channel == channel), None)

    def band(self, figure: str, channel: str = "") -> Band | None:
        """The band of a figure; None where it is not foretold."""
        if figure == OPEN:
            return self.open
        row = self.of(channel)
        return None if row is None else getattr(row, figure)


# --- how good they were


@dataclass(frozen=True, slots=True)
class Score:
    """All forecasts of the last days at one distance: how many of `number` bands held what came.

    `bias` is what came less what was foretold, on the mean; `relative` the same against what was
    foretold. `low` and `high` are how many came below and above the band.
    """

    figure: str
    channel: str
    horizon_h: int
    number: int
    held: int
    below: int
    above: int
    bias: float
    relative: float | None

    @property
    def coverage(self) -> float:
        return self.held / self.number if self.number else 0.0


@dataclass(frozen=True, slots=True)
class Miss:
    """A forecast that was wrong: made at `at`, for `of`, and what came."""

    at: int
    of: int
    figure: str
    channel: str
    low: float
    high: float
    came: float


@dataclass(frozen=True, slots=True)
class Apart:
    """Forecasts that cannot be judged beyond `at`: something was done then that they did not know.
    `number` of their hours are left out."""

    at: int
    title: str
    number: int


@dataclass(frozen=True, slots=True)
class Judged:
    """How forecasts of the last `hours` fared. `words` are sentences, the worst first; `bias_words`
    says how far the present one may be off by the same error, or is empty."""

    at: int
    hours: float
    forecasts: int
    scores: tuple[Score, ...]
    misses: tuple[Miss, ...]
    apart: tuple[Apart, ...]
    words: tuple[str, ...]
    bias_words: str = ""


# --- what is shown


@dataclass(frozen=True, slots=True)
class Was:
    """An instant of the past as it was measured: issues and hours open, waiting by channel."""

    at: int
    open: float | None
    debt_h: float | None
    waiting: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done; each of `shows` is when and where its effect is expected to show."""

    at: int
    title: str
    shows: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that the screen shows. `forecast` is None before the first, and `why` says why."""

    version: object
    at: int
    forecast: Forecast | None
    was: tuple[Was, ...] = ()
    deeds: tuple[Deed, ...] = ()
    judged: Judged | None = None
    why: str = ""
    older: tuple[int, ...] = ()  # when the kept ones were made, the newest first


def hours_or_never(hours: float) -> float | None:
    return None if hours == inf else hours


__all__ = [
    "ABANDONMENT", "ANSWERED", "ATTEMPTS", "BAND", "HORIZONS", "OPEN", "SHARES", "TITLES",
    "WAITING", "Apart", "Band", "ChannelAhead", "Deed", "Forecast", "Judged", "Miss", "Outlook",
    "Payback", "Score", "Series", "Stood", "Warned", "Was", "hours_or_never",
]  # fmt: skip
