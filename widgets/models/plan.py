"""The columns of the plan: what could be done, and what each would bring beside doing nothing."""

from dataclasses import dataclass

from console.domain.foreseen import (
    ATTEMPTS,
    BETTER,
    DEBT,
    GIVEN_UP,
    OPEN,
    RESOLVED,
    SAME,
    UNSURE,
    WORSE,
    about,
    hours_words,
    payoff_words,
    verdict_words,
)
from console.domain.plans import Idea, Level, Nothing, Plan, PlanRow
from widgets import texts
from widgets.models import foreseen
from widgets.models.columns import Column, Tone
from widgets.models.rows import RowModel

NOTHING = "doing nothing"
_WORDS = {BETTER: "better", WORSE: "worse", SAME: "no difference", UNSURE: "cannot tell"}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line; doing nothing has no `row`. `place` is its place among them."""

    key: str
    place: int
    title: str
    row: PlanRow | None = None
    nothing: Nothing | None = None
    now: int = 0

    @property
    def idea(self) -> Idea | None:
        return self.row.idea if self.row is not None else None


def lines_of(plan: Plan, now: int) -> list[PlanLine]:
    """Doing nothing first, then what matters most."""
    found: list[PlanLine] = []
    if plan.nothing is not None:
        found.append(PlanLine("", 0, NOTHING, None, plan.nothing, now))
    found += [
        PlanLine(row.idea.key, place, row.idea.title, row, None, now)
        for place, row in enumerate(plan.rows, 1)
    ]
    return found


def rights(plan: Plan) -> tuple[str, bool]:
    """Which callback setting is right now, and whether any stands otherwise."""
    parts: list[str] = []
    wrong = False
    for one in plan.callbacks:
        otherwise = bool(one.right) and not one.right.startswith(one.now)
        wrong = wrong or otherwise
        stands = f"it is {one.now} now" if otherwise else f"as it is: {one.now}"
        right = f"{one.right} is right" if one.right else "on or off: nobody can tell"
        why = one.why.partition(": ")[2]
        parts.append(f"callbacks of {one.channel}: {right} ({stands}); {why}")
    if not parts:
        return "", False
    return f"{'◆ ' if wrong else ''}{'. '.join(parts)}", wrong


def indexes(plan: Plan) -> str:
    """What an hour of an agent is worth in each channel."""
    parts: list[str] = []
    for one in plan.indexes:
        load = "" if one.load is None else f", {100 * one.load:.0f}\u202f% of its hours needed"
        parts.append(f"{one.channel} {one.per_hour:.1f}{load}")
    if not parts:
        return ""
    return f"resolved in an agent's hour of work: {'; '.join(parts)}"


INDEX_TIP = (
    "Contacts at once × share resolved ÷ handling time. Closing a channel pays only if its agents "
    "resolve more elsewhere, and while customers wait there: an idle hour resolves nothing."
)


def _change(line: PlanLine, name: str) -> str:
    """“+900”; of doing nothing the level itself."""
    if line.nothing is not None:
        level: Level = getattr(line.nothing, name)
        return f"{about(level.value)}{' h' if name == DEBT else ''}"
    change = line.row.foreseen.of(name) if line.row is not None else None
    if change is None:
        return texts.UNKNOWN
    unit = " h" if name == DEBT else ""
    if round(change.value) == 0 or change.verdict == SAME:
        return "±0"
    sign = "+" if change.value > 0 else "−"
    sure = "≈ " if change.verdict == UNSURE else ""
    return f"{sure}{sign}{about(change.value)}{unit}"


def _left(line: PlanLine, name: str) -> str:
    """What is left at the end, and the difference: “1 790 (−260)”."""
    if line.nothing is not None:
        return _change(line, name)
    change = line.row.foreseen.of(name) if line.row is not None else None
    if change is None:
        return texts.UNKNOWN
    unit = " h" if name == DEBT else ""
    return f"{about(change.without + change.value)}{unit} ({_change(line, name)})"


def _value(line: PlanLine, name: str) -> float | None:
    if line.nothing is not None:
        return 0.0
    change = line.row.foreseen.of(name) if line.row is not None else None
    return None if change is None else change.value


def _verdict(line: PlanLine) -> str:
    if line.row is None:
        return ""
    verdict = line.row.foreseen.verdict
    return f"{foreseen.SIGNS[verdict]} {_WORDS.get(verdict, verdict)}"


def _tone(line: PlanLine) -> Tone:
    return "" if line.row is None else foreseen.TONES.get(line.row.foreseen.verdict, "")


def _sure(line: PlanLine) -> str:
    sure = line.row.foreseen.sure if line.row is not None else None
    return "" if sure is None else f"{round(100 * sure)} of 100"


def _moved(line: PlanLine) -> str:
    if line.row is None:
        return ""
    grown = [row for row in line.row.foreseen.elsewhere if row.debt_h > 0.0]
    return f"{grown[0].channel} +{about(grown[0].issues)}" if grown else ""


def _payoff(line: PlanLine) -> str:
    """“in 30 h”, “no, 8 short”."""
    payoff = line.nothing.payoff if line.nothing is not None else None
    if line.row is not None:
        payoff = line.row.foreseen.payoff
    if payoff is not None and payoff.hours is None:
        return f"no, {payoff.short} short"
    return payoff_words(payoff)


def _reaction(line: PlanLine) -> str:
    """“15 min · 3 h · 9 h”."""
    if line.row is None:
        return ""
    found = line.row.foreseen
    hours = (found.queue_h, found.attempts_h, found.debt_h)
    return " · ".join(map(hours_words, hours)) if found.changes else ""


def _caution(line: PlanLine) -> str:
    if line.nothing is not None:
        found = [caution.words for caution in line.nothing.cautions]
    elif line.row is not None:
        told = line.row.foreseen
        found = [*told.unknown, *(caution.words for caution in told.cautions)]
    else:
        found = []
    more = f" · and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{found[0]}{more}" if found else ""


def whole(line: PlanLine) -> str:
    """All about a line, to be read or copied."""
    if line.row is not None:
        parts = [foreseen.whole(line.row.foreseen, line.now)]
        if line.row.idea.parts:
            parts.insert(
                0, "\n".join(("All of:", *(f"  {one.title}" for one in line.row.idea.flat)))
            )
        return "\n\n".join(parts)
    if line.nothing is None:
        return ""
    lines = [f"{NOTHING}: what becomes of it in two days (80 % band)"]
    for name, title in (
        (OPEN, "open at the end"),
        (GIVEN_UP, "given up"),
        (RESOLVED, "resolved"),
        (DEBT, "hours of debt at the end"),
    ):
        level: Level = getattr(line.nothing, name)
        lines.append(f"  {title}: {about(level.value)} ({about(level.low)} to {about(level.high)})")
    lines.append(f"  the debt of now: {foreseen.paid(line.nothing.payoff)}")
    lines += [f"  ◆ {caution.words}" for caution in line.nothing.cautions]
    return "\n".join(lines)


def _tip(line: PlanLine, _context: object = None) -> str:
    if line.row is None:
        return whole(line)
    found = line.row.foreseen
    return "\n".join((line.title, verdict_words(found), *foreseen.figures(found)))


def _number(name: str, title: str, width: int, about_: str, *, left: bool = False) -> Column:
    return Column(
        name, title, text=lambda r: (_left if left else _change)(r, name),
        value=lambda r: _value(r, name), width=width, right=True, tip=_tip, about=about_,
    )  # fmt: skip


COLUMNS = (
    Column(
        "what", "what could be done", text=lambda r: r.title, value=lambda r: r.title.casefold(),
        width=250, stretch=5, tip=_tip,
        about="Enter arms it: its ordinary preview comes first, nothing is done by itself",
    ),
    Column(
        "verdict", "verdict", text=_verdict, value=_verdict, width=104, tone=_tone, tip=_tip,
        about="By issues resolved within two days; by debt where that is alike; mixed where both "
        "contradict each other",
    ),
    Column(
        "sure", "better in", text=_sure, width=76, right=True, tip=_tip,
        value=lambda r: r.row.foreseen.sure if r.row else None,
        about="Of 100 draws of what nobody knows exactly; from 20 to 80 it cannot be told",
    ),
    _number(RESOLVED, "resolved", 78, "Issues resolved within two days, against doing nothing"),
    _number(GIVEN_UP, "given up", 74, "Issues lost for good, against doing nothing"),
    _number(OPEN, "open", 100, "Issues open at the end, with the difference", left=True),
    _number(DEBT, "debt", 106, "Hours of agents that they will take, with the difference",
            left=True),
    Column(
        ATTEMPTS, "attempts", text=lambda r: "" if r.nothing else _change(r, ATTEMPTS),
        value=lambda r: None if r.nothing else _value(r, ATTEMPTS), width=82, right=True,
        tip=_tip, spare=True,
        about="Contacts that come in. Fewer of them alone is no gain: customers may have given up",
    ),
    Column(
        "reaction", "shows after", text=_reaction, value=_reaction, width=118, tip=_tip,
        spare=True,
        about="When half of it shows: in the queue · in attempts · in debt. Not to be judged "
        "earlier",
    ),
    Column(
        "payoff", "debt paid", text=_payoff, value=_payoff, width=88, tip=_tip, spare=True,
        about="When what is owed now is paid, if those who wait do not give up first",
    ),
    Column(
        "moved", "moved to", text=_moved, value=_moved, width=92, tip=_tip, spare=True,
        about="The channel that is left with more",
    ),
    Column(
        "caution", "beware", text=_caution, value=_caution, width=190, stretch=4,
        tone=lambda r: "warn_words" if _caution(r) else "",
        tip=lambda r, _: "\n".join(_all_cautions(r)),
        about="Found in the numbers, the gravest first",
    ),
    Column(
        "order", "#", text=lambda r: str(r.place), value=lambda r: r.place, width=20, hidden=True
    ),
)  # fmt: skip


def _all_cautions(line: PlanLine) -> list[str]:
    if line.nothing is not None:
        return [caution.words for caution in line.nothing.cautions]
    return foreseen.beware(line.row.foreseen) if line.row is not None else []


def plan_model() -> RowModel:
    return RowModel(COLUMNS, key=lambda line: line.key)


__all__ = ["COLUMNS", "INDEX_TIP", "PlanLine", "indexes", "lines_of", "plan_model", "rights",
           "whole"]  # fmt: skip
