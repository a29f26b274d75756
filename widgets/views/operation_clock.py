"""The clock of an operation in the strip: T+07:12 of 48:00, and how much of it has gone."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from console.domain.playbooks import PLANNED, OperationRow
from console.domain.times import now_us
from widgets import theme
from widgets.views.elided import Elided

MINUTE = 60_000_000


def passed(us: int) -> str:
    """“07:12”, hours and minutes; hours are not counted in days."""
    minutes = max(0, us) // MINUTE
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


class Gauge(QWidget):
    """A bar that fills; past its end it is full and marked."""

    def __init__(self) -> None:
        super().__init__()
        self.share = 0.0
        self.setFixedHeight(5)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("control"))
        wide = round(self.width() * min(self.share, 1.0))
        token = "warn" if self.share > 1 else "spark"
        painter.fillRect(0, 0, max(wide, 2), self.height(), theme.color(token))


class OperationClock(QWidget):
    """Hidden while no operation runs. In a rehearsal its time is the rehearsal's."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.row: OperationRow | None = None
        self.number, self.title, self.gauge = QLabel(), Elided(), Gauge()
        face = self.number.font()
        face.setPointSizeF(face.pointSizeF() * 1.15)
        face.setBold(True)
        self.number.setFont(face)
        small = self.title.font()
        small.setPointSizeF(small.pointSizeF() * 0.88)
        self.title.setFont(small)
        room = self.number.fontMetrics().horizontalAdvance("◆ T+00:00 of 00:00")
        self.title.setMaximumWidth(room)
        self.setMinimumWidth(room)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(1)
        for each in (self.number, self.gauge, self.title):
            lines.addWidget(each)
        self.hide()

    def show_operation(self, row: OperationRow | None) -> None:
        self.row = row
        self.setVisible(row is not None)
        self.tick()

    def tick(self, now: int | None = None) -> None:
        """`now` is microseconds UTC; None asks for the present."""
        row = self.row
        if row is None:
            return
        now = now_us() if now is None else now
        gone = now - row.started_at
        due = [
            item.title
            for item in row.items
            if item.state == PLANNED and item.due_at is not None and item.due_at <= now
        ]
        over = gone > row.planned_us
        words = f"{'◆ ' if over else ''}T+{passed(gone)} of {passed(row.planned_us)}"
        if self.number.text() != words:
            self.number.setText(words)
            self.setAccessibleName(f"Operation {row.name}, {words}")
        self.title.say(f"◆ {len(due)} due · {row.name}" if due else row.name)
        self.gauge.share = gone / row.planned_us
        self.gauge.update()
        past = f"\nplanned to be over {passed(gone - row.planned_us)} ago" if over else ""
        more = "".join(f"\n◆ due: {title}" for title in due[:10])
        self.setToolTip(
            f"Operation {row.name}, {words}{past}{more}\nPress to see its list (Ctrl+P)"
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
