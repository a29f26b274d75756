"""What no platform knows: which contacts are of one need, how needs ended, who did what when.

One JSON object a line, told apart by `kind`: ``parameters`` first; then, as they come to an end,
``stay``, ``issue``, ``promise``, ``refused``, ``agent`` (a state begins), ``turn``, ``ordered`` (an
order came), ``order`` (it was carried out, or not); at last ``interval`` (sums of each quarter of
an hour by the time of entry) and ``totals``. Times are microseconds UTC.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from console.domain.times import HOUR, MINUTE, SECOND
from console.twin.centre import Scenario
from console.twin.lines import HANDED_ON
from console.twin.world import TALKING, Contact, Fact, Issue, Line, World

QUARTER = 15 * MINUTE
_encode = msgspec.json.encode


class Truth:
    """The truth as lines, each with its time."""

    def __init__(self, w: World) -> None:
        self._w = w
        self._sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * 6)
        self._states: dict[str, tuple[str, int]] = {}
        self._spent: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def parameters(self, scenario: Scenario, taken_at: int, until: int) -> str:
        """All that it takes to play it again. The leader takes over at `taken_at`."""
        w = self._w
        return _line(
            kind="parameters", scenario=scenario.name, title=scenario.title, seed=w.seed,
            start=w.start, taken_at=taken_at, until=until, hours=(until - w.start) / HOUR,
            goals=[asdict(goal) for goal in scenario.goals], centre=asdict(w.centre),
        )  # fmt: skip

    @staticmethod
    def ordered(at: int, order: Mapping[str, Any], late: bool) -> str:
        """An order as it came; what became of it is told by `order`."""
        # Whatever somebody has put into it: greater numbers than a machine's, half a sign.
        return json.dumps({"kind": "ordered", "at": at, "late": late, "order": order})

    def written(self, facts: Iterable[Fact]) -> Iterator[tuple[int, str]]:
        for fact in facts:
            t, what = fact[0], fact[1]
            if what == "stay":
                # The contact may be in another line by now, and has another outcome.
                _, _, c, line, entered, connected, agent, outcome = fact
                yield t, self._stay(c, line, entered, connected, t, outcome, agent)
            elif what == "agent":
                _, _, agent, state = fact
                self._since(agent.id, state, t)
                yield t, _line(kind="agent", at=t, agent=agent.id, state=state)
            elif what == "issue":
                yield t, self.issue(fact[2])
                fact[2].contacts.clear()
            elif what == "refused":
                _, _, issue, medium, line, cause = fact
                queue = None if line is None else line.name
                yield t, _line(
                    kind="refused", at=t, issue=issue.id, channel=medium.name, queue=queue,
                    cause=cause,
                )  # fmt: skip
            elif what == "promise":
                _, _, issue, line, how = fact
                yield t, _line(kind="promise", at=t, issue=issue.id, queue=line.name, how=how)
            elif what == "turn":
                _, _, turn, begins = fact
                yield t, _line(kind="turn", at=t, words=turn.words, begins=begins)
            elif what == "order":
                yield t, _line(kind="order", at=t, **fact[2])

    def _since(self, agent: str, state: str, t: int) -> None:
        before = self._states.get(agent)
        if before is not None:
            self._spent[agent][before[0]] += t - before[1]
        self._states[agent] = state, t

    def _stay(
        self, c: Contact, line: Line, entered: int, connected: int | None, ended: int | None,
        outcome: str, agent: Any,
    ) -> str:  # fmt: skip
        # Platforms count in whole seconds: an entry at 9:59:59.9 is one of 9:59:59.
        sums = self._sums[entered // SECOND * SECOND // QUARTER * QUARTER, line.name]
        sums[0] += 1
        # In writing the reply counts, not that somebody begins with it.
        answered = ended if line.medium.written else connected
        if outcome == HANDED_ON:
            answered = None
        if connected is not None:
            sums[5] += (ended or self._w.now) - connected
        if connected is not None and answered is not None:
            sums[1] += 1
            sums[4] += answered - entered
        elif ended is not None and (connected is None or outcome == HANDED_ON):
            sums[2 if outcome == "abandoned" else 3] += 1
        return _line(
            kind="stay", contact=c.id, issue=c.issue.id, queue=line.name,
            channel=line.medium.name, cause=c.cause, entered=entered, connected=connected,
            ended=ended, outcome=outcome, agent=None if agent is None else agent.id,
        )  # fmt: skip

    @staticmethod
    def issue(issue: Issue) -> str:
        return _line(
            kind="issue", issue=issue.id, topic=issue.topic.name, customer=issue.customer,
            value=round(issue.value, 2), opened=issue.opened, closed=issue.closed_at,
            state=issue.state, attempts=issue.tries,
            contacts=[contact.id for contact in issue.contacts],
        )  # fmt: skip

    def last(self) -> Iterator[str]:
        """What is open at the end, and the sums."""
        w = self._w
        for issue in w.open_issues.values():
            for c in issue.contacts:
                if c.state <= TALKING:
                    outcome = "talking" if c.state == TALKING else "waiting"
                    yield self._stay(c, c.queue, c.entered, c.connected, None, outcome, c.agent)
            yield self.issue(issue)
        for agent, (state, _) in list(self._states.items()):
            self._since(agent, state, w.now)
        names = ("received", "answered", "abandoned", "left", "wait_us", "talk_us")
        for (at, queue), sums in sorted(self._sums.items()):
            fields = dict(zip(names, sums, strict=True))
            yield _line(kind="interval", at=at, to=at + QUARTER, queue=queue, **fields)
        yield _line(
            kind="totals", at=w.now, issues=w.issues, attempts=w.attempts, resolved=w.resolved,
            given_up=w.given_up, open=w.issues - w.resolved - w.given_up,
            promised=sum(len(line.promised) for line in w.lines.values()), tickets=w.tickets,
            queues={
                line.name: {
                    "received": line.received, "answered": line.answered,
                    "abandoned": line.abandoned, "left": line.left, "waiting": line.count,
                }
                for line in w.lines.values()
            },
            agents={agent: dict(spent) for agent, spent in self._spent.items()},
        )  # fmt: skip


def _line(**fields: Any) -> str:
    return _encode(fields).decode()
