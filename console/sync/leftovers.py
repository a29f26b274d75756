"""Queues and agents that nothing names any more: as if what named them had never been read.

Files say of the same contact first this and then that. A queue or an agent that only an older copy
named must not stay behind, or the rows would tell in which order the copies came.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from console.store.tables import (
    Agent,
    AgentAlias,
    AgentInterval,
    Leg,
    Placement,
    Promise,
    Queue,
    Said,
    Snapshot,
    Ticket,
    TicketStep,
)

#: What is said of an agent has this before the agent's id.
AGENT = "agent:"

_NAME_AGENTS = (AgentInterval, Leg, Placement, Ticket, TicketStep)
_NAME_QUEUES = (Leg, AgentInterval, Promise, Placement, Ticket, Snapshot)


class Leftovers:
    """What rows that go away named, of one transaction, against what rows that come name."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loose: dict[type[Queue | Agent], set[int]] = {Queue: set(), Agent: set()}
        self._held: dict[type[Queue | Agent], set[int]] = {Queue: set(), Agent: set()}
        self.hold_queue = self._held[Queue].add
        self.hold_agent = self._held[Agent].add

    def loosen(self, table: type[Queue | Agent], ids: Iterable[int]) -> None:
        ids = set(ids)
        self._loose[table] |= ids
        self._held[table] -= ids

    def loosen_named(
        self,
        table: type[Queue | Agent],
        column: InstrumentedAttribute[Any],
        where: ColumnElement[bool],
    ) -> Sequence[int]:
        """The ids that rows name which are about to go away."""
        query = select(column).where(where, column.is_not(None)).distinct()
        ids: Sequence[int] = self._session.scalars(query).all()
        self.loosen(table, ids)
        return ids

    def drop(self) -> tuple[set[int], set[int]]:
        """Forget those that nothing names: the ids of the queues and of the agents that went."""
        queues = self._loose[Queue] - self._held[Queue]
        agents = self._loose[Agent] - self._held[Agent]
        return (
            {each for each in queues if drop_queue(self._session, each)},
            {each for each in agents if drop_agent(self._session, each)},
        )


def drop_queue(session: Session, queue_id: int) -> bool:
    """Forget a queue of which nothing is told, and of which nobody has said anything."""
    for table in _NAME_QUEUES:
        if session.scalar(select(1).where(table.queue_id == queue_id).limit(1)):
            return False
    queue = session.get(Queue, queue_id)
    if queue is None or queue.callback_offer is not None or queue.callback_dial is not None:
        return False
    session.expunge(queue)
    session.execute(delete(Queue).where(Queue.id == queue_id))
    return True


def drop_agent(session: Session, agent_id: int) -> bool:
    """Forget an agent of whom nothing is told."""
    for table in _NAME_AGENTS:
        if session.scalar(select(1).where(table.agent_id == agent_id).limit(1)):
            return False
    agent = session.get(Agent, agent_id)
    if agent is None:
        return False
    said = (Said.source_id == agent.source_id, Said.subject == f"{AGENT}{agent.ref}")
    if session.scalar(select(1).where(*said).limit(1)):
        return False
    ties = session.scalars(select(AgentAlias).where(AgentAlias.agent_id == agent_id)).all()
    if any(tie.alias != agent.ref for tie in ties):
        return False
    for tie in ties:
        session.delete(tie)
    session.flush()
    session.delete(agent)
    session.flush()
    return True


__all__ = ["AGENT", "Leftovers", "drop_agent", "drop_queue"]
