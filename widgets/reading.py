"""Which folders are followed, what is played, what is read once, and what came of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from console.domain.acts import FileResult
from widgets import texts
from widgets.bridge import Bridge
from widgets.notices import Notices
from widgets.views.sources import Sources

SAMPLE = Path(__file__).resolve().parents[1] / "resources" / "samples" / "queue_log"


class Reading(QObject):
    begun = Signal()  # there is something to show, or soon will be

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
        bridge.read.connect(self.tell_read)
        bridge.read_cancelled.connect(self.tell_cancelled)
        sources.forget_pressed.connect(self.forget)

    def watched(self) -> list[str]:
        """The folders remembered from before."""
        found: Any = self.settings.value("watched", [])
        return [found] if isinstance(found, str) else list(found or [])

    def resume(self) -> bool:
        """Follow what was followed before; false where there is nothing."""
        folders = self.watched()
        if folders:
            self.sources.show_folders(folders)
            self.bridge.watch([Path(folder) for folder in folders])
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
            self.bridge.watch(fresh)

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

        def follow(folder: Path) -> None:
            self.sources.show_folders([*self.watched(), f"replay of {file.name}"])
            self.bridge.watch([folder])

        self.bridge.replay(file, speed, follow)

    def play_sample(self) -> None:
        self.replay(SAMPLE)

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
        self.bridge.read_files([Path(path) for path in paths])

    # What came of it ------------------------------------------------------------------------------

    def tell_read(self, results: Sequence[FileResult]) -> None:
        """What became of the files read."""
        accepted = sum(result.accepted for result in results)
        kept = sum(result.quarantined for result in results)
        detail = f"{texts.count(accepted)} lines taken, {texts.count(kept)} in quarantine"
        if any(result.cancelled for result in results):
            self.notices.tell(
                "Reading was cancelled",
                f"{detail}; what was read stays, the rest can be read later",
            )
        elif results:
            self.notices.tell(f"{texts.plural(len(results), 'file')} read", detail)
        for result in results:
            if result.problem:
                self.notices.tell(f"{Path(result.path).name} could not be read", result.problem)

    def tell_cancelled(self) -> None:
        self.notices.tell(
            "Reading was cancelled",
            "What was read stays; the rest is read when the file next changes.",
        )
