"""A table with its line of tools above; it works on the board only while it is seen."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.board import Board
from widgets.bridge import Bridge
from widgets.models.rows import RowModel
from widgets.views.table import Table


class Bar(QWidget):
    """Title of a dock and its tools in one line; the dock is dragged and torn off by it."""

    floated = Signal()
    shut = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("bar")
        self.tools = QHBoxLayout()
        self.tools.setSpacing(6)
        self.title = QLabel(title)
        self.title.setProperty("role", "title")
        line = QHBoxLayout(self)
        line.setContentsMargins(6, 2, 2, 3)
        line.setSpacing(8)
        line.addWidget(self.title)
        line.addLayout(self.tools, 1)
        for sign, words, signal in (
            ("↗", "Tear off or put back", self.floated),
            ("×", "Close this dock; the View menu opens it again", self.shut),
        ):
            button = QPushButton(sign)
            button.setObjectName("link")
            button.setAccessibleName(f"{words}: {title}")
            button.setToolTip(words)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(signal)
            line.addWidget(button)


class FilterLine(QLineEdit):
    """Esc clears it and goes back to the table; arrows go down into the table."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Panel(QFrame):
    """What every dock with a table has in common."""

    name = ""
    title = ""
    opened = Signal(object)  # a row was double-clicked
    knob_pressed = Signal(str, object)  # action, row
    chosen = Signal()  # the selection changed

    def __init__(self, bridge: Bridge, model: RowModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dock")
        self.bridge = bridge
        self.seen = False
        self.model = model
        model.setParent(self)
        self.table = Table(model, self.title)
        self.filter = FilterLine()
        self.filter.setPlaceholderText("type to filter")
        self.filter.setAccessibleName(f"Filter {self.title}")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(190)
        self.bar = Bar(self.title)
        self.tools = self.bar.tools
        self.tools.addWidget(self.filter)
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(6, 0, 6, 0)
        self.foot.setSpacing(6)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(1, 1, 1, 1)
        lines.setSpacing(0)
        lines.addWidget(self.table, 1)
        lines.addLayout(self.foot)
        # Typing is filtered after a breath, so that a fast word sorts 2,000 rows once.
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(60)
        self._breath.timeout.connect(lambda: self.model.set_filter(self.filter.text()))
        self.filter.textChanged.connect(lambda _: self._breath.start())
        self.filter.left.connect(self.table.setFocus)
        self.table.typed.connect(self._type)
        self.table.opened.connect(self.opened)
        self.table.pressed_knob.connect(self.knob_pressed)
        self.table.chosen.connect(self.chosen)
        self.setFocusProxy(self.table)

    def _type(self, text: str) -> None:
        self.filter.setFocus()
        self.filter.insert(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc in the table reaches this where nothing is selected there."""
        if event.key() == Qt.Key.Key_Escape and self.filter.text():
            self.filter.clear()
        else:
            super().keyPressEvent(event)

    def measure(self) -> None:
        """Make room for the controls in its rows, in the face in use."""

    def knob_widths(self, words: Mapping[str, str]) -> dict[str, int]:
        """How wide a control is with these words, in the face in use, by its action."""
        wide = QFontMetrics(self.table.font()).horizontalAdvance
        return {act: wide(text) + 12 for act, text in words.items()}

    def give_controls(self, width: int) -> None:
        """So wide is the column of the controls."""
        place = next(n for n, c in enumerate(self.model.columns) if c.kind == "controls")
        self.table.widths[place] = width

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.measure()
            self.table.fit()

    def rows_of(self, board: Board) -> Sequence[Any]:
        """The rows of the board that this panel shows."""
        raise NotImplementedError

    def is_seen(self) -> bool:
        """A tab behind another counts as visible to Qt; nobody sees it all the same."""
        return self.seen and not self.window().isMinimized()

    def wants_board(self) -> bool:
        return self.is_seen()

    def compare_board(self, board: Board) -> Any:
        return self.model.compare(self.rows_of(board), board)

    def show_board(self, board: Board, prepared: Any) -> None:
        self.model.show(prepared)

    def tick(self, now: int) -> None:
        if self.is_seen():
            self.table.tick(now)
        else:
            self.model.now = now

    def see(self, seen: bool) -> None:
        """The dock came to the front or went behind another."""
        before, self.seen = self.seen, seen
        if seen and not before:
            self.shown()

    def shown(self) -> None:
        """Stale since it was hidden: ask again."""
        self.bridge.renew()


class Asked(Panel):
    """One that asks a question of its own instead of taking the board, when somebody sees it."""

    def __init__(self, bridge: Bridge, model: RowModel, parent: QWidget | None = None) -> None:
        super().__init__(bridge, model, parent)
        self._asking = self._again = False
        bridge.slow_changed.connect(self.load)
        bridge.opened.connect(self.load)

    def wants_board(self) -> bool:
        return False

    def compare_board(self, board: Board) -> None:
        return None

    def shown(self) -> None:
        self.load()

    def load(self) -> None:
        """Ask, if anybody can see the answer."""
        raise NotImplementedError

    def ask_in_turn(self, job: Callable[[], Any], take: Callable[[Any], None]) -> None:
        """Of an answer that takes a while: a question that follows would overtake it, so `load` is
        called again when it is here."""
        if self._asking:
            self._again = True
            return
        self._asking, self._again = True, False

        def landed(found: Any) -> None:
            self._asking = False
            take(found)
            if self._again:
                self.load()

        self.bridge.ask(self.name, job, landed, self._unanswered)

    def _unanswered(self, error: Exception) -> None:
        self._asking = False
        self.bridge.failed.emit(error)
