"""The plan and one act's foresight, for scripts and as the screen asks for them."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.app import Console
from console.commands import (
    AnswerReport,
    CallIn,
    Command,
    RestoreAll,
    SetCallback,
    SetChannel,
    SetPenalty,
)
from console.commands.call_in import Call
from console.domain.foreseen import BETTER, RESOLVED, UNKNOWN, WORSE
from console.domain.times import HOUR
from console.previews.foresight import NOTHING_READ
from console.previews.meaning import NO_STEERING
from console.shell.door import run

BEGIN = 1_704_096_000  # 2024-01-01T08:00:00Z


def no_window(_options: object) -> int:
    raise AssertionError("a subcommand opened the window")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two agents answer every other call of two minutes; nobody else is there."""
    lines = [f"{BEGIN - 60}|NONE|NONE|NONE|QUEUESTART|"]
    lines += [f"{BEGIN - 50}|MANAGER|help|SIP/{n}|ADDMEMBER|" for n in (1, 2)]
    for call in range(600):
        at, agent = BEGIN + 30 * call, 1 + call // 2 % 2
        lines.append(f"{at}|c{call}|help|NONE|ENTERQUEUE||49171{call:07}|1")
        if call % 2:
            lines.append(f"{at + 40}|c{call}|help|NONE|ABANDON|1|1|40")
        else:
            lines.append(f"{at + 2}|c{call}|help|SIP/{agent}|CONNECT|2|x|1")
            lines.append(f"{at + 118}|c{call}|help|SIP/{agent}|COMPLETECALLER|2|116|1")
    lines.sort(key=lambda line: int(line.partition("|")[0]))
    log = tmp_path / "pbx" / "queue_log"
    log.parent.mkdir()
    log.write_text("\n".join(lines) + "\n", "utf-8")
    console = Console(tmp_path / "data")
    console.sync([log.parent])
    console.close()
    return tmp_path / "data"


def asked(data: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert run([*words, "--json", "--data", str(data)], no_window) == 0
    return json.loads(capsys.readouterr().out)


def test_the_plan_begins_with_doing_nothing(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(data, capsys, "plan")
    # The newest data are long ago: it looks ahead from their end.
    assert found["at"].startswith("2024-01-01T13:0")
    nothing, *others = found["rows"]
    assert nothing["what"] == "doing nothing" and nothing["verdict"] is None
    assert nothing["open_band"][0] <= nothing["open"] <= nothing["open_band"][1]
    haste = next(row for row in others if row["what"].startswith("handling time"))
    assert haste["control"] is False and haste["beware"]
    assert {figure["name"] for figure in haste["figures"]} >= {"resolved", "given_up", "debt_h"}
    assert [row["channel"] for row in found["per_hour"]] == ["voice"]
    assert found["assumed"] and found["order"]


def test_the_plan_in_plain_words(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--data", str(data)], no_window) == 0
    said = capsys.readouterr().out
    assert "doing nothing" in said and "per_hour" in said and "Order: fewest" in said


def test_one_act_for_a_script(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fields = '{"channel": "voice", "state": "closed"}'
    found = asked(data, capsys, "foresee", "set_channel", fields)
    assert found["verdict"] == WORSE and "fewer resolved" in found["words"]
    figures = {row["name"]: row for row in found["figures"]}
    assert figures["resolved"]["high"] < 0 and figures["given_up"]["low"] > 0
    # Nothing was done by asking.
    console = Console(data)
    assert console.log() == []
    console.close()


@pytest.mark.parametrize(("name", "fields"), [("set_weather", "{}"), ("set_channel", '{"sun": 1}')])
def test_what_is_no_command_is_said(
    data: Path, capsys: pytest.CaptureFixture[str], name: str, fields: str
) -> None:
    assert run(["foresee", name, fields, "--data", str(data)], no_window) == 2
    assert capsys.readouterr().err


def test_of_nothing_nothing_is_planned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(tmp_path / "data", capsys, "plan")
    assert found["rows"] == []
    console = Console(tmp_path / "data")
    try:
        told = console.foresee(SetCallback(offer=False, all=True))
        assert told is not None and told.unknown == (NOTHING_READ,)
        assert console.best_plan(console.board()) is None
    finally:
        console.close()


def test_what_the_console_foresees(data: Path) -> None:
    console = Console(data)
    try:
        board = console.board(console.foresight.starts_at())
        at = board.at
        help_line = board.queues[0].queue_id
        calls = tuple(Call("", name, at, at + 8 * HOUR) for name in ("Ann", "Ben", "Cem"))
        known: tuple[tuple[Command, str], ...] = (
            (CallIn(calls, "lead", help_line), BETTER),
            (SetChannel("voice", "closed"), WORSE),
            (SetPenalty((1,), help_line, 1), UNKNOWN),
            (RestoreAll(()), UNKNOWN),
        )
        for command, verdict in known:
            found = console.foresee(command)
            assert found is not None and found.verdict == verdict, command
            assert bool(found.changes) is (verdict != UNKNOWN)
            assert bool(found.unknown) is (verdict == UNKNOWN)
        # What is not waited for any more is not computed; a record changes nothing.
        assert console.foresee(known[0][0], lambda: True) is None
        told = console.foresee(AnswerReport("1", "yes"))
        assert told is not None and told.unknown == (NO_STEERING,)
        with console.store.read() as session:
            first = console.foresight.present(session)
            assert console.foresight.present(session) is first
    finally:
        console.close()


def test_several_ideas_are_an_operation_that_can_be_armed(data: Path) -> None:
    console = Console(data)
    try:
        board = console.board(console.foresight.starts_at())
        commands = [SetChannel("voice", "draining", "later"), SetChannel("fax", "closed")]
        review = console.operations.gathered("Two things", commands, board)
        doable, refused = review.items
        assert doable.included and not refused.included and "no such channel" in refused.left_out
        seen = console.foresight.foresee_review(review)
        assert seen is not None
        part = seen.parts[0]
        assert part.key == doable.key and part.verdict == WORSE == seen.whole.verdict
        assert part.resolved is not None and part.resolved.value < 0
        assert seen.whole.of(RESOLVED) is not None
        console.operations.fire(review, "trial")
        state = console.operations.state()
        assert state is not None and state.name == "Two things" and len(state.in_effect) == 1
        # To take it back is foreseen as well.
        back = console.foresight.foresee_revert(state.id)
        assert back is not None and back.verdict == BETTER
        assert back.notes[-1].startswith("meetings that take place again")
        # While it runs, more is added to it.
        more = console.operations.gathered("More", [SetChannel("voice", "closed")], board)
        assert more.operation_id == state.id
    finally:
        console.close()
