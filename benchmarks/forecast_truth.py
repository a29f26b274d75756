"""How often what came lay in the 80 % bands of forecasts, in rehearsals whose truth is known.

    python -m benchmarks.forecast_truth [--play NAME:SEED …] [--hours 72] [--history 7] [--every 4]

A rehearsal is played and read, with ordinary days before it. Then a forecast is made as of one
instant after another, from what was known then, and held against what came: waiting, attempts,
answers and abandonment by channel as the exports tell them, open issues as the console itself
counts them later, and as the rehearsal's own truth counts them. Forecasts overlap, so that their
errors do: the number of forecasts is not a number of independent trials.
"""

import argparse
import json
import tempfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.pairs import begin, say, title
from console.app import Console
from console.domain.foretold import (
    ABANDONMENT,
    ANSWERED,
    ATTEMPTS,
    HORIZONS,
    OPEN,
    TITLES,
    WAITING,
)
from console.domain.times import HOUR
from console.forecast.foretell import foretell
from console.reads.debt import Debt
from console.reads.forecast_evidence import Evidence, evidence
from console.reads.forecast_scores import Trial, trial_of
from console.reads.present import present
from console.settings import Settings
from console.store.engine import Store
from console.twin.places import MARK, TRUTH
from console.twin.rehearsal import Rehearsal
from console.twin.scenario import load

PLAYS = ("monday:7", "monday:11", "slow-burn:2", "slow-burn:1848", "billing-meltdown:99",
         "billing-meltdown:4711")  # fmt: skip
MEANT, LEAST = 80, 50
SMALL = ("--play", "monday:7", "--hours", "12", "--history", "0", "--every", "2", "--first", "8")
TRUE = "open issues, by the truth"


@dataclass(frozen=True, slots=True)
class Known:
    """What was foretold at one instant, and how many were open then by the console's own count."""

    at: int
    open: float
    quantiles: Mapping[str, Mapping[str, Mapping[int, tuple[float, ...]]]]


def open_at(folder: Path) -> tuple[int, Callable[[int], float]]:
    """When a rehearsal began, and how many of its needs were open at an instant."""
    begun, over, start = list[int](), list[int](), 0
    with (folder / MARK / TRUTH).open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["kind"] == "parameters":
                start = row["start"]
            elif row["kind"] == "issue":
                begun.append(row["opened"])
                if row["state"] != "open":
                    over.append(row["closed"])
    begun.sort()
    over.sort()
    return start, lambda at: float(bisect_right(begun, at) - bisect_right(over, at))


def foretold(store: Store, instants: Iterable[int], settings: Settings) -> list[Known]:
    """Forecasts of past instants, each from what was known then."""
    debt = Debt(settings)
    found: list[Known] = []
    with store.read() as session:
        for at in instants:
            now = present(session, at, settings, gauge=debt.gauge)
            told = foretell(now.centre, now.spread, gone=now.gone, open_sd=now.open_sd)
            found.append(Known(at, told.begun_open, told.quantiles))
    return found


def trials(
    known: Sequence[Known], came: Evidence, true: Callable[[int], float] | None = None
) -> list[Trial]:
    """Everything that was foretold beside what came. Open issues are those of the truth, or those
    that the console counted itself where it made a forecast later."""
    counted = {each.at: each.open for each in known}
    found: list[Trial] = []
    for each in known:
        for figure, by_channel in each.quantiles.items():
            for channel, by_horizon in by_channel.items():
                for horizon, values in by_horizon.items():
                    at = each.at + horizon * HOUR
                    if at > came.until:
                        continue
                    if figure == OPEN:
                        actual = counted.get(at) if true is None else true(at)
                    else:
                        actual = None if true else came.value(figure, channel, at)
                    if actual is not None:
                        found.append(trial_of(each.at, horizon, figure, channel, values, actual))
    return found


def play(name: str, seed: int, hours: float, history: int, folder: Path) -> Console:
    """A rehearsal, played and read."""
    Rehearsal(load(name), folder, hours=hours, seed=seed).run(history)
    console = Console(folder / ".console")
    console.sync([folder])
    return console


def coverage(some: Sequence[Trial]) -> float:
    return 100 * sum(trial.side == 0 for trial in some) / len(some)


def bias(some: Sequence[Trial]) -> float:
    """Came less foretold, against what was foretold, per cent."""
    level = fmean(trial.middle for trial in some)
    return 100 * fmean(trial.came - trial.middle for trial in some) / level if level > 0 else 0.0


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--play", nargs="+", default=list(PLAYS), metavar="NAME:SEED")
    parser.add_argument("--hours", type=float, default=72.0)
    parser.add_argument("--history", type=int, default=7, metavar="DAYS")
    parser.add_argument("--every", type=int, default=4, metavar="H")
    parser.add_argument("--first", type=int, default=12, metavar="H")
    wanted = parser.parse_args(arguments)
    begin(__doc__)
    by_play: dict[str, list[Trial]] = defaultdict(list)
    for each in wanted.play:
        name, _, seed = each.partition(":")
        with tempfile.TemporaryDirectory(prefix="coalface-forecast-") as place:
            folder = Path(place) / "play"
            console = play(name, int(seed), wanted.hours, wanted.history, folder)
            start, true = open_at(folder)
            until = start + round(wanted.hours * HOUR)
            instants = range(start + wanted.first * HOUR, until - HOUR + 1, wanted.every * HOUR)
            known = foretold(console.store, instants, console.settings)
            with console.store.read() as session:
                came = evidence(session, start, until, console.settings)
            console.close()
            by_play[name] += trials(known, came)
            by_play[TRUE] += [t for t in trials(known, came, true) if t.figure == OPEN]
    for name, some in by_play.items():
        _say(name, some)
    every = [trial for name, some in by_play.items() if name != TRUE for trial in some]
    for figure in (OPEN, WAITING, ATTEMPTS, ANSWERED, ABANDONMENT):
        _say(TITLES[figure], [trial for trial in every if trial.figure == figure])
    for horizon in HORIZONS:
        _say(f"{horizon} h ahead", [trial for trial in every if trial.horizon_h == horizon])


def _say(name: str, some: Sequence[Trial]) -> None:
    if some:
        beside = f"meant: {MEANT} %, limit: {LEAST} %"
        words = f"{coverage(some):.0f} % held, bias {bias(some):+.0f} % (n={len(some)})"
        say(name, words, beside)


if __name__ == "__main__":
    main()
