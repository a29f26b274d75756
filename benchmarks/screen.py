"""The real window in a process of its own, with a stopwatch in its painting; obeys a benchmark.

It goes through the same door as `main.py`. Said by itself: `opened` (the first board has arrived
and the window was drawn) and `painted` (the queues were drawn with rows). Asked by a word: `top`,
`marks`, `rows`, `probe`, `lateness`, `memory`, `foretell` (which ends by `foretold`), `move`,
`back`; `end` or the end of input closes the window. Times are the system's monotonic clock in
nanoseconds.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.child import answer
from benchmarks.feed import MARKED

WIDE, TALL = 1920, 1080


class Stopwatch:
    """Notes when the queue table was drawn with what."""

    def __init__(self) -> None:
        self.first_ns = 0
        #: How many waited in the marked queue as drawn, and since when that is on the screen.
        self.marks: list[tuple[int, int]] = []
        self.drawn = ""
        self._shown = ""

    def note(self, has_rows: bool) -> None:
        """The queue table has just been drawn."""
        if not self.first_ns and has_rows:
            self.first_ns = time.monotonic_ns()
            answer(painted=self.first_ns)
        if self.drawn != self._shown:
            self._shown = self.drawn
            number = int("".join(filter(str.isdigit, self.drawn)) or 0)
            self.marks.append((number, time.monotonic_ns()))


def watch_painting(stopwatch: Stopwatch) -> None:
    """Put the stopwatch round the drawing of tables, before any is made."""
    from widgets.models.queues import COLUMNS
    from widgets.models.rows import Record
    from widgets.views.table import Table

    paint, draw_row = Table.paintEvent, Table.drawRow
    waiting = [column.id for column in COLUMNS].index("waiting")

    def timed_row(self: Any, painter: Any, option: Any, index: Any) -> None:
        draw_row(self, painter, option, index)
        if self.rows.columns is COLUMNS:
            entry = self.rows.order[index.row()]
            if isinstance(entry, Record) and entry.row.queue == MARKED:
                stopwatch.drawn = self.rows.cell(entry, waiting)

    def timed_paint(self: Any, event: Any) -> None:
        paint(self, event)
        if self.rows.columns is COLUMNS:
            stopwatch.note(bool(self.rows.order))

    Table.paintEvent = timed_paint
    Table.drawRow = timed_row


class Listener:
    """Obeys words on the standard input, on Qt's thread."""

    def __init__(self, desktop: Any, stopwatch: Stopwatch) -> None:
        from PySide6.QtCore import QSocketNotifier, QTimer

        from widgets.probe import Probe

        self._desktop = desktop
        self._stopwatch = stopwatch
        self._words: dict[str, Callable[[], object]] = {
            "top": self.bring_to_top,
            "marks": lambda: stopwatch.marks,
            "rows": self.count_rows,
            "probe": self.start_probe,
            "lateness": self.stop_probe,
            "memory": memory,
            "foretell": self.foretell,
            "move": self.move_all,
            "back": self.move_back,
        }
        self._probe = Probe(4, desktop.window)
        self._seconds: list[int] = []
        self._each_second = QTimer(desktop.window)
        self._each_second.setInterval(1000)
        self._each_second.timeout.connect(lambda: self._seconds.append(len(self._probe.late_ms)))
        self._input = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        self._input.activated.connect(self._obey)
        desktop.window.ready.connect(lambda: QTimer.singleShot(0, self._opened))

    def _opened(self) -> None:
        self._desktop.window.repaint()
        answer(opened=time.monotonic_ns())

    def _obey(self) -> None:
        line = sys.stdin.readline()
        word = line.strip()
        if not line or word == "end":
            self._input.setEnabled(False)
            self._desktop.window.close()
            return
        answer(**{word: self._words[word]()})

    def bring_to_top(self) -> bool:
        """A large window, and the marked queue at its top, where it is in sight."""
        self._desktop.window.resize(WIDE, TALL)
        table = self._desktop.window.queues.table
        table.clearSelection()
        if table.rows.columns[table.rows.sort_column].id != "queue":
            table.sort_by([c.id for c in table.rows.columns].index("queue"))
        return True

    def count_rows(self) -> tuple[int, int, int]:
        board = self._desktop.bridge.board
        if board is None:
            return 0, 0, 0
        return len(board.queues), len(board.agents), len(board.channels)

    def foretell(self) -> bool:
        """Ask for debt, parameters and a forecast, as docks do; `foretold` when all have come:
        what failed."""
        bridge = self._desktop.bridge
        console, left = bridge.console, ["debt", "parameters", "forecast"]
        failed: list[str] = []

        def over(name: str) -> None:
            left.remove(name)
            if not left:
                answer(foretold=failed)

        for name in tuple(left):
            bridge.ask(
                f"benchmark {name}",
                getattr(console, name),
                lambda _found, name=name: over(name),
                lambda error, name=name: (failed.append(f"{name}: {error!r}"), over(name)),
            )
        return True

    def move_all(self) -> bool:
        """Begin to send all agents of the queue `back` to the queue `front`, as a click does."""
        bridge = self._desktop.bridge
        queues = {row.queue: row.queue_id for row in bridge.board.queues}
        agents = tuple(row.agent_id for row in bridge.board.agents)

        def job() -> object:
            from console.commands.move_agents import MoveAgents

            return bridge.console.do(MoveAgents(agents, (queues["front"],), (queues["back"],)))

        bridge.act(job, self._desktop.window.afterwards.tell_done)
        return True

    def move_back(self) -> bool:
        """Begin to take that back."""
        self._desktop.window.undo()
        return True

    def start_probe(self) -> bool:
        self._seconds.clear()
        self._probe.start()
        self._each_second.start()
        return True

    def stop_probe(self) -> dict[str, list[float]]:
        """How late each tick was, and the longest wait in each second."""
        self._probe.stop()
        self._each_second.stop()
        late, longest, begun = list(self._probe.late_ms), [], 0
        for end in self._seconds:
            if end > begun:
                longest.append(max(late[begun:end]))
            begun = end
        return {"ticks": late, "longest": longest}


def memory() -> dict[str, float]:
    """MB resident now, and at most so far."""
    found: dict[str, float] = {}
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in ("VmRSS", "VmHWM"):
            found[name] = int(value.split()[0]) / 1024
    return {"now": found["VmRSS"], "most": found["VmHWM"]}


def open_watched(options: argparse.Namespace) -> int:
    from widgets import desktop

    stopwatch = Stopwatch()
    watch_painting(stopwatch)

    class Watched(desktop.Desktop):
        def start(self, options: argparse.Namespace) -> None:
            self.listener = Listener(self, stopwatch)
            super().start(options)

    desktop.Desktop = Watched
    return desktop.open_window(options)


def main() -> int:
    from console.shell.door import run

    return run([*sys.argv[1:], "--theme", "dark"], open_watched)


if __name__ == "__main__":
    sys.exit(main())
