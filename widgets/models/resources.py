"""The columns of what could be freed now: who, what they are at, the minutes, and what it costs."""

from console.domain.freeing import (
    ARRIVES,
    ASK,
    CALL,
    CANCEL,
    DESK,
    KINDS,
    LATER,
    NOT_NOW,
    NOW,
    OTHER_CHANNEL,
    SEND,
    Resource,
    ResourceList,
)
from console.domain.roster import BACK_OFFICE, EXPERT, LEADER
from widgets import texts
from widgets.models.columns import Column, Tone
from widgets.models.rows import RowModel

#: What one click does, on its control.
KNOBS = {CANCEL: "Cancel it", CALL: "Call in", SEND: "Send"}
#: Kinds as groups and totals name them.
TITLES = {
    "meeting": "meetings",
    "training": "training",
    "administration": "administration",
    BACK_OFFICE: "back office",
    OTHER_CHANNEL: "other channels",
    DESK: "back office people",
    EXPERT: "experts",
    LEADER: "leaders",
    NOT_NOW: "not on shift now",
    "leave": "leave, by consent",
}
_ABOUT_MINUTES = (
    "Gained: minutes that could be freed within the next {} h, breaks left out; of one person no "
    "minute counts twice"
)


def spell(minutes: int | None) -> str:
    """``45 min``, ``2 h``, ``2 h 05``."""
    if minutes is None:
        return texts.UNKNOWN
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" + (f" {minutes % 60:02d}" if minutes % 60 else "")


def head(found: ResourceList) -> str:
    """“23 h could be freed in the next 4 h: meetings 6 h, …”, the most first."""
    hours = round((found.until - found.at) / 3_600_000_000)
    if not found.totals:
        return f"nothing could be freed in the next {hours} h"
    totals = sorted(found.totals, key=lambda t: -t.minutes)
    parts = [f"{TITLES[t.kind]} {spell(t.minutes)}" for t in totals if t.minutes]
    unknown = sum(total.unknown for total in found.totals)
    words = f"{spell(found.minutes)} could be freed in the next {hours} h"
    if parts:
        words += f": {', '.join(parts)}"
    if unknown:
        words += f"; and {unknown} of nobody knows how long"
    return words


def kept(found: ResourceList) -> str:
    """What is not offered, and that it is not forgotten."""
    words = {
        "breaks": ("{} break", "{} breaks"),
        "rest": ("the rest of {} person", "the rest of {} people"),
        "required by law": ("{} block that the law requires", "{} blocks that the law requires"),
        "not movable": ("{} block that cannot be moved", "{} blocks that cannot be moved"),
        "unknown": ("{} person without a known shift", "{} people without a known shift"),
    }
    parts = [words[why][number != 1].format(number) for why, number in found.kept]
    return f"not offered: {', '.join(parts)}" if parts else ""


def hour(at: int | None) -> str:
    """The clock of the desk without the day: nothing here is further away than the next one."""
    return texts.clock(at, seconds=False).rpartition(" ")[2]


def when(row: Resource) -> str:
    if row.when == NOW:
        return "now"
    if row.when == LATER:
        return "after the contact"
    if row.when == ARRIVES:
        return "on arrival"
    return f"at {hour(row.from_at)}"


def _cost(row: Resource) -> str:
    return "; ".join((f"ask first: {row.why_not}",) if row.act == ASK else row.costs)


def _cost_tone(row: Resource) -> Tone:
    return "warn_words" if row.act == ASK else ""


def whole(row: Resource, found: ResourceList | None) -> str:
    """All about a row. Words of others never stand in the first line: they are no markup."""
    ends = "nobody knows" if row.to_at is None else texts.clock(row.to_at, seconds=False)
    lines = [
        TITLES[row.kind].capitalize(),
        f"{row.name}{f' ({row.team})' if row.team else ''}{f': {row.what}' if row.what else ''}",
        f"from {texts.clock(row.from_at, seconds=False)} to {ends}",
        *row.costs,
    ]
    if row.act == ASK:
        lines.append(f"ask first: {row.why_not}")
    lines.append(f"{row.queue}: {row.queue_why}" if row.queue else "no queue that they could serve")
    if found is not None:
        lines.append(f"as of {texts.clock(found.at)}")
    return "\n".join(lines)


def _gained(row: Resource, found: ResourceList | None) -> str:
    hours = 4 if found is None else round((found.until - found.at) / 3_600_000_000)
    lines = [_ABOUT_MINUTES.format(hours)]
    if row.minutes is None:
        lines.append("unknown: no shift and no block says how long")
    if found is not None:
        lines.append(f"window: {texts.clock(found.at)} to {texts.clock(found.until)}")
    return "\n".join(lines)


def _sorted(minutes: int | None, row: Resource) -> tuple[int, int] | None:
    """What must be asked for stands below all that a click frees, as does what is not known."""
    if row.act == ASK or minutes is None:
        return None
    return minutes, row.minutes_shift or 0


COLUMNS = (
    Column(
        "name",
        "person",
        text=lambda r: r.name,
        value=lambda r: r.name.casefold(),
        width=124,
        stretch=2,
        tip=whole,
        about="Person, as the roster or the platform calls them",
    ),
    Column(
        "kind",
        "is at",
        text=lambda r: TITLES[r.kind],
        value=lambda r: KINDS.index(r.kind),
        width=112,
        tip=whole,
        about="What would be given up",
    ),
    Column(
        "what",
        "which",
        text=lambda r: r.what,
        value=lambda r: r.what.casefold() or None,
        width=130,
        stretch=3,
        tip=whole,
        about="The block's own words, or the agent's state",
    ),
    Column(
        "when",
        "free",
        text=when,
        value=lambda r: r.from_at,
        width=104,
        tip=whole,
        about="Free: how soon",
    ),
    Column(
        "until",
        "until",
        text=lambda r: hour(r.to_at),
        value=lambda r: r.to_at,
        width=50,
        right=True,
        tip=whole,
        about="Until: the end of the block, or of the shift",
    ),
    Column(
        "minutes",
        "gained",
        text=lambda r: spell(r.minutes),
        value=lambda r: _sorted(r.minutes, r),
        width=68,
        right=True,
        tip=_gained,
        about="Gained: minutes that could be freed before the finder's horizon",
        descending=True,
    ),
    Column(
        "minutes_shift",
        "in the shift",
        text=lambda r: spell(r.minutes_shift),
        value=lambda r: _sorted(r.minutes_shift, r),
        width=78,
        right=True,
        tip=whole,
        about="In the shift: minutes before the end of the shift, where that is later",
        descending=True,
        spare=True,
    ),
    Column("controls", "", text=lambda r: "", value=lambda r: None, width=78, kind="controls"),
    Column(
        "queue",
        "most urgent for",
        text=lambda r: r.queue or texts.UNKNOWN,
        value=lambda r: r.queue.casefold() or None,
        width=104,
        stretch=1,
        tip=whole,
        about="The most urgent queue that they can serve, by skill, home queue or platform",
    ),
    Column(
        "cost",
        "costs",
        text=_cost,
        value=lambda r: _cost(r).casefold() or None,
        width=260,
        stretch=6,
        tone=_cost_tone,
        tip=whole,
        about="What it costs elsewhere",
    ),
    Column(
        "team",
        "team",
        text=lambda r: r.team,
        value=lambda r: r.team.casefold() or None,
        width=60,
        tip=whole,
        about="Team",
        spare=True,
    ),
)


def resource_model() -> RowModel:
    order = {TITLES[kind]: place for place, kind in enumerate(KINDS)}
    return RowModel(
        COLUMNS,
        key=lambda r: r.key,
        group=lambda r: TITLES[r.kind],
        group_order=lambda title: order[title],
    )
