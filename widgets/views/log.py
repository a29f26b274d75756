"""The log: what was done and reported, and what became of it, newest first."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from console.domain.board import LogRow
from widgets.bridge import Bridge
from widgets.models.log import log_model, retryable
from widgets.views.ink import Knob
from widgets.views.panel import Asked

LIMIT = 200
WORDS = ("Undo", "Retry", "Answer", "Close", "Reopen")
EMPTY = "nothing done or reported yet; Ctrl+L reports what went wrong"


class Log(Asked):
    name = "log"
    title = "Log"
    loaded = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, log_model(), parent)
        self.model.arranges_new = True
        self.table.empty_words = EMPTY
        self.table.knobs = self.knobs_of
        self.filter.setPlaceholderText("search the log")
        self.told = QLabel()
        self.told.setProperty("role", "muted")
        self.tools.addWidget(self.told, 1)
        self._widths: dict[str, int] = {}
        self.measure()
        self.table.sort_by(0)
        # Searching is the database's business: it knows more than the rows in sight.
        self._breath.timeout.disconnect()
        self._breath.setInterval(200)
        self._breath.timeout.connect(self.load)

    def measure(self) -> None:
        """Room for two buttons, in the face in use."""
        self._widths = self.knob_widths({word: word for word in WORDS})
        self.give_controls(self._widths["Answer"] + self._widths["Close"] + 14)

    def load(self) -> None:
        """Ask for the log, if anybody can see it."""
        if not self.is_seen() or self.bridge.console is None:
            return
        search, console = self.filter.text().strip(), self.bridge.console

        def job() -> Any:
            rows = console.log(limit=LIMIT, search=search)
            return self.model.compare(rows)

        self.bridge.ask("log", job, self._show)

    def _show(self, delta: Any) -> None:
        searched = bool(self.filter.text().strip())
        self.table.empty_words = "nothing matches the search" if searched else EMPTY
        self.model.show(delta)
        full = len(self.model.rows()) >= LIMIT
        self.told.setText(f"the newest {LIMIT}; search finds older ones" if full else "")
        self.loaded.emit()

    def knobs_of(self, row: LogRow) -> tuple[Knob, ...]:
        found = []
        if row.kind == "report":
            if row.state == "open":
                found.append(self._knob("answer_report", "Answer", "Answer this report"))
            if row.state in ("open", "answered"):
                found.append(self._knob("close_report", "Close", "Close this report"))
            if row.state == "closed":
                found.append(self._knob("reopen_report", "Reopen", "Open this report again"))
        elif row.can_undo and not row.undone:
            found.append(self._knob("undo_row", "Undo", f"Take back: {row.text}"))
        if again := retryable(row):
            lines = "\n".join(item.item for item in again)
            found.append(self._knob("retry_row", "Retry", f"Send again:\n{lines}"))
        return tuple(found)

    def _knob(self, action: str, words: str, tip: str) -> Knob:
        return Knob(action, words, self._widths[words], tip=tip)
