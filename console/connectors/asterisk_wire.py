"""The manager interface's messages on the wire: lines "Key: value", ended by an empty one."""

import re
import unicodedata
from collections.abc import Mapping

#: Asterisk refuses a line of about 1,024 bytes without running its action.
LONGEST_LINE = 900
#: Of a reason it keeps 79 bytes, even if that cuts a letter in two.
LONGEST_REASON = 79
# A server that sends more than this without the end of a message is no Asterisk.
_LONGEST_MESSAGE = 4 * 1024 * 1024
# What no text on a screen or in a database should have; a line ends with both, never with one.
_CONTROL = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n")
_BANNER = b"Asterisk Call Manager"


class Unfit(Exception):
    """What may not be sent, in words for a person."""


class Garbage(Exception):
    """What came is not the manager interface of an Asterisk, in words for a person."""


class Packet(dict[str, str]):
    """A message by its keys in small letters. Of a key that comes twice the first value counts:
    what the PBX says itself stands before what callers and dialplans can add."""

    def text(self, key: str) -> str:
        return self.get(key, "")

    def number(self, key: str) -> int:
        """A whole number; 0 where there is none."""
        text = self.get(key, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


class Unpacker:
    """Makes messages of bytes, wherever they are cut."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._looked = 0
        self._greeted = False

    def feed(self, data: bytes) -> list[Packet]:
        """The messages that are whole now. Raises Garbage."""
        self._rest += data
        if not self._greeted and not self._greet():
            return []
        found: list[Packet] = []
        start = 0
        while (end := self._rest.find(b"\r\n\r\n", max(start, self._looked - 3))) >= 0:
            packet = _packet(bytes(self._rest[start:end]))
            if packet:
                found.append(packet)
            start = self._looked = end + 4
        del self._rest[:start]
        self._looked = len(self._rest)
        if len(self._rest) > _LONGEST_MESSAGE:
            raise Garbage("What it sends has no end: it is no manager interface of an Asterisk.")
        return found

    def _greet(self) -> bool:
        """The banner is one line, without an empty one behind it."""
        end = self._rest.find(b"\n")
        begun = bytes(self._rest[: len(_BANNER)])
        if not _BANNER.startswith(begun) or (end >= 0 and not begun.startswith(_BANNER)):
            raise Garbage("It answers, but it is no manager interface of an Asterisk.")
        if end >= 0:
            del self._rest[: end + 1]
            self._greeted = True
        elif len(self._rest) > LONGEST_LINE:
            raise Garbage("It answers, but it is no manager interface of an Asterisk.")
        return self._greeted


def _packet(text: bytes) -> Packet:
    packet = Packet()
    for line in _CONTROL.sub(b" ", text).decode("utf-8", "replace").split("\r\n"):
        key, colon, value = line.partition(":")
        if colon:
            packet.setdefault(key.strip().casefold(), value.removeprefix(" "))
    return packet


def packed(action: str, action_id: str, fields: Mapping[str, str]) -> bytes:
    """One action as it is sent. Raises Unfit where a value could do something else than it says."""
    lines: list[bytes] = []
    for key, value in {"Action": action, "ActionID": action_id, **fields}.items():
        check(key, value)
        line = f"{key}: {value}".encode("utf-8", "replace")
        if len(line) > LONGEST_LINE:
            raise Unfit(f"{key} is too long for Asterisk: {len(line)} bytes, {LONGEST_LINE} fit.")
        lines.append(line)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def check(what: str, value: str) -> None:
    """No control characters: a line end in a value would begin another action. Raises Unfit."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
        raise Unfit(f"{what} contains a line break or another control character.")


def check_name(what: str, value: str) -> None:
    """Also none of the signs at which Asterisk's own store of members breaks. Raises Unfit."""
    check(what, value)
    if found := sorted(set(value) & set(",;|")):
        raise Unfit(f"{what} contains “{found[0]}”, at which Asterisk loses members of the queue.")
