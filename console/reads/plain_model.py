"""Channels as the forecast takes them, from plain sums: where nothing better is known yet.

Brings numpy: import it where it is used.
"""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.channels import CATALOG
from console.domain import facts
from console.domain.times import DAY, HOUR
from console.forecast.centre import Callback, Channel
from console.forecast.normal import Floats
from console.forecast.spread import Spread
from console.reads.board import QUARTER
from console.store.tables import Leg, Promise, Queue, Rollup

_WRITTEN_H = {"email": 7.0 / 60.0, "social": 4.0 / 60.0}
_AT_ONCE = {"chat": 3.0, "messaging": 4.0}
_REPEATS = {"voice": 0.35, "chat": 0.3}
_DAYS = 14


@dataclass(frozen=True, slots=True, eq=False)
class PlainModel:
    """The same shape as `parameters_model.Model` gives."""

    channels: tuple[Channel, ...]
    spread: Spread
    received: Floats  # channels by quarters of the last days, oldest first; NaN: before the data
    from_at: int

    def fresh(self, now_us: int, hours: float, interval_h: float) -> Floats:
        """As on the days before at the same hour, less what usually repeats."""
        number = round(hours / interval_h)
        at = now_us + (np.arange(number) + 0.5) * interval_h * HOUR
        found = np.zeros((len(self.channels), number))
        size = self.received.shape[1]
        for place, when in enumerate(at.tolist()):
            backs = [int((when - d * DAY - self.from_at) // QUARTER) for d in range(1, _DAYS)]
            near = [p for b in backs for p in (b - 1, b, b + 1) if 0 <= p < size]
            some = self.received[:, near]
            known = ~np.isnan(some)
            total = np.where(known, some, 0.0).sum(axis=1)
            found[:, place] = 4.0 * total / np.maximum(known.sum(axis=1), 1)
        keep = np.array([1.0 - _REPEATS.get(c.name, 0.15) for c in self.channels])
        return found * keep[:, None]


def plain_model(session: Session, now: int, target_s: float) -> PlainModel:
    since = now - _DAYS * DAY
    sums = {
        channel: (answered, abandoned, wait, talk, talks)
        for channel, answered, abandoned, wait, talk, talks in session.execute(
            select(
                Queue.channel,
                func.count(Leg.connected_at),
                func.count().filter(Leg.outcome == facts.ABANDONED),
                func.sum(Leg.wait_us),
                func.sum(Leg.talk_us + func.coalesce(Leg.wrapup_us, 0)),
                func.count(Leg.talk_us),
            )
            .join(Queue, Queue.id == Leg.queue_id)
            .where(Leg.entered_at > max(since, now - 2 * DAY), Leg.entered_at <= now)
            .group_by(Queue.channel)
        ).tuples()
    }
    promises = session.scalar(select(Promise.id).limit(1)) is not None
    keys = session.scalar(select(Leg.id).where(Leg.outcome == facts.EXIT_KEY).limit(1)) is not None
    channels: list[Channel] = []
    for medium in CATALOG:
        name = medium.name
        if name not in sums or not sums[name][0]:
            continue
        _answered, abandoned, wait, talk, talks = sums[name]
        handling = int(talk) / talks / HOUR if talks else _WRITTEN_H.get(name, 0.1)
        written = name in _WRITTEN_H
        patience = int(wait or 0) / abandoned / HOUR if abandoned and not written else float("inf")
        channels.append(
            Channel(
                name=name,
                handling_h=handling,
                concurrency=_AT_ONCE.get(name, 1.0),
                patience_h=max(patience, 0.005),
                redial=0.0 if written else 0.65,
                resolution=0.7,
                reconnect=0.75,
                callback=Callback() if name == "voice" and (promises or keys) else None,
                target_s=target_s,
            )
        )
    first = since - since % QUARTER
    received = np.zeros((len(channels), (now - first) // QUARTER))
    names = [c.name for c in channels]
    for channel, at, number in session.execute(
        select(Queue.channel, Rollup.from_at, func.sum(Rollup.received))
        .join(Queue, Queue.id == Rollup.queue_id)
        .where(Rollup.from_at >= first, Rollup.from_at < now - QUARTER)
        .group_by(Queue.channel, Rollup.from_at)
    ).tuples():
        if channel in names:
            received[names.index(channel), (at - first) // QUARTER] = float(number)
    came = received.any(axis=0)
    received[:, : int(came.argmax()) if came.any() else received.shape[1]] = np.nan
    return PlainModel(tuple(channels), Spread(), received, first)


__all__ = ["PlainModel", "plain_model"]
