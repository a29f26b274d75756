"""What a real PBX has said, where records of it lie beside the checkout."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.connectors.asterisk import Asterisk
from console.connectors.asterisk_members import listing_of
from console.connectors.asterisk_orders import verdict
from console.connectors.asterisk_told import Teller
from console.connectors.asterisk_wire import Packet, Unpacker
from console.connectors.connector import Place
from console.domain.links import UP
from console.domain.times import SECOND
from console.exports.asterisk_calls import contact_of, split
from tests.console.connectors.at_asterisk import wait
from tests.console.connectors.pbx import Pbx

ROOT = Path(__file__).parents[3]
PLACE = Path(os.environ.get("COALFACE_SHARED") or ROOT.parent / "shared") / "data" / "ami"
SECRET = "console-test-1"

pytestmark = pytest.mark.skipif(not PLACE.is_dir(), reason="no records of a real PBX are here")

Pair = tuple[Packet, Packet]


def messages(name: str, arrow: str) -> bytes:
    """What one side said, as it was on the wire."""
    said: list[str] = []
    for line in (PLACE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith(arrow):
            said.append(line.removeprefix(arrow).removeprefix(" "))
        elif not line and said and said[-1]:
            said.append("")
    banner = "Asterisk Call Manager/11.0.0"
    return "\r\n".join([banner, *(x for x in said if x != banner), "", ""]).encode()


def packets(name: str, arrow: str = "<<<") -> list[Packet]:
    return [packet for packet in Unpacker().feed(messages(name, arrow)) if packet]


def pairs(name: str) -> Iterator[tuple[Packet, list[Packet]]]:
    """Each action and all that came under its number."""
    came = packets(name)
    for action in packets(name, ">>>"):
        number = action.text("actionid")
        yield action, [packet for packet in came if number and packet.text("actionid") == number]


@pytest.mark.parametrize("name", ["transcript_login_and_errors.txt", "transcript_one_call.txt"])
@pytest.mark.parametrize("size", [1, 5, 17, 1000])
def test_the_same_wherever_it_is_cut(name: str, size: int) -> None:
    whole = messages(name, "<<<")
    unpacker = Unpacker()
    found: list[Packet] = []
    for start in range(0, len(whole), size):
        found += unpacker.feed(whole[start : start + size])
    assert found == packets(name) and len(found) > 20


def test_what_each_answer_means() -> None:
    said: dict[str, bool] = {}
    for action, came in pairs("transcript_login_and_errors.txt"):
        if action.text("action").startswith(("Queue", "DB")) and came:
            done, words = verdict(came[0])
            said[words.split(":")[0] if not done else words] = done
    assert said["Interface paused successfully"]
    assert said["Added interface to queue"]
    assert said["Updated database successfully"]
    assert said["Unable to add interface: Already there"]
    assert said["Unable to remove interface: Not there"]
    assert not said["Member not dynamic"]
    assert not said["Interface not found"]
    assert not said["Permission denied"]
    assert not said["Database entry not found"]
    assert not said["Unable to add interface to queue"]


def test_the_key_is_the_one_that_was_accepted() -> None:
    talk = list(pairs("transcript_login_and_errors.txt"))
    challenge, login = next(
        (challenge[0].text("challenge"), login)
        for (asked, challenge), (login, answer) in zip(talk, talk[1:], strict=False)
        if asked.text("action") == "Challenge" and answer[0].text("response") == "Success"
    )
    pbx = Pbx()
    pbx.secret, pbx.challenge = SECRET, challenge
    settings = {"host": "127.0.0.1", "port": pbx.port, "user": login.text("username")}
    connector = Asterisk(Place("pbx", "pbx", settings, lambda _: SECRET, Path("nowhere")))
    connector.start(lambda: None)
    try:
        wait(lambda: connector.link.state == UP)
    finally:
        connector.close()
        pbx.close()
    assert pbx.asked("Login")[0]["Key"] == login.text("key")


def test_a_list_of_all_queues() -> None:
    for action, came in pairs("transcript_login_and_errors.txt"):
        if action.text("action") == "QueueStatus" and "queue" not in action and len(came) > 3:
            listing = listing_of(came[1:-1], 1_795_323_900 * SECOND)
            assert len(listing.rows) + len(listing.queues) + len(listing.waiting) == (
                came[-1].number("listitems")
            )
            assert "phone_support" in listing.queues
            assert all(row.member.interface and row.member.name for row in listing.rows.values())
            return
    pytest.fail("no list is recorded")


def test_a_call_that_was_answered_and_one_that_was_not() -> None:
    teller = Teller()
    heard: list[str] = []
    for packet in packets("transcript_one_call.txt"):
        if "event" in packet and "actionid" not in packet:
            heard += [each.line for each in teller.tell(packet, 0)]
    rows: dict[str, list[str]] = {}
    for line in heard:
        if line.split("|")[1] not in ("NONE", "MANAGER"):
            rows.setdefault(line.split("|")[1], []).append(line)
    answered, lost = (
        contact_of([split(line)[1] for line in lines]).legs[0] for lines in rows.values()
    )
    assert answered.agent == "Frieda Lang"
    assert (answered.outcome, lost.outcome) == ("answered", "abandoned")
    assert answered.talk_us is not None and answered.talk_us >= 5 * SECOND
    assert not teller.unsettled


@pytest.mark.parametrize(
    ("kind", "verb"),
    [
        ("AgentCalled", "AGENTCALLED"),
        ("AgentConnect", "CONNECT"),
        ("AgentRingNoAnswer", "RINGNOANSWER"),
        ("QueueCallerAbandon", "ABANDON"),
        ("QueueCallerJoin", "ENTERQUEUE"),
        ("QueueMemberAdded", "ADDMEMBER"),
        ("QueueMemberPenalty", "PENALTY"),
        ("QueueMemberRemoved", "REMOVEMEMBER"),
        ("AgentComplete", "COMPLETEAGENT"),
    ],
)
def test_one_of_each_event(kind: str, verb: str) -> None:
    text = (PLACE / "events_one_of_each.txt").read_text(encoding="utf-8").split("\n\n")
    blocks = [
        "\r\n".join(line for line in each.splitlines() if not line.startswith("###"))
        for each in text[1:]
    ]
    wire = "Asterisk Call Manager/11.0.0\r\n" + "".join(f"{each}\r\n\r\n" for each in blocks)
    events = Unpacker().feed(wire.encode())
    (line,) = Teller().tell(next(each for each in events if each.text("event") == kind), 0)
    fields = line.line.split("|")
    assert fields[4] == verb and fields[0] == str(line.at // SECOND) and fields[2]
    assert all(fields[1:4])
