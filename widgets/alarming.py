"""Tells new alarms once, counts those that wait for somebody, and does what their buttons say."""

import re
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from console.domain.acts import Receipt
from console.domain.alarms import (
    ACT,
    DOCK,
    QUARANTINE,
    QUEUE,
    REPORTS,
    SEND,
    SOURCE,
    TICKETS,
    AlarmRow,
)
from console.domain.board import Board
from widgets import texts
from widgets.bridge import Bridge
from widgets.notices import Notices
from widgets.orders import Order, Unclear
from widgets.views.alarms import Alarms

#: Alarms that come one after another are told together.
APART_S = 10.0
#: Others tell these already: a stale source, a line that is down, an order that was refused, the
#: banner. They are alarms all the same, and counted.
TOLD_ELSEWHERE = ("silent", "line", "order", "override")


class Ways(Protocol):
    """What the buttons of alarms ask of the window."""

    def arm(self, order: Order) -> None: ...
    def arm_sending(self, queue_id: int | None) -> None: ...
    def show_act(self, journal_id: int) -> None: ...
    def find_source(self, source_id: int) -> None: ...
    def show_quarantine(self, file: str) -> None: ...
    def show_tickets(self, name: str = "") -> None: ...
    def show_queue(self, queue_id: int) -> None: ...
    def show_log(self, search: str) -> None: ...
    def show_dock(self, name: str) -> None: ...


class Alarming(QObject):
    counted = Signal(int)  # alarms that nobody owns and nobody has put off

    def __init__(
        self,
        bridge: Bridge,
        notices: Notices,
        view: Alarms,
        ways: Ways,
        tell_done: Callable[[Receipt], None],
        bring: Callable[[], None],
    ) -> None:
        super().__init__(view)
        self._bridge = bridge
        self._notices = notices
        self.view = view
        self._ways = ways
        self._tell_done = tell_done
        self._bring = bring
        self._told: set[int] | None = None
        self._new: list[AlarmRow] = []
        self._told_at = -APART_S
        self._number = 0
        bridge.board_shown.connect(self.look)
        view.came.connect(lambda: notices.withdraw(bring))
        view.acted.connect(self.act)
        view.taken.connect(self.take)
        view.snoozed.connect(lambda rows: self._ways.arm(self._snooze(rows)))

    # --- who is told

    def look(self, board: Board) -> None:
        """At each board: how many wait for somebody, and whether any is new."""
        calling = board.calling()
        if len(calling) != self._number:
            self._number = len(calling)
            self.counted.emit(self._number)
        if self._told is None:
            # What stood already when the window opened is in the strip.
            self._told = {row.id for row in calling}
            return
        ids = {row.id for row in calling}
        fresh = [row for row in calling if row.id not in self._told]
        self._told = (self._told & ids) | {row.id for row in fresh}
        self._new = [row for row in self._new if row.id in ids]
        self._new += [row for row in fresh if row.kind not in TOLD_ELSEWHERE]
        if fresh and self._sounds():
            QApplication.beep()
        moment = time.monotonic()
        if self._new and moment - self._told_at >= APART_S:
            self._told_at = moment
            self._tell(self._new)
            self._new = []

    def _sounds(self) -> bool:
        console = self._bridge.console
        return console is not None and console.settings.alarm_sound

    def _tell(self, rows: Sequence[AlarmRow]) -> None:
        if self.view.is_seen():
            return  # beside the list a second telling would only cover it
        first = rows[0]
        if len(rows) == 1:
            self._notices.tell(f"▲ {first.title}", first.number, "Show", self._bring)
        else:
            names = texts.names([row.title for row in rows])
            self._notices.tell(f"▲ {len(rows)} new alarms", names, "Show", self._bring)

    # --- what the buttons do

    def act(self, row: AlarmRow) -> None:
        """What the alarm's own button says."""
        ways, target = self._ways, row.target
        number = int(target) if target.isdecimal() else None
        if row.act == SEND and number is not None:
            ways.arm_sending(number)
        elif row.act == QUEUE and number is not None:
            ways.show_queue(number)
        elif row.act == SOURCE and number is not None:
            ways.find_source(number)
        elif row.act == ACT and number is not None:
            ways.show_act(number)
        elif row.act == QUARANTINE:
            ways.show_quarantine("")
        elif row.act == TICKETS:
            ways.show_tickets(target)
        elif row.act == REPORTS:
            ways.show_log(target)
        elif row.act == DOCK:
            ways.show_dock(target)

    def can_take(self) -> bool:
        return self._bridge.console is not None and bool(self.view.chosen_alarms())

    def take_chosen(self) -> None:
        self.take(self.view.chosen_alarms())

    def snooze_chosen(self) -> None:
        rows = self.view.chosen_alarms()
        if rows:
            self._ways.arm(self._snooze(rows))

    def give_chosen(self) -> None:
        rows = self.view.chosen_alarms()
        if rows:
            self._ways.arm(give(rows))

    def take(self, rows: Sequence[AlarmRow]) -> None:
        """You see to them. Nothing is touched by it, so nothing is armed."""
        console = self._bridge.console
        ids = tuple(row.id for row in rows)
        if console is None or not ids:
            return

        def job() -> Receipt:
            from console.commands.take_alarms import TakeAlarms

            return console.do(TakeAlarms(ids, console.who))

        def done(receipt: Receipt) -> None:
            if not self.view.is_seen():
                self._tell_done(receipt)
            self._bridge.note_change()

        self._bridge.act(job, done)

    def _snooze(self, rows: Sequence[AlarmRow]) -> Order:
        console, bridge = self._bridge.console, self._bridge
        ids = tuple(row.id for row in rows)

        def make(words: str) -> Any:
            from console.commands.snooze_alarms import SnoozeAlarms

            now = bridge.now()
            minutes, why = put_off(words)
            return SnoozeAlarms(ids, now + minutes * 60 * texts.SECOND, why, console.who, now)

        return Order("Put off", make, asks="minutes and why: 15 the vendor is on it")


def give(rows: Sequence[AlarmRow]) -> Order:
    """To somebody by name, or back to nobody."""
    ids = tuple(row.id for row in rows)

    def make(owner: str) -> Any:
        from console.commands.take_alarms import TakeAlarms

        return TakeAlarms(ids, owner)

    return Order("Say who sees to it", make, asks="who sees to it; empty: nobody")


def put_off(words: str) -> tuple[int, str]:
    """“15 the vendor is on it”, “2 h, lunch” as minutes and why."""
    found = re.match(r"\s*(\d{1,4})\s*(min\b|m\b|h\b)?[\s,.:;-]*(.*)", words, re.DOTALL)
    if found is None:
        raise Unclear("Write a number of minutes and why: 15 the vendor is on it.")
    number, unit, why = found.groups()
    return int(number) * (60 if unit == "h" else 1), why.strip()


__all__ = ["APART_S", "Alarming", "Ways", "give", "put_off"]
