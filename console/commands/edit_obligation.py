"""Say who sees to what is owed, until when, whether the law requires it."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.blocks import when
from console.commands.command import Command
from console.commands.texts import clock, counted, fault_of_text
from console.domain.acts import Preview
from console.domain.obligations import OWED
from console.store.tables import Obligation

#: Takes a due date away.
NEVER = 0
#: What was typed is no time.
UNREADABLE = -1


@dataclass(frozen=True, slots=True)
class EditObligation(Command):
    """None leaves a field as it is; `due_at` NEVER takes the date away."""

    name: ClassVar[str] = "edit_obligation"
    ids: tuple[str, ...]
    owner: str | None = None
    due_at: int | None = None
    legal: bool | None = None
    note: str | None = None

    def title(self, session: Session) -> str:
        rows = self._rows(session)
        what = rows[0].what if len(rows) == 1 else counted(len(rows), "obligation")
        said = [self._owner()] if self.owner is not None else []
        if self.due_at is not None:
            said.append(f"due {when(self.due_at)}" if self.due_at > 0 else "due at no time")
        if self.legal is not None:
            said.append("required by law" if self.legal else "not required by law")
        if self.note is not None:
            said.append(f"note “{self.note}”")
        return f"{what}: {', '.join(said) or 'nothing'}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        rows = self._rows(session)
        if self.due_at is not None and self.due_at < 0:
            refused = "Write a date such as 2026-01-09, or 2026-01-09 14:00."
            return Preview(title, refused=refused)
        if not self.ids or len(rows) < len(set(self.ids)):
            return Preview(title, refused="There is no such obligation.")
        if any(row.state != OWED for row in rows):
            return Preview(title, refused="It is not owed any more.")
        for what, text in (("The owner", self.owner), ("The note", self.note)):
            if fault := fault_of_text(what, text or ""):
                return Preview(title, refused=fault)
        touches = [f"{row.what}: {words}" for row in rows if (words := self._changes(row))]
        if not touches:
            return Preview(title, refused="It stands so already.")
        warned = any(self._legal(row) and not self._due(row) for row in rows)
        warnings = ("The law requires it, and it has no due date.",) if warned else ()
        return Preview(title, tuple(touches), (), warnings)

    def apply(self, session: Session) -> None:
        for row in self._rows(session):
            if self.owner is not None:
                row.owner = self.owner.strip()
            if self.due_at is not None:
                row.due_at = self.due_at or None
            if self.legal is not None:
                row.legal = self.legal
            if self.note is not None:
                row.note = self.note

    def _rows(self, session: Session) -> list[Obligation]:
        rows = [session.get(Obligation, key) for key in dict.fromkeys(self.ids)]
        return [row for row in rows if row is not None]

    def _owner(self) -> str:
        return f"{self.owner} sees to it" if self.owner else "nobody sees to it"

    def _due(self, row: Obligation) -> int | None:
        return row.due_at if self.due_at is None else self.due_at or None

    def _legal(self, row: Obligation) -> bool:
        return row.legal if self.legal is None else self.legal

    def _changes(self, row: Obligation) -> str:
        told: list[str] = []
        if self.owner is not None and self.owner.strip() != row.owner:
            told.append(f"owner {row.owner or '–'} → {self.owner.strip() or '–'}")
        if (due := self._due(row)) != row.due_at:
            told.append(f"due {_when(row.due_at)} → {_when(due)}")
        if self._legal(row) != row.legal:
            told.append("required by law" if self.legal else "not required by law")
        if self.note is not None and self.note != row.note:
            told.append(f"note “{self.note}”")
        return ", ".join(told)


def _when(at: int | None) -> str:
    return "–" if at is None else clock(at)


__all__ = ["NEVER", "UNREADABLE", "EditObligation"]
