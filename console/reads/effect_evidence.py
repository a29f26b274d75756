"""The legs and promises of a few queues over a few hours, and the figures of any window of them."""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import fmean

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from console.domain import facts
from console.domain.times import HOUR, MINUTE, SECOND
from console.kpis import difference
from console.kpis.difference import Interval
from console.kpis.measures import BY_NAME, LEVEL, MEAN, Measure
from console.reads.waiting import NEVER_WAITED
from console.store import dialect
from console.store.tables import Leg, Promise, Queue

BATCH = 5 * MINUTE
_FAR = 1 << 62


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of one window, of what it is one, and what its interval is made of.

    `values` are means of batches, or single waits; `interval` is that of a share (0 to 1) or a
    rate. `value` is None where there is nothing to divide by.
    """

    value: float | None
    of: str
    values: tuple[float, ...] = ()
    interval: Interval | None = None


def changed(measure: Measure, before: Figure, after: Figure) -> Interval | None:
    """After less before in the measure's unit; None where there is no honest interval."""
    if measure.kind in (LEVEL, MEAN):
        return difference.change_of_means(before.values, after.values)
    if before.interval is None or after.interval is None:
        return None
    found = difference.change(before.interval, after.interval)
    if measure.unit != "%":
        return found
    return Interval(100 * found.value, 100 * found.low, 100 * found.high)


class Level:
    """How many of [start, end) stretches are open at each instant."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        steps = sorted(step for a, b in stretches if a < b for step in ((a, 1), (b, -1)))
        self._at = [at for at, _ in steps]
        self._open = list(accumulate(step for _, step in steps))
        areas = (n * (b - a) for n, (a, b) in zip(self._open, pairwise(self._at), strict=False))
        self._area = list(accumulate(areas, initial=0))

    def mean(self, from_at: int, to_at: int) -> float:
        """On the average of [from_at, to_at)."""
        return (self._until(to_at) - self._until(from_at)) / (to_at - from_at)

    def _until(self, at: int) -> int:
        place = bisect_right(self._at, at) - 1
        if place < 0:
            return 0
        return self._area[place] + self._open[place] * (at - self._at[place])


class Evidence:
    """What entered or left these queues in [from_at, to_at), asked once.

    `within` is the longest wait in service level of each queue, microseconds; `lost` how long a
    contact may be open before its end counts as lost.
    """

    def __init__(
        self,
        session: Session,
        queue_ids: Collection[int],
        from_at: int,
        to_at: int,
        within: Mapping[int, int],
        lost: int,
    ) -> None:
        self._session = session
        self._within, self._lost = within, lost
        self._queues = dialect.many(session, sorted(queue_ids))
        self._from_at, self._to_at = from_at, to_at
        self._promised: list[int] | None = None
        self._pending = Level(())
        self._asked = False
        self._entered: list[int] = []
        self._waits: list[tuple[int, int]] = []
        self._waiting = Level(())
        self._left: list[tuple[int, str, int | None, bool]] = []
        self._left_at: list[int] = []

    def _ask_legs(self) -> None:
        """Only where somebody asks, and once."""
        if self._asked:
            return
        self._asked = True
        from_at, to_at, lost = self._from_at, self._to_at, self._lost
        waits: list[tuple[int, int]] = []
        left: list[tuple[int, str, int | None, bool]] = []
        left_at = func.coalesce(Leg.connected_at, Leg.ended_at)
        for queue_id, entered_at, connected_at, ended_at, outcome, wait in self._session.execute(
            select(Leg.queue_id, Leg.entered_at, Leg.connected_at, Leg.ended_at, Leg.outcome,
                   Leg.wait_us)
            .where(
                Leg.queue_id.in_(self._queues),
                Leg.entered_at >= from_at - lost,
                Leg.entered_at < to_at,
                or_(left_at.is_(None), left_at >= from_at),
                Leg.outcome != facts.ORPHAN,
            )
            .order_by(Leg.entered_at)
        ):  # fmt: skip
            if entered_at >= from_at:
                self._entered.append(entered_at)
            leaves = ended_at if connected_at is None else connected_at
            if outcome not in NEVER_WAITED:
                until = entered_at + lost
                waits.append((entered_at, until if leaves is None else min(leaves, until)))
            if leaves is not None and leaves < to_at:
                kind = facts.ANSWERED if connected_at is not None else outcome
                in_time = wait is not None and wait <= self._within.get(queue_id, 0)
                left.append((leaves, kind, wait, in_time))
        self._waits = waits
        self._waiting = Level(waits)
        left.sort(key=lambda row: row[0])
        self._left = left
        self._left_at = [row[0] for row in left]

    def figure(self, name: str, from_at: int, to_at: int) -> Figure:
        """The figure of that name over [from_at, to_at), which must lie in the range asked."""
        measure = BY_NAME[name]
        if name in ("promises", "promised"):
            self._ask_promises()
            if self._promised is None:
                return Figure(None, "its source says nothing of callbacks")
        if name == "promised":
            return _rate(self._promised or [], from_at, to_at)
        if name != "promises":
            self._ask_legs()
        if name == "received":
            return _rate(self._entered, from_at, to_at)
        if measure.kind == LEVEL:
            return _level(self._batches(name, from_at, to_at), from_at, to_at)
        rows = self._left[bisect_left(self._left_at, from_at) : bisect_left(self._left_at, to_at)]
        answered = [row for row in rows if row[1] == facts.ANSWERED]
        abandoned = sum(row[1] == facts.ABANDONED for row in rows)
        if name == "asa_s":
            known = tuple(row[2] / SECOND for row in answered if row[2] is not None)
            return Figure(fmean(known) if known else None, f"{len(known)} answered", known)
        if name == "service_level":
            part, whole = sum(row[3] for row in answered), len(answered) + abandoned
            words = f"{part} of {whole} answered or abandoned"
        else:
            flow_out = sum(row[1] in facts.FLOW_OUT for row in rows)
            part, whole = abandoned, len(answered) + abandoned + flow_out
            words = f"{part} of {whole} offered"
        found = difference.share(part, whole)
        return Figure(None if found is None else 100 * found.value, words, (), found)

    def _batches(self, name: str, from_at: int, to_at: int) -> tuple[float, ...]:
        edges = [*range(from_at, to_at, BATCH), to_at]
        if name == "oldest_wait_s":
            return tuple(self._oldest(a, b) for a, b in pairwise(edges))
        level = self._pending if name == "promises" else self._waiting
        return tuple(level.mean(a, b) for a, b in pairwise(edges))

    def _oldest(self, from_at: int, to_at: int) -> float:
        """The mean of the longest wait at each minute, seconds."""
        found: list[float] = []
        open_now: list[tuple[int, int]] = []
        following = 0
        for at in range(from_at, to_at, MINUTE):
            while following < len(self._waits) and self._waits[following][0] <= at:
                if self._waits[following][1] > at:
                    heapq.heappush(open_now, self._waits[following])
                following += 1
            while open_now and open_now[0][1] <= at:
                heapq.heappop(open_now)
            found.append((at - open_now[0][0]) / SECOND if open_now else 0.0)
        return fmean(found)

    def _ask_promises(self) -> None:
        """Only where somebody asks; None stays where the sources never promise anything."""
        if self._promised is not None:
            return
        sources = select(Queue.source_id).where(Queue.id.in_(self._queues))
        says = select(Promise.id).where(Promise.source_id.in_(sources)).limit(1)
        if self._session.scalar(says) is None:
            return
        rows = self._session.execute(
            select(Promise.requested_at, Promise.ended_at)
            .where(
                Promise.queue_id.in_(self._queues),
                Promise.requested_at < self._to_at,
                or_(Promise.ended_at.is_(None), Promise.ended_at >= self._from_at),
            )
            .order_by(Promise.requested_at)
        ).all()
        self._promised = [at for at, _ in rows if at >= self._from_at]
        self._pending = Level((at, _FAR if ended is None else ended) for at, ended in rows)


def _rate(instants: Sequence[int], from_at: int, to_at: int) -> Figure:
    number = bisect_left(instants, to_at) - bisect_left(instants, from_at)
    found = difference.rate(number, (to_at - from_at) / HOUR)
    minutes = (to_at - from_at) // MINUTE
    return Figure(None if found is None else found.value, f"{number} in {minutes} min", (), found)


def _level(batches: tuple[float, ...], from_at: int, to_at: int) -> Figure:
    minutes = (to_at - from_at) // MINUTE
    return Figure(fmean(batches), f"mean of {minutes} min", batches)


__all__ = ["Evidence", "Figure", "Level", "changed"]
