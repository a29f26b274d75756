"""Export files become rows: find what is new in a file, merge it, and fold what it touches.

A read position and the rows that it stands for are committed in one transaction. Nothing here
depends on the order in which files, or parts of files, arrive: evidence is merged second by second
(`merge`), and contacts and intervals are told anew from all their evidence (`fold`).
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select

from console.domain.acts import FileResult, Progress
from console.domain.times import now_us
from console.errors import ExportError
from console.exports import CATALOG, Export
from console.store.engine import Store, next_revision
from console.store.tables import Quarantine, Source
from console.sync.content import open_content
from console.sync.fold import Fold
from console.sync.intake import Intake, Moved
from console.sync.join import join_interfaces

#: Bytes read, merged and committed at a time: keeps memory flat, lets a read be cancelled, and lets
#: a click through within a second.
CHUNK = 4 << 20
#: A piece longer than this without a line end is put aside instead of filling the memory.
ENDLESS = 1 << 20
#: So many NUL bytes in front of the first line are looked through.
NULS = 64 << 20

Mask = Callable[[str], str]


def never() -> bool:
    return False


def sync(
    store: Store,
    mask: Mask,
    paths: Sequence[Path],
    *,
    source: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] = never,
    quiet_unknown: bool = False,
    join: bool = True,
) -> list[FileResult]:
    """Read files, and the files of folders, once. A file's trouble never stops the others.

    `join`: afterwards tie interfaces to names by their times, which looks at a week of rows.

    Errors of the world that stop everything (disk full, database locked) are raised as ConsoleError
    after what was committed; nothing of the file in hand is kept half.
    """
    results: list[FileResult] = []
    found: list[tuple[int, Path, Export]] = []
    for path in expand(paths):
        begun = time.perf_counter()
        try:
            recognised = _recognise(path)
        except ExportError as error:
            results.append(FileResult(str(path), None, problem=str(error)))
            continue
        except OSError as error:
            results.append(FileResult(str(path), None, problem=_os_words(path, error)))
            continue
        if recognised is None:
            if not quiet_unknown:
                results.append(
                    FileResult(
                        str(path),
                        None,
                        seconds=time.perf_counter() - begun,
                        problem=_why_left(path),
                    )
                )
            continue
        found.append((recognised[0], path, recognised[1]))
    # The oldest first, by what is inside: a name's number alone does not order rotated files.
    found.sort(key=lambda item: (item[0], str(item[1])))
    for _first_at, path, export in found:
        result = FileResult(str(path), export.NAME)
        if cancelled():
            results.append(replace(result, cancelled=True))
            continue
        results.append(_sync_file(store, mask, path, result, source, progress, cancelled))
    if join and found:
        # Also when nothing was new: the reading before may have been killed just before this.
        _join(store)
    return results


def _join(store: Store) -> None:
    with store.write(durable=False) as session:
        revision = next_revision(session)
        for source_id in session.scalars(select(Source.id)).all():
            join_interfaces(session, source_id, revision)


def expand(paths: Sequence[Path]) -> Iterable[Path]:
    """The files named, and those in the folders named, without what is hidden."""
    for path in paths:
        if path.is_dir():
            for inner in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in inner.relative_to(path).parts)
                if not hidden and not inner.is_dir():
                    yield inner
        else:
            yield path


def _why_left(path: Path) -> str:
    try:
        if not path.is_file():
            return "not a file: left alone"  # a pipe would keep us waiting
        return "not a known export: left alone" if path.stat().st_size else ""
    except OSError as error:
        return _os_words(path, error)


def _recognise(path: Path) -> tuple[int, Export] | None:
    """The first time stamp inside and the format, or None where that is none we know."""
    if path.exists() and not path.is_file():
        return None
    with open_content(path) as content:
        head = content.read(1 << 16)
        while head and not head.strip(b"\x00\r\n ") and content.position < NULS:
            # Power loss can leave more NUL bytes than a head is long.
            head = content.read(1 << 16)
        problem = content.problem
    export = next((export for export in CATALOG if export.fits(head)), None)
    if export is None:
        if problem is not None:
            raise problem
        return None
    for piece in head.split(b"\n"):
        stamp = piece.lstrip(b"\x00").split(b"|", 1)[0].split(b".")[0]
        if len(stamp) in (9, 10) and stamp.isdigit():
            return int(stamp), export
    return 0, export


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


def _sync_file(
    store: Store,
    mask: Mask,
    path: Path,
    result: FileResult,
    source: str | None,
    progress: Callable[[Progress], None] | None,
    cancelled: Callable[[], bool],
) -> FileResult:
    count = _Count()

    def done(problem: str = "", stopped: bool = False) -> FileResult:
        return replace(
            result,
            lines=count.lines,
            accepted=count.accepted,
            known=count.known,
            quarantined=count.quarantined,
            seconds=round(time.perf_counter() - count.seconds, 4),
            problem=problem,
            cancelled=stopped,
        )

    try:
        while True:
            try:
                return _read(store, mask, path, source, progress, cancelled, count, done)
            except Moved:
                # Another program reads the same file: go on from where it is now.
                continue
    except ExportError as error:
        return done(str(error))
    except OSError as error:
        return done(_os_words(path, error))


def _read(
    store: Store,
    mask: Mask,
    path: Path,
    source: str | None,
    progress: Callable[[Progress], None] | None,
    cancelled: Callable[[], bool],
    count: _Count,
    done: Callable[..., FileResult],
) -> FileResult:
    with open_content(path) as content:
        with store.read() as session:
            intake = Intake.find(session, path, content, source)
        count.begin(intake.skipped_lines)
        content.seek(intake.position)
        carry = b""
        while True:
            data = content.read(CHUNK)
            last = len(data) < CHUNK
            piece = carry + data
            cut = piece.rfind(b"\n") + 1
            carry = piece[cut:]
            if len(carry) > ENDLESS:
                cut, carry = len(piece), b""
            if cut or (last and intake.has_news(carry)):
                with store.write(durable=False) as session:
                    revision = next_revision(session)
                    fold = Fold(session, revision)
                    taken = intake.take(
                        session, fold, mask, piece[:cut], carry if last else None, now_us()
                    )
                count.add(*taken)
            elif last and carry:
                count.add(*intake.standing(carry))
            if progress is not None:
                progress(Progress(str(path), content.done(), content.size, count.lines))
            if last:
                return done(str(content.problem) if content.problem is not None else "")
            if cancelled():
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
            fold = Fold(session, revision)
            if Intake.retake(session, fold, mask, row):
                row.state = "taken"
                row.revision = revision
                taken += 1
    return taken


__all__ = ["expand", "never", "retry_quarantine", "sync"]
