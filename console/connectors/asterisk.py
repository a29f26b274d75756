"""Asterisk, by its manager interface: orders out, answers and all that happens back.

docs/asterisk.md says what a PBX needs for it.
"""

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from console.connectors.asterisk_desk import Desk, Order
from console.connectors.asterisk_line import Address, Bell, Closed, Gone, Line
from console.connectors.connector import Connector, Option, Place, Setting, Unreachable
from console.domain.links import CONNECTING, DOWN, OFF, REFUSED, UP, Heard, Link, Picture, Sighting
from console.domain.messages import Answer, Parcel
from console.domain.times import now_us

_T = TypeVar("_T")

# So much of what nobody takes is kept; then the oldest goes.
_MOST = 100_000
# How long `close` waits for the thread, which may be asking for the address of a host.
_PATIENCE_S = 2.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between things, and how long they may take."""

    first_wait: float = 1.0  # before the first try again; each further one twice as long
    longest_wait: float = 30.0
    #: After a refused log-in: somebody must do something first, and a PBX bars who guesses.
    barred_wait: float = 60.0
    answer: float = 5.0  # no answer for so long is a line that is gone
    ping: float = 15.0
    listing: float = 60.0
    boot: float = 2.0  # for FullyBooted, before it is tried without
    boot_again: float = 1.0


class Asterisk(Connector):
    """A line that is always kept, on a thread of its own."""

    kind = "asterisk"
    title = "Asterisk (manager interface)"
    settings = (
        Setting("host", "Host", "", "The name or address of the PBX."),
        Setting("port", "Port", 5038, "Of its manager interface: 5038, with TLS usually 5039."),
        Setting("tls", "TLS", False, "Whether that port speaks TLS (tlsenable in manager.conf)."),
        Setting(
            "ca_file",
            "CA file",
            "",
            "Certificates (PEM) that vouch for the PBX's own; empty: those this machine trusts.",
        ),
        Setting(
            "certificate_name",
            "Name in the certificate",
            "",
            "Where it is another than the host's.",
        ),
        Setting("user", "User", "", "Its section in manager.conf."),
        Setting("secret", "Secret", "", "Its secret; it never leaves this machine.", secret=True),
        Setting(
            "family",
            "Database family",
            "coalface",
            "Under it the dialplan finds what it is to do with callbacks and channels.",
        ),
    )
    pace: ClassVar[Pace] = Pace()

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._who = place.source or place.name
        self._bell = Bell()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wake: Callable[[], None] = lambda: None
        self._link = Link(OFF, "", 0)
        self._orders: dict[str, Order] = {}
        self._answers = _Tray[Answer]()
        self._sightings = _Tray[Sighting]()
        self._heard = _Tray[Heard]()
        self._pictures = _Tray[Picture]()

    @classmethod
    def fault(cls, settings: Mapping[str, Option]) -> str:
        port = settings.get("port", 5038)
        host = str(settings.get("host", "")).strip()
        if not host:
            return "The host is missing."
        if any(letter.isspace() or not letter.isprintable() for letter in host):
            return "The host is a name or an address, without spaces."
        if isinstance(port, bool) or not isinstance(port, int) or not 0 < port < 65536:
            return "The port is a whole number from 1 to 65535."
        if not str(settings.get("user", "")).strip():
            return "The user is missing."
        family = str(settings.get("family", "coalface"))
        if not family or not all(letter.isalnum() or letter in "-_." for letter in family):
            return "The database family has letters, digits, - and _ only."
        return ""

    def start(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        if self._thread is not None:
            return
        self._stand(CONNECTING, "")
        # A daemon: a host whose address is being asked for must not keep the program from ending.
        self._thread = threading.Thread(
            target=self._run, name=f"coalface-asterisk-{self.name}", daemon=True
        )
        self._thread.start()

    @property
    def link(self) -> Link:
        return self._link

    def send(self, parcel: Parcel) -> None:
        with self._lock:
            if parcel.id in self._orders:
                return
            self._check()
            self._orders[parcel.id] = Order(parcel, parcel.again)
        self._bell.ring()

    def settle(self) -> None:
        """What was handed over is kept across a broken line, but not if this process dies."""
        if self._orders:
            self._check()

    def answers(self) -> Sequence[Answer]:
        return self._answers.give()

    def sightings(self) -> Sequence[Sighting]:
        return self._sightings.give()

    def heard(self) -> Sequence[Heard]:
        return self._heard.give()

    def pictures(self) -> Sequence[Picture]:
        return self._pictures.give()

    def forget(self) -> None:
        for tray in (self._answers, self._sightings, self._heard, self._pictures):
            tray.forget()

    def close(self) -> None:
        self._bell.closing = True
        self._bell.ring()
        if self._thread is None:
            self._bell.close()
        else:
            self._thread.join(_PATIENCE_S)

    def _check(self) -> None:
        link = self._link
        if link.state != UP:
            raise Unreachable(
                f"{self._who} cannot be reached.", link.words or "There is no connection to it yet."
            )

    # --- the thread

    def _run(self) -> None:
        desk = Desk(self, str(self.place.settings.get("family", "coalface")))
        failed = 0
        try:
            while not self._bell.closing:
                line = Line(self._bell, self.pace.answer, desk.told)
                try:
                    self._connect(line, desk)
                    failed = 0
                    self._serve(line, desk)
                except Gone as gone:
                    words = f"{self._who} was shut down." if desk.shut else gone.words
                    self._stand(gone.state, words)
                    wait = self.pace.barred_wait if gone.state == REFUSED else self._wait(failed)
                    failed += 1
                    line.close()
                    self._sleep(wait * random.uniform(0.8, 1.2))
                finally:
                    line.close()
                    desk.hang_up()
        except Closed:
            pass
        except BaseException as fault:
            # Only what kind of fault: its text may hold anything.
            self._stand(DOWN, f"A fault in the connector: {type(fault).__name__}.")
            self._wake()
            raise
        finally:
            self._bell.close()

    def _wait(self, failed: int) -> float:
        return min(self.pace.first_wait * 2 ** min(failed, 10), self.pace.longest_wait)

    def _connect(self, line: Line, desk: Desk) -> None:
        settings = self.place.settings
        secret = self.place.secret("secret")
        if not secret:
            raise Gone(f"The secret for {self._who} is not known here.", REFUSED)
        line.open(
            Address(
                str(settings.get("host", "")).strip(),
                int(settings.get("port", 5038)),
                bool(settings.get("tls", False)),
                str(settings.get("ca_file", "")).strip(),
                str(settings.get("certificate_name", "")).strip(),
            )
        )
        line.login(str(settings.get("user", "")).strip(), secret, self._who)
        desk.begin(line)
        self._await_boot(line, desk)

    def _await_boot(self, line: Line, desk: Desk) -> None:
        """The port is open before the queues are there. Who may not read `system` is not told when
        they are, and has to try."""
        limit = time.monotonic() + self.pace.boot
        while not desk.booted:
            now = time.monotonic()
            if now < limit:
                line.wait(limit)
                continue
            self._stand(CONNECTING, f"{self._who} is starting up.")
            if desk.has_queues():
                return
            limit = time.monotonic() + self.pace.boot_again

    def _serve(self, line: Line, desk: Desk) -> None:
        desk.list_all(first=True)
        self._stand(UP, desk.shortcomings())
        self._wake()
        ping = time.monotonic() + self.pace.ping
        listing = time.monotonic() + self.pace.listing
        while True:
            with self._lock:
                orders = list(self._orders.values())
            if orders:
                desk.carry_out(orders)
                continue
            now = time.monotonic()
            if desk.changed or now >= listing:
                desk.list_all(first=desk.rebooted)
                listing = now + self.pace.listing
            if now >= ping:
                desk.look()
                self._stand(UP, desk.shortcomings())
                ping = now + self.pace.ping
            line.wait(min(ping, listing, now + desk.next_s()))
            desk.settle()

    def _sleep(self, wait: float) -> None:
        limit = time.monotonic() + wait
        sleeper = self._bell.ear
        while (left := limit - time.monotonic()) > 0 and not self._bell.closing:
            sleeper.settimeout(left)
            try:
                sleeper.recv(4096)
            except TimeoutError:
                return
            finally:
                sleeper.setblocking(False)

    # --- what the desk tells

    def answer(self, answer: Answer) -> None:
        with self._lock:
            self._orders.pop(answer.id, None)
        self._answers.put((answer,))
        self._wake()

    def drop(self, order: Order) -> None:
        """Nobody can say what became of it."""
        with self._lock:
            self._orders.pop(order.parcel.id, None)

    def tell(
        self,
        sightings: Sequence[Sighting] = (),
        heard: Sequence[Heard] = (),
        picture: Picture | None = None,
    ) -> None:
        self._sightings.put(sightings)
        self._heard.put(heard)
        self._pictures.put(() if picture is None else (picture,))
        if sightings or heard or picture:
            self._wake()

    def _stand(self, state: str, words: str) -> None:
        since = self._link.since if self._link.state == state else now_us()
        link = Link(state, words, since)
        if link != self._link:
            self._link = link
            log.info("%s: %s %s", self.name, state, words)
            self._wake()


class _Tray(Generic[_T]):
    """What has come in and was not forgotten; put and given by different threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._things: deque[_T] = deque()
        self._given = 0

    def put(self, things: Sequence[_T]) -> None:
        with self._lock:
            self._things.extend(things)
            while len(self._things) > _MOST:
                self._things.popleft()
                self._given = max(0, self._given - 1)

    def give(self) -> tuple[_T, ...]:
        with self._lock:
            self._given = len(self._things)
            return tuple(self._things)

    def forget(self) -> None:
        with self._lock:
            for _ in range(self._given):
                self._things.popleft()
            self._given = 0
