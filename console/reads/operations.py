"""Operations: which one runs, how each of its items stands, what still hangs on it.

What became of an item's command is told by its record and the messages of it, and nowhere else.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.board import LogItem
from console.domain.messages import CANCELLED, REFUSED, UNCONFIRMED
from console.domain.playbooks import REVERTED, OperationItemRow, OperationRow
from console.reads.log import items_of, state_of
from console.reads.obligations import without_owner
from console.store import dialect
from console.store.chain import REDO, UNDO
from console.store.tables import (
    Journal,
    Obligation,
    Operation,
    OperationItem,
    Outbox,
    Override,
)

#: Messages that can be sent again.
_AGAIN = (REFUSED, UNCONFIRMED, CANCELLED)


def running_id(session: Session) -> int | None:
    """The operation that is not closed; None on an ordinary day."""
    return session.scalar(
        select(Operation.id)
        .where(Operation.closed_at.is_(None))
        .order_by(Operation.id.desc())
        .limit(1)
    )


def operation(session: Session, operation_id: int | None = None) -> OperationRow | None:
    """One operation, or the one that runs; None where there is none."""
    identity = running_id(session) if operation_id is None else operation_id
    row = session.get(Operation, identity) if identity is not None else None
    if row is None:
        return None
    return OperationRow(
        row.id,
        row.name,
        row.playbook,
        row.started_at,
        row.planned_us,
        row.closed_at,
        row.who,
        tuple(_items(session, row.id)),
        tuple(overrides_of(session, row.id)),
        tuple(unowned(session, row.id)),
    )


def version(session: Session) -> object:
    """What moves when the operation that runs, or anything of it, does."""
    if (identity := running_id(session)) is None:
        return None
    return (
        identity,
        *(
            session.scalar(select(func.max(table.revision)))
            for table in (Operation, OperationItem, Obligation, Override, Outbox)
        ),
        # What is taken back leaves no newer row, but a record.
        session.scalar(select(func.max(Journal.id))),
    )


def operations(session: Session, limit: int = 50) -> list[OperationRow]:
    """The newest first, without their items."""
    rows = session.scalars(select(Operation).order_by(Operation.id.desc()).limit(limit))
    return [
        OperationRow(r.id, r.name, r.playbook, r.started_at, r.planned_us, r.closed_at, r.who)
        for r in rows
    ]


def unowned(session: Session, operation_id: int) -> list[str]:
    """What it put off and still owes that keeps it from being closed, with what each lacks."""
    return [
        f"{row.what}{f' of {row.name}' if row.name else ''} ({row.lacks})"
        for row in without_owner(session, operation_id)
    ]


def overrides_of(session: Session, operation_id: int) -> list[str]:
    """What stands otherwise than usual because of it, in words."""
    return list(
        session.scalars(
            select(Override.title)
            .where(Override.operation_id == operation_id)
            .order_by(Override.since, Override.title)
        )
    )


def in_effect(session: Session, operation_id: int) -> list[str]:
    """Its commands that were done and not taken back, in their order."""
    return [row.title for row in _items(session, operation_id) if row.in_effect]


def _items(session: Session, operation_id: int) -> list[OperationItemRow]:
    rows = session.scalars(
        select(OperationItem)
        .where(OperationItem.operation_id == operation_id)
        .order_by(OperationItem.number)
    ).all()
    ends = _ends(session, [row.journal_id for row in rows if row.journal_id is not None])
    messages = items_of(session, [end.id for end in ends.values()])
    return [_row(row, ends, messages) for row in rows]


def _row(
    row: OperationItem, ends: dict[int, Journal], messages: dict[int, list[LogItem]]
) -> OperationItemRow:
    plain = OperationItemRow(
        row.number, row.item, row.section, row.kind, row.title, row.why, row.owner, row.state,
        row.command, row.due_at, row.done_at, row.who,
    )  # fmt: skip
    if row.journal_id is None:
        return plain
    end = ends[row.journal_id]
    own = messages.get(end.id, [])
    state = state_of(item.state for item in own)
    told = replace(
        plain,
        journal_id=row.journal_id,
        state=state,
        parts=tuple(sorted(Counter(item.state for item in own).items())),
        failures=tuple(map(_failure, (i for i in own if i.state in (REFUSED, UNCONFIRMED)))),
        again=tuple(item.id for item in own if item.state in _AGAIN),
    )
    if end.command != UNDO:
        return told
    return replace(told, state=REVERTED, taking_back=state, done_at=end.at, who=end.who)


def _failure(item: LogItem) -> str:
    words = f"{item.item}: {item.state}"
    return f"{words} ({item.words})" if item.words else words


def _ends(session: Session, journal_ids: Collection[int]) -> dict[int, Journal]:
    """For each record the last of its line: itself, its undo, the redo of that, and so on."""
    found: dict[int, Journal] = {}
    roots: dict[int, int] = {}
    for entry in session.scalars(
        select(Journal).where(Journal.id.in_(dialect.many(session, list(journal_ids))))
    ):
        found[entry.id], roots[entry.id] = entry, entry.id
    ahead = list(found)
    while ahead:
        question = select(Journal).where(
            Journal.undoes.in_(dialect.many(session, ahead)), Journal.command.in_((UNDO, REDO))
        )
        ahead = []
        for entry in session.scalars(question):
            assert entry.undoes is not None
            root = roots[entry.id] = roots[entry.undoes]
            found[root] = entry
            ahead.append(entry.id)
    return found


__all__ = [
    "in_effect", "operation", "operations", "overrides_of", "running_id", "unowned", "version",
]  # fmt: skip
