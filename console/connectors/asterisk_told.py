"""Events of the manager interface as the lines that Asterisk's queue_log has for them.

What such a line may have wrong, until the log's own is there:

- Its second can differ from the log's by one, and so can the hold time in it.
- ABANDON: the manager interface calls it so as well when the caller's time was up
  (EXITWITHTIMEOUT), when the queue ran empty (EXITEMPTY) and when somebody else took the caller out
  (WITHDRAW).
- COMPLETEAGENT and COMPLETECALLER lack the position at entry where the call came in before the line
  to the PBX did. A transfer is told as BLINDTRANSFER even where it was an attended one.
- ADDMEMBER and REMOVEMEMBER: the callid column says NONE, as events do not tell who did it (the log
  does: MANAGER, CLI, …). ADDMEMBER has the interface with penalty and name, which ties the two.
- ENTERQUEUE never has the caller's name; there is no URL. A reason has no "|".

AGENTCALLED (it rings at an agent) and CALLERLEFT (a caller left the queue, there is no telling how:
with a key, for one) are in no log. An exit with a key has no other line; a ring that ends because
the caller has gone has none.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeVar

from console.connectors.asterisk_wire import Packet
from console.domain.links import Heard
from console.domain.times import SECOND

# So long after a caller has left the queue it is not told that an agent has them.
_SETTLED = SECOND
# Calls whose position at entry is remembered.
_CALLS = 20_000
_OF_CALLS = ("QueueCaller", "Agent")


_T = TypeVar("_T")


@dataclass(slots=True)
class _Left:
    came_at: int  # by our own clock
    told: Heard


class Teller:
    """Tells events as lines; used by one thread."""

    def __init__(self) -> None:
        self._entered: OrderedDict[str, int] = OrderedDict()
        self._with: OrderedDict[str, str] = OrderedDict()
        self._left: dict[str, _Left] = {}
        self._gone: OrderedDict[str, None] = OrderedDict()
        self._withdrawn: OrderedDict[str, str] = OrderedDict()

    def tell(self, event: Packet, now: int) -> list[Heard]:
        """The lines of one event, which came at `now` (microseconds since 1970 UTC)."""
        at = moment_of(event, now)
        told = self.settled(now)
        if event.text("event") == "QueueCallerJoin":
            back = self._left.pop(event.text("uniqueid"), None)
            told += [] if back is None else [back.told]
        line = self._line(event, at, now)
        if line:
            told.append(Heard(at, line))
        return told

    def settled(self, now: int) -> list[Heard]:
        """Those who left a queue a while ago, without an agent or anything else that was told."""
        due = [ref for ref, left in self._left.items() if now - left.came_at >= _SETTLED]
        return [left.told for left in map(self._left.pop, due)]

    @property
    def unsettled(self) -> bool:
        return bool(self._left)

    def withdraw(self, ref: str, words: str) -> None:
        """This caller is asked out of the queue by us: what comes is a WITHDRAW."""
        _remember(self._withdrawn, ref, words)

    def keep(self, ref: str) -> None:
        """They were not let go after all."""
        self._withdrawn.pop(ref, None)

    def forget(self) -> None:
        """The line is gone: what was begun is not told to its end."""
        self._left.clear()

    def _line(self, event: Packet, at: int, now: int) -> str:
        kind = event.text("event")
        if not kind.startswith(_OF_CALLS):
            return _of_member(event, at)
        # A caller who has hung up first is not named any more: then the agent's end tells whose it
        # was.
        other = event.text("destuniqueid")
        ref = event.text("uniqueid") or self._with.get(other, "")
        if not ref:
            return ""
        queue = event.text("queue")
        name = event.text("membername") or event.text("interface")
        match kind:
            case "QueueCallerJoin":
                _remember(self._entered, ref, event.number("position"))
                self._gone.pop(ref, None)
                number = event.text("calleridnum")
                number = "" if number == "<unknown>" else number
                return _row(
                    at, ref, queue, "NONE", "ENTERQUEUE", "", number, event.text("position")
                )
            case "QueueCallerAbandon":
                return self._abandoned(event, ref, at)
            case "QueueCallerLeave":
                if ref in self._gone:
                    del self._gone[ref]
                else:
                    line = _row(at, ref, queue, "NONE", "CALLERLEFT", "")
                    self._left[ref] = _Left(now, Heard(at, line))
                return ""
            case "AgentCalled":
                return _row(at, ref, queue, name, "AGENTCALLED", "")
            case "AgentConnect":
                self._left.pop(ref, None)
                _remember(self._with, other, ref)
                rest = (event.text("holdtime"), other, event.text("ringtime"))
                return _row(at, ref, queue, name, "CONNECT", *rest)
            case "AgentComplete":
                self._with.pop(other, None)
                return self._completed(event, ref, at)
            case "AgentRingNoAnswer":
                return _row(at, ref, queue, name, "RINGNOANSWER", event.text("ringtime"))
            case _:
                return ""

    def _abandoned(self, event: Packet, ref: str, at: int) -> str:
        _remember(self._gone, ref, None)
        self._entered.pop(ref, None)
        where = (event.text("position"), event.text("originalposition"), event.text("holdtime"))
        if ref in self._withdrawn:
            words = self._withdrawn.pop(ref)
            return _row(at, ref, event.text("queue"), "NONE", "WITHDRAW", *where, words)
        return _row(at, ref, event.text("queue"), "NONE", "ABANDON", *where)

    def _completed(self, event: Packet, ref: str, at: int) -> str:
        name = event.text("membername") or event.text("interface")
        times = [event.text("holdtime"), event.text("talktime")]
        entered = self._entered.pop(ref, 0)
        times += [str(entered)] if entered else []
        why = event.text("reason")
        if why == "transfer":
            where = (event.text("exten"), event.text("context"))
            return _row(at, ref, event.text("queue"), name, "BLINDTRANSFER", *where, *times)
        verb = "COMPLETEAGENT" if why == "agent" else "COMPLETECALLER"
        return _row(at, ref, event.text("queue"), name, verb, *times)


def started(at: int) -> Heard:
    """The PBX was started: what was open in its log before has no end there."""
    return Heard(at, _row(at, "NONE", "NONE", "NONE", "QUEUESTART", ""))


def moment_of(event: Packet, now: int) -> int:
    """When it happened: by the PBX where it says so (`timestampevents`), else when it came."""
    whole, _, fraction = event.text("timestamp").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) == 10):
        return now
    fraction = f"{fraction:0<6}"[:6]
    return int(whole) * SECOND + (int(fraction) if fraction.isascii() and fraction.isdigit() else 0)


def _of_member(event: Packet, at: int) -> str:
    kind, queue = event.text("event"), event.text("queue")
    interface = event.text("interface")
    name = event.text("membername") or interface
    match kind:
        case "QueueMemberAdded":
            # With penalty and name behind it, as Asterisk writes members of its configuration.
            whole = f"{interface},{event.text('penalty')},{name}"
            paused = "PAUSED" if event.text("paused") == "1" else ""
            return _row(at, "NONE", queue, whole, "ADDMEMBER", paused)
        case "QueueMemberRemoved":
            return _row(at, "NONE", queue, interface, "REMOVEMEMBER", "")
        case "QueueMemberPause":
            verb = "PAUSE" if event.text("paused") == "1" else "UNPAUSE"
            return _row(at, "NONE", queue, name, verb, event.text("pausedreason"))
        case "QueueMemberPenalty":
            return _row(at, "NONE", queue, interface, "PENALTY", event.text("penalty"))
        case _:
            return ""


def _row(at: int, *fields: str) -> str:
    return "|".join([str(at // SECOND), *(field.replace("|", "/") for field in fields)])


def _remember(known: OrderedDict[str, _T], key: str, value: _T) -> None:
    known[key] = value
    while len(known) > _CALLS:
        known.popitem(last=False)
