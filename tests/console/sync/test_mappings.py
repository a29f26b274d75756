"""Mappings are kept as files that people may change, copy and damage."""

from pathlib import Path

import pytest

from console.errors import ExportError, StoreError
from console.exports.mapping import Mapping, write
from console.sync.mappings import Mappings, read_mapping
from tests.console.sync.logs import desk, normal_form

CALLS = Mapping(
    name="Calls / old PBX",
    rows="contacts",
    columns={"started": ("Begin",), "queue": ("Group",), "talk": ("Talk",), "agent": ("Who",)},
    platform="old_pbx",
    zone="Europe/Berlin",
    dates="ymd",
    duration="seconds",
    channel="voice",
)
TABLE = b"Begin;Group;Talk;Who\n2026-01-05 09:00:00;sales;60;Ada\n2026-01-05 09:05:00;sales;30;Bo\n"


def test_kept_found_and_forgotten(tmp_path: Path) -> None:
    kept = Mappings(tmp_path / "mappings")
    assert kept.known() == [] and kept.tables() == [] and not kept.forget("Calls / old PBX")
    path = kept.save(CALLS)
    assert path.name == "Calls-old-PBX.toml"
    assert Mappings(tmp_path / "mappings").known() == kept.known() == [CALLS]
    other = kept.save(Mapping(**{**fields(CALLS), "name": "Calls, old PBX"}))
    assert other.name == "Calls-old-PBX-2.toml" and len(kept.known()) == 2
    changed = Mapping(**{**fields(CALLS), "zone": "UTC"})
    assert kept.save(changed) == path and kept.known()[0].zone == "UTC"
    assert kept.forget("Calls, old PBX") and kept.known() == [changed]


def fields(mapping: Mapping) -> dict[str, object]:
    return {name: getattr(mapping, name) for name in mapping.__slots__}


def test_what_is_damaged_is_named_and_left_alone(tmp_path: Path) -> None:
    kept = Mappings(tmp_path)
    kept.save(CALLS)
    for name, content in (
        ("a.toml", b"not toml at ]"), ("b.toml", b"\xff\xfe"), ("c.toml", b'name = "x"\n'),
        ("d.toml", write(CALLS).replace("Europe/Berlin", "Mars/North").encode()),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
    (tmp_path / "notes.txt").write_text("no mapping")
    assert kept.known() == [CALLS]
    assert [error.title.split()[2] for error in kept.damaged()] == [
        "a.toml", "b.toml", "c.toml", "d.toml",
    ]  # fmt: skip
    assert (tmp_path / "a.toml").read_bytes() == b"not toml at ]"
    with pytest.raises(ExportError, match="Mars/North"):
        read_mapping(tmp_path / "d.toml")
    with pytest.raises(ExportError, match="cannot be read"):
        read_mapping(tmp_path / "none.toml")


def test_a_file_changed_by_hand_counts_at_once(tmp_path: Path) -> None:
    kept = Mappings(tmp_path)
    path = kept.save(CALLS)
    path.write_text(write(Mapping(**{**fields(CALLS), "name": "longer than before"})))
    assert [mapping.name for mapping in kept.known()] == ["longer than before"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be kept"):
        Mappings(tmp_path / "file").save(CALLS)


def test_a_table_of_a_known_mapping_is_read_without_asking(tmp_path: Path) -> None:
    kept = Mappings(tmp_path)
    with desk() as one:
        one.write("calls.csv", TABLE)
        (result,) = one.sync()
        assert result.unmapped and not result.accepted
        kept.save(CALLS)
        (result,) = one.sync(mappings=kept.tables())
        assert (result.format, result.accepted, result.problem) == ("mapped_table", 2, "")
        before = normal_form(one.store)
        one.write("again.csv", TABLE)
        assert [r.accepted for r in one.sync(mappings=kept.tables())] == [0, 0]
        assert normal_form(one.store) == before
