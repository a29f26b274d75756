"""The columns of the log: what was done and reported, and what became of it."""

from console.domain.board import LogItem, LogRow
from widgets import marks, texts
from widgets.models.columns import Column
from widgets.models.rows import RowModel

KINDS = {
    "intervention": "→ control",
    "report": "✎ report",
    "alarm": "▲ alarm",
    "sync": "⇣ sync",
    "undo": "↶ undo",
}


#: States from which a message can be sent again, and those in which it can still be let be.
AGAIN = ("refused", "unconfirmed", "cancelled")
OPEN = ("pending", "sent", "unconfirmed")


def failed(row: LogRow) -> list[LogItem]:
    """The items of a command that did not come about."""
    return [item for item in row.items if item.state in ("refused", "unconfirmed")]


def retryable(row: LogRow) -> list[LogItem]:
    """The items that can be sent again."""
    return [] if row.undone else [item for item in row.items if item.id and item.state in AGAIN]


def _became(row: LogRow) -> str:
    if row.undone:
        # What had become of it before is on hover; what becomes of the undo has its own line.
        return "↶ undone"
    words = marks.order(row.state)
    bad = failed(row)
    if bad and len(bad) < len(row.items):
        words = f"▲ {len(bad)} of {len(row.items)} {bad[0].state}"
    return words


def _tip(row: LogRow, _board: object = None) -> str:
    lines = [f"{texts.clock(row.at)} {row.who}", row.text]
    if row.detail:
        lines.append(row.detail)
    lines.extend(item_line(item) for item in row.items[:20])
    if len(row.items) > 20:
        lines.append(f"and {len(row.items) - 20} more; double click lists all")
    return "\n".join(lines)


def item_line(item: LogItem) -> str:
    return f"{marks.order(item.state)}: {item.item}" + (f" ({item.words})" if item.words else "")


def _tone(row: LogRow) -> str:
    if row.undone:
        return "muted"
    if row.state == "refused" or any(item.state == "refused" for item in row.items):
        return "bad"
    return "warn" if row.state == "unconfirmed" else ""


def _details(row: LogRow) -> str:
    bad = failed(row)
    if bad:
        return "; ".join(item_line(item) for item in bad)
    return row.detail


COLUMNS = (
    Column(
        "at",
        "time",
        text=lambda r: texts.clock(r.at),
        value=lambda r: r.at,
        width=66,
        tip=_tip,
        about="Time, on the clock of this desk",
        descending=True,
    ),
    Column(
        "kind",
        "kind",
        text=lambda r: KINDS.get(r.kind) or r.kind,
        value=lambda r: r.kind,
        width=76,
        tip=_tip,
        about="Kind: control, report, alarm or sync notice",
    ),
    Column(
        "text",
        "what",
        text=lambda r: r.text,
        value=lambda r: r.text.casefold(),
        width=380,
        stretch=2,
        tip=_tip,
        about="What was done or reported",
    ),
    Column(
        "state",
        "state",
        text=_became,
        value=lambda r: r.state,
        width=136,
        tone=_tone,
        tip=_tip,
        about="Pending, sent, confirmed, refused or unconfirmed; nothing is called done before "
        "the platform or an export says so",
    ),
    Column("controls", "", text=lambda r: "", value=lambda r: None, width=176, kind="controls"),
    Column(
        "detail",
        "detail",
        text=_details,
        value=lambda r: r.detail,
        width=330,
        stretch=2,
        tip=_tip,
        about="Items that failed, and the platform's own words",
    ),
    Column(
        "who",
        "by",
        text=lambda r: r.who,
        value=lambda r: r.who.casefold(),
        width=80,
        about="Who did it",
    ),
)


def log_model() -> RowModel:
    return RowModel(COLUMNS, key=lambda r: (r.kind, r.key))
