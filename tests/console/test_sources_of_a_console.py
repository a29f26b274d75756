"""Acts on sources are carried out by the console itself, also those that undo takes back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.app import Console
from console.commands import ForgetSource, PauseSource, SetSourceZone
from console.domain.acts import FileResult, Progress
from console.errors import CannotUndo, ConsoleError
from console.store import chores
from tests.console.sync.test_mappings import CALLS, TABLE
from tests.console.sync.test_sources import LINES, REALTIME


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    made = Console(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def lines_of(console: Console) -> int:
    return sum(row.lines for row in console.board().sources)


def test_undo_of_a_pause_reads_on(console: Console, inbox: Path) -> None:
    (inbox / "queue_log").write_text("\n".join(LINES[:2]) + "\n")
    console.sync([inbox])
    console.do(PauseSource(1))
    (inbox / "queue_log").write_text("\n".join(LINES) + "\n")
    assert [result.paused for result in console.sync([inbox])] == [True]
    console.undo()
    assert [result.accepted for result in console.upkeep.settle()] == [3]


def test_undo_of_a_zone_reads_by_the_old_one(console: Console, inbox: Path) -> None:
    (inbox / "queue_log.csv").write_text(REALTIME)
    console.sync([inbox], zone="UTC")
    before = console.board().sources[0].last_at
    assert before is not None
    console.do(SetSourceZone(1, "Europe/Berlin"))
    console.upkeep.settle()
    assert console.board().sources[0].last_at == before - 3_600_000_000
    console.undo()
    console.upkeep.settle()
    assert console.board().sources[0].last_at == before
    console.redo()
    console.upkeep.settle()
    assert console.board().sources[0].last_at == before - 3_600_000_000


def test_what_is_forgotten_is_not_undone_but_read_again(console: Console, inbox: Path) -> None:
    (inbox / "queue_log").write_text("\n".join(LINES) + "\n")
    console.sync([inbox])
    receipt = console.do(ForgetSource(1))
    console.upkeep.settle()
    assert not receipt.can_undo and console.can_undo() == ""
    with pytest.raises(CannotUndo):
        console.undo(receipt.journal_id)
    assert (lines_of(console), len(console.board().queues)) == (0, 0)
    console.do(PauseSource(1, paused=False))
    console.upkeep.settle()
    assert lines_of(console) == len(LINES)


def test_what_was_broken_off_is_carried_on_at_the_next_start(
    console: Console, inbox: Path, tmp_path: Path
) -> None:
    (inbox / "queue_log").write_text("\n".join(LINES) + "\n")
    console.sync([inbox])
    with console.store.write() as session:
        chores.note(session, chores.EMPTY, 1, 1)
    told: list[Progress | None] = []
    problems: list[ConsoleError] = []
    again = Console(tmp_path / "data")
    try:
        again.hear(lambda: None, problems.append, told.append)
        again.upkeep.settle()
        assert lines_of(again) == len(LINES)  # taken away, and read again: it is not paused
        assert [step.verb for step in told if step is not None][0] == "emptying"
        assert told[-1] is None and not problems
    finally:
        again.close()


def test_a_board_says_what_is_followed_and_what_was_read_once(
    console: Console, inbox: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (inbox / "queue_log").write_text("\n".join(LINES) + "\n")
    (other / "queue_log").write_text(
        "\n".join(LINES).replace("|1.", "|9.").replace("Ada", "Zoe") + "\n"
    )
    console.sync([other, inbox])
    console.watch([inbox], lambda: None, lambda _: None)
    rows = {row.source: row.followed for row in console.live().refresh().sources}
    assert rows == {"inbox": True, "other": False}


def test_a_followed_file_that_needs_a_word_asks_and_is_read_when_it_has_it(
    console: Console, inbox: Path
) -> None:
    import threading

    asked: list[FileResult] = []
    problems: list[ConsoleError] = []
    come = threading.Event()

    def question(result: FileResult) -> None:
        asked.append(result)
        if len(asked) == 2:
            come.set()

    (inbox / "calls.csv").write_bytes(TABLE)
    (inbox / "queue_log.csv").write_text(REALTIME)
    (inbox / "notes.txt").write_text("nothing")
    console.watch([inbox], lambda: None, problems.append, on_question=question)
    assert come.wait(20)
    assert sorted(Path(r.path).name for r in asked) == ["calls.csv", "queue_log.csv"]
    assert not problems
    assert [Path(r.path).name for r in console.upkeep.left()] == ["calls.csv", "queue_log.csv"]
    console.mappings.save(CALLS)
    console.sync([inbox], zone="Europe/Berlin", quiet_unknown=True)
    assert console.upkeep.left() == []
