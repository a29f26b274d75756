"""Ctrl+K: every command, queue and agent by a few letters of its name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from widgets import theme

SHOWN = 14
_RUN = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: its words, its key, what it does."""

    words: str
    keys: str
    run: Callable[[], Any]
    enabled: bool = True


def rank(words: str, typed: str) -> int | None:
    """How well `typed` fits, smaller is better; None where its letters are not there in order."""
    low, wanted = words.casefold(), typed.casefold().strip()
    if not wanted:
        return 0
    if low.startswith(wanted):
        return 0
    parts = wanted.split()
    if all(part in low for part in parts):
        starts = sum(1 for part in parts if f" {part}" in f" {low}")
        return 10 - starts
    spread, place = 0, -1
    for letter in wanted.replace(" ", ""):
        found = low.find(letter, place + 1)
        if found < 0:
            return None
        spread += found - place
        place = found
    return 20 + spread


class _Line(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        entry: Entry = index.data(_RUN)
        box: QRect = option.rect  # type: ignore[attr-defined]
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        if chosen:
            painter.fillRect(box, theme.color("selected"))
        ink = "selected_text" if chosen else "text" if entry.enabled else "muted"
        painter.setPen(theme.color(ink))
        inner = box.adjusted(12, 0, -12, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, int(middle | Qt.AlignmentFlag.AlignLeft), entry.words)
        painter.setPen(theme.color("selected_text" if chosen else "muted"))
        painter.drawText(inner, int(middle | Qt.AlignmentFlag.AlignRight), entry.keys)

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        return QSize(200, option.fontMetrics.height() + 10)  # type: ignore[attr-defined]


class _Input(QLineEdit):
    stepped = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: SHOWN - 2, Qt.Key.Key_PageUp: 2 - SHOWN,
        }  # fmt: skip
        if event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Palette(QFrame):
    """Opens over the window, runs one entry, and is gone."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self.setAccessibleName("Command palette")
        self.over = window
        self.entries: list[Entry] = []
        self._return_to: QWidget | None = None
        self.line = _Input()
        self.line.setPlaceholderText("a few letters of a command, a queue or an agent")
        self.line.setAccessibleName("Find a command, a queue or an agent")
        self.list = QListWidget()
        self.list.setAccessibleName("Commands found")
        self.list.setItemDelegate(_Line(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(8, 8, 8, 8)
        lines.addWidget(self.line)
        lines.addWidget(self.list)
        self.line.textChanged.connect(self._find)
        self.line.stepped.connect(self._step)
        self.line.left.connect(self.leave)
        self.line.returnPressed.connect(self.run)
        self.list.itemClicked.connect(lambda _: self.run())
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]
        self.hide()

    def open(self, entries: Sequence[Entry]) -> None:
        self._return_to = QApplication.focusWidget()
        self.entries = list(entries)
        window = self.over
        width = min(640, window.width() - 80)
        height = min(SHOWN * (self.fontMetrics().height() + 10) + 60, window.height() - 120)
        self.setGeometry(QRect(QPoint((window.width() - width) // 2, 70), QSize(width, height)))
        self.line.clear()
        self._find("")
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _find(self, typed: str) -> None:
        found = [(r, e) for e in self.entries if (r := rank(e.words, typed)) is not None]
        found.sort(key=lambda pair: (not pair[1].enabled, pair[0]))
        self.list.clear()
        for _, entry in found[:60]:
            item = QListWidgetItem(entry.words)
            item.setData(_RUN, entry)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _step(self, by: int) -> None:
        last = self.list.count() - 1
        self.list.setCurrentRow(max(0, min(last, self.list.currentRow() + by)))

    def run(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        entry: Entry = item.data(_RUN)
        if not entry.enabled:
            return
        self.leave()
        entry.run()

    def leave(self) -> None:
        back, self._return_to = self._return_to, None
        self.hide()
        if back is not None and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self.isVisible() and new is not None and not self.isAncestorOf(new):
            self._return_to = None
            self.hide()
