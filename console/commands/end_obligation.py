"""What was owed has been done, or is waived with the reason."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.texts import counted, fault_of_text
from console.domain.acts import Preview
from console.domain.obligations import DONE, OWED, WAIVED
from console.domain.times import now_us
from console.store.tables import Obligation


@dataclass(frozen=True, slots=True)
class EndObligation(Command):
    """`note` says how it was done, or why it need not be; it is kept beside it."""

    name: ClassVar[str] = "end_obligation"
    ids: tuple[str, ...]
    state: str = DONE
    note: str = ""

    def title(self, session: Session) -> str:
        rows = self._rows(session)
        what = rows[0].what if len(rows) == 1 else counted(len(rows), "obligation")
        return f"{what}: {self.state}{f', {self.note}' if self.note else ''}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        rows = self._rows(session)
        if not self.ids or len(rows) < len(set(self.ids)):
            return Preview(title, refused="There is no such obligation.")
        if self.state not in (DONE, WAIVED):
            return Preview(title, refused=f"It can be {DONE} or {WAIVED}, not “{self.state}”.")
        if any(row.state != OWED for row in rows):
            return Preview(title, refused="It is not owed any more.")
        if fault := fault_of_text("The note", self.note):
            return Preview(title, refused=fault)
        if self.state == WAIVED:
            if any(row.legal for row in rows):
                refused = "The law requires it: it can be done, not waived."
                return Preview(title, refused=refused)
            if not self.note.strip():
                return Preview(title, refused="Write why it need not be done any more.")
        return Preview(title, tuple(f"{row.what}: owed → {self.state}" for row in rows))

    def apply(self, session: Session) -> None:
        now = now_us()
        for row in self._rows(session):
            row.state = self.state
            row.ended_at = now
            if self.note.strip():
                row.note = f"{row.note}; {self.note.strip()}" if row.note else self.note.strip()

    def _rows(self, session: Session) -> list[Obligation]:
        rows = [session.get(Obligation, key) for key in dict.fromkeys(self.ids)]
        return [row for row in rows if row is not None]
