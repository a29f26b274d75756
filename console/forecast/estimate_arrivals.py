"""New issues by time of day: attempts without the repeats, and how much days differ.

The level of the next two days is the most uncertain thing in any forecast: it makes more of the
error than all other parameters together.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from console.forecast.estimate import Estimate, Flags, Z, student
from console.forecast.normal import Floats

_DAY_H = 24.0
# What days of a centre differ by where too few were seen to say.
_USUAL_LEVEL_SD = 0.12
_FEW_DAYS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Attempts:
    """Attempts of one channel: hours since the data began, and whether each repeats an earlier one.

    The first hours of data cannot know of repeats of what was before: leave out at least a day's
    worth with `from_h` where there is more.
    """

    at_h: Floats
    repeat: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Fresh issues in an hour for each interval of the day, with 95 % intervals; NaN where none was
    seen. `level_sd` is the standard deviation of the logarithm of a whole day's level."""

    rate: Floats
    low: Floats
    high: Floats
    level_sd: float
    level: Estimate
    days: float
    interval_h: float

    def ahead(self, start_h: float, hours: float) -> Floats:
        """The coming intervals' rates, beginning at a time of day; NaN where it is not known."""
        number = round(_DAY_H / self.interval_h)
        first = round(start_h / self.interval_h)
        return self.rate[(first + np.arange(round(hours / self.interval_h))) % number]


def estimate_arrivals(
    attempts: Attempts,
    span_h: float,
    *,
    begins_at_h: float = 0.0,
    interval_h: float = 0.5,
    from_h: float = 0.0,
) -> Arrivals:
    """`begins_at_h` is the local time of day at which the data begin.

    Each interval's own count, its interval widened by what days differ (a negative binomial's).
    """
    fresh = np.asarray(attempts.at_h, np.float64)[~attempts.repeat]
    number = round(_DAY_H / interval_h)
    edges = np.arange(round(span_h / interval_h) + 1) * interval_h
    counts = np.histogram(fresh, edges)[0].astype(np.float64)
    known = edges[:-1] >= from_h - 1e-9
    slot = (np.floor((begins_at_h + edges[:-1]) / interval_h + 1e-9).astype(np.int64)) % number
    total = np.bincount(slot[known], weights=counts[known], minlength=number)
    times = np.bincount(slot[known], minlength=number).astype(np.float64)
    level_sd, days = _level(counts, known, number)
    seen = times > 0
    hours = np.where(seen, times * interval_h, 1.0)
    middle = total + Z * Z / 2.0
    # The variance of a count beyond Poisson's own, for the mean of as many days.
    beyond = (level_sd * total) ** 2 / np.maximum(times, 1.0)
    half = Z * np.sqrt(total + Z * Z / 4.0 + beyond)
    unknown = np.nan
    whole = float(counts[known].sum())
    spread = sqrt(whole + level_sd**2 * whole**2 / max(days, 1.0))
    level_h = max(float(known.sum()) * interval_h, interval_h)
    quantile = student(round(days) - 1) if days >= _FEW_DAYS else Z
    level = Estimate(
        whole / level_h,
        max(whole - quantile * spread, 0.0) / level_h,
        (whole + quantile * spread) / level_h,
        int(whole),
        span_h,
        "" if days >= _FEW_DAYS else "too few days to know how they differ: the usual is taken",
    )
    return Arrivals(
        rate=np.where(seen, total / hours, unknown),
        low=np.where(seen, np.maximum(middle - half, 0.0) / hours, unknown),
        high=np.where(seen, (middle + half) / hours, unknown),
        level_sd=level_sd,
        level=level,
        days=days,
        interval_h=interval_h,
    )


def _level(counts: Floats, known: Flags, number: int) -> tuple[float, float]:
    """How much a day's level varies beyond chance, and how many days were seen."""
    days = float(known.sum()) / number
    whole = [
        day
        for day in range(len(counts) // number)
        if known[day * number : (day + 1) * number].all()
    ]
    if len(whole) < _FEW_DAYS:
        return _USUAL_LEVEL_SD, days
    sums = np.array([counts[day * number : (day + 1) * number].sum() for day in whole])
    mean = float(sums.mean())
    beyond = float(sums.var(ddof=1)) - mean
    return sqrt(max(beyond, 0.0)) / max(mean, 1.0), days
