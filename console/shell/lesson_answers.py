"""What rehearsals taught, without a screen: a score, a comparison, past ones side by side."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from console.domain.rehearsals import (
    Comparison,
    Figure,
    PastRehearsal,
    Score,
    said,
)
from console.domain.times import iso
from console.errors import ConsoleError
from console.shell.answer import Answer

_FIGURES = ("part", "title", "value", "unit", "detail")
_PAST = (
    "folder", "scenario", "seed", "begun_at", "by", "speed", "state", "left_behind", "goals",
    "verdict",
)  # fmt: skip


def lessons(options: argparse.Namespace) -> Answer:
    """Of one rehearsal its score or its comparison, or past ones."""
    if options.past is not None:
        return _past(options.past)
    if options.score is not None:
        return _score(options.score)
    return _compare(options.compare, options.led)


def _past(folder: Path) -> Answer:
    from console.twin.past import past

    found = past(folder)
    groups = [
        {
            "scenario": group.scenario,
            "title": group.title,
            "folders": [each.path for each in group.rehearsals],
            "note": group.note,
            "figures": [
                {"title": title, "unit": unit, "better": better, "values": list(values)}
                for title, unit, better, values in group.rows
            ],
        }
        for group in found.groups
    ]
    return Answer(
        "rehearsals", [_of_past(each) for each in found.rehearsals], _PAST,
        {"folder": found.folder, "scenarios": groups},
        troubled=any(each.problem for each in found.rehearsals),
        note="\n\n".join(_side_by_side(group) for group in groups),
    )  # fmt: skip


def _of_past(each: PastRehearsal) -> dict[str, Any]:
    score = each.score
    known = [goal for goal in score.goals if goal.reached is not None] if score else []
    reached = sum(goal.reached is True for goal in known)
    return {
        "folder": each.path,
        "scenario": each.scenario,
        "title": each.title,
        "seed": each.seed,
        "begun_at": iso(each.begun_at) if each.begun_at else None,
        "by": each.by or None,
        "speed": each.speed,
        "hours": each.hours,
        "state": each.state,
        "left_behind": score.left_behind.value if score else None,
        "goals": f"{reached} of {len(known)}" if known else None,
        "verdict": score.verdict if score else each.problem,
        "figures": [_figure("", figure) for figure in score.figures] if score else [],
    }


def _side_by_side(group: dict[str, Any]) -> str:
    """As lines of text: a figure a line, a rehearsal a column."""
    names = [Path(folder).name for folder in group["folders"]]
    rows = [
        (f"{row['title']} ({row['unit']})", *(said(value, row["unit"]) for value in row["values"]))
        for row in group["figures"]
    ]
    widths = [max(map(len, column)) for column in zip(("", *names), *rows, strict=True)]
    lines = [group["title"]]
    for row in (("", *names), *rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, *([group["note"]] if group["note"] else [])])


def _score(folder: Path) -> Answer:
    from console.app import DATABASE
    from console.lessons import lessons_of

    with lessons_of(folder, DATABASE) as found:
        score = found.score()
    return score_answer(score)


def score_answer(score: Score) -> Answer:
    rows = [_figure("", score.left_behind)]
    rows += [_figure("centre", figure) for figure in score.centre]
    rows += [_figure("leader", figure) for figure in score.conduct]
    goals = [
        {"goal": g.words, "target": g.target, "value": g.value, "reached": g.reached}
        for g in score.goals
    ]
    return Answer(
        "figures", rows, _FIGURES,
        {
            "scenario": score.scenario, "title": score.title, "seed": score.seed,
            "by": score.by or None, "from": iso(score.from_at), "to": iso(score.to_at),
            "finished": score.finished, "verdict": score.verdict, "reasons": list(score.reasons),
            "goals": goals,
        },
        (("goals", ("goal", "target", "value", "reached")),),
        note="\n".join((score.verdict, *score.reasons)),
    )  # fmt: skip


def _figure(part: str, figure: Figure) -> dict[str, Any]:
    value = figure.value
    return {
        "part": part,
        "key": figure.key,
        "title": figure.title,
        "value": None if value is None else round(value, 3),
        "unit": figure.unit,
        "better": figure.better,
        "detail": figure.detail,
        "definition": figure.definition,
    }


def _compare(folder: Path, led: bool) -> Answer:
    from console.app import DATABASE
    from console.lessons import below_a_window, lessons_of, until_closed
    from console.players.search import Cancelled

    if led:
        below_a_window()
    cancelled = until_closed() if led else lambda: False
    shown = sys.stderr is not None and not led and sys.stderr.isatty()

    def tell(words: str, done: int, total: int) -> None:
        if shown:
            print(f"\r{words}: {done} of at most {total} runs ", end="", file=sys.stderr)

    with lessons_of(folder, DATABASE) as found:
        try:
            comparison = found.compare(cancelled, tell)
        except Cancelled:
            raise ConsoleError("The comparison was cancelled.", "") from None
        finally:
            if shown:
                print(file=sys.stderr)
    return comparison_answer(comparison)


def comparison_answer(found: Comparison) -> Answer:
    rows = list(_compared(found))
    players = [row.player for row in found.rows]
    return Answer(
        "figures", rows, ("title", "unit", *players),
        {
            "scenario": found.scenario, "title": found.title, "seeds": list(found.seeds),
            "from": iso(found.from_at), "to": iso(found.to_at), "made_at": iso(found.made_at),
            "seconds": round(found.seconds, 1), "runs": found.runs, "exact": found.exact,
            "exact_words": found.exact_words, "verdict": found.verdict,
            "notes": list(found.notes),
            "players": [
                {
                    "player": row.player, "title": row.title, "how": row.how,
                    "refused": row.refused, "steps": [asdict(step) for step in row.steps],
                }
                for row in found.rows
            ],
            "differences": [asdict(each) for each in found.differences],
        },
        note="\n".join(_in_words(found)),
    )  # fmt: skip


def _compared(found: Comparison) -> Iterator[dict[str, Any]]:
    """Values on the day that was played; the differences are of all days."""
    for figure in found.definitions:
        row: dict[str, Any] = {"key": figure.key, "title": figure.title, "unit": figure.unit}
        for played in found.rows:
            spread = played.spread(figure.key)
            value = None if spread is None else spread.values[0]
            row[played.player] = None if value is None else round(value, 2)
        row["days"] = {
            played.player: list(spread.values)
            for played in found.rows
            if (spread := played.spread(figure.key)) is not None
        }
        yield row


def _in_words(found: Comparison) -> Iterator[str]:
    yield found.verdict
    for row in found.rows:
        yield f"\n{row.title}: {row.how}"
        for step in row.steps:
            when = step.when or (f"+{step.at_us / 3.6e9:.1f} h" if step.at_us else "at once")
            worth = f": {step.worth}" if step.worth else ""
            yield f"  - {step.words} ({when}){worth}"
    yield ""
    yield f"{found.exact_words[:1].upper()}{found.exact_words[1:]}."
    yield from found.notes


__all__ = ["comparison_answer", "lessons", "score_answer"]
