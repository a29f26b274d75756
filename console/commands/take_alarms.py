"""Say who sees to an alarm: acknowledge it, give it to somebody, or give it back."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.texts import fault_of_text, listed
from console.domain.acts import Preview
from console.domain.times import now_us
from console.store.tables import Alarm


@dataclass(frozen=True, slots=True)
class TakeAlarms(Command):
    """`owner` sees to them; "" gives them back. Who has one has it until it ends by itself."""

    name: ClassVar[str] = "take_alarms"
    #: The finger that takes back a move must not give back an alarm.
    steps_back: ClassVar[bool] = False
    ids: tuple[int, ...]
    owner: str

    def title(self, session: Session) -> str:
        who = self.owner.strip() or "nobody"
        return f"{who} sees to: {named(rows_of(session, self.ids))}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        rows = rows_of(session, self.ids)
        if refused := refused_of(rows, self.ids):
            return Preview(title, refused=refused)
        if fault := fault_of_text("The owner", self.owner):
            return Preview(title, refused=fault)
        touches = [
            f"{row.title}: {row.owner or 'nobody'} → {self.owner.strip() or 'nobody'}"
            for row in rows
            if row.owner != self.owner.strip()
        ]
        if not touches:
            return Preview(title, refused="It stands so already.")
        return Preview(title, tuple(touches))

    def apply(self, session: Session) -> None:
        owner = self.owner.strip()
        for row in rows_of(session, self.ids):
            row.owner, row.owned_at = owner, now_us() if owner else None
            if owner:
                row.snoozed_until, row.snoozed_by, row.snoozed_why = None, "", ""


def rows_of(session: Session, ids: tuple[int, ...]) -> list[Alarm]:
    """The alarms of these numbers, as far as there are any."""
    rows = [session.get(Alarm, key) for key in dict.fromkeys(ids)]
    return [row for row in rows if row is not None]


def named(rows: list[Alarm]) -> str:
    """“support waits, pbx is silent and 4 more”."""
    return listed([row.title for row in rows]) or "no alarm"


def refused_of(rows: list[Alarm], ids: tuple[int, ...]) -> str:
    """Why nothing can be done about these alarms; empty where something can."""
    if not ids or len(rows) < len(set(ids)):
        return "There is no such alarm."
    if all(row.cleared_at is not None for row in rows):
        return "It has ended already."
    return ""


__all__ = ["TakeAlarms", "named", "refused_of", "rows_of"]
