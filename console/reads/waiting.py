"""How many contacts wait in a queue, and how many are with an agent, as of the newest export."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.facts import WAITING
from console.reads.members import LOST_END, newest
from console.store.tables import Leg


def waiting(session: Session, queue_ids: Collection[int]) -> dict[int, int]:
    """For each queue the contacts that wait; those open for too long have lost their end."""
    return _counts(session, queue_ids, (Leg.outcome == WAITING) & Leg.connected_at.is_(None))


def with_agents(session: Session, queue_ids: Collection[int]) -> dict[int, int]:
    """For each queue the contacts that an agent is on."""
    return _counts(session, queue_ids, Leg.connected_at.is_not(None))


def _counts(session: Session, queue_ids: Collection[int], which) -> dict[int, int]:
    found = session.execute(
        select(Leg.queue_id, func.count())
        .where(Leg.ended_at.is_(None), Leg.entered_at >= newest(session) - LOST_END, which)
        .group_by(Leg.queue_id)
    )
    counts = {queue_id: number for queue_id, number in found}
    return {queue_id: counts.get(queue_id, 0) for queue_id in queue_ids}
