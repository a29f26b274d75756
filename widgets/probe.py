"""How late the interface thread is: a timer that measures what it was kept waiting."""

import time

from PySide6.QtCore import QObject, Qt, QTimer


class Probe(QObject):
    """Ticks every `every_ms`; `late_ms` collects by how much each tick came too late."""

    def __init__(self, every_ms: int = 4, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.late_ms: list[float] = []
        self._every_s = every_ms / 1000
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self.late_ms.clear()
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max(0.0, (now - self._last - self._every_s) * 1000))
        self._last = now

    def percentile(self, share: float) -> float:
        """Lateness in milliseconds that `share` (0 to 1) of all ticks stayed below."""
        ordered = sorted(self.late_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def longest(self) -> float:
        return max(self.late_ms, default=0.0)
