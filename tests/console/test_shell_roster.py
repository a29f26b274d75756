"""Rosters without a screen, as a script uses them."""

import json
from pathlib import Path

import pytest

from console.shell.door import run


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def typed(*words: object) -> tuple[int, str, str]:
        code = run(
            ["roster", *map(str, words), "--data", str(tmp_path / "data")], lambda options: 9
        )
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed


def test_read_and_write(tmp_path: Path, shell) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("person,start,end,kind,x\n1,2026-01-05 08:00,16:00,,\n1,soon,,,\n")
    code, out, err = shell(plan, "--tz", "Europe/Berlin", "--json", "--export", tmp_path / "out")
    assert (code, err) == (1, "")
    answer = json.loads(out)
    assert answer["tables"] == [
        {
            "path": str(plan), "table": "shifts", "rows": 2, "changed": 1, "known": 0,
            "examples": 0, "left": 1, "unused": ["x"],
        }
    ]  # fmt: skip
    (problem,) = answer["problems"]
    assert (problem["line"], problem["column"]) == (3, "start")
    assert answer["missing"] == []
    assert [Path(row["path"]).name for row in answer["written"]] == [
        "people.csv", "shifts.csv", "customers.csv", "targets.csv", "roster.xlsx"
    ]  # fmt: skip
    written = (tmp_path / "out" / "shifts.csv").read_text("utf-8-sig")
    assert "1,2026-01-05 08:00:00+01:00,2026-01-05 16:00:00+01:00,shift" in written
    code, out, _err = shell(tmp_path / "out" / "shifts.csv", tmp_path / "out" / "roster.xlsx")
    assert (code, "changed" in out) == (0, True)


def test_templates(tmp_path: Path, shell) -> None:
    code, out, _err = shell("--templates", tmp_path / "t")
    assert code == 0 and "people.csv" in out
    assert shell(*sorted((tmp_path / "t").iterdir()))[0] == 0


def test_nothing_to_do_is_wrong_usage(shell) -> None:
    code, _out, err = shell()
    assert code == 2 and "--templates DIR" in err
