"""Asks for the gauge of contact debt, for the strip and for its dock, without keeping anybody."""

import time

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.debt import DebtGauge
from widgets.bridge import Bridge

#: Not before the board has settled: the first look at a long history takes a second.
FIRST_MS = 4_000
#: What comes in is looked at so often at most, by the strip, and by a dock that is looked at.
APART_S, NEAR_S = 10.0, 3.0
#: Time passes also where nothing comes in.
STILL_MS = 30_000


class Owing(QObject):
    told = Signal(object)  # DebtGauge

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.gauge: DebtGauge | None = None
        self._known: object = None
        self._asking = False
        self._asked_at = -APART_S
        self._begun = False
        self.near = False  # somebody looks at the dock
        self._still = QTimer(self)
        self._still.timeout.connect(self._pass)
        bridge.board_shown.connect(self._begin)
        bridge.slow_changed.connect(self._note)

    def _begin(self, *_: object) -> None:
        if not self._begun:
            self._begun = True
            self._still.start(FIRST_MS)

    def look(self, near: bool) -> None:
        """Somebody looks at the dock, or does no more."""
        self.near = near
        if near:
            self.load()

    def _note(self) -> None:
        if not self._begun or self.gauge is None and self._asked_at < 0:
            return
        if time.monotonic() - self._asked_at >= (NEAR_S if self.near else APART_S):
            self.load()

    def _pass(self) -> None:
        self._still.setInterval(STILL_MS)
        self.load()

    def load(self) -> None:
        console = self._bridge.console
        if console is None or self._asking:
            return
        self._asking, self._asked_at = True, time.monotonic()
        known = self._known
        self._bridge.ask("debt", lambda: console.debt(known), self._take, self._fail)

    def _take(self, found: DebtGauge | None) -> None:
        self._asking = False
        if found is not None:
            self._known, self.gauge = found.version, found
            self.told.emit(found)

    def _fail(self, error: Exception) -> None:
        self._asking = False
        self._bridge.failed.emit(error)


__all__ = ["Owing"]
