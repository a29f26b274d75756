"""Orders that go over a network: one after another, on a thread of their own.

Nothing that waits here needs to be on a disk. The outbox counts an order as sent when `settle` says
that the far side has it, and until then hands it over again under the same id, also after a crash.
"""

import math
import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from console.connectors.connector import Connector, Place, Unreachable
from console.domain.links import DOWN, OFF, UP, Link
from console.domain.links import REFUSED as BARRED
from console.domain.messages import CONFIRMED, REFUSED, Answer, Parcel, target_of
from console.domain.times import SECOND, now_us

WORDS = 500
# How long `close` waits for a request that is under way; what it asked for is asked again.
_PATIENCE_S = 2.0


class Again(Exception):
    """Not taken, as far as is known: to be tried again.

    `alone`: only this order is in trouble, others may pass. `wait_s`: not before that. `state`: how
    the link stands after it.
    """

    def __init__(
        self,
        words: str,
        *,
        alone: bool = False,
        wait_s: float = 0.0,
        state: str = DOWN,
    ) -> None:
        super().__init__(words)
        self.words = words
        self.alone = alone
        self.wait_s = wait_s
        self.state = state


class Refusal(Exception):
    """It cannot be, in words for a person. `state`: how the link stands after it; None where that
    was not put to the test."""

    def __init__(self, words: str, *, state: str | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.state = state


@dataclass(slots=True)
class _Order:
    parcel: Parcel
    subject: str
    # By the clock that never jumps: when it is too late for it, and how long it counts as wanted.
    until: float
    wanted: float = 0.0
    due: float = 0.0
    tries: int = 0
    words: str = ""


class Remote(Connector):
    """What connectors have in common whose platform is asked over a network."""

    keeps = True
    #: Seconds before the first try again; each further one waits twice as long, up to the limit.
    first_wait_s: ClassVar[float] = 1.0
    longest_wait_s: ClassVar[float] = 60.0
    #: The outbox hands over every minute what is still wanted. What it does not hand over any more
    #: was dropped, or sent by another desk.
    wanted_s: ClassVar[float] = 90.0

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._wake: Callable[[], None] = lambda: None
        self._line: dict[str, _Order] = {}
        self._handed: set[str] = set()
        self._taken: set[str] = set()
        self._answers: list[Answer] = []
        self._given = 0
        self._link = Link(OFF, "", 0)
        self._all_due = 0.0
        self._look_at = 0.0
        self._failed_looks = 0

    # --- what a platform does; all of it runs on the thread

    @abstractmethod
    def do(self, parcel: Parcel) -> str | None:
        """The platform's words once it is done; None where it has it and answers later.

        Says how the link stands. Raises Refusal or Again. The same order may come twice.
        """

    def look(self) -> float:
        """Look what there is, at the beginning and then after the seconds returned. Raises Again,
        or Refusal where somebody has to set something right first."""
        return math.inf

    def hang_up(self) -> None:
        """Close what was opened."""
        return

    def say(self, answers: Sequence[Answer]) -> None:
        """These answers have come."""
        with self._change:
            self._answers += answers
        if answers:
            self._wake()

    def look_soon(self, wait_s: float) -> None:
        """Not later than after these seconds, if there is anything to look at at all."""
        if not math.isinf(self._look_at):
            self._look_at = min(self._look_at, time.monotonic() + wait_s)

    def stand(self, state: str, words: str) -> None:
        """How the link stands."""
        with self._change:
            since = self._link.since if self._link.state == state else now_us()
            self._link = Link(state, words, since)

    # --- what the outbox asks for

    def start(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        with self._change:
            self._begin()

    @property
    def link(self) -> Link:
        return self._link

    def send(self, parcel: Parcel) -> None:
        with self._change:
            if self._closed:
                raise Unreachable("Orders cannot leave.", "The connection was closed.")
            self._handed.add(parcel.id)
            if parcel.id not in self._line and parcel.id not in self._taken:
                subject = target_of(parcel.action, parcel.fields).subject or parcel.id
                left = math.inf
                if parcel.deadline is not None:
                    left = (parcel.deadline - now_us()) / SECOND
                self._line[parcel.id] = _Order(parcel, subject, time.monotonic() + left)
                self._begin()
                self._change.notify_all()
            if (order := self._line.get(parcel.id)) is not None:
                order.wanted = time.monotonic() + self.wanted_s

    def settle(self) -> None:
        with self._change:
            waiting = [self._line[each] for each in self._handed if each in self._line]
            if not waiting:
                self._taken -= self._handed
            self._handed.clear()
        if waiting:
            words = next((order.words for order in waiting if order.words), "")
            raise Unreachable("On its way.", words)

    def answers(self) -> Sequence[Answer]:
        with self._change:
            self._given = len(self._answers)
            return tuple(self._answers)

    def forget(self) -> None:
        with self._change:
            self._taken -= {answer.id for answer in self._answers[: self._given]}
            del self._answers[: self._given]
            self._given = 0

    def close(self) -> None:
        with self._change:
            self._closed = True
            self._change.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(_PATIENCE_S)

    # --- the thread

    def _begin(self) -> None:
        if self._thread is None and not self._closed:
            name = f"coalface-{self.kind.replace('_', '-')}"
            # A daemon: a far side that never answers must not keep the program from ending.
            self._thread = threading.Thread(target=self._run, name=name, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            while True:
                with self._change:
                    order = self._next()
                    if self._closed:
                        return
                if order is None:
                    self._have_a_look()
                else:
                    self._try(order)
        finally:
            self.hang_up()

    def _next(self) -> _Order | None:
        """The order whose turn it is, when it is; None when it is time for a look."""
        while not self._closed:
            now = time.monotonic()
            wait = self._look_at - now
            blocked: set[str] = set()
            for order in list(self._line.values()):
                if order.tries and order.wanted <= now:
                    del self._line[order.parcel.id]
                    continue
                # What is about one thing goes in its order.
                if order.subject in blocked:
                    continue
                blocked.add(order.subject)
                due = min(max(order.due, self._all_due), order.until)
                if due <= now:
                    return order
                wait = min(wait, due - now)
            if self._look_at <= now:
                return None
            self._change.wait(None if math.isinf(wait) else wait)
        return None

    def _have_a_look(self) -> None:
        try:
            wait = self.look()
            self._failed_looks = 0
        except Again as trouble:
            wait = max(trouble.wait_s, self._backed_off(self._failed_looks))
            self._failed_looks += 1
            self.stand(trouble.state, trouble.words)
        except Refusal as refusal:
            wait = self.longest_wait_s
            self.stand(BARRED, refusal.words)
        except Exception as fault:
            wait = self.longest_wait_s
            self._broken()
            threading.excepthook(_args(fault))
        self._look_at = time.monotonic() + wait

    def _try(self, order: _Order) -> None:
        parcel = order.parcel
        if order.until <= time.monotonic():
            # Nobody can say what became of it: it may have been taken, or another desk sent it.
            self._end(order, None)
            return
        try:
            words = self.do(parcel)
        except Refusal as refusal:
            if refusal.state is not None:
                self.stand(refusal.state, "" if refusal.state == UP else refusal.words)
            self._end(order, Answer(parcel.id, REFUSED, refusal.words))
        except Again as trouble:
            self.stand(trouble.state, trouble.words)
            self._put_off(order, trouble)
        except Exception as fault:
            self._broken()
            self._end(order, None)
            threading.excepthook(_args(fault))
        else:
            self._end(order, None if words is None else Answer(parcel.id, CONFIRMED, words))

    def _end(self, order: _Order, answer: Answer | None) -> None:
        with self._change:
            del self._line[order.parcel.id]
            self._taken.add(order.parcel.id)
        if answer is not None:
            self.say((answer,))

    def _put_off(self, order: _Order, trouble: Again) -> None:
        due = time.monotonic() + max(trouble.wait_s, self._backed_off(order.tries))
        with self._change:
            order.tries += 1
            order.words = trouble.words
            order.due = due
            if not trouble.alone:
                self._all_due = max(self._all_due, due)

    def _backed_off(self, tries: int) -> float:
        return min(self.first_wait_s * 2 ** min(tries, 10), self.longest_wait_s)

    def _broken(self) -> None:
        self.stand(DOWN, "A fault in the connector.")


def _args(fault: Exception) -> threading.ExceptHookArgs:
    return threading.ExceptHookArgs(
        (type(fault), fault, fault.__traceback__, threading.current_thread())
    )


def plain(text: str, limit: int = WORDS) -> str:
    """Words from far away, fit to be shown: one line, no control signs, no half characters."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text[: 4 * limit])
    return " ".join(seen.split())[:limit]
