"""A rehearsal read by a console as by any person: its files, an ordinary sync, its questions."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from console.app import Console
from console.domain.acts import FileResult
from console.store.tables import Leg, Quarantine, Queue, Ticket
from console.twin.places import MARK, TRUTH

#: How the store calls what the truth calls "left": the queue let them go.
LEFT = ("exit_empty", "exit_key", "withdrawn", "timeout")


def truth_of(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / MARK / TRUTH).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@dataclass
class Read:
    """What the console knows after one sync."""

    results: list[FileResult]
    queues: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    quarters: dict[tuple[str, int], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    channels: dict[str, str] = field(default_factory=lambda: {})
    tickets: int = 0
    quarantined: int = 0
    by_agent: dict[str, dict[str, Any]] = field(default_factory=lambda: {})


def read(folder: Path, data: Path, *, agents: tuple[int, int] | None = None) -> Read:
    console = Console(data)
    try:
        found = Read(console.sync([folder]))
        with console.store.read() as session:
            names = {}
            for queue in session.scalars(select(Queue)):
                names[queue.id] = queue.name
                found.channels[queue.name] = queue.channel
            for leg in session.scalars(select(Leg)):
                name = names[leg.queue_id]
                of = Counter({"received": 1, leg.outcome: 1})
                if leg.outcome in LEFT:
                    of["left"] = 1
                found.queues[name] += of
                quarter = leg.entered_at // 900_000_000 * 900_000_000
                found.quarters[name, quarter] += of
            found.tickets = session.scalar(select(func.count()).select_from(Ticket)) or 0
            found.quarantined = session.scalar(select(func.count()).select_from(Quarantine)) or 0
        return found
    finally:
        console.close()
