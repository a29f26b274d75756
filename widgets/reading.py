"""Which folders are followed, what is played, what is read once, and what came of it."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from console.domain.acts import FileResult
from console.errors import ConsoleError, ExportError, NotTogether
from console.twin.places import title_of
from widgets import importing, texts
from widgets.bridge import Bridge
from widgets.importing import Outcome, Plan
from widgets.notices import Notices
from widgets.views.import_wizard import ImportWizard
from widgets.views.sources import Sources

HOUSE = Path(__file__).resolve().parents[1]
#: So many files are remembered as offered once.
ASKED = 500
SAMPLE = HOUSE / "resources" / "samples" / "queue_log"


def open_sample() -> bool:
    """The sample in a window and a folder of its own: it never stands beside real queues."""
    program = [str(HOUSE / "main.py"), "--replay", str(SAMPLE)]
    started = QProcess.startDetached(sys.executable, program, str(HOUSE))
    return started[0] if isinstance(started, tuple) else bool(started)


def _rehearsed(folders: Sequence[Path]) -> str:
    return next((title for folder in folders if (title := title_of(folder))), "")


class Reading(QObject):
    begun = Signal()  # there is something to show, or soon will be
    replayed = Signal(str)  # what is played as if it were live, or rehearsed, in words

    def __init__(
        self,
        bridge: Bridge,
        settings: QSettings,
        notices: Notices,
        sources: Sources,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.bridge = bridge
        self.settings = settings
        self.notices = notices
        self.sources = sources
        self.window = window
        self.followed: list[Path] = []
        self._unread: list[Path] = []
        self.open_sample = open_sample
        bridge.read.connect(self.tell_read)
        bridge.read_cancelled.connect(self.tell_cancelled)
        bridge.questioned.connect(self.note_question)
        bridge.opened.connect(self._tell_damaged)
        self.wizard: ImportWizard | None = None
        self.show_quarantine: Callable[[], None] = lambda: None
        self._questions: dict[str, FileResult] = {}
        # A folder of fifty tables asks once, not fifty times.
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(500)
        self._breath.timeout.connect(self._ask_questions)
        sources.left_pressed.connect(self._show_left)
        sources.forget_pressed.connect(self.forget)
        sources.read_on_pressed.connect(self.read_on)

    def watched(self) -> list[str]:
        """The folders remembered from before."""
        found: Any = self.settings.value("watched", [])
        return [found] if isinstance(found, str) else list(found or [])

    def resume(self) -> bool:
        """Follow what was followed before; false where there is nothing."""
        folders = self.watched()
        if folders:
            self.sources.show_folders(folders)
            self._follow([Path(folder) for folder in folders])
        return bool(folders)

    def watch(self, folders: Sequence[Path]) -> None:
        """Follow folders, now and at the next start."""
        self.begun.emit()
        known = self.watched()
        fresh = [path for folder in folders if str(path := folder.absolute()) not in known]
        if fresh:
            self.settings.setValue("watched", [*known, *map(str, fresh)])
            self.settings.sync()
            self.sources.show_folders(self.watched())
            self._follow(fresh)

    def _follow(self, folders: list[Path]) -> None:
        self.followed += folders

        def begun(_: object) -> None:
            self.bridge.ask("", lambda: _rehearsed(folders), self._tell_rehearsal)

        self.bridge.watch(folders, begun, lambda error: self._refused(folders, error))
        self.bridge.ask(
            "", lambda: [folder for folder in folders if not folder.is_dir()], self._tell_missing
        )

    def _refused(self, folders: Sequence[Path], error: object) -> None:
        """What is real and a rehearsal are never followed together, also not at the next start."""
        if isinstance(error, NotTogether):
            self.followed = [folder for folder in self.followed if folder not in folders]
            refused = {str(folder) for folder in folders}
            left = [folder for folder in self.watched() if folder not in refused]
            self.settings.setValue("watched", left)
            self.settings.sync()
            self.sources.show_folders(left)
        assert isinstance(error, BaseException)
        self.bridge.failed.emit(error)

    def rehearse(self, folder: Path) -> None:
        """Follow a rehearsal that is led from this window, and only as long as that is open."""
        self.followed.append(folder)
        self.sources.show_folders([f"rehearsal in {folder}"])
        self.bridge.watch([folder])

    def _tell_rehearsal(self, title: str) -> None:
        if title:
            self.replayed.emit(f"REHEARSAL: {title}")

    def _tell_missing(self, folders: Sequence[Path]) -> None:
        for folder in folders:
            self.notices.fail(
                ExportError(
                    f"There is no folder {folder}",
                    "Nothing is read from there. If it appears, it is read by itself.",
                    "Is it mounted, and spelled right? Sources, Forget folders, lets go of it.",
                )
            )

    def read_on(self) -> None:
        """What a cancelled read left, or whatever is new in the folders."""
        paths = self._unread or self.followed
        self._unread = []
        if paths:
            self.bridge.read_files(paths)

    def forget(self) -> None:
        """Follow nothing at the next start."""
        before = self.watched()
        self.settings.setValue("watched", [])
        self.settings.sync()
        self.sources.show_folders([])
        self.notices.tell(
            f"{texts.plural(len(before), 'folder')} forgotten",
            "Reading goes on until the window is closed.",
            "Undo",
            lambda: self._remember(before),
        )

    def _remember(self, folders: list[str]) -> None:
        self.settings.setValue("watched", folders)
        self.settings.sync()
        self.sources.show_folders(folders)

    def replay(self, file: Path, speed: float = 1.0) -> None:
        """Play a recorded log as if it were live."""
        self.begun.emit()
        self.replayed.emit(f"REPLAY of {file.name}")

        def follow(folder: Path) -> None:
            self.followed.append(folder)
            self.sources.show_folders([*self.watched(), f"replay of {file.name}"])
            self.bridge.watch([folder])

        self.bridge.replay(file, speed, follow)

    def play_sample(self) -> None:
        if self.open_sample():
            self.notices.tell(
                "The sample hour opens in a window of its own",
                "Its queues are made up and stay apart from yours.",
            )
        else:
            self.notices.fail(
                ExportError(
                    "The sample could not be opened.", "", "In a terminal: main.py --replay FILE"
                )
            )

    # Importing -----------------------------------------------------------------------------------

    def begin_import(self, paths: Sequence[Path] = ()) -> None:
        """Look at files before they are read; those given are listed at once."""
        if self.bridge.console is None:
            return
        wizard = self.wizard
        if wizard is None:
            wizard = self.wizard = ImportWizard(self.bridge, self.window)
            wizard.planned.connect(self._carry_out)
            wizard.cancelled.connect(self.bridge.cancel_read)
            wizard.quarantine_pressed.connect(lambda: self.show_quarantine())
            wizard.finished.connect(self._wizard_gone)
            wizard.destroyed.connect(self._wizard_gone)
        wizard.show()
        wizard.raise_()
        wizard.activateWindow()
        wizard.add(list(paths))

    def _wizard_gone(self, *_: object) -> None:
        self.wizard = None

    def _carry_out(self, plan: Plan) -> None:
        console = self.bridge.console
        self.begun.emit()
        self.bridge.bring_in(
            lambda **how: importing.carry_out(console, plan, **how),
            self._imported,
            self._import_failed,
        )

    def _imported(self, outcome: Outcome) -> None:
        if outcome.plan.follow:
            self.watch(outcome.plan.follow)
        if self.wizard is not None:
            self.wizard.show_outcome(outcome)
        else:
            self.notices.tell("Import is done", importing.summary(outcome))

    def _import_failed(self, error: Exception) -> None:
        if self.wizard is not None:
            self.wizard.show_failure(error)
        else:
            self.bridge.failed.emit(error)

    def note_question(self, result: FileResult) -> None:
        """A followed file waits for somebody's word: offered once, also after the next start."""
        asked = self._asked()
        if result.path not in asked:
            self.settings.setValue("asked", [*asked, result.path][-ASKED:])
            self._questions[result.path] = result
            self._breath.start()

    def _asked(self) -> list[str]:
        found: Any = self.settings.value("asked", [])
        return [found] if isinstance(found, str) else list(found or [])

    def _ask_questions(self) -> None:
        asked, self._questions = self._questions, {}
        if not asked:
            return
        paths = [Path(path) for path in asked]
        if len(paths) == 1:
            (result,) = asked.values()
            needs = "of which zone its times are" if result.needs_zone else "what its columns are"
            words = f"{paths[0].name} waits: say {needs}"
        else:
            words = f"{len(paths)} files wait for a word of yours"
        self.notices.tell(
            words,
            "They are in a followed folder and cannot be read before."
            if len(paths) > 1
            else f"{paths[0].parent}: it cannot be read before.",
            "Import…",
            lambda: self.begin_import(paths),
        )

    def _show_left(self) -> None:
        """The files that were left alone, in the import, with the reasons."""
        console = self.bridge.console
        if console is not None:
            self.bridge.ask(
                "left paths",
                console.upkeep.left,
                lambda left: self.begin_import([Path(result.path) for result in left]),
            )

    def _tell_damaged(self) -> None:
        """Mappings that cannot be used are named, and left alone."""

        def told(damaged: Sequence[ConsoleError]) -> None:
            for error in damaged:
                self.notices.fail(error)

        self.bridge.ask("", self.bridge.console.mappings.damaged, told)

    def choose_folder(self) -> None:
        chooser = self._chooser("The folder where the PBX writes its queue log")
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly, False)
        chooser.fileSelected.connect(lambda folder: self.watch([Path(folder)]))
        chooser.open()

    def choose_files(self) -> None:
        chooser = self._chooser("Files to read once")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        chooser.filesSelected.connect(self.read_files)
        chooser.open()

    def _chooser(self, title: str) -> QFileDialog:
        chooser = QFileDialog(self.window, title)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return chooser

    def read_files(self, paths: Sequence[str]) -> None:
        self.begun.emit()
        self._unread = [Path(path) for path in paths]
        self.bridge.read_files(self._unread)

    # What came of it ------------------------------------------------------------------------------

    def tell_read(self, results: Sequence[FileResult]) -> None:
        """What became of the files read."""
        accepted = sum(result.accepted for result in results)
        kept = sum(result.quarantined for result in results)
        detail = f"{texts.count(accepted)} lines taken, {texts.count(kept)} in quarantine"
        if any(result.cancelled for result in results):
            self.notices.tell(
                "Reading was cancelled",
                f"{detail}; what was read stays",
                "Read on",
                self.read_on,
            )
            self.sources.show_unread(True)
        elif results:
            self._unread = []
            self.sources.show_unread(False)
            self.notices.tell(f"{texts.plural(len(results), 'file')} read", detail)
        for result in results:
            if result.needs_zone or result.unmapped:
                self.note_question(result)
            elif result.problem:
                self.notices.tell(f"{Path(result.path).name} could not be read", result.problem)

    def tell_cancelled(self) -> None:
        self.notices.tell(
            "Reading was cancelled",
            "What was read stays; the rest is read when the file next changes, or now.",
            "Read on",
            self.read_on,
        )
        self.sources.show_unread(True)
