"""Changes of a folder are noticed within a second, with notifications and without."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchdog.observers import Observer

from console.app import Console
from console.errors import ConsoleError
from console.store import dialect
from console.sync.watch import Watcher


class Heard:
    """What a watcher told, to be waited for."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.answer: bool | None = None
        self.times = 0
        self._news = threading.Condition()

    def __call__(self, paths: list[Path]) -> bool | None:
        with self._news:
            self.paths += paths
            self.times += 1
            self._news.notify_all()
        return self.answer

    def wait(self, until: Callable[[], bool], seconds: float) -> float:
        begun = time.monotonic()
        with self._news:
            assert self._news.wait_for(until, seconds), self.paths
        return time.monotonic() - begun

    def forget(self) -> None:
        with self._news:
            self.paths.clear()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Callable[..., Heard]]:
    watchers: list[Watcher] = []

    def begin(*folders: Path, poll_s: float = 30) -> Heard:
        heard = Heard()
        watchers.append(Watcher(folders or [tmp_path], heard, poll_s))
        watchers[-1].start()
        return heard

    before = set(threading.enumerate())
    yield begin
    for watcher in watchers:
        watcher.stop()
    left = {thread for thread in threading.enumerate() if thread not in before}
    assert not left


def append_elsewhere(path: Path) -> None:
    """Another process writes a line."""
    code = f"open({str(path)!r}, 'a').write('1700000000|NONE|NONE|NONE|CONFIGRELOAD|\\n')"
    subprocess.run([sys.executable, "-S", "-c", code], check=True)


def test_a_line_of_another_process_is_noticed_by_notification(
    tmp_path: Path, watching: Callable[..., Heard]
) -> None:
    log = tmp_path / "queue_log"
    log.touch()
    heard = watching()
    heard.wait(lambda: log in heard.paths, 5)
    heard.forget()
    append_elsewhere(log)
    assert heard.wait(lambda: log in heard.paths, 5) < 1


def test_and_by_looking_where_there_are_no_notifications(
    tmp_path: Path, watching: Callable[..., Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(Observer, "schedule", refuse)
    log = tmp_path / "queue_log"
    log.touch()
    heard = watching(poll_s=0.2)
    heard.wait(lambda: log in heard.paths, 5)
    heard.forget()
    append_elsewhere(log)
    assert heard.wait(lambda: log in heard.paths, 5) < 1


def test_a_folder_that_appears_later_and_is_replaced(
    tmp_path: Path, watching: Callable[..., Heard]
) -> None:
    folder = tmp_path / "later"
    heard = watching(folder, poll_s=0.1)
    log = folder / "queue_log"
    for _ in range(2):
        folder.mkdir()
        append_elsewhere(log)
        heard.wait(lambda: log in heard.paths, 5)
        heard.forget()
        folder.rename(tmp_path / f"gone{time.monotonic_ns()}")


def test_a_folder_inside_that_appears_later(tmp_path: Path, watching: Callable[..., Heard]) -> None:
    heard = watching()
    log = tmp_path / "day" / "queue_log"
    log.parent.mkdir()
    append_elsewhere(log)
    assert heard.wait(lambda: log in heard.paths, 5) < 1


def test_rotation_is_noticed(tmp_path: Path, watching: Callable[..., Heard]) -> None:
    log = tmp_path / "queue_log"
    append_elsewhere(log)
    heard = watching()
    heard.wait(lambda: log in heard.paths, 5)
    heard.forget()
    log.rename(tmp_path / "queue_log.0")
    append_elsewhere(log)
    assert heard.wait(lambda: {log, tmp_path / "queue_log.0"} <= set(heard.paths), 5) < 1


def test_hidden_files_are_passed_over(tmp_path: Path, watching: Callable[..., Heard]) -> None:
    (tmp_path / ".part").touch()
    heard = watching(poll_s=0.05)
    append_elsewhere(tmp_path / "queue_log")
    heard.wait(lambda: bool(heard.paths), 5)
    assert set(heard.paths) == {tmp_path / "queue_log"}


def test_what_could_not_be_read_is_told_again(
    tmp_path: Path, watching: Callable[..., Heard]
) -> None:
    log = tmp_path / "queue_log"
    log.touch()
    heard = watching(poll_s=0.05)
    heard.wait(lambda: heard.times == 1, 5)
    heard.answer = False
    append_elsewhere(log)
    heard.wait(lambda: heard.times >= 4, 5)
    heard.answer = None
    last = heard.times
    heard.wait(lambda: heard.times >= last, 5)


def test_a_fault_is_reported_and_the_watch_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: faults.append(args.exc_value))
    done = threading.Event()

    def changed(_paths: list[Path]) -> None:
        if not faults:
            raise ZeroDivisionError
        done.set()

    (tmp_path / "queue_log").touch()
    watcher = Watcher([tmp_path], changed, 0.05)
    watcher.start()
    assert done.wait(5)
    watcher.stop()
    assert [type(fault) for fault in faults] == [ZeroDivisionError]


def test_what_a_busy_database_kept_out_is_read_when_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"connect_args": {"timeout": 0.05, "check_same_thread": False}}
    monkeypatch.setattr(dialect, "engine_options", lambda _url: options)
    monkeypatch.setattr(Watcher.__init__, "__defaults__", (0.1,))
    folder = tmp_path / "asterisk"
    folder.mkdir()
    append_elsewhere(folder / "queue_log")
    console = Console(tmp_path / "data")
    other = sqlite3.connect(tmp_path / "data" / "coalface.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    read, told = threading.Event(), threading.Event()
    problems: list[ConsoleError] = []

    def problem(error: ConsoleError) -> None:
        problems.append(error)
        told.set()

    console.watch([folder], read.set, problem)
    try:
        assert told.wait(10)
        assert problems[0].title == "The database is busy."
        other.execute("ROLLBACK")
        assert read.wait(10)
    finally:
        other.close()
        console.close()


def test_a_log_that_grows_does_not_wait_for_a_month_of_old_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.sync.watch.PORTION", 100)
    log = tmp_path / "queue_log"
    log.write_text("x" * 30)
    for day in range(3):
        (tmp_path / f"old{day}").write_text("x" * (90 + day))
    told: list[list[str]] = []
    done = threading.Event()

    def changed(paths: list[Path]) -> None:
        told.append([path.name for path in paths])
        if len(told) == 1:
            with log.open("a") as out:
                out.write("y" * 5)
        if sum(name.startswith("old") for names in told for name in names) == 3:
            done.set()

    watcher = Watcher([tmp_path], changed, 30)
    watcher.start()
    try:
        assert done.wait(10)
    finally:
        watcher.stop()
    assert told == [["queue_log"], ["queue_log", "old0"], ["old1"], ["old2"]]
