"""A line to the PBX is kept and made again, and says how it stands."""

import logging
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.connectors.asterisk import Asterisk
from console.connectors.connector import Option, Unreachable
from console.domain.links import CONNECTING, DOWN, REFUSED, UP, Member, Sighting
from console.domain.times import SECOND, now_us
from tests.console.connectors.at_asterisk import ANN, Desk, Hasty, Looking, Open, wait
from tests.console.connectors.pbx import SECRET, Action, Pbx, Session, error, success, unknown


def test_what_is_listed_at_the_beginning(pbx: Pbx, opened: Open) -> None:
    pbx.member("sales", "Local/1003@agents/n", "Díaz").paused = True
    pbx.waiting["support"] = [("PJSIP/trunk-1", "1795322270.1", 7)]
    pbx.values = {
        "coalface/callback/support/offer": "off",
        "coalface/queue/support/state": "draining",
        "coalface/queue/support/channel": "voice",
        "coalface/queue/sales/channel": "voice",
        "other/queue/support/state": "closed",
    }
    desk = opened(pbx)
    desk.await_link(UP)
    assert desk.connector.link.words == ""
    (picture,) = desk.connector.pictures()
    assert picture.queues == ("support", "sales")
    assert picture.members == (
        Member("support", "PJSIP/101", "Ann", False, False, "", 0, "free"),
        Member("sales", "Local/1003@agents/n", "Díaz", True, True, "", 0, "free"),
    )
    (caller,) = picture.waiting
    assert (caller.queue, caller.ref) == ("support", "1795322270.1")
    assert abs(picture.at - caller.entered_at - 7 * SECOND) <= SECOND
    assert desk.seen() == [
        ("agent|support|pjsip/101", "member", "in"),
        ("agent|support|pjsip/101", "membership", "static"),
        ("agent|support|pjsip/101", "pause", "serving"),
        ("agent|support|pjsip/101", "penalty", "0"),
        ("agent|sales|local/1003@agents/n", "member", "in"),
        ("agent|sales|local/1003@agents/n", "membership", "dynamic"),
        ("agent|sales|local/1003@agents/n", "pause", "paused"),
        ("agent|sales|local/1003@agents/n", "penalty", "0"),
        ("queue|support", "offer", "off"),
        ("queue|support", "state", "draining"),
        ("channel|voice", "state", "draining, open"),
    ]
    assert desk.connector.sightings() == desk.connector.sightings()
    desk.connector.forget()
    assert not desk.connector.sightings() and not desk.connector.pictures()
    assert desk.woken


def test_the_secret_goes_nowhere(pbx: Pbx, opened: Open, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk = opened(pbx)
    desk.await_link(UP)
    assert SECRET.encode() not in pbx.raw
    assert SECRET not in caplog.text + repr(vars(desk.connector)) + repr(desk.connector.link)
    (login,) = pbx.asked("Login")
    assert login["AuthType"] == "MD5" and "Secret" not in login
    assert not Path("nowhere").exists()


def test_a_wrong_secret_bars_and_is_tried_seldom(pbx: Pbx, opened: Open) -> None:
    pbx.secret = "another"
    desk = opened(pbx)
    desk.await_link(REFUSED, "pbx does not accept the user or the secret.")
    assert SECRET not in desk.connector.link.words
    with pytest.raises(Unreachable, match="does not accept"):
        desk.send("queue_pause", **ANN)
    pbx.secret = SECRET
    desk.await_link(UP)
    assert Asterisk.pace.barred_wait >= 60


def test_without_a_secret_it_does_not_even_knock(pbx: Pbx, opened: Open) -> None:
    desk = opened(pbx)
    desk.await_link(UP)
    desk.secret = ""
    pbx.hang_up()
    desk.await_link(REFUSED, "is not known here")
    known = pbx.logins
    desk.secret = SECRET
    desk.await_link(UP)
    assert pbx.logins == known + 1


def test_missing_rights_are_said(pbx: Pbx, opened: Open) -> None:
    pbx.commands = ("QueueStatus", "QueuePause")
    desk = opened(pbx)
    desk.await_link(UP, "Its user may not switch callbacks or channels")
    pbx.instead["DBPut"] = lambda _session, action: error(action, "Permission denied")
    state, words = desk.order("callback_offer", queue="support", on=True)
    assert state == "refused" and "write = agent,system" in words


def test_who_is_told_nothing_is_told_so(pbx: Pbx, opened: Open) -> None:
    def silent(_session: Session, action: Action) -> bytes:
        return success(action, "Interface paused successfully")

    pbx.instead["QueuePause"] = silent
    desk = opened(pbx, Looking)
    desk.await_link(UP)
    assert desk.order("queue_pause", **ANN)[0] == "confirmed"
    desk.await_link(UP, "may not hear what happens (manager.conf: read = agent)")
    pbx.tell("QueueMemberPause", "support", pbx.queues["support"]["pjsip/101"])
    wait(lambda: desk.connector.link.words == "")


def test_nobody_there(opened: Open) -> None:
    pbx = Pbx()
    pbx.close()
    desk = opened(pbx)
    desk.await_link(DOWN, "takes no connection")
    since = desk.connector.link.since
    again = Pbx(port=pbx.port)
    try:
        desk.await_link(UP)
        assert desk.connector.link.since >= since
    finally:
        again.close()


def test_anunknown_host(pbx: Pbx, opened: Open) -> None:
    desk = opened(pbx, host="no-such-machine.invalid")
    desk.await_link(DOWN, "No machine is called “no-such-machine.invalid”")


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 400 Bad\r\n\r\n"])
def test_another_server_on_that_port(pbx: Pbx, opened: Open, greeting: bytes) -> None:
    pbx.greeting = greeting
    desk = opened(pbx)
    desk.await_link(REFUSED, "no manager interface of an Asterisk")


def test_a_pbx_that_boots_slowly(pbx: Pbx, opened: Open) -> None:
    pbx.booted = False
    no_queues = {"QueueStatus": unknown}
    pbx.instead.update(no_queues)
    desk = opened(pbx)
    desk.await_link(CONNECTING, "pbx is starting up")
    with pytest.raises(Unreachable, match="starting up"):
        desk.send("queue_pause", **ANN)
    wait(lambda: len(pbx.asked("QueueStatus")) > 2)
    pbx.instead.clear()
    pbx.send(pbx.boot())
    desk.await_link(UP)
    assert desk.connector.pictures()[-1].queues == ("support", "sales")


def test_who_is_not_told_of_the_boot_tries(pbx: Pbx, opened: Open) -> None:
    pbx.booted = False
    desk = opened(pbx)
    desk.await_link(UP)
    assert len(desk.connector.pictures()) == 1
    # Told after all: what was listed before may not have been everything.
    pbx.member("sales", "PJSIP/104", "Deniz")
    pbx.send(pbx.boot())
    wait(lambda: len(desk.connector.pictures()) == 2)
    assert len(desk.connector.pictures()[-1].members) == 2


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 64])
def test_packets_cut_anywhere(pbx: Pbx, opened: Open, piece: int) -> None:
    pbx.piece = piece
    desk = opened(pbx)
    desk.await_link(UP)
    assert desk.order("queue_pause", **ANN)[0] == "confirmed"


def test_a_line_that_breaks_is_made_again(pbx: Pbx, desk: Desk) -> None:
    pbx.member("support", "PJSIP/102", "Bob")
    del pbx.queues["support"]["pjsip/101"]
    pbx.hang_up()
    wait(lambda: len(desk.connector.pictures()) == 2)
    assert ("agent|support|pjsip/102", "member", "in") in desk.seen()
    assert ("agent|support|pjsip/101", "member", "out") in desk.seen()


def test_a_shutdown_is_said(pbx: Pbx, desk: Desk) -> None:
    pbx.say("Event: Shutdown", "Privilege: system,all", "Shutdown: Cleanly", "Restart: False")
    pbx.hang_up()
    wait(lambda: "pbx was shut down." in desk.words)
    desk.await_link(UP)


def test_silence_is_a_line_that_is_gone(pbx: Pbx, opened: Open) -> None:
    desk = opened(pbx, Hasty)
    desk.await_link(UP)
    pbx.instead["Ping"] = lambda _session, _action: b""
    desk.await_link(DOWN, "does not answer any more")
    pbx.instead.clear()
    desk.await_link(UP)


def test_events_are_no_answer(pbx: Pbx, opened: Open) -> None:
    desk = opened(pbx, Hasty)
    desk.await_link(UP)
    pbx.instead["Ping"] = lambda _session, _action: b""

    def chatter() -> bool:
        pbx.say("Event: QueueMemberStatus", "Queue: support")
        return desk.stands(DOWN, "does not answer any more")

    wait(chatter)


def test_a_pbx_that_connects_and_says_nothing(opened: Open) -> None:
    pbx = Pbx()
    pbx.greeting = b""
    pbx.instead["Challenge"] = lambda _session, _action: b""
    try:
        desk = opened(pbx, Hasty)
        desk.await_link(DOWN, "does not answer")
    finally:
        pbx.close()


def test_garbage_between_messages_does_no_harm(pbx: Pbx, desk: Desk) -> None:
    pbx.send(b"\xff\xfe no colon at all\r\n\r\n")
    pbx.send(b"Event: \r\n\r\n\r\n\r\n: \r\n\r\nResponse: Success\r\nActionID: nobody's\r\n\r\n")
    pbx.send(b"Event: QueueMemberPause\r\n\r\nEvent: AgentConnect\r\nHoldTime: x\r\n\r\n")
    pbx.send(b"Event: QueueCallerJoin\r\nTimestamp: 12.x\r\n\r\n")
    pbx.say("Event: Huge", "Value: " + "x" * 500_000)
    assert desk.order("queue_pause", **ANN)[0] == "confirmed"
    assert desk.stands(UP)


def test_closing_does_not_wait(pbx: Pbx, opened: Open) -> None:
    desk = opened(pbx)
    desk.connector.close()
    desk.connector.close()
    with pytest.raises(Unreachable):
        desk.send("queue_pause", **ANN)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "The host is missing."),
        ({"host": "p b x", "user": "u"}, "The host is a name"),
        ({"host": "pbx", "port": 0, "user": "u"}, "The port is"),
        ({"host": "pbx", "port": True, "user": "u"}, "The port is"),
        ({"host": "pbx"}, "The user is missing."),
        ({"host": "pbx", "user": "u", "family": "a/b"}, "The database family"),
        ({"host": "pbx", "user": "u"}, ""),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Option], words: str) -> None:
    fault = Asterisk.fault(settings)
    assert fault.startswith(words) and bool(fault) == bool(words)


# --- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    key, own = folder / "key.pem", folder / "own.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        + ["-subj", "/CN=pbx.test", "-addext", "subjectAltName=DNS:pbx.test"]
        + ["-keyout", str(key), "-out", str(own)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("this openssl makes no certificate")
    return key, own


@pytest.fixture
def secured(certificate: tuple[Path, Path]) -> Iterator[Pbx]:
    key, own = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, key)
    pbx = Pbx(context=context)
    pbx.member("support", "PJSIP/101", "Ann", static=True)
    yield pbx
    pbx.close()


def test_over_tls(secured: Pbx, certificate: tuple[Path, Path], opened: Open) -> None:
    own = str(certificate[1])
    desk = opened(secured, tls=True, ca_file=own, certificate_name="pbx.test")
    desk.await_link(UP)
    assert desk.order("queue_pause", **ANN)[0] == "confirmed"


@pytest.mark.parametrize(
    ("by_file", "name", "words"),
    [
        (False, "pbx.test", "is not trusted: self"),
        (True, "", "is not trusted: IP address mismatch"),
        (True, "another.test", "is not trusted: Hostname mismatch"),
    ],
)
def test_a_certificate_is_always_looked_at(
    secured: Pbx,
    certificate: tuple[Path, Path],
    opened: Open,
    by_file: bool,
    name: str,
    words: str,
) -> None:
    own = str(certificate[1]) if by_file else ""
    desk = opened(secured, tls=True, ca_file=own, certificate_name=name)
    desk.await_link(REFUSED, words)
    assert secured.actions == []


def test_a_ca_file_that_is_none(pbx: Pbx, opened: Open, tmp_path: Path) -> None:
    missing, empty = tmp_path / "missing.pem", tmp_path / "empty.pem"
    empty.write_text("nothing")
    opened(pbx, tls=True, ca_file=str(missing)).await_link(REFUSED, "missing.pem: No such file")
    opened(pbx, tls=True, ca_file=str(empty)).await_link(REFUSED, "holds no certificate")
    assert pbx.raw == b""


def test_tls_to_a_port_that_speaks_none(pbx: Pbx, opened: Open) -> None:
    desk = opened(pbx, tls=True)
    desk.await_link(REFUSED, "No TLS with")


# --- what is told


def test_drift_in_the_database_is_seen(pbx: Pbx, opened: Open) -> None:
    desk = opened(pbx, Looking)
    desk.await_link(UP)
    assert desk.order("callback_offer", queue="support", on=False)[0] == "confirmed"
    desk.seen()
    desk.connector.forget()
    pbx.values["coalface/callback/support/offer"] = "on"
    wait(lambda: desk.seen() == [("queue|support", "offer", "on")])
    pbx.values["coalface/callback/support/offer"] = "off"
    wait(lambda: desk.seen()[-1:] == [("queue|support", "offer", "off")])
    # A key that is not there is as good as on.
    pbx.values.clear()
    wait(lambda: desk.seen()[-1:] == [("queue|support", "offer", "on")])


def test_an_old_pbx_is_asked_for_each_value(pbx: Pbx, opened: Open) -> None:
    pbx.commands = ("QueueStatus", "QueuePause", "DBPut", "DBGet")
    pbx.values = {"coalface/callback/support/offer": "off"}
    desk = opened(pbx, Looking)
    desk.await_link(UP)
    assert ("queue|support", "offer", "off") in desk.seen()
    assert desk.order("callback_dial", queue="sales", on=False)[0] == "confirmed"
    pbx.values["coalface/callback/sales/dial"] = "on"
    wait(lambda: desk.seen()[-1] == ("queue|sales", "dial", "on"))
    pbx.values["coalface/callback/support/offer"] = "on"
    wait(lambda: desk.seen()[-1] == ("queue|support", "offer", "on"))
    assert not pbx.asked("DBGetTree")


def test_who_may_not_read_the_database_does_not_ask(pbx: Pbx, opened: Open) -> None:
    pbx.commands = ("QueueStatus", "QueuePause")
    desk = opened(pbx, Looking)
    desk.await_link(UP)
    wait(lambda: len(pbx.asked("Ping")) > 3)
    assert not pbx.asked("DBGetTree") and not pbx.asked("DBGet")


def test_members_that_no_event_tells_of(pbx: Pbx, opened: Open) -> None:
    desk = opened(pbx, Looking)
    desk.await_link(UP)
    assert len(desk.connector.pictures()) == 1
    pbx.queues["support"].clear()
    wait(lambda: ("agent|support|pjsip/101", "member", "out") in desk.seen())
    assert len(desk.connector.pictures()) == 1


def test_a_reload_is_looked_at(pbx: Pbx, desk: Desk) -> None:
    pbx.queues["support"].clear()
    pbx.say("Event: Reload", "Privilege: system,all", "Module: app_queue.so", "Status: 0")
    wait(lambda: ("agent|support|pjsip/101", "member", "out") in desk.seen())


def test_what_others_do_is_seen(pbx: Pbx, desk: Desk) -> None:
    desk.seen()
    desk.connector.forget()
    ann = pbx.queues["support"]["pjsip/101"]
    ann.paused, ann.reason = True, "Auto-Pause"
    pbx.tell("QueueMemberPause", "support", ann)
    pbx.tell("QueueMemberStatus", "support", ann)
    wait(lambda: desk.connector.sightings())
    assert desk.order("queue_penalty", **ANN, penalty=2)[0] == "confirmed"
    wait(lambda: len(desk.connector.sightings()) == 2)
    first, second = desk.connector.sightings()
    at = first.at
    assert first == Sighting("agent|support|pjsip/101", "pause", "paused", at, "the PBX itself")
    assert (second.aspect, second.value) == ("penalty", "2")


def test_a_restart_is_told(pbx: Pbx, opened: Open) -> None:
    pbx.uptime = 500
    desk = opened(pbx)
    desk.await_link(UP)
    pbx.hang_up()
    wait(lambda: pbx.logins == 2)
    desk.await_link(UP)
    assert desk.heard() == []
    pbx.uptime = 3
    pbx.hang_up()
    wait(lambda: desk.heard())
    (started,) = desk.connector.heard()
    assert started.line == f"{started.at // SECOND}|NONE|NONE|NONE|QUEUESTART|"
    assert abs(now_us() - started.at) < 60 * SECOND


@pytest.mark.parametrize(("ahead", "words"), [(100, "99 s ahead of"), (-100, "100 s behind")])
def test_what_is_listed_is_told_by_the_clock_of_the_pbx(
    pbx: Pbx, opened: Open, ahead: float, words: str
) -> None:
    pbx.ahead = ahead
    pbx.waiting["support"] = [("PJSIP/trunk-1", "1795322270.1", 7)]
    desk = opened(pbx)
    desk.await_link(UP, "Its clock is ")
    said = desk.connector.link.words.replace("100 s ahead", "99 s ahead")
    assert words in said.replace("99 s behind", "100 s behind")
    (picture,) = desk.connector.pictures()
    assert abs(picture.at - now_us() - ahead * SECOND) < 60 * SECOND
    assert abs(picture.at - picture.waiting[0].entered_at - 7 * SECOND) <= SECOND
    assert all(abs(seen.at - now_us()) < 60 * SECOND for seen in desk.connector.sightings())


def test_nobody_who_takes_does_not_fill_the_memory(
    pbx: Pbx, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.connectors.asterisk._MOST", 10)
    call = ["Event: QueueCallerJoin", "Queue: support", "Position: 1", "CallerIDNum: 1"]
    desk.connector.heard()
    for number in range(30):
        pbx.say(*call, f"Uniqueid: 1795322270.{number}")
    wait(lambda: "1795322270.29" in "".join(desk.heard()))
    assert len(desk.heard()) == 10
    desk.connector.forget()
    assert desk.heard() == []


def test_the_port_is_tried_at_all_addresses(pbx: Pbx, opened: Open) -> None:
    if not socket.has_ipv6:
        pytest.skip("one kind of address only")
    opened(pbx, host="localhost").await_link(UP)
