"""What came, at any instant and in any hour of the last days, by channel.

Brings numpy: import it where it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from console.domain import facts
from console.domain.foretold import ABANDONMENT, ANSWERED, ATTEMPTS, WAITING
from console.domain.times import DAY, HOUR, MINUTE, SECOND
from console.reads.attempt_rows import lines
from console.reads.open_work import WRITTEN
from console.reads.waiting import NEVER_WAITED
from console.settings import Settings
from console.store import dialect
from console.store.columns import columns
from console.store.tables import Leg

Ints = NDArray[np.int64]

#: How many waited is the mean of a quarter of an hour: one instant alone is luck.
_AROUND = 15 * MINUTE
_LOOKS = 5
_LIES = 14 * DAY
_ABANDONED, _LISTED = 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class _Channel:
    """Instants, each sorted by itself."""

    came: Ints  # attempts
    entered: Ints  # stood in a line: a contact that is passed on does so twice
    left: Ints  # the line, by whichever way
    answered: Ints  # attempts
    served: Ints  # all that agents did: passed on, and dials to those promised a callback, too
    abandoned: Ints
    listed: Ints  # left for a callback


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """From `from_at` to `until`, of which all is known."""

    from_at: int
    until: int
    channels: Mapping[str, _Channel]

    def value(self, figure: str, channel: str, at: int) -> float | None:
        """Of the hour that ended at `at`, or waiting then; None where it cannot be known."""
        found = self.channels.get(channel)
        if found is None or at > self.until or at - HOUR < self.from_at:
            return None
        if figure == WAITING:
            return self.waiting(channel, at)
        if figure == ATTEMPTS:
            return float(_between(found.came, at - HOUR, at))
        if figure == ANSWERED:
            return float(_between(found.answered, at - HOUR, at))
        if figure == ABANDONMENT:
            came = _between(found.came, at - HOUR, at) - _between(found.listed, at - HOUR, at)
            lost = _between(found.abandoned, at - HOUR, at)
            return lost / came if came > 0 else None
        return None

    def waiting(self, channel: str, at: int) -> float:
        """The mean of the quarter of an hour before."""
        found = self.channels[channel]
        looks = at - np.arange(_LOOKS) * (_AROUND // (_LOOKS - 1))
        inside = np.searchsorted(found.entered, looks, "right")
        gone = np.searchsorted(found.left, looks, "right")
        return float((inside - gone).mean())


def _between(instants: Ints, after: int, until: int) -> int:
    first, last = np.searchsorted(instants, (after, until), "right")
    return int(last - first)


def evidence(session: Session, from_at: int, until: int, settings: Settings) -> Evidence:
    """Everything that entered or was waiting in [from_at, until]."""
    known = lines(session)
    lost = settings.lost_end_s * SECOND
    kinds = case(
        (Leg.outcome == facts.ABANDONED, _ABANDONED), (Leg.outcome == facts.EXIT_KEY, _LISTED),
        else_=0,
    )  # fmt: skip
    number, queue, entered, connected, ended, kind = columns(
        session,
        select(
            Leg.number, Leg.queue_id, Leg.entered_at,
            func.coalesce(Leg.connected_at, -1).label("connected"),
            func.coalesce(Leg.ended_at, -1).label("ended"),
            kinds.label("kind"),
        ).where(
            Leg.queue_id.is_not(None),
            Leg.queue_id.in_(dialect.many(session, sorted(known))),
            Leg.entered_at <= until,
            or_(
                Leg.entered_at > from_at - lost,
                # What was written may have lain there for long.
                (Leg.entered_at > from_at - _LIES)
                & or_(Leg.connected_at.is_(None), Leg.connected_at > from_at)
                & or_(Leg.ended_at.is_(None), Leg.ended_at > from_at),
            ),
            Leg.outcome.not_in(NEVER_WAITED),
        ),
    )  # fmt: skip
    found: dict[str, _Channel] = {}
    answered = connected >= 0
    gone = np.where(answered, connected, ended)
    for channel in {line.channel for line in known.values()}:
        here = np.isin(queue, [id for id, line in known.items() if line.channel == channel])
        if not here.any():
            continue
        dialled = np.isin(queue, [id for id, line in known.items() if line.dials])
        # What comes of passing on is no new attempt, nor is a dial; a ticket may ask anew.
        anew = here & ~dialled & ((number <= 1) | (channel in WRITTEN))
        left = gone if channel in WRITTEN else np.where(gone < 0, entered + lost, gone)
        found[channel] = _Channel(
            came=np.sort(entered[anew]),
            entered=np.sort(entered[here]),
            left=np.sort(left[here & (left >= 0)]),
            answered=np.sort(connected[anew & answered]),
            served=np.sort(connected[here & answered]),
            abandoned=np.sort(left[here & ~answered & (kind == _ABANDONED) & (left >= 0)]),
            listed=np.sort(left[here & ~answered & (kind == _LISTED) & (left >= 0)]),
        )
    return Evidence(from_at, until, found)


__all__ = ["Evidence", "evidence"]
