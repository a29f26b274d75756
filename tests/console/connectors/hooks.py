"""A receiver to send to, and what orders look like on their way there."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from console.connectors.connector import Option, Place, Unreachable
from console.connectors.webhook import Webhook
from console.domain.messages import CALLBACK_OFFER, Answer, Parcel
from console.domain.times import SECOND, now_us

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PATIENCE_S = 30.0

Said = tuple[int, Mapping[str, str], bytes]


@dataclass
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """A receiver that says what it is told to say, and remembers what it was asked."""

    say: Callable[[Asked], Said]
    asked: list[Asked] = field(default_factory=lambda: [])
    url: str = ""

    @property
    def posts(self) -> list[Asked]:
        return [each for each in self.asked if each.method == "POST"]


def json_of(state: str, words: str = "") -> bytes:
    return json.dumps({"state": state, "words": words}).encode()


YES: Said = (200, {}, json_of("confirmed", "ok"))
TAKEN: Said = (202, {}, b"")


@contextmanager
def listening() -> Iterator[Receiver]:
    """A receiver on this machine that says yes until it is told otherwise."""
    made = Receiver(lambda _: YES)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            made.asked.append(asked)
            status, headers, said = made.say(asked)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            try:
                self.wfile.write(said)
            except OSError:
                return  # nobody listens any more

        do_POST = do_GET = _answer

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}/orders?token=tok"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def making(tmp_path: Path) -> Iterator[Callable[..., Webhook]]:
    """Makes webhooks that hurry, and closes them all."""
    made: list[Webhook] = []

    def build(
        url: str, *, answers_url: str = "", secret: str = SECRET, name: str = "hook"
    ) -> Webhook:
        settings: dict[str, Option] = {"url": url, "timeout_s": 5, "answers_url": answers_url}
        assert Webhook.fault(settings) == ""
        connector = Webhook(Place(name, "pbx", settings, lambda _: secret, tmp_path / "nowhere"))
        connector.first_wait_s = connector.soon_s = 0.01  # type: ignore[misc]
        made.append(connector)
        return connector

    try:
        yield build
    finally:
        for connector in made:
            connector.close()
    assert not (tmp_path / "nowhere").exists()


def wait_for(condition: Callable[[], object]) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < limit, "it did not come"
        time.sleep(0.005)


def parcel(
    identity: str = "one", queue: str = "support", *, left_s: float | None = 600, **other: Any
) -> Parcel:
    now = now_us()
    fields: dict[str, Any] = {"source": "pbx", "queue": queue, "on": False, "was": None, **other}
    deadline = None if left_s is None else now + int(left_s * SECOND)
    return Parcel(identity, now, deadline, CALLBACK_OFFER, "callback offer off", fields, "")


def settled(connector: Webhook, *parcels: Parcel) -> bool:
    """Hand over as the outbox does, and whether all of it is with the receiver."""
    for each in parcels:
        connector.send(each)
    try:
        connector.settle()
    except Unreachable:
        return False
    return True


def answered(connector: Webhook) -> list[Answer]:
    wait_for(connector.answers)
    found = list(connector.answers())
    connector.forget()
    return found
