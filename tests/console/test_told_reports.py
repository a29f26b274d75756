"""Reports and news that come in files are filed once, by whoever says them, like all others."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from console.app import Console
from console.commands import AnswerReport, CloseReport
from console.store.tables import Journal

LINE: dict[str, Any] = {
    "id": "r-1", "at": "2026-01-05T08:12:00Z", "who": "Amara Abel", "kind": "report",
    "queue": "billing", "what": "The old tariff is shown.", "category": "system",
    "severity": "slows us down",
}  # fmt: skip
NEWS = {**LINE, "id": "r-2", "who": "News", "kind": "news", "queue": "", "what": "A strike."}


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    console = Console(tmp_path / "data")
    yield console
    console.close()


def write(path: Path, *lines: dict[str, Any] | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", "utf-8")
    return path


def test_they_are_filed_by_who_says_them(console: Console, tmp_path: Path) -> None:
    [result] = console.sync([write(tmp_path / "in" / "reports.jsonl", LINE, NEWS)])
    assert (result.format, result.accepted, result.quarantined) == ("reports", 2, 0)
    told = {row.who: row for row in console.reports()}
    assert told["Amara Abel"].what == "billing: The old tariff is shown."
    assert (told["Amara Abel"].category, told["Amara Abel"].severity) == ("system", "slows us down")
    assert (told["News"].category, told["News"].what) == ("news", "A strike.")
    with console.store.read() as session:
        by = session.scalars(select(Journal.who).where(Journal.command == "report_trouble")).all()
    assert sorted(by) == ["Amara Abel", "News"]


def test_neither_order_nor_repetition_matters(console: Console, tmp_path: Path) -> None:
    console.sync([write(tmp_path / "a" / "reports.jsonl", NEWS, LINE, NEWS)])
    first = write(tmp_path / "b" / "old.jsonl", LINE)
    console.sync([first])
    shutil.copy(first, tmp_path / "b" / "reports-1.jsonl")
    console.sync([tmp_path / "a", tmp_path / "b"])
    assert len(console.reports()) == 2


def test_a_file_that_grows_is_read_on(console: Console, tmp_path: Path) -> None:
    path = write(tmp_path / "in" / "reports.jsonl", LINE)
    console.sync([path])
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps(NEWS) + "\n")
    console.sync([path])
    assert len(console.reports()) == 2


def test_what_is_damaged_is_put_aside_and_the_rest_is_filed(
    console: Console, tmp_path: Path
) -> None:
    lines = (
        {**LINE, "id": " "}, {**LINE, "id": "a", "at": "2026-01-05T08:12:00"},
        {**LINE, "id": "b", "kind": "rumour"}, {**LINE, "id": "c", "what": ""},
        '{"id":"d","at":', LINE,
    )  # fmt: skip
    [result] = console.sync([write(tmp_path / "in" / "reports.jsonl", LINE, *lines, NEWS)])
    assert result.quarantined >= 4
    assert {row.who for row in console.reports()} == {"Amara Abel", "News"}


def test_they_are_answered_and_closed_like_others(console: Console, tmp_path: Path) -> None:
    console.sync([write(tmp_path / "in" / "reports.jsonl", LINE)])
    [row] = console.reports()
    console.do(AnswerReport(row.id, "The tariff is being mended."))
    [row] = console.reports()
    assert (row.state, row.answer) == ("answered", "The tariff is being mended.")
    console.do(CloseReport(row.id))
    console.sync([tmp_path / "in"])
    [row] = console.reports()
    assert row.state == "closed"


def test_numbers_of_customers_are_left_out(console: Console, tmp_path: Path) -> None:
    words = "Call +44 1632 960123 or ann@home.example"
    console.sync([write(tmp_path / "in" / "reports.jsonl", {**LINE, "what": words})])
    [row] = console.reports()
    assert "960123" not in row.what and "ann" not in row.what


def test_a_source_that_is_forgotten_and_read_again_files_nothing_twice(
    console: Console, tmp_path: Path
) -> None:
    from console.commands import ForgetSource

    console.sync([write(tmp_path / "in" / "reports.jsonl", LINE, NEWS)])
    [source] = [row for row in console.board().sources if row.format == "reports"]
    console.do(ForgetSource(source.source_id))
    console.upkeep.settle()
    console.sync([tmp_path / "in"])
    assert len(console.reports()) == 2
