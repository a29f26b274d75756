"""Answers that come later, the outbox behind it, and the receiver of the documents."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from console import journal, outbox
from console.commands import SetCallback
from console.connectors.webhook import LIMIT, Webhook, key_of, signature
from console.domain import links
from console.domain.messages import (
    CONFIRMED,
    QUEUE_PAUSE,
    REFUSED,
    Answer,
    Parcel,
)
from console.domain.times import SECOND, now_us
from console.settings import Settings
from console.store.post import connector_name
from console.store.tables import Connection, Outbox
from tests.console.connectors.hooks import (
    SECRET,
    TAKEN,
    Asked,
    Receiver,
    Said,
    answered,
    listening,
    making,
    parcel,
    settled,
    wait_for,
)
from tests.console.floor import SUPPORT, make_floor

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Webhook]]:
    with making(tmp_path) as build:
        yield build


# --- answers that come later


def test_answers_that_come_later_are_asked_for(
    make: Callable[..., Webhook], receiver: Receiver
) -> None:
    pages = {
        "": {"answers": [{"id": "one", "state": "confirmed", "words": "a\nb"}], "next": "p 2&"},
        "p 2&": {
            "answers": [7, {"id": "two", "state": "REFUSED"}, {"id": "x", "state": "soon"}],
            "next": "end",
        },
        "end": {"answers": [], "next": "end"},
    }

    def say(asked: Asked) -> Said:
        if asked.method == "POST":
            return TAKEN
        after = parse_qs(urlsplit(asked.path).query).get("after", [""])[0]
        return (200, {}, json.dumps(pages[after]).encode())

    receiver.say = say
    connector = make(receiver.url, answers_url=receiver.url.replace("orders", "answers"))
    woken = threading.Event()
    connector.start(woken.set)
    wait_for(lambda: len(connector.answers()) == 2)
    assert connector.answers() == (Answer("one", CONFIRMED, "a b"), Answer("two", REFUSED, ""))
    assert woken.is_set()
    assert connector.link.state == links.UP
    # Given again until they are on record, and no other was lost meanwhile.
    assert len(connector.answers()) == 2
    connector.forget()
    assert connector.answers() == ()
    wait_for(lambda: len(receiver.asked) > 4)
    first, second, third = receiver.asked[:3]
    for asked, after in ((first, ""), (second, "p 2&"), (third, "end")):
        assert asked.path.startswith("/answers?token=tok")
        stamp = asked.headers["webhook-timestamp"]
        wanted = signature(key_of(SECRET), asked.id, stamp, after.encode())
        assert asked.headers["webhook-signature"] == wanted
    assert first.id != second.id
    wait_for(lambda: settled(connector, parcel()))
    assert [each.id for each in receiver.posts] == ["one"]


@pytest.mark.parametrize(
    ("said", "state", "words"),
    [
        ((404, {}, b""), links.REFUSED, "answers 404"),
        ((503, {}, b""), links.DOWN, "answers 503"),
        ((301, {"location": "/"}, b""), links.REFUSED, "answers 301"),
        ((200, {}, b" " * (LIMIT + 1)), links.REFUSED, "longer than 64 KB"),
    ],
)
def test_answers_that_cannot_be_had_are_told_on_the_link(
    make: Callable[..., Webhook], receiver: Receiver, said: Said, state: str, words: str
) -> None:
    receiver.say = lambda _: said
    connector = make(receiver.url, answers_url=receiver.url)
    connector.start(lambda: None)
    wait_for(lambda: connector.link.state == state)
    assert words in connector.link.words


# --- with the outbox


def test_an_order_is_pending_until_the_receiver_has_it(
    make: Callable[..., Webhook], receiver: Receiver, tmp_path: Path
) -> None:
    store = make_floor(tmp_path)
    name = connector_name("webhook", 1)
    with store.write() as session:
        session.add(Connection(source_id=1, kind="webhook", settings="{}"))

    def states() -> list[str]:
        with store.read() as session:
            return list(session.scalars(select(Outbox.state).order_by(Outbox.number)))

    journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT,)), "lead")
    with store.read() as session:
        assert list(session.scalars(select(Outbox.connector))) == [name]
    receiver.say = lambda _: (503, {}, b"")
    first = make(receiver.url, name=name)
    outbox.pump(store, [first], now_us(), Settings())
    assert states() == ["pending"]
    wait_for(lambda: receiver.asked)
    # The console dies; another one takes the order up again, under the same id.
    first.close()
    receiver.say = lambda _: TAKEN
    second = make(receiver.url, name=name)
    count = len(receiver.asked)
    outbox.pump(store, [second], now_us() + 5 * SECOND, Settings())
    wait_for(lambda: len(receiver.asked) > count)
    later = iter(range(10, 600, 5))

    def pumped() -> bool:
        outbox.pump(store, [second], now_us() + next(later) * SECOND, Settings())
        return states() == ["sent"]

    wait_for(pumped)
    assert len({each.id for each in receiver.asked}) == 1
    assert len(receiver.asked) == count + 1
    store.close()


def test_the_receiver_in_the_documents_verifies_obeys_once_and_answers(
    make: Callable[..., Webhook], tmp_path: Path
) -> None:
    text = (DOCS / "webhook.md").read_text()
    code = text.split("```python\n")[1].split("```")[0]
    (tmp_path / "receiver.py").write_text(code.replace('return "done"', (
        'if fields["queue"] == "web":\n        raise ValueError("unknown queue")\n'
        '    return "done"'
    )))  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    running = subprocess.Popen(
        [sys.executable, str(tmp_path / "receiver.py"), "127.0.0.1", str(port)],
        env={**os.environ, "COALFACE_SECRET": SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        connector = make(url)
        late = parcel("late", "sales")
        orders = [
            parcel("one"),
            parcel("two", "web"),
            Parcel("three", 0, None, QUEUE_PAUSE, "pause Ann", {
                "source": "pbx", "queue": "web", "agent": "Ann", "interface": ""}, ""),
        ]  # fmt: skip
        for order in orders:
            connector.send(order)
        wait_for(lambda: len(connector.answers()) == 3)
        assert connector.answers() == (
            Answer("one", CONFIRMED, "done"),
            Answer("two", REFUSED, "unknown queue"),
            Answer("three", REFUSED, "unknown queue"),
        )
        connector.forget()
        assert settled(connector)
        # The same again: answered as before, obeyed once.
        connector.send(orders[0])
        assert answered(connector) == [Answer("one", CONFIRMED, "done")]

        def ask(body: bytes, stamp: int, signed: bytes, path: str = "") -> tuple[int, Any]:
            header = signature(key_of(SECRET), "late", str(stamp), signed)
            request = urllib.request.Request(
                url + path,
                body or None,
                {"webhook-id": "late", "webhook-timestamp": str(stamp),
                 "webhook-signature": f"v1,other {header}"},
            )  # fmt: skip
            try:
                with urllib.request.urlopen(request) as reply:
                    return reply.status, json.loads(reply.read())
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, json.loads(error.read())

        now = int(time.time())
        body = json.dumps({"id": "late", "deadline": "2020-01-01T00:00:00Z"}).encode()
        assert ask(body, now - 301, body)[0] == 401
        assert ask(body, now + 400, body)[0] == 401
        assert ask(body + b" ", now, body)[0] == 401
        assert ask(body, now, body) == (200, {"state": "refused", "words": "too late"})
        assert ask(b"", now, b"two")[0] == 401
        status, page = ask(b"", now, b"two", "?after=two")
        assert status == 200
        assert [each["id"] for each in page["answers"]] == ["three", "late"]
        assert page["next"] == "late"
        # One with another secret is told so.
        stranger = make(url, secret="x" * 24)
        stranger.send(late)
        (answer,) = answered(stranger)
        assert answer.words == "The signature does not fit, or is too old."
        # And answers are given to whoever asks for them properly.
        listener = make(url, answers_url=url)
        listener.start(lambda: None)
        wait_for(lambda: len(listener.answers()) == 4)
        assert [each.id for each in listener.answers()] == ["one", "two", "three", "late"]
    finally:
        running.kill()
        told, _ = running.communicate()
    assert told == "callback_offer pbx\ncallback_offer pbx\nqueue_pause pbx\n"


def test_the_document_names_what_is_sent() -> None:
    text = (DOCS / "webhook.md").read_text()
    for setting in Webhook.settings:
        assert f"| {setting.label.removesuffix(' (s)')} |" in text
    assert str(LIMIT // 1024) in text
