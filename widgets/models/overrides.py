"""What stands otherwise than usual, as words and as rows of a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.board import Board
from console.domain.overrides import AGENT, CALLBACK, CHANNEL, ORDER, Displaced, OverrideRow
from widgets import marks, texts
from widgets.models.columns import Column
from widgets.models.rows import RowModel

#: So many are named in the banner; the others are in the list.
NAMED = 4
#: What a change touches, the most first: a whole channel, a queue's callbacks, one agent.
REACH = (CHANNEL, CALLBACK, ORDER, AGENT)
SEES_TO = {
    "refused": "refused by the platform",
    "unconfirmed": "no answer from the platform",
    "cancelled": "never left for the platform",
}
VALUES = {
    "in": "in the queue",
    "out": "out of the queue",
    "serving": "serving",
    "paused": "paused",
}


def ordered(rows: Sequence[OverrideRow]) -> list[OverrideRow]:
    """What needs somebody first; of that what touches most customers, then what was changed first:
    the banner has room for the first few only."""
    return sorted(
        rows, key=lambda row: (not row.alarming, REACH.index(row.kind), row.since, row.title)
    )


def headline(rows: Sequence[OverrideRow]) -> str:
    """All of it in one line: “▲ 1 of 3 needs you: …” or “◆ 3 things stand otherwise than usual”."""
    alarms = sum(1 for row in rows if row.alarming)
    if alarms:
        needs = "needs" if alarms == 1 else "need"
        of = f" of {len(rows)}" if len(rows) > 1 else ""
        head = f"▲ {alarms}{of} that stand otherwise than usual {needs} you"
        if len(rows) == 1:
            head = "▲ What stands otherwise than usual needs you"
    else:
        things = "1 thing stands" if len(rows) == 1 else f"{len(rows)} things stand"
        head = f"◆ {things} otherwise than usual"
    return f"{head}: {' · '.join(_briefly(ordered(rows)))}"


def _briefly(rows: Sequence[OverrideRow]) -> list[str]:
    """Alarms each for themselves; of the rest, those alike in one piece."""
    found = [f"▲ {wrong(row)}" for row in rows if row.alarming]
    alike: dict[tuple[str, str, str], list[OverrideRow]] = {}
    for row in rows:
        if not row.alarming:
            what = row.title.rpartition(", ")[0] if row.kind == CALLBACK else row.kind
            same = row.title if row.kind == CHANNEL else what
            alike.setdefault((same, row.who, ""), []).append(row)
    for (what, who, _), same in alike.items():
        since = texts.clock(min(row.since for row in same), seconds=False)
        if same[0].kind == CHANNEL:
            words = f"{what} since {since} by {who}"
            if same[0].until is not None:
                words += f", reopens {texts.clock(same[0].until, seconds=False)}"
        elif same[0].kind == AGENT:
            moved = same[0].name if len(same) == 1 else f"{len(same)} agents"
            words = f"{moved} moved since {since} by {who}"
        elif same[0].kind == ORDER:
            called = same[0].title if len(same) == 1 else f"{len(same)} agents called otherwise"
            words = f"{called} since {since} by {who}"
        else:
            where = same[0].name if len(same) == 1 else f"{len(same)} queues"
            words = f"{what} in {where} since {since} by {who}"
        found.append(words)
    rest = len(found) - NAMED
    return [*found[:NAMED], f"and {rest} more"] if rest > 0 else found


def wrong(row: OverrideRow) -> str:
    """Why somebody has to see to it; empty where nobody has."""
    why = reason(row)
    if not why:
        return ""
    return f"{row.name} {why}" if row.overdue and row.drift is None else f"{row.title}: {why}"


def reason(row: OverrideRow) -> str:
    """The same without what it is about."""
    if row.drift is not None:
        stands = VALUES.get(row.drift.value, row.drift.value)
        by = f" by {row.drift.by}" if row.drift.by else ""
        at = texts.clock(row.drift.at, seconds=False)
        return f"changed at {row.drift.source} at {at}{by}, {stands} there"
    if row.overdue:
        return f"should have reopened at {texts.clock(row.until, seconds=False)}"
    if row.state in SEES_TO:
        return SEES_TO[row.state] + (f" (“{row.words}”)" if row.words else "")
    return ""


def _until(row: OverrideRow) -> str:
    if row.until is None:
        return "reverted"
    at = texts.clock(row.until, seconds=False)
    return f"due since {at}" if row.overdue else at


def _stands(row: OverrideRow) -> str:
    if row.drift is not None:
        return "changed back there" if row.drift.value == row.normal else "changed there"
    return marks.order(row.state) if row.state else "■ nothing to send"


def _stands_tone(row: OverrideRow) -> str:
    if row.drift is not None or row.state == "refused":
        return "bad"
    return "warn" if row.state in ("unconfirmed", "cancelled") else ""


def went_to(found: Displaced | None) -> str:
    """“since closing: 31 of its 240 customers came by voice (before: 5); 12 without a key”."""
    if found is None:
        return ""
    if found.customers is None:
        return "where its customers went is unknown: they are known by no number or address"
    keyless = f"; {found.keyless} of its contacts without a known customer" if found.keyless else ""
    if not found.customers:
        return f"nobody came by it in the day before{keyless}"
    came = ", ".join(f"{after} by {name} (before: {before})" for name, after, before in found.came)
    customers = f"since then, of its {found.customers} customers"
    return (
        f"{customers} came: {came}{keyless}"
        if came
        else f"{customers} nobody came elsewhere{keyless}"
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list; `went` is where the customers of a channel went, once that is known."""

    row: OverrideRow
    went: Displaced | None = None


def _tip(line: Line, _board: Board | None = None) -> str:
    row = line.row
    lines = [row.title]
    if words := wrong(row):
        lines.append(f"▲ {words}")
    lines.append(f"usually {VALUES.get(row.normal, row.normal)}")
    lines.append(f"since {texts.clock(row.since)} by {row.who or 'nobody known'}")
    if went := went_to(line.went):
        lines.append(went)
    return "\n".join(lines)


def _more(line: Line) -> str:
    return "; ".join(part for part in (reason(line.row), went_to(line.went)) if part)


COLUMNS = (
    Column(
        "what",
        "what stands otherwise",
        text=lambda r: r.row.title,
        value=lambda r: (not r.row.alarming, r.row.since, r.row.title.casefold()),
        width=230,
        stretch=2,
        tone=lambda r: "bad_words" if r.row.alarming else "",
        tip=_tip,
        about="What stands otherwise than usual; what needs somebody comes first",
    ),
    Column(
        "since",
        "for",
        text=lambda r: str(r.row.since),
        value=lambda r: -r.row.since,
        width=66,
        right=True,
        started=lambda r: r.row.since,
        tip=_tip,
        about="For how long it has stood so",
        descending=True,
    ),
    Column(
        "who",
        "by",
        text=lambda r: r.row.who or texts.UNKNOWN,
        value=lambda r: r.row.who.casefold(),
        width=90,
        stretch=1,
        tip=_tip,
        about="Who wanted it so",
    ),
    Column(
        "until",
        "until",
        text=lambda r: _until(r.row),
        value=lambda r: r.row.until or 1 << 62,
        width=120,
        tone=lambda r: "bad" if r.row.overdue else "",
        tip=_tip,
        about="When it is meant to be over; nothing is reverted by itself",
    ),
    Column(
        "state",
        "state",
        text=lambda r: _stands(r.row),
        value=lambda r: (not r.row.alarming, r.row.state),
        width=130,
        tone=lambda r: _stands_tone(r.row),
        tip=_tip,
        about="What became of the message to the platform, and whether it still stands so there",
    ),
    Column("controls", "", text=lambda r: "", value=lambda r: None, width=80, kind="controls"),
    Column(
        "more",
        "what came of it",
        text=_more,
        value=lambda r: _more(r).casefold(),
        width=330,
        stretch=3,
        tip=_tip,
        about="What is wrong, and where the customers of a channel went since it lets nobody in",
    ),
)


def override_model() -> RowModel:
    return RowModel(COLUMNS, key=lambda r: r.row.key)
