"""People and shifts: who works here, when, for whom and for what, and which agent is whom."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from console.domain.acts import Receipt
from console.domain.roster import (
    CUSTOMERS,
    PEOPLE,
    SHIFTS,
    TARGETS,
    Join,
    ReadFile,
    Roster,
    Shift,
    Target,
)
from console.errors import ConsoleError
from console.exports.roster_cells import shown
from console.exports.roster_columns import DATE, GONE, SHEETS, TIME, ZONE
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.roster import JOINS, key_of, lines_of, names_of, roster_model, wall
from widgets.views.panel import FilterLine
from widgets.views.roster_form import Form, TieForm
from widgets.views.table import Table

TITLES = {
    PEOPLE: "People",
    SHIFTS: "Shifts",
    CUSTOMERS: "Customers",
    TARGETS: "Targets",
    JOINS: "Joins",
}
NOUNS = {
    PEOPLE: "person",
    SHIFTS: "shift or block",
    CUSTOMERS: "customer",
    TARGETS: "target",
}
EMPTY = {
    PEOPLE: "nobody yet: import a roster, or add a person",
    SHIFTS: "no shift on this day",
    CUSTOMERS: "no customer is noted",
    TARGETS: "no target is stated; channels expect what they did at first",
    JOINS: "no source has named an agent yet",
}
#: Identities: they say whose row it is, and are not changed.
FIXED = {
    PEOPLE: ("id",),
    SHIFTS: (),
    CUSTOMERS: ("customer",),
    TARGETS: ("channel", "queue"),
}


#: So many files are named; the others are counted.
_FILES = 4


class Page(QWidget):
    """One table with its filter."""

    def __init__(self, table: str) -> None:
        super().__init__()
        self.name = table
        self.model = roster_model(table)
        self.model.setParent(self)
        self.table = Table(self.model, TITLES[table])
        self.table.empty_words = EMPTY[table]
        self.filter = FilterLine()
        self.filter.setPlaceholderText("type to filter")
        self.filter.setAccessibleName(f"Filter {TITLES[table]}")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(220)
        self.tools = QHBoxLayout()
        self.tools.addWidget(self.filter)
        self.tools.addStretch(1)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(6, 6, 6, 6)
        lines.addLayout(self.tools)
        lines.addWidget(self.table, 1)
        self.filter.textChanged.connect(self.model.set_filter)
        self.filter.left.connect(self.table.setFocus)
        self.table.typed.connect(self._type)
        self.setFocusProxy(self.table)

    def _type(self, text: str) -> None:
        self.filter.setFocus()
        self.filter.insert(text)


class RosterDialog(QDialog):
    """Beside the board, not before it: the window behind goes on."""

    recorded = Signal(object)  # Receipt
    import_pressed = Signal()
    templates_pressed = Signal()
    export_pressed = Signal()
    undo_pressed = Signal(int)  # the record

    def __init__(self, bridge: Bridge, zone: ZoneInfo, parent: QWidget) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.zone = zone
        self.roster: Roster | None = None
        self.form: Form | None = None
        self._day = datetime.fromtimestamp(bridge.now() / 1_000_000, zone).date()
        self._last: Receipt | None = None
        self._missing: list[str] = []
        self.setWindowTitle("People and shifts")
        self.resize(1180, 620)
        self.pages = {table: Page(table) for table in TITLES}
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for table, page in self.pages.items():
            self.tabs.addTab(page, TITLES[table])
            page.table.opened.connect(self.edit)
            page.table.chosen.connect(self._refresh)
        self._add_days()
        self.add_button = self._button("Add…", "Ctrl+N", self.add)
        self.edit_button = self._button("Edit…", "Enter", self.edit_chosen)
        self.remove_button = self._button("Remove", "Del", self.remove)
        tools = QHBoxLayout()
        for button in (self.add_button, self.edit_button, self.remove_button):
            tools.addWidget(button)
        tools.addStretch(1)
        for words, keys, signal in (
            ("Import…", "Ctrl+Shift+I", self.import_pressed),
            ("Write templates…", "Ctrl+Shift+T", self.templates_pressed),
            ("Export…", "Ctrl+Shift+E", self.export_pressed),
        ):
            tools.addWidget(self._button(words, keys, signal.emit))
        self.told = QLabel()
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.setAccessibleName("What was done last")
        self.drop_button = QPushButton("Remove them")
        self.drop_button.setAutoDefault(False)
        self.drop_button.clicked.connect(self._drop_missing)
        self.files_label = QLabel()
        self.files_label.setTextFormat(Qt.TextFormat.PlainText)
        self.files_label.setProperty("role", "muted")
        self.undo_button = QPushButton("Undo")
        self.undo_button.setAutoDefault(False)
        self.undo_button.clicked.connect(self._undo)
        foot = QHBoxLayout()
        foot.addWidget(self.told, 1)
        foot.addWidget(self.drop_button)
        foot.addWidget(self.undo_button)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(8, 8, 8, 8)
        lines.addWidget(self.tabs, 1)
        lines.addLayout(foot)
        lines.addWidget(self.files_label)
        lines.addLayout(tools)
        # Not by the buttons' own keys: Del and Enter belong to the table, not to the filter line.
        for page in self.pages.values():
            shortcut = QShortcut(QKeySequence(Qt.Key.Key_Delete), page.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.remove)
        QShortcut(QKeySequence("Ctrl+N"), self).activated.connect(self.add)
        self.tabs.currentChanged.connect(self._refresh)
        bridge.slow_changed.connect(self.load)
        self.undo_button.hide()
        self.drop_button.hide()
        self.files_label.hide()
        self._refresh()

    def _button(self, words: str, keys: str, press: Callable[[], None]) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleName(words.rstrip("…"))
        button.setToolTip(keys)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _=False: press())
        return button

    def _add_days(self) -> None:
        """Shifts are shown by the day: a year of them would be no table."""
        page = self.pages[SHIFTS]
        self.day_label = QLineEdit()
        self.day_label.setFixedWidth(110)
        self.day_label.setAccessibleName("Day, as 2026-01-05")
        self.day_label.editingFinished.connect(self._type_day)
        before, today, after = QPushButton("◀"), QPushButton("Today"), QPushButton("▶")
        for place, (button, words, by) in enumerate(
            ((before, "The day before", -1), (today, "Today", 0), (after, "The day after", 1))
        ):
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, by=by: self.step(by))
            page.tools.insertWidget(1 + place, button)
        page.tools.insertWidget(2, self.day_label)
        self.zone_label = QLabel(f"clock of {self.zone.key}")
        self.zone_label.setProperty("role", "muted")
        page.tools.addWidget(self.zone_label)
        self.day_label.setText(self._day.isoformat())

    # Loading -------------------------------------------------------------------------------------

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self.load()
        self.page().table.setFocus()

    def page(self) -> Page:
        return self.pages[list(self.pages)[self.tabs.currentIndex()]]

    def step(self, by: int) -> None:
        """To another day; 0 is today."""
        today = datetime.fromtimestamp(self.bridge.now() / 1_000_000, self.zone).date()
        self._day = self._day + timedelta(days=by) if by else today
        self.day_label.setText(self._day.isoformat())
        self.load()

    def _type_day(self) -> None:
        try:
            self._day = datetime.fromisoformat(self.day_label.text().strip()).date()
        except ValueError:
            self.day_label.setText(self._day.isoformat())
        self.load()

    def load(self) -> None:
        console = self.bridge.console
        if console is None or not self.isVisible():
            return
        midnight = datetime(self._day.year, self._day.month, self._day.day, tzinfo=self.zone)
        next_day = self._day + timedelta(days=1)
        end = datetime(next_day.year, next_day.month, next_day.day, tzinfo=self.zone)
        span = (round(midnight.timestamp()) * 1_000_000, round(end.timestamp()) * 1_000_000)
        known = self.roster.version if self.roster is not None else None
        models = {table: page.model for table, page in self.pages.items()}

        def job() -> tuple[Roster, dict[str, Any]] | None:
            found: Roster | None = console.roster(*span, known)
            if found is None:
                return None
            lines = lines_of(found, self.zone)
            return found, {name: model.compare(lines[name]) for name, model in models.items()}

        self.bridge.ask("roster", job, self._show)

    def _show(self, landed: tuple[Roster, dict[str, Any]] | None) -> None:
        if landed is None:
            return
        self.roster, deltas = landed
        for place, (table, page) in enumerate(self.pages.items()):
            page.model.show(deltas[table])
            self.tabs.setTabText(place, f"{TITLES[table]} ({texts.count(len(page.model.rows()))})")
        open_joins = sum(1 for j in self.roster.joins if j.person is None and not j.by_hand)
        words = f"{TITLES[JOINS]} ({texts.count(len(self.roster.joins))}"
        more = f", ◆ {texts.count(open_joins)} open)" if open_joins else ")"
        self.tabs.setTabText(len(self.pages) - 1, words + more)
        self._show_files(self.roster.files)
        self._refresh()

    def _show_files(self, files: Sequence[ReadFile]) -> None:
        """Which files were read, and when; rows that could not be taken lie in quarantine."""
        told = [
            f"{PurePath(file.path).name} {texts.clock(file.read_at, False)}"
            + (f" (◆ {texts.plural(file.left, 'row')} left out)" if file.left else "")
            for file in files
        ]
        more = f", {texts.count(len(told) - _FILES)} more" if len(told) > _FILES else ""
        self.files_label.setText(f"Files read: {', '.join(told[:_FILES])}{more}")
        self.files_label.setToolTip("\n".join(_about(file) for file in files[:40]))
        self.files_label.setVisible(bool(files))

    def _refresh(self, *_: Any) -> None:
        page = self.page()
        joins = page.name == JOINS
        rows = page.table.chosen_rows()
        self.add_button.setVisible(not joins)
        self.add_button.setText(f"Add a {NOUNS.get(page.name, '')}…")
        self.edit_button.setText("Decide who it is…" if joins else "Edit…")
        self.remove_button.setText("Keep apart" if joins else f"Remove {len(rows) or ''}".rstrip())
        self.edit_button.setEnabled(len(rows) == 1)
        self.remove_button.setEnabled(len(rows) == 1 if joins else bool(rows))

    # Editing -------------------------------------------------------------------------------------

    def add(self) -> None:
        table = self.page().name
        if table == JOINS or self.roster is None:
            return
        cells = {"kind": "shift"}
        if table == SHIFTS:
            cells |= {"start_at": f"{self._day} 09:00", "end_at": f"{self._day} 17:00"}
        self._open_form(table, cells, "", f"Add a {NOUNS[table]}")

    def edit_chosen(self) -> None:
        rows = self.page().table.chosen_rows()
        if len(rows) == 1:
            self.edit(rows[0])

    def edit(self, line: Any) -> None:
        """Open the form of a row."""
        if isinstance(line, Join):
            self._open_tie(line)
            return
        table = self.page().name
        self._open_form(table, self._cells(table, line), key_of(line), f"Edit the {NOUNS[table]}")

    def _cells(self, table: str, line: Any) -> dict[str, str]:
        row = line if isinstance(line, Target) else line.row
        cells: dict[str, str] = {}
        for column in SHEETS[table].columns:
            if isinstance(row, Target) and column.field in ("channel", "queue"):
                cells[column.field] = row.name if row.scope == column.field else ""
            elif column.holds == TIME and isinstance(row, Shift):
                cells[column.field] = wall(getattr(row, column.field), self.zone)
            elif column.holds not in (DATE, GONE, ZONE):
                cells[column.field] = shown(column.holds, getattr(row, column.field))
        return cells

    def _open_form(self, table: str, cells: dict[str, str], key: str, title: str) -> None:
        columns = [
            column
            for column in SHEETS[table].columns
            if column.holds not in (DATE, GONE, ZONE) and (table, column.field) != (SHIFTS, "id")
        ]
        fixed = FIXED[table] if key else ()
        form = Form(title, columns, cells, fixed, self._suggestions(), self)
        console, zone = self.bridge.console, self.zone
        form.saved.connect(
            lambda typed: self._act(
                lambda: console.edit_roster(table, typed, zone, key), self._edited, form
            )
        )
        self._open(form)

    def _open_tie(self, join: Join) -> None:
        roster = self.roster
        if roster is None:
            return
        people = [(f"{p.name or p.id} ({p.id})", p.id) for p in roster.people]
        form = TieForm(join.agent, people, join.person, self)
        console = self.bridge.console
        form.saved.connect(
            lambda typed: self._act(
                lambda: console.tie_person(
                    join.agent_id, typed["how"], typed["person"], typed["reason"]
                ),
                self._done,
                form,
            )
        )
        self._open(form)

    def _open(self, form: Form) -> None:
        self.form = form
        form.finished.connect(self._forget_form)
        form.open()

    def _forget_form(self, _: int) -> None:
        self.form = None
        self.page().table.setFocus()

    def remove(self) -> None:
        """What is selected; a join is kept apart."""
        page, console = self.page(), self.bridge.console
        rows = page.table.chosen_rows()
        if console is None or not rows:
            return
        if page.name == JOINS:
            agent_id = rows[0].agent_id
            self._act(lambda: console.tie_person(agent_id, "keep apart", "", ""), self._done)
            return
        table, keys = page.name, [key_of(row) for row in rows]
        self._act(lambda: console.remove_roster(table, keys), self._done)

    def _act(
        self, job: Callable[[], Any], then: Callable[[Any], None], form: Form | None = None
    ) -> None:
        def taken(result: Any) -> None:
            if form is not None and form is self.form:
                form.accept()
            then(result)

        def refused(error: Exception) -> None:
            if not isinstance(error, ConsoleError):
                self.bridge.failed.emit(error)
            elif form is not None and form is self.form:
                form.refuse(error.detail or error.title)
            else:
                self.tell(f"▲ {error}")

        self.bridge.act(job, taken, refused)

    def _edited(self, result: tuple[Receipt, Sequence[str]]) -> None:
        receipt, warnings = result
        self._done(receipt, "".join(f" ◆ {words}" for words in warnings))

    def _done(self, receipt: Receipt, more: str = "") -> None:
        self.recorded.emit(receipt)
        self.tell(f"{receipt.title[:1].upper()}{receipt.title[1:]}.{more}", receipt)
        self.bridge.note_change()
        self.load()

    def tell(self, words: str, receipt: Receipt | None = None) -> None:
        """What was done, and the way back."""
        self._last = receipt
        self._missing = []
        self.drop_button.hide()
        self.told.setText(words)
        self.told.setToolTip(words)
        self.undo_button.setVisible(receipt is not None)
        self.undo_button.setAccessibleName(f"Undo: {words}")

    def offer_removal(self, shifts: Sequence[str]) -> None:
        """Shifts that stood before and that the file which was just read has not."""
        self._missing = list(shifts)
        many = texts.plural(len(shifts), "shift or block", "shifts or blocks")
        self.told.setText(
            f"{self.told.text()}. ◆ {many} that stood before on its days, for its people, "
            f"{'is' if len(shifts) == 1 else 'are'} not in it: kept, unless you remove them."
        )
        self.drop_button.show()

    def _drop_missing(self) -> None:
        console, shifts = self.bridge.console, self._missing
        if shifts:
            self._act(lambda: console.remove_roster(SHIFTS, shifts), self._done)

    def _undo(self) -> None:
        if self._last is not None:
            self.undo_pressed.emit(self._last.journal_id)
            # The record may be taken back only once; what it was is in the log.
            self.tell("")

    def _suggestions(self) -> dict[str, list[str]]:
        roster, board = self.roster, self.bridge.board
        if roster is None:
            return {}
        names = names_of(roster.people)
        queues = sorted({queue.queue for queue in board.queues}) if board is not None else []
        channels = sorted({row.channel for row in board.channels}) if board is not None else []
        return {
            "person": names,
            "preferred": names,
            "team": sorted({person.team for person in roster.people} - {""}),
            "home_queue": queues,
            "queue": queues,
            "channel": channels,
        }

    def focus_filter(self) -> None:
        self.page().filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.page().filter.selectAll()

    def show_tab(self, table: str) -> None:
        self.tabs.setCurrentIndex(list(self.pages).index(table))
        QTimer.singleShot(0, self, self.page().table.setFocus)


def _about(file: ReadFile) -> str:
    left = f", {texts.plural(file.left, 'row')} left out (see Quarantine)" if file.left else ""
    zone = f", local times of {file.zone}" if file.zone else ""
    rows = texts.plural(file.rows, "row")
    return f"{file.path}: {rows}{left}, read {texts.clock(file.read_at)}{zone}"
