"""New needs by time of the week: each weekday has its own level, and each its own hours, as far as
so many weeks can tell; what was not seen is taken from what was.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from console.forecast.estimate import Counts, Estimate, Z, student
from console.forecast.normal import Floats

DAYS, DAY_H, WEEK_H = 7, 24.0, 168.0
# What days of a centre differ by where too few were seen to say, and how sure that is in days.
USUAL_LEVEL_SD, _USUAL_DAYS = 0.12, 2.0
_FEW_DAYS = 4
# An interval of one weekday counts beside what all weekdays say of it as if that were so many days.
_PRIOR_DAYS = 1.5
#: How the needs of an ordinary day spread over its hours, where a centre's own were not seen.
USUAL_DAY = (
    0.12, 0.08, 0.06, 0.06, 0.08, 0.15, 0.35, 0.8, 1.5, 2.0, 2.1, 1.9, 1.6, 1.6, 1.8, 1.9, 1.8, 1.5,
    1.1, 0.9, 0.7, 0.5, 0.35, 0.2,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """Needs that began in each interval of the data, one after another. `began` may have parts of a
    need: each counts by how likely it is new. `place` is the interval's place in the week, from
    Monday 0:00 on, `day` the number of its day, `known` how much of it the data span, 0 to 1."""

    began: Floats
    place: Counts
    day: Counts
    known: Floats
    interval_h: float


@dataclass(frozen=True, slots=True, eq=False)
class Week:
    """Needs in an hour for each interval of a week with 95 % intervals, and in how many hours of
    data each was seen. `level` is their mean over the data; `level_sd` what days differ by."""

    rate: Floats
    low: Floats
    high: Floats
    seen_h: Floats
    level: Estimate
    level_sd: Estimate | None
    days: float
    unseen: str  # what was not seen and is taken from elsewhere; empty: all was seen

    @property
    def sd(self) -> float:
        return USUAL_LEVEL_SD if self.level_sd is None else self.level_sd.value


def estimate_week(needs: Needs, span_h: float) -> Week | None:
    """None where nothing began."""
    began, known = needs.began, needs.known
    whole = float(began.sum())
    if whole <= 0.0 or not len(began):
        return None
    interval_h, number = needs.interval_h, round(WEEK_H / needs.interval_h)
    each = number // DAYS
    count: Floats = np.bincount(needs.place, began, number).astype(np.float64)
    seen: Floats = np.bincount(needs.place, known, number).astype(np.float64)
    shape, level_of, unseen = _rows_and_columns(
        count.reshape(DAYS, each), seen.reshape(DAYS, each), interval_h
    )
    usual: Floats = (level_of[:, None] * shape[None, :]).ravel()
    sd, days = _level_sd(needs, usual)
    value = USUAL_LEVEL_SD if sd is None else sd.value
    # Gamma: what all weekdays say of this hour, as so many days, beside what this one says.
    part: Floats = usual * interval_h * _PRIOR_DAYS
    total: Floats = count + part
    times = seen + _PRIOR_DAYS
    rate: Floats = total / (times * interval_h)
    error: Floats = np.sqrt(total + (value * total) ** 2 / np.maximum(seen, 1.0))
    hours = float(known.sum()) * interval_h
    off = sqrt(whole + (value * whole) ** 2 / max(days, 1.0))
    quantile = student(round(days) - 1) if days >= _FEW_DAYS else Z
    return Week(
        rate=rate,
        low=np.maximum(total - Z * error, 0.0) / (times * interval_h),
        high=(total + Z * error + 1.0) / (times * interval_h),
        seen_h=np.asarray(seen * interval_h, np.float64),
        level=Estimate(
            whole / hours,
            max(whole - quantile * off, 0.0) / hours,
            (whole + quantile * off) / hours,
            round(whole),
            span_h,
        ),
        level_sd=sd,
        days=days,
        unseen=unseen,
    )  # fmt: skip


def _rows_and_columns(count: Floats, seen: Floats, interval_h: float) -> tuple[Floats, Floats, str]:
    """The shape of a day and the level of each weekday, by turns until both agree with the counts.

    The shape has a mean of 1 over a day.
    """
    each = count.shape[1]
    usual: Floats = np.repeat(np.array(USUAL_DAY, np.float64), each // 24 or 1)[:each]
    usual = usual / float(usual.mean())
    shape: Floats = usual.copy()
    level: Floats = np.full(DAYS, 1.0)
    hours: Floats = seen * interval_h
    slots, weekdays = hours.sum(axis=0) > 0.0, hours.sum(axis=1) > 0.0
    for _ in range(30):
        over_day: Floats = np.asarray((hours * shape).sum(axis=1), np.float64)
        level = np.asarray(count.sum(axis=1), np.float64) / np.maximum(over_day, 1e-12)
        over_week: Floats = np.asarray((hours * level[:, None]).sum(axis=0), np.float64)
        inside = slots & (over_week > 0)
        found: Floats = np.asarray(count.sum(axis=0), np.float64) / np.maximum(over_week, 1e-12)
        # What was not seen of the day is as usual against what was.
        shape = np.where(inside, found, usual)
        if inside.any():
            scale = float(shape[inside].sum()) / max(float(usual[inside].sum()), 1e-12)
            shape = np.where(inside, shape, usual * scale)
        mean = max(float(shape.mean()), 1e-12)
        shape = shape / mean
        level = level * mean
    words: list[str] = []
    if not slots.all():
        words.append("not every hour of the day was seen: the shape of an ordinary day is taken")
    if not weekdays.all():
        work = weekdays.copy()
        work[5:] = False
        rest = weekdays.copy()
        rest[:5] = False
        for day in np.flatnonzero(~weekdays).tolist():
            alike = work if day < 5 else rest
            level[day] = level[alike].mean() if alike.any() else level[weekdays].mean()
        words.append("not every weekday was seen: the others are taken as those that were")
    return shape, level, "; ".join(words)


def _level_sd(needs: Needs, usual: Floats) -> tuple[Estimate | None, float]:
    """How much whole days differ from what their weekday and hours let expect, beyond chance."""
    number = int(needs.day.max()) + 1
    began = np.bincount(needs.day, weights=needs.began, minlength=number)
    expected = np.bincount(
        needs.day, weights=usual[needs.place] * needs.known * needs.interval_h, minlength=number
    )
    days = float(needs.known.sum()) * needs.interval_h / DAY_H
    part = np.bincount(needs.day, weights=needs.known, minlength=number) * needs.interval_h / DAY_H
    full = (part > 0.9) & (expected > 1.0)
    number = int(full.sum())
    weekdays = len(
        {int(p) // round(DAY_H / needs.interval_h) for p in needs.place[full[needs.day]]}
    )
    freedom = number - weekdays
    if number < _FEW_DAYS or freedom < 2:
        return None, days
    off = (began[full] - expected[full]) ** 2 - expected[full] * freedom / number
    variance = float(off.sum()) / freedom / max(float((expected[full] ** 2).mean()), 1e-9)
    # Few days say little of how days differ: the usual counts as some days more.
    mixed = (variance * freedom + USUAL_LEVEL_SD**2 * _USUAL_DAYS) / (freedom + _USUAL_DAYS)
    value = sqrt(max(mixed, 1e-4))
    # A tail of days like none before is likelier than a normal distribution lets.
    width = 2.0 * Z * 1.4 / sqrt(2.0 * (freedom + _USUAL_DAYS))
    low, high = value * np.exp(-width / 2.0), value * np.exp(width / 2.0)
    return Estimate(value, float(low), float(high), number, days * DAY_H), days


def level_now(began: float, expected: float, sd: float, span_h: float) -> Estimate | None:
    """Needs of the last hours against those that the week lets expect (1: as usual). What days
    differ by by chance pulls it towards 1."""
    if expected < 1.0:
        return None
    # The logarithm of the level is normal around 0; the count's own error beside it.
    prior = sd**2
    noise = 1.0 / max(began, 1.0)
    raw = np.log(max(began, 0.5) / expected)
    weight = 4.0 * prior / (4.0 * prior + noise)  # a meltdown is far beyond what days differ by
    middle, error = weight * raw, sqrt(weight * noise)
    low, value, high = (float(np.exp(x)) for x in (middle - Z * error, middle, middle + Z * error))
    return Estimate(value, low, high, round(began), span_h)


__all__ = [
    "DAYS", "DAY_H", "USUAL_DAY", "USUAL_LEVEL_SD", "WEEK_H", "Needs", "Week", "estimate_week",
    "level_now",
]  # fmt: skip
