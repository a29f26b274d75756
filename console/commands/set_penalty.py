"""Have agents of a queue called before others, or after them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.overrides import Overrides
from console.commands.placements import VALID_S, addresses, called
from console.commands.texts import fault_of_name, listed
from console.domain.acts import Preview
from console.domain.messages import PENALTY, QUEUE_PENALTY, Message, Value, agent_subject
from console.domain.overrides import scoped
from console.store.tables import Agent, Queue, Sighting, Source

USUAL = 0
MOST = 999


@dataclass(frozen=True, slots=True)
class SetPenalty(Command):
    """Of a queue's members those with the lowest penalty are called first (Asterisk's `penalty`,
    0 unless somebody has said otherwise); the next only while all of these are busy."""

    name: ClassVar[str] = "set_penalty"
    agent_ids: tuple[int, ...]
    queue_id: int
    penalty: int

    def title(self, session: Session) -> str:
        queue = session.get(Queue, self.queue_id)
        names = called(session, self._agents(session))
        where = queue.name if queue is not None else f"queue {self.queue_id}"
        return f"penalty {self.penalty} in {where}: {listed(list(names.values()))}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        queue, agents = session.get(Queue, self.queue_id), self._agents(session)
        if queue is None:
            return Preview(title, refused="There is no such queue.")
        if not agents or len(agents) < len(set(self.agent_ids)):
            return Preview(title, refused="There is no such agent.")
        if not 0 <= self.penalty <= MOST:
            return Preview(title, refused=f"A penalty is a whole number from 0 to {MOST}.")
        names, stands = called(session, agents), self._stands(session, queue, agents)
        places = addresses(session, {agent.id: agent for agent in agents})
        for agent in agents:
            if agent.source_id != queue.source_id:
                words = f"{names[agent.id]} and {queue.name} are on different platforms."
                return Preview(title, refused=words)
            interface, member = places[agent.id]
            fault = fault_of_name("The queue's name", queue.name)
            fault = fault or fault_of_name("The name", member or agent.name)
            if fault := fault or fault_of_name("The interface", interface):
                return Preview(title, refused=fault)
        touches = [
            f"{names[agent.id]}: {_word(stands[agent.id])} → {self.penalty}" for agent in agents
        ]
        return Preview(
            title,
            tuple(touches),
            (),
            ("Whoever has a lower penalty in this queue is called first; contacts go on.",),
        )

    def apply(self, session: Session) -> None:
        queue, agents = session.get_one(Queue, self.queue_id), self._agents(session)
        source = session.get_one(Source, queue.source_id)
        stands, names = self._stands(session, queue, agents), called(session, agents)
        places = addresses(session, {agent.id: agent for agent in agents})
        kept = Overrides(session)
        for agent in agents:
            before = stands[agent.id]
            kept.keep(
                scoped(source.name, agent_subject(queue.name, places[agent.id][0] or agent.name)),
                PENALTY,
                title=f"{names[agent.id]} with penalty {self.penalty} in {queue.name}",
                before=str(USUAL if before is None else before),
                wanted=str(self.penalty),
                source_id=source.id,
            )

    def messages(self, session: Session) -> list[Message]:
        queue, agents = session.get_one(Queue, self.queue_id), self._agents(session)
        source = session.get_one(Source, queue.source_id)
        stands = self._stands(session, queue, agents)
        places = addresses(session, {agent.id: agent for agent in agents})
        found: list[Message] = []
        for agent in agents:
            interface, member = places[agent.id]
            fields = {
                "source": source.name,
                "queue": queue.name,
                "agent": agent.name,
                "interface": interface,
                "member": member,
                "was": stands[agent.id],
                "agent_id": agent.id,
                "queue_id": queue.id,
            }
            found.append(_message(fields, self.penalty))
        return found

    @staticmethod
    def takes_back(message: Message) -> Message | None:
        fields = dict(message.fields)
        penalty, was = fields.pop("penalty"), fields["was"]
        back = was if isinstance(was, int) else USUAL
        fields["was"] = penalty
        return None if back == penalty else _message(fields, back)

    def _agents(self, session: Session) -> list[Agent]:
        rows = session.scalars(select(Agent).where(Agent.id.in_(self.agent_ids)))
        return sorted(rows, key=lambda agent: (agent.name, agent.id))

    def _stands(self, session: Session, queue: Queue, agents: list[Agent]) -> dict[int, int | None]:
        """Each agent's penalty there as the platform last showed it; None where it has not."""
        places = addresses(session, {agent.id: agent for agent in agents})
        subjects = {
            agent.id: agent_subject(queue.name, places[agent.id][0] or agent.name)
            for agent in agents
        }
        rows = session.execute(
            select(Sighting.subject, Sighting.value).where(
                Sighting.source_id == queue.source_id,
                Sighting.aspect == PENALTY,
                Sighting.subject.in_(subjects.values()),
            )
        )
        seen = {subject: value for subject, value in rows}
        return {
            agent_id: int(value) if (value := seen.get(subject, "")).isdecimal() else None
            for agent_id, subject in subjects.items()
        }


def _message(fields: Mapping[str, Value], penalty: int) -> Message:
    words = f"penalty {penalty} for {fields['agent']} in {fields['queue']}"
    return Message(QUEUE_PENALTY, words, {**fields, "penalty": penalty}, VALID_S)


def _word(penalty: int | None) -> str:
    return "unknown" if penalty is None else str(penalty)
