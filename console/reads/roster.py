"""Who works here, when, and what is aimed at, as stated by files and on the screen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from console.domain.roster import (
    CUSTOMERS,
    LEAVE,
    PEOPLE,
    SHIFT,
    SHIFTS,
    TARGETS,
    CustomerNote,
    Entry,
    Person,
    ReadFile,
    Shift,
    Target,
)
from console.domain.times import DAY, SECOND, in_zone
from console.store.roster import sql_table, values_of
from console.store.roster_tables import RosterFile

#: How far outside the range a block is looked for that was moved across its edge.
_AROUND = 2 * DAY


def people(session: Session) -> list[Person]:
    """By name, those who have left not among them."""
    found = [Person(**row) for row in records(session, PEOPLE)]
    return sorted(found, key=lambda person: ((person.name or person.id).casefold(), person.id))


def shifts(session: Session, from_at: int, to_at: int) -> list[Shift]:
    """Shifts and blocks that touch the range (microseconds UTC, half-open), by start.

    Of two of one person and kind that overlap, the one stated later holds: it was moved.
    """
    rows = sql_table(SHIFTS)
    question = rows.select().where(
        rows.c.gone.is_(False),
        rows.c.end_at > from_at - _AROUND,
        rows.c.start_at < to_at + _AROUND,
    )
    found = _holding(Shift(**row) for row in _rows(session, SHIFTS, question))
    return [shift for shift in found if shift.end_at > from_at and shift.start_at < to_at]


def customers(session: Session) -> list[CustomerNote]:
    """The most valuable first."""
    found = [CustomerNote(**row) for row in records(session, CUSTOMERS)]
    return sorted(found, key=lambda note: (-(note.value or 0), note.customer))


def targets(session: Session) -> list[Target]:
    """Channels, then queues, by name."""
    found = [Target(**row) for row in records(session, TARGETS)]
    return sorted(found, key=lambda target: (target.scope, target.name.casefold()))


def files(session: Session) -> list[ReadFile]:
    """The files that were read, the newest reading first."""
    question = select(RosterFile).order_by(RosterFile.read_at.desc(), RosterFile.path)
    return [
        ReadFile(row.path, row.read_at, row.rows, row.left, row.zone)
        for row in session.scalars(question)
    ]


def not_among(session: Session, stated: Iterable[Entry], at: int, zone: ZoneInfo) -> list[str]:
    """Shifts that stood before `at` and are not among these, though these are of the same people,
    kinds and days (of that zone): their ids."""
    mine = {entry.key: dict(entry.values) for entry in stated if not entry.gone}
    if not mine:
        return []
    known = directory(people(session))

    def whose(person: str, kind: object) -> tuple[str, object]:
        return known.get(person.casefold(), person), kind

    covered = {whose(str(values["person"]), values["kind"]) for values in mine.values()}
    from_at = _midnight(min(cast(int, values["start_at"]) for values in mine.values()), zone)
    to_at = _midnight(max(cast(int, values["end_at"]) for values in mine.values()) - 1, zone, 1)
    return [
        shift.id
        for shift in shifts(session, from_at, to_at)
        if shift.id not in mine
        and whose(shift.person, shift.kind) in covered
        and shift.edited_at <= at
    ]


def _midnight(at: int, zone: ZoneInfo, days: int = 0) -> int:
    """The midnight before that instant, or some days later."""
    day = in_zone(at, zone).date() + timedelta(days)
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * SECOND


def records(session: Session, table: str) -> list[dict[str, Any]]:
    """All rows of a table that stand, by field; in the order of their ids."""
    rows = sql_table(table)
    question = rows.select().where(rows.c.gone.is_(False)).order_by(rows.c.id)
    return list(_rows(session, table, question))


@dataclass(frozen=True, slots=True)
class OnShift:
    """A person in their shift. `block` is what they are planned to do in it now, None: to serve."""

    person: str
    name: str
    shift: Shift
    block: Shift | None


def on_shift(session: Session, at: int) -> list[OnShift]:
    """Everybody whose shift spans that instant, by name; who is on leave is not on shift."""
    staff = people(session)
    known = directory(staff)
    shown = {person.id: person.name or person.id for person in staff}
    spans: dict[str, Shift] = {}
    blocks: dict[str, Shift] = {}
    for shift in shifts(session, at, at + 1):
        person = known.get(shift.person.casefold(), shift.person)
        held = spans if shift.kind == SHIFT else blocks
        # Leave lies above all else; of others the one that began last is inside the others.
        if person not in held or held[person].kind != LEAVE:
            held[person] = shift
    found = [
        OnShift(person, shown.get(person, person), shift, blocks.get(person))
        for person, shift in spans.items()
        if person not in blocks or blocks[person].kind != LEAVE
    ]
    return sorted(found, key=lambda row: (row.name.casefold(), row.person))


def directory(known: Iterable[Person]) -> dict[str, str]:
    """Person ids by what a shift may call them, in small letters: the id, or a name that only one
    person has."""
    found: dict[str, str] = {}
    ambiguous: set[str] = set()
    listed = list(known)
    for person in listed:
        name = person.name.casefold()
        if name and found.setdefault(name, person.id) != person.id:
            ambiguous.add(name)
    for name in ambiguous:
        del found[name]
    return found | {person.id.casefold(): person.id for person in listed}


def _holding(found: Iterable[Shift]) -> list[Shift]:
    """Without those that a later statement replaced."""
    kept: list[Shift] = []
    by_kind: dict[tuple[str, str], list[Shift]] = {}
    # The newest first: an older one that overlaps a kept one is out.
    for shift in sorted(found, key=lambda shift: (-shift.edited_at, shift.start_at, shift.id)):
        others = by_kind.setdefault((shift.person.casefold(), shift.kind), [])
        if not any(
            other.edited_at > shift.edited_at
            and other.start_at < shift.end_at
            and shift.start_at < other.end_at
            for other in others
        ):
            others.append(shift)
            kept.append(shift)
    return sorted(kept, key=lambda shift: (shift.start_at, shift.end_at, shift.id))


def _rows(session: Session, table: str, question: Select[Any]) -> Iterator[dict[str, Any]]:
    for row in session.execute(question).mappings():
        yield values_of(table, dict(row))


__all__ = [
    "OnShift", "customers", "directory", "files", "not_among", "on_shift", "people", "records",
    "shifts", "targets",
]  # fmt: skip
