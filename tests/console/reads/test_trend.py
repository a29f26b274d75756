"""Many instants in one look against the board of each."""

from pathlib import Path

import pytest

from console.app import Console
from console.domain.times import SECOND
from console.settings import Settings

SAMPLE = Path(__file__).parents[3] / "resources" / "samples" / "queue_log"
DAY = 86_400


@pytest.mark.parametrize("lost_end_s", [DAY, 240])
def test_waiting_is_what_the_board_of_each_instant_says(tmp_path: Path, lost_end_s: int) -> None:
    console = Console(tmp_path, settings=Settings(lost_end_s=lost_end_s))
    console.sync([SAMPLE])
    lines = SAMPLE.read_text("utf-8").splitlines()
    first, last = int(lines[0].split("|")[0]), int(lines[-1].split("|")[0])
    instants = [at * SECOND for at in range(first - 60, last + 120, 97)]
    found = console.waiting_over(instants)
    assert [at for at, _ in found] == instants
    assert any(counts for _, counts in found)
    for at, counts in found:
        board = console.board(at)
        assert counts == {row.queue_id: row.waiting for row in board.queues if row.waiting}
    assert console.waiting_over([]) == []
    console.close()
