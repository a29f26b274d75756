"""That one process plays in a folder, and no second: a lock that dies with its process."""

import os
from pathlib import Path

from console.errors import ConsoleError
from console.twin.places import LOCK, MARK

try:
    import fcntl
except ImportError:  # Windows: there the beat of the clock alone tells
    fcntl = None  # type: ignore[assignment]


class Taken:
    """The folder is this process's until `leave`, or until the process dies."""

    def __init__(self, folder: Path) -> None:
        """ConsoleError where another process has it. The hidden folder must be there."""
        self._file = -1
        self._file = os.open(folder / MARK / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.leave()
            raise ConsoleError(
                f"A rehearsal is played in {folder} already.",
                "Two in one folder would write into each other's exports.",
                "End the other one, or name another folder.",
            ) from error

    def leave(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __del__(self) -> None:
        self.leave()


def is_taken(folder: Path) -> bool:
    """Whether a process plays in it; True also where this cannot be told."""
    if fcntl is None:
        return True
    try:
        with (folder / MARK / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


__all__ = ["Taken", "is_taken"]
