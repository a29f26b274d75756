"""Playbooks and the operation without a screen, as a script uses them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.app import Console
from console.domain.times import HOUR
from console.errors import ConsoleError
from console.playbooks.files import OWN
from console.shell.door import FAILED, LOOK, run
from tests.console.floor import make_floor
from tests.console.test_operations import PLAYBOOK

Shell = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    make_floor(tmp_path).close()
    (tmp_path / OWN).mkdir()
    (tmp_path / OWN / "storm.toml").write_text(PLAYBOOK, "utf-8")

    def typed(*words: str) -> tuple[int, dict[str, Any]]:
        code = run([*words, "--json", "--data", str(tmp_path)], lambda options: 9)
        said = capsys.readouterr()
        assert said.err == ""
        return code, json.loads(said.out)

    return typed


def test_the_playbooks_with_what_is_wrong_with_some(tmp_path: Path, shell: Shell) -> None:
    code, answer = shell("playbooks")
    assert (code, answer["problems"]) == (0, [])
    assert [p["playbook"] for p in answer["playbooks"] if p["own"]] == ["storm"]
    (tmp_path / OWN / "wrong.toml").write_text("hours = 1", "utf-8")
    code, answer = shell("playbooks")
    assert code == LOOK
    assert answer["problems"][0]["words"].endswith("The playbook has no title.")


def test_what_one_would_do_now(shell: Shell) -> None:
    code, answer = shell("playbooks", "storm")
    assert (code, answer["title"], answer["hours"]) == (0, "Storm", 48.0)
    items = {item["item"]: item for item in answer["items"]}
    assert items["off"]["included"] and items["off"]["fields"]["offer"] is False
    assert "sales: offer unknown → off" in items["off"]["touches"]
    assert items["back"]["left_out"] == "nothing to do: every channel is open"
    assert shell("operation")[1] == {"operation": None, "items": []}


def test_one_that_is_not_there_is_an_error(
    tmp_path: Path, shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["playbooks", "nothing", "--data", str(tmp_path)], lambda options: 9) == FAILED
    assert "There is no playbook “nothing”." in capsys.readouterr().err


def test_the_operation_with_its_items(tmp_path: Path, shell: Shell) -> None:
    console = Console(tmp_path)
    try:
        operations = console.operations
        operations.fire(
            operations.arm(operations.review("storm", console.board()), console.board())
        )
        with pytest.raises(ConsoleError):
            operations.fire(operations.review("storm", console.board()))
    finally:
        console.close()
    code, answer = shell("operation")
    operation = answer["operation"]
    assert (code, operation["name"], operation["planned_s"]) == (0, "Storm", 48 * HOUR // 1_000_000)
    items = {item["item"]: item for item in answer["items"]}
    # The console may have sent them before it closed.
    assert sum(items["off"]["messages"].values()) == 3
    assert (items["ring"]["owner"], items["ring"]["state"]) == ("Ann", "planned")
    assert "chat draining" in answer["overrides"]
    assert answer["without_owner"] == []
    assert shell("operation", "--id", "9")[1]["operation"] is None
