"""Where one file stands: how far it was read, to which source it belongs, and what is new in it."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.times import SECOND
from console.exports import asterisk_queue_log as format
from console.exports.asterisk_calls import stamp_us
from console.store import dialect
from console.store.tables import Contact, Event, Quarantine, Source, SourceFile
from console.sync.content import Content
from console.sync.fold import Fold, View

#: So many first bytes, and so many before the read position, tell a file from another.
HEAD = 1024
TIP = 512


def digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


@dataclass(slots=True)
class Intake:
    """One file's reading. `row` is None until its first lines are committed."""

    path: Path
    identity: str
    head: bytes
    source: str | None
    row_id: int | None
    source_id: int | None
    position: int
    skipped_lines: int
    before: bytes  # the last bytes before `position`

    @classmethod
    def find(cls, session: Session, path: Path, content: Content, source: str | None) -> "Intake":
        """What is known of this file: read on where it was left, or begin."""
        path = path.resolve()
        head = content.read(HEAD)
        intake = cls(path, content.identity, head, source, None, None, 0, 0, b"")
        rows = session.scalars(
            select(SourceFile)
            .where((SourceFile.path == str(path)) | (SourceFile.inode == content.identity))
            .order_by(SourceFile.id.desc())
        )
        for row in rows:
            if row.head != digest(head[: row.head_size]) or len(head) < row.head_size:
                continue
            if content.packing and row.inode != content.identity:
                continue
            if not content.packing and content.raw_size < row.position:
                continue
            begin = max(0, row.position - TIP)
            content.seek(begin)
            before = content.read(row.position - begin)
            if digest(before) != row.tip:
                continue
            if source is not None and session.get_one(Source, row.source_id).name != source:
                continue
            intake.row_id = row.id
            intake.source_id = row.source_id
            intake.position = row.position
            intake.skipped_lines = row.lines
            intake.before = before
            break
        return intake

    def has_news(self, carry: bytes) -> bool:
        """Whether a last piece without line end must be looked at."""
        return bool(carry)

    def take(
        self,
        session: Session,
        fold: Fold,
        mask: format.Mask,
        data: bytes,
        carry: bytes | None,
        now: int,
    ) -> tuple[int, int, int, int]:
        """Merge whole lines (`data`) and, at the file's end, a piece without line end (`carry`).

        Returns (lines, accepted, known, quarantined).
        """
        batch = format.read(data, mask) if data else None
        rows = batch.rows if batch is not None else None
        row = self._row(session, rows, fold.revision, now)
        unchanged = carry is not None and _text(carry) == row.tail
        if not data and unchanged:
            return 0, 0, 0, 0
        if row.tail and (data or not unchanged):
            self._settle_tail(session, fold, mask, row)
        quarantined = 0
        if batch is not None:
            first_piece = row.position == 0
            for bad in batch.bad:
                if bad.number == 0 and first_piece and bad.reason.startswith("does not begin"):
                    row.head_cut = _text(bad.raw)
                quarantined += self._keep_aside(
                    session, row, row.lines + bad.number + 1, bad.reason, bad.raw, now, fold
                )
        lines = list(rows["line"]) if rows is not None else []
        shown = rows
        taken_tail = ""
        if carry:
            tail = self._tail(session, row, mask, carry)
            if tail is not None:
                shown = tail if rows is None else pl.concat([rows, tail])
                taken_tail = tail["line"][0]
        accepted = 0
        if shown is not None and shown.height:
            _supersede(session, fold, mask, row, shown)
            accepted = self._merge(session, fold, row, shown, lines, carry is not None)
        total = batch.lines if batch is not None else 0
        known = max(0, total - (batch.blank if batch is not None else 0) - accepted - quarantined)
        row.position += len(data)
        row.tip = digest(
            (self.before + data)[-TIP:] if row.position > TIP else (self.before + data)
        )
        row.lines += total
        row.accepted += accepted
        row.known += known
        row.quarantined += quarantined
        if carry is not None:
            row.tail = _text(carry)
            row.tail_taken = bool(taken_tail)
            if carry and not taken_tail:
                quarantined += self._keep_aside(
                    session, row, row.lines + 1,
                    "cut: the file ends in the middle of this line; it is taken when the rest comes",
                    carry, now, fold,
                )  # fmt: skip
                total += 1
        if taken_tail:
            total += 1
        if rows is not None and rows.height:
            newest = int(rows["at"].max())  # type: ignore[arg-type]  # µs
            source = session.get_one(Source, row.source_id)
            source.last_at = max(newest, source.last_at or newest)
        if accepted:
            source = session.get_one(Source, row.source_id)
            source.read_at = now
            source.revision = fold.revision
        row.read_at = now
        row.revision = fold.revision
        session.flush()
        if carry is not None:
            _join_seams(session, fold, mask, row)
        fold.finish()
        self.before = (self.before + data)[-TIP:]
        self.position = row.position
        return total, accepted, known, quarantined

    def _row(
        self, session: Session, rows: pl.DataFrame | None, revision: int, now: int
    ) -> SourceFile:
        if self.row_id is not None:
            row = session.get_one(SourceFile, self.row_id)
            if row.position != self.position:
                raise RuntimeError("another program reads this file at the same time")
            row.path = str(self.path)
            row.inode = self.identity
            if len(self.head) > row.head_size and row.head_size < HEAD:
                row.head, row.head_size = digest(self.head), len(self.head)
            return row
        source = self._source(session, rows, revision)
        row = SourceFile(
            source_id=source.id,
            path=str(self.path),
            format=format.NAME,
            inode=self.identity,
            head=digest(self.head),
            head_size=len(self.head),
            tip=digest(b""),
            position=0,
            lines=0,
            accepted=0,
            known=0,
            quarantined=0,
            head_lines="",
            tip_lines="",
            head_cut="",
            tail="",
            tail_taken=False,
            first_at=None,
            last_at=None,
            read_at=now,
            revision=revision,
        )
        session.add(row)
        session.flush()
        self.row_id = row.id
        self.source_id = row.source_id
        return row

    def _source(self, session: Session, rows: pl.DataFrame | None, revision: int) -> Source:
        """The source a new file belongs to.

        Named by the person; else the one that has lines of this file already (a copy from
        elsewhere); else the one whose other files lie in the same folder; else a new one.
        """
        if self.source is not None:
            found = session.scalars(select(Source).where(Source.name == self.source)).first()
            return found or self._new_source(session, self.source, revision)
        if rows is not None:
            found = _overlapping(session, rows)
            if found is not None:
                return found
        folder = str(self.path.parent)
        for source_id, path in session.execute(select(SourceFile.source_id, SourceFile.path)):
            if str(Path(path).parent) == folder:
                return session.get_one(Source, source_id)
        found = session.scalars(select(Source).where(Source.folder == folder)).first()
        return found or self._new_source(session, self.path.parent.name or "pbx", revision)

    def _new_source(self, session: Session, name: str, revision: int) -> Source:
        taken = set(session.scalars(select(Source.name)))
        unique, number = name, 1
        while unique in taken:
            number += 1
            unique = f"{name} {number}"
        source = Source(
            name=unique,
            format=format.NAME,
            folder=str(self.path.parent),
            zone="",
            last_at=None,
            read_at=None,
            revision=revision,
        )
        session.add(source)
        session.flush()
        return source

    def _keep_aside(
        self,
        session: Session,
        row: SourceFile,
        number: int,
        reason: str,
        raw: bytes,
        now: int,
        fold: Fold,
    ) -> int:
        raw = raw[:4096]
        known = session.scalar(
            select(Quarantine.id).where(
                Quarantine.path == row.path,
                Quarantine.line_number == number,
                Quarantine.digest == digest(raw),
            )
        )
        if known is None:
            session.add(
                Quarantine(
                    source_id=row.source_id, path=row.path, line_number=number,
                    digest=digest(raw), reason=reason, raw=raw, found_at=now, state="kept",
                    revision=fold.revision,
                )
            )  # fmt: skip
        return 1

    def _merge(
        self,
        session: Session,
        fold: Fold,
        row: SourceFile,
        shown: pl.DataFrame,
        lines: list[str],
        at_end: bool,
    ) -> int:
        ats = shown["at"]
        first, last = int(ats[0]), int(ats[-1])
        continuing = row.last_at is not None
        tip = tuple(row.tip_lines.split("\n")) if row.tip_lines else ()
        if tip and row.last_at is not None and row.last_at // SECOND != first // SECOND:
            # The tip matters only where the file goes on within its last second.
            in_view = set((ats // SECOND).unique().to_list())
            if row.last_at // SECOND not in in_view:
                tip = ()
        first_second = (row.first_at if row.first_at is not None else first) // SECOND
        partners: dict[int, Counter[str]] = {}
        if not continuing or first // SECOND == first_second:
            head = [*tip, *_run(lines, first // SECOND, from_end=False)]
            _add_partner(session, row, first_second, head, partners, ends=True)
        if at_end and lines:
            end = _run(lines, last // SECOND, from_end=True)
            if len(end) == len(lines):
                end = [*tip, *end]
            _add_partner(session, row, last // SECOND, end, partners, ends=False)
        view = View(first_second, tip, partners)
        source_id = row.source_id
        others = shown.filter(~pl.col("of_call"))
        accepted = fold.events(source_id, others["line"].to_list(), view)
        calls = shown.filter(pl.col("of_call"))
        accepted += fold.calls(source_id, calls, view)
        if accepted:
            fold.tally(source_id, Counter(dict(shown["verb"].value_counts().iter_rows())))
        if lines:
            if row.first_at is None:
                row.first_at = first
            if second_of(lines[0]) == (row.first_at // SECOND):
                more = _run(lines, row.first_at // SECOND, from_end=False)
                row.head_lines = "\n".join([*filter(None, [row.head_lines]), *more])
            final = second_of(lines[-1])
            end = _run(lines, final, from_end=True)
            if (
                len(end) == len(lines)
                and row.last_at is not None
                and row.last_at // SECOND == final
            ):
                end = [*row.tip_lines.split("\n"), *end]
            row.tip_lines = "\n".join(end)
            row.last_at = stamp_us(lines[-1].split("|", 1)[0])
        return accepted

    def _tail(
        self, session: Session, row: SourceFile, mask: format.Mask, carry: bytes
    ) -> pl.DataFrame | None:
        """A last piece without line end, if it can be counted as it stands."""
        text = _text(carry).lstrip("\x00")
        if not format.could_be_whole(text):
            return None
        batch = format.read(text.encode() + b"\n", mask)
        if batch.rows.height != 1:
            return None
        line = batch.rows["line"][0]
        if _longer_is_known(session, row.source_id, line, batch.rows["ref"][0]):
            return None
        return batch.rows

    def _settle_tail(
        self, session: Session, fold: Fold, mask: format.Mask, row: SourceFile
    ) -> None:
        """The piece at the old end is read again, now whole: take the stand-in back."""
        if row.tail_taken:
            batch = format.read(row.tail.lstrip("\x00").encode() + b"\n", mask)
            if batch.rows.height:
                fold.withdraw(row.source_id, batch.rows["line"][0])
        for kept in session.scalars(
            select(Quarantine).where(
                Quarantine.path == row.path,
                Quarantine.line_number == row.lines + 1,
                Quarantine.state == "kept",
            )
        ):
            kept.state = "taken"
            kept.revision = fold.revision
        row.tail = ""
        row.tail_taken = False

    @staticmethod
    def retake(session: Session, fold: Fold, mask: format.Mask, source_id: int, raw: bytes) -> bool:
        """Take one line from quarantine, if today's rules allow it."""
        batch = format.read(raw.strip(b"\x00\r\n") + b"\n", mask)
        if batch.rows.height != 1:
            return False
        lines = batch.rows["line"].to_list()
        if batch.rows["of_call"][0]:
            fold.calls(source_id, batch.rows, View())
        else:
            fold.events(source_id, lines, View())
        fold.finish()
        return True


def second_of(line: str) -> int:
    return stamp_us(line[: line.index("|")]) // SECOND


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _run(lines: list[str], second: int, *, from_end: bool) -> list[str]:
    """The lines at one end of a batch that are of one second."""
    found: list[str] = []
    for line in reversed(lines) if from_end else lines:
        if second_of(line) != second:
            break
        found.append(line)
    return found[::-1] if from_end else found


def _add_partner(
    session: Session,
    row: SourceFile,
    second: int,
    own: list[str],
    partners: dict[int, Counter[str]],
    *,
    ends: bool,
) -> None:
    """The other part of a second at which this file begins (`ends`: the other one ends in it)."""
    stamp = SourceFile.last_at if ends else SourceFile.first_at
    parts = [
        (other.tip_lines if ends else other.head_lines).split("\n")
        for other in session.scalars(
            select(SourceFile).where(
                SourceFile.source_id == row.source_id,
                SourceFile.id != row.id,
                stamp >= second * SECOND,
                stamp < (second + 1) * SECOND,
            )
        )
    ]
    parts = [part for part in parts if part != own and part != [""]]
    if parts:
        partners[second] = Counter(max(parts, key=len))


def _overlapping(session: Session, rows: pl.DataFrame) -> Source | None:
    """The source that has a line of these already, word for word."""
    calls = rows.filter(pl.col("of_call"))
    sample = pl.concat([calls.head(50), calls.tail(50)]).unique("ref")
    refs = sample["ref"].to_list()
    if refs:
        lines = {ref: set() for ref in refs}
        for ref, line in calls.filter(pl.col("ref").is_in(refs)).select("ref", "line").iter_rows():
            lines[ref].add(line)
        for ref, source_id, evidence in session.execute(
            select(Contact.ref, Contact.source_id, Contact.evidence).where(
                Contact.ref.in_(dialect.many(session, refs))
            )
        ):
            if lines[ref] & set(evidence.split("\n")):
                return session.get_one(Source, source_id)
    others = rows.filter(~pl.col("of_call") & ~pl.col("verb").is_in(["CONFIGRELOAD"]))
    sample = pl.concat([others.head(50), others.tail(50)])
    ats = sample["at"].unique().to_list()
    if ats:
        lines = set(sample["line"].to_list())
        for source_id, line, verb in session.execute(
            select(Event.source_id, Event.line, Event.verb).where(
                Event.at.in_(dialect.many(session, ats))
            )
        ):
            if line in lines and verb != "QUEUESTART":
                return session.get_one(Source, source_id)
    return None


def _longer_is_known(session: Session, source_id: int, line: str, ref: str) -> bool:
    """Whether the cut line's whole form is stored: a longer copy was read before."""
    evidence = session.scalar(
        select(Contact.evidence).where(Contact.source_id == source_id, Contact.ref == ref)
    )
    if evidence is not None:
        return any(known.startswith(line) and known != line for known in evidence.split("\n"))
    return any(
        known.startswith(line) and known != line
        for known in session.scalars(
            select(Event.line).where(
                Event.source_id == source_id, Event.at == stamp_us(line.split("|", 1)[0])
            )
        )
    )


def _supersede(
    session: Session, fold: Fold, mask: format.Mask, row: SourceFile, shown: pl.DataFrame
) -> None:
    """Take back other files' cut ends whose whole line is among these."""
    pending = session.scalars(
        select(SourceFile).where(
            SourceFile.source_id == row.source_id,
            SourceFile.tail_taken,
            SourceFile.id != row.id,
        )
    ).all()
    for other in pending:
        batch = format.read(other.tail.lstrip("\x00").encode() + b"\n", mask)
        if not batch.rows.height:
            continue
        cut = batch.rows["line"][0]
        longer = shown.filter(pl.col("line").str.starts_with(cut))
        if not longer.height:
            continue
        if not longer.filter(pl.col("line") == cut).height:
            fold.withdraw(row.source_id, cut)
        other.tail_taken = False
        other.revision = fold.revision


def _join_seams(session: Session, fold: Fold, mask: format.Mask, row: SourceFile) -> None:
    """Put a line together that was cut in two when one log was copied in pieces."""
    of_source = SourceFile.source_id == row.source_id
    ends = session.scalars(select(SourceFile).where(of_source, SourceFile.tail != "")).all()
    begins = session.scalars(select(SourceFile).where(of_source, SourceFile.head_cut != "")).all()
    for end in ends:
        best: tuple[int, SourceFile, pl.DataFrame] | None = None
        for begin in begins:
            if begin.id == end.id or begin.first_at is None:
                continue
            joined = end.tail.lstrip("\x00") + begin.head_cut
            if not format.could_be_whole(joined):
                continue
            batch = format.read(joined.encode() + b"\n", mask)
            if batch.rows.height != 1:
                continue
            at = int(batch.rows["at"][0])
            low = end.last_at if end.last_at is not None else at
            if not low <= at <= begin.first_at:
                continue
            gap = begin.first_at - low
            if best is None or gap < best[0]:
                best = (gap, begin, batch.rows)
        if best is None:
            continue
        _gap, begin, joined_row = best
        if end.tail_taken:
            batch = format.read(end.tail.lstrip("\x00").encode() + b"\n", mask)
            fold.withdraw(row.source_id, batch.rows["line"][0])
        line = joined_row["line"][0]
        tip = tuple(end.tip_lines.split("\n")) if end.tip_lines else ()
        if not tip or second_of(tip[-1]) != second_of(line):
            tip = ()
        if not _is_known(session, row.source_id, line, joined_row["ref"][0]):
            if joined_row["of_call"][0]:
                fold.calls(row.source_id, joined_row, View(None, tip))
            else:
                fold.events(row.source_id, [line], View(None, tip))
        for path, number in ((end.path, end.lines + 1), (begin.path, 1)):
            for kept in session.scalars(
                select(Quarantine).where(
                    Quarantine.path == path,
                    Quarantine.line_number == number,
                    Quarantine.state == "kept",
                )
            ):
                kept.state = "taken"
                kept.revision = fold.revision
        # The joined line now is the last of one file and the first of the other.
        end.tail, end.tail_taken, begin.head_cut = "", False, ""
        session.flush()


def _is_known(session: Session, source_id: int, line: str, ref: str) -> bool:
    evidence = session.scalar(
        select(Contact.evidence).where(Contact.source_id == source_id, Contact.ref == ref)
    )
    if evidence is not None:
        return line in evidence.split("\n")
    return (
        session.scalar(
            select(Event.id).where(
                Event.source_id == source_id,
                Event.at == stamp_us(line.split("|", 1)[0]),
                Event.line == line,
            )
        )
        is not None
    )


__all__ = ["Intake", "View"]
