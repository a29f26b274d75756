"""Commands of a playbook as the orders that a console would send for them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from console.domain.messages import (
    BLOCK_CANCEL,
    CALL_IN,
    CALLBACK_DIAL,
    CALLBACK_OFFER,
    CHANNEL_STATE,
    QUEUE_ADD,
    QUEUE_REMOVE,
)
from console.domain.playbooks import ReviewItem
from console.domain.roster import Shift
from console.domain.times import iso
from console.playbooks.situation import Situation
from console.twin.world import World

Order = tuple[str, dict[str, Any]]


def orders_of(w: World, now: Situation, item: ReviewItem) -> Iterator[Order]:
    """What leaves for the platforms when this item of a review is done."""
    fields: Mapping[str, Any] = json.loads(item.fields)
    if item.command == "set_callback":
        yield from _callback(now, fields)
    elif item.command == "set_channel":
        yield CHANNEL_STATE, {"channel": fields["channel"], "state": fields["state"]}
    elif item.command in ("send_agents", "move_agents"):
        yield from _placed(w, now, item.command, fields)
    elif item.command == "cancel_blocks":
        blocks = {shift.id: shift for shift in now.shifts}
        for id_ in fields["shift_ids"]:
            yield block_off(blocks[id_])
    elif item.command == "call_in":
        queue = _names(now).get(fields["queue_id"] or 0, "")
        for call in fields["calls"]:
            yield call_in(call["person"], call["from_at"], call["to_at"], queue)


def block_off(block: Shift) -> Order:
    return BLOCK_CANCEL, {
        "person": block.person, "kind": block.kind, "start": iso(block.start_at),
        "end": iso(block.end_at), "cancelled": True,
    }  # fmt: skip


def call_in(person: str, from_at: int, to_at: int, queue: str) -> Order:
    return CALL_IN, {
        "person": person, "from": iso(from_at), "to": iso(to_at), "queue": queue,
        "cancelled": False,
    }  # fmt: skip


def _names(now: Situation) -> dict[int, str]:
    return {queue.queue_id: queue.queue for queue in now.board.queues}


def _callback(now: Situation, fields: Mapping[str, Any]) -> Iterator[Order]:
    names = _names(now)
    ids = list(names) if fields.get("all") else fields["queue_ids"]
    for word, action in (("offer", CALLBACK_OFFER), ("dial", CALLBACK_DIAL)):
        if fields.get(word) is not None:
            for id_ in ids:
                yield action, {"queue": names[id_], "on": fields[word]}


def _placed(w: World, now: Situation, command: str, fields: Mapping[str, Any]) -> Iterator[Order]:
    """In before out, and out of the queues of that platform only; whoever serves nothing there
    comes from another, and leaves what they serve there."""
    names = _names(now)
    sources = {queue.queue: queue.source for queue in now.board.queues}
    if command == "send_agents":
        into = [names[fields["queue_id"]]]
    else:
        into = [names[id_] for id_ in fields["to_queue_ids"]]
    for serial in fields["agent_ids"]:
        agent = w.agents[serial]
        for name in into:
            yield QUEUE_ADD, {"queue": name, "interface": agent.id}
        if command == "send_agents":
            here = any(sources[line.name] == sources[into[0]] for line in agent.member)
            for line in agent.member:
                if line.name not in into and (not here or sources[line.name] == sources[into[0]]):
                    yield QUEUE_REMOVE, {"queue": line.name, "interface": agent.id}


__all__ = ["Order", "block_off", "call_in", "orders_of"]
