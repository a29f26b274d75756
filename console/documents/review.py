"""The review after an operation or a rehearsal: what happened, what was done, what came of it, and
what to do differently. One paper for both; a rehearsal has the truth beside it.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from console.documents import records, taught
from console.documents.differently import differently
from console.documents.discreet import discreet
from console.documents.records import Moment, Stretch
from console.documents.taught import Counts, Rehearsed
from console.domain.papers import Paper, Section
from console.domain.playbooks import COMMAND, OperationRow
from console.domain.rehearsals import Figure
from console.reads.conduct import conduct
from console.reads.kpis import Question, kpis
from console.settings import Settings


def review(
    session: Session,
    settings: Settings,
    now: int,
    of: Stretch,
    *,
    operation: OperationRow | None = None,
    rehearsed: Rehearsed | None = None,
    foreseen: Sequence[str] = (),
) -> Paper:
    """The paper of that stretch, made at `now` (microseconds UTC). `foreseen` says in sentences
    what had been forecast and what came."""
    figures = conduct(session, of.from_at, of.to_at)
    sections = _sections(session, settings, now, of, operation, rehearsed, foreseen, figures)
    return Paper(
        _title(operation, rehearsed), now, _about(of, operation, rehearsed), tuple(sections)
    )


def _title(operation: OperationRow | None, rehearsed: Rehearsed | None) -> str:
    if rehearsed is not None:
        return f"Review of a rehearsal: {rehearsed.score.title}"
    return f"Review: {operation.name}" if operation is not None else "Review"


def _about(
    of: Stretch, operation: OperationRow | None, rehearsed: Rehearsed | None
) -> tuple[tuple[str, str], ...]:
    found = [("From", of.date(of.from_at)), ("To", of.date(of.to_at)), ("Zone", of.zone_name)]
    if operation is not None:
        found += [("Playbook", operation.playbook), ("Begun by", operation.who)]
    if rehearsed is not None:
        score = rehearsed.score
        found += [("Scenario", score.scenario), ("Seed", str(score.seed))]
        if score.by:
            found.append(("Led by", score.by))
    return tuple(found)


def _sections(
    session: Session,
    settings: Settings,
    now: int,
    of: Stretch,
    operation: OperationRow | None,
    rehearsed: Rehearsed | None,
    foreseen: Sequence[str],
    figures: Sequence[Figure],
) -> Iterator[Section]:
    known = {figure.key: figure for figure in figures}
    if rehearsed is not None:
        score = rehearsed.score
        known = {figure.key: figure for figure in (*score.figures, *figures)}
        yield Section("How it went", (score.verdict,), score.reasons)
    comparison = None if rehearsed is None else rehearsed.comparison
    moved = records.effects_of(session, of, settings, now)
    points = differently(known, comparison, moved)
    nothing = "The figures say nothing that should be done differently."
    yield Section("What to do differently", () if points else (nothing,), points)
    if rehearsed is not None and rehearsed.story:
        yield Section("The story", (rehearsed.story,))
    if operation is not None:
        yield _operation(operation, of)
    turns = () if rehearsed is None else tuple(_turns(rehearsed))
    yield records.timeline(session, of, turns)
    yield records.effects(moved, of)
    yield records.reports(session, of)
    if rehearsed is not None:
        yield taught.score(rehearsed.score)
        if comparison is not None:
            yield taught.compared(comparison)
        if rehearsed.true:
            yield taught.screen_and_truth(_shown(session, rehearsed, of), rehearsed)
    else:
        yield _conduct(figures)
    if foreseen:
        yield Section("What was forecast, and what came", tuple(foreseen))
    yield records.owed(session, of, now)


def _turns(rehearsed: Rehearsed) -> Iterator[Moment]:
    for at, words, begins in rehearsed.turns:
        yield Moment(at, "turn", words, "", "begins" if begins else "is over")


def _conduct(figures: Sequence[Figure]) -> Section:
    # Of a centre that exists nobody knows the truth: what the records say is all there is.
    table = taught.score_table("What the records say", figures)
    return Section("How it was led", tables=(table,))


def _shown(session: Session, rehearsed: Rehearsed, of: Stretch) -> Counts:
    """What the console counts of each queue; those of one name on two media are one to the twin."""
    found: dict[str, tuple[int, int, int]] = {}
    for row in kpis(session, Question(rehearsed.true_from, of.to_at + 1)):
        counts = (row["received"], row["answered"], row["abandoned"])
        before = found.get(row["queue"], (0, 0, 0))
        one, two, three = (a + (b or 0) for a, b in zip(before, counts, strict=True))
        found[row["queue"]] = one, two, three
    return found


def _operation(operation: OperationRow, of: Stretch) -> Section:
    done = [item for item in operation.items if item.kind == COMMAND and item.journal_id]
    lines = [
        f"{operation.name}, from the playbook {operation.playbook}: {len(done)} of "
        f"{sum(item.kind == COMMAND for item in operation.items)} controls were used.",
        "It is closed." if operation.closed_at else "It is not closed.",
    ]
    points = [
        discreet(f"{of.clock(item.done_at)} {item.title}: {item.state}")
        for item in operation.items
        if item.done_at is not None
    ]
    points += [f"Stands otherwise than usual still: {title}" for title in operation.overrides]
    return Section("The operation", tuple(lines), tuple(points))


__all__ = ["review"]
