"""Reading exports in a process of its own: the same rows, its troubles, and its sudden end."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.app import Console
from console.domain.acts import Progress
from console.errors import ExportError
from console.reads.board import board
from console.settings import Settings

SAMPLE = Path(__file__).parents[2] / "resources" / "samples" / "queue_log"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    made = Console(tmp_path / "data", settings=Settings(), apart=True)
    yield made
    made.close()


def test_reads_the_same_rows_as_in_one_process(console: Console, tmp_path: Path) -> None:
    near = Console(tmp_path / "near", settings=Settings())
    (far_result,), (near_result,) = console.sync([SAMPLE]), near.sync([SAMPLE])
    assert far_result.accepted == near_result.accepted > 2000
    boards = []
    for each in (console, near):
        with each.store.read() as session:
            found = board(session, 1_790_000_000_000_000, each.settings)
        boards.append([(row.queue, row.figures.received, row.staffed) for row in found.queues])
    near.close()
    assert boards[0] == boards[1]
    (again,) = console.sync([SAMPLE])
    assert again.accepted == 0


def test_tells_how_far_it_is(console: Console, tmp_path: Path) -> None:
    heard: list[Progress] = []
    console.sync([SAMPLE], progress=heard.append)
    assert heard and heard[-1].path == str(SAMPLE)


def test_what_cannot_be_read_is_said_and_stops_nothing(console: Console, tmp_path: Path) -> None:
    results = console.sync([tmp_path / "nothing", SAMPLE])
    assert [bool(result.problem) for result in sorted(results, key=lambda r: r.path)] != []
    assert sum(result.accepted for result in results) > 2000
    assert any("nothing" in result.path and result.problem for result in results)


def test_stops_where_somebody_gave_up(console: Console, tmp_path: Path) -> None:
    (result,) = console.sync([SAMPLE], cancelled=lambda: True)
    assert result.cancelled
    # The wish to stop is over with what it was for.
    (result,) = console.sync([SAMPLE])
    assert result.accepted > 2000 and not result.cancelled


def test_a_killed_process_is_said_and_begun_again(console: Console) -> None:
    console.sync([Path(__file__)])
    process = console._apart._process  # type: ignore[union-attr]
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with pytest.raises(ExportError, match="broken off"):
        console.sync([SAMPLE])
    (result,) = console.sync([SAMPLE])
    assert result.accepted > 2000


def test_a_watched_folder_is_read_again_after_a_kill(console: Console, tmp_path: Path) -> None:
    folder = tmp_path / "pbx"
    folder.mkdir()
    (folder / "queue_log").write_bytes(SAMPLE.read_bytes()[:20_000])
    changed, failed = threading.Event(), threading.Event()
    console.watch([folder], changed.set, lambda _: failed.set())
    assert changed.wait(30)
    os.kill(console._apart._process.pid, signal.SIGKILL)  # type: ignore[union-attr]
    changed.clear()
    with (folder / "queue_log").open("ab") as log:
        log.write(SAMPLE.read_bytes()[20_000:])
    assert failed.wait(30)
    assert changed.wait(30)
    (source,) = console.board().sources
    assert source.lines == SAMPLE.read_bytes().count(b"\n")


def test_ends_with_the_console(tmp_path: Path) -> None:
    made = Console(tmp_path / "data", settings=Settings(), apart=True)
    made.sync([SAMPLE])
    pid = made._apart._process.pid  # type: ignore[union-attr]
    made.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
