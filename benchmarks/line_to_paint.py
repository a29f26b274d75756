"""How long from a line appended to an export until the window has painted it.

    python -m benchmarks.line_to_paint [--rate 1000] [--seconds 60] [--queues 300] [--agents 2000]

Another process appends lines one by one at a steady rate; among them, ten times a second, a caller
who enters a marked queue. The clock runs from just before that line is written until the end of
the paint event that draws the higher number. A small centre is measured in turn with the large one.
"""

import argparse
from collections.abc import Sequence

from benchmarks.centre import SETTLE_S, Centre, centre
from benchmarks.pairs import begin, say, shares, title

LIMIT_MS = 100
SMALL = ("--seconds", "2", "--rounds", "1", "--rate", "100", "--queues", "12", "--agents", "40")


def latencies(marks: Sequence[tuple[int, int]], paints: Sequence[tuple[int, int]]) -> list[float]:
    """Milliseconds from each mark to the first paint that shows so many or more."""
    found: list[float] = []
    place = 0
    for number, written_ns in marks:
        while place < len(paints) and paints[place][0] < number:
            place += 1
        if place == len(paints):
            break
        found.append((paints[place][1] - written_ns) / 1e6)
    return found


def measure(place: Centre, seconds: float) -> tuple[list[float], int, float]:
    """(latencies, marks never painted, lines per second reached)."""
    from time import sleep

    fed = place.feed.ask("go", seconds)
    sleep(SETTLE_S)
    paints = [(number, at) for number, at in place.window.ask("marks")]
    found = latencies(fed["marks"], paints)
    return found, len(fed["marks"]) - len(found), fed["lines"] / fed["seconds"]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--rate", type=float, default=1000, help="lines a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=2, help="turns that the seconds are cut into")
    parser.add_argument("--queues", type=int, default=300)
    parser.add_argument("--agents", type=int, default=2000)
    wanted = parser.parse_args(arguments)

    begin(__doc__)
    large = (wanted.queues, wanted.agents)
    small = (max(2, wanted.queues // 30), max(4, wanted.agents // 20))
    found: dict[tuple[int, int], list[float]] = {small: [], large: []}
    missing: dict[tuple[int, int], int] = {small: 0, large: 0}
    reached: dict[tuple[int, int], list[float]] = {small: [], large: []}
    for _round in range(wanted.rounds):
        for size in found:
            with centre(*size, wanted.rate) as place:
                taken, lost, rate = measure(place, wanted.seconds / wanted.rounds)
                found[size] += taken
                missing[size] += lost
                reached[size].append(rate)
    for size, taken in found.items():
        rate = sum(reached[size]) / len(reached[size])
        what = f"{size[0]} queues, {size[1]} agents, {rate:.0f} lines/s"
        say(what, shares(taken), f"limit: p99 {LIMIT_MS} ms at 1,000 lines/s")
        if missing[size]:
            say("", f"{missing[size]} marked lines were not painted {SETTLE_S:.0f} s after the end")


if __name__ == "__main__":
    main()
