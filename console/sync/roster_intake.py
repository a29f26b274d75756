"""Roster files are read in: those that somebody names, and those that lie among exports when they
change.

A roster is of no platform, so its files belong to no source. It states what holds, field by field
(`console.domain.roster`), so a changed file is read whole and merged; what is missing from it now
is not deleted.
"""

import csv
import io
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from console.domain.acts import FileResult
from console.domain.roster import CUSTOMERS, SHIFTS, RosterCount, RosterProblem, RosterResult
from console.domain.times import now_us
from console.errors import ExportError
from console.exports.export import Rejected
from console.exports.text import hide
from console.reads.roster import not_among
from console.store.engine import Store, next_revision
from console.store.roster_tables import RosterFile
from console.store.tables import Quarantine, Source, SourceFile
from console.sync.place import KEPT, digest
from console.sync.roster import Mask, Sheets, from_the_future, open_roster, take_roster

FORMAT = "roster"
_NO_ZONE = (
    "Its times are local, and it does not say of which zone. State it: --tz ZONE, or a column zone."
)


def sync_rosters(
    store: Store,
    mask: Mask,
    paths: Iterable[Path],
    zone: str | None,
    cancelled: Callable[[], bool],
) -> list[FileResult]:
    """Read roster files; one that cannot be read is told and stops no other."""
    results: list[FileResult] = []
    for path in paths:
        result = FileResult(str(path), FORMAT)
        if cancelled():
            results.append(replace(result, cancelled=True))
            continue
        try:
            results.append(sync_roster(store, mask, path, zone, now_us()))
        except (ExportError, Rejected) as error:
            results.append(replace(result, problem=str(error)))
        except OSError as error:
            words = f"{path} cannot be read ({error.strerror or error}). Check its rights."
            results.append(replace(result, problem=words))
    return results


def sync_roster(store: Store, mask: Mask, path: Path, zone: str | None, now: int) -> FileResult:
    """Read a roster file if it has changed, or if another zone is stated than it was read by.

    `zone` is of local times in rows that do not say; where it is None, the one before, or that of
    what lies beside it. Raises OSError, ExportError and Rejected where it cannot be read.
    """
    begun = time.perf_counter()
    name, stamp = str(path.resolve()), _stamp(path)
    with store.read() as session:
        row = session.get(RosterFile, name)
        if row is not None and row.stamp == stamp and zone in (None, row.zone):
            return FileResult(str(path), FORMAT, row.rows, known=row.rows)
        used = zone or (row.zone if row is not None else "") or _zone_beside(session, name)
    sheets = open_roster(path, mask, ZoneInfo(used) if used else None)
    if any(reading.local for _rows, reading in sheets.tables):
        return FileResult(str(path), FORMAT, problem=_NO_ZONE, needs_zone=True)
    counts, left = _take(store, sheets, stamp, used, now)
    return FileResult(
        str(path),
        FORMAT,
        sum(count.rows for count in counts),
        sum(count.changed for count in counts),
        sum(count.known for count in counts),
        left,
        round(time.perf_counter() - begun, 4),
        from_the_future(sheets, now),
    )


def import_roster(
    store: Store, mask: Mask, path: Path, zone: ZoneInfo | None, now: int
) -> RosterResult:
    """Read a file that somebody named, whether or not it has changed.

    Its good rows are taken in one transaction, the others are named. `zone` is of local times in
    rows that do not say. Problems of the whole file are in the result; errors of the database are
    raised.
    """
    try:
        stamp = _stamp(path)
        sheets = open_roster(path, mask, zone)
    except OSError as error:
        return _failed(path, f"it cannot be read ({error.strerror or error}); check its rights")
    except (ExportError, Rejected) as error:
        return _failed(path, str(error))
    if not sheets.tables:
        return _failed(path, "no table of a roster is in it; compare its header with a template")
    counts, _left = _take(store, sheets, stamp, zone.key if zone else "", now)
    problems = [
        RosterProblem(reading.table, problem.line, problem.column, problem.words)
        for _rows, reading in sheets.tables
        for problem in reading.problems
    ]
    if words := from_the_future(sheets, now):
        problems.append(RosterProblem("", 0, "", words))
    missing = _missing(store, sheets, zone or ZoneInfo("UTC"))
    return RosterResult(str(path), counts, tuple(problems), missing)


def _missing(store: Store, sheets: Sheets, zone: ZoneInfo) -> tuple[str, ...]:
    """Shifts that stood before, of which nobody knows whether they were moved: see not_among."""
    with store.read() as session:
        return tuple(
            shift
            for _rows, reading in sheets.tables
            if reading.table == SHIFTS and not reading.named
            for shift in not_among(session, reading.entries.values(), sheets.changed_at, zone)
        )


def _failed(path: Path, words: str) -> RosterResult:
    return RosterResult(str(path), (), (RosterProblem("", 0, "", words),))


def _stamp(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_size}:{stat.st_mtime_ns}"


def _take(
    store: Store, sheets: Sheets, stamp: str, zone: str, now: int
) -> tuple[tuple[RosterCount, ...], int]:
    """Merge a file in one transaction, with what could not be taken of it and when it was read."""
    name = str(sheets.path.resolve())
    with store.write(durable=False) as session:
        revision = next_revision(session)
        counts = take_roster(session, sheets, revision)
        left = _keep_aside(session, sheets, name, now, revision)
        # Rows that wait for a zone are taken when one is stated.
        waits = any(reading.local for _rows, reading in sheets.tables)
        session.merge(
            RosterFile(
                path=name,
                stamp="" if waits else stamp,
                zone=zone,
                rows=sum(count.rows for count in counts),
                left=left,
                changed_at=sheets.changed_at,
                read_at=now,
                revision=revision,
            )
        )
    return counts, left


def _zone_beside(session: Session, name: str) -> str:
    """The zone that was stated for other files of the same folder, of rosters first."""
    folder = str(Path(name).parent)
    rosters = select(RosterFile.path, RosterFile.zone).order_by(RosterFile.read_at.desc())
    exports = select(SourceFile.path, Source.zone).join(Source, Source.id == SourceFile.source_id)
    for question, path, zone in (
        (rosters, RosterFile.path, RosterFile.zone),
        (exports, SourceFile.path, Source.zone),
    ):
        near = question.where(path.startswith(folder, autoescape=True), zone != "")
        for other, found in session.execute(near):
            if str(Path(other).parent) == folder:
                return found
    return ""


def _keep_aside(session: Session, sheets: Sheets, name: str, now: int, revision: int) -> int:
    """Put rows that could not be taken into quarantine, in place of those of an earlier reading;
    how many that are."""
    session.execute(delete(Quarantine).where(Quarantine.path == name))
    found: dict[tuple[int, str], Quarantine] = {}
    left = 0
    for rows, reading in sheets.tables:
        cells = dict(rows)
        taken = set(reading.lines.values())  # of a row that came twice the last was taken
        for problem in reading.problems:
            if problem.line in taken:
                continue
            left += 1
            line = io.StringIO()
            csv.writer(line, lineterminator="").writerow(cells[problem.line])
            text = line.getvalue()
            raw = (hide(text) if reading.table == CUSTOMERS else text).encode()[:KEPT]
            where = f"{reading.table}, {problem.column}" if problem.column else reading.table
            found[problem.line, digest(raw)] = Quarantine(
                source_id=None,
                path=name,
                line_number=problem.line,
                digest=digest(raw),
                reason=f"{where}: {problem.words}",
                raw=raw,
                found_at=now,
                revision=revision,
            )
    session.add_all(found.values())
    return left


__all__ = ["FORMAT", "import_roster", "sync_roster", "sync_rosters"]
