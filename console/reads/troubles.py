"""Acts of which the platform refused something, or about which it said nothing in time."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.board import LogItem, Trouble
from console.domain.messages import REFUSED, UNCONFIRMED
from console.store.tables import Journal, Outbox


def last_move(session: Session) -> int:
    """The revision up to which messages have moved."""
    return session.scalar(select(func.max(Outbox.revision))) or 0


def troubles(session: Session, after: int) -> tuple[Trouble, ...]:
    """Acts with messages that came to be refused or unconfirmed after that revision, oldest first.

    Costs one look at an index where nothing has moved.
    """
    rows = session.scalars(
        select(Outbox)
        .where(Outbox.revision > after, Outbox.state.in_((REFUSED, UNCONFIRMED)))
        .order_by(Outbox.journal_id, Outbox.number)
    )
    by_act: dict[int, list[Outbox]] = {}
    for row in rows:
        by_act.setdefault(row.journal_id, []).append(row)
    return tuple(_trouble(session, number, found) for number, found in by_act.items())


def _trouble(session: Session, journal_id: int, rows: Iterable[Outbox]) -> Trouble:
    of = session.scalar(
        select(func.count()).select_from(Outbox).where(Outbox.journal_id == journal_id)
    )
    title = session.get_one(Journal, journal_id).title
    items = tuple(LogItem(row.item, row.state, row.answer, row.id) for row in rows)
    return Trouble(journal_id, title, of or 0, items)
