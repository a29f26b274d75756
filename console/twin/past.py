"""Rehearsals that were, in a folder: each with its score, those of one scenario side by side."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from console.domain.rehearsals import (
    ENDED,
    RUNNING,
    STOPPED,
    UNREADABLE,
    PastGroup,
    PastList,
    PastRehearsal,
    Score,
)
from console.domain.times import MINUTE, SECOND
from console.errors import ConsoleError
from console.twin import kept, score
from console.twin.places import ABOUT, MARK, TRUTH
from console.twin.taken import is_taken

#: Written once, when a rehearsal begins.
_FIRST = "roster/people.csv"


def past(folder: Path) -> PastList:
    """All rehearsals in this folder, the newest first. A score that was not kept is told from the
    truth. ConsoleError where there is no such folder."""
    if not folder.is_dir():
        raise ConsoleError(
            f"{folder} is no folder.", "Rehearsals are looked for in it.", "Name one that is there."
        )
    found = [past_of(each) for each in _folders(folder)]
    found.sort(key=lambda each: (-each.begun_at, each.path))
    return PastList(str(folder), tuple(found), tuple(grouped(found)))


def _folders(folder: Path) -> Iterator[Path]:
    for each in (folder, *sorted(folder.iterdir())):
        if (each / MARK / ABOUT).is_file():
            yield each


def past_of(folder: Path) -> PastRehearsal:
    """One of them; what cannot be read says why."""
    try:
        said: dict[str, Any] = json.loads((folder / MARK / ABOUT).read_text("utf-8"))
        speed = said["speed"] if "speed" in said else said["clock"]["speed"]
        known = (str(said["scenario"]), str(said["title"]), int(said["seed"]))
        hours, speed = float(said["hours"]), float(speed)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        return PastRehearsal(
            str(folder), "", folder.name, None, _begun(folder), "", None, None, UNREADABLE,
            problem=f"{ABOUT} cannot be read: {error}",
        )  # fmt: skip
    running = is_taken(folder)
    problem, result = "", None
    try:
        result = _score(folder, running)
    except ConsoleError as error:
        problem = error.detail
    state = RUNNING if running else UNREADABLE if result is None else STOPPED
    if state == STOPPED and result is not None and result.finished:
        state = ENDED
    by = "" if result is None else result.by
    return PastRehearsal(
        str(folder), *known, _begun(folder), by, speed or None, hours, state, result, problem
    )


def _score(folder: Path, running: bool) -> Score:
    result = kept.kept_score(folder)
    if result is None or running:
        result = score.of_folder(folder)
        if not running:
            kept.keep(folder, kept.SCORE, result)
    return result


def _begun(folder: Path) -> int:
    for name in (_FIRST, f"{MARK}/{TRUTH}"):
        try:
            # Not when it was changed: a file may bear the time of the rehearsal.
            return int((folder / name).stat().st_ctime * SECOND)
        except OSError:
            continue
    return 0


def grouped(found: list[PastRehearsal]) -> Iterator[PastGroup]:
    """Those of one scenario, with a score, the oldest first; the scenario played last first."""
    groups: defaultdict[str, list[PastRehearsal]] = defaultdict(list)
    for each in found:
        if each.score is not None:
            groups[each.scenario].append(each)
    for scenario, some in groups.items():
        rehearsals = tuple(reversed(some))
        yield PastGroup(
            scenario, some[0].title, rehearsals, tuple(_rows(rehearsals)), _note(rehearsals)
        )


def _rows(
    rehearsals: tuple[PastRehearsal, ...],
) -> Iterator[tuple[str, str, str, tuple[float | None, ...]]]:
    scores = [each.score for each in rehearsals if each.score is not None]
    titles: dict[str, tuple[str, str, str]] = {}
    for each in scores:
        for figure in each.figures:
            titles.setdefault(figure.key, (figure.title, figure.unit, figure.better))
    for key, (title, unit, better) in titles.items():
        figures = [each.figure(key) for each in scores]
        yield title, unit, better, tuple(None if f is None else f.value for f in figures)
    reached = tuple(float(sum(goal.reached is True for goal in each.goals)) for each in scores)
    yield "Goals reached", "goals", "more", reached


def _note(rehearsals: tuple[PastRehearsal, ...]) -> str:
    scores = [each.score for each in rehearsals if each.score is not None]
    notes: list[str] = []
    if len({each.seed for each in scores}) > 1:
        notes.append("They met different customers (seeds differ): part of a difference is luck.")
    if len({(each.to_at - each.began_at) // MINUTE for each in scores}) > 1:
        notes.append("They did not go equally far: sums are of different lengths.")
    if len({(each.from_at - each.began_at) // MINUTE for each in scores}) > 1:
        notes.append("They were taken over at different hours.")
    return " ".join(notes)


__all__ = ["grouped", "past", "past_of"]
