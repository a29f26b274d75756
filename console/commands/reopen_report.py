"""Reopen a report that was closed too early."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.command import Command
from console.domain.acts import Preview
from console.store.tables import Report


@dataclass(frozen=True, slots=True)
class ReopenReport(Command):
    name: ClassVar[str] = "reopen_report"
    report_id: str

    def title(self, session: Session) -> str:
        report = session.get(Report, self.report_id)
        return f"reopen the report “{report.what if report else self.report_id}”"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        report = session.get(Report, self.report_id)
        if report is None:
            return Preview(title, refused="There is no such report.")
        if report.state != "closed":
            return Preview(title, refused="It is open.")
        return Preview(title, (f"{report.who} sees that it is open again.",))

    def apply(self, session: Session) -> None:
        report = session.get_one(Report, self.report_id)
        report.state = "answered" if report.answer else "open"
        report.closed_at = None
