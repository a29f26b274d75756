"""How likely a need that is gone from our sight comes again, by how long it has been gone.

From this centre's own past: of those who left, or were answered, and had not come after an age, how
many came within the follow-up. Who would have come anyway is taken out by the same count a week
earlier, as in `shifted`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.debt.attempts import UNKNOWN, Attempts, Ints
from console.debt.shifted import SHIFT_US

Floats = NDArray[np.float64]

HOUR = 3_600_000_000
#: Nobody is expected any more after so long.
FOLLOW_US = 48 * HOUR
AGES_H = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 18.0, 24.0, 36.0, 48.0)
FEWEST = 50
#: So many of each kind, the newest, are enough to tell.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Curve:
    """The chance to come again by age, with its standard error; hours, in a rising order."""

    ages_h: tuple[float, ...]
    chance: tuple[float, ...]
    error: tuple[float, ...]
    number: int
    note: str = ""

    def at(self, age_h: Floats) -> Floats:
        """0 beyond the last age."""
        return np.interp(age_h, self.ages_h, self.chance, right=0.0)

    def error_at(self, age_h: Floats) -> Floats:
        return np.interp(age_h, self.ages_h, self.error, right=0.0)


@dataclass(frozen=True, slots=True)
class Returns:
    """Of those who left without an answer, and of those who were answered; None: unknown."""

    redial: Curve | None
    reconnect: Curve | None


def returns(attempts: Attempts, data_from_us: int, until_us: int) -> Returns:
    """`attempts` must be all since `data_from_us`, in the order of customer and time."""
    a = attempts
    ended = np.where(a.ended_us >= 0, a.ended_us, a.entered_us)
    keyed = (a.customer != UNKNOWN) & (ended <= until_us - FOLLOW_US) & (a.ended_us >= 0)
    gap = _gaps(a, ended)
    # Whoever came while it was still open has not come again because of its end.
    keyed &= gap > 0
    found: list[Curve | None] = []
    for mine in (keyed & a.left, keyed & a.answered):
        places = np.flatnonzero(mine)
        if len(places) > MOST:
            newest = np.argpartition(ended[places], len(places) - MOST)[-MOST:]
            places = np.sort(places[newest])
        found.append(_curve(a, places, ended, gap, data_from_us))
    return Returns(*found)


def _gaps(a: Attempts, ended: Ints) -> Ints:
    """From the end of an attempt to the customer's next, as long as can be where there is none."""
    gap = np.full(len(a), np.iinfo(np.int64).max, np.int64)
    same = a.customer[1:] == a.customer[:-1]
    gap[:-1][same] = (a.entered_us[1:] - ended[:-1])[same]
    return gap


def _curve(a: Attempts, places: Ints, ended: Ints, gap: Ints, data_from_us: int) -> Curve | None:
    if len(places) < FEWEST:
        return None
    gaps = gap[places]
    controlled = places[ended[places] - SHIFT_US >= data_from_us]
    note, anyway = "who would have come anyway is counted in: the history is too short", None
    if len(controlled) >= FEWEST:
        note, anyway = "", _gaps_before(a, controlled, ended[controlled] - SHIFT_US)
    chance: list[float] = []
    error: list[float] = []
    for age in AGES_H[:-1]:
        o, number = _share(gaps, age)
        c, others = (0.0, 1) if anyway is None else _share(anyway, age)
        free = max(1.0 - c, 0.05)
        chance.append(max(0.0, 1.0 - (1.0 - o) / free))
        variance = o * (1.0 - o) / max(number, 1) / free**2
        variance += ((1.0 - o) / free**2) ** 2 * c * (1.0 - c) / max(others, 1)
        error.append(float(np.sqrt(variance)))
    return Curve(AGES_H, (*chance, 0.0), (*error, 0.0), len(places), note)


def _share(gaps: Ints, age_h: float) -> tuple[float, int]:
    """Who came within the follow-up, of those who had not come after that age; and of how many."""
    left = gaps > age_h * HOUR
    number = int(left.sum())
    came = int((left & (gaps <= FOLLOW_US)).sum())
    return (came / number if number else 0.0), number


def _gaps_before(a: Attempts, places: Ints, at_us: Ints) -> Ints:
    """From an earlier instant to the same customer's next attempt after it."""
    base = int(a.entered_us.min(initial=0))
    unit = max((int(a.entered_us.max(initial=0)) - base) >> 31, 1) + 1
    key = (a.customer.astype(np.int64) << 32) + (a.entered_us - base) // unit
    wanted = (a.customer[places].astype(np.int64) << 32) + (at_us - base) // unit
    next_ = np.minimum(np.searchsorted(key, wanted, side="right"), len(a) - 1)
    # The attempt itself is among them at the latest, a week later.
    gap = np.full(len(places), np.iinfo(np.int64).max, np.int64)
    same = (a.customer[next_] == a.customer[places]) & (a.entered_us[next_] > at_us)
    gap[same] = (a.entered_us[next_] - at_us)[same]
    return gap


__all__ = ["AGES_H", "FOLLOW_US", "Curve", "Returns", "returns"]
