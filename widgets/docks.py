"""Where the docks are at first, and where the person left them."""

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

#: Raised when docks are added or renamed, so that an old layout is not forced onto new docks.
LAYOUT = 3


class Docks(QMainWindow):
    """The docks of the window. They can be torn off to another monitor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Widget)
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.all: dict[str, QDockWidget] = {}
        self._before: dict[str, QByteArray] = {}  # the layout from which each was torn off

    def add(self, name: str, title: str, view: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock-{name}")
        dock.setWidget(view)
        dock.setAccessibleName(title)
        dock.visibilityChanged.connect(view.see)  # type: ignore[attr-defined]
        bar = getattr(view, "bar", None)
        if bar is not None:
            dock.setTitleBarWidget(bar)
            bar.floated.connect(lambda: self.tear(dock))
            bar.shut.connect(dock.close)
        self.all[name] = dock
        self.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock)
        return dock

    def tear(self, dock: QDockWidget) -> None:
        """Tear a dock off, or put it back; what it left has the room that it had before."""
        if not dock.isFloating():
            self._before[dock.objectName()] = self.saveState(LAYOUT)
            dock.setFloating(True)
            return
        others = [d for d in self.all.values() if d is not dock and d.isFloating()]
        before = self._before.pop(dock.objectName(), None)
        if others or before is None or not self.restoreState(before, LAYOUT):
            dock.setFloating(False)
            self.share()
        dock.raise_()

    def arrange(self) -> None:
        """Queues and agents above; the log below, the others behind it as tabs.

        A view that is not wanted yet stays in the menu.
        """
        top, bottom = Qt.DockWidgetArea.TopDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        for dock in self.all.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        queues, agents, log = self.all["queues"], self.all["agents"], self.all["log"]
        self.addDockWidget(top, queues)
        self.splitDockWidget(queues, agents, Qt.Orientation.Horizontal)
        self.addDockWidget(bottom, log)
        previous = log
        for name, dock in self.all.items():
            if name not in ("queues", "agents", "log"):
                self.addDockWidget(bottom, dock)
                self.tabifyDockWidget(previous, dock)
                previous = dock
        for dock in self.all.values():
            dock.setVisible(getattr(dock.widget(), "wanted", True))
        log.raise_()
        self.share()

    def join(self, name: str) -> None:
        """Show a dock as a tab behind the one that is looked at."""
        dock = self.all[name]
        if dock.isVisible():
            return
        front = [d for d in self.tabifiedDockWidgets(dock) if not d.visibleRegion().isEmpty()]
        dock.show()
        for other in front:
            other.raise_()

    def share(self, rows: int = 0) -> None:
        """Widths and heights as at first, for the size that the window has now.

        `rows`: how many lines the longer of the upper tables has; what it does not need the log
        gets.
        """
        wide = max(self.width(), 600)
        tall = max(self.height(), 400)
        agents = min(720, max(340 if wide >= 1100 else 300, round(wide * 0.262)))
        self.resizeDocks(
            [self.all["queues"], self.all["agents"]],
            [wide - agents, agents],
            Qt.Orientation.Horizontal,
        )
        log = min(320, max(170, round(tall * 0.27)))
        if rows:
            line = self.fontMetrics().height() + 8
            log = max(log, min(round(tall * 0.45), tall - (rows + 7) * line))
        self.resizeDocks(
            [self.all["queues"], self.all["log"]], [tall - log, log], Qt.Orientation.Vertical
        )

    def give_room(self, name: str) -> None:
        """Half of the window for a dock that is to be read as a whole, unless it has that much."""
        dock, above = self.all[name], self.all["queues"]
        wanted = round(self.height() * 0.58)
        if dock.isFloating() or dock.height() >= wanted or above.isFloating():
            return
        self.resizeDocks([above, dock], [self.height() - wanted, wanted], Qt.Orientation.Vertical)

    def bring(self, name: str) -> None:
        dock = self.all[name]
        dock.show()
        dock.raise_()

    def save(self, settings: QSettings) -> None:
        settings.setValue("docks", self.saveState(LAYOUT))

    def restore(self, settings: QSettings) -> bool:
        state = settings.value("docks")
        return state is not None and self.restoreState(state, LAYOUT)
