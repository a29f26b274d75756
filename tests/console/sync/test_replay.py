"""A past log written again as if it happened now."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.app import Console
from console.domain.times import HOUR, SECOND, from_iso, iso
from console.errors import ExportError
from console.reads.roster import people, shifts
from console.sync import replay
from console.sync.replay import Replay, write_roster

NOW = 1_800_000_000
OLD = 1_700_000_000
SAMPLE = Path(__file__).parents[3] / "resources" / "samples" / "queue_log"


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


def test_the_roster_beside_a_log_comes_with_it_its_shifts_moved(tmp_path: Path) -> None:
    roster, out = tmp_path / "roster", tmp_path / "out"
    roster.mkdir()
    out.mkdir()
    (roster / "people.csv").write_text("\ufeffperson,name\n1,Ann\n", "utf-8")
    (roster / "shifts.csv").write_text(
        "person,start,end,zone,kind,movable,note\n"
        "1,2026-01-05 08:00,16:00,Europe/Berlin,shift,,\n"
        "1,2026-01-05 10:00,10:30,Europe/Berlin,meeting,yes,=weekly\n"
    )
    write_roster(roster, out, 3 * HOUR // SECOND)
    assert sorted(path.name for path in out.iterdir()) == ["people.csv", "shifts.csv"]
    console = Console(tmp_path / "data")
    assert not [result for result in console.sync([out]) if result.problem or result.quarantined]
    with console.store.read() as session:
        assert [person.name for person in people(session)] == ["Ann"]
        found = shifts(session, from_iso("2026-01-05T00:00Z"), from_iso("2026-01-06T00:00Z"))
    console.close()
    assert [(s.kind, iso(s.start_at), s.movable, s.note) for s in found] == [
        ("shift", "2026-01-05T10:00:00Z", None, ""),
        ("meeting", "2026-01-05T12:00:00Z", True, "=weekly"),
    ]


def test_a_replay_brings_its_people(tmp_path: Path) -> None:
    console = Console(tmp_path / "data")
    try:
        folder = console.replay(SAMPLE)
        results = console.sync([folder])
        assert not [result for result in results if result.problem or result.quarantined]
        board = console.board()
        assert len(board.agents) == 12 and all(row.person for row in board.agents)
        (owen,) = [row for row in board.agents if row.person == "2012"]
        assert owen.agent == "Owen Morgan", "the log knows only an interface"
        assert {row.queue: row.figures.service_level_s for row in board.queues} == {
            "billing": 60, "sales": 15, "support": 20
        }  # fmt: skip
    finally:
        console.close()
