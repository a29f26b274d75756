"""Reports, searched."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.records import ReportRow
from console.store.tables import Report


def reports(session: Session, search: str = "", state: str = "") -> list[ReportRow]:
    """Newest first; all words of `search` must occur in a report, in any case.

    `state`: open, answered or closed; empty for all.
    """
    question = select(Report).order_by(Report.at.desc(), Report.id)
    if state:
        question = question.where(Report.state == state)
    words = search.casefold().split()
    return [
        _row(report)
        for report in session.scalars(question.execution_options(yield_per=200))
        # Not in SQL: SQLite knows upper and lower case of ASCII only.
        if all(word in _text(report) for word in words)
    ]


def recent(session: Session, since: int) -> list[ReportRow]:
    """Those written after `since`, microseconds, the newest first."""
    question = select(Report).where(Report.at > since).order_by(Report.at.desc(), Report.id)
    return [_row(report) for report in session.scalars(question)]


def _text(report: Report) -> str:
    return " ".join(
        (
            report.what,
            report.who,
            report.agent,
            report.contact,
            report.category,
            report.severity,
            report.answer,
        )
    ).casefold()


def _row(report: Report) -> ReportRow:
    return ReportRow(
        report.id,
        report.at,
        report.who,
        report.what,
        report.agent,
        report.contact,
        report.category,
        report.severity,
        report.state,
        report.answer,
        report.answered_at,
        report.closed_at,
        report.revision,
    )
