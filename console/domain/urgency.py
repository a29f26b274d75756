"""Which queue needs people most, and who could go there at what cost.

The score has three parts, each growing without ever reaching its most, so that of two bad queues
the worse one still stands higher: the longest wait against what customers of the channel expect
(up to 50 points, half of them where the wait is what they expect), the backlog for each available
agent (up to 30, half of them at one contact for each), and abandonment (up to 20, half at 10 %).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.domain import agent_state
from console.domain.acts import Candidate, Reason, Urgency
from console.domain.board import AgentRow, Board, QueueRow
from console.domain.crossing import ASSUMED_SKILL
from console.domain.times import SECOND

WAIT_POINTS = 50.0
BACKLOG_POINTS = 30.0
ABANDON_POINTS = 20.0
#: The rate of abandonment that gives half of its points.
ABANDON_HALF = 10.0
# Two who gave up out of three are no trend: a few contacts that did not are thought in.
_PRIOR = 4
# Nobody is free: as if half a person were.
_HALF_AGENT = 0.5
#: Where nobody says what customers expect of a channel.
EXPECTED_S = 60

NOW = "now"
LATER = "when the contact ends"
_FREE = (agent_state.AVAILABLE,)
_BUSY = (agent_state.ON_CONTACT, agent_state.RINGING, agent_state.WRAP_UP)


def urgency(board: Board) -> list[Urgency]:
    """Every queue, the most urgent first. A closed channel needs nobody, whatever it says."""
    channels = {row.channel: row for row in board.channels}
    found: list[Urgency] = []
    for queue in board.queues:
        channel = channels.get(queue.channel)
        expected_s = (channel.expected_s if channel else 0) or EXPECTED_S
        if queue.aim is not None and queue.aim.expected_s:
            expected_s = queue.aim.expected_s
        if queue.channel_state == "closed":
            reasons = (Reason(f"{queue.channel} is closed: nobody is to be sent there", 0.0),)
        else:
            reasons = (
                _wait(queue, board.at, expected_s),
                _backlog(queue),
                _abandonment(queue, board),
            )
        score = sum(reason.points for reason in reasons)
        found.append(Urgency(queue.queue_id, queue.queue, queue.channel, score, reasons))
    expected = {row.channel: row.expected_s or EXPECTED_S for row in board.channels}
    # Of two that are equal, the one where customers expect the quicker reply.
    found.sort(key=lambda u: (-u.score, expected.get(u.channel, EXPECTED_S), u.queue, u.queue_id))
    return found


def _wait(queue: QueueRow, at: int, expected_s: int) -> Reason:
    if queue.oldest_at is None:
        return Reason("nobody is waiting", 0.0)
    wait_s = max(at - queue.oldest_at, 0) / SECOND
    own = queue.aim is not None and queue.aim.expected_s
    whose = queue.queue if own else queue.channel
    words = f"longest wait {_clock(wait_s)}; customers of {whose} expect {_clock(expected_s)}"
    return Reason(words, _share(wait_s, expected_s) * WAIT_POINTS)


def _backlog(queue: QueueRow) -> Reason:
    if not queue.waiting:
        if not queue.waits_known:
            return Reason("its exports do not tell who waits", 0.0)
        return Reason(f"no backlog, {queue.available} available", 0.0)
    if not queue.staffed:
        if not queue.agents_known:
            # Unknown is not nobody: it must not outrank a line of which it is known.
            return Reason(f"{queue.waiting} waiting, who is there is not told", 0.0)
        return Reason(f"{queue.waiting} waiting, nobody is there", BACKLOG_POINTS)
    free = queue.available or _HALF_AGENT
    words = f"{queue.waiting} waiting, {queue.available or 'none'} of {queue.staffed} available"
    return Reason(words, _share(queue.waiting / free, 1.0) * BACKLOG_POINTS)


def _abandonment(queue: QueueRow, board: Board) -> Reason:
    figures = queue.figures
    if figures.abandon_rate is None or not figures.offered:
        return Reason("abandonment unknown: no contacts in the window", 0.0)
    minutes = round((figures.to_at - figures.from_at) / SECOND / 60)
    words = (
        f"{figures.abandoned} of {figures.offered} gave up in {minutes} min "
        f"({figures.abandon_rate:.0f} %)"
    )
    rate = 100 * figures.abandoned / (figures.offered + _PRIOR)
    return Reason(words, _share(rate, ABANDON_HALF) * ABANDON_POINTS)


def _share(value: float, half: float) -> float:
    return value / (value + half)


@dataclass(slots=True)
class _Floor:
    """What is left of each queue while people are taken from it one after another."""

    queues: Mapping[int, QueueRow]
    staffed: dict[int, int]
    available: dict[int, int]
    urgency: Mapping[int, float]


def candidates(board: Board, queue_id: int, n: int) -> list[Candidate]:
    """The best `n` to send to a queue, best first, each counted on those before having gone.

    Free before busy, who moves when the contact ends. Never somebody who is there already, is
    paused, offline or unknown. Nobody whose going would leave a queue in which customers wait
    without anyone, unless there is no one else. Who has not shown at the queue's platform, while
    the roster says what they are called there, counts as less skilled. `score` is 100 less the
    points of the cost.
    """
    queues = {row.queue_id: row for row in board.queues}
    target = queues.get(queue_id)
    if target is None:
        return []
    floor = _Floor(
        queues,
        {row.queue_id: row.staffed for row in board.queues},
        {row.queue_id: row.available for row in board.queues},
        {found.queue_id: found.score for found in urgency(board)},
    )
    able = [
        agent
        for agent in board.agents
        if agent.state in (*_FREE, *_BUSY)
        and queue_id not in agent.queue_ids
        and agent.id_towards(target.source) is not None
    ]
    chosen: list[Candidate] = []
    while able and len(chosen) < n:
        best = min(able, key=lambda agent: _rank(agent, floor, target.source))
        able.remove(best)
        chosen.append(_candidate(best, floor, target.source))
        for left in best.queue_ids:
            if left in floor.staffed:
                floor.staffed[left] -= 1
                if _is_free(best, floor.queues[left]):
                    floor.available[left] -= 1
    return chosen


def _rank(agent: AgentRow, floor: _Floor, source: str) -> tuple[bool, bool, float, int, str, int]:
    """Lowest is best."""
    bares = any(
        floor.staffed[q] <= 1 and floor.queues[q].waiting
        for q in agent.queue_ids
        if q in floor.staffed
    )
    # Of two who are busy, the one whose contact began first is likely to be free first.
    since = agent.since or 0
    busy = agent.state in _BUSY
    return bares, busy, _cost(agent, floor, source), since, agent.agent, agent.agent_id


def _cost(agent: AgentRow, floor: _Floor, source: str) -> float:
    """What the queues lose: more where it is urgent, and where few are left to share it. And what
    is not gained where somebody is sent who has never done this."""
    points = 20.0 if agent.state in _BUSY else 0.0
    if agent.id_in(source) is None:
        points += 100.0 * (1.0 - ASSUMED_SKILL)
    for queue_id in agent.queue_ids:
        if queue_id not in floor.staffed:
            continue
        left = floor.staffed[queue_id] - 1
        weight = 5.0 + floor.urgency[queue_id]
        points += weight / left if left > 0 else weight + 20.0
    return points


def _candidate(agent: AgentRow, floor: _Floor, source: str) -> Candidate:
    busy = agent.state in _BUSY
    known = [q for q in agent.queue_ids if q in floor.staffed]
    its_id = agent.id_towards(source)
    costs = [_loss(agent, floor, q) for q in known] or ["leaves no queue"]
    if agent.id_in(source) is None:
        channels = sorted({floor.queues[q].channel for q in known})
        costs.insert(0, f"from {' and '.join(channels) or 'elsewhere'}, {ASSUMED_SKILL:g} assumed")
    return Candidate(
        agent.agent_id if its_id is None else its_id,
        agent.agent,
        agent.state,
        LATER if busy else NOW,
        tuple(floor.queues[q].queue for q in known),
        "; ".join(costs),
        100.0 - _cost(agent, floor, source),
    )


def _loss(agent: AgentRow, floor: _Floor, queue_id: int) -> str:
    """“sales keeps 3 of 4, 1 of them available, 2 waiting there”."""
    queue = floor.queues[queue_id]
    staffed = floor.staffed[queue_id]
    left = max(staffed - 1, 0)
    waiting = f"{queue.waiting} waiting there"
    if not left:
        return f"{queue.queue} is left without anyone, {waiting}"
    free = floor.available[queue_id] - _is_free(agent, queue)
    return f"{queue.queue} keeps {left} of {staffed}, {max(free, 0)} available, {waiting}"


def _is_free(agent: AgentRow, queue: QueueRow) -> bool:
    return agent.state in _FREE and queue.queue not in agent.paused_queues


def _clock(seconds: float) -> str:
    """“1:05”, “14:20”, “3:10 h”."""
    whole = int(seconds)
    if whole >= 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d} h"
    return f"{whole // 60}:{whole % 60:02d}"


def most_urgent(ranked: Sequence[Urgency]) -> Urgency | None:
    """Where people are to be sent; None where nothing waits anywhere."""
    return next((found for found in ranked if found.score > 0), None)
