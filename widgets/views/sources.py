"""Sources with the age of their news, and the lines that could not be taken."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from console.domain.board import Board, SourceRow
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.sources import quarantine_model, source_model
from widgets.views.panel import Panel


class Sources(Panel):
    name = "sources"
    title = "Sources"
    watch_pressed = Signal()
    forget_pressed = Signal()
    read_on_pressed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, source_model(), parent)
        self.table.empty_words = "no source yet: watch the folder where the PBX writes"
        self.watched = QLabel()
        self.watched.setProperty("role", "muted")
        self.tools.addWidget(self.watched, 1)
        self.read_on = QPushButton("▶ Read on")
        self.read_on.setToolTip("Reading was cancelled: read what is left")
        self.read_on.setAccessibleName("Read what a cancelled reading left")
        self.read_on.clicked.connect(self.read_on_pressed)
        self.tools.addWidget(self.read_on)
        self.read_on.hide()
        self.add = QPushButton("Watch a folder…")
        self.add.clicked.connect(self.watch_pressed)
        self.tools.addWidget(self.add)
        self.forget = QPushButton("Forget folders")
        self.forget.setToolTip("Follow none of them at the next start; what was read stays")
        self.forget.clicked.connect(self.forget_pressed)
        self.tools.addWidget(self.forget)
        self.show_folders([])

    def rows_of(self, board: Board) -> Sequence[SourceRow]:
        return board.sources

    def show_folders(self, folders: Sequence[str]) -> None:
        self.watched.setText(f"watching {', '.join(folders)}" if folders else "watching no folder")
        self.watched.setToolTip("\n".join(folders))
        self.forget.setEnabled(bool(folders))

    def show_unread(self, unread: bool) -> None:
        """A reading was cancelled and something is left."""
        self.read_on.setVisible(unread)


class Quarantine(Panel):
    name = "quarantine"
    title = "Quarantine"
    retried = Signal(int)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, quarantine_model(), parent)
        self.table.empty_words = "every line was understood"
        self.told = QLabel()
        self.told.setProperty("role", "muted")
        self.tools.addWidget(self.told, 1)
        self.retry = QPushButton("Retry all")
        self.retry.setToolTip("Try these lines again, after the cause was removed")
        self.retry.clicked.connect(self.retry_chosen)
        self.tools.addWidget(self.retry)
        self.chosen.connect(self._count)
        bridge.slow_changed.connect(self.load)
        bridge.opened.connect(self.load)

    def _count(self) -> None:
        number = len(self.table.selectionModel().selectedRows())
        self.retry.setText(f"Retry {number} selected" if number else "Retry all")

    def wants_board(self) -> bool:
        return False

    def compare_board(self, board: Board) -> None:
        return None

    def shown(self) -> None:
        self.load()

    def load(self) -> None:
        if not self.is_seen() or self.bridge.console is None:
            return
        console = self.bridge.console
        self.bridge.ask("quarantine", lambda: self.model.compare(console.quarantine()), self._show)

    def _show(self, delta: Any) -> None:
        self.model.show(delta)
        rows = self.model.rows()
        kept = sum(1 for row in rows if row.state == "kept")
        self.told.setText(f"{texts.plural(kept, 'line')} kept as they came" if rows else "")
        self.retry.setEnabled(kept > 0)

    def retry_chosen(self) -> None:
        rows = self.table.chosen_rows() or self.model.rows()
        ids = [row.id for row in rows if row.state == "kept"]
        console = self.bridge.console
        if ids and console is not None:
            self.bridge.write(lambda: console.retry_quarantine(ids), self._done)

    def _done(self, taken: int) -> None:
        self.retried.emit(taken)
        self.bridge.note_change()
        self.load()
