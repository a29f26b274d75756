"""Tickets that are work to act on: those that age, bounce, have no note, are late or came back."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QTabBar, QWidget

from console.domain.tickets import LISTS, TicketList
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.tickets import TITLES, ticket_model, told
from widgets.views.panel import Asked

NONE = "no ticket system is connected: its exports are read from a folder that you name"
EMPTY = {
    "open": "no ticket is open",
    "ageing": "no open ticket ages",
    "bouncing": "no open ticket bounces between agents",
    "noteless": "every ticket that was touched has a note or a reply",
    "overdue": "no open ticket is past its time",
    "reopened": "no ticket is open again after it was solved",
}
UNTOLD = "unknown: no source says so of any ticket"


class Tickets(Asked):
    name = "tickets"
    title = "Tickets"
    found = Signal()  # there are tickets: said once
    loaded = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, ticket_model(), parent)
        #: Whether the dock is shown where nobody has arranged docks.
        self.wanted = False
        self._known: object = None
        self._sources: object = None
        self.table.empty_words = NONE
        self.lists = QTabBar()
        self.lists.setAccessibleName("Lists of tickets")
        self.lists.setDocumentMode(True)
        self.lists.setExpanding(False)
        self.lists.setElideMode(Qt.TextElideMode.ElideNone)
        # Where there is no room for all of them they are scrolled, and the dock stays narrow.
        self.lists.setUsesScrollButtons(True)
        self.lists.setMinimumWidth(60)
        self.lists.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for name in LISTS:
            self.lists.addTab(TITLES[name])
        self.told = QLabel()
        self.told.setProperty("role", "muted")
        self.tools.addWidget(self.lists, 1)
        self.tools.addWidget(self.told)
        self.table.sort_by(next(n for n, c in enumerate(self.model.columns) if c.id == "age"))
        self.lists.currentChanged.connect(self._turn)

    def list_name(self) -> str:
        return LISTS[self.lists.currentIndex()]

    def choose(self, name: str) -> None:
        self.lists.setCurrentIndex(LISTS.index(name))

    def next_list(self) -> None:
        self.lists.setCurrentIndex((self.lists.currentIndex() + 1) % len(LISTS))

    def _turn(self) -> None:
        self.table.clearSelection()
        self.table.scrollToTop()
        self._known = None
        self.load()

    def load(self) -> None:
        """Ask for the list in front if anybody sees it, else only whether there are tickets."""
        console = self.bridge.console
        if console is None:
            return
        if not self.is_seen():
            self._look(console)
            return
        name, known = self.list_name(), self._known

        def job() -> Any:
            listed = console.tickets(name, known)
            return listed and (listed, self.model.compare(listed.rows, listed))

        self.bridge.ask("tickets", job, self._show)

    def _look(self, console: Any) -> None:
        """A centre without a ticket system is not asked twice about the same sources."""
        board = self.bridge.board
        sources = None if board is None else [(s.source_id, s.lines) for s in board.sources]
        if not self.wanted and sources != self._sources:
            self._sources = sources
            self.bridge.ask("tickets", console.has_tickets, self._find)

    def _find(self, there: bool) -> None:
        if there and not self.wanted:
            self.wanted = True
            self.found.emit()

    def _show(self, landed: tuple[TicketList, Any] | None) -> None:
        if landed is None:
            return
        listed, delta = landed
        turned = self._known is None
        self._known = listed.version
        self._find(bool(listed.news))
        counts = {count.name: count for count in listed.counts}
        for place, name in enumerate(LISTS):
            words = f"{TITLES[name]} {texts.count(counts[name].count)}" if listed.news else ""
            if self.lists.tabText(place) != (words or TITLES[name]):
                self.lists.setTabText(place, words or TITLES[name])
            self.lists.setTabToolTip(place, told(counts[name], listed))
        empty = UNTOLD if counts[listed.name].count is None else EMPTY[listed.name]
        self.table.empty_words = empty if listed.news else NONE
        if turned:
            self.model.turn(delta)
        else:
            self.model.show(delta)
        number = counts[listed.name].count or 0
        left_off = number > len(listed.rows)
        self.told.setText(f"the newest {texts.count(len(listed.rows))}" if left_off else "")
        self.told.setToolTip("Those that changed last; the count is of all" if left_off else "")
        self.table.viewport().update()
        self.loaded.emit()
