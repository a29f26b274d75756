"""Raises a source that falls silent: told once, counted as long as it lasts."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from console.domain.board import SourceRow
from widgets import marks, texts
from widgets.bridge import Bridge
from widgets.notices import Notices

#: At the start what was written meanwhile is read first; only who is silent after that is silent.
SETTLING_US = 15_000_000


class Freshness(QObject):
    counted = Signal(int)  # sources in trouble

    def __init__(self, bridge: Bridge, notices: Notices, find: Callable[[int], None]) -> None:
        super().__init__(notices)
        self._bridge = bridge
        self._notices = notices
        self._find = find
        self._begun: int | None = None
        self._told: set[int] = set()
        self._cut: set[int] = set()  # whose line was told to be down
        self._number = 0

    def look(self, sources: Sequence[SourceRow], now: int) -> None:
        """Once a second: who has fallen silent, and who writes again."""
        if self._begun is None:
            self._begun = now
        stale_s = self._bridge.stale_s()
        silent = {s.source_id: s for s in sources if marks.is_stale(s, now, stale_s)}
        self._look_at_lines(sources)
        number = len(silent) + sum(1 for s in sources if s.problem and s.source_id not in silent)
        if number != self._number:
            self._number = number
            self.counted.emit(number)
        self._told &= silent.keys()
        if now - self._begun < SETTLING_US:
            return
        fresh = [row for id, row in silent.items() if id not in self._told]
        self._told.update(row.source_id for row in fresh)
        if len(fresh) == 1:
            row = fresh[0]
            old = texts.age(row.last_at, now)
            self._notices.tell(
                f"◪ {row.source} is stale",
                f"Its newest record is {old} old; {marks.stale_rule(row, stale_s)}."
                if row.last_at is not None
                else "Nothing of it has been read yet.",
                "Show",
                lambda: self._find(row.source_id),
            )
        elif fresh:
            self._notices.tell(
                f"◪ {len(fresh)} sources are stale",
                texts.names([row.source for row in fresh]),
                "Show",
                lambda: self._find(fresh[0].source_id),
            )

    def _look_at_lines(self, sources: Sequence[SourceRow]) -> None:
        """A line that goes down is told at once: what is ordered meanwhile waits."""
        cut = {row.source_id: row for row in sources if row.line in ("down", "refused")}
        fresh = [row for number, row in cut.items() if number not in self._cut]
        back = [row for row in sources if row.source_id in self._cut and row.line == "up"]
        self._cut = (self._cut | cut.keys()) - {row.source_id for row in back}
        for row in fresh:
            why = row.line_words.rstrip(".")
            self._notices.tell(
                f"▲ The line to {row.source} is {row.line}",
                f"{why}. What you order waits until it is up again, or too late.",
                "Show",
                lambda row=row: self._find(row.source_id),
            )
        for row in back:
            self._notices.tell(f"The line to {row.source} is up again", "")


__all__ = ["Freshness"]
