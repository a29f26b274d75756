"""Resources and obligations without a screen, as a script uses them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.app import Console
from console.commands import AddObligation
from console.domain.times import HOUR, MINUTE, iso, now_us
from console.shell.door import run

Shell = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    def typed(*words: str) -> tuple[int, dict[str, Any]]:
        code = run([*words, "--json", "--data", str(tmp_path / "data")], lambda options: 9)
        said = capsys.readouterr()
        assert said.err == ""
        return code, json.loads(said.out)

    return typed


def test_what_could_be_freed(tmp_path: Path, shell: Shell) -> None:
    now = now_us() // MINUTE * MINUTE
    plan = tmp_path / "plan.csv"
    plan.write_text(
        "person,start,end,kind,consent given\n"
        f"1,{iso(now - HOUR)},{iso(now + 8 * HOUR)},shift,\n"
        f"1,{iso(now + HOUR)},{iso(now + 2 * HOUR)},meeting,\n"
        f"1,{iso(now + 2 * HOUR)},{iso(now + 3 * HOUR)},break,\n"
        f"2,{iso(now + HOUR)},{iso(now + 3 * HOUR)},leave,\n"
        f"3,{iso(now - 9 * HOUR)},{iso(now - HOUR)},shift,\n"
    )
    code, empty = shell("resources")
    assert (code, empty["resources"], empty["not_offered"]) == (0, [], [])
    assert shell("roster", str(plan))[0] == 0
    code, answer = shell("resources")
    assert (code, answer["minutes"], answer["rest_h"]) == (0, 60, 11)
    meeting, leave = answer["resources"]
    assert (meeting["kind"], meeting["act"], meeting["minutes"]) == ("meeting", "cancel", 60)
    assert (meeting["from"], meeting["when"]) == (iso(now + HOUR), "at")
    assert leave["act"] == "ask" and "consent only" in leave["why_not"]
    assert answer["totals"] == [{"kind": "meeting", "rows": 1, "minutes": 60, "unknown": 0}]
    assert answer["not_offered"] == [{"why": "breaks", "number": 1}, {"why": "rest", "number": 1},
                                     {"why": "unknown", "number": 1}]  # fmt: skip


def test_what_is_owed(tmp_path: Path, shell: Shell) -> None:
    console = Console(tmp_path / "data")
    try:
        console.do(
            AddObligation("o1", "monthly report", "lead", minutes=30, due_at=now_us() + HOUR)
        )
    finally:
        console.close()
    code, answer = shell("obligations")
    assert code == 0
    (row,) = answer["obligations"]
    assert (row["what"], row["minutes"], row["overdue"]) == ("monthly report", 30, False)
    assert row["lacks"] == "has no owner" and row["made_at"].endswith("Z")
    assert (answer["total"]["owed"], answer["total"]["minutes"]) == (1, 30)
    console = Console(tmp_path / "data")
    try:
        console.do(AddObligation("o2", "tax file", "lead", legal=True, due_at=now_us() - HOUR))
    finally:
        console.close()
    code, answer = shell("obligations", "--all")
    assert (code, answer["total"]["overdue"]) == (1, 1), "what is overdue wants looking at"


def test_every_field_is_documented(tmp_path: Path, shell: Shell) -> None:
    test_what_could_be_freed(tmp_path, shell)
    test_what_is_owed(tmp_path, shell)
    page = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text("utf-8")

    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(names, value.values()))
        return set().union(*map(names, value)) if isinstance(value, list) else set()

    for command in ("resources", "obligations"):
        for name in names(shell(command)[1]):
            assert f"`{name}`" in page, (command, name)
