"""The shape of an estimate, and what all estimators share.

Every estimate says how far it can be trusted: an interval at 95 %, the number of facts behind it
and the hours of data that they span. What the data cannot tell is None, never a guess.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from console.forecast.normal import Floats

Z = 1.959964
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]
#: Student's quantile of 97.5 % by degrees of freedom; beyond, the normal one is near enough.
_T = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26, 10: 2.23}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value between `low` and `high` at 95 %, from `number` facts over `span_h` hours."""

    value: float
    low: float
    high: float
    number: int
    span_h: float
    note: str = ""

    @property
    def log_sd(self) -> float:
        """Standard deviation of its logarithm, as `Spread` wants it for rates and times."""
        if self.low <= 0.0 or self.high <= 0.0:
            return 1.0
        return (log(self.high) - log(self.low)) / (2.0 * Z)

    @property
    def logit_sd(self) -> float:
        """Standard deviation of its logit, as `Spread` wants it for shares."""
        low, high = max(self.low, 1e-6), min(self.high, 1.0 - 1e-6)
        return max(log(high / (1.0 - high)) - log(low / (1.0 - low)), 0.0) / (2.0 * Z)


def student(freedom: int) -> float:
    """Quantile of 97.5 %."""
    if freedom <= 10:
        return _T[max(freedom, 1)]
    return Z + 2.4 / freedom


def share(part: int, whole: int, span_h: float, note: str = "") -> Estimate | None:
    """Wilson's interval (1927); None of nothing."""
    if whole <= 0:
        return None
    p, zz = part / whole, Z * Z
    middle = (p + zz / (2 * whole)) / (1 + zz / whole)
    half = Z * sqrt(p * (1 - p) / whole + zz / (4 * whole * whole)) / (1 + zz / whole)
    return Estimate(p, max(0.0, middle - half), min(1.0, middle + half), whole, span_h, note)


def rate(events: int, exposure: float, span_h: float, note: str = "") -> Estimate | None:
    """Events in an hour of exposure, by the score interval of a Poisson count."""
    if exposure <= 0.0:
        return None
    middle, half = events + Z * Z / 2.0, Z * sqrt(events + Z * Z / 4.0)
    low, high = max(0.0, middle - half) / exposure, (middle + half) / exposure
    return Estimate(events / exposure, low, high, events, span_h, note)


def inverted(estimate: Estimate | None) -> Estimate | None:
    """A mean time from a rate; None where the rate may be 0."""
    if estimate is None or estimate.value <= 0.0 or estimate.low <= 0.0:
        return None
    return Estimate(
        1.0 / estimate.value, 1.0 / estimate.high, 1.0 / estimate.low, estimate.number,
        estimate.span_h, estimate.note,
    )  # fmt: skip


def clustered_mean(values: Floats, groups: Counts, span_h: float) -> Estimate | None:
    """A mean whose error allows for groups that differ, as agents do: few make it wide."""
    if len(values) < 2:
        return None
    mean = float(values.mean())
    _, place = np.unique(groups, return_inverse=True)
    sums = np.bincount(place, weights=values - mean)
    number = len(sums)
    if number < 2:
        number, sums = len(values), values - mean
    error = sqrt(number / (number - 1.0) * float(sums @ sums)) / len(values)
    half = student(number - 1) * error
    return Estimate(mean, max(mean - half, 0.0), mean + half, len(values), span_h)


def maximum(
    likelihood: Callable[[Floats], float], start: Floats, rounds: int = 100
) -> tuple[Floats, Floats] | None:
    """The parameters of the greatest likelihood with their covariance; None if it has no top.

    Newton's method with differences for derivatives; parameters must be free (logits, logarithms).
    """
    x = np.array(start, np.float64)
    best = likelihood(x)
    for _ in range(rounds):
        slope, bend = _derivatives(likelihood, x)
        values, vectors = np.linalg.eigh(-bend)
        # Where it bends the wrong way, a step uphill.
        damped = np.maximum(np.abs(values), 1e-3)
        step: Floats = vectors @ ((vectors.T @ slope) / damped)
        step *= min(1.0, 1.5 / max(float(np.abs(step).max()), 1e-12))
        size = 1.0
        while size > 1e-6:
            trial = likelihood(x + size * step)
            if trial >= best:
                break
            size /= 2.0
        else:
            break
        x, gain, best = x + size * step, trial - best, trial
        if gain < 1e-9 and float(np.abs(step).max()) < 1e-5:
            break
    values, vectors = np.linalg.eigh(-_derivatives(likelihood, x)[1])
    if values.min() <= 1e-3 or np.abs(x).max() > 12.0:
        return None
    covariance: Floats = (vectors / values) @ vectors.T
    return x, covariance


def _derivatives(of: Callable[[Floats], float], x: Floats) -> tuple[Floats, Floats]:
    h, number = 1e-3, len(x)
    unit = np.eye(number) * h
    here = of(x)
    slope, bend = np.zeros(number), np.zeros((number, number))
    for i in range(number):
        up, down = of(x + unit[i]), of(x - unit[i])
        slope[i] = (up - down) / (2 * h)
        bend[i, i] = (up - 2 * here + down) / (h * h)
        for j in range(i):
            both = of(x + unit[i] + unit[j]) - of(x + unit[i] - unit[j])
            both -= of(x - unit[i] + unit[j]) - of(x - unit[i] - unit[j])
            bend[i, j] = bend[j, i] = both / (4 * h * h)
    return slope, bend


def of_logit(value: float, sd: float, number: int, span_h: float, note: str = "") -> Estimate:
    low, middle, high = (1.0 / (1.0 + exp(-x)) for x in (value - Z * sd, value, value + Z * sd))
    return Estimate(middle, low, high, number, span_h, note)


def of_log(value: float, sd: float, number: int, span_h: float, note: str = "") -> Estimate:
    low, middle, high = (exp(x) for x in (value - Z * sd, value, value + Z * sd))
    return Estimate(middle, low, high, number, span_h, note)
