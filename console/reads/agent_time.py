"""What each agent's time went into: stretches that overlap, are open or cross buckets, made apart.

One agent at a time is swept from edge to edge; between two edges nothing changes, so each piece of
time is given its meaning once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from console.domain.facts import ANSWERED
from console.domain.times import DAY
from console.reads.buckets import Bucket
from console.store.tables import Agent, AgentInterval, Leg, Source

LOGIN = "login"
MEMBER = "member"
PAUSE = "pause"
RING = "ring"
WRAPUP = "wrapup"
CONTACT = "contact"
#: What an Asterisk calls the end of a ring that was answered, and the begin of a wrap-up.
RANG = "CONNECT"
WRAPPED = "WRAPUPSTART"

#: A ring, a wrap-up or a conversation is taken to be shorter than this.
_LONGEST = DAY
#: Agents whose stretches are held at a time.
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one agent's time, cut to the range. `queue_id` None: in all queues.

    `began_at` and `length` are those of the whole stretch, before the cut.
    """

    kind: str
    queue_id: int | None
    started_at: int
    ended_at: int
    word: str = ""
    ended_by: str = ""
    began_at: int = 0
    length: int = 0


@dataclass(slots=True)
class QueueTime:
    """An agent's time in one queue, microseconds."""

    login: int = 0
    member: int = 0
    pause: int = 0
    wrapup: int = 0


@dataclass(slots=True)
class AgentTime:
    """One agent's time in one bucket, microseconds. `pauses` is by the source's reason."""

    login: int = 0
    member: int = 0
    staffed: int = 0
    pause: int = 0
    ready: int = 0
    available: int = 0
    on_contact: int = 0
    busy: int = 0
    ring: int = 0
    wrapup: int = 0
    pauses: dict[str, int] = field(default_factory=lambda: {})
    queues: dict[int, QueueTime] = field(default_factory=lambda: {})


@dataclass(frozen=True, slots=True)
class Known:
    """The kinds of stretches that the source writes of an agent."""

    kinds: frozenset[str] = frozenset()

    @property
    def staffing(self) -> str | None:
        return next((kind for kind in (LOGIN, MEMBER) if kind in self.kinds), None)


@dataclass(slots=True)
class _State:
    """What holds between two edges."""

    login: int = 0
    ring: int = 0
    contact: int = 0
    members: dict[int, int] = field(default_factory=lambda: {})
    pauses: dict[int | None, list[str]] = field(default_factory=lambda: {})
    wrapups: dict[int | None, int] = field(default_factory=lambda: {})

    @property
    def holds(self) -> bool:
        """Whether anything is the case at all."""
        return bool(
            self.login or self.ring or self.contact or self.members or self.pauses or self.wrapups
        )

    def change(self, stretch: Stretch, step: int) -> None:
        if stretch.kind == LOGIN:
            self.login += step
        elif stretch.kind == RING:
            self.ring += step
        elif stretch.kind == CONTACT:
            self.contact += step
        elif stretch.kind == MEMBER and stretch.queue_id is not None:
            _count(self.members, stretch.queue_id, step)
        elif stretch.kind == WRAPUP:
            _count(self.wrapups, stretch.queue_id, step)
        elif stretch.kind == PAUSE:
            words = self.pauses.setdefault(stretch.queue_id, [])
            if step > 0:
                words.append(stretch.word)
            else:
                words.remove(stretch.word)
                if not words:
                    del self.pauses[stretch.queue_id]

    @property
    def paused(self) -> str | None:
        """The reason of a pause in all queues; None while the agent can be reached in one.

        Where no membership is known, a pause in any queue is taken for one in all.
        """
        everywhere = self.pauses.get(None)
        if everywhere:
            return everywhere[-1]
        if self.pauses and all(queue in self.pauses for queue in self.members):
            return next(reversed(self.pauses.values()))[-1]
        return None


def _count(counts: dict[Any, int], key: int | None, step: int) -> None:
    left = counts.get(key, 0) + step
    if left:
        counts[key] = left
    else:
        del counts[key]


def times_of(
    stretches: Sequence[Stretch], buckets: Sequence[Bucket], known: Known
) -> dict[int, AgentTime]:
    """One agent's time by the place of its bucket; buckets in which nothing was are left out."""
    edges: list[tuple[int, int, Stretch]] = []
    for stretch in stretches:
        if stretch.started_at < stretch.ended_at:
            edges.append((stretch.started_at, 1, stretch))
            edges.append((stretch.ended_at, -1, stretch))
    edges.sort(key=itemgetter(0))
    windows = [(a, b, place) for place, bucket in enumerate(buckets) for a, b in bucket.windows]
    state = _State()
    staffing = known.staffing
    found: dict[int, AgentTime] = {}
    first = 0
    since = 0
    for at, group in groupby(edges, key=itemgetter(0)):
        while first < len(windows) and windows[first][1] <= since:
            first += 1
        next_one = first if state.holds else len(windows)
        while next_one < len(windows) and windows[next_one][0] < at:
            opens, closes, place = windows[next_one]
            length = min(at, closes) - max(since, opens)
            if length > 0:
                time = found.get(place)
                if time is None:
                    time = found[place] = AgentTime()
                _add(time, state, length, staffing)
            next_one += 1
        for _at, step, stretch in group:
            state.change(stretch, step)
        since = at
    return found


def _add(time: AgentTime, state: _State, length: int, staffing: str | None) -> None:
    reason = state.paused if state.pauses else None
    busy = state.contact > 0 or bool(state.wrapups)
    staffed = state.login > 0 if staffing == LOGIN else staffing == MEMBER and bool(state.members)
    time.login += length if state.login else 0
    time.member += length if state.members else 0
    time.on_contact += length if state.contact else 0
    time.ring += length if state.ring else 0
    time.wrapup += length if state.wrapups else 0
    if reason is not None:
        time.pause += length
        time.pauses[reason] = time.pauses.get(reason, 0) + length
    if staffed:
        time.staffed += length
        time.busy += length if busy else 0
        time.ready += length if busy or reason is None else 0
        time.available += length if not busy and reason is None and not state.ring else 0
    for queue_id in state.members:
        queue = time.queues.setdefault(queue_id, QueueTime())
        queue.member += length
        queue.login += length if state.login else 0
    for queue_id in state.pauses.keys() | (state.members.keys() if None in state.pauses else ()):
        if queue_id is not None:
            time.queues.setdefault(queue_id, QueueTime()).pause += length
    for queue_id in state.wrapups:
        if queue_id is not None:
            time.queues.setdefault(queue_id, QueueTime()).wrapup += length


def known_kinds(session: Session) -> dict[int, Known]:
    """Per agent, the kinds that were ever written of it."""
    a = AgentInterval
    written = select(a.agent_id, a.kind).where(a.kind.in_((LOGIN, MEMBER, PAUSE, WRAPUP)))
    kinds: dict[int, set[str]] = {}
    for agent_id, kind in session.execute(written.distinct()).tuples():
        kinds.setdefault(agent_id, set()).add(kind)
    wrapped = select(Leg.agent_id).where(Leg.wrapup_us.is_not(None), Leg.agent_id.is_not(None))
    for agent_id in session.scalars(wrapped.distinct()):
        kinds.setdefault(agent_id or 0, set()).add(WRAPUP)
    return {agent_id: Known(frozenset(kinds)) for agent_id, kinds in kinds.items()}


def stretches_by_agent(
    session: Session, from_at: int, to_at: int, open_to_end: bool
) -> Iterator[tuple[int, list[Stretch]]]:
    """(agent, its stretches that touch the range), a few agents at a time.

    What is still open runs to the range's end, but not past the newest stamp of its source: after
    that nothing is known. With `open_to_end` it runs on to the range's end.
    """
    last = dict(session.execute(select(Source.id, Source.last_at)).tuples().all())

    def stretch(row: _Row) -> Stretch:
        _agent, source_id, kind, queue_id, began_at, ended_at, word, ended_by = row
        if ended_at is None:
            known_to = last.get(source_id)
            ended_at = to_at if open_to_end or known_to is None else max(began_at, known_to)
        return Stretch(
            kind,
            queue_id,
            max(began_at, from_at),
            min(ended_at, to_at),
            word,
            ended_by,
            began_at,
            ended_at - began_at,
        )

    older: dict[int, list[_Row]] = {}
    for row in _older_rows(session, from_at):
        older.setdefault(row[0], []).append(row)
    ids = list(session.scalars(select(Agent.id).order_by(Agent.id)))
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        rows: dict[int, list[_Row]] = {agent_id: older.get(agent_id, []) for agent_id in some}
        for row in _recent_rows(session, some, from_at, to_at):
            rows[row[0]].append(row)
        for row in _talk_rows(session, some, from_at, to_at):
            rows[row[0]].append(row)
        for agent_id, found in rows.items():
            if found:
                yield agent_id, [stretch(row) for row in found]


#: agent, source, kind, queue, start, end, the source's word, the row that ended it
_Row = tuple[int, int, str, int | None, int, int | None, str, str]


def _columns() -> Select[_Row]:
    a = AgentInterval
    return select(
        a.agent_id,
        a.source_id,
        a.kind,
        a.queue_id,
        a.started_at,
        a.ended_at,
        a.source_state,
        a.ended_by,
    )


def _recent_rows(
    session: Session, agent_ids: Sequence[int], from_at: int, to_at: int
) -> Iterable[_Row]:
    a = AgentInterval
    return session.execute(
        _columns().where(
            a.agent_id.in_(agent_ids),
            a.started_at >= from_at - _LONGEST,
            a.started_at < to_at,
            or_(a.ended_at > from_at, a.ended_at.is_(None)),
        )
    ).tuples()


def _older_rows(session: Session, from_at: int) -> Iterable[_Row]:
    """Memberships, logins and pauses can last for weeks."""
    a = AgentInterval
    return session.execute(
        _columns().where(
            a.kind.in_((LOGIN, MEMBER, PAUSE)),
            a.started_at < from_at - _LONGEST,
            or_(a.ended_at > from_at, a.ended_at.is_(None)),
        )
    ).tuples()


def _talk_rows(
    session: Session, agent_ids: Sequence[int], from_at: int, to_at: int
) -> Iterable[_Row]:
    """Conversations, with the ringing before and the wrap-up after them."""
    rows = session.execute(
        select(
            Leg.agent_id, Leg.source_id, Leg.queue_id, Leg.connected_at, Leg.ended_at,
            Leg.outcome == ANSWERED, Leg.ring_us, Leg.wrapup_us,
        ).where(
            Leg.agent_id.in_(agent_ids),
            Leg.connected_at >= from_at - _LONGEST,
            Leg.connected_at < to_at + _LONGEST,
            Leg.connected_at - func.coalesce(Leg.ring_us, 0) < to_at,
            or_(
                Leg.ended_at + func.coalesce(Leg.wrapup_us, 0) > from_at, Leg.ended_at.is_(None)
            ),
        )
    ).tuples()  # fmt: skip
    for agent_id, source_id, queue_id, began_at, ended_at, answered, ring, wrapup in rows:
        if agent_id is None or began_at is None:
            continue
        who = (agent_id, source_id)
        if answered and began_at < to_at and (ended_at is None or ended_at > from_at):
            yield *who, CONTACT, queue_id, began_at, ended_at, "", ""
        if ring and began_at > from_at:
            yield *who, RING, queue_id, began_at - ring, began_at, RANG, RANG
        if wrapup and ended_at is not None and ended_at < to_at:
            yield *who, WRAPUP, queue_id, ended_at, ended_at + wrapup, WRAPPED, WRAPPED
