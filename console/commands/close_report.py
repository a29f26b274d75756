"""Close a report: nothing more is to be done about it."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.command import Command
from console.domain.acts import Preview
from console.domain.times import now_us
from console.store.tables import Report


@dataclass(frozen=True, slots=True)
class CloseReport(Command):
    name: ClassVar[str] = "close_report"
    report_id: str

    def title(self, session: Session) -> str:
        report = session.get(Report, self.report_id)
        return f"close the report “{report.what if report else self.report_id}”"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        report = session.get(Report, self.report_id)
        if report is None:
            return Preview(title, refused="There is no such report.")
        if report.state == "closed":
            return Preview(title, refused="It is closed already.")
        unread = () if report.answer else (f"{report.who} has had no answer yet.",)
        return Preview(title, (f"{report.who} sees that it is closed.",), warnings=unread)

    def apply(self, session: Session) -> None:
        report = session.get_one(Report, self.report_id)
        report.state = "closed"
        report.closed_at = now_us()
