"""What became of what the acts of the last day aimed at, a line for each aim."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from console.domain.effects import EffectList
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.effects import EffectRow, effect_model
from widgets.views.panel import Asked

ASKED = "being told from the last 24 hours …"
EMPTY = "nothing that aims at a figure was done in the last 24 hours"
LEGEND = "hollow: before · full: after · ▼ the act · hatched: until the expected reaction"


class Effects(Asked):
    name = "effects"
    title = "Effects"
    loaded = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, effect_model(), parent)
        self._known: object = None
        self.model.arranges_new = True
        self.table.empty_words = ASKED
        self.legend = QLabel(LEGEND)
        self.legend.setProperty("role", "muted")
        self.tools.addWidget(self.legend, 1)
        self.table.sort_by(0)

    def load(self) -> None:
        """Ask, if anybody can see it; what has not changed is not told again."""
        console, known = self.bridge.console, self._known
        if console is None or not self.is_seen():
            return

        def job() -> Any:
            found: EffectList | None = console.effects(known=known)
            if found is None:
                return None
            return found, self.model.compare([EffectRow(row, found.at) for row in found.rows])

        self.ask_in_turn(job, self._show)

    def _show(self, landed: tuple[EffectList, Any] | None) -> None:
        if landed is None:
            return
        found, delta = landed
        self.table.empty_words = EMPTY
        self._known = found.version
        self.model.show(delta)
        acts = len({row.journal_id for row in found.rows})
        self.legend.setToolTip(f"{texts.plural(acts, 'act')}, as of {texts.clock(found.at)}")
        self.loaded.emit()
