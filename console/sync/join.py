"""Whose interface is it? Told from who served which queue while the interface was a member.

ADDMEMBER and REMOVEMEMBER name the interface, calls and pauses the member. Where no row ties the
two (see `fold`), the times may: a name whose every act in the interface's queues falls into the
interface's memberships, and no other name's do. One that fits several names fits none.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from console.domain.times import DAY, SECOND
from console.store import dialect
from console.store.tables import (
    Agent,
    AgentAlias,
    AgentInterval,
    Event,
    Leg,
    Placement,
    Queue,
    Source,
)

AS_WRITTEN = "as written"
INFERRED = "served its queues only while it was a member"
AS_LISTED = "the platform lists this name at this interface"

#: Acts that must fall inside before we believe it.
FEWEST = 3
#: Whole-second stamps, and a ring that goes on after its member was removed.
BEFORE = 2 * SECOND
AFTER = 60 * SECOND
#: How far back evidence is weighed, from the source's newest row.
SPAN = 7 * DAY

_INTERFACE = re.compile(r"^[A-Za-z][A-Za-z0-9]*/")
_EVER = 1 << 62


@dataclass(slots=True)
class _Interface:
    """Memberships by queue name: starts and ends, sorted, of the same length."""

    starts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    ends: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def covers(self, queue: str, at: int) -> bool:
        place = bisect_right(self.starts[queue], at + BEFORE) - 1
        return place >= 0 and at <= self.ends[queue][place] + AFTER

    def surely_in(self, queue: str, at: int) -> bool:
        place = bisect_right(self.starts[queue], at - BEFORE) - 1
        return place >= 0 and at < self.ends[queue][place] - BEFORE


def open_questions(session: Session, source_id: int) -> list[str]:
    """Interfaces that nothing but their times ties to a name."""
    found = session.scalars(
        select(AgentAlias.alias).where(
            AgentAlias.source_id == source_id,
            AgentAlias.evidence.in_((AS_WRITTEN, INFERRED)),
            AgentAlias.alias.contains("/"),
        )
    )
    return [alias for alias in found if _INTERFACE.match(alias)]


def join_interfaces(session: Session, source_id: int, revision: int) -> int:
    """Tie interfaces to names where the times leave one choice; how many ties changed."""
    open_question = open_questions(session, source_id)
    if not open_question:
        return 0
    aliases = {
        alias: (agent_id, evidence)
        for alias, agent_id, evidence in session.execute(
            select(AgentAlias.alias, AgentAlias.agent_id, AgentAlias.evidence).where(
                AgentAlias.source_id == source_id
            )
        )
    }
    since = (session.get_one(Source, source_id).last_at or 0) - SPAN
    interfaces = _memberships(session, source_id, since, open_question)
    acts = _acts(session, source_id, since, aliases)
    # An interface that itself acts is a name too.
    interfaces = {alias: i for alias, i in interfaces.items() if alias not in acts}
    names = {name: found for name, found in acts.items() if not _INTERFACE.match(name)}
    together = _pauses_together(session, source_id, since)
    choice = _choose(interfaces, names, together)
    changed = 0
    for alias in open_question:
        changed += _tie(session, source_id, alias, choice.get(alias), aliases, revision)
    return changed


def _memberships(
    session: Session, source_id: int, since: int, aliases: list[str]
) -> dict[str, _Interface]:
    found: dict[str, _Interface] = {}
    for alias, at, verb, line in session.execute(
        select(Event.alias, Event.at, Event.verb, Event.line)
        .where(
            Event.source_id == source_id,
            Event.alias.in_(dialect.many(session, aliases)),
            Event.at >= since,
            Event.verb.in_(("ADDMEMBER", "REMOVEMEMBER")),
        )
        .order_by(Event.at, Event.place)
    ):
        interface = found.setdefault(alias, _Interface())
        queue = line.split("|", 3)[2]
        starts, ends = interface.starts[queue], interface.ends[queue]
        if verb == "ADDMEMBER":
            if not starts or ends[-1] != _EVER:
                starts.append(at)
                ends.append(_EVER)
        elif not starts:
            starts.append(-_EVER)  # a member since before the log
            ends.append(at)
        elif ends[-1] == _EVER:
            ends[-1] = at
    return found


def _acts(
    session: Session, source_id: int, since: int, aliases: dict[str, tuple[int, str]]
) -> dict[str, list[tuple[str, int]]]:
    """What each name did in which queue, and when: contacts, rings, pauses."""
    queues = {
        id: name
        for id, name in session.execute(
            select(Queue.id, Queue.name).where(Queue.source_id == source_id)
        )
    }
    names = {id: name for id, name in session.execute(select(Agent.id, Agent.ref))}
    acts: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for agent_id, queue_id, at, rang in session.execute(
        select(Leg.agent_id, Leg.queue_id, Leg.connected_at, Leg.ring_us).where(
            Leg.agent_id.in_(dialect.many(session, sorted({a for a, _e in aliases.values()}))),
            Leg.source_id == source_id,
            Leg.connected_at >= since,
        )
    ):
        acts[names[agent_id]].append((queues[queue_id], at))
        if rang:
            acts[names[agent_id]].append((queues[queue_id], at - rang))
    for alias, queue_id, at in session.execute(
        select(AgentInterval.alias, AgentInterval.queue_id, AgentInterval.started_at).where(
            AgentInterval.source_id == source_id,
            AgentInterval.contact_id.is_not(None),
            AgentInterval.kind == "ring",
            AgentInterval.started_at >= since,
        )
    ):
        acts[alias].append((queues[queue_id], at))
    for alias, at, line in session.execute(
        select(Event.alias, Event.at, Event.line).where(
            Event.source_id == source_id,
            Event.at >= since,
            Event.verb.in_(("PAUSE", "UNPAUSE")),
        )
    ):
        acts[alias].append((line.split("|", 3)[2], at))
    return acts


def _pauses_together(
    session: Session, source_id: int, since: int
) -> dict[str, list[tuple[int, set[str]]]]:
    """At each PAUSEALL of a name: all queues that it was a member of."""
    seconds: dict[tuple[str, int], set[str]] = defaultdict(set)
    marks: list[tuple[str, int]] = []
    for alias, at, verb, line in session.execute(
        select(Event.alias, Event.at, Event.verb, Event.line).where(
            Event.source_id == source_id,
            Event.at >= since,
            Event.verb.in_(("PAUSEALL", "UNPAUSEALL", "PAUSE", "UNPAUSE")),
        )
    ):
        if verb in ("PAUSEALL", "UNPAUSEALL"):
            marks.append((alias, at))
        else:
            seconds[(alias, at)].add(line.split("|", 3)[2])
    found: dict[str, list[tuple[int, set[str]]]] = defaultdict(list)
    for alias, at in marks:
        if seconds[(alias, at)]:
            found[alias].append((at, seconds[(alias, at)]))
    return found


def _choose(
    interfaces: dict[str, _Interface],
    names: dict[str, list[tuple[str, int]]],
    together: dict[str, list[tuple[int, set[str]]]],
) -> dict[str, str]:
    fits: dict[str, list[str]] = defaultdict(list)
    fitting: dict[str, list[str]] = defaultdict(list)
    for alias, interface in interfaces.items():
        for name, acts in names.items():
            there = [(queue, at) for queue, at in acts if queue in interface.starts]
            if len(there) < FEWEST or not all(interface.covers(q, at) for q, at in there):
                continue
            if any(
                interface.surely_in(queue, at) and queue not in queues
                for at, queues in together.get(name, ())
                for queue in list(interface.starts)
            ):
                continue
            fits[alias].append(name)
            fitting[name].append(alias)
    return {
        alias: found[0]
        for alias, found in fits.items()
        if len(found) == 1 and len(fitting[found[0]]) == 1
    }


def _tie(
    session: Session,
    source_id: int,
    alias: str,
    name: str | None,
    aliases: dict[str, tuple[int, str]],
    revision: int,
) -> int:
    agent_id, evidence = aliases[alias]
    if name is None:
        if evidence == AS_WRITTEN:
            return 0
        # What was told from the times has been contradicted since.
        stand_in = session.scalar(
            select(Agent).where(Agent.source_id == source_id, Agent.ref == alias)
        )
        if stand_in is None:
            stand_in = Agent(source_id=source_id, name=alias, revision=revision)
            session.add(stand_in)
            session.flush()
        target, words = stand_in.id, AS_WRITTEN
    else:
        target, words = aliases[name][0], INFERRED
        if target == agent_id:
            return 0
    row = session.get_one(AgentAlias, (source_id, alias))
    row.agent_id, row.evidence = target, words
    session.flush()
    session.execute(
        update(AgentInterval)
        .where(
            AgentInterval.source_id == source_id,
            AgentInterval.alias == alias,
            AgentInterval.contact_id.is_(None),
        )
        .values(agent_id=target, revision=revision)
    )
    session.execute(update(Agent).where(Agent.id.in_((agent_id, target))).values(revision=revision))
    before = session.get_one(Agent, agent_id)
    if before.ref == alias and not any(
        session.scalar(select(1).where(table.agent_id == agent_id).limit(1))
        for table in (AgentInterval, Leg, Placement)
    ):
        session.delete(before)
    session.flush()
    return 1


__all__ = ["join_interfaces", "open_questions"]
