"""What conditions need that is not on the board: asked every few seconds, a few rows each."""

import re
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.alarms.condition import Facts, Similar
from console.domain.obligations import OWED
from console.domain.records import ReportRow
from console.domain.times import HOUR, MINUTE
from console.reads.reports import recent
from console.reads.troubles import standing_troubles
from console.store.tables import Obligation

#: Older orders are history, whatever became of them.
TROUBLES = 12 * HOUR
REPORTS = 20 * MINUTE
#: Reports of no category are of one kind where so much of their words is the same.
_ALIKE = 0.5
#: Shorter words say little of what a report is about.
_LEAST_LETTERS = 4


def facts(session: Session, now: int, wall: int) -> Facts:
    """As of `now`, the console's present; what people write down has the `wall` clock's time."""
    overdue = Obligation.state == OWED, Obligation.due_at < now
    number = session.scalar(select(func.count()).select_from(Obligation).where(*overdue)) or 0
    oldest = (
        session.scalar(select(Obligation.what).where(*overdue).order_by(Obligation.due_at).limit(1))
        if number
        else ""
    )
    return Facts(
        standing_troubles(session, wall - TROUBLES),
        number,
        oldest or "",
        similar(recent(session, wall - REPORTS)),
    )


def similar(reports: Sequence[ReportRow]) -> tuple[Similar, ...]:
    """Reports by kind: their category, else the words that they share; the newest come first."""
    by_kind: dict[str, list[ReportRow]] = {}
    words: dict[str, frozenset[str]] = {}
    # From the oldest on, so that a kind keeps its name while newer reports join it.
    for report in reversed(reports):
        kind = report.category.strip()
        if not kind:
            said = _words(report.what)
            kind = next((k for k, known in words.items() if _alike(said, known)), "")
            if not kind:
                kind = " ".join(report.what.split())[:80]
                words[kind] = said
        by_kind.setdefault(kind, []).append(report)
    return tuple(
        Similar(kind, len(found), " ".join(found[-1].what.split())[:120])
        for kind, found in by_kind.items()
    )


def _words(text: str) -> frozenset[str]:
    found = re.findall(r"\w+", text.casefold())
    return frozenset(word for word in found if len(word) >= _LEAST_LETTERS)


def _alike(some: frozenset[str], others: frozenset[str]) -> bool:
    both = some & others
    return bool(both) and len(both) >= _ALIKE * min(len(some), len(others))


__all__ = ["REPORTS", "TROUBLES", "facts", "similar"]
