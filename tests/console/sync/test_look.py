"""What files are is told by their beginnings, and nothing of them is read in."""

import zipfile
from pathlib import Path

from sqlalchemy import func, select

from console.domain.imports import FoundFile
from console.exports.mapped_table import MappedTable
from console.store import tables as t
from console.sync.look import look_at
from console.sync.roster import write_templates
from tests.console.sync.logs import Desk, desk
from tests.console.sync.test_mappings import CALLS, TABLE
from tests.console.sync.test_sources import LINES, REALTIME

SAMPLES = Path(__file__).parents[2] / "data" / "exports"


def look(one: Desk, *paths: Path, mappings: tuple[MappedTable, ...] = ()) -> dict[str, FoundFile]:
    found = look_at(one.store, paths or [one.inbox], mappings)
    return {file.path.rpartition("/")[2]: file for file in found}


def test_each_kind_of_file() -> None:
    with desk() as one:
        one.write("queue_log", "\n".join(LINES).encode())
        one.write("realtime.csv", REALTIME.encode())
        one.write("calls.csv", TABLE)
        one.write("photo.jpg", b"\xff\xd8\xff" + b"x" * 100)
        one.write("empty", b"")
        one.write(".hidden", TABLE)
        found = look(one)
        assert {name: file.kind for name, file in found.items()} == {
            "queue_log": "export", "realtime.csv": "export", "calls.csv": "table",
            "photo.jpg": "unknown", "empty": "unknown",
        }  # fmt: skip
        log = found["queue_log"]
        assert (log.platform, log.called, log.source, log.first_at) == (
            "asterisk", "asterisk", "", 1_700_000_000_000_000,
        )  # fmt: skip
        local = found["realtime.csv"]
        assert local.needs_zone and local.example == "2026-01-05 08:00:00"
        assert found["calls.csv"].head == TABLE
        assert found["empty"].reason == "It is empty." and found["photo.jpg"].reason
        with one.store.read() as session:
            assert session.scalar(select(func.count()).select_from(t.Source)) == 0


def test_rosters_are_known_by_their_headers() -> None:
    with desk() as one:
        write_templates(one.inbox)
        assert {file.kind for file in look(one).values()} == {"roster"}


def test_a_table_that_a_mapping_fits_is_an_export() -> None:
    with desk() as one:
        one.write("calls.csv", TABLE)
        (file,) = look(one, mappings=(MappedTable(CALLS),)).values()
        assert (file.kind, file.mapping, file.called) == ("export", CALLS.name, "old_pbx")


def test_it_says_to_which_source_a_file_belongs() -> None:
    with desk() as one:
        one.write("realtime.csv", REALTIME.encode())
        one.sync(zone="Europe/Berlin", source="north")
        one.write("more.csv", REALTIME.encode())
        found = look(one)
        assert (found["realtime.csv"].source, found["realtime.csv"].known) == ("north", True)
        assert (found["more.csv"].source, found["more.csv"].known) == ("north", False)
        assert found["more.csv"].zone == "Europe/Berlin"


def test_inside_archives_and_what_cannot_be_opened(tmp_path: Path) -> None:
    with desk() as one:
        path = one.inbox / "all.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("day/queue_log", "\n".join(LINES))
            archive.writestr("calls.csv", TABLE)
        (one.inbox / "broken.gz").write_bytes(b"\x1f\x8b\x08\x00rubbish")
        (one.inbox / "broken.zip").write_bytes(b"PK\x03\x04rubbish")
        found = {file.path: file for file in look_at(one.store, [one.inbox], ())}
        assert found[f"{path}!day/queue_log"].kind == "export"
        assert found[f"{path}!calls.csv"].kind == "table"
        for name in ("broken.gz", "broken.zip"):
            file = found[str(one.inbox / name)]
            assert file.kind == "unknown" and file.reason
        missing = look(one, tmp_path / "none")["none"]
        assert missing.kind == "unknown" and missing.reason == "not a file"


def test_every_sample_is_known() -> None:
    with desk() as one:
        folders = [folder for folder in sorted(SAMPLES.iterdir()) if folder.name != "mapped_table"]
        for folder in folders:
            found = look_at(one.store, [folder], ())
            assert any(file.format == folder.name for file in found), folder.name


def test_it_can_be_broken_off() -> None:
    with desk() as one:
        for number in range(5):
            one.write(f"{number}.csv", TABLE)
        assert look_at(one.store, [one.inbox], (), lambda: True) == []
