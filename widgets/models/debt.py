"""The tables of contact debt: figures, channels, hours behind the plot, issues, their contacts."""

from dataclasses import dataclass
from typing import Any

from console.domain.debt import ChannelDebt, DebtGauge, IssueContact, IssueRow
from console.domain.debt_words import Line, number, percent
from widgets import texts
from widgets.models.columns import Column
from widgets.models.rows import RowModel

_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Hour:
    """An instant of the plot; `yesterday` is a day before it."""

    at: int
    open: float | None
    yesterday: float | None
    hours: float | None
    attempts: int
    needs: int
    act: str


def _hour(at: int) -> int:
    """The full hour that an instant is nearest to."""
    return round(at / 3_600_000_000)


def hours_of(gauge: DebtGauge) -> list[Hour]:
    """The table behind the plot, the newest first."""
    open_at = {_hour(point.at): point.open for point in gauge.trend}
    found: list[Hour] = []
    for place, point in enumerate(gauge.trend):
        since = gauge.trend[place - 1].at if place else point.at - 3_600_000_000
        acts = "; ".join(act.title for act in gauge.acts if since < act.at <= point.at)
        found.append(
            Hour(
                point.at, point.open, open_at.get(_hour(point.at - _DAY_US)), point.hours,
                point.attempts, point.needs, acts,
            )
        )  # fmt: skip
    return found[::-1]


def _right(id: str, title: str, text: Any, value: Any, width: int, about: str) -> Column:
    return Column(id, title, text, value, width, right=True, about=about, descending=True)


def _keyless(row: ChannelDebt) -> float | None:
    return row.keyless / row.attempts if row.attempts else None


HOURS = (
    Column("at", "time", lambda r: texts.clock(r.at, seconds=False), lambda r: r.at, 102,
           descending=True, about="Open needs then; attempts and new needs of the hour before"),
    _right("open", "open needs", lambda r: number(r.open), lambda r: r.open, 84,
           "Needs that were not met at that time"),
    _right("yesterday", "a day before", lambda r: number(r.yesterday), lambda r: r.yesterday, 92,
           "The same hour of the day before: nights look alike"),
    _right("hours", "debt hours", lambda r: number(r.hours, 1), lambda r: r.hours, 84,
           "Agents' hours that they will take"),
    _right("attempts", "attempts", lambda r: str(r.attempts), lambda r: r.attempts, 74,
           "Inbound attempts of the hour before"),
    _right("needs", "new needs", lambda r: str(r.needs), lambda r: r.needs, 78,
           "Attempts among them that begin an issue"),
    Column("act", "done", lambda r: r.act, lambda r: r.act, 160, stretch=1,
           about="What was done in the hour before"),
)  # fmt: skip

CHANNELS = (
    Column("channel", "channel", lambda r: r.channel, lambda r: r.channel, 76, stretch=1),
    _right("attempts", "attempts", lambda r: texts.count(r.attempts), lambda r: r.attempts, 76,
           "Inbound attempts in the window"),
    _right("needs", "needs", lambda r: texts.count(r.needs), lambda r: r.needs, 54,
           "Needs whose first attempt in the window came by this channel"),
    _right("redials", "redials", lambda r: texts.count(r.redials), lambda r: r.redials, 58,
           "Attempts after one that ended without an answer"),
    _right("reconnects", "back", lambda r: texts.count(r.reconnects), lambda r: r.reconnects, 48,
           "Reconnects: attempts after one that was answered"),
    _right("chases", "chasing", lambda r: texts.count(r.chases), lambda r: r.chases, 60,
           "Attempts while an earlier one was open still, or a callback was promised"),
    _right("keyless", "no key", lambda r: percent(_keyless(r)), lambda r: _keyless(r), 54,
           "Share of the attempts whose customer nobody knows"),
    _right("open", "open", lambda r: number(r.open), lambda r: r.open, 50,
           "Open needs whose newest attempt came by this channel"),
    _right("minutes", "min/need", lambda r: number(r.minutes_per_need, 1),
           lambda r: r.minutes_per_need, 66,
           "Agent time until a need is met, all its attempts together"),
    _right("hours", "hours", lambda r: number(r.hours, 1), lambda r: r.hours, 52,
           "Agents' hours that its open needs will take"),
)  # fmt: skip


FIGURES = (
    Column("name", "figure", lambda r: r.name, lambda r: r.name, 172,
           tip=lambda row, _board: _defined(row)),
    Column("value", "value", lambda r: r.value, lambda r: r.value, 150, right=True,
           tip=lambda row, _board: _defined(row)),
    Column("note", "of it", lambda r: r.note, lambda r: r.note, 70, stretch=1,
           tip=lambda row, _board: _defined(row)),
)  # fmt: skip


def _defined(row: Line) -> str:
    return f"{row.name}: {row.value}\n{row.note}\n{row.definition}".replace("\n\n", "\n")


def figure_model(parent: Any = None) -> RowModel:
    return RowModel(FIGURES, key=lambda r: r.name, parent=parent)


def channel_model(parent: Any = None) -> RowModel:
    return RowModel(CHANNELS, key=_channel, parent=parent)


def _channel(row: ChannelDebt) -> str:
    return row.channel


def hour_model(parent: Any = None) -> RowModel:
    return RowModel(HOURS, key=lambda r: r.at, parent=parent)


ISSUES = (
    Column("customer", "customer", lambda r: r.customer or texts.UNKNOWN, lambda r: r.customer,
           104, about="Masked; whose numbers are one is said in the detail of a contact"),
    Column("topic", "topic", lambda r: r.topic or texts.UNKNOWN, lambda r: r.topic, 90, stretch=1,
           about="As far as any of its contacts names one"),
    _right("attempts", "attempts", lambda r: str(r.attempts), lambda r: r.attempts, 76,
           "How often it was tried to have it met"),
    Column("state", "stands", lambda r: _state(r), lambda r: r.state, 168,
           about="How its newest attempt stands or ended; ✎ where it was split or joined by hand"),
    Column("channels", "channels", lambda r: r.channels, lambda r: r.channels, 120, spare=True),
    Column("first", "since", lambda r: texts.clock(r.first_at, seconds=False),
           lambda r: r.first_at, 102, spare=True, about="Its first attempt"),
    Column("last", "last", lambda r: texts.clock(r.last_at, seconds=False),
           lambda r: r.last_at, 102, descending=True, about="Its newest attempt"),
)  # fmt: skip


def _state(row: IssueRow) -> str:
    return f"✎ {row.state}" if row.by_hand else row.state


def issue_model(parent: Any = None) -> RowModel:
    return RowModel(ISSUES, key=lambda r: r.key, parent=parent)


CONTACTS = (
    Column("at", "time", lambda r: texts.clock(r.entered_at, seconds=False),
           lambda r: r.entered_at, 102),
    Column("kind", "is a", lambda r: r.kind, lambda r: r.kind, 72,
           about="Redial: after no answer; reconnect: after an answer; chase: while one is open"),
    Column("channel", "channel", lambda r: r.channel, lambda r: r.channel, 66),
    Column("outcome", "ended", lambda r: r.outcome, lambda r: r.outcome, 86),
    Column("why", "joined by", lambda r: r.why or texts.UNKNOWN, lambda r: r.why, 112, stretch=1,
           about="Why it is taken for the same issue as the contact before"),
    _right("since", "after", lambda r: _after(r), lambda r: r.since_h, 62,
           "Time since the attempt before"),
    Column("contact", "contact", lambda r: r.contact, lambda r: r.contact, 130, spare=True),
    Column("source", "source", lambda r: r.source, lambda r: r.source, 90, spare=True),
)  # fmt: skip


def _after(row: IssueContact) -> str:
    return texts.UNKNOWN if row.since_h is None else texts.duration(row.since_h * 3600.0)


def contact_model(parent: Any = None) -> RowModel:
    return RowModel(CONTACTS, key=lambda r: (r.source_id, r.contact, r.entered_at), parent=parent)


__all__ = [
    "CHANNELS", "CONTACTS", "FIGURES", "HOURS", "ISSUES", "Hour", "channel_model", "contact_model",
    "figure_model", "hour_model", "hours_of", "issue_model",
]  # fmt: skip
