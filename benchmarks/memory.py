"""How much memory the open console takes, with and without history behind the board.

    python -m benchmarks.memory [--contacts 1000000] [--seconds 15] [--cache DIR]

Memory resident of the window's process after it has been open for a while, and once contact debt,
parameters and a forecast have been asked for as their docks do; first with the last half hour only,
then with a long history before it.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import sleep

from benchmarks.child import Child, ChildError
from benchmarks.histories import CACHE, add_recent, contacts_in, history
from benchmarks.pairs import begin, ratio, say, title, told

LIMIT_MB = 300
SETTLED_S = 5.0
SMALL = ("--contacts", "2000", "--seconds", "2", "--rounds", "1")


def resident(data: Path, seconds: float) -> tuple[float, float, float]:
    """MB resident after so long, once more when all was foretold, and the most it was."""
    with Child("benchmarks.screen", "--data", data) as window:
        window.hear("painted", 60)
        window.hear("opened", 60)
        sleep(seconds)
        board = window.ask("memory")["now"]
        window.ask("foretell")
        failed = window.hear("foretold", 240)
        if failed:
            raise ChildError("; ".join(failed))
        sleep(min(seconds, SETTLED_S))
        found = window.ask("memory")
        window.tell("end")
        return board, found["now"], found["most"]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=CACHE, help="where the history is kept")
    wanted = parser.parse_args(arguments)

    begin(__doc__)
    with tempfile.TemporaryDirectory(prefix="coalface-memory-") as folder:
        recent = Path(folder, "recent")
        old = history(wanted.cache, wanted.contacts)
        for data in (recent, old):
            add_recent(data, Path(folder))
        few: list[tuple[float, float, float]] = []
        many: list[tuple[float, float, float]] = []
        for _round in range(wanted.rounds):
            few.append(resident(recent, wanted.seconds))
            many.append(resident(old, wanted.seconds))
        for data, found in ((recent, few), (old, many)):
            say(
                f"{contacts_in(data):,} contacts, after {wanted.seconds:.0f} s",
                told([board for board, _now, _most in found], "MB", 0),
                f"limit: {LIMIT_MB} MB",
            )
            say(
                "  debt, parameters and a forecast asked",
                told([now for _board, now, _most in found], "MB", 0),
                f"limit: {LIMIT_MB} MB",
            )
            say("  the most it was", told([most for _board, _now, most in found], "MB", 0))
        say("with history ÷ half an hour", ratio([n for _, n, _ in many], [n for _, n, _ in few]))


if __name__ == "__main__":
    main()
