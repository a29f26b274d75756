"""Orders leave signed, come once, and nothing is answered that the receiver did not say."""

import json
import logging
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.connectors.connector import Option, Unreachable
from console.connectors.webhook import LIMIT, Webhook, key_of, signature
from console.domain import links
from console.domain.messages import (
    CONFIRMED,
    REFUSED,
    Answer,
)
from tests.console.connectors.hooks import (
    SECRET,
    TAKEN,
    YES,
    Asked,
    Receiver,
    Said,
    answered,
    json_of,
    listening,
    making,
    parcel,
    settled,
    wait_for,
)

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Webhook]]:
    with making(tmp_path) as build:
        yield build


# --- what it is made with


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"url": "https://hooks.example.org/x"}, ""),
        ({"url": "http://localhost:8080/x"}, ""),
        ({"url": "http://127.0.0.9/x", "timeout_s": 60}, ""),
        ({"url": "http://[::1]/x", "answers_url": "https://hooks.example.org"}, ""),
        ({}, "begins with https:// and the name"),
        ({"url": "hooks.example.org"}, "begins with https:// and the name"),
        ({"url": "ftp://hooks.example.org"}, "begins with https:// and the name"),
        ({"url": "https://"}, "begins with https:// and the name"),
        ({"url": "https://x:port/"}, "not one that can be called"),
        ({"url": "http://hooks.example.org/x"}, "do not travel in the open"),
        ({"url": "http://localhost.example.org/x"}, "do not travel in the open"),
        ({"url": "https://me:word@hooks.example.org"}, "a name or a password in it"),
        ({"url": "https://a.example", "answers_url": "http://a.example"}, "address of answers"),
        ({"url": "https://a.example", "timeout_s": 0}, "from 1 to 60"),
        ({"url": "https://a.example", "timeout_s": True}, "from 1 to 60"),
        ({"url": "https://a.example", "timeout_s": "soon"}, "from 1 to 60"),
    ],
)
def test_what_cannot_work_is_said_before(settings: dict[str, Option], fault: str) -> None:
    said = Webhook.fault(settings)
    assert (fault in said) if fault else said == ""


def test_the_signature_is_that_of_standard_webhooks() -> None:
    # The convention's own example, as its libraries are tested with.
    signed = signature(
        key_of(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("secret", "words"),
    [("", "no signing secret"), ("short", "shorter than 24"), ("whsec_???", "not base64"),
     ("whsec_c2hvcnQ=", "shorter than 24")],
)  # fmt: skip
def test_a_secret_that_is_none_bars_the_link(
    make: Callable[..., Webhook], receiver: Receiver, secret: str, words: str
) -> None:
    connector = make(receiver.url, secret=secret)
    connector.start(lambda: None)
    wait_for(lambda: connector.link.state == links.REFUSED)
    assert words in connector.link.words
    told: list[str] = []

    def refused() -> bool:
        connector.send(parcel())
        with pytest.raises(Unreachable) as raised:
            connector.settle()
        told.append(str(raised.value))
        return words in told[-1]

    wait_for(refused)
    assert receiver.asked == []
    assert connector.answers() == ()


# --- orders


def test_an_order_is_signed_and_answered(make: Callable[..., Webhook], receiver: Receiver) -> None:
    connector = make(receiver.url)
    assert connector.link.state == links.OFF
    woken = threading.Event()
    connector.start(woken.set)
    wait_for(lambda: connector.link.words == "Nothing has been sent yet.")
    connector.send(parcel("one", "søk", agent_id=7))
    assert answered(connector) == [Answer("one", CONFIRMED, "ok")]
    assert woken.is_set()
    assert connector.link.state == links.UP
    (asked,) = receiver.asked
    assert (asked.id, asked.path) == ("one", "/orders?token=tok")
    assert asked.headers["content-type"] == "application/json"
    stamp = asked.headers["webhook-timestamp"]
    assert abs(int(stamp) - time.time()) < 300
    wanted = signature(key_of(SECRET), "one", stamp, asked.body)
    assert asked.headers["webhook-signature"] == wanted
    order = json.loads(asked.body)
    assert list(order) == ["id", "at", "deadline", "action", "item", "takes_back", "fields"]
    assert order["fields"] == {"source": "pbx", "queue": "søk", "on": False, "was": None}
    # It is the receiver's now, and asked for anew it goes again under its id.
    assert settled(connector)
    assert connector.answers() == ()
    connector.send(parcel("one"))
    answered(connector)
    assert [each.id for each in receiver.asked] == ["one", "one"]


def test_send_does_not_wait_and_a_second_handing_over_asks_once(
    make: Callable[..., Webhook], receiver: Receiver
) -> None:
    held = threading.Event()

    def say(_: Asked) -> Said:
        held.wait(30)
        return TAKEN

    receiver.say = say
    connector = make(receiver.url)
    assert not settled(connector, parcel())
    wait_for(lambda: receiver.asked)
    assert not settled(connector, parcel())
    held.set()
    wait_for(lambda: settled(connector, parcel()))
    assert len(receiver.asked) == 1


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ((201, {}, json_of("Confirmed", "two\r\n\x1b[31mlines\u202e")),
         (CONFIRMED, "two [31mlines")),
        ((200, {}, b'{"state": "refused", "words": null}'), (REFUSED, "")),
        ((400, {}, b"no such queue\x00\n"), (REFUSED, "no such queue")),
        ((409, {}, b'{"words": "taken by somebody"}'), (REFUSED, "taken by somebody")),
        ((404, {}, b"<html><title>Not found</title>"), (REFUSED, "127.0.0.1 answers 404.")),
        ((422, {}, b""), (REFUSED, "127.0.0.1 answers 422.")),
        ((400, {}, b"\xff\xfe" + b"x" * (LIMIT + 5)), (REFUSED, "\ufffd\ufffd" + "x" * 498)),
        ((302, {"location": "/elsewhere"}, b""),
         (REFUSED, "127.0.0.1 answers 302 and points elsewhere, which is not followed.")),
    ],
)  # fmt: skip
def test_what_is_answered_at_once(
    make: Callable[..., Webhook], receiver: Receiver, said: Said, answer: tuple[str, str]
) -> None:
    receiver.say = lambda _: said
    connector = make(receiver.url)
    connector.send(parcel())
    assert answered(connector) == [Answer("one", *answer)]
    assert len(receiver.asked) == 1
    barred = said[0] == 302
    assert connector.link.state == (links.REFUSED if barred else links.UP)


def test_a_wrong_secret_is_told_on_the_link(
    make: Callable[..., Webhook], receiver: Receiver
) -> None:
    receiver.say = lambda _: (401, {}, b'{"words": "The signature does not fit."}')
    connector = make(receiver.url)
    connector.send(parcel())
    assert answered(connector) == [Answer("one", REFUSED, "The signature does not fit.")]
    assert connector.link.state == links.REFUSED
    assert connector.link.words == "The signature does not fit."


@pytest.mark.parametrize(
    "said",
    [TAKEN, (204, {}, b""), (200, {}, b"ok"), (200, {}, b'{"state": "perhaps"}'),
     (200, {}, b"[" * 60_000), (200, {}, b'{"state": "confirmed"}' + b" " * LIMIT),
     (200, {"content-encoding": "gzip"}, b"not packed at all")],
)  # fmt: skip
def test_what_is_no_answer_is_not_taken_for_one(
    make: Callable[..., Webhook], receiver: Receiver, said: Said
) -> None:
    receiver.say = lambda _: said
    connector = make(receiver.url)
    wait_for(lambda: settled(connector, parcel()))
    assert len(receiver.asked) == 1
    assert connector.answers() == ()


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 599])
def test_what_was_not_taken_comes_again_under_its_id(
    make: Callable[..., Webhook], receiver: Receiver, status: int
) -> None:
    stumbles = [(status, {"retry-after": "0"}, b"not now"), (status, {}, b"not yet")]
    receiver.say = lambda _: stumbles.pop() if stumbles else YES
    connector = make(receiver.url)
    states: list[str] = []
    connector.start(lambda: None)
    wait_for(lambda: connector.link.words == "Nothing has been sent yet.")
    stand = connector.stand

    def noted(state: str, words: str) -> None:
        states.append(f"{state} {words}")
        stand(state, words)

    connector.stand = noted  # type: ignore[method-assign]
    connector.send(parcel())
    assert answered(connector) == [Answer("one", CONFIRMED, "ok")]
    assert [each.id for each in receiver.asked] == ["one"] * 3
    assert states == [
        f"down 127.0.0.1 answers {status}: not yet",
        f"down 127.0.0.1 answers {status}: not now",
        "up ",
    ]


def test_retry_after_is_waited_for(make: Callable[..., Webhook], receiver: Receiver) -> None:
    receiver.say = lambda _: (503, {"retry-after": "3600"}, b"")
    connector = make(receiver.url)
    connector.send(parcel())
    wait_for(lambda: connector.link.state == links.DOWN)
    assert not settled(connector, parcel(), parcel("two", "sales"))
    soon = time.monotonic() + 3000
    wait_for(lambda: connector._all_due > soon)  # pyright: ignore[reportPrivateUsage]
    assert len(receiver.asked) == 1


def test_retry_after_may_be_a_date_and_may_be_nonsense() -> None:
    from console.connectors import webhook

    read = webhook._retry_after  # pyright: ignore[reportPrivateUsage]
    assert read("120") == 120
    assert read("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert read("Wed, 21 Oct 2099 07:28:00 GMT") == 3600
    assert read("Wed, 21 Oct 2099 07:28:00 -0000") == 3600
    assert [read(each) for each in ("", "soon", "-5", "1e9", "²")] == [0] * 5


def test_what_is_about_one_thing_keeps_its_order(
    make: Callable[..., Webhook], receiver: Receiver
) -> None:
    stumbles = ["one"]
    passed = threading.Event()

    def say(asked: Asked) -> Said:
        if asked.id in stumbles:
            # Goes on stumbling until the other queue's order has passed it.
            if passed.is_set():
                stumbles.clear()
            return (500, {}, b"")
        if asked.id == "other":
            passed.set()
        return YES

    receiver.say = say
    connector = make(receiver.url)
    for each in (parcel("one"), parcel("two"), parcel("other", "sales")):
        connector.send(each)
    wait_for(lambda: len(connector.answers()) == 3)
    assert [answer.id for answer in connector.answers()] == ["other", "one", "two"]


def test_nothing_is_said_of_what_nobody_took_until_its_deadline(
    make: Callable[..., Webhook],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    connector = make(f"http://127.0.0.1:{port}/")
    endless = parcel(left_s=None)
    words: list[str] = []

    def told() -> bool:
        connector.send(endless)
        with pytest.raises(Unreachable) as raised:
            connector.settle()
        words.append(str(raised.value))
        return words[-1].startswith("On its way. 127.0.0.1 cannot be reached")

    wait_for(told)
    assert connector.link.state == links.DOWN
    assert connector.link.since > 0
    # Then it is let go of. Whether another desk has sent it, or an answer was lost, is not known.
    order = parcel("two", "sales", left_s=0.1)
    connector.send(order)
    wait_for(lambda: settled(connector, order))
    assert connector.answers() == ()


def test_what_stumbles_until_its_deadline_lets_what_follows_pass(
    make: Callable[..., Webhook], receiver: Receiver
) -> None:
    receiver.say = lambda asked: (500, {}, b"halfway") if asked.id == "one" else YES
    connector = make(receiver.url)
    connector.send(parcel(left_s=0.3))
    connector.send(parcel("two"))
    assert answered(connector) == [Answer("two", CONFIRMED, "ok")]
    assert {each.id for each in receiver.posts[:-1]} == {"one"}


def test_a_receiver_that_hangs_up_is_asked_again(make: Callable[..., Webhook]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        connector = make(f"http://127.0.0.1:{door.getsockname()[1]}/")
        connector.send(parcel())
        seen: list[bytes] = []
        for _ in range(2):
            caller, _ = door.accept()
            seen.append(caller.recv(4096))
            caller.close()
        caller, _ = door.accept()
        caller.recv(4096)
        said = json_of("confirmed", "at last")
        caller.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(said) + said)
        assert answered(connector) == [Answer("one", CONFIRMED, "at last")]
        caller.close()
    assert all(b"webhook-id: one" in each for each in seen)


def test_closing_does_not_wait_for_a_receiver_that_never_answers(
    make: Callable[..., Webhook], monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.connectors import remote

    monkeypatch.setattr(remote, "_PATIENCE_S", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as door:
        connector = make(f"http://127.0.0.1:{door.getsockname()[1]}/")
        connector.send(parcel())
        caller, _ = door.accept()
        connector.close()
        with pytest.raises(Unreachable):
            connector.send(parcel("two"))
        caller.close()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    make: Callable[..., Webhook], tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
    subprocess.run(
        [*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    heard: list[bytes] = []

    def serve(door: socket.socket) -> None:
        caller, _ = door.accept()
        try:
            with context.wrap_socket(caller, server_side=True) as safe:
                heard.append(safe.recv(4096))
        except OSError:
            caller.close()

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=serve, args=(door,))
        thread.start()
        connector = make(f"https://localhost:{door.getsockname()[1]}/")
        connector.send(parcel())
        wait_for(lambda: connector.link.state == links.REFUSED)
        thread.join()
    assert "certificate" in connector.link.words.lower()
    assert not any(heard)
    assert connector.answers() == ()


def test_the_secret_is_nowhere_to_be_read(
    make: Callable[..., Webhook], receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.say = lambda asked: (503, {}, b"no") if len(receiver.asked) < 2 else YES
    connector = make(receiver.url)
    connector.send(parcel())
    try:
        connector.settle()
        words = ""
    except Unreachable as error:
        words = f"{error} {error!r}"
    answered(connector)
    seen = caplog.text + words + repr(connector) + repr(connector.place) + repr(connector.link)
    assert SECRET not in seen and SECRET[6:] not in seen
    assert repr(key_of(SECRET)) not in seen
    assert "tok" not in words + connector.link.words
