"""What was put off and is owed, by whom and until when."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.obligations import Ledger, ObligationRow, debt_of
from console.domain.roster import LEADER
from console.reads.roster import people
from console.store.roster_tables import RosterPerson
from console.store.tables import Journal, Obligation, Operation


def ledger(session: Session, now: int, known: object = None) -> Ledger | None:
    """Everything that was ever put off, what is owed first, the soonest due first; None where
    `known` is the version of the ledger still."""
    version = (
        session.scalar(select(func.max(Obligation.revision))),
        session.scalar(select(func.count()).select_from(Obligation)),
        session.scalar(select(func.max(Operation.revision))),
        session.scalar(select(func.max(RosterPerson.revision))),
        # What is taken back leaves no newer row, but a record.
        session.scalar(select(func.max(Journal.id))),
    )
    if version == known:
        return None
    rows = tuple(obligations(session))
    groups: dict[int | None, list[ObligationRow]] = {}
    for row in rows:
        groups.setdefault(row.operation_id, []).append(row)
    debts = [debt_of(tuple(some), now, key, some[0].operation) for key, some in groups.items()]
    debts.sort(key=lambda debt: -(debt.operation_id or 0))
    staff = people(session)
    leaders = [person.name or person.id for person in staff if person.tier == LEADER]
    before = sorted({row.owner for row in rows if row.owner}, key=str.casefold)
    everybody = [person.name or person.id for person in staff]
    owners = tuple(dict.fromkeys((*before, *leaders, *everybody)))
    return Ledger(now, rows, debt_of(rows, now), tuple(debts), owners, version)


def obligations(session: Session, operation_id: int | None = None) -> list[ObligationRow]:
    """All, or those of one operation: owed before done and waived, the soonest due first."""
    question = select(Obligation, Operation.name).outerjoin(
        Operation, Operation.id == Obligation.operation_id
    )
    if operation_id is not None:
        question = question.where(Obligation.operation_id == operation_id)
    names = {person.id: person.name or person.id for person in people(session)}
    # Outside of any operation there is no name.
    found: list[tuple[Obligation, str | None]] = [(r, n) for r, n in session.execute(question)]
    rows = [
        ObligationRow(
            row.id, row.what, row.kind, row.person, names.get(row.person, row.person),
            row.minutes or None, row.owner, row.due_at, row.legal, row.state, row.note,
            row.made_at, row.made_by, row.ended_at, row.operation_id, operation or "",
        )
        for row, operation in found
    ]  # fmt: skip
    order = {"owed": 0, "done": 1, "waived": 2}
    rows.sort(
        key=lambda r: (order.get(r.state, 3), r.due_at is None, r.due_at or 0, r.made_at, r.id)
    )
    return rows


def without_owner(session: Session, operation_id: int) -> list[ObligationRow]:
    """What keeps an operation from being closed: what is owed of it and has no owner, and what the
    law requires and has no due date. Each row's `lacks` says which."""
    return [row for row in obligations(session, operation_id) if row.lacks]


__all__ = ["ledger", "obligations", "without_owner"]
