"""How many agents are enough, by the forecast: a suggestion beside the number, with its reason."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from console.domain.foreseen import Suggestion
from widgets.bridge import Bridge

UNSURE = "forecast: cannot tell"


class Enough(QPushButton):
    """Room is kept for its words: what is right of it stays where it is."""

    suggested = Signal(int)  # pressed

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.number: int | None = None
        self._queue: int | None = None
        self.setObjectName("link")
        self.clicked.connect(self._press)
        self.say(None)

    def ask(self, queue_id: int) -> None:
        """Once for a queue."""
        board, console = self.bridge.board, self.bridge.console
        if board is None or queue_id == self._queue:
            return
        self._queue = queue_id
        self.say(None)

        def overtaken() -> bool:
            return self._queue != queue_id

        def landed(found: Suggestion | None) -> None:
            if not overtaken():
                self.say(found)

        self.bridge.ask(
            "suggest",
            lambda: None if overtaken() else console.suggest(board, queue_id, overtaken),
            landed,
            lambda _: None,  # the preview itself says that nothing can be foreseen
        )

    def end(self) -> None:
        """Nobody waits for it any more."""
        self._queue = None

    def say(self, found: Suggestion | None) -> None:
        self.number = number = found.number if found is not None else None
        shown = {None: UNSURE, 0: "forecast: nobody"}.get(number, f"forecast: {number}")
        shown = shown if found is not None else ""
        why = "" if found is None else found.words
        self.setText(shown)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance(UNSURE) + 14)
        self.setEnabled(bool(number))
        self.setToolTip(f"Send so many: {why}" if number else why)
        self.setAccessibleName(f"{shown}: {why}" if shown else "How many are enough")

    def _press(self) -> None:
        if self.number:
            self.suggested.emit(self.number)
