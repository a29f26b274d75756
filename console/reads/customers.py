"""In what form customers are kept."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.tables import Contact


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
