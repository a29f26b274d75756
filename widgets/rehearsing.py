"""A rehearsal led from this window: its process, how it stands, what its bar asks of it."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTimer, Signal
from PySide6.QtWidgets import QWidget

from console.domain.board import Board
from console.domain.rehearsal import (
    BY_LEADER,
    ENDED,
    OVER,
    PAUSED,
    PREPARING,
    RUNNING,
    STOPPED,
    WINDOW_CLOSED,
    RehearsalState,
)
from console.errors import ConsoleError
from console.twin.places import rehearsal_of
from widgets.bridge import Bridge
from widgets.notices import Notices
from widgets.views.getting_ready import GettingReady
from widgets.views.rehearsal_bar import SPEEDS, RehearsalBar

if TYPE_CHECKING:
    from console.twin.steering import Steering

HOUSE = Path(__file__).resolve().parents[1]
#: How often it is asked how the rehearsal stands.
LOOK_MS = 400
#: A clock that should go and stands for so long is said to; seconds of ours.
STANDS_S = 10.0
STANDS = "The centre does not answer: its clock stands. Restart begins it again"
BEHIND = "The board is behind the centre: choose a slower speed"
#: The board may be so long behind the centre, of our time, before that is said.
BEHIND_US = 15_000_000
#: How it ends where nothing has gone wrong.
ENDINGS = (OVER, BY_LEADER, WINDOW_CLOSED, STOPPED)
#: How long its process may take to write its last lines once the window is gone.
LAST_MS = 4000


#: Title, story and goals of a scenario, as they are told.
About = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be rehearsed: a scenario by its name or its file, how fast, and which course of
    it. `seed` None: the scenario's first."""

    scenario: str
    speed: float
    seed: int | None = None
    dirt: bool = False

    def words(self) -> list[str]:
        """As typed after main.py, for a window."""
        seed = [] if self.seed is None else ["--seed", str(self.seed)]
        dirt = ["--dirt"] if self.dirt else []
        return ["--rehearse", self.scenario, "--speed", f"{self.speed:g}", *seed, *dirt]

    def played(self, into: Path) -> list[str]:
        """As typed after main.py, for the process that plays it."""
        seed = [] if self.seed is None else ["--seed", str(self.seed)]
        dirt = ["--dirt"] if self.dirt else []
        return [
            "rehearse", self.scenario, "--into", str(into), "--speed", f"{self.speed:g}", "--led",
            *seed, *dirt,
        ]  # fmt: skip


def open_apart(words: Sequence[str]) -> bool:
    """Another window, a process of its own: what this one shows stays as it is."""
    program = [str(HOUSE / "main.py"), *words]
    started = QProcess.startDetached(sys.executable, program, str(HOUSE))
    return started[0] if isinstance(started, tuple) else bool(started)


def _fault_of(scenario: str) -> str:
    from console.twin.stories import story_of  # brings what reads scenarios

    return story_of(scenario).problem


class Rehearsing(QObject):
    began = Signal()  # this is a rehearsal's window from now on
    board_ready = Signal()  # there is something to see
    changed = Signal()  # it goes on, pauses or ends
    over = Signal()  # it came to its end while somebody looked

    def __init__(self, bridge: Bridge, notices: Notices, window: QWidget) -> None:
        super().__init__(window)
        self.bridge = bridge
        self.notices = notices
        self.window = window
        self.bar = RehearsalBar()
        self.ready = GettingReady()
        self.state: RehearsalState | None = None
        self.choice: Choice | None = None
        self.folder: Path | None = None
        self.steering: Steering | None = None
        self.home: Path | None = None
        self.process: QProcess | None = None
        self.open_apart: Callable[[Sequence[str]], bool] = open_apart
        self.follow: Callable[[Path], None] = lambda folder: None
        self._asking = self._followed = self._waits = self._left = self._behind = False
        self._moved_at = time.monotonic()
        self._beat = QTimer(self)
        self._beat.setInterval(LOOK_MS)
        self._beat.timeout.connect(self.look)
        bar = self.bar
        bar.speed_chosen.connect(self.set_speed)
        bar.pause_pressed.connect(self.turn)
        bar.inject_chosen.connect(self.inject)
        bar.end_pressed.connect(self.end)
        bar.restart_pressed.connect(self.restart)
        bridge.opened.connect(self._opened)
        bridge.board_shown.connect(self._look_at_board)

    # Beginning -----------------------------------------------------------------------------------

    def begin(self, folder: Path, about: About, choice: Choice) -> None:
        """Start the rehearsal's process; it ends with this one, however that ends, because nothing
        holds its standard input open any more."""
        from console.twin.steering import Steering

        self.choice, self.folder, self.steering = choice, folder, Steering(folder)
        self._waits = True
        self.bar.begin(about[0], choice.speed)
        self.ready.begin(*about)
        process = self.process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments([str(HOUSE / "main.py"), *choice.played(folder)])
        process.setWorkingDirectory(str(HOUSE))
        process.setStandardOutputFile(QProcess.nullDevice())
        process.finished.connect(self._gone)
        process.errorOccurred.connect(self._not_started)
        process.start()
        self._beat.start()
        self.began.emit()

    def attach(self, folders: Sequence[Path]) -> None:
        """A folder that is followed may be a rehearsal's: then its bar is shown here too."""
        if self.steering is not None:
            return
        from console.twin.steering import Steering

        def found(folder: Path | None) -> None:
            if folder is not None and self.steering is None:
                self.folder, self.steering = folder, Steering(folder)
                self._followed = True
                self._beat.start()
                self.began.emit()
                self.look()

        self.bridge.ask(
            "",
            lambda: next((r for f in folders if (r := rehearsal_of(f)) is not None), None),
            found,
        )

    def _opened(self) -> None:
        self.look()

    # How it stands -------------------------------------------------------------------------------

    def is_on(self) -> bool:
        """This window is a rehearsal's."""
        return self.steering is not None

    def is_led(self) -> bool:
        """Something would come of what the bar asks."""
        return self.state is not None and self.state.state != ENDED

    def is_paused(self) -> bool:
        return self.state is not None and self.state.state == PAUSED

    def is_over(self) -> bool:
        return self.state is not None and self.state.state == ENDED

    def look(self) -> None:
        """Ask how it stands; a question at a time."""
        if self._asking or self.steering is None or self.bridge.console is None:
            return
        self._asking = True
        self.bridge.ask("", self.steering.state, self._take, self._unasked)

    def _unasked(self, error: Exception) -> None:
        self._asking = False
        self.bridge.failed.emit(error)

    def _take(self, state: RehearsalState | None) -> None:
        self._asking = False
        if state is None:
            return
        before, self.state = self.state, state
        if not self._followed and self.folder is not None:
            # Its folder is there: from now on there is something to read.
            self._followed = True
            self.follow(self.folder)
        if before is None or before.at != state.at or state.state != RUNNING:
            self._moved_at = time.monotonic()
        stands = time.monotonic() - self._moved_at > STANDS_S
        self.bar.warn(STANDS if stands else BEHIND if self._behind else "")
        self.bar.show_state(state)
        self.ready.show_state(state)
        if before is None or before.state != state.state:
            self.changed.emit()
            if state.state == ENDED and before is not None and state.end in ENDINGS:
                self.over.emit()
        if state.state == ENDED and self.process is None:
            self._beat.stop()

    def _behind_us(self, board: Board) -> int:
        """How long the board is behind the centre, in time of ours."""
        state = self.state
        if state is None or state.state != RUNNING or not state.speed:
            return 0
        newest = max((s.last_at for s in board.sources if s.last_at is not None), default=None)
        return 0 if newest is None else round((state.at - newest) / state.speed)

    def _look_at_board(self, board: Board) -> None:
        self._behind = self._behind_us(board) > BEHIND_US
        if self._waits:
            self.ready.show_board(board)
        if self._waits and board.queues and self.state is not None:
            if self.state.state != PREPARING:
                self._waits = False
                self.board_ready.emit()

    # What is asked of it -------------------------------------------------------------------------

    def _tell(self, job: "Callable[[Steering], None]") -> None:
        steering = self.steering
        if steering is not None and self.is_led() and self.bridge.console is not None:
            self.bridge.ask("", lambda: job(steering), lambda _: self.look())

    def set_speed(self, times: float) -> None:
        self._tell(lambda steering: steering.speed(times))

    def step_speed(self, by: int) -> None:
        """The next faster or slower one."""
        if self.state is None:
            return
        speed = self.state.speed
        nearest = min(range(len(SPEEDS)), key=lambda n: abs(SPEEDS[n] - speed))
        place = max(0, min(len(SPEEDS) - 1, nearest + by))
        self.bar.speed.show_speed(SPEEDS[place])
        self.set_speed(SPEEDS[place])

    def turn(self) -> None:
        """Pause it, or let it go on."""
        paused = self.is_paused()
        self._tell(lambda steering: steering.go_on() if paused else steering.pause())

    def inject(self, name: str) -> None:
        self._tell(lambda steering: steering.inject(name))

    def end(self) -> None:
        self._tell(lambda steering: steering.end())

    def again(self) -> Choice | None:
        """The same once more, with the same seed."""
        if self.choice is None and self.state is None:
            return None
        before = self.choice or Choice(self.state.scenario, self.state.speed)  # type: ignore[union-attr]
        if self.state is None:
            return before
        return Choice(
            before.scenario, self.state.speed or before.speed, self.state.seed, before.dirt
        )

    def restart(self) -> None:
        choice = self.again()
        if choice is not None:
            self.start(choice)

    def start(self, choice: Choice) -> None:
        """In a window of its own. A rehearsal's window makes room for it, a real one stays."""

        def judged(problem: str) -> None:
            if problem:
                self.notices.fail(ConsoleError("It cannot be played.", problem))
            else:
                self._start(choice)

        if self.bridge.console is None:
            self._start(choice)
        else:
            # Not after this window has made room: it would be gone for nothing.
            self.bridge.ask("", lambda: _fault_of(choice.scenario), judged)

    def _start(self, choice: Choice) -> None:
        home = [] if self.home is None else ["--data", str(self.home)]
        if not self.open_apart([*home, *choice.words()]):
            self.notices.fail(
                ConsoleError(
                    "The rehearsal could not be opened.",
                    "",
                    f"In a terminal: main.py {' '.join(choice.words())}",
                )
            )
        elif self.is_on():
            self.window.close()
        else:
            self.notices.tell(
                "The rehearsal opens in a window of its own",
                "This one goes on with your own queues; the other has a striped frame.",
            )

    # Its process ---------------------------------------------------------------------------------

    def _gone(self, code: int, _status: object = None) -> None:
        process, self.process = self.process, None
        if process is None or self._left:
            return
        told = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        last = told.splitlines()[-1] if told else f"It ended with code {code}."

        def judge(state: RehearsalState | None) -> None:
            if state is not None:
                self._take(state)
            if state is None or state.end not in ENDINGS:
                self._fail(last)

        if self.bridge.console is None or self.steering is None:
            self._fail(last)
        else:
            self.bridge.ask("", self.steering.state, judge)

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self.process is not None:
            words, self.process = self.process.errorString(), None
            self._fail(words)

    def _fail(self, detail: str) -> None:
        """Nothing happens in the centre any more, and that must not look like a quiet hour."""
        self._waits = False
        detail = detail if detail.endswith((".", "!", "?")) else f"{detail}."
        self.bar.fail("The centre has stopped: its process is gone", detail)
        self.ready.fail(detail)
        self.notices.warn(
            "The rehearsal has stopped: its process is gone",
            f"{detail} What had happened stays on the board; nothing new will come, and no order "
            "is obeyed. Restart plays it again from its beginning, with the same seed.",
            "Restart",
            self.restart,
        )
        self.changed.emit()

    def let_go(self) -> None:
        """The window closes: its process is told by the end of its standard input."""
        self._beat.stop()
        self._left = True
        if self.process is not None:
            self.process.closeWriteChannel()

    def finish(self) -> None:
        """Give the process the time for its last lines. Called when no window is left."""
        process, self.process = self.process, None
        if process is not None and process.state() != QProcess.ProcessState.NotRunning:
            if not process.waitForFinished(LAST_MS):
                process.kill()
                process.waitForFinished(LAST_MS)
