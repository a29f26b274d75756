"""The board against a plain count of the log's own rows, at many instants."""

import random
from collections import defaultdict
from pathlib import Path

import pytest

from console.app import Console
from console.domain.times import SECOND

SAMPLE = Path(__file__).parents[3] / "resources" / "samples" / "queue_log"
OUT = {"CONNECT", "ABANDON", "EXITWITHTIMEOUT", "EXITWITHKEY", "EXITEMPTY", "WITHDRAW"}
ENDS = {"COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER"}


def counted(lines: list[str], until: int) -> tuple[dict[str, set[str]], dict[str, str]]:
    """Who waits where, and who talks on which call, after all rows up to `until` (seconds)."""
    waiting: dict[str, set[str]] = defaultdict(set)
    talking: dict[str, str] = {}
    for line in lines:
        stamp, ref, queue, agent, event, *_rest = line.split("|")
        if int(stamp) > until:
            break
        if event == "ENTERQUEUE":
            waiting[queue].add(ref)
        elif event in OUT:
            waiting[queue].discard(ref)
            if event == "CONNECT":
                talking[agent] = ref
        elif event in ENDS:
            talking.pop(agent, None)
    return {queue: refs for queue, refs in waiting.items() if refs}, talking


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory):
    console = Console(tmp_path_factory.mktemp("board"))
    console.sync([SAMPLE])
    yield console, SAMPLE.read_text("utf-8").splitlines()
    console.close()


def test_waiting_and_talking_agree_with_the_rows(sample: tuple[Console, list[str]]) -> None:
    console, lines = sample
    first, last = int(lines[0].split("|")[0]), int(lines[-1].split("|")[0])
    pick = random.Random(7)
    for at in [first, last, *(pick.randint(first, last) for _ in range(60))]:
        board = console.board(at * SECOND)
        waiting, talking = counted(lines, at)
        shown = {row.queue: {c.contact for c in row.callers} for row in board.queues if row.waiting}
        assert shown == waiting
        assert {a.agent: a.contact for a in board.agents if a.state == "on contact"} == talking
        assert board.waiting == sum(len(refs) for refs in waiting.values())


def test_callers_stand_in_the_order_of_their_entry(sample: tuple[Console, list[str]]) -> None:
    console, lines = sample
    board = console.board(int(lines[-1].split("|")[0]) * SECOND)
    for row in board.queues:
        entries = [caller.entered_at for caller in row.callers]
        assert entries == sorted(entries)
        assert row.oldest_at == (entries[0] if entries else None)
        assert row.waiting == len(entries)


def test_an_agent_is_one_person_under_interface_and_name(
    sample: tuple[Console, list[str]],
) -> None:
    console, lines = sample
    board = console.board(int(lines[-1].split("|")[0]) * SECOND)
    assert len(board.agents) == 12
    for row in board.queues:
        members = {agent.agent for agent in board.agents if row.queue in agent.queues}
        assert sum(dict(row.agents).values()) == len(members)


def test_a_board_before_the_first_row_is_empty(sample: tuple[Console, list[str]]) -> None:
    console, lines = sample
    board = console.board((int(lines[0].split("|")[0]) - 60) * SECOND)
    assert board.waiting == 0
    assert {agent.state for agent in board.agents} == {"unknown"}
    assert board.totals is not None
    assert board.totals.service_level is None
