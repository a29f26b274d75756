"""Say that something goes wrong."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.command import Command
from console.domain.acts import Preview
from console.domain.times import now_us
from console.store.tables import Report


@dataclass(frozen=True, slots=True)
class ReportTrouble(Command):
    """`id` and `at` (microseconds UTC) are those of the moment it was written down."""

    name: ClassVar[str] = "report_trouble"
    steps_back: ClassVar[bool] = False
    id: str
    who: str
    what: str
    at: int
    agent: str = ""
    contact: str = ""
    category: str = ""
    severity: str = ""

    def title(self, session: Session) -> str:
        return f"report: {self.what}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        if not self.what.strip():
            return Preview(title, refused="Nothing was written.")
        if session.get(Report, self.id) is not None:
            return Preview(title, refused="This report is on record already.")
        about = [
            f"{label}: {text}"
            for label, text in (
                ("agent", self.agent),
                ("contact", self.contact),
                ("category", self.category),
                ("severity", self.severity),
            )
            if text
        ]
        return Preview(title, tuple(about))

    def apply(self, session: Session) -> None:
        session.add(
            Report(
                id=self.id,
                at=self.at or now_us(),
                who=self.who,
                what=self.what,
                agent=self.agent,
                contact=self.contact,
                category=self.category,
                severity=self.severity,
                state="open",
                answer="",
            )
        )
