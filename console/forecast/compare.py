"""Alternatives against doing nothing, with the same draws of what nobody knows exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from console.forecast import course as c
from console.forecast.alternatives import Alternative, applied, extremes
from console.forecast.cautions import Caution, cautions
from console.forecast.centre import Centre
from console.forecast.course import Course
from console.forecast.engine import run
from console.forecast.figures import FIGURES, Difference, Range, difference, ranged
from console.forecast.normal import Floats
from console.forecast.outlook import ChannelOutlook, channel_outlooks
from console.forecast.payoff import Payoff, payoff
from console.forecast.spread import Spread, drawn
from console.forecast.stack import STEP_H, stacked

HOURS = 48.0
MEMBERS = 100
# Chance alone moves the number of open issues by this many roots of it, from run to run.
_CHANCE = 1.3
_KEEP = 6
_REACTS_WITHIN_H = 24.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of it if nothing is done. `open` has the chance of single customers in it."""

    figures: Mapping[str, Range]
    payoff: Payoff
    pooled: Payoff
    ends_h: tuple[float, ...]
    open: tuple[Range, ...]
    debt_h: tuple[Range, ...]
    channels: tuple[ChannelOutlook, ...]
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True)
class Reaction:
    """Hours until half of the effect shows in each; inf where nothing moves."""

    waiting_h: float
    attempts_h: float
    debt_h: float


@dataclass(frozen=True, slots=True)
class Moved:
    """What a channel is left with at the end, against doing nothing: issues and agent hours."""

    channel: str
    issues: float
    debt_h: float


@dataclass(frozen=True, slots=True)
class Effect:
    """One alternative. `paid`, `given_up` and `moved` are differences in issues: what fell in open
    issues was paid, or was given up; `moved` are those that went to other channels or lists. `open`
    and `debt_h` are the middles hour by hour, to be drawn beside those of doing nothing."""

    title: str
    differences: Mapping[str, Difference]
    reaction: Reaction
    paid: float
    given_up: float
    moved: tuple[Moved, ...]
    payoff: Payoff
    pooled: Payoff
    open: tuple[float, ...]
    debt_h: tuple[float, ...]
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Doing nothing, and the alternatives in their order."""

    nothing: Outlook
    effects: tuple[Effect, ...]


def compare(
    base: Centre,
    alternatives: Sequence[Alternative],
    spread: Spread | None = None,
    *,
    members: int = MEMBERS,
    hours: float = HOURS,
    step_h: float = STEP_H,
) -> Comparison:
    """Every alternative by itself against doing nothing. 200 members for one, 100 for a list."""
    spread = spread or Spread()
    centres = applied(base, alternatives)
    # After the alternatives themselves: each that nobody knows fully, at both its ends.
    cases: list[list[int]] = []
    for place, alternative in enumerate(alternatives, start=1):
        ends = extremes(alternative)
        cases.append([place, *range(len(centres), len(centres) + len(ends))])
        centres.extend(end.applied(base) for end in ends)
    draws = drawn(spread, base.names, members)
    course = run(stacked(centres, draws, hours, step_h), _KEEP)
    found = {figure.name: figure.of(course) for figure in FIGURES}
    chance = _CHANCE * draws.noise
    issues = course.open[:, :, 0].sum(axis=1)
    nothing = Outlook(
        figures={name: ranged(values[0]) for name, values in found.items()},
        payoff=payoff(course),
        pooled=payoff(course, pooled=True),
        ends_h=tuple(course.ends_h.tolist()),
        open=tuple(ranged(np.maximum(at + chance * np.sqrt(at), 0.0)) for at in issues),
        debt_h=tuple(ranged(at) for at in course.debt_h[:, :, 0].sum(axis=1)),
        channels=channel_outlooks(base, course),
        cautions=cautions(centres, course, 0, {}, spread),
    )
    effects = tuple(
        _effect(alternative, places, centres, course, found, spread)
        for places, alternative in zip(cases, alternatives, strict=True)
    )
    return Comparison(nothing, effects)


def _effect(
    alternative: Alternative,
    places: Sequence[int],
    centres: Sequence[Centre],
    course: Course,
    found: Mapping[str, Floats],
    spread: Spread,
) -> Effect:
    place = places[0]
    differences = {
        figure.name: difference(
            figure,
            np.tile(found[figure.name][0], len(places)),
            found[figure.name][list(places)].ravel(),
        )
        for figure in FIGURES
    }
    beware = cautions(centres, course, place, differences, spread)
    if len(places) > 1:
        beware = (_unknown(found["resolved"], places), *beware)
    return Effect(
        title=alternative.title,
        differences=differences,
        reaction=_reaction(course, place),
        paid=differences["resolved"].value,
        given_up=differences["given_up"].value,
        moved=moved(course, place),
        payoff=payoff(course, place),
        pooled=payoff(course, place, pooled=True),
        open=_series(course.open[:, :, place]),
        debt_h=_series(course.debt_h[:, :, place]),
        cautions=beware,
    )


def _unknown(resolved: Floats, places: Sequence[int]) -> Caution:
    gains = [float(np.median(resolved[place] - resolved[0])) for place in places[1:]]
    words = (
        f"{min(gains):+.0f} to {max(gains):+.0f} issues resolved: nobody knows how far resolution "
        "follows handling time"
    )
    return Caution("unknown", words, min(gains))


def moved(course: Course, place: int) -> tuple[Moved, ...]:
    """Channel by channel, the largest gain of debt first; the middle of the members."""
    issues = _middle(course.open[-1, :, place] - course.open[-1, :, 0])
    debt = _middle(course.debt_h[-1, :, place] - course.debt_h[-1, :, 0])
    rows = zip(course.stack.names, issues.tolist(), debt.tolist(), strict=True)
    return tuple(sorted((Moved(*row) for row in rows), key=lambda row: -row.debt_h))


def _series(values: Floats) -> tuple[float, ...]:
    return tuple(_middle(values.sum(axis=1)).tolist())


def _middle(values: Floats) -> Floats:
    return np.asarray(np.median(values, axis=-1), np.float64)


def _reaction(course: Course, place: int) -> Reaction:
    def gap(values: Floats) -> Floats:
        each = values.sum(axis=1)
        return _middle(each[:, place] - each[:, 0])

    return Reaction(
        waiting_h=_half(gap(course.flow(c.WAITED)), course.ends_h),
        attempts_h=_half(gap(course.flow(c.ARRIVED)), course.ends_h),
        debt_h=_half(gap(course.debt_h), course.ends_h),
    )


def _half(gap: Floats, ends_h: Floats) -> float:
    """When half of the largest difference within a day is reached."""
    early = np.abs(gap[ends_h <= _REACTS_WITHIN_H])
    if not len(early) or early.max() < 1e-6:
        return inf
    return float(ends_h[int(np.argmax(early >= early.max() / 2.0))])
