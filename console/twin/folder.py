"""The folder that the exports grow in. Lines wait until they are due, then are appended."""

import json
import os
from collections import defaultdict
from heapq import heappop, heappush
from pathlib import Path

from console.domain.times import HOUR, SECOND, iso
from console.errors import ConsoleError
from console.twin.dirt import Dirt
from console.twin.places import ABOUT, DATA, MARK
from console.twin.taken import Taken


class Folder:
    """`lag` of a platform is how long after the fact its export has it."""

    def __init__(self, path: Path, dirt: Dirt | None = None) -> None:
        self.path, self._dirt = path, dirt
        self._waiting: list[tuple[int, int, str, str]] = []
        self._made = 0
        self._rotate_at = 0

    def begin(self, about: dict[str, object]) -> None:
        """Make the folder. ConsoleError where something else is in it already; a console that
        was opened on it first may have begun to keep its own there."""
        mark = self.path / MARK
        if self.path.exists() and (
            not self.path.is_dir() or any(each.name != DATA for each in self.path.iterdir())
        ):
            raise ConsoleError(
                f"{self.path} is not empty.",
                "A rehearsal never writes among other files.",
                "Name a folder that is new or empty.",
            )
        mark.mkdir(parents=True, exist_ok=True)
        self._taken = Taken(self.path)
        put(mark / ABOUT, json.dumps(about, ensure_ascii=False, indent=1) + "\n")

    def leave(self) -> None:
        """Nothing more is written."""
        if self._taken is not None:
            self._taken.leave()

    def write(self, name: str, text: str, at: int) -> None:
        """At once, anew; as of that instant: which of two tables is newer their files tell."""
        path = self.path / name
        put(path, text)
        os.utime(path, ns=(at * 1000, at * 1000))

    def log(self, at: int, name: str, line: str) -> None:
        """A line of a log, in the order in which it is given."""
        self._push(at, name, line if self._dirt is None else self._dirt.spoilt(line))

    def record(self, at: int, name: str, line: str) -> None:
        """A record that has an identity, whose order means nothing."""
        for due in [at] if self._dirt is None else self._dirt.due(at):
            self._push(due, name, line)

    def truth(self, at: int, name: str, line: str) -> None:
        self._push(at, name, line)

    def _push(self, at: int, name: str, line: str) -> None:
        self._made += 1
        heappush(self._waiting, (at, self._made, name, line))

    def flush(self, to: int | None) -> None:
        """Append all that is due until `to`; everything where that is None."""
        texts: dict[str, list[str]] = defaultdict(list)
        waiting = self._waiting
        while waiting and (to is None or waiting[0][0] <= to):
            _, _, name, line = heappop(waiting)
            texts[name].append(line)
        for name, lines in texts.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8", newline="") as out:
                out.write("\n".join(lines))
                out.write("\n")

    def rotate(self, now: int, name: str) -> None:
        """A log is begun anew under its name, the old one gets its time behind its name, as
        Asterisk's own rotation does it (rotatestrategy = timestamp)."""
        if self._dirt is None or "rotation" not in self._dirt.kinds:
            return
        every = self._dirt.rates.rotate_us
        if not self._rotate_at:
            self._rotate_at = now + every
        path = self.path / name
        if now < self._rotate_at or not path.exists():
            return
        self._rotate_at += every
        path.replace(path.with_name(f"{path.name}.{now // SECOND}"))
        self.log(now, name, f"{now // SECOND}|NONE|NONE|NONE|CONFIGRELOAD|")


def put(path: Path, text: str) -> None:
    """The whole text at once: who reads at the same time sees the old one or the new one."""
    beside = path.with_name(f".{path.name}.new")
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.write_text(text, "utf-8", newline="")
    os.replace(beside, path)


def hour_of(t: int) -> str:
    """The name of the object that a stream writes that hour's records to."""
    return iso(t // HOUR * HOUR)[:13].replace("T", "-")
