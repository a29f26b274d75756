"""Whether agents are kept for callbacks: dials that are made while customers wait say so.

Where the list is dialled in the slack only, agents who talk to callbacks are few while customers
wait. Brings numpy: import it where it is used.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from console.domain.times import DAY, HOUR, MINUTE
from console.forecast.centre import Channel
from console.reads.attempt_rows import lines
from console.store import dialect
from console.store.tables import Leg

#: What was done of late says how it is done now.
SPAN = 12 * HOUR
#: Customers wait where so many do; fewer may be on the way to somebody.
WAITS = 2
#: Of fewer minutes in which customers waited, and fewer of dials at any time, no rule is made.
LEAST_MINUTES, LEAST_DIALS = 20, 400
#: A share below this is what is left of dials that were begun in the slack.
_LITTLE = 0.03
_MOST = 0.6

Counts = NDArray[np.int64]


def with_dialling(
    session: Session, now: int, channels: Sequence[Channel]
) -> tuple[tuple[Channel, ...], list[str]]:
    """The channels with the share of agents that is kept for their callbacks, and what is said of
    it."""
    found: list[Channel] = []
    said: list[str] = []
    for channel in channels:
        if channel.callback is not None:
            share = kept_share(session, now, channel.name)
            rules = replace(
                channel.callback, reserved=share or 0.0, reserved_known=share is not None
            )
            channel = replace(channel, callback=rules)
            if share is None:
                said.append(
                    f"Whether agents of {channel.name} are kept for callbacks cannot be seen yet: "
                    "dialled in free minutes only."
                )
            if share:
                said.append(
                    f"Of the agents of {channel.name} who spoke while customers waited, "
                    f"{100 * share:.0f} % spoke with promised callbacks: so many are taken to be "
                    "kept for them."
                )
        found.append(channel)
    return tuple(found), said


def kept_share(session: Session, now: int, channel: str) -> float | None:
    """Of agents' talk in a channel while its customers waited, the share that was callbacks; 0
    where they are dialled in free minutes. None where too little was seen, or no queue is known in
    which callbacks are dialled."""
    queues = {number: line for number, line in lines(session).items() if line.channel == channel}
    dials = [number for number, line in queues.items() if line.dials]
    if not dials or len(dials) == len(queues):
        return None
    since = now - SPAN
    rows = session.execute(
        select(Leg.queue_id, Leg.entered_at, Leg.connected_at, Leg.ended_at).where(
            Leg.queue_id.in_(dialect.many(session, sorted(queues))),
            Leg.entered_at > since - DAY // 4,
            Leg.entered_at <= now,
            or_(Leg.ended_at.is_(None), Leg.ended_at > since),
        )
    ).all()
    if not rows:
        return None
    there = np.arange(since, now, MINUTE)
    waiting, talking, dialled = (np.zeros(len(there) + 1, np.int64) for _ in range(3))

    def count(into: Counts, start: int, end: int) -> None:
        first, last = np.searchsorted(there, (start, end))
        into[first] += 1
        into[last] -= 1

    for queue, entered, connected, ended in rows:
        until = min(now, ended) if ended is not None else now
        if queue in dials:
            if connected is not None:
                count(dialled, connected, until)
            continue
        count(waiting, entered, until if connected is None else min(connected, until))
        if connected is not None:
            count(talking, connected, until)
    crowded = np.cumsum(waiting)[:-1] >= WAITS
    on_dials = int(np.cumsum(dialled)[:-1][crowded].sum())
    on_calls = int(np.cumsum(talking)[:-1][crowded].sum())
    dialling = int(np.cumsum(dialled)[:-1].sum())
    if crowded.sum() < LEAST_MINUTES or dialling < LEAST_DIALS:
        return None
    share = on_dials / max(on_dials + on_calls, 1)
    return 0.0 if share < _LITTLE else round(min(share, _MOST), 3)


__all__ = ["kept_share", "with_dialling"]
