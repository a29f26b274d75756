"""Attempts and needs of a stretch of time: what came, and how much of it repeats."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.debt.issues import CALLED_IN, CHASE, RECONNECT, REDIAL, Issues

_KINDS = 5


@dataclass(frozen=True, slots=True)
class ChannelFlow:
    """Of one channel, of attempts of all customers."""

    attempts: int
    needs: int  # whose first attempt of the stretch came by it, of known customers
    redials: int
    reconnects: int
    chases: int
    keyless: int


@dataclass(frozen=True, slots=True)
class Flow:
    """`attempts` of all, `keyed` of known customers, and their `needs`: with at least one attempt
    in the stretch. `spread` is the standard deviation of the attempts of one need."""

    attempts: int
    keyed: int
    needs: int
    spread: float
    channels: tuple[ChannelFlow, ...]

    @property
    def per_need(self) -> float | None:
        return self.keyed / self.needs if self.needs else None

    @property
    def error(self) -> float | None:
        """Standard error of `per_need` by the number of needs alone."""
        return self.spread / self.needs**0.5 if self.needs > 1 else None


def flow(issues: Issues, from_us: int, to_us: int) -> Flow:
    """Attempts that began in [from_us, to_us)."""
    a = issues.attempts
    within = (a.entered_us >= from_us) & (a.entered_us < to_us)
    mine = np.flatnonzero(within)
    keyed = issues.keyed[mine]
    first = keyed & _first(issues, mine, from_us)
    channel, kind = a.channel[mine], issues.kind[mine]
    per_need = np.bincount(issues.issue[mine[keyed]])
    per_need = per_need[per_need > 0]
    width = max(len(a.channels), 1)
    # All that is told of an attempt in one number, and each counted once.
    code = (np.maximum(channel, 0).astype(np.int64) * _KINDS + kind) * 4 + first * 2 + keyed
    table = np.bincount(code, minlength=width * _KINDS * 4).reshape(width, _KINDS, 2, 2)
    counts = [
        (
            int(of.sum()),
            int(of[:, 1].sum()),
            int(of[REDIAL].sum()),
            int(of[RECONNECT].sum()),
            int(of[CHASE].sum() + of[CALLED_IN].sum()),
            int(of[:, :, 0].sum()),
        )
        for of in table[: len(a.channels)]
    ]
    return Flow(
        len(mine),
        int(keyed.sum()),
        len(per_need),
        float(per_need.std()) if len(per_need) else 0.0,
        tuple(ChannelFlow(*each) for each in counts),
    )


def _first(issues: Issues, mine: NDArray[np.int64], from_us: int) -> NDArray[np.bool_]:
    """Whether an attempt is the first of its need since then."""
    before = issues.before[mine]
    return (before < 0) | (issues.attempts.entered_us[np.maximum(before, 0)] < from_us)


def hourly(issues: Issues, edges_us: NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """Attempts and new needs of each stretch between two edges."""
    a = issues.attempts
    some = (a.entered_us >= edges_us[0]) & (a.entered_us < edges_us[-1])
    place = np.searchsorted(edges_us, a.entered_us[some], side="right") - 1
    fresh = issues.before[some] < 0
    size = len(edges_us) - 1
    every = np.bincount(place, minlength=size)[:size]
    new = np.bincount(place[fresh], minlength=size)[:size]
    return [int(each) for each in every], [int(each) for each in new]


__all__ = ["ChannelFlow", "Flow", "flow", "hourly"]
