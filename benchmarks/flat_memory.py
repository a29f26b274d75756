"""How much memory reading a file takes, and how much more where the file is four times as long.

    python -m benchmarks.flat_memory [--gigabytes 0.25] [--kinds json,table,log]

One file of each kind, made up and taken away again: Amazon Connect contact records in JSON, tickets
in a CSV of Zendesk's, an Asterisk queue_log. Each is read into a fresh database by a process of its
own, which says how much of it was resident at most. Beside it: the same process, having read one
record only. The file and the database take about three times the size of the longer file on disk.
"""

import argparse
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import msgspec

from benchmarks.child import Child, answer
from benchmarks.generate import rows
from benchmarks.pairs import begin, say, title
from benchmarks.records import contact_records

SMALL = ("--gigabytes", "0.002")
TIMES = 4
_LIMITED = "limit: 1.25 ×"
_BLOCK = 4_000
#: Stand for the number and the day of a block: its ids and its times are then others.
_NUMBER = b"%08d"
_TOKEN = b"00block0"
_FIRST = date(2026, 3, 2)
_DAY = b"2026-03-02"
_COLUMNS = (
    "id,_fivetran_synced,_fivetran_deleted,assignee_id,created_at,due_at,group_id,priority,"
    "requester_id,status,subject,submitter_id,updated_at,via_channel"
)


def json_blocks() -> Iterator[bytes]:
    """Contact records, a line each."""
    token = _TOKEN.decode()
    lines = [
        msgspec.json.encode({**record, "ContactId": f"{token}-{number:04d}"})
        for number, record in enumerate(contact_records(_BLOCK))
    ]
    return _blocks(b"\n".join(lines) + b"\n")


def table_blocks() -> Iterator[bytes]:
    """Tickets, with subjects as long as a letter's first lines."""
    yield f"{_COLUMNS}\n".encode()
    words = "The parcel that was promised for Monday has not come. " * 18
    lines = [
        f"{_TOKEN.decode()}{number:04d},2026-03-02 14:00:00.000,FALSE,{500 + number % 300},"
        f"2026-03-02 {8 + number % 9:02d}:{number % 60:02d}:00,,{30 + number % 40},high,"
        f'{90_000 + number},open,"{words}",{90_000 + number},2026-03-02 18:00:00,email'
        for number in range(_BLOCK)
    ]
    yield from _blocks("\n".join(lines).encode() + b"\n")


def _blocks(block: bytes) -> Iterator[bytes]:
    number = 0
    while True:
        number += 1
        day = (_FIRST + timedelta(days=number)).isoformat().encode()
        yield block.replace(_TOKEN, _NUMBER % (number + 10_000_000)).replace(_DAY, day)


def log_blocks() -> Iterator[bytes]:
    source = rows(20, 200)
    while True:
        yield "".join(f"{line}\n" for line in islice(source, 20_000)).encode()


KINDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "json": json_blocks,
    "table": table_blocks,
    "log": log_blocks,
}
#: What a file that holds next to nothing is made of: so many bytes of the first blocks.
_ONE = {"json": 2_500, "table": 1_400, "log": 1_000}


def write(file: Path, kind: str, size: int) -> None:
    """At least `size` bytes in whole lines."""
    written = 0
    with file.open("wb") as out:
        for block in KINDS[kind]():
            if written + len(block) > size:
                block = block[: block.index(b"\n", max(0, size - written - 1)) + 1]
            out.write(block)
            written += len(block)
            if written >= size:
                return


def read(folder: Path, kind: str, size: int) -> tuple[float, float, int]:
    """MB resident at most, seconds, and how many records there were."""
    data, file = folder / "data", folder / f"export-{kind}"
    shutil.rmtree(data, ignore_errors=True)
    write(file, kind, size)
    try:
        with Child("benchmarks.flat_memory", "--as-console", data, file) as child:
            found = child.hear("read", 24 * 3600)
            child.wait()
    finally:
        file.unlink()
        shutil.rmtree(data, ignore_errors=True)
    return found["mb"], found["seconds"], found["records"]


def as_console(data: Path, file: Path) -> None:
    from console.app import Console

    console = Console(data)
    begun = time.perf_counter()
    [result] = console.sync([file])
    seconds = time.perf_counter() - begun
    assert not result.problem and result.lines == result.accepted + result.known, result
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.close()
    answer(read={"mb": peak, "seconds": seconds, "records": result.accepted})


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--gigabytes", type=float, default=0.25, help="of the shorter file")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--folder", type=Path, help="where there is room for the files")
    parser.add_argument("--as-console", type=Path, nargs=2, help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    if wanted.as_console:
        as_console(*wanted.as_console)
        return

    begin(__doc__)
    size = round(wanted.gigabytes * 1e9)
    with tempfile.TemporaryDirectory(prefix="coalface-flat-", dir=wanted.folder) as name:
        folder = Path(name)
        for kind in wanted.kinds.split(","):
            least, _seconds, _records = read(folder, kind, _ONE[kind])
            once, seconds, records = read(folder, kind, size)
            beside = f"{records:,} records in {seconds:.1f} s; a single one: {least:.0f} MB"
            say(f"{kind}, {size / 1e6:,.0f} MB", f"{once:.0f} MB at most", beside)
            often, seconds, records = read(folder, kind, TIMES * size)
            beside = f"{records:,} records in {seconds:.1f} s"
            say(f"{kind}, {TIMES * size / 1e6:,.0f} MB", f"{often:.0f} MB at most", beside)
            say(f"{kind}, {TIMES} times as long ÷ once", f"{often / once:.2f} ×", _LIMITED)


if __name__ == "__main__":
    main()
