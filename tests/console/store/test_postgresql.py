"""The same code on PostgreSQL. Runs where COALFACE_POSTGRESQL names an empty database."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from console.app import Console
from console.commands import SendAgents, SetConnection
from console.domain.board import Board
from console.domain.times import SECOND
from console.store.dialect import WRITES

URL = os.environ.get("COALFACE_POSTGRESQL", "")
ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "resources" / "samples" / "queue_log"
AT = 1767602700 * SECOND

pytestmark = pytest.mark.skipif(
    not URL, reason="COALFACE_POSTGRESQL does not name a database (postgresql+psycopg://…)"
)


def comparable(board: Board) -> object:
    """Without ids and revisions, which depend on who was numbered when."""
    queues = [
        replace(row, queue_id=0, revision=0, figures=replace(row.figures)) for row in board.queues
    ]
    agents = [replace(row, agent_id=0, queue_ids=(), revision=0) for row in board.agents]
    return queues, sorted(agents, key=lambda row: row.agent), board.totals, board.states


def test_the_board_is_the_same_and_controls_work(tmp_path: Path) -> None:
    shared, own = Console(tmp_path / "shared", URL), Console(tmp_path / "own")
    for console in (shared, own):
        # One key, or the two would hide customers differently.
        console.sync([SAMPLE])
        again = console.sync([SAMPLE])
        assert [(r.accepted, r.known) for r in again] == [(0, 2207)]
    assert comparable(shared.board(AT)) == comparable(own.board(AT))
    queue = next(row for row in shared.board(AT).queues if row.queue == "billing")
    agents = shared.candidates(shared.board(AT), queue.queue_id, 2)
    receipt = shared.do(SendAgents(queue.queue_id, tuple(a.agent_id for a in agents)))
    assert receipt.messages
    shared.pump()  # what has not left by itself yet
    assert shared.undo().title.startswith("undo")
    shared.report("billing login fails")
    shared.close()
    own.close()
    answers = subprocess.run(
        [sys.executable, "main.py", "journal", "--verify", "--json", "--data",
         str(tmp_path / "shared"), "--database", URL],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(answers.stdout)["intact"]


def test_who_writes_waits_for_whoever_else_writes(tmp_path: Path) -> None:
    console = Console(tmp_path / "one", URL)
    question = text("select count(*) from pg_locks where locktype = 'advisory' and objid = :lock")
    with console.store.write() as session:
        assert session.scalar(question, {"lock": WRITES}) == 1
    with console.store.read() as session:
        assert session.scalar(question, {"lock": WRITES}) == 0
    console.close()


def test_a_source_is_connected(tmp_path: Path) -> None:
    console = Console(tmp_path / "one", URL)
    console.do(SetConnection("chat", "webhook", '{"url": "http://127.0.0.1:9/orders"}'))
    console.pump()
    assert [line.source for line in console.lines()] == ["chat"]
    console.close()
