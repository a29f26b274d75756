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


#: Of the newest command of a control: its state, and when it left (else when it was made).
Newest = dict[int, dict[str, tuple[str, int]]]


def newest(session: Session) -> Newest:
    """For each queue and control its newest command; queues without one are missing."""
    rows = session.execute(
        select(Outbox.action, Outbox.state, Outbox.body, Outbox.sent_at, Outbox.created_at)
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
    found: Newest = {}
    for action, state, body, sent_at, created_at in rows:
        fields = json.loads(body)
        for name in fields.get("queues", [fields.get("queue")]):
            queue_id = ids.get((fields["source"], name))
            if queue_id is not None:
                about = found.setdefault(queue_id, {})
                about.setdefault(action, (_shown(state), sent_at or created_at))
    return found


def controls(
    session: Session, known: Newest | None = None
) -> dict[int, tuple[tuple[str, str], ...]]:
    """For each queue (control, state of its newest command); queues without one are missing."""
    known = newest(session) if known is None else known
    return {
        queue_id: tuple((name, states[name][0]) for name in CONTROLS if name in states)
        for queue_id, states in known.items()
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
