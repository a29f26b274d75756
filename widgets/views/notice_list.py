"""Past notices, newest first; seeing them acknowledges the problems among them."""

from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from widgets.notices import Notices, listed
from widgets.views.panel import Bar


class NoticeList(QFrame):
    name = "notices"
    title = "Notices"

    def __init__(self, notices: Notices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dock")
        self.notices = notices
        self.seen = False
        self.told = QLabel()
        self.told.setProperty("role", "muted")
        self.button = QPushButton("Acknowledge all")
        self.button.clicked.connect(notices.acknowledge_all)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Past notices")
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.bar = Bar(self.title)
        tools = self.bar.tools
        tools.addWidget(self.told, 1)
        tools.addWidget(self.button)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(1, 1, 1, 1)
        lines.setSpacing(0)
        lines.addWidget(self.text)
        notices.changed.connect(self.load)

    def see(self, seen: bool) -> None:
        """The dock came to the front or went behind another."""
        self.seen = seen
        self.load()

    def load(self) -> None:
        if self.seen:
            number = self.notices.problems()
            self.told.setText(f"▲ {number} not acknowledged" if number else "all acknowledged")
            self.button.setEnabled(number > 0)
            words = "\n".join(listed(notice) for notice in self.notices.past)
            if words != self.text.toPlainText():
                self.text.setPlainText(words or "no notice yet")
