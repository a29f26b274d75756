"""How fast cloud platforms' records are parsed, and their contacts stored.

    python -m benchmarks.record_formats [--records 50000] [--rounds 3]

Amazon Connect contact records, a line each, and a page of Genesys Cloud conversations, both made
up. Parsing: from the bytes of the file to statements. Beside it, in turn: msgspec's decoding of the
same lines into dictionaries and lists, which neither cuts nor checks nor says anything. Storing:
from statements to contacts, legs, intervals and sums in the database. Beside it: sqlite3 inserting
as many contacts and legs, as they are stored, into two bare tables without an index.
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

import msgspec

from benchmarks.child import Child, answer
from benchmarks.pairs import begin, in_turn, ratio, say, title, told
from benchmarks.records import contact_records, conversations, write_lines, write_page

SMALL = ("--records", "300", "--rounds", "1")
PARSED_MB_S, STORED_S = 50, 60_000


def ours(file: Path, folder: Path, steps: list[dict[str, float]]) -> float:
    """Seconds of parsing, in a fresh process; `steps` gets what else was measured there."""
    data = folder / "coalface"
    shutil.rmtree(data, ignore_errors=True)
    with Child("benchmarks.record_formats", "--as-console", data, file) as child:
        steps.append(child.hear("steps"))
        child.wait()
    return steps[-1]["parse"]


def as_console(data: Path, file: Path) -> None:
    """Parse and store by turns of a chunk, as the sync does, the time of each taken apart."""
    from console.domain.customers import Mask, new_key
    from console.exports.catalog import CATALOG
    from console.store.engine import Store, next_revision
    from console.store.migrate import migrate
    from console.store.tables import Source
    from console.sync.files import CHUNK
    from console.sync.record_readers import reader_of
    from console.sync.records import Records

    data.mkdir()
    store = Store(f"sqlite:///{data / 'coalface.db'}")
    migrate(store)
    with store.write() as session:
        session.add(Source(id=1, name="cloud", format="", folder="/"))
    parse = keep = 0.0
    records = 0
    with file.open("rb") as raw:
        head = raw.read(1 << 16)
        raw.seek(0)
        export = next(export for export in CATALOG if export.fits(head))
        reader = reader_of(export, head, Mask(new_key(b"k" * 32, "")), None, "", 0)
        carry = b""
        while True:
            chunk = raw.read(CHUNK)
            last = len(chunk) < CHUNK
            begun = time.perf_counter()
            taken = reader.read(carry + chunk, last)
            parse += time.perf_counter() - begun
            carry = (carry + chunk)[taken.used :]
            begun = time.perf_counter()
            with store.write(durable=False) as session:
                rows = Records(session, next_revision(session))
                rows.take(1, taken.records)
                rows.finish()
            keep += time.perf_counter() - begun
            records += len(taken.records)
            if last:
                break
    store.close()
    answer(steps={"parse": parse, "store": keep, "records": records})


def decoded(file: Path) -> float:
    lines = file.read_bytes().split(b"\n")
    begun = time.perf_counter()
    for line in lines:
        if line.startswith((b"{", b",")) and len(line) > 100:
            msgspec.json.decode(line.removesuffix(b",").removeprefix(b","))
    return time.perf_counter() - begun


def inserted(data: Path, folder: Path) -> float:
    """sqlite3's own insertion of the contacts and legs that the console stored."""
    with sqlite3.connect(f"file:{data / 'coalface.db'}?mode=ro", uri=True) as stored:
        contacts = stored.execute("SELECT * FROM contact").fetchall()
        legs = stored.execute("SELECT * FROM leg").fetchall()
    target = folder / "bare.db"
    target.unlink(missing_ok=True)
    database = sqlite3.connect(target)
    names = [", ".join(f"c{n}" for n in range(len(rows[0]))) for rows in (contacts, legs)]
    begun = time.perf_counter()
    database.execute(f"CREATE TABLE contact ({names[0]})")
    database.execute(f"CREATE TABLE leg ({names[1]})")
    for table, rows in (("contact", contacts), ("leg", legs)):
        marks = ", ".join("?" * len(rows[0]))
        database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    database.commit()
    spent = time.perf_counter() - begun
    database.close()
    return spent


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--as-console", type=Path, nargs=2, help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    if wanted.as_console:
        as_console(*wanted.as_console)
        return
    begin(__doc__)
    with tempfile.TemporaryDirectory(prefix="coalface-records-") as name:
        folder = Path(name)
        lines, page = folder / "contact_records.jsonl", folder / "conversations.json"
        write_lines(lines, contact_records(wanted.records))
        write_page(page, "conversations", conversations(wanted.records))
        for what, file in (("Amazon Connect records", lines), ("Genesys conversations", page)):
            _measure(what, file, folder, wanted.rounds, wanted.records)


def _measure(what: str, file: Path, folder: Path, rounds: int, records: int) -> None:
    size = file.stat().st_size / 1e6
    print(f"  {what}: {records:,}, {size:.0f} MB")
    steps: list[dict[str, float]] = []
    runs: dict[str, Callable[[], float]] = {
        "ours": partial(ours, file, folder, steps),
        "msgspec": partial(decoded, file),
    }
    found = in_turn(runs, rounds)
    bare = [inserted(folder / "coalface", folder) for _ in range(rounds)]
    say("parsed", told([size / step["parse"] for step in steps], "MB/s", 0),
        f"limit: {PARSED_MB_S} or more")  # fmt: skip
    say("parsing ÷ msgspec's decoding alone", ratio(found["ours"], found["msgspec"]))
    say("contacts stored", told([step["records"] / step["store"] for step in steps], "/s", 0),
        f"limit: {STORED_S:,} or more")  # fmt: skip
    say("storing ÷ sqlite3's bare insertion", ratio([step["store"] for step in steps], bare))
    short = records - int(steps[-1]["records"])
    say("records taken", f"{int(steps[-1]['records']):,}", "all" if not short else f"{short} short")


if __name__ == "__main__":
    sys.exit(main())
