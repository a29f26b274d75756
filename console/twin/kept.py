"""What is kept of a rehearsal in its hidden folder beside the truth: its score, and comparisons."""

import os
import threading
from pathlib import Path
from typing import TypeVar

import msgspec

from console.domain.rehearsals import Comparing, Comparison, Score
from console.twin.places import MARK

SCORE, COMPARISON, COMPARING = "score.json", "comparison.json", "comparing.json"

_T = TypeVar("_T")


def keep(folder: Path, name: str, value: Score | Comparison | Comparing) -> None:
    """Whole or not at all: who reads it meanwhile has the one before."""
    path = folder / MARK / name
    beside = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
    beside.replace(path)


def kept_score(folder: Path) -> Score | None:
    return _kept(folder, SCORE, Score)


def kept_comparison(folder: Path) -> Comparison | None:
    return _kept(folder, COMPARISON, Comparison)


def kept_comparing(folder: Path) -> Comparing | None:
    return _kept(folder, COMPARING, Comparing)


def _kept(folder: Path, name: str, kind: type[_T]) -> _T | None:
    """None where there is none, or none that this version can read."""
    try:
        return msgspec.json.decode((folder / MARK / name).read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None


__all__ = [
    "COMPARING", "COMPARISON", "SCORE", "keep", "kept_comparing", "kept_comparison", "kept_score",
]  # fmt: skip
