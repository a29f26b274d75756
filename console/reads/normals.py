"""How handling, resolution and notes of the last hours stand beside this centre's own normal."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain import facts
from console.domain.normals import AHT, MINUTES, NOTELESS, RESOLUTION, Normal, Work, normal
from console.domain.times import DAY, HOUR, SECOND
from console.reads.outcomes import outcomes
from console.store import dialect
from console.store.tables import Leg, Queue

#: What is compared: contacts that came within so long.
SPAN = 2 * HOUR
#: The same hours of so many days are what is normal; with fewer than these of them the day before.
DAYS, LEAST_DAYS = 14, 3
FIGURES = (AHT, RESOLUTION, MINUTES, NOTELESS)

Normals = dict[str, Normal]


def normals(session: Session, now: int) -> tuple[dict[str, Normals], dict[int, Normals]]:
    """By channel and by queue, then by figure; those that cannot be told are left out. Reads some
    thirty spans of two hours: for reader threads."""
    channel_of = dict(session.execute(select(Queue.id, Queue.channel)).tuples().all())
    present = work_of(session, now - SPAN, now)
    if not present:
        return {}, {}
    days = [work_of(session, now - SPAN - d * DAY, now - d * DAY) for d in range(1, DAYS + 1)]
    basis = f"the same hours of up to {DAYS} days before"
    if sum(1 for each in days if each) < LEAST_DAYS:
        days = [
            work_of(session, now - (n + 1) * SPAN, now - n * SPAN) for n in range(1, DAY // SPAN)
        ]
        basis = "the 24 hours before, two hours each"
    queues = {
        queue_id: found
        for queue_id in present
        if (found := _told(present[queue_id], [d[queue_id] for d in days if queue_id in d], basis))
    }
    together = _by_channel(present, channel_of)
    before = [_by_channel(day, channel_of) for day in days]
    channels = {
        channel: _told(work, [d[channel] for d in before if channel in d], basis)
        for channel, work in together.items()
    }
    return channels, queues


def _told(present: Work, earlier: list[Work], basis: str) -> Normals:
    return {
        figure: found
        for figure in FIGURES
        if (found := normal(figure, present, earlier, basis)) is not None
    }


def _by_channel(by_queue: Mapping[int, Work], channel_of: Mapping[int, str]) -> dict[str, Work]:
    found: dict[str, Work] = {}
    for queue_id, work in by_queue.items():
        channel = channel_of[queue_id]
        found[channel] = found.get(channel, Work()).plus(work)
    return found


def work_of(session: Session, from_at: int, to_at: int) -> dict[int, Work]:
    """What was handled of the contacts that came in (from_at, to_at], by queue, as far as it was
    over at the end. Wrap-up is what the contact's own record states."""
    queues = list(session.scalars(select(Queue.id)))
    settled = outcomes(session, from_at, to_at)
    known = Leg.talk_us.is_not(None)
    found: dict[int, Work] = {}
    for queue_id, talks, talk, wrapup, noted, noteless in session.execute(
        select(
            Leg.queue_id,
            func.count(Leg.talk_us),
            func.sum(Leg.talk_us),
            func.sum(Leg.wrapup_us).filter(known),
            func.count(Leg.note_chars),
            func.sum(dialect.as_number(Leg.note_chars == 0)),
        )
        .where(
            Leg.queue_id.in_(dialect.many(session, queues)),
            Leg.entered_at > from_at,
            Leg.entered_at <= to_at,
            Leg.outcome == facts.ANSWERED,
            Leg.ended_at <= to_at,
        )
        .group_by(Leg.queue_id)
    ):
        resolved, of = settled.get(queue_id, (0, 0))
        handled = (int(talk or 0) + int(wrapup or 0)) / SECOND
        found[queue_id] = Work(talks, handled, resolved, of, int(noteless or 0), noted)
    return found


__all__ = ["SPAN", "normals", "work_of"]
