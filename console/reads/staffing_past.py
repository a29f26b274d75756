"""How many were there on the last days, by channel, and at the same hour of days alike.

Brings numpy: import it where it is used.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from console.domain.times import DAY, HOUR, SECOND
from console.forecast.normal import Floats
from console.reads.presence import SAMPLE, presence
from console.reads.staffing_people import Unit

#: So many days of the past are looked at; of the same kind of day the newest few count.
PAST_DAYS = 14
_ALIKE = 5
#: Who is there now: the mean of so long.
LATELY = HOUR // 2


class Past:
    """Who was there on the last days, by unit and sample."""

    def __init__(
        self, session: Session, now: int, channels: tuple[str, ...], units: Sequence[Unit]
    ) -> None:
        self._now = now
        self.from_at = now - PAST_DAYS * DAY
        agents = [agent for unit in units for agent in unit.agents]
        found = presence(session, agents, self.from_at, now)
        row = {agent: place for place, agent in enumerate(found.agents)}
        self.there = np.zeros((len(units), found.there.shape[1]), np.bool_)
        for place, unit in enumerate(units):
            for agent in unit.agents:
                self.there[place] |= found.there[row[agent]]
        self.shares = np.array(
            [[unit.shares.get(name, 0.0) for name in channels] for unit in units]
        ).reshape(len(units), len(channels))
        self._size = self.there.shape[1]
        anybody = self.there.any(axis=0)
        # Nothing is known before somebody was seen for the first time.
        self._first = int(anybody.argmax()) if anybody.any() else self._size
        self._sums: dict[bytes, Floats] = {}
        self.days: set[int] = set()
        self.unlike = False

    def _sum(self, among: NDArray[np.bool_] | None) -> Floats:
        key = b"" if among is None else among.tobytes()
        if key not in self._sums:
            there = self.there if among is None else self.there & among[:, None]
            self._sums[key] = np.asarray(self.shares.T @ there.astype(np.float32), np.float64)
        return self._sums[key]

    def between(self, from_at: int, to_at: int, among: NDArray[np.bool_] | None = None) -> Floats:
        """Channels by samples."""
        first, last = (int((at - self.from_at) // SAMPLE) for at in (from_at, to_at))
        return self._sum(among)[:, max(first, 0) : last]

    def were(self, instants: NDArray[np.int64]) -> Floats:
        """At instants of the time that is looked at, channels by instants."""
        places = np.clip((instants - self.from_at) // SAMPLE, 0, self._size - 1)
        return self._sum(None)[:, places]

    def lately(self) -> Floats:
        """The mean of the last half hour, by channel."""
        some = self.between(self._now - LATELY, self._now)
        return some.mean(axis=1) if some.shape[1] else np.zeros(self.shares.shape[1])

    def at(self, instants: NDArray[np.int64], among: NDArray[np.bool_] | None = None) -> Floats:
        """As on the days before at the same hour on the clock, channels by instants; NaN where
        none is known. Working days go by working days, weekends by the same day of the week."""
        sums = self._sum(among)
        found = np.full((sums.shape[0], len(instants)), np.nan)
        offsets = _Offsets()
        for column, at in enumerate(instants.tolist()):
            places = self._places(at, offsets, alike=True)
            if not places:
                places = self._places(at, offsets, alike=False)
                self.unlike = self.unlike or bool(places)
            if places:
                # A quarter of an hour around, so that one agent's break is not everybody's.
                near = [p for each in places for p in (each - 1, each, each + 1)]
                found[:, column] = sums[:, np.clip(near, 0, self._size - 1)].mean(axis=1)
        return found

    def _places(self, at: int, offsets: "_Offsets", *, alike: bool) -> list[int]:
        """The samples of the same hour on the clock on earlier days, the newest first."""
        found: list[int] = []
        day = _weekday(at)
        for back in range(1, PAST_DAYS + 1):
            then = at - back * DAY + offsets(at) - offsets(at - back * DAY)
            place = (then - self.from_at) // SAMPLE
            known = self._first <= place < self._size
            if known and (not alike or _alike(day, _weekday(then))):
                found.append(place)
                self.days.add(back)
                if len(found) == _ALIKE:
                    break
        return found

    def words(self, until: int | None) -> str:
        number = min(len(self.days), _ALIKE)
        what = "day" if number == 1 else f"{number} days of the same kind"
        which = "Beyond it" if until is not None else "No roster of the coming hours"
        unlike = " Of some days of the week none is known: as on the others." if self.unlike else ""
        return f"{which}: agents as on the last {what} at the same hour.{unlike}"


def _weekday(at: int) -> int:
    return datetime.fromtimestamp(at // SECOND).weekday()


def _alike(day: int, other: int) -> bool:
    return day == other if day >= 5 else other < 5


class _Offsets:
    """Of the desk's clock from UTC, microseconds; asked once for each hour."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def __call__(self, at: int) -> int:
        hour = at // HOUR
        if hour not in self._known:
            offset = datetime.fromtimestamp(hour * 3600).astimezone().utcoffset()
            self._known[hour] = round(offset.total_seconds() * SECOND) if offset else 0
        return self._known[hour]


__all__ = ["LATELY", "PAST_DAYS", "Past"]
