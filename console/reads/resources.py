"""What could be freed now: the roster and the board, given to the finder."""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.board import Board
from console.domain.freeing import ResourceList
from console.domain.resources import find
from console.domain.roster import CUSTOMERS, TARGETS, Shift
from console.domain.times import DAY, SECOND
from console.reads.roster import directory, people, shifts
from console.settings import Settings
from console.store.roster_tables import CLASSES
from console.store.tables import Journal

#: Shifts this far around tell of anybody's rest before and after, and of a day off between.
_AROUND = 3 * DAY
#: While neither the roster nor an act moved, the list is made anew this often.
_EVERY = 5 * SECOND


def resources(
    session: Session, board: Board, settings: Settings, known: object = None
) -> ResourceList | None:
    """As of the board; None where `known` is the version of the list still."""
    revisions = [
        session.scalar(select(func.max(kind.__table__.c.revision)))
        for table, kind in CLASSES.items()
        if table not in (CUSTOMERS, TARGETS)
    ]
    # What was taken back leaves no newer row, but a record.
    version = (board.at // _EVERY, *revisions, session.scalar(select(func.max(Journal.id))))
    if version == known:
        return None
    staff = people(session)
    found = find(
        board,
        staff,
        planned(session, board.at - _AROUND, board.at + _AROUND),
        settings.resources_h,
        settings.rest_h,
    )
    return replace(found, version=version)


def planned(session: Session, from_at: int, to_at: int) -> list[Shift]:
    """Shifts and blocks of that time, each with the id of its person where one is known."""
    known = directory(people(session))
    return [
        replace(shift, person=known.get(shift.person.casefold(), shift.person))
        for shift in shifts(session, from_at, to_at)
    ]


__all__ = ["planned", "resources"]
