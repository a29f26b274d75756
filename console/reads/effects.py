"""What became of the figures that acts aimed at: before, and 15, 30 and 60 minutes after.

Windows that are over are told once, and again only when the sums of the quarters that they are made
of have changed; nothing further back than a day before the act, and a week for comparison, is read.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from console.domain.effects import (
    AHEAD,
    BEFORE_ALL,
    EMPTY,
    MARKS_MIN,
    SILENT,
    TOLD,
    Effect,
    EffectList,
    KpiAim,
    Span,
)
from console.domain.messages import CANCELLED, CONFIRMED, REFUSED
from console.domain.times import DAY, HOUR, MINUTE, SECOND
from console.kpis.measures import BY_NAME, MEAN, SHARE
from console.kpis.verdict import outlier, verdict
from console.reads.acts import line_of
from console.reads.aims import aims as targets
from console.reads.effect_evidence import Evidence, Figure, changed
from console.reads.log import RECORDED, items_of, state_of
from console.settings import Settings
from console.store import dialect
from console.store.chain import REDO, UNDO
from console.store.chain import TOLD as TOLD_ONLY
from console.store.tables import Journal, Outbox, Queue, Rollup, Source, SourceFile

#: How long before an act its figures are taken for those before it.
BEFORE = 30 * MINUTE
WEEK = 7 * DAY
#: Acts are shown for so long.
SHOWN_H = 24
_BATCH = 100
_NAMED = 3
#: Windows told that are kept: some fifty for each aim.
_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class _Act:
    entry: Journal
    aims: tuple[KpiAim, ...]
    messages: tuple[str, ...]  # how each stands
    ended_at: int | None
    again_at: int | None

    @property
    def carried_out(self) -> bool:
        return not self.messages or any(s not in (REFUSED, CANCELLED) for s in self.messages)

    @property
    def queue_ids(self) -> set[int]:
        return {queue_id for aim in self.aims for queue_id in aim.queue_ids}


@dataclass(frozen=True, slots=True)
class _Known:
    """Of which time the sources of a few queues tell: from, to; None where they never did."""

    first_at: int | None
    last_at: int | None


class Effects:
    """Asked again and again; keeps what cannot have changed. Any thread may ask."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: dict[object, tuple[object, Figure]] = {}
        self._lock = threading.Lock()

    def all(
        self, session: Session, now: int, hours: float = SHOWN_H, known: object = None
    ) -> EffectList | None:
        """Of the acts of the last hours, the newest first; None where nothing that they hang on
        has changed since `known`, a version."""
        version = (hours, now // MINUTE, *_news(session))
        if version == known:
            return None
        since = round(now - hours * HOUR)
        with self._lock:
            # Acts of the hour before may still reach into those that are shown.
            acts = list(_acts(session, since - HOUR))
            asked = _Asked(session, now, self._settings, acts, self._kept)
            rows = [
                effect for act in acts if act.entry.at >= since for effect in asked.effects(act)
            ]
            self._forget()
        return EffectList(version, now, tuple(rows))

    def of(self, session: Session, now: int, journal_id: int) -> tuple[Effect, ...]:
        """Those of one act, however old; none where it aimed at nothing."""
        entry = session.get(Journal, journal_id)
        if entry is None:
            return ()
        with self._lock:
            acts = list(_acts(session, entry.at - HOUR, entry.at + HOUR))
            asked = _Asked(session, now, self._settings, acts, self._kept)
            found = next((act for act in acts if act.entry.id == journal_id), None)
            return () if found is None else tuple(asked.effects(found))

    def _forget(self) -> None:
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]


class _Asked:
    """One look at the effects."""

    def __init__(
        self,
        session: Session,
        now: int,
        settings: Settings,
        acts: Sequence[_Act],
        kept: dict[object, tuple[object, Figure]],
    ) -> None:
        self._session, self._now, self._settings = session, now, settings
        self._acts, self._kept = acts, kept
        self._known: dict[tuple[int, ...], _Known] = {}
        self._evidence: dict[tuple[tuple[int, ...], tuple[int, int]], Evidence] = {}
        self._stamps: dict[tuple[tuple[int, ...], tuple[int, int]], object] = {}
        limits = {queue_id: aim.within_s for queue_id, aim in targets(session, settings).items()}
        self._within = {
            queue_id: limits.get(queue_id, settings.service_level_s) * SECOND
            for queue_id in session.scalars(select(Queue.id))
        }

    def effects(self, act: _Act) -> Iterator[Effect]:
        for number, aim in enumerate(act.aims):
            if aim.kpi in BY_NAME:
                yield self._effect(act, number, aim)

    def _effect(self, act: _Act, number: int, aim: KpiAim) -> Effect:
        at = act.entry.at
        known = self._known_of(aim.queue_ids)
        before, base = self._span(at, aim, known, at - BEFORE, at)
        edges = [at, *(at + minutes * MINUTE for minutes in MARKS_MIN)]
        after = tuple(self._span(at, aim, known, a, b, base)[0] for a, b in pairwise(edges))
        found = verdict(aim, at, before, after, carried_out=act.carried_out, ended_at=act.ended_at)
        return Effect(
            act.entry.id,
            number,
            at,
            act.entry.who,
            act.entry.title,
            state_of(act.messages) if act.messages else RECORDED,
            aim,
            before,
            after,
            found,
            tuple(self._notes(act, aim, known, before, after)),
            act.ended_at,
        )

    def _span(
        self,
        at: int,
        aim: KpiAim,
        known: _Known,
        from_at: int,
        to_at: int,
        base: Figure | None = None,
    ) -> tuple[Span, Figure | None]:
        """The window, and its figure where it is told; compared with `base` where there is one."""
        state = self._state(known, from_at, to_at)
        if state != TOLD:
            return Span(from_at, to_at, state), None
        figure = self._figure(at, aim, from_at, to_at)
        ago = None
        if self._state(known, from_at - WEEK, to_at - WEEK) == TOLD:
            ago = self._figure(at, aim, from_at - WEEK, to_at - WEEK).value
        if figure.value is None:
            return Span(from_at, to_at, EMPTY, of=figure.of, week_ago=ago), None
        between = None if base is None else changed(BY_NAME[aim.kpi], base, figure)
        low, high = (None, None) if between is None else (between.low, between.high)
        return Span(from_at, to_at, TOLD, figure.value, figure.of, low, high, ago), figure

    def _state(self, known: _Known, from_at: int, to_at: int) -> str:
        if to_at > self._now:
            return AHEAD
        if known.last_at is None or known.last_at < to_at:
            return SILENT
        if known.first_at is None or known.first_at > from_at:
            return BEFORE_ALL
        return TOLD

    def _figure(self, at: int, aim: KpiAim, from_at: int, to_at: int) -> Figure:
        """Of a window near the act at `at`; told anew only when what it hangs on has changed."""
        ids, block = aim.queue_ids, _block(at, from_at)
        key = (aim.kpi, ids, from_at, to_at)
        stamp = self._stamp(aim, block)
        kept = self._kept.pop(key, None)
        if kept is None or kept[0] != stamp:
            kept = (stamp, self._evidence_of(ids, block).figure(aim.kpi, from_at, to_at))
        self._kept[key] = kept
        return kept[1]

    def _evidence_of(self, ids: tuple[int, ...], block: tuple[int, int]) -> Evidence:
        """Asked once in one look."""
        found = self._evidence.get((ids, block))
        if found is None:
            lost = self._settings.lost_end_s * SECOND
            found = Evidence(self._session, ids, *block, self._within, lost)
            self._evidence[ids, block] = found
        return found

    def _stamp(self, aim: KpiAim, block: tuple[int, int]) -> object:
        """Changes when what lies in that time does: quarters are summed anew then. Promises are in
        no sum, so they are asked for every minute."""
        if aim.kpi in ("promises", "promised"):
            return self._now // MINUTE
        key = (aim.queue_ids, block)
        if key not in self._stamps:
            since = block[0] - self._settings.lost_end_s * SECOND
            sums = self._session.execute(
                select(func.max(Rollup.revision), func.count()).where(
                    Rollup.queue_id.in_(dialect.many(self._session, list(aim.queue_ids))),
                    Rollup.from_at > since - 15 * MINUTE,
                    Rollup.from_at < block[1],
                )
            ).one()
            limits = tuple(self._within.get(queue_id) for queue_id in aim.queue_ids)
            self._stamps[key] = (*sums, limits)
        return self._stamps[key]

    def _known_of(self, ids: tuple[int, ...]) -> _Known:
        """What all of their sources tell of; nothing where a queue is no more."""
        if ids in self._known:
            return self._known[ids]
        session = self._session
        wanted = dialect.many(session, list(ids))
        queues = session.execute(select(Queue.id, Queue.source_id).where(Queue.id.in_(wanted)))
        sources = {source_id for _, source_id in queues.tuples()}
        firsts: list[int | None] = []
        lasts: list[int | None] = []
        if all(queue_id in self._within for queue_id in ids):
            for source_id in sources:
                firsts.append(
                    session.scalar(
                        select(func.min(SourceFile.first_at)).where(
                            SourceFile.source_id == source_id
                        )
                    )
                )
                lasts.append(session.scalar(select(Source.last_at).where(Source.id == source_id)))
        known = _Known(
            None if not firsts or None in firsts else max(at or 0 for at in firsts),
            None if not lasts or None in lasts else min(at or 0 for at in lasts),
        )
        self._known[ids] = known
        return known

    def _notes(
        self, act: _Act, aim: KpiAim, known: _Known, before: Span, after: Sequence[Span]
    ) -> Iterator[str]:
        at = act.entry.at
        if act.messages and act.carried_out and CONFIRMED not in act.messages:
            yield f"no platform has confirmed it: {state_of(act.messages)}"
        if act.ended_at is not None:
            again = "; done again later" if act.again_at is not None else ""
            minutes = round((act.ended_at - at) / MINUTE)
            yield f"taken back after {minutes} min{again}: what comes later is not its effect"
        others = [
            other.entry.title
            for other in self._acts
            if other is not act
            and other.carried_out
            and at - BEFORE <= other.entry.at < min(at + HOUR, self._now + 1)
            and other.queue_ids & set(aim.queue_ids)
        ]
        if others:
            number = f"{len(others)} other acts" if len(others) > 1 else "1 other act"
            more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
            yield f"also {number} meanwhile: {'; '.join(others[:_NAMED])}{more}"
        if before.state == BEFORE_ALL:
            yield "nothing is known of the time before it"
        elif before.state == EMPTY:
            yield f"nothing to compare with: {before.of}"
        if before.state == TOLD and outlier(aim, before.value, self._day_before(aim, known, at)):
            yield "was an outlier before: part of this would have come by itself"
        if aim.full_s is not None and aim.full_s > MARKS_MIN[-1] * 60:
            yield "its full effect is expected later than the last window"
        if any(span.state == SILENT for span in (before, *after)):
            yield "its source has told nothing of some windows yet"

    def _day_before(self, aim: KpiAim, known: _Known, at: int) -> list[float]:
        """Windows of the same length of the day before, those in which anybody was."""
        found: list[float] = []
        for end in range(at - BEFORE, at - DAY + BEFORE - 1, -BEFORE):
            if self._state(known, end - BEFORE, end) == TOLD:
                value = self._figure(at, aim, end - BEFORE, end).value
                if value or (value is not None and BY_NAME[aim.kpi].kind in (SHARE, MEAN)):
                    found.append(value)
        return found


def _block(at: int, from_at: int) -> tuple[int, int]:
    """What is read at once for a window that begins at `from_at`: the day before the act, the hour
    after it, or that time a week ago."""
    if from_at >= at:
        return at, at + HOUR
    if from_at >= at - DAY:
        return at - DAY, at
    return at - WEEK - BEFORE, at - WEEK + HOUR


def _news(session: Session) -> tuple[Any, ...]:
    """What the effects hang on, beside the time."""
    last = session.scalar(select(func.max(Journal.id)))
    sent = session.scalar(select(func.max(Outbox.revision)))
    ages = session.execute(select(Source.id, Source.last_at).order_by(Source.id)).tuples()
    return last, sent, tuple((i, None if at is None else at // MINUTE) for i, at in ages)


def _acts(session: Session, since: int, until: int | None = None) -> Iterator[_Act]:
    """The acts with aims since then, the newest first."""
    last: int | None = None
    while True:
        question = (
            select(Journal)
            .options(load_only(Journal.id, Journal.at, Journal.who, Journal.command, Journal.title,
                               Journal.detail, Journal.undoes))
            .where(Journal.command.not_in((*TOLD_ONLY, UNDO, REDO)))
            .order_by(Journal.id.desc())
            .limit(_BATCH)
        )  # fmt: skip
        if last is not None:
            question = question.where(Journal.id < last)
        entries = session.scalars(question).all()
        wanted = [
            entry for entry in entries if entry.at >= since and (until is None or entry.at <= until)
        ]
        items = items_of(session, [entry.id for entry in wanted])
        for entry in wanted:
            aims = tuple(_aim(each) for each in json.loads(entry.detail).get("aims", ()))
            if aims:
                line = line_of(session, entry)
                ended = line[1].at if len(line) > 1 else None
                again = line[2].at if len(line) > 2 else None
                states = tuple(item.state for item in items.get(entry.id, ()))
                yield _Act(entry, aims, states, ended, again)
        # Records are in the order of time.
        if len(entries) < _BATCH or entries[-1].at < since:
            return
        last = entries[-1].id


_FIELDS = KpiAim.__dataclass_fields__


def _aim(stored: dict[str, Any]) -> KpiAim:
    """As it was recorded; fields of a later version are left out."""
    fields = {name: value for name, value in stored.items() if name in _FIELDS}
    return KpiAim(**{**fields, "queue_ids": tuple(fields["queue_ids"])})


__all__ = ["BEFORE", "SHOWN_H", "Effects"]
