"""The forecast for scripts."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.app import Console
from console.shell.door import run

BEGIN = 1_704_096_000  # 2024-01-01T08:00:00Z


def no_window(_options: object) -> int:
    raise AssertionError("a subcommand opened the window")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A call a minute for five hours, each answered at once by one of two agents."""
    lines = [f"{BEGIN - 60}|NONE|NONE|NONE|QUEUESTART|"]
    lines += [f"{BEGIN - 50}|MANAGER|help|SIP/{n}|ADDMEMBER|" for n in (1, 2)]
    for call in range(300):
        at, agent = BEGIN + 60 * call, 1 + call % 2
        lines.append(f"{at}|c{call}|help|NONE|ENTERQUEUE||49171{call:07}|1")
        lines.append(f"{at + 2}|c{call}|help|SIP/{agent}|CONNECT|2|x|1")
        lines.append(f"{at + 50}|c{call}|help|SIP/{agent}|COMPLETECALLER|2|48|1")
    log = tmp_path / "pbx" / "queue_log"
    log.parent.mkdir()
    log.write_text("\n".join(lines) + "\n", "utf-8")
    console = Console(tmp_path / "data")
    console.sync([log.parent])
    console.close()
    return tmp_path / "data"


def asked(data: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert run(["forecast", *words, "--json", "--data", str(data)], no_window) == 0
    return json.loads(capsys.readouterr().out)


def test_two_days_hour_by_hour_with_bands(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(data, capsys)
    # The newest data are long ago: it starts from their end, and says so.
    assert found["at"].startswith("2024-01-01T12:59")
    assert "The newest data are of" in " ".join(found["assumed"])
    assert len(found["hours"]) == 48
    first = found["hours"][0]
    assert first["open_low"] <= first["open"] <= first["open_high"]
    assert 20 < first["attempts_voice"] < 120
    assert [row["channel"] for row in found["channels"]] == ["voice"]
    assert found["payoff"]["words"]


def test_in_plain_words_too(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["forecast", "--data", str(data)], no_window) == 0
    said = capsys.readouterr().out
    assert "waiting_voice" in said and "Debt: " in said


def test_scores_of_nothing_kept(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(data, capsys, "--scores")
    assert found["scores"] == [] and found["forecasts"] == 0
    assert found["words"] == ["No forecast is old enough to be judged."]


def test_scores_of_one_that_was_kept(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(data)
    earlier = console.forecasting.make((BEGIN + 3 * 3600) * 1_000_000)
    assert earlier is not None and console.forecasting.keep(earlier)
    console.close()
    found = asked(data, capsys, "--scores", "--hours", "24")
    assert found["forecasts"] == 1
    one = next(r for r in found["scores"] if r["figure"] == "attempts" and r["ahead_h"] == 1)
    assert one["channel"] == "voice" and one["number"] == 1


def test_of_nothing_nothing_is_foretold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(tmp_path / "data", capsys)["hours"] == []
