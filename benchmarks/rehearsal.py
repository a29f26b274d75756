"""How long two days of a rehearsed centre take, without and with its exports.

    python -m benchmarks.rehearsal [--hours 48] [--rounds 5] [--agents 2000] [--queues 300]
        [--past 14] [--big-at 9.5] [--big-minutes 60]

A centre of fifty agents in the billing error, which is the busiest of the scenarios: first the
simulation alone, what it tells thrown away each hour, then the whole rehearsal into a folder. The
processor's time is measured, so that others on the machine do not count.

Then an hour of 2,000 agents and 300 queues, with its exports: at 600 times it must take less than
six seconds.

Then the scenario `big`, as it is led at 60 times: a minute of its busiest hour in steps of twelve
seconds, as the clock of a led rehearsal makes them, must take less than a second of one core. And
how long the days before a rehearsal take to write.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.pairs import begin, in_turn, say, title, told
from console.domain.times import HOUR, MINUTE, SECOND
from console.twin.centre import VOICE, Centre, Group, Medium, Queue, Scenario, Topic
from console.twin.history import History
from console.twin.rehearsal import TICK_S, Rehearsal
from console.twin.scenario import load
from console.twin.simulation import Simulation

LIMIT_S = 2.0
LIMIT_HOUR_S = 3600 / 600
LED, LIMIT_MINUTE_S = 60, 1.0
SMALL = (
    "--hours", "9", "--rounds", "1", "--agents", "40", "--queues", "6", "--past", "1", "--big-at",
    "7", "--big-minutes", "2",
)  # fmt: skip


def alone(scenario: Scenario, hours: float) -> Simulation:
    """The simulation without anything that reads it."""
    simulation = Simulation(scenario.centre, scenario.seeds[0], hours)
    begun = simulation.now
    for hour in range(1, int(hours) + 1):
        simulation.advance(begun + hour * HOUR)
        simulation.take()
    return simulation


def large(agents: int, queues: int) -> Scenario:
    """One hour of a centre as large as they come, well filled."""
    names = [f"line {number}" for number in range(queues)]
    voice = Medium(
        VOICE, per_hour=agents * 8.0, handle_s=330, wrap_s=45, ring_s=4, miss=0.02, patience_s=300,
        redial=0.6, redial_after_s=900, resolution=0.75, reconnect=0.8,
    )  # fmt: skip
    each, more = divmod(agents, queues)
    groups = tuple(
        Group(name, each + (number < more), (name, names[number - 1], names[number - 2]))
        for number, name in enumerate(names)
    )
    centre = Centre(
        "large", "UTC", "2026-03-02T08:00", (voice,),
        tuple(Topic(name, 1 / queues) for name in names),
        tuple(Queue(name, VOICE, (name,)) for name in names), groups, customers=1_000_000,
    )  # fmt: skip
    return Scenario("large", "Large", "", 1.0, (1,), (), centre)


def led(folder: Path, at_h: float, minutes: float) -> float:
    """The processor's seconds for a simulated minute of `big`, in the steps of a led rehearsal."""
    with tempfile.TemporaryDirectory(dir=folder) as into:
        play = Rehearsal(load("big"), Path(into, "big"))
        play.begin()
        start = play.world.start + int(at_h * HOUR)
        while play.world.now < start:
            play.step(min(start, play.world.now + MINUTE))
        end = start + int(minutes * MINUTE)
        begun = time.process_time()
        while play.world.now < end:
            play.step(play.world.now + int(TICK_S * LED * SECOND))
        taken = time.process_time() - begun
        play.leave()
    return taken / minutes


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--hours", type=float, default=48.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--agents", type=int, default=2000)
    parser.add_argument("--queues", type=int, default=300)
    parser.add_argument("--past", type=int, default=14)
    parser.add_argument("--big-at", type=float, default=9.5)
    parser.add_argument("--big-minutes", type=float, default=60)
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

        def hour() -> float:
            nonlocal number
            number += 1
            begun = time.process_time()
            Rehearsal(large(wanted.agents, wanted.queues), Path(folder, str(number))).run()
            return time.process_time() - begun

        def past() -> float:
            nonlocal number
            number += 1
            play = Rehearsal(load("monday"), Path(folder, str(number)))
            play.begin()
            begun = time.process_time()
            History(play, wanted.past).run()
            play.leave()
            return time.process_time() - begun

        runs = {
            "without": without,
            "whole": whole,
            "hour": hour,
            "past": past,
            "led": lambda: led(Path(folder), wanted.big_at, wanted.big_minutes),
        }
        found = in_turn(runs, wanted.rounds)
    made = alone(scenario, wanted.hours).world.made
    limit = f"limit: {LIMIT_S:.1f} s"
    say(f"{wanted.hours:g} h, {made:,} events, simulation alone", told(found["without"]), limit)
    say(f"{wanted.hours:g} h with its exports written", told(found["whole"]), limit)
    say(
        f"1 h, {wanted.agents:,} agents, {wanted.queues} queues",
        told(found["hour"]),
        f"limit: {LIMIT_HOUR_S:.1f} s",
    )
    say(f"{wanted.past} days before a rehearsal", told(found["past"]), "")
    say("a minute of `big`, led at 60 times", told(found["led"]), f"limit: {LIMIT_MINUTE_S:.1f} s")


if __name__ == "__main__":
    main()
