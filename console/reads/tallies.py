"""Contacts counted per queue, channel or agent and bucket of time."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain import facts
from console.domain.resolution import says_resolved
from console.domain.times import DAY, SECOND
from console.reads.buckets import Bucket
from console.reads.outcomes import replies
from console.store.tables import Leg, Queue

#: A contact takes at most this long: further back nothing is looked for that ended in the range.
LONGEST = DAY
#: Up to this range the index on (queue, entry) beats reading the table as it lies.
_NARROW = 92 * DAY
#: Moving averages need their contacts in the order of time, all at once: up to this range.
_AVERAGED = 31 * DAY
#: Rows that are held at a time.
_PAGE = 20_000

_COMPLETED = frozenset(("COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER"))
_ABANDONED = frozenset(("ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "LEAVEEMPTY", "WITHDRAW"))
_TRANSFERS = frozenset(("BLINDTRANSFER", "ATTENDEDTRANSFER", "TRANSFER"))
_FLOW_OUT = frozenset(facts.FLOW_OUT)
_UNFINISHED = frozenset((facts.RESTART, facts.LOST))
#: queue, agent, entry, end, outcome, ended by, wait, talk, rings, connect, wrap-up, disposition
_Row = tuple[
    int, int | None, int, int | None, str, str, int | None, int | None, int, int | None, int | None,
    str,
]  # fmt: skip


@dataclass(slots=True)
class Tally:
    """The countable fields of `console.kpis.sums.Sums` while they are being added up."""

    received: int = 0
    answered: int = 0
    abandoned: int = 0
    timeout: int = 0
    exit_key: int = 0
    exit_empty: int = 0
    leave_empty: int = 0
    withdrawn: int = 0
    dumped: int = 0
    blocked: int = 0
    saturated: int = 0
    closed: int = 0
    waiting: int = 0
    unfinished: int = 0
    answered_in_sl: int = 0
    abandoned_in_sl: int = 0
    short_abandoned: int = 0
    transferred: int = 0
    ended_by_agent: int = 0
    ended_by_customer: int = 0
    rings_no_answer: int = 0
    waits_answered: int = 0
    wait_answered_us: int = 0
    waits_abandoned: int = 0
    wait_abandoned_us: int = 0
    waits_flow_out: int = 0
    wait_flow_out_us: int = 0
    longest_wait_us: int | None = None
    talks: int = 0
    talk_us: int = 0
    wrapups: int = 0
    wrapup_us: int = 0
    outcomes: int = 0
    resolved: int = 0
    pbx_completed: int = 0
    pbx_completed_in_sl: int = 0
    pbx_abandoned: int = 0
    pbx_abandoned_in_sl: int = 0
    pbx_holdtime_s: int | None = None
    pbx_talktime_s: int | None = None
    #: answered, abandoned of each wait class
    qos: list[list[int]] | None = None
    #: answered, talk of each queue, for an agent
    queues: dict[int, list[int]] | None = None


Tallies = dict[tuple[Any, int], Tally]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Microseconds, all included but `qos`, which are the upper ends of wait classes."""

    service_level: int
    short_abandon: int
    qos: tuple[int, ...] | None

    @property
    def classes(self) -> list[list[int]] | None:
        """A new count of answered and abandoned for each wait class."""
        return None if self.qos is None else [[0, 0] for _ in range(len(self.qos) + 1)]


class Places:
    """Which bucket an instant lies in; None outside the hours that count."""

    def __init__(self, buckets: Sequence[Bucket]) -> None:
        self._windows = [(a, b, at) for at, bucket in enumerate(buckets) for a, b in bucket.windows]
        self._starts = [a for a, _b, _at in self._windows]
        self._last = self._windows[0]

    def __call__(self, at: int) -> int | None:
        start, end, place = self._last
        if start <= at < end:  # rows lie in the order of time, more or less
            return place
        start, end, place = self.window(at)
        if place is not None:
            self._last = start, end, place
        return place

    def window(self, at: int) -> tuple[int, int, int | None]:
        """Start, end and place of the window around an instant; (0, 0, None) where none is."""
        i = bisect_right(self._starts, at) - 1
        if i < 0 or at >= self._windows[i][1]:
            return 0, 0, None
        return self._windows[i]


class _Finder:
    """The tally of a queue at an instant; None outside the hours that count.

    Rows lie in the order of queues and times, more or less: mostly it is the one that was found
    last.
    """

    def __init__(
        self,
        tallies: Tallies,
        places: Places,
        thresholds: Thresholds,
        who: Callable[[int], Any],
    ) -> None:
        self._tallies = tallies
        self._places = places
        self._thresholds = thresholds
        self._who = who
        self._queue: int | None = None
        self._start = self._end = 0
        self._tally: Tally | None = None

    def __call__(self, queue_id: int, at: int) -> Tally | None:
        if queue_id != self._queue or not self._start <= at < self._end:
            self._queue = queue_id
            self._start, self._end, place = self._places.window(at)
            self._tally = None
            if place is not None:
                key = (self._who(queue_id), place)
                self._tally = self._tallies.get(key)
                if self._tally is None:
                    self._tally = self._tallies[key] = Tally(qos=self._thresholds.classes)
        return self._tally


def queue_tallies(
    session: Session,
    buckets: Sequence[Bucket],
    thresholds: Thresholds,
    who: Callable[[int], Any],
) -> Tallies:
    """Tallies by (`who` of the queue, place of the bucket); those of nothing are left out."""
    from_at, to_at = buckets[0].from_at, buckets[-1].to_at
    tallies: Tallies = {}
    places = Places(buckets)
    entered_in, ended_in, averaged_in = (
        _Finder(tallies, places, thresholds, who) for _each in range(3)
    )
    averages = _Averages() if to_at - from_at <= _AVERAGED else None
    for row in _legs(session, from_at - LONGEST, to_at):
        queue_id, _agent, entered_at, ended_at, outcome, ended_by, wait, talk = row[:8]
        connected_at, wrapup = row[9:11]
        if entered_at >= from_at and (tally := entered_in(queue_id, entered_at)):
            _enter(tally, row, thresholds)
        if averages and connected_at is not None and from_at <= connected_at < to_at:
            averages.holds.setdefault(queue_id, []).append((connected_at, entered_at, wait or 0))
        if ended_at is None or not from_at <= ended_at < to_at:
            continue
        completed = ended_by in _COMPLETED
        if averages and completed and talk is not None:
            averages.talks.setdefault(queue_id, []).append((ended_at, entered_at, talk))
        tally = ended_in(queue_id, ended_at)
        if tally is None:
            continue
        if wrapup is not None:
            tally.wrapups += 1
            tally.wrapup_us += wrapup
        if completed:
            tally.pbx_completed += 1
            tally.pbx_completed_in_sl += wait is not None and wait <= thresholds.service_level
        elif ended_by in _ABANDONED and outcome != facts.ORPHAN:
            tally.pbx_abandoned += 1
            tally.pbx_abandoned_in_sl += wait is not None and wait <= thresholds.service_level
    if averages:
        averages.tell(averaged_in)
    for reply in replies(session, from_at, to_at):
        if (tally := entered_in(reply.queue_id, reply.entered_at)) is not None:
            tally.outcomes += 1
            tally.resolved += reply.settled
    return tallies


@dataclass(slots=True)
class _Averages:
    """Asterisk's moving averages, whole seconds: (when, entry, microseconds) by queue."""

    holds: dict[int, list[tuple[int, int, int]]] = field(default_factory=lambda: {})
    talks: dict[int, list[tuple[int, int, int]]] = field(default_factory=lambda: {})

    def tell(self, tally_of: Callable[[int, int], Tally | None]) -> None:
        """Note at each bucket how the average stood after its last contact."""
        for name, found in (("pbx_holdtime_s", self.holds), ("pbx_talktime_s", self.talks)):
            for queue_id, contacts in found.items():
                average = 0
                tally: Tally | None = None
                for at, _entered, length in sorted(contacts):
                    following = tally_of(queue_id, at)
                    if tally is not None and following is not tally:
                        setattr(tally, name, average)
                    tally = following
                    average = (3 * average + length // SECOND) >> 2
                if tally is not None:
                    setattr(tally, name, average)


def agent_tallies(session: Session, buckets: Sequence[Bucket], thresholds: Thresholds) -> Tallies:
    """Tallies by (agent, place of the bucket), of the contacts that the agent answered."""
    place_of = Places(buckets)
    tallies: Tallies = {}
    for row in _legs(session, buckets[0].from_at, buckets[-1].to_at):
        agent_id = row[1]
        place = place_of(row[2])
        if agent_id is None or place is None:
            continue
        tally = tallies.get((agent_id, place))
        if tally is None:
            tally = tallies[agent_id, place] = Tally(qos=thresholds.classes)
        _enter(tally, row, thresholds)
        tally.rings_no_answer -= row[8]  # those of the contact, at whomever it rang
        if tally.queues is None:
            tally.queues = {}
        share = tally.queues.setdefault(row[0], [0, 0])
        share[0] += row[4] == facts.ANSWERED
        share[1] += row[7] or 0 if row[3] is not None else 0
    for reply in replies(session, buckets[0].from_at, buckets[-1].to_at):
        place = place_of(reply.entered_at)
        if reply.agent_id is not None and place is not None:
            tally = tallies.setdefault((reply.agent_id, place), Tally(qos=thresholds.classes))
            tally.outcomes += 1
            tally.resolved += reply.settled
    return tallies


def _legs(session: Session, from_at: int, to_at: int) -> Iterator[_Row]:
    columns = (
        Leg.queue_id,
        Leg.agent_id,
        Leg.entered_at,
        Leg.ended_at,
        Leg.outcome,
        Leg.ended_by,
        Leg.wait_us,
        Leg.talk_us,
        Leg.rings,
        Leg.connected_at,
        Leg.wrapup_us,
        Leg.disposition,
    )
    # What was in no queue (outbound, or straight to an agent) is in no figure of queues.
    statement = select(*columns).where(
        Leg.entered_at >= from_at, Leg.entered_at < to_at, Leg.queue_id.is_not(None)
    )
    if to_at - from_at <= _NARROW:
        statement = statement.where(Leg.queue_id.in_(select(Queue.id)))
    result = session.connection().execute(statement)
    for page in result.yield_per(_PAGE).partitions():
        yield from page  # type: ignore[misc]  # rows are tuples of these columns


def _enter(tally: Tally, row: _Row, thresholds: Thresholds) -> None:
    _queue, _agent, _entered, ended_at, outcome, ended_by, wait, talk, rings, *_others = row
    if outcome == facts.ORPHAN:
        return
    tally.received += 1
    tally.rings_no_answer += rings
    if outcome == facts.ANSWERED:
        tally.answered += 1
        if wait is not None:
            tally.waits_answered += 1
            tally.wait_answered_us += wait
            tally.answered_in_sl += wait <= thresholds.service_level
            if thresholds.qos is not None and tally.qos is not None:
                tally.qos[bisect_right(thresholds.qos, wait)][0] += 1
        if ended_at is not None and talk is not None:
            tally.talks += 1
            tally.talk_us += talk
        if (said := row[11]) and (settled := says_resolved(said)) is not None:
            tally.outcomes += 1
            tally.resolved += settled
        if ended_by == "COMPLETEAGENT":
            tally.ended_by_agent += 1
        elif ended_by == "COMPLETECALLER":
            tally.ended_by_customer += 1
        elif ended_by in _TRANSFERS:
            tally.transferred += 1
    elif outcome == facts.ABANDONED:
        tally.abandoned += 1
        if wait is not None:
            tally.waits_abandoned += 1
            tally.wait_abandoned_us += wait
            tally.abandoned_in_sl += wait <= thresholds.service_level
            tally.short_abandoned += wait <= thresholds.short_abandon
            if thresholds.qos is not None and tally.qos is not None:
                tally.qos[bisect_right(thresholds.qos, wait)][1] += 1
    elif outcome in _UNFINISHED:
        tally.unfinished += 1
        return
    elif outcome in _FLOW_OUT:
        setattr(tally, outcome, getattr(tally, outcome) + 1)
        if ended_by == "LEAVEEMPTY":
            tally.leave_empty += outcome == facts.EXIT_EMPTY
        if wait is not None:
            tally.waits_flow_out += 1
            tally.wait_flow_out_us += wait
    else:  # refused or waiting; each outcome is the name of its field
        setattr(tally, outcome, getattr(tally, outcome) + 1)
    if wait is not None and (tally.longest_wait_us is None or wait > tally.longest_wait_us):
        tally.longest_wait_us = wait
