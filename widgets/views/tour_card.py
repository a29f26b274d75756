"""What the tour draws: an outline around a part of the window, an arrow to it, a card of words."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPolygon, QRegion
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from widgets import theme

RING, ARROW, WIDE = 3, 14, 360


class Outline(QWidget):
    """A ring around what is meant; clicks go through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def around(self, place: QRect) -> None:
        self.setGeometry(place)
        inside = self.rect().adjusted(RING, RING, -RING, -RING)
        self.setMask(QRegion(self.rect()).subtracted(QRegion(inside)))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(theme.color("focus"), 2 * RING))
        painter.drawRect(self.rect())


class Arrow(QWidget):
    """Between the card and what is meant; its tip is towards that."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.side = "below"
        self.resize(2 * ARROW, 2 * ARROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("focus"))
        w, h = self.width(), self.height()
        points = {
            "below": ((w // 2, 0), (w, h), (0, h)),
            "above": ((w // 2, h), (w, 0), (0, 0)),
            "right": ((0, h // 2), (w, 0), (w, h)),
            "left": ((w, h // 2), (0, 0), (0, h)),
        }[self.side]
        painter.drawPolygon(QPolygon([QPoint(*point) for point in points]))


class TourCard(QFrame):
    """Stands beside what it speaks of, and is in nobody's way."""

    next_pressed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tour")
        self.number, self.words = QLabel(), QLabel()
        self.number.setProperty("role", "muted")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.next = QPushButton("Next")
        self.leave = QPushButton("Leave · Esc")
        self.leave.setAccessibleName("Leave the tour")
        foot = QHBoxLayout()
        foot.addWidget(self.number, 1)
        foot.addWidget(self.leave)
        foot.addWidget(self.next)
        lines = self.lines = QVBoxLayout(self)
        lines.setContentsMargins(14, 10, 12, 10)
        lines.setSpacing(8)
        lines.addWidget(self.words)
        lines.addLayout(foot)
        self.next.clicked.connect(self.next_pressed)
        self.leave.clicked.connect(self.left)

    def say(self, words: str, number: int, of: int) -> None:
        self.words.setText(words)
        self.number.setText(f"{number} of {of}")
        self.next.setText("Done" if number == of else "Next")
        self.setAccessibleName(f"Tour, {number} of {of}: {words}")
        # Whoever has it read to them hears it when the button gets the focus.
        self.next.setAccessibleName(f"{self.next.text()}: {words}")
        self.lines.activate()

    def needs(self) -> QSize:
        least = self.lines.totalMinimumSize().height()
        return QSize(WIDE, max(self.lines.totalHeightForWidth(WIDE), least))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.leave if self.leave.hasFocus() else self.next).click()
        else:
            super().keyPressEvent(event)


def placed(size: QSize, target: QRect, room: QRect) -> tuple[QRect, str]:
    """Where a card of that size stands beside `target` inside `room`, and on which side of it.

    It covers nothing of what it speaks of; it stands inside, at the foot, only where all is target.
    """
    gap = ARROW + 4
    middle = target.center()
    spots = (
        ("below", QPoint(middle.x() - size.width() // 2, target.bottom() + gap)),
        ("above", QPoint(middle.x() - size.width() // 2, target.top() - gap - size.height())),
        ("right", QPoint(target.right() + gap, middle.y() - size.height() // 2)),
        ("left", QPoint(target.left() - gap - size.width(), middle.y() - size.height() // 2)),
    )
    for side, spot in spots:
        box = _inside(QRect(spot, size), room)
        if room.contains(box) and not box.intersects(target.adjusted(-4, -4, 4, 4)):
            return box, side
    foot = QPoint(middle.x() - size.width() // 2, target.bottom() - size.height() - gap)
    return _inside(QRect(foot, size), room), ""


def _inside(box: QRect, room: QRect) -> QRect:
    moved = QRect(box)
    if moved.right() > room.right():
        moved.moveRight(room.right())
    if moved.bottom() > room.bottom():
        moved.moveBottom(room.bottom())
    moved.moveLeft(max(moved.left(), room.left()))
    moved.moveTop(max(moved.top(), room.top()))
    return moved


def arrow_between(card: QRect, target: QRect, side: str) -> QRect:
    """Where the arrow stands, touching the card, its tip at the target."""
    x = max(card.left() + ARROW, min(target.center().x(), card.right() - ARROW))
    y = max(card.top() + ARROW, min(target.center().y(), card.bottom() - ARROW))
    return {
        "below": QRect(x - ARROW, card.top() - ARROW, 2 * ARROW, ARROW),
        "above": QRect(x - ARROW, card.bottom() + 1, 2 * ARROW, ARROW),
        "right": QRect(card.left() - ARROW, y - ARROW, ARROW, 2 * ARROW),
        "left": QRect(card.right() + 1, y - ARROW, ARROW, 2 * ARROW),
    }[side]
