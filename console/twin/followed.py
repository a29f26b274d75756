"""The clock of a rehearsal that is followed: read off its file several times a second, by a thread
of its own, so that whoever asks for the present waits for no disk."""

import json
import threading
from pathlib import Path

from console.domain.rehearsal import Clock
from console.domain.times import real_us
from console.twin.places import ABOUT, MARK, rehearsal_of
from console.twin.steering import clock_in

#: Less than half of the time ahead of which a change of speed is said (`led.AHEAD`).
LOOK_S = 0.2


class FollowedClock:
    """`now` and `pace` are plain arithmetic, from any thread. It never goes back."""

    def __init__(self, folder: Path) -> None:
        """LookupError where there is no rehearsal with a clock."""
        self._file = folder / MARK / ABOUT
        self._stamp: object = None
        self._clock = Clock(0, 0, 0.0, 0)
        self._last = 0
        self._speed = 1.0
        self._stopped = threading.Event()
        if not self.look():
            raise LookupError(folder)
        self._thread = threading.Thread(target=self._follow, name="coalface-clock", daemon=True)
        self._thread.start()

    def now(self) -> int:
        """The present of the rehearsal, microseconds UTC."""
        # Two threads may ask at once: then one of them may get a moment that is a little old.
        shown = self._clock.shows(real_us())
        self._last = last = max(shown, self._last)
        return last

    def pace(self) -> float:
        """How many of its seconds go by in each of ours; while it is paused, when it goes on."""
        return self._speed

    def look(self) -> bool:
        """Read the file where it is another; False where it cannot be read."""
        try:
            stat = self._file.stat()
            stamp = stat.st_ino, stat.st_size, stat.st_mtime_ns
            if stamp == self._stamp:
                return True
            said = json.loads(self._file.read_text("utf-8"))
            clock = clock_in(said)
            speed = float(said.get("speed", clock.speed))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return False
        self._stamp, self._clock, self._speed = stamp, clock, speed
        return True

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._stopped.wait(LOOK_S):
            self.look()


def clock_of(path: Path) -> FollowedClock | None:
    """The clock of the rehearsal that this folder is of, begun; None where it is of none."""
    folder = rehearsal_of(path)
    try:
        return None if folder is None else FollowedClock(folder)
    except LookupError:
        return None


__all__ = ["FollowedClock", "clock_of"]
