"""Which agents serve which queues, and what it takes to have them leave."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.times import SECOND, now_us
from console.reads import board
from console.reads.agents import conditions
from console.settings import Settings
from console.store import dialect
from console.store.tables import AgentInterval, Leg, Source

#: The source said so, and can take the agent out again.
ADDED = "added"
#: Takes contacts or pauses there without ever having been added: in the platform's configuration.
SERVES = "serves"
#: Was added once, and taken out.
REMOVED = "removed"

# Who serves a queue is told by the same rule as on the board.
_SETTINGS = Settings()


@dataclass(frozen=True, slots=True)
class Membership:
    standing: str
    paused: bool
    configured: bool = False  # by the platform's configuration: nobody can take them out


@dataclass(frozen=True, slots=True)
class Standing:
    """An agent's queues, of which anything is known, by id; and the contact they are on."""

    queues: dict[int, Membership] = field(default_factory=lambda: {})
    contact: str | None = None


def standings(session: Session, agent_ids: Collection[int]) -> dict[int, Standing]:
    """How these agents stand, as of the newest export."""
    found: dict[int, Standing] = {}
    for agent_id, now in conditions(session, newest(session), _SETTINGS, agent_ids).items():
        queues = {queue_id: REMOVED for queue_id in now.dynamic}
        queues |= {queue_id: SERVES for queue_id in now.seen if queue_id not in now.dynamic}
        queues |= {queue_id: ADDED for queue_id in now.member}
        found[agent_id] = Standing(
            {q: Membership(standing, q in now.pauses) for q, standing in queues.items()},
            min(now.contacts)[1] if now.contacts else None,
        )
    return found


def serving(session: Session, queue_ids: Collection[int]) -> dict[int, set[int]]:
    """The agents who serve each of these queues, as far as is known."""
    ids = dialect.many(session, list(queue_ids))
    since = newest(session) - _SETTINGS.quiet_member_s * SECOND
    agents = set(
        session.scalars(
            select(AgentInterval.agent_id).where(
                AgentInterval.ended_at.is_(None), AgentInterval.queue_id.in_(ids)
            )
        )
    )
    served = select(Leg.agent_id).where(Leg.queue_id.in_(ids), Leg.entered_at >= since).distinct()
    agents.update(agent_id for agent_id in session.scalars(served) if agent_id is not None)
    known = standings(session, agents)
    return {
        queue_id: {
            agent_id
            for agent_id, standing in known.items()
            if queue_id in standing.queues and standing.queues[queue_id].standing != REMOVED
        }
        for queue_id in queue_ids
    }


def waiting(session: Session) -> dict[int, int]:
    """How many contacts wait in each queue; a queue where none does is missing."""
    found = board.waiting(session, newest(session), _SETTINGS, live=True)
    return {queue_id: len(callers) for queue_id, callers in found.callers.items()}


def talking(session: Session, queue_ids: Collection[int]) -> int:
    """How many contacts of these queues are with an agent."""
    since = newest(session) - _SETTINGS.lost_end_s * SECOND
    return (
        session.scalar(
            select(func.count())
            .select_from(Leg)
            .where(
                Leg.queue_id.in_(dialect.many(session, list(queue_ids))),
                Leg.ended_at.is_(None),
                Leg.connected_at > since,
            )
        )
        or 0
    )


def newest(session: Session) -> int:
    """The newest stamp of any source: a console that reads old exports lives in their time."""
    return session.scalar(select(func.max(Source.last_at))) or now_us()
