"""Acts that change what becomes of a queue: after them an earlier forecast is of another course."""

import json
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.chain import REDO, UNDO
from console.store.tables import Journal

#: Names of commands. What only tells, counts or plans is not among them.
STEERING = (
    "set_callback", "set_channel", "send_agents", "move_agents", "set_penalty", "restore_all",
    "cancel_blocks", "call_in",
)  # fmt: skip


def steering(session: Session, after: int = 0, since: int = 0) -> Iterator[Journal]:
    """Those with a greater number than `after` and not older than `since`, in their order; an undo
    or redo of one is one too."""
    for entry in session.scalars(
        select(Journal)
        .where(
            Journal.id > after,
            Journal.at >= since,
            Journal.command.in_((*STEERING, UNDO, REDO)),
        )
        .order_by(Journal.id)
    ):
        if entry.command in STEERING:
            yield entry
            continue
        root = session.get(Journal, json.loads(entry.detail).get("of", 0))
        if root is not None and root.command in STEERING:
            yield entry


def newest_steering(session: Session) -> int:
    """The number of the newest of them, 0: there is none."""
    for entry in session.scalars(
        select(Journal)
        .where(Journal.command.in_((*STEERING, UNDO, REDO)))
        .order_by(Journal.id.desc())
        .limit(50)
    ):
        if entry.command in STEERING:
            return entry.id
        root = session.get(Journal, json.loads(entry.detail).get("of", 0))
        if root is not None and root.command in STEERING:
            return entry.id
    return 0


__all__ = ["STEERING", "newest_steering", "steering"]
