"""What it takes to bring agents into queues and out of others.

An agent whom the platform was told to add is taken out by removing; one who is in its
configuration cannot be removed and is paused in that queue instead. Neither cuts a contact: an
agent who is on one moves when it ends.
"""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands import aiming
from console.commands.command import Command
from console.commands.crossing import skill_words, unseen_words, untold
from console.commands.overrides import Overrides
from console.commands.steps import (
    Plan,
    Step,
    addresses,
    aliases_of,
    found_rows,
    named,
    plan,
)
from console.commands.texts import counted, listed
from console.domain.acts import Preview
from console.domain.crossing import TELEPHONES, Account
from console.domain.effects import KpiAim
from console.domain.messages import (
    IN,
    MEMBER,
    OUT,
    QUEUE_ADD,
    QUEUE_PAUSE,
    QUEUE_REMOVE,
    QUEUE_UNPAUSE,
    Message,
    agent_subject,
)
from console.domain.overrides import scoped
from console.reads.members import (
    serving,
    waiting,
)
from console.reads.person_joins import person_of
from console.store.memory import once, remembering
from console.store.tables import (
    Agent,
    Channel,
    Placement,
    Queue,
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
        with remembering(session):
            return self._preview(session)

    def _preview(self, session: Session) -> Preview:
        planned = self._planned(session)
        title = self.title(session)
        if planned.refused:
            return Preview(title, refused=planned.refused)
        return Preview(
            title,
            tuple(_touches(planned, _shown(session, planned))),
            tuple(_costs(session, planned)),
            tuple(_warnings(session, planned)),
        )

    def apply(self, session: Session) -> None:
        """Write what is wanted, also where the platform need not be asked."""
        planned = self._planned(session)
        steps = planned.steps
        agents = {one for ids in planned.alike.values() for one in ids}
        rows = {
            (row.agent_id, row.queue_id): row
            for row in session.scalars(select(Placement).where(Placement.agent_id.in_(agents)))
        }
        for step in steps:
            for other in planned.alike[step.who]:
                # Kept so until the platform showed them.
                if other != step.agent.id and (old := rows.get((other, step.queue.id))) is not None:
                    session.delete(old)
            row = rows.get((step.agent.id, step.queue.id))
            if row is None:
                row = Placement(agent_id=step.agent.id, queue_id=step.queue.id)
                session.add(row)
            row.wanted = step.wanted
        _keep_overrides(session, planned)

    def messages(self, session: Session) -> list[Message]:
        planned = self._planned(session)
        names = addresses(session, {step.agent.id: step.agent for step in planned.steps})
        sources = found_rows(session, Source, {step.queue.source_id for step in planned.steps})
        return [
            _message(step, sources[step.queue.source_id].name, named(step, names), planned)
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
    names = called(session, found_rows(session, Agent, ids).values())
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
    found = found_rows(session, Queue, ids)
    return [found[i].name if i in found else f"queue {i}" for i in dict.fromkeys(ids)]


def _message(step: Step, source: str, names: tuple[str, str], planned: Plan) -> Message:
    interface, member = names
    contact = planned.contacts.get(step.who)
    name = step.agent.name if step.account is None else step.account.name
    return Message(
        step.action,
        _WORDS[step.action].format(agent=name, queue=step.queue.name),
        {
            "source": source,
            "queue": step.queue.name,
            "agent": name,
            "interface": interface,
            "member": member,
            "when": LATER if contact else NOW,
            "contact": contact,
            "agent_id": step.agent.id,
            "queue_id": step.queue.id,
        },
        VALID_S,
    )


def _keep_overrides(session: Session, planned: Plan) -> None:
    """Who is away from where they usually are."""
    steps = planned.steps
    agents = {step.agent.id: step.agent for step in steps}
    shown = _shown(session, planned)
    names = addresses(session, agents)
    aliases = aliases_of(session, agents)
    sources = found_rows(session, Source, {step.queue.source_id for step in steps})
    overrides = Overrides(session)
    for step in steps:
        source, queue = sources[step.queue.source_id], step.queue.name
        interface, member = named(step, names)
        interface = interface or (member if step.account is not None else step.agent.name)
        alike = aliases[step.agent.id] if step.account is None else {member}
        overrides.keep(
            scoped(source.name, agent_subject(queue, interface)),
            MEMBER,
            title=f"{shown[step.who]} {'in' if step.wanted else 'out of'} {queue}",
            before=IN if step.before else OUT,
            wanted=IN if step.wanted else OUT,
            source_id=source.id,
            alike=[scoped(source.name, agent_subject(queue, alias)) for alias in alike],
        )


def _shown(session: Session, planned: Plan) -> dict[int, str]:
    """What the board calls people, by the steps' `who`."""
    chosen = found_rows(session, Agent, planned.alike.keys())
    return called(session, chosen.values())


def _touches(planned: Plan, names: Mapping[int, str]) -> list[str]:
    """One line for each agent: when, where to, and what is left."""
    lines: list[str] = []
    steps: dict[int, list[Step]] = {}
    for step in planned.steps:
        steps.setdefault(step.who, []).append(step)
    for who, own in steps.items():
        when = LATER if who in planned.contacts else NOW
        parts: list[str] = []
        if joins := [step.queue.name for step in own if step.wanted and step.action]:
            parts.append(f"to {', '.join(joins)}")
        if stays := [step.queue.name for step in own if step.wanted and not step.action]:
            parts.append(f"is in {', '.join(stays)} already")
        if leaves := [step.queue.name for step in own if not step.wanted and step.action]:
            parts.append(f"leaves {', '.join(leaves)}")
        if gone := [step.queue.name for step in own if not step.wanted and not step.action]:
            parts.append(f"is out of {', '.join(gone)} already")
        lines.append(f"{names[who]}, {when}: {'; '.join(parts)}")
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
    sources = found_rows(session, Source, {step.queue.source_id for step in planned.steps})
    unnamed = [
        step.agent.name
        for step in planned.steps
        if step.action
        and step.account is None
        and not names[step.agent.id][0]
        and sources[step.queue.source_id].platform in TELEPHONES
    ]
    found = [
        f"{name}: no interface is known, so the platform must know the name."
        for name in dict.fromkeys(unnamed)
    ]
    found += _of_crossing(session, planned)
    channels = {step.queue.channel for step in planned.steps if step.wanted}
    for channel in session.scalars(select(Channel).where(Channel.name.in_(channels))):
        if channel.state != "open":
            found.append(f"{channel.name} is {channel.state}{LITTLE}")
    if not any(step.action for step in planned.steps):
        found.append("Everybody is where they are wanted already: nothing leaves.")
    return found


def _of_crossing(session: Session, planned: Plan) -> list[str]:
    """What is to be known of people who come from another platform."""
    shown = _shown(session, planned)
    unseen: dict[int, list[tuple[str, Account]]] = {}
    came: set[int] = set()
    for step in planned.steps:
        if step.account is not None and step.wanted:
            unseen.setdefault(step.queue.source_id, []).append((shown[step.who], step.account))
            came.add(step.who)
    to = {step.queue.source_id for step in planned.steps if step.wanted}
    left = {
        step.queue.source_id: step.queue
        for step in planned.steps
        if not step.wanted and step.action and to and step.queue.source_id not in to
    }
    sources = found_rows(session, Source, {*unseen, *left})
    found: list[str] = []
    for source_id, who in unseen.items():
        found += unseen_words(sources[source_id].name, who)
    if came:
        gone = [step for step in planned.steps if step.who in came and not step.wanted]
        found.append(skill_words({step.queue.channel for step in gone}))
    found += untold(session, [sources[source_id] for source_id in left])
    if planned.silent:
        found.append(
            f"What {listed([shown[who] for who in planned.silent])} serve elsewhere no export "
            "says: nobody is asked to take them out there."
        )
    return found


__all__ = [
    "LITTLE", "VALID_S", "Placing", "Plan", "Step", "addresses", "agent_names", "aliases_of",
    "called", "plan", "queue_names",
]  # fmt: skip
