"""What the commands of the resource finder share: blocks of the roster and what is owed of them."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.roster import BREAK, LEAVE, SHIFT
from console.domain.times import DAY, MINUTE, SECOND
from console.reads.roster import directory, people
from console.store.roster_tables import RosterShift
from console.store.tables import Operation


def names_of(session: Session) -> dict[str, tuple[str, str]]:
    """(id, name) of each person, by what a shift may call them in small letters."""
    staff = people(session)
    shown = {person.id: person.name or person.id for person in staff}
    return {said: (found, shown[found]) for said, found in directory(staff).items()}


def whose(names: dict[str, tuple[str, str]], said: str) -> tuple[str, str]:
    """The id and the name of whom a shift is for; both as it says where nobody is known."""
    return names.get(said.casefold(), (said, said))


def fault_of_block(block: RosterShift) -> str:
    """Why this block must not be put off, in words; empty where it may."""
    if block.kind == BREAK:
        return "a break is protected: nobody is asked to give it up"
    if block.kind == SHIFT:
        return "that is a shift, not a block in one"
    if block.legal:
        return "the law requires it then"
    if block.movable is False:
        return "it was stated not to be movable"
    if block.kind == LEAVE and block.consent is not True:
        return "leave is given up by consent only, and none is stated: ask first"
    return ""


def older_twins(session: Session, block: RosterShift) -> list[RosterShift]:
    """Older statements of the same block, which it replaced: they must not come back for it."""
    question = select(RosterShift).where(
        RosterShift.kind == block.kind,
        RosterShift.gone.is_(False),
        RosterShift.edited_at < block.edited_at,
        RosterShift.start_at < block.end_at,
        RosterShift.end_at > block.start_at,
    )
    mine = block.person.casefold()
    return [row for row in session.scalars(question) if row.person.casefold() == mine]


def open_operation(session: Session) -> int | None:
    """The operation that is under way; what is put off now is owed of it."""
    question = (
        select(Operation.id)
        .where(Operation.closed_at.is_(None))
        .order_by(Operation.started_at.desc(), Operation.id.desc())
    )
    return session.scalar(question.limit(1))


def hours(minutes: int) -> str:
    """“45 min”, “6 h”, “23 h 30”."""
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" + (f" {minutes % 60:02d}" if minutes % 60 else "")


def until(from_at: int, to_at: int) -> int:
    """Seconds for which a message about that time is worth sending."""
    return max(60, min(to_at - from_at, 2 * DAY) // SECOND)


def minutes_between(from_at: int, to_at: int) -> int:
    return max(0, to_at - from_at) // MINUTE


def when(at: int) -> str:
    """An instant as titles name it, by the clock of this desk and to the minute; with its distance
    from UTC, so that it can be read anywhere and next year."""
    moment = datetime.fromtimestamp(at // SECOND, UTC).astimezone()
    offset = moment.strftime("%z")
    zone = f"{offset[:3]}:{offset[3:5]}" if moment.utcoffset() else "UTC"
    return f"{moment:%Y-%m-%d %H:%M} {zone}"


__all__ = [
    "fault_of_block", "hours", "minutes_between", "names_of", "older_twins",
    "open_operation", "until", "when", "whose",
]  # fmt: skip
