"""A rehearsal without a screen: exports of a centre that does not exist grow in a folder."""

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any

from console.domain.rehearsal import STOPPED, WINDOW_CLOSED
from console.domain.times import HOUR, SECOND, iso, now_us
from console.shell.answer import Answer, WrongUsage
from console.twin import scenario
from console.twin.led import Led
from console.twin.places import MARK, TRUTH
from console.twin.rehearsal import Rehearsal

_COLUMNS = ("queue", "received", "answered", "abandoned", "left", "waiting")


def rehearse(options: argparse.Namespace) -> Answer:
    """Play a scenario to its end, or until Ctrl+C; without one, say which there are, or what those
    that were played taught."""
    if any(each is not None for each in (options.past, options.score, options.compare)):
        from console.shell.lesson_answers import lessons

        return lessons(options)
    if options.scenario is None:
        return _scenarios()
    if options.into is None:
        raise WrongUsage("--into DIR is missing: where the exports are to grow")
    live = options.pace > 0 or options.led
    played = scenario.load(options.scenario)
    lead_h = played.lead_h if options.lead is None else options.lead
    play = Rehearsal(
        played,
        options.into,
        hours=options.hours,
        seed=options.seed,
        dirt=options.dirt,
        # Live, what is written is of the present: so much of its day has gone by already.
        start=now_us() // SECOND * SECOND - int(lead_h * HOUR) if live else None,
    )
    days = options.history
    if live:
        if sys.stderr is not None and not options.led:
            print(
                f"{play.scenario.title}: open it with main.py --watch {options.into}; "
                "Ctrl+C ends it.",
                file=sys.stderr,
            )
        _until_told(
            play, options.pace or 1.0, options.led, played.history_days if days is None else days
        )
    else:
        play.run(days or 0)
    return _answer(play, options.into)


def _until_told(play: Rehearsal, speed: float, led: bool, days: int) -> None:
    """To its end, or until somebody ends it; all that had happened is written either way."""
    told = threading.Event()
    closed = threading.Event()
    if led:
        threading.Thread(
            target=_await_end, args=(closed,), name="coalface-stdin", daemon=True
        ).start()

    def stopped() -> str:
        return STOPPED if told.is_set() else WINDOW_CLOSED if closed.is_set() else ""

    before = signal.signal(signal.SIGTERM, lambda *_: told.set())
    try:
        Led(play, speed, stopped, days).run()
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


def _await_end(closed: threading.Event) -> None:
    """The window that leads has our standard input; it ends with the window, however that ends."""
    # The descriptor itself: a reader that is left waiting must not keep the interpreter's end.
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    closed.set()


def _scenarios() -> Answer:
    rows = [_of_scenario(scenario.load(name)) for name in scenario.known()]
    return Answer("scenarios", rows, ("scenario", "title", "hours", "agents", "seeds"))


def _of_scenario(found: Any) -> dict[str, Any]:
    return {
        "scenario": found.name,
        "title": found.title,
        "hours": found.hours,
        "agents": sum(group.count for group in found.centre.groups),
        "seeds": list(found.seeds),
        "story": found.story,
        "goals": [goal.words for goal in found.goals],
        "injects": [{"name": each.name, "title": each.title} for each in found.injects],
        "history_days": found.history_days,
    }


def _answer(play: Rehearsal, into: Path) -> Answer:
    with (into / MARK / TRUTH).open(encoding="utf-8") as lines:
        [last] = deque(lines, 1)
    totals: dict[str, Any] = json.loads(last)
    rows = [{"queue": name, **sums} for name, sums in totals["queues"].items()]
    return Answer(
        "queues",
        rows,
        _COLUMNS,
        {
            "scenario": play.scenario.name,
            "seed": play.seed,
            "from": iso(play.world.start),
            "to": iso(play.world.now),
            "needs": totals["issues"],
            "attempts": totals["attempts"],
            "resolved": totals["resolved"],
            "given_up": totals["given_up"],
            "open": totals["open"],
            "promised": totals["promised"],
            "tickets": totals["tickets"],
            "goals": play.goals(),
        },
        (("goals", ("goal", "figure", "value", "reached")),),
    )
