"""What could be done now, and what one act would bring, as answers."""

import argparse
from typing import Any

from console.app import Console
from console.commands.made import command_of
from console.domain.foreseen import (
    DEBT,
    GIVEN_UP,
    OPEN,
    RESOLVED,
    Basis,
    Change,
    Foreseen,
    Payoff,
    elsewhere_words,
    reaction_words,
    verdict_words,
)
from console.domain.plans import Level, Plan, PlanRow, ranked
from console.domain.times import iso
from console.shell.answer import Answer, WrongUsage

_COLUMNS = (
    "what", "verdict", "sure", RESOLVED, GIVEN_UP, OPEN, DEBT, "payoff_h", "moved_to", "beware",
)  # fmt: skip


def plan(console: Console, options: argparse.Namespace) -> Answer:
    """Doing nothing first, then what resolves most."""
    del options
    board = console.board(console.foresight.starts_at())
    found = console.plan(board)
    if found.nothing is None:
        return Answer("rows", [], _COLUMNS, note=found.why_none)
    best = console.best_plan(board)
    rows = ranked((*found.rows, best)) if best is not None else found.rows
    return Answer(
        "rows",
        [_nothing(found), *map(_row, rows)],
        _COLUMNS,
        {
            **_basis(found.basis),
            "order": found.reason,
            "urgent": found.urgent or None,
            "callbacks": [
                {
                    "channel": one.channel,
                    "right": one.right or None,
                    "now": one.now,
                    "sure": round(one.sure, 3),
                    "why": one.why,
                }
                for one in found.callbacks
            ],
            "per_hour": [
                {
                    "channel": one.channel,
                    "resolved": round(one.per_hour, 2),
                    "agents": round(one.agents, 1),
                    "load": None if one.load is None else round(one.load, 3),
                }
                for one in found.indexes
            ],
            "others": [{"what": idea.title} for idea in found.others],
        },
        (
            ("callbacks", ("channel", "right", "now", "sure", "why")),
            ("per_hour", ("channel", "resolved", "agents", "load")),
        ),
        note=f"Order: {found.reason}.",
    )


def foresee(console: Console, options: argparse.Namespace) -> Answer:
    """One command, by its name and its fields."""
    try:
        command = command_of(options.command_name, options.fields)
    except ValueError as error:
        raise WrongUsage(f"{error}") from error
    found = console.foresee(command)
    assert found is not None  # somebody waits for the answer
    rows = [_change(change) for change in found.changes]
    return Answer(
        "figures",
        rows,
        ("name", "difference", "low", "high", "better", "verdict", "without"),
        {"title": found.title, **_told(found), **_basis(found.basis)},
        note="\n".join(
            (verdict_words(found), *found.unknown, *(one.words for one in found.cautions))
        ),
    )


def _nothing(found: Plan) -> dict[str, Any]:
    nothing = found.nothing
    assert nothing is not None
    levels: dict[str, Level] = {
        RESOLVED: nothing.resolved, GIVEN_UP: nothing.given_up, OPEN: nothing.open,
        DEBT: nothing.debt_h,
    }  # fmt: skip
    told: dict[str, Any] = {"what": "doing nothing", "verdict": None, "sure": None}
    for name, level in levels.items():
        told[name] = round(level.value, 1)
        told[f"{name}_band"] = [round(level.low, 1), round(level.high, 1)]
    return told | _paid(nothing.payoff) | {
        "moved_to": None, "beware": [caution.words for caution in nothing.cautions],
    }  # fmt: skip


def _row(row: PlanRow) -> dict[str, Any]:
    """Figures are differences against doing nothing."""
    found = row.foreseen
    told: dict[str, Any] = {
        "what": row.idea.title,
        "key": row.idea.key,
        "control": not row.idea.said,
    }
    told |= _told(found)
    for name in (RESOLVED, GIVEN_UP, OPEN, DEBT):
        change = found.of(name)
        told[name] = None if change is None else round(change.value, 1)
    grown = [one.channel for one in found.elsewhere if one.debt_h > 0.0]
    return told | {
        "moved_to": grown[0] if grown else None,
        "figures": list(map(_change, found.changes)),
    }


def _told(found: Foreseen) -> dict[str, Any]:
    sure = found.sure
    return {
        "verdict": found.verdict,
        "words": verdict_words(found),
        "sure": None if sure is None else round(sure, 3),
        **_paid(found.payoff),
        "reaction": reaction_words(found) or None,
        "reaction_h": {
            "queue": found.queue_h, "attempts": found.attempts_h, "debt": found.debt_h,
        },
        "elsewhere": list(elsewhere_words(found)),
        "beware": [caution.words for caution in found.cautions],
        "unknown": list(found.unknown),
        "counted": list(found.notes),
    }  # fmt: skip


def _paid(payoff: Payoff | None) -> dict[str, Any]:
    hours = payoff.hours if payoff is not None else None
    short = payoff.short if payoff is not None and payoff.hours is None else None
    return {"payoff_h": None if hours is None else round(hours, 1), "agents_short": short}


def _change(change: Change) -> dict[str, Any]:
    return {
        "name": change.name,
        "unit": change.unit,
        "difference": round(change.value, 3),
        "low": round(change.low, 3),
        "high": round(change.high, 3),
        "better": round(change.better, 3),
        "verdict": change.verdict,
        "without": round(change.without, 3),
    }


def _basis(found: Basis | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {
        "at": iso(found.at),
        "hours": found.hours,
        "members": found.members,
        "data_h": found.data_h,
        "assumed": list(found.assumptions),
    }
