"""Who was there to serve, at many instants of the past: by memberships, logins and pauses.

Sampled, not swept: of two weeks and two thousand agents a screen wants to know how many were there
in each quarter of an hour. Brings numpy: import it where it is used.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from console.domain.times import DAY, MINUTE
from console.reads.agent_time import LOGIN, MEMBER, PAUSE
from console.store import dialect
from console.store.tables import AgentInterval, Leg, Queue, Source

SAMPLE = 5 * MINUTE
#: A membership that began earlier and still holds is found all the same; a pause is not.
_LOOK_BACK = 8 * DAY
#: Of agents whose presence nobody writes down: between two contacts this far apart they were there.
_BETWEEN = 45 * MINUTE

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """`there` is agents by samples of `SAMPLE` from `from_at` on: able to serve, not paused.

    `told` are the agents of whom memberships or logins are written; of the others it is known from
    their contacts only.
    """

    from_at: int
    agents: tuple[int, ...]
    there: Flags
    told: frozenset[int]


def presence(session: Session, agents: Collection[int], from_at: int, to_at: int) -> Presence:
    """Of these agents in [from_at, to_at), from what is known as of `to_at`."""
    ids = tuple(sorted(agents))
    size = max(0, -(-(to_at - from_at) // SAMPLE))
    row_of = {agent: row for row, agent in enumerate(ids)}
    there = np.zeros((len(ids), size), np.bool_)
    told: set[int] = set()
    if not ids or not size:
        return Presence(from_at, ids, there, frozenset())
    known_to = dict(session.execute(select(Source.id, Source.last_at)).tuples().all())

    def place(at: int) -> int:
        return max(0, min(size, -(-(at - from_at) // SAMPLE)))

    spans: dict[int, list[tuple[str, int | None, int, int]]] = defaultdict(list)
    for agent, source, kind, queue, began, ended in _intervals(session, ids, from_at, to_at):
        if ended is None:
            ended = max(began, min(to_at, known_to.get(source) or to_at))
        spans[agent].append((kind, queue, place(began), place(ended)))
    for agent, of_agent in spans.items():
        row = there[row_of[agent]]
        if any(kind != PAUSE for kind, *_ in of_agent):
            told.add(agent)
            row[:] = _reachable(of_agent, size)
    served = [agent for agent in ids if agent not in told]
    for agent, began, ended in _bouts(session, served, from_at, to_at):
        there[row_of[agent], place(began) : place(ended)] = True
    for agent in served:
        for _kind, _queue, first, last in spans.get(agent, ()):
            there[row_of[agent], first:last] = False
    return Presence(from_at, ids, there, frozenset(told))


def _reachable(spans: Iterable[tuple[str, int | None, int, int]], size: int) -> Flags:
    """Where there is a queue in which the agent is and is not paused; a login is one for all."""
    members: dict[int | None, Flags] = {}
    pauses: dict[int | None, Flags] = {}
    for kind, queue, first, last in spans:
        held = pauses if kind == PAUSE else members
        if queue not in held:
            held[queue] = np.zeros(size, np.bool_)
        held[queue][first:last] = True
    everywhere = pauses.pop(None, None)
    found = np.zeros(size, np.bool_)
    for queue, inside in members.items():
        if queue is None:
            # Paused in some queue, where nobody knows which there are: taken for all.
            for paused in pauses.values():
                inside = inside & ~paused
        elif queue in pauses:
            inside = inside & ~pauses[queue]
        found |= inside
    return found if everywhere is None else found & ~everywhere


def _intervals(
    session: Session, ids: tuple[int, ...], from_at: int, to_at: int
) -> Iterator[tuple[int, int, str, int | None, int, int | None]]:
    span = AgentInterval
    columns = (
        span.agent_id, span.source_id, span.kind, span.queue_id, span.started_at, span.ended_at,
    )  # fmt: skip
    lasting = (span.contact_id.is_(None), span.kind.in_((MEMBER, LOGIN, PAUSE)))
    own = span.agent_id.in_(dialect.many(session, list(ids)))
    recent = (
        span.started_at >= from_at - _LOOK_BACK,
        span.started_at < to_at,
        or_(span.ended_at.is_(None), span.ended_at > from_at),
    )
    older = (span.started_at < from_at - _LOOK_BACK, span.ended_at.is_(None))
    for which in (recent, older):
        for agent, source, kind, queue, began, ended in session.execute(
            select(*columns).where(own, *lasting, *which)
        ).tuples():
            yield agent, source, kind, queue, began, None if ended and ended > to_at else ended


def _bouts(
    session: Session, ids: list[int], from_at: int, to_at: int
) -> Iterator[tuple[int, int, int]]:
    """Stretches of work of agents: contacts that follow each other."""
    if not ids:
        return
    last: tuple[int, int, int] | None = None
    for agent, began, ended in session.execute(
        select(Leg.agent_id, Leg.connected_at, Leg.ended_at + func.coalesce(Leg.wrapup_us, 0))
        .where(
            Leg.agent_id.is_not(None),
            Leg.agent_id.in_(dialect.many(session, ids)),
            Leg.connected_at >= from_at - DAY,
            Leg.connected_at < to_at,
            Leg.talk_us.is_not(None),
        )
        .order_by(Leg.agent_id, Leg.connected_at)
    ).tuples():
        if agent is None or began is None:
            continue
        ended = min(to_at, ended or to_at)
        if last is not None and last[0] == agent and began <= last[2] + _BETWEEN:
            last = (agent, last[1], max(last[2], ended))
            continue
        if last is not None:
            yield last
        last = (agent, began, ended)
    if last is not None:
        yield last


def hours_of_work(
    session: Session,
    agents: Collection[int],
    since: int,
    lately: int,
    until: int,
    hours_of: Mapping[str, float],
) -> dict[int, dict[str, float]]:
    """Each agent's hours of work by channel, in contacts begun since `lately`; where there are
    none, in those since `since`.

    `hours_of` is the agent's time that a contact of a channel takes; those without one are left
    out. Agents without a contact are not among the answer.
    """
    channel_of = {id: channel for id, channel in session.execute(select(Queue.id, Queue.channel))}
    recent: dict[int, dict[str, float]] = defaultdict(dict)
    whole: dict[int, dict[str, float]] = defaultdict(dict)
    for agent, queue, number, newest in session.execute(
        select(
            Leg.agent_id,
            Leg.queue_id,
            func.count(),
            func.sum(dialect.as_number(Leg.connected_at >= lately)),
        )
        .where(
            Leg.agent_id.is_not(None),
            Leg.agent_id.in_(dialect.many(session, sorted(agents))),
            Leg.connected_at >= since,
            Leg.connected_at < until,
        )
        .group_by(Leg.agent_id, Leg.queue_id)
    ).tuples():
        channel = channel_of.get(queue or 0, "")
        if agent is None or channel not in hours_of:
            continue
        for found, count in ((whole, number), (recent, int(newest or 0))):
            if count:
                before = found[agent].get(channel, 0.0)
                found[agent][channel] = before + count * hours_of[channel]
    return dict(whole) | dict(recent)


def scaled(shares: dict[str, float]) -> dict[str, float]:
    """The same, so that they make 1; nothing of nothing."""
    whole = sum(shares.values())
    return {name: value / whole for name, value in shares.items()} if whole > 0.0 else {}


__all__ = ["SAMPLE", "Presence", "hours_of_work", "presence", "scaled"]
