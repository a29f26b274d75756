"""What somebody has to see to, as an answer; and who does."""

import argparse
import dataclasses
from typing import Any

from console.app import Console
from console.commands import TakeAlarms
from console.domain.alarms import AlarmRow
from console.domain.times import iso
from console.shell.answer import Answer


def alarms(console: Console, options: argparse.Namespace) -> Answer:
    """`troubled` where one stands, whoever sees to it."""
    done: dict[str, Any] = {}
    if options.take:
        owner = console.who if options.owner is None else options.owner
        receipt = console.do(TakeAlarms(tuple(options.take), owner), options.why)
        done = {"done": receipt.title, "journal": receipt.journal_id}
    standing = console.alarms_now()
    history = console.alarm_history()
    now = console.now()
    rows = history.rows if options.all else standing
    calling = sum(1 for row in standing if row.calls(now))
    return Answer(
        "alarms",
        [_alarm(row, now) for row in rows],
        ("id", "state", "owner", "raised_at", "title", "number"),
        {
            "at": iso(now),
            "standing": len(standing),
            "calling": calling,
            "indices": [{"of": name, "index": words} for name, words in history.indices],
            **done,
        },
        (("indices", ("of", "index")),),
        troubled=bool(standing),
        note="" if standing else "Nothing that somebody would have to see to.",
    )


def _alarm(row: AlarmRow, now: int) -> dict[str, Any]:
    told = dataclasses.asdict(row)
    for name in ("raised_at", "seen_at", "cleared_at", "owned_at", "snoozed_until"):
        told[name] = None if told[name] is None else iso(told[name])
    return {**told, "state": row.state(now), "owner": row.owner or None}


__all__ = ["alarms"]
