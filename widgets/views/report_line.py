"""One line at the foot of the window: what went wrong, about the work and not the person."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from widgets.bridge import Bridge

CATEGORIES = ("", "system", "process", "knowledge", "customer", "workload", "equipment", "other")
SEVERITIES = ("", "minor", "slows us down", "stops us")


class Chip(QPushButton):
    """Something taken from the selection; a press leaves it out."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what = what
        self.value = ""
        self.hide()
        self.clicked.connect(lambda: self.take(""))

    def take(self, value: str) -> None:
        self.value = value
        self.setText(f"{self.what} {value} ×")
        self.setAccessibleName(f"{self.what} {value}, press to leave it out")
        self.setToolTip(f"{self.what} {value} goes with the report; click to leave it out")
        self.setVisible(bool(value))


class Line(QLineEdit):
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class ReportLine(QFrame):
    saved = Signal(str)  # the report's id
    refused = Signal(object)  # the exception
    left = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("line")
        self.bridge = bridge
        self._saving = False
        self.mark = QLabel("Ctrl+L")
        self.mark.setProperty("role", "muted")
        self.line = Line()
        self.line.setPlaceholderText("What went wrong? (about the work, not the person)")
        self.line.setAccessibleName("Report: what went wrong, about the work, not the person")
        self.line.setMaxLength(2000)
        self.agent = Chip("agent")
        self.contact = Chip("contact")
        self.category = QComboBox()
        self.severity = QComboBox()
        for box, words, name in (
            (self.category, CATEGORIES, "category"),
            (self.severity, SEVERITIES, "how bad"),
        ):
            for word in words:
                box.addItem(word or f"{name} ▾", word)
            box.setAccessibleName(f"{name}, optional")
            box.setToolTip(f"{name}, optional")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.told = QLabel()
        self.told.setProperty("role", "good")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(6)
        row.addWidget(self.mark)
        row.addWidget(self.line, 1)
        for each in (self.agent, self.contact, self.category, self.severity, self.told):
            row.addWidget(each)
        self.hints = QLabel("Ctrl+K commands · F11 wall")
        self.hints.setProperty("role", "muted")
        row.addWidget(self.hints)
        self.line.returnPressed.connect(self.save)
        self.line.left.connect(self.left)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(4000)
        self._fade.timeout.connect(self.told.clear)

    def begin(self, agent: str, contact: str) -> None:
        """Start a report with what is selected; what was typed before is still there."""
        if not self.line.text():
            self.agent.take(agent)
            self.contact.take(contact)
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def save(self) -> None:
        """Save; the text stays until the console says that it is safe."""
        what = self.line.text().strip()
        if not what or self._saving:
            return
        if self.bridge.console is None:
            self.told.setText("not open yet, press Enter again")
            return
        self._saving = True
        self.line.setReadOnly(True)
        self.told.setText("saving …")
        console = self.bridge.console
        agent, contact = self.agent.value, self.contact.value
        category, severity = self.category.currentData(), self.severity.currentData()
        # Not among the writes: a report is safe on the disk also while the database is busy.
        self.bridge.ask(
            "",
            lambda: console.report(
                what, agent=agent, contact=contact, category=category, severity=severity
            ),
            self._done,
            self._failed,
        )

    def _done(self, report_id: str) -> None:
        self._saving = False
        self.line.setReadOnly(False)
        self.line.clear()
        self.agent.take("")
        self.contact.take("")
        self.category.setCurrentIndex(0)
        self.severity.setCurrentIndex(0)
        self.told.setText("● saved")
        self._fade.start()
        self.saved.emit(report_id)
        self.bridge.note_change()

    def _failed(self, error: Exception) -> None:
        self._saving = False
        self.line.setReadOnly(False)
        self.told.setText("▲ not saved, Enter tries again")
        self.refused.emit(error)
