"""Owed: what was put off, who sees to it, until when, and what became of it."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from console.domain.obligations import OWED, Ledger, ObligationRow
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.obligations import head, obligation_model
from widgets.models.resources import spell
from widgets.views.elided import Elided
from widgets.views.ink import Knob
from widgets.views.panel import Asked

NOTHING = "nothing was put off"
NOTHING_OWED = "nothing is owed any more"
#: Controls of a row: what each does, and its words.
KNOBS = {"done": "Done", "owner": "Owner…", "due": "Due…"}
TIPS = {
    "done": "It has been done",
    "owner": "Say who sees to it",
    "due": "Say until when it has to be done",
    "waive": "It need not be done any more; the reason is kept",
    "law": "The law requires it, or it does not after all",
}


class Obligations(Asked):
    name = "obligations"
    title = "Owed"
    pressed = Signal(str, object)  # done, owner, due, waive or law; the rows
    add_pressed = Signal()
    loaded = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, obligation_model(), parent)
        self.ledger: Ledger | None = None
        self.table.empty_words = NOTHING
        self.table.knobs = self.knobs_of
        self.told = Elided()
        self.told.setAccessibleName("What is owed in all")
        self.ended = QPushButton("done too")
        self.ended.setCheckable(True)
        self.ended.setToolTip("Show what is done or waived as well")
        self.ended.setAccessibleName("Show what is done or waived as well")
        self.ended.toggled.connect(self._turn)
        self.group = QPushButton("by operation")
        self.group.setCheckable(True)
        self.group.setAccessibleName("Group by operation")
        self.group.toggled.connect(self.model.set_grouped)
        self.tools.addWidget(self.told, 1)
        self.tools.addWidget(self.ended)
        self.tools.addWidget(self.group)
        self.picked = Elided()
        self.foot.setContentsMargins(6, 3, 6, 3)
        self.foot.addWidget(self.picked, 1)
        self.buttons: dict[str, QPushButton] = {}
        for act, words in {**KNOBS, "waive": "Waive…", "law": "By law"}.items():
            button = QPushButton(words)
            button.setToolTip(TIPS[act])
            button.setAccessibleName(TIPS[act])
            button.clicked.connect(lambda _=False, act=act: self.press(act))
            self.foot.addWidget(button)
            self.buttons[act] = button
        self.add = QPushButton("Put off by hand…")
        self.add.setToolTip("Write down something else that is put off (Ctrl+Shift+H)")
        self.add.setAccessibleName("Write down something else that is put off")
        self.add.clicked.connect(self.add_pressed)
        self.foot.addWidget(self.add)
        self._widths: dict[str, int] = {}
        self.measure()
        self.table.sort_by(next(n for n, c in enumerate(self.model.columns) if c.id == "due"))
        self.chosen.connect(self._count)
        self.table.pressed_knob.connect(lambda act, row: self.pressed.emit(act, [row]))
        self.table.opened.connect(self._open)
        self._count()

    def measure(self) -> None:
        """Room for the controls, in the face in use."""
        self._widths = self.knob_widths(KNOBS)
        self.give_controls(sum(self._widths.values()) + 18)

    def load(self) -> None:
        """Ask for the ledger, if anybody sees it."""
        console = self.bridge.console
        if console is None or not self.is_seen():
            return
        known = None if self.ledger is None else self.ledger.version

        def job() -> Any:
            return console.obligations(known)

        self.bridge.ask("obligations", job, self._show)

    def _show(self, ledger: Ledger | None) -> None:
        if ledger is None:
            return
        self.ledger = ledger
        self._turn()
        self.told.say(head(ledger.total), f"as of {texts.clock(ledger.at)}")
        self.loaded.emit()

    def _turn(self) -> None:
        ledger, ended = self.ledger, self.ended.isChecked()
        if ledger is None:
            return
        rows = [row for row in ledger.rows if ended or row.state == OWED]
        self.table.empty_words = NOTHING_OWED if ledger.rows else NOTHING
        self.model.show_rows(rows, ledger)
        self.table.viewport().update()
        self._count()

    def knobs_of(self, row: ObligationRow) -> tuple[Knob, ...]:
        if row.state != OWED:
            return ()
        return tuple(
            Knob(act, words, self._widths[act], tip=TIPS[act]) for act, words in KNOBS.items()
        )

    def chosen_owed(self) -> list[ObligationRow]:
        return [row for row in self.table.chosen_rows() if row.state == OWED]

    def press(self, act: str) -> None:
        rows = self.chosen_owed()
        if rows:
            self.pressed.emit(act, rows)

    def _open(self, row: ObligationRow) -> None:
        if row.state == OWED:
            self.pressed.emit("owner", [row])

    def _count(self) -> None:
        rows = self.chosen_owed()
        minutes = sum(row.minutes or 0 for row in rows)
        words = f"{len(rows)} selected, {spell(minutes)}" if rows else "select what is meant"
        self.picked.say(words)
        for button in self.buttons.values():
            button.setEnabled(bool(rows))
