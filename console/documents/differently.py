"""What to do differently next time, as far as the figures say so: without them nothing is said."""

from collections.abc import Iterator, Mapping, Sequence

from console.documents.discreet import discreet
from console.domain.effects import BETTER as GOT_BETTER
from console.domain.effects import WORSE as GOT_WORSE
from console.domain.effects import Effect
from console.domain.rehearsals import (
    BEST,
    BETTER,
    CANNOT_TELL,
    LEFT_BEHIND,
    NOTHING,
    PLAYBOOK,
    WORSE,
    Comparison,
    Difference,
    Figure,
    PlanStep,
    said,
)
from console.kpis.measures import BY_NAME

#: An act that steered came late from so many minutes on.
LATE_MIN = 30.0
#: Of so many promises more than this share were dialled in vain.
_VAIN = 0.5
_NAMED = 3


def differently(
    figures: Mapping[str, Figure],
    comparison: Comparison | None = None,
    effects: Sequence[Effect] = (),
) -> tuple[str, ...]:
    """Sentences, the weightiest first; `figures` are those of a score or of the leader's part,
    `effects` what became of the figures that acts aimed at."""
    found: list[str] = []
    if comparison is not None:
        found += _beside(comparison)
    found += _moved(effects)
    found += _led(figures)
    found += _promises(figures)
    return tuple(found)


def _beside(comparison: Comparison) -> Iterator[str]:
    nobody = comparison.difference(NOTHING)
    if nobody is not None and nobody.verdict == BETTER:
        more = "; ".join(_where(comparison, NOTHING))
        yield (
            f"Leave out some of what you did: with nobody leading {nobody.words} would have been "
            f"left behind.{f' Where it shows: {more}.' if more else ''}"
        )
    elif nobody is not None and nobody.verdict == CANNOT_TELL and comparison.rows[0].refused:
        yield "What you did cannot be told apart from nobody leading on days like this."
    best, row = comparison.difference(BEST), comparison.row(BEST)
    if best is not None and row is not None and best.verdict == BETTER:
        yield f"There was more to be had: the best plan found leaves {best.words} behind."
        alone = [step for step in row.steps if step.worth.startswith("without")]
        for step in alone:
            yield f"Try: {_when(step)}. {step.worth[:1].upper()}{step.worth[1:]}."
        if rest := [_when(step) for step in row.steps if step not in alone]:
            more = "It has also" if alone else "It is"
            yield f"{more}, each of which cannot be told from luck alone: {'; '.join(rest)}."
    elif best is not None and best.verdict in (WORSE, CANNOT_TELL):
        yield "No plan that was tried is surely better than what you did."
    book, row = comparison.difference(PLAYBOOK), comparison.row(PLAYBOOK)
    if book is not None and row is not None and book.verdict == WORSE:
        more = "; ".join(_where(comparison, PLAYBOOK, worse=True))
        yield (
            f"{row.title} is a menu, not a bundle: taken whole it leaves {book.words} behind than "
            f"you did.{f' Where it shows: {more}.' if more else ''}"
        )
    elif book is not None and row is not None and book.verdict == BETTER:
        yield f"{row.title}, taken whole, leaves {book.words} behind than you did: keep to it."


def _when(step: PlanStep) -> str:
    return f"{step.words.removesuffix('.')} ({step.when or 'at once'})"


def _where(comparison: Comparison, player: str, worse: bool = False) -> Iterator[str]:
    """In which figures they differ most from you, relative to yours, in that direction."""
    wanted = WORSE if worse else BETTER
    found: list[tuple[float, str]] = []
    for figure in comparison.definitions:
        each = comparison.difference(player, figure.key)
        if figure.key in (LEFT_BEHIND, "resolved") or each is None or each.verdict != wanted:
            continue
        found.append((_weight(figure, each), f"{figure.title.lower()}, {each.words}"))
    found.sort(key=lambda pair: -pair[0])
    for _, words in found[:_NAMED]:
        yield words


def _weight(figure: Figure, difference: Difference) -> float:
    return abs(difference.mean or 0.0) / max(1.0, abs(figure.value or 0.0))


def _moved(effects: Sequence[Effect]) -> Iterator[str]:
    """Acts that did the opposite of what they were for, and those that did it."""
    for wanted, words in (
        (GOT_WORSE, "Look again at what was meant to help and was followed by worse"),
        (GOT_BETTER, "What was followed by better, and can be done again"),
    ):
        found = [each for each in effects if each.verdict == wanted and not each.aim.cost]
        said_ = [
            f"“{discreet(each.act)}” ({BY_NAME[each.aim.kpi].name}, {each.aim.scope})"
            for each in found
        ]
        if said_:
            more = f"; and {len(said_) - _NAMED} more" if len(said_) > _NAMED else ""
            yield f"{words}: {'; '.join(said_[:_NAMED])}{more}."


def _led(figures: Mapping[str, Figure]) -> Iterator[str]:
    first = figures.get("first_act")
    acts = figures.get("acts")
    if first is not None and first.value is not None and first.value > LATE_MIN:
        yield f"Begin sooner: the first act that was carried out came after {first.text} minutes."
    if acts is not None and first is not None and acts.value and first.value is None:
        yield (
            f"Look whether orders arrive: none of {acts.text} acts was confirmed by a platform or "
            "a person."
        )
    for key, words in (
        ("left_alone", "Send again, or take back, what is refused"),
        ("reports_waiting", "Answer reports within the hour"),
        ("duties_overdue", "See to what is owed before it is due"),
        ("duties_unowned", "Say who sees to what is put off"),
        ("rest_broken", "Ask only people whose rest allows it"),
        ("breaks_off", "Leave breaks alone"),
        ("long_without", "Plan breaks for those who come beside their shifts"),
    ):
        figure = figures.get(key)
        if figure is not None and figure.value:
            detail = f" ({figure.detail})" if figure.detail else ""
            yield f"{words}. {figure.title}: {figure.text}{detail}."


def _promises(figures: Mapping[str, Figure]) -> Iterator[str]:
    kept, vain = figures.get("promises_kept"), figures.get("dials_in_vain")
    if kept is not None and vain is not None and kept.value is not None:
        if kept.value < 100 * _VAIN and vain.value:
            yield (
                f"Promise fewer calls while there is nobody to make them: {said(kept.value)} % of "
                f"the promises were kept, and {vain.detail} went into dials in vain."
            )


__all__ = ["LATE_MIN", "differently"]
