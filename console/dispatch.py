"""Orders out, answers and news in: one round after another, whenever something wakes it."""

import threading
import time
from collections.abc import Callable, Sequence
from uuid import uuid4

from console import outbox, proof
from console.connectors.connector import Connector
from console.domain.times import SECOND, now_us
from console.errors import ConsoleError
from console.lines import Lines
from console.settings import Settings
from console.store.engine import Store
from console.store.tables import Sighting
from console.worker import Worker

#: So long a desk that listens to a platform keeps others from doing so.
LISTENS = 10 * SECOND
#: So long after an act answers are taken at once.
AWAITED_S = 5.0
#: What platforms tell by themselves is taken no more often than this, seconds.
SELDOM_S = 0.2
EAR = "ear"


class Dispatch:
    """`told` is called, on the thread of the round, when a round that nobody asked for changed
    anything; `failed` when it broke."""

    def __init__(
        self,
        store: Store,
        lines: Lines,
        settings: Settings,
        worker: Worker,
        mask: Callable[[str], str] | None = None,
    ) -> None:
        self.told: Callable[[], None] = lambda: None
        self.failed: Callable[[ConsoleError], None] = lambda _: None
        self._store = store
        self._lines = lines
        self._settings = settings
        self._worker = worker
        self._mask = mask
        self._desk = str(uuid4())
        self._ears: dict[int, int] = {}  # until when this desk listens, by source
        self._round = threading.Lock()
        self._woken = threading.Event()
        self._later: threading.Timer | None = None
        self._awaiting_until = 0.0  # on the monotonic clock: somebody waits for an answer
        self._last_round = 0.0
        self._event = 0  # number of the row of events that was looked at last

    def pump(self) -> bool:
        """One round: what is due leaves, what has come in is put on record; True when anything
        changed."""
        with self._round:
            self._woken.clear()
            changed = self._lines.refresh()
            for source_id, connector in self._lines.live:
                changed |= self._take(source_id, connector)
            connectors: Sequence[Connector] = self._lines.connectors
            changed |= outbox.pump(self._store, connectors, now_us(), self._settings)
            self._last_round = time.monotonic()
            return changed

    def wake(self) -> None:
        """A round at once, from any thread; many wakes become one."""
        self._awaiting_until = time.monotonic() + AWAITED_S
        self._run()

    def hear(self) -> None:
        """A platform has something to say. While somebody waits for an answer it is taken at once,
        else as often as anybody can read it: a busy platform speaks some hundred times a second."""
        now = time.monotonic()
        wait = self._last_round + SELDOM_S - now
        if now < self._awaiting_until or wait <= 0:
            self._run()
        elif self._later is None or not self._later.is_alive():
            self._later = threading.Timer(wait, self._run)
            self._later.name, self._later.daemon = "coalface-later", True
            self._later.start()

    def close(self) -> None:
        """No more rounds but those that were begun."""
        if self._later is not None:
            self._later.cancel()

    def _run(self) -> None:
        if self._woken.is_set():
            return
        self._woken.set()
        try:
            self._worker.urgent(self._unasked)
        except RuntimeError:
            # The console closes: its outbox is as good at the next start.
            return

    def renew(self, source_id: int) -> None:
        """Begin a source's line anew: its secret is another."""
        with self._round:
            self._lines.forget_secret(source_id)
        self.wake()

    def confirm(self) -> None:
        """What newly read exports show carried out is confirmed."""
        with self._store.read() as session:
            newest = proof.newest_event(session)
            if not proof.awaited(session):
                self._event = newest
                return
        with self._store.write() as session:
            proof.take_export(session, self._event)
        self._event = newest

    def _unasked(self) -> None:
        try:
            if self.pump():
                self.told()
        except ConsoleError as error:
            self._woken.clear()
            self.failed(error)

    def _listens(self, source_id: int) -> bool:
        """Whether this desk is the one that puts on record what a platform tells.

        Desks that share a database all hear the same, each by its own clock: only one of them may
        write it down. Whoever does says so for some seconds; when it falls silent, another does.
        """
        now = now_us()
        if self._ears.get(source_id, 0) > now + LISTENS // 2:
            return True
        with self._store.write() as session:
            row = session.get(Sighting, (source_id, EAR, EAR))
            if row is None:
                row = Sighting(source_id=source_id, subject=EAR, aspect=EAR)
                session.add(row)
            elif row.value != self._desk and row.at > now:
                return False
            row.value, row.at, row.by = self._desk, now + LISTENS, ""
        self._ears[source_id] = now + LISTENS
        return True

    def _take(self, source_id: int, connector: Connector) -> bool:
        """What a platform tells by itself."""
        seen = connector.sightings()
        heard = connector.heard()
        pictures = connector.pictures()
        # Answers first: they are the platform's words, which what is seen then proves.
        answered = outbox.take_answers(self._store, connector, now_us())
        if answered:
            # Somebody waits for just this; the rest of the round is for the board.
            self.told()
        if not (answered or seen or heard or pictures):
            return False
        if (heard or pictures) and self._listens(source_id):
            from console.sync.hearing import take  # brings what reads logs

            take(self._store, source_id, heard, pictures, self._mask)
        if seen:
            with self._store.write(durable=False) as session:
                proof.take_sightings(session, source_id, seen, "event")
        connector.forget()
        return True
