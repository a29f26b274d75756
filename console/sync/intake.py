"""Where one file stands: how far it was read, to which source it belongs, and what is new in it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import polars as pl
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from console.domain.times import SECOND
from console.exports import asterisk_queue_log as format
from console.exports.asterisk_calls import stamp_us
from console.exports.asterisk_heard import has_any
from console.store import dialect
from console.store.tables import Contact, Event, Quarantine, Source, SourceFile
from console.sync.bulk import Plain
from console.sync.content import Content
from console.sync.fold import Fold, View, lines_of
from console.sync.merge import STEP, Whole, head_of, seam, second, tip_of
from console.sync.place import (
    HEAD,
    KEPT,
    TIP,
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
from console.sync.transcode import Transcoded
from console.sync.twins import as_stored, twins

#: Lines that are looked at at a time.
_FEW = 500
_CUT = "cut: the file ends in the middle of this line; it is taken when the rest comes"


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
    newest_id: int  # the newest file known when this one was looked for
    tail: str
    tail_taken: bool
    from_database: bool = False  # its lines are made, so that none is cut
    edges_changed: bool = False  # a begin or an end has become known since this reading began

    @classmethod
    def find(
        cls, session: Session, path: Path, content: Content | Transcoded, source: str | None
    ) -> "Intake":
        """What is known of this file: read on where it was left, or begin."""
        path = path.resolve()
        head = content.read(HEAD)
        newest_id = session.scalar(select(func.max(SourceFile.id))) or 0
        intake = cls(
            path, content.identity, head, source, None, None, 0, 0, b"", newest_id, "", False,
            content.packing == "database",
        )  # fmt: skip
        rows = session.scalars(
            select(SourceFile)
            .where((SourceFile.path == str(path)) | (SourceFile.inode == content.identity))
            .order_by(SourceFile.id.desc())
        )
        for row in rows:
            if row.format != format.NAME:
                continue
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
            if source is not None and session.get_one(Source, row.source_id).name not in as_named(
                source, format.PLATFORM
            ):
                continue
            check_open(session, session.get_one(Source, row.source_id))
            intake.row_id = row.id
            intake.source_id = row.source_id
            intake.position = row.position
            intake.skipped_lines = row.lines
            intake.before = before
            joined = select(SourceFile.id).where(SourceFile.joined_to == row.id)
            intake.tail = row.tail
            intake.tail_taken = row.tail_taken or session.scalar(joined) is not None
            break
        return intake

    def has_news(self, carry: bytes) -> bool:
        """Whether a last piece without line end differs from the one seen last time."""
        return bool(carry) and _kept_form(carry) != self.tail

    def standing(self, carry: bytes) -> tuple[int, int, int, int]:
        """What a last piece counts for that has been seen before: see `take`."""
        return (1, 0, 1, 0) if self.tail_taken else (1, 0, 0, 1)

    def take(
        self,
        session: Session,
        fold: Fold,
        mask: format.Mask,
        data: bytes,
        carry: bytes | None,
        now: int,
        batch: format.Batch,
        plain: Plain | None,
    ) -> tuple[int, int, int, int]:
        """Merge whole lines (`data`) and, at the file's end, a piece without line end (`carry`).

        `batch` and `plain` are what `data` says. Returns (lines, accepted, known, quarantined); the
        lines not in these three are blank.
        """
        first_piece = self.position == 0
        rows = batch.rows
        row = self._row(session, rows, fold.revision, now)
        rows = as_stored(session, row.source_id, rows, from_table=self.from_database)
        self.edges_changed |= first_piece or bool(row.tail) or bool(carry)
        if row.tail and (data or _kept_form(carry or b"") != row.tail):
            self._settle_tail(session, fold, mask, row)
        if first_piece and data:
            row.head_cut = _head_cut(data, batch)
        aside = [(row.lines + bad.number + 1, bad.reason, bad.raw) for bad in batch.bad]
        quarantined = sum(not bad.row_taken for bad in batch.bad)
        taken = rows.height
        total = batch.lines
        shown = rows
        if carry:
            total += 1
            tail = _countable(session, row.source_id, mask, carry)
            row.tail, row.tail_taken = _kept_form(carry), tail is not None
            if tail is None:
                quarantined += 1
                aside.append((row.lines + batch.lines + 1, _CUT, carry))
            else:
                taken += 1
                shown = pl.concat([rows, tail])
                if plain is not None and tail["of_call"][0]:
                    plain = None  # its call is told otherwise now
        elif carry is not None:
            row.tail, row.tail_taken = "", False
        keep_aside(session, row, aside, now, fold.revision)
        accepted = 0
        if shown.height:
            _reconsider(session, fold, mask, row, shown)
            accepted = self._merge(
                session, fold, mask, row, shown, rows, plain, at_end=carry is not None
            )
            accepted = min(max(accepted, 0), taken)
        known = taken - accepted
        row.position += len(data)
        row.tip = digest((self.before + data)[-TIP:])
        row.lines += batch.lines
        row.accepted += accepted
        row.known += known
        row.quarantined += quarantined
        source = session.get_one(Source, row.source_id)
        if rows.height:
            newest = int(rows["at"].max())  # type: ignore[arg-type]  # µs
            source.last_at = max(newest, source.last_at or newest)
        if accepted:
            source.read_at = now
            source.revision = fold.revision
        row.read_at = now
        row.revision = fold.revision
        session.flush()
        if carry is not None and self.edges_changed:
            _join_seams(session, fold, mask, row.source_id)
        fold.finish()
        self.before = (self.before + data)[-TIP:]
        self.position = row.position
        self.tail, self.tail_taken = row.tail, row.tail_taken
        return total, accepted, known, quarantined

    def _row(self, session: Session, rows: pl.DataFrame, revision: int, now: int) -> SourceFile:
        if self.row_id is not None:
            row = session.get_one(SourceFile, self.row_id)
            check_open(session, session.get_one(Source, row.source_id))
            if row.position != self.position:
                raise Moved
            row.path = str(self.path)
            row.inode = self.identity
            if len(self.head) > row.head_size and row.head_size < HEAD:
                row.head, row.head_size = digest(self.head), len(self.head)
            return row
        newest = select(func.max(SourceFile.id)).where(SourceFile.path == str(self.path))
        if (session.scalar(newest) or 0) > self.newest_id:
            raise Moved
        source = self._source(session, rows, revision)
        check_open(session, source)
        row = new_file(source.id, str(self.path), format.NAME, now, revision)
        row.inode = self.identity
        row.head, row.head_size = digest(self.head), len(self.head)
        session.add(row)
        session.flush()
        self.row_id = row.id
        self.source_id = row.source_id
        return row

    def _source(self, session: Session, rows: pl.DataFrame, revision: int) -> Source:
        """The source a new file belongs to.

        Named by the person; else the one that has lines of this file already (a copy from
        elsewhere); else the one whose other files lie in the same folder; else a new one.
        """
        if self.source is not None:
            found = named(session, self.source, format.PLATFORM)
            return found or self._new_source(session, self.source, revision)
        found = _overlapping(session, rows)
        if found is not None:
            return found
        folder = str(self.path.parent)
        found = in_folder(session, folder, format.PLATFORM)
        return found or self._new_source(session, self.path.parent.name or "pbx", revision)

    def _new_source(self, session: Session, name: str, revision: int) -> Source:
        return new_source(
            session,
            name,
            revision,
            format=format.NAME,
            platform=format.PLATFORM,
            folder=str(self.path.parent),
        )

    def _merge(
        self,
        session: Session,
        fold: Fold,
        mask: format.Mask,
        row: SourceFile,
        shown: pl.DataFrame,
        rows: pl.DataFrame,
        plain: Plain | None,
        *,
        at_end: bool,
    ) -> int:
        """Merge `shown`, which is `rows` and perhaps a line without its end; how many were new."""
        seconds = shown["at"] // SECOND
        low, high = int(seconds.min()), int(seconds.max())  # type: ignore[arg-type]
        head, tip = _split(row.head_lines), _split(row.tip_lines)
        is_all = head == tip  # the file is no longer than its own edge yet
        if is_all:
            head = head_of(chain(head, _lines(shown.head(rows.height or 1))))
        before: list[str] = []
        after: list[str] = []
        span = (second(head[0]), high)
        if low <= span[0] + STEP:
            head_is_all = is_all and len(head) == len(tip) + (rows.height or 1)
            before = _cut_off_before(session, mask, row, span, head, head_is_all)
        if tip and low <= max(map(second, tip)):
            before += tip
        if at_end:
            end = tip_of(chain(_lines_back(shown), reversed(tip)))
            end_is_all = is_all and len(end) == len(tip) + shown.height
            after = _cut_off_after(session, row, span, end, end_is_all)
        whole = _whole(session, mask, row, span[0], low, high)
        view = View(tuple(before), tuple(after), whole)
        others = shown.filter(~pl.col("of_call"))
        accepted = fold.events(row.source_id, others, view)
        accepted += fold.calls(row.source_id, shown.filter(pl.col("of_call")), view, plain)
        if rows.height:
            row.head_lines = "\n".join(head)
            row.tip_lines = "\n".join(tip_of(chain(_lines_back(rows), reversed(tip))))
            row.first_at = span[0] * SECOND
            row.last_at = rows["at"][-1]
        return accepted

    def _settle_tail(
        self, session: Session, fold: Fold, mask: format.Mask, row: SourceFile
    ) -> None:
        """The piece at the old end is read again, now whole: take the stand-in back."""
        for begin in session.scalars(select(SourceFile).where(SourceFile.joined_to == row.id)):
            _separate(session, fold, mask, begin)
        if row.tail_taken:
            _take_back(fold, mask, row)
        _mark(session, row, row.lines + 1, row.tail, "taken", fold.revision)
        row.tail = ""
        row.tail_taken = False

    @staticmethod
    def retake(session: Session, fold: Fold, mask: format.Mask, kept: Quarantine) -> bool:
        """Take one line from quarantine, if today's rules allow it."""
        if kept.source_id is None or kept.reason == _CUT or len(kept.raw) >= KEPT:
            return False
        rows = _as_row(bytes(kept.raw), mask)
        if rows is None:
            return False
        _take_one(fold, kept.source_id, rows, View())
        fold.finish()
        return True


def _kept_form(raw: bytes) -> str:
    """Bytes of a cut line as a text that gives them back (`_bytes_of`); not of what is no line."""
    raw = raw.lstrip(b"\x00")
    if len(raw) > format.LONGEST_LINE or b"\x00" in raw:
        return f"({len(raw)} bytes: {digest(raw)})"
    return raw.decode("latin-1")


def _bytes_of(kept: str) -> bytes:
    return kept.encode("latin-1")


def _as_row(raw: bytes, mask: format.Mask) -> pl.DataFrame | None:
    """The row of one line, if it is one."""
    rows = format.read(raw.strip(b"\x00\r\n") + b"\n", mask).rows
    return rows if rows.height == 1 else None


def _countable(
    session: Session, source_id: int, mask: format.Mask, tail: bytes
) -> pl.DataFrame | None:
    """A last piece without line end, if it can be counted as it stands."""
    rows = _as_row(tail, mask)
    if rows is None or not format.could_be_whole(rows["line"][0]):
        return None
    if _longer_is_known(session, source_id, rows["line"][0], rows["ref"][0]):
        return None
    return rows


def _take_one(fold: Fold, source_id: int, rows: pl.DataFrame, view: View) -> None:
    if rows["of_call"][0]:
        fold.calls(source_id, rows, view)
    else:
        fold.events(source_id, rows, view)


def _take_back(fold: Fold, mask: format.Mask, file: SourceFile) -> None:
    """Take back the line at a file's cut end, which was counted as it stood."""
    rows = _as_row(_bytes_of(file.tail), mask)
    if rows is not None:
        fold.withdraw(file.source_id, rows["line"][0])
    file.tail_taken = False
    file.revision = fold.revision


def _mark(
    session: Session, file: SourceFile, number: int, piece: str, state: str, revision: int
) -> None:
    """Say of a line in quarantine whether it has been taken after all; its file may have moved."""
    for kept in session.scalars(
        select(Quarantine).where(
            Quarantine.source_id == file.source_id,
            Quarantine.line_number == number,
            Quarantine.digest == digest(_bytes_of(piece)[:KEPT]),
        )
    ):
        kept.state = state
        kept.revision = revision


def _lines(rows: pl.DataFrame) -> Iterable[str]:
    """Lines, taken out a few at a time: a file's edges are short."""
    for start in range(0, rows.height, _FEW):
        yield from rows["line"].slice(start, _FEW).to_list()


def _lines_back(rows: pl.DataFrame) -> Iterable[str]:
    for end in range(rows.height, 0, -_FEW):
        start = max(0, end - _FEW)
        yield from reversed(rows["line"].slice(start, end - start).to_list())


def _split(lines: str) -> list[str]:
    return lines.split("\n") if lines else []


def _head_cut(data: bytes, batch: format.Batch) -> str:
    """The end of a line with which a file begins: its front may be the end of another file."""
    first = data[: data.index(b"\n")] if b"\n" in data else data
    if not first.strip(b"\r"):
        return "\n"  # perhaps no more than the line end was cut off
    if any(bad.number == 0 and not bad.row_taken for bad in batch.bad):
        return _kept_form(first)
    return ""


def _tip_of_file(file: SourceFile, mask: format.Mask) -> list[str]:
    tip = _split(file.tip_lines)
    if file.tail_taken:
        rows = _as_row(_bytes_of(file.tail), mask)
        if rows is not None:
            tip.append(rows["line"][0])
    return tip


def _near(session: Session, row: SourceFile, column: object, second: int) -> Sequence[SourceFile]:
    """Other files of the source that end, or begin, at about this second."""
    return session.scalars(
        select(SourceFile).where(
            SourceFile.source_id == row.source_id,
            SourceFile.id != row.id,
            column >= (second - STEP) * SECOND,  # type: ignore[operator]  # a mapped column
            column < (second + STEP + 1) * SECOND,  # type: ignore[operator]
        )
    ).all()


def _order(file: SourceFile) -> tuple[int, int, int]:
    """Of two short files that touch, one begins, or ends, earlier: it is the former."""
    return (file.first_at or 0) // SECOND, (file.last_at or 0) // SECOND, file.id


def _is_covered(session: Session, ids: Iterable[int], row: SourceFile, low: int, high: int) -> bool:
    """Whether another file shows these seconds whole, so that nothing need be guessed."""
    return bool(
        session.scalar(
            select(func.count()).where(
                SourceFile.source_id == row.source_id,
                SourceFile.id.not_in(list(ids)),
                SourceFile.first_at < low * SECOND,
                SourceFile.last_at >= (high + 1) * SECOND,
            )
        )
    )


def _cut_off_before(
    session: Session,
    mask: format.Mask,
    row: SourceFile,
    span: tuple[int, int],
    head: list[str],
    is_all: bool,
) -> list[str]:
    """Last lines of the file that was cut off where this one begins."""

    def reach(tip: list[str]) -> tuple[int, int, int]:
        last = second(tip[-1]) if tip else 0
        return last, sum(second(line) == last for line in tip), len(tip)

    found: list[list[str]] = []
    for other in _near(session, row, SourceFile.last_at, second(head[0])):
        if _order(other) > (*span, row.id):
            continue
        tip = _tip_of_file(other, mask)
        tip_is_all = other.head_lines == other.tip_lines
        overlap = seam(tip, head, tip_is_all=tip_is_all, head_is_all=is_all)
        ends = sorted((second(tip[-1]), second(head[0])))
        if overlap is None or _is_covered(session, (row.id, other.id), row, *ends):
            continue
        found.append(tip[: len(tip) - overlap])
    return max(found, key=reach, default=[])


def _cut_off_after(
    session: Session, row: SourceFile, span: tuple[int, int], tip: list[str], is_all: bool
) -> list[str]:
    """First lines of the file that begins where this one was cut off."""

    def reach(head: list[str]) -> tuple[int, int, int]:
        first = second(head[0]) if head else 0
        return -first, sum(second(line) == first for line in head), len(head)

    found: list[list[str]] = []
    for other in _near(session, row, SourceFile.first_at, second(tip[-1])):
        if _order(other) < (*span, row.id):
            continue
        head = _split(other.head_lines)
        head_is_all = other.head_lines == other.tip_lines
        overlap = seam(tip, head, tip_is_all=is_all, head_is_all=head_is_all)
        ends = sorted((second(tip[-1]), second(head[0])))
        if overlap is None or _is_covered(session, (row.id, other.id), row, *ends):
            continue
        found.append(head[overlap:])
    return max(found, key=reach, default=[])


def _whole(
    session: Session, mask: format.Mask, row: SourceFile, begins: int, low: int, high: int
) -> Whole | None:
    """Seconds that this file shows whole and of which others, at their edges, show a part.

    What was put together from such parts may have been too much: the parts may have overlapped.
    """
    at_edge = [
        and_(column >= (low - STEP) * SECOND, column < (high + STEP + 1) * SECOND)
        for column in (SourceFile.first_at, SourceFile.last_at)
    ]
    others = session.scalars(
        select(SourceFile).where(
            SourceFile.source_id == row.source_id, SourceFile.id != row.id, or_(*at_edge)
        )
    ).all()
    whole: dict[int, Counter[str]] = {}
    for other in others:
        for edge in (_split(other.head_lines), _tip_of_file(other, mask)):
            parts: dict[int, Counter[str]] = {}
            for line in edge:
                parts.setdefault(second(line), Counter())[line] += 1
            for number, counts in parts.items():
                if begins < number < high:
                    whole[number] = whole.get(number, Counter()) | counts
    return {
        number: counts
        for number, counts in whole.items()
        if not _is_covered(session, (row.id,), row, number, number)
    } or None


def _overlapping(session: Session, rows: pl.DataFrame) -> Source | None:
    """The source that has a line of these already, word for word (or in its other form)."""
    calls = rows.filter(pl.col("of_call"))
    sample = pl.concat([calls.head(50), calls.tail(50)]).unique("ref")
    refs = sample["ref"].to_list()
    if refs:
        lines = {ref: set() for ref in refs}
        for ref, line in calls.filter(pl.col("ref").is_in(refs)).select("ref", "line").iter_rows():
            lines[ref].add(line)
        for ref, source_id, evidence, heard in session.execute(
            select(Contact.ref, Contact.source_id, Contact.evidence, Contact.heard).where(
                Contact.ref.in_(dialect.many(session, refs))
            )
        ):
            stored = lines_of(evidence)
            if lines[ref].intersection(stored) or twins(stored, list(lines[ref])):
                return session.get_one(Source, source_id)
            if heard and has_any(heard, lines[ref]):
                return session.get_one(Source, source_id)
    others = rows.filter(~pl.col("of_call") & ~pl.col("verb").is_in(["CONFIGRELOAD", "QUEUESTART"]))
    sample = pl.concat([others.head(50), others.tail(50)])
    ats = sample["at"].unique().to_list()
    if ats:
        lines = set(sample["line"].to_list())
        same: dict[int, set[int]] = {}
        for source_id, at, line in session.execute(
            select(Event.source_id, Event.at, Event.line).where(
                Event.at.in_(dialect.many(session, ats))
            )
        ):
            if line in lines:
                same.setdefault(source_id, set()).add(at)
        # Two servers may log the same agent in within one second: a few such rows prove nothing.
        for source_id, found in sorted(same.items(), key=lambda item: -len(item[1])):
            if len(found) >= min(3, len(ats)):
                return session.get_one(Source, source_id)
    return None


def _longer_is_known(session: Session, source_id: int, line: str, ref: str) -> bool:
    """Whether the cut line's whole form is stored: a longer copy was read before."""
    evidence = session.scalar(
        select(Contact.evidence).where(Contact.source_id == source_id, Contact.ref == ref)
    )
    if evidence is not None:
        return any(known.startswith(line) and known != line for known in lines_of(evidence))
    return any(
        known.startswith(line) and known != line
        for known in session.scalars(
            select(Event.line).where(
                Event.source_id == source_id,
                Event.at == stamp_us(line.split("|", 1)[0]),
                ~Event.heard,
            )
        )
    )


def _reconsider(
    session: Session, fold: Fold, mask: format.Mask, row: SourceFile, shown: pl.DataFrame
) -> None:
    """Take back what was made of other files' cut ends, where these lines show more."""
    pending = session.scalars(
        select(SourceFile).where(
            SourceFile.source_id == row.source_id,
            SourceFile.id != row.id,
            SourceFile.tail_taken | SourceFile.joined_to.is_not(None),
        )
    ).all()
    for other in pending:
        if other.joined_to is not None and other.joined_to != row.id:
            line = _joined(session, mask, other)["line"][0]
            if shown["at"].min() <= stamp_us(line.split("|", 1)[0]) <= shown["at"].max():  # type: ignore[operator]
                _separate(session, fold, mask, other)
        if not other.tail_taken:
            continue
        rows = _as_row(_bytes_of(other.tail), mask)
        if rows is None:
            continue
        cut = rows["line"][0]
        longer = shown.filter(pl.col("line").str.starts_with(cut) & (pl.col("line") != cut))
        if longer.height and not shown.filter(pl.col("line") == cut).height:
            _take_back(fold, mask, other)


def _join_seams(session: Session, fold: Fold, mask: format.Mask, source_id: int) -> None:
    """Put lines together that were cut in two when one log was copied in pieces.

    An end and a begin belong together if no other file lies between them. As one may yet come, what
    is joined today may have to be separated again.
    """
    of_source = SourceFile.source_id == source_id
    begins = {
        file.id: file
        for file in session.scalars(select(SourceFile).where(of_source, SourceFile.head_cut != ""))
        if file.first_at is not None
    }
    if not begins:
        return
    ends = session.scalars(select(SourceFile).where(of_source, SourceFile.tail != "")).all()
    spans = session.execute(
        select(SourceFile.id, SourceFile.first_at, SourceFile.last_at).where(
            of_source, SourceFile.first_at.is_not(None)
        )
    ).all()
    found: list[tuple[int, int, int]] = []
    step = STEP * SECOND
    for begin in begins.values():
        first_at = begin.first_at or 0
        for end in ends:
            rows = _as_row(_bytes_of(end.tail) + _bytes_of(begin.head_cut.strip("\n")), mask)
            if begin.id == end.id or rows is None or not format.has_all(rows["line"][0]):
                continue
            at = int(rows["at"][0])
            low = at if end.last_at is None else end.last_at
            if not low - step <= at <= first_at + step:
                continue
            if any(
                begun < first_at - step and over > at + step
                for id, begun, over in spans
                if id not in (begin.id, end.id)
            ):
                continue
            found.append((first_at - low, begin.id, end.id))
    pairs: dict[int, int] = {}
    for _gap, begin_id, end_id in sorted(found):
        if begin_id not in pairs and end_id not in pairs.values():
            pairs[begin_id] = end_id
    for begin in begins.values():
        if begin.joined_to is not None and begin.joined_to != pairs.get(begin.id):
            _separate(session, fold, mask, begin)
    for begin_id, end_id in pairs.items():
        if begins[begin_id].joined_to is None:
            _join(session, fold, mask, session.get_one(SourceFile, end_id), begins[begin_id])


def _joined(session: Session, mask: format.Mask, begin: SourceFile) -> pl.DataFrame:
    end = session.get_one(SourceFile, begin.joined_to)
    rows = _as_row(_bytes_of(end.tail) + _bytes_of(begin.head_cut.strip("\n")), mask)
    if rows is None:
        raise RuntimeError("a line that was joined is none any more")
    return rows


def _join(
    session: Session, fold: Fold, mask: format.Mask, end: SourceFile, begin: SourceFile
) -> None:
    if end.tail_taken:
        _take_back(fold, mask, end)
    begin.joined_to = end.id
    rows = _joined(session, mask, begin)
    view = View(tuple(_split(end.tip_lines)), tuple(_split(begin.head_lines)))
    ends = sorted((second(rows["line"][0]), (begin.first_at or 0) // SECOND))
    if _is_covered(session, (begin.id, end.id), begin, *ends):
        view = View()
    _take_one(fold, begin.source_id, rows, view)
    _mark(session, end, end.lines + 1, end.tail, "taken", fold.revision)
    _mark(session, begin, 1, begin.head_cut, "taken", fold.revision)
    session.flush()


def _separate(session: Session, fold: Fold, mask: format.Mask, begin: SourceFile) -> None:
    """Take a joined line back: its halves are not, or not surely, of one line."""
    end = session.get_one(SourceFile, begin.joined_to)
    rows = _joined(session, mask, begin)
    line = rows["line"][0]
    begin.joined_to = None
    edges = session.execute(
        select(SourceFile.head_lines, SourceFile.tip_lines).where(
            SourceFile.source_id == begin.source_id, SourceFile.id.not_in((begin.id, end.id))
        )
    )
    if not any(line in _split(head) or line in _split(tip) for head, tip in edges):
        fold.withdraw(begin.source_id, line)
    _mark(session, begin, 1, begin.head_cut, "kept", fold.revision)
    tail = _countable(session, end.source_id, mask, _bytes_of(end.tail))
    if tail is not None:
        _take_one(fold, end.source_id, tail, View(tuple(_split(end.tip_lines))))
        end.tail_taken = True
    else:
        _mark(session, end, end.lines + 1, end.tail, "kept", fold.revision)
    session.flush()


__all__ = ["Intake", "Moved", "View"]
