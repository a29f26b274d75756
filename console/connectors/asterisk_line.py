"""A line to the manager interface: connecting, logging in, asking and being told."""

import errno
import hashlib
import itertools
import logging
import os
import selectors
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from console.connectors.asterisk_orders import Action
from console.connectors.asterisk_wire import Garbage, Packet, Unfit, Unpacker, check, packed
from console.connectors.remote import plain
from console.domain.links import DOWN, REFUSED

_CHUNK = 256 * 1024
#: Classes of events that are wanted; others would only be read and thrown away.
_EVENTS = "system,agent"

log = logging.getLogger(__name__)


class Gone(Exception):
    """There is no line, in words for a person. `state`: how the link stands after it."""

    def __init__(self, words: str, state: str = DOWN) -> None:
        super().__init__(words)
        self.words = words
        self.state = state


class Closed(Exception):
    """The console closes it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the PBX is, and how it proves that it is that."""

    host: str
    port: int
    tls: bool = False
    ca_file: str = ""
    certificate_name: str = ""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(slots=True)
class Reply:
    """What was said to one action: a response, and a list where there is one."""

    response: Packet = field(default_factory=Packet)
    items: list[Packet] = field(default_factory=lambda: [])
    done: bool = False
    #: Called when it is whole; it must not ask.
    then: Callable[[], None] = lambda: None

    @property
    def success(self) -> bool:
        return self.response.text("response") == "Success"

    @property
    def message(self) -> str:
        return plain(self.response.text("message"))


class Bell:
    """Wakes a thread that waits on a socket."""

    def __init__(self) -> None:
        self.ear, self._hand = socket.socketpair()
        self.ear.setblocking(False)
        self._hand.setblocking(False)
        self.closing = False

    def ring(self) -> None:
        # A full pipe rings already; a closed one has nobody to wake.
        with suppress(OSError):
            self._hand.send(b"x")

    def hear(self) -> None:
        with suppress(OSError):
            while self.ear.recv(4096):
                pass

    def close(self) -> None:
        self.ear.close()
        self._hand.close()


class Line:
    """One connection, from first to last; used by one thread.

    `told` is called with each event as it comes in, also in the middle of an `ask`.
    """

    def __init__(self, bell: Bell, patience_s: float, told: Callable[[Packet], None]) -> None:
        self._bell = bell
        self._patience_s = patience_s
        self._told = told
        self._socket: socket.socket | None = None
        self._selector = selectors.DefaultSelector()
        self._selector.register(bell.ear, selectors.EVENT_READ)
        self._unpacker = Unpacker()
        self._out = bytearray()
        self._numbers = itertools.count(1)
        self._open: dict[str, Reply] = {}
        self._answered = 0

    # --- making it

    def open(self, address: Address) -> None:
        """Connect. Raises Gone."""
        context = _context(address) if address.tls else None
        try:
            found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Gone(f"No machine is called “{address.host}”, as far as is known.") from error
        trouble = Gone(f"No machine is called “{address.host}”, as far as is known.")
        for family, kind, protocol, _name, where in found:
            try:
                self._connect(socket.socket(family, kind, protocol), where, address)
                break
            except Gone as gone:
                trouble = gone
            except OSError as error:
                trouble = Gone(f"{address}: {error.strerror or error}.")
        else:
            raise trouble
        if context is not None:
            self._shake(context, address)

    def login(self, user: str, secret: str, who: str) -> None:
        """The secret itself never leaves: only what it makes of the PBX's challenge."""
        try:
            check("The user", user)
        except Unfit as unfit:
            raise Gone(str(unfit), REFUSED) from unfit
        challenge = self.ask([Action("Challenge", {"AuthType": "MD5"})])[0]
        text = challenge.response.text("challenge")
        if not text:
            raise Gone(f"{who} offers no log-in by challenge: {challenge.message}.", REFUSED)
        key = hashlib.md5((text + secret).encode(), usedforsecurity=False).hexdigest()
        fields = {"AuthType": "MD5", "Username": user, "Key": key, "Events": _EVENTS}
        reply = self.ask([Action("Login", fields)])[0]
        if not reply.success:
            if reply.message in ("", "Authentication failed"):
                words = f"{who} does not accept the user or the secret."
            else:
                words = f"{who} refuses the log-in: {reply.message}."
            raise Gone(words, REFUSED)

    def close(self) -> None:
        self._selector.close()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    # --- using it

    def ask(
        self, actions: Sequence[Action], each: Callable[[list[Reply], int], None] | None = None
    ) -> list[Reply]:
        """What is said to each, in order; they all leave at once. `each` is called with the replies
        and the place of the one that is whole now, before any event that came after it. Raises Gone
        where nothing comes for a while, Unfit before anything has left."""
        replies: list[Reply] = []
        wires: list[bytes] = []
        names: list[str] = []
        for action in actions:
            name = f"coalface-{next(self._numbers)}"
            wires.append(packed(action.name, name, action.fields))
            names.append(name)
        for name, wire in zip(names, wires, strict=True):
            reply = self._open[name] = Reply()
            if each is not None:
                reply.then = partial(each, replies, len(replies))
            replies.append(reply)
            self._out += wire
        limit = time.monotonic() + self._patience_s
        while not all(reply.done for reply in replies):
            # Events alone are no answer.
            answered = self._answered
            self._step(limit)
            if self._answered != answered:
                limit = time.monotonic() + self._patience_s
            elif time.monotonic() >= limit:
                raise Gone("The PBX does not answer any more.")
        return replies

    def wait(self, until: float) -> None:
        """Listen until then (of `time.monotonic`), or until something came or the bell rang."""
        self._step(until)

    # --- the socket

    def _connect(self, link: socket.socket, where: object, address: Address) -> None:
        self._socket = link
        link.setblocking(False)
        try:
            with suppress(OSError):
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            code = link.connect_ex(where)  # type: ignore[arg-type]
            if code in (errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", 0)):
                self._selector.register(link, selectors.EVENT_WRITE)
                limit = time.monotonic() + self._patience_s
                while not self._ready(limit):
                    if time.monotonic() >= limit:
                        raise Gone(f"{address} does not answer.")
                self._selector.unregister(link)
                code = link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code == errno.ECONNREFUSED:
                raise Gone(
                    f"{address} takes no connection: the PBX is down, or its manager interface off."
                )
            if code:
                raise Gone(f"{address}: {os.strerror(code)}.")
            self._selector.register(link, selectors.EVENT_READ)
        except BaseException:
            with suppress(KeyError, ValueError):
                self._selector.unregister(link)
            link.close()
            self._socket = None
            raise

    def _shake(self, context: ssl.SSLContext, address: Address) -> None:
        assert self._socket is not None
        self._selector.unregister(self._socket)
        name = address.certificate_name or address.host
        limit = time.monotonic() + self._patience_s
        try:
            secured = context.wrap_socket(
                self._socket, server_hostname=name, do_handshake_on_connect=False
            )
            self._socket = secured
            self._selector.register(secured, selectors.EVENT_READ)
            while True:
                try:
                    secured.do_handshake()
                    return
                except ssl.SSLWantReadError:
                    self._selector.modify(secured, selectors.EVENT_READ)
                except ssl.SSLWantWriteError:
                    self._selector.modify(secured, selectors.EVENT_WRITE)
                if not self._ready(limit) and time.monotonic() >= limit:
                    raise Gone(f"{address} does not answer as a TLS port does.", REFUSED)
        except ssl.SSLCertVerificationError as error:
            words = (
                f"The certificate of {address} is not trusted: {error.verify_message.rstrip('.')}."
            )
            raise Gone(words, REFUSED) from error
        except ssl.SSLError as error:
            words = f"No TLS with {address}: {_reason(error)}."
            raise Gone(words, REFUSED) from error
        except OSError as error:
            raise Gone(f"{address} broke off the TLS connection.") from error

    def _ready(self, until: float) -> bool:
        """Whether the socket is, or was the bell."""
        found = self._selector.select(max(0.0, until - time.monotonic()))
        ready = False
        for key, _events in found:
            if key.fileobj is self._bell.ear:
                self._bell.hear()
            else:
                ready = True
        if self._bell.closing:
            raise Closed
        return ready

    def _step(self, until: float) -> None:
        """Write what is to be written, take what has come."""
        link = self._socket
        if link is None:
            raise Gone("There is no connection.")
        self._write(link)
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._out else 0)
        self._selector.modify(link, wanted)
        if self._ready(until):
            self._write(link)
            self._read(link)

    def _write(self, link: socket.socket) -> None:
        try:
            while self._out:
                sent = link.send(self._out[:_CHUNK])
                del self._out[:sent]
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return
        except OSError as error:
            raise Gone("The connection to the PBX broke.") from error

    def _read(self, link: socket.socket) -> None:
        while True:
            try:
                data = link.recv(_CHUNK)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except OSError as error:
                raise Gone("The connection to the PBX broke.") from error
            if not data:
                raise Gone("The PBX closed the connection.")
            try:
                packets = self._unpacker.feed(data)
            except Garbage as error:
                raise Gone(str(error), REFUSED) from error
            for packet in packets:
                self._take(packet)
            if len(data) < _CHUNK and not isinstance(link, ssl.SSLSocket):
                return

    def _take(self, packet: Packet) -> None:
        reply = self._open.get(packet.text("actionid"))
        self._answered += reply is not None
        # Events can have a field of that name further down.
        if next(iter(packet)) == "response":
            if reply is None or reply.response:
                log.debug("a response that nobody waits for")
                return
            reply.response = packet
            reply.done = packet.text("eventlist").casefold() != "start"
        elif reply is not None and reply.response:
            if packet.text("eventlist").casefold() in ("complete", "cancelled"):
                reply.done = True
            else:
                reply.items.append(packet)
        elif "event" in packet:
            self._told(packet)
        if reply is not None and reply.done:
            del self._open[packet.text("actionid")]
            reply.then()


def _context(address: Address) -> ssl.SSLContext:
    """Certificates are always looked at: by the CA file, or by those this machine trusts."""
    try:
        return ssl.create_default_context(cafile=address.ca_file or None)
    except ssl.SSLError as error:
        raise Gone(f"{address.ca_file} holds no certificate.", REFUSED) from error
    except OSError as error:
        words = f"{address.ca_file}: {error.strerror or 'cannot be read'}."
        raise Gone(words, REFUSED) from error


def _reason(error: ssl.SSLError) -> str:
    return (error.reason or "it was broken off").replace("_", " ").casefold()
