"""How a source's platform is told what to do: its connection, and how the line stands."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.acts import Receipt
from console.errors import ConsoleError
from widgets import texts
from widgets.bridge import Bridge
from widgets.views.choice import Choice

LOOK_MS = 500
NO_KEYRING = (
    "◆ This system has no keyring: the secret is known until this console closes, and asked for "
    "again after that."
)
SIGNS = {"up": "●", "connecting": "○", "down": "▲", "refused": "▲", "off": "‖"}
ROLES = {"up": "muted", "connecting": "muted", "off": "muted", "down": "bad", "refused": "bad"}


class ConnectDialog(QDialog):
    """Stays open after saving: whether the line comes up is the answer that counts."""

    recorded = Signal(object)  # Receipt

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Connect a platform")
        self.setMinimumWidth(600)
        self.source = Choice()
        self.source.setEditable(True)
        self.source.setAccessibleName("Source")
        self.kind = Choice()
        self.kind.setAccessibleName("Platform")
        self.about = QLabel(
            "Until a source is connected, what you order is written to the outbox folder."
        )
        self.about.setProperty("role", "muted")
        self.rows = QFormLayout()
        self.rows.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.rows.addRow("Source", self.source)
        self.rows.addRow("Platform", self.kind)
        self.fields: dict[str, QWidget] = {}
        self.stands = self._words("How the line stands")
        self.fault = self._words("What is wrong")
        self.fault.setProperty("role", "bad")
        self.save_button = QPushButton("Connect · Enter")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.save)
        self.end_button = QPushButton("End the connection")
        self.end_button.setAutoDefault(False)
        self.end_button.clicked.connect(self.end)
        leave = QPushButton("Leave · Esc")
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.end_button)
        foot.addStretch(1)
        foot.addWidget(leave)
        foot.addWidget(self.save_button)
        lines = QVBoxLayout(self)
        lines.addWidget(self.about)
        lines.addLayout(self.rows)
        lines.addWidget(self.stands)
        lines.addWidget(self.fault)
        lines.addLayout(foot)
        self._kinds: dict[str, Any] = {}
        self._lines: dict[str, Any] = {}
        self._wanted = ""
        self.kind.currentIndexChanged.connect(self._show_fields)
        self.source.currentTextChanged.connect(self._show_line)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._ask)
        self.finished.connect(self._look.stop)

    def _words(self, name: str) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setAccessibleName(name)
        label.hide()
        return label

    def begin(self, sources: Sequence[str], chosen: str = "") -> None:
        """`sources` to choose from; the console is asked what can be connected."""
        self.source.addItems(list(sources))
        self.source.setCurrentText(chosen)
        self._wanted = chosen
        console = self.bridge.console
        if console is not None:
            self.bridge.ask("kinds", lambda: (console.kinds(), console.lines()), self._take_kinds)
        self.show()

    def _take_kinds(self, landed: tuple[Sequence[Any], Sequence[Any]]) -> None:
        kinds, lines = landed
        self._lines = {line.source: line for line in lines}
        self._kinds = {kind.kind: kind for kind in kinds}
        self.kind.blockSignals(True)
        for kind in kinds:
            self.kind.addItem(kind.title, kind.kind)
        self.kind.blockSignals(False)
        self._show_line()
        self._show_fields()
        self._look.start()

    def _show_line(self) -> None:
        """The connection that the chosen source has, if it has one."""
        line = self._lines.get(self.source.currentText().strip())
        self.end_button.setVisible(line is not None)
        self._show_stand(line)
        place = self.kind.findData(line.kind) if line is not None else -1
        if place >= 0 and place != self.kind.currentIndex():
            self.kind.setCurrentIndex(place)
        elif line is not None:
            self._show_fields()

    def _show_stand(self, line: Any) -> None:
        if line is None:
            self.stands.hide()
            return
        link = line.link
        words = (link.words or link.state).rstrip(".")
        since = f", since {texts.clock(link.since)}" if link.since else ""
        self.stands.setText(f"{SIGNS.get(link.state, '')} {words}{since}")
        role = ROLES.get(link.state, "muted")
        if self.stands.property("role") != role:
            self.stands.setProperty("role", role)
            self.stands.style().unpolish(self.stands)
            self.stands.style().polish(self.stands)
        self.stands.show()

    def _show_fields(self) -> None:
        while self.rows.rowCount() > 2:
            self.rows.removeRow(2)
        self.fields = {}
        kind = self._kinds.get(self.kind.currentData())
        if kind is None:
            return
        line = self._lines.get(self.source.currentText().strip())
        has = line is not None and line.kind == kind.kind
        for setting in kind.settings:
            value = setting.default
            if line is not None and has:
                value = line.settings.get(setting.name, value)
            field = self._field(setting, value, has)
            field.setToolTip(setting.sentence)
            field.setAccessibleName(setting.label)
            self.fields[setting.name] = field
            label = QLabel("" if isinstance(field, QCheckBox) else setting.label)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setBuddy(field)
            self.rows.addRow(label, field)

    def _field(self, setting: Any, value: Any, has: bool) -> QWidget:
        if isinstance(setting.default, bool):
            box = QCheckBox(setting.label)
            box.setChecked(bool(value))
            return box
        edit = QLineEdit("" if setting.secret else str(value))
        if setting.secret:
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            kept = "as it was, unless you type another" if has else "kept in the keyring only"
            edit.setPlaceholderText(kept)
        else:
            edit.setPlaceholderText(setting.sentence)
        return edit

    def settings(self) -> tuple[dict[str, Any], dict[str, str]]:
        """What is filled in, and the secrets apart. ValueError where a number is none."""
        kind = self._kinds[self.kind.currentData()]
        found: dict[str, Any] = {}
        secrets: dict[str, str] = {}
        for setting in kind.settings:
            field = self.fields[setting.name]
            if isinstance(field, QCheckBox):
                found[setting.name] = field.isChecked()
                continue
            assert isinstance(field, QLineEdit)
            text = field.text().strip()
            if setting.secret:
                secrets[setting.name] = field.text()
            elif isinstance(setting.default, int):
                if not text.isdecimal():
                    raise ValueError(f"{setting.label} is a whole number, not “{text}”.")
                found[setting.name] = int(text)
            else:
                found[setting.name] = text
        return found, secrets

    def save(self) -> None:
        console, name = self.bridge.console, self.source.currentText().strip()
        kind = self.kind.currentData()
        if console is None or not kind or not self.save_button.isEnabled():
            return
        self.fault.hide()
        try:
            settings, secrets = self.settings()
        except ValueError as error:
            self._refuse(str(error))
            return
        self.save_button.setEnabled(False)
        self._wanted = name
        self.bridge.act(
            lambda: (console.connect(name, kind, settings, secrets), console.lines()),
            self._saved,
            self._failed,
        )

    def _saved(self, landed: tuple[tuple[Receipt, bool], Sequence[Any]]) -> None:
        (receipt, kept), lines = landed
        self.save_button.setEnabled(True)
        for field in self.fields.values():
            if isinstance(field, QLineEdit) and field.echoMode() == QLineEdit.EchoMode.Password:
                field.clear()
        if not kept:
            self._refuse(NO_KEYRING, "warn")
        self.recorded.emit(receipt)
        self._lines = {line.source: line for line in lines}
        self._show_line()

    def end(self) -> None:
        console = self.bridge.console
        line = self._lines.get(self.source.currentText().strip())
        if console is None or line is None:
            return
        self.bridge.act(
            lambda: (console.disconnect(line.source_id), console.lines()), self._ended, self._failed
        )

    def _ended(self, landed: tuple[Receipt, Sequence[Any]]) -> None:
        receipt, lines = landed
        self.recorded.emit(receipt)
        self._lines = {line.source: line for line in lines}
        self._show_line()
        self._show_fields()

    def _failed(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        if not isinstance(error, ConsoleError):
            self.bridge.failed.emit(error)
            return
        self._refuse(error.detail or error.title)

    def _refuse(self, words: str, role: str = "bad") -> None:
        self.fault.setText(words if role == "warn" else f"▲ {words}")
        self.fault.setProperty("role", role)
        self.fault.style().unpolish(self.fault)
        self.fault.style().polish(self.fault)
        self.fault.show()

    def _ask(self) -> None:
        console = self.bridge.console
        if console is not None and self.isVisible():
            self.bridge.ask("lines", console.lines, self._take_lines)

    def _take_lines(self, lines: Sequence[Any]) -> None:
        self._lines = {line.source: line for line in lines}
        self._show_stand(self._lines.get(self.source.currentText().strip()))
        self.end_button.setVisible(self.source.currentText().strip() in self._lines)
