"""The columns of what was put off: what is owed, who sees to it, until when."""

from console.domain.obligations import OWED, Debt, Ledger, ObligationRow
from widgets import texts
from widgets.models.columns import Column, Tone
from widgets.models.resources import spell
from widgets.models.rows import RowModel

#: Sign and token of each state, so that colour never stands alone.
STATES = {"owed": "◆ owed", "done": "● done", "waived": "○ waived"}
OUTSIDE = "outside of an operation"


def head(total: Debt) -> str:
    """“14 h owed: 9 things, 2 without an owner, 1 overdue”."""
    if not total.owed:
        return "nothing is owed"
    parts = [texts.plural(total.owed, "thing")]
    if total.without_owner:
        parts.append(f"{total.without_owner} without an owner")
    if total.overdue:
        parts.append(f"▲ {total.overdue} overdue")
    if total.legal:
        parts.append(f"{total.legal} by law")
    length = f"{spell(total.minutes)} owed" if total.minutes else "owed"
    if total.unknown and total.minutes:
        parts.append(f"{total.unknown} of unknown length")
    return f"{length}: {', '.join(parts)}"


def whole(row: ObligationRow, ledger: Ledger | None) -> str:
    """All about a row. Words of others never stand in the first line: they are no markup."""
    lines = [STATES.get(row.state, row.state).capitalize(), row.what]
    for name, words in (
        ("whose time it was", row.name), ("owner", row.owner), ("operation", row.operation),
        ("note", row.note),
    ):  # fmt: skip
        if words:
            lines.append(f"{name}: {words}")
    if row.legal:
        lines.append("the law requires it")
    lines.append(f"put off {texts.clock(row.made_at, seconds=False)} by {row.made_by}")
    if row.ended_at is not None:
        lines.append(f"{row.state} {texts.clock(row.ended_at, seconds=False)}")
    if row.lacks:
        lines.append(f"its operation cannot be closed: it {row.lacks}")
    if ledger is not None:
        lines.append(f"as of {texts.clock(ledger.at)}")
    return "\n".join(lines)


def _owner_tone(row: ObligationRow) -> Tone:
    return "warn_words" if row.state == OWED and not row.owner else ""


def _due_tone(row: ObligationRow, now: int, _ledger: Ledger | None) -> Tone:
    if row.is_overdue(now):
        return "bad_words"
    return "warn_words" if row.state == OWED and row.legal and row.due_at is None else ""


COLUMNS = (
    Column(
        "what",
        "what",
        text=lambda r: r.what,
        value=lambda r: r.what.casefold(),
        width=210,
        stretch=4,
        tip=whole,
        about="What was put off",
    ),
    Column(
        "name",
        "of",
        text=lambda r: r.name,
        value=lambda r: r.name.casefold() or None,
        width=130,
        stretch=2,
        tip=whole,
        about="Whose time it was",
    ),
    Column(
        "minutes",
        "takes",
        text=lambda r: spell(r.minutes),
        value=lambda r: r.minutes,
        width=64,
        right=True,
        tip=whole,
        about="Takes: what was left of it when it was put off",
        descending=True,
    ),
    Column(
        "owner",
        "owner",
        text=lambda r: r.owner or ("nobody yet" if r.state == OWED else texts.UNKNOWN),
        value=lambda r: r.owner.casefold() or None,
        width=130,
        stretch=2,
        tone=_owner_tone,
        tip=whole,
        about="Owner: who sees to it",
    ),
    Column(
        "due",
        "due",
        text=lambda r: texts.clock(r.due_at, seconds=False),
        value=lambda r: r.due_at,
        width=106,
        right=True,
        live_tone=_due_tone,
        tip=whole,
        about="Due: until when it has to be done",
    ),
    Column(
        "legal",
        "by law",
        text=lambda r: "required" if r.legal else "",
        value=lambda r: not r.legal,
        width=66,
        tip=whole,
        about="Whether the law requires it: then it can be done, but not waived",
    ),
    Column("controls", "", text=lambda r: "", value=lambda r: None, width=190, kind="controls"),
    Column(
        "state",
        "state",
        text=lambda r: STATES.get(r.state) or r.state,
        value=lambda r: (OWED, "done", "waived").index(r.state),
        width=76,
        tip=whole,
        about="State: owed, done or waived",
    ),
    Column(
        "note",
        "note",
        text=lambda r: r.note,
        value=lambda r: r.note.casefold() or None,
        width=120,
        stretch=3,
        tip=whole,
        about="Note",
    ),
    Column(
        "operation",
        "operation",
        text=lambda r: r.operation,
        value=lambda r: r.operation.casefold() or None,
        width=90,
        stretch=1,
        tip=whole,
        about="The operation during which it was put off",
        spare=True,
    ),
)


def obligation_model() -> RowModel:
    return RowModel(COLUMNS, key=lambda r: r.id, group=lambda r: r.operation or OUTSIDE)
