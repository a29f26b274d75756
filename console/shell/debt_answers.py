"""The gauge of contact debt and the issues behind it, as answers."""

import argparse
from typing import Any

from console.app import Console
from console.domain.debt import DebtGauge, IssueContact, IssueRow, Measure
from console.domain.debt_words import lines, span, spoken_trend
from console.domain.times import iso
from console.shell.answer import Answer

_NOTHING = "No contact is known yet."


def debt(console: Console, options: argparse.Namespace) -> Answer:
    found = console.debt()
    if found is None or not found.trend:
        return Answer("figures", [], ("figure", "value"), note=_NOTHING)
    rows = [
        {"figure": row.name, "value": row.value, "note": row.note or None,
         "definition": row.definition}
        for row in lines(found)
    ]  # fmt: skip
    doubts = "\n".join(found.doubts)
    return Answer(
        "figures",
        rows,
        ("figure", "value", "note"),
        _fields(found),
        (
            (
                "channels",
                ("channel", "attempts", "needs", "redials", "reconnects", "chases", "keyless",
                 "open", "minutes_per_need", "hours"),
            ),
        ),
        note=f"{span(found, options.tz)}. {spoken_trend(found.trend)}.\n{doubts}".strip(),
    )  # fmt: skip


def _fields(found: DebtGauge) -> dict[str, Any]:
    return {
        "at": iso(found.at),
        "window_h": found.window_h,
        "data_from": iso(found.data_from),
        "data_until": iso(found.data_until),
        "missing_history_h": round(found.short_h, 1),
        "attempts": found.attempts,
        "needs": found.needs,
        "keyless": _round(found.keyless, 4),
        "gross": _round(found.gross, 4),
        "normal_attempts_per_need": _measure(found.normal, 3),
        "excess": _measure(found.excess, 4),
        "corrected": _measure(found.corrected, 4),
        "open": {
            "inside": found.open.inside,
            "redial": _measure(found.open.redial),
            "reconnect": _measure(found.open.reconnect),
            "promised": found.open.promised,
            "total": _measure(found.open.total),
        },
        "usual_open": _measure(found.usual_open),
        "open_yesterday": _round(found.yesterday, 1),
        "way": found.way or None,
        "hours": {
            "issues": _round(found.hours.issues, 2),
            "stale": _round(found.hours.stale, 2),
            "owed": _round(found.hours.owed, 2),
            "total": _round(found.hours.total, 2),
            "left_out": list(found.hours.left_out),
        },
        "paid": _measure(found.ends.paid),
        "given_up": _measure(found.ends.given_up),
        "moved": _measure(found.ends.moved),
        "channels": [
            {
                "channel": row.channel,
                "attempts": row.attempts,
                "needs": row.needs,
                "redials": row.redials,
                "reconnects": row.reconnects,
                "chases": row.chases,
                "keyless": row.keyless,
                "open": _round(row.open, 1),
                "minutes_per_need": _round(row.minutes_per_need, 2),
                "hours": _round(row.hours, 2),
            }
            for row in found.channels
        ],
        "trend": [
            {
                "at": iso(point.at),
                "open": _round(point.open, 1),
                "hours": _round(point.hours, 2),
                "attempts": point.attempts,
                "needs": point.needs,
            }
            for point in found.trend
        ],
        "acts": [{"at": iso(act.at), "title": act.title} for act in found.acts],
        "doubts": list(found.doubts),
    }


def issues(console: Console, options: argparse.Namespace) -> Answer:
    found = console.issues()
    rows = () if found is None else found.rows[: options.most]
    columns = ("customer", "topic", "state", "attempts", "channels", "first_at", "last_at")
    if found is None or not rows:
        return Answer("issues", [], columns, note=_NOTHING)
    return Answer(
        "issues",
        [_issue(row) for row in rows],
        columns,
        {"at": iso(found.at), "window_h": found.window_h, "number": found.issues},
    )


def _issue(row: IssueRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "customer": row.customer or None,
        "topic": row.topic or None,
        "state": row.state,
        "attempts": row.attempts,
        "channels": row.channels,
        "first_at": iso(row.first_at),
        "last_at": iso(row.last_at),
        "by_hand": row.by_hand,
        "contacts": [_contact(each) for each in row.contacts],
    }


def _contact(each: IssueContact) -> dict[str, Any]:
    return {
        "contact": each.contact,
        "source": each.source,
        "channel": each.channel,
        "at": iso(each.entered_at),
        "outcome": each.outcome,
        "kind": each.kind,
        "why": each.why or None,
        "since_h": _round(each.since_h, 2),
    }


def _measure(of: Measure, digits: int = 1) -> dict[str, Any]:
    return {
        "value": _round(of.value, digits),
        "low": _round(of.low, digits),
        "high": _round(of.high, digits),
        "note": of.note or None,
    }


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


__all__ = ["debt", "issues"]
