"""The reminder under the strip: what stands otherwise than usual, until it is as it was."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QWidget

from console.domain.board import Board
from console.domain.overrides import CHANNEL, OverrideRow
from widgets.models.overrides import headline, ordered, wrong
from widgets.views.elided import Elided
from widgets.views.strip import dress


class Banner(QFrame):
    """Seen while anything stands otherwise than usual, whatever dock is in front."""

    show_pressed = Signal()
    revert_pressed = Signal(object)  # rows
    open_pressed = Signal(str)  # a channel that should have reopened
    gone = Signal()  # it hid with the focus on one of its buttons

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAccessibleName("What stands otherwise than usual")
        self.rows: tuple[OverrideRow, ...] = ()
        self.words = Elided()
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.open = QPushButton()
        self.all = QPushButton("Show all")
        self.revert = QPushButton("Revert all…")
        self.all.setToolTip("List them, each with its age and its state (Ctrl+Shift+V)")
        self.revert.setToolTip("Bring all of it back in one act; its preview comes first (Ctrl+B)")
        for button, says in (
            (self.all, "Show all that stands otherwise than usual"),
            (self.revert, "Revert all that stands otherwise than usual"),
        ):
            button.setAccessibleName(says)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 2, 10, 2)
        line.setSpacing(8)
        line.addWidget(self.words, 1)
        for button in (self.open, self.all, self.revert):
            line.addWidget(button)
        self.all.clicked.connect(self.show_pressed)
        self.revert.clicked.connect(lambda: self.revert_pressed.emit(self.rows))
        self.open.clicked.connect(lambda: self.open_pressed.emit(self._due()))
        self.hide()

    def _due(self) -> str:
        """The channel that should have reopened first; empty where none should."""
        due = [row for row in self.rows if row.kind == CHANNEL and row.overdue]
        return min(due, key=lambda row: row.until or 0).name if due else ""

    def wants_board(self) -> bool:
        return True

    def compare_board(self, board: Board) -> None:
        return None

    def show_board(self, board: Board, prepared: Any = None) -> None:
        if board.overrides == self.rows:
            return
        self.rows = board.overrides
        if not self.rows:
            # Qt would give the focus to whatever comes next: a line that takes letters.
            focused = self.isAncestorOf(QApplication.focusWidget() or self)
            self.hide()
            if focused:
                self.gone.emit()
            return
        words = headline(self.rows)
        rows = ordered(self.rows)
        self.words.say(words, "\n".join(wrong(row) or row.title for row in rows[:30]))
        self.words.setAccessibleName(words)
        alarming = any(row.alarming for row in rows)
        dress(self.words, "role", "bad" if alarming else "warn")
        if self.property("tone") != ("bad" if alarming else "warn"):
            self.setProperty("tone", "bad" if alarming else "warn")
            self.style().unpolish(self)
            self.style().polish(self)
        due = self._due()
        self.open.setVisible(bool(due))
        self.open.setText(f"Open {due}")
        self.open.setAccessibleName(f"Open {due}, which should have reopened")
        self.show()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_pressed.emit()
