"""The first start: nothing is configured, so say what to do and offer the sample."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

PLACES = (
    "Asterisk, FreePBX, Issabel: /var/log/asterisk (it holds queue_log)",
    "A PBX on another machine: the folder on your network share where queue_log is copied",
    "Amazon Connect, Genesys Cloud, Zendesk, Twilio, NICE CXone, Five9, Freshdesk, Intercom: the "
    "folder where their exports arrive",
    "A past recording, or any other table: import the files, or drop them on this window",
)


class FirstStart(QWidget):
    watch_pressed = Signal()
    import_pressed = Signal()
    sample_pressed = Signal()
    rehearse_pressed = Signal()
    skipped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.setAccessibleName("First start")
        card = QFrame()
        card.setObjectName("notice")
        card.setMaximumWidth(720)
        lines = QVBoxLayout(card)
        lines.setContentsMargins(32, 28, 32, 28)
        lines.setSpacing(12)
        title = QLabel("Nothing is on the board yet")
        face = title.font()
        face.setPointSizeF(face.pointSizeF() * 1.7)
        face.setBold(True)
        title.setFont(face)
        lines.addWidget(title)
        lines.addWidget(
            self._words(
                "Coalface reads the exports that your systems write anyway. Choose the folder "
                "where they are written; reading changes nothing there. Queues and agents appear "
                "as they are found, and the folder is remembered."
            )
        )
        for place in PLACES:
            lines.addWidget(self._words(f"·  {place}", "muted"))
        self.watch = QPushButton("Choose a folder to follow…")
        self.watch.setDefault(True)
        self.watch.clicked.connect(self.watch_pressed)
        self.bring = QPushButton("Import files…")
        self.bring.setToolTip("Look at files before they are read: what they are, what is needed")
        self.bring.clicked.connect(self.import_pressed)
        self.rehearse = QPushButton("Rehearse…")
        self.rehearse.setToolTip("Lead a centre that does not exist, in a window of its own (F4)")
        self.rehearse.clicked.connect(self.rehearse_pressed)
        self.sample = QPushButton("Open the sample hour")
        self.sample.clicked.connect(self.sample_pressed)
        self.skip = QPushButton("Show the empty board")
        self.skip.setObjectName("link")
        self.skip.clicked.connect(self.skipped)
        row = QHBoxLayout()
        row.addWidget(self.watch)
        row.addWidget(self.bring)
        row.addWidget(self.rehearse)
        row.addWidget(self.sample)
        row.addStretch(1)
        lines.addSpacing(8)
        lines.addLayout(row)
        lines.addWidget(
            self._words(
                "A rehearsal is a centre of our own making that obeys you: in trouble, with a "
                "mission and a score. The sample is a past hour of three queues and twelve agents, "
                "played as if it happened now. Both open in windows of their own.",
                "muted",
            )
        )
        lines.addWidget(self.skip, 0, Qt.AlignmentFlag.AlignRight)
        outer = QVBoxLayout(self)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card, 3)
        middle.addStretch(1)
        outer.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(2)

    def _words(self, text: str, role: str = "") -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if role:
            label.setProperty("role", role)
        return label

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.watch.setFocus(Qt.FocusReason.OtherFocusReason)
