"""Who is a member of which queue, as the PBX has listed it and told since."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.connectors.asterisk_wire import Packet
from console.domain.links import Member, Sighting, Waiting
from console.domain.messages import (
    DYNAMIC,
    IN,
    MEMBER,
    MEMBERSHIP,
    OUT,
    PAUSE,
    PAUSED,
    PENALTY,
    SERVING,
    STATIC,
    agent_subject,
)
from console.domain.times import SECOND

#: Device states of a member, by Asterisk's numbers.
_DEVICES = {
    "1": "free",
    "2": "in use",
    "3": "in use",
    "4": "unavailable",
    "5": "unavailable",
    "6": "ringing",
    "7": "in use",
    "8": "on hold",
}
#: The reason of a pause that Asterisk begins by itself when somebody does not answer.
AUTO_PAUSE = "Auto-Pause"

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A member and, beside it, what Asterisk watches to know its state."""

    member: Member
    state_interface: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What one QueueStatus gave."""

    rows: dict[Key, Row]
    waiting: tuple[Waiting, ...]
    channels: dict[str, list[tuple[str, str]]]  # queue: (channel, callid) of who waits
    queues: tuple[str, ...]


def key_of(queue: str, interface: str) -> Key:
    return queue, interface.casefold()


def row_of(packet: Packet) -> Row:
    """A member out of a QueueMember of a list, or of an event about one."""
    interface = packet.text("location") or packet.text("interface")
    member = Member(
        queue=packet.text("queue"),
        interface=interface,
        name=packet.text("name") or packet.text("membername"),
        dynamic=packet.text("membership") != "static",
        paused=packet.text("paused") == "1",
        reason=packet.text("pausedreason") if packet.text("paused") == "1" else "",
        penalty=packet.number("penalty"),
        device=_DEVICES.get(packet.text("status"), "unknown"),
    )
    return Row(member, packet.text("stateinterface"))


def listing_of(items: Iterable[Packet], now: int) -> Listing:
    """The items of a QueueStatus; `now` in microseconds since 1970 UTC."""
    rows: dict[Key, Row] = {}
    waiting: list[Waiting] = []
    channels: dict[str, list[tuple[str, str]]] = {}
    queues: list[str] = []
    for item in items:
        kind, queue = item.text("event"), item.text("queue")
        if kind == "QueueParams":
            queues.append(queue)
        elif kind == "QueueMember":
            row = row_of(item)
            rows[key_of(queue, row.member.interface)] = row
        elif kind == "QueueEntry":
            ref = item.text("uniqueid")
            entered = now // SECOND - item.number("wait")
            waiting.append(Waiting(queue, ref, entered * SECOND))
            channels.setdefault(queue, []).append((item.text("channel"), ref))
    return Listing(rows, tuple(waiting), channels, tuple(queues))


class Members:
    """The table of members, kept by one thread."""

    def __init__(self) -> None:
        self._rows: dict[Key, Row] = {}

    def get(self, queue: str, interface: str) -> Row | None:
        return self._rows.get(key_of(queue, interface))

    def all(self) -> tuple[Member, ...]:
        return tuple(row.member for row in self._rows.values())

    def take(self, listing: Listing, at: int, *, whole: bool = False) -> list[Sighting]:
        """A new list: what is seen of it, everything (`whole`) or what is new."""
        before, self._rows = self._rows, dict(listing.rows)
        seen: list[Sighting] = []
        for key, row in self._rows.items():
            seen += seen_of(row.member, None if whole or key not in before else before[key], at)
        for key, row in before.items():
            if key not in self._rows:
                seen.append(_out(row.member, at))
        return seen

    def put(self, row: Row, at: int, *, whole: bool = False) -> list[Sighting]:
        key = key_of(row.member.queue, row.member.interface)
        before = self._rows.get(key)
        self._rows[key] = row
        return seen_of(row.member, None if whole else before, at)

    def drop(self, row: Row, at: int) -> list[Sighting]:
        self._rows.pop(key_of(row.member.queue, row.member.interface), None)
        return [_out(row.member, at)]

    def interface_of(self, queue: str, interface: str, names: Iterable[str]) -> str:
        """An interface as the PBX writes it: the one given, in any case of its letters and with or
        without "/n"; else the one whose member has one of the names, if just one has. "" if none.
        """
        wanted = _bare(interface)
        for rows in (self._of(queue), self._rows.values()):
            found = {row.member.interface for row in rows if _bare(row.member.interface) == wanted}
            exact = {each for each in found if each.casefold() == interface.casefold()}
            if len(found := exact or found) == 1:
                return found.pop()
        if interface:
            return interface
        for name in names:
            for rows in (self._of(queue), self._rows.values()):
                # Names are not unique: of two that fit neither is taken.
                found = {row.member.interface for row in rows if name and row.member.name == name}
                if found:
                    return found.pop() if len(found) == 1 else ""
        return ""

    def state_interface_of(self, interface: str) -> str:
        """What is watched for this interface elsewhere, where that is something of its own."""
        wanted = interface.casefold()
        found = {
            row.state_interface
            for (_queue, key), row in self._rows.items()
            if key == wanted and _bare(row.state_interface) != _bare(interface)
        } - {""}
        return found.pop() if len(found) == 1 else ""

    def _of(self, queue: str) -> Iterator[Row]:
        return (row for (name, _interface), row in self._rows.items() if name == queue)


def seen_of(member: Member, before: Row | None, at: int) -> list[Sighting]:
    """How a member stands; only what is different where it is known how they stood `before`."""
    old = None if before is None else before.member
    subject = agent_subject(member.queue, member.interface)
    by = "the PBX itself" if member.reason == AUTO_PAUSE else ""
    seen: list[Sighting] = []
    if old is None:
        seen.append(Sighting(subject, MEMBER, IN, at))
    if old is None or old.dynamic != member.dynamic:
        seen.append(Sighting(subject, MEMBERSHIP, DYNAMIC if member.dynamic else STATIC, at))
    if old is None or (old.paused, old.reason) != (member.paused, member.reason):
        seen.append(Sighting(subject, PAUSE, PAUSED if member.paused else SERVING, at, by))
    if old is None or old.penalty != member.penalty:
        seen.append(Sighting(subject, PENALTY, str(member.penalty), at))
    return seen


def _out(member: Member, at: int) -> Sighting:
    return Sighting(agent_subject(member.queue, member.interface), MEMBER, OUT, at)


def _bare(interface: str) -> str:
    # Of a channel of the dialplan "/n" is a wish and no part of its name.
    return interface.casefold().removesuffix("/n")
