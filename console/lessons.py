"""What a rehearsal teaches, put together: the truth of its folder, and a console's own records."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from console.documents.records import Stretch
from console.documents.review import review
from console.documents.taught import Rehearsed
from console.domain.papers import Paper
from console.domain.rehearsals import Comparing, Comparison, Score
from console.domain.scoring import complete
from console.domain.times import HOUR, SECOND, real_us
from console.errors import ConsoleError, StoreError
from console.playbooks.files import read_all
from console.players.comparing import Chosen, compare
from console.players.search import RUNS, SECONDS, Cancelled
from console.reads.conduct import conduct
from console.reads.operations import operation
from console.settings import Settings
from console.store.engine import Store
from console.store.tables import Journal, Operation
from console.twin import kept, score
from console.twin.places import ABOUT, MARK, data_of
from console.twin.recording import read
from console.twin.taken import is_taken

CONTACT_DEBT = "contact-debt"
RUNNING, DONE, CANCELLED, FAILED = "running", "done", "cancelled", "failed"
_HOUSE = Path(__file__).resolve().parents[1]
#: How often it is written how far a comparison is, and for how long without that its process lives.
_TELL_S, _SILENT_S = 0.4, 30.0
#: How long a process may take to hear that nobody waits for it.
_PATIENT_S = 1.0
#: Below a window, which must never wait for a core.
_NICE = 5


class Lessons:
    """Of the rehearsal in `folder`; `store` None where no console has kept any records of it.

    Everything here reads files, or plays: never call it on the interface thread.
    """

    def __init__(self, folder: Path, store: Store | None, data: Path | None = None) -> None:
        self.folder = folder
        self._store, self._data = store, data
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def score(self) -> Score:
        """As far as it got; kept once it has ended. ConsoleError where nobody can tell."""
        running = is_taken(self.folder)
        found = None if running else kept.kept_score(self.folder)
        if found is None:
            found = score.of_folder(self.folder)
        if self._store is not None:
            with self._store.read() as session:
                own = conduct(session, found.from_at, found.to_at)
                by = session.scalar(
                    select(Journal.who)
                    .where(Journal.who != "")
                    .group_by(Journal.who)
                    .order_by(func.count().desc())
                    .limit(1)
                )
            found = replace(complete(found, own), by=by or found.by)
        if not running:
            kept.keep(self.folder, kept.SCORE, found)
        return found

    def rehearsed(self) -> Rehearsed:
        """All that a review says of a rehearsal beside the console's records."""
        recording, tally = read(self.folder)
        story = ""
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
            about = json.loads((self.folder / MARK / ABOUT).read_text("utf-8"))
            story = str(about.get("story", "")).strip()
        true = {
            name: (sums.received, sums.answered, sums.abandoned)
            for name, sums in tally.queues.items()
        }
        return Rehearsed(
            self.score(), story, self.comparison(), tuple(tally.turns), true, recording.start
        )

    # --- comparing

    def comparison(self) -> Comparison | None:
        """The last one that was made; None where none was, or the rehearsal has gone on since."""
        found = kept.kept_comparison(self.folder)
        if found is None or is_taken(self.folder):
            return None
        result = kept.kept_score(self.folder)
        return found if result is None or result.to_at == found.to_at else None

    def compare(
        self,
        cancelled: Callable[[], bool] = lambda: False,
        tell: Callable[[str, int, int], None] = lambda words, done, total: None,
        runs: int = RUNS,
        seconds: float = SECONDS,
    ) -> Comparison:
        """Here and now, for up to a minute; how far it is stands in the folder all the while.

        Cancelled where it was; ConsoleError while it is being played, or where it cannot be read.
        """
        if is_taken(self.folder):
            raise ConsoleError(
                "The rehearsal is still being played.",
                "What others would have made of it is compared when it has ended.",
                "End it first.",
            )
        begun, last = time.monotonic(), [0.0]

        def say(state: str, words: str, done: int, total: int) -> None:
            passed = time.monotonic() - begun
            kept.keep(self.folder, kept.COMPARING, Comparing(state, words, done, total, passed))

        def told(words: str, done: int, total: int) -> None:
            tell(words, done, total)
            if time.monotonic() - last[0] > _TELL_S:
                last[0] = time.monotonic()
                say(RUNNING, words, done, total)

        say(RUNNING, "reading what happened", 0, runs)
        try:
            found = compare(
                self.folder, self._chosen(), tell=told, cancelled=cancelled, runs=runs,
                seconds=seconds,
            )  # fmt: skip
        except Cancelled:
            say(CANCELLED, "cancelled", 0, runs)
            raise
        except ConsoleError as error:
            say(FAILED, error.title, 0, runs)
            raise
        kept.keep(self.folder, kept.COMPARISON, found)
        say(DONE, "done", found.runs, found.runs)
        return found

    def begin_comparing(self) -> None:
        """In a process of its own, which ends when this one does."""
        if self.comparing().state == RUNNING:
            return
        first = Comparing(RUNNING, "beginning", 0, RUNS)
        kept.keep(self.folder, kept.COMPARING, first)
        words = [
            sys.executable, str(_HOUSE / "main.py"), "rehearse", "--compare", str(self.folder),
            "--led",
        ]  # fmt: skip
        self._process = subprocess.Popen(  # our own program
            words, cwd=_HOUSE, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def cancel_comparing(self) -> None:
        """The process ends between two runs, or at once where it has not begun."""
        with self._lock:
            self._let_go()
        found = kept.kept_comparing(self.folder)
        if found is not None and found.state == RUNNING:
            kept.keep(self.folder, kept.COMPARING, replace(found, state=CANCELLED))

    def comparing(self) -> Comparing:
        """How far it is; with the comparison once it is done."""
        lives = self._lives()  # first: what its process says last, it says before it ends
        found = kept.kept_comparing(self.folder)
        if found is None:
            return Comparing("", "", 0, 0)
        if found.state == DONE:
            return replace(found, comparison=self.comparison())
        if found.state == RUNNING and not lives:
            return replace(found, state=FAILED, words="its process is gone")
        return found

    def _let_go(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(_PATIENT_S)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.wait()

    def _lives(self) -> bool:
        with self._lock:
            if self._process is not None:
                if self._process.poll() is None:
                    return True
                self._let_go()
                return False
        with contextlib.suppress(OSError):
            path = self.folder / MARK / kept.COMPARING
            return real_us() / SECOND - path.stat().st_mtime < _SILENT_S
        return False

    def _chosen(self) -> Chosen | None:
        """The playbook of the leader's own operation, when it was fired; else the contact debt's,
        from the moment at which the leader took over."""
        recording, _ = read(self.folder)
        books = {book.name: book for book in read_all(self._data)[0]}
        if self._store is not None:
            with self._store.read() as session:
                first = session.execute(
                    select(Operation.playbook, Operation.started_at)
                    .where(Operation.started_at.between(recording.taken_at, recording.ended_at))
                    .order_by(Operation.started_at)
                    .limit(1)
                ).first()
            if first is not None and first.playbook in books:
                return Chosen(books[first.playbook], first.started_at, "when you fired it")
        book = books.get(CONTACT_DEBT)
        return None if book is None else Chosen(book, recording.taken_at, "when you took over")


def review_of(
    store: Store,
    settings: Settings,
    now: int,
    zone: ZoneInfo | None = None,
    *,
    lessons: Lessons | None = None,
    operation_id: int | None = None,
    hours: float | None = None,
) -> Paper:
    """The review of a rehearsal; else of an operation, the newest where none is named; else of the
    last `hours` (24 where nothing is said). ConsoleError where there is no such operation."""
    rehearsed = None
    if lessons is not None:
        # Of a rehearsal whose truth cannot be read the records tell what they can.
        with contextlib.suppress(ConsoleError):
            rehearsed = lessons.rehearsed()
    with store.read() as session:
        row = None
        if operation_id is not None or hours is None:
            if operation_id is None:
                operation_id = session.scalar(select(func.max(Operation.id)))
            row = None if operation_id is None else operation(session, operation_id)
            if row is None and operation_id is not None:
                raise ConsoleError(f"There is no operation {operation_id}.", "")
        if rehearsed is not None:
            of = Stretch(rehearsed.score.from_at, rehearsed.score.to_at, zone)
            now = of.to_at  # its present, whatever ours is
        elif row is not None:
            of = Stretch(row.started_at, row.closed_at or now, zone)
        else:
            of = Stretch(now - round((hours or 24.0) * HOUR), now, zone)
        from console.reads.forecast_scores import judged  # brings numpy

        foreseen = judged(session, of.to_at, settings, (of.to_at - of.from_at) / HOUR)
        return review(
            session, settings, now, of, operation=row, rehearsed=rehearsed,
            foreseen=foreseen.words if foreseen.forecasts else (),
        )  # fmt: skip


@contextlib.contextmanager
def lessons_of(folder: Path, database: str):
    """For a command line: with the records of the console that was opened on it, if one was.

    `database` is the name of a console's database in its data folder.
    """
    data = data_of(folder)
    store = None
    if (data / database).is_file():
        store = Store(f"sqlite:///{data / database}")
        try:
            with store.read() as session:
                session.scalar(select(func.count()).select_from(Operation))
        except StoreError:  # of a version that is older or newer than this one
            store.close()
            store = None
    try:
        yield Lessons(folder, store, data if data.is_dir() else None)
    finally:
        if store is not None:
            store.close()


def below_a_window() -> None:
    """For a process that a window began."""
    with contextlib.suppress(AttributeError, OSError):
        os.nice(_NICE)


def until_closed() -> Callable[[], bool]:
    """Whether whoever began this process has gone, or wants it to end: its standard input says
    so."""
    closed = threading.Event()

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        closed.set()

    threading.Thread(target=wait, name="coalface-stdin", daemon=True).start()
    return closed.is_set


__all__ = ["Lessons", "below_a_window", "lessons_of", "review_of", "until_closed"]
