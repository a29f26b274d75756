"""Workbooks whose rows stand in several sheets, and cells that a spreadsheet keeps as numbers."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from xlsxwriter import Workbook

from console.domain.customers import Mask, new_key
from console.domain.times import SECOND
from console.exports.mapped_table import MappedTable
from console.exports.mapping_guess import guess
from console.exports.table_pieces import RowCutter, look
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Leg
from console.sync.content import open_content
from console.sync.files import sync

MASK = Mask(new_key(b"k" * 32, ""))
HEADER = ["Call ID", "Start", "Queue", "Agent", "Wait (s)", "Talk (s)"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(made)
    return made


def table(path: Path) -> MappedTable:
    """The mapping as it is proposed, without a correction."""
    with open_content(path) as content:
        head = content.read(1 << 16)
    seen = look(head)
    assert seen is not None
    rows = [row.cells for row in RowCutter(seen).feed(head, True).rows]
    return MappedTable(guess(seen, rows, zone="Europe/Berlin").mapping)


def write(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> None:
    with Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


def calls(first: int, count: int, month: int) -> list[list[object]]:
    return [
        [first + n, datetime(2026, month, 2, 8, n), "support", "Ann", 5, 60] for n in range(count)
    ]


def test_sheets_with_one_header_are_one_table(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "calls.xlsx"
    title: list[list[object]] = [["Calls of February"], []]
    write(
        path,
        {
            "January": [HEADER, *calls(100, 30, 1)],
            "February": [*title, HEADER, *calls(200, 25, 2)],
            "Summary": [["Queue", "Calls", "Talk"], ["support", 55, 3300]],
        },
    )
    [told] = sync(store, MASK, [path], mappings=[table(path)])
    assert (told.lines, told.accepted, told.quarantined, told.problem) == (55, 55, 0, "")
    with store.read() as session:
        assert len(session.scalars(select(Leg.id)).all()) == 55


def test_another_table_of_the_workbook_is_said_to_be_left(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "calls.xlsx"
    lost = [[n, f"2026-03-02 09:{n:02}", "sales", 30] for n in range(20)]
    write(
        path,
        {
            "Answered": [HEADER, *calls(100, 30, 1)],
            "Lost": [["No", "When", "Queue", "Waited"], *lost],
        },
    )
    [told] = sync(store, MASK, [path], mappings=[table(path)])
    assert told.accepted == 30
    assert "Read was the sheet Answered. Lost of the same workbook" in told.problem


def test_days_and_parts_of_days_are_read_as_times(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "calls.xlsx"
    rows = [
        # 2 March 2026; 07:00:05 and so on; 5 s is 5.8e-05 of a day.
        [46083, (25_205 + 61 * n) / 86_400, "support", "Ann", 5 / 86_400, (60 + n) / 86_400]
        for n in range(12)
    ]
    write(path, {"Sheet1": [["Date", "Time", "Queue", "Agent", "Wait", "Talk"], *rows]})
    [told] = sync(store, MASK, [path], mappings=[table(path)])
    assert (told.accepted, told.quarantined) == (12, 0)
    with store.read() as session:
        legs = session.execute(
            select(Leg.entered_at, Leg.wait_us, Leg.talk_us).order_by(Leg.entered_at)
        ).all()
    begun = round(datetime.fromisoformat("2026-03-02T07:00:05+01:00").timestamp())
    assert [leg.entered_at // SECOND for leg in legs] == [begun + 61 * n for n in range(12)]
    assert {round((leg.wait_us or 0) / SECOND) for leg in legs} == {5}
    assert [round((leg.talk_us or 0) / SECOND) for leg in legs] == [60 + n for n in range(12)]
