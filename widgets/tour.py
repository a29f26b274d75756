"""The tour: five things to know, each shown at its place, while everything goes on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSettings
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from widgets.views.tour_card import Arrow, Outline, TourCard, arrow_between, placed

if TYPE_CHECKING:
    from widgets.window import Window

SEEN = "tour_seen"
Spot = tuple[QWidget, QRect]


@dataclass(frozen=True, slots=True)
class Stop:
    """`find` says where, as of now; `come` brings it to where it can be seen."""

    words: str
    find: Callable[[], Spot]
    come: Callable[[], None] = lambda: None


def whole(widget: QWidget) -> Spot:
    return widget, widget.rect()


class Tour(QObject):
    """Nothing is blocked meanwhile; Esc leaves it, and so does the last step."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.window = window
        self.kept: QSettings = window.settings  # where it is remembered that it has been seen
        self.place = -1
        self.card: TourCard | None = None
        self._outline: Outline | None = None
        self._arrow: Arrow | None = None
        self._urgent: int | None = None
        self._armed = False

    def stops(self) -> tuple[Stop, ...]:
        window = self.window
        bar = window.rehearsing.bar
        last = (
            Stop(
                "Here the rehearsal is paused, speeded up, stirred and ended. F1 lists every key, "
                "Ctrl+K finds every command, Ctrl+P opens the playbooks.",
                lambda: whole(bar),
            )
            if bar.isVisible()
            else Stop(
                "F1 lists every key, Ctrl+K finds every command, queue and agent, Ctrl+P opens "
                "the playbooks.",
                lambda: whole(window.menuBar()),
            )
        )
        return (
            Stop(
                "What is happening now. ▲ and ◆ mark what is wrong, ▲ the worse; hover over a "
                "number and it says what it is and how old.",
                lambda: whole(window.strip),
            ),
            Stop(
                "The most urgent queue. The buttons in its row switch its callbacks, close its "
                "channel and send agents; press one, nothing happens yet.",
                self._queue,
                lambda: window.docks.bring("queues"),
            ),
            Stop(
                "Every control first says whom it touches and what it costs: Enter does it, Esc "
                "leaves it, Ctrl+Z takes it back.",
                self._preview,
                self._arm,
            ),
            Stop(
                "Did something go wrong? Ctrl+L, one line, Enter. It stands in the log, and "
                "somebody answers.",
                lambda: whole(window.line),
            ),
            last,
        )

    # Going on ------------------------------------------------------------------------------------

    def is_on(self) -> bool:
        return self.place >= 0

    def begin_once(self) -> None:
        """At somebody's first rehearsal, and never again by itself."""
        if not self.kept.value(SEEN, False, bool):
            self.begin()

    def begin(self) -> None:
        """From the beginning; where it is on already the keyboard is led to it."""
        self.kept.setValue(SEEN, True)
        self.kept.sync()
        if not self.is_on():
            self.window.installEventFilter(self)
            self.window.preview.moved.connect(self.lie)
            console, board = self.window.bridge.console, self.window.bridge.board
            if console is not None and board is not None:
                self.window.bridge.ask("tour", lambda: console.urgency(board)[:1], self._take)
            self.go(0)
        if self.card is not None:
            self.card.next.setFocus()

    def _take(self, found: list) -> None:  # type: ignore[type-arg]
        self._urgent = found[0].queue_id if found else None
        self.lie()

    def go(self, place: int) -> None:
        stops = self.stops()
        if place >= len(stops):
            self.leave()
            return
        held = self.card is not None and self.card.isAncestorOf(
            self.window.focusWidget() or self.window
        )
        self.place = place
        self._put_away()
        stops[place].come()
        self.lie()
        if self.card is not None and (held or place == 0):
            self.card.next.setFocus()

    def leave(self) -> None:
        if not self.is_on():
            return
        self.place = -1
        self.window.removeEventFilter(self)
        self.window.preview.moved.disconnect(self.lie)
        held = self.card is not None and self.card.isAncestorOf(
            self.window.focusWidget() or self.window
        )
        self._put_away()
        self._drop()
        if held:
            self.window.queues.table.setFocus()

    def _drop(self) -> None:
        for each in (self.card, self._outline, self._arrow):
            if each is not None and isValid(each):
                each.hide()
                each.deleteLater()
        self.card = self._outline = self._arrow = None

    # Where ---------------------------------------------------------------------------------------

    def lie(self) -> None:
        """Beside what it speaks of, wherever that is now."""
        if not self.is_on():
            return
        stops = self.stops()
        stop = stops[self.place]
        widget, box = stop.find()
        window = widget.window()
        if self.card is not None and (not isValid(self.card) or self.card.parent() is not window):
            self._drop()
        if self.card is None or self._outline is None or self._arrow is None:
            self._outline, self._arrow = Outline(window), Arrow(window)
            self.card = TourCard(window)
            self.card.next_pressed.connect(lambda: self.go(self.place + 1))
            self.card.left.connect(self.leave)
        self.card.say(stop.words, self.place + 1, len(stops))
        room = window.rect().adjusted(8, 8, -8, -8)
        target = QRect(widget.mapTo(window, box.topLeft()), box.size()).intersected(window.rect())
        self._outline.around(target.adjusted(-2, -2, 2, 2))
        spot, side = placed(self.card.needs(), target, room)
        self.card.setGeometry(spot)
        if side:
            self._arrow.side = side
            self._arrow.setGeometry(arrow_between(spot, target, side))
            self._arrow.update()
        self._arrow.setVisible(bool(side))
        self.card.show()
        self.card.raise_()
        self._arrow.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.window:
            self.lie()
        return False

    def _queue(self) -> Spot:
        table = self.window.queues.table
        place = table.rows.place_of(self._urgent) if self._urgent is not None else 0
        if place < 0 or place >= table.rows.rowCount():
            return whole(self.window.queues)
        row = table.visualRect(table.rows.index(place, 0))
        box = QRect(QPoint(0, row.top()), table.viewport().size())
        box.setHeight(max(row.height(), table.row_height()))
        if not table.viewport().rect().intersects(box):
            return whole(self.window.queues)
        return table.viewport(), box

    def _preview(self) -> Spot:
        preview = self.window.preview
        return whole(preview) if preview.isVisible() else whole(self.window.log)

    def _arm(self) -> None:
        """In a rehearsal one is shown, so that there is something to see; among real queues none
        is, where Enter would do it."""
        window = self.window
        if not window.preview.isVisible():
            window.docks.bring("log")
            if window.is_open() and window.rehearsing.is_led():
                window.arm_sending(None)
                self._armed = True

    def _put_away(self) -> None:
        """What was shown only so that there was something to see."""
        if self._armed and self.window.preview.isVisible():
            self.window.preview.leave()
        self._armed = False
