"""The look of one console: its board at each beat, and what takes longer every few minutes."""

import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, TypeVar

from console.alarms.condition import Index, Work
from console.alarms.facts import facts
from console.alarms.find import bounds, indices, rising_debt, spoken, wrong_forecasts
from console.alarms.watch import Alarms
from console.domain.board import Board
from console.domain.debt import DebtGauge
from console.domain.foretold import Judged
from console.domain.normals import Normal
from console.domain.parameters import Parameters
from console.domain.resolution import Resolution
from console.domain.times import now_us
from console.reads.normals import Normals, normals
from console.settings import Settings
from console.store.engine import Store

#: Hours of contacts are gone through this often; nothing competes with the first board.
FINDS_S, AFTER_OPENING_S = 300.0, 12.0
#: Parameters take seconds, and move slowly.
ESTIMATES_S = 1800.0

T = TypeVar("T")
Submit = Callable[..., "Future[Any]"]


class Desk:
    """`read` takes a job for a reader's thread. The questions may take seconds; each gives None
    where nothing can be told."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        read: Submit,
        parameters: Callable[[], Parameters | None],
        debt: Callable[[], DebtGauge | None],
        judged: Callable[[], Judged | None],
    ) -> None:
        self._store = store
        self._read = read
        self._now = 0
        self.alarms = Alarms(store, settings, self._facts)
        self._parameters, self._debt, self._judged = parameters, debt, judged
        self._due = time.monotonic() + AFTER_OPENING_S
        self._estimates_due = 0.0
        self._running = False
        self.bounds: Mapping[str, Resolution] = {}
        self.indices: tuple[Index, ...] = ()
        self._normals: Mapping[int, tuple[Normal, ...]] = {}

    def _facts(self) -> Any:
        with self._store.read() as session:
            return facts(session, self._now, now_us())

    def look(self, board: Board, now: int) -> bool:
        """At the newest board that was shown; True where an alarm was raised, renewed or ended.
        Does not wait for what takes long."""
        if time.monotonic() >= self._due and not self._running:
            self._due, self._running = time.monotonic() + FINDS_S, True
            try:
                self._read(self._find_and_note, now)
            except RuntimeError:  # the console is closing
                self._running = False
        self._now = now
        return self.alarms.look(board, now)

    def look_once(self, board: Board, now: int) -> None:
        """All of it at once, for an answer without a screen: waits."""
        self._find_and_note(now)
        once = Alarms(self._store, self.alarms.settings, self._facts, settles=0)
        once.work, self._now = self.alarms.work, now
        once.look(board, now)

    def dressed(self, board: Board) -> Board:
        """The board with the numbers of the moment, and what is normal."""
        alarms = tuple(map(self.alarms.as_found, board.alarms))
        return replace(board, alarms=alarms, normals=self._normals)

    def spoken(self) -> tuple[tuple[str, str], ...]:
        """Whether a backlog feeds itself, by channel and how, in words."""
        return tuple(spoken(self.indices).items())

    def _find_and_note(self, now: int) -> None:
        try:
            self.find(now)
        finally:
            self._running = False

    def find(self, now: int) -> None:
        """Go through the work of the last hours."""
        moment = time.monotonic()
        if moment >= self._estimates_due and (found := _tried(self._parameters)) is not None:
            self._estimates_due = moment + ESTIMATES_S
            self.bounds, self.indices = bounds(found), indices(found)
        channels, queues = _tried(lambda: self._compare(now)) or ({}, {})
        self.alarms.work = Work(
            channels,
            self.indices,
            rising_debt(_tried(self._debt)),
            wrong_forecasts(_tried(self._judged), now),
        )
        self._normals = {id: tuple(each.values()) for id, each in queues.items()}

    def _compare(self, now: int) -> tuple[dict[str, Normals], dict[int, Normals]]:
        with self._store.read() as session:
            return normals(session, now)


def _tried(question: Callable[[], T]) -> T | None:
    """What cannot be found out must not stop what can be: nobody can tell it then."""
    try:
        return question()
    except Exception:
        threading.excepthook(
            threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread()))
        )
        return None


__all__ = ["Desk"]
