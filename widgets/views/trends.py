"""Waiting and received over time, for the queues that are selected; a table behind it."""

from array import array
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.domain.board import Board, QueueRow
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.columns import Column
from widgets.models.rows import RowModel
from widgets.views.panel import Bar
from widgets.views.table import Table

SAMPLE_EVERY_US = 15_000_000
KEPT = 12 * 240
QUARTER_US = 900_000_000
MOST = 4
#: The past is asked for once, when the plot is first seen: that far back, in so many looks.
PAST_US, LOOKS = 2 * 3_600_000_000, 120


class History:
    """How many waited in each queue, from the boards as they came; a few bytes for each."""

    def __init__(self) -> None:
        self.samples: deque[tuple[int, array[int]]] = deque(maxlen=KEPT)
        self._places: dict[int, int] = {}

    def add(self, board: Board) -> None:
        """Take a sample of the present; earlier ones may have come from `add_past`."""
        if not self.samples or board.at - self.samples[-1][0] >= SAMPLE_EVERY_US:
            self.samples.append(self._sample(board))

    def add_past(self, past: Sequence[tuple[int, Mapping[int, int]]]) -> None:
        """Instants with the number of waiting contacts of each queue."""
        # Boards that came while the logs were still being read knew less than the past does now.
        last = max((at for at, _ in past), default=0)
        later = [sample for sample in self.samples if sample[0] > last]
        known = [*(self._counted(at, counts) for at, counts in past), *later]
        self.samples = deque(sorted(known, key=lambda sample: sample[0]), maxlen=KEPT)

    def _sample(self, board: Board) -> "tuple[int, array[int]]":
        return self._counted(board.at, {q.queue_id: q.waiting for q in board.queues})

    def _counted(self, at: int, waiting: Mapping[int, int]) -> "tuple[int, array[int]]":
        for queue_id in waiting:
            self._places.setdefault(queue_id, len(self._places))
        counts = array("l", [0]) * len(self._places)
        for queue_id, number in waiting.items():
            counts[self._places[queue_id]] = number
        return at, counts

    def of(self, queue_id: int) -> tuple[list[float], list[float]]:
        place = self._places.get(queue_id, -1)
        # A sample that knows fewer queues was taken before anybody waited in this one.
        found = [
            (at / 1e6, float(c[place]) if place < len(c) else 0.0)
            for at, c in self.samples
            if place >= 0
        ]
        return [at for at, _ in found], [value for _, value in found]


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the table behind the plot."""

    at: int
    queue: str
    waiting: float | None
    received: float | None


_POINTS = (
    Column("at", "time", lambda r: texts.clock(r.at), lambda r: r.at, 110, descending=True),
    Column("queue", "queue", lambda r: r.queue, lambda r: r.queue, 140),
    Column(
        "waiting",
        "waiting",
        lambda r: "" if r.waiting is None else f"{r.waiting:.0f}",
        lambda r: r.waiting,
        80,
        right=True,
    ),
    Column(
        "received",
        "received in 15 min",
        lambda r: "" if r.received is None else f"{r.received:.0f}",
        lambda r: r.received,
        140,
        right=True,
    ),
)


class Trends(QFrame):
    name = "trends"
    title = "Trends"

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dock")
        self.bridge = bridge
        self.history = History()
        self.chosen_ids: list[int] = []
        self.seen = False
        self._charts: list[Any] = []
        self._curves: Any = None
        self._asked_past = self._bringing = False
        self.model = RowModel(_POINTS, key=lambda p: (p.at, p.queue), parent=self)
        self.table = Table(self.model, "Trends as a table")
        self.table.sort_by(0)
        self.words = QLabel("the queue that waits most; select others in the table of queues")
        self.words.setProperty("role", "muted")
        self.as_table = QPushButton("as table")
        self.as_table.setCheckable(True)
        self.as_table.toggled.connect(self._turn)
        self.copy = QPushButton("copy")
        self.copy.setAccessibleName("Copy the figures as a table")
        self.copy.clicked.connect(self.copy_table)
        self.bar = Bar(self.title)
        tools = self.bar.tools
        tools.addWidget(self.words, 1)
        tools.addWidget(self.as_table)
        tools.addWidget(self.copy)
        self.side = QWidget()
        self.plots = QHBoxLayout(self.side)
        self.plots.setContentsMargins(4, 0, 4, 4)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.side)
        self.pages.addWidget(self.table)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(1, 1, 1, 1)
        lines.setSpacing(0)
        lines.addWidget(self.pages, 1)
        bridge.board_shown.connect(self.history.add)
        bridge.slow_changed.connect(self.draw)

    def see(self, seen: bool) -> None:
        """The dock came to the front or went behind another."""
        self.seen = seen
        if seen:
            self._begin()

    def _begin(self) -> None:
        """First seen: bring the plotting library on another thread, then ask for the past."""
        console = self.bridge.console
        if console is None:
            return
        if self._curves is None and not self._bringing:
            self._bringing = True
            self.bridge.bring("widgets.plots.curves", self._take_curves)
        if not self._asked_past:
            self._asked_past = True
            now = self.bridge.now()

            instants = [now - PAST_US * n // LOOKS for n in range(LOOKS, -1, -1)]
            self.bridge.ask("past", lambda: console.waiting_over(instants), self._take_past)
        if self._curves is not None:
            self.draw()

    def _take_past(self, past: list[tuple[int, dict[int, int]]]) -> None:
        self.history.add_past(past)
        self.draw()

    def _take_curves(self, module: Any) -> None:
        if self._curves is None:
            self._curves = module
            for title in ("waiting", "received in each quarter of an hour"):
                chart = module.Chart(title)
                self.plots.addWidget(chart)
                self._charts.append(chart)
        self.draw()

    def choose(self, queues: Sequence[QueueRow]) -> None:
        """The queues selected elsewhere; none means the one that waits most."""
        ids = [queue.queue_id for queue in queues[:MOST]]
        if ids != self.chosen_ids:
            self.chosen_ids = ids
            self.draw()

    def shown_queues(self) -> list[QueueRow]:
        board = self.bridge.board
        if board is None:
            return []
        by_id = {queue.queue_id: queue for queue in board.queues}
        found = [by_id[each] for each in self.chosen_ids if each in by_id]
        if not found and board.queues:
            found = [max(board.queues, key=lambda q: q.waiting)]
        return found

    def draw(self) -> None:
        if not self.seen:
            return
        if self._curves is None:
            self._begin()
        board, queues = self.bridge.board, self.shown_queues()
        if board is None or not queues:
            return
        self.words.setText(texts.names([q.queue for q in queues]))
        if self.as_table.isChecked():
            self.model.show_rows(self.points(board, queues))
            return
        if self._curves is None:
            return
        make = self._curves.Curve
        waiting = [make(q.queue, *self.history.of(q.queue_id)) for q in queues]
        starts = _quarters(board)
        received = [make(q.queue, [at / 1e6 for at in starts], q.trend) for q in queues]
        self._charts[0].show_curves(waiting)
        self._charts[1].show_curves(received)

    def dress(self) -> None:
        """The theme changed."""
        for chart in self._charts:
            chart.dress()
        self.draw()

    def points(self, board: Board, queues: Sequence[QueueRow]) -> list[Point]:
        found: list[Point] = []
        for queue in queues:
            for at, value in zip(*self.history.of(queue.queue_id), strict=True):
                found.append(Point(round(at * 1e6), queue.queue, value, None))
            for at, value in zip(_quarters(board), queue.trend, strict=True):
                found.append(Point(at, queue.queue, None, value))
        return found

    def copy_table(self) -> None:
        """The figures as tab-separated lines, for a spreadsheet."""
        board, queues = self.bridge.board, self.shown_queues()
        if board is None:
            return
        lines = ["\t".join(column.title for column in _POINTS)]
        for point in sorted(self.points(board, queues), key=lambda p: (p.at, p.queue)):
            lines.append("\t".join(column.text(point) for column in _POINTS))
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _turn(self, table: bool) -> None:
        self.pages.setCurrentIndex(1 if table else 0)
        self.draw()


def _quarters(board: Board) -> list[int]:
    """When each step of a trend began."""
    steps = len(board.queues[0].trend) if board.queues else 0
    last = board.at - board.at % QUARTER_US
    return [last - (steps - 1 - n) * QUARTER_US for n in range(steps)]
