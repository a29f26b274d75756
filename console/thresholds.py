"""What the console does by itself because a person said when: turn a callback offer off.

It only ever turns off, and once: on again is for a person to say. Whoever turns an offer on while
too many promises are open is taken at their word until there were fewer.
"""

import json
from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from console import journal
from console.commands.promises import DRAIN
from console.commands.set_callback import SetCallback
from console.errors import NotAllowed
from console.store.engine import Store, next_revision
from console.store.tables import Journal, Promise, Queue

#: Older acts are not looked through for who set a limit.
_RECENT = 500


class Thresholds:
    """Remembers between looks which offers a person has turned on in spite of their limit."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # By queue: its revision when this was found out, and whether a person holds it on.
        self._held: dict[int, tuple[int, bool]] = {}
        self._refused: set[tuple[int, int]] = set()

    def look(self, now: int) -> bool:
        """Turn off what has reached its limit by `now`; True where anything was."""
        with self._store.read() as session:
            over = [
                queue_id for queue_id in _limited(session) if self._is_over(session, queue_id, now)
            ]
        return any([self._turn_off(queue_id, now) for queue_id in over])

    def _is_over(self, session: Session, queue_id: int, now: int) -> bool:
        queue = session.get(Queue, queue_id)
        if queue is None or queue.callback_offer is False or queue.callback_off_from is None:
            return False
        if (queue_id, queue.revision) in self._refused:
            return False
        limit = queue.callback_off_from
        known, held = self._held.get(queue_id, (-1, False))
        if known != queue.revision:
            since = _turned_on_at(session, queue_id)
            held = since is not None and _fewest(session, queue_id, since, now) >= limit
        over = _open(session, queue_id, now) >= limit
        self._held[queue_id] = (queue.revision, held and over)
        return over and not held

    def _turn_off(self, queue_id: int, now: int) -> bool:
        refused: tuple[int, int] | None = None
        try:
            with self._store.write() as session:
                next_revision(session)  # the lock: another desk may have been quicker
                if not self._is_over(session, queue_id, now):
                    return False
                queue = session.get_one(Queue, queue_id)
                refused = (queue_id, queue.revision)
                command = SetCallback(
                    offer=False,
                    queue_ids=(queue_id,),
                    promised="" if queue.callback_dial is False else DRAIN,
                )
                why = f"{_open(session, queue_id, now)} promises were open"
                journal.record(session, command, _who(session, queue), why)
        except NotAllowed:
            # A name that no platform takes, say. Once is enough until somebody changes it.
            if refused is not None:
                self._refused.add(refused)
            return False
        return True


def _limited(session: Session) -> Sequence[int]:
    return session.scalars(
        select(Queue.id).where(
            Queue.callback_off_from.is_not(None),
            or_(Queue.callback_offer.is_(None), Queue.callback_offer.is_(True)),
        )
    ).all()


def _open(session: Session, queue_id: int, at: int) -> int:
    """How many promises are not kept yet."""
    return (
        session.scalar(
            select(func.count()).where(
                Promise.queue_id == queue_id,
                Promise.requested_at <= at,
                Promise.ended_at.is_(None),
            )
        )
        or 0
    )


def _fewest(session: Session, queue_id: int, since: int, now: int) -> int:
    """How few promises were open at any time since then."""
    number = 0
    steps: list[tuple[int, int]] = []
    for begun, ended in session.execute(
        select(Promise.requested_at, Promise.ended_at).where(
            Promise.queue_id == queue_id,
            Promise.requested_at <= now,
            or_(Promise.ended_at.is_(None), Promise.ended_at > since),
        )
    ):
        if begun <= since:
            number += 1
        else:
            steps.append((begun, 1))
        if ended is not None and ended <= now:
            steps.append((ended, -1))
    fewest = number
    for _at, step in sorted(steps):
        number += step
        fewest = min(fewest, number)
    return fewest


def _acts(session: Session, queue_id: int) -> list[tuple[Journal, dict[str, object]]]:
    """What was done with the offer of a queue or its limit, newest first, each with what it set."""
    found: list[tuple[Journal, dict[str, object]]] = []
    for entry in session.scalars(
        select(Journal)
        .where(Journal.changes.contains('"callback_off'))
        .order_by(Journal.id.desc())
        .limit(_RECENT)
    ):
        for change in json.loads(entry.changes):
            if change["table"] == "queue" and change["key"] == {"id": queue_id}:
                found.append((entry, change["after"] or {}))
    return found


def _turned_on_at(session: Session, queue_id: int) -> int | None:
    """When a person turned the offer on with its limit in force; None where the limit is newer."""
    for entry, after in _acts(session, queue_id):
        if "callback_off_from" in after:
            return None
        if after.get("callback_offer", False) is not False:
            return entry.at
    return None


def _who(session: Session, queue: Queue) -> str:
    limit = queue.callback_off_from
    words = f"Coalface, by the limit of {limit} promises"
    for entry, after in _acts(session, queue.id):
        if after.get("callback_off_from") == limit:
            return f"{words} set by {entry.who}"
    return words


__all__ = ["Thresholds"]
