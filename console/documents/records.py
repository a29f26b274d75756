"""The parts of a review that a console's own records tell: what was done when, what came of it,
reports and their answers, alarms, what is owed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.documents.discreet import discreet
from console.domain.effects import MARKS_MIN, TOLD, Effect
from console.domain.effects import Span as Window
from console.domain.obligations import OWED
from console.domain.papers import Section, Table
from console.domain.times import DAY, HOUR, MINUTE, in_zone
from console.kpis.measures import BY_NAME
from console.reads.alarms import row_of
from console.reads.effects import Effects
from console.reads.log import INTERVENTION, log
from console.reads.obligations import obligations
from console.settings import Settings
from console.store.tables import Alarm, Report

#: Rows of one table; a longer one says how many are left out.
MOST = 400
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a review is of, both ends included, microseconds UTC; `zone` is that of its clock, None
    this machine's."""

    from_at: int
    to_at: int
    zone: ZoneInfo | None = None

    def clock(self, at: int | None) -> str:
        """“Mon 14:05”, or with the date where it is longer than a week."""
        if at is None:
            return "–"
        long = self.to_at - self.from_at > 7 * DAY
        return self.date(at) if long else self._wall(at).strftime("%a %H:%M")

    def date(self, at: int | None) -> str:
        """“25 Nov 14:05”."""
        return "–" if at is None else self._wall(at).strftime("%d %b %H:%M")

    @property
    def zone_name(self) -> str:
        return self.zone.key if self.zone is not None else self._wall(self.to_at).tzname() or ""

    def _wall(self, at: int) -> datetime:
        return in_zone(at, _UTC).astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline."""

    at: int
    kind: str
    words: str
    who: str = ""
    state: str = ""


def timeline(session: Session, of: Stretch, more: Sequence[Moment] = ()) -> Section:
    """All that was done, said and raised, with what else is known to have happened."""
    found = [*more, *_acts(session, of), *_reports(session, of), *_alarms(session, of)]
    found.sort(key=lambda moment: moment.at)
    rows = tuple((of.clock(m.at), m.kind, discreet(m.words), m.who, m.state) for m in found[:MOST])
    left_out = f"{len(found) - MOST} more are left out." if len(found) > MOST else ""
    if not rows:
        return Section("Timeline", ("Nothing is recorded of this time.",))
    return Section(
        "Timeline", (left_out,) if left_out else (),
        tables=(Table(("When", "What", "", "Who", "How it stands"), rows),),
    )  # fmt: skip


def _acts(session: Session, of: Stretch) -> Iterator[Moment]:
    for row in reversed(log(session, limit=10_000)):
        if row.kind == INTERVENTION and of.from_at <= row.at <= of.to_at:
            state = "taken back" if row.undone else row.state
            why = f" ({row.detail})" if row.detail else ""
            yield Moment(row.at, "act", f"{row.text}{why}", row.who, state)


def _reports(session: Session, of: Stretch) -> Iterator[Moment]:
    for report in _reported(session, of):
        yield Moment(report.at, "report", report.what, report.who, report.state)


def _reported(session: Session, of: Stretch) -> Sequence[Report]:
    question = select(Report).where(Report.at.between(of.from_at, of.to_at))
    return session.scalars(question.order_by(Report.at, Report.id)).all()


def _alarms(session: Session, of: Stretch) -> Iterator[Moment]:
    question = select(Alarm).where(Alarm.raised_at.between(of.from_at, of.to_at))
    for alarm in map(row_of, session.scalars(question)):
        number = f": {alarm.number}" if alarm.number else ""
        yield Moment(
            alarm.raised_at, "alarm", f"{alarm.title}{number}", alarm.owner, alarm.state(of.to_at)
        )


def effects_of(session: Session, of: Stretch, settings: Settings, now: int) -> list[Effect]:
    """What became of the figures that acts of that time aimed at, the oldest first."""
    asked = Effects(settings).all(session, now, (now - of.from_at) / HOUR)
    rows = [row for row in (asked.rows if asked else ()) if row.at <= of.to_at]
    return sorted(rows, key=lambda row: (row.at, row.journal_id, row.number))


def effects(rows: Sequence[Effect], of: Stretch) -> Section:
    if not rows:
        return Section("What acts did", ("No act of this time aimed at a figure.",))
    columns = (
        "When", "Act", "Figure", "Before", *(f"{minutes} min after" for minutes in MARKS_MIN),
        "Verdict", "Beware",
    )  # fmt: skip
    numbers = (False, False, False, True, *(True for _ in MARKS_MIN), False, False)
    shown = tuple(_effect(row, of) for row in rows[:MOST])
    return Section(
        "What acts did",
        ("A figure moves by itself too: the verdict says where that cannot be told apart.",),
        tables=(Table(columns, shown, numbers),),
    )


def _effect(row: Effect, of: Stretch) -> tuple[str, ...]:
    measure = BY_NAME[row.aim.kpi]
    cost = " (a cost)" if row.aim.cost else ""
    return (
        of.clock(row.at), discreet(row.act), f"{measure.name}, {row.aim.scope}{cost}",
        *(_window(span) for span in (row.before, *row.after)), row.verdict,
        discreet("; ".join(row.notes)),
    )  # fmt: skip


def _window(span: Window) -> str:
    if span.state != TOLD or span.value is None:
        return "–"
    return f"{span.value:,.1f}".removesuffix(".0")


def reports(session: Session, of: Stretch) -> Section:
    found = _reported(session, of)
    if not found:
        return Section("Reports and answers", ("Nobody reported anything.",))
    rows = tuple(
        (
            of.clock(report.at), report.who, discreet(report.what), report.category or "–",
            discreet(report.answer) or "no answer",
            "–" if report.answered_at is None
            else f"{max(0, report.answered_at - report.at) // MINUTE} min",
        )
        for report in found[:MOST]
    )  # fmt: skip
    columns = ("When", "Who", "What went wrong", "Kind", "Answer", "After")
    return Section(
        "Reports and answers",
        (f"{sum(report.answered_at is not None for report in found)} of {len(found)} answered.",),
        tables=(Table(columns, rows, (False,) * 5 + (True,)),),
    )


def owed(session: Session, of: Stretch, now: int) -> Section:
    """What is still owed of that time."""
    rows = [
        row
        for row in obligations(session)
        if row.state == OWED and of.from_at <= row.made_at <= of.to_at
    ]
    if not rows:
        return Section("What is owed", ("Nothing that was put off in this time is still owed.",))
    shown = tuple(
        (
            discreet(row.what), row.name or "–", row.owner or "nobody", of.date(row.due_at),
            "–" if row.minutes is None else f"{row.minutes} min",
            "overdue" if row.is_overdue(now) else row.lacks or "",
        )
        for row in rows[:MOST]
    )  # fmt: skip
    minutes = sum(row.minutes or 0 for row in rows)
    return Section(
        "What is owed",
        (f"{len(rows)} duties, {minutes / 60:.1f} hours in all.",),
        tables=(
            Table(
                ("What", "Whose time", "Who sees to it", "Due", "How long", ""), shown,
                (False, False, False, False, True, False),
            ),
        ),
    )  # fmt: skip


__all__ = ["MOST", "Moment", "Stretch", "effects", "effects_of", "owed", "reports", "timeline"]
