"""The windows before and after an act, told of one figure of a few queues.

What is over is told once, and again only when the sums of the quarters that it is made of have
changed. Nothing further back than a day before the act, and a week for comparison, is read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.effects import (
    AHEAD,
    BEFORE_ALL,
    EMPTY,
    MARKS_MIN,
    SILENT,
    TOLD,
    KpiAim,
    Span,
)
from console.domain.times import DAY, HOUR, MINUTE, SECOND
from console.kpis import difference
from console.kpis.difference import Drift, Interval
from console.kpis.measures import BY_NAME, MEAN, RATE, SHARE
from console.reads.aims import aims as targets
from console.reads.effect_evidence import Evidence, Figure, changed
from console.settings import Settings
from console.store import dialect
from console.store.tables import Queue, Rollup, Source, SourceFile

#: How long before an act its figures are taken for those before it.
BEFORE = 30 * MINUTE
WEEK = 7 * DAY
_EDGES = (0, *(minutes * MINUTE for minutes in MARKS_MIN))
#: The windows after an act, from it on.
AFTER = tuple(pairwise(_EDGES))
#: Figures of no contact and no stretch of time: no sum of quarters tells when they change.
_UNSUMMED = ("promises", "promised")

_Block = tuple[int, int]
_T = TypeVar("_T")
#: What was told, by what it is, with what it hung on.
Kept = dict[object, tuple[object, Any]]


@dataclass(frozen=True, slots=True)
class Known:
    """Of which time all sources of a few queues tell: from, to; None where one never did."""

    first_at: int | None
    last_at: int | None


@dataclass(frozen=True, slots=True)
class Past:
    """The day before an act: the figure in each half hour in which anybody was there, and how far
    it moves by itself to each of the windows after."""

    halves: tuple[float, ...]
    drifts: tuple[Drift | None, ...]


class Windows:
    """One look; `kept` goes on to the next."""

    def __init__(self, session: Session, now: int, settings: Settings, kept: Kept) -> None:
        self._session, self._now, self._kept = session, now, kept
        self._lost = settings.lost_end_s * SECOND
        self._known: dict[tuple[int, ...], Known] = {}
        self._evidence: dict[tuple[tuple[int, ...], _Block], Evidence] = {}
        self._stamps: dict[tuple[tuple[int, ...], _Block], object] = {}
        limits = {queue_id: aim.within_s for queue_id, aim in targets(session, settings).items()}
        self._within = {
            queue_id: limits.get(queue_id, settings.service_level_s) * SECOND
            for queue_id in session.scalars(select(Queue.id))
        }

    def spans(self, aim: KpiAim, at: int) -> tuple[Span, tuple[Span, ...]]:
        """The window before an act at `at`, and those after it."""
        before, base = self._span(aim, at, at - BEFORE, at)
        found: list[Span] = []
        for place, (a, b) in enumerate(AFTER):
            span, figure = self._span(aim, at, at + a, at + b)
            if base is not None and figure is not None:
                between = self._change(aim, at, place, base, figure)
                if between is not None:
                    span = Span(
                        span.from_at, span.to_at, TOLD, span.value, span.of,
                        between.low, between.high, span.week_ago,
                    )  # fmt: skip
            found.append(span)
        return before, tuple(found)

    def past(self, aim: KpiAim, at: int) -> Past:
        """The day before an act at `at`."""
        known = self._known_of(aim.queue_ids)
        block = (at - DAY, at)
        stamp = (self._stamp(aim, block), known.first_at)
        return self._keep(("past", aim.kpi, aim.queue_ids, at), stamp, lambda: self._day(aim, at))

    # What a window is ---------------------------------------------------------------------------

    def _span(self, aim: KpiAim, at: int, from_at: int, to_at: int) -> tuple[Span, Figure | None]:
        """The window, and its figure where it has one."""
        state = self._state(aim, from_at, to_at)
        if state != TOLD:
            return Span(from_at, to_at, state), None
        figure = self._figure(aim, at, from_at, to_at)
        ago = None
        if self._state(aim, from_at - WEEK, to_at - WEEK) == TOLD:
            ago = self._figure(aim, at, from_at - WEEK, to_at - WEEK).value
        if figure.value is None:
            return Span(from_at, to_at, EMPTY, of=figure.of, week_ago=ago), None
        return Span(from_at, to_at, TOLD, figure.value, figure.of, week_ago=ago), figure

    def _state(self, aim: KpiAim, from_at: int, to_at: int) -> str:
        known = self._known_of(aim.queue_ids)
        if to_at > self._now:
            return AHEAD
        if known.last_at is None or known.last_at < to_at:
            return SILENT
        if known.first_at is None or known.first_at > from_at:
            return BEFORE_ALL
        return TOLD

    def _change(
        self, aim: KpiAim, at: int, place: int, base: Figure, figure: Figure
    ) -> Interval | None:
        """After less before: as far as contacts tell, and as far as the figure moves by itself.

        None where nobody can say the latter; counts of those who come need it least.
        """
        measure = BY_NAME[aim.kpi]
        found = changed(measure, base, figure)
        drift = self.past(aim, at).drifts[place]
        if drift is None or base.value is None or figure.value is None:
            return found if measure.kind == RATE else None
        unit = 100 if measure.kind == SHARE else 1
        by_itself = drift.around(base.value / unit, figure.value / unit)
        by_itself = Interval(unit * by_itself.value, unit * by_itself.low, unit * by_itself.high)
        return None if found is None else difference.wider(found, by_itself)

    def _day(self, aim: KpiAim, at: int) -> Past:
        evidence = self._evidence_of(aim.queue_ids, (at - DAY, at))
        kind = BY_NAME[aim.kpi].kind
        unit = 100 if kind == SHARE else 1

        def value(from_at: int, to_at: int) -> float | None:
            if self._state(aim, from_at, to_at) != TOLD:
                return None
            return evidence.figure(aim.kpi, from_at, to_at).value

        found = [value(end - BEFORE, end) for end in range(at - BEFORE, at - DAY, -BEFORE)]
        halves = [v for v in found if v or (v is not None and kind in (SHARE, MEAN))]
        pairs: list[list[tuple[float, float]]] = [[] for _ in AFTER]
        for instant in range(at - HOUR, at - DAY + BEFORE - 1, -HOUR):
            before = value(instant - BEFORE, instant)
            for place, (a, b) in enumerate(AFTER):
                after = None if before is None else value(instant + a, instant + b)
                # While nobody is there nothing can move.
                if before is not None and after is not None and (before or after):
                    pairs[place].append((before / unit, after / unit))
        return Past(
            tuple(halves),
            tuple(difference.drift(each, shares=kind == SHARE) for each in pairs),
        )

    # What is asked of the database --------------------------------------------------------------

    def _figure(self, aim: KpiAim, at: int, from_at: int, to_at: int) -> Figure:
        """Of a window near the act at `at`."""
        ids, block = aim.queue_ids, _block(at, from_at)
        return self._keep(
            (aim.kpi, ids, from_at, to_at),
            self._stamp(aim, block),
            lambda: self._evidence_of(ids, block).figure(aim.kpi, from_at, to_at),
        )

    def _keep(self, key: object, stamp: object, make: Callable[[], _T]) -> _T:
        """Made anew only when its stamp has changed; what was asked for last is kept longest."""
        kept = self._kept.pop(key, None)
        if kept is None or kept[0] != stamp:
            kept = (stamp, make())
        self._kept[key] = kept
        return kept[1]

    def _evidence_of(self, ids: tuple[int, ...], block: _Block) -> Evidence:
        found = self._evidence.get((ids, block))
        if found is None:
            found = Evidence(self._session, ids, *block, self._within, self._lost)
            self._evidence[ids, block] = found
        return found

    def _stamp(self, aim: KpiAim, block: _Block) -> object:
        """Changes when what lies in that time does: quarters are summed anew then."""
        if aim.kpi in _UNSUMMED:
            return self._now // MINUTE
        key = (aim.queue_ids, block)
        if key not in self._stamps:
            sums = self._session.execute(
                select(func.max(Rollup.revision), func.count()).where(
                    Rollup.queue_id.in_(dialect.many(self._session, list(aim.queue_ids))),
                    Rollup.from_at > block[0] - self._lost - 15 * MINUTE,
                    Rollup.from_at < block[1],
                )
            ).one()
            limits = tuple(self._within.get(queue_id) for queue_id in aim.queue_ids)
            self._stamps[key] = (*sums, limits)
        return self._stamps[key]

    def _known_of(self, ids: tuple[int, ...]) -> Known:
        """What all of their sources tell of; nothing where a queue is no more."""
        if ids not in self._known:
            self._known[ids] = self._ask_known(ids)
        return self._known[ids]

    def _ask_known(self, ids: Sequence[int]) -> Known:
        if not ids or any(queue_id not in self._within for queue_id in ids):
            return Known(None, None)
        wanted = dialect.many(self._session, list(ids))
        sources = self._session.execute(
            select(Source.last_at, func.min(SourceFile.first_at))
            .join(SourceFile, SourceFile.source_id == Source.id, isouter=True)
            .where(Source.id.in_(select(Queue.source_id).where(Queue.id.in_(wanted))))
            .group_by(Source.id, Source.last_at)
        ).all()
        lasts = [last_at for last_at, _ in sources if last_at is not None]
        firsts = [first_at for _, first_at in sources if first_at is not None]
        return Known(
            max(firsts) if len(firsts) == len(sources) else None,
            min(lasts) if len(lasts) == len(sources) else None,
        )


def _block(at: int, from_at: int) -> _Block:
    """What is read at once for a window that begins at `from_at`: the day before the act, the hour
    after it, or that time a week ago."""
    if from_at >= at:
        return at, at + HOUR
    if from_at >= at - DAY:
        return at - DAY, at
    return at - WEEK - BEFORE, at - WEEK + HOUR


__all__ = ["AFTER", "BEFORE", "Kept", "Past", "Windows"]
