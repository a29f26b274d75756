"""Databases with much, little and no history behind the same last half hour.

The large one is made once, by syncing generated logs, and kept in the cache folder.
"""

import shutil
import sqlite3
import tempfile
import time
from itertools import takewhile
from pathlib import Path

from benchmarks.generate import rows
from console.app import Console

QUEUES, AGENTS = 20, 200
SOURCE = "pbx"
RECENT_S = 1800
#: Lines to a file, as a PBX that rotates its log.
ROTATE = 1_000_000
CACHE = Path(tempfile.gettempdir()) / "coalface-benchmarks"


def contacts_in(data: Path) -> int:
    with sqlite3.connect(f"file:{data / 'coalface.db'}?mode=ro", uri=True) as database:
        return database.execute("SELECT count(*) FROM contact").fetchone()[0]


def history(cache: Path, contacts: int) -> Path:
    """A data folder with so many contacts, the newest of them from about now when it was made."""
    data = cache / f"history-{contacts}"
    done = data / "complete"
    if done.exists():
        return data
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    print(f"  making a history of {contacts:,} contacts in {data} (once)", flush=True)
    begun_at = int(time.time()) - RECENT_S - round(contacts / _contacts_per_second() * 1.03) - 60
    console = Console(data)
    try:
        lines = rows(QUEUES, AGENTS, starts_at=begun_at)
        left, number = contacts, 0
        log = data / "queue_log"
        while left > 0:
            with log.open("w") as file:
                for _line in range(ROTATE):
                    line = next(lines)
                    left -= "|DID|" in line
                    file.write(line + "\n")
                    if left <= 0:
                        break
            number += 1
            console.sync([log], source=SOURCE, join=False)
            log.unlink()
    finally:
        console.close()
    done.touch()
    return data


def _contacts_per_second() -> float:
    sample = rows(QUEUES, AGENTS, starts_at=0)
    lines = list(takewhile(lambda line: int(line.split("|", 1)[0]) < 20_000, sample))
    return sum("|DID|" in line for line in lines) / 20_000


def add_recent(data: Path, folder: Path) -> int:
    """The last half hour of a log up to now, read into that database; how many lines."""
    now = int(time.time())
    log = folder / f"queue_log.{now}"
    lines = [
        line
        for line in takewhile(
            lambda line: int(line[:10]) <= now,
            rows(QUEUES, AGENTS, seed=2, starts_at=now - RECENT_S),
        )
    ]
    log.write_text("\n".join(lines) + "\n")
    console = Console(data)
    try:
        console.sync([log], source=SOURCE, join=False)
    finally:
        console.close()
    return len(lines)
