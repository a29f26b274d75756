"""Every hour that could be freed now, ranked by the minutes gained, with what each costs.

Leave is given up by consent only. Breaks and the daily rest are never offered, nor what the law
requires now or what was stated not to be movable. Where blocks of one person overlap, each minute
counts for one of them only: leave lies above all, of others the one that began last.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from console.domain import agent_state, rest
from console.domain.board import AgentRow, Board
from console.domain.freeing import (
    ARRIVES,
    ASK,
    AT,
    BREAKS,
    CALL,
    CANCEL,
    DESK,
    FIXED,
    KINDS,
    LATER,
    LEGAL,
    NOT_NOW,
    NOW,
    OTHER_CHANNEL,
    REST,
    SEND,
    UNKNOWN,
    Resource,
    ResourceList,
    ResourceTotal,
)
from console.domain.roster import (
    ADMINISTRATION,
    BACK_OFFICE,
    BREAK,
    EXPERT,
    LEADER,
    LEAVE,
    MEETING,
    SHIFT,
    TRAINING,
    Person,
    Shift,
)
from console.domain.serving import best_queue
from console.domain.spans import Span, length, without
from console.domain.times import HOUR, MINUTE
from console.domain.urgency import candidates, urgency

#: Blocks that can be put off, and the agent's states that are the same without a block.
BLOCKS = (MEETING, TRAINING, ADMINISTRATION, BACK_OFFICE)
_STATES = {
    agent_state.MEETING: MEETING,
    agent_state.TRAINING: TRAINING,
    agent_state.ADMINISTRATION: ADMINISTRATION,
    agent_state.BACK_OFFICE: BACK_OFFICE,
}
_BUSY = (agent_state.ON_CONTACT, agent_state.RINGING, agent_state.WRAP_UP)
_SERVES = (agent_state.AVAILABLE, *_BUSY)
_TIERS = {EXPERT: EXPERT, BACK_OFFICE: DESK, LEADER: LEADER}
#: So many people of other channels are ranked for one queue; nobody sends more at a time.
_MOST = 40
#: A queue counts as urgent beside another from this share of its points on.
_URGENT = 0.5

_COSTS = {
    MEETING: "the meeting is owed",
    TRAINING: "the training is owed",
    ADMINISTRATION: "the administration is owed",
    BACK_OFFICE: "what lies in the back office waits longer",
    LEAVE: "the leave is owed back",
    EXPERT: "what only an expert can answer waits",
    DESK: "what lies in the back office waits longer",
}


def find(
    board: Board, people: Iterable[Person], shifts: Iterable[Shift], hours: int, rest_h: int
) -> ResourceList:
    """What could be freed in the next `hours`; `shifts` of some days around, each with the id of
    its person."""
    finder = _Finder(board, people, shifts, board.at + hours * HOUR, rest_h * HOUR)
    rows = sorted(finder.rows(), key=_rank)
    totals: list[ResourceTotal] = []
    for kind in KINDS:
        mine = [row for row in rows if row.kind == kind and row.act != ASK]
        known = [row.minutes for row in mine if row.minutes is not None]
        if mine:
            totals.append(ResourceTotal(kind, len(mine), sum(known), len(mine) - len(known)))
    order = (BREAKS, REST, LEGAL, FIXED, UNKNOWN)
    kept = tuple((why, finder.kept[why]) for why in order if finder.kept[why])
    return ResourceList(
        board.at, finder.until, tuple(rows), tuple(totals), kept, rest_h, finder.planned
    )


def _rank(row: Resource) -> tuple[bool, bool, int, int, int, int, str, str]:
    """What a click frees before what must be asked for, known before unknown, most minutes first;
    of two that are equal the one that is sooner, then the one that costs less."""
    return (
        row.act == ASK,
        row.minutes is None,
        -(row.minutes or 0),
        -(row.minutes_shift or 0),
        (NOW, LATER, AT, ARRIVES).index(row.when),
        KINDS.index(row.kind),
        row.name.casefold(),
        row.key,
    )


class _Finder:
    def __init__(
        self,
        board: Board,
        people: Iterable[Person],
        shifts: Iterable[Shift],
        until: int,
        rest_us: int,
    ) -> None:
        self.board = board
        self.now = board.at
        self.until = until
        self.rest_us = rest_us
        self.kept: Counter[str] = Counter()
        self.ranked = [found for found in urgency(board) if found.score > 0]
        self.queues = {row.queue_id: row for row in board.queues}
        self.points = {found.queue_id: found.score for found in self.ranked}
        self.critical = {row.channel: row.critical for row in board.channels}
        self.agents = {agent.person: agent for agent in board.agents if agent.person}
        self.shifts: defaultdict[str, list[Shift]] = defaultdict(list)
        self.together: Counter[tuple[str, str, int]] = Counter()
        for shift in shifts:
            self.shifts[shift.person].append(shift)
            if shift.note:
                self.together[_gathering(shift)] += 1
        self.people = {person.id: person for person in people}
        for identity in self.shifts:
            self.people.setdefault(identity, Person(identity, identity))
        self.planned = bool(self.people)
        self.floor: list[tuple[AgentRow, Person, int | None]] = []  # with the end of their shift

    def rows(self) -> list[Resource]:
        found: list[Resource] = []
        for person in self.people.values():
            found += self._of_person(person, self.agents.get(person.id), self.shifts[person.id])
        for agent in self.board.agents:
            if not agent.person or agent.person not in self.people:
                found += self._of_person(Person("", agent.agent), agent, ())
        return found + self._of_floor()

    def _of_person(
        self, person: Person, agent: AgentRow | None, mine: Sequence[Shift]
    ) -> list[Resource]:
        work = rest.duties(mine)
        ends = next((end for start, end in work if start <= self.now < end), None)
        current = [s for s in mine if s.kind != SHIFT and s.start_at <= self.now < s.end_at]
        found = self._of_blocks(person, agent, mine, work, max(self.until, ends or 0))
        if not current:
            found += self._of_now(person, agent, mine, work, ends)
        elif agent is not None and agent.state in _SERVES and agent.queue_ids:
            # They serve although a block says otherwise: nothing is gained by cancelling it.
            found = [row if row.from_at > self.now else self._served(row) for row in found]
        here = agent is not None and agent.state in (*_SERVES, *agent_state.PAUSES)
        # Who is here although no shift says so cannot be called in.
        if not any(s.kind == LEAVE for s in current) and (ends is not None or not here):
            found += self._beside(person, agent, mine, work)
        return found

    @staticmethod
    def _served(row: Resource) -> Resource:
        note = "they serve customers already: nothing may be gained"
        return replace(row, costs=(note, *row.costs))

    # --- blocks of the roster

    def _of_blocks(
        self,
        person: Person,
        agent: AgentRow | None,
        mine: Sequence[Shift],
        work: Sequence[Span],
        far: int,
    ) -> list[Resource]:
        near = [s for s in mine if s.end_at > self.now and s.start_at < far and s.kind != SHIFT]
        shut: list[Shift] = []
        open_blocks: list[Shift] = []
        for block in near:
            reason = BREAKS if block.kind == BREAK else LEGAL if block.legal else ""
            if not reason and block.movable is False:
                reason = FIXED
            if reason:
                self.kept[reason] += 1
                shut.append(block)
            elif block.kind in (*BLOCKS, LEAVE):
                open_blocks.append(block)
        open_blocks.sort(key=lambda s: (s.kind == LEAVE, s.start_at, s.id))
        found: list[Resource] = []
        for place, block in enumerate(open_blocks):
            above = [*shut, *open_blocks[place + 1 :]]
            spans = without(
                [(max(block.start_at, self.now), block.end_at)],
                [(s.start_at, s.end_at) for s in above],
            )
            if (
                block.kind == LEAVE
                and spans
                and not (spans := rest.rested(spans, work, self.rest_us))
            ):
                self.kept[REST] += 1
                continue
            under = [s for s in open_blocks if s is not block and _overlap(s, block)]
            if not spans and not any(s.kind != LEAVE for s in under):
                continue
            found.append(self._of_block(person, agent, block, spans, under, far))
        return found

    def _of_block(
        self,
        person: Person,
        agent: AgentRow | None,
        block: Shift,
        spans: Sequence[Span],
        under: Sequence[Shift],
        far: int,
    ) -> Resource:
        from_at = spans[0][0] if spans else max(block.start_at, self.now)
        asks = block.kind == LEAVE and block.consent is not True
        said = "they have not agreed" if block.consent is False else "nobody has asked them yet"
        costs = [_COSTS[block.kind]]
        if block.kind == MEETING and (others := self.together[_gathering(block)] - 1) > 0:
            costs.append(f"{others} more {'is' if others == 1 else 'are'} in it")
        if under:
            kinds = " and ".join(sorted({s.kind for s in under}))
            costs.append(f"lies over or under {kinds} of theirs: put off both")
        return self._row(
            person, agent, block.kind, f"shift:{block.id}", block.note, from_at, block.end_at,
            spans, far, ASK if asks else CANCEL, costs, shift=block.id,
            why_not=f"leave is given up by consent only: {said}" if asks else "",
        )  # fmt: skip

    # --- people as they are now, with no block of theirs

    def _of_now(
        self,
        person: Person,
        agent: AgentRow | None,
        mine: Sequence[Shift],
        work: Sequence[Span],
        ends: int | None,
    ) -> list[Resource]:
        state = agent.state if agent is not None else ""
        if state == agent_state.BREAK:
            self.kept[BREAKS] += 1
            return []
        kind, what, costs = "", "at work, serves no queue", list[str]()
        if agent is not None and state in _STATES:
            what = f"says “{agent.source_state or state}”"
            kind = _STATES[state]
            costs = [_COSTS[kind], "no block says how long it is to last"]
        elif agent is not None and state in _SERVES and agent.queue_ids:
            self.floor.append((agent, person, ends))
            return []
        elif ends is not None and person.tier in _TIERS and state not in agent_state.PAUSES:
            kind = _TIERS[person.tier]
            costs = [_COSTS.get(kind) or f"nobody leads {person.team or 'their team'} meanwhile"]
        if not kind:
            return []
        beside = None if ends else rest.chance(work, self.now, self.until, self.rest_us)
        if beside is not None and beside.kind == rest.RESTS:
            self.kept[REST] += 1
            return []
        key = f"person:{person.id}" if person.id else f"agent:{agent.agent_id if agent else 0}"
        return [
            self._row(
                person, agent, kind, key, what, self.now, ends, self._free(mine, ends),
                max(self.until, ends or 0), CALL, costs,
            )
        ]  # fmt: skip

    def _free(self, mine: Sequence[Shift], ends: int | None) -> list[Span] | None:
        """From now to the end of the shift, without blocks; None where no end is known."""
        if ends is None:
            return None
        blocks = [(s.start_at, s.end_at) for s in mine if s.kind != SHIFT]
        return without([(self.now, ends)], blocks)

    def _beside(
        self, person: Person, agent: AgentRow | None, mine: Sequence[Shift], work: Sequence[Span]
    ) -> list[Resource]:
        """In before their shift, on after it, or in on a day off."""
        if not person.id:
            return []
        found = rest.chance(work, self.now, self.until, self.rest_us)
        if found is None:
            if not work:
                self.kept[UNKNOWN] += 1
            return []
        if found.kind == rest.RESTS:
            self.kept[REST] += 1
            return []
        leave = [(s.start_at, s.end_at) for s in mine if s.kind == LEAVE]
        to_at = found.to_at if found.kind == rest.EARLY else min(found.to_at, self.until)
        spans = without([(found.from_at, to_at)], leave)
        if not spans or (minutes := length(spans, self.until) // MINUTE) <= 0:
            return []
        words = {
            rest.EARLY: ("before their shift", "they come {} early"),
            rest.OVERTIME: ("on after their shift", "{} of overtime"),
            rest.DAY_OFF: ("not on shift", "{} out of their free time; weekly rest is not checked"),
        }
        what, cost = words[found.kind]
        hours = f"{minutes // 60} h {minutes % 60:02d}" if minutes >= 60 else f"{minutes} min"
        row = self._row(
            person, agent, NOT_NOW, f"person:{person.id}:{found.kind}", what, spans[0][0],
            spans[-1][1], spans, self.until, CALL, [cost.format(hours)],
        )  # fmt: skip
        return [row if row.from_at > self.now else replace(row, when=ARRIVES)]

    # --- people of other channels

    def _of_floor(self) -> list[Resource]:
        """Those who serve only what is neither critical nor urgent, for what is urgent."""
        groups: defaultdict[int, list[tuple[AgentRow, Person, int | None]]] = defaultdict(list)
        for agent, person, ends in self.floor:
            own = [self.queues[q] for q in agent.queue_ids if q in self.queues]
            channels = {queue.channel for queue in own}
            if not own or any(self.critical.get(channel, True) for channel in channels):
                continue
            target, _ = best_queue(self.ranked, self.queues, person, agent, channels)
            points = max(self.points.get(queue.queue_id, 0.0) for queue in own)
            if target is not None and points < _URGENT * target.score:
                groups[target.queue_id].append((agent, person, ends))
        found: list[Resource] = []
        for queue_id, members in groups.items():
            who = {agent.agent_id: (agent, person, ends) for agent, person, ends in members}
            queue = self.queues[queue_id]
            ours = {agent.id_towards(queue.source): agent.agent_id for agent, _, _ in members}
            some = replace(self.board, agents=tuple(agent for agent, _, _ in members))
            for best in candidates(some, queue_id, _MOST):
                agent, person, ends = who[ours[best.agent_id]]
                row = self._row(
                    person, agent, OTHER_CHANNEL, f"agent:{agent.agent_id}",
                    f"serves {', '.join(best.leaves)}", self.now, ends,
                    self._free(self.shifts.get(person.id, ()), ends),
                    max(self.until, ends or 0), SEND, [best.cost],
                )  # fmt: skip
                found.append(replace(row, agent_id=best.agent_id))
        return found

    # --- what all rows have

    def _row(
        self,
        person: Person,
        agent: AgentRow | None,
        kind: str,
        key: str,
        what: str,
        from_at: int,
        to_at: int | None,
        spans: Sequence[Span] | None,
        far: int,
        act: str,
        costs: Sequence[str],
        shift: str = "",
        why_not: str = "",
    ) -> Resource:
        avoid: set[str] = set()
        if act == SEND and agent is not None:
            avoid = {self.queues[q].channel for q in agent.queue_ids if q in self.queues}
        target, why = best_queue(self.ranked, self.queues, person, agent, avoid)
        when = AT if from_at > self.now else NOW
        if when == NOW and agent is not None and agent.state in _BUSY:
            when = LATER
        return Resource(
            key, kind, person.id, agent.agent_id if agent else None,
            person.name or person.id, person.team, what, from_at, to_at,
            None if spans is None else length(spans, self.until) // MINUTE,
            None if spans is None else length(spans, far) // MINUTE,
            when, act, tuple(costs), shift, target.queue_id if target else None,
            target.queue if target else "", why, why_not,
        )  # fmt: skip


def _gathering(shift: Shift) -> tuple[str, str, int]:
    """Blocks of several people that are one: of the same kind, words and beginning."""
    return shift.kind, shift.note, shift.start_at


def _overlap(one: Shift, other: Shift) -> bool:
    return one.start_at < other.end_at and other.start_at < one.end_at


__all__ = ["BLOCKS", "find"]
