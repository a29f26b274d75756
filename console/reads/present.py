"""The centre as the forecast starts from it: what is open, who comes, who serves, what is in force.

Brings numpy: import it where it is used, on a reader's thread.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.debt import DebtGauge
from console.domain.foretold_words import clock
from console.domain.parameters import Parameters
from console.domain.times import MINUTE
from console.forecast.centre import Centre, Channel, Work
from console.forecast.spread import Spread
from console.reads.dialling import with_dialling
from console.reads.forecasts import starts_at
from console.reads.in_force import Standing, in_force
from console.reads.open_work import open_work
from console.reads.parameters import parameters
from console.reads.parameters_model import as_model
from console.reads.staffing import staffing
from console.settings import Settings
from console.store.roster_tables import RosterShift
from console.store.tables import Journal, Leg, Obligation, Queue, Source

HOURS = 48.0
INTERVAL_H = 0.25
#: Hours with less than this part of what comes at the peak are hours in which a channel is closed.
_CLOSED = 0.03
_LEAST_GONE, _MOST_GONE = 0.4, 3.0
_MOST_GROWTH = 0.3
_WIDTH_95 = 3.92  # of a 95 % interval, in standard deviations
#: Hours from which on the shape of a day is known, and how uncertain the level is without any.
_DAYS_H, _GUESS = 48.0, 0.5

Gauge = Callable[[Session, int], DebtGauge | None]
#: The same present serves for so long (of the console's clock): a forecast is for hours.
_FRESH = MINUTE


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """`at` is microseconds UTC. `parameters` is the version of what was estimated or set, `acts`
    the newest record of the journal that is in it. `assumed` are plain sentences for a leader."""

    at: int
    centre: Centre
    spread: Spread
    standing: tuple[Standing, ...]
    parameters: object
    acts: int
    assumed: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...] = ()  # channels that cannot be forecast, and why
    # The gauge counts by this centre's own past who was answered and will come again; the centre
    # above by a law that can be computed ahead. So many times as many are they by the gauge.
    gone: float = 1.0
    open_sd: float = 0.0  # how sure the gauge is of the number of open issues


def present(
    session: Session,
    now_us: int,
    settings: Settings,
    hours: float = HOURS,
    gauge: Gauge | None = None,
) -> Present:
    """As of `now_us`, from what is known today of the time up to it.

    Its centre has no channels where nothing was ever answered: nothing can be said then.
    """
    if session.scalar(select(Leg.id).limit(1)) is None:
        nothing = np.zeros((0, round(hours / INTERVAL_H)))
        centre = Centre((), nothing, nothing, (), INTERVAL_H)
        return Present(now_us, centre, Spread(), (), (), 0, ())
    known = parameters(session, now_us, settings)
    target_s = float(settings.service_level_s)
    model = as_model(known, target_s)
    channels, steep = tempered(model.channels)
    fresh = model.fresh(now_us, hours, INTERVAL_H)
    force = in_force(session, now_us, channels, hours, INTERVAL_H)
    channels, kept = with_dialling(session, now_us, force.channels)
    force = replace(force, channels=channels)
    names = tuple(channel.name for channel in force.channels)
    hours_of = {c.name: c.handling_h / c.concurrency for c in force.channels}
    staff = staffing(session, now_us, names, hours_of, hours, INTERVAL_H, fresh, settings)
    work = open_work(session, now_us, force.channels, settings)
    centre = Centre(
        channels=force.channels,
        fresh=fresh,
        agents=staff.agents,
        work=work.work,
        interval_h=INTERVAL_H,
        opening=force.opening,
        offering=force.offering,
        dialling=force.dialling,
        awake=(fresh > _CLOSED * fresh.max(axis=1, keepdims=True, initial=0.0)).astype(np.float64),
        postponed_h=_owed_h(session),
    )
    assumed = (*staff.said, *force.said, *kept, *_pooled(session, names), *work.said, *known.notes)
    spread, short = _short(model.spread, known)
    assumed = (*short, *steep, *assumed)
    return Present(
        now_us, centre, spread, force.standing, known.version, force.acts,
        tuple(dict.fromkeys(assumed)), model.unknown,
        *_gone(session, now_us, work.work, gauge),
    )  # fmt: skip


def tempered(channels: Sequence[Channel]) -> tuple[list[Channel], list[str]]:
    """Handling that grows with the wait was seen over minutes of it; taken on to hours, it would
    make a spiral of any long queue, though hard cases also wait longer."""
    found: list[Channel] = []
    said: list[str] = []
    for channel in channels:
        if channel.handling_growth > _MOST_GROWTH:
            said.append(
                f"In {channel.name} handling seems to grow by {channel.handling_growth:.0%} for "
                f"each hour of wait; {_MOST_GROWTH:.0%} is taken: hard cases also wait longer."
            )
            channel = replace(channel, handling_growth=_MOST_GROWTH)
        found.append(channel)
    return found, said


def _short(spread: Spread, known: Parameters) -> tuple[Spread, list[str]]:
    """Of less than two days nobody knows how the hours of a day differ, so that a level that was
    taken in some of them may be far off in others."""
    if known.since_at is None or known.span_h >= _DAYS_H:
        return spread, []
    level = _GUESS * (1.0 - known.span_h / _DAYS_H) + spread.level * known.span_h / _DAYS_H
    said = f"Only {known.span_h:.0f} h of data: how the hours of a day differ is a guess."
    return replace(spread, level=max(level, spread.level)), [said]


def _gone(
    session: Session, now: int, work: Sequence[Work], gauge: Gauge | None
) -> tuple[float, float]:
    """How many times as many the gauge says will come again, and how sure it is of all."""
    found = None if gauge is None else gauge(session, now)
    if found is None or found.open.redial.value is None or found.open.reconnect.value is None:
        return 1.0, 0.0
    redialling = sum(each.redialling for each in work)
    ours = sum(each.reconnecting for each in work)
    theirs = max(found.open.redial.value + found.open.reconnect.value - redialling, 0.0)
    low, high = found.open.total.low, found.open.total.high
    sd = 0.0 if low is None or high is None else max(high - low, 0.0) / _WIDTH_95
    return min(max((theirs + 5.0) / (ours + 5.0), _LEAST_GONE), _MOST_GONE), sd


def newest_present(
    session: Session, now_us: int, settings: Settings, gauge: Gauge | None = None
) -> Present | None:
    """Of now; where the newest data are old, of their end. None of no data."""
    at = starts_at(session, now_us)
    if at is None:
        return None
    found = present(session, at, settings, gauge=gauge)
    if at < now_us:
        said = f"The newest data are of {clock(at)}: the forecast starts from there."
        found = replace(found, assumed=(said, *found.assumed))
    return found


def _pooled(session: Session, names: tuple[str, ...]) -> list[str]:
    several = {
        channel: number
        for channel, number in session.execute(
            select(Queue.channel, func.count()).group_by(Queue.channel)
        ).tuples()
        if number > 1 and channel in names
    }
    if not several:
        return []
    which = " and ".join(f"the {number} queues of {name}" for name, number in several.items())
    return [f"{which[0].upper()}{which[1:]} count as one line each: whoever serves one serves all."]


def _owed_h(session: Session) -> float:
    minutes = session.scalar(
        select(func.coalesce(func.sum(Obligation.minutes), 0)).where(Obligation.state == "owed")
    )
    return int(minutes or 0) / 60.0


class Presents:
    """Asked again and again; the newest is kept while nothing that it hangs on has moved. Any
    thread may ask."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._kept: tuple[object, int, Present] | None = None

    def of(self, session: Session, now: int, within: int = _FRESH) -> Present:
        """One of `now`, or of at most `within` microseconds before."""
        version = (
            session.scalar(select(func.max(Journal.id))),
            session.scalar(select(func.max(RosterShift.revision))),
            session.scalar(select(func.count()).select_from(Source)),
        )
        with self._lock:
            if self._kept is not None:
                known, asked_at, found = self._kept
                if known == version and 0 <= now - asked_at < within:
                    return found
            found = newest_present(session, now, self._settings)
            if found is None:
                found = present(session, now, self._settings)
            self._kept = (version, now, found)
            return found


__all__ = [
    "HOURS",
    "INTERVAL_H",
    "Gauge",
    "Present",
    "Presents",
    "newest_present",
    "present",
    "tempered",
]
