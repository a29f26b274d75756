"""Sources without a screen: listed, and what a person can do with one of them."""

from pathlib import Path

import pytest

from console.exports.mapping import Mapping, write
from tests.console.test_shell import DAY, Shell

MAPPING = Mapping(
    name="old centre",
    rows="contacts",
    columns={"started": ("Begin",), "queue": ("Group",), "talk": ("Talk",), "agent": ("Who",)},
    zone="Europe/Berlin",
    dates="ymd",
    duration="seconds",
    channel="voice",
)
TABLE = "Begin;Group;Talk;Who\n2026-01-05 09:00:00;sales;60;Ada\n"
REALTIME = (
    "id,time,callid,queuename,agent,event,data1,data2,data3,data4,data5\n"
    "1,2026-01-05 08:00:00,1.1,sales,NONE,ENTERQUEUE,,0177123456,1,,\n"
    "2,2026-01-05 08:00:09,1.1,sales,NONE,ABANDON,1,1,9,,\n"
)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    made = Shell(tmp_path, capsys)
    made("sync", made.log)
    return made


def test_listed(shell: Shell) -> None:
    (source,) = shell.json("sources")["sources"]
    assert (source["source"], source["platform"], source["paused"]) == ("pbx", "asterisk", False)
    assert source["last_file"] == str(shell.log) and source["speed"] > 0 and source["lines"] == 8
    code, out, _ = shell("sources")
    assert code == 0 and "pbx" in out


def test_paused_and_resumed(shell: Shell) -> None:
    told = shell.json("sources", "--pause", "pbx", "--why", "it is being moved")
    assert told["done"] == "pause source pbx" and told["sources"][0]["paused"]
    shell.log.write_text(
        f"{shell.log.read_text()}{DAY + 200}|1.9|help|NONE|ENTERQUEUE||0300|1\n", "utf-8"
    )
    (file,) = shell.json("sync", shell.log)["files"]
    assert file["paused"] and file["accepted"] == 0 and file["problem"] == ""
    told = shell.json("sources", "--resume", "pbx")
    assert [file["accepted"] for file in told["files"]] == [1]
    entries = shell.json("journal", "--verify")["entries"]
    assert [(e["title"], e["why"]) for e in entries] == [
        ("pause source pbx", "it is being moved"), ("resume source pbx", ""),
    ]  # fmt: skip


def test_forgotten_and_read_again(shell: Shell) -> None:
    before = shell.json("kpis", "--from", "2024-01-01", "--to", "2024-01-02")["rows"]
    told = shell.json("sources", "--forget", "pbx")
    assert told["done"].startswith("forget source pbx: 3 contacts")
    (source,) = told["sources"]
    assert source["paused"] and source["lines"] == 0 and source["last_at"] is None
    assert shell.json("kpis", "--from", "2024-01-01", "--to", "2024-01-02")["rows"] == []
    assert shell.json("sync", shell.log.parent)["files"][0]["paused"]
    told = shell.json("sources", "--resume", "pbx")
    assert [file["accepted"] for file in told["files"]] == [8]
    assert shell.json("kpis", "--from", "2024-01-01", "--to", "2024-01-02")["rows"] == before
    told = shell.json("sources", "--reread", "pbx")
    assert [(file["accepted"], file["known"]) for file in told["files"]] == [(0, 8)]
    assert shell.json("kpis", "--from", "2024-01-01", "--to", "2024-01-02")["rows"] == before


def test_renamed_and_given_a_zone(shell: Shell, tmp_path: Path) -> None:
    told = shell.json("sources", "--rename", "pbx", "north")
    assert told["sources"][0]["source"] == "north"
    folder = tmp_path / "realtime"
    folder.mkdir()
    (folder / "queue_log.csv").write_text(REALTIME)
    code, out, _ = shell("sync", folder, "--json")
    assert code == 1 and "does not say of which zone" in out
    shell.json("sync", folder, "--tz", "UTC")
    told = shell.json("sources", "--zone", "realtime", "Europe/Berlin")
    assert [file["accepted"] for file in told["files"]] == [2]
    named = {source["source"]: source for source in told["sources"]}
    assert named["realtime"]["zone"] == "Europe/Berlin"
    assert named["realtime"]["last_at"] == "2026-01-05T07:00:09Z"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--pause", "nobody"), "there is no source 'nobody'; known are: pbx"),
        (("--resume", "pbx"), "not paused"),
        (("--zone", "pbx", "Mars/North"), "no zone"),
        (("--rename", "pbx", " "), "needs a name"),
        (("--pause", "pbx", "--forget", "pbx"), "not allowed with"),
    ],
)
def test_what_cannot_be_done_is_said(
    shell: Shell, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    try:
        code, _, err = shell("sources", *words)
    except SystemExit as left:
        code, err = left.code, capsys.readouterr().err
    assert code == 2 and why in err


def test_a_table_is_read_by_a_mapping_that_is_named_or_kept(shell: Shell, tmp_path: Path) -> None:
    table, mapping = tmp_path / "t" / "calls.csv", tmp_path / "old.toml"
    table.parent.mkdir()
    table.write_text(TABLE)
    mapping.write_text(write(MAPPING))
    code, out, _ = shell("sync", table, "--json")
    assert code == 1 and "a table that is not known yet" in out
    (file,) = shell.json("sync", table, "--mapping", mapping)["files"]
    assert (file["format"], file["accepted"]) == ("mapped_table", 1)
    code, _, err = shell("sync", table, "--mapping", table)
    assert code == 3 and "cannot be used" in err
    kept = shell.data / "mappings"
    kept.mkdir()
    (kept / "old.toml").write_text(write(MAPPING))
    (kept / "damaged.toml").write_text("]")
    (file,) = shell.json("sync", table)["files"]
    assert (file["format"], file["known"], file["problem"]) == ("mapped_table", 1, "")
