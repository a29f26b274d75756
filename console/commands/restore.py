"""Bring what stands otherwise than usual back, as one act."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.crossing import People, names_of
from console.commands.move_agents import MoveAgents
from console.commands.placements import LITTLE, aliases_of, called
from console.commands.reversing import taken_back
from console.commands.set_callback import SetCallback
from console.commands.set_channel import STATES, SetChannel
from console.commands.set_penalty import SetPenalty
from console.commands.texts import counted, listed
from console.domain.acts import Preview
from console.domain.effects import KpiAim
from console.domain.messages import (
    DIAL,
    IN,
    MEMBER,
    OFFER,
    ON,
    PENALTY,
    STATE,
    Message,
    agent_subject,
    channel_subject,
    queue_subject,
)
from console.domain.overrides import scoped
from console.store.tables import Agent, Override, Placement, Queue, Source


@dataclass(frozen=True, slots=True)
class RestoreAll(Command):
    """Each of the (subject, aspect) as it was before anybody changed it.

    What is not there any more leaves the list. What cannot be brought back stays on it, and the
    preview says why; the rest is done.
    """

    name: ClassVar[str] = "restore_all"
    subjects: tuple[tuple[str, str], ...]

    def title(self, session: Session) -> str:
        words = [words for _command, words in _Parts(session, self.subjects).all]
        return f"back to usual: {listed(words) or counted(len(self.subjects), 'thing')}"

    def preview(self, session: Session) -> Preview:
        parts = _Parts(session, self.subjects)
        title = self.title(session)
        if not parts.rows:
            return Preview(title, refused="All of this stands as usual already.")
        doable, refused = parts.tried()
        if refused and not doable and not parts.gone:
            return Preview(title, refused=" ".join(refused))
        shown = [preview for _command, preview in doable]
        warnings = [f"Left out: {words}" for words in refused]
        warnings += [
            f"{row.title}: is not there any more and leaves the list." for row in parts.gone
        ]
        # Of a channel that this opens, nobody who comes back need be warned.
        opened = [each.channel for each, _ in doable if isinstance(each, SetChannel)]
        warnings += [
            line
            for preview in shown
            for line in preview.warnings
            if not (line.endswith(LITTLE) and line.split(" is ")[0] in opened)
        ]
        return Preview(
            title,
            tuple(line for preview in shown for line in preview.touches),
            tuple(line for preview in shown for line in preview.costs),
            tuple(dict.fromkeys(warnings)),
        )

    def parts(self, session: Session) -> list[Command]:
        """The commands that bring back what can be brought back."""
        return [command for command, _ in _Parts(session, self.subjects).tried()[0]]

    def apply(self, session: Session) -> None:
        parts = _Parts(session, self.subjects)
        for command, _preview in parts.tried()[0]:
            command.apply(session)
        for row in parts.gone:
            session.delete(row)

    def messages(self, session: Session) -> list[Message]:
        doable, _refused = _Parts(session, self.subjects).tried()
        return [message for command, _ in doable for message in command.messages(session)]

    def aims(self, session: Session) -> tuple[KpiAim, ...]:
        doable, _refused = _Parts(session, self.subjects).tried()
        return tuple(aim for command, _ in doable for aim in command.aims(session))

    @staticmethod
    def takes_back(message: Message) -> Message | None:
        return taken_back(message)


class _Parts:
    """The commands that bring things back, newest things first."""

    def __init__(self, session: Session, subjects: Sequence[tuple[str, str]]) -> None:
        wanted = set(subjects)
        self._session = session
        self.rows = [
            row
            for row in session.scalars(
                select(Override).order_by(Override.since.desc(), Override.title)
            )
            if (row.subject, row.aspect) in wanted
        ]
        self.gone: list[Override] = []
        #: Each with what it brings back, in words.
        self.all: list[tuple[Command, str]] = []
        makers: tuple[tuple[str, Callable[[list[Override]], None]], ...] = (
            (OFFER, self._callbacks),
            (DIAL, self._callbacks),
            (STATE, self._channels),
            (MEMBER, self._agents),
            (PENALTY, self._penalties),
        )
        for aspect, make in makers:
            make([row for row in self.rows if row.aspect == aspect])

    def tried(self) -> tuple[list[tuple[Command, Preview]], list[str]]:
        """Those that can be done, with their previews, and why the others cannot."""
        doable: list[tuple[Command, Preview]] = []
        refused: list[str] = []
        for command, _words in self.all:
            for each in self._split(command):
                preview = each.preview(self._session)
                if preview.refused:
                    refused.append(f"{preview.title}: {preview.refused}")
                else:
                    doable.append((each, preview))
        return doable, refused

    def _split(self, command: Command) -> Sequence[Command]:
        """One agent who cannot come back holds up no other."""
        if not isinstance(command, MoveAgents) or not command.preview(self._session).refused:
            return (command,)
        return [replace(command, agent_ids=(agent_id,)) for agent_id in command.agent_ids]

    def _callbacks(self, rows: list[Override]) -> None:
        """All queues whose switch goes the same way at once."""
        by_way: defaultdict[bool, list[int]] = defaultdict(list)
        names: defaultdict[bool, list[str]] = defaultdict(list)
        queues = self._session.execute(
            select(Source.name, Queue.name, Queue.id)
            .join(Source, Source.id == Queue.source_id)
            .order_by(Queue.id)
        )
        by_subject: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for source, name, queue_id in queues if rows else ():
            by_subject[scoped(source, queue_subject(name))].append((queue_id, name))
        for row in rows:
            found = by_subject.get(row.subject, [])
            by_way[row.normal == ON] += [queue_id for queue_id, _ in found]
            names[row.normal == ON] += [name for _, name in found[:1]]
            if not found:
                self.gone.append(row)
        for on, ids in by_way.items():
            if not ids:
                continue
            offers = rows[0].aspect == OFFER
            command = SetCallback(
                offer=on if offers else None, dial=None if offers else on, queue_ids=tuple(ids)
            )
            what = f"callback {'offer' if offers else 'dialling'} {'on' if on else 'off'}"
            self.all.append((command, f"{what} ({listed(names[on])})"))

    def _channels(self, rows: list[Override]) -> None:
        prefix = scoped("", channel_subject(""))
        for row in rows:
            channel = row.subject.removeprefix(prefix)
            if row.normal in STATES:
                self.all.append((SetChannel(channel, row.normal), f"{channel} {row.normal}"))

    def _agents(self, rows: list[Override]) -> None:
        """Those who go the same way go together."""
        if not rows:
            return
        places = self._places()
        ways: defaultdict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        agents: dict[int, Agent] = {}
        for row in rows:
            place = places.get(row.subject)
            if place is None:
                self.gone.append(row)
                continue
            agent, queue_id = place
            ways[agent.id][0 if row.normal == IN else 1].append(queue_id)
            agents[agent.id] = agent
        together: defaultdict[tuple[tuple[int, ...], tuple[int, ...]], list[int]]
        together = defaultdict(list)
        for agent_id, (to, out_of) in ways.items():
            together[tuple(sorted(to)), tuple(sorted(out_of))].append(agent_id)
        names = called(self._session, agents.values())
        for (to, out_of), ids in together.items():
            words = listed([names[agent_id] for agent_id in ids])
            self.all.append((MoveAgents(tuple(ids), to, out_of), words))

    def _penalties(self, rows: list[Override]) -> None:
        """Those who get the same penalty in the same queue get it together."""
        if not rows:
            return
        places = self._members()
        together: defaultdict[tuple[int, int], list[Agent]] = defaultdict(list)
        for row in rows:
            place = places.get(row.subject)
            if place is None or not row.normal.isdecimal():
                self.gone.append(row)
                continue
            together[place[1], int(row.normal)].append(place[0])
        for (queue_id, penalty), agents in together.items():
            names = called(self._session, agents)
            command = SetPenalty(tuple(agent.id for agent in agents), queue_id, penalty)
            self.all.append((command, listed(list(names.values()))))

    def _members(self) -> dict[str, tuple[Agent, int]]:
        """Every agent in every queue of their platform, by each of their names."""
        agents = {agent.id: agent for agent in self._session.scalars(select(Agent))}
        aliases = aliases_of(self._session, agents)
        by_source: defaultdict[int, list[Agent]] = defaultdict(list)
        for agent in agents.values():
            by_source[agent.source_id].append(agent)
        queues = self._session.execute(
            select(Queue.id, Queue.name, Queue.source_id, Source.name).join(
                Source, Source.id == Queue.source_id
            )
        )
        return {
            scoped(source, agent_subject(queue, alias)): (agent, queue_id)
            for queue_id, queue, source_id, source in queues
            for agent in by_source[source_id]
            for alias in aliases[agent.id]
        }

    def _places(self) -> dict[str, tuple[Agent, int]]:
        """Every subject by which an agent who was ever sent to a queue may be known."""
        session = self._session
        rows = session.execute(
            select(Agent, Queue.id, Queue.name, Source.name, Queue.source_id)
            .join(Placement, Placement.agent_id == Agent.id)
            .join(Queue, Queue.id == Placement.queue_id)
            .join(Source, Source.id == Queue.source_id)
        ).all()
        people = People(session, {agent.id: agent for agent, *_ in rows})
        aliases = aliases_of(session, people.agents)
        found: dict[str, tuple[Agent, int]] = {}
        for agent, queue_id, queue, source, source_id in rows:
            seat = people.seat(agent.id, source_id)
            if seat is None:
                continue
            # Whoever was sent to another platform is called there by the roster, and as it has
            # shown them since.
            texts = {text for text in names_of(seat.account) if text} if seat.account else set()
            if seat.account is None:
                texts = aliases[seat.agent.id]
            for text in texts:
                found[scoped(source, agent_subject(queue, text))] = (agent, queue_id)
        return found
