"""What a source is known by: its files, its habit, its speed, what it holds."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from console.domain.times import DAY, HOUR, MINUTE, SECOND
from console.reads.sources import SourceRows, files, habit, has_local_times, holdings
from console.store import chores
from console.store.engine import Store
from console.store.tables import Quarantine, Source, SourceFile, Ticket
from console.sync.place import new_file
from tests.console.floor import make_floor

NOW = 1_700_000_000 * SECOND


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    yield floor
    floor.close()


def read(at: int, last_at: int) -> SimpleNamespace:
    return SimpleNamespace(read_at=at, last_at=last_at)


def test_a_log_writes_on_and_on() -> None:
    assert habit(read(NOW, NOW - DAY), {"asterisk_queue_log": [NOW, NOW - DAY, NOW - 2 * DAY]}) == (
        True,
        None,
    )


def test_the_habit_of_exports_is_how_far_apart_they_end() -> None:
    hourly = [NOW - n * HOUR for n in range(6)]
    assert habit(read(NOW, NOW), {"x": hourly}) == (False, 3600)
    # Audits and tickets are written one after the other, and each export has two parts.
    parts = [at - part * SECOND for at in hourly for part in (0, 20)]
    late = [at - 7 * MINUTE for at in parts]
    assert habit(read(NOW, NOW), {"tickets": parts, "audits": late}) == (False, 3600)
    # One that failed does not make it a source of every two hours.
    assert habit(read(NOW, NOW), {"x": [*hourly[:2], *hourly[3:]]}) == (False, 3600)


def test_few_files_have_no_habit() -> None:
    assert habit(None, {}) == (False, None)
    assert habit(read(NOW, NOW - DAY), {"x": [NOW - DAY]}) == (False, None)
    assert habit(read(NOW, NOW), {"x": [NOW, NOW - DAY]}) == (False, None)
    assert habit(read(NOW, NOW - 30 * SECOND), {"x": [NOW - 30 * SECOND]}) == (True, None)


def test_a_row_tells_what_its_files_are(store: Store) -> None:
    with store.write() as session:
        source = session.get_one(Source, 1)
        source.platform, source.zone = "zendesk", "Europe/Berlin"
        source.read_bytes, source.read_us = 4_000_000, 500_000
        for number, size in ((1, 10), (2, 10), (3, 0)):
            file = new_file(1, f"/in/{number}.json", "zendesk_tickets", NOW + number, 5)
            file.head_size, file.lines, file.last_at = size, 7 * number, NOW - number * HOUR
            session.add(file)
        session.add(
            Quarantine(source_id=1, path="/in/1.json", line_number=1, digest="", reason="", raw=b"",
                       found_at=NOW)
        )  # fmt: skip
    rows = SourceRows()
    with store.read() as session:
        (row,) = rows.rows(session)
        assert (row.files, row.quarantined, row.title, row.zone) == (
            2,
            1,
            "Zendesk",
            "Europe/Berlin",
        )
        assert (row.last_file, row.speed, row.steady) == ("/in/2.json", 8_000_000.0, False)
        assert not row.paused and not row.problem
        told = files(session, 1)
        assert [(f.path, f.read, f.quarantined) for f in told] == [
            ("/in/3.json", False, 0), ("/in/2.json", True, 0), ("/in/1.json", True, 1),
        ]  # fmt: skip
    with store.write() as session:
        session.get_one(SourceFile, 3).head_size = 5
        session.get_one(SourceFile, 3).revision = 6
        chores.note(session, chores.EMPTY, 1, 6)
    with store.read() as session:
        (row,) = rows.rows(session)
        assert (row.files, row.last_file, row.every_s) == (3, "/in/3.json", 3600)
        assert "taken away" in row.problem


def test_what_it_holds(store: Store) -> None:
    with store.write() as session:
        session.add(
            Ticket(source_id=1, ref="1", channel="email", status="open", subject="", priority="",
                   created_at=1, updated_at=1, tags="", satisfaction="", revision=1)
        )  # fmt: skip
    with store.read() as session:
        held = holdings(session, 1)
        assert (held.tickets, held.queues, held.agents) == (1, 4, 5)
        assert held.contacts > 0 and held.snapshots == held.quarantined == held.files == 0
        assert holdings(session, 99).contacts == 0


def test_whose_rows_hang_on_a_zone(store: Store) -> None:
    with store.read() as session:
        source = session.get_one(Source, 1)
        assert not has_local_times(session, source)
        source.platform, source.zone = "asterisk", "Europe/Berlin"
        assert has_local_times(session, source)
        session.rollback()
