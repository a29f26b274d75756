"""Acts of which the platform refused something, or about which it said nothing in time."""

from collections.abc import Iterable

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

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


def standing_troubles(session: Session, since: int) -> tuple[Trouble, ...]:
    """Acts recorded after `since` (microseconds) that have messages refused or unanswered to this
    day: nothing newer was asked about the same thing, it was not seen to stand after all, and the
    act was not taken back."""
    newer = aliased(Outbox)
    undo = aliased(Journal)
    rows = session.scalars(
        select(Outbox)
        .where(
            Outbox.state.in_((REFUSED, UNCONFIRMED)),
            Outbox.created_at > since,
            Outbox.shown_at.is_(None),
            ~exists().where(
                newer.subject == Outbox.subject,
                newer.aspect == Outbox.aspect,
                newer.connector == Outbox.connector,
                newer.number > Outbox.number,
                Outbox.subject != "",
            ),
            ~exists().where(newer.origin == Outbox.origin, newer.number > Outbox.number),
            ~exists().where(undo.undoes == Outbox.journal_id),
        )
        .order_by(Outbox.journal_id, Outbox.number)
    )
    by_act: dict[int, list[Outbox]] = {}
    for row in rows:
        by_act.setdefault(row.journal_id, []).append(row)
    return tuple(_trouble(session, number, found) for number, found in by_act.items())
