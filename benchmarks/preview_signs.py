"""Whether what is foreseen of acts happens: a rehearsed centre, and the same acts simulated.

    python -m benchmarks.preview_signs [--play NAME:SEED:AT …] [--ahead 24] [--runs 8]
                                       [--history 7]

A rehearsal is played until an hour, and read with the ordinary days before it. Of what a plan would
propose then, each act that the console can do is foreseen from the exports; what they do not tell
is assumed. Then the rehearsal is played on from that same instant, with the act's own orders and
without: the same new customers come, and luck is drawn anew in each run, alike for both sides. What
was foreseen is right where a simulated difference beyond its own 95 % interval has the same sign. A
difference that was foreseen as “cannot tell” says nothing, and is counted apart.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev

from benchmarks.pairs import begin, say, title
from console.app import Console
from console.domain.foreseen import ATTEMPTS, BETTER, GIVEN_UP, OPEN, RESOLVED, WORSE, Foreseen
from console.domain.messages import Message
from console.domain.plans import DRAIN, MODERATE, SEVERAL
from console.domain.times import HOUR
from console.previews.floor import Floor
from console.previews.ideas import Now, commands, ideas, meant
from console.previews.weigh import LIST, foreseen
from console.reads.present import present
from console.twin.draws import Draws
from console.twin.history import History
from console.twin.recording import Recording
from console.twin.rehearsal import Rehearsal
from console.twin.replay import Replay
from console.twin.scenario import load

PLAYS = ("billing-meltdown:4711:11", "billing-meltdown:99:26", "outage:1312:11")
SMALL = ("--play", "monday:7:9", "--ahead", "6", "--runs", "2", "--history", "0", "--acts", "3")
FIGURES = (RESOLVED, GIVEN_UP, OPEN, ATTEMPTS)
#: Student's t for 95 %, by runs.
_T = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26, 12: 2.20}
#: Smaller than this nobody decides by it: issues, or contacts.
_NOTHING = 3.0
STEP = HOUR // 60


@dataclass(frozen=True, slots=True)
class Act:
    """What would be done, what is foreseen of it, and what leaves for the platforms."""

    title: str
    found: Foreseen
    messages: tuple[Message, ...]


def acts_at(folder: Path, at: int, ahead: float, most: int) -> list[Act]:
    """What a plan would propose at that instant, from what exports tell by then."""
    console = Console(folder.parent / "console")
    console._clock = lambda: at
    try:
        console.sync([folder])
        for table in sorted((folder / "roster").iterdir()):
            console.import_roster(table)
        board = console.board(at)
        resources = console.resources(board)
        with console.store.read() as session:
            now_is = present(session, at, console.settings, ahead)
            floor = Floor(session, now_is.centre, at, dict(now_is.unknown))
            now = Now(floor, board, resources, None, "trial")
            found: list[Act] = []
            for idea in ideas(now):
                if idea.kind == DRAIN or (idea.kind == SEVERAL and idea.key != MODERATE):
                    continue  # as closing, and what others are made of
                done = commands(now, idea)
                means = meant(now, idea)
                if done and means.alternatives:
                    told = tuple(m for command in done for m in command.messages(session))
                    found.append(Act(idea.title, foreseen(now_is, idea.title, means, LIST), told))
        return found[:most]
    finally:
        console.close()


def outcome(recording: Recording, at: int, luck: int, act: Act | None) -> dict[str, float]:
    """What has become of everybody in the end, beyond what had by `at`."""
    play = Replay(recording, tallied=False)
    play.advance(at)
    redrawn(play, luck)
    before = counted(play)
    for message in act.messages if act is not None else ():
        play.ask(message.action, message.fields)
    play.advance(recording.ended_at)
    after = counted(play)
    found = {name: after[name] - before[name] for name in (RESOLVED, GIVEN_UP, ATTEMPTS)}
    return found | {OPEN: after[OPEN]}


def counted(play: Replay) -> dict[str, float]:
    """Attempts without those at a closed door, which no export tells."""
    w = play.world
    return {
        RESOLVED: float(w.resolved),
        GIVEN_UP: float(w.given_up),
        ATTEMPTS: float(w.attempts - sum(medium.refused for medium in w.media.values())),
        OPEN: float(w.issues - w.resolved - w.given_up),
    }


def redrawn(play: Replay, luck: int) -> None:
    """From now on other luck; who comes new is the same."""
    w, draws = play.world, Draws(luck)
    w.u_patience, w.u_handle = draws.exponential("patience"), draws.exponential("handle")
    w.n_handle, w.u_wrap = draws.normal("handle"), draws.exponential("wrap")
    w.u_resolve, w.u_return = draws.uniform("resolve"), draws.uniform("return")
    w.u_delay, w.u_where = draws.exponential("delay"), draws.uniform("where")
    w.u_ring, w.u_callback = draws.uniform("ring"), draws.uniform("callback")
    w.u_chase, w.u_desk = draws.exponential("chase"), draws.uniform("desk")
    w.u_order, w.x_order = draws.uniform("order"), draws.exponential("order")


@dataclass(slots=True)
class Count:
    """Differences beyond chance: of how many it was foreseen which way, and of those rightly."""

    beyond: int = 0
    foretold: int = 0
    right: int = 0


Counts = dict[str, Count]


def play(name: str, seed: int, hour: float, options: argparse.Namespace, counts: Counts) -> None:
    scenario = load(name)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "site"
        rehearsal = Rehearsal(scenario, folder, hours=hour + options.ahead, seed=seed)
        rehearsal.begin()
        if options.history:
            History(rehearsal, options.history).run()
        at = rehearsal.world.start + int(hour * HOUR)
        while rehearsal.world.now < at:
            rehearsal.step(rehearsal.world.now + STEP)
        rehearsal.leave()
        acts = acts_at(folder, at, options.ahead, options.acts)
    recording = Recording(
        name, scenario.title, seed, rehearsal.world.start, at, rehearsal.end,
        hour + options.ahead, scenario.centre, (), (), (), rehearsal.end,
    )  # fmt: skip
    lucks = range(1, options.runs + 1)
    base = [outcome(recording, at, luck, None) for luck in lucks]
    means = ", ".join(f"{figure} {fmean(run[figure] for run in base):.0f}" for figure in FIGURES)
    print(f"\n{name}, seed {seed}, {hour:g} h in, {options.ahead:g} h ahead")
    print(f"doing nothing: {means}")
    print(f"{'act':58} " + " ".join(f"{figure:>28}" for figure in FIGURES) + "  foreseen")
    for act in acts:
        with_it = [outcome(recording, at, luck, act) for luck in lucks]
        print(line_of(act, base, with_it, counts), flush=True)


def line_of(
    act: Act, base: Sequence[dict[str, float]], with_it: Sequence[dict[str, float]], counts: Counts
) -> str:
    cells: list[str] = []
    for figure in FIGURES:
        gaps = [a[figure] - b[figure] for a, b in zip(with_it, base, strict=True)]
        mean = fmean(gaps)
        half = _T.get(len(gaps), 2.2) * stdev(gaps) / sqrt(len(gaps))
        change, count = act.found.of(figure), counts[figure]
        mark = " "
        if change is not None and abs(mean) > max(half, _NOTHING):
            count.beyond += 1
            if change.verdict in (BETTER, WORSE):
                right = (change.value > 0) == (mean > 0)
                count.foretold += 1
                count.right += right
                mark = "+" if right else "!"
            else:
                mark = "≈"
        told = "–" if change is None else f"{change.value:+.0f}"
        cells.append(f"{f'{mean:+.0f} ± {half:.0f} ({told}){mark}':>28}")
    return f"{act.title[:58]:58} {' '.join(cells)}  {act.found.verdict}"


def main() -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--play", action="append", metavar="NAME:SEED:HOUR")
    parser.add_argument("--ahead", type=float, default=24.0, metavar="H")
    parser.add_argument("--runs", type=int, default=8, metavar="N")
    parser.add_argument("--history", type=int, default=7, metavar="DAYS")
    parser.add_argument("--acts", type=int, default=12, metavar="N", help="at most so many of each")
    options = parser.parse_args()
    begin(__doc__)
    print("simulated difference ± 95 % (foreseen); + right, ! wrong, ≈ cannot tell")
    counts = {figure: Count() for figure in FIGURES}
    for each in options.play or PLAYS:
        name, seed, hour = each.split(":")
        play(name, int(seed), float(hour), options, counts)
    print()
    for figure, count in counts.items():
        say(
            f"{figure}: beyond chance, foreseen, rightly",
            f"{count.beyond}, {count.foretold}, {count.right}",
            "limit: 9 of 10 foreseen rightly" if figure == RESOLVED else "",
        )


if __name__ == "__main__":
    main()
