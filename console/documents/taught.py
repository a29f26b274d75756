"""The parts of a review that only a rehearsal has: its score, what others would have made of it,
and what the screen said beside what was true.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from console.domain.papers import Section, Table
from console.domain.rehearsals import Comparison, Figure, Score, said
from console.domain.times import HOUR

#: (received, answered, abandoned) of each queue, by its name.
Counts = Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """`turns` are (when, words, whether it begins) of what happened; `true` are the queues' counts
    of the truth from `true_from` on. `story` is what the players were told."""

    score: Score
    story: str = ""
    comparison: Comparison | None = None
    turns: Sequence[tuple[int, str, bool]] = ()
    true: Counts = field(default_factory=lambda: {})
    true_from: int = 0


def score(of: Score) -> Section:
    goals = tuple(
        (
            goal.words, goal.target, said(goal.value),
            "–" if goal.reached is None else "reached" if goal.reached else "missed",
        )
        for goal in of.goals
    )  # fmt: skip
    tables = [score_table("The centre, by the truth", (of.left_behind, *of.centre))]
    if of.conduct:
        tables.append(score_table("Your conduct, by the console's records", of.conduct))
    if goals:
        columns = ("Goal", "Asked", "Was", "")
        tables.insert(0, Table(columns, goals, (False, False, True, False), "Goals"))
    return Section("Score", tables=tuple(tables))


def score_table(caption: str, figures: Sequence[Figure]) -> Table:
    rows = tuple((f.title, f.text, f.unit, f.detail, f.definition) for f in figures)
    columns = ("Figure", "Value", "Unit", "Of it", "What it is")
    return Table(columns, rows, (False, True, False, False, False), caption)


def compared(of: Comparison) -> Section:
    columns = (
        "Figure",
        *(row.title for row in of.rows),
        *(f"{r.title} – you" for r in of.rows[1:]),
    )
    rows: list[tuple[str, ...]] = []
    for figure in of.definitions:
        values: list[str] = []
        for row in of.rows:
            spread = row.spread(figure.key)
            values.append("–" if spread is None else said(spread.values[0], figure.unit))
        words = [
            "–" if (each := of.difference(row.player, figure.key)) is None else each.words
            for row in of.rows[1:]
        ]
        rows.append((f"{figure.title} ({figure.unit})", *values, *words))
    numbers = (False, *(True for _ in of.rows), *(False for _ in of.rows[1:]))
    points = [f"{row.title}: {row.how}" for row in of.rows]
    for row in of.rows:
        for step in row.steps:
            later = f"{step.at_us / HOUR:.1f} h after the start" if step.at_us else ""
            when = step.when or later
            worth = f" {step.worth[:1].upper()}{step.worth[1:]}." if step.worth else ""
            points.append(f"{row.title}, {when or 'at the start'}: {step.words}{worth}")
    days = len(of.seeds)
    caption = f"Values are of the day that was played, differences of {days} days like it"
    exact = f"{of.exact_words[:1].upper()}{of.exact_words[1:]}."
    return Section(
        "What others would have made of it", (of.verdict, *of.notes, exact), tuple(points),
        (Table(columns, tuple(rows), numbers, caption),),
    )  # fmt: skip


def screen_and_truth(shown: Counts, of: Rehearsed) -> Section:
    """Each queue's counts as the console has them, beside what was true."""
    rows: list[tuple[str, ...]] = []
    apart = 0
    for queue in sorted({*shown, *of.true}):
        mine, true = shown.get(queue), of.true.get(queue)
        if true is not None and mine != true:
            apart += 1
        pairs = [
            (
                "–" if mine is None else f"{mine[place]:,}",
                "–" if true is None else f"{true[place]:,}",
            )
            for place in range(3)
        ]
        rows.append((queue, *(text for pair in pairs for text in pair)))
    lines = [
        "All queues were as the screen said." if not apart and rows else
        f"In {apart} of {len(rows)} queues the screen and the truth differ: what is not exported "
        "yet, and what no platform writes, only the truth knows.",
    ]  # fmt: skip
    columns = (
        "Queue", "Received, screen", "true", "Answered, screen", "true", "Given up, screen", "true",
    )  # fmt: skip
    return Section(
        "What the screen said, and what was true", tuple(lines),
        tables=(Table(columns, tuple(rows), (False, *(True for _ in range(6)))),),
    )  # fmt: skip


__all__ = ["Counts", "Rehearsed", "compared", "score", "score_table", "screen_and_truth"]
