"""By how much a figure differs between two windows, with its 95 % interval.

Each figure comes with an interval of its own; the interval of the difference is made of the two
(MOVER: Newcombe 1998, method 10; Zou and Donner 2008). Means are compared as Welch did (1947).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, variance

#: The normal quantile of 97.5 %.
Z = 1.959964
#: Student's quantile of 97.5 % by degrees of freedom; between two the smaller one holds.
_T = (
    (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (7, 2.365),
    (8, 2.306), (9, 2.262), (10, 2.228), (12, 2.179), (15, 2.131), (20, 2.086), (30, 2.042),
    (60, 2.000), (120, 1.980),
)  # fmt: skip


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


def student(freedom: float) -> float:
    """The quantile of 97.5 %, never smaller than it is; below one degree that of one."""
    found = _T[0][1]
    for degrees, quantile in _T:
        # Welch's sum may fall a hair short of a whole number.
        if freedom + 1e-9 < degrees:
            break
        found = quantile
    return found


__all__ = ["Interval", "change", "change_of_means", "rate", "share", "student"]
