"""A past log written again as if it happened now."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.domain.times import SECOND
from console.errors import ExportError
from console.sync import replay
from console.sync.replay import Replay

NOW = 1_800_000_000
OLD = 1_700_000_000


class Clock:
    def __init__(self) -> None:
        self.at = NOW * SECOND

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(replay, "now_us", clock)
    return clock


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "sample"
    path.write_text(
        "".join(f"{OLD + n}|{n}.1|q|NONE|ENTERQUEUE||Jö\x85|1\n" for n in range(0, 600, 10))
    )
    return path


@pytest.fixture
def replays() -> Iterator[list[Replay]]:
    made: list[Replay] = []
    yield made
    for one in made:
        one.stop()
    assert not [t for t in threading.enumerate() if t.name == "coalface-replay"]


def written(one: Replay) -> list[int]:
    return [
        int(line.split("|")[0]) for line in one.path.read_text().splitlines() if line[:1] == "1"
    ]


def until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not met():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_lead_is_there_at_once(
    tmp_path: Path, clock: Clock, log: Path, replays: list[Replay]
) -> None:
    one = Replay(log, tmp_path / "out", lead_s=300)
    replays.append(one)
    assert written(one) == list(range(NOW - 300, NOW + 1, 10))
    first = one.path.read_text().split("\n")[0]
    assert first == f"{NOW - 300}|0.1|q|NONE|ENTERQUEUE||Jö\x85|1"


@pytest.mark.parametrize("speed", [1, 60])
def test_each_line_is_written_when_it_is_due(
    tmp_path: Path, clock: Clock, log: Path, replays: list[Replay], speed: int
) -> None:
    one = Replay(log, tmp_path / "out", speed, lead_s=300)
    replays.append(one)
    one.start()
    for passed in (45, 295):
        clock.at = NOW * SECOND + passed * SECOND // speed
        due = list(range(NOW - 300, NOW + passed + 1, 10))
        until(lambda: len(written(one)) >= len(due))  # noqa: B023
        assert written(one) == due
        assert abs(one.now() - (NOW + passed) * SECOND) <= speed
    until(lambda: not any(t.name == "coalface-replay" for t in threading.enumerate()))


def test_stopping_waits_for_nothing(
    tmp_path: Path, clock: Clock, log: Path, replays: list[Replay]
) -> None:
    one = Replay(log, tmp_path / "out", lead_s=0)
    replays.append(one)
    one.start()
    begun = time.monotonic()
    one.stop()
    assert time.monotonic() - begun < 1


def test_a_file_without_rows_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    path.write_text("nothing\n")
    with pytest.raises(ExportError, match="holds no queue_log lines"):
        Replay(path, tmp_path / "out")
    with pytest.raises(ExportError, match="cannot be read"):
        Replay(tmp_path / "missing", tmp_path / "out")
