"""A log of the past, and its roster, written again as if it happened now."""

import threading
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from console.domain.roster import SHIFTS, TABLES, Value
from console.domain.times import MINUTE, SECOND, now_us
from console.errors import ExportError
from console.exports.roster_sheets import FILES, csv_of, written
from console.exports.roster_tables import read, rows_of

#: The folder beside a log that holds its roster.
ROSTER = "roster"


class Replay:
    """Writes `file`, its stamps shifted, to `folder`/queue_log.

    The first `lead_s` seconds of the log are written at once, so there is something to see. At a
    `speed` other than 1 the replay has a clock of its own, which `now` tells.
    """

    def __init__(self, file: Path, folder: Path, speed: float = 1.0, lead_s: int = 1500) -> None:
        self._folder = folder
        self._speed = speed
        try:
            text = file.read_text("utf-8", errors="surrogateescape")
        except OSError as error:
            raise ExportError(
                f"{file} cannot be read.",
                error.strerror or str(error),
                "Check its name and rights.",
            ) from error
        self._lines = [
            (int(stamp), rest)
            for stamp, _bar, rest in (line.partition("|") for line in text.split("\n"))
            if stamp.isascii() and stamp.isdigit()
        ]
        if not self._lines:
            raise ExportError(
                f"{file} holds no queue_log lines.", "", "Give the file the PBX wrote."
            )
        first = self._lines[0][0]
        lead = min(lead_s, max(0, self._lines[-1][0] - first))
        self._begun_at = now_us() // SECOND
        self.shift_s = self._begun_at - first - lead
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="coalface-replay", daemon=True)
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "queue_log"
        self._next = 0
        self._write_due()

    def now(self) -> int:
        """The replay's present, microseconds UTC."""
        begun = self._begun_at * SECOND
        return round(begun + (now_us() - begun) * self._speed)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while self._next < len(self._lines) and not self._stopped.is_set():
            due = self._lines[self._next][0] + self.shift_s
            wait = (due * SECOND - self.now()) / SECOND / self._speed
            if wait > 0 and self._stopped.wait(min(wait, 1.0)):
                return
            self._write_due()

    def _write_due(self) -> None:
        now = self.now() // SECOND
        pieces: list[str] = []
        while self._next < len(self._lines):
            stamp, rest = self._lines[self._next]
            if stamp + self.shift_s > now:
                break
            pieces.append(f"{stamp + self.shift_s}|{rest}\n")
            self._next += 1
        if pieces:
            with self.path.open("a", encoding="utf-8", errors="surrogateescape") as log:
                log.write("".join(pieces))


def write_roster(roster: Path, folder: Path, shift_s: int) -> None:
    """Copy the tables of a roster's folder, shifts moved by so many seconds; nothing where there
    are none."""
    for table in TABLES:
        try:
            text = (roster / FILES[table]).read_text("utf-8-sig")
        except OSError:
            continue
        reading = read(rows_of(text), str, ZoneInfo("UTC")) if table == SHIFTS else None
        if reading is not None:
            none: dict[str, Value] = dict.fromkeys(("movable", "legal", "consent"))
            shifts = [
                {**none, "note": "", **dict(entry.values), "id": ""}
                for entry in reading.entries.values()
            ]
            for shift in shifts:
                for end in ("start_at", "end_at"):
                    # Nobody plans by the second.
                    shift[end] = round((cast(int, shift[end]) + shift_s * SECOND) / MINUTE) * MINUTE
            text = csv_of(written(SHIFTS, shifts))
        (folder / FILES[table]).write_text(text, "utf-8", newline="")


__all__ = ["ROSTER", "Replay", "write_roster"]
