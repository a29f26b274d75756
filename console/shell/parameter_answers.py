"""What a forecast takes for granted, as an answer."""

import argparse
from typing import Any

from console.app import Console
from console.domain.parameters import SET, Fresh, Parameter, definition_of
from console.domain.times import iso
from console.shell.answer import Answer


def parameters(console: Console, options: argparse.Namespace) -> Answer:
    del options
    found = console.parameters()
    assert found is not None  # what was known before is not stated
    return Answer(
        "parameters",
        [_row(row) for row in found.rows],
        ("channel", "title", "value", "unit", "low", "high", "number", "from"),
        {
            "at": iso(found.at),
            "since": None if found.since_at is None else iso(found.since_at),
            "hours": round(found.span_h, 2),
            "fresh": [_fresh(each) for each in found.fresh],
            "notes": list(found.notes),
        },
        note="\n".join(found.notes) if found.rows else "Nothing was read that could tell.",
    )


def _row(row: Parameter) -> dict[str, Any]:
    definition = definition_of(row.name)
    assert definition is not None
    m = row.measured
    return {
        "channel": row.channel,
        "parameter": row.name,
        "title": f"{definition.title} {row.to}".strip(),
        "value": _figure(row.value),
        "unit": definition.unit,
        "low": _figure(row.low),
        "high": _figure(row.high),
        "number": None if m is None else m.number,
        "hours": None if m is None else round(m.span_h, 2),
        "from": row.source,
        "origin": row.origin,
        "cannot": row.cannot or None,
        "note": m.note if m is not None and m.note else None,
        "measured": None if m is None else [_figure(x) for x in (m.value, m.low, m.high)],
        "set_by": row.who if row.origin == SET else None,
        "set_at": None if row.set_at is None else iso(row.set_at),
    }


def _figure(value: float | None) -> float | None:
    """Four digits: no parameter is known better."""
    return None if value is None else float(f"{value:.4g}")


def _fresh(week: Fresh) -> dict[str, Any]:
    """By interval of the week, Monday 0:00 first, on this machine's clock."""
    return {
        "channel": week.channel,
        "interval_h": week.interval_h,
        **{
            name: [_figure(each) for each in part]
            for name, part in (
                ("rate", week.rate), ("low", week.low), ("high", week.high), ("seen_h", week.seen),
            )
        },
    }  # fmt: skip
