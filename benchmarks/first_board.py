"""How long from the start of the process to the first painted board, with and without history.

    python -m benchmarks.first_board [--contacts 1000000] [--rounds 7] [--cache DIR]

Three databases are opened in turn, each in a fresh process: an empty one, one with the last half
hour only, and one with a long history before the same half hour. The clock stops at the end of the
paint event that draws the queues with rows (of the empty one: when the window was painted after
the first answer).
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.child import Child
from benchmarks.histories import CACHE, add_recent, contacts_in, history
from benchmarks.pairs import begin, in_turn, ratio, say, title, told

LIMIT_S = 1.0
LIMIT_RATIO = 1.2
SMALL = ("--contacts", "2000", "--rounds", "1")


def start(data: Path, word: str) -> float:
    """Seconds to the first `painted` (with rows) or `opened` (without)."""
    with Child("benchmarks.screen", "--data", data) as window:
        at: int = window.hear(word, 60)
        if word != "opened":
            window.hear("opened", 60)
        window.tell("end")
        return (at - window.begun_ns) / 1e9


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cache", type=Path, default=CACHE, help="where the history is kept")
    wanted = parser.parse_args(arguments)

    begin(__doc__)
    with tempfile.TemporaryDirectory(prefix="coalface-start-") as folder:
        empty, recent = Path(folder, "empty"), Path(folder, "recent")
        old = history(wanted.cache, wanted.contacts)
        for data in (recent, old):
            add_recent(data, Path(folder))
        runs: dict[str, Callable[[], float]] = {
            "empty": partial(start, empty, "opened"),
            "recent": partial(start, recent, "painted"),
            "old": partial(start, old, "painted"),
        }
        for run in runs.values():
            run()  # what the system reads from the disk the first time, it keeps
        found = in_turn(runs, wanted.rounds)
        limit = f"limit: {LIMIT_S:.1f} s"
        few, many = contacts_in(recent), contacts_in(old)
        say("empty database", told(found["empty"]), limit)
        say(f"{few:,} contacts of the last half hour", told(found["recent"]), limit)
        say(f"{many:,} contacts, {many - few:,} of them older", told(found["old"]), limit)
        say("with history ÷ half an hour", ratio(found["old"], found["recent"]),
            f"limit: {LIMIT_RATIO} ×")  # fmt: skip
        say("with history ÷ empty", ratio(found["old"], found["empty"]),
            f"limit: {LIMIT_RATIO} ×")  # fmt: skip


if __name__ == "__main__":
    main()
