"""The KPIs of each queue, channel or agent, bucket by bucket."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.times import SECOND, iso
from console.kpis import CATALOG
from console.kpis.kpi import seconds
from console.kpis.sums import Sums
from console.reads.agent_time import (
    LOGIN,
    MEMBER,
    RING,
    WRAPUP,
    AgentTime,
    Known,
    QueueTime,
    known_kinds,
    stretches_by_agent,
    times_of,
)
from console.reads.buckets import Bucket, OpeningHours, buckets_of
from console.reads.tallies import Places, Tally, Thresholds, agent_tallies, queue_tallies
from console.store.tables import Agent, AgentInterval, Queue, Source

QUEUE = "queue"
AGENT = "agent"
CHANNEL = "channel"
BY = (QUEUE, AGENT, CHANNEL)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    `by` is one of BY, `interval` one of buckets.INTERVALS. `service_level_s` and `short_abandon_s`
    are thresholds in seconds, both included. `qos` are wait thresholds in seconds, growing; they
    make wait classes [0, a), [a, b), … [z, ∞). `open_to_end`: what an agent had open at the
    source's last word is taken to last to the range's end.
    """

    from_at: int
    to_at: int
    interval: str = "none"
    by: str = QUEUE
    zone: ZoneInfo = ZoneInfo("UTC")
    service_level_s: int = 20
    short_abandon_s: int = 5
    hours: OpeningHours | None = None
    qos: tuple[int, ...] | None = None
    open_to_end: bool = False


def kpis(session: Session, question: Question) -> list[dict[str, Any]]:
    """All rows at once; see `rows`."""
    return list(rows(session, question))


def rows(session: Session, question: Question) -> Iterator[dict[str, Any]]:
    """A row for every known queue, channel or agent in every bucket, in the order of time.

    A row has ``queue``, ``channel`` or ``agent``; ``from`` and ``to``; then every KPI of the
    catalog by its name, counts as 0 and ratios as None where nothing happened. With thresholds it
    has ``qos``. Rows of agents have ``pauses`` and ``queues`` too. Raises ValueError where the
    question's words are none of those listed.
    """
    if question.by not in BY:
        raise ValueError(f"{question.by!r} is not one of {', '.join(BY)}")
    buckets = buckets_of(
        question.from_at, question.to_at, question.interval, question.zone, question.hours
    )
    if buckets:
        told = _of_agents if question.by == AGENT else _of_queues
        yield from told(session, question, buckets)


def _of_queues(
    session: Session, question: Question, buckets: Sequence[Bucket]
) -> Iterator[dict[str, Any]]:
    entities = _channels(session) if question.by == CHANNEL else _queues(session)
    channel_of = dict(session.execute(select(Queue.id, Queue.channel)).tuples().all())
    who = channel_of.__getitem__ if question.by == CHANNEL else _same
    tallies = queue_tallies(session, buckets, _thresholds(question), who)
    place_of = Places(buckets)
    for queue_id, started_at, ended_at in _wrapups(session, buckets):
        place = place_of(started_at)
        if place is not None:
            tally = tallies.setdefault((who(queue_id), place), Tally())
            tally.wrapups += 1
            tally.wrapup_us += ended_at - started_at
    figures = _Figures(question.by)
    nothing = figures(Tally())
    for place, bucket in enumerate(buckets):
        between = {"from": iso(bucket.from_at), "to": iso(bucket.to_at)}
        for key, labels in entities.items():
            tally = tallies.get((key, place))
            row = {**labels, **between, **(nothing if tally is None else figures(tally))}
            if question.qos is not None:
                row["qos"] = _qos(question.qos, tally)
            yield row


def _of_agents(
    session: Session, question: Question, buckets: Sequence[Bucket]
) -> Iterator[dict[str, Any]]:
    names = dict(session.execute(select(Queue.id, Queue.name)).tuples().all())
    tallies = agent_tallies(session, buckets, _thresholds(question))
    known = known_kinds(session)
    times: dict[tuple[int, int], AgentTime] = {}
    place_of = Places(buckets)
    from_at, to_at = buckets[0].from_at, buckets[-1].to_at
    for agent_id, stretches in stretches_by_agent(session, from_at, to_at, question.open_to_end):
        for place, time in times_of(stretches, buckets, known.get(agent_id, Known())).items():
            times[agent_id, place] = time
        for stretch in stretches:
            # Only what began in the range: the others are cut to begin with it.
            place = place_of(stretch.began_at)
            if place is None:
                continue
            if stretch.kind == WRAPUP:
                tally = tallies.setdefault((agent_id, place), Tally())
                tally.wrapups += 1
                tally.wrapup_us += stretch.length
            elif stretch.kind == RING and stretch.ended_by == "RINGNOANSWER":
                tallies.setdefault((agent_id, place), Tally()).rings_no_answer += 1
    agents = _agents(session)
    figures = _Figures(AGENT)
    idle = AgentTime()
    for place, bucket in enumerate(buckets):
        between = {"from": iso(bucket.from_at), "to": iso(bucket.to_at)}
        for agent_id, labels in agents.items():
            tally = tallies.get((agent_id, place))
            time = times.get((agent_id, place), idle)
            of = known.get(agent_id, Known())
            row = {**labels, **between, **figures(tally or Tally(), _agent_sums(time, of))}
            if question.qos is not None:
                row["qos"] = _qos(question.qos, tally)
            row["pauses"] = {word: seconds(us) for word, us in sorted(time.pauses.items())}
            row["queues"] = _shares(time, tally, of, names)
            yield row


class _Figures:
    """Every KPI of the catalog by its name, for one kind of row."""

    def __init__(self, by: str) -> None:
        self._blank: dict[str, Any] = {kpi.name: None for kpi in CATALOG}
        self._told = [(kpi.name, kpi.of) for kpi in CATALOG if by in kpi.told_of]
        self._numbers = attrgetter(*_COUNTED)

    def __call__(self, tally: Tally, time: dict[str, int | None] | None = None) -> dict[str, Any]:
        sums = Sums(*self._numbers(tally), **(time or {}))
        figures = self._blank.copy()
        for name, of in self._told:
            figures[name] = of(sums)
        return figures


#: The fields of Sums that a tally has, which stand in front of those of an agent's time.
_COUNTED = tuple(f.name for f in fields(Sums) if hasattr(Tally, f.name))


def _thresholds(question: Question) -> Thresholds:
    return Thresholds(
        service_level=question.service_level_s * SECOND,
        short_abandon=question.short_abandon_s * SECOND,
        qos=None if question.qos is None else tuple(s * SECOND for s in question.qos),
    )


def _same(queue_id: int) -> int:
    return queue_id


def _queues(session: Session) -> dict[Any, dict[str, Any]]:
    found = select(Queue.id, Queue.name, Queue.channel, Source.name).join(
        Source, Source.id == Queue.source_id
    )
    return {
        queue_id: {"queue": name, "channel": channel, "source": source}
        for queue_id, name, channel, source in session.execute(found.order_by(Queue.name, Queue.id))
    }


def _channels(session: Session) -> dict[Any, dict[str, Any]]:
    found = select(Queue.channel).distinct().order_by(Queue.channel)
    return {name: {"channel": name} for name in session.scalars(found)}


def _agents(session: Session) -> dict[int, dict[str, Any]]:
    found = select(Agent.id, Agent.name, Source.name).join(Source, Source.id == Agent.source_id)
    return {
        agent_id: {"agent": name, "source": source}
        for agent_id, name, source in session.execute(found.order_by(Agent.name, Agent.id))
    }


def _wrapups(session: Session, buckets: Sequence[Bucket]) -> Iterator[tuple[int, int, int]]:
    """(queue, start, end) of each wrap-up that began in the range and that no leg tells."""
    a = AgentInterval
    found = session.execute(
        select(a.queue_id, a.started_at, a.ended_at).where(
            # Names the agents so that the index on (agent, start) is of use.
            a.agent_id.in_(select(Agent.id)),
            a.started_at >= buckets[0].from_at,
            a.started_at < buckets[-1].to_at,
            a.kind == WRAPUP,
        )
    ).tuples()
    for queue_id, started_at, ended_at in found:
        if queue_id is not None and ended_at is not None:
            yield queue_id, started_at, ended_at


def _qos(thresholds: tuple[int, ...], tally: Tally | None) -> list[dict[str, Any]]:
    edges = [0, *thresholds, None]
    counts = tally.qos if tally is not None and tally.qos else [[0, 0]] * (len(edges) - 1)
    return [
        {"min": edges[i], "max": edges[i + 1], "answered": answered, "abandoned": abandoned}
        for i, (answered, abandoned) in enumerate(counts)
    ]


def _agent_sums(time: AgentTime, known: Known) -> dict[str, int | None]:
    staffed = known.staffing is not None
    return {
        "login_us": time.login if LOGIN in known.kinds else None,
        "member_us": time.member if MEMBER in known.kinds else None,
        "staffed_us": time.staffed if staffed else None,
        "ready_us": time.ready if staffed else None,
        "available_us": time.available if staffed else None,
        "busy_us": time.busy if staffed else None,
        "pause_us": time.pause,
        "on_contact_us": time.on_contact,
        "ring_us": time.ring,
        "wrapup_time_us": time.wrapup if WRAPUP in known.kinds else None,
    }


def _shares(
    time: AgentTime, tally: Tally | None, known: Known, names: dict[int, str]
) -> list[dict[str, Any]]:
    """What of an agent's bucket belongs to each queue."""
    counted = (tally.queues if tally is not None else None) or {}
    shares: list[dict[str, Any]] = []
    for queue_id in sorted(time.queues.keys() | counted.keys(), key=lambda q: names[q]):
        share = time.queues.get(queue_id, QueueTime())
        answered, talk = counted.get(queue_id, (0, 0))
        shares.append(
            {
                "queue": names[queue_id],
                "answered": answered,
                "conversation_s": seconds(talk),
                "login_s": seconds(share.login) if LOGIN in known.kinds else None,
                "member_s": seconds(share.member) if MEMBER in known.kinds else None,
                "pause_s": seconds(share.pause),
                "wrapup_s": seconds(share.wrapup) if WRAPUP in known.kinds else None,
            }
        )
    return shares
