"""Which answered contacts settled the need: by their disposition, or by what became of a ticket."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from console.domain import facts
from console.domain.resolution import ASSUMED, Resolution, says_resolved
from console.store import dialect
from console.store.tables import DONE, Contact, Leg, ParameterByHand, Queue, Source, Ticket

#: How the id of a ticket's contact begins.
_TICKET = "ticket:"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a ticket, of which is known whether it settled it."""

    queue_id: int
    agent_id: int | None
    entered_at: int
    settled: bool


def replies(
    session: Session, from_at: int, to_at: int, queues: Sequence[int] | None = None
) -> Iterator[Reply]:
    """Of the questions that came in [from_at, to_at), the answers of which the end is known: not
    settled where the customer asked again, settled where nobody did and the ticket is solved."""
    sources = [
        source_id
        for source_id in session.scalars(select(Source.id))
        if session.scalar(select(exists().where(Ticket.source_id == source_id)))
    ]
    if not sources:
        return
    later = aliased(Leg)
    again = exists().where(later.contact_id == Leg.contact_id, later.number > Leg.number)
    for queue_id, agent_id, entered_at, asked_again in session.execute(
        select(Leg.queue_id, Leg.agent_id, Leg.entered_at, dialect.as_number(again))
        .join(Contact, Contact.id == Leg.contact_id)
        .join(
            Ticket,
            (Ticket.source_id == Contact.source_id)
            & (Ticket.ref == func.substr(Contact.ref, len(_TICKET) + 1)),
        )
        .where(
            Leg.queue_id.in_(dialect.many(session, _these(session, queues))),
            Leg.entered_at >= from_at,
            Leg.entered_at < to_at,
            Leg.source_id.in_(sources),
            Leg.outcome == facts.ANSWERED,
            Contact.ref.startswith(_TICKET, autoescape=True),
            again | DONE,
        )
    ):
        yield Reply(queue_id, agent_id, entered_at, not asked_again)


def outcomes(
    session: Session, from_at: int, to_at: int, queues: Sequence[int] | None = None
) -> dict[int, tuple[int, int]]:
    """By queue, all or those named: how many answered contacts of those that entered in
    (from_at, to_at] settled the need, and of how many that is known. Queues of which nothing is
    known are left out."""
    found: dict[int, list[int]] = {}
    for queue_id, disposition, number in session.execute(
        select(Leg.queue_id, Leg.disposition, func.count())
        .where(
            Leg.queue_id.in_(dialect.many(session, _these(session, queues))),
            Leg.entered_at > from_at,
            Leg.entered_at <= to_at,
            Leg.outcome == facts.ANSWERED,
            Leg.disposition != "",
            Leg.ended_at <= to_at,
        )
        .group_by(Leg.queue_id, Leg.disposition)
    ):
        settled = says_resolved(disposition)
        if settled is not None:
            counts = found.setdefault(queue_id, [0, 0])
            counts[0] += number if settled else 0
            counts[1] += number
    for reply in replies(session, from_at + 1, to_at + 1, queues):
        counts = found.setdefault(reply.queue_id, [0, 0])
        counts[0] += reply.settled
        counts[1] += 1
    return {queue_id: (resolved, known) for queue_id, (resolved, known) in found.items()}


def _these(session: Session, queues: Sequence[int] | None) -> list[int]:
    """Queues by name, so that the index on queue and entry is used."""
    return list(session.scalars(select(Queue.id)) if queues is None else queues)


def by_hand(session: Session) -> dict[str, Resolution]:
    """What a person takes for a channel's resolution, with the reason; "" is the whole centre."""
    return {
        row.channel: Resolution(
            ASSUMED, row.value, words=f"assumed: set by {row.set_by}, {row.reason}"
        )
        for row in session.scalars(
            select(ParameterByHand).where(ParameterByHand.name == "resolution")
        )
    }


__all__ = ["Reply", "by_hand", "outcomes", "replies"]
