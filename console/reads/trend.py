"""How many waited in each queue at many instants, in one look."""

from bisect import bisect_left
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.times import SECOND
from console.reads.waiting import NEVER_WAITED
from console.settings import Settings
from console.store import dialect
from console.store.tables import Leg, Queue


def waiting_over(
    session: Session, instants: Sequence[int], settings: Settings
) -> list[tuple[int, dict[int, int]]]:
    """Each instant with its number of waiting contacts by queue, as the board of it says.

    `instants` are in order. Queues in which nobody waited are left out.
    """
    if not instants:
        return []
    lost = settings.lost_end_s * SECOND
    first, last = instants[0], instants[-1]
    served_at = func.coalesce(Leg.connected_at, Leg.ended_at, last + 1)
    queues = list(session.scalars(select(Queue.id)))
    found = [(at, dict[int, int]()) for at in instants]
    for queue_id, entered_at, until in session.execute(
        select(Leg.queue_id, Leg.entered_at, served_at).where(
            # Each queue by name, so that the index on queue and entry is used.
            Leg.queue_id.in_(dialect.many(session, queues)),
            Leg.entered_at > first - lost,
            Leg.entered_at <= last,
            served_at > first,
            Leg.outcome.not_in(NEVER_WAITED),
        )
    ):
        # Open for longer than that, its end was surely lost.
        until = min(until, entered_at + lost)
        for place in range(bisect_left(instants, entered_at), bisect_left(instants, until)):
            counts = found[place][1]
            counts[queue_id] = counts.get(queue_id, 0) + 1
    return found
