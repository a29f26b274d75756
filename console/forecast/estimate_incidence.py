"""Who comes again and when, hour by hour after a contact, whatever the form of it.

Of those who are still out of touch after some time, so many come in the next while; fewer are left
to be seen the longer ago their contact was (Kaplan and Meier 1958). Some of them come with another
need: as many as chance lets, for with each need that begins anywhere there is a small chance that
it is the same customer's. Those are taken away. Nights, when nobody can come, are no trouble, which
they are where a form is assumed (`estimate_returns`); but data must span more than a day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from console.forecast.estimate import Counts, Estimate, Flags, of_log, of_logit
from console.forecast.normal import Floats

_DRAWS, _SEED = 200, 1
# Fewer than this part of all still looked after is too few to go on with.
_THIN, _FEWEST = 0.05, 20
# Customers of one day have more in common than chance: so much wider than counts alone say.
_ALIKE = 1.3
#: Intervals after a contact in which is counted who comes.
EDGES_H = np.array(
    [0, 1 / 12, 1 / 6, 0.25, 1 / 3, 0.5, 2 / 3, 5 / 6, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10,
     *range(12, 75, 2)], np.float64,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Same:
    """The chance that a need that begins anywhere is the same customer's, and its error."""

    chance: float
    sd: float


@dataclass(frozen=True, slots=True, eq=False)
class After:
    """Contacts that ended, at `end_h`; `gap_h` until the same customer's next attempt where
    `again`, else until the data end. `needs` counts those that had begun anywhere by an hour."""

    end_h: Floats
    gap_h: Floats
    again: Flags
    needs: Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """`share` comes again, after `delay_h` on average. By interval after the contact: `came` of
    those `watched`, and `others` needs began meanwhile (for each of them, summed)."""

    share: Estimate
    delay_h: Estimate
    edges_h: Floats
    came: Floats
    watched: Floats
    others: Floats


def counted(after: After, edges: Floats) -> tuple[Floats, Floats, Floats]:
    """Who came, who was watched and what began elsewhere, interval by interval."""
    came, watched, others = (np.zeros(len(edges) - 1) for _ in range(3))
    end, gap, again = after.end_h, after.gap_h, after.again
    for n in range(len(edges) - 1):
        low, high = float(edges[n]), float(edges[n + 1])
        there = gap > low
        end, gap, again = end[there], gap[there], again[there]
        until = np.minimum(gap, high)
        came[n] = float((again & (gap <= high)).sum())
        watched[n] = float((until - low).sum()) / (high - low)
        others[n] = float((after.needs(end + until) - after.needs(end + low)).sum())
    return came, watched, others


def estimate_incidence(
    after: After,
    same: Same,
    span_h: float,
    *,
    upto_h: float = 72.0,
    delay_upto_h: float = 72.0,
    least_h: float = 24.0,
) -> Incidence | None:
    """None where too few came, or too few were watched for `least_h`. The mean delay is that of
    those who come within `delay_upto_h`."""
    edges = EDGES_H[EDGES_H <= upto_h + 1e-9]
    came, watched, others = counted(after, edges)
    number = len(after.gap_h)
    enough = watched >= max(_FEWEST, _THIN * number)
    last = len(enough) if enough.all() else int(np.argmin(enough))
    if last < 1 or came[:last].sum() < _FEWEST or edges[last] < least_h - 1e-9:
        return None
    random = np.random.default_rng(_SEED)
    drawn = random.poisson(np.maximum(came, 0.0), (_DRAWS, len(came))).astype(np.float64)
    chances = np.maximum(same.chance + same.sd * random.standard_normal(_DRAWS), 0.0)
    soon = min(last, int(np.searchsorted(edges, delay_upto_h + 1e-9)) - 1)
    middle = (edges[:-1] + edges[1:]) / 2.0

    def told(came: Floats, chance: Floats) -> tuple[Floats, Floats]:
        rate = (came - chance[:, None] * others) / np.maximum(watched, 1e-9)
        summed = np.cumsum(rate, axis=1)
        left = np.exp(-np.concatenate([np.zeros((len(rate), 1)), summed], axis=1))
        steps = left[:, :-1] - left[:, 1:]
        share = np.clip(1.0 - left[:, last], 1e-4, 1.0 - 1e-4)
        early = np.maximum(steps[:, :soon].sum(axis=1), 1e-4)
        mean = np.maximum((steps * middle)[:, :soon].sum(axis=1) / early, 0.01)
        # What comes after the last interval, if it goes on as it went.
        horizon = float(edges[soon])
        mean = _untruncated(mean, horizon)
        beyond = 1.0 - np.exp(-float(edges[last]) / mean)
        return np.clip(share / np.maximum(beyond, 0.3), 1e-4, 1.0 - 1e-4), mean

    (value,), (delay,) = told(came[None, :], np.array([same.chance]))
    shares, delays = told(drawn, chances)
    odds: Floats = np.log(shares / (1.0 - shares))
    share_sd, delay_sd = (_ALIKE * float(each.std()) for each in (odds, np.log(delays)))
    seen = int(came[:last].sum())
    return Incidence(
        share=of_logit(log(value / (1.0 - value)), max(share_sd, 1e-3), number, span_h),
        delay_h=of_log(log(delay), max(delay_sd, 1e-3), seen, span_h),
        edges_h=edges[: last + 1],
        came=came[:last],
        watched=watched[:last],
        others=others[:last],
    )


def _untruncated(mean: Floats, horizon: float) -> Floats:
    """The mean of an exponential whose mean up to a horizon is this."""
    found = mean.copy()
    for _ in range(40):
        z = horizon / found
        found = np.minimum(mean + horizon / np.expm1(np.minimum(z, 50.0)), horizon)
    return found


def estimate_same(after: After, share: float, delay_h: float) -> Same | None:
    """From two days of data: those who come a day after a contact and later, less those who would
    come for the same need still (half of them, or half as many more), by how many needs began
    meanwhile. None where nobody was watched for so long."""
    edges = EDGES_H
    came, watched, others = counted(after, edges)
    late = edges[:-1] >= 24.0
    began = float(others[late].sum())
    if began <= 0.0:
        return None
    for_the_same = share * (np.exp(-edges[:-1] / delay_h) - np.exp(-edges[1:] / delay_h))
    number, theirs = float(came[late].sum()), float((for_the_same * watched)[late].sum())
    error = sqrt(number + 1.0 + (0.5 * theirs) ** 2)
    return Same(max(number - theirs, 0.0) / began, error / began)


def chance_apart(customer: Counts, at_h: Floats, apart_h: float) -> Same | None:
    """The same from longer data: of pairs of attempts so far apart that they cannot be of one need,
    how many are of one customer. None where too few are so far apart."""
    order = np.lexsort((at_h, customer))
    at = at_h[order]
    if len(at) < 2 or float(at.max() - at.min()) < 1.5 * apart_h:
        return None
    times = np.sort(at_h)
    pairs = float((len(times) - np.searchsorted(times, times + apart_h)).sum())
    _, code = np.unique(customer[order], return_inverse=True)
    # One key for both, in which each customer has a stretch of their own.
    stretch = float(at.max() - at.min()) + 2.0 * apart_h
    key = code * stretch + (at - at.min())
    last: Counts = np.searchsorted(code, np.arange(int(code[-1]) + 1), side="right").astype(
        np.int64
    )
    ends: Counts = last[code]
    from_then: Counts = np.asarray(np.searchsorted(key, key + apart_h), np.int64)
    later: Counts = np.maximum(ends - from_then, 0)
    mine = float(later.sum())
    if pairs <= 0.0 or mine < 1.0:
        return None
    # Customers' own sums differ: they are what is independent, not pairs.
    sums = np.bincount(code, weights=later)
    return Same(mine / pairs, sqrt(float((sums**2).sum())) / pairs)


__all__ = [
    "EDGES_H", "After", "Incidence", "Same", "chance_apart", "counted", "estimate_incidence",
    "estimate_same",
]  # fmt: skip
