"""Other projects' cases: their input as a queue_log, their answers beside ours.

The cases themselves are read where they lie (COALFACE_SHARED, or ``shared`` beside the checkout);
they are under another licence and no part of this one. Without them the tests are skipped.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from console.app import Console
from console.domain.times import HOUR, SECOND, from_iso
from console.reads.kpis import Question, kpis
from console.store.tables import Agent, AgentAlias, Queue, Source

SHARED = Path(os.environ.get("COALFACE_SHARED", Path(__file__).resolve().parents[3] / "shared"))
FOLDER = SHARED / "data/exports/queue_log_peer_checks"
ABSENT = f"the peers' cases are not in {FOLDER}; name their place in COALFACE_SHARED"

#: callid, queue, agent, event, parameters
Event = tuple[int, str, str, str, str, Sequence[str]]


@cache
def load(name: str) -> dict[str, Any]:
    """One file of cases, or nothing where they are absent."""
    file = FOLDER / name
    return json.loads(file.read_text("utf-8")) if file.exists() else {}


def cases(name: str, listed: str, label: str) -> list[Any]:
    """Parameters for pytest: each case under its own name, or one that says what is missing."""
    found = load(name).get(listed, [])
    if not found:
        return [pytest.param({}, id="absent", marks=pytest.mark.skip(reason=ABSENT))]
    return [pytest.param(case, id=case[label].replace("TestStatistics.", "")) for case in found]


def instant(text: str) -> int:
    """Their times: any of ``2020-10-06 7:00:00``, ``T011:00:00-04:00``, ``+00``; UTC if unsaid."""
    text = text.strip().replace("T", " ").replace("Z", "+00:00")
    day, clock = text.split(" ", 1)
    offset = ""
    for sign in "+-":
        if sign in clock:
            clock, offset = clock.split(sign, 1)
            offset = sign + (offset if ":" in offset else f"{offset}:00")
    hours, minutes, seconds = clock.split(":")
    whole, _, fraction = seconds.partition(".")
    padded = f"{int(hours):02}:{int(minutes):02}:{int(whole):02}.{fraction:0<6}"
    return from_iso(f"{day}T{padded}{offset}")


def line(event: Event) -> str:
    at, callid, queue, agent, verb, params = event
    return "|".join((f"{at // SECOND}.{at % SECOND:06}", callid, queue, agent, verb, *params))


def events_of(rows: Iterable[Mapping[str, Any]]) -> list[Event]:
    """Rows of the SQL variant in the order given, which is the order to trust."""
    return [
        (
            instant(row["time"]),
            row["callid"],
            row.get("queuename") or "",
            row.get("agent") or "NONE",
            row["event"],
            [row.get(f"data{i}") or "" for i in range(1, 6)],
        )
        for row in rows
    ]


@contextmanager
def console_of(folder: Path, events: Iterable[Event], queues=(), agents=()):
    """A console that has read these events, and knows these queues and agents besides."""
    console = Console(folder / "data")
    try:
        log = folder / "queue_log"
        log.write_text("".join(line(event) + "\n" for event in events), "utf-8")
        if log.stat().st_size:
            (result,) = console.sync([log])
            assert (result.problem, result.quarantined) == ("", 0)
            assert result.accepted == result.lines
        _know(console, queues, agents)
        yield console
    finally:
        console.close()


def _know(console: Console, queues: Iterable[str], agents: Iterable[str]) -> None:
    """Their configuration lists queues and agents of which no row speaks; a log cannot."""
    with console.store.write() as session:
        source = session.scalar(select(Source)) or Source(
            name="queue_log", format="asterisk_queue_log", folder=""
        )
        session.add(source)
        session.flush()
        known = set(session.scalars(select(Queue.name)))
        for name in sorted(set(queues) - known):
            session.add(Queue(source_id=source.id, name=name, channel="voice"))
        known = set(session.scalars(select(Agent.name)))
        for name in sorted(set(agents) - known):
            agent = Agent(source_id=source.id, name=name)
            session.add(agent)
            session.flush()
            session.add(AgentAlias(source_id=source.id, alias=name, agent_id=agent.id))


def ask(console: Console, question: Question, **changes: Any) -> list[dict[str, Any]]:
    with console.store.read() as session:
        return kpis(session, replace(question, **changes))


def of_range(rows: Iterable[Mapping[str, Any]], from_at: int, to_at: int, **labels: str):
    """The one row with these labels and this range."""
    (found,) = [
        row
        for row in rows
        if from_iso(row["from"]) == from_at
        and from_iso(row["to"]) == to_at
        and all(row[name] == value for name, value in labels.items())
    ]
    return found


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def micros(at: datetime) -> int:
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def length(text: str) -> int:
    """``00:55:00`` in microseconds."""
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * SECOND


def hour_of(at: int) -> int:
    return at - at % HOUR
