"""One timeline of what was done and what went wrong."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from console.domain.board import LogItem, LogRow
from console.domain.messages import (
    CANCELLED,
    CONFIRMED,
    PENDING,
    REFUSED,
    SENDING,
    SENT,
    UNCONFIRMED,
)
from console.domain.times import MINUTE, now_us
from console.reads.acts import root_id
from console.reads.alarms import row_of
from console.store.chain import TOLD, UNDO
from console.store.tables import Alarm, Journal, Outbox, Report

INTERVENTION = "intervention"
REPORT = "report"
ALARM = "alarm"
#: Nothing had to leave.
RECORDED = "recorded"

# What an act is called whose items stand differently: the state that wants looking at first.
_FIRST = (REFUSED, UNCONFIRMED, PENDING, SENT, CANCELLED, CONFIRMED)
# A report, and an alarm, has a line of its own, which shows all that was done about it.
_ABOUT_REPORTS = (
    "report_trouble", "answer_report", "close_report", "reopen_report", "take_alarms",
    "snooze_alarms",
)  # fmt: skip
_BATCH = 100


def log(
    session: Session, limit: int = 200, search: str = "", now: int | None = None
) -> list[LogRow]:
    """The newest interventions, reports and alarms, newest first; `now` is the console's present.

    `search`: all of its words must occur somewhere in a row, in any case.
    """
    words = search.casefold().split()
    rows: list[LogRow] = []
    at = now_us() if now is None else now
    for found in (_interventions(session), _reports(session), _alarms(session, at)):
        taken = 0
        for row in found:
            if not words or _says(row, words):
                rows.append(row)
                taken += 1
                if taken == limit:
                    break
    rows.sort(key=lambda row: (row.at, row.kind == REPORT), reverse=True)
    return rows[:limit]


def _says(row: LogRow, words: Sequence[str]) -> bool:
    parts = [row.kind, row.who, row.text, row.state, row.detail]
    parts += [part for item in row.items for part in (item.item, item.state, item.words)]
    text = " ".join(parts).casefold()
    return all(word in text for word in words)


def _interventions(session: Session) -> Iterator[LogRow]:
    """All acts, newest first, in batches: most questions are answered by the first."""
    # Of each line of act, undo and redo, the newest entry says whether the act is in effect.
    newest: dict[int, str] = {}
    last: int | None = None
    while True:
        question = (
            select(Journal)
            .options(load_only(Journal.id, Journal.at, Journal.who, Journal.command, Journal.title,
                               Journal.detail, Journal.why, Journal.undoes))
            .where(Journal.command.not_in((*TOLD, *_ABOUT_REPORTS)))
            .order_by(Journal.id.desc())
            .limit(_BATCH)
        )  # fmt: skip
        if last is not None:
            question = question.where(Journal.id < last)
        entries = session.scalars(question).all()
        items = items_of(session, [entry.id for entry in entries])
        changed = set(
            session.scalars(
                select(Journal.id).where(
                    Journal.id.in_([entry.id for entry in entries]), Journal.changes != "[]"
                )
            )
        )
        for entry in entries:
            root = root_id(entry)
            if _about_report(session, entry, root):
                continue
            state = newest.setdefault(root, entry.command)
            own = items.get(entry.id, [])
            is_root = entry.id == root
            undone = is_root and state == UNDO
            yield LogRow(
                INTERVENTION,
                str(entry.id),
                entry.at,
                entry.who,
                entry.title,
                state_of(item.state for item in own),
                entry.why,
                tuple(own),
                is_root and not undone and bool(own or entry.id in changed),
                undone,
            )
        if len(entries) < _BATCH:
            return
        last = entries[-1].id


def _alarms(session: Session, now: int) -> Iterator[LogRow]:
    question = select(Alarm).order_by(Alarm.raised_at.desc(), Alarm.id.desc())
    for alarm in session.scalars(question.execution_options(yield_per=_BATCH)):
        row = row_of(alarm)
        told = [row.number]
        if row.snoozed_why:
            told.append(f"put off by {row.snoozed_by}: {row.snoozed_why}")
        if row.cleared_at is not None:
            told.append(f"over after {_lasted(row.cleared_at - row.raised_at)}: {row.ending}")
        yield LogRow(
            ALARM,
            str(row.id),
            row.raised_at,
            row.owner,
            row.title,
            row.state(now),
            " · ".join(told),
        )


def _lasted(microseconds: int) -> str:
    minutes = max(0, microseconds) // MINUTE
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _about_report(session: Session, entry: Journal, root: int) -> bool:
    if root == entry.id:
        return False
    return session.get_one(Journal, root).command in _ABOUT_REPORTS


def items_of(session: Session, ids: Sequence[int]) -> dict[int, list[LogItem]]:
    """For each entry its messages; of one that was sent again, the newest."""
    found: dict[int, dict[str, LogItem]] = {}
    for row in session.scalars(
        select(Outbox).where(Outbox.journal_id.in_(ids)).order_by(Outbox.number)
    ):
        state = PENDING if row.state == SENDING else row.state
        item = LogItem(row.item, state, row.answer, row.id)
        found.setdefault(row.journal_id, {})[row.origin] = item
    return {journal_id: list(items.values()) for journal_id, items in found.items()}


def state_of(states: Iterable[str]) -> str:
    present = set(states)
    return next((state for state in _FIRST if state in present), RECORDED)


def _reports(session: Session) -> Iterator[LogRow]:
    question = select(Report).order_by(Report.at.desc(), Report.id)
    for report in session.scalars(question.execution_options(yield_per=_BATCH)):
        about = [
            text
            for text in (report.severity, report.category, report.agent, report.contact)
            if text
        ]
        if report.answer:
            about.append(f"answer: {report.answer}")
        yield LogRow(
            REPORT,
            report.id,
            report.at,
            report.who,
            report.what,
            report.state,
            " · ".join(about),
        )
