"""Reads a desk's folder in a process of its own, and says how much memory that took at most.

    python -m tests.console.sync.hungry DESK

Answers with JSON: `results` (path, format, lines, accepted, known, quarantined, problem), `grown`
(MB resident more than before the reading), `seconds`.
"""

import json
import resource
import sys
import time
from pathlib import Path

from console.exports.catalog import CATALOG
from console.store.engine import Store
from console.sync import files
from tests.console.sync.logs import MASK


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    place = Path(sys.argv[1])
    store = Store(f"sqlite:///{place / 'd.db'}")
    assert CATALOG  # imported before the measuring
    import polars  # noqa: F401  # as the program has it before it reads
    import python_calamine  # noqa: F401

    before, begun = peak_mb(), time.perf_counter()
    results = files.sync(store, MASK, [place / "asterisk"], zone="UTC")
    answer = {
        "results": [
            [Path(each.path).name, each.format, each.lines, each.accepted, each.known,
             each.quarantined, each.problem]
            for each in results
        ],
        "grown": round(peak_mb() - before, 1),
        "seconds": round(time.perf_counter() - begun, 2),
    }  # fmt: skip
    store.close()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
