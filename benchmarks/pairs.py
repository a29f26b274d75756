"""Figures measured side by side: taken in turn, told as medians with their range and as ratios."""

import os
import platform
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from statistics import median


def in_turn(runs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """One figure of each for every round. The order turns, so that none always runs first."""
    names = list(runs)
    found: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        shift = number % len(names)
        for name in [*names[shift:], *names[:shift]]:
            found[name].append(runs[name]())
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of all stay at or below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def told(values: Sequence[float], unit: str = "s", digits: int = 2) -> str:
    """Median and range: ``1.71 s (1.63 to 1.95, n=5)``."""
    if not values:
        return "not measured"
    return (
        f"{median(values):.{digits}f}{f' {unit}' if unit else ''} "
        f"({min(values):.{digits}f} to {max(values):.{digits}f}, n={len(values)})"
    )


def ratio(these: Sequence[float], those: Sequence[float]) -> str:
    """Round by round, so that a slow minute of the machine meets both sides alike."""
    each = [a / b for a, b in zip(these, those, strict=False) if b]
    if not each:
        return "not measured"
    return f"{median(each):.2f} × ({min(each):.2f} to {max(each):.2f}, n={len(each)})"


def shares(values: Sequence[float], unit: str = "ms", digits: int = 1) -> str:
    """``p50 3.1 ms, p95 7.9 ms, p99 12.0 ms, longest 18.2 ms (n=600)``."""
    if not values:
        return "not measured"
    parts = [
        f"p{round(share * 100)} {percentile(values, share):.{digits}f} {unit}"
        for share in (0.5, 0.95, 0.99)
    ]
    return f"{', '.join(parts)}, longest {max(values):.{digits}f} {unit} (n={len(values)})"


def title(document: str | None) -> str:
    """What a benchmark measures: the first line of its own words."""
    return (document or "").split("\n")[0]


def begin(document: str | None) -> None:
    print(title(document))
    print(f"  {machine()}", flush=True)


def machine() -> str:
    """Where this was measured."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, load {load:.1f}"
    )


def say(what: str, figure: str, beside: str = "") -> None:
    """One line of the report: what, the figure, and its peer or limit."""
    print(f"  {what:<46} {figure}{f'   [{beside}]' if beside else ''}", flush=True)
