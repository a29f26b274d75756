"""What Asterisk writes about calls and members: ``epoch|callid|queue|agent|event|p1|p2|…``.

Members have no name of their own, so that the interface stands wherever an agent does. Waits and
conversations are differences of whole-second stamps, as app_queue computes them.
"""

from collections.abc import Iterable, Iterator

from console.domain.times import SECOND
from console.twin.world import Contact, Fact, number_of

#: From the beginning of a call's channel, which its id tells, to the queue: the menu.
_MENU_S = 7
_EXITS = {"empty": "EXITEMPTY", "abandoned": "ABANDON"}

Written = tuple[int, str]


class QueueLog:
    """Facts of the PBX as lines, each with its time."""

    def __init__(self, wrapup_rows: bool) -> None:
        self._wrapup_rows = wrapup_rows
        self._started = False

    def written(self, facts: Iterable[Fact]) -> Iterator[Written]:
        for fact in facts:
            if not self._started:
                self._started = True
                yield fact[0], f"{fact[0] // SECOND}|NONE|NONE|NONE|QUEUESTART|"
            yield from self._of(fact)

    def _of(self, fact: Fact) -> Iterator[Written]:
        t, what = fact[0], fact[1]
        s = t // SECOND
        if what == "enter":
            _, _, c, queue, place = fact
            caller = number_of(c.issue.customer)
            yield t, f"{s}|{ref(c)}|{queue}|NONE|ENTERQUEUE||{caller}|{place}"
        elif what == "connect":
            _, _, c, queue, agent, entered, rung = fact
            wait, ring = s - entered // SECOND, s - rung // SECOND
            leg = f"{ref(c).split('.')[0]}.{2 * c.id + 1}"
            yield t, f"{s}|{ref(c)}|{queue}|{agent.id}|CONNECT|{wait}|{leg}|{ring}"
        elif what == "end":
            yield from self._end(fact)
        elif what == "left":
            _, _, c, queue, entered, place, position, how = fact
            wait = s - entered // SECOND
            if how == "callback":
                row = f"EXITWITHKEY|1|{position}|{place}|{wait}"
            elif how in _EXITS:
                row = f"{_EXITS[how]}|{position}|{place}|{wait}"
            else:
                row = f"WITHDRAW|{position}|{place}|{wait}|{how}"
            yield t, f"{s}|{ref(c)}|{queue}|NONE|{row}"
        elif what == "missed" or what == "canceled":
            _, _, c, queue, agent, rung = fact
            verb = "RINGNOANSWER" if what == "missed" else "RINGCANCELED"
            yield t, f"{s}|{ref(c)}|{queue}|{agent.id}|{verb}|{(t - rung) // 1000}"
        elif what == "request":
            _, _, c, queue = fact
            row = f"CALLBACKREQUEST|{number_of(c.issue.customer)}"
            yield t, f"{s}|{ref(c)}|{queue}|NONE|{row}"
        elif what == "member":
            _, _, agent, queue, joined = fact
            verb = "ADDMEMBER" if joined else "REMOVEMEMBER"
            yield t, f"{s}|MANAGER|{queue}|{agent.id}|{verb}|"
        elif what == "pause":
            _, _, agent, queues, reason, everywhere = fact
            verb, word = ("PAUSE", reason.capitalize()) if reason else ("UNPAUSE", "")
            if queues and everywhere:  # first, as app_queue writes it
                yield t, f"{s}|NONE|NONE|{agent.id}|{verb}ALL|{word}"
            for queue in queues:
                yield t, f"{s}|NONE|{queue}|{agent.id}|{verb}|{word}"

    def _end(self, fact: Fact) -> Iterator[Written]:
        t, _, c, queue, agent, entered, connected, place, how, wrap = fact
        s = t // SECOND
        wait = connected // SECOND - entered // SECOND
        talk = s - connected // SECOND
        head = f"{s}|{ref(c)}|{queue}|{agent.id}"
        if how == "transfer":
            yield t, f"{head}|BLINDTRANSFER|7000|from-queue|{wait}|{talk}|{place}"
        else:
            verb = "COMPLETEAGENT" if how == "agent" else "COMPLETECALLER"
            yield t, f"{head}|{verb}|{wait}|{talk}|{place}"
        if self._wrapup_rows and wrap >= SECOND:
            yield t, f"{head}|WRAPUPSTART|{wrap // SECOND}"


def ref(c: Contact) -> str:
    """The call's id: when its channel began, and a number."""
    return f"{c.began // SECOND - _MENU_S}.{2 * c.id}"


__all__ = ["QueueLog", "ref"]
