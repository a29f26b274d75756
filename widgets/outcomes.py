"""Raises what a platform refused, and what nobody answered in time: told once, until it is read."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from console.domain.board import LogItem, Trouble
from widgets import texts
from widgets.bridge import Bridge
from widgets.notices import Notices

WORDS = {"refused": "refused", "unconfirmed": "not answered"}


class Outcomes(QObject):
    """`show` opens an act by its record."""

    def __init__(self, bridge: Bridge, notices: Notices, show: Callable[[int], None]) -> None:
        super().__init__(notices)
        self._bridge = bridge
        self._notices = notices
        self._show = show
        self._after: int | None = None
        bridge.slow_changed.connect(self.look)
        bridge.opened.connect(self.look)

    def look(self) -> None:
        console, after = self._bridge.console, self._after
        if console is not None:
            self._bridge.ask("troubles", lambda: console.troubles(after), self._take)

    def _take(self, landed: tuple[int, Sequence[Trouble]]) -> None:
        self._after, found = landed
        for trouble in found:
            self._notices.warn(
                f"{heading(trouble)}: {trouble.title}",
                said(trouble.items),
                "Show",
                lambda trouble=trouble: self._show(trouble.journal_id),
                counted=False,
            )


def heading(trouble: Trouble) -> str:
    """How many of how many, and what became of them."""
    states = [item.state for item in trouble.items]
    parts = [f"{states.count(state)} {words}" for state, words in WORDS.items() if state in states]
    told = " and ".join(parts)
    if trouble.of == 1:
        return f"{WORDS[states[0]].capitalize()}"
    return f"{told} of {texts.count(trouble.of)}"


def said(items: Sequence[LogItem]) -> str:
    """The platform's words where all say the same, else those of the first and how many more."""
    first = items[0]
    same = all(item.words == first.words for item in items)
    words = first.words or "no answer"
    if same and len(items) > 1:
        return words
    rest = f"; {len(items) - 1} more" if len(items) > 1 else ""
    return f"{first.item}: {words}{rest}"
