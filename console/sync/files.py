"""Export files become rows: find what is new in a file, merge it, and fold what it touches.

A read position and the rows that it stands for are committed in one transaction. Nothing here
depends on the order in which files, or parts of files, arrive: evidence is merged second by second
(`merge`), and contacts and intervals are told anew from all their evidence (`fold`).
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.acts import FileResult, Progress
from console.domain.times import SECOND, now_us
from console.errors import ExportError
from console.exports import asterisk_queue_log, asterisk_realtime
from console.exports.catalog import CATALOG, which
from console.exports.export import Export, Mask
from console.exports.mapped_table import MappedTable
from console.exports.table_pieces import look
from console.store.engine import Store, next_revision
from console.store.roster_tables import RosterFile
from console.store.tables import Quarantine, Source, SourceFile
from console.sync.ahead import Pace, pieces
from console.sync.content import Content, members, open_content
from console.sync.continued import Before, Parts
from console.sync.dumps import queue_log_inside
from console.sync.fold import Fold
from console.sync.intake import Intake
from console.sync.join import join_interfaces, open_questions
from console.sync.place import Moved, Paused, in_folder, named, note_reading
from console.sync.record_intake import RecordIntake, retake
from console.sync.record_readers import reader_of
from console.sync.records import Records
from console.sync.transcode import Transcoded
from console.sync.unknown import why_left

#: Bytes read, merged and committed at a time: keeps memory flat, lets a read be cancelled, and lets
#: a click through within a second.
CHUNK = 4 << 20
#: So many NUL bytes in front of the first line are looked through.
NULS = 64 << 20

#: What a format is recognised by.
HEAD_READ = 1 << 16
_EXPLAIN = "a table that is not known yet: say once what its columns are (Import a table)"


def never() -> bool:
    return False


#: Orders and answers of an outbox folder that lies among exports.
OUTBOX, POST = "outbox", ("commands.jsonl", "answers.jsonl")


@dataclass(frozen=True, slots=True)
class Known:
    """A file that is of a format we know; `head` are its first 64 KB."""

    path: Path
    member: str  # inside an archive
    export: Export
    head: bytes
    first_at: int
    before: Before | None = None  # it goes on from the end of another

    @property
    def name(self) -> str:
        return _name(self.path, self.member)

    def open(self) -> Content:
        return open_content(self.path, self.member or None)


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: what the person said of them, and who wants to know how far it is."""

    mask: Mask
    source: str | None = None
    zone: str | None = None
    progress: Callable[[Progress], None] | None = None
    cancelled: Callable[[], bool] = never
    # Of a folder that is watched: a file can be gone, or have another name, when its turn comes.
    watched: bool = False


def sync(
    store: Store,
    mask: Mask,
    paths: Sequence[Path],
    *,
    source: str | None = None,
    zone: str | None = None,
    mappings: Sequence[Export] = (),
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] = never,
    quiet_unknown: bool = False,
    join: bool = True,
) -> list[FileResult]:
    """Read files, and the files of folders, once. A file's trouble never stops the others.

    `zone` is that of local times which do not say theirs; where it is None, the zone that was
    stated for the same source before. `mappings` are tables that a person has explained.
    `join`: afterwards tie interfaces to names by their times, which looks at a week of rows.

    Errors of the world that stop everything (disk full, database locked) are raised as ConsoleError
    after what was committed; nothing of the file in hand is kept half.
    """
    results: list[FileResult] = []
    found: list[Known] = []
    rosters: list[Path] = []
    unknown: list[Path] = []
    for path, member, problem in _items(expand(paths)):
        name = _name(path, member)
        begun = time.perf_counter()
        if problem is not None:
            results.append(FileResult(name, None, problem=problem))
            continue
        try:
            known = _recognise(path, member, mappings)
        except ExportError as error:
            results.append(FileResult(name, None, problem=str(error)))
            continue
        except OSError as error:
            if not (quiet_unknown and isinstance(error, FileNotFoundError)):
                results.append(FileResult(name, None, problem=_os_words(path, error)))
            continue
        if isinstance(known, Known):
            found.append(known)
            continue
        if known is None:
            rosters.append(path)
            continue
        unknown += [] if member else [path]
        if known or not quiet_unknown:
            words = _EXPLAIN if known else _why_left(path, member)
            seconds = time.perf_counter() - begun
            results.append(FileResult(name, None, seconds=seconds, problem=words, unmapped=known))
    if rosters:
        from console.sync.roster_intake import sync_rosters  # brings what writes workbooks

        results += sync_rosters(store, mask, rosters, zone, cancelled)
    # The oldest first, by what is inside: a name's number alone does not order rotated files.
    found.sort(key=lambda known: (known.first_at, known.name))
    reading = Reading(mask, source, zone, progress, cancelled, quiet_unknown)
    parts = Parts(store, found, unknown, [*CATALOG, *mappings])
    for known in chain(parts.alone, (_part(*each) for each in parts.rest(store, mask))):
        result = FileResult(known.name, known.export.NAME)
        if known.before is not None:
            results = [each for each in results if each.path != known.name]
        if cancelled():
            results.append(replace(result, cancelled=True))
            continue
        results.append(_sync_file(store, reading, known, result))
    if join and any(known.export.KIND == "log" for known in found):
        # Also when nothing was new: the reading before may have been killed just before this.
        _join(store)
    return results


def _part(file: Known | Path, before: Before | None) -> Known:
    """A file as what it goes on from says."""
    if before is None:
        assert isinstance(file, Known)
        return file
    path = file if isinstance(file, Path) else file.path
    export = before.export
    if isinstance(export, MappedTable):
        export = export.fresh()
    return Known(path, "", export, before.head, 0, before)


def _name(path: Path, member: str) -> str:
    return f"{path}!{member}" if member else str(path)


def _items(paths: Iterable[Path]) -> Iterable[tuple[Path, str, str | None]]:
    """Files, and the files inside archives, with what is wrong with an archive."""
    for path in paths:
        try:
            inside = members(path) if path.is_file() else []
        except ExportError as error:
            yield path, "", str(error)
            continue
        except OSError:
            inside = []  # said when it is opened
        if not inside:
            yield path, "", None
        for member in inside:
            yield path, member, None


def _join(store: Store) -> None:
    with store.read() as session:
        logs = session.scalars(select(Source.id).where(Source.format == asterisk_queue_log.NAME))
        asked = [source_id for source_id in logs.all() if open_questions(session, source_id)]
    if asked:
        with store.write(durable=False) as session:
            revision = next_revision(session)
            for source_id in asked:
                join_interfaces(session, source_id, revision)


def expand(paths: Sequence[Path]) -> Iterable[Path]:
    """The files named, and those in the folders named, without what is hidden and our own post."""
    for path in paths:
        if path.is_dir():
            for inner in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in inner.relative_to(path).parts)
                ours = inner.parent.name == OUTBOX and inner.name in POST
                if not hidden and not ours and not inner.is_dir():
                    yield inner
        else:
            yield path


def _why_left(path: Path, member: str) -> str:
    try:
        return why_left(path, member)
    except OSError as error:
        return _os_words(path, error)


def _recognise(path: Path, member: str, mappings: Sequence[Export]) -> Known | bool | None:
    """What the file is, None for a roster; where it is none we know, whether it is a table that
    could be explained."""
    if path.exists() and not path.is_file():
        return False
    with open_content(path, member or None) as content:
        head = content.read(HEAD_READ)
        while head and not head.strip(b"\x00\r\n ") and content.position < NULS:
            # Power loss can leave more NUL bytes than a head is long.
            head = content.read(HEAD_READ)
        problem, packing = content.problem, content.packing
        if not head and problem is None:
            return False
        export = which(head, mappings)
        if export is None and (further := queue_log_inside(content, head)):
            return Known(path, member, asterisk_realtime, further, 0)
    if export is None:
        if problem is not None:
            raise problem
        return None if not member and _is_roster(path, head, packing) else is_table(head)
    if isinstance(export, MappedTable):
        export = export.fresh()
    return Known(path, member, export, head, _first_at(head) if export.KIND == "log" else 0)


def _is_roster(path: Path, head: bytes, packing: str) -> bool:
    from console.sync.roster import is_roster  # brings what writes workbooks

    return is_roster(path, head, packing == "workbook")


def is_table(head: bytes) -> bool:
    """Whether a person could say what its columns are."""
    found = look(head)
    return found is not None and len(found.columns) > 1


def _first_at(head: bytes) -> int:
    """The first time stamp of a log, seconds."""
    for piece in head.split(b"\n"):
        stamp = piece.lstrip(b"\x00").split(b"|", 1)[0].split(b".")[0]
        if len(stamp) in (9, 10) and stamp.isdigit():
            return int(stamp)
    return 0


def _os_words(path: Path, error: OSError) -> str:
    return (
        f"{path} cannot be read ({error.strerror or error}). Check that it exists and its rights."
    )


@dataclass(slots=True)
class _Count:
    lines: int = 0
    accepted: int = 0
    known: int = 0
    quarantined: int = 0
    seconds: float = field(default_factory=time.perf_counter)

    def begin(self, skipped: int) -> None:
        """Lines read at another time, or by another program meanwhile, are known ones."""
        self.lines = skipped
        self.known = max(0, skipped - self.accepted - self.quarantined)

    def add(self, lines: int, accepted: int, known: int, quarantined: int) -> None:
        self.lines += lines
        self.accepted += accepted
        self.known += known
        self.quarantined += quarantined


def _sync_file(store: Store, reading: Reading, known: Known, result: FileResult) -> FileResult:
    count = _Count()

    def done(problem: str = "", stopped: bool = False, source: str = "") -> FileResult:
        return replace(
            result,
            lines=count.lines,
            accepted=count.accepted,
            known=count.known,
            quarantined=count.quarantined,
            seconds=round(time.perf_counter() - count.seconds, 4),
            problem=problem,
            cancelled=stopped,
            source=source,
        )

    try:
        zone = _zone_of(store, reading, known)
        doubt = _zone_doubt(known, zone)
        if zone is None:
            return replace(
                done(
                    "Its times are local, and it does not say of which zone. State it: --tz ZONE, "
                    f"or Zone in Sources.{doubt}"
                ),
                needs_zone=True,
            )
        if doubt:
            doubt = (
                f"It was read as of {zone.key}, but its times are not of that zone.{doubt} "
                "State its zone in Sources: then it is read again."
            )
        while True:
            try:
                if known.export.KIND == "log":
                    read = _read_log(store, reading, known, zone, count, done)
                    return read if read.problem else replace(read, problem=doubt)
                return _read_records(store, reading, known, zone, count, done)
            except Moved:
                # Another program reads the same file: go on from where it is now.
                continue
    except Paused as paused:
        return replace(done(source=str(paused)), paused=True)
    except ExportError as error:
        return done(str(error))
    except OSError as error:
        gone = reading.watched and isinstance(error, FileNotFoundError)
        return done("" if gone else _os_words(known.path, error))


def _zone_of(store: Store, reading: Reading, known: Known) -> ZoneInfo | None:
    """The zone of a file's local times; None where it needs one and nobody has said it."""
    export = known.export
    needs = getattr(export, "NEEDS_ZONE", False)
    asks = getattr(export, "needs_zone", None)
    if asks is not None:
        needs = asks(known.head)
    zone = reading.zone
    if needs and zone is None:
        with store.read() as session:
            found = session.scalars(
                select(Source.zone)
                .join(SourceFile, SourceFile.source_id == Source.id)
                .where(SourceFile.path == known.name)
            ).first()
            if not found:
                near = (
                    named(session, reading.source, export.PLATFORM)
                    if reading.source
                    else in_folder(session, str(known.path.resolve().parent), export.PLATFORM)
                )
                found = near.zone if near is not None else ""
        zone = found or None
    if zone is None:
        return None if needs else ZoneInfo("UTC")
    return ZoneInfo(zone)


def _zone_doubt(known: Known, zone: ZoneInfo | None) -> str:
    """What the records themselves tell of the clock that wrote local times, unless `zone` fits."""
    if known.export is not asterisk_realtime:
        return ""
    told = asterisk_realtime.clocks(known.head, zone)
    if told is None or told[1]:
        return ""
    sign, minutes = "-" if told[0] < 0 else "+", abs(told[0]) // 60
    clock = f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"
    return f" By its calls' own numbers the clock of the server is at {clock}."


def _read_log(
    store: Store,
    reading: Reading,
    known: Known,
    zone: ZoneInfo,
    count: _Count,
    done: Callable[..., FileResult],
) -> FileResult:
    with known.open() as plain:
        content = plain
        if known.export is asterisk_realtime:
            content = Transcoded(plain, zone)
        with store.read() as session:
            intake = Intake.find(session, Path(known.name), content, reading.source)
        count.begin(intake.skipped_lines)
        content.seek(intake.position)
        pace = Pace(CHUNK)
        begins = intake.position == 0 and not intake.from_database
        with closing(pieces(content, reading.mask, pace, begins=begins)) as found:
            begun = time.perf_counter()
            for piece in found:
                carry = piece.carry if piece.last else None
                if piece.data or (carry and intake.has_news(carry)):
                    writing = time.perf_counter()
                    with store.fold() as session:
                        fold = Fold(session, next_revision(session))
                        taken = intake.take(
                            session, fold, reading.mask, piece.data, carry, now_us(),
                            piece.batch, piece.plain,
                        )  # fmt: skip
                        size = len(piece.data)
                        note_reading(session, intake.source_id, size, begun, reading.zone)
                    pace.told(time.perf_counter() - writing)
                    count.add(*taken)
                elif carry:
                    count.add(*intake.standing(carry))
                if reading.progress is not None:
                    reading.progress(Progress(known.name, piece.done, content.size, count.lines))
                if not piece.last and reading.cancelled():
                    return done(stopped=True)
                begun = time.perf_counter()
        return done(str(content.problem) if content.problem is not None else "")


def _read_records(
    store: Store,
    reading: Reading,
    known: Known,
    zone: ZoneInfo,
    count: _Count,
    done: Callable[..., FileResult],
) -> FileResult:
    with known.open() as content:
        folder = known.path.resolve().parent
        name = _name(known.path.resolve(), known.member)
        with store.read() as session:
            intake = RecordIntake.find(
                session, name, folder, content, known.export, reading.source, reading.zone,
                None if known.before is None else (known.before.row_id, known.before.mark),
            )  # fmt: skip
        count.begin(intake.skipped_lines)
        if intake.unchanged:
            if intake.tail:
                count.add(1, 0, int(intake.tail_taken), int(not intake.tail_taken))
            return done(content.remark)
        state, carry = intake.state, b""
        if known.before is not None and intake.position == 0:
            state, carry = known.before.state, known.before.tail
        lead = len(carry)  # bytes that stand in another file
        reader = reader_of(
            known.export,
            known.head,
            reading.mask,
            zone,
            state,
            intake.skipped_lines,
            content.stat.st_mtime_ns // 1000,
        )
        content.seek(intake.position)
        while True:
            begun = time.perf_counter()
            data = content.read(CHUNK)
            last = len(data) < CHUNK
            piece = carry + data
            taken = reader.read(piece, last)
            carry = piece[taken.used :]
            state = reader.state
            stands = False
            if last and carry:
                rest = reader.rest(carry)
                stands = bool(rest.records)
                taken.records += rest.records
            if content.problem is not None:
                intake.stamp = ""  # to be said again, and read again, each time
            if taken.used or taken.records or taken.aside or last:
                with store.write(durable=False) as session:
                    records = Records(session, next_revision(session))
                    spent = round((time.perf_counter() - begun) * SECOND)
                    told = intake.take(
                        session,
                        records,
                        taken,
                        piece[lead : taken.used],
                        carry[max(0, lead - taken.used) :] if last else None,
                        stands,
                        state,
                        now_us(),
                        spent,
                    )
                count.add(*told)
            lead = max(0, lead - taken.used)
            if reading.progress is not None:
                reading.progress(Progress(known.name, content.done(), content.size, count.lines))
            if last:
                return done(content.remark if content.problem is None else str(content.problem))
            if reading.cancelled():
                return done(stopped=True)


def retry_quarantine(store: Store, mask: Mask, ids: Sequence[int] | None = None) -> int:
    """Try kept lines again with today's rules; the number that could be taken."""
    taken = 0
    with store.write() as session:
        wanted = select(Quarantine).where(Quarantine.state == "kept")
        if ids is not None:
            wanted = wanted.where(Quarantine.id.in_(ids))
        rows = list(session.scalars(wanted))
        if not rows:
            return 0
        revision = next_revision(session)
        for row in rows:
            if _retake(session, revision, mask, row):
                row.state = "taken"
                row.revision = revision
                taken += 1
    return taken


def _retake(session: Session, revision: int, mask: Mask, kept: Quarantine) -> bool:
    if session.get(RosterFile, kept.path) is not None:
        return False  # a row says nothing without its header: its file is read again once mended
    name = session.scalar(select(SourceFile.format).where(SourceFile.path == kept.path).limit(1))
    export = next((export for export in CATALOG if export.NAME == name), asterisk_queue_log)
    if export.KIND == "log":
        return Intake.retake(session, Fold(session, revision), mask, kept)
    return retake(session, Records(session, revision), export, mask, kept)


__all__ = ["expand", "never", "retry_quarantine", "sync"]
