"""The roster's window, and the files that go in and out of it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.imports import FoundFile
from console.domain.roster import RosterResult
from widgets import texts, zones
from widgets.afterwards import Afterwards
from widgets.bridge import Bridge
from widgets.views.roster import RosterDialog
from widgets.views.roster_form import ZoneForm


def zone_of_desk() -> ZoneInfo:
    """The zone of this machine: what is typed here, and files that do not say, are of it."""
    return ZoneInfo(zones.of_desk())


class Rostering(QObject):
    def __init__(self, bridge: Bridge, afterwards: Afterwards, window: QWidget) -> None:
        super().__init__(window)
        self.bridge = bridge
        self.afterwards = afterwards
        self.window = window
        self.dialog: RosterDialog | None = None
        self.zone_form: ZoneForm | None = None

    def show(self) -> RosterDialog:
        """Open it, or bring it to the front."""
        dialog = self.dialog
        if dialog is None:
            dialog = self.dialog = RosterDialog(self.bridge, zone_of_desk(), self.window)
            dialog.recorded.connect(self.afterwards.tell_done)
            dialog.undo_pressed.connect(lambda record: self.afterwards.undo(str(record)))
            dialog.import_pressed.connect(self.choose_files)
            dialog.templates_pressed.connect(lambda: self.choose_folder("write_templates"))
            dialog.export_pressed.connect(lambda: self.choose_folder("export_roster"))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        return dialog

    def in_use(self) -> bool:
        return self.dialog is not None and self.dialog.isActiveWindow()

    # Files in and out ---------------------------------------------------------------------------

    def choose_files(self) -> None:
        self.show()
        chooser = self._chooser("Rosters to read")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        chooser.setNameFilters(["Rosters (*.csv *.tsv *.txt *.xlsx *.xls *.ods)", "All files (*)"])
        chooser.filesSelected.connect(self.ask_zone)
        chooser.open()

    def ask_zone(self, names: Sequence[str]) -> None:
        """Of which zone their local times are, where they have any; then read them."""
        console, dialog = self.bridge.console, self.show()
        paths = [Path(name) for name in names]

        def look() -> tuple[list[FoundFile], tuple[str, ...]]:
            return console.look_at(paths), zones.names()

        def ask(told: tuple[list[FoundFile], tuple[str, ...]]) -> None:
            found, known = told
            if all(file.kind == "roster" and not file.needs_zone for file in found):
                self.read_files(names)
                return
            example = next((file.example for file in found if file.example), "2026-01-05 08:00")
            files = [path.name for path in paths]
            form = self.zone_form = ZoneForm(files, example, dialog.zone.key, known, dialog)
            form.chosen.connect(lambda zone: self.read_files(names, ZoneInfo(zone)))
            form.open()

        self.bridge.ask("", look, ask)

    def read_files(self, names: Sequence[str], zone: ZoneInfo | None = None) -> None:
        """Local times are of `zone`, or of this desk's."""
        console, dialog = self.bridge.console, self.show()
        paths, zone = [Path(name) for name in names], zone or dialog.zone
        dialog.tell(f"Reading {texts.plural(len(paths), 'file')} …")
        self._write(lambda: [console.import_roster(path, zone) for path in paths], self.tell_read)

    def tell_read(self, results: Sequence[RosterResult]) -> None:
        dialog = self.show()
        dialog.tell("; ".join(summary(result) for result in results))
        problems = [
            f"{Path(result.path).name}{where(problem)}: {problem.words}"
            for result in results
            for problem in result.problems
        ]
        if problems:
            show_problems(dialog, problems)
        if missing := list(dict.fromkeys(shift for r in results for shift in r.missing)):
            dialog.offer_removal(missing)
        self.bridge.note_change()
        dialog.load()

    def choose_folder(self, job: str) -> None:
        """`job`: write_templates or export_roster."""
        dialog = self.show()
        what = "the templates" if job == "write_templates" else "the roster"
        chooser = self._chooser(f"An empty folder for {what}")
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly, True)
        chooser.fileSelected.connect(lambda folder: self.write_files(job, Path(folder)))
        chooser.open()
        dialog.tell("")

    def write_files(self, job: str, folder: Path) -> None:
        console, dialog = self.bridge.console, self.show()
        zone = dialog.zone

        def write() -> list[Path]:
            if job == "write_templates":
                return console.write_templates(folder)
            return console.export_roster(folder, zone)

        self._write(
            write,
            lambda paths: dialog.tell(f"{texts.plural(len(paths), 'file')} written to {folder}"),
        )

    def _write(self, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        def failed(error: Exception) -> None:
            if self.dialog is not None:
                self.dialog.tell("")
            self.bridge.failed.emit(error)

        self.bridge.write(job, then, failed)

    def _chooser(self, title: str) -> QFileDialog:
        chooser = QFileDialog(self.dialog or self.window, title)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return chooser


def summary(result: RosterResult) -> str:
    """A file in one line: rows of each table, and how many of them said something new."""
    name = Path(result.path).name
    if not result.counts:
        return f"{name} was not taken"
    told: list[str] = []
    for count in result.counts:
        words = f"{count.table}: {texts.plural(count.rows, 'row')}, {count.changed} new or changed"
        words += f", {count.examples} examples passed over" if count.examples else ""
        words += f", ◆ {count.left} left out" if count.left else ""
        words += f", columns not used: {', '.join(count.unused)}" if count.unused else ""
        told.append(words)
    return f"{name}: {'; '.join(told)}"


def where(problem: Any) -> str:
    if not problem.line:
        return ""
    column = f", {problem.column}" if problem.column else ""
    table = f", {problem.table}" if problem.table else ""
    return f"{table}, line {problem.line}{column}"


def show_problems(parent: QWidget, problems: Sequence[str]) -> None:
    """What could not be taken, to be read, copied and mended."""
    box = QDialog(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("What could not be taken")
    box.resize(760, 360)
    lines = QVBoxLayout(box)
    many = texts.plural(len(problems), "thing")
    words = QLabel(f"{many} to mend; all other rows were taken. Mend the file and read it again.")
    words.setWordWrap(True)
    lines.addWidget(words)
    text = QPlainTextEdit("\n".join(problems[:2000]))
    text.setReadOnly(True)
    text.setAccessibleName("Problems by line and column")
    lines.addWidget(text)
    copy = QPushButton("Copy")
    copy.clicked.connect(lambda: QApplication.clipboard().setText("\n".join(problems)))
    lines.addWidget(copy)
    box.open()
