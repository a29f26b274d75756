"""How long the interface thread is kept from its work while a large rehearsal is led from it.

    python -m benchmarks.rehearsal_stall [--scenario big] [--speed 60] [--seconds 60]

The real window on a led rehearsal, as the lobby opens it: the simulation and the reading of its
exports in processes of their own. After what had happened before the leader came is read, a timer
of 4 ms in the window's own event loop notes how late each of its ticks comes, first while the
rehearsal is paused, then at its speed.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.child import Child
from benchmarks.pairs import begin, say, shares, title
from console.twin.steering import Steering

LIMIT_MS = 16.7
SMALL = ("--scenario", "monday", "--speed", "60", "--seconds", "3", "--settle", "2")
#: The board has all agents, and no more come.
STILL_S = 4.0


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--scenario", default="big")
    parser.add_argument("--speed", type=float, default=60)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument(
        "--settle", type=float, default=30, help="seconds until what is first is over"
    )
    wanted = parser.parse_args(arguments)

    begin(__doc__)
    with tempfile.TemporaryDirectory(prefix="coalface-rehearsal-") as folder:
        with Child(
            "benchmarks.screen", "--data", folder, "--rehearse", wanted.scenario,
            "--speed", f"{wanted.speed:g}",
        ) as window:  # fmt: skip
            window.hear("painted")
            still(window)
            time.sleep(wanted.settle)
            (place,) = Path(folder, "rehearsals").glob("*/.rehearsal")
            steering = Steering(place.parent)
            steering.pause()
            time.sleep(STILL_S)
            rest = lateness(window, wanted.seconds / 2)
            steering.go_on()
            load = lateness(window, wanted.seconds)
            queues, agents, _ = window.ask("rows")
            window.tell("end")
            window.wait()
    print(f"  {queues} queues and {agents} agents on the board, {wanted.speed:g} times")
    limit = f"limit: p99 {LIMIT_MS} ms"
    say("longest of each second, paused", shares(rest["longest"]))
    say("longest of each second, led", shares(load["longest"]), limit)
    say("every tick, paused", shares(rest["ticks"], digits=2))
    say("every tick, led", shares(load["ticks"], digits=2), limit)


def still(window: Child) -> int:
    """How many agents the board has when no more of them come."""
    found = -1
    while True:
        _, agents, _ = window.ask("rows")
        if agents == found and agents:
            return agents
        found = agents
        time.sleep(STILL_S)


def lateness(window: Child, seconds: float) -> dict[str, list[float]]:
    window.ask("probe")
    time.sleep(seconds)
    return window.ask("lateness")


if __name__ == "__main__":
    main()
