"""Forecasts of a rehearsal agree broadly with its truth. Long: days must be played and read."""

import sys
from pathlib import Path

import pytest

from benchmarks.forecast_truth import bias, coverage, foretold, open_at, play, trials
from console.domain.foretold import ANSWERED, ATTEMPTS, WAITING
from console.domain.times import HOUR
from console.reads.forecast_evidence import evidence

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="as the other benchmarks")


def test_an_ordinary_day_is_foretold_from_the_one_before_it(tmp_path: Path) -> None:
    console = play("monday", 7, 38.0, 0, tmp_path / "play")
    try:
        start, true = open_at(tmp_path / "play")
        instants = [start + hour * HOUR for hour in (33, 35, 37)]
        known = foretold(console.store, instants, console.settings)
        with console.store.read() as session:
            came = evidence(session, start, start + 38 * HOUR, console.settings)
    finally:
        console.close()
    found = trials(known, came)
    assert len(found) > 40
    # Meant are 80 %; one day of history and three instants are few.
    assert coverage(found) > 60.0
    for figure, least in ((WAITING, 50.0), (ATTEMPTS, 50.0), (ANSWERED, 40.0)):
        some = [trial for trial in found if trial.figure == figure]
        assert coverage(some) >= least, figure
    voice = [t for t in found if t.figure == ANSWERED and t.channel == "voice"]
    assert abs(bias(voice)) < 50.0
    # What no export tells (closed doors, needs in another system's ids) is open all the same.
    assert all(0.3 < each.open / max(true(each.at), 1.0) < 3.0 for each in known if each.at > start)
