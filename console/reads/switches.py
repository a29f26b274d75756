"""How the switches of queues stand at their platforms, by those that tell."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.messages import (
    CALLBACK_DIAL,
    CALLBACK_OFFER,
    CHANNEL_STATE,
    DIAL,
    OFFER,
    ON,
    PENDING,
    REFUSED,
    SENT,
    STATE,
    queue_subject,
)
from console.reads.controls import Newest
from console.store.tables import Sighting

_CONTROL_OF = {OFFER: CALLBACK_OFFER, DIAL: CALLBACK_DIAL, STATE: CHANNEL_STATE}
_STATES = ("open", "draining", "closed")


@dataclass(frozen=True, slots=True)
class Switches:
    """`seen` is (value, since when) of what platforms tell, `asked` what was asked of it here."""

    seen: dict[tuple[int, str, str], tuple[str, int]]
    asked: Newest

    def on(self, queue_id: int, source_id: int, queue: str, aspect: str) -> bool | None:
        """Of a callback switch; None where nothing is told that is news to this console."""
        value = self._value(queue_id, source_id, queue, aspect)
        return None if value is None else value == ON

    def state(self, queue_id: int, source_id: int, queue: str) -> str:
        """Of a queue's channel; empty where nothing is told that is news to this console."""
        value = self._value(queue_id, source_id, queue, STATE)
        return value if value in _STATES else ""

    def _value(self, queue_id: int, source_id: int, queue: str, aspect: str) -> str | None:
        if not self.seen:
            return None  # as most often: no platform tells anything
        seen = self.seen.get((source_id, queue_subject(queue), aspect))
        if seen is None:
            return None
        state, left_at = self.asked.get(queue_id, {}).get(_CONTROL_OF[aspect], ("", 0))
        if state in (PENDING, SENT):
            return None  # what was asked here has its turn
        return seen[0] if seen[1] >= left_at or state == REFUSED else None


def switches(session: Session, at: int, asked: Newest) -> Switches:
    rows = session.execute(
        select(
            Sighting.source_id, Sighting.subject, Sighting.aspect, Sighting.value, Sighting.at
        ).where(Sighting.aspect.in_(_CONTROL_OF), Sighting.at <= at)
    )
    return Switches(
        {
            (source, subject, aspect): (value, since)
            for source, subject, aspect, value, since in rows
        },
        asked,
    )
