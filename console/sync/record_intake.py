"""One file of records or rows: what is new in it, made into statements and merged.

Files of records are often written anew under the same name, with older records changed in place. So
a file is read on from where it was left only if what was read before is still there as it was
(`PROVEN`); where it is not, the file is read from its beginning: to merge a record again changes
nothing.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from console.domain.platforms import title_of
from console.domain.statements import Statement
from console.domain.times import DAY
from console.exports.export import Export, Mask
from console.exports.mapped_table import MappedTable
from console.store.tables import Quarantine, Source, SourceFile
from console.sync.content import Content
from console.sync.place import (
    HEAD,
    KEPT,
    Moved,
    as_named,
    check_open,
    digest,
    in_folder,
    keep_aside,
    named,
    new_file,
    new_source,
)
from console.sync.record_readers import Taken, reader_of
from console.sync.records import Records, newest_of, note_of

#: So much of a file's beginning is compared before it is read on.
PROVEN = 64 << 20
_PIECE = 1 << 20
#: Times of change are this coarse on some disks and shares (FAT: two seconds).
_SETTLED_NS = 3_000_000_000
CUT = "cut: the file ends in the middle of this record; it is taken when the rest comes"


@dataclass(slots=True)
class RecordIntake:
    """One file's reading. `row_id` is None until its first records are committed."""

    path: str
    folder: Path
    identity: str
    stamp: str
    head: bytes
    export: Export
    source: str | None
    zone: str | None
    row_id: int | None = None
    source_id: int | None = None
    position: int = 0
    skipped_lines: int = 0
    state: str = ""
    tail: str = ""
    tail_taken: bool = False
    unchanged: bool = False
    anew: bool = False  # the file was read before, and is another now
    newest_id: int = 0  # of the rows of this path when it was looked for
    follows: tuple[int, str] | None = None  # the row of the file before, and how that one ends
    proof: hashlib.blake2b = field(default_factory=lambda: hashlib.blake2b(digest_size=16))
    proven: int = 0

    @classmethod
    def find(
        cls,
        session: Session,
        path: str,
        folder: Path,
        content: Content,
        export: Export,
        source: str | None,
        zone: str | None,
        follows: tuple[int, str] | None = None,
    ) -> "RecordIntake":
        """What is known of this file: read on where it was left, or from its beginning."""
        head = content.read(HEAD)
        inode, stamp = _identity(content, path)
        intake = cls(path, folder, inode, stamp, head, export, source, zone)
        intake.newest_id, intake.follows = _newest(session, path), follows
        row = session.scalars(
            select(SourceFile)
            .where(
                SourceFile.format == export.NAME,
                (SourceFile.path == path) | (SourceFile.inode == inode),
            )
            .order_by((SourceFile.path == path).desc(), SourceFile.id.desc())
        ).first()
        if row is None:
            return intake
        of = session.get_one(Source, row.source_id)
        check_open(session, of)
        if source is not None and of.name not in as_named(source, export.PLATFORM):
            return intake
        intake.row_id, intake.source_id = row.id, row.source_id
        if follows is not None and (row.joined_to, row.tip) != follows:
            intake.anew = True
            return intake
        if row.stamp == stamp and row.inode == inode:
            intake.unchanged = True
            intake.position, intake.skipped_lines = row.position, row.lines
            intake.state, intake.tail = row.state, row.tail
            intake.tail_taken = row.tail_taken or _is_followed(session, row)
            return intake
        # Of a table that a person has explained, equal rows are counted, and the order of rows
        # tells the repeated hour: it is read from its beginning.
        if isinstance(export, MappedTable) or not intake._still_there(content, row):
            intake.anew = True
            intake.proof, intake.proven = hashlib.blake2b(digest_size=16), 0
            return intake
        intake.position, intake.skipped_lines = row.position, row.lines
        intake.state, intake.tail = row.state, row.tail
        return intake

    def _still_there(self, content: Content, row: SourceFile) -> bool:
        """Whether the file still begins with what was read of it."""
        content.seek(0)
        left = min(row.position, PROVEN)
        while left:
            data = content.read(min(left, _PIECE))
            if not data:
                return False
            self._prove(data)
            left -= len(data)
        return self.proof.hexdigest() == row.proof

    def _prove(self, data: bytes) -> None:
        data = data[: PROVEN - self.proven]
        self.proof.update(data)
        self.proven += len(data)

    def take(
        self,
        session: Session,
        records: Records,
        taken: Taken,
        data: bytes,
        tail: bytes | None,
        stands: bool,
        state: str,
        now: int,
        spent_us: int,
    ) -> tuple[int, int, int, int]:
        """Merge what was made of `data` (the bytes done with) and, at the file's end, note `tail`.

        `stands`: the tail was taken as it stands, and is the last of the records. Returns (records,
        accepted, known, quarantined).
        """
        row = self._row(session, records, now, taken.origin)
        source = session.get_one(Source, row.source_id)
        if taken.origin and not source.origin:
            _learn_origin(session, source, taken.origin)
        followed = bool(tail) and _is_followed(session, row)
        if stands and followed:
            # Its whole row was read where the rest of it stands.
            taken.records.pop()
            stands = False
        if row.tail and (data or _kept(tail) != row.tail):
            _settle(session, row, records.revision)
            records.take_back(row.source_id, row.tip_lines)
            row.tip_lines = ""
        fresh = records.take(row.source_id, taken.records)
        records.finish()
        accepted, total = sum(fresh), len(fresh) + len(taken.aside) + taken.more
        known = len(fresh) - accepted
        aside = [(number, reason, raw) for number, reason, raw in taken.aside]
        quarantined = len(aside) + taken.more
        if tail:
            row.tail, row.tail_taken = _kept(tail), stands
            # It may be cut: when it is whole it may say less, or speak of another contact.
            row.tip_lines = note_of(taken.records[-1]) if stands else ""
            if not stands:
                total += 1
                if followed:
                    known += 1
                else:
                    quarantined += 1
                    aside.append((row.lines + total, CUT, tail))
        elif tail is not None:
            row.tail, row.tail_taken = "", False
        keep_aside(session, row, aside, now, records.revision)
        self._prove(data)
        row.position += len(data)
        # What stands at the end is read again when more comes.
        row.lines += len(fresh) + len(taken.aside) + taken.more - stands
        row.accepted += accepted
        row.known += len(fresh) - accepted
        row.quarantined += len(taken.aside) + taken.more
        row.state = state
        row.proof = self.proof.hexdigest()
        row.read_at, row.revision = now, records.revision
        if tail is not None:
            row.stamp = self.stamp
        # What lies ahead is a slip of some clock, or a plan.
        newest = max(
            (at for each in taken.records if (at := newest_of(each)) < now + DAY), default=0
        )
        if newest:
            row.last_at = max(newest, row.last_at or newest)
            row.first_at = row.first_at or newest
            source.last_at = max(newest, source.last_at or newest)
        source.read_bytes += len(data)
        source.read_us += spent_us
        if accepted:
            source.read_at, source.revision = now, records.revision
        session.flush()
        self.position, self.state, self.tail = row.position, state, row.tail
        return total, accepted, known, quarantined

    def _row(self, session: Session, records: Records, now: int, origin: str) -> SourceFile:
        revision = records.revision
        if self.row_id is not None:
            row = session.get_one(SourceFile, self.row_id)
            check_open(session, session.get_one(Source, row.source_id))
            if self.anew:
                self.anew = False
                records.take_back(row.source_id, row.tip_lines)
                row.tip_lines = ""
                if row.tail:
                    # What was cut went with the rest of the old content, or lies whole elsewhere.
                    _settle(session, row, revision)
                row.position = row.lines = row.accepted = row.known = row.quarantined = 0
                row.tail, row.tail_taken, row.state, row.joined_to = "", False, "", None
                row.head, row.head_size = digest(self.head), len(self.head)
            elif row.position != self.position:
                raise Moved
            elif row.path != self.path and row.tail:
                # It lies under the old name; if it is still cut it is put aside under the new one.
                _settle(session, row, revision)
        else:
            if _newest(session, self.path) > self.newest_id:
                raise Moved
            source = self._source(session, revision, origin)
            check_open(session, source)
            row = new_file(source.id, self.path, self.export.NAME, now, revision)
            row.head, row.head_size = digest(self.head), len(self.head)
            session.add(row)
            session.flush()
            self.row_id, self.source_id = row.id, source.id
        row.path, row.inode = self.path, self.identity
        if self.follows is not None and (row.joined_to, row.tip) != self.follows:
            row.joined_to, row.tip = self.follows
            before = session.get_one(SourceFile, row.joined_to)
            _settle(session, before, revision, keep=True)
            records.take_back(before.source_id, before.tip_lines)
            before.tip_lines = ""
            # It may have been taken for a file of its own: its pieces were others then.
            session.execute(delete(Quarantine).where(Quarantine.path == row.path))
            others = (SourceFile.path == row.path, SourceFile.id != row.id)
            session.execute(delete(SourceFile).where(*others))
        return row

    def _source(self, session: Session, revision: int, origin: str) -> Source:
        """The source a new file belongs to: the one named, the one that its records state, or the
        one whose files of the same platform lie in the same folder; else a new one."""
        platform = self.export.PLATFORM
        folder = str(self.folder)
        found: Source | None = None
        if self.source is not None:
            found = named(session, self.source, platform)
        elif origin:
            found = session.scalars(
                select(Source).where(Source.platform == platform, Source.origin == origin)
            ).first()
            if found is None:
                near = in_folder(session, folder, platform)
                found = near if near is not None and not near.origin else None
        else:
            found = in_folder(session, folder, platform)
        if found is None:
            found = new_source(
                session,
                self.source or title_of(platform),
                revision,
                format=self.export.NAME,
                platform=platform,
                folder=folder,
                origin=origin,
            )
        if origin and not found.origin:
            found.origin = origin
        if self.zone:
            found.zone = self.zone
        return found


def _is_followed(session: Session, row: SourceFile) -> bool:
    """Whether the rest of what is cut at its end has come in another file."""
    after = select(SourceFile.id).where(SourceFile.joined_to == row.id).limit(1)
    return session.scalar(after) is not None


def _newest(session: Session, path: str) -> int:
    return session.scalar(select(func.max(SourceFile.id)).where(SourceFile.path == path)) or 0


def _learn_origin(session: Session, source: Source, origin: str) -> None:
    """Where the first records did not say of which system they are, later ones may."""
    other = select(Source.id).where(Source.platform == source.platform, Source.origin == origin)
    if session.scalars(other).first() is None:
        source.origin = origin


def _identity(content: Content, path: str) -> tuple[str, str]:
    """The file's number, and what changes when it is written."""
    stat = content.stat
    _file, bang, member = path.partition("!")
    inside = f":{digest(member.encode())}" if bang else ""
    stamp = f"{stat.st_size}:{stat.st_mtime_ns}"
    if time.time_ns() - stat.st_mtime_ns < _SETTLED_NS:
        # It can be written again without another time of change: look into it next time.
        stamp = f"{stamp}:{time.time_ns()}"
    return f"{stat.st_dev}:{stat.st_ino}{inside}"[:60], stamp


def _kept(tail: bytes | None) -> str:
    """Enough of a piece at a file's end to tell it from another."""
    return digest(tail) if tail else ""


def _settle(session: Session, row: SourceFile, revision: int, keep: bool = False) -> None:
    """The piece at the old end is read again, now whole. `keep`: in another file."""
    for kept in session.scalars(
        select(Quarantine).where(
            Quarantine.source_id == row.source_id,
            Quarantine.path == row.path,
            Quarantine.reason == CUT,
            Quarantine.state == "kept",
        )
    ):
        kept.state, kept.revision = "taken", revision
    if not keep:
        row.tail, row.tail_taken = "", False


def retake(
    session: Session, records: Records, export: Export, mask: Mask, kept: Quarantine
) -> bool:
    """Take one record from quarantine, if today's rules allow it."""
    if kept.source_id is None or kept.reason == CUT or len(kept.raw) >= KEPT:
        return False
    raw = bytes(kept.raw)
    if export.KIND != "json":
        return False  # a row says nothing without its header
    found = reader_of(export, raw, mask, None, "", 0).read(raw, True)
    taken: Sequence[list[Statement]] = found.records if not found.aside else ()
    if not taken:
        return False
    records.take(kept.source_id, taken)
    records.finish()
    return True


__all__ = ["CUT", "RecordIntake", "retake"]
