"""The forecast of now, and how good earlier ones were, as answers."""

import argparse
from typing import Any

from console.app import Console
from console.domain.foretold import Band, ChannelAhead, Forecast, Payback, Series
from console.domain.foretold_words import miss_words, payback_words
from console.domain.times import HOUR, iso
from console.shell.answer import Answer

_NOTHING = "Nothing can be foretold: no channel is known in which contacts have been answered."


def forecast(console: Console, options: argparse.Namespace) -> Answer:
    return _scores(console, options.hours) if options.scores else _forecast(console)


def _forecast(console: Console) -> Answer:
    found = console.forecast()
    if found is None:
        return Answer("hours", [], ("at", "open"), note=_NOTHING)
    words, why = payback_words(found)
    rows = [_hour(found, place) for place in range(len(found.ends_h))]
    columns = ("at", "open", "open_low", "open_high", "debt_h", "paid", "given_up", "moved")
    return Answer(
        "hours",
        rows,
        (*columns, *(f"waiting_{row.channel}" for row in found.channels)),
        {
            "at": iso(found.at),
            "until": iso(found.at + round(found.ends_h[-1] * HOUR)),
            "begun_open": found.begun_open,
            "begun_debt_h": found.begun_debt_h,
            "payoff": _payback(found.payback) | {"words": words, "why": why},
            "pooled": _payback(found.pooled),
            "channels": [_channel(row) for row in found.channels],
            "unknown": [{"channel": name, "why": reason} for name, reason in found.unknown],
            "in_force": [
                {"title": row.title, "since": iso(row.since), "until": _iso(row.until)}
                for row in found.stood
            ],
            "assumed": list(found.assumed),
            "cautions": [
                {"code": row.code, "channel": row.channel or None, "words": row.words}
                for row in found.warned
            ],
            "took_s": found.took_s,
        },
        note="\n".join((f"Debt: {words}. {why}", *found.assumed, *(w.words for w in found.warned))),
    )


def _scores(console: Console, hours: float) -> Answer:
    found = console.judged(hours)
    rows = [
        {
            "figure": row.figure,
            "channel": row.channel or None,
            "ahead_h": row.horizon_h,
            "number": row.number,
            "held": row.held,
            "coverage": round(row.coverage, 3),
            "below": row.below,
            "above": row.above,
            "bias": row.bias,
            "bias_relative": row.relative,
        }
        for row in found.scores
    ]
    columns = ("figure", "channel", "ahead_h", "number", "coverage", "below", "above", "bias")
    return Answer(
        "scores",
        rows,
        columns,
        {
            "at": iso(found.at),
            "hours": found.hours,
            "forecasts": found.forecasts,
            "words": list(found.words),
            "bias_words": found.bias_words or None,
            "misses": [
                {
                    "made_at": iso(row.at),
                    "at": iso(row.of),
                    "figure": row.figure,
                    "channel": row.channel or None,
                    "low": row.low,
                    "high": row.high,
                    "came": row.came,
                    "words": miss_words(row),
                }
                for row in found.misses
            ],
            "not_comparable": [
                {"at": iso(row.at), "act": row.title, "figures": row.number} for row in found.apart
            ],
        },
        note="\n".join((*found.words, *([found.bias_words] if found.bias_words else ()))),
    )


def _hour(found: Forecast, place: int) -> dict[str, Any]:
    row: dict[str, Any] = {"at": iso(found.at + round(found.ends_h[place] * HOUR))}
    row |= _band("open", found.open, place) | _band("debt_h", found.debt_h, place)
    for name in ("paid", "given_up", "moved"):
        row[name] = _one(getattr(found, name), place)
    for channel in found.channels:
        name = channel.channel
        for figure in ("waiting", "attempts", "answered", "abandonment"):
            row |= _band(f"{figure}_{name}", getattr(channel, figure), place)
        wait = _one(channel.wait_h, place)
        row[f"wait_{name}_s"] = None if wait is None else round(wait * 3600)
        for figure in ("service_level", "open", "debt_h", "agents"):
            row[f"{figure}_{name}"] = _one(getattr(channel, figure), place)
    return row


def _band(name: str, band: Band, place: int) -> dict[str, float | None]:
    return {
        name: _one(band.middle, place),
        f"{name}_low": _one(band.low, place),
        f"{name}_high": _one(band.high, place),
    }


def _one(series: Series, place: int) -> float | None:
    return series[place] if place < len(series) else None


def _channel(row: ChannelAhead) -> dict[str, Any]:
    return {"channel": row.channel, "inside": row.inside, "target_s": row.target_s}


def _payback(found: Payback) -> dict[str, Any]:
    return {
        "hours": found.hours,
        "hours_low": found.low_h,
        "hours_high": found.high_h,
        "never": round(found.never, 3),
        "short": found.short,
        "channel": found.channel or None,
        "debt_h": round(found.debt_h, 1),
    }


def _iso(at: int | None) -> str | None:
    return None if at is None else iso(at)
