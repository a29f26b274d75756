"""What reaches the leader in words: agents' reports of what they see again and again, and news.

Nobody reports each call that went wrong. Three who could not help over the same within three
quarters of an hour are a pattern (two, where everybody has heard what is wrong): one of them says
so, and then it is said for a while. One JSON object a line, as docs/formats/reports.md has it.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from console.domain.rehearsal import NEWS, REPORT
from console.domain.times import HOUR, MINUTE, SECOND, iso
from console.twin.centre import Inject, Turn
from console.twin.world import Agent, Contact, Fact, World

#: So many who could not help within so long make a report; then it is quiet about that for a while.
ENOUGH, WITHIN, QUIET = 3, 45 * MINUTE, 2 * HOUR
_WORDS = (
    "Several have come back today: what we told them did not help.",
    "The steps that we are to give do not work for everybody.",
    "We do not find the answer to this. Does anybody know it?",
)
#: How long it takes until somebody says that a platform is silent, or a site empty.
NOTICED = 4 * MINUTE
_SLOW, _STOP = "slows us down", "stops us"
_encode = msgspec.json.encode

#: (when it is written, the line)
Told = tuple[int, str]


class Telling:
    """Facts as lines of the reports file, each with its time."""

    def __init__(self, w: World) -> None:
        self._w = w
        self._number = 0
        self._failed: dict[str, deque[int]] = defaultdict(deque)
        self._quiet: dict[str, int] = {}

    def written(self, reports: Iterable[Fact], truth: Iterable[Fact]) -> Iterator[Told]:
        """What agents say of contacts that they could not help with, and of turns that begin."""
        for fact in truth:
            # Of what the leader lets happen the player has heard already.
            if fact[1] == "turn" and fact[3] and fact[2] in self._w.centre.turns:
                yield from self._of_turn(fact[0], fact[2])
        for t, _, c, agent in reports:
            yield from self._of_contact(t, c, agent)

    def inject(self, t: int, inject: Inject) -> Told:
        """What the player hears when it is let happen."""
        news = inject.kind == NEWS
        who = inject.who or ("News" if news else self._somebody(inject.channels, inject.topics))
        return self._line(
            t, who, inject.words.strip(), inject.queue, inject.category, inject.severity,
            NEWS if news else REPORT,
        )  # fmt: skip

    def _of_contact(self, t: int, c: Contact, agent: Agent) -> Iterator[Told]:
        topic = c.issue.topic.name
        failed = self._failed[topic]
        failed.append(t)
        while failed[0] < t - WITHIN:
            failed.popleft()
        turn = next(
            (x for x in self._w.turns if x.told and (not x.topics or topic in x.topics)), None
        )
        if len(failed) < ENOUGH - (turn is not None) or t < self._quiet.get(topic, 0):
            return
        self._quiet[topic] = t + QUIET
        words = turn.told if turn is not None else _WORDS[self._number % len(_WORDS)]
        line = f"{topic.capitalize()}: {words}"
        category = "system" if turn is not None else "knowledge"
        yield self._line(t, agent.name, line, c.queue.name, category, _SLOW)

    def _of_turn(self, t: int, turn: Turn) -> Iterator[Told]:
        for name in turn.down:
            queues = [line.name for line in self._w.lines.values() if line.medium.name == name]
            queue = queues[0] if queues else ""
            words = f"Nothing comes in on {name} any more: the platform lets nobody in."
            yield self._line(
                t + NOTICED, self._somebody((name,), ()), words, queue, "system", _STOP
            )
        if turn.site:
            here = [a.name for a in self._w.agents if a.group.site == turn.site]
            words = f"We have to leave {turn.site}. Nobody takes contacts here."
            yield self._line(t + NOTICED // 2, here[0], words, "", "workload", _STOP)

    def _somebody(self, channels: Iterable[str], topics: Iterable[str]) -> str:
        """An agent who would know: on duty, of those channels and topics where there are any."""
        channels, topics = set(channels), set(topics)
        best, rank = "", -1
        for agent in self._w.agents:
            lines = [self._w.lines[name] for name in agent.group.queues]
            fits = any(not channels or line.medium.name in channels for line in lines)
            knows = any(topics.intersection(line.given.topics) for line in lines)
            score = 4 * fits + 2 * agent.on + knows
            if score > rank:
                best, rank = agent.name, score
        return best

    def _line(
        self, t: int, who: str, what: str, queue: str, category: str, severity: str,
        kind: str = REPORT,
    ) -> Told:  # fmt: skip
        self._number += 1
        said: dict[str, Any] = {
            "id": f"rehearsal-{self._number:06d}", "at": iso(t // SECOND * SECOND), "who": who,
            "kind": kind, "queue": queue, "what": what, "category": category,
            "severity": severity,
        }  # fmt: skip
        return t, _encode(said).decode()


__all__ = ["Telling"]
