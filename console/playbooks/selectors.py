"""How an item says which queues, channels and agents it means, and what is found by it."""

from collections.abc import Mapping, Sequence
from typing import Any

from console.domain import agent_state
from console.domain.board import AgentRow, ChannelRow, QueueRow
from console.domain.freeing import CALL, CANCEL, DESK, NOT_NOW, Resource
from console.domain.roster import (
    ADMINISTRATION,
    BACK_OFFICE,
    EXPERT,
    LEADER,
    LEAVE,
    MEETING,
    TRAINING,
)
from console.domain.times import HOUR
from console.playbooks.situation import Situation

#: Words for queues; a list of names does as well.
QUEUES = ("all", "that take calls", "that offer callbacks", "that do not dial", "urgent")
CHANNELS = ("not critical", "critical", "closed or draining", "all")
AGENTS = ("available", "busy", "experts", "back office")
#: Blocks that can be put off; leave only of those who agreed.
BLOCKS = (MEETING, TRAINING, ADMINISTRATION, BACK_OFFICE, LEAVE)
#: Who can be asked to come: those whose screen says they are at something else, then by what they
#: are, then those who are not at work.
PEOPLE = (MEETING, TRAINING, ADMINISTRATION, BACK_OFFICE, DESK, EXPERT, LEADER, NOT_NOW)
URGENT = "urgent"

_CALLS = ("voice", "callback")
_BUSY = (agent_state.ON_CONTACT, agent_state.RINGING, agent_state.WRAP_UP)


class Nothing(Exception):
    """There is nothing for an item to do now; says why in words."""


def queues(now: Situation, wanted: Any) -> list[QueueRow]:
    """In the order of the board."""
    rows = list(now.board.queues)
    if not isinstance(wanted, str):
        found = now.queues_called(wanted)
        if not found:
            raise Nothing(f"no queue is called {' or '.join(wanted)}")
        return found
    if wanted == URGENT:
        return [_urgent(now)]
    calls = [
        row
        for row in rows
        if row.channel in _CALLS or row.callback_offer is not None or row.promises
    ]
    if wanted != "all" and not calls:
        raise Nothing("no queue takes calls")
    if wanted == "that take calls":
        rows, fault = calls, ""
    elif wanted == "that offer callbacks":
        # Of a queue that nobody has said anything about it may be so.
        rows, fault = (
            [row for row in calls if row.callback_offer is not False],
            ("the callback offer is off in every queue"),
        )
    elif wanted == "that do not dial":
        rows, fault = (
            [row for row in calls if row.callback_dial is False],
            ("no queue's callback dialling is off"),
        )
    else:
        fault = "no queue is known"
    if not rows:
        raise Nothing(fault)
    return rows


def channels(now: Situation, wanted: Any) -> list[ChannelRow]:
    """Those that have queues; the one with the most urgent queue is never “not critical”."""
    rows = [row for row in now.board.channels if row.queues]
    if not isinstance(wanted, str):
        found = [row for row in rows if row.channel in wanted]
        if not found:
            raise Nothing(f"no queue is on {' or '.join(wanted)}")
        return found
    if wanted == "not critical":
        urgent = now.urgent.channel if now.urgent is not None else ""
        rows = [row for row in rows if not row.critical and row.channel != urgent]
        fault = "every channel is critical, or the one where it burns"
    elif wanted == "critical":
        rows, fault = [row for row in rows if row.critical], "no channel is critical"
    elif wanted == "closed or draining":
        rows, fault = [row for row in rows if row.state != "open"], "every channel is open"
    else:
        fault = "no channel has queues"
    if not rows:
        raise Nothing(fault)
    return rows


def target(now: Situation, wanted: str) -> QueueRow:
    """The queue that people are sent to: the most urgent one, or one by its name."""
    if wanted == URGENT:
        return _urgent(now)
    found = now.queues_called([wanted])
    if not found:
        raise Nothing(f"no queue is called {wanted}")
    return found[0]


def agents(now: Situation, words: Mapping[str, Any], to: QueueRow) -> list[int]:
    """Whom to send: ids in the system of the queue they go to, who costs least first.

    Nobody who is there, on the way somewhere, or taken by an earlier item. A queue in which
    customers wait, or of a critical channel, keeps at least `keep` of those who staff it.
    """
    able = [
        agent
        for agent in now.board.agents
        if to.queue_id not in agent.queue_ids
        and not agent.moving
        and agent.agent_id not in now.taken
        and agent.id_towards(to.source) is not None
        and _is(now, agent, words["agents"])
    ]
    if not able:
        raise Nothing(f"nobody else is {_called(words['agents'])} and could go to {to.queue}")
    able.sort(key=lambda agent: (agent.state in _BUSY, _points(now, agent), agent.agent))
    wanted = len(able)
    if share := words.get("share"):
        wanted = max(1, round(wanted * share / 100))
    if most := words.get("at_most"):
        wanted = min(wanted, most)
    chosen = _spared(now, able, to, words.get("keep", 1), wanted)
    if not chosen:
        raise Nothing("nobody can go without leaving customers alone who wait")
    now.taken.update(agent.agent_id for agent in chosen)
    ids = [agent.id_towards(to.source) for agent in chosen]
    return [each for each in ids if each is not None]


def blocks(now: Situation, kinds: Sequence[str], within_us: int) -> list[Resource]:
    """Blocks that can be put off with one click and begin within that time, soonest first.

    Never what the law requires now, or what was stated not to be movable.
    """
    if not now.shifts:
        raise Nothing("no roster says who has a meeting, training or paperwork")
    until = now.board.at + within_us
    found = [
        row
        for row in now.resources(_hours(within_us)).rows
        if row.act == CANCEL
        and row.kind in kinds
        and row.from_at < until
        and row.shift not in now.put
    ]
    if not found:
        raise Nothing(f"no {' or '.join(kinds)} that can be moved begins in that time")
    found.sort(key=lambda row: (row.from_at, row.name, row.shift))
    now.put.update(row.shift for row in found)
    return found


def people(now: Situation, kinds: Sequence[str], within_us: int, most: int) -> list[Resource]:
    """Who could be asked to come within that time, most minutes first; their rest is kept."""
    if not now.people and not now.shifts:
        raise Nothing("no roster says who could be asked")
    until = now.board.at + within_us
    found: list[Resource] = []
    for row in now.resources(_hours(within_us)).rows:
        fits = row.act == CALL and row.kind in kinds and row.from_at < until
        if fits and row.key not in now.called and len(found) < most:
            found.append(row)
    if not found:
        raise Nothing(f"nobody of “{', '.join(kinds)}” could come in that time")
    now.called.update(row.key for row in found)
    return found


def _hours(us: int) -> int:
    return max(1, -(-us // HOUR))


def _urgent(now: Situation) -> QueueRow:
    if now.urgent is None:
        raise Nothing("nothing waits anywhere: no queue is urgent")
    return now.urgent


def _is(now: Situation, agent: AgentRow, wanted: str) -> bool:
    if wanted == "available":
        return agent.state == agent_state.AVAILABLE
    if wanted == "busy":
        return agent.state in _BUSY
    at_work = agent.state == agent_state.AVAILABLE or agent.state in _BUSY
    return at_work and now.tier_of(agent) == {"experts": EXPERT}.get(wanted, BACK_OFFICE)


def _called(wanted: str) -> str:
    words = {"experts": "an expert at work", "back office": "back office at work"}
    return words.get(wanted, wanted)


def _points(now: Situation, agent: AgentRow) -> float:
    """How badly they are needed where they are."""
    return max((now.ranked.get(queue_id, 0.0) for queue_id in agent.queue_ids), default=0.0)


def _spared(
    now: Situation, able: Sequence[AgentRow], to: QueueRow, keep: int, wanted: int
) -> list[AgentRow]:
    staffed = {row.queue_id: row.staffed for row in now.board.queues}
    held = {
        row.queue_id
        for row in now.board.queues
        if row.queue_id != to.queue_id and (row.waiting or _critical(now, row))
    }
    chosen: list[AgentRow] = []
    for agent in able:
        if len(chosen) == wanted:
            break
        own = [queue_id for queue_id in agent.queue_ids if queue_id in staffed]
        if any(queue_id in held and staffed[queue_id] <= keep for queue_id in own):
            continue
        chosen.append(agent)
        for queue_id in own:
            staffed[queue_id] -= 1
    return chosen


def _critical(now: Situation, row: QueueRow) -> bool:
    channel = now.channels.get(row.channel)
    return channel is None or (channel.critical and channel.state == "open")
