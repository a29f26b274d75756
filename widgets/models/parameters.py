"""The columns of what a forecast takes for granted: each value, how sure, and where from."""

from console.domain.parameters import (
    ASSUMED,
    MEASURED,
    SET,
    Measured,
    Parameter,
    Parameters,
    definition_of,
    order_of,
)
from widgets import texts
from widgets.models.columns import Column
from widgets.models.rows import RowModel

#: Sign and words of each origin, so that colour never stands alone.
ORIGINS = {MEASURED: "●", ASSUMED: "◇", SET: "✎"}


def figure(row: Parameter, value: float | None) -> str:
    """“7.6 min”, “65 %”; four digits at most."""
    if value is None:
        return texts.UNKNOWN
    definition = definition_of(row.name)
    unit = definition.unit if definition else ""
    return f"{number(value)}{'' if unit in ('', '/h') else ' '}{unit}"


def number(value: float) -> str:
    """Three digits: no parameter is known better."""
    shown = f"{value:.3g}"
    return f"{float(shown):,.0f}" if "e" in shown else shown


def title(row: Parameter) -> str:
    """“handling time”, “goes to chat”."""
    definition = definition_of(row.name)
    return f"{definition.title if definition else row.name} {row.to}".strip()


def interval(row: Parameter) -> str:
    if row.low is None or row.high is None:
        return texts.UNKNOWN
    return f"{number(row.low)} – {number(row.high)}"


def told(row: Parameter, m: Measured) -> str:
    """“6.4 min (6.1 – 6.7)”."""
    return f"{figure(row, m.value)} ({number(m.low)} – {number(m.high)})"


def data(row: Parameter) -> str:
    """“2,863 in 48 h”."""
    m = row.measured
    if m is None:
        return texts.UNKNOWN
    return f"{m.number:,} in {span(m.span_h)}"


def span(hours: float) -> str:
    return f"{hours:.0f} h" if hours < 72.0 else f"{hours / 24.0:.0f} d"


def source(row: Parameter) -> str:
    """“● measured”, “◇ assumed: …”, “✎ set by Ann: … (measured 6.4 min)”."""
    words = f"{ORIGINS[row.origin]} {row.source}"
    if row.origin == MEASURED and row.measured is not None and row.measured.note:
        words += f": {row.measured.note}"
    if row.origin == SET and row.measured is not None:
        words += f" (measured {told(row, row.measured)})"
    return words


def whole(row: Parameter, found: Parameters | None) -> str:
    """All about a row; words of others never stand in the first line: they are no markup."""
    definition = definition_of(row.name)
    lines = [f"{title(row).capitalize()}: {figure(row, row.value)}"]
    if definition is not None:
        lines.append(definition.about)
        if definition.symbol:
            lines.append(f"in the literature: {definition.symbol}")
    if row.measured is not None:
        m = row.measured
        lines.append(f"measured: {told(row, m)} at 95 %, from {data(row)} of data")
        if m.note:
            lines.append(m.note)
    elif row.cannot:
        lines.append(f"cannot tell: {row.cannot}")
    if row.origin != MEASURED:
        lines.append(row.source)
    if row.set_at is not None:
        lines.append(f"set {texts.clock(row.set_at, seconds=False)}")
    if found is not None:
        lines.append(f"as of {texts.clock(found.at)}")
    return "\n".join(lines)


def head(found: Parameters) -> str:
    """“48 h of data · 23 measured, 31 assumed, ✎ 2 set by hand”."""
    counts = {each: sum(row.origin == each for row in found.rows) for each in ORIGINS}
    words = [f"{counts[MEASURED]} measured", f"{counts[ASSUMED]} assumed"]
    if counts[SET]:
        words.append(f"✎ {counts[SET]} set by hand")
    return f"{span(found.span_h)} of data · {', '.join(words)}"


COLUMNS = (
    Column(
        "parameter",
        "parameter",
        text=title,
        value=order_of,
        width=170,
        stretch=3,
        tip=whole,
        about="What a forecast takes for granted; what matters most to two days comes first",
    ),
    Column(
        "channel",
        "channel",
        text=lambda r: r.channel or "all",
        value=lambda r: r.channel,
        width=80,
        stretch=1,
        tip=whole,
        about="Channel",
    ),
    Column(
        "value",
        "value",
        text=lambda r: figure(r, r.value),
        value=lambda r: r.value,
        width=84,
        right=True,
        tip=whole,
        about="The value that is taken",
        descending=True,
    ),
    Column(
        "interval",
        "95 %",
        text=interval,
        value=lambda r: None if r.low is None or r.high is None else r.high - r.low,
        width=104,
        right=True,
        tip=whole,
        about="Between these it lies, 19 times in 20; – where it was not measured",
    ),
    Column("controls", "", text=lambda r: "", value=lambda r: None, width=110, kind="controls"),
    Column(
        "source",
        "where from",
        text=source,
        value=lambda r: (list(ORIGINS).index(r.origin), r.source),
        width=240,
        stretch=6,
        tip=whole,
        about="● measured from exports, ◇ assumed, ✎ set by hand",
    ),
    Column(
        "data",
        "from",
        text=data,
        value=lambda r: r.measured.number if r.measured else None,
        width=104,
        right=True,
        tip=whole,
        about="How many facts, in how many hours or days of data",
        descending=True,
        spare=True,
    ),
)


def parameter_model() -> RowModel:
    return RowModel(COLUMNS, key=lambda r: (r.channel, r.name), group=lambda r: r.channel or "all")
