"""What the screen shows: the newest forecast, what was before it, what was done, how good."""

import json
import threading
from collections.abc import Callable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.debt import DebtGauge, TrendPoint
from console.domain.foretold import Deed, Forecast, Judged, Outlook, Was
from console.domain.foretold_words import payback_words
from console.domain.times import HOUR, MINUTE, SECOND
from console.reads import forecasts
from console.reads.steering import steering
from console.settings import Settings
from console.store.tables import Forecast as Row
from console.store.tables import Journal, Source

#: So much of the past is shown, and at such distances.
PAST, STEP = 48 * HOUR, 15 * MINUTE
#: What came is held against the forecasts this often: it takes a while.
_JUDGED_EVERY = 15 * MINUTE
Gauge = Callable[[Session, int], DebtGauge | None]
_NONE_YET = (
    "No forecast yet: the first is made when some contacts have been answered, a few seconds after "
    "they were read."
)
_NO_DATA = "No forecast: no exports have been read."


class Outlooks:
    """Asked again and again; what takes long is kept. Any thread may ask."""

    def __init__(self, settings: Settings, gauge: Gauge | None = None) -> None:
        self._settings, self._gauge = settings, gauge
        self._lock = threading.Lock()
        self._judged: tuple[object, Judged] | None = None
        self._past: tuple[object, tuple[Was, ...]] | None = None

    def of(self, session: Session, now: int, known: object = None) -> Outlook | None:
        """None where `known` is its version still."""
        last = session.scalar(select(func.max(Row.id)))
        version = (last, session.scalar(select(func.max(Journal.id))), now // (5 * MINUTE))
        if version == known:
            return None
        newest = forecasts.newest(session)
        if newest is None:
            data = session.scalar(select(func.max(Source.last_at))) is not None
            return Outlook(version, now, None, why=_NONE_YET if data else _NO_DATA)
        with self._lock:
            judged, was = self._judge(session, now, last), self._before(session, newest, last)
        return Outlook(
            version, now, newest, was, tuple(deeds(session, newest, newest.at - PAST)), judged,
            "", tuple(at for at, _ in reversed(forecasts.made(session, newest.at - PAST))),
        )  # fmt: skip

    def payoff(self, session: Session, known: object = None) -> tuple[object, str, str] | None:
        """A version, when the debt is paid in big words, and a sentence behind them; None where
        `known` is the version still, or nothing was foretold yet."""
        last = session.scalar(select(func.max(Row.id)))
        newest = None if last in (None, known) else forecasts.newest(session)
        return None if newest is None else (last, *payback_words(newest))

    def judged(self, session: Session, now: int, hours: float) -> Judged:
        from console.reads.forecast_scores import judged  # brings numpy

        at = forecasts.starts_at(session, now)
        return judged(session, now if at is None else at, self._settings, hours)

    def _judge(self, session: Session, now: int, last: object) -> Judged:
        from console.reads.forecast_scores import HOURS

        key = (last, now // _JUDGED_EVERY)
        if self._judged is None or self._judged[0] != key:
            self._judged = (key, self.judged(session, now, HOURS))
        return self._judged[1]

    def _before(self, session: Session, newest: Forecast, last: object) -> tuple[Was, ...]:
        if self._past is None or self._past[0] != last:
            gauge = self._gauge(session, newest.at) if self._gauge is not None else None
            trend = gauge.trend if gauge is not None else ()
            self._past = (last, before(session, newest, self._settings, trend))
        return self._past[1]


def before(
    session: Session, newest: Forecast, settings: Settings, trend: Sequence[TrendPoint] = ()
) -> tuple[Was, ...]:
    """How it was up to the newest forecast. Open issues are known where the gauge told them, or a
    forecast was made."""
    from console.reads.forecast_evidence import evidence  # brings numpy

    first = newest.at - PAST
    came = evidence(session, first - HOUR, newest.at, settings)
    open_at = {
        (newest.at - f.at + STEP // 2) // STEP: (f.begun_open, f.begun_debt_h)
        for f in forecasts.kept(session, first, newest.at + 1)
    }
    open_at |= {
        (newest.at - point.at + STEP // 2) // STEP: (point.open, point.hours)
        for point in trend
        if point.open is not None and point.at <= newest.at
    }
    begins = min((int(c.entered[0]) for c in came.channels.values() if len(c.entered)), default=0)
    found: list[Was] = []
    for back in range(PAST // STEP, -1, -1):
        at = newest.at - back * STEP
        issues, hours = open_at.get(back, (None, None))
        # Before the first contact nothing is known, which is not that nobody waited.
        seen = came.channels if at >= begins else ()
        waiting = {name: round(came.waiting(name, at), 1) for name in seen}
        found.append(Was(at, issues, hours, waiting))
    return tuple(found)


def deeds(session: Session, forecast: Forecast, since: int) -> list[Deed]:
    """What was done since then, and when its effects are expected to show."""
    found: list[Deed] = []
    for act in steering(session, since=since):
        aims: Sequence[dict[str, object]] = json.loads(act.detail).get("aims", ())
        full = [int(s) for aim in aims if isinstance(s := aim.get("full_s"), int)]
        shows: list[tuple[int, str]] = []
        if full:
            shows.append((act.at + max(full) * SECOND, "in the queue"))
        if forecast.redial_h is not None:
            shows.append((act.at + round(forecast.redial_h * HOUR), "in redials"))
        if forecast.reconnect_h is not None:
            shows.append((act.at + round(forecast.reconnect_h * HOUR), "in reconnects"))
        found.append(Deed(act.at, act.title, tuple(shows)))
    return found


__all__ = ["PAST", "Outlooks", "before", "deeds"]
