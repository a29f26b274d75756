"""How the last command of each control stands, and who is on the way where."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.messages import (
    CALLBACK_DIAL,
    CALLBACK_OFFER,
    CHANNEL_STATE,
    PENDING,
    QUEUE_ADD,
    QUEUE_PAUSE,
    QUEUE_REMOVE,
    QUEUE_UNPAUSE,
    SENDING,
    UNSETTLED,
)
from console.store.tables import Outbox, Queue, Source

#: The names of the controls of a queue, in the order of the screen.
CONTROLS = (CALLBACK_OFFER, CALLBACK_DIAL, CHANNEL_STATE)
# Older commands of a control have long been settled or forgotten.
_RECENT = 1000


def controls(session: Session) -> dict[int, tuple[tuple[str, str], ...]]:
    """For each queue (control, state of its newest command); queues without one are missing."""
    rows = session.execute(
        select(Outbox.action, Outbox.state, Outbox.body)
        .where(Outbox.action.in_(CONTROLS))
        .order_by(Outbox.number.desc())
        .limit(_RECENT)
    ).all()
    if not rows:
        return {}
    ids = {
        (source, queue): queue_id
        for source, queue, queue_id in session.execute(
            select(Source.name, Queue.name, Queue.id).join(Source, Source.id == Queue.source_id)
        )
    }
    found: dict[int, dict[str, str]] = {}
    for action, state, body in rows:
        fields = json.loads(body)
        for name in fields.get("queues", [fields.get("queue")]):
            queue_id = ids.get((fields["source"], name))
            if queue_id is not None:
                found.setdefault(queue_id, {}).setdefault(action, _shown(state))
    return {
        queue_id: tuple((name, states[name]) for name in CONTROLS if name in states)
        for queue_id, states in found.items()
    }


def moving(session: Session) -> dict[int, str]:
    """For each agent with a move that is not settled, where to and how that stands.

    “to billing, out of sales: sent”.
    """
    words = {
        QUEUE_ADD: "to {}",
        QUEUE_UNPAUSE: "to {}",
        QUEUE_REMOVE: "out of {}",
        QUEUE_PAUSE: "out of {}",
    }
    found: dict[int, dict[str, list[str]]] = {}
    for action, state, body in session.execute(
        select(Outbox.action, Outbox.state, Outbox.body)
        .where(Outbox.state.in_(UNSETTLED), Outbox.action.in_(words))
        .order_by(Outbox.number)
    ):
        fields = json.loads(body)
        by_state = found.setdefault(fields["agent_id"], {})
        by_state.setdefault(_shown(state), []).append(words[action].format(fields["queue"]))
    return {
        agent_id: "; ".join(f"{', '.join(moves)}: {state}" for state, moves in by_state.items())
        for agent_id, by_state in found.items()
    }


def _shown(state: str) -> str:
    return PENDING if state == SENDING else state
