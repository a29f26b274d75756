"""Makes a forecast every quarter of an hour and after each act, and keeps it to be judged."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import fields
from threading import Lock
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from console.domain.debt import DebtGauge
from console.domain.foretold import Ahead, Forecast, Stood
from console.domain.times import DAY, HOUR, MINUTE
from console.reads import forecasts
from console.reads.steering import newest_steering
from console.settings import Settings
from console.store.engine import Store, next_revision
from console.store.tables import Forecast as Row

log = logging.getLogger(__name__)

EVERY = 15 * MINUTE  # of the console's clock
#: In real time no more often: a rehearsal may run sixty times as fast.
LEAST_S = 20.0
#: Acts that follow each other closely make one forecast.
SETTLES_S = 2.0
#: Nothing competes with the first board.
_AFTER_OPENING_S = 6.0
#: All of two days are kept, then one an hour.
ALL_KEPT, KEPT = 50 * HOUR, 14 * DAY
_DESKS_APART = 5 * MINUTE

Submit = Callable[..., "Future[Any]"]
Gauge = Callable[[Session, int], DebtGauge | None]


class Forecasting:
    """`read` takes a job for a reader's thread, `write` one for the urgent thread; `gauge` is asked
    how many are open."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        read: Submit,
        write: Submit,
        gauge: Gauge | None = None,
    ) -> None:
        self._store, self._settings, self._gauge = store, settings, gauge
        self._read, self._write = read, write
        self._lock = Lock()
        self._opened = time.monotonic()
        self._made_at: int | None = None
        self._acts = -1
        self._tried = -LEAST_S
        self._moved_at: float | None = None
        self._running = self._news = False

    def look(self, now: int) -> bool:
        """Begin one where it is due; True where one has come since the last look. Does not wait."""
        news, self._news = self._news, False
        moment = time.monotonic()
        if self._running or moment - self._opened < _AFTER_OPENING_S:
            return news
        if moment - self._tried < LEAST_S:
            return news
        if self._is_due(now, moment):
            self._running, self._tried = True, moment
            try:
                self._read(self.make, now).add_done_callback(self._made)
            except RuntimeError:  # the console is closing
                self._running = False
        return news

    def _is_due(self, now: int, moment: float) -> bool:
        with self._store.read() as session:
            made_at, acts = session.execute(select(func.max(Row.made_at), func.max(Row.acts))).one()
            steered = newest_steering(session)
            starts = forecasts.starts_at(session, now)
        if starts is None:
            return False
        # Where nothing was made of this time: also after the clock was put back.
        if made_at is None or starts - made_at >= EVERY or made_at > now + EVERY:
            return True
        if steered <= (acts or 0):
            self._moved_at = None
            return False
        if self._moved_at is None:
            self._moved_at = moment
        return moment - self._moved_at >= SETTLES_S

    def _made(self, future: "Future[Forecast | None]") -> None:
        found = None if _failed(future) else future.result()
        if found is not None:
            try:
                self._write(self.keep, found).add_done_callback(self._kept)
                return
            except RuntimeError:  # the console is closing
                pass
        self._running = False

    def _kept(self, future: "Future[Any]") -> None:
        self._running = False
        self._news = not _failed(future)

    def make(self, now: int) -> Forecast | None:
        """A forecast of `now`, not kept; None where nothing is known that could be foretold."""
        # Brings numpy, which not every start needs.
        from console.forecast.foretell import foretell
        from console.reads.present import newest_present
        from console.store.columns import let_go

        begun = time.perf_counter()
        with self._store.read() as session:
            found = newest_present(session, now, self._settings, self._gauge)
            let_go(session)
        if found is None or not found.centre.channels:
            return None
        told = foretell(found.centre, found.spread, gone=found.gone, open_sd=found.open_sd)
        delays = [c.redial_delay_h for c in found.centre.channels if c.redial > 0.0]
        returns = [c.reconnect_delay_h for c in found.centre.channels if c.back > 0.0]
        return Forecast(
            at=found.at,
            **{each.name: getattr(told, each.name) for each in fields(Ahead)},
            assumed=found.assumed,
            stood=tuple(Stood(row.title, row.since, row.until) for row in found.standing),
            parameters=str(found.parameters),
            acts=found.acts,
            unknown=found.unknown,
            redial_h=max(delays, default=None),
            reconnect_h=max(returns, default=None),
            took_s=round(time.perf_counter() - begun, 3),
        )

    def keep(self, forecast: Forecast) -> bool:
        """False where another desk has just kept one of the same."""
        with self._store.write() as session:
            revision = next_revision(session)
            other = session.scalar(
                select(Row.id).where(
                    Row.made_at > forecast.at - _DESKS_APART,
                    Row.made_at <= forecast.at,
                    Row.acts >= forecast.acts,
                )
            )
            if other is not None:
                return False
            session.add(
                Row(
                    made_at=forecast.at,
                    hours=forecast.ends_h[-1],
                    parameters=forecast.parameters,
                    acts=forecast.acts,
                    body=forecasts.encoded(forecast),
                    revision=revision,
                )
            )
            session.flush()
            _purge(session, forecast.at)
        return True


def _failed(future: "Future[Any]") -> bool:
    """What cannot be foretold must not stop what can be done; but it is written down."""
    if future.cancelled():
        return True
    fault = future.exception()
    if fault is not None:
        log.error("no forecast could be made", exc_info=fault)
    return fault is not None


def _purge(session: Any, at: int) -> None:
    """What is older than two days is kept once an hour, and nothing for ever."""
    rows = session.execute(
        select(Row.id, Row.made_at)
        .where((Row.made_at < at - ALL_KEPT) | (Row.made_at > at + DAY))
        .order_by(Row.made_at)
    ).tuples()
    gone: list[int] = []
    hours: set[int] = set()
    for id, made_at in rows:
        hour = made_at // HOUR
        if at - KEPT <= made_at <= at and hour not in hours:
            hours.add(hour)
        else:
            gone.append(id)
    if gone:
        session.execute(delete(Row).where(Row.id.in_(gone)))


__all__ = ["EVERY", "Forecasting"]
