"""What is read in, and how; what came of it, in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.acts import FileResult
from console.domain.imports import FoundFile
from console.domain.roster import RosterResult
from widgets import texts


@dataclass(frozen=True, slots=True)
class Plan:
    """Files as they were found. `zone` is of the local times of those that need one; `source` is
    a name for what is read, "" where it is to be called as it is already, or by its platform.
    `follow` are folders to be followed afterwards.
    """

    files: tuple[FoundFile, ...]
    zone: str = ""
    source: str = ""
    follow: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    plan: Plan
    files: tuple[FileResult, ...] = ()
    rosters: tuple[RosterResult, ...] = ()


def outer(file: FoundFile) -> Path:
    """The file on the disk: an archive is read as a whole."""
    path = Path(file.path)
    if "!" in file.path and not path.exists():
        return Path(file.path.rpartition("!")[0])
    return path


def carry_out(
    console: Any, plan: Plan, progress: Callable[[Any], None], cancelled: Callable[[], bool]
) -> Outcome:
    """Read what is planned; files whose times are local by the zone, the others without one."""
    local: dict[Path, bool] = {}
    rosters: list[Path] = []
    for file in plan.files:
        if file.kind == "roster":
            rosters.append(outer(file))
        else:
            path = outer(file)
            local[path] = local.get(path, False) or file.needs_zone
    results: list[FileResult] = []
    for needs_zone in (False, True):
        paths = [path for path, needs in local.items() if needs is needs_zone]
        if paths:
            results += console.sync(
                paths,
                zone=plan.zone if needs_zone else None,
                source=plan.source or None,
                progress=progress,
                cancelled=cancelled,
            )
    zone = ZoneInfo(plan.zone) if plan.zone else None
    told = [console.import_roster(path, zone) for path in dict.fromkeys(rosters) if not cancelled()]
    return Outcome(plan, tuple(results), tuple(told))


def summary(outcome: Outcome) -> str:
    """``3 files read: 1 204 lines taken, 40 known already, 2 in quarantine``."""
    files = outcome.files
    read = [result for result in files if not (result.problem or result.cancelled or result.paused)]
    parts: list[str] = []
    if files:
        accepted = sum(result.accepted for result in files)
        known = sum(result.known for result in files)
        kept = sum(result.quarantined for result in files)
        words = f"{texts.plural(len(read), 'file')} read: {texts.count(accepted)} lines taken"
        words += f", {texts.count(known)} known already" if known else ""
        parts.append(f"{words}, {texts.count(kept)} in quarantine")
    if outcome.rosters:
        rows = sum(count.changed for roster in outcome.rosters for count in roster.counts)
        many = texts.plural(len(outcome.rosters), "roster file")
        parts.append(f"{many}: {texts.plural(rows, 'row')} new or changed")
    if any(result.cancelled for result in files):
        parts.append("cancelled: what was read stays")
    return "; ".join(parts) or "nothing was read"


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file in the list of what is to be read; `zone` is the one that is stated now."""

    found: FoundFile
    taken: bool
    zone: str = ""

    @property
    def state(self) -> str:
        found = self.found
        if found.kind == "unknown":
            return f"○ left alone: {found.reason}"
        if found.kind == "table":
            return "◆ a table that is not known yet: say what its columns are"
        if not self.taken:
            return "○ left out"
        if found.needs_zone and not self.zone:
            return "◆ its times are local: state their zone"
        if found.needs_zone:
            return f"● read, its times by {self.zone}"
        return "● read on where it was left" if found.known else "● read"

    @property
    def ready(self) -> bool:
        found = self.found
        readable = self.taken and found.kind in ("export", "roster")
        return readable and (not found.needs_zone or bool(self.zone))


def result_words(result: FileResult) -> str:
    if result.paused:
        return f"‖ its source ({result.source}) is paused"
    if result.problem:
        return f"▲ {result.problem}"
    if result.cancelled:
        return "○ cancelled: what was read stays"
    return "◆ some lines could not be taken" if result.quarantined else "● read"


def roster_as_file(result: RosterResult) -> FileResult:
    """A roster beside the files of exports."""
    rows = sum(count.rows for count in result.counts)
    changed = sum(count.changed for count in result.counts)
    known = sum(count.known for count in result.counts)
    words = "; ".join(_where(problem) for problem in result.problems[:3])
    more = len(result.problems) - 3
    problem = f"{words}; and {more} more" if more > 0 else words
    return FileResult(result.path, "roster", rows, changed, known, problem=problem)


def _where(problem: Any) -> str:
    return f"line {problem.line}: {problem.words}" if problem.line else problem.words


def lines_of(found: Sequence[FoundFile], left_out: frozenset[str], zone: str) -> list[FileLine]:
    """What stands in the list: what can be read is read, unless it was left out."""
    return [
        FileLine(
            file,
            file.kind in ("export", "roster") and file.path not in left_out,
            zone if file.needs_zone else "",
        )
        for file in found
    ]


def planned(lines: Sequence[FileLine], source: str, follow: tuple[Path, ...]) -> Plan:
    """What is read of the list."""
    ready = [line for line in lines if line.ready]
    zone = next((line.zone for line in ready if line.zone), "")
    return Plan(tuple(replace(line.found, head=b"") for line in ready), zone, source, follow)


__all__ = [
    "FileLine", "Outcome", "Plan", "carry_out", "lines_of", "outer", "planned", "result_words",
    "roster_as_file", "summary",
]  # fmt: skip
