"""What is real and a rehearsal are never read into one console, nor two rehearsals."""

from collections.abc import Callable, Sequence
from pathlib import Path

from console.errors import NotTogether
from console.twin.places import rehearsal_of


class Together:
    """What one console reads. `folders` asks where the files of its sources lie; "" for a source
    that no file was read of."""

    def __init__(self, data: Path, folders: Callable[[], Sequence[str]]) -> None:
        self._data, self._folders = data, folders
        # The rehearsal that it is of; None in it for what is real; empty before it is known.
        self._shows: set[Path | None] = set()

    def check(self, paths: Sequence[Path], *, reads: bool = True) -> None:
        """NotTogether where these do not belong to what is read already. `reads`: they are read
        now, so that the console is of what they are of from then on."""
        theirs = {rehearsal_of(path) for path in paths}
        shows = self._shows or self._before() or (theirs if len(theirs) == 1 else set())
        if not theirs - shows:
            self._shows = shows if reads else self._shows
            return
        if any(each is not None for each in shows):
            raise NotTogether(
                "This window shows a rehearsal.",
                "Nothing real is read beside it, nor another rehearsal.",
                "Open the other in the window of your own centre, or in one of its own.",
            )
        folder = next(each for each in theirs if each is not None)
        raise NotTogether(
            f"{folder} is a rehearsal.",
            "This window shows a real centre, and the two are never read together.",
            f"Open the rehearsal in a window of its own: main.py --watch {folder}",
        )

    def check_connection(self) -> None:
        """NotTogether where a platform would be told what is ordered in a rehearsal."""
        if any(each is not None for each in self._shows or self._before()):
            raise NotTogether(
                "This window shows a rehearsal.",
                "Its orders go to the rehearsal, and to nothing real.",
                "Connect a platform in the window of your own centre.",
            )

    def _before(self) -> set[Path | None]:
        """Known by the data folder, or by what was read before: a data folder that somebody named
        is of what is read first."""
        if (mine := rehearsal_of(self._data)) is not None:
            return {mine}
        return {rehearsal_of(Path(folder)) if folder else None for folder in self._folders()}


__all__ = ["Together"]
