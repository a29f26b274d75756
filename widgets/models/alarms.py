"""The columns of the alarms: how each stands, what it is, the number, and what to do about it."""

from console.domain.alarms import (
    ACT,
    CLEARED,
    DOCK,
    OWNED,
    QUARANTINE,
    QUEUE,
    RAISED,
    REPORTS,
    SEND,
    SNOOZED,
    SOURCE,
    TICKETS,
    AlarmRow,
)
from console.domain.board import Board
from widgets import marks, texts
from widgets.models.columns import Column
from widgets.models.rows import RowModel

#: What the button of an alarm does: its words, and what they mean.
ACTS = {
    SEND: ("Send…", "Arm sending agents there; the preview comes first"),
    QUEUE: ("Queue", "Show the queue with its controls"),
    SOURCE: ("Source", "Show the source"),
    QUARANTINE: ("Quarantine", "Show the lines that were put aside, with the reasons"),
    ACT: ("Act", "Show the act with each of its messages"),
    DOCK: ("Open", "Show where it stands"),
    TICKETS: ("Tickets", "Show these tickets"),
    REPORTS: ("Reports", "Show these reports in the log"),
}
_ORDER = (RAISED, OWNED, SNOOZED, CLEARED)


def state_words(row: AlarmRow, now: int) -> str:
    """“▲ nobody”, “◐ Ann”, “‖ until 15:20”, “● over”."""
    state = row.state(now)
    sign = marks.ORDERS[state][0]
    if state == OWNED:
        return f"{sign} {row.owner}"
    if state == SNOOZED:
        return f"{sign} until {texts.clock(row.snoozed_until, seconds=False)}"
    return f"{sign} over" if state == CLEARED else f"{sign} nobody"


def _now(row: AlarmRow, board: Board | None) -> int:
    return board.at if board is not None else row.seen_at


def _tone(row: AlarmRow, now: int, _board: Board | None) -> str:
    return "bad_words" if row.calls(now) else ""


def _tip(row: AlarmRow, board: Board | None) -> str:
    lines = [row.title, row.number, row.definition, f"what to do: {row.remedy}"]
    lines.append(f"raised {texts.clock(row.raised_at)}, last found {texts.clock(row.seen_at)}")
    if row.owner:
        lines.append(f"{row.owner} sees to it since {texts.clock(row.owned_at)}")
    if row.snoozed_why:
        until = texts.clock(row.snoozed_until)
        lines.append(f"put off until {until} by {row.snoozed_by}: {row.snoozed_why}")
    if row.cleared_at is not None:
        lines.append(f"over since {texts.clock(row.cleared_at)}: {row.ending}")
    return "\n".join(line for line in lines if line)


COLUMNS = (
    Column(
        "title",
        "alarm",
        text=lambda r: r.title,
        value=lambda r: (r.cleared_at is not None, bool(r.owner), -r.raised_at),
        width=250,
        stretch=2,
        live_tone=_tone,
        tip=_tip,
        about="What somebody has to see to; what nobody owns comes first",
    ),
    Column(
        "since",
        "for",
        text=lambda r: (
            str(r.raised_at)
            if r.cleared_at is None
            else texts.duration((r.cleared_at - r.raised_at) / texts.SECOND)
        ),
        value=lambda r: -r.raised_at,
        width=66,
        right=True,
        started=lambda r: r.raised_at if r.cleared_at is None else None,
        tip=_tip,
        about="For how long it has stood",
        descending=True,
    ),
    Column(
        "owner",
        "owner",
        text=lambda r: state_words(r, _owner_at(r)),
        value=lambda r: (_ORDER.index(r.state(_owner_at(r))), r.owner.casefold()),
        width=110,
        stretch=1,
        tip=_tip,
        about="Who sees to it; who has put it off, it calls again then; it ends by itself when "
        "the condition has ended",
    ),
    Column("controls", "", text=lambda r: "", value=lambda r: None, width=220, kind="controls"),
    Column(
        "number",
        "number",
        text=lambda r: r.number,
        value=lambda r: r.number.casefold(),
        width=300,
        stretch=3,
        tip=_tip,
        about="The figure with its limit; hover it for its definition and window",
    ),
    Column(
        "remedy",
        "what to do",
        text=lambda r: r.remedy,
        value=lambda r: r.remedy.casefold(),
        width=280,
        stretch=2,
        tip=_tip,
        about="What to do about it; the first button does it or leads there",
        spare=True,
    ),
)


def _owner_at(row: AlarmRow) -> int:
    """The text of a row is made when it changes: as of when it was last found."""
    return row.seen_at


def alarm_model() -> RowModel:
    return RowModel(COLUMNS, key=lambda r: r.id)
