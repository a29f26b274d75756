"""Sources with the age of their news, and the lines that could not be taken."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from console.domain.board import Board, SourceRow
from console.domain.imports import FileRow, SourceDetail
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.sources import (
    SourceLine,
    file_model,
    quarantine_model,
    source_line,
    source_model,
)
from widgets.views.ink import Knob
from widgets.views.panel import Asked, Panel
from widgets.views.table import Table

EMPTY = "no source yet: import files, or watch the folder where exports appear"
WORDS = ("Pause", "Resume", "Re-read", "Forget", "▾")


class Sources(Panel):
    name = "sources"
    title = "Sources"
    import_pressed = Signal()
    watch_pressed = Signal()
    forget_pressed = Signal()
    read_on_pressed = Signal()
    left_pressed = Signal()
    quarantine_pressed = Signal(str)  # of the file of this name

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, source_model(), parent)
        self.table.empty_words = EMPTY
        self.table.knobs = self.knobs_of
        self.files = SourceFiles(bridge)
        self.files.opened.connect(self.quarantine_pressed)
        self.files.left.connect(self._leave_files)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        lines = self.layout()
        assert isinstance(lines, QVBoxLayout)
        lines.removeWidget(self.table)
        split.addWidget(self.table)
        split.addWidget(self.files)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        lines.insertWidget(0, split, 1)
        self.files.hide()
        self.watched = QLabel()
        self.watched.setTextFormat(Qt.TextFormat.PlainText)
        self.watched.setProperty("role", "muted")
        self.tools.addWidget(self.watched, 1)
        self.left = self._button("", "Files that were left alone, and why", self.left_pressed)
        self.left.hide()
        self.read_on = self._button(
            "▶ Read on", "Reading was cancelled: read what is left", self.read_on_pressed
        )
        self.read_on.setAccessibleName("Read what a cancelled reading left")
        self.read_on.hide()
        tip = "Look at files before they are read in: what they are, and what is needed"
        self.bring = self._button("Import…", tip, self.import_pressed)
        self.add = self._button("Watch a folder…", "", self.watch_pressed)
        tip = "Follow none of the watched folders at the next start; what was read stays"
        self.forget = self._button("Forget folders", tip, self.forget_pressed)
        self._widths: dict[str, int] = {}
        self.measure()
        self.table.sort_by(next(n for n, c in enumerate(self.model.columns) if c.id == "state"))
        self.chosen.connect(self._follow_choice)
        bridge.slow_changed.connect(self.files.load)
        bridge.slow_changed.connect(self.ask_left)
        self.show_folders([])

    def _button(self, words: str, tip: str, pressed: Any) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.clicked.connect(pressed)
        self.tools.addWidget(button)
        return button

    def rows_of(self, board: Board) -> Sequence[SourceLine]:
        now, stale_s = self.bridge.now(), self.bridge.stale_s()
        return [source_line(row, now, stale_s) for row in board.sources]

    def show_board(self, board: Board, prepared: Any) -> None:
        before = [row.rank for row in self.model.rows()]
        super().show_board(board, prepared)
        if before != [row.rank for row in self.model.rows()]:
            self.table.rearrange_when_idle()

    # Controls ------------------------------------------------------------------------------------

    def measure(self) -> None:
        """Room for the buttons, in the face in use."""
        self._widths = self.knob_widths({word: word for word in WORDS})
        first = max(self._widths["Pause"], self._widths["Resume"])
        self._widths["Pause"] = self._widths["Resume"] = first
        self.give_controls(sum(self._widths[w] + 4 for w in WORDS if w != "Resume") + 8)

    def knobs_of(self, row: SourceRow) -> tuple[Knob, ...]:
        name = row.source
        pause = (
            self._knob("pause_source", "Resume", f"Read the files of {name} on")
            if row.paused
            else self._knob("pause_source", "Pause", f"Do not read the files of {name}")
        )
        return (
            pause,
            self._knob("reread_source", "Re-read", f"Read {name} again from the beginning"),
            self._knob("forget_source", "Forget", f"Take away all that was read of {name}"),
            self._knob("source_menu", "▾", "Zone, name, files, quarantine"),
        )

    def _knob(self, action: str, words: str, tip: str) -> Knob:
        return Knob(action, words, self._widths[words], tip=tip)

    # Files ---------------------------------------------------------------------------------------

    def chosen_source(self) -> SourceRow | None:
        rows = self.table.chosen_rows()
        return rows[0] if len(rows) == 1 else None

    def show_files(self, row: SourceRow) -> None:
        """The source's files beside the table."""
        self.files.show()
        self.files.show_source(row)

    def _follow_choice(self) -> None:
        row = self.chosen_source()
        if row is not None and not self.files.isHidden():
            self.files.show_source(row)

    def _leave_files(self) -> None:
        self.files.hide()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_left(self) -> None:
        """How many files were left alone."""
        console = self.bridge.console
        if console is not None and self.is_seen():
            self.bridge.ask("left alone", console.upkeep.left, self._show_left)

    def _show_left(self, left: Sequence[Any]) -> None:
        words = f"◆ {texts.plural(len(left), 'file')} left alone"
        self.left.setText(words)
        self.left.setAccessibleName(f"{words}; press to see why")
        self.left.setVisible(bool(left))

    def shown(self) -> None:
        super().shown()
        self.files.load()
        self.ask_left()

    def show_folders(self, folders: Sequence[str]) -> None:
        self.watched.setText(f"watching {', '.join(folders)}" if folders else "watching no folder")
        self.watched.setToolTip("\n".join(folders))
        self.forget.setEnabled(bool(folders))

    def show_unread(self, unread: bool) -> None:
        """A reading was cancelled and something is left."""
        self.read_on.setVisible(unread)


class SourceFiles(QFrame):
    """The files of one source, and how many records of each kind are kept of it."""

    opened = Signal(str)  # name of the file whose lines in quarantine are wanted
    left = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.row: SourceRow | None = None
        self.model = file_model()
        self.model.setParent(self)
        self.table = Table(self.model, "Files of the source")
        self.table.empty_words = "no files"
        self.table.opened.connect(self._open)
        self.heading = QLabel()
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setProperty("role", "title")
        self.held = QLabel()
        self.held.setTextFormat(Qt.TextFormat.PlainText)
        self.held.setProperty("role", "muted")
        self.held.setWordWrap(True)
        shut = QPushButton("×")
        shut.setObjectName("link")
        shut.setAccessibleName("Close the files of the source")
        shut.clicked.connect(self.left)
        head = QHBoxLayout()
        head.setContentsMargins(6, 2, 2, 0)
        head.addWidget(self.heading, 1)
        head.addWidget(shut)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(4, 0, 0, 0)
        lines.setSpacing(2)
        lines.addLayout(head)
        lines.addWidget(self.held)
        lines.addWidget(self.table, 1)

    def show_source(self, row: SourceRow) -> None:
        if self.row is None or self.row.source_id != row.source_id:
            self.model.show_rows([])
            self.held.setText("")
        self.row = row
        self.heading.setText(f"Files of {row.source}")
        self.table.setAccessibleName(f"Files of {row.source}")
        self.load()

    def load(self) -> None:
        console, row = self.bridge.console, self.row
        if console is not None and row is not None and self.isVisible():
            self.bridge.ask("source", lambda: console.source(row.source_id), self._show)

    def _show(self, told: SourceDetail) -> None:
        if self.row is None or told.source_id != self.row.source_id:
            return
        held = told.held
        words = [
            texts.plural(number, one)
            for number, one in (
                (held.contacts, "contact"),
                (held.tickets, "ticket"),
                (held.queues, "queue"),
                (held.agents, "agent"),
                (held.snapshots, "snapshot"),
            )
            if number
        ]
        self.held.setText(", ".join(words) or "nothing is kept of it")
        self.model.show_rows(told.files)

    def _open(self, row: FileRow) -> None:
        if row.quarantined:
            self.opened.emit(PurePath(row.path).name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Quarantine(Asked):
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

    def _count(self) -> None:
        number = len(self.table.selectionModel().selectedRows())
        self.retry.setText(f"Retry {number} selected" if number else "Retry all")

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
