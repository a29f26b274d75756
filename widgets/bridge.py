"""The door between the screen and the console: jobs go out to its threads, results come home here.

Nothing on this side waits. Every job ends in one queued signal on Qt's thread; an answer that was
overtaken by a newer question of the same name is dropped.
"""

import importlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from console.domain.acts import FileResult, Progress
from console.domain.board import Board
from console.errors import ConsoleError

log = logging.getLogger(__name__)

#: The board is asked for at most this often; where a look takes long, less often, so that
#: something is left for everybody else, but ten times a second all the same.
BOARD_EVERY_MS, BOARD_SELDOM_MS = 30, 100
#: Panels of text, and what waits to leave, go by a slower clock.
TEXT_EVERY_MS = 1000
#: With nothing new the board is asked for again after this many of the slower clock.
BEATS = 2

Landing = Callable[[Any], None]


class Watcher:
    """A view of the board: `compare` runs on a reader thread, `show` on Qt's."""

    def wants_board(self) -> bool:
        raise NotImplementedError

    def compare_board(self, board: Board) -> Any:
        raise NotImplementedError

    def show_board(self, board: Board, prepared: Any) -> None:
        raise NotImplementedError


class Bridge(QObject):
    opened = Signal()
    board_shown = Signal(object)  # Board
    slow_changed = Signal()  # something was read or done; at most once a second
    failed = Signal(object)  # the exception
    progressed = Signal(object)  # Progress of a long read, or None when it ended
    read = Signal(object)  # list[FileResult] of files that somebody asked to read
    read_cancelled = Signal()
    questioned = Signal(object)  # FileResult of a followed file that waits for somebody's word
    _landed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.console: Any = None
        self.board: Board | None = None
        self._live: Any = None
        self._board_ms = float(BOARD_EVERY_MS)
        self._watchers: list[Watcher] = []
        self._newest: dict[str, int] = {}
        self._serial = 0
        self._closed = False
        self._asking = self._again = False
        self._asked_at = 0.0
        self._noted = threading.Event()
        self._cancel = threading.Event()
        self._pumping = False
        self._beats = 0
        self._landed.connect(self._land, Qt.ConnectionType.QueuedConnection)
        self.failed.connect(_note)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setTimerType(Qt.TimerType.PreciseTimer)
        self._soon.timeout.connect(self._ask_board)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(TEXT_EVERY_MS)
        self._slow.timeout.connect(self.slow_changed)
        self._pump = QTimer(self)
        self._pump.setInterval(TEXT_EVERY_MS)
        self._pump.timeout.connect(self._pump_outbox)

    # Opening and closing -------------------------------------------------------------------------

    def open(self, make: Callable[[], Any]) -> None:
        """Open the console on a thread of its own: importing and migrating take longer than a
        frame, and the window is painted meanwhile."""

        def job() -> None:
            future: Future[Any] = Future()
            try:
                future.set_result(make())
            except BaseException as error:  # carried to Qt's thread, which raises or shows it
                future.set_exception(error)
            self._send(("", 0, future, self._take_console, None))

        threading.Thread(target=job, name="coalface-opening", daemon=True).start()

    def _take_console(self, console: Any) -> None:
        if self._closed:
            console.close()
            return
        self.console = console
        self._pump.start()
        self.write(
            lambda: console.hear(self.note_change, self._problem, self._progress), lambda _: None
        )
        self.opened.emit()
        self.note_change()

    def close(self) -> None:
        """Finish what was begun. Called once, when no window is left."""
        self._closed = True
        self._cancel.set()
        for timer in (self._soon, self._slow, self._pump):
            timer.stop()
        if self.console is not None:
            self.console.close()

    # Jobs ----------------------------------------------------------------------------------------

    def ask(
        self,
        name: str,
        job: Callable[[], Any],
        then: Landing,
        failed: Landing | None = None,
    ) -> None:
        """A question for a reader thread; only the newest of the same `name` is answered."""
        self._run(self.console.worker.read, name, job, then, failed)

    def bring(self, module: str, then: Landing) -> None:
        """Import on another thread what takes long and not every start needs, as plots do."""
        self.ask(f"import {module}", lambda: importlib.import_module(module), then)

    def act(self, job: Callable[[], Any], then: Landing, failed: Landing | None = None) -> None:
        """A short write that somebody waits for."""
        self._run(self.console.worker.urgent, "", job, then, failed)

    def write(self, job: Callable[[], Any], then: Landing, failed: Landing | None = None) -> None:
        """A long write."""
        self._run(self.console.worker.write, "", job, then, failed)

    def _run(
        self,
        submit: Callable[..., Future[Any]],
        name: str,
        job: Callable[[], Any],
        then: Landing,
        failed: Landing | None,
    ) -> None:
        serial = 0
        if name:
            self._serial += 1
            serial = self._newest[name] = self._serial
        submit(job).add_done_callback(
            lambda future: self._send((name, serial, future, then, failed))
        )

    def _send(self, parcel: tuple[str, int, Future[Any], Landing, Landing | None]) -> None:
        if self._closed:
            return
        try:
            self._landed.emit(parcel)
        except RuntimeError:
            # The window went while the job ran: nobody is left to tell.
            log.debug("a result came after the end")

    def _land(self, parcel: tuple[str, int, Future[Any], Landing, Landing | None]) -> None:
        name, serial, future, then, failed = parcel
        if self._closed or (name and self._newest.get(name) != serial):
            return
        try:
            error = future.exception()
        except CancelledError:
            return
        if error is None:
            then(future.result())
        elif failed is not None:
            failed(error)
        else:
            self.failed.emit(error)

    # The board -----------------------------------------------------------------------------------

    def now(self) -> int:
        """The console's present, microseconds UTC; a replay has its own clock."""
        return self.console.now() if self.console is not None else time.time_ns() // 1000

    def stale_s(self) -> int:
        """A source silent for longer looks stale."""
        return self.console.settings.stale_s if self.console is not None else 60

    def add_watcher(self, watcher: Watcher) -> None:
        self._watchers.append(watcher)

    def remove_watcher(self, watcher: Watcher) -> None:
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    def note_change(self) -> None:
        """Something was written. From any thread; many notes become one question."""
        if self._noted.is_set() or self._closed:
            return
        self._noted.set()
        future: Future[Any] = Future()
        future.set_result(None)
        self._send(("", 0, future, self._schedule, None))

    def _schedule(self, _: Any = None) -> None:
        self._noted.clear()
        if self.console is None:
            return
        if not self._slow.isActive():
            self._slow.start()
        if self._asking:
            self._again = True
        elif not self._soon.isActive():
            passed = (time.monotonic() - self._asked_at) * 1000
            self._soon.start(max(0, round(self._board_ms - passed)))

    def renew(self) -> None:
        """A view was shown: give it the board although nothing changed."""
        self._schedule()

    def _ask_board(self) -> None:
        if self._closed or self.console is None:
            return
        self._asking, self._again = True, False
        self._asked_at = time.monotonic()
        watchers = [watcher for watcher in self._watchers if watcher.wants_board()]
        console = self.console

        def job() -> tuple[Board, list[tuple[Watcher, Any]]]:
            if self._live is None:
                self._live = console.live()
            board: Board = self._live.refresh()
            return board, [(watcher, watcher.compare_board(board)) for watcher in watchers]

        self.ask("board", job, self._show_board, self._board_failed)

    def _show_board(self, landed: tuple[Board, list[tuple[Watcher, Any]]]) -> None:
        before, (self.board, prepared) = self.board, landed
        self._asking = False
        if before is not None and len(before.queues) != len(self.board.queues):
            # New queues have figures at once, not when the old look would renew them.
            self._live = None
            self._again = True
        took = (time.monotonic() - self._asked_at) * 1000
        self._board_ms = min(BOARD_SELDOM_MS, max(BOARD_EVERY_MS, 1.3 * took))
        for watcher, what in prepared:
            watcher.show_board(self.board, what)
        self.board_shown.emit(self.board)
        if self._again:
            self._schedule()

    def _board_failed(self, error: Exception) -> None:
        self._asking = False
        self.failed.emit(error)

    # Reading exports -----------------------------------------------------------------------------

    def watch(
        self, folders: Sequence[Path], then: Landing | None = None, failed: Landing | None = None
    ) -> None:
        """Follow folders from now on; `then` when they are followed."""

        def followed(_: object) -> None:
            self.note_change()
            if then is not None:
                then(None)

        self.write(
            lambda: self.console.watch(
                list(folders),
                self.note_change,
                self._problem,
                self._progress,
                self._cancel.is_set,
                on_question=self._question,
            ),
            followed,
            failed,
        )

    def _end_read(self, results: list[FileResult]) -> None:
        self._cancel.clear()
        self.progressed.emit(None)
        self.read.emit(results)
        self.note_change()

    def replay(self, file: Path, speed: float, then: Landing) -> None:
        """Write a recorded export as if it were live; `then` gets the folder to watch."""
        self.write(lambda: self.console.replay(file, speed), then)

    def read_files(self, paths: Sequence[Path]) -> None:
        """Read files or folders once, with progress, and say what became of them."""
        self._cancel.clear()

        def stopped(error: Exception) -> None:
            self.progressed.emit(None)
            self.failed.emit(error)

        self.write(
            lambda: self.console.sync(
                list(paths), progress=self._progress, cancelled=self._cancel.is_set
            ),
            self._end_read,
            stopped,
        )

    def bring_in(self, job: Callable[..., Any], then: Landing, failed: Landing) -> None:
        """A long reading of files: `job` takes `progress` and `cancelled`; the strip shows it."""
        self._cancel.clear()

        def done(landing: Landing) -> Landing:
            def land(what: Any) -> None:
                self._cancel.clear()
                self.progressed.emit(None)
                landing(what)
                self.note_change()

            return land

        self.write(
            lambda: job(progress=self._progress, cancelled=self._cancel.is_set),
            done(then),
            done(failed),
        )

    def _question(self, result: FileResult) -> None:
        future: Future[Any] = Future()
        future.set_result(result)
        self._send(("", 0, future, self.questioned.emit, None))

    def cancel_read(self) -> None:
        self._cancel.set()

    def _progress(self, progress: Progress | None) -> None:
        future: Future[Any] = Future()
        future.set_result(progress)
        self._send(("", 0, future, self._show_progress, None))

    def _show_progress(self, progress: Progress | None) -> None:
        self.progressed.emit(progress)
        if progress is None and self._cancel.is_set():
            # A long read of a watched folder was cancelled; later lines are read again.
            self._cancel.clear()
            self.read_cancelled.emit()

    def _problem(self, error: ConsoleError) -> None:
        self.fail_later(error)

    def fail_later(self, error: BaseException) -> None:
        """Report a failure from any thread."""
        future: Future[Any] = Future()
        future.set_exception(error)
        self._send(("", 0, future, lambda _: None, None))

    # What waits to leave -------------------------------------------------------------------------

    def _pump_outbox(self) -> None:
        """Send what is due and read the answers, once a second, never twice at a time."""
        if self._pumping or self.console is None:
            return
        self._pumping = True

        def done(moved: bool) -> None:
            self._pumping = False
            if moved:
                self.note_change()

        def stopped(error: Exception) -> None:
            self._pumping = False
            self.failed.emit(error)

        # Figures over a rolling window move although nothing happens.
        self._beats += 1
        if self._beats % BEATS == 0:
            self.note_change()

        self.act(self.console.pump, done, stopped)


def _note(error: BaseException) -> None:
    """A fault of the program has its trace in the log, whoever shows it."""
    if not isinstance(error, ConsoleError):
        log.error("a job failed", exc_info=error)
