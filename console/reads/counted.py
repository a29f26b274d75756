"""What is known of queues beside their contacts: promised callbacks, and platforms' own counts."""

from dataclasses import dataclass, field

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from console.domain.platforms import TELL_WAITING
from console.domain.times import MINUTE
from console.store import dialect
from console.store.tables import (
    AgentInterval,
    Promise,
    Queue,
    Snapshot,
    Source,
    SourceFile,
)

#: An older count says nothing of the present.
FRESH = 30 * MINUTE
WAITING, OLDEST = "waiting", "oldest_wait_us"


@dataclass(slots=True)
class Counted:
    """Of one queue. `promises` is None where its source has never promised anything."""

    promises: int | None = None
    oldest_promise_at: int | None = None
    overdue: int = 0
    counts: dict[str, int] = field(default_factory=lambda: {})
    counted_at: int | None = None


@dataclass(frozen=True, slots=True)
class Tells:
    """The sources whose exports tell who waits, and those that tell what agents do, at present."""

    waiting: frozenset[int] = frozenset()
    agents: frozenset[int] = frozenset()


def tells(session: Session, at: int) -> Tells:
    """What can be known as of `at`: of the time that its exports cover, a source tells who waited.

    What agents did it tells where it ever says that one is there, or pauses, without a contact.
    """
    of_contacts = AgentInterval.contact_id.is_(None)
    waiting: set[int] = set()
    agents: set[int] = set()
    for id, platform, last_at in session.execute(
        select(Source.id, Source.platform, Source.last_at)
    ):
        if platform in ("", "asterisk"):
            waiting.add(id)
            agents.add(id)
            continue
        past = last_at is not None and at <= last_at
        if past or session.scalar(
            select(SourceFile.id)
            .where(SourceFile.source_id == id, SourceFile.format.in_(TELL_WAITING))
            .limit(1)
        ):
            waiting.add(id)
        if session.scalar(
            select(AgentInterval.id).where(AgentInterval.source_id == id, of_contacts).limit(1)
        ):
            agents.add(id)
    return Tells(frozenset(waiting), frozenset(agents))


def counted(session: Session, at: int) -> dict[int, Counted]:
    """By queue, as of `at`; queues of which nothing is known are left out."""
    found: dict[int, Counted] = {}
    knows = select(Promise.source_id).distinct()
    for queue_id in session.scalars(select(Queue.id).where(Queue.source_id.in_(knows))):
        found[queue_id] = Counted(0)
    late = Promise.due_at <= at
    for queue_id, number, oldest, overdue in session.execute(
        select(
            Promise.queue_id,
            func.count(),
            func.min(Promise.requested_at),
            func.sum(dialect.as_number(late)),
        )
        .where(
            Promise.queue_id.is_not(None),
            Promise.requested_at <= at,
            or_(Promise.ended_at.is_(None), Promise.ended_at > at),
        )
        .group_by(Promise.queue_id)
    ):
        found[queue_id] = Counted(number, oldest, int(overdue or 0))
    for queue_id, metric, when, value in session.execute(
        select(Snapshot.queue_id, Snapshot.metric, Snapshot.at, Snapshot.value)
        .where(Snapshot.at > at - FRESH, Snapshot.at <= at)
        .order_by(Snapshot.at)
    ):
        row = found.setdefault(queue_id, Counted())
        if when != row.counted_at:
            row.counts, row.counted_at = {}, when
        row.counts[metric] = value
    return found


__all__ = ["OLDEST", "WAITING", "Counted", "Tells", "counted", "tells"]
