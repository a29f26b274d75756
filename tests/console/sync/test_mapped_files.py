"""Tables that a person has explained, read as files: equal rows, a cut end, a growing file."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from console.domain.customers import Mask, new_key
from console.exports.mapped_table import MappedTable
from console.exports.mapping import Mapping
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Contact, Leg, Quarantine
from console.sync.files import sync

MASK = Mask(new_key(b"k" * 32, ""))
HEADER = "Start;Queue;Agent;Wait;Talk"
ROWS = [
    "02.03.2026 08:00:00;support;Ann;00:00:10;00:03:00",
    "02.03.2026 08:00:00;support;;00:00:30;00:00:00",
    "02.03.2026 08:00:00;support;;00:00:30;00:00:00",
    "02.03.2026 08:05:00;sales;Bob;00:00:05;00:01:05",
]


def table() -> MappedTable:
    return MappedTable(
        Mapping(
            name="calls",
            rows="contacts",
            columns={
                "started": ("Start",),
                "queue": ("Queue",),
                "agent": ("Agent",),
                "wait": ("Wait",),
                "talk": ("Talk",),
            },
            header=frozenset({"Start", "Queue", "Agent", "Wait", "Talk"}),
            dates="dmy",
            zone="Europe/Berlin",
            channel="voice",
        )
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(made)
    return made


def read(store: Store, file: Path) -> tuple[int, int, int]:
    [result] = sync(store, MASK, [file], mappings=[table()])
    assert result.problem == ""
    assert result.lines == result.accepted + result.known + result.quarantined
    return result.accepted, result.known, result.quarantined


def talks(store: Store) -> list[int | None]:
    with store.read() as session:
        return sorted(session.scalars(select(Leg.talk_us)), key=lambda talk: talk or 0)


def contacts(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Contact)) or 0


def test_two_equal_rows_are_two_contacts_however_often_they_are_read(
    store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("\n".join([HEADER, *ROWS, ""]))
    assert read(store, file) == (4, 0, 0)
    copy = tmp_path / "copy.csv"
    copy.write_text(file.read_text())
    assert read(store, copy) == (0, 4, 0)
    assert contacts(store) == 4


def test_a_row_cut_at_the_end_is_taken_back_when_it_is_whole(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    whole = "\n".join([HEADER, *ROWS])
    file.write_text(whole[:-1])  # 00:01:0 is a time too
    read(store, file)
    assert contacts(store) == 4
    file.write_text(whole + "\n")
    read(store, file)
    assert contacts(store) == 4
    assert talks(store)[-2:] == [65_000_000, 180_000_000]


def test_a_growing_table_is_the_table(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    for number in range(1, len(ROWS) + 1):
        file.write_text("\n".join([HEADER, *ROWS[:number], ""]))
        read(store, file)
        assert contacts(store) == number


def test_rows_that_a_key_takes_for_one_are_put_aside_and_said(store: Store, tmp_path: Path) -> None:
    keyed = MappedTable(replace(table().mapping, key=("Start",)))
    file = tmp_path / "calls.csv"
    # The third adds an agent to the first; the fourth is another leg.
    waits = "02.03.2026 08:00:00;support;;00:00:10;00:00:00"
    answered = "02.03.2026 08:00:00;support;Ann;00:00:10;00:03:00"
    other = "02.03.2026 08:00:00;sales;Bob;00:00:05;00:01:05"
    file.write_text("\n".join([HEADER, waits, ROWS[3], answered, other, ""]))
    [told] = sync(store, MASK, [file], mappings=[keyed])
    assert (told.lines, told.quarantined) == (4, 1)
    with store.read() as session:
        [reason] = session.scalars(select(Quarantine.reason))
        assert reason.startswith("another row of this file has the same Start and another start")
    assert contacts(store) == 2
