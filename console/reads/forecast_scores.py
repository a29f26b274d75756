"""Forecasts of the last days against what came: how often right, how far off, and in words.

Brings numpy: import it where it is used.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.foretold import (
    ABANDONMENT,
    ANSWERED,
    ATTEMPTS,
    HORIZONS,
    OPEN,
    SHARES,
    WAITING,
    Apart,
    Forecast,
    Judged,
    Miss,
    Score,
)
from console.domain.foretold_words import bias_words, words_of
from console.domain.times import HOUR, MINUTE
from console.reads import forecasts
from console.reads.forecast_evidence import Evidence, evidence
from console.reads.steering import steering
from console.settings import Settings
from console.store.tables import Journal, Source

HOURS = 72.0
_LOW, _HIGH = SHARES.index(0.1), SHARES.index(0.9)
_MIDDLE = SHARES.index(0.5)
#: A count that is off by less than this is not worth a word, whatever the band says.
_SLACK = {OPEN: 5.0, WAITING: 1.0, ATTEMPTS: 3.0, ANSWERED: 3.0, ABANDONMENT: 0.03}
_NEAR = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Trial:
    """One figure of one forecast, and what came."""

    made_at: int
    horizon_h: int
    figure: str
    channel: str
    low: float
    middle: float
    high: float
    came: float

    @property
    def side(self) -> int:
        """−1 where less came than the band holds, 1 more, 0 within, as it is shown: rounded."""
        return self._beyond(0.005 if self.figure == ABANDONMENT else 0.5)

    @property
    def far(self) -> int:
        """The same, where it is worth a word."""
        return self._beyond(_SLACK[self.figure])

    def _beyond(self, slack: float) -> int:
        if self.came < self.low - slack:
            return -1
        return int(self.came > self.high + slack)


def judged(session: Session, now: int, settings: Settings, hours: float = HOURS) -> Judged:
    """All that were made in the `hours` before `now` and of whose time something has passed."""
    since = now - round(hours * HOUR)
    until = min(now, session.scalar(select(func.max(Source.last_at))) or now)
    listed = list(forecasts.kept(session, since, until))
    if not listed:
        return Judged(now, hours, 0, (), (), (), ("No forecast is old enough to be judged.",))
    ends, apart = _ends(session, listed, now)
    came = evidence(session, since, until, settings)
    measured = sorted((f.at, f.begun_open) for f in listed)
    left_out: defaultdict[int, int] = defaultdict(int)
    trials: list[Trial] = []
    for forecast in listed:
        end, act = ends[forecast.at]
        for trial in _trials(forecast, came, measured):
            if trial.made_at + trial.horizon_h * HOUR <= end:
                trials.append(trial)
            else:
                left_out[act] += 1
    scores = scored(trials)
    misses = _misses(trials)
    found_apart = tuple(
        Apart(row.at, row.title, left_out[id]) for id, row in apart.items() if left_out[id]
    )
    return Judged(
        now,
        hours,
        len(listed),
        scores,
        misses,
        found_apart,
        words_of(len(listed), scores, misses, _lately(trials, until), found_apart),
        bias_words(scores),
    )


def _ends(
    session: Session, listed: Sequence[Forecast], now: int
) -> tuple[Mapping[int, tuple[int, int]], Mapping[int, Apart]]:
    """Up to when each forecast can be judged, and the act that ends it; and the acts.

    An act is known by when the first forecast after it was made, since a rehearsal has a clock of
    its own; by the journal's time where that lies between.
    """
    acts: list[Journal] = list(steering(session, min(f.acts for f in listed)))
    after = sorted((f.acts, f.at) for f in listed)
    apart: dict[int, Apart] = {}
    for act in acts:
        made = min((at for known, at in after if known >= act.id), default=now)
        before = max((at for known, at in after if known < act.id), default=0)
        at = act.at if before < act.at < made else made
        apart[act.id] = Apart(at, act.title, 0)
    ends: dict[int, tuple[int, int]] = {}
    for forecast in listed:
        first = next((act.id for act in acts if act.id > forecast.acts), None)
        ends[forecast.at] = (now, 0) if first is None else (apart[first].at, first)
    return ends, apart


def _trials(
    forecast: Forecast, came: Evidence, measured: Sequence[tuple[int, float]]
) -> Iterable[Trial]:
    for figure, by_channel in forecast.quantiles.items():
        for channel, by_horizon in by_channel.items():
            for horizon, values in by_horizon.items():
                at = forecast.at + horizon * HOUR
                if at > came.until:
                    continue
                actual = (
                    _open_at(measured, at) if figure == OPEN else came.value(figure, channel, at)
                )
                if actual is not None:
                    yield trial_of(forecast.at, horizon, figure, channel, values, actual)


def trial_of(
    made_at: int, horizon_h: int, figure: str, channel: str, values: Sequence[float], came: float
) -> Trial:
    """`values` are the quantiles that were kept of it."""
    low, middle, high = values[_LOW], values[_MIDDLE], values[_HIGH]
    return Trial(made_at, horizon_h, figure, channel, low, middle, high, came)


def _open_at(measured: Sequence[tuple[int, float]], at: int) -> float | None:
    """Open issues are measured whenever a forecast is made."""
    found = min(measured, key=lambda row: abs(row[0] - at))
    return found[1] if abs(found[0] - at) <= _NEAR else None


def scored(trials: Iterable[Trial]) -> tuple[Score, ...]:
    groups: defaultdict[tuple[str, str, int], list[Trial]] = defaultdict(list)
    for trial in trials:
        groups[trial.figure, trial.channel, trial.horizon_h].append(trial)
    order = {figure: n for n, figure in enumerate((OPEN, WAITING, ATTEMPTS, ANSWERED, ABANDONMENT))}
    found: list[Score] = []
    for (figure, channel, horizon), some in sorted(
        groups.items(), key=lambda row: (order[row[0][0]], row[0][1], HORIZONS.index(row[0][2]))
    ):
        sides = [trial.side for trial in some]
        bias = fmean(trial.came - trial.middle for trial in some)
        level = fmean(trial.middle for trial in some)
        found.append(
            Score(
                figure,
                channel,
                horizon,
                len(some),
                sides.count(0),
                sides.count(-1),
                sides.count(1),
                round(bias, 3),
                round(bias / level, 3) if level > 0.0 else None,
            )
        )
    return tuple(found)


def _misses(trials: Sequence[Trial]) -> tuple[Miss, ...]:
    """The newest of each figure and channel, told an hour or two ahead; the newest first."""
    newest: dict[tuple[str, str], Trial] = {}
    for trial in trials:
        if trial.horizon_h <= 2 and trial.far:
            newest[trial.figure, trial.channel] = trial
    found = [
        Miss(
            trial.made_at,
            trial.made_at + trial.horizon_h * HOUR,
            trial.figure,
            trial.channel,
            trial.low,
            trial.high,
            trial.came,
        )
        for trial in newest.values()
    ]
    return tuple(sorted(found, key=lambda miss: -miss.of))


def _lately(trials: Sequence[Trial], until: int) -> Mapping[tuple[str, str], tuple[int, int, int]]:
    """Of the last eight hours, told an hour ahead: in how many too low, too high, and of how many,
    by figure and channel. One forecast for each hour."""
    hours: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for trial in trials:
        at = trial.made_at + HOUR
        if trial.horizon_h == 1 and at > until - 8 * HOUR:
            hours[trial.figure, trial.channel].setdefault((until - at) // HOUR, trial.far)
    return {
        key: (
            sum(side > 0 for side in sides.values()),
            sum(side < 0 for side in sides.values()),
            len(sides),
        )
        for key, sides in hours.items()
    }


__all__ = ["HOURS", "Trial", "judged", "scored", "trial_of"]
