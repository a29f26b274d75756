"""Files before they are read in: what each is, what is needed of it, and what came of it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.domain.acts import Progress
from console.domain.imports import FoundFile
from widgets import importing, texts, zones
from widgets.bridge import Bridge
from widgets.importing import FileLine, Outcome, Plan
from widgets.models.imports import done_model, found_model
from widgets.views.mapping import MappingDialog
from widgets.views.table import Table


def plain(words: str = "", role: str = "") -> QLabel:
    """Words that may come from a file: never taken for markup."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label


def paths_of(urls: Sequence[object]) -> list[Path]:
    """The local files among what was dropped."""
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]  # type: ignore[attr-defined]


class ImportWizard(QDialog):
    """Asks nothing that files say themselves. `planned` is emitted when something is to be read."""

    planned = Signal(object)  # Plan
    cancelled = Signal()
    quarantine_pressed = Signal()
    looked = Signal()  # what was chosen is listed

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.chosen: list[Path] = []
        self.found: list[FoundFile] = []
        self.folders: list[Path] = []  # chosen, or of files that were: they could be followed
        self._left_out: frozenset[str] = frozenset()
        self._shut = self._looking = False
        self.mapping: MappingDialog | None = None
        self.setWindowTitle("Import")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.resize(980, 520)
        self.pages = QStackedWidget()
        for page in (self._list_page(), self._progress_page(), self._result_page()):
            self.pages.addWidget(page)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(10, 8, 10, 10)
        lines.addWidget(self.pages)
        bridge.progressed.connect(self.show_progress)
        self._judge()

    # Pages ---------------------------------------------------------------------------------------

    def _list_page(self) -> QWidget:
        page = QWidget()
        self.told = plain("Choose files or folders, or drop them here.")
        self.told.setAccessibleName("What was found")
        self.add_files = self._button("Add files…", self.choose_files, "Ctrl+O")
        self.add_folder = self._button("Add a folder…", self.choose_folder, "Ctrl+Shift+O")
        head = QHBoxLayout()
        head.addWidget(self.told, 1)
        head.addWidget(self.add_files)
        head.addWidget(self.add_folder)

        self.model = found_model()
        self.model.setParent(self)
        self.table = Table(self.model, "Files to import")
        self.table.empty_words = "no file yet"
        self.table.opened.connect(self._open)
        self.table.chosen.connect(self._judge)
        self.explain = self._button("Say what its columns are…", self.explain_chosen, "Ctrl+E")
        self.leave_out = self._button("Leave out", self.toggle_chosen, "Ctrl+Backspace")

        self.zone = QComboBox()
        self.zone.setEditable(True)
        self.zone.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.zone.setAccessibleName("Zone of local times")
        self.zone.setMinimumWidth(220)
        self.zone.addItem(zones.of_desk())
        self.zone.currentTextChanged.connect(self._rezone)
        self.example = plain("", "muted")
        self.example.setAccessibleName("A time of the file, read by this zone")
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.name.setAccessibleName("Name of the source")
        self.name.setPlaceholderText("as it is called already, else by its platform")
        self.once = QRadioButton("Read once")
        self.follow = QRadioButton("Read, and follow the folder from now on")
        self.once.setChecked(True)
        how = QHBoxLayout()
        how.addWidget(self.once)
        how.addWidget(self.follow)
        how.addStretch(1)
        form = QGridLayout()
        form.setHorizontalSpacing(10)
        form.setColumnStretch(2, 1)
        self.zone_label = plain("Local times are of")
        self.zone_label.setBuddy(self.zone)
        name_label = plain("Name of the source")
        name_label.setBuddy(self.name)
        form.addWidget(self.zone_label, 0, 0)
        form.addWidget(self.zone, 0, 1)
        form.addWidget(self.example, 0, 2)
        form.addWidget(name_label, 1, 0)
        form.addWidget(self.name, 1, 1)
        form.addLayout(how, 1, 2)

        self.trouble = plain("", "warn")
        self.trouble.setAccessibleName("What is missing")
        close = self._button("Close", self.reject)
        self.go = self._button("Import", self.begin, "Ctrl+Return")
        self.go.setObjectName("fire")
        foot = QHBoxLayout()
        foot.addWidget(self.explain)
        foot.addWidget(self.leave_out)
        foot.addWidget(self.trouble, 1)
        foot.addWidget(close)
        foot.addWidget(self.go)
        lines = QVBoxLayout(page)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(6)
        lines.addLayout(head)
        lines.addWidget(self.table, 1)
        lines.addLayout(form)
        lines.addLayout(foot)
        return page

    def _progress_page(self) -> QWidget:
        page = QWidget()
        self.reading = plain("Reading …", "title")
        self.reading.setAccessibleName("What is being read")
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Progress of reading")
        self.stop = self._button("Cancel", self.cancelled.emit)
        note = plain("Reading goes on when this window is closed; the strip shows it.", "muted")
        line = QHBoxLayout()
        line.addWidget(self.bar, 1)
        line.addWidget(self.stop)
        lines = QVBoxLayout(page)
        lines.addStretch(1)
        lines.addWidget(self.reading)
        lines.addLayout(line)
        lines.addWidget(note)
        lines.addStretch(2)
        return page

    def _result_page(self) -> QWidget:
        page = QWidget()
        self.summary = plain("", "title")
        self.summary.setAccessibleName("What was read")
        self.done_model = done_model()
        self.done_model.setParent(self)
        self.results = Table(self.done_model, "Files that were read")
        self.quarantine = self._button("Open the quarantine", self.quarantine_pressed.emit)
        more = self._button("Import more…", self.start_again)
        self.shut = self._button("Close", self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.quarantine)
        foot.addStretch(1)
        foot.addWidget(more)
        foot.addWidget(self.shut)
        lines = QVBoxLayout(page)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self.summary)
        lines.addWidget(self.results, 1)
        lines.addLayout(foot)
        return page

    def _button(self, words: str, press: Callable[[], object], keys: str = "") -> QPushButton:
        button = QPushButton(words)
        # Enter in a table or a line must not press a button elsewhere.
        button.setAutoDefault(False)
        button.clicked.connect(lambda: press())
        if keys:
            button.setToolTip(QKeySequence(keys).toString())
            QShortcut(QKeySequence(keys), self).activated.connect(button.click)
        return button

    # Choosing ------------------------------------------------------------------------------------

    def choose_files(self) -> None:
        chooser = self._chooser("Files to import")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        chooser.filesSelected.connect(lambda names: self.add([Path(name) for name in names]))
        chooser.open()

    def choose_folder(self) -> None:
        chooser = self._chooser("A folder to import")
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.fileSelected.connect(lambda name: self.add([Path(name)]))
        chooser.open()

    def _chooser(self, title: str) -> QFileDialog:
        chooser = QFileDialog(self, title)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return chooser

    def add(self, paths: Sequence[Path]) -> None:
        """Look at these files too, and at those of folders."""
        fresh = [path for path in paths if path not in self.chosen]
        if self.pages.currentIndex() == 2:
            self.start_again()
        if self.pages.currentIndex() == 0 and fresh:
            self.chosen += fresh
            self.look()

    def look(self) -> None:
        """Read the beginnings, on a reader thread."""
        console, chosen = self.bridge.console, list(self.chosen)
        if console is None:
            return
        self._looking = True
        self.told.setText("Looking at the files …")
        self._judge()

        def job() -> tuple[list[FoundFile], list[Path], tuple[str, ...]]:
            folders = dict.fromkeys(p if p.is_dir() else p.parent for p in chosen)
            return console.look_at(chosen, lambda: self._shut), list(folders), zones.names()

        self.bridge.ask("look", job, self._show_found, self._look_failed)

    def _look_failed(self, error: Exception) -> None:
        self._looking = False
        self.told.setText(str(error))
        self._judge()

    def _show_found(self, told: tuple[list[FoundFile], list[Path], tuple[str, ...]]) -> None:
        if self._shut:
            return
        self.found, self.folders, names = told
        self._looking = False
        self._offer(names)
        self._show_lines()
        kinds = [file.kind for file in self.found]
        alone = kinds.count("unknown")
        words = f"{texts.plural(len(kinds) - alone, 'file')} found"
        self.told.setText(f"{words}, {alone} left alone" if alone else words)
        if self.model.rows() and self.table.current_row() is None:
            # What needs a word first.
            rows = sorted(self.model.rows(), key=lambda line: not line.state.startswith("◆"))
            self.table.choose(rows[0].found.path)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.looked.emit()

    def _offer(self, names: Sequence[str]) -> None:
        """The zones, with the one that was stated before, or else this desk's."""
        if self.zone.count() > 1:
            return
        stated = next((f.zone for f in self.found if f.needs_zone and f.zone), "")
        at_first = stated or self.zone.currentText()
        self.zone.blockSignals(True)
        self.zone.clear()
        self.zone.addItems(list(names))
        self.zone.setCurrentText(at_first)
        self.zone.blockSignals(False)
        completer = QCompleter(self.zone.model(), self.zone)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.zone.setCompleter(completer)

    # What is said of them ------------------------------------------------------------------------

    def lines(self) -> list[FileLine]:
        zone = self.zone.currentText().strip()
        return importing.lines_of(self.found, self._left_out, zone if zones.is_zone(zone) else "")

    def chosen_line(self) -> FileLine | None:
        row = self.table.current_row()
        return row if isinstance(row, FileLine) else None

    def _show_lines(self) -> None:
        self.model.show_rows(self.lines())
        self._judge()

    def _rezone(self, _: str) -> None:
        self._show_lines()

    def _judge(self) -> None:
        """What can be done now, and what is missing."""
        lines = self.lines()
        local = [line for line in lines if line.taken and line.found.needs_zone]
        for part in (self.zone_label, self.zone, self.example):
            part.setVisible(bool(local))
        zone = self.zone.currentText().strip()
        example = next((line.found.example for line in local if line.found.example), "")
        self.example.setText(zones.read_both_ways(example, zone) if example else "")
        folders = self.folders
        self.follow.setEnabled(bool(folders))
        words = ", ".join(map(str, folders[:2])) + (" …" if len(folders) > 2 else "")
        self.follow.setToolTip(words)
        line = self.chosen_line()
        kind = line.found.kind if line is not None else ""
        self.explain.setVisible(kind == "table")
        self.leave_out.setEnabled(kind in ("export", "roster"))
        takes = self.leave_out.isEnabled() and line is not None and not line.taken
        self.leave_out.setText("Take" if takes else "Leave out")
        ready = sum(each.ready for each in lines)
        asked = [each for each in lines if each.state.startswith("◆")]
        self.go.setText(f"Import {texts.plural(ready, 'file')}" if ready else "Import")
        self.go.setEnabled(ready > 0 and not self._looking)
        if local and not zones.is_zone(zone):
            self.trouble.setText(f"◆ {zone or 'Nothing'} is no zone such as Europe/Berlin")
        elif asked:
            many = len(asked)
            self.trouble.setText(
                f"◆ {texts.plural(many, 'file')} cannot be read before you say more"
            )
        else:
            self.trouble.setText("")

    def toggle_chosen(self) -> None:
        line = self.chosen_line()
        if line is not None and line.found.kind in ("export", "roster"):
            self._left_out ^= {line.found.path}
            self._show_lines()

    def _open(self, line: FileLine) -> None:
        if line.found.kind == "table":
            self.explain_chosen()

    def explain_chosen(self) -> None:
        """Ask what the columns of a table are; the answer is kept, and the files looked at anew."""
        line, console = self.chosen_line(), self.bridge.console
        if line is None or line.found.kind != "table":
            return
        found = line.found

        def ask(known: list[str]) -> None:
            name = Path(found.path).name
            zone = zones.of_desk()
            self.mapping = MappingDialog(found.head, name, known, self, zone=zone)
            self.mapping.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.mapping.mapped.connect(self._keep)
            self.mapping.open()

        self.bridge.ask("mappings", lambda: [m.name for m in console.mappings.known()], ask)

    def _keep(self, mapping: object) -> None:
        console = self.bridge.console
        self.bridge.act(lambda: console.mappings.save(mapping), lambda _: self.look())

    # Reading -------------------------------------------------------------------------------------

    def begin(self) -> None:
        follow = tuple(self.folders) if self.follow.isChecked() else ()
        plan: Plan = importing.planned(self.lines(), self.name.text().strip(), follow)
        if plan.files:
            self.bar.setRange(0, 0)
            self.reading.setText("Reading …")
            self.pages.setCurrentIndex(1)
            self.stop.setFocus(Qt.FocusReason.OtherFocusReason)
            self.planned.emit(plan)

    def show_progress(self, progress: Progress | None) -> None:
        if self.pages.currentIndex() != 1 or progress is None:
            return
        name = progress.path.replace("\\", "/").rsplit("/", 1)[-1]
        self.reading.setText(f"Reading {name}, {texts.count(progress.lines)} lines")
        self.bar.setRange(0, 100 if progress.total else 0)
        if progress.total:
            self.bar.setValue(int(100 * progress.done / progress.total))

    def show_outcome(self, outcome: Outcome) -> None:
        rosters = map(importing.roster_as_file, outcome.rosters)
        self.done_model.show_rows([*outcome.files, *rosters])
        self.results.sort_by(len(self.done_model.columns) - 1, toggle=False)
        self.summary.setText(importing.summary(outcome))
        kept = sum(result.quarantined for result in outcome.files)
        self.quarantine.setVisible(kept > 0)
        self.pages.setCurrentIndex(2)
        self.shut.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_failure(self, error: Exception) -> None:
        self.pages.setCurrentIndex(0)
        self.trouble.setText(f"▲ {error}")

    def start_again(self) -> None:
        self.chosen, self.found, self.folders = [], [], []
        self._left_out = frozenset()
        self.model.show_rows([])
        self.told.setText("Choose files or folders, or drop them here.")
        self.pages.setCurrentIndex(0)
        self._judge()
        self.add_files.setFocus(Qt.FocusReason.OtherFocusReason)

    # Window --------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_of(event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add(paths_of(event.mimeData().urls()))
        event.acceptProposedAction()

    def done(self, result: int) -> None:
        self._shut = True
        super().done(result)
