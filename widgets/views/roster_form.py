"""One row of the roster as a form: what is typed is read as a row of a file would be."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.roster import KINDS, TIERS
from console.exports.roster_columns import KIND, TIER, YES_NO, Column
from widgets import zones
from widgets.views.choice import Choice

_CHOICES = {KIND: KINDS, TIER: ("", *TIERS), YES_NO: ("", "yes", "no")}
_UNSAID = "not said"


class Form(QDialog):
    """Emits `saved` with the cells by field; stays open until it is told that they were taken."""

    saved = Signal(object)

    def __init__(
        self,
        title: str,
        columns: Sequence[Column],
        cells: Mapping[str, str],
        fixed: Sequence[str],
        suggestions: Mapping[str, Sequence[str]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(560)
        self.fields: dict[str, QWidget] = {}
        self._readers: dict[str, Callable[[], str]] = {}
        rows = QFormLayout()
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for column in columns:
            field = self._field(column, cells.get(column.field, ""), suggestions)
            field.setEnabled(column.field not in fixed)
            field.setAccessibleName(column.title)
            field.setToolTip(column.about)
            self.fields[column.field] = field
            label = QLabel(f"{column.title[:1].upper()}{column.title[1:]}")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setBuddy(field)
            rows.addRow(label, field)
        self.fault = QLabel()
        self.fault.setTextFormat(Qt.TextFormat.PlainText)
        self.fault.setProperty("role", "bad")
        self.fault.setWordWrap(True)
        self.fault.setAccessibleName("What is wrong")
        self.fault.hide()
        self.save_button = QPushButton("Save · Enter")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.save)
        leave = QPushButton("Leave · Esc")
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(leave)
        foot.addWidget(self.save_button)
        lines = QVBoxLayout(self)
        lines.addLayout(rows)
        lines.addWidget(self.fault)
        lines.addLayout(foot)
        first = next((f for f in self.fields.values() if f.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _field(
        self, column: Column, cell: str, suggestions: Mapping[str, Sequence[str]]
    ) -> QWidget:
        choices: Sequence[str] = _CHOICES.get(column.holds, ())
        if choices:
            box = Choice()
            for choice in choices:
                box.addItem(choice or _UNSAID, choice)
            box.setCurrentIndex(max(0, box.findData(cell)))
            self._readers[column.field] = lambda: str(box.currentData())
            return box
        line = QLineEdit(cell)
        line.setPlaceholderText(column.about)
        found = suggestions.get(column.field, ())
        if found:
            completer = QCompleter(list(found), line)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            line.setCompleter(completer)
        self._readers[column.field] = line.text
        return line

    def cells(self) -> dict[str, str]:
        return {name: read() for name, read in self._readers.items()}

    def save(self) -> None:
        if self.save_button.isEnabled():
            self.fault.hide()
            self.save_button.setEnabled(False)
            self.saved.emit(self.cells())

    def refuse(self, words: str) -> None:
        """It was not taken: say why, and let it be mended."""
        self.fault.setText(f"▲ {words}")
        self.fault.show()
        self.save_button.setEnabled(True)


class ZoneForm(QDialog):
    """Of which zone local times of files are, before they are read. Emits `chosen` with its name.

    `example` is a time as one of the files has it.
    """

    chosen = Signal(str)

    def __init__(
        self, files: Sequence[str], example: str, zone: str, names: Sequence[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Read a roster")
        self.setMinimumWidth(520)
        self._example = example
        many = f"{', '.join(files[:4])}{' …' if len(files) > 4 else ''}"
        told = QLabel(f"{many}: times without a zone of their own are by the clock of")
        told.setTextFormat(Qt.TextFormat.PlainText)
        told.setWordWrap(True)
        self.zone = Choice()
        self.zone.setAccessibleName("Zone of local times")
        self.zone.setEditable(True)
        self.zone.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.zone.addItems(list(names))
        self.zone.setCurrentText(zone)
        completer: Any = self.zone.completer()
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.shown = QLabel()
        self.shown.setTextFormat(Qt.TextFormat.PlainText)
        self.shown.setWordWrap(True)
        self.read_button = QPushButton("Read · Enter")
        self.read_button.setDefault(True)
        self.read_button.clicked.connect(self._choose)
        leave = QPushButton("Leave · Esc")
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(leave)
        foot.addWidget(self.read_button)
        lines = QVBoxLayout(self)
        for part in (told, self.zone, self.shown):
            lines.addWidget(part)
        lines.addLayout(foot)
        self.zone.currentTextChanged.connect(self._show)
        self._show()
        self.zone.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, _: str = "") -> None:
        name = self.zone.currentText().strip()
        known = zones.is_zone(name)
        self.read_button.setEnabled(known)
        fault = f"◆ {name or 'Nothing'} is no zone such as Europe/Berlin"
        self.shown.setText(zones.read_both_ways(self._example, name) if known else fault)

    def _choose(self) -> None:
        name = self.zone.currentText().strip()
        if zones.is_zone(name):
            self.accept()
            self.chosen.emit(name)


class TieForm(Form):
    """Which person an agent is. `people` are (words shown, id)."""

    HOW = (
        ("tie", "this person"),
        ("keep apart", "nobody of the roster"),
        ("leave to the rule", "whoever the ids and names say"),
    )

    def __init__(
        self, agent: str, people: Sequence[tuple[str, str]], now: str | None, parent: QWidget
    ) -> None:
        columns = (Column("reason", "because", "text", "kept beside the tie (optional)"),)
        super().__init__(f"Who is {agent}?", columns, {}, (), {}, parent)
        self.how = Choice()
        self.how.setAccessibleName("How it is decided")
        for how, words in self.HOW:
            self.how.addItem(f"{agent} is {words}", how)
        self.person = Choice()
        self.person.setAccessibleName("Person")
        self.person.setEditable(True)
        self.person.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for words, person_id in people:
            self.person.addItem(words, person_id)
        completer: Any = self.person.completer()
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.person.setCurrentIndex(self.person.findData(now) if now else -1)
        self.how.currentIndexChanged.connect(
            lambda _: self.person.setEnabled(self.how.currentData() == "tie")
        )
        lines = self.layout()
        assert isinstance(lines, QVBoxLayout)
        lines.insertWidget(0, self.how)
        lines.insertWidget(1, self.person)
        self.how.setFocus(Qt.FocusReason.OtherFocusReason)

    def cells(self) -> dict[str, str]:
        place = self.person.findText(self.person.currentText(), Qt.MatchFlag.MatchFixedString)
        person = self.person.itemData(place) if place >= 0 else self.person.currentText().strip()
        return {**super().cells(), "how": str(self.how.currentData()), "person": str(person or "")}
