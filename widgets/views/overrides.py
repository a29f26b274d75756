"""Overrides: what stands otherwise than usual, each with the knob that brings it back."""

import time
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from console.domain.board import Board
from console.domain.overrides import CHANNEL, Displaced, OverrideRow
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.overrides import Line, override_model
from widgets.views.elided import Elided
from widgets.views.ink import Knob
from widgets.views.panel import Panel

#: Where customers went is asked again after this.
ASK_EVERY_S = 30.0


class Overrides(Panel):
    name = "overrides"
    title = "Overrides"
    revert_pressed = Signal(object)  # rows

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        self._displaced: dict[str, Displaced | None] = {}
        self._asked_at: dict[str, float] = {}
        super().__init__(bridge, override_model(), parent)
        self.table.empty_words = "everything stands as usual"
        self.table.knobs = self.knobs_of
        self.told = Elided()
        self.told.setAccessibleName("How many things stand otherwise than usual")
        self.tools.addWidget(self.told, 1)
        self.all = QPushButton("Revert all…")
        self.all.setToolTip("Bring all of this back in one act; its preview comes first")
        self.all.setAccessibleName("Revert all that stands otherwise than usual")
        self.all.clicked.connect(lambda: self.revert_pressed.emit(self._all()))
        self.tools.addWidget(self.all)
        self._width = 0
        self.measure()
        self.table.sort_by(0)
        self.table.pressed_knob.connect(lambda _, line: self.revert_pressed.emit([line.row]))

    def _all(self) -> list[OverrideRow]:
        board = self.bridge.board
        return list(board.overrides) if board is not None else []

    def measure(self) -> None:
        self._width = self.knob_widths({"revert": "Revert"})["revert"]
        self.give_controls(self._width + 10)

    def rows_of(self, board: Board) -> Sequence[Line]:
        went = self._displaced
        return [
            Line(row, went.get(row.name) if row.kind == CHANNEL else None)
            for row in board.overrides
        ]

    def chosen_overrides(self) -> list[OverrideRow]:
        return [line.row for line in self.table.chosen_rows()]

    def show_board(self, board: Board, prepared: Any) -> None:
        super().show_board(board, prepared)
        rows = board.overrides
        alarms = sum(1 for row in rows if row.alarming)
        words = texts.plural(len(rows), "thing") if rows else ""
        if alarms:
            words += f", ▲ {alarms} to see to"
        self.told.say(words)
        self.all.setEnabled(bool(rows))
        self._ask_displaced([row.name for row in rows if row.kind == CHANNEL])

    def knobs_of(self, line: Line) -> tuple[Knob, ...]:
        usual = f"Bring it back: {line.row.title}\nits preview comes first"
        return (Knob("revert", "Revert", self._width, tip=usual),)

    def _ask_displaced(self, channels: Sequence[str]) -> None:
        console, now = self.bridge.console, time.monotonic()
        for channel in set(self._displaced) - set(channels):
            del self._displaced[channel]
            self._asked_at.pop(channel, None)
        due = [name for name in channels if now - self._asked_at.get(name, -1e9) > ASK_EVERY_S]
        if console is None or not due:
            return
        for name in due:
            self._asked_at[name] = now

        def job() -> dict[str, Displaced | None]:
            return {name: console.displaced(name) for name in due}

        self.bridge.ask("displaced", job, self._show_displaced)

    def _show_displaced(self, found: dict[str, Displaced | None]) -> None:
        self._displaced.update(found)
        board = self.bridge.board
        if board is not None:
            self.model.show_rows(self.rows_of(board), board)
