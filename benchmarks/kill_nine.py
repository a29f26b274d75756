"""How many rows are lost or doubled when a sync is killed with `kill -9` at random instants.

    python -m benchmarks.kill_nine [--kills 100] [--lines 60000] [--seed 1]

A log in two files, with a bad line and a cut end, is synced by another process, which is killed
somewhere in the middle and started again until it has come through; then the database is compared,
row by row and without its own numbers, with one that nobody disturbed. So that a kill falls between
any two steps, the log is taken in pieces of 64 KB instead of 16 MB.
"""

import argparse
import random
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.child import Child, answer
from benchmarks.generate import write
from benchmarks.pairs import begin, say, title, told

PIECE = 64 << 10
SMALL = ("--kills", "3", "--lines", "4000")
#: Every row as it is known to the world: names instead of numbers.
WHAT_IS_THERE = {
    "contacts": "SELECT ref, channel, customer, first_at, last_at, evidence FROM contact",
    "legs": """SELECT contact.ref, number, queue.name, agent.name, entered_at, entry_seen,
        connected_at, ended_at, outcome, ended_by, wait_us, talk_us, rings,
        ring_us, wrapup_us FROM leg JOIN contact ON contact.id = contact_id
        JOIN queue ON queue.id = queue_id LEFT JOIN agent ON agent.id = agent_id""",
    "intervals": """SELECT agent.name, alias, kind, queue.name, contact.ref, started_at, ended_at,
        source_state, ended_by FROM agent_interval JOIN agent ON agent.id = agent_id
        LEFT JOIN queue ON queue.id = queue_id LEFT JOIN contact ON contact.id = contact_id""",
    "events": "SELECT at, place, verb, alias, line FROM event",
    "tallies": "SELECT verb, lines, meaning FROM event_tally",
    "sums": """SELECT queue.name, from_at, received, answered, abandoned, flow_out,
        refused, wait_us, talk_us FROM rollup JOIN queue ON queue.id = queue_id""",
    "quarantine": "SELECT path, line_number, reason, raw, state FROM quarantine",
    "files": "SELECT path, position, lines, accepted, known, quarantined, tail FROM source_file",
}


def as_console(data: Path, logs: Path) -> None:
    """The child that will be killed."""
    from console.app import Console
    from console.sync import files

    files.CHUNK = PIECE
    console = Console(data)
    answer(begun=True)
    console.sync([logs])
    console.close()
    answer(done=True)


def run(data: Path, logs: Path) -> float:
    """Sync undisturbed; seconds from its first word."""
    with Child("benchmarks.kill_nine", "--as-console", data, logs) as child:
        child.hear("begun")
        begun = time.perf_counter()
        child.hear("done")
        return time.perf_counter() - begun


def disturbed(data: Path, logs: Path, after_s: float) -> bool:
    """Sync, killed so long after it began; whether the kill came in time."""
    with Child("benchmarks.kill_nine", "--as-console", data, logs) as child:
        child.hear("begun")
        time.sleep(after_s)
        in_time = child.process.poll() is None
        child.kill()
        return in_time


def content(data: Path) -> dict[str, Counter[tuple[object, ...]]]:
    with sqlite3.connect(data / "coalface.db") as database:
        return {
            name: Counter(database.execute(question)) for name, question in WHAT_IS_THERE.items()
        }


def whole(data: Path) -> bool:
    with sqlite3.connect(data / "coalface.db") as database:
        return database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def prepare(folder: Path, name: str, key: Path | None) -> Path:
    """A fresh data folder, under the same key: customers' hashes have to agree."""
    data = folder / name
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    if key is not None:
        shutil.copy(key, data)
    return data


def write_logs(logs: Path, lines: int) -> None:
    logs.mkdir()
    log = logs / "queue_log"
    write(log, lines, queues=6, agents=40)
    text = log.read_bytes()
    cut = text.index(b"\n", len(text) // 2) + 1
    (logs / "queue_log.1").write_bytes(text[:cut])
    log.write_bytes(text[cut : cut + 5000] + b"not a line\n" + text[cut + 5000 : -12])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--lines", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="stop then, whatever was done")
    parser.add_argument("--as-console", type=Path, nargs=2, help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    if wanted.as_console:
        as_console(*wanted.as_console)
        return

    begin(__doc__)
    chance = random.Random(wanted.seed)
    until = time.monotonic() + 60 * wanted.minutes
    with tempfile.TemporaryDirectory(prefix="coalface-kill-") as name:
        folder = Path(name)
        logs = folder / "pbx"
        write_logs(logs, wanted.lines)
        calm = prepare(folder, "calm", None)
        lasts = run(calm, logs)
        expected = content(calm)
        key = calm / "customers.key"
        kills = syncs = torn = 0
        lost: Counter[str] = Counter()
        doubled: Counter[str] = Counter()
        between: list[float] = []
        while kills < wanted.kills and time.monotonic() < until:
            data = prepare(folder, "disturbed", key)
            of_this = 0
            while kills < wanted.kills and disturbed(data, logs, chance.uniform(0, lasts)):
                kills += 1
                of_this += 1
                torn += not whole(data)
            run(data, logs)
            syncs += 1
            between.append(of_this)
            found = content(data)
            for table, rows in expected.items():
                lost[table] += (rows - found[table]).total()
                doubled[table] += (found[table] - rows).total()
        rows = sum(rows.total() for rows in expected.values())
        say("undisturbed", f"{lasts:.2f} s for {wanted.lines:,} lines, {rows:,} rows")
        say("kills", f"{kills:,} in {syncs} syncs", f"asked for {wanted.kills:,}")
        say("kills of one sync", told(between, "", 0))
        say("rows lost", f"{lost.total()} {_named(lost)}", "limit: 0")
        say("rows doubled or foreign", f"{doubled.total()} {_named(doubled)}", "limit: 0")
        say("databases torn after a kill", f"{torn}", "limit: 0")


def _named(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items() if number)


if __name__ == "__main__":
    main()
