"""What a forecast says: flows and states of each channel over time, and the figures made of them.

Arrays are times × channels × alternatives × members. A figure of nothing (a wait where nobody
came) is NaN: unknown, not 0.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from console.forecast.normal import Floats, tails
from console.forecast.stack import Stack

#: Counts of an interval; `waited` is customers' hours of waiting, `wasted` agents' hours of dials
#: that reach nobody or somebody who has called in.
FLOWS = (
    "arrived", "answered", "abandoned", "called_back", "listed", "moved_out", "resolved",
    "given_up", "waited", "wasted",
)  # fmt: skip
(
    ARRIVED, ANSWERED, ABANDONED, CALLED_BACK, LISTED, MOVED_OUT, RESOLVED, GIVEN_UP, WAITED,
    WASTED,
) = range(10)  # fmt: skip
#: At the end of an interval; `slots` are those left for customers who call.
STATES = (
    "inside", "variance", "waiting", "redialling", "reconnecting", "list_live", "list_stale",
    "copies", "slots",
)  # fmt: skip
(
    INSIDE, VARIANCE, WAITING, REDIALLING, RECONNECTING, LIST_LIVE, LIST_STALE, COPIES, SLOTS,
) = range(9)  # fmt: skip

# Fewer than this is nobody: shares of it would be noise.
_SOMEBODY = 1e-6


@dataclass(frozen=True, eq=False)
class Course:
    """The course of every case of a stack."""

    stack: Stack
    keep: int
    flows: Floats  # T F C A E
    states: Floats  # T S C A E

    @property
    def ends_h(self) -> Floats:
        """When each interval ends, in hours from now."""
        steps = [min(n * self.keep, self.stack.steps) for n in range(1, len(self.flows) + 1)]
        return np.array(steps, np.float64) * self.stack.step_h

    def flow(self, which: int) -> Floats:
        return self.flows[:, which]

    def state(self, which: int) -> Floats:
        return self.states[:, which]

    @cached_property
    def fresh(self) -> Floats:
        """New issues in each interval."""
        each = self.stack.fresh * self.stack.level * self.stack.step_h
        starts = np.arange(0, self.stack.steps, self.keep)
        summed: Floats = np.add.reduceat(each, starts, axis=0)
        return np.ascontiguousarray(np.broadcast_to(summed, self.flow(ARRIVED).shape))

    @cached_property
    def open(self) -> Floats:
        """Issues not met yet: inside, coming again, or promised a callback."""
        return self.states[:, [INSIDE, REDIALLING, RECONNECTING, LIST_LIVE]].sum(axis=1)

    @cached_property
    def hours_per_issue(self) -> Floats:
        """Agent time for an issue of each channel (C A E), with the reconnects that follow."""
        stack = self.stack
        back = (1.0 - stack.resolution) * stack.reconnect
        return stack.handling / stack.concurrency / np.maximum(1.0 - back, 1e-9)

    @cached_property
    def debt_h(self) -> Floats:
        """Agent hours that all open issues, stale promises and copies will take."""
        stack = self.stack
        debt: Floats = self.open * self.hours_per_issue
        debt = debt + self.state(COPIES) * stack.copy / stack.concurrency
        if stack.back_channels:
            k = list(stack.back_channels)
            debt[:, k] += self.state(LIST_STALE)[:, k] * stack.callback["failed_dial_h"]
        return debt

    @cached_property
    def imbalance(self) -> Floats:
        """Issues that came from or went to nowhere (T A E): rounding, else a fault."""
        start = self.stack.start
        names = ("inside", "redialling", "reconnecting", "list_live", "given_up")
        begun = sum(start[n] for n in names)
        left = (self.flow(RESOLVED) + self.flow(GIVEN_UP)).sum(axis=1).cumsum(axis=0)
        came = self.fresh.sum(axis=1).cumsum(axis=0)
        return np.asarray(begun).sum(axis=0)[None] + came - left - self.open.sum(axis=1)

    @property
    def abandonment(self) -> Floats:
        """Share of arrivals that give up, in each interval."""
        return _share(self.flow(ABANDONED), self.flow(ARRIVED) - self.flow(LISTED))

    @property
    def wait_h(self) -> Floats:
        """Mean wait of all who came to the channel and took no callback."""
        return _share(self.flow(WAITED), self.flow(ARRIVED) - self.flow(LISTED))

    def service_level(self, within_h: Floats) -> Floats:
        """Share of arrivals answered within a time (C: one for each channel).

        Those who found a place in time, by the normal law of how many are inside, less those who
        gave up before it was theirs.
        """
        stack = self.stack
        within = within_h[None, :, None, None]
        slots, inside = self.state(SLOTS), self.state(INSIDE)
        root = np.sqrt(self.state(VARIANCE))
        theta = stack.giving_up
        calm = np.maximum(theta, 1e-9)
        passed: Floats = slots / stack.handling * np.expm1(calm * within) / calm
        longer = tails((slots - 0.5 + passed - inside) / root)[1]
        at_once = 1.0 - tails((slots - 0.5 - inside) / root)[1]
        soon = 1.0 - longer
        met = soon - np.minimum(theta * within / 2.0, 1.0) * (soon - at_once)
        came = self.flow(ARRIVED)
        return np.where((came > _SOMEBODY) & (slots > 0.0), np.clip(met, 0.0, 1.0), np.nan)


def _share(part: Floats, whole: Floats) -> Floats:
    known = whole > _SOMEBODY
    return np.where(known, part / np.where(known, whole, 1.0), np.nan)
