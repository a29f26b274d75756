"""Patience from waits: who was answered would have waited longer, and that has to be counted too.

The mean wait of those who gave up is no patience (3.1 minutes instead of 7.5 in one trial): the
patient ones were answered.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from console.forecast.estimate import Estimate, Flags, inverted, maximum, of_log, rate
from console.forecast.normal import Floats

#: Whoever hangs up sooner has dialled wrong or changed his mind; that is not patience.
SHORT_H = 5.0 / 3600.0
_FEWEST = 10


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """Contacts of one channel: how long each waited, and whether that ended by giving up."""

    wait_h: Floats
    gave_up: Flags


@dataclass(frozen=True, slots=True)
class Patience:
    """`mean_h` for an exponential patience. `shape` is a Weibull's: 1 is exponential; where its
    interval leaves 1 out, patience has another form (which moves two-day figures by 2 %)."""

    mean_h: Estimate | None
    shape: Estimate | None


def estimate_patience(waits: Waits, span_h: float, short_h: float = SHORT_H) -> Patience:
    """By maximum likelihood, answered waits censored, short ones left out of count and time."""
    wait, gave_up = np.asarray(waits.wait_h, np.float64), waits.gave_up
    late = wait > short_h
    time: Floats = wait[late] - short_h
    left = gave_up[late]
    events, exposure = int(left.sum()), float(time.sum())
    if events < _FEWEST:
        return Patience(None, None)
    return Patience(inverted(rate(events, exposure, span_h)), _shape(time, left, span_h))


def _shape(time: Floats, left: Flags, span_h: float) -> Estimate | None:
    events = int(left.sum())
    safe: Floats = np.maximum(time, 1e-9)
    logs, total = np.log(safe), float(np.log(safe[left]).sum())

    def likelihood(x: Floats) -> float:
        shape = float(np.exp(x[0]))
        hazard = np.exp(np.minimum(shape * (logs - float(x[1])), 50.0))
        return (
            events * float(x[0])
            + (shape - 1.0) * total
            - events * shape * float(x[1])
            - float(hazard.sum())
        )

    found = maximum(likelihood, np.array([0.0, np.log(safe.sum() / events)]))
    if found is None:
        return None
    x, covariance = found
    return of_log(float(x[0]), sqrt(covariance[0, 0]), events, span_h)


def still_waiting(waits: Waits, at_h: Floats) -> Floats:
    """Kaplan and Meier's share of customers whose patience lasts so long; NaN beyond the longest
    wait that was seen, where nobody knows. A check of the exponential form."""
    order = np.argsort(waits.wait_h)
    time, left = np.asarray(waits.wait_h, np.float64)[order], waits.gave_up[order]
    at_risk = len(time) - np.arange(len(time))
    stay = np.cumprod(1.0 - left / np.maximum(at_risk, 1))
    place = np.searchsorted(time, at_h, side="right") - 1
    share = np.where(place < 0, 1.0, stay[np.maximum(place, 0)] if len(stay) else 1.0)
    longest = time[-1] if len(time) else 0.0
    return np.where(at_h > longest, np.nan, share)
