"""A rehearsal without a screen: exports of a centre that does not exist grow in a folder."""

import argparse
import json
import signal
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any

from console.domain.times import HOUR, SECOND, iso, now_us
from console.shell.answer import Answer, WrongUsage
from console.twin import scenario
from console.twin.places import MARK, TRUTH
from console.twin.rehearsal import Rehearsal

_COLUMNS = ("queue", "received", "answered", "abandoned", "left", "waiting")


def rehearse(options: argparse.Namespace) -> Answer:
    """Play a scenario to its end, or until Ctrl+C; without one, say which there are."""
    if options.scenario is None:
        return _scenarios()
    if options.into is None:
        raise WrongUsage("--into DIR is missing: where the exports are to grow")
    live = options.pace > 0
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
    if live:
        if sys.stderr is not None:
            print(
                f"{play.scenario.title}: open it with main.py --watch {options.into}; "
                "Ctrl+C ends it.",
                file=sys.stderr,
            )
        _until_told(play, options.pace)
    else:
        play.run()
    return _answer(play, options.into)


def _until_told(play: Rehearsal, speed: float) -> None:
    """To its end, or until somebody ends it; all that had happened is written either way."""
    told = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: told.set())
    try:
        play.run_live(speed, told.is_set)
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


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
