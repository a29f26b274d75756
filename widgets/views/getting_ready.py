"""While a rehearsal gets ready: what it is about, and how far it is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from console.domain.board import Board
from console.domain.rehearsal import PREPARING, RehearsalState
from widgets import texts

HOUR = 3_600_000_000


class GettingReady(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.setAccessibleName("The rehearsal gets ready")
        self._plays = False
        card = QFrame()
        card.setObjectName("notice")
        card.setMaximumWidth(720)
        self.title = self._words()
        face = self.title.font()
        face.setPointSizeF(face.pointSizeF() * 1.7)
        face.setBold(True)
        self.title.setFont(face)
        self.story, self.goals = self._words(), self._words()
        self.step = self._words()
        self.step.setProperty("role", "muted")
        self.bar = QProgressBar()
        self.bar.setAccessibleName("How far the rehearsal is")
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        lines = QVBoxLayout(card)
        lines.setContentsMargins(32, 28, 32, 28)
        lines.setSpacing(12)
        for each in (self.title, self.story, self.goals, self.bar, self.step):
            lines.addWidget(each)
        outer, middle = QVBoxLayout(self), QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card, 3)
        middle.addStretch(1)
        outer.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(2)

    def _words(self) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label

    def begin(self, title: str, story: str, goals: Sequence[str]) -> None:
        self.title.setText(f"Rehearsal: {title}")
        self.story.setText(story)
        mission = "\n".join(f"◆  {goal}" for goal in goals)
        self.goals.setText(f"Your mission\n{mission}" if goals else "")
        self._say("The centre is being opened. Nothing in it is real.")

    def show_state(self, state: RehearsalState) -> None:
        self._plays = True
        if state.state == PREPARING:
            share, words = state.prepared, "What has happened before you take over is being played"
            if state.history is not None and state.history < 1:
                share, words = state.history, "The days before the beginning are being played"
            self.bar.setRange(0, 100)
            self.bar.setValue(round(100 * share))
            self._say(f"{words}: {texts.percent(100 * share)}")

    def show_board(self, board: Board) -> None:
        """The centre runs; what its systems have written is being read."""
        if self._plays:
            self.bar.setRange(0, 0)
            lines = sum(source.lines for source in board.sources)
            read = f", {texts.count(lines)} lines and records so far" if lines else ""
            self._say(f"What its systems have written is being read{read}")

    def fail(self, words: str) -> None:
        self.bar.hide()
        self._say(f"▲ The rehearsal could not go on. {words}")

    def _say(self, words: str) -> None:
        if self.step.text() != words:
            self.step.setText(words)
            self.setAccessibleDescription(words)
