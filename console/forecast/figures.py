"""The figures by which alternatives are compared, and in which direction each is better."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from console.forecast import course as c
from console.forecast.course import Course
from console.forecast.normal import Floats

CANNOT_TELL = (0.2, 0.8)
BETTER, WORSE, UNSURE, SAME = "better", "worse", "cannot tell", "no difference"
# Less than this share of the figure itself is nobody's decision.
_SAME = 0.001


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a whole forecast, for alternatives × members. `more`: more of it is better."""

    name: str
    title: str
    unit: str
    more: bool
    of: Callable[[Course], Floats]


@dataclass(frozen=True, slots=True)
class Range:
    """A middle value and the band in which 80 % of the members lie."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference(Range):
    """Against doing nothing, in the same members. `better` is the share of them that gain."""

    better: float
    verdict: str


def _total(which: int) -> Callable[[Course], Floats]:
    return lambda course: course.flow(which).sum(axis=(0, 1))


def _waiting(course: Course) -> Floats:
    hours = course.stack.steps * course.stack.step_h
    return course.flow(c.WAITED).sum(axis=(0, 1)) / hours


def _peak(course: Course) -> Floats:
    return course.state(c.WAITING).sum(axis=1).max(axis=0)


def _abandonment(course: Course) -> Floats:
    calls = course.flow(c.ARRIVED) - course.flow(c.LISTED)
    impatient = (course.stack.giving_up > 0.0)[None]
    came = (calls * impatient).sum(axis=(0, 1))
    lost = course.flow(c.ABANDONED).sum(axis=(0, 1))
    return np.where(came > 0.0, lost / np.where(came > 0.0, came, 1.0), np.nan)


FIGURES: tuple[Figure, ...] = (
    Figure("resolved", "issues resolved", "issues", True, _total(c.RESOLVED)),
    Figure("given_up", "issues given up", "issues", False, _total(c.GIVEN_UP)),
    Figure("open", "open at the end", "issues", False, lambda k: k.open[-1].sum(axis=0)),
    Figure("debt_h", "debt at the end", "h", False, lambda k: k.debt_h[-1].sum(axis=0)),
    Figure("attempts", "attempts", "contacts", False, _total(c.ARRIVED)),
    Figure("waiting", "waiting on average", "customers", False, _waiting),
    Figure("peak", "most waiting at once", "customers", False, _peak),
    Figure("abandonment", "abandonment rate", "share", False, _abandonment),
)


def ranged(values: Floats) -> Range:
    """Of the members of one alternative; unknown where none of them has a value."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Range(float("nan"), float("nan"), float("nan"))
    low, middle, high = np.quantile(known, (0.1, 0.5, 0.9)).tolist()
    return Range(middle, low, high)


def difference(figure: Figure, base: Floats, other: Floats) -> Difference:
    """Member by member. An equal member counts half for each side."""
    gap = other - base
    known = ~np.isnan(gap)
    if not known.any():
        return Difference(float("nan"), float("nan"), float("nan"), 0.5, UNSURE)
    gap, level = gap[known], np.abs(base[known])
    alike = np.abs(gap) <= _SAME * np.maximum(level, 1e-9)
    gains = gap > 0.0 if figure.more else gap < 0.0
    share = float(np.where(alike, 0.5, gains).mean())
    band = ranged(gap)
    if alike.all():
        verdict = SAME
    elif CANNOT_TELL[0] <= share <= CANNOT_TELL[1]:
        verdict = UNSURE
    else:
        verdict = BETTER if share > CANNOT_TELL[1] else WORSE
    return Difference(band.value, band.low, band.high, share, verdict)
