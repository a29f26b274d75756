"""Write down something that is put off by hand: a monthly report, a visit, a clean-up."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.blocks import hours, open_operation
from console.commands.command import Command
from console.commands.texts import clock, fault_of_text
from console.domain.acts import Preview
from console.domain.obligations import OTHER, OWED
from console.domain.times import now_us
from console.store.tables import Obligation


@dataclass(frozen=True, slots=True)
class AddObligation(Command):
    """`id` is that of the moment it was written down. `minutes` 0: nobody has said how long.

    It is owed of the operation that is under way unless another is named.
    """

    name: ClassVar[str] = "add_obligation"
    id: str
    what: str
    who: str
    kind: str = OTHER
    person: str = ""
    minutes: int = 0
    owner: str = ""
    due_at: int | None = None
    legal: bool = False
    note: str = ""
    operation_id: int | None = None

    def title(self, session: Session) -> str:
        return f"put off: {self.what}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        if not self.what.strip():
            return Preview(title, refused="Write what is put off.")
        if session.get(Obligation, self.id) is not None:
            return Preview(title, refused="This is on record already.")
        texts = (("What is put off", self.what), ("The owner", self.owner), ("The note", self.note))
        for name, text in texts:
            if fault := fault_of_text(name, text):
                return Preview(title, refused=fault)
        touches = [f"{self.owner} sees to it" if self.owner else "nobody sees to it yet"]
        if self.minutes:
            touches.append(f"{hours(self.minutes)} are owed")
        if self.due_at is not None:
            touches.append(f"due {clock(self.due_at)}")
        warnings = ("The law requires it, and it has no due date.",)
        return Preview(
            title, tuple(touches), (), warnings if self.legal and self.due_at is None else ()
        )

    def apply(self, session: Session) -> None:
        session.add(
            Obligation(
                id=self.id,
                what=self.what.strip(),
                kind=self.kind,
                person=self.person,
                minutes=self.minutes,
                owner=self.owner,
                due_at=self.due_at,
                legal=self.legal,
                state=OWED,
                note=self.note,
                made_at=now_us(),
                made_by=self.who,
                operation_id=self.operation_id or open_operation(session),
            )
        )
