"""Who serves what: people, and agents whom no roster knows, with their shares of channels."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.messages import MEMBER
from console.domain.roster import Person
from console.domain.times import DAY
from console.reads.agent_time import MEMBER as MEMBERSHIP
from console.reads.person_joins import person_of
from console.reads.presence import hours_of_work, scaled
from console.reads.roster import people
from console.store.tables import Agent, AgentInterval, Override, Placement, Queue

Weights = Mapping[str, float]

#: What part of their work each channel was: by the last two days, else by the last two weeks.
_WORKED = (2 * DAY, 14 * DAY)


@dataclass(slots=True)
class Unit:
    """A person, or an agent whom no roster knows, and what part of them is for each channel."""

    person: str
    agents: list[int]
    shares: Weights


def units_of(
    session: Session, now: int, channels: tuple[str, ...], hours_of: Mapping[str, float]
) -> tuple[list[Unit], int]:
    """Everybody, and how many were left out since nobody knows what they serve."""
    ids = list(session.scalars(select(Agent.id)))
    work = hours_of_work(session, ids, now - _WORKED[1], now - _WORKED[0], now, hours_of)
    channel_of = {id: channel for id, channel in session.execute(select(Queue.id, Queue.channel))}
    member = _memberships(session, now, channel_of)
    joined = {agent: join.person for (_s, agent), join in person_of(session).items()}
    staff = {person.id: person for person in people(session)}
    groups: dict[str, list[int]] = {person: [] for person in staff}
    alone: list[list[int]] = []
    for agent in ids:
        person = joined.get(agent)
        if person in groups:
            groups[person].append(agent)
        else:
            alone.append([agent])
    named = channels_by_name(session)
    moves = _moves(session, channel_of)
    units: list[Unit] = []
    lost = 0
    for person, agents in [*groups.items(), *(("", agents) for agents in alone)]:
        shares = _shares(agents, work, member) or _stated(staff.get(person), named)
        for agent in agents:
            shares = _moved(shares, moves.get(agent, ()))
        shares = {name: share for name, share in shares.items() if name in channels}
        if shares:
            units.append(Unit(person, agents, scaled(shares)))
        elif not person and any(agent in work or agent in member for agent in agents):
            lost += 1
    return units, lost


def _shares(
    agents: Sequence[int], work: Mapping[int, Weights], member: Mapping[int, set[str]]
) -> dict[str, float]:
    """By what they did; where that is nothing, evenly over what they are members of."""
    found: Counter[str] = Counter()
    for agent in agents:
        found.update(work.get(agent, {}))
    if not found:
        found.update(name for agent in agents for name in member.get(agent, ()))
    return scaled(dict(found))


def _stated(person: Person | None, named: Mapping[str, str]) -> dict[str, float]:
    """By what the roster says of them: their home queue, else their skills."""
    if person is None:
        return {}
    if home := named.get(person.home_queue.casefold()):
        return {home: 1.0}
    known = {
        named[n.casefold()] for n, level in person.skills if level != 0 and n.casefold() in named
    }
    return scaled(dict.fromkeys(known, 1.0))


def channels_by_name(session: Session) -> dict[str, str]:
    """Channels by the names of their queues and their own, in small letters."""
    found: dict[str, str] = {}
    for name, channel in session.execute(select(Queue.name, Queue.channel)):
        found[name.casefold()] = found[channel.casefold()] = channel
    return found


def _memberships(session: Session, now: int, channel_of: Mapping[int, str]) -> dict[int, set[str]]:
    span = AgentInterval
    found: dict[int, set[str]] = defaultdict(set)
    for agent, queue in session.execute(
        select(span.agent_id, span.queue_id)
        .where(
            span.contact_id.is_(None),
            span.kind == MEMBERSHIP,
            span.queue_id.is_not(None),
            span.started_at <= now,
        )
        .distinct()
    ).tuples():
        if queue is not None and queue in channel_of:
            found[agent].add(channel_of[queue])
    return found


def _moves(session: Session, channel_of: Mapping[int, str]) -> dict[int, list[tuple[str, bool]]]:
    """Where agents were sent by hand and still are: channel, in or out of it."""
    standing = session.scalar(
        select(func.count()).select_from(Override).where(Override.aspect == MEMBER)
    )
    found: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    if standing:
        for row in session.scalars(select(Placement)):
            if row.queue_id in channel_of:
                found[row.agent_id].append((channel_of[row.queue_id], row.wanted))
    return found


def _moved(shares: Weights, moves: Iterable[tuple[str, bool]]) -> dict[str, float]:
    """Out of a channel only where they are in none of its queues; in a new one as in the others."""
    into = {channel for channel, wanted in moves if wanted}
    out = {channel for channel, wanted in moves if not wanted} - into
    kept = {name: share for name, share in shares.items() if name not in out}
    for channel in into - kept.keys():
        kept[channel] = sum(kept.values()) / len(kept) if kept else 1.0
    return scaled(kept)


__all__ = ["Unit", "Weights", "channels_by_name", "units_of"]
