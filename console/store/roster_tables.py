"""The tables of rosters: people, shifts, customers, targets, and who is which agent.

Each row holds what the newest statements say of it, field by field (`console.domain.roster`):
`edited_at` is the time of the newest, `older` (JSON) the times of the fields that are from an older
one. A row that is gone stays, so that an older file does not bring it back.
"""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from console.domain.roster import CUSTOMERS, PEOPLE, SHIFTS, TARGETS
from console.store.tables import Table, Undoable


class Stated(Undoable):
    """What all of them have. `id` is the row's identity as files state it."""

    id: Mapped[str] = mapped_column(primary_key=True)
    gone: Mapped[bool] = mapped_column(default=False)
    edited_at: Mapped[int] = mapped_column(default=0)
    edited_by: Mapped[str] = mapped_column(default="")  # a file's name, or who sat at the screen
    older: Mapped[str] = mapped_column(default="{}")
    revision: Mapped[int] = mapped_column(default=0)


class RosterPerson(Stated, Table):
    """Lists are JSON: languages [name], skills [[name, level]], ids [[system, id]]."""

    __tablename__ = "person"
    name: Mapped[str] = mapped_column(default="")
    team: Mapped[str] = mapped_column(default="")
    tier: Mapped[str] = mapped_column(String(20), default="")
    home_queue: Mapped[str] = mapped_column(default="")
    languages: Mapped[str] = mapped_column(default="[]")
    skills: Mapped[str] = mapped_column(default="[]")
    ids: Mapped[str] = mapped_column(default="[]")


class RosterShift(Stated, Table):
    """`person` is as the file names them: the shift may be known before the person is."""

    __tablename__ = "shift"
    __table_args__ = (Index(None, "start_at"), Index(None, "end_at"))
    person: Mapped[str] = mapped_column(default="")
    start_at: Mapped[int] = mapped_column(default=0)
    end_at: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(20), default="shift")
    note: Mapped[str] = mapped_column(default="")
    movable: Mapped[bool | None]
    legal: Mapped[bool | None]
    consent: Mapped[bool | None]


class RosterCustomer(Stated, Table):
    """`id` is the customer, masked."""

    __tablename__ = "customer_note"
    value: Mapped[float | None]
    at_risk: Mapped[bool | None]
    preferred: Mapped[str] = mapped_column(default="")


class RosterTarget(Stated, Table):
    """Of a channel or a queue of that name in any source; `id` is both in one."""

    __tablename__ = "target"
    scope: Mapped[str] = mapped_column(String(10), default="")
    name: Mapped[str] = mapped_column(default="")
    service_level: Mapped[float | None]
    within_s: Mapped[int | None]
    expected_s: Mapped[int | None]
    critical: Mapped[bool | None]


class PersonTie(Undoable, Table):
    """An agent tied to a person by hand; to none: they must never be joined.

    By what the source calls the agent, not by the agent's row, which is made anew when names and
    interfaces are found to belong together.
    """

    __tablename__ = "person_tie"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    ref: Mapped[str] = mapped_column(String(256), primary_key=True)
    person_id: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    edited_at: Mapped[int] = mapped_column(default=0)
    edited_by: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=0)


class RosterFile(Table):
    """A roster file that was read by itself, since it lies where exports do."""

    __tablename__ = "roster_file"
    path: Mapped[str] = mapped_column(primary_key=True)
    stamp: Mapped[str]  # its size and time of change when it was read
    zone: Mapped[str]  # of its local times, "" where nobody has said
    rows: Mapped[int]
    left: Mapped[int]  # rows that could not be taken
    changed_at: Mapped[int]
    read_at: Mapped[int]
    revision: Mapped[int]


CLASSES: dict[str, type[Table]] = {
    PEOPLE: RosterPerson,
    SHIFTS: RosterShift,
    CUSTOMERS: RosterCustomer,
    TARGETS: RosterTarget,
}
