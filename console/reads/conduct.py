"""How a leader led, as the console's own records tell it: acts, orders left alone, reports, duties.

Of a rehearsal as of any other stretch of time. Figures that nobody can know are None.
"""

from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.messages import CONFIRMED, REFUSED, UNCONFIRMED
from console.domain.obligations import OWED
from console.domain.rehearsals import LESS, MORE, Figure
from console.domain.times import HOUR, MINUTE
from console.reads.obligations import obligations
from console.store.chain import REDO, TOLD, UNDO
from console.store.tables import Journal, Operation, Outbox, Override, Report

#: A report that nobody has answered for so long waits too long.
PATIENT = HOUR


def conduct(session: Session, from_at: int, to_at: int) -> tuple[Figure, ...]:
    """What the records say of that time (microseconds UTC), as things stood at its end."""
    return (
        *_acts(session, from_at, to_at),
        *_reports(session, from_at, to_at),
        *_duties(session, from_at, to_at),
        _overrides(session),
    )


def _acts(session: Session, from_at: int, to_at: int) -> tuple[Figure, ...]:
    acts = (
        select(Journal.id, Journal.at, Journal.title)
        .where(Journal.at.between(from_at, to_at), Journal.command.not_in((*TOLD, UNDO, REDO)))
        .where(Journal.id.in_(select(Outbox.journal_id)))
        .order_by(Journal.id)
    )
    steered = session.execute(acts).all()
    done = select(Outbox.journal_id).where(Outbox.state == CONFIRMED)
    first = session.execute(acts.where(Journal.id.in_(done)).limit(1)).first()
    left = _left_alone(session, from_at, to_at)
    return (
        Figure(
            "acts", "Acts that steered", len(steered), "acts",
            "Acts that asked something of a platform or a person, taken back or not.",
        ),
        Figure(
            "first_act", "Until the first act that was carried out",
            None if first is None else (first.at - from_at) / MINUTE, "minutes",
            "From the beginning to the first act of which a platform confirmed at least a part. "
            "Unknown where there was none.", LESS, "" if first is None else first.title,
        ),
        Figure(
            "left_alone", "Refused orders left alone", len(left), "orders",
            "Messages that were refused, or never answered, and were neither sent again nor taken "
            "back.", LESS, "; ".join(left[:3]),
        ),
    )  # fmt: skip


def _left_alone(session: Session, from_at: int, to_at: int) -> list[str]:
    """What a message was about whose last word was a refusal, or none."""
    last: dict[str, tuple[str, str]] = {}
    rows = select(Outbox.origin, Outbox.item, Outbox.state).where(
        Outbox.created_at.between(from_at, to_at)
    )
    for origin, item, state in session.execute(rows.order_by(Outbox.number)).tuples():
        last[origin] = item, state
    return [item for item, state in last.values() if state in (REFUSED, UNCONFIRMED)]


def _reports(session: Session, from_at: int, to_at: int) -> tuple[Figure, ...]:
    rows = session.execute(
        select(Report.at, Report.answered_at).where(Report.at.between(from_at, to_at))
    ).all()
    soon = [(row.answered_at - row.at) / MINUTE for row in rows if row.answered_at is not None]
    waiting = sum(row.answered_at is None and to_at - row.at > PATIENT for row in rows)
    return (
        Figure(
            "reports_answered", "Reports answered", 100 * len(soon) / len(rows) if rows else None,
            "%", "Of the reports that things go wrong, those that got an answer.", MORE,
            f"{len(soon)} of {len(rows)}" if rows else "there were none",
        ),
        Figure(
            "reports_minutes", "Until a report was answered", median(soon) if soon else None,
            "minutes", "Half of the answers came sooner, half later (the median).", LESS,
        ),
        Figure(
            "reports_waiting", "Reports that wait too long", waiting, "reports",
            "Without an answer at the end, after more than an hour.", LESS,
        ),
    )  # fmt: skip


def _duties(session: Session, from_at: int, to_at: int) -> tuple[Figure, ...]:
    rows = [row for row in obligations(session) if from_at <= row.made_at <= to_at]
    owed = [row for row in rows if row.state == OWED]
    overdue = sum(row.is_overdue(to_at) for row in owed)
    unowned = [row for row in owed if row.lacks and not row.is_overdue(to_at)]
    running = session.scalar(
        select(func.count()).select_from(Operation).where(Operation.closed_at.is_(None))
    )
    return (
        Figure(
            "duties", "Duties made", len(rows), "duties", "What was put off and was to be owed.",
            "", f"{len(rows) - len(owed)} done or waived" if rows else "",
        ),
        Figure(
            "duties_overdue", "Duties overdue", overdue, "duties",
            "Owed at the end, and due before it.", LESS,
        ),
        Figure(
            "duties_unowned", "Duties that nobody owns", len(unowned), "duties",
            "Owed at the end without an owner, or required by law without a date; those that are "
            "overdue are not counted again.", LESS,
        ),
        Figure(
            "operations_open", "Operations not closed", running, "operations",
            "Operations that nobody has closed by the end.", "",
        ),
    )  # fmt: skip


def _overrides(session: Session) -> Figure:
    titles = list(session.scalars(select(Override.title).order_by(Override.since)))
    return Figure(
        "overrides", "What still stands otherwise than usual", len(titles), "controls",
        "Switches, channels and places that were not put back. Right while there is a reason.", "",
        "; ".join(titles[:3]) + (f" and {len(titles) - 3} more" if len(titles) > 3 else ""),
    )  # fmt: skip


__all__ = ["conduct"]
