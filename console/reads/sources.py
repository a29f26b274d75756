"""What is known of each source: its files, its habits, what it holds and what is wrong with it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from console.store.tables import (
    Agent,
    Contact,
    Quarantine,
    Queue,
    Snapshot,
    Source,
    SourceFile,
    Ticket,
)

#: So many of a source's newest files tell its habit.
_HABIT_OF = 20


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many records of each kind are kept of a source."""

    contacts: int = 0
    tickets: int = 0
    queues: int = 0
    agents: int = 0
    snapshots: int = 0
    quarantined: int = 0
    files: int = 0


def holdings(session: Session, source_id: int) -> Holdings:
    def count(table: type, *more: ColumnElement[bool]) -> int:
        of_source: ColumnElement[bool] = table.source_id == source_id  # type: ignore[attr-defined]
        return session.scalar(select(func.count()).select_from(table).where(of_source, *more)) or 0

    return Holdings(
        count(Contact),
        count(Ticket),
        count(Queue),
        count(Agent),
        count(Snapshot),
        count(Quarantine, Quarantine.state == "kept"),
        count(SourceFile),
    )


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a source. `read` is false where nothing of it is kept at present."""

    file_id: int
    path: str
    format: str
    lines: int
    accepted: int
    known: int
    quarantined: int
    first_at: int | None
    last_at: int | None
    read_at: int
    read: bool
    cut: bool  # its end waits for the rest of a record


def files(session: Session, source_id: int) -> list[FileRow]:
    """The files of a source, the newest reading first."""
    kept = {
        path: number
        for path, number in session.execute(
            select(Quarantine.path, func.count())
            .where(Quarantine.source_id == source_id, Quarantine.state == "kept")
            .group_by(Quarantine.path)
        )
    }
    return [
        FileRow(
            row.id,
            row.path,
            row.format,
            row.lines,
            row.accepted,
            row.known,
            kept.get(row.path, 0),
            row.first_at,
            row.last_at,
            row.read_at,
            row.head_size > 0,
            bool(row.tail) and not row.tail_taken,
        )
        for row in session.scalars(
            select(SourceFile)
            .where(SourceFile.source_id == source_id)
            .order_by(SourceFile.read_at.desc(), SourceFile.id.desc())
        )
    ]


def local_formats() -> frozenset[str]:
    """Names of the formats whose times are local, at least in some of their files."""
    from console.exports import CATALOG  # brings all formats

    return frozenset(
        export.NAME
        for export in CATALOG
        if getattr(export, "NEEDS_ZONE", False) or hasattr(export, "needs_zone")
    )


def has_local_times(session: Session, source: Source) -> bool:
    """Whether what was read of a source hangs on the zone that is stated for it."""
    formats = set(
        session.scalars(
            select(SourceFile.format).where(SourceFile.source_id == source.id).distinct()
        )
    )
    # What a database keeps of a queue_log is read as one, and only then needs a zone.
    as_log = bool(source.zone) and source.platform == "asterisk"
    return as_log or not local_formats().isdisjoint(formats | {source.format})


__all__ = ["FileRow", "Holdings", "files", "has_local_times", "holdings", "local_formats"]
