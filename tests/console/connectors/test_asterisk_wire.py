"""Messages of the manager interface come out the same, wherever they are cut, and no value of ours
can do something else than it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.connectors.asterisk_wire import (
    LONGEST_LINE,
    Garbage,
    Packet,
    Unfit,
    Unpacker,
    check_name,
    packed,
)

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
TALK = (
    BANNER
    + b"Response: Success\r\nActionID: a-1\r\nMessage: Authentication accepted\r\n\r\n"
    + b"Event: QueueMemberPause\r\nQueue: support\r\nMemberName: Zo\xc3\xab: D\xc3\xadaz\r\n"
    + b"PausedReason: \r\nPaused: 0\r\n\r\n"
    + b"Event: Odd\r\nChanVariable: a=1\r\nChanVariable: b=2\r\nActionID: x\r\nActionID: y\r\n\r\n"
)
WHOLE = [
    Packet(response="Success", actionid="a-1", message="Authentication accepted"),
    Packet(
        event="QueueMemberPause",
        queue="support",
        membername="Zoë: Díaz",
        pausedreason="",
        paused="0",
    ),
    Packet(event="Odd", chanvariable="a=1", actionid="x"),
]


@pytest.mark.parametrize("size", range(1, len(TALK) + 1))
def test_cut_at_every_byte(size: int) -> None:
    unpacker = Unpacker()
    found: list[Packet] = []
    for start in range(0, len(TALK), size):
        found += unpacker.feed(TALK[start : start + size])
    assert found == WHOLE


def test_half_a_message_waits_for_the_rest() -> None:
    unpacker = Unpacker()
    assert unpacker.feed(BANNER + b"Event: A\r\nQueue: sup") == []
    assert unpacker.feed(b"port\r\n\r") == []
    assert unpacker.feed(b"\nEvent: B") == [Packet(event="A", queue="support")]


@given(st.binary(max_size=300))
def test_garbage_after_the_banner_never_breaks_it(noise: bytes) -> None:
    unpacker = Unpacker()
    unpacker.feed(BANNER)
    unpacker.feed(noise.replace(b"\n", b""))
    assert unpacker.feed(b"\r\n\r\nEvent: A\r\n\r\n")[-1] == Packet(event="A")


@pytest.mark.parametrize(
    "greeting", [b"SSH-2.0-x\r\n", b"HTTP/1.1 400\r\n", b"\x15\x03\x01", b"\n"]
)
def test_another_server_is_known_by_its_greeting(greeting: bytes) -> None:
    with pytest.raises(Garbage, match="no manager interface"):
        Unpacker().feed(greeting)


def test_a_greeting_without_an_end_is_none() -> None:
    with pytest.raises(Garbage):
        Unpacker().feed(b"Asterisk Call Manager" + b"x" * 2000)


def test_a_message_without_an_end_is_not_kept_for_ever() -> None:
    unpacker = Unpacker()
    unpacker.feed(BANNER)
    with pytest.raises(Garbage, match="no end"):
        for _ in range(100):
            unpacker.feed(b"x" * 65536)


def test_a_long_message_is_taken() -> None:
    unpacker = Unpacker()
    unpacker.feed(BANNER)
    value = "x" * 300_000
    assert unpacker.feed(f"Event: A\r\nValue: {value}\r\n\r\n".encode()) == [
        Packet(event="A", value=value)
    ]


def test_no_control_signs_come_in() -> None:
    unpacker = Unpacker()
    unpacker.feed(BANNER)
    (packet,) = unpacker.feed(b"Event: A\r\nName: a\0b\x1b[1mc\rd\ne\xff\x7f\r\nQueue: q\r\n\r\n")
    assert packet == Packet(event="A", name="a b [1mc d e� ", queue="q")


def test_numbers_are_whole_or_none() -> None:
    item = Packet(a="12", b="-1", c="", d="٣", e="9" * 40)
    assert [item.number(key) for key in "abcdef"] == [12, 0, 0, 0, 0, 0]


def test_an_action_as_it_is_sent() -> None:
    wire = packed("QueuePause", "7", {"Interface": "PJSIP/101", "Reason": "zurück"})
    assert wire.decode() == (
        "Action: QueuePause\r\nActionID: 7\r\nInterface: PJSIP/101\r\nReason: zurück\r\n\r\n"
    )


@pytest.mark.parametrize("sign", ["\r\n\r\nAction: QueuePause", "\r", "\n", "\0", "\x7f", "\x85"])
def test_no_value_begins_another_action(sign: str) -> None:
    with pytest.raises(Unfit, match="control character"):
        packed("QueuePause", "7", {"Reason": f"away{sign}"})


def test_no_line_is_longer_than_asterisk_takes() -> None:
    fits = "x" * (LONGEST_LINE - len("Val: "))
    assert packed("DBPut", "1", {"Val": fits})
    with pytest.raises(Unfit, match="too long"):
        packed("DBPut", "1", {"Val": fits + "x"})
    with pytest.raises(Unfit, match="too long"):
        packed("DBPut", "1", {"Val": "ü" * 448})


@pytest.mark.parametrize("name", ["Díaz, Carla", "a;b", "a|b", "a\tb"])
def test_names_at_which_asterisk_loses_members(name: str) -> None:
    with pytest.raises(Unfit, match="The name contains"):
        check_name("The name", name)
