"""Killed, out of space, or not alone: nothing is lost, and nothing counts twice."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from console.errors import StoreError
from console.store import dialect
from console.sync import files
from tests.console.sync.logs import Desk, Pbx, desk, difference, fresh_desk, normal_form, text

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("COALFACE_KILLS", "32"))


class Zygote:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.console.sync.zygote"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(self, wanted: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def begin(self, one: Desk, chunk: int = 1 << 13, limit: int = 0) -> int:
        # Beside the desk, as its own disk may be full.
        words = Path(tempfile.gettempdir()) / f"coalface-{os.getpid()}-words"
        return self.ask(
            {"place": str(one.place), "chunk": chunk, "limit": limit, "words": str(words)}
        )

    def words(self) -> str:
        """What the last reader told, once."""
        words = Path(tempfile.gettempdir()) / f"coalface-{os.getpid()}-words"
        found = words.read_text()
        words.unlink()
        return found

    def wait(self) -> list[int]:
        return self.ask("wait")

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.close()


@pytest.fixture(scope="module")
def log() -> bytes:
    return text(Pbx(Random(20)).run(8_000))


@pytest.fixture(scope="module")
def expected(log: bytes) -> dict[str, Any]:
    with desk() as one:
        one.write("queue_log", log)
        one.sync()
        return normal_form(one.store)


def assert_same(expected: dict[str, Any], one: Desk) -> None:
    found = normal_form(one.store)
    assert not difference(expected, found), difference(expected, found)


def test_killed_at_any_instant(zygote: Zygote, log: bytes, expected: dict[str, Any]) -> None:
    chance = Random(9)
    half = len(log) // 2
    killed = 0
    with desk() as one:
        one.write("queue_log", log[:half])
        for number in range(KILLS):
            if number == KILLS // 2:
                # Meanwhile the log was rotated, in the middle of a line perhaps.
                (one.inbox / "queue_log").rename(one.inbox / "queue_log.0")
                with (one.inbox / "queue_log.0").open("ab") as rest:
                    cut = log.index(b"\n", half) + 1
                    rest.write(log[half:cut])
                one.write("queue_log", log[cut:])
            reader = zygote.begin(one)
            timer = threading.Timer(chance.uniform(0.005, 0.09), os.kill, (reader, signal.SIGKILL))
            timer.start()
            killed += zygote.wait() == [-signal.SIGKILL]
            timer.cancel()
            timer.join()
        assert killed >= KILLS * 3 // 4
        zygote.begin(one)
        assert zygote.wait() == [0]
        assert_same(expected, one)


def test_two_readers_of_one_folder(zygote: Zygote, log: bytes, expected: dict[str, Any]) -> None:
    half = log.index(b"\n", len(log) // 2) + 1
    with desk() as one:
        one.write("queue_log.0", log[:half])
        one.write("queue_log", log[half:])
        zygote.begin(one)
        zygote.begin(one)
        zygote.begin(one)
        assert zygote.wait() == [0, 0, 0]
        assert_same(expected, one)
        with one.store.read() as session:
            files = session.connection().exec_driver_sql("SELECT path FROM source_file").all()
        assert len(files) == 2


def test_the_database_is_held_by_another(monkeypatch: pytest.MonkeyPatch, log: bytes) -> None:
    monkeypatch.setattr(dialect, "engine_options", lambda _url: {"connect_args": {"timeout": 0.05}})
    with fresh_desk() as one:
        one.write("queue_log", log[: log.index(b"\n", 5000) + 1])
        other = sqlite3.connect(one.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="The database is busy"):
            one.sync()
        other.execute("ROLLBACK")
        other.close()
        [result] = one.sync()
        assert result.accepted == result.lines


def test_no_file_may_grow_any_more(zygote: Zygote, log: bytes, expected: dict[str, Any]) -> None:
    """As on a full disk, which not every machine can be brought to."""
    with desk() as one:
        one.write("queue_log", log)
        zygote.begin(one, limit=1 << 19)
        assert zygote.wait() == [3]
        assert zygote.words().startswith("The disk")
        with one.store.read() as session:
            rows = session.connection().exec_driver_sql("SELECT position, lines FROM source_file")
            for position, lines in rows:
                assert lines == log[:position].count(b"\n")
        zygote.begin(one)
        assert zygote.wait() == [0]
        assert_same(expected, one)


def test_a_full_disk(tmp_path: Path, zygote: Zygote, log: bytes, expected: dict[str, Any]) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()

    def mount(options: str) -> bool:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)], capture_output=True
        )
        return done.returncode == 0

    if os.geteuid() != 0 or not mount("size=2m"):
        pytest.skip("only root can make a small disk here")
    try:
        one = Desk(disk / "desk")
        (one.inbox / "queue_log").symlink_to(tmp_path / "queue_log")
        (tmp_path / "queue_log").write_bytes(log)
        zygote.begin(one)
        assert zygote.wait() == [3]
        assert zygote.words().startswith("The disk is full")
        assert mount("remount,size=200m")
        zygote.begin(one)
        assert zygote.wait() == [0]
        assert_same(expected, one)
        one.close()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_cancelled_and_read_on(
    monkeypatch: pytest.MonkeyPatch, log: bytes, expected: dict[str, Any]
) -> None:
    monkeypatch.setattr(files, "CHUNK", 1 << 17)
    with desk() as one:
        one.write("queue_log", log)
        steps: list[int] = []
        [result] = one.sync(
            progress=lambda step: steps.append(step.done), cancelled=lambda: len(steps) >= 2
        )
        assert result.cancelled and 0 < result.accepted < log.count(b"\n")
        assert steps == [1 << 17, 2 << 17]
        [result] = one.sync()
        assert result.lines == log.count(b"\n") == result.accepted + result.known
        assert_same(expected, one)
