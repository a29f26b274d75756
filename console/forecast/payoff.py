"""When the debt will be paid off, or how many agents are missing for that.

Agent hours against agent hours, channel by channel: a free hour of one channel does not pay
another's debt unless somebody moves it. Giving up is not counted as paying, so the time is an upper
bound of what the forecast itself shows.
"""

from dataclasses import dataclass
from math import ceil, floor, inf

import numpy as np

from console.forecast.course import Course
from console.forecast.estimate import Flags
from console.forecast.normal import Floats

_DAY_H = 24.0
# Debt below this is work in progress of anybody's afternoon.
_NOTHING_H = 0.5
# A backlog of so many hours of a channel's whole team is what any busy hour leaves.
_BUSY_H = 0.5


@dataclass(frozen=True, slots=True)
class Payoff:
    """Hours until the debt is paid: the middle and the 80 % band; inf is never.

    Never is also where little is owed now and more comes than can be served: what is paid in a
    quiet night is owed again by noon. `short` is how many more agents, at all hours, would let it
    shrink at all; `never` is the share of members in which it does not. `channel` is the last to be
    paid, `missing` are the agents that are short by channel, the most first.
    """

    hours: float
    low_h: float
    high_h: float
    never: float
    short: int
    channel: str
    debt_h: float
    missing: tuple[tuple[str, int], ...] = ()


def payoff(course: Course, alternative: int = 0, *, pooled: bool = False) -> Payoff:
    """Of one alternative. `pooled`: as if every agent served every channel."""
    stack = course.stack
    work_h = course.hours_per_issue[:, alternative]  # C E
    need: Floats = stack.fresh[:, :, alternative] * (stack.level[:, 0] * work_h)
    staff: Floats = stack.agents[:, :, alternative]
    surplus = (staff - need) * stack.step_h  # T C E
    excess = _excess(course, alternative)  # C E
    if pooled:
        surplus = surplus.sum(axis=1, keepdims=True)
        excess = excess.sum(axis=0, keepdims=True)
    day = min(len(surplus), round(_DAY_H / stack.step_h))
    rate = surplus[-day:].sum(axis=0) / (day * stack.step_h)  # agents to spare, on average
    team = staff.mean(axis=0)
    grows = _grows(
        surplus, excess, rate, _BUSY_H * (team.sum(0, keepdims=True) if pooled else team)
    )
    times = np.where(grows, inf, _times(surplus, excess, rate, stack.step_h))
    each = times.max(axis=0)
    missing = np.maximum(-rate, 0.0) * (grows | (excess > _NOTHING_H))
    each_short = np.where(missing > 0.0, np.floor(missing) + 1.0, 0.0)
    spare = each_short.sum(axis=0)
    last = int(np.median(times, axis=1).argmax())
    low, middle, high = (_rank(each, share) for share in (0.1, 0.5, 0.9))
    return Payoff(
        hours=middle,
        low_h=low,
        high_h=high,
        never=float(np.isinf(each).mean()),
        short=ceil(_rank(spare, 0.5)),
        channel="" if pooled else stack.names[last],
        debt_h=float(np.median(excess.sum(axis=0))),
        missing=() if pooled else _missing(stack.names, each_short),
    )


def _missing(names: tuple[str, ...], short: Floats) -> tuple[tuple[str, int], ...]:
    """By the middle member of each channel by itself."""
    found = [(name, ceil(_rank(row, 0.5))) for name, row in zip(names, short, strict=True)]
    return tuple(sorted((row for row in found if row[1]), key=lambda row: -row[1]))


def _rank(values: Floats, share: float) -> float:
    """One of the values: between an hour and never there is nothing."""
    ordered = np.sort(values)
    return float(ordered[min(len(ordered) - 1, floor(share * len(ordered)))])


def _excess(course: Course, alternative: int) -> Floats:
    """Debt hours at the start beyond what is open in any calm hour."""
    stack = course.stack
    start = {name: values[:, alternative] for name, values in stack.start.items()}
    issues = start["inside"] + start["redialling"] + start["reconnecting"] + start["list_live"]
    work_h = course.hours_per_issue[:, alternative]
    debt: Floats = (
        issues * work_h + start["copies"] * (stack.copy / stack.concurrency)[:, alternative]
    )
    back = ((1.0 - stack.resolution) * stack.reconnect)[:, alternative]
    rate = course.fresh[:, :, alternative].sum(axis=0) / (stack.steps * stack.step_h)
    calm: Floats = (
        rate
        / np.maximum(1.0 - back, 1e-9)
        * (stack.handling[:, alternative] + back * stack.reconnect_delay[:, alternative])
        * work_h
    )
    return np.maximum(debt - calm, 0.0)


def _grows(surplus: Floats, excess: Floats, rate: Floats, busy: Floats) -> Flags:
    """Where more comes in a day than is served, and the end has more owed than a busy hour leaves.

    Hours to spare are lost where nothing is owed, so the backlog is kept from going below zero
    (Lindley 1952).
    """
    left = excess
    for step in surplus:
        left = np.maximum(left - step, 0.0)
    return (rate <= 0.0) & (left > np.maximum(busy, _NOTHING_H))


def _times(surplus: Floats, excess: Floats, rate: Floats, step_h: float) -> Floats:
    left = excess[None] - np.cumsum(surplus, axis=0)
    paid = left <= 0.0
    first = (np.argmax(paid, axis=0) + 1.0) * step_h
    beyond = len(surplus) * step_h + left[-1] / np.where(rate > 0.0, rate, 1.0)
    later = np.where(rate > 0.0, beyond, inf)
    found: Floats = np.where(paid.any(axis=0), first, later)
    return np.where(excess <= _NOTHING_H, 0.0, found)
