"""One queue in equilibrium whose customers come back: redials and reconnects.

The fixed point of Aguir and others (2004) and Ding and others (2015), the closed forms of the fluid
above capacity, and the two conditions under which a backlog keeps itself alive.
"""

from dataclasses import dataclass, replace
from math import inf, log

from console.forecast.erlang import Figures, Queue, figures

_ROUNDS = 200
_CLOSE = 1e-12


@dataclass(frozen=True, slots=True)
class Returning:
    """What customers do next: `redial` after giving up, `reconnect` after an answer (x)."""

    redial: float
    reconnect: float


@dataclass(frozen=True, slots=True)
class Settled:
    """Where fresh issues and repeats settle: attempts per hour, and the queue at that rate."""

    attempts_per_hour: float
    figures: Figures


def settled(fresh: Queue, returning: Returning) -> Settled:
    """The total rate at which repeats and giving up agree (L = fresh + L [p P + x (1 - P)]).

    `fresh.per_hour` counts issues. Repeats are taken for Poisson; since they come in swells, the
    queue is understated, by 1 to 6 % where it was tried. Infinite if it never settles.
    """

    def more(rate: float) -> float:
        lost = figures(replace(fresh, per_hour=rate)).abandoned
        again = returning.redial * lost + returning.reconnect * (1.0 - lost)
        return fresh.per_hour + rate * again - rate

    low, high = fresh.per_hour, max(2.0 * fresh.per_hour, 1e-9)
    # Without patience nobody leaves, and no rate at or above capacity settles.
    if fresh.patience_h == inf:
        rate = fresh.per_hour / (1.0 - returning.reconnect)
        return Settled(rate, figures(replace(fresh, per_hour=rate)))
    while more(high) > 0.0:
        high *= 2.0
        if high > 1e9:
            return Settled(inf, figures(replace(fresh, per_hour=low)))
    for _ in range(_ROUNDS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if more(middle) > 0.0 else (low, middle)
        if high - low < _CLOSE * high:
            break
    return Settled(high, figures(replace(fresh, per_hour=high)))


def attempts_multiple(load: float, returning: Returning) -> float:
    """Attempts against their normal number, by the fluid; 1 up to full load.

    `load` is the work offered with all reconnects, against capacity. Capacity and not the share of
    redials decides whether it is above 1.
    """
    if load <= 1.0:
        return 1.0
    p, x = returning.redial, returning.reconnect
    if p >= 1.0:
        return inf
    return (1.0 - x) / (1.0 - p) * (1.0 - (p - x) / ((1.0 - x) * load))


def overloaded_wait_h(fresh: Queue, returning: Returning) -> float:
    """The wait at which giving up balances the surplus, by the fluid; 0 up to full load."""
    capacity = fresh.servers / fresh.handling_h
    p, x = returning.redial, returning.reconnect
    if fresh.per_hour <= capacity * (1.0 - x):
        return 0.0
    if p >= 1.0 or fresh.patience_h == inf:
        return inf
    attempts = (fresh.per_hour - (p - x) * capacity) / (1.0 - p)
    return log(attempts / capacity) * fresh.patience_h


def hours_per_issue(handling_h: float, reconnect: float) -> float:
    """Agent time that one issue takes until no repeat of it is left: redials are not in it."""
    return handling_h / (1.0 - reconnect)


def wait_spiral(growth: float, patience_h: float, returning: Returning) -> float:
    """Above 1 a backlog keeps itself alive: handling grows with each hour of wait."""
    if returning.redial >= 1.0:
        return inf if growth > 0.0 else 0.0
    if growth == 0.0:
        return 0.0
    return growth * patience_h * (1.0 - returning.reconnect) / (1.0 - returning.redial)


def duplicate_spiral(wasted_h: float, handling_h: float, returning: Returning) -> float:
    """Above 1 a backlog keeps itself alive because each failed attempt takes agents' time."""
    if wasted_h == 0.0:
        return 0.0
    if returning.redial >= 1.0:
        return inf
    return wasted_h / handling_h * (1.0 - returning.reconnect) / (1.0 - returning.redial)
