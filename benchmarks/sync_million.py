"""How long a large log takes until it can be asked, beside SQLite's own import and sqlite-utils.

    python -m benchmarks.sync_million [--lines 1000000] [--rounds 3] [--utils-rounds 1]

Each runs in a fresh process on a fresh database and is timed from before its start to its end, in
turn on the same file. Coalface reads, checks, merges and sums, and answers a board and the figures
of every hour besides; the others put text into one bare table, once split into columns and once as
whole lines, which asks less of them than of us.
"""

import argparse
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.child import Child, answer, timed
from benchmarks.generate import write
from benchmarks.pairs import begin, in_turn, ratio, say, title, told

COLUMNS = ("time", "callid", "queue", "agent", "event", *(f"data{n}" for n in range(1, 6)))
SMALL = ("--lines", "2000", "--rounds", "1")


# --- who is measured


def coalface(log: Path, folder: Path, steps: list[dict[str, float]]) -> float:
    data = folder / "coalface"
    shutil.rmtree(data, ignore_errors=True)
    with Child("benchmarks.sync_million", "--as-console", data, log) as child:
        steps.append(child.hear("steps"))
        child.wait()
        return time.monotonic_ns() / 1e9 - child.begun_ns / 1e9


def fresh(database: Path) -> str:
    for ending in ("", "-journal", "-wal", "-shm"):
        Path(f"{database}{ending}").unlink(missing_ok=True)
    return str(database)


def sqlite3_columns(log: Path, folder: Path) -> float:
    table = f"CREATE TABLE lines({', '.join(COLUMNS)})"
    database = fresh(folder / "columns.db")
    # It says of every line that it is short of columns: to nowhere.
    return timed(["sqlite3", database, table, ".mode list", ".separator |", f".import {log} lines"])


def sqlite3_lines(log: Path, folder: Path) -> float:
    database = fresh(folder / "lines.db")
    return timed(
        ["sqlite3", database, "CREATE TABLE lines(line TEXT)", ".mode list", '.separator "\\037"',
         f".import {log} lines"]
    )  # fmt: skip


def utils(*options: str) -> list[str]:
    return [sys.executable, "-m", "sqlite_utils", "insert", "--silent", *options]


def utils_columns(padded: Path, folder: Path) -> float:
    database = fresh(folder / "utils-columns.db")
    return timed([*utils("--csv", "--delimiter", "|"), database, "lines", str(padded)])


def utils_lines(log: Path, folder: Path) -> float:
    return timed([*utils("--lines"), fresh(folder / "utils-lines.db"), "lines", str(log)])


# --- the child: one console, once


def as_console(data: Path, log: Path) -> None:
    begun = time.perf_counter()
    from console.app import Console
    from console.domain.times import SECOND
    from console.reads.kpis import Question, kpis

    console = Console(data)
    opened = time.perf_counter()
    results = console.sync([log])
    synced = time.perf_counter()
    first, last = (int(line.split("|", 1)[0]) for line in (_first(log), _last(log)))
    board = console.board(last * SECOND)
    told = time.perf_counter()
    question = Question(first * SECOND, (last + 1) * SECOND, "hour")
    with console.store.read() as session:
        figures = kpis(session, question)
    asked = time.perf_counter()
    console.close()
    answer(
        steps={
            "open": opened - begun,
            "sync": synced - opened,
            "board": told - synced,
            "kpis": asked - told,
            "accepted": sum(result.accepted for result in results),
            "queues": len(board.queues),
            "figures": len(figures),
        }
    )


def _first(log: Path) -> str:
    with log.open() as file:
        return file.readline()


def _last(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        return file.read().decode().rstrip("\n").rsplit("\n", 1)[-1]


# --- whether it is all there


def pad(log: Path, padded: Path) -> None:
    """The same lines with a heading and as many fields in each: the peer refuses anything else."""
    with log.open() as lines, padded.open("w") as out:
        out.write("|".join(COLUMNS) + "\n")
        for line in lines:
            text = line.rstrip("\n")
            out.write(text + "|" * (len(COLUMNS) - 1 - text.count("|")) + "\n")


def counted(log: Path) -> dict[str, int]:
    """Contacts, entries into queues and lines, counted in the file by other means."""
    contacts: set[str] = set()
    entries = total = 0
    with log.open() as lines:
        for line in lines:
            total += 1
            _at, callid, _queue, _agent, event, _rest = line.split("|", 5)
            if callid not in ("NONE", "MANAGER"):
                contacts.add(callid)
            entries += event == "ENTERQUEUE"
    return {"contacts": len(contacts), "legs": entries, "lines": total}


def stored(data: Path) -> dict[str, int]:
    with sqlite3.connect(f"file:{data / 'coalface.db'}?mode=ro", uri=True) as database:

        def one(question: str) -> int:
            return database.execute(question).fetchone()[0] or 0

        lines_of_contacts = "length(evidence) - length(replace(evidence, char(10), '')) + 1"
        return {
            "contacts": one("SELECT count(*) FROM contact"),
            "legs": one("SELECT count(*) FROM leg WHERE entry_seen"),
            "lines": one(f"SELECT sum({lines_of_contacts}) FROM contact")
            + one("SELECT count(*) FROM event"),
        }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--utils-rounds", type=int, default=1, help="of the slow peer")
    parser.add_argument("--as-console", type=Path, nargs=2, help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    if wanted.as_console:
        as_console(*wanted.as_console)
        return

    begin(__doc__)
    with tempfile.TemporaryDirectory(prefix="coalface-sync-") as name:
        folder = Path(name)
        log, padded = folder / "queue_log", folder / "padded"
        write(log, wanted.lines)
        pad(log, padded)
        steps: list[dict[str, float]] = []
        swift: dict[str, Callable[[], float]] = {"coalface": partial(coalface, log, folder, steps)}
        if shutil.which("sqlite3"):
            swift["columns"] = partial(sqlite3_columns, log, folder)
            swift["lines"] = partial(sqlite3_lines, log, folder)
        slow = {
            "utils columns": partial(utils_columns, padded, folder),
            "utils lines": partial(utils_lines, log, folder),
        }
        found = in_turn(swift, wanted.rounds)
        found |= in_turn(slow, wanted.utils_rounds)
        _tell(wanted.lines, log.stat().st_size, found, steps)
        expected, have = counted(log), stored(folder / "coalface")
        for what, number in expected.items():
            same = "as counted in the file" if have[what] == number else f"the file has {number:,}"
            say(f"{what} stored", f"{have[what]:,}", same)
        contacts_s = [have["contacts"] / step["sync"] for step in steps]
        say("contacts stored a second", told(contacts_s, "/s", 0))


def _tell(
    lines: int, size: int, found: dict[str, list[float]], steps: list[dict[str, float]]
) -> None:
    names = {
        "coalface": "Coalface: started, synced, board, kpis, ended",
        "columns": "sqlite3 .import, ten columns",
        "lines": "sqlite3 .import, whole lines",
        "utils columns": "sqlite-utils insert --csv, ten columns",
        "utils lines": "sqlite-utils insert --lines",
    }
    print(f"  {lines:,} lines, {size / 1e6:.0f} MB")
    for name, seconds in found.items():
        say(names[name], told(seconds))
    for step in ("open", "sync", "board", "kpis"):
        say(f"  of Coalface's: {step}", told([each[step] for each in steps]))
    if "columns" not in found:
        say("sqlite3 .import", "not measured: the sqlite3 program is not installed")
    else:
        say("Coalface ÷ sqlite3, ten columns", ratio(found["coalface"], found["columns"]),
            "limit: 1.0 ×")  # fmt: skip
        say("Coalface ÷ sqlite3, whole lines", ratio(found["coalface"], found["lines"]))
    say("sqlite-utils, ten columns ÷ Coalface", ratio(found["utils columns"], found["coalface"]),
        "limit: 10 × or more")  # fmt: skip
    say("sqlite-utils, whole lines ÷ Coalface", ratio(found["utils lines"], found["coalface"]))


if __name__ == "__main__":
    main()
