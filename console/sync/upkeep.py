"""After an act: what it asks of sources is done on the writer's thread, and who waits is told."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from console.domain.acts import FileResult, Progress
from console.domain.board import SourceRow
from console.errors import ConsoleError
from console.reads.sources import asked_of_sources
from console.store import chores
from console.store.engine import Store, next_revision
from console.sync.sources import carry_out, paths_of

Submit = Callable[[Callable[[], list[FileResult]]], "Future[list[FileResult]]"]


@dataclass(frozen=True, slots=True)
class Hears:
    """Who is told what comes of acts that take long; called from other threads.

    `progress` gets None when there is no more of it.
    """

    on_change: Callable[[], None] = lambda: None
    on_problem: Callable[[ConsoleError], None] = lambda _: None
    progress: Callable[[Progress | None], None] = lambda _: None


class Upkeep:
    """`read` reads files and folders once, `submit` gives a job to the writer's thread."""

    def __init__(
        self,
        store: Store,
        submit: Submit,
        read: Callable[[Sequence[Path]], list[FileResult]],
        stopped: Callable[[], bool],
    ) -> None:
        self.hears = Hears()
        self.folders: list[Path] = []  # that are followed
        self.rehearses = False  # a past log is played: nothing is late
        self._followed: list[Path] = []
        self._store = store
        self._submit = submit
        self._read = read
        self._stopped = stopped
        self._left: dict[str, FileResult] = {}
        self._job: Future[list[FileResult]] | None = None

    def follow(self, folders: Sequence[Path]) -> None:
        """These are followed from now on."""
        self.folders += folders
        self._followed += [folder.resolve() for folder in folders]

    def placed(self, row: SourceRow) -> SourceRow:
        """The same row, saying whether anything more is to be expected of the source."""
        places = [Path(place) for place in (row.folder, row.last_file) if place]
        followed = not self.rehearses and any(
            place.is_relative_to(folder) for place in places for folder in self._followed
        )
        return row if row.followed == followed else replace(row, followed=followed)

    def note(self, results: Sequence[FileResult]) -> None:
        """Remember which files could not be read, or not before somebody says something of them."""
        for result in results:
            if result.problem:
                self._left[result.path] = result
            elif not result.cancelled and not result.paused:
                self._left.pop(result.path, None)

    def left(self) -> list[FileResult]:
        """Files that could not be read since this console was opened, and why."""
        return sorted(self._left.copy().values(), key=lambda result: result.path)

    def resume(self) -> None:
        """Carry on, in a while, what was begun at an earlier time and broken off."""
        with self._store.read() as session:
            left = chores.noted(session)
        if left:
            self._job = self._submit(lambda: self._work(()))

    def finish(self) -> None:
        """Do what was broken off at an earlier time; returns when it is done."""
        self.resume()
        self.settle()

    def attend(self, journal_id: int) -> None:
        """Do, in a while, what an act or its undo asks of sources."""
        with self._store.read() as session:
            asked = asked_of_sources(session, journal_id)
        if asked.rezoned:
            with self._store.write() as session:
                revision = next_revision(session)
                for source_id in asked.rezoned:
                    chores.note(session, chores.EMPTY, source_id, revision)
        if asked.resumed or asked.rezoned or asked.chores:
            self._job = self._submit(lambda: self._work(asked.resumed))

    def settle(self) -> list[FileResult]:
        """Wait until it is done; what became of files that were read again."""
        job, self._job = self._job, None
        return [] if job is None else job.result()

    def _work(self, resumed: Sequence[int]) -> list[FileResult]:
        results: list[FileResult] = []
        try:
            ids = {*carry_out(self._store, self.hears.progress, self._stopped), *resumed}
            paths = {path for source_id in ids for path in paths_of(self._store, source_id)}
            if ids and not self._stopped():
                results = self._read([*self.folders, *sorted(paths)])
        except ConsoleError as error:
            self.hears.on_problem(error)
            raise  # to who waits for it, if anybody does
        finally:
            self.hears.progress(None)
            self.hears.on_change()
        return results


__all__ = ["Hears", "Upkeep"]
