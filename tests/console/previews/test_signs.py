"""What is foreseen of an act happens to single customers: read from exports, then simulated.

It plays and reads a whole morning, which takes seconds: nothing else holds all of it together.
`benchmarks/preview_signs.py` does the same at length.
"""

from pathlib import Path
from statistics import fmean

import pytest

from benchmarks.preview_signs import acts_at, outcome
from console.domain.foreseen import GIVEN_UP, RESOLVED, WORSE
from console.domain.times import HOUR
from console.twin.recording import Recording
from console.twin.rehearsal import Rehearsal
from console.twin.scenario import load

SEED, AT_H, AHEAD_H, LUCKS = 4711, 10.0, 8.0, (1, 2)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recording, Path, int]:
    """A meltdown until ten in the morning, with the shifts of the day in its roster."""
    scenario = load("billing-meltdown")
    folder = tmp_path_factory.mktemp("signs") / "site"
    rehearsal = Rehearsal(scenario, folder, hours=AT_H + AHEAD_H, seed=SEED)
    rehearsal.begin()
    at = rehearsal.world.start + int(AT_H * HOUR)
    rehearsal.step(at)
    rehearsal.leave()
    recording = Recording(
        scenario.name, scenario.title, SEED, rehearsal.world.start, at, rehearsal.end,
        AT_H + AHEAD_H, scenario.centre, (), (), (), rehearsal.end,
    )  # fmt: skip
    return recording, folder, at


def test_closing_chat_loses_what_was_foreseen(played: tuple[Recording, Path, int]) -> None:
    recording, folder, at = played
    acts = {act.title: act for act in acts_at(folder, at, AHEAD_H, 20)}
    shut = acts["close chat"]
    assert shut.found.verdict == WORSE and shut.messages
    base = [outcome(recording, at, luck, None) for luck in LUCKS]
    with_it = [outcome(recording, at, luck, shut) for luck in LUCKS]
    for figure in (RESOLVED, GIVEN_UP):
        gaps = [one[figure] - other[figure] for one, other in zip(with_it, base, strict=True)]
        change = shut.found.of(figure)
        assert change is not None
        # Far beyond what luck alone makes of it, so that two runs are enough.
        assert abs(fmean(gaps)) > 10.0
        assert (change.value > 0) == (fmean(gaps) > 0), figure
        assert (change.value > 0) == (min(gaps) > 0) == (max(gaps) > 0)
