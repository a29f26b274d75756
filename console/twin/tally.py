"""Sums of a rehearsal's truth, told line by line from its file or fact by fact from a world that
runs: the same sums of the same events.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.times import HOUR, SECOND
from console.twin import callbacks, lines
from console.twin.centre import BREAK, EMAIL, SOCIAL, VOICE
from console.twin.world import (
    GIVEN_UP,
    OFFLINE,
    ON_CONTACT,
    OPEN,
    RESOLVED,
    TALKING,
    WRAP_UP,
    Fact,
    World,
)

#: Nobody works longer without a break: the Working Time Directive (2003/88/EC), article 4.
LONGEST_US = 6 * HOUR
#: A pause that is shorter than this is no break.
SHORTEST_BREAK_US = 10 * 60 * SECOND
FRESH = "fresh"
IN_VAIN = (callbacks.MISSED, callbacks.STALE)
_WRITTEN = (EMAIL, SOCIAL)


@dataclass(slots=True)
class Sums:
    """Of one queue: contacts that came, and the waiting of those answered, microseconds."""

    channel: str = ""
    received: int = 0
    answered: int = 0
    abandoned: int = 0
    wait_us: int = 0


@dataclass(frozen=True, slots=True)
class Carried:
    """An order and what became of it; `state` empty: no answer until the end."""

    id: str
    action: str
    fields: Mapping[str, Any]
    at: int
    late: bool = False
    state: str = ""
    words: str = ""


class Tally:
    """What happened until `to_at`. `needs` are (opened, closed or None, state, attempts)."""

    def __init__(self) -> None:
        self.to_at = 0
        self.needs: list[tuple[int, int | None, str, int]] = []
        self.queues: dict[str, Sums] = defaultdict(Sums)
        self.talk_us = self.repeat_us = self.vain_us = 0
        self.line_us = 0  # waited by customers who stayed on a line for it
        self.line_left = 0  # of them, those who gave up
        self.refused = 0  # attempts at a closed door
        self.promises: dict[str, int] = defaultdict(int)
        self.states: dict[str, int] = defaultdict(int)  # microseconds of all agents
        self.long_without: set[str] = set()
        self.turns: list[tuple[int, str, bool]] = []
        self.carried: dict[str, Carried] = {}
        self.whole = False  # whether it was told to its end
        self._since: dict[str, tuple[str, int]] = {}
        self._worked: dict[str, int] = {}

    # --- from a file

    def line(self, said: Mapping[str, Any]) -> None:
        """One line of the truth, in the file's order."""
        kind = said["kind"]
        if kind == "stay":
            self._stay(
                said["queue"], said["channel"], said["cause"], said["entered"], said["connected"],
                said["ended"], said["outcome"],
            )  # fmt: skip
        elif kind == "agent":
            self._agent(said["agent"], said["state"], said["at"])
        elif kind == "issue":
            self.needs.append((said["opened"], said["closed"], said["state"], said["attempts"]))
        elif kind == "promise":
            self.promises[said["how"]] += 1
        elif kind == "refused":
            self.refused += 1
        elif kind == "turn":
            self.turns.append((said["at"], said["words"], said["begins"]))
        elif kind == "ordered":
            self.ordered(said["order"], said["at"], said["late"])
        elif kind == "order":
            self._answered(said["id"], said["action"], said["state"], said["words"], said["at"])
        elif kind == "totals":
            self._end(said["at"])

    # --- from a world

    def facts(self, facts: Iterable[Fact]) -> None:
        """What a world told; the contacts of needs that are over are let go."""
        for fact in facts:
            t, what = fact[0], fact[1]
            if what == "agent":
                self._agent(fact[2].id, fact[3], t)
            elif what == "stay":
                _, _, c, line, entered, connected, _, outcome = fact
                self._stay(
                    line.name, line.medium.name, c.cause, entered, connected, t, outcome
                )  # fmt: skip
            elif what == "issue":
                issue = fact[2]
                self.needs.append((issue.opened, issue.closed_at, issue.state, issue.tries))
                issue.contacts.clear()
            elif what == "promise":
                self.promises[fact[4]] += 1
            elif what == "refused":
                self.refused += 1
            elif what == "turn":
                self.turns.append((t, fact[2].words, fact[3]))
            elif what == "order":
                said = fact[2]
                self._answered(said["id"], said["action"], said["state"], said["words"], t)

    def end(self, w: World) -> None:
        """What is open when a world stops."""
        for issue in w.open_issues.values():
            for c in issue.contacts:
                if c.state <= TALKING:
                    outcome = "talking" if c.state == TALKING else "waiting"
                    line = c.queue
                    self._stay(
                        line.name, line.medium.name, c.cause, c.entered, c.connected, None, outcome
                    )
            self.needs.append((issue.opened, issue.closed_at, issue.state, issue.tries))
        self._end(w.now)

    def ordered(self, order: Mapping[str, Any], at: int, late: bool = False) -> None:
        """An order came."""
        fields = order.get("fields")
        id_ = str(order.get("id"))
        self.carried[id_] = Carried(
            id_, str(order.get("action")), fields if isinstance(fields, dict) else {}, at, late
        )

    # --- what is asked of it

    @property
    def attempts(self) -> int:
        return sum(tries for _, _, _, tries in self.needs)

    def count(self, state: str) -> int:
        return sum(how == state for _, _, how, _ in self.needs)

    def done_before(self, state: str, at: int) -> int:
        return sum(
            how == state and closed is not None and closed <= at for _, closed, how, _ in self.needs
        )

    def peak(self, since: int) -> tuple[int, int]:
        """The most needs that were open at once from then on, and when that was first so."""
        opens = sorted(opened for opened, _, _, _ in self.needs)
        closes = sorted(closed for _, closed, _, _ in self.needs if closed is not None)
        most, when = bisect_right(opens, since) - bisect_right(closes, since), since
        for number, at in enumerate(opens, 1):
            if at > since and (now := number - bisect_right(closes, at)) > most:
                most, when = now, at
        return most, when

    def of_peak(self, at: int) -> dict[str, int]:
        """What became of the needs that were open then, by state."""
        found = {RESOLVED: 0, GIVEN_UP: 0, OPEN: 0}
        for opened, closed, state, _ in self.needs:
            if opened <= at and (closed is None or closed > at):
                found[state] += 1
        return found

    def callers(self, without: str) -> Iterator[Sums]:
        """The sums of the queues of the telephone, without that in which callbacks are dialled."""
        for name, sums in self.queues.items():
            if sums.channel == VOICE and name != without:
                yield sums

    @property
    def handled_us(self) -> int:
        """Agents' time with customers and writing after them, each agent's counted once."""
        return self.states[ON_CONTACT] + self.states[WRAP_UP]

    # ---

    def _stay(
        self, queue: str, channel: str, cause: str, entered: int, connected: int | None,
        ended: int | None, outcome: str,
    ) -> None:  # fmt: skip
        sums = self.queues[queue]
        sums.channel = channel
        sums.received += 1
        written = channel in _WRITTEN
        answered = ended if written else connected
        if connected is not None and answered is not None:
            sums.answered += 1
            sums.wait_us += answered - entered
        if outcome == "abandoned":
            sums.abandoned += 1
        if connected is not None and ended is not None:
            spent = ended - connected
            self.talk_us += spent
            if cause in IN_VAIN:
                self.vain_us += spent
            if cause != FRESH:
                self.repeat_us += spent
        dialled = cause in (*IN_VAIN, lines.REACHED)
        if not written and not dialled:
            left = connected if connected is not None else ended
            if left is not None:
                self.line_us += left - entered
            self.line_left += outcome == "abandoned"

    def _agent(self, agent: str, state: str, t: int) -> None:
        before = self._since.get(agent)
        if before is not None:
            self.states[before[0]] += t - before[1]
            self._without(agent, before[0], before[1], t)
        self._since[agent] = state, t

    def _without(self, agent: str, state: str, since: int, until: int) -> None:
        """Whether somebody has worked too long without a break."""
        if state == OFFLINE or (state == BREAK and until - since >= SHORTEST_BREAK_US):
            self._worked.pop(agent, None)
            return
        begun = self._worked.setdefault(agent, since)
        if until - begun > LONGEST_US:
            self.long_without.add(agent)

    def _answered(self, id_: str, action: str, state: str, words: str, t: int) -> None:
        known = self.carried.get(id_) or Carried(id_, action, {}, t)
        self.carried[id_] = Carried(
            id_, known.action, known.fields, known.at, known.late, state, words
        )

    def _end(self, at: int) -> None:
        for agent, (state, since) in list(self._since.items()):
            self._agent(agent, state, at)
            self._since[agent] = state, max(since, at)
        self.to_at, self.whole = at, True


__all__ = ["FRESH", "IN_VAIN", "LONGEST_US", "Carried", "Sums", "Tally"]
