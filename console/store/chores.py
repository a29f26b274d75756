"""What is still to be done to the rows of a source, kept until it is done.

To empty a source takes many transactions. What a person asked for is noted in the transaction that
records the act, so it is carried on after whatever interrupts it; until it is done nothing is read
of the source.
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from console.store.tables import Counter

#: Take away all rows of the source.
EMPTY = "empty source"
#: Read again, from their beginning, the files of the source that are still there.
REREAD = "reread source"


def note(session: Session, chore: str, source_id: int, revision: int) -> None:
    """Note a chore; noted already is noted."""
    name = f"{chore} {source_id}"
    if session.get(Counter, name) is None:
        session.add(Counter(name=name, value=revision))
        session.flush()


def noted(session: Session) -> list[tuple[str, int]]:
    """The chores that are left and their sources' ids; emptying comes before reading again."""
    names = session.scalars(select(Counter.name).order_by(Counter.name))
    return [
        (chore, int(name[len(chore) + 1 :]))
        for name in names
        for chore in (EMPTY, REREAD)
        if name.startswith(chore)
    ]


def is_noted(session: Session, chore: str, source_id: int) -> bool:
    return session.get(Counter, f"{chore} {source_id}", populate_existing=True) is not None


def cross_off(session: Session, chore: str, source_id: int) -> None:
    session.execute(delete(Counter).where(Counter.name == f"{chore} {source_id}"))


__all__ = ["EMPTY", "REREAD", "cross_off", "is_noted", "note", "noted"]
