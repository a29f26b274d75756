"""What stands where in a rehearsal's folder. Light: the door looks here before anything else."""

import json
import time
from pathlib import Path

#: What makes a folder one of a rehearsal; names that begin with a dot are never read as exports.
MARK = ".rehearsal"
TRUTH, ABOUT = "truth.jsonl", "rehearsal.json"
#: What the leader asks for, and the lock of the process that plays.
STEERING, LOCK = "steering.jsonl", "lock"
#: Where the days before are put together.
BEFORE = "before"
#: The data folder of a console that watches this folder.
DATA = ".console"
#: In a user's data folder: the rehearsals that were begun from the window.
REHEARSALS = "rehearsals"


def rehearsal_of(path: Path) -> Path | None:
    """The rehearsal's folder that this is, or lies in; None for all else."""
    whole = path.absolute()
    return next((each for each in (whole, *whole.parents) if (each / MARK / ABOUT).is_file()), None)


def title_of(path: Path) -> str:
    """What is rehearsed in this folder; "" where nothing is."""
    folder = rehearsal_of(path)
    if folder is None:
        return ""
    try:
        said = json.loads((folder / MARK / ABOUT).read_text("utf-8"))
        return str(said["title"])
    except (OSError, ValueError, LookupError, TypeError):
        return folder.name


def data_of(path: Path) -> Path:
    """Where a console that watches a rehearsal keeps its own, apart from all real queues."""
    return path / DATA


def new_place(home: Path, scenario: str) -> Path:
    """Make a rehearsal's folder in the data folder `home`, named by the day and the scenario."""
    name = f"{time.strftime('%Y-%m-%d')}-{scenario}"
    for number in range(1, 10_000):
        folder = home / REHEARSALS / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(f"{name}: too many rehearsals of one day")
