"""What became of the figures that acts aimed at: before, and 15, 30 and 60 minutes after.

Which acts there are, what each aimed at, and what there is to beware of; the windows themselves are
told by `effect_windows`.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from console.domain.effects import (
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
from console.domain.times import HOUR, MINUTE
from console.kpis.measures import BY_NAME, RATE
from console.kpis.verdict import outlier, verdict
from console.reads.acts import line_of
from console.reads.effect_windows import BEFORE, Kept, Windows
from console.reads.log import RECORDED, items_of, state_of
from console.settings import Settings
from console.store.chain import REDO, UNDO
from console.store.chain import TOLD as TOLD_ONLY
from console.store.tables import Journal, Outbox, Source

#: Acts are shown for so long.
SHOWN_H = 24
_BATCH = 100
_NAMED = 3
#: Windows told that are kept: some ten for each aim.
_KEPT = 10_000


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


class Effects:
    """Asked again and again; keeps what cannot have changed. Any thread may ask."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: Kept = {}
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
        self, session: Session, now: int, settings: Settings, acts: Sequence[_Act], kept: Kept
    ) -> None:
        self._now, self._acts = now, acts
        self._windows = Windows(session, now, settings, kept)

    def effects(self, act: _Act) -> Iterator[Effect]:
        for number, aim in enumerate(act.aims):
            if aim.kpi in BY_NAME:
                yield self._effect(act, number, aim)

    def _effect(self, act: _Act, number: int, aim: KpiAim) -> Effect:
        at = act.entry.at
        before, after = self._windows.spans(aim, at)
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
            verdict(aim, at, before, after, carried_out=act.carried_out, ended_at=act.ended_at),
            tuple(self._notes(act, aim, before, after)),
            act.ended_at,
        )

    def _notes(self, act: _Act, aim: KpiAim, before: Span, after: Sequence[Span]) -> Iterator[str]:
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
        if before.state == TOLD:
            past = self._windows.past(aim, at)
            if outlier(aim, before.value, past.halves):
                yield "was an outlier before: part of this would have come by itself"
            if BY_NAME[aim.kpi].kind != RATE and None in past.drifts:
                yield "too little is known of the day before to tell how far it moves by itself"
        if aim.full_s is not None and aim.full_s > MARKS_MIN[-1] * 60:
            yield "its full effect is expected later than the last window"
        if any(span.state == SILENT for span in (before, *after)):
            yield "its source has told nothing of some windows yet"


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


__all__ = ["SHOWN_H", "Effects"]
