"""Events become the lines that the log has for them."""

from typing import Any

import pytest

from console.connectors.asterisk_members import listing_of, row_of
from console.connectors.asterisk_told import Teller, moment_of, started
from console.connectors.asterisk_wire import Packet
from console.domain.links import Waiting
from console.domain.times import SECOND
from console.exports.asterisk_calls import contact_of, split

NOW = 1_795_000_000 * SECOND
CALLER: dict[str, Any] = {"uniqueid": "1795000000.1", "queue": "support"}
ANN: dict[str, Any] = {"membername": "Ann", "interface": "PJSIP/101"}


def event(kind: str, second: float = 0, /, **fields: str) -> Packet:
    return Packet({"event": kind, "timestamp": f"{1_795_000_000 + second:.6f}", **fields})


def lines(*events: Packet, teller: Teller | None = None) -> list[str]:
    teller = teller or Teller()
    return [heard.line for each in events for heard in teller.tell(each, NOW)]


JOIN = event("QueueCallerJoin", **CALLER, calleridnum="+4930123", position="2")
LEAVE = event("QueueCallerLeave", 5, **CALLER, position="1")
CONNECT = event(
    "AgentConnect", 5.1, **CALLER, **ANN, holdtime="5", ringtime="2", destuniqueid="1795000003.2"
)
TIMES: dict[str, Any] = {"holdtime": "5", "talktime": "60", "destuniqueid": "1795000003.2"}


def test_a_call_from_entry_to_end() -> None:
    done = event("AgentComplete", 65.1, **CALLER, **ANN, **TIMES, reason="agent")
    called = event("AgentCalled", 3, **CALLER, **ANN)
    told = lines(JOIN, called, LEAVE, CONNECT, done)
    assert told == [
        "1795000000|1795000000.1|support|NONE|ENTERQUEUE||+4930123|2",
        "1795000003|1795000000.1|support|Ann|AGENTCALLED|",
        "1795000005|1795000000.1|support|Ann|CONNECT|5|1795000003.2|2",
        "1795000065|1795000000.1|support|Ann|COMPLETEAGENT|5|60|2",
    ]
    (leg,) = contact_of([split(line)[1] for line in told]).legs
    assert (leg.agent, leg.wait_us, leg.talk_us) == ("Ann", 5 * SECOND, 60 * SECOND)


@pytest.mark.parametrize(
    ("reason", "end"),
    [
        ("caller", "COMPLETECALLER|5|60|2"),
        ("agent", "COMPLETEAGENT|5|60|2"),
        ("transfer", "BLINDTRANSFER|200|xfer|5|60|2"),
    ],
)
def test_ends(reason: str, end: str) -> None:
    where: dict[str, Any] = {"exten": "200", "context": "xfer"}
    done = event("AgentComplete", 65, **CALLER, **ANN, **TIMES, **where, reason=reason)
    assert lines(JOIN, CONNECT, done)[-1] == f"1795000065|1795000000.1|support|Ann|{end}"


def test_a_caller_who_is_not_named_any_more_is_known_by_the_agent() -> None:
    unnamed = event("AgentComplete", 65, queue="support", **ANN, **TIMES, reason="caller")
    assert lines(CONNECT, unnamed)[-1].startswith("1795000065|1795000000.1|support|Ann|COMPLETEC")
    assert lines(unnamed) == []


def test_without_the_entry_its_position_is_left_out() -> None:
    done = event("AgentComplete", 65, **CALLER, **ANN, **TIMES, reason="caller")
    assert lines(done) == ["1795000065|1795000000.1|support|Ann|COMPLETECALLER|5|60"]


def test_who_gives_up() -> None:
    gone = event(
        "QueueCallerAbandon", 9, **CALLER, position="1", originalposition="2", holdtime="9"
    )
    left = event("QueueCallerLeave", 9, **CALLER)
    teller = Teller()
    assert lines(JOIN, gone, left, teller=teller)[1:] == [
        "1795000009|1795000000.1|support|NONE|ABANDON|1|2|9"
    ]
    assert not teller.unsettled
    teller.withdraw("1795000000.1", "closed")
    assert lines(gone, left, teller=teller) == [
        "1795000009|1795000000.1|support|NONE|WITHDRAW|1|2|9|closed"
    ]


def test_who_leaves_some_other_way_is_told_once_nothing_else_is() -> None:
    teller = Teller()
    assert lines(JOIN, LEAVE, teller=teller)[1:] == []
    assert teller.unsettled
    assert teller.settled(NOW) == []
    (left,) = teller.settled(NOW + SECOND)
    assert left.line == "1795000005|1795000000.1|support|NONE|CALLERLEFT|"
    assert left.at == 1_795_000_005 * SECOND
    assert not teller.settled(NOW + 9 * SECOND) and not teller.unsettled
    lines(LEAVE, CONNECT, teller=teller)
    assert not teller.unsettled
    again = event("QueueCallerJoin", 6, **CALLER, calleridnum="1", position="1")
    assert [line.split("|")[4] for line in lines(LEAVE, again, teller=teller)] == [
        "CALLERLEFT",
        "ENTERQUEUE",
    ]
    lines(LEAVE, teller=teller)
    teller.forget()
    assert not teller.unsettled


def test_a_ring_that_nobody_takes() -> None:
    rang = event("AgentRingNoAnswer", **CALLER, **ANN, ringtime="15000")
    assert lines(rang) == ["1795000000|1795000000.1|support|Ann|RINGNOANSWER|15000"]


@pytest.mark.parametrize(
    ("kind", "more", "line"),
    [
        ("QueueMemberAdded", {}, "NONE|support|PJSIP/101,3,Ann|ADDMEMBER|"),
        ("QueueMemberAdded", {"paused": "1"}, "NONE|support|PJSIP/101,3,Ann|ADDMEMBER|PAUSED"),
        ("QueueMemberRemoved", {}, "NONE|support|PJSIP/101|REMOVEMEMBER|"),
        (
            "QueueMemberPause",
            {"paused": "1", "pausedreason": "a|b"},
            "NONE|support|Ann|PAUSE|a/b",
        ),
        ("QueueMemberPause", {}, "NONE|support|Ann|UNPAUSE|"),
        ("QueueMemberPenalty", {}, "NONE|support|PJSIP/101|PENALTY|3"),
    ],
)
def test_members(kind: str, more: dict[str, Any], line: str) -> None:
    fields: dict[str, Any] = {"queue": "support", **ANN, "penalty": "3", "paused": "0", **more}
    assert lines(event(kind, **fields)) == [f"1795000000|{line}"]


@pytest.mark.parametrize("kind", ["QueueMemberStatus", "QueueMemberRinginuse", "Reload", "Hangup"])
def test_what_has_no_line(kind: str) -> None:
    assert lines(event(kind, queue="support", **ANN)) == []


def test_unknown_numbers_are_none() -> None:
    joined = event("QueueCallerJoin", **CALLER, calleridnum="<unknown>", position="1")
    assert lines(joined) == ["1795000000|1795000000.1|support|NONE|ENTERQUEUE|||1"]


def test_by_whose_clock() -> None:
    assert moment_of(Packet(timestamp="1795000001.25"), NOW) == 1_795_000_001_250_000
    assert moment_of(Packet(), NOW) == NOW
    assert moment_of(Packet(timestamp="soon"), NOW) == NOW
    assert moment_of(Packet(timestamp="1795000001"), NOW) == NOW + SECOND


def test_a_start_is_one() -> None:
    assert started(NOW).line == "1795000000|NONE|NONE|NONE|QUEUESTART|"


def test_a_list_as_it_is_taken() -> None:
    member = Packet(
        event="QueueMember",
        queue="support",
        name="Ann",
        location="PJSIP/101",
        stateinterface="Custom:a",
        membership="static",
        penalty="2",
        status="6",
        paused="1",
        pausedreason="Schulung",
    )
    entry = Packet(
        event="QueueEntry", queue="support", uniqueid="1.1", channel="PJSIP/t-1", wait="7"
    )
    listing = listing_of([Packet(event="QueueParams", queue="support"), member, entry], NOW)
    assert listing.queues == ("support",)
    assert listing.waiting == (Waiting("support", "1.1", NOW - 7 * SECOND),)
    assert listing.channels == {"support": [("PJSIP/t-1", "1.1")]}
    (row,) = listing.rows.values()
    assert (row.member.device, row.member.penalty, row.member.dynamic) == ("ringing", 2, False)
    assert (row.member.reason, row.state_interface) == ("Schulung", "Custom:a")
    assert row_of(Packet(queue="q", interface="PJSIP/1", status="9")).member.device == "unknown"
