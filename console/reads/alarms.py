"""Alarms that stand, and those that have ended."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.alarms import AlarmRow
from console.store.tables import Alarm


def standing(session: Session) -> tuple[AlarmRow, ...]:
    """Those that have not ended, in the order in which they were raised."""
    found = session.scalars(select(Alarm).where(Alarm.cleared_at.is_(None)).order_by(Alarm.id))
    return tuple(map(row_of, found))


def past(session: Session, limit: int = 200) -> tuple[AlarmRow, ...]:
    """The newest, whether they stand or have ended, the newest first."""
    found = session.scalars(select(Alarm).order_by(Alarm.raised_at.desc()).limit(limit))
    return tuple(map(row_of, found))


def row_of(alarm: Alarm) -> AlarmRow:
    return AlarmRow(
        alarm.id,
        alarm.key,
        alarm.kind,
        alarm.title,
        alarm.number,
        alarm.definition,
        alarm.remedy,
        alarm.act,
        alarm.target,
        alarm.raised_at,
        alarm.seen_at,
        alarm.cleared_at,
        alarm.ending,
        alarm.owner,
        alarm.owned_at,
        alarm.snoozed_until,
        alarm.snoozed_by,
        alarm.snoozed_why,
    )


__all__ = ["past", "row_of", "standing"]
