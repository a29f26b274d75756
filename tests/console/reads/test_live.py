"""The live board, kept from look to look, against the board asked for from nothing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from console.app import Console
from console.domain.board import AgentRow, Board, QueueRow
from console.domain.times import MINUTE, SECOND
from console.reads.board import FIGURES_EVERY
from console.reads.live import FEW_QUEUES, SLICES, LiveBoard
from console.store.tables import Source

SAMPLE = Path(__file__).parents[3] / "resources" / "samples" / "queue_log"
EXPORTS = Path(__file__).parents[2] / "data" / "exports"


def comparable(board: Board) -> tuple[list[QueueRow], list[AgentRow], tuple[object, ...]]:
    """Figures are taken every other second only, so they are compared apart."""
    nothing = board.queues[0].figures if board.queues else None
    queues = [replace(row, figures=nothing) for row in board.queues if nothing is not None]
    return queues, list(board.agents), (board.waiting, board.oldest_at, board.channels)


@pytest.mark.parametrize("step", [7, 61])
def test_live_equals_asked_anew(tmp_path: Path, step: int) -> None:
    console = Console(tmp_path / "data")
    log = tmp_path / "pbx" / "queue_log"
    log.parent.mkdir()
    lines = SAMPLE.read_text("utf-8").splitlines(keepends=True)
    live = LiveBoard(console.settings)
    looks = 0
    written = len(lines) // 3
    log.write_text("".join(lines[:written]), "utf-8")
    while written < len(lines) and looks < 40:
        console.sync([log])
        now = int(lines[written - 1].split("|")[0]) * SECOND
        with console.store.read() as session:
            kept = live.refresh(session, now)
        assert comparable(kept) == comparable(console.board(now))
        with log.open("a", encoding="utf-8") as out:
            out.write("".join(lines[written : written + step]))
        written += step
        looks += 1
    console.close()


def test_figures_of_many_queues_are_renewed_in_turn(tmp_path: Path) -> None:
    console = Console(tmp_path / "data")
    log, number, start = tmp_path / "queue_log", FEW_QUEUES + 10, 1767600000
    log.write_text(
        "".join(f"{start + n}|{start}.{n}|q{n}|NONE|ENTERQUEUE||555|1\n" for n in range(number))
    )
    console.sync([log])
    live, now = LiveBoard(console.settings), (start + 100) * SECOND
    with console.store.read() as session:
        live.refresh(session, now)
    with log.open("a") as out:
        for n in range(number):
            out.write(f"{start + 100 + n}|{start}.{n}|q{n}|NONE|ABANDON|1|1|{100 + n}\n")
    console.sync([log])
    now += number * SECOND
    seen: list[int] = []
    rows: tuple[QueueRow, ...] = ()
    for _ in range(SLICES):
        now += FIGURES_EVERY // SLICES
        with console.store.read() as session:
            rows = live.refresh(session, now).queues
        seen.append(sum(row.figures.abandoned for row in rows))
    # The first look comes long after the one before: all at once.
    assert seen[0] == number
    anew = {row.queue: row.figures for row in console.board(now).queues}
    for row in rows:
        assert now - row.figures.to_at < FIGURES_EVERY
        assert replace(row.figures, from_at=0, to_at=0) == replace(
            anew[row.queue], from_at=0, to_at=0
        )
    # A queue's figures leave the window in the turn of that queue.
    now += console.settings.window_s * SECOND
    live._figures_at = now - FIGURES_EVERY // SLICES
    with console.store.read() as session:
        rows = live.refresh(session, now).queues
    assert 0 < sum(row.figures.received == 0 for row in rows) < number
    console.close()


def test_wrap_up_ends_by_the_clock_alone(tmp_path: Path) -> None:
    console = Console(tmp_path / "data")
    log = tmp_path / "queue_log"
    log.write_text(
        "1767600000|1767600000.1|q|NONE|ENTERQUEUE||555|1\n"
        "1767600010|1767600000.1|q|Ann|CONNECT|10|1767600001.2|3\n"
        "1767600070|1767600000.1|q|Ann|COMPLETEAGENT|10|60|1\n"
        "1767600070|1767600000.1|q|Ann|WRAPUPSTART|30\n"
    )
    console.sync([log])
    live = LiveBoard(console.settings)

    def state(at: int) -> str:
        with console.store.read() as session:
            return live.refresh(session, at * SECOND).agents[0].state

    assert state(1767600080) == "wrap-up"
    assert state(1767600101) == "available"
    # Nobody has heard of her for a day.
    assert state(1767600101 + 26 * 60 * MINUTE // SECOND) == "unknown"
    console.close()


@pytest.mark.parametrize(
    ("files", "known"),
    [
        (["amazon_connect_contact_records"], False),
        (["amazon_connect_contact_records", "amazon_connect_agent_events"], True),
    ],
)
def test_records_of_contacts_do_not_tell_who_is_there(
    tmp_path: Path, files: list[str], known: bool
) -> None:
    console = Console(tmp_path / "data")
    console.sync([EXPORTS / name for name in files], source="connect")
    with console.store.read() as session:
        (last,) = session.scalars(select(Source.last_at))
    assert last is not None
    for at in (last - MINUTE, last + MINUTE):
        queues = console.board(at).queues
        assert queues and {row.agents_known for row in queues} == {known}
    # Of the time that they cover, records tell who waited; behind that, nobody knows.
    assert {row.waits_known for row in console.board(last - MINUTE).queues} == {True}
    assert False in {row.waits_known for row in console.board(last + MINUTE).queues}
    console.close()


def test_the_speed_of_answer_is_that_of_known_waits(tmp_path: Path) -> None:
    console = Console(tmp_path / "data")
    arn = "arn:aws:connect:eu-central-1:1:instance/i"
    held = [
        {"ContactId": id, "Channel": "VOICE", "InitiationMethod": "INBOUND", "State": "CONNECTED",
         "StateStartTimestamp": f"2024-03-11T09:0{id}:30Z", "QueueTimestamp": queued,
         "ConnectedToAgentTimestamp": f"2024-03-11T09:0{id}:30Z",
         "Queue": {"ARN": f"{arn}/queue/q", "Name": "q"}}
        for id, queued in (("1", "2024-03-11T09:01:00Z"), ("2", None))
    ]  # fmt: skip
    event = {
        "AgentARN": f"{arn}/agent/a", "EventType": "STATE_CHANGE", "InstanceARN": arn,
        "EventTimestamp": "2024-03-11T09:05:00Z", "CurrentAgentSnapshot": {"Contacts": held},
    }  # fmt: skip
    path = tmp_path / "events.json"
    path.write_text(json.dumps(event))
    console.sync([path])
    (row,) = console.board(1_710_148_000 * SECOND).queues
    assert (row.figures.answered, row.figures.answered_in_sl, row.figures.asa_s) == (2, 0, 30)
    console.close()
