"""Who goes where, step by step: what has to be asked of which platform, and who is known there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.commands.crossing import People, names_of
from console.commands.texts import fault_of_name
from console.domain.agent_state import is_interface
from console.domain.crossing import Account
from console.domain.messages import (
    MEMBERSHIP,
    QUEUE_ADD,
    QUEUE_PAUSE,
    QUEUE_REMOVE,
    QUEUE_UNPAUSE,
    STATIC,
    agent_subject,
)
from console.reads.members import ADDED, REMOVED, SERVES, Membership, Standing, standings
from console.store.tables import Agent, AgentAlias, Event, Placement, Queue, Sighting, Source


@dataclass(frozen=True, slots=True)
class Step:
    """One agent and one queue. `action` is empty where the platform has it so already; `before` is
    whether the agent served it so far.

    `who` is the agent by whom the person was chosen: the same in all steps of one person. `account`
    is how the roster names them at a platform that has not shown them; `agent` is another's then.
    """

    agent: Agent
    queue: Queue
    wanted: bool
    action: str
    before: bool = False
    who: int = 0
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`contacts` and `alike`, all agents that are the same person, are by the steps' `who`.
    `silent` are people who come from another platform that does not say what they serve."""

    steps: list[Step] = field(default_factory=lambda: [])
    contacts: dict[int, str] = field(default_factory=lambda: {})
    refused: str = ""
    alike: dict[int, tuple[int, ...]] = field(default_factory=lambda: {})
    silent: tuple[int, ...] = ()


def plan(
    session: Session,
    agent_ids: Collection[int],
    to_ids: Collection[int],
    from_ids: Collection[int] | None,
) -> Plan:
    """The steps, agents in the order given; `from_ids` None means all else that they serve."""
    agents = found_rows(session, Agent, agent_ids)
    queues = found_rows(session, Queue, [*to_ids, *(from_ids or ())])
    if not agent_ids or len(agents) < len(set(agent_ids)):
        return Plan(refused="There is no such agent.")
    if len(queues) < len({*to_ids, *(from_ids or ())}):
        return Plan(refused="There is no such queue.")
    if not to_ids and not from_ids:
        return Plan(refused="No queue was chosen.")
    if both := set(to_ids) & set(from_ids or ()):
        name = queues[min(both)].name
        return Plan(refused=f"{name} was chosen both to go to and to leave.")
    people = People(session, agents)
    known = standings(session, people.agents)
    desired = {
        (row.agent_id, row.queue_id): row.wanted
        for row in session.scalars(select(Placement).where(Placement.agent_id.in_(people.agents)))
    }
    configured = _configured(session, people.agents)
    sources = {queues[queue_id].source_id for queue_id in to_ids}
    steps: list[Step] = []
    contacts: dict[int, str] = {}
    silent: list[int] = []
    # Whoever was chosen as two agents goes once.
    chosen: dict[tuple[int, ...], int] = {}
    for who in agent_ids:
        chosen.setdefault(people.alike[who], who)
    persons = {who: _Person(people, known, desired, who) for who in chosen.values()}
    queues |= found_rows(session, Queue, {q for own in persons.values() for q in own.served})
    for who, own in persons.items():
        if from_ids is not None:
            leaving, crosses = list(from_ids), False
        else:
            leaving, crosses = own.others(queues, sources, to_ids)
        # In before out: nobody is without a queue in between.
        for queue_id, wanted in [
            *((each, True) for each in dict.fromkeys(to_ids)),
            *((each, False) for each in dict.fromkeys(leaving)),
        ]:
            queue = queues[queue_id]
            seat = people.seat(who, queue.source_id)
            if seat is None:
                return Plan(refused=_apart(session, people.agents[who], queue))
            there = known[seat.agent.id].queues.get(queue_id) if seat.account is None else None
            if (
                there is not None
                and there.standing == ADDED
                and (seat.agent.id, queue.name) in configured
            ):
                there = replace(there, standing=SERVES, configured=True)
            meant = own.meant(seat.agent.id, queue_id)
            action = (_way_in if wanted else _way_out)(there, meant)
            before = _serves(there, meant)
            steps.append(Step(seat.agent, queue, wanted, action, before, who, seat.account))
        mine = [step for step in steps if step.who == who]
        crosses = crosses or any(step.account is not None for step in mine)
        if contact := own.contact(crosses):
            contacts[who] = contact
        if from_ids is None and crosses and not any(not step.wanted for step in mine):
            silent.append(who)
    return Plan(steps, contacts, _fault(session, steps), people.alike, tuple(silent))


class _Person:
    """One person as all platforms know them, and where they were sent."""

    def __init__(
        self,
        people: People,
        known: Mapping[int, Standing],
        desired: Mapping[tuple[int, int], bool],
        who: int,
    ) -> None:
        self._agents = {one: people.agents[one] for one in people.alike[who]}
        self._known, self._who = known, who
        self._desired = {key: wanted for key, wanted in desired.items() if key[0] in self._agents}
        self._there: dict[int, Membership] = {}
        for one in self._agents:
            self._there |= known[one].queues
        sent = {queue for (_, queue), wanted in self._desired.items() if wanted}
        #: What they serve, and where we have sent them without an export showing it yet.
        self.served = {
            queue for queue, member in self._there.items() if member.standing != REMOVED
        } | (sent - self._there.keys())

    def meant(self, agent_id: int, queue_id: int) -> bool | None:
        """Whether we want them there; None where nobody has said. What was said of the agent itself
        is the newer: another agent keeps it only until the platform shows this one."""
        if (agent_id, queue_id) in self._desired:
            return self._desired[agent_id, queue_id]
        of_others = [wanted for (_, queue), wanted in self._desired.items() if queue == queue_id]
        return of_others[0] if of_others else None

    def others(
        self, queues: Mapping[int, Queue], sources: Collection[int], to_ids: Collection[int]
    ) -> tuple[list[int], bool]:
        """What they leave for these queues, and whether they come from another platform. Whoever
        serves at the platform of these queues is moved within it, and goes on elsewhere."""
        home = {q for q in self.served if q in queues and queues[q].source_id in sources}
        serves = any(_serves(self._there.get(q), self.meant(self._who, q)) for q in home)
        elsewhere = any(agent.source_id not in sources for agent in self._agents.values())
        if serves or not elsewhere:
            return sorted(home - set(to_ids)), False
        return sorted((self.served & queues.keys()) - set(to_ids)), True

    def contact(self, anywhere: bool) -> str | None:
        """That they are on: as whom they were chosen, or as anybody where they go elsewhere."""
        if (own := self._known[self._who].contact) or not anywhere:
            return own
        return next((c for i in sorted(self._agents) if (c := self._known[i].contact)), None)


def named(step: Step, names: Mapping[int, tuple[str, str]]) -> tuple[str, str]:
    """The interface and the member name by which a message means them."""
    return names[step.agent.id] if step.account is None else names_of(step.account)


def _configured(session: Session, agents: Mapping[int, Agent]) -> set[tuple[int, str]]:
    """Agents with the names of queues of which a platform says that they are in its configuration:
    it lets nobody take them out."""
    sources = {agent.source_id for agent in agents.values()}
    listed = set(
        session.execute(
            select(Sighting.source_id, Sighting.subject).where(
                Sighting.source_id.in_(sources),
                Sighting.aspect == MEMBERSHIP,
                Sighting.value == STATIC,
            )
        ).tuples()
    )
    if not listed:
        return set()
    queues = session.execute(
        select(Queue.source_id, Queue.name).where(Queue.source_id.in_(sources))
    )
    by_source: dict[int, list[str]] = {}
    for source_id, name in queues:
        by_source.setdefault(source_id, []).append(name)
    aliases = aliases_of(session, agents)
    return {
        (agent_id, name)
        for agent_id, agent in agents.items()
        for name in by_source.get(agent.source_id, ())
        if any((agent.source_id, agent_subject(name, a)) in listed for a in aliases[agent_id])
    }


def aliases_of(session: Session, agents: Mapping[int, Agent]) -> dict[int, set[str]]:
    """All that each of these agents may be called in a message."""
    found = {agent_id: {agent.name} for agent_id, agent in agents.items()}
    for row in session.scalars(select(AgentAlias).where(AgentAlias.agent_id.in_(agents))):
        found[row.agent_id].add(row.alias.split(",")[0])
    return found


def _serves(standing: Membership | None, wanted: bool | None) -> bool:
    """Whether the agent serves the queue: by what is seen, else by where we have sent them."""
    if standing is None:
        return bool(wanted)
    if standing.standing == SERVES:
        return not (wanted is False and standing.paused)
    return standing.standing == ADDED


def _way_in(standing: Membership | None, wanted: bool | None) -> str:
    if standing is None or standing.standing == REMOVED:
        return QUEUE_ADD
    if wanted is False:
        return QUEUE_UNPAUSE if standing.standing == SERVES else QUEUE_ADD
    if standing.configured:
        return ""
    # One who merely serves there is added too: a platform that has them says so, no harm done.
    return "" if standing.standing == ADDED else QUEUE_ADD


def _way_out(standing: Membership | None, wanted: bool | None) -> str:
    if standing is None:
        # Sent there by us and not yet seen there; else in nobody's books, so only a pause is safe.
        return QUEUE_REMOVE if wanted else QUEUE_PAUSE
    if standing.standing == REMOVED:
        return ""
    if standing.standing == ADDED:
        return QUEUE_REMOVE
    return "" if wanted is False and standing.paused else QUEUE_PAUSE


def _fault(session: Session, steps: Sequence[Step]) -> str:
    names = addresses(session, {step.agent.id: step.agent for step in steps})
    for step in steps:
        interface, member = named(step, names)
        fault = fault_of_name("The queue's name", step.queue.name)
        fault = fault or fault_of_name("The name", member or step.agent.name)
        if fault := fault or fault_of_name("The interface", interface):
            return fault
    return ""


def _apart(session: Session, agent: Agent, queue: Queue) -> str:
    source = session.get_one(Source, queue.source_id).name
    return (
        f"{agent.name} and {queue.name} are on different platforms, and the roster has no id of "
        f"theirs for {source}."
    )


def addresses(session: Session, agents: Mapping[int, Agent]) -> dict[int, tuple[str, str]]:
    """For each agent the interface, the one seen last where there are several, and the name."""
    aliases: dict[int, list[str]] = {agent_id: [] for agent_id in agents}
    for row in session.scalars(
        select(AgentAlias).where(AgentAlias.agent_id.in_(agents)).order_by(AgentAlias.alias)
    ):
        aliases[row.agent_id].append(row.alias)
    names: dict[int, tuple[str, str]] = {}
    for agent_id, agent in agents.items():
        known = {agent.name, *aliases[agent_id]}
        interfaces = sorted(alias for alias in known if is_interface(alias))
        if len(interfaces) > 1:
            seen = session.execute(
                select(Event.alias, func.max(Event.at))
                .where(Event.source_id == agent.source_id, Event.alias.in_(interfaces))
                .group_by(Event.alias)
            )
            last = {alias: at for alias, at in seen}
            interfaces.sort(key=lambda alias: last.get(alias, 0), reverse=True)
        # Asterisk may log the whole line of its configuration; the interface ends at a comma.
        interface = interfaces[0].split(",")[0] if interfaces else ""
        members = sorted(alias for alias in known if not is_interface(alias))
        member = agent.name if agent.name in members else members[0] if members else ""
        names[agent_id] = (interface, member)
    return names


_Row = TypeVar("_Row", Agent, Queue, Source)


def found_rows(session: Session, table: type[_Row], ids: Collection[int]) -> dict[int, _Row]:
    return {row.id: row for row in session.scalars(select(table).where(table.id.in_(ids)))}


__all__ = ["Plan", "Step", "addresses", "aliases_of", "found_rows", "named", "plan"]
