"""What the forecast says of a control, under its preview: it comes later, and moves nothing."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.foreseen import STEERING, Foreseen, PostureForeseen
from widgets.bridge import Bridge
from widgets.models import foreseen as words
from widgets.views.elided import Elided

#: A number that is still being turned is not computed for.
BREATH_MS = 220
LINES = 3
COMPUTING = "◌ the forecast is computing …"
FAILED = "– the forecast could not be made"


class ForeseenPanel(QWidget):
    """Room for all of it from the start, so that what is under the mouse stays there."""

    landed = Signal()  # nothing is computed any more

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.found: Foreseen | None = None
        self._about: Any = None
        self._serial = 0
        self._job: Callable[[Callable[[], bool]], Any] | None = None
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(BREATH_MS)
        self._breath.timeout.connect(self._ask)
        self.verdict = Elided()
        self.verdict.setAccessibleName("What the forecast says")
        self.more = QPushButton("more…")
        self.more.setObjectName("link")
        self.more.setToolTip("All that the forecast says of it, with what was assumed (Ctrl+Space)")
        self.more.setAccessibleName("All that the forecast says of it")
        self.more.clicked.connect(self.open_more)
        self.columns = [[Elided() for _ in range(LINES)] for _ in range(3)]
        for label in self.columns[2]:
            label.setProperty("role", "warn")
        for label in (*self.columns[0], *self.columns[1]):
            label.setProperty("role", "")
        self.basis = Elided()
        head = QHBoxLayout()
        head.addWidget(self.verdict, 1)
        head.addWidget(self.more)
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(1)
        for place, labels in enumerate(self.columns):
            # Cautions are the longest words.
            grid.setColumnStretch(place, 4 if place == 2 else 3)
            for line, label in enumerate(labels):
                grid.addWidget(label, line, place)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 2, 0, 0)
        lines.setSpacing(1)
        lines.addLayout(head)
        lines.addLayout(grid)
        lines.addWidget(self.basis)
        self.hide()

    # Asking --------------------------------------------------------------------------------------

    def begin(self, command: Any, job: Callable[[Callable[[], bool]], Any] | None = None) -> None:
        """Foresee a command, or what `job` says; the same again is not computed again. Commands
        that do nothing to the centre are not asked about."""
        if job is None and getattr(command, "name", "") not in STEERING:
            self.end()
            return
        about = _about(command)
        if about == self._about and not self.isHidden():
            return
        first = self._about is None
        self._about = about
        self._serial += 1
        console = self.bridge.console
        self._job = job or (lambda overtaken: console.foresee(command, overtaken))
        self._keep_room()
        self._tell(COMPUTING, "muted")
        self.show()
        if first:
            self._ask()
        else:
            self._breath.start()

    def _keep_room(self) -> None:
        """A verdict is bold, and no line is lower while it is empty."""
        bold = QFont(self.font())
        bold.setBold(True)
        self.verdict.setFixedHeight(QFontMetrics(bold).height() + 4)
        for label in (*(label for labels in self.columns for label in labels), self.basis):
            label.setFixedHeight(label.fontMetrics().height() + 1)

    def end(self) -> None:
        """Nobody waits for an answer any more."""
        self._serial += 1
        self._about = self._job = self.found = None
        self._breath.stop()
        self.hide()

    def _ask(self) -> None:
        job, mine = self._job, self._serial
        if job is None:
            return

        def overtaken() -> bool:
            return self._serial != mine

        def landed(found: Any) -> None:
            if not overtaken() and found is not None:
                self.show_foreseen(found.whole if isinstance(found, PostureForeseen) else found)
                self.landed.emit()

        def failed(_: Exception) -> None:
            if not overtaken():
                self._tell(FAILED, "muted")
                self.landed.emit()

        self.bridge.ask("foresee", lambda: None if overtaken() else job(overtaken), landed, failed)

    # Showing -------------------------------------------------------------------------------------

    def show_foreseen(self, found: Foreseen) -> None:
        self._tell(words.head(found), words.ROLES.get(found.verdict, ""))
        self.found = found
        now = self.bridge.now()
        cautions = words.beware(found)
        shown = cautions[: words.FEW]
        if len(cautions) > words.FEW:
            shown[-1] = f"{shown[-1]} · and {len(cautions) - words.FEW} more"
        for labels, texts in zip(
            self.columns, (words.figures(found), words.aside(found), shown), strict=True
        ):
            for label, text in zip(labels, [*texts, *[""] * LINES][:LINES], strict=True):
                label.say(text)
        self.basis.say(words.basis(found.basis, now), words.whole(found, now))
        self.more.setEnabled(True)

    def _tell(self, text: str, role: str) -> None:
        self.found = None
        self.verdict.say(text)
        font = self.verdict.font()
        font.setBold(role in ("good", "bad", "warn"))
        self.verdict.setFont(font)
        self.verdict.setProperty("role", role)
        self.verdict.style().unpolish(self.verdict)
        self.verdict.style().polish(self.verdict)
        for label in (*(label for labels in self.columns for label in labels), self.basis):
            label.say("")
        self.more.setEnabled(False)

    def open_more(self) -> None:
        if self.found is not None:
            show_whole(self, self.found.title, words.whole(self.found, self.bridge.now()))


def show_whole(parent: QWidget, title: str, text: str) -> QDialog:
    """All of it in a window of its own; Esc closes it."""
    dialog = QDialog(parent.window())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(f"Forecast: {title}")
    reader = QPlainTextEdit(text)
    reader.setReadOnly(True)
    reader.setAccessibleName("What the forecast says of it")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.close)
    lines = QVBoxLayout(dialog)
    lines.addWidget(reader)
    lines.addWidget(buttons)
    wide = reader.fontMetrics().averageCharWidth() * 110
    tall = reader.fontMetrics().lineSpacing() * 30
    dialog.resize(min(wide, parent.window().width() - 40), min(tall, parent.window().height() - 60))
    QShortcut(QKeySequence(Qt.Key.Key_Escape), dialog, dialog.close)
    dialog.open()
    return dialog


def _about(command: Any) -> Any:
    """What customers are told changes nothing in the forecast: a letter is no new question."""
    fields = getattr(command, "__dataclass_fields__", {})
    if "message" not in fields:
        return command
    return type(command), tuple(getattr(command, name) for name in fields if name != "message")
