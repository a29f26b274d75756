"""The figures from which it is told how soon an act can have an effect, as of the newest export."""

from collections.abc import Collection
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain import facts
from console.domain.times import HOUR, SECOND
from console.reads.counted import counted, tells
from console.reads.members import newest
from console.reads.waiting import waiting as who_waits
from console.settings import Settings
from console.store import dialect
from console.store.tables import Contact, Leg, Queue

#: A handling time is told from the contacts of so long, and from no fewer than these.
SPAN = 2 * HOUR
FEWEST = 3
#: Of so many who hung up it is looked how soon they tried again.
_MOST = 300
_SETTINGS = Settings()


def aht_s(session: Session, queue_ids: Collection[int]) -> float | None:
    """Talk and wrap-up of the contacts that entered in the last two hours, seconds."""
    at = newest(session)
    number, total = session.execute(
        select(func.count(), func.sum(Leg.talk_us + func.coalesce(Leg.wrapup_us, 0))).where(
            Leg.queue_id.in_(dialect.many(session, sorted(queue_ids))),
            Leg.entered_at > at - SPAN,
            Leg.entered_at <= at,
            Leg.outcome == facts.ANSWERED,
            Leg.ended_at.is_not(None),
            Leg.talk_us.is_not(None),
        )
    ).one()
    return float(total) / number / SECOND if number >= FEWEST else None


def queues_on_contact(session: Session, agent_ids: Collection[int]) -> dict[int, int]:
    """For each of these agents who is on a contact, the queue that it came from."""
    at = newest(session)
    rows = session.execute(
        select(Leg.agent_id, Leg.queue_id).where(
            Leg.agent_id.in_(sorted(agent_ids)),
            Leg.connected_at > at - _SETTINGS.lost_end_s * SECOND,
            Leg.ended_at.is_(None),
            Leg.queue_id.is_not(None),
        )
    ).tuples()
    return {agent_id: queue_id for agent_id, queue_id in rows if agent_id and queue_id}


def waiting(session: Session, queue_ids: Collection[int]) -> int | None:
    """How many wait in these queues; None where one of their sources cannot say."""
    if not _all_tell(session, queue_ids):
        return None
    found = who_waits(session, newest(session), _SETTINGS, live=True).callers
    return sum(len(found.get(queue_id, ())) for queue_id in queue_ids)


def oldest_wait_s(session: Session, queue_ids: Collection[int]) -> float | None:
    """How long the oldest contact has waited, 0 where nobody does; None as for `waiting`."""
    if not _all_tell(session, queue_ids):
        return None
    at = newest(session)
    found = who_waits(session, at, _SETTINGS, live=True).callers
    entered = [callers[0].entered_at for q in queue_ids if (callers := found.get(q))]
    return (at - min(entered)) / SECOND if entered else 0.0


def promises(session: Session, queue_ids: Collection[int]) -> int | None:
    """Callbacks promised and open; None where a source says nothing of them."""
    found = counted(session, newest(session))
    known = [found[q].promises if q in found else None for q in queue_ids]
    return None if not known or None in known else sum(number or 0 for number in known)


def redial_s(session: Session, queue_ids: Collection[int]) -> float | None:
    """After how many seconds those who hung up in the last two hours tried again, the median; None
    where fewer than three are known to have."""
    at = newest(session)
    gone = session.execute(
        select(Contact.customer, Leg.ended_at)
        .join(Contact, Contact.id == Leg.contact_id)
        .where(
            Leg.queue_id.in_(dialect.many(session, sorted(queue_ids))),
            Leg.entered_at > at - SPAN,
            Leg.outcome == facts.ABANDONED,
            Leg.ended_at.is_not(None),
            Contact.customer.is_not(None),
        )
        .order_by(Leg.entered_at.desc())
        .limit(_MOST)
    ).all()
    if len(gone) < FEWEST:
        return None
    customers = dialect.many(session, sorted({customer for customer, _ in gone}))
    began: dict[str, list[int]] = {}
    for customer, first_at in session.execute(
        select(Contact.customer, Contact.first_at)
        .where(Contact.customer.in_(customers), Contact.first_at > at - SPAN)
        .order_by(Contact.first_at)
    ):
        began.setdefault(customer, []).append(first_at)
    waits = [
        (again - ended_at) / SECOND
        for customer, ended_at in gone
        if (again := next((a for a in began.get(customer, ()) if a > ended_at), None)) is not None
    ]
    return median(waits) if len(waits) >= FEWEST else None


def _all_tell(session: Session, queue_ids: Collection[int]) -> bool:
    told = tells(session, newest(session)).waiting
    sources = select(Queue.source_id).where(Queue.id.in_(sorted(queue_ids))).distinct()
    found = session.scalars(sources).all()
    return bool(found) and all(source_id in told for source_id in found)


__all__ = ["aht_s", "oldest_wait_s", "promises", "queues_on_contact", "redial_s", "waiting"]
