"""A table that nobody prepared for: what its columns are, checked by a person before it is read."""

from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSplitter,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from console.exports.mapping import FIELDS, MEANINGS, Mapping
from widgets import theme
from widgets.models.mapping import (
    CUTTING,
    CellModel,
    ChoiceModel,
    Examined,
    Wishes,
    WordModel,
    examine,
    said_meaning,
)
from widgets.views.mapping_form import ALL_CELLS, MappingForm

Index = QModelIndex | QPersistentModelIndex
_WIDEST, _NARROWEST = 210, 118
#: How a confidence is drawn, beside the word that says it.
_INK = {"sure": "good_words", "likely": "text", "unsure": "warn_words", "yours": "info_words"}


class _Choosing(QStyledItemDelegate):
    """A cell that is chosen from a list; the list opens at once."""

    def options(self, index: Index) -> list[tuple[str, str]]:
        """As shown, value."""
        model = index.model()
        if isinstance(model, ChoiceModel):
            taken = {name: column for column, name in model.fields.items() if name}
            found = [("not taken", "")]
            for name, each in FIELDS[model.rows_are].items():
                holder = taken.get(name)
                own = holder == model.columns[index.column()]
                beside = f"  (now {holder[:30]})" if holder is not None and not own else ""
                found.append((each.title + beside, name))
            return found
        if isinstance(model, WordModel):
            name = model.words[index.row()][0]
            meanings = MEANINGS.get((model.rows_are, name), ())
            return [(said_meaning(meaning), meaning) for meaning in meanings]
        return []

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        box = QComboBox(parent)
        for shown, value in self.options(index):
            box.addItem(shown, value)
        box.setMaxVisibleItems(24)
        box.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
        view = box.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + 30)
        box.activated.connect(lambda _=0: self._take(box))
        QTimer.singleShot(0, box, box.showPopup)
        return box

    def _take(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        place = editor.findData(index.data(Qt.ItemDataRole.EditRole))
        if place >= 0:
            editor.setCurrentIndex(place)

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """As a box to choose from, without making one for each column."""
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        level = str(index.data(Qt.ItemDataRole.UserRole) or "")
        box = rect.adjusted(2, 2, -3, -3)
        painter.save()
        painter.fillRect(box, theme.color("raised"))
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(theme.color("focus" if focused else "line"))
        painter.drawRect(box)
        if focused:
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        taken = bool(index.data(Qt.ItemDataRole.EditRole)) or isinstance(index.model(), WordModel)
        painter.setPen(theme.color(_INK.get(level, "text") if taken else "muted"))
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        inner = box.adjusted(6, 0, -16, 0)
        words = str(index.data())
        metrics = painter.fontMetrics()
        painter.drawText(
            inner, middle, metrics.elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
        )
        painter.setPen(theme.color("muted"))
        painter.drawText(box.adjusted(0, 0, -4, 0), int(Qt.AlignmentFlag.AlignRight) | middle, "▾")
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(_NARROWEST, option.fontMetrics.height() + 12)  # type: ignore[attr-defined]


class _Table(QTableView):
    """Cells are plain and elided; Enter, Space and F4 open what can be chosen; Tab goes on."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setShowGrid(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        self.clicked.connect(self._choose)

    def _choose(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_F4)
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in keys and plain and self.currentIndex().isValid():
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)


class MappingDialog(QDialog):
    """Shows a table's beginning and what becomes of it. Works on `head` alone, off the interface.

    `known` are the names of mappings that there are. `zone` is the IANA name of this desk's zone.
    """

    mapped = Signal(object)  # Mapping
    examined = Signal()  # what was asked for last is shown
    _found = Signal(int, object)

    def __init__(
        self,
        head: bytes,
        file_name: str,
        known: Collection[str] = (),
        parent: QWidget | None = None,
        *,
        zone: str = "UTC",
    ) -> None:
        super().__init__(parent)
        self._head = head
        self._known = {name.casefold() for name in known}
        self._file = file_name
        self.wishes = Wishes(name=_name_of(file_name), zone=zone)
        self.found: Examined | None = None
        self._own: frozenset[str] = frozenset()
        self._asked = self._answered = 0
        self._worker = ThreadPoolExecutor(1, "coalface-mapping")
        # Queued also where the answer is there at once: never inside of what asked for it.
        self._found.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self.setWindowTitle("What is in this table?")
        self.resize(1060, 560)
        self._build()
        worker = self._worker
        self.finished.connect(lambda _: worker.shutdown(wait=False, cancel_futures=True))
        self.destroyed.connect(lambda: worker.shutdown(wait=False, cancel_futures=True))
        self._ask()

    # Parts ---------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.title = _label(f"{self._file[-90:]}", "title")
        self.name = QLineEdit(self.wishes.name)
        self.name.setAccessibleName("Name of the mapping")
        self.name.setMaxLength(80)
        self.name.setMaximumWidth(260)
        self.name.textEdited.connect(self._rename)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        label = _label("Keep as", "muted")
        label.setBuddy(self.name)
        top.addWidget(label)
        top.addWidget(self.name)

        self.form = MappingForm()
        self.form.setAccessibleName("How the table is written")
        self.form.setFixedWidth(250)
        self.form.said.connect(self._set)
        self.form.confirmed.connect(self._judge)

        self.choice_model = ChoiceModel(self._assign)
        self.cell_model = CellModel()
        self.word_model = WordModel(self._mean)
        for model in (self.choice_model, self.cell_model, self.word_model):
            model.setParent(self)
        self.choices = _Table("What each column is taken for")
        self.choices.setModel(self.choice_model)
        self.choices.setItemDelegate(_Choosing(self.choices))
        self.choices.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.choices.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.cells = _Table("First rows of the file")
        self.cells.setModel(self.cell_model)
        self.cells.horizontalHeader().hide()
        line = self.fontMetrics().height()
        self.cells.verticalHeader().setDefaultSectionSize(line + 5)
        head = self.choices.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setTextElideMode(Qt.TextElideMode.ElideRight)
        head.sectionResized.connect(lambda n, _old, new: self.cells.setColumnWidth(n, new))
        self.choices.verticalHeader().setDefaultSectionSize(line + 12)
        self.choices.setFixedHeight(line * 2 + 12 + 14)
        there, here = self.cells.horizontalScrollBar(), self.choices.horizontalScrollBar()
        there.valueChanged.connect(here.setValue)
        here.valueChanged.connect(there.setValue)
        upper = QWidget()
        lines = QVBoxLayout(upper)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self.choices)
        lines.addWidget(self.cells, 1)

        self.summary = _label("Looking at the file…")
        self.summary.setWordWrap(True)
        self.summary.setAccessibleName("What becomes of the rows")
        self.taken, self.refused, self.damage = QListWidget(), QListWidget(), QListWidget()
        self.words = _Table("Words and what they mean")
        self.words.setModel(self.word_model)
        self.words.setItemDelegateForColumn(2, _Choosing(self.words))
        self.words.verticalHeader().setDefaultSectionSize(line + 10)
        self.words.horizontalHeader().setStretchLastSection(True)
        self.words.horizontalHeader().setDefaultSectionSize(220)
        self.words.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for each, name in (
            (self.taken, "Rows as they are taken"),
            (self.refused, "Rows that cannot be taken"),
            (self.damage, "Damage by spreadsheets"),
        ):
            each.setAccessibleName(name)
            each.setTextElideMode(Qt.TextElideMode.ElideRight)
            each.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            each.setWordWrap(each is self.damage)
            self.tabs.addTab(each, "")
        self.tabs.addTab(self.words, "")
        lower = QWidget()
        lines = QVBoxLayout(lower)
        lines.setContentsMargins(0, 4, 0, 0)
        lines.setSpacing(4)
        lines.addWidget(self.summary)
        lines.addWidget(self.tabs, 1)

        right = QSplitter(Qt.Orientation.Vertical)
        right.setChildrenCollapsible(False)
        right.addWidget(upper)
        right.addWidget(lower)
        right.setSizes([290, 220])
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.form)
        middle.addWidget(right, 1)

        self.trouble = _label("", "warn")
        self.trouble.setWordWrap(True)
        self.trouble.setAccessibleName("What is missing")
        self.cancel = QPushButton("Cancel")
        self.save = QPushButton("Save and import")
        self.save.setObjectName("fire")
        self.save.setToolTip("Ctrl+Enter")
        self.cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._finish)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._finish)
        foot = QHBoxLayout()
        foot.addWidget(self.trouble, 1)
        for button in (self.cancel, self.save):
            # Enter in a table opens a list; it must not save.
            button.setAutoDefault(False)
            foot.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 8, 10, 8)
        whole.setSpacing(6)
        whole.addLayout(top)
        whole.addLayout(middle, 1)
        whole.addLayout(foot)
        self._judge()

    # What the person says ------------------------------------------------------------------------

    def _set(self, name: str, value: Any) -> None:
        wishes = self.wishes
        if name == "rows":
            # Another kind has other fields and words: all of these are proposed anew.
            self._own = frozenset()
            wishes = replace(wishes, rows=value, fields=None, words={}, settings=_kept(wishes))
        elif name in CUTTING:
            self._own = frozenset()
            wishes = replace(wishes, cutting={**wishes.cutting, name: value}, fields=None)
        elif name == "key":
            key = None if value == ALL_CELLS else tuple(str(value).split("|"))
            wishes = replace(wishes, settings={**wishes.settings, "key": key})
        else:
            wishes = replace(wishes, settings={**wishes.settings, name: value})
            if name == "zone":
                self.form.zone_sure.setChecked(True)
        self.wishes = wishes
        self._ask()

    def _assign(self, column: str, name: str) -> None:
        """A column is another field; who had that field before, lets it go."""
        fields = dict(self.choice_model.fields)
        for other, held in fields.items():
            if held == name and name and other != column and not self._are_halves(other, column):
                fields[other] = ""
        fields[column] = name
        changed = {each for each in fields if fields[each] != self.choice_model.fields.get(each)}
        self._own |= changed
        settings = {key: value for key, value in self.wishes.settings.items() if key != "key"}
        self.wishes = replace(self.wishes, fields=fields, settings=settings)
        self._ask()

    def _are_halves(self, one: str, other: str) -> bool:
        """Whether one holds days and the other times of day."""
        if self.found is None:
            return False
        places = [self.found.look.columns.index(column) for column in (one, other)]
        cells = [
            next((row[place] for row in self.found.rows if row[place].strip()), "")
            for place in places
        ]
        clocks = [":" in cell and len(cell.strip()) <= 11 for cell in cells]
        return clocks[0] != clocks[1] and any(
            ":" not in cell and any(c.isdigit() for c in cell) for cell in cells
        )

    def _mean(self, name: str, text: str, meaning: str) -> None:
        self.wishes = replace(self.wishes, words={**self.wishes.words, (name, text): meaning})
        self._ask()

    def _rename(self, text: str) -> None:
        self.wishes = replace(self.wishes, name=text.strip())
        self._judge()

    # Asking and showing --------------------------------------------------------------------------

    def _ask(self) -> None:
        self._asked += 1
        number, head, wishes = self._asked, self._head, self.wishes

        def tell(done: "Future[Examined | None]") -> None:
            # The dialog may be gone by now: then nobody wants to know.
            if not done.cancelled() and isValid(self):
                self._found.emit(number, done)

        self._worker.submit(examine, head, wishes).add_done_callback(tell)

    def _take(self, number: int, done: "Future[Examined | None]") -> None:
        if number != self._asked:
            return
        self.found, self._answered = done.result(), number
        if self.found is not None:
            self._show(self.found)
        else:
            self.summary.setText("")
        self._judge()
        self.examined.emit()

    def _show(self, found: Examined) -> None:
        same = self.choice_model.columns == found.look.columns
        self.choice_model.show(found, self._own)
        self.cell_model.show(found.look.columns, found.rows)
        if not same:
            self._measure(found)
        own = {**self.wishes.settings, **self.wishes.cutting}
        if self.wishes.rows is not None:
            own["rows"] = self.wishes.rows
        self.form.show_found(found, own)
        self.word_model.show(found)
        self.summary.setText(found.summary)
        _fill(self.taken, found.taken)
        _fill(self.refused, [f"line {number}: {reason}" for number, reason in found.refused])
        _fill(self.damage, [each.sentence for each in found.findings])
        unknown = sum(meaning is None for _name, _word, meaning in found.words)
        words = f"Words ({unknown} not known)" if unknown else f"Words ({len(found.words)})"
        for place, title in enumerate(
            (
                f"Taken ({found.taken_count})",
                f"Cannot be taken ({len(found.refused)})",
                f"Damage ({len(found.findings)})",
                words,
            )
        ):
            self.tabs.setTabText(place, title)

    def _measure(self, found: Examined) -> None:
        """Each column as wide as its name, its field and its first cells need."""
        metrics = self.fontMetrics()
        for place, column in enumerate(found.look.columns):
            shown = [row[place][:40] for row in found.rows[:12]]
            shown += [column[:40], str(self.choice_model.index(0, place).data())]
            widest = max(metrics.horizontalAdvance(text) for text in shown) + 30
            self.choices.setColumnWidth(place, max(_NARROWEST, min(widest, _WIDEST)))
            self.cells.setColumnWidth(place, self.choices.columnWidth(place))

    def _judge(self) -> None:
        """Whether it can be saved, and if not, why."""
        found = self.found
        wrong: list[str] = []
        note = ""
        if found is None:
            told = "Cut so, this is no table." if self.wishes.cutting else "This is no table."
            wrong.append(told if self._answered else "")
        else:
            mapping = replace(found.mapping, name=self.wishes.name)
            named = "The mapping has no name: it is kept and found again by it."
            wrong += [each for each in found.problems if each != named]
            if not mapping.name:
                wrong.append(named)
            if not self.form.has_zone():
                wrong.append("Confirm the time zone: no table says of which zone its times are.")
            if not wrong and not found.taken_count:
                wrong.append("None of the rows can be taken so.")
            sums = next(
                (u for u in found.guess.undecided if u.setting == "rows" and not u.other), None
            )
            if sums is not None:
                note = f"{sums.why}. "
            if mapping.name.casefold() in self._known:
                note += "A mapping of this name is there and will be replaced. "
        self.save.setEnabled(not wrong)
        text = (note + " ".join(wrong)).strip()
        self.trouble.setText(text)

    def mapping(self) -> Mapping | None:
        """The mapping as it stands; None while it cannot be used."""
        if self.found is None or not self.save.isEnabled():
            return None
        return replace(self.found.mapping, name=self.wishes.name)

    def _finish(self) -> None:
        mapping = self.mapping()
        if mapping is not None:
            self.mapped.emit(mapping)
            self.accept()


def _kept(wishes: Wishes) -> dict[str, Any]:
    """Settings that hold whatever the rows are."""
    names = ("zone", "dates", "decimal", "turned_dates")
    return {name: value for name, value in wishes.settings.items() if name in names}


def _name_of(file_name: str) -> str:
    stem = file_name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return texts_only(stem)[:60]


def texts_only(text: str) -> str:
    """Printable signs alone, single spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _label(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label


def _fill(shown: QListWidget, lines: Any) -> None:
    wanted = list(lines)
    if [shown.item(n).text() for n in range(shown.count())] != wanted:
        shown.clear()
        shown.addItems(wanted)
