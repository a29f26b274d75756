"""Recordings of real PBXs, which are not part of the project: used where they are present."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def sample(*parts: str) -> Path:
    """A file or folder under shared/data/exports; the test is skipped where it is not there."""
    place = Path(os.environ.get("COALFACE_SHARED") or ROOT.parent / "shared")
    found = place.joinpath("data", "exports", *parts)
    if not found.exists():
        pytest.skip(f"needs {found}, a recording that is not part of the project")
    return found
