"""By how much a figure differs between two windows, with its 95 % interval.

Each figure comes with an interval of its own; the interval of the difference is made of the two
(MOVER: Newcombe 1998, method 10; Zou and Donner 2008). Means are compared as Welch did (1947).

All of these take contacts for independent of each other. In a queue they are not: who waits long
has neighbours who wait long, and a busy line drifts for hours. So a difference is held against
those that came by themselves as well (`Drift`), and the wider interval is the one that is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, pi, sin, sqrt
from statistics import fmean, variance

#: The normal quantile of 97.5 %.
Z = 1.959964
#: Student's quantile of 97.5 % by degrees of freedom; between two the smaller one holds.
_T = (
    (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (7, 2.365),
    (8, 2.306), (9, 2.262), (10, 2.228), (12, 2.179), (15, 2.131), (20, 2.086), (30, 2.042),
    (60, 2.000), (120, 1.980),
)  # fmt: skip


#: Of fewer windows nobody can say what is normal.
FEWEST = 8


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure between `low` and `high`, at 95 %."""

    value: float
    low: float
    high: float


def share(part: int, whole: int) -> Interval | None:
    """`part` of `whole` as 0 to 1 with Wilson's score interval (1927); None of nothing."""
    if whole <= 0:
        return None
    p, n, zz = part / whole, whole, Z * Z
    middle = (p + zz / (2 * n)) / (1 + zz / n)
    half = Z * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n)
    return Interval(p, max(0.0, middle - half), min(1.0, middle + half))


def rate(count: int, hours: float) -> Interval | None:
    """Events in an hour with the score interval of a Poisson count; None of no time.

    Contacts come in clusters, and then the interval is narrower than it ought to be.
    """
    if hours <= 0:
        return None
    middle, half = count + Z * Z / 2, Z * sqrt(count + Z * Z / 4)
    return Interval(count / hours, max(0.0, (middle - half) / hours), (middle + half) / hours)


def change(before: Interval, after: Interval) -> Interval:
    """After less before, of two shares or two rates that are independent of each other."""
    found = after.value - before.value
    return Interval(
        found,
        found - sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2),
        found + sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2),
    )


def change_of_means(before: Sequence[float], after: Sequence[float]) -> Interval | None:
    """Mean after less mean before; None where one of them has fewer than two values."""
    if len(before) < 2 or len(after) < 2:
        return None
    found = fmean(after) - fmean(before)
    parts = [(variance(values) / len(values), len(values) - 1) for values in (before, after)]
    spread = sum(part for part, _ in parts)
    if spread == 0:
        return Interval(found, found, found)
    freedom = spread**2 / sum(part**2 / free for part, free in parts)
    half = student(freedom) * sqrt(spread)
    return Interval(found, found - half, found + half)


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a figure moves when nothing is done: the root mean square of `of` differences, on the
    scale on which a figure moves alike whether it is high or low (Bartlett 1947: the root; of
    shares, the arc sine of the root)."""

    size: float
    of: int
    shares: bool

    def around(self, before: float, after: float) -> Interval:
        """After less before, 0 inside where it would have been no surprise."""
        half = student(self.of) * self.size
        middle = _even(after, self.shares)
        low, high = (_back(middle + way * half, self.shares) for way in (-1, 1))
        return Interval(after - before, low - before, high - before)


def drift(pairs: Sequence[tuple[float, float]], *, shares: bool) -> Drift | None:
    """From values before and after instants at which nothing was done; None of fewer than eight.
    Shares are 0 to 1."""
    if len(pairs) < FEWEST:
        return None
    moves = [_even(after, shares) - _even(before, shares) for before, after in pairs]
    return Drift(sqrt(fmean(move * move for move in moves)), len(moves), shares)


def wider(one: Interval, other: Interval) -> Interval:
    """What holds all of both."""
    return Interval(one.value, min(one.low, other.low), max(one.high, other.high))


def _even(value: float, shares: bool) -> float:
    return asin(sqrt(min(1.0, max(0.0, value)))) if shares else sqrt(max(0.0, value))


def _back(value: float, shares: bool) -> float:
    return sin(min(pi / 2, max(0.0, value))) ** 2 if shares else max(0.0, value) ** 2


def student(freedom: float) -> float:
    """The quantile of 97.5 %, never smaller than it is; below one degree that of one."""
    found = _T[0][1]
    for degrees, quantile in _T:
        # Welch's sum may fall a hair short of a whole number.
        if freedom + 1e-9 < degrees:
            break
        found = quantile
    return found


__all__ = [
    "FEWEST",
    "Drift",
    "Interval",
    "change",
    "change_of_means",
    "drift",
    "rate",
    "share",
    "student",
    "wider",
]
