"""Alarms for scripts, and through a whole console."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.app import Console
from console.domain.alarms import OWNED
from console.domain.times import HOUR, MINUTE, SECOND, now_us
from console.shell.alarm_answers import alarms
from console.shell.arguments import parser
from console.store.tables import Alarm, Obligation, Report


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    made = Console(tmp_path / "data")
    yield made
    made.close()


def ask(console: Console, *words: str) -> tuple[dict[str, object], bool]:
    options: argparse.Namespace = parser().parse_args(["alarms", *words])
    answer = alarms(console, options)
    return {**answer.fields, "alarms": list(answer.rows)}, answer.troubled


def owe(console: Console) -> None:
    with console.store.write() as session:
        session.add(
            Obligation(
                id="o1", what="monthly report", kind="other", state="owed", made_at=1,
                made_by="ann", due_at=now_us() - HOUR,
            )
        )  # fmt: skip


def test_nothing_stands(console: Console) -> None:
    told, troubled = ask(console)
    assert not troubled and told["alarms"] == [] and told["standing"] == 0


def test_one_look_finds_what_need_not_last(console: Console) -> None:
    owe(console)
    now = now_us()
    with console.store.write() as session:
        for number in range(3):
            session.add(
                Report(
                    id=f"r{number}", at=now - number * MINUTE, who="ann", category="billing",
                    what=f"card refused {number}",
                )
            )  # fmt: skip
    told, troubled = ask(console)
    assert troubled and (told["standing"], told["calling"]) == (2, 2)
    rows = told["alarms"]
    assert isinstance(rows, list)
    assert [row["kind"] for row in rows] == ["reports", "owed"]
    assert rows[0]["number"] == "3 in 20 minutes, the newest: card refused 0"
    assert rows[1]["state"] == "raised" and rows[1]["owner"] is None
    assert str(rows[1]["raised_at"]).endswith("Z") and rows[1]["cleared_at"] is None
    json.dumps(told)


def test_taken_over_from_a_command_line_it_stands_all_the_same(console: Console) -> None:
    owe(console)
    ask(console)
    told, troubled = ask(console, "--take", "1", "--owner", "Ann", "--why", "she knows it")
    rows = told["alarms"]
    assert isinstance(rows, list)
    assert troubled and (rows[0]["state"], rows[0]["owner"]) == (OWNED, "Ann")
    assert told["calling"] == 0 and told["done"] == "Ann sees to: what was put off is overdue"
    (line,) = [row for row in console.log() if row.kind == "alarm"]
    assert (line.state, line.who, line.text) == (OWNED, "Ann", "what was put off is overdue")
    assert [row.kind for row in console.log()] == ["alarm"], "the act is in the alarm's own line"


def test_what_has_ended_is_history(console: Console) -> None:
    owe(console)
    ask(console)
    with console.store.write() as session:
        session.get_one(Obligation, "o1").state = "done"
        session.get_one(Alarm, 1).seen_at -= 3 * MINUTE
    told, troubled = ask(console)
    assert not troubled and told["alarms"] == []
    told, troubled = ask(console, "--all")
    rows = told["alarms"]
    assert isinstance(rows, list)
    assert not troubled and rows[0]["state"] == "cleared"
    assert rows[0]["ending"] == "the condition has ended"
    assert "over after" in next(row for row in console.log() if row.kind == "alarm").detail


def test_the_board_of_a_window_carries_them_and_the_pump_looks(console: Console) -> None:
    owe(console)
    live = console.live()
    assert live.refresh().alarms == ()
    console.pump()
    assert live.refresh().alarms == (), "nothing competes with the first board"
    console._alarms_from = 0.0
    console.alarms.alarms._settles = 0
    assert console.pump()
    board = live.refresh()
    assert [row.title for row in board.alarms] == ["what was put off is overdue"]
    assert len(board.calling()) == 1
    assert board.alarms[0].raised_at <= now_us() + SECOND
