"""Whether the players reached what the story asks: measured by the truth, not by exports."""

from typing import Any

from console.domain.times import SECOND
from console.twin.centre import VOICE, Goal
from console.twin.world import World


def measured(w: World, goal: Goal) -> dict[str, Any]:
    """The goal in words, its figure, and whether it is reached; both None where nothing was."""
    value = _value(w, goal.figure)
    reached = value is not None and (
        (goal.most is None or value <= goal.most) and (goal.least is None or value >= goal.least)
    )
    return {
        "goal": goal.words,
        "figure": goal.figure,
        "value": None if value is None else round(value, 3),
        "reached": None if value is None else reached,
    }


def _value(w: World, figure: str) -> float | None:
    voice = [line for line in w.lines.values() if line.medium.name == VOICE]
    voice = [line for line in voice if line.name != w.centre.callback.queue]
    received = sum(line.received for line in voice)
    answered = sum(line.answered for line in voice)
    if figure == "open issues":
        return w.issues - w.resolved - w.given_up
    if figure == "given up":
        return w.given_up
    if figure == "resolved":
        return w.resolved
    if figure == "attempts per issue":
        return w.attempts / w.issues if w.issues else None
    if figure == "abandoned share":
        return sum(line.abandoned for line in voice) / received if received else None
    if figure == "mean wait seconds":
        return sum(line.wait_us for line in voice) / answered / SECOND if answered else None
    raise AssertionError(figure)  # scenario_checks lets no other through
