"""What it takes to bring agents into queues and out of others.

An agent whom the platform was told to add is taken out by removing; one who is in its
configuration cannot be removed and is paused in that queue instead. Neither cuts a contact: an
agent who is on one moves when it ends.
"""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.commands import aiming
from console.commands.command import Command
from console.commands.overrides import Overrides
from console.commands.texts import counted, fault_of_name
from console.domain.acts import Preview
from console.domain.agent_state import is_interface
from console.domain.effects import KpiAim
from console.domain.messages import (
    IN,
    MEMBER,
    MEMBERSHIP,
    OUT,
    QUEUE_ADD,
    QUEUE_PAUSE,
    QUEUE_REMOVE,
    QUEUE_UNPAUSE,
    STATIC,
    Message,
    agent_subject,
)
from console.domain.overrides import scoped
from console.reads.members import (
    ADDED,
    REMOVED,
    SERVES,
    Membership,
    serving,
    standings,
    waiting,
)
from console.reads.person_joins import person_of
from console.store.memory import once
from console.store.tables import (
    Agent,
    AgentAlias,
    Channel,
    Event,
    Placement,
    Queue,
    Sighting,
    Source,
)

# A move that leaves ten minutes late meets another situation than the one it was meant for.
VALID_S = 600
NOW = "now"
LATER = "when the contact ends"
LITTLE = ": little comes in there."

_REVERSE = {
    QUEUE_ADD: QUEUE_REMOVE,
    QUEUE_REMOVE: QUEUE_ADD,
    QUEUE_PAUSE: QUEUE_UNPAUSE,
    QUEUE_UNPAUSE: QUEUE_PAUSE,
}
_WORDS = {
    QUEUE_ADD: "add {agent} to {queue}",
    QUEUE_REMOVE: "take {agent} out of {queue}",
    QUEUE_PAUSE: "pause {agent} in {queue}",
    QUEUE_UNPAUSE: "end the pause of {agent} in {queue}",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One agent and one queue. `action` is empty where the platform has it so already; `before` is
    whether the agent served it so far."""

    agent: Agent
    queue: Queue
    wanted: bool
    action: str
    before: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    steps: list[Step] = field(default_factory=lambda: [])
    contacts: dict[int, str] = field(default_factory=lambda: {})
    refused: str = ""


def plan(
    session: Session,
    agent_ids: Collection[int],
    to_ids: Collection[int],
    from_ids: Collection[int] | None,
) -> Plan:
    """The steps, agents in the order given; `from_ids` None means all else that they serve."""
    agents = _found(session, Agent, agent_ids)
    queues = _found(session, Queue, [*to_ids, *(from_ids or ())])
    if not agent_ids or len(agents) < len(set(agent_ids)):
        return Plan(refused="There is no such agent.")
    if len(queues) < len({*to_ids, *(from_ids or ())}):
        return Plan(refused="There is no such queue.")
    if not to_ids and not from_ids:
        return Plan(refused="No queue was chosen.")
    if both := set(to_ids) & set(from_ids or ()):
        name = queues[min(both)].name
        return Plan(refused=f"{name} was chosen both to go to and to leave.")
    known = standings(session, agents)
    desired = {
        (row.agent_id, row.queue_id): row.wanted
        for row in session.scalars(select(Placement).where(Placement.agent_id.in_(agents)))
    }
    leaving = {
        agent_id: list(from_ids)
        if from_ids is not None
        else _others(standing.queues, desired, agent_id, to_ids)
        for agent_id, standing in known.items()
    }
    queues |= _found(session, Queue, {q for ids in leaving.values() for q in ids})
    configured = _configured(session, agents)
    steps: list[Step] = []
    for agent_id in dict.fromkeys(agent_ids):
        agent = agents[agent_id]
        standing = {
            queue_id: replace(member, standing=SERVES, configured=True)
            if member.standing == ADDED and (agent_id, queues[queue_id].name) in configured
            else member
            for queue_id, member in known[agent_id].queues.items()
            if queue_id in queues
        }
        # In before out: nobody is without a queue in between.
        for queue_id in dict.fromkeys(to_ids):
            wanted = desired.get((agent_id, queue_id))
            action = _way_in(standing.get(queue_id), wanted)
            before = _serves(standing.get(queue_id), wanted)
            steps.append(Step(agent, queues[queue_id], True, action, before))
        for queue_id in dict.fromkeys(leaving[agent_id]):
            wanted = desired.get((agent_id, queue_id))
            action = _way_out(standing.get(queue_id), wanted)
            before = _serves(standing.get(queue_id), wanted)
            steps.append(Step(agent, queues[queue_id], False, action, before))
    contacts = {i: standing.contact for i, standing in known.items() if standing.contact}
    return Plan(steps, contacts, _fault(session, steps))


class Placing(Command):
    """A command that is all in its plan."""

    @abstractmethod
    def plan(self, session: Session) -> Plan:
        """Who goes where, and what has to be asked of the platform for it."""

    def _planned(self, session: Session) -> Plan:
        return once(session, ("plan", self), lambda: self.plan(session))

    def refused(self, session: Session) -> str:
        return self._planned(session).refused

    def preview(self, session: Session) -> Preview:
        planned = self._planned(session)
        title = self.title(session)
        if planned.refused:
            return Preview(title, refused=planned.refused)
        return Preview(
            title,
            tuple(_touches(planned, called(session, (step.agent for step in planned.steps)))),
            tuple(_costs(session, planned)),
            tuple(_warnings(session, planned)),
        )

    def apply(self, session: Session) -> None:
        """Write what is wanted, also where the platform need not be asked."""
        steps = self._planned(session).steps
        agents = {step.agent.id for step in steps}
        rows = {
            (row.agent_id, row.queue_id): row
            for row in session.scalars(select(Placement).where(Placement.agent_id.in_(agents)))
        }
        for step in steps:
            row = rows.get((step.agent.id, step.queue.id))
            if row is None:
                row = Placement(agent_id=step.agent.id, queue_id=step.queue.id)
                session.add(row)
            row.wanted = step.wanted
        _keep_overrides(session, steps)

    def messages(self, session: Session) -> list[Message]:
        planned = self._planned(session)
        names = addresses(session, {step.agent.id: step.agent for step in planned.steps})
        sources = _found(session, Source, {step.queue.source_id for step in planned.steps})
        return [
            _message(step, sources[step.queue.source_id].name, names[step.agent.id], planned)
            for step in planned.steps
            if step.action
        ]

    def aims(self, session: Session) -> tuple[KpiAim, ...]:
        gains: dict[int, set[int]] = {}
        losses: dict[int, set[int]] = {}
        steps = [step for step in self._planned(session).steps if step.action]
        for step in steps:
            way = gains if step.wanted else losses
            way.setdefault(step.queue.id, set()).add(step.agent.id)
        names = {step.queue.id: step.queue.name for step in steps}
        return aiming.of_placing(session, gains, losses, names)

    @staticmethod
    def takes_back(message: Message) -> Message:
        action = _REVERSE[message.action]
        fields = message.fields
        words = _WORDS[action].format(agent=fields["agent"], queue=fields["queue"])
        return Message(action, words, fields, VALID_S)


def agent_names(session: Session, ids: Collection[int]) -> list[str]:
    names = called(session, _found(session, Agent, ids).values())
    return [names.get(i, f"agent {i}") for i in dict.fromkeys(ids)]


def called(session: Session, agents: Iterable[Agent]) -> dict[int, str]:
    """What the board calls agents: by the roster's name where one says who they are. Platforms are
    told their own names."""
    listed = list(agents)
    joins = person_of(session, {agent.id for agent in listed})
    found: dict[int, str] = {}
    for agent in listed:
        join = joins.get((agent.source_id, agent.id))
        found[agent.id] = join.name if join is not None and join.name else agent.name
    return found


def queue_names(session: Session, ids: Collection[int]) -> list[str]:
    found = _found(session, Queue, ids)
    return [found[i].name if i in found else f"queue {i}" for i in dict.fromkeys(ids)]


def _message(step: Step, source: str, names: tuple[str, str], planned: Plan) -> Message:
    interface, member = names
    contact = planned.contacts.get(step.agent.id)
    return Message(
        step.action,
        _WORDS[step.action].format(agent=step.agent.name, queue=step.queue.name),
        {
            "source": source,
            "queue": step.queue.name,
            "agent": step.agent.name,
            "interface": interface,
            "member": member,
            "when": LATER if contact else NOW,
            "contact": contact,
            "agent_id": step.agent.id,
            "queue_id": step.queue.id,
        },
        VALID_S,
    )


def _keep_overrides(session: Session, steps: Sequence[Step]) -> None:
    """Who is away from where they usually are."""
    agents = {step.agent.id: step.agent for step in steps}
    shown = called(session, agents.values())
    names = addresses(session, agents)
    aliases = aliases_of(session, agents)
    sources = _found(session, Source, {step.queue.source_id for step in steps})
    overrides = Overrides(session)
    for step in steps:
        source, queue = sources[step.queue.source_id], step.queue.name
        interface = names[step.agent.id][0] or step.agent.name
        overrides.keep(
            scoped(source.name, agent_subject(queue, interface)),
            MEMBER,
            title=f"{shown[step.agent.id]} {'in' if step.wanted else 'out of'} {queue}",
            before=IN if step.before else OUT,
            wanted=IN if step.wanted else OUT,
            source_id=source.id,
            alike=[
                scoped(source.name, agent_subject(queue, alias)) for alias in aliases[step.agent.id]
            ],
        )


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


def _touches(planned: Plan, names: Mapping[int, str]) -> list[str]:
    """One line for each agent: when, where to, and what is left."""
    lines: list[str] = []
    steps: dict[int, list[Step]] = {}
    for step in planned.steps:
        steps.setdefault(step.agent.id, []).append(step)
    for agent_id, own in steps.items():
        when = LATER if agent_id in planned.contacts else NOW
        parts: list[str] = []
        if joins := [step.queue.name for step in own if step.wanted and step.action]:
            parts.append(f"to {', '.join(joins)}")
        if stays := [step.queue.name for step in own if step.wanted and not step.action]:
            parts.append(f"is in {', '.join(stays)} already")
        if leaves := [step.queue.name for step in own if not step.wanted and step.action]:
            parts.append(f"leaves {', '.join(leaves)}")
        if gone := [step.queue.name for step in own if not step.wanted and not step.action]:
            parts.append(f"is out of {', '.join(gone)} already")
        lines.append(f"{names[agent_id]}, {when}: {'; '.join(parts)}")
    return lines


def _costs(session: Session, planned: Plan) -> list[str]:
    """One line for each queue that is left: who stays, and who waits there."""
    leaving: dict[int, set[int]] = {}
    for step in planned.steps:
        if not step.wanted and step.action:
            leaving.setdefault(step.queue.id, set()).add(step.agent.id)
    known = serving(session, leaving)
    callers = waiting(session)
    queues = {step.queue.id: step.queue for step in planned.steps}
    lines: list[str] = []
    for queue_id, agents in leaving.items():
        staff = known[queue_id] | agents
        go = "goes" if len(agents) == 1 else "go"
        line = f"{queues[queue_id].name}: {len(agents)} of {counted(len(staff), 'agent')} {go}"
        line += f", {callers.get(queue_id, 0)} waiting there"
        lines.append(line if staff - agents else f"{line}; nobody is left")
    return lines


def _warnings(session: Session, planned: Plan) -> list[str]:
    names = addresses(session, {step.agent.id: step.agent for step in planned.steps})
    unnamed = [
        step.agent.name for step in planned.steps if step.action and not names[step.agent.id][0]
    ]
    found = [
        f"{name}: no interface is known, so the platform must know the name."
        for name in dict.fromkeys(unnamed)
    ]
    channels = {step.queue.channel for step in planned.steps if step.wanted}
    for channel in session.scalars(select(Channel).where(Channel.name.in_(channels))):
        if channel.state != "open":
            found.append(f"{channel.name} is {channel.state}{LITTLE}")
    if not any(step.action for step in planned.steps):
        found.append("Everybody is where they are wanted already: nothing leaves.")
    return found


def _others(
    standing: dict[int, Membership],
    desired: dict[tuple[int, int], bool],
    agent_id: int,
    to_ids: Collection[int],
) -> list[int]:
    """What the agent serves, and where we have sent them without an export showing it yet."""
    served = {queue_id for queue_id, known in standing.items() if known.standing != REMOVED}
    sent = {queue for (agent, queue), wanted in desired.items() if agent == agent_id and wanted}
    return sorted((served | (sent - standing.keys())) - set(to_ids))


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
        if step.agent.source_id != step.queue.source_id:
            return f"{step.agent.name} and {step.queue.name} are on different platforms."
        interface, member = names[step.agent.id]
        fault = fault_of_name("The queue's name", step.queue.name)
        fault = fault or fault_of_name("The name", member or step.agent.name)
        if fault := fault or fault_of_name("The interface", interface):
            return fault
    return ""


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


def _found(session: Session, table: type[_Row], ids: Collection[int]) -> dict[int, _Row]:
    return {row.id: row for row in session.scalars(select(table).where(table.id.in_(ids)))}
