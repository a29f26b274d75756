"""Customers across systems: by the normal form of a number or address, and as joined by hand."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from console.store import dialect
from console.store.tables import Contact, CustomerTie, Source

#: More forms than this are no one customer's.
_MOST = 50


@dataclass(frozen=True, slots=True)
class CustomerContact:
    """A contact of a customer, and why it is taken for theirs."""

    contact_id: int
    contact: str
    source: str
    channel: str
    direction: str
    first_at: int
    last_at: int
    why: str


def hidden(session: Session) -> bool | None:
    """Whether customers' numbers are kept as hashes; None where there are none yet."""
    found = session.scalars(
        select(Contact.customer).where(Contact.customer.is_not(None)).limit(100)
    )
    for customer in found:
        if customer and customer.startswith("~"):
            return True
        if customer and any(letter.isdigit() for letter in customer):
            return False
    return None


def customer_of(session: Session, contact: str) -> str:
    """The customer of a contact, by the source's own id; empty where nobody is known."""
    found = session.scalar(select(Contact.customer).where(Contact.ref == contact).limit(1))
    return found or ""


def forms(session: Session, customer: str) -> dict[str, str]:
    """Every form that is this customer, with the reason; a shared form is only itself."""
    found = {customer: "the same number or address"}
    if _is_shared(session, customer):
        return {}
    waiting = [customer]
    while waiting and len(found) < _MOST:
        form = waiting.pop()
        for tie in session.scalars(
            select(CustomerTie).where(
                or_(CustomerTie.customer == form, CustomerTie.same_as == form),
                CustomerTie.same_as != "",
            )
        ):
            other = tie.same_as if tie.customer == form else tie.customer
            if other not in found and not _is_shared(session, other):
                words = f"joined by {tie.edited_by}"
                found[other] = f"{words}: {tie.reason}" if tie.reason else words
                waiting.append(other)
    return found


def _is_shared(session: Session, customer: str) -> bool:
    return session.get(CustomerTie, (customer, "")) is not None


def contacts_of(session: Session, customer: str, limit: int = 200) -> list[CustomerContact]:
    """The customer's contacts in all systems, newest first."""
    known = forms(session, customer)
    if not known:
        return []
    return [
        CustomerContact(
            contact.id,
            contact.ref,
            source,
            contact.channel,
            contact.direction,
            contact.first_at,
            contact.last_at,
            known.get(contact.customer or "", ""),
        )
        for contact, source in session.execute(
            select(Contact, Source.name)
            .join(Source, Source.id == Contact.source_id)
            .where(Contact.customer.in_(dialect.many(session, list(known))))
            .order_by(Contact.first_at.desc())
            .limit(limit)
        )
    ]


__all__ = ["CustomerContact", "contacts_of", "customer_of", "forms", "hidden"]
