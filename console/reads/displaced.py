"""Where the customers of a channel went that lets nobody in."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.messages import STATE, channel_subject
from console.domain.overrides import Displaced, scoped
from console.domain.times import DAY
from console.store import dialect
from console.store.tables import Contact, CustomerTie, Leg, Override, Queue

#: Who came on the channel in so long a time before are its customers.
BEFORE = DAY
#: What happens longer after the closing is no consequence of it.
LONGEST = 7 * DAY
INBOUND = "inbound"


def displaced(session: Session, channel: str, now: int) -> Displaced | None:
    """None where the channel stands as usual."""
    row = session.get(Override, (scoped("", channel_subject(channel)), STATE))
    if row is None:
        return None
    since = row.since
    until = min(now, since + LONGEST)
    customers = _Customers(session)
    its = _contacts(session, since - BEFORE, until, channel, here=True)
    own = {name for _channel, customer in its if (name := customers.name(customer))}
    keyless = sum(1 for _channel, customer in its if not customers.name(customer))
    if not own:
        return Displaced(channel, since, until, None if its else 0, (), keyless)

    def came(from_at: int, to_at: int) -> Counter[str]:
        elsewhere = _contacts(session, from_at, to_at, channel, here=False)
        found = {(other, customers.name(customer)) for other, customer in elsewhere}
        return Counter(other for other, customer in found if customer in own)

    after, before = came(since, until), came(since - (until - since), since)
    return Displaced(
        channel,
        since,
        until,
        len(own),
        tuple((name, after[name], before[name]) for name, _ in (after | before).most_common()),
        keyless,
    )


def _contacts(
    session: Session, from_at: int, to_at: int, channel: str, *, here: bool
) -> list[tuple[str, str | None]]:
    """(channel, customer) of the contacts that customers began in that time, on this channel or on
    others. By their legs, which are found by queue and time."""
    on = Contact.channel == channel if here else Contact.channel != channel
    queues = session.scalars(
        select(Queue.id).where(Queue.channel == channel if here else Queue.channel != channel)
    ).all()
    found: dict[int, tuple[str, str | None]] = {}
    # Apart, so that each is looked up by the index on queue and time.
    for which in (Leg.queue_id.in_(dialect.many(session, queues)), Leg.queue_id.is_(None)):
        for number, name, customer in session.execute(
            select(Contact.id, Contact.channel, Contact.customer)
            .join(Leg, Leg.contact_id == Contact.id)
            .where(
                which,
                Leg.entered_at >= from_at,
                Leg.entered_at < to_at,
                Contact.direction == INBOUND,
                on,
            )
        ):
            found[number] = (name, customer)
    return list(found.values())


class _Customers:
    """One name for all forms of a customer that were joined by hand; none for a form that many
    customers share."""

    def __init__(self, session: Session) -> None:
        self._shared: set[str] = set()
        self._other: dict[str, str] = {}
        for tie in session.scalars(select(CustomerTie)):
            if tie.same_as:
                self._join(tie.customer, tie.same_as)
            else:
                self._shared.add(tie.customer)

    def name(self, customer: str | None) -> str:
        return "" if not customer or customer in self._shared else self._root(customer)

    def _root(self, customer: str) -> str:
        while customer in self._other:
            customer = self._other[customer]
        return customer

    def _join(self, one: str, other: str) -> None:
        if (root := self._root(one)) != (top := self._root(other)):
            self._other[root] = top


__all__ = ["displaced"]
