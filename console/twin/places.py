"""What stands where in a rehearsal's folder. Light: the door looks here before anything else."""

from pathlib import Path

#: What makes a folder one of a rehearsal; names that begin with a dot are never read as exports.
MARK = ".rehearsal"
TRUTH, REPORTS, ABOUT = "truth.jsonl", "reports.jsonl", "rehearsal.json"
#: The data folder of a console that watches this folder.
DATA = ".console"


def is_rehearsal(path: Path) -> bool:
    """Whether a folder is a rehearsal's."""
    return (path / MARK / ABOUT).is_file()


def data_of(path: Path) -> Path:
    """Where a console that watches a rehearsal keeps its own, apart from all real queues."""
    return path / DATA
