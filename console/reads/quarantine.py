"""What could not be taken from exports, newest first."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.board import QuarantineRow
from console.store.tables import Quarantine


def quarantine(session: Session, limit: int = 5000) -> list[QuarantineRow]:
    return [
        QuarantineRow(
            row.id,
            row.path,
            row.line_number,
            row.reason,
            bytes(row.raw).decode("utf-8", "backslashreplace"),
            row.found_at,
            row.state,
        )
        for row in session.scalars(
            select(Quarantine)
            .where(Quarantine.state == "kept")
            .order_by(Quarantine.id.desc())
            .limit(limit)
        )
    ]
