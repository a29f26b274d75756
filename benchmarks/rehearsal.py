"""How long two days of a rehearsed centre take, without and with its exports.

    python -m benchmarks.rehearsal [--hours 48] [--rounds 5]

A centre of fifty agents in the billing error, which is the busiest of the scenarios: first the
simulation alone, what it tells thrown away each hour, then the whole rehearsal into a folder. The
processor's time is measured, so that others on the machine do not count.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.pairs import begin, in_turn, say, title, told
from console.domain.times import HOUR
from console.twin.centre import Scenario
from console.twin.rehearsal import Rehearsal
from console.twin.scenario import load
from console.twin.simulation import Simulation

LIMIT_S = 2.0
SMALL = ("--hours", "9", "--rounds", "1")


def alone(scenario: Scenario, hours: float) -> Simulation:
    """The simulation without anything that reads it."""
    simulation = Simulation(scenario.centre, scenario.seeds[0], hours)
    begun = simulation.now
    for hour in range(1, int(hours) + 1):
        simulation.advance(begun + hour * HOUR)
        simulation.take()
    return simulation


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--hours", type=float, default=48.0)
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args(arguments)

    begin(__doc__)
    scenario = load("billing-meltdown")
    with tempfile.TemporaryDirectory(prefix="coalface-rehearsal-") as folder:
        number = 0

        def without() -> float:
            begun = time.process_time()
            alone(scenario, wanted.hours)
            return time.process_time() - begun

        def whole() -> float:
            nonlocal number
            number += 1
            begun = time.process_time()
            Rehearsal(scenario, Path(folder, str(number)), hours=wanted.hours).run()
            return time.process_time() - begun

        found = in_turn({"without": without, "whole": whole}, wanted.rounds)
    made = alone(scenario, wanted.hours).world.made
    limit = f"limit: {LIMIT_S:.1f} s"
    say(f"{wanted.hours:g} h, {made:,} events, simulation alone", told(found["without"]), limit)
    say(f"{wanted.hours:g} h with its exports written", told(found["whole"]), limit)


if __name__ == "__main__":
    main()
