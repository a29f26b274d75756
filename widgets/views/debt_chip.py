"""Contact debt in the strip: open needs, their hours, which way they go, and when it is paid."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from console.domain.debt import DebtGauge
from console.domain.debt_words import chip, spoken, tip
from widgets.views.elided import Elided

#: From this excess on, sure of it, debt is marked.
MARKED = 0.1
_WIDEST = "0000 needs · 000 h ↗"


class DebtChip(QWidget):
    """Hidden until there is anything to say. Below the figure stands when it is paid, if told."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.number, self.payoff = QLabel(), Elided()
        self.number.setTextFormat(Qt.TextFormat.PlainText)
        self.payoff.setProperty("role", "muted")
        self._payoff_tip = self._tip = ""
        self._words = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(1)
        lines.addWidget(self.number)
        lines.addWidget(self.payoff)
        self._size()
        self.payoff.say("contact debt")
        self.hide()

    def _size(self) -> None:
        face = self.font()
        face.setPointSizeF(face.pointSizeF() * 1.15)
        face.setBold(True)
        self.number.setFont(face)
        small = self.font()
        small.setPointSizeF(small.pointSizeF() * 0.88)
        self.payoff.setFont(small)
        room = self.number.fontMetrics().horizontalAdvance(_WIDEST)
        self.payoff.setMaximumWidth(room)

    def show_gauge(self, gauge: DebtGauge) -> bool:
        """Whether the room that it needs may be another now."""
        if not gauge.attempts and not gauge.open.inside:
            shown = not self.isHidden()
            self.hide()
            return shown
        low = gauge.excess.low
        marked = low is not None and low >= MARKED
        words = f"{'◆ ' if marked else ''}{chip(gauge)}"
        self._tip = f"{tip(gauge)}\nPress to see where it comes from (F6)"
        self._tell()
        if words == self._words and not self.isHidden():
            return False
        self._words = words
        self.number.setText(words)
        self.setAccessibleName(spoken(gauge))
        self.show()
        return True

    def show_payoff(self, words: str, tip: str) -> None:
        self.payoff.say(words or "contact debt")
        self._payoff_tip = tip
        self._tell()

    def _tell(self) -> None:
        words = "\n".join(text for text in (self._payoff_tip, self._tip) if text)
        if self.toolTip() != words:
            self.setToolTip(words)
            self.payoff.setToolTip(words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()


__all__ = ["DebtChip"]
