"""Wazo's statistics centre: what it made of a queue_log, per queue and hour or day."""

import re
from datetime import timedelta
from typing import Any

import pytest

from console.domain.times import HOUR
from console.reads.buckets import OpeningHours
from console.reads.kpis import Question
from tests.peers.cases import ask, cases, console_of, day, events_of, micros, of_range

FIGURES = {
    "Received": lambda row: row["received"],
    "Answered": lambda row: row["answered"],
    "Abandoned": lambda row: row["abandoned"],
    "Closed": lambda row: row["closed"],
    "Saturated": lambda row: row["saturated"],
    # Wazo puts those who were not let in and those who were put out later into one figure.
    "Blocking": lambda row: row["blocked"] + row["leave_empty"],
    # Wazo cuts to whole seconds.
    "AWT": lambda row: _clock(row["average_wait_s"]),
    "Answered rate": lambda row: _percent(row["answered_rate"]),
    "QoS": lambda row: _percent(row["service_level_answered"]),
}


def _clock(seconds: float | None) -> str:
    return "" if seconds is None else str(timedelta(seconds=int(seconds))).rjust(8, "0")


def _percent(number: float | None) -> str:
    return "" if number is None else f"{round(number)} %"


@pytest.mark.parametrize("case", cases("wazo_statcenter_queue.json", "scenarios", "scenario"))
def test_statcenter_queue(case: dict[str, Any], tmp_path) -> None:
    steps = " ".join(step["step"] for step in case["config"])
    start, end = re.findall(r'from "(\d+):00" to "(\d+):00" with', steps)[0]
    hours = OpeningHours(int(start) * 60, int(end) * 60)
    with console_of(tmp_path, events_of(case["queue_log"]), queues=("q01", "q02")) as console:
        for check in case["expected"]:
            queue, date = re.findall(r'on "(q\d+)" on "([\d-]+)"', check["check"])[0]
            weekly = "weekly" in check["check"]
            first = day(date)
            question = Question(
                micros(first),
                micros(first + timedelta(days=7 if weekly else 1)),
                "day" if weekly else "hour",
                hours=hours,
            )
            rows = ask(console, question)
            (total,) = (
                row for row in ask(console, question, interval="none") if row["queue"] == queue
            )
            for place, expected in enumerate(check["rows"]):
                period = expected["period"]
                if period == "Total":
                    ours = total
                elif weekly:
                    at = micros(first + timedelta(days=place))
                    ours = of_range(rows, at, at + 24 * HOUR, queue=queue)
                else:
                    at = micros(first) + int(period.split("h")[0]) * HOUR
                    ours = of_range(rows, at, at + HOUR, queue=queue)
                for name, value in expected.items():
                    if name != "period":
                        assert str(FIGURES[name](ours)) == value, (period, name)
