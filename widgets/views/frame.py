"""The striped frame around every window of a rehearsal: no picture of it passes for the real thing.

Its shape says so as well as its colour: stripes, and the word in its upper edge.
"""

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QMainWindow, QWidget

from widgets import theme

THICK, STRIPE = 4, 12
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


class Frame(QWidget):
    """Lies over the edge of its parent, takes no click and no key, and goes where that goes."""

    def __init__(self, parent: QWidget, word: str) -> None:
        super().__init__(parent)
        self.word, self.over = word, parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"{word}: nothing in this window is real")
        parent.installEventFilter(self)
        self.lie()
        self.show()

    def tag(self) -> QRect:
        """Where the word stands: where the menus of a window leave room, else in the very edge."""
        over = self.over
        menus = over.menuWidget() if isinstance(over, QMainWindow) else None
        if menus is None:
            return QRect()
        wide = self._metrics_width() + 20
        return QRect(over.width() - wide - 8, 0, wide, max(menus.height(), 16))

    def _metrics_width(self) -> int:
        return self.fontMetrics().horizontalAdvance(f"◆ {self.word} ◆") * 9 // 8

    def lie(self) -> None:
        """Over the whole parent, but only its edge is ours: what changes inside costs no more."""
        self.setGeometry(self.over.rect())
        inside = self.rect().adjusted(THICK, THICK, -THICK, -THICK)
        self.setMask(QRegion(self.rect()).subtracted(QRegion(inside)).united(QRegion(self.tag())))
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (
            QEvent.Type.Resize,
            QEvent.Type.Show,
            QEvent.Type.LayoutRequest,
            QEvent.Type.ChildAdded,
        ):
            self.lie()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("ground"))
        stripes = QPen(theme.color("warn_words"), 2 * THICK)
        stripes.setCapStyle(Qt.PenCapStyle.FlatCap)
        stripes.setDashPattern([STRIPE / (2 * THICK)] * 2)
        painter.setPen(stripes)
        painter.drawRect(self.rect())
        tag = self.tag()
        if tag.isValid():
            painter.fillRect(tag, theme.color("warn"))
            painter.setPen(theme.color("warn_text"))
            face = QFont(self.font())
            face.setBold(True)
            painter.setFont(face)
            painter.drawText(tag, _CENTRE, f"◆ {self.word} ◆")
