"""The settings of a mapping: each shows what was found, why, and can be said otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from console.exports.cells import FORMS
from console.exports.mapping import CHANNELS, OFFSETS, ROWS
from widgets import theme
from widgets.models.mapping import Examined

ENCODINGS = (
    "utf-8", "utf-16-le", "utf-16-be", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255",
    "cp1256", "cp1257", "shift_jis", "gb18030", "big5", "euc_kr",
)  # fmt: skip
ALL_CELLS = "all cells"


@dataclass(frozen=True, slots=True)
class _Setting:
    name: str
    title: str
    options: tuple[tuple[str, Any], ...]  # as shown, value
    rows: tuple[str, ...] = ROWS


def _same(values: tuple[str, ...]) -> tuple[tuple[str, Any], ...]:
    return tuple((value, value) for value in values)


_SETTINGS = (
    _Setting("rows", "Rows are", _same(ROWS)),
    _Setting("zone", "Time zone", ()),
    _Setting(
        "dates",
        "Dates",
        (("day month year", "dmy"), ("month day year", "mdy"), ("year month day", "ymd")),
    ),
    _Setting(
        "turned_dates",
        "Dates made by Excel",
        (
            ("as they stand", "keep"),
            ("refuse where day and month may be changed about", "refuse"),
            ("change day and month about", "turn"),
        ),
    ),
    _Setting(
        "duration",
        "Durations",
        _same(FORMS),
        ("contacts", "agent states", "counts"),
    ),
    _Setting("decimal", "Decimals", (("point: 1.5", "."), ("comma: 1,5", ","))),
    _Setting(
        "channel",
        "Channel",
        (("from its column", ""), *_same(CHANNELS)),
        ("contacts", "tickets", "counts"),
    ),
    _Setting(
        "without_end",
        "Unanswered, no end",
        (("is over: abandoned", "abandoned"), ("still waits", "waiting")),
        ("contacts",),
    ),
    _Setting("key", "Rows differ by", (), ("contacts",)),
    _Setting(
        "delimiter",
        "Columns end with",
        (("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("bar", "|")),
    ),
    _Setting(
        "header_line",
        "Names of columns",
        (("no line has them", -1), *((f"in line {n + 1}", n) for n in range(20))),
    ),
    _Setting("encoding", "Encoding", _same(ENCODINGS)),
)


class _Still(QObject):
    """The wheel scrolls the form; it must not change a setting that it passes over."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget):
            if not watched.hasFocus():
                event.ignore()
                return True
        return super().eventFilter(watched, event)


class _Box(QComboBox):
    """Shows that there is a list: the sheet has no picture for it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme.color("muted"))
        right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.drawText(self.rect().adjusted(0, 0, -5, 0), right, "▾")


class MappingForm(QScrollArea):
    """All settings, one below the other."""

    said = Signal(str, object)  # setting, value
    confirmed = Signal()  # the zone was, or was not

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("ground")
        self._lines = QVBoxLayout(inner)
        self._lines.setContentsMargins(0, 0, 8, 0)
        self._lines.setSpacing(1)
        self.boxes: dict[str, QComboBox] = {}
        self.titles: dict[str, QLabel] = {}
        self.reasons: dict[str, QLabel] = {}
        self._still = _Still(self)
        self.zone_sure = QPushButton()
        self.zone_sure.setCheckable(True)
        self.zone_sure.setAutoDefault(False)
        self.zone_sure.toggled.connect(lambda _: self._confirm())
        self._name_button()
        for setting in _SETTINGS:
            self._add(setting)
        self._lines.addStretch(1)
        self.setWidget(inner)
        self.shown: Examined | None = None

    def _add(self, setting: _Setting) -> None:
        title = QLabel(setting.title)
        title.setProperty("role", "muted")
        box = _Box()
        box.setAccessibleName(setting.title)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box.setMinimumContentsLength(8)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for shown, value in setting.options:
            box.addItem(shown, value)
        reason = QLabel()
        reason.setTextFormat(Qt.TextFormat.PlainText)
        reason.setWordWrap(True)
        reason.setAccessibleName(f"Why {setting.title} is so")
        title.setBuddy(box)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.installEventFilter(self._still)
        self._lines.addSpacing(5)
        self._lines.addWidget(title)
        self._lines.addWidget(box)
        if setting.name == "zone":
            self._lines.addWidget(self.zone_sure)
            # Names by the hundred: typing finds one.
            box.setEditable(True)
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            box.addItem("stated in each time", OFFSETS)
            line = box.lineEdit()
            assert line is not None
            line.setAccessibleName(setting.title)
            line.editingFinished.connect(self._typed_zone)
        self._lines.addWidget(reason)
        self.boxes[setting.name], self.reasons[setting.name] = box, reason
        self.titles[setting.name] = title
        box.activated.connect(self._teller(setting.name))

    def _teller(self, name: str) -> Callable[[int], None]:
        def tell(_place: int) -> None:
            self.said.emit(name, self.boxes[name].currentData())

        return tell

    def _typed_zone(self) -> None:
        """The zone that was typed, or the first that has it in its name; else the one before."""
        box, found = self.boxes["zone"], self.shown
        if found is None:
            return
        typed = box.currentText().strip()
        place = box.findText(typed, Qt.MatchFlag.MatchFixedString)
        if place < 0 and typed:
            place = box.findText(typed.replace(" ", "_"), Qt.MatchFlag.MatchContains)
        if place < 0:
            box.setEditText(box.itemText(box.currentIndex()))
            return
        box.setCurrentIndex(place)
        if box.itemData(place) != found.mapping.zone:
            self.said.emit("zone", box.itemData(place))

    def _name_button(self) -> None:
        sure = self.zone_sure.isChecked()
        self.zone_sure.setText("✓ Confirmed" if sure else "Confirm: the times are of this zone")

    def _confirm(self) -> None:
        self._name_button()
        self.confirmed.emit()
        if self.shown is not None:
            self._reason("zone", self.shown, {})

    def has_zone(self) -> bool:
        """Whether the zone is beyond doubt: stated in the table, or confirmed by the person."""
        return self.zone_sure.isChecked() or self.zone_sure.isHidden()

    def show_found(self, found: Examined, own: dict[str, Any]) -> None:
        """What was found; `own` are the settings that the person has said."""
        self.shown = found
        mapping, seen = found.mapping, found.look
        self._fill_key(found)
        self._fill_zones(found)
        values: dict[str, Any] = {
            "rows": mapping.rows, "zone": mapping.zone, "dates": mapping.dates,
            "turned_dates": mapping.turned_dates, "duration": mapping.duration,
            "decimal": mapping.decimal, "channel": mapping.channel,
            "without_end": mapping.without_end, "delimiter": seen.delimiter,
            "header_line": seen.header_line, "encoding": seen.encoding,
            "key": ALL_CELLS if mapping.key is None else "|".join(mapping.key),
        }  # fmt: skip
        undecided = {each.setting for each in found.guess.undecided}
        self.zone_sure.setVisible("zone" in undecided and mapping.zone != OFFSETS)
        for setting in _SETTINGS:
            visible = mapping.rows in setting.rows
            if setting.name == "turned_dates":
                visible = "turned_dates" in undecided or mapping.turned_dates != "keep"
            if setting.name == "without_end":
                visible = visible and not {"ended", "duration"} & set(mapping.columns)
            for widget in (self.titles, self.boxes, self.reasons):
                widget[setting.name].setVisible(visible)
            self._put(setting.name, values[setting.name])
            self._reason(setting.name, found, own)

    def _fill_zones(self, found: Examined) -> None:
        box = self.boxes["zone"]
        if box.count() < len(found.zones):
            box.clear()
            box.addItem("stated in each time", OFFSETS)
            for name in found.zones:
                box.addItem(name, name)

    def _fill_key(self, found: Examined) -> None:
        box = self.boxes["key"]
        wanted = [("all cells together", ALL_CELLS)]
        for place in ("id", "journey"):
            for column in found.mapping.columns.get(place, ()):
                wanted.append((f"“{column[:40]}” alone", column))
        if found.mapping.key is not None:
            key = "|".join(found.mapping.key)
            if key not in [value for _shown, value in wanted]:
                wanted.append((" + ".join(found.mapping.key)[:60], key))
        if [(box.itemText(n), box.itemData(n)) for n in range(box.count())] != wanted:
            box.clear()
            for shown, value in wanted:
                box.addItem(shown, value)

    def _put(self, name: str, value: Any) -> None:
        box = self.boxes[name]
        place = box.findData(value)
        if place < 0:
            box.addItem(str(value), value)
            place = box.count() - 1
        if place != box.currentIndex():
            box.setCurrentIndex(place)

    def _reason(self, name: str, found: Examined, own: dict[str, Any]) -> None:
        label = self.reasons[name]
        asked = next((each for each in found.guess.undecided if each.setting == name), None)
        if name in own and name != "zone":
            words, role = "as you have said", "muted"
        elif name == "zone" and self.has_zone():
            words, role = (
                found.guess.reasons.get("zone", "") if asked is None else "as you have confirmed",
                "muted",
            )
        elif asked is not None:
            other = self._shown_value(name, asked.other)
            words = f"Please check: {asked.why}" + (f". Or else: {other}" if other else "")
            role = "warn"
        else:
            words, role = found.guess.reasons.get(name, "found in the file"), "muted"
        if name == "duration" and found.mapping.durations:
            told = ", ".join(f"{field}: {form}" for field, form in found.mapping.durations.items())
            words = f"{words} ({told})"
        label.setText(words)
        if label.property("role") != role:
            label.setProperty("role", role)
            label.style().unpolish(label)
            label.style().polish(label)

    def _shown_value(self, name: str, value: str) -> str:
        place = self.boxes[name].findData(value) if value else -1
        return self.boxes[name].itemText(place) if place >= 0 else value
