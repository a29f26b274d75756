"""What to beware of in a forecast or an alternative: found in its numbers, not in its name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, log

import numpy as np

from console.forecast import course as c
from console.forecast.centre import Centre, Channel
from console.forecast.course import Course
from console.forecast.figures import BETTER, Difference
from console.forecast.normal import Floats
from console.forecast.redials import Returning, duplicate_spiral, wait_spiral
from console.forecast.spread import Spread

_NEAR_SPIRAL = 0.7
_SMALL_TEAM = 5.0
_TIGHT = (0.9, 1.0)
# A channel that gains more debt than this, in hours and against what is paid, has it moved to it.
_MOVED_H, _MOVED_SHARE = 2.0, 0.1
_MOSTLY = 0.5
_WASTED_H = 3.0
_LEAST_ISSUES = 5.0
# A delay is known from data that span several of it.
_DELAYS = 3.0


@dataclass(frozen=True, slots=True)
class Caution:
    """`code` is for programs, `words` for people; `figure` is the number that it hangs on."""

    code: str
    words: str
    figure: float
    channel: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    """One alternative beside doing nothing (which is beside itself)."""

    base: Centre
    centre: Centre
    course: Course
    place: int
    differences: Mapping[str, Difference]
    spread: Spread

    def flow(self, which: int) -> Floats:
        """The middle of the members, by channel over all time."""
        return _middle(self.course.flow(which)[:, :, self.place].sum(axis=0))

    def change(self, values: Floats) -> Floats:
        """Times × channels against doing nothing, the middle of the members."""
        return _middle(values[:, :, self.place] - values[:, :, 0])


def _middle(values: Floats) -> Floats:
    return np.asarray(np.median(values, axis=-1), np.float64)


def cautions(
    centres: Sequence[Centre],
    course: Course,
    place: int,
    differences: Mapping[str, Difference],
    spread: Spread,
) -> tuple[Caution, ...]:
    """Of alternative `place` (0: doing nothing), the gravest kinds first."""
    case = _Case(centres[0], centres[place], course, place, differences, spread)
    found: list[Caution] = []
    for look in _LOOKS if place else _ALWAYS:
        found.extend(look(case))
    return tuple(found)


def _spirals(case: _Case) -> list[Caution]:
    found: list[Caution] = []
    for channel in case.centre.channels:
        returning = Returning(channel.redial, channel.back)
        copy_h = channel.duplicate * channel.copy_h
        for what, index in (
            ("handling grows with the wait", _wait_index(channel, returning)),
            (
                "failed attempts take agents' time",
                duplicate_spiral(copy_h, channel.handling_h, returning),
            ),
        ):
            if index > _NEAR_SPIRAL:
                says = "feeds itself" if index > 1.0 else "is near to feeding itself"
                words = f"{channel.name}: a backlog {says}, since {what} (index {index:.1f} of 1)"
                found.append(Caution("spiral", words, index, channel.name))
    return found


def _wait_index(channel: Channel, returning: Returning) -> float:
    if channel.handling_growth == 0.0 or not isfinite(channel.patience_h):
        return 0.0
    return wait_spiral(channel.handling_growth, channel.patience_h, returning)


def _small_or_tight(case: _Case) -> list[Caution]:
    found: list[Caution] = []
    hours = case.course.stack.steps * case.course.stack.step_h
    steps = round(hours / case.centre.interval_h)
    for place, channel in enumerate(case.centre.channels):
        agents = float(case.centre.agents[place, :steps].mean())
        fresh = float(case.centre.fresh[place, :steps].mean())
        if not fresh:
            continue
        load = fresh * channel.hours_per_issue / agents if agents else np.inf
        if 0.0 < agents < _SMALL_TEAM:
            words = f"{channel.name}: {agents:.1f} agents; under 5 its queue is known to 10 % only"
            found.append(Caution("small team", words, agents, channel.name))
        if _TIGHT[0] <= load <= _TIGHT[1]:
            words = f"{channel.name}: {load:.0%} of capacity is needed; small errors decide"
            found.append(Caution("near balance", words, load, channel.name))
    return found


def _short_history(case: _Case) -> list[Caution]:
    data_h = case.spread.data_h
    slowest = max(
        case.centre.channels, key=lambda channel: channel.reconnect_delay_h * (channel.back > 0)
    )
    if data_h is None or slowest.back == 0.0 or data_h >= _DELAYS * slowest.reconnect_delay_h:
        return []
    words = (
        f"{data_h:.0f} h of history are too short to know who comes again after "
        f"{slowest.reconnect_delay_h:.0f} h ({slowest.name})"
    )
    return [Caution("short history", words, data_h, slowest.name)]


def _night(case: _Case) -> list[Caution]:
    course = case.course
    issues = np.median(course.open[:, :, case.place].sum(axis=1), axis=-1)
    day = course.ends_h > course.ends_h[-1] - 24.0
    peak, last = float(issues[day].max()), float(issues[-1])
    fresh = np.median(course.fresh[:, :, case.place].sum(axis=1), axis=-1)
    quiet = float(fresh[-1]) < 0.5 * float(fresh[day].mean())
    if not quiet or last > 0.8 * peak:
        return []
    words = f"it ends in a quiet hour: {last:.0f} open then, {peak:.0f} at that day's worst"
    return [Caution("quiet hour", words, last / peak)]


def _written_off(case: _Case) -> list[Caution]:
    """Of the fall in open issues, what was not resolved."""
    if "open" not in case.differences:
        return []
    gone = -case.differences["open"].value
    resolved, lost = case.differences["resolved"].value, case.differences["given_up"].value
    if gone > _LEAST_ISSUES and lost > 0.0 and lost > _MOSTLY * gone:
        words = f"{min(lost / gone, 1.0):.0%} of the issues fewer were given up, not resolved"
        return [Caution("given up", words, lost / gone)]
    fewer = -case.differences["attempts"].value
    if fewer > _LEAST_ISSUES and resolved < 0.0:
        words = f"{fewer:.0f} attempts fewer, but {-resolved:.0f} issues fewer are resolved"
        return [Caution("attempts mislead", words, fewer)]
    return []


def _elsewhere(case: _Case) -> list[Caution]:
    debt = case.change(case.course.debt_h)[-1]
    issues = case.change(case.course.open)[-1]
    lists = case.change(case.course.state(c.LIST_LIVE))[-1]
    paid = -float(np.minimum(debt, 0.0).sum())
    found: list[Caution] = []
    before = np.median(case.course.debt_h[-1, :, 0], axis=-1)
    for place, channel in enumerate(case.centre.channels):
        if debt[place] > max(_MOVED_H, _MOVED_SHARE * max(paid, float(before[place]))):
            where = "callback list" if lists[place] > _MOSTLY * issues[place] else "debt"
            words = (
                f"{channel.name}: {where} grows by {issues[place]:.0f} issues, {debt[place]:.0f} h "
                f"({before[place]:.0f} h without)"
            )
            found.append(Caution("moved", words, float(debt[place]), channel.name))
    return found


def _weaker_use(case: _Case) -> list[Caution]:
    """Hours that leave a channel which resolves more of them than the one that gains them."""
    change = (case.centre.agents - case.base.agents).sum(axis=1) * case.base.interval_h
    losing = [n for n in range(len(change)) if change[n] < -0.5]
    gaining = [n for n in range(len(change)) if change[n] > 0.5]
    found: list[Caution] = []
    for source in losing:
        for target in gaining:
            per_hour = case.base.channels[source].resolved_per_hour
            skill = min(1.0, float(change[target] / -sum(change[n] for n in losing)))
            there = skill * case.centre.channels[target].resolved_per_hour
            if per_hour > there:
                one, other = case.base.channels[source].name, case.centre.channels[target].name
                words = f"an hour resolves {per_hour:.1f} issues in {one}, {there:.1f} in {other}"
                found.append(Caution("weaker use", words, per_hour / there, one))
    return found


def _hastier(case: _Case) -> list[Caution]:
    found: list[Caution] = []
    for before, after in zip(case.base.channels, case.centre.channels, strict=True):
        faster, fewer = after.handling_h < before.handling_h, after.resolution < before.resolution
        if not faster or not fewer:
            continue
        slope = log(after.resolution / before.resolution) / log(
            after.handling_h / before.handling_h
        )
        change = after.resolved_per_hour / before.resolved_per_hour - 1.0
        words = (
            f"{after.name}: contacts {1.0 - after.handling_h / before.handling_h:.0%} shorter, "
            f"resolution {before.resolution:.0%} to {after.resolution:.0%}: {change:+.1%} resolved "
            f"in an hour; in overload it loses from an elasticity of 1 on (here {slope:.1f})"
        )
        found.append(Caution("hastier", words, slope, after.name))
    return found


def _callback_waste(case: _Case) -> list[Caution]:
    found: list[Caution] = []
    wasted = case.change(np.cumsum(case.course.flow(c.WASTED), axis=0))[-1]
    left = np.median(case.course.state(c.LIST_LIVE)[-1, :, case.place], axis=-1)
    called = case.flow(c.CALLED_BACK)
    more = case.change(case.course.state(c.LIST_LIVE))[-1]
    for place, channel in enumerate(case.centre.channels):
        rules = channel.callback
        if rules is None:
            continue
        spare = spare_hours(case.course, place, rules.promise_h)
        if wasted[place] > _WASTED_H and wasted[place] > 0.5 * spare:
            words = (
                f"{channel.name}: {wasted[place]:.0f} h go to dials that reach nobody; "
                f"{spare:.0f} h are spare within the promised {rules.promise_h:.0f} h"
            )
            found.append(Caution("callback waste", words, float(wasted[place]), channel.name))
        hours = case.course.stack.steps * case.course.stack.step_h
        pace = float(called[place]) / hours
        if more[place] > _LEAST_ISSUES and left[place] > rules.promise_h * max(pace, 1e-9):
            words = (
                f"{channel.name}: {left[place]:.0f} promises are open at the end, too many to keep"
            )
            found.append(Caution("promises", words, float(left[place]), channel.name))
        silent = case.centre.dialling[place].sum() < case.base.dialling[place].sum()
        if silent and left[place] > _LEAST_ISSUES:
            words = (
                f"{channel.name}: {left[place]:.0f} promises are left: dial them or release them"
            )
            found.append(Caution("promises left", words, float(left[place]), channel.name))
    return found


def spare_hours(course: Course, place: int, promise_h: float, alternative: int = 0) -> float:
    """Agent hours free for dialling from now until a promise made now is due."""
    slots = course.stack.agents[:, place, alternative, 0]
    kept = course.keep
    agents = slots[kept - 1 :: kept][: len(course.ends_h)]
    inside = course.state(c.INSIDE)[: len(agents), place, alternative]
    waiting = course.state(c.WAITING)[: len(agents), place, alternative]
    busy = np.median(inside - waiting, axis=-1)
    free = np.maximum(agents - busy - np.sqrt(np.maximum(agents, 0.0)), 0.0)
    return float(
        free[course.ends_h[: len(agents)] <= promise_h + 1e-9].sum() * kept * course.stack.step_h
    )


def _abandonment_misleads(case: _Case) -> list[Caution]:
    rate = case.differences.get("abandonment")
    if rate is None or not isfinite(rate.value) or case.differences["resolved"].verdict != BETTER:
        return []
    if rate.value < 0.005:
        return []
    words = f"the abandonment rate rises by {100 * rate.value:.0f} points while more is resolved"
    return [Caution("abandonment misleads", words, rate.value)]


def _owed(case: _Case) -> list[Caution]:
    found: list[Caution] = []
    answered = case.flow(c.ANSWERED) + case.flow(c.CALLED_BACK)
    for place, (before, after) in enumerate(
        zip(case.base.channels, case.centre.channels, strict=True)
    ):
        owed = (before.administration_h - after.administration_h) * float(answered[place])
        if owed > 0.5:
            words = f"{after.name}: {owed:.0f} h of administration are owed afterwards"
            found.append(Caution("owed", words, owed, after.name))
    added = float((case.centre.agents - case.base.agents).sum()) * case.base.interval_h
    if added > 0.5:
        words = f"{added:.0f} agent hours come from elsewhere; what that costs later is not in here"
        found.append(Caution("cost later", words, added))
    return found


def _still_growing(case: _Case) -> list[Caution]:
    debt = case.change(case.course.debt_h).sum(axis=1)
    quarter = max(1, len(debt) // 4)
    last, before = (
        float(np.abs(debt[-quarter:]).mean()),
        float(np.abs(debt[-2 * quarter : -quarter]).mean()),
    )
    if last < 2.0 or last <= 1.3 * before:
        return []
    return [
        Caution(
            "horizon", f"its effect still grows when the forecast ends ({last:.0f} h by then)", last
        )
    ]


_Look = Callable[[_Case], list[Caution]]
_ALWAYS: tuple[_Look, ...] = (_spirals, _short_history, _small_or_tight, _night)
_LOOKS: tuple[_Look, ...] = (
    _written_off, _elsewhere, _weaker_use, _hastier, _callback_waste, _abandonment_misleads, _owed,
    _still_growing, _spirals,
)  # fmt: skip
