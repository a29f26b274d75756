"""The best plan that can be found: one lever after another, from several beginnings.

A plan is judged on days of the same scenario with other luck than the one that was played, and on
several at once, so that it cannot learn what only this day held. It is not the best there is.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean

from console.players import plans
from console.players.plans import AGAIN, CHOICES, DRAINING_WHILE_LONG, OFF, OFF_WHILE_LONG, Plan
from console.twin.recording import Recording

#: Runs of one day, and seconds of a core, after which the search ends wherever it is.
RUNS, SECONDS = 240, 40.0
#: What a lever must bring, as a share of those left behind with nobody leading, to be worth it.
WORTH = 0.01
#: A plan that is so much worse on the first day is not tried on the others.
_HOPELESS = 1.04
_NAMES = tuple(CHOICES)


class Cancelled(Exception):
    """Somebody did not want to wait."""


@dataclass(frozen=True, slots=True)
class Found:
    """`left` is how many customers it left on average on the days on which it was found, `nothing`
    how many nobody leading; `whole` whether the search came to its end by itself."""

    plan: Plan
    left: float
    nothing: float
    runs: int
    starts: int
    whole: bool


def search(
    recording: Recording,
    seeds: Sequence[int],
    *,
    tell: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
    runs: int = RUNS,
    seconds: float = SECONDS,
) -> Found:
    """`tell` hears how many runs are done, and of how many at most. Cancelled where it was."""
    return _Search(recording, seeds, tell, cancelled, runs, seconds).all()


class _Spent(Exception):
    """Enough runs, or time."""


class _Search:
    def __init__(
        self, recording: Recording, seeds: Sequence[int], tell: Callable[[int, int], None],
        cancelled: Callable[[], bool], runs: int, seconds: float,
    ) -> None:  # fmt: skip
        self._recording, self._seeds = recording, tuple(seeds)
        self._tell, self._cancelled = tell, cancelled
        self._most, self._until = runs, time.process_time() + seconds
        self._runs = self._starts = 0
        self._known: dict[Plan, tuple[float, ...]] = {}
        # The same rehearsal is searched in the same way each time.
        self._random = Random(recording.seed)

    def all(self) -> Found:
        nothing = Plan()
        base = self._left(nothing, None)
        assert base is not None
        self._worth = max(0.5, WORTH * base)
        best, least, whole = nothing, base, True
        try:
            for start in self._beginnings():
                self._starts += 1
                plan, left = self._down(start, least)
                if left < least:
                    best, least = plan, left
        except _Spent:
            whole = False
        # What was found on the way counts too.
        for plan, values in self._known.items():
            if len(values) == len(self._seeds) and fmean(values) < least - self._worth:
                best, least = plan, fmean(values)
        try:
            best, least = self._pruned(best, least)
        except _Spent:
            whole = False
        return Found(best, least, base, self._runs, self._starts, whole)

    def _beginnings(self) -> Sequence[Plan]:
        given = [Plan(), Plan(offer=OFF, blocks=AGAIN, call=AGAIN, helpers=10)]
        return [*given, *(self._any() for _ in range(3))]

    def _any(self) -> Plan:
        pick = self._random.choice
        plan = Plan()
        for name in _NAMES:
            plan = plan.changed(name, pick(CHOICES[name]))
        return plan

    def _down(self, plan: Plan, least: float) -> tuple[Plan, float]:
        """From there, lever by lever, until none brings anything."""
        here = self._left(plan, None)
        assert here is not None
        order = list(_NAMES)
        moved = True
        while moved:
            moved = False
            self._random.shuffle(order)
            for name in order:
                for value in CHOICES[name]:
                    other = plan.changed(name, value)
                    if _same(other, plan):
                        continue
                    left = self._left(other, here)
                    if left is not None and left < here - self._worth:
                        plan, here, moved = other, left, True
        return plan, here

    def _pruned(self, plan: Plan, least: float) -> tuple[Plan, float]:
        """Without what brings nothing: each step of a plan costs somebody something."""
        for name in plan.differences:
            simpler = plan.changed(name, getattr(Plan(), name))
            left = self._left(simpler, None)
            if left is not None and left <= least + self._worth:
                plan, least = simpler, left
        return plan, least

    def _left(self, plan: Plan, here: float | None) -> float | None:
        """Customers left on average; None where the first day shows that it is hopeless."""
        plan = _plain(plan)
        known = list(self._known.get(plan, ()))
        first = None if here is None else _HOPELESS * here
        level = self._known.get(_plain(Plan()), ())
        for number, seed in enumerate(self._seeds):
            if number < len(known):
                continue
            if number == 1 and first is not None and level:
                # Days differ; the first one is held against how it is with nobody leading.
                scale = level[0] / (fmean(level) or 1.0)
                if known[0] > first * scale:
                    break
            known.append(float(self._run(plan, seed)))
        self._known[plan] = tuple(known)
        return fmean(known) if len(known) == len(self._seeds) else None

    def _run(self, plan: Plan, seed: int) -> int:
        if self._cancelled():
            raise Cancelled
        # Nothing can be said before all days of nobody leading are known.
        if self._runs >= len(self._seeds) and (
            self._runs >= self._most or time.process_time() > self._until
        ):
            raise _Spent
        left = plans.play(self._recording, seed, plan, tallied=False).left
        self._runs += 1
        self._tell(self._runs, self._most)
        return left


def _plain(plan: Plan) -> Plan:
    """The same for all plans that do the same."""
    whiles = (OFF_WHILE_LONG, DRAINING_WHILE_LONG)
    if not plan.callers and not any(getattr(plan, name) in whiles for name in _NAMES):
        plan = plan.changed("long_min", Plan().long_min)
    return plan if plan.call != plans.NEVER else plan.changed("people", Plan().people)


def _same(one: Plan, other: Plan) -> bool:
    return _plain(one) == _plain(other)


__all__ = ["RUNS", "SECONDS", "Cancelled", "Found", "search"]
