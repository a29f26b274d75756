"""How many needs were open at each of some instants, and where: inside, gone and expected again,
promised. A need is where its newest attempt is, but inside as long as any attempt of it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.debt.attempts import ANSWERED, IN_CONVERSATION, PROMISED, WAITING, Ints
from console.debt.issues import Issues
from console.debt.returns import FOLLOW_US, Curve, Floats, Returns

_BIN = 900_000_000
_NEVER = np.iinfo(np.int64).max // 4
HOUR = 3_600_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Courses:
    """Of each attempt: from when to when it was the newest of its need inside, then gone."""

    inside_from: Ints
    inside_to: Ints
    promised_to: Ints  # from `inside_to` on, where a callback was promised; else `inside_to`
    gone_to: Ints  # from `promised_to` on: until the next attempt, else never
    gone_from: Ints  # the end that its age counts from
    answered: NDArray[np.bool_]  # gone after an answer, else without


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """At each instant (rows), of each channel (columns). `sd_…` of chance alone."""

    at: Ints
    inside: Floats
    promised: Floats
    redial: Floats | None
    reconnect: Floats | None
    error: Floats  # at each instant, of the sum: chance and the curves' own together

    @property
    def total(self) -> Floats | None:
        """All of each channel; None where it is unknown who comes again."""
        if self.redial is None or self.reconnect is None:
            return None
        return self.inside + self.promised + self.redial + self.reconnect


def courses(issues: Issues) -> Courses:
    a = issues.attempts
    end = np.maximum(a.ended_us, a.entered_us)  # an unknown end is -1
    end[(a.outcome == WAITING) | (a.outcome == IN_CONVERSATION)] = _NEVER
    next_ = np.full(len(a), _NEVER, np.int64)
    follows = np.flatnonzero(issues.after >= 0)
    next_[follows] = a.entered_us[issues.after[follows]]
    # An earlier attempt that is open still keeps its need inside; few are, so each is looked at.
    for place in np.flatnonzero(end > next_):
        later = int(issues.after[place])
        while later >= 0 and a.entered_us[later] < end[place]:
            end[later] = max(end[later], end[place])
            later = int(issues.after[later])
    inside_to = np.minimum(end, next_)
    promised_to, gone_from, answered = inside_to, end, a.outcome == ANSWERED
    promised = np.flatnonzero(a.outcome == PROMISED)
    if len(promised):
        kept = a.answered_us[promised] >= 0
        until = np.where(kept, a.answered_us[promised], next_[promised])
        promised_to, gone_from = inside_to.copy(), end.copy()
        promised_to[promised] = np.minimum(np.maximum(until, inside_to[promised]), next_[promised])
        dialled = promised[kept]
        gone_from[dialled] = np.maximum(end[dialled], promised_to[dialled])
        answered[dialled] = True
    return Courses(a.entered_us, inside_to, promised_to, next_, gone_from, answered)


def stock(issues: Issues, instants: Ints, returns: Returns, known: Courses | None = None) -> Stock:
    """`instants` must rise. Attempts before the first less the follow-up count only while open."""
    a, c = issues.attempts, known or courses(issues)
    width = max(len(a.channels), 1)
    channel = np.maximum(a.channel, 0).astype(np.int64)
    size = len(instants)

    def between(start: Ints, stop: Ints, which: NDArray[np.bool_] | None = None) -> Floats:
        """Who is between start and stop at each instant."""
        if size == 1:
            here = (start <= instants[0]) & (stop > instants[0])
            if which is not None:
                here &= which
            number = np.bincount(channel[here], minlength=width)
            return number.reshape(1, width).astype(np.float64)
        first = np.searchsorted(instants, start, side="left")
        last = np.searchsorted(instants, stop, side="left")
        # From start on, stop not included.
        some = last > first
        if which is not None:
            some &= which
        up = np.bincount(first[some] * width + channel[some], minlength=(size + 1) * width)
        down = np.bincount(last[some] * width + channel[some], minlength=(size + 1) * width)
        return np.cumsum((up - down).reshape(size + 1, width), axis=0)[:size].astype(np.float64)

    inside = between(c.inside_from, c.inside_to)
    promised = between(c.inside_to, c.promised_to, a.outcome == PROMISED)
    variance = np.zeros(size)
    gone: list[Floats | None] = []
    recent = (c.gone_from >= int(instants[0]) - FOLLOW_US) & (c.gone_from < int(instants[-1]))
    recent &= (c.gone_to > c.promised_to) & (c.gone_to > instants[0])
    for curve, which in (
        (returns.redial, recent & ~c.answered),
        (returns.reconnect, recent & c.answered),
    ):
        if curve is None:
            gone.append(None)
            continue
        keyed = which & issues.keyed
        # Of nobody known it is never seen that they came back: they count as the others do.
        scale = float(which.sum()) / max(float(keyed.sum()), 1.0)
        expected, unsure = _expected(c, channel, width, instants, curve, np.flatnonzero(keyed))
        gone.append(expected * scale)
        variance += unsure * scale**2
    return Stock(instants, inside, promised, gone[0], gone[1], np.sqrt(variance))


def _expected(
    c: Courses, channel: Ints, width: int, instants: Ints, curve: Curve, those: Ints
) -> tuple[Floats, Floats]:
    """Expected returns of each channel at each instant, and the variance of their sum."""
    size = len(instants)
    base = int(instants[0]) - FOLLOW_US
    bins = int((int(instants[-1]) - base) // _BIN) + 1
    begun = (c.gone_from[those] - base) // _BIN
    # Whoever is gone only after the promise or another attempt ends counts from then on.
    ended = np.searchsorted(instants, c.gone_to[those], side="left")
    place = (channel[those] * bins + begun) * (size + 1) + ended
    table = np.bincount(place, minlength=width * bins * (size + 1)).reshape(width, bins, size + 1)
    # Of those who went in that quarter of an hour, who has not come back at each instant.
    away = table[:, :, ::-1].cumsum(axis=2)[:, :, ::-1][:, :, 1:]
    went = base + (np.arange(bins) + 0.5) * _BIN
    age_h = (instants[None, :] - went[:, None]) / HOUR
    chance = np.where(age_h >= 0.0, curve.at(np.maximum(age_h, 0.0)), 0.0)
    expected = np.einsum("cbt,bt->tc", away, chance)
    number = away.sum(axis=0)
    error = np.where(age_h >= 0.0, curve.error_at(np.maximum(age_h, 0.0)), 0.0)
    # The curve's errors at all ages are taken for one and the same: never too small.
    own = (number * error).sum(axis=0) ** 2
    return expected, (number * chance * (1.0 - chance)).sum(axis=0) + own


__all__ = ["Courses", "Stock", "courses", "stock"]
