"""The sample roster fits the sample hour: everybody in the log is in it, and nobody else."""

from pathlib import Path
from zoneinfo import ZoneInfo

from console.app import Console
from console.domain.roster import TABLES
from console.domain.times import from_iso
from console.reads.person_joins import joins
from console.reads.roster import customers, on_shift, people
from console.sync.roster import WORKBOOK

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"


def test_the_roster_fits_the_log(tmp_path: Path) -> None:
    console = Console(tmp_path)
    try:
        console.sync([SAMPLES / "queue_log"])
        for table in TABLES:
            result = console.import_roster(SAMPLES / "roster" / f"{table}.csv", ZoneInfo("UTC"))
            assert not result.problems
            (count,) = result.counts
            assert (count.table, count.left, count.unused) == (table, 0, ())
            assert count.changed == count.rows > 0
        with console.store.read() as session:
            found = joins(session)
            assert all(join.person for join in found)
            assert len({join.person for join in found}) == len(people(session)) == 12
            half_past = on_shift(session, from_iso("2026-01-05T08:30:00Z"))
            assert len(half_past) == 12
            later = on_shift(session, from_iso("2026-01-05T08:55:00Z"))
            assert {row.name for row in half_past} - {row.name for row in later} == {
                "Łukasz Wiśniewski"
            }
            held = {row.name: row.block.kind for row in half_past if row.block is not None}
            assert held["Siobhán Ó Briain"] == held["Jürgen Groß"] == "meeting"
            assert len(customers(session)) == 6
    finally:
        console.close()
    assert not (SAMPLES / "roster" / WORKBOOK).exists()
