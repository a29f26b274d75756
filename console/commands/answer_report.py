"""Answer a report, so that whoever wrote it knows that it was read."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.command import Command
from console.domain.acts import Preview
from console.domain.times import now_us
from console.store.tables import Report


@dataclass(frozen=True, slots=True)
class AnswerReport(Command):
    name: ClassVar[str] = "answer_report"
    report_id: str
    answer: str

    def title(self, session: Session) -> str:
        report = session.get(Report, self.report_id)
        return f"answer the report “{report.what if report else self.report_id}”: {self.answer}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        report = session.get(Report, self.report_id)
        if report is None:
            return Preview(title, refused="There is no such report.")
        if not self.answer.strip():
            return Preview(title, refused="The answer is empty.")
        before = (f"It was answered before: {report.answer}",) if report.answer else ()
        return Preview(title, (f"{report.who} sees the answer in the log.",), warnings=before)

    def apply(self, session: Session) -> None:
        report = session.get_one(Report, self.report_id)
        report.answer = self.answer
        report.answered_at = now_us()
        if report.state == "open":
            report.state = "answered"
