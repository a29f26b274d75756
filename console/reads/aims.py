"""What is aimed at in each queue: its own target of the roster, else its channel's."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.board import Aim
from console.domain.roster import CHANNEL, QUEUE
from console.settings import Settings
from console.store.roster_tables import RosterTarget
from console.store.tables import Queue

#: What says the seconds where no target does.
SETTINGS = "the settings"


def aims(session: Session, settings: Settings) -> dict[int, Aim]:
    """By the queue's id, those for which the roster states something. What a queue's own target
    leaves open its channel's says; a queue is meant in every source that calls it so."""
    rows = session.execute(
        select(
            RosterTarget.scope, RosterTarget.name, RosterTarget.service_level,
            RosterTarget.within_s, RosterTarget.expected_s, RosterTarget.edited_by,
        )
        .where(RosterTarget.gone.is_(False))
        .order_by(RosterTarget.edited_at, RosterTarget.id)
    ).all()  # fmt: skip
    if not rows:
        return {}
    stated = {(row.scope, row.name.casefold()): row for row in rows}
    found: dict[int, Aim] = {}
    for queue_id, name, channel in session.execute(select(Queue.id, Queue.name, Queue.channel)):
        own = stated.get((QUEUE, name.casefold()))
        wide = stated.get((CHANNEL, channel))
        some = [
            (row, f"{whose} in the roster ({row.edited_by})")
            for row, whose in ((own, "its own target"), (wide, f"the target of {channel}"))
            if row is not None
        ]
        if some:
            found[queue_id] = _aim(some, settings)
    return found


def _aim(stated: Sequence[tuple[Any, str]], settings: Settings) -> Aim:
    """`stated` are targets with what they are called, the nearest first."""

    def said(field: str) -> tuple[Any, str]:
        found = ((getattr(row, field), by) for row, by in stated)
        return next(((value, by) for value, by in found if value is not None), (None, ""))

    within_s, within_by = said("within_s")
    if within_s is None:
        within_s, within_by = settings.service_level_s, SETTINGS
    return Aim(within_s, within_by, *said("service_level"), *said("expected_s"))


__all__ = ["SETTINGS", "aims"]
