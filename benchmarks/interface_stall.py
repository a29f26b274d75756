"""How long the interface thread is kept from its work while a log grows, beside the same at rest.

    python -m benchmarks.interface_stall [--rate 1000] [--seconds 60] [--queues 300] [--agents 2000]

A timer of 4 ms in the window's own event loop notes how late each of its ticks comes. Windows of
rest and of load alternate in one run on the same open window. Told are the lateness of all ticks,
and the longest of each second: the latter is what a hand on the mouse feels.
"""

import argparse
from collections.abc import Sequence
from time import sleep

from benchmarks.centre import SETTLE_S, Centre, centre
from benchmarks.pairs import begin, percentile, ratio, say, shares, title

LIMIT_MS = 16.7
SMALL = ("--seconds", "4", "--rate", "100", "--queues", "12", "--agents", "40", "--turns", "1")


def at_rest(place: Centre, seconds: float) -> dict[str, list[float]]:
    place.window.ask("probe")
    sleep(seconds)
    return place.window.ask("lateness")


def under_load(place: Centre, seconds: float) -> tuple[dict[str, list[float]], float]:
    place.window.ask("probe")
    fed = place.feed.ask("go", seconds)
    found = place.window.ask("lateness")
    sleep(SETTLE_S)
    return found, fed["lines"] / fed["seconds"]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--rate", type=float, default=1000, help="lines a second")
    parser.add_argument("--seconds", type=float, default=60, help="under load, all turns together")
    parser.add_argument("--turns", type=int, default=3, help="of rest and load")
    parser.add_argument("--queues", type=int, default=300)
    parser.add_argument("--agents", type=int, default=2000)
    parser.add_argument("--channels", type=int, default=8)
    wanted = parser.parse_args(arguments)

    begin(__doc__)
    rest: dict[str, list[float]] = {"ticks": [], "longest": []}
    load: dict[str, list[float]] = {"ticks": [], "longest": []}
    rates: list[float] = []
    p99: tuple[list[float], list[float]] = ([], [])
    with centre(wanted.queues, wanted.agents, wanted.rate, wanted.channels) as place:
        print(f"  {place.words()}")
        for _turn in range(wanted.turns):
            still = at_rest(place, wanted.seconds / wanted.turns)
            moved, rate = under_load(place, wanted.seconds / wanted.turns)
            rates.append(rate)
            for kind in rest:
                rest[kind] += still[kind]
                load[kind] += moved[kind]
            p99[0].append(percentile(moved["longest"], 0.99))
            p99[1].append(percentile(still["longest"], 0.99))
    limit = f"limit: p99 {LIMIT_MS} ms at 1,000 lines/s"
    rate = sum(rates) / len(rates)
    say("longest of each second, at rest", shares(rest["longest"]))
    say(f"longest of each second, {rate:.0f} lines/s", shares(load["longest"]), limit)
    say("every tick, at rest", shares(rest["ticks"], digits=2))
    say(f"every tick, {rate:.0f} lines/s", shares(load["ticks"], digits=2))
    say("p99 of the longest, load ÷ rest", ratio(*p99))


if __name__ == "__main__":
    main()
