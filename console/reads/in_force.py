"""What stands otherwise than usual, as the forecast takes it: doors, offers and dials ahead.

Brings numpy: import it where it is used.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.messages import DIAL, OFFER
from console.domain.times import DAY, HOUR
from console.forecast.centre import CLOSED, DRAINING, OPEN, Channel, Marks
from console.reads.controls import newest
from console.reads.switches import switches
from console.store.tables import Channel as ChannelRow
from console.store.tables import Journal, Override, Queue, Rollup

_STATES = {"open": OPEN, "draining": DRAINING, "closed": CLOSED}


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that stands otherwise than usual; `until` is when it is meant to be over."""

    title: str
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """Marks are channels by intervals; `channels` are those asked, with their offers in part.

    `acts` is the number of the newest record of the journal: what is done later is not in it.
    """

    channels: tuple[Channel, ...]
    opening: Marks
    offering: Marks
    dialling: Marks
    standing: tuple[Standing, ...]
    acts: int
    said: tuple[str, ...]


def in_force(
    session: Session, now: int, channels: Sequence[Channel], hours: float, interval_h: float
) -> InForce:
    number = round(hours / interval_h)
    begins = now + (np.arange(number) * interval_h * HOUR).astype(np.int64)
    shape = (len(channels), number)
    opening, offering, dialling = (np.zeros(shape, np.int8) for _ in range(3))
    rows = {row.name: row for row in session.scalars(select(ChannelRow))}
    # All that anybody did is in it, whatever clock the centre has: a rehearsal has its own.
    standing = tuple(
        Standing(row.title, row.since, row.until)
        for row in session.scalars(select(Override).order_by(Override.since, Override.title))
    )
    offers, dials, doors = _switched(session, now)
    said: list[str] = []
    found: list[Channel] = []
    for place, channel in enumerate(channels):
        row = rows.get(channel.name)
        state = _STATES.get(row.state, OPEN) if row is not None else OPEN
        if state == OPEN and (there := _STATES.get(doors.get(channel.name, ""), OPEN)) != OPEN:
            opening[place] = there
            said.append(
                f"{channel.name} is {doors[channel.name]} at its platforms, not from here: taken "
                "to stay so."
            )
        if row is not None and state != OPEN:
            until = row.reopens_at if row.reopens_at and row.reopens_at > now else None
            opening[place] = state
            if until is not None:
                opening[place, begins >= until] = OPEN
            said.append(
                f"{channel.name} stays {row.state} for all hours shown: no time to reopen is set."
                if until is None
                else f"{channel.name} is {row.state} and taken to open again when it is meant to."
            )
        if channel.callback is not None:
            offered, dialled = offers.get(channel.name, 1.0), dials.get(channel.name, 1.0)
            offering[place] = offered > 0.0
            dialling[place] = dialled > 0.0
            if 0.0 < offered < 1.0:
                part = replace(channel.callback, accepted=channel.callback.accepted * offered)
                channel = replace(channel, callback=part)
                said.append(
                    f"Callbacks are offered to {offered:.0%} of those who come in {channel.name}: "
                    "the offer is off in the other queues."
                )
        found.append(channel)
    acts = session.scalar(select(func.max(Journal.id))) or 0
    return InForce(tuple(found), opening, offering, dialling, standing, acts, tuple(said))


def _switched(
    session: Session, now: int
) -> tuple[Mapping[str, float], Mapping[str, float], Mapping[str, str]]:
    """By channel, the share of arrivals in queues whose offer, and whose dial, is not off; and how
    its queues stand at their platforms where all of them are told to stand alike."""
    there = switches(session, now, newest(session))
    came = {
        queue: float(number)
        for queue, number in session.execute(
            select(Rollup.queue_id, func.sum(Rollup.received))
            .where(Rollup.from_at > now - DAY, Rollup.from_at <= now)
            .group_by(Rollup.queue_id)
        ).tuples()
    }
    whole: defaultdict[str, float] = defaultdict(float)
    offers: defaultdict[str, float] = defaultdict(float)
    dials: defaultdict[str, float] = defaultdict(float)
    doors: defaultdict[str, set[str]] = defaultdict(set)
    for queue in session.scalars(select(Queue)):
        # Of a queue in which nobody came the switch counts a little.
        weight = came.get(queue.id, 0.0) or 1e-6
        place = (queue.id, queue.source_id, queue.name)
        offer, dial = there.on(*place, OFFER), there.on(*place, DIAL)
        whole[queue.channel] += weight
        doors[queue.channel].add(there.state(*place))
        offers[queue.channel] += weight * (
            (queue.callback_offer if offer is None else offer) is not False
        )
        dials[queue.channel] += weight * (
            (queue.callback_dial if dial is None else dial) is not False
        )

    def shares(some: Mapping[str, float]) -> dict[str, float]:
        return {name: round(some[name] / all_, 4) for name, all_ in whole.items()}

    alike = {name: min(states) for name, states in doors.items() if len(states) == 1}
    return shares(offers), shares(dials), alike


__all__ = ["InForce", "Standing", "in_force"]
