"""Contact debt in words: what the strip, the dock and the command line say of a gauge."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from console.domain.debt import DebtGauge, Measure, TrendPoint

UNKNOWN = "–"
_ARROWS = {"rising": "↗", "falling": "↘", "level": "→"}


@dataclass(frozen=True, slots=True)
class Line:
    """A figure: its name, its value, what is unsure about it, and its definition."""

    name: str
    value: str
    note: str
    definition: str


def number(value: float | None, digits: int = 0) -> str:
    return UNKNOWN if value is None else f"{value:,.{digits}f}".replace(",", "\u202f")


def percent(share: float | None, signed: bool = False) -> str:
    if share is None:
        return UNKNOWN
    whole = round(100 * share)
    found = f"{whole:+d}" if signed and whole else f"{whole}"
    return found.replace("-", "−") + "\u202f%"


def needs(total: Measure) -> str:
    """“412 needs”, or at least how many."""
    if total.value is None:
        return f"≥ {number(total.low)} needs" if total.low is not None else f"{UNKNOWN} needs"
    return "1 need" if round(total.value) == 1 else f"{number(total.value)} needs"


def chip(gauge: DebtGauge) -> str:
    """“412 needs · 96 h ↗”."""
    found = needs(gauge.open.total)
    if gauge.hours.total is not None:
        more = "+" if gauge.hours.left_out else ""
        found += f" · {number(gauge.hours.total)}{more} h"
    arrow = _ARROWS.get(gauge.way)
    return f"{found} {arrow}" if arrow else found


def spoken(gauge: DebtGauge) -> str:
    """The same for those who hear it."""
    found = f"Contact debt: {needs(gauge.open.total).replace('≥', 'at least')}"
    if gauge.hours.total is not None:
        found += f", {number(gauge.hours.total)} agent hours"
    return f"{found}, {gauge.way} since yesterday" if gauge.way else found


def between(of: Measure, *, share: bool = False) -> str:
    """“412 (380 to 450)”; the note where it is unknown."""
    if of.value is None:
        return UNKNOWN if of.low is None else f"at least {number(of.low)}"
    if share:
        found = percent(of.value, signed=True)
        if of.low is not None and of.high is not None:
            found += f" ({percent(of.low, True)} to {percent(of.high, True)})"
        return found
    found = number(of.value)
    if of.low is not None and of.high is not None and round(of.low) != round(of.high):
        found += f" ({number(of.low)} to {number(of.high)})"
    return found


def ratio(of: Measure) -> str:
    if of.value is None:
        return UNKNOWN
    found = f"{of.value:.2f}"
    if of.low is not None and of.high is not None and f"{of.low:.2f}" != f"{of.high:.2f}":
        found += f" ({of.low:.2f} to {of.high:.2f})"
    return found


def lines(gauge: DebtGauge) -> tuple[Line, ...]:
    """All figures of the gauge, the ones to look at first before the others."""
    g, window = gauge, f"{gauge.window_h:.0f} h"
    yesterday = "" if g.yesterday is None else f"a day ago {number(g.yesterday)}"
    if g.way:
        yesterday += f": {g.way}"
    hours = g.hours
    left = f"without {', '.join(hours.left_out)}: no handling time" if hours.left_out else ""
    parts = [
        f"{words} {number(value, 1)} h"
        for words, value in (("stale promises", hours.stale), ("put off", hours.owed))
        if value
    ]
    return (
        Line(
            "open needs", between(g.open.total), g.open.total.note or yesterday,
            "Needs that tried to reach us and are not met: inside, gone and expected again, "
            "promised a callback. Who is gone counts by how likely they come, by this centre's own "
            "past.",
        ),
        Line(
            "usual at this hour", between(g.usual_open), g.usual_open.note,
            "Open needs at the same hour of the past weeks, lowest to highest.",
        ),
        Line(
            "debt hours", f"{number(hours.total)} h" if hours.total is not None else UNKNOWN,
            "; ".join([*([left] if left else []), *parts]),
            "Agents' hours: open needs × agent time until a need is met, dials to those who have "
            "called in meanwhile, and administration that was put off.",
        ),
        Line(
            "excess attempts", between(g.excess, share=True), g.excess.note,
            f"Attempts for each need in the last {window}, against this centre's own past weeks at "
            "the same hours. Normal is not zero: people come again in the best of weeks.",
        ),
        Line("open: inside", number(g.open.inside), "", "Waiting or in conversation now."),
        Line(
            "open: will redial", between(g.open.redial), g.open.redial.note,
            f"Left without an answer in the last {window} and are expected again.",
        ),
        Line(
            "open: will reconnect", between(g.open.reconnect), g.open.reconnect.note,
            f"Were answered in the last {window} and are expected again.",
        ),
        Line("open: promised", number(g.open.promised), "", "Wait for a callback."),
        Line(
            "attempts for a need", UNKNOWN if g.gross is None else f"{1 + g.gross:.2f}",
            f"usual {ratio(g.normal)}, {g.normal.note}"
            if g.normal.value is not None
            else g.normal.note,
            f"Attempts ÷ needs with at least one attempt in the last {window}.",
        ),
        Line(
            "attempts, needs", f"{number(g.attempts)}, {number(g.needs)}", f"in {window}",
            "Inbound attempts, and the needs behind them; callbacks are no attempts.",
        ),
        Line(
            "repeats for a fresh attempt", ratio(g.corrected), g.corrected.note,
            "The shifted-window control: repeats without those customers who would have come "
            "anyway, told by the same hours a week before. It does not depend on how contacts are "
            "joined.",
        ),
        Line(
            "paid", between(g.ends.paid), g.ends.paid.note or f"in {window}",
            "Needs that were answered last and are not expected again.",
        ),
        Line(
            "given up", between(g.ends.given_up), g.ends.given_up.note or f"in {window}",
            "Needs that left without an answer and are not expected again: no debt was paid.",
        ),
        Line(
            "moved", _change(g.ends.moved), g.ends.moved.note or "against a day ago",
            "More or fewer needs than a day ago that wait in writing or for a callback. Never "
            "added to what was paid.",
        ),
    )  # fmt: skip


def _change(of: Measure) -> str:
    return (
        UNKNOWN
        if of.value is None
        else f"{of.value:+,.0f}".replace("-", "−").replace(",", "\u202f")
    )


def tip(gauge: DebtGauge) -> str:
    """Behind the figure of the strip."""
    first = lines(gauge)
    told = [f"{row.name}: {row.value}" + (f" ({row.note})" if row.note else "")
            for row in first[:8]]  # fmt: skip
    return "\n".join([f"Contact debt at {clock(gauge.at)}", *told, *gauge.doubts])


def span(gauge: DebtGauge, zone: ZoneInfo | None = None) -> str:
    """What it is of: the window, and how old the history is."""
    days = (gauge.at - gauge.data_from) / 86_400_000_000
    return (
        f"{clock(gauge.at - round(gauge.window_h * 3_600_000_000), zone)} to "
        f"{clock(gauge.at, zone)}, history of {days:.0f} days"
        if days >= 2
        else f"until {clock(gauge.at, zone)}, history of {24 * days:.0f} hours"
    )


def clock(at: int, zone: ZoneInfo | None = None) -> str:
    found = datetime.fromtimestamp(at / 1_000_000, UTC).astimezone(zone)
    return f"{found:%a %H:%M}"


def spoken_trend(points: tuple[TrendPoint, ...]) -> str:
    """What the plot shows, for those who do not see it."""
    known = [point for point in points if point.open is not None]
    if not known:
        attempts = sum(point.attempts for point in points)
        return f"{number(attempts)} attempts in {len(points)} hours; open needs are not known yet"
    first, last = known[0], known[-1]
    most = max(known, key=lambda point: point.open or 0.0)
    return (
        f"Open needs {number(first.open)} at {clock(first.at)}, most {number(most.open)} at "
        f"{clock(most.at)}, now {number(last.open)}"
    )


__all__ = [
    "Line", "between", "chip", "clock", "lines", "needs", "number", "percent", "ratio", "span",
    "spoken", "spoken_trend", "tip",
]  # fmt: skip
