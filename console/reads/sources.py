"""What is known of each source: its files, its habits, what it holds and what is wrong with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from console.domain.board import SourceRow
from console.domain.imports import FileRow, Holdings
from console.domain.platforms import title_of
from console.domain.times import MINUTE, SECOND
from console.store import chores, dialect
from console.store.chain import REDO, UNDO
from console.store.tables import (
    Agent,
    Contact,
    Journal,
    Quarantine,
    Queue,
    Snapshot,
    Source,
    SourceFile,
    Ticket,
)

#: The format whose files are written on and on.
LOG = "asterisk_queue_log"
#: So many of a source's newest files tell its habit, and fewer gaps than this tell none.
_HABIT_OF = 60
_FEWEST_GAPS = 2
#: A record that is no older when it is read was written just now.
_FRESH = 2 * MINUTE


@dataclass(frozen=True, slots=True)
class _Known:
    """What the files of a source tell of it; asked anew only when one of them has changed."""

    stamp: tuple[int, int]
    last_file: str
    steady: bool
    every_s: int | None


class SourceRows:
    """The rows of all sources, kept from board to board."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}

    def rows(self, session: Session) -> tuple[SourceRow, ...]:
        """By name."""
        files = {
            source_id: (number, int(lines or 0), newest)
            for source_id, number, lines, newest in session.execute(
                select(
                    SourceFile.source_id,
                    func.sum(dialect.as_number(SourceFile.head_size > 0)),
                    func.sum(SourceFile.lines),
                    func.max(SourceFile.revision),
                ).group_by(SourceFile.source_id)
            )
        }
        kept = {
            source_id: number
            for source_id, number in session.execute(
                select(Quarantine.source_id, func.count())
                .where(Quarantine.state == "kept")
                .group_by(Quarantine.source_id)
            )
        }
        emptying = {id for chore, id in chores.noted(session) if chore == chores.EMPTY}
        return tuple(
            self._row(session, source, *files.get(source.id, (0, 0, 0)), kept, emptying)
            for source in session.scalars(select(Source).order_by(Source.name))
        )

    def _row(
        self,
        session: Session,
        source: Source,
        number: int,
        lines: int,
        newest: int,
        kept: dict[int | None, int],
        emptying: set[int],
    ) -> SourceRow:
        known = self._known.get(source.id)
        if known is None or known.stamp != (number, newest):
            known = self._known[source.id] = _told_by_files(session, source, (number, newest))
        return SourceRow(
            source.id,
            source.name,
            source.format,
            source.last_at,
            source.read_at,
            number,
            lines,
            kept.get(source.id, 0),
            "what was read of it is being taken away" if source.id in emptying else "",
            source.platform,
            title_of(source.platform),
            source.folder,
            known.last_file,
            source.read_bytes * SECOND / source.read_us if source.read_us else None,
            source.zone,
            source.paused,
            known.steady,
            known.every_s,
        )


def _told_by_files(session: Session, source: Source, stamp: tuple[int, int]) -> _Known:
    of_source = (SourceFile.source_id == source.id, SourceFile.head_size > 0)
    newest = session.execute(
        select(SourceFile.path, SourceFile.read_at, SourceFile.last_at)
        .where(*of_source)
        .order_by(SourceFile.read_at.desc(), SourceFile.last_at.desc(), SourceFile.id.desc())
        .limit(1)
    ).first()
    ends: dict[str, list[int]] = {}
    for name, last_at in session.execute(
        select(SourceFile.format, SourceFile.last_at)
        .where(*of_source, SourceFile.last_at.is_not(None))
        .order_by(SourceFile.last_at.desc())
        .limit(_HABIT_OF)
    ):
        ends.setdefault(name, []).append(last_at)
    return _Known(stamp, newest.path if newest is not None else "", *habit(newest, ends))


def habit(newest: Any, ends: Mapping[str, Sequence[int]]) -> tuple[bool, int | None]:
    """Whether a source writes on and on, and else how far apart its files end, in seconds.

    A log does, and so does a single file whose newest record was fresh when it was read. `newest`
    is the file that was read last, `ends` are the newest stamps of files by their format, the
    latest first. Files that end within one minute are parts of one export.
    """
    if LOG in ends:
        return True, None
    found: list[int] = []
    for stamps in ends.values():
        exports = dict.fromkeys(stamp // MINUTE for stamp in stamps)
        gaps = [late - early for late, early in pairwise(exports)]
        if len(gaps) >= _FEWEST_GAPS:
            found.append(int(median(gaps)) * 60)
    if found:
        return False, min(found)
    if newest is None or newest.last_at is None or sum(map(len, ends.values())) > 1:
        return False, None
    return newest.read_at - newest.last_at < _FRESH, None


def folders_of_sources(session: Session) -> list[str]:
    """Where the files of each source lie; "" for one that no file was read of."""
    return list(session.scalars(select(Source.folder)))


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
    from console.exports.catalog import CATALOG  # brings all formats

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


@dataclass(frozen=True, slots=True)
class Asked:
    """What an act, or its undo, asks of sources, by their ids."""

    resumed: tuple[int, ...]
    rezoned: tuple[int, ...]  # what was read by the zone before is wrong
    chores: bool  # something is noted for them


def asked_of_sources(session: Session, journal_id: int) -> Asked:
    """What the record of an act says of sources. A command notes its chores itself, undo cannot."""
    entry = session.get_one(Journal, journal_id)
    resumed: list[int] = []
    rezoned: list[int] = []
    for change in json.loads(entry.changes):
        source = None
        if change["table"] == Source.__tablename__ and change["after"]:
            source = session.get(Source, change["key"]["id"])
        if source is None:
            continue
        if change["after"].get("paused") is False:
            resumed.append(source.id)
        undone = entry.command in (UNDO, REDO) and "zone" in change["after"]
        if undone and has_local_times(session, source):
            rezoned.append(source.id)
    return Asked(tuple(resumed), tuple(rezoned), bool(chores.noted(session)))


__all__ = [
    "Asked", "SourceRows", "asked_of_sources", "files", "folders_of_sources", "habit",
    "has_local_times", "holdings", "local_formats",
]  # fmt: skip
