"""What a forecast takes for granted, without a screen, as a script uses it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.app import Console
from console.commands.set_parameter import SetParameter
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


def calls(number: int) -> str:
    """A queue's log: a call every other minute, answered after 20 s, spoken with for 200 s."""
    lines = ["1700000000|NONE|NONE|NONE|QUEUESTART|"]
    for n in range(number):
        at = 1_700_000_000 + 120 * n
        call, agent = f"{at}.{n}", f"PJSIP/{100 + n % 4}"
        lines += [
            f"{at}|{call}|support|NONE|ENTERQUEUE||+4916{n:08}|1",
            f"{at + 20}|{call}|support|{agent}|CONNECT|20|{call}9|3",
            f"{at + 220}|{call}|support|{agent}|COMPLETEAGENT|20|200|1",
        ]
    return "\n".join(sorted(lines, key=lambda line: int(line.split("|")[0]))) + "\n"


def test_of_nothing(shell: Shell) -> None:
    code, answer = shell("parameters")
    assert (code, answer["parameters"], answer["fresh"], answer["since"]) == (0, [], [], None)


def test_each_value_with_where_it_is_from(tmp_path: Path, shell: Shell) -> None:
    log = tmp_path / "queue_log"
    log.write_text(calls(60))
    assert shell("sync", str(log))[0] == 0
    code, answer = shell("parameters")
    assert code == 0
    rows = {row["parameter"]: row for row in answer["parameters"]}
    handling = rows["handling"]
    assert (handling["channel"], handling["value"], handling["unit"]) == ("voice", 3.333, "min")
    assert handling["number"] == 60 and handling["from"] == "measured"
    assert handling["note"] == "talk only: the exports do not tell wrap-up"
    assert rows["patience"]["origin"] == "assumed"
    assert rows["patience"]["cannot"] == "fewer than ten gave up"
    assert rows["fresh"]["value"] == pytest.approx(30.0, rel=0.05)
    (week,) = answer["fresh"]
    assert len(week["rate"]) == 336 and week["interval_h"] == 0.5
    assert "Not every weekday was seen: the others are taken as those that were." in answer["notes"]


def test_what_is_set_by_hand(tmp_path: Path, shell: Shell) -> None:
    log = tmp_path / "queue_log"
    log.write_text(calls(60))
    assert shell("sync", str(log))[0] == 0
    console = Console(tmp_path / "data")
    console.do(SetParameter("voice", "handling", 5.0, "a new product", "ann"))
    console.close()
    _, answer = shell("parameters")
    (handling,) = [row for row in answer["parameters"] if row["parameter"] == "handling"]
    assert (handling["value"], handling["from"]) == (5.0, "set by ann: a new product")
    assert handling["set_by"] == "ann" and handling["measured"][0] == 3.333
    assert answer["notes"][0] == "Voice, handling time: 5 min, set by ann: a new product."
