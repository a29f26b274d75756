"""A log that grows: a made-up centre in meltdown, its lines written one by one at a steady rate.

    python -m benchmarks.feed --out FILE --queues 300 --agents 2000 --rate 1000

Runs as a process of its own, as a PBX does. First it writes a lead, so that every queue and agent
is known. Then it obeys: `go SECONDS` writes for so long and answers with the marked lines, each
with the instant just before it was written (the system's monotonic clock, which all processes
share).
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks.child import answer
from benchmarks.generate import rows

#: The queue in which marked callers wait. Its name sorts before all others.
MARKED = "000 marked"
#: Short contacts: so many agents would else need a city of callers to fill 1,000 lines a second.
CALL_S, WRAPUP_S, PATIENCE_S = 12, 2, 20
#: Seconds of an agent's time for one contact, with rings that were missed; lines of one contact.
CYCLE_S, LINES_ANSWERED, LINES_LOST = 22, 6.2, 3.2
MARK_EVERY_S = (0.05, 0.15)


def calls_per_second(rate: float, agents: int) -> float:
    """How many calls make `rate` lines a second: those beyond what the agents can do are lost."""
    served = agents / CYCLE_S
    lost = (rate - served * LINES_ANSWERED) / LINES_LOST
    return served + lost if lost > 0 else rate / LINES_ANSWERED


class Feed:
    """The one who writes the log."""

    def __init__(self, out: Path, queues: int, agents: int, rate: float, seed: int = 1) -> None:
        self._file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._rate = rate
        self._random = Random(seed)
        self._marks = 0
        # The generator lets ten agents log in each second.
        self._lead_s = agents // 10 + 60
        self._starts_at = int(time.time()) - self._lead_s
        self._lines: Iterator[str] = rows(
            queues, agents, calls_per_second(rate, agents), seed, self._starts_at,
            CALL_S, WRAPUP_S, PATIENCE_S,
        )  # fmt: skip

    def lead(self) -> int:
        """Write everything up to now; how many lines that was."""
        until = self._starts_at + self._lead_s
        pieces = [self._mark(self._starts_at + 1)]
        for line in self._lines:
            pieces.append(line)
            if int(line[:10]) >= until:
                break
        # The marked line is of the second after the start of the log.
        pieces.insert(2, pieces.pop(0))
        text = "\n".join(pieces) + "\n"
        view = memoryview(text.encode())
        while view:
            view = view[os.write(self._file, view) :]
        return len(pieces)

    def _mark(self, at: int) -> str:
        self._marks += 1
        number = self._marks
        return f"{at}|{at}.m{number}|{MARKED}|NONE|ENTERQUEUE||+4477009{number:05}|{number}"

    def go(self, seconds: float) -> dict[str, object]:
        """Write for so long. `marks`: how many callers wait in the marked queue, and since when."""
        begun = time.monotonic()
        next_mark = begun
        marks: list[tuple[int, int]] = []
        late: list[float] = []
        written = 0
        while (now := time.monotonic()) < begun + seconds:
            due = begun + written / self._rate
            if due > now:
                time.sleep(due - now)
                continue
            late.append(now - due)
            at = int(time.time())
            if now >= next_mark:
                line = self._mark(at)
                next_mark = now + self._random.uniform(*MARK_EVERY_S)
                data = f"{line}\n".encode()
                marks.append((self._marks, time.monotonic_ns()))
                os.write(self._file, data)
            else:
                line = next(self._lines)
                os.write(self._file, f"{at}{line[line.index('|') :]}\n".encode())
            written += 1
        late.sort()
        return {
            "lines": written,
            "seconds": time.monotonic() - begun,
            "marks": marks,
            "late_p99_ms": late[int(len(late) * 0.99)] * 1000 if late else None,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a log that grows, on command.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--queues", type=int, default=300)
    parser.add_argument("--agents", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=1000, help="lines a second")
    wanted = parser.parse_args()
    feed = Feed(wanted.out, wanted.queues, wanted.agents, wanted.rate)
    answer(lead=feed.lead())
    for order in sys.stdin:
        word, _, seconds = order.strip().partition(" ")
        if word == "go":
            answer(go=feed.go(float(seconds)))


if __name__ == "__main__":
    main()
