"""Files of records, rows and lines in one folder: killed, out of space, or not alone."""

import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from console.errors import StoreError
from console.store import dialect
from console.sync import files
from tests.console.exports.catalog_files import Corpus, Record, corpora, multiplied
from tests.console.sync.logs import Desk, Pbx, desk, difference, fresh_desk, kept, text
from tests.console.sync.record_rows import rows
from tests.console.sync.test_crash import Zygote

KILLS = int(os.environ.get("COALFACE_KILLS", "32"))


def corpus(name: str) -> Corpus:
    return next(each for each in corpora() if each.name == name)


def many(name: str, times: int) -> list[Record]:
    of = corpus(name)
    return [multiplied(of, each, number) for number in range(times) for each in of.records]


def large(name: str, times: int, layout: str = "") -> bytes:
    return corpus(name).file(many(name, times), layout)


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.close()


@pytest.fixture(scope="module")
def folder() -> dict[str, bytes]:
    """A file of each kind; one with a record that cannot be taken, and one that is cut."""
    return {
        "contacts.json": large("amazon_connect_contact_records-bare", 20, "concatenated"),
        "states.jsonl": large("amazon_connect_agent_events-bare", 6, "lines"),
        "tickets.json": large("zendesk_tickets-paged", 20, "pages"),
        "audits.json": large("zendesk_audits-paged", 20, "array of pages"),
        "comments.ndjson": large("zendesk_comments-bare", 60, "lines")[:-30],
        "tickets.csv": large("zendesk_csv-tickets", 60),
        "calls.json": large("genesys_conversations-paged", 12, "page"),
        "queue_log": text(Pbx(Random(20)).run(1_200)),
    }


def fill(one: Desk, folder: dict[str, bytes], part: float = 1.0) -> None:
    for name, content in folder.items():
        one.write(name, content[: int(len(content) * part)])


def told(one: Desk) -> dict[str, Any]:
    found: dict[str, Any] = dict(rows(one.store))
    found["quarantine"] = [
        (name, number, reason, raw) for name, number, reason, raw in kept(one.store)
    ]
    with one.store.read() as session:
        found["files"] = sorted(
            tuple(row)
            for row in session.connection().exec_driver_sql(
                "SELECT path, position, lines, quarantined FROM source_file"
            )
        )
    found["files"] = [(os.path.basename(path), *rest) for path, *rest in found["files"]]
    return found


@pytest.fixture(scope="module")
def expected(folder: dict[str, bytes]) -> dict[str, Any]:
    with desk() as one:
        fill(one, folder)
        assert not [each for each in one.sync() if each.problem]
        return told(one)


def assert_same(expected: dict[str, Any], one: Desk) -> None:
    found = told(one)
    assert not difference(expected, found), difference(expected, found)


def test_killed_at_any_instant(
    zygote: Zygote, folder: dict[str, bytes], expected: dict[str, Any]
) -> None:
    """Half-way all files have grown, and some were written anew."""
    chance = Random(9)
    killed = 0
    with desk() as one:
        fill(one, folder, 0.55)
        for number in range(KILLS):
            if number == KILLS // 2:
                for name, content in folder.items():
                    path = one.inbox / name
                    if name.endswith("json"):
                        one.write("new", content).replace(path)
                    else:
                        with path.open("ab") as rest:
                            rest.write(content[path.stat().st_size :])
            reader = zygote.begin(one)
            timer = threading.Timer(chance.uniform(0.01, 0.4), os.kill, (reader, signal.SIGKILL))
            timer.start()
            killed += zygote.wait() == [-signal.SIGKILL]
            timer.cancel()
            timer.join()
        assert killed >= KILLS // 2
        zygote.begin(one)
        assert zygote.wait() == [0]
        with sqlite3.connect(one.database) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()
        assert_same(expected, one)


def test_several_readers_of_one_folder(
    zygote: Zygote, folder: dict[str, bytes], expected: dict[str, Any]
) -> None:
    with desk() as one:
        fill(one, folder)
        for _ in range(3):
            zygote.begin(one)
        assert zygote.wait() == [0, 0, 0]
        assert_same(expected, one)


def test_no_file_may_grow_any_more(
    zygote: Zygote, folder: dict[str, bytes], expected: dict[str, Any]
) -> None:
    with desk() as one:
        fill(one, folder)
        for limit in (1 << 19, 3 << 18):
            zygote.begin(one, limit=limit)
            assert zygote.wait() == [3]
            assert zygote.words().startswith("The disk")
        zygote.begin(one)
        assert zygote.wait() == [0]
        assert_same(expected, one)


def test_the_database_is_held_by_another(
    monkeypatch: pytest.MonkeyPatch, folder: dict[str, bytes], expected: dict[str, Any]
) -> None:
    monkeypatch.setattr(dialect, "engine_options", lambda _url: {"connect_args": {"timeout": 0.05}})
    with fresh_desk() as one:
        fill(one, folder)
        other = sqlite3.connect(one.database, isolation_level=None)
        for _ in range(2):
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="The database is busy"):
                one.sync()
            other.execute("ROLLBACK")
        other.close()
        one.sync()
        assert_same(expected, one)


def test_cancelled_again_and_again(
    monkeypatch: pytest.MonkeyPatch, folder: dict[str, bytes], expected: dict[str, Any]
) -> None:
    monkeypatch.setattr(files, "CHUNK", 1 << 16)
    with desk() as one:
        fill(one, folder)
        stopped = 0
        for _ in range(400):
            steps: list[int] = []
            results = one.sync(
                progress=lambda step, steps=steps: steps.append(step.done),
                cancelled=lambda steps=steps: len(steps) >= 2,
            )
            if not any(result.cancelled for result in results):
                break
            stopped += 1
        assert stopped > 3
        assert_same(expected, one)
