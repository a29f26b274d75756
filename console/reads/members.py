"""Which agents serve which queues, and how we know."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.times import HOUR, now_us
from console.store.tables import AgentInterval, Contact, Leg, Source

#: The source said so, and can take the agent out again.
ADDED = "added"
#: Takes contacts or pauses there without ever having been added: in the platform's configuration.
SERVES = "serves"
#: Was taken out.
REMOVED = "removed"

#: An agent who took a contact of a queue within this time serves it, unless taken out since.
SERVES_FOR = 12 * HOUR
#: A contact that lasts longer than this has lost its end.
LOST_END = 24 * HOUR
# The most that every database takes as parameters of one statement, with room to spare.
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Membership:
    standing: str
    paused: bool


def memberships(session: Session, agent_ids: Collection[int]) -> dict[int, dict[int, Membership]]:
    """For each agent, each queue of which anything is known."""
    now = newest(session)
    found: dict[int, dict[int, Membership]] = {agent_id: {} for agent_id in agent_ids}
    for ids in _chunks(agent_ids):
        left = _ended(session, ids)
        served = _served(session, ids, now)
        paused = _open(session, ids, "pause")
        added = _open(session, ids, "member")
        for key in {*left, *served, *paused, *added}:
            agent_id, queue_id = key
            if key in added:
                standing = ADDED
            elif key in paused:
                standing = SERVES
            elif key in left:
                at, by = left[key]
                # A restart takes nobody out for good: persistent members come back unsaid.
                standing = REMOVED if by == "REMOVEMEMBER" else ADDED
                if standing == REMOVED and served.get(key, 0) > at:
                    standing = SERVES
            else:
                standing = SERVES
            found[agent_id][queue_id] = Membership(standing, key in paused)
    return found


def serving(session: Session, queue_ids: Collection[int]) -> dict[int, set[int]]:
    """The agents who serve each of these queues, as far as is known."""
    now = newest(session)
    agents: set[int] = set()
    for ids in _chunks(queue_ids):
        agents.update(
            session.scalars(
                select(AgentInterval.agent_id).where(
                    AgentInterval.ended_at.is_(None), AgentInterval.queue_id.in_(ids)
                )
            )
        )
        agents.update(
            agent_id
            for agent_id in session.scalars(
                select(Leg.agent_id)
                .where(Leg.queue_id.in_(ids), Leg.entered_at >= now - SERVES_FOR)
                .distinct()
            )
            if agent_id is not None
        )
    known = memberships(session, agents)
    return {
        queue_id: {
            agent_id
            for agent_id, queues in known.items()
            if queue_id in queues and queues[queue_id].standing != REMOVED
        }
        for queue_id in queue_ids
    }


def contacts_of(session: Session, agent_ids: Collection[int]) -> dict[int, str]:
    """The contact that each agent is on, by the source's own id; the others are missing."""
    now = newest(session)
    found: dict[int, str] = {}
    for ids in _chunks(agent_ids):
        rows = session.execute(
            select(Leg.agent_id, Contact.ref)
            .join(Contact, Contact.id == Leg.contact_id)
            .where(
                Leg.agent_id.in_(ids),
                Leg.connected_at.is_not(None),
                Leg.connected_at >= now - LOST_END,
                Leg.ended_at.is_(None),
            )
            .order_by(Leg.connected_at)
        )
        found.update((agent_id, ref) for agent_id, ref in rows if agent_id is not None)
    return found


def newest(session: Session) -> int:
    """The newest stamp of any source: a console that reads old exports lives in their time."""
    return session.scalar(select(func.max(Source.last_at))) or now_us()


Key = tuple[int, int]


def _open(session: Session, ids: list[int], kind: str) -> set[Key]:
    rows = session.execute(
        select(AgentInterval.agent_id, AgentInterval.queue_id).where(
            AgentInterval.agent_id.in_(ids),
            AgentInterval.kind == kind,
            AgentInterval.queue_id.is_not(None),
            AgentInterval.ended_at.is_(None),
        )
    )
    return {(agent_id, queue_id) for agent_id, queue_id in rows if queue_id is not None}


def _ended(session: Session, ids: list[int]) -> dict[Key, tuple[int, str]]:
    rows = session.execute(
        select(
            AgentInterval.agent_id,
            AgentInterval.queue_id,
            AgentInterval.ended_at,
            AgentInterval.ended_by,
        )
        .where(
            AgentInterval.agent_id.in_(ids),
            AgentInterval.kind == "member",
            AgentInterval.queue_id.is_not(None),
            AgentInterval.ended_at.is_not(None),
        )
        .order_by(AgentInterval.ended_at)
    )
    return {
        (agent_id, queue_id): (ended_at, ended_by)
        for agent_id, queue_id, ended_at, ended_by in rows
        if queue_id is not None and ended_at is not None
    }


def _served(session: Session, ids: list[int], now: int) -> dict[Key, int]:
    rows = session.execute(
        select(Leg.agent_id, Leg.queue_id, func.max(Leg.connected_at))
        .where(Leg.agent_id.in_(ids), Leg.connected_at >= now - SERVES_FOR)
        .group_by(Leg.agent_id, Leg.queue_id)
    )
    return {(agent_id, queue_id): at for agent_id, queue_id, at in rows if agent_id is not None}


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[n : n + _CHUNK] for n in range(0, len(ordered), _CHUNK))
