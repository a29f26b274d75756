"""How long a forecast over 48 hours takes: ten alternatives at once, and an ensemble of 200.

    python -m benchmarks.what_if [--rounds 15] [--hours 48]

Six channels with redials, reconnects and moves between them, in 10-minute steps, once without and
once with callbacks on voice. The limits are 50 ms for ten alternatives and 100 ms for an ensemble.
A whole comparison (ten alternatives, 100 members each, figures and cautions) and the exact model of
a team of 5,000 are told beside them. Times are the processor's, so that what else the machine does
is not in them; the clock's stand in brackets.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from math import inf
from statistics import median

import numpy as np

from benchmarks.pairs import begin, say, title, told
from console.forecast import alternatives as a
from console.forecast.centre import CLOSED, Callback, Centre, Channel, Work
from console.forecast.compare import compare
from console.forecast.engine import run
from console.forecast.erlang import Queue, figures
from console.forecast.spread import Draws, Spread, drawn
from console.forecast.stack import stacked

SMALL = ("--rounds", "1", "--hours", "4")
ALTERNATIVES_MS, ENSEMBLE_MS = 50.0, 100.0
MEMBERS = 200


def centre(hours: float, *, callback: bool) -> Centre:
    promise = Callback() if callback else None
    channels = (
        Channel("voice", 0.11, patience_h=0.125, redial=0.65, resolution=0.74, reconnect=0.88,
                returns_to={"chat": 0.05}, closed_to={"chat": 0.3}, callback=promise),
        Channel("chat", 0.2, 2.0, patience_h=0.1, redial=0.5, resolution=0.66, reconnect=0.8,
                returns_to={"voice": 0.3}, closed_to={"voice": 0.6}),
        Channel("messaging", 0.16, 3.0, patience_h=1.0, redial=0.5, resolution=0.66, reconnect=0.8),
        Channel("email", 0.14, resolution=0.6, reconnect=0.75, chase=0.04, chase_to="voice",
                copy_h=0.04, returns_to={"voice": 0.25}),
        Channel("social", 0.12, resolution=0.55, reconnect=0.6, chase=0.03, chase_to="voice"),
        Channel("form", 0.12, resolution=0.7, reconnect=0.7, chase=0.02, chase_to="email"),
    )  # fmt: skip
    agents = np.array([48.0, 10.0, 5.0, 9.0, 3.0, 3.0])
    day = 0.8 + 0.6 * np.sin(np.arange(round(hours * 4)) * np.pi / 48)
    load = agents * np.array([c.concurrency * (1 - c.back) / c.handling_h for c in channels])
    return Centre(
        channels,
        fresh=load[:, None] * day[None, :],
        agents=np.repeat(agents[:, None], len(day), axis=1),
        work=tuple(Work(inside=20.0, redialling=30.0, reconnecting=50.0) for _ in channels),
    )


def choices() -> tuple[a.Alternative, ...]:
    return (
        a.CallbackOffer("voice", False), a.CallbackDialling("voice", True, 0.2),
        a.ChannelOpening("chat", CLOSED), a.MoveAgents("email", "voice", 4),
        a.MoveAgents("chat", "voice", inf, 0.8),
        a.FreeHours("voice", "meetings", ((0.0, 4.0, 5.0),)),
        a.AddExperts("voice", 5, 0.13, 0.85), a.HandlingTarget("voice", 0.95),
        a.Posture("all", (a.CallbackOffer("voice", False), a.MoveAgents("social", "voice", 3))),
    )  # fmt: skip


def timed(what: Callable[[], object], rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds of the processor and of the clock, after one run that warms up."""
    what()
    busy: list[float] = []
    clock: list[float] = []
    for _ in range(rounds):
        begun, at = time.process_time(), time.perf_counter()
        what()
        busy.append(1000 * (time.process_time() - begun))
        clock.append(1000 * (time.perf_counter() - at))
    return busy, clock


def main() -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--hours", type=float, default=48.0)
    options = parser.parse_args()
    begin(__doc__)
    found: dict[str, float] = {}

    def tell(name: str, key: str, what: Callable[[], object], limit: str) -> None:
        busy, clock = timed(what, options.rounds)
        found[key] = median(busy)
        say(name, told(busy, "ms", 1), f"clock {median(clock):.1f} ms{limit}")

    hours: float = options.hours
    for callback in (False, True):
        base = centre(hours, callback=callback)
        ten = a.applied(base, choices())
        draws = drawn(Spread(), base.names, MEMBERS)
        kind, key = ("with callbacks", "_callback") if callback else ("without callbacks", "")

        def alternatives(ten: list[Centre] = ten) -> object:
            return run(stacked(ten, hours=hours))

        def ensemble(base: Centre = base, draws: Draws = draws) -> object:
            return run(stacked([base], draws, hours), 6)

        limit = f", limit: {ALTERNATIVES_MS:.0f} ms"
        tell(f"{len(ten)} alternatives, {kind}", f"alternatives{key}_ms", alternatives, limit)
        limit = f", limit: {ENSEMBLE_MS:.0f} ms"
        tell(f"{MEMBERS} members, {kind}", f"ensemble{key}_ms", ensemble, limit)
    base = centre(hours, callback=True)
    tell("a whole comparison", "compare_ms",
         lambda: compare(base, choices(), hours=hours), "")  # fmt: skip
    queue = Queue(5_000 * 9.5, 0.1, 5_000, patience_h=0.1)
    tell("Erlang A, 5,000 agents", "erlang_ms",
         lambda: figures(replace(queue)).served_within(20 / 3600), "")  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    main()
