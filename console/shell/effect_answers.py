"""What `effects` answers: each aim of each act, with its windows."""

import argparse
import dataclasses
from typing import Any

from console.app import Console
from console.domain.effects import MARKS_MIN, Effect, Span
from console.domain.times import iso
from console.kpis.measures import BY_NAME
from console.shell.answer import Answer


def effects(console: Console, options: argparse.Namespace) -> Answer:
    found = console.effects(options.hours)
    assert found is not None  # what was known before is not stated
    used = {effect.aim.kpi for effect in found.rows}
    return Answer(
        "effects",
        [_effect(effect) for effect in found.rows],
        ("at", "act", "figure", "scope", "wanted", *_SHOWN, "expected_at", "verdict", "notes"),
        {
            "at": iso(found.at),
            "hours": options.hours,
            "definitions": [
                {"figure": name, "unit": measure.unit, "definition": measure.words}
                for name, measure in BY_NAME.items()
                if name in used
            ],
        },
        note="" if found.rows else "Nothing that aims at a figure was done in that time.",
    )


_SHOWN = ("before", *(f"after_{minutes}" for minutes in MARKS_MIN))


def _effect(effect: Effect) -> dict[str, Any]:
    aim = effect.aim
    return {
        "journal": effect.journal_id,
        "aim": effect.number,
        "at": iso(effect.at),
        "who": effect.who,
        "act": effect.act,
        "state": effect.state,
        "figure": aim.kpi,
        "scope": aim.scope,
        "wanted": aim.direction,
        "cost": aim.cost,
        "first_expected_s": aim.first_s,
        "expected_s": aim.full_s,
        "expected_at": None if effect.expected_at is None else iso(effect.expected_at),
        "reason": aim.reason,
        **dict(
            zip(_SHOWN, (_value(s) for s in (effect.before, *effect.after)), strict=True),
        ),
        "windows": [_span(span) for span in (effect.before, *effect.after)],
        "ended_at": None if effect.ended_at is None else iso(effect.ended_at),
        "verdict": effect.verdict,
        "notes": list(effect.notes),
    }


def _value(span: Span) -> float | None:
    return None if span.value is None else round(span.value, 2)


def _span(span: Span) -> dict[str, Any]:
    told = dataclasses.asdict(span)
    for name in ("value", "low", "high", "week_ago"):
        told[name] = None if told[name] is None else round(told[name], 3)
    return {"from": iso(told.pop("from_at")), "to": iso(told.pop("to_at")), **told}


__all__ = ["effects"]
