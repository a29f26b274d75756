"""Resources: every hour that could be freed now, the most minutes first, each with its cost."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from console.domain.freeing import ASK, CALL, CANCEL, SEND, Resource, ResourceList
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.resources import KNOBS, head, kept, resource_model, whole
from widgets.views.elided import Elided
from widgets.views.ink import Knob
from widgets.views.panel import Asked

NOTHING = "nothing could be freed: no block, no state and no shift that may be used"
NO_ROSTER = "no roster was read yet, and no agent is in a meeting: Ctrl+Shift+I reads a roster"
BUTTONS = {
    CANCEL: ("cancel", "Put the selected blocks off"),
    CALL: ("call in", "Call the selected people in"),
    SEND: ("send", "Send the selected agents"),
}


class Resources(Asked):
    name = "resources"
    title = "Resources"
    pressed = Signal(str, object)  # cancel, call or send; the rows
    loaded = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, resource_model(), parent)
        self.found: ResourceList | None = None
        self.table.empty_words = NOTHING
        self.table.knobs = self.knobs_of
        self.told = Elided()
        self.told.setAccessibleName("What could be freed in all")
        self.group = QPushButton("by kind")
        self.group.setCheckable(True)
        self.group.setAccessibleName("Group by what would be given up")
        self.group.toggled.connect(self.model.set_grouped)
        self.tools.addWidget(self.told, 1)
        self.tools.addWidget(self.group)
        self.kept = Elided()
        self.kept.setAccessibleName("What is not offered")
        self.foot.setContentsMargins(6, 3, 6, 3)
        self.foot.addWidget(self.kept, 1)
        self.buttons: dict[str, QPushButton] = {}
        for act, (words, tip) in BUTTONS.items():
            button = QPushButton(words)
            button.setToolTip(f"{tip} (Ctrl+Shift+G does the first that can be done)")
            button.setAccessibleName(tip)
            button.clicked.connect(lambda _=False, act=act: self.press(act))
            self.foot.addWidget(button)
            self.buttons[act] = button
        self._widths: dict[str, int] = {}
        self.measure()
        self.table.sort_by(next(n for n, c in enumerate(self.model.columns) if c.id == "minutes"))
        self.chosen.connect(self._count)
        self.table.pressed_knob.connect(lambda act, row: self.pressed.emit(act, [row]))
        self.table.opened.connect(self._open)
        self._count()

    def measure(self) -> None:
        """Room for the widest control, in the face in use."""
        self._widths = self.knob_widths(KNOBS)
        self.give_controls(max(self._widths.values()) + 10)

    def load(self) -> None:
        """Ask what could be freed, if anybody sees it."""
        console, board = self.bridge.console, self.bridge.board
        if console is None or board is None or not self.is_seen():
            return
        known = None if self.found is None else self.found.version

        def job() -> Any:
            found = console.resources(board, known)
            return found and (found, self.model.compare(found.rows, found))

        self.bridge.ask("resources", job, self._show)

    def _show(self, landed: tuple[ResourceList, Any] | None) -> None:
        if landed is None:
            return
        self.found, delta = landed
        self.model.show(delta)
        self.table.empty_words = NOTHING if self.found.roster else NO_ROSTER
        self.told.say(head(self.found), f"as of {texts.clock(self.found.at)}")
        self.kept.say(
            kept(self.found),
            f"Breaks are protected, and so are {self.found.rest_h} hours of rest between shifts",
        )
        self.table.viewport().update()
        self._count()
        self.loaded.emit()

    def knobs_of(self, row: Resource) -> tuple[Knob, ...]:
        if row.act == ASK:
            return ()
        return (Knob(row.act, KNOBS[row.act], self._widths[row.act], tip=whole(row, self.found)),)

    def chosen_for(self, act: str) -> list[Resource]:
        return [row for row in self.table.chosen_rows() if row.act == act]

    def press(self, act: str) -> None:
        rows = self.chosen_for(act)
        if rows:
            self.pressed.emit(act, rows)

    def press_first(self) -> None:
        """The first thing that can be done with what is selected."""
        act = next((act for act in BUTTONS if self.chosen_for(act)), "")
        if act:
            self.press(act)

    def can_press(self) -> bool:
        return any(self.chosen_for(act) for act in BUTTONS)

    def _open(self, row: Resource) -> None:
        if row.act != ASK:
            self.pressed.emit(row.act, [row])

    def _count(self) -> None:
        for act, button in self.buttons.items():
            rows: Sequence[Resource] = self.chosen_for(act)
            words = BUTTONS[act][0]
            button.setText(f"{words} {len(rows)}" if rows else words)
            button.setEnabled(bool(rows))
