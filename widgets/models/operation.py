"""The lines of an operation: what would be done, and once it is fired what became of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from console.domain.foreseen import PartForeseen
from console.domain.playbooks import (
    ADVICE,
    COMMAND,
    DONE,
    LEFT_OUT,
    PEOPLE,
    PLANNED,
    REVERTED,
    OperationItemRow,
    OperationRow,
    Review,
    ReviewItem,
)
from widgets import marks, texts
from widgets.models import foreseen
from widgets.models.columns import Column
from widgets.models.rows import RowModel

TICKED, OPEN_BOX, NO_BOX = "☑", "☐", "✕"
#: So many lines of what an item touches are shown below it.
MOST = 40

# Controls of a line, by their action.
REVERT, RETRY, TICK, UNTICK, OWNER = "revert", "retry_op", "tick", "untick", "owner"
KNOBS = {
    REVERT: "Revert",
    RETRY: "Retry",
    TICK: "Done",
    UNTICK: "Not done",
    OWNER: "Owner…",
}


@dataclass(frozen=True, slots=True)
class OperationLine:
    """One line of the list. `part` counts the lines below an item, 0 is the item itself.

    `key` is the item's; `box` whether it is ticked; `item` what stands behind it.
    """

    key: str
    part: int
    place: int
    section: str
    what: str
    box: str = ""
    state: str = ""
    tone: str = ""
    effect: str = ""
    owner: str = ""
    since: int | None = None
    due_at: int | None = None
    why: str = ""
    knobs: tuple[str, ...] = ()
    adds: str = ""
    adds_tone: str = ""
    item: ReviewItem | OperationItemRow | None = None


def lines_of_review(
    review: Review, opened: Collection[str], adds: Mapping[str, PartForeseen] | None = None
) -> list[OperationLine]:
    """What would be done, with what it touches below the items that are opened. `adds` is what
    each item brings beside the others, by the forecast."""
    found: list[OperationLine] = []
    for place, item in enumerate(review.items):
        line = _of_review(place, item)
        if (
            adds is not None
            and (part := adds.get(item.key)) is not None
            and line.box in (TICKED, OPEN_BOX)
        ):
            words = f"{foreseen.SIGNS[part.verdict]} {part.words}"
            line = replace(line, adds=words, adds_tone=foreseen.TONES.get(part.verdict, ""))
        below = _below(item)
        found.append(replace(line, what=_folded(line.what, below, item.key in opened)))
        if item.key in opened:
            found += _under(line, below)
    return found


def lines_of_operation(row: OperationRow, opened: Collection[str], now: int) -> list[OperationLine]:
    """What became of it, with what failed below the items that are opened."""
    found: list[OperationLine] = []
    for place, item in enumerate(row.items):
        key = str(item.number)
        line = _of_operation(place, key, item, now)
        below = [f"▲ {words}" for words in item.failures]
        found.append(replace(line, what=_folded(line.what, below, key in opened)))
        if key in opened:
            found += _under(line, below)
    return found


def _of_review(place: int, item: ReviewItem) -> OperationLine:
    plain = OperationLine(
        item.key, 0, place, item.section, item.title, owner=item.owner, why=item.why, item=item
    )
    if item.kind != COMMAND:
        state = "· to be read" if item.kind == ADVICE else "· for people"
        after = _after(item)
        return replace(plain, state=state, effect=f"due {after}" if after else "")
    if not item.can_include:
        words = item.left_out or item.changed
        return replace(plain, box=NO_BOX, state="· left out", effect=words)
    box = TICKED if item.included else OPEN_BOX
    state = "→ will be fired" if item.included else "· left out"
    words = _effect(item) if item.included else _join(item.left_out, _after(item), _effect(item))
    tone = "warn" if item.changed else ""
    return replace(plain, box=box, state=state, effect=_join(item.changed, words), tone=tone)


def _of_operation(place: int, key: str, item: OperationItemRow, now: int) -> OperationLine:
    state, tone = _state(item, now)
    return OperationLine(
        key,
        0,
        place,
        item.section,
        item.title,
        state=state,
        tone=tone,
        effect=_parts(item),
        owner=item.owner,
        since=item.done_at,
        due_at=item.due_at,
        why=item.why,
        knobs=_knobs(item),
        item=item,
    )


def _state(item: OperationItemRow, now: int) -> tuple[str, str]:
    if item.kind == ADVICE:
        return "· to be read", ""
    if item.state in (PLANNED, LEFT_OUT):
        if item.due_at is not None and item.due_at <= now and item.state == PLANNED:
            return "due", "warn"
        return f"· {item.state}", ""
    if item.state == DONE:
        return "✓ done", ""
    if item.state == REVERTED:
        # Where nothing had left yet there was nothing to ask back.
        tone = {"refused": "bad", "unconfirmed": "warn"}.get(item.taking_back, "")
        return "↶ reverted", tone
    return marks.order(item.state), {"refused": "bad", "unconfirmed": "warn"}.get(item.state, "")


def _parts(item: OperationItemRow) -> str:
    told = ", ".join(f"{number} {state}" for state, number in item.parts)
    if item.state == REVERTED:
        return f"taken back by {item.who}" + (f": {told}" if told else "")
    if item.kind != COMMAND and item.state == DONE:
        return f"by {item.who}" if item.who else ""
    if item.state == PLANNED and item.due_at is not None:
        return f"due {texts.clock(item.due_at, False)}"
    return told


def _knobs(item: OperationItemRow) -> tuple[str, ...]:
    if item.kind == PEOPLE:
        return (UNTICK if item.state == DONE else TICK, OWNER)
    found = []
    if item.in_effect:
        found.append(REVERT)
    if item.again:
        found.append(RETRY)
    return tuple(found)


def _effect(item: ReviewItem) -> str:
    """“touches 14 · costs 3 · ◆ 2”, or what it touches where that is one thing."""
    preview = item.preview
    if preview is None:
        return ""
    first = preview.touches[0] if len(preview.touches) == 1 else ""
    return " · ".join(
        part
        for part in (
            first or f"touches {len(preview.touches)}",
            f"costs {len(preview.costs)}" if preview.costs else "",
            f"◆ {len(preview.warnings)}" if preview.warnings else "",
        )
        if part
    )


def _after(item: ReviewItem) -> str:
    minutes = item.after_us // 60_000_000
    return f"T+{minutes // 60:02d}:{minutes % 60:02d}" if minutes else ""


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _below(item: ReviewItem) -> list[str]:
    preview = item.preview
    if preview is None:
        return []
    return [
        *preview.touches,
        *(f"costs: {words}" for words in preview.costs),
        *(f"◆ {words}" for words in preview.warnings),
        *([f"▲ {preview.refused}"] if preview.refused and item.command else []),
    ]


def _folded(what: str, below: Collection[str], opened: bool) -> str:
    return f"{'▾' if opened else '▸'} {what}" if below else f"   {what}"


def _under(line: OperationLine, below: list[str]) -> Iterable[OperationLine]:
    shown = below[:MOST]
    if len(below) > MOST:
        shown[-1] = f"and {len(below) - MOST + 1} more"
    return [
        OperationLine(line.key, n, line.place, line.section, f"          {words}")
        for n, words in enumerate(shown, 1)
    ]


def _tip(line: OperationLine, _context: Any = None) -> str:
    item = line.item
    parts = [line.what.strip(" ▸▾"), line.effect, line.why and f"Why: {line.why}"]
    if isinstance(item, ReviewItem):
        parts += _below(item)[:20]
    elif item is not None:
        parts += item.failures[:20]
    return "\n".join(part for part in parts if part)


COLUMNS = (
    Column(
        "box", "", text=lambda r: r.box, value=lambda r: r.box, width=26, tip=_tip,
        about="Ticked items are fired together; Space or a click turns a tick",
    ),
    Column(
        "what", "what", text=lambda r: r.what, value=lambda r: r.what.casefold(), width=400,
        stretch=4, tip=_tip, about="What is done; Enter or a double click shows what it touches",
    ),
    Column(
        "state", "state", text=lambda r: r.state, value=lambda r: r.state, width=112,
        tone=lambda r: r.tone, tip=_tip,
        about="Nothing is called done before the platform, an export or a person says so",
    ),
    Column(
        "effect", "effect", text=lambda r: r.effect, value=lambda r: r.effect, width=220,
        stretch=3, tip=_tip, about="Whom and what it touches, or what became of its messages",
    ),
    Column(
        "adds", "adds (forecast)", text=lambda r: r.adds, value=lambda r: r.adds, width=250,
        stretch=2, tone=lambda r: r.adds_tone, tip=lambda r, _: r.adds,
        about="What it brings in two days beside all else that is ticked: of an item that is "
        "ticked, what would be missed without it",
    ),
    Column(
        "owner", "owner", text=lambda r: r.owner, value=lambda r: r.owner.casefold(), width=96,
        tip=_tip, about="Who sees to it",
    ),
    Column(
        "since", "since", text=lambda r: "", value=lambda r: r.since, width=62, right=True,
        started=lambda r: r.since, about="How long ago it was done, or taken back",
    ),
    Column("controls", "", text=lambda r: "", value=lambda r: None, width=150, kind="controls"),
    Column(
        "why", "why", text=lambda r: r.why, value=lambda r: r.why, width=200, stretch=3, tip=_tip,
        spare=True, about="Why it is in the playbook",
    ),
    Column(
        "order", "#", text=lambda r: str(r.place), value=lambda r: (r.place, r.part), width=20,
        hidden=True,
    ),
)  # fmt: skip


def operation_model() -> RowModel:
    return RowModel(COLUMNS, key=lambda r: (r.key, r.part), group=lambda r: r.section)
