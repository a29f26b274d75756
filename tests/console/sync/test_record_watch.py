"""A folder that is watched while files in it grow, are written anew, rotated and taken away."""

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from console.app import Console
from console.errors import ConsoleError
from console.sync.watch import Watcher
from tests.console.exports.catalog_files import Corpus, corpora, multiplied
from tests.console.sync.logs import Pbx, difference, text
from tests.console.sync.record_rows import rows

PATIENCE_S = 60.0


def corpus(name: str) -> Corpus:
    return next(each for each in corpora() if each.name == name)


def content(name: str, times: int, layout: str = "") -> bytes:
    of = corpus(name)
    many = [multiplied(of, each, number) for number in range(times) for each in of.records]
    return of.file(many, layout)


def wait(what: Callable[[], bool], words: Callable[[], str] = lambda: "") -> None:
    until = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until, words()
        time.sleep(0.02)


class Writers:
    """Programs that write into one folder, each in a thread of its own and in no order."""

    def __init__(self, folder: Path, was_read: Callable[[Path], None]) -> None:
        self.folder = folder
        self._was_read = was_read

    def append(self, name: str, data: bytes, chance: Random) -> None:
        with (self.folder / name).open("ab", buffering=0) as file:
            for piece in pieces(data, chance, 14):
                file.write(piece)
                pause(chance)

    def rotate(self, name: str, data: bytes, chance: Random) -> None:
        """Renamed in the middle of a line; what writes goes on in the old file for a while."""
        for number, part in enumerate(lines(data, 4)):
            path = self.folder / name
            with path.open("ab", buffering=0) as file:
                half = chance.randrange(len(part))
                file.write(part[:half])
                pause(chance)
                path.rename(self.folder / f"{name}.{number}")
                pause(chance)
                file.write(part[half:])

    def rewrite(self, name: str, versions: list[bytes], chance: Random) -> None:
        """Emptied and written again, in pieces."""
        for version in versions:
            with (self.folder / name).open("wb", buffering=0) as file:
                for piece in pieces(version, chance, 5):
                    file.write(piece)
                    pause(chance)

    def replace(self, name: str, versions: list[bytes], chance: Random) -> None:
        """Written beside it and renamed, as careful programs do."""
        for version in versions:
            new = self.folder / f".{name}.part"
            new.write_bytes(version)
            new.replace(self.folder / name)
            pause(chance)

    def come_and_go(self, name: str, versions: list[bytes], chance: Random) -> None:
        """Dropped there, and taken away when it has been read."""
        for number, version in enumerate(versions):
            path = self.folder / f"{number}-{name}"
            path.write_bytes(version)
            self._was_read(path)
            pause(chance)
            path.unlink()


def pieces(data: bytes, chance: Random, most: int) -> list[bytes]:
    places = sorted(chance.randrange(len(data)) for _ in range(most))
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


def lines(data: bytes, count: int) -> list[bytes]:
    whole = data.splitlines(keepends=True)
    step = len(whole) // count + 1
    return [b"".join(whole[at : at + step]) for at in range(0, len(whole), step)]


def pause(chance: Random) -> None:
    time.sleep(chance.choice((0, 0, 0.001, 0.01, 0.05)))


@pytest.mark.parametrize("seed", range(int(os.environ.get("COALFACE_WATCHES", "1"))))
def test_a_folder_that_never_rests(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Watcher.__init__, "__defaults__", (0.2,))
    grown = content("amazon_connect_agent_events-bare", 4, "lines")
    events = content("genesys_conversation_events-bare", 12, "lines")
    table = content("zendesk_csv-tickets", 30)
    # The last holds all: what nobody has read by then cannot be known.
    pages = [content("zendesk_tickets-paged", times, "pages") for times in (9, 2, 7, 12)]
    conversations = [content("genesys_conversations-paged", times, "page") for times in (2, 3, 5)]
    contacts = [content("amazon_connect_contact_records-bare", times) for times in (1, 4, 2)]
    log = text(Pbx(Random(seed)).run(400))

    folder, data = tmp_path / "inbox", tmp_path / "data"
    folder.mkdir()
    console = Console(data)
    problems: list[ConsoleError] = []

    def was_read(path: Path) -> None:
        def found() -> bool:
            with console.store.read() as session:
                return bool(
                    session.connection()
                    .exec_driver_sql(
                        "SELECT 1 FROM source_file WHERE path = ? AND position >= ?",
                        (str(path), path.stat().st_size - 2),
                    )
                    .first()
                )

        wait(found, lambda: f"{path} was not read")

    writers = Writers(folder, was_read)
    work: list[tuple[Callable[..., None], str, Any]] = [
        (writers.append, "states.jsonl", grown),
        (writers.append, "tickets.csv", table),
        (writers.append, "queue_log", log),
        (writers.rotate, "events.jsonl", events),
        (writers.rewrite, "tickets.json", pages),
        (writers.replace, "conversations.json", conversations),
        (writers.come_and_go, "contacts.json", contacts),
    ]
    faults: list[BaseException] = []

    def run(act: Callable[..., None], name: str, what: Any) -> None:
        try:
            act(name, what, Random(f"{seed}{name}"))
        except BaseException as fault:
            faults.append(fault)

    calm = tmp_path / "calm"
    calm.mkdir()
    shutil.copytree(data, tmp_path / "calm data", ignore=shutil.ignore_patterns("*.db*"))
    for name, what in {
        "states.jsonl": grown, "tickets.csv": table, "queue_log": log, "events.jsonl": events,
    }.items():  # fmt: skip
        (calm / name).write_bytes(what)
    for number, what in enumerate((*pages, *conversations, *contacts)):
        (calm / f"{number}.json").write_bytes(what)
    undisturbed = Console(tmp_path / "calm data")
    undisturbed.sync([calm])
    expected = rows(undisturbed.store)
    undisturbed.close()

    try:
        console.watch([folder], lambda: None, problems.append)
        threads = [threading.Thread(target=run, args=each, daemon=True) for each in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_S)
        assert not faults, faults
        wait(
            lambda: not difference(expected, rows(console.store)),
            lambda: difference(expected, rows(console.store)),
        )
        assert not problems
    finally:
        console.close()
