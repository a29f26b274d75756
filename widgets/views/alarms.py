"""Alarms: what somebody has to see to, who does, and the button that leads there."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from console.domain.alarms import DOCK, AlarmHistory, AlarmRow
from console.domain.board import Board
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.alarms import ACTS, alarm_model
from widgets.views.elided import Elided
from widgets.views.ink import Knob
from widgets.views.panel import Panel

TAKE, SNOOZE = "take", "snooze"
CALM = "nothing that somebody would have to see to"


class Alarms(Panel):
    name = "alarms"
    title = "Alarms"
    wanted = False  # it opens by its key, or by the sign in the strip
    acted = Signal(object)  # the row whose own button was pressed
    taken = Signal(object)  # rows
    snoozed = Signal(object)  # rows
    came = Signal()  # somebody sees it now

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, alarm_model(), parent)
        self.history: AlarmHistory | None = None
        #: Which docks there are to be opened.
        self.has_dock: Callable[[str], bool] = lambda _: True
        self.table.empty_words = CALM
        self.table.knobs = self.knobs_of
        self.told = Elided()
        self.told.setAccessibleName("How many alarms stand")
        self.ended = QPushButton("past too")
        self.ended.setCheckable(True)
        self.ended.setToolTip("Show alarms that have ended as well")
        self.ended.setAccessibleName("Show alarms that have ended as well")
        self.ended.toggled.connect(self._turn)
        self.spirals = Elided()
        self.spirals.setAccessibleName("Whether a backlog feeds itself")
        self.tools.addWidget(self.told, 1)
        self.tools.addWidget(self.spirals, 2)
        self.buttons: dict[str, QPushButton] = {}
        for act, words, tip, signal in (
            (TAKE, "Take over", "You see to what is selected (Ctrl+Shift+Y)", self.taken),
            (SNOOZE, "Put off…", "Be left alone with it for a while; say why", self.snoozed),
        ):
            button = QPushButton(words)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(lambda _=False, signal=signal: self._press(signal))
            self.tools.addWidget(button)
            self.buttons[act] = button
        self.tools.addWidget(self.ended)
        self._widths: dict[str, int] = {}
        self.measure()
        self.table.sort_by(0)
        self.chosen.connect(self._count)
        self.table.pressed_knob.connect(self._press_knob)
        bridge.slow_changed.connect(self.load)
        self._count()

    def measure(self) -> None:
        """Room for the widest of the controls, in the face in use."""
        words = {act: words for act, (words, _) in ACTS.items()}
        self._widths = self.knob_widths({**words, TAKE: "Take over", SNOOZE: "Put off…"})
        widest = max(self._widths[act] for act in words)
        self.give_controls(widest + self._widths[TAKE] + self._widths[SNOOZE] + 18)

    def rows_of(self, board: Board) -> Sequence[AlarmRow]:
        rows = list(board.alarms)
        if self.ended.isChecked() and self.history is not None:
            here = {row.id for row in rows}
            rows += [r for r in self.history.rows if r.cleared_at is not None and r.id not in here]
        return rows

    def show_board(self, board: Board, prepared: Any) -> None:
        super().show_board(board, prepared)
        calling = len(board.calling())
        words = texts.plural(len(board.alarms), "alarm") if board.alarms else ""
        if calling:
            words += f", ▲ {calling} without anybody"
        self.told.say(words)
        self._count()

    def shown(self) -> None:
        super().shown()
        self.came.emit()
        self.load()

    def load(self) -> None:
        """Ask for what has ended and for the indices, if anybody sees it."""
        console = self.bridge.console
        if console is not None and self.is_seen():
            self.bridge.ask("alarms", console.alarm_history, self._take)

    def _take(self, history: AlarmHistory) -> None:
        self.history = history
        told = feeding(history.indices)
        self.spirals.say(told, "\n".join(f"{name}: {words}" for name, words in history.indices))
        self._turn()

    def _turn(self) -> None:
        board = self.bridge.board
        if board is not None:
            self.model.show_rows(self.rows_of(board), board)

    def knobs_of(self, row: AlarmRow) -> tuple[Knob, ...]:
        if row.cleared_at is not None:
            return ()
        knobs: list[Knob] = []
        if row.act in ACTS and not (row.act == DOCK and not self.has_dock(row.target)):
            words, tip = ACTS[row.act]
            knobs.append(Knob(row.act, words, self._widths[row.act], tip=f"{tip}\n{row.remedy}"))
        tip = "You see to it: it stands until the condition has ended by itself"
        if not row.owner:
            knobs.append(Knob(TAKE, "Take over", self._widths[TAKE], tip=tip))
        knobs.append(
            Knob(SNOOZE, "Put off…", self._widths[SNOOZE], tip="It calls again later; say why")
        )
        return tuple(knobs)

    def _press_knob(self, act: str, row: AlarmRow) -> None:
        if act == TAKE:
            self.taken.emit([row])
        elif act == SNOOZE:
            self.snoozed.emit([row])
        else:
            self.acted.emit(row)

    def chosen_alarms(self) -> list[AlarmRow]:
        """What is selected and stands."""
        return [row for row in self.table.chosen_rows() if row.cleared_at is None]

    def _press(self, signal: Any) -> None:
        rows = self.chosen_alarms()
        if rows:
            signal.emit(rows)

    def _count(self) -> None:
        rows = self.chosen_alarms()
        for button in self.buttons.values():
            button.setEnabled(bool(rows))


def feeding(indices: Sequence[tuple[str, str]]) -> str:
    """Whether a backlog feeds itself, in one line; of those that cannot be told the number."""
    known = [f"{name} {words}" for name, words in indices if not words.startswith("cannot")]
    unknown = len(indices) - len(known)
    if unknown:
        known.append(f"{unknown} cannot be told")
    return f"does a backlog feed itself (above 1)? {', '.join(known)}" if known else ""
