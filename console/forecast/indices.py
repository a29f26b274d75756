"""Whether a backlog feeds itself, with how sure that is: the two conditions of a spiral."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from math import exp, isfinite, log

from console.forecast.redials import Returning, duplicate_spiral, wait_spiral

_DRAWS, _SEED = 400, 48
#: Half of a 95 % interval in standard deviations.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Known:
    """A parameter: its value and its 95 % interval, which is the value alone where it was set."""

    value: float
    low: float
    high: float

    def time(self, z: float) -> float:
        """A draw of a time or a rate, `z` standard deviations off."""
        if self.low <= 0.0 or self.value <= 0.0:
            return max(0.0, self.value + z * (self.high - self.low) / (2.0 * _Z))
        return self.value * exp(z * log(self.high / self.low) / (2.0 * _Z))

    def change(self, z: float) -> float:
        """A draw of what may be negative."""
        return self.value + z * (self.high - self.low) / (2.0 * _Z)

    def share(self, z: float) -> float:
        """A draw of a share, 0 to 1."""
        low, value, high = (min(max(x, 1e-4), 0.9999) for x in (self.low, self.value, self.high))
        width = (log(high / (1.0 - high)) - log(low / (1.0 - low))) / (2.0 * _Z)
        odds = value / (1.0 - value) * exp(z * width)
        return odds / (1.0 + odds)


@dataclass(frozen=True, slots=True)
class SpiralIndex:
    """`value` between `low` and `high` at 80 %; `likely` is the probability that it is above 1."""

    value: float
    low: float
    high: float
    likely: float


def wait_index(growth: Known, patience_h: Known, redial: Known, reconnect: Known) -> SpiralIndex:
    """Handling grows with the wait: `growth` is its share for each hour of wait."""

    def of(z: Callable[[], float]) -> float:
        returning = Returning(redial.share(z()), reconnect.share(z()))
        return wait_spiral(growth.change(z()), patience_h.time(z()), returning)

    exact = wait_spiral(growth.value, patience_h.value, Returning(redial.value, reconnect.value))
    return _drawn(exact, of)


def duplicate_index(
    wasted_h: Known, handling_h: Known, redial: Known, reconnect: Known
) -> SpiralIndex:
    """A failed attempt takes `wasted_h` of agents' time."""

    def of(z: Callable[[], float]) -> float:
        returning = Returning(redial.share(z()), reconnect.share(z()))
        return duplicate_spiral(wasted_h.time(z()), handling_h.time(z()), returning)

    exact = duplicate_spiral(
        wasted_h.value, handling_h.value, Returning(redial.value, reconnect.value)
    )
    return _drawn(exact, of)


def _drawn(exact: float, of: Callable[[Callable[[], float]], float]) -> SpiralIndex:
    random_ = random.Random(_SEED)
    draws = sorted(of(lambda: random_.gauss(0.0, 1.0)) for _ in range(_DRAWS))
    tenth = _DRAWS // 10
    likely = sum(1 for each in draws if each > 1.0) / _DRAWS
    if not isfinite(exact):
        return SpiralIndex(exact, draws[tenth], draws[-tenth - 1], 1.0)
    return SpiralIndex(exact, draws[tenth], draws[-tenth - 1], likely)


__all__ = ["Known", "SpiralIndex", "duplicate_index", "wait_index"]
