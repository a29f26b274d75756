"""Parameters: what a forecast takes for granted, and what is taken instead by hand."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from console.domain.parameters import SET, Parameter, Parameters
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.parameters import head, parameter_model
from widgets.views.elided import Elided
from widgets.views.ink import Knob
from widgets.views.panel import Asked

ASKED = "being estimated from the exports …"
NOTHING = "nothing was read that could tell"
KNOBS = {"set": "Set…", "drop": "Drop"}
TIPS = {
    "set": "Take another value than the exports say, and say why",
    "drop": "Take what the exports say again",
}


class ParameterPanel(Asked):
    name = "parameters"
    title = "Parameters"
    wanted = False  # opened by its key: it is not for every minute
    pressed = Signal(str, object)  # set or drop; the row
    loaded = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parameter_model(), parent)
        self.found: Parameters | None = None
        self.table.empty_words = ASKED
        self.table.knobs = self.knobs_of
        self.told = Elided()
        self.told.setAccessibleName("From how much data the parameters are")
        self.group = QPushButton("by channel")
        self.group.setCheckable(True)
        self.group.setAccessibleName("Group by channel")
        self.group.toggled.connect(self.model.set_grouped)
        self.by_hand = QPushButton("set by hand")
        self.by_hand.setCheckable(True)
        self.by_hand.setToolTip("Show only what is set by hand")
        self.by_hand.setAccessibleName("Show only what is set by hand")
        self.by_hand.toggled.connect(self._turn)
        self.tools.addWidget(self.told, 1)
        self.tools.addWidget(self.by_hand)
        self.tools.addWidget(self.group)
        self.notes = Elided()
        self.notes.setAccessibleName("What the data lack")
        self.foot.setContentsMargins(6, 3, 6, 3)
        self.foot.addWidget(self.notes, 1)
        self._widths: dict[str, int] = {}
        self.measure()
        self.table.sort_by(0)
        self.table.pressed_knob.connect(lambda act, row: self.pressed.emit(act, row))
        self.table.opened.connect(lambda row: self.pressed.emit("set", row))

    def measure(self) -> None:
        """Room for the controls, in the face in use."""
        self._widths = self.knob_widths(KNOBS)
        self.give_controls(sum(self._widths.values()) + 14)

    def load(self) -> None:
        """Ask, if anybody can see it; what has not changed is not told again."""
        console = self.bridge.console
        if console is None or not self.is_seen():
            return
        known = None if self.found is None else self.found.version
        self.ask_in_turn(lambda: console.parameters(known), self._show)

    def _show(self, found: Parameters | None) -> None:
        if found is None:
            return
        self.found = found
        self.table.empty_words = NOTHING
        self.told.say(head(found) if found.rows else "", f"as of {texts.clock(found.at)}")
        self.notes.say(" ".join(found.notes), "\n".join(found.notes))
        self._turn()
        self.loaded.emit()

    def _turn(self) -> None:
        found = self.found
        if found is None:
            return
        only = self.by_hand.isChecked()
        self.table.empty_words = "nothing is set by hand" if only else NOTHING
        rows = [row for row in found.rows if not only or row.origin == SET]
        self.model.show_rows(rows, found)
        self.table.viewport().update()

    def knobs_of(self, row: Parameter) -> tuple[Knob, ...]:
        acts = ("set", "drop") if row.origin == SET else ("set",)
        return tuple(Knob(act, KNOBS[act], self._widths[act], tip=TIPS[act]) for act in acts)

    def chosen_parameter(self) -> Parameter | None:
        rows: list[Any] = self.table.chosen_rows()
        return rows[0] if len(rows) == 1 else None

    def press(self, act: str) -> None:
        row = self.chosen_parameter()
        if row is not None and (act == "set" or row.origin == SET):
            self.pressed.emit(act, row)
