"""Rosters that lie among exports: recognised, read when they change, bad rows kept aside."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from console.app import Console
from console.domain.acts import FileResult
from console.domain.roster import TABLES
from console.domain.times import iso
from console.exports.roster_sheets import csv_of, template
from console.exports.roster_tables import begins, rows_of
from console.reads.roster import customers, people, shifts, targets

SAMPLE = Path(__file__).parents[3] / "resources" / "samples" / "queue_log"

PEOPLE = "person,name,team,tier,ids\n1,Ann,Red,expert,asterisk=PJSIP/1\n2,Bo,Red,boss,\n"
SHIFTS = "person,start,end,kind\n1,2026-01-05 08:00,16:00,shift\n1,soon,09:00,break\n"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    made = Console(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pbx"
    made.mkdir()
    lines = SAMPLE.read_text("utf-8").splitlines(keepends=True)
    (made / "queue_log").write_text("".join(lines[:30]), "utf-8")
    (made / "people.csv").write_text(PEOPLE)
    return made


def counts(results: list[FileResult]) -> dict[str, tuple[str | None, int, int, int, int]]:
    return {
        Path(r.path).name: (r.format, r.lines, r.accepted, r.known, r.quarantined) for r in results
    }


def test_a_folder_with_people_beside_the_log_just_works(console: Console, folder: Path) -> None:
    first = counts(console.sync([folder]))
    assert first["people.csv"] == ("roster", 2, 1, 0, 1)
    assert first["queue_log"][0] == "asterisk_queue_log"
    (kept,) = console.quarantine()
    assert (Path(kept.path).name, kept.line_number) == ("people.csv", 3)
    assert kept.reason.startswith("people, tier: “boss” is not known here; write one of")
    assert kept.raw == "2,Bo,Red,boss,"
    assert counts(console.sync([folder]))["people.csv"] == ("roster", 2, 0, 2, 0)
    assert console.retry_quarantine() == 0
    with console.store.read() as session:
        assert [person.name for person in people(session)] == ["Ann"]


def test_it_is_read_again_when_it_changes_and_what_is_missing_stays(
    console: Console, folder: Path
) -> None:
    console.sync([folder])
    path = folder / "people.csv"
    path.write_text("person,name,tier\n2,Bo,leader\n")
    os.utime(path, (2e9, 2e9))
    (result,) = [r for r in console.sync([folder]) if r.format == "roster"]
    assert (result.lines, result.accepted, result.quarantined) == (1, 1, 0)
    assert "yet to come" in result.problem
    assert console.quarantine() == [], "the row that was bad has been mended"
    with console.store.read() as session:
        assert [(p.name, p.tier) for p in people(session)] == [("Ann", "expert"), ("Bo", "leader")]
    path.unlink()
    console.sync([folder])
    with console.store.read() as session:
        assert len(people(session)) == 2


def test_local_times_wait_for_a_zone(console: Console, folder: Path) -> None:
    path = folder / "shifts.csv"
    path.write_text(SHIFTS)
    (found,) = [f for f in console.look_at([folder]) if f.path == str(path)]
    assert (found.kind, found.needs_zone, found.example) == ("roster", True, "2026-01-05 08:00")
    (result,) = console.sync([path])
    assert result.needs_zone and not result.accepted
    (result,) = console.sync([path], zone="Europe/Berlin")
    assert (result.lines, result.accepted, result.quarantined) == (2, 1, 1)
    # Other files of the folder are of the zone that was stated once.
    (folder / "more.csv").write_text("person,start,end\n2,2026-07-05 08:00,16:00\n")
    assert not any(r.needs_zone for r in console.sync([folder]))
    with console.store.read() as session:
        found = shifts(session, 0, 1 << 60)
        assert [iso(s.start_at) for s in found] == ["2026-01-05T07:00:00Z", "2026-07-05T06:00:00Z"]


def test_all_tables_also_in_a_workbook(console: Console, tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "plan.xlsx")) as book:
        staff = book.add_worksheet("a")
        staff.write_row(0, 0, ("Roster of the north",))
        staff.write_row(1, 0, ("person", "name", "tier"))
        staff.write_row(2, 0, (7, "X"))
        aims = book.add_worksheet("b")
        aims.write_row(0, 0, ("queue", "service level %", "within seconds"))
        aims.write_row(1, 0, ("sales", 0.9, 15))
    (tmp_path / "vip.csv").write_text("Kundennummer;Wert;gefährdet\nC-7;1200;ja\nC-8;1.200;\n")
    results = counts(console.sync([tmp_path / "plan.xlsx", tmp_path / "vip.csv"]))
    assert results == {"plan.xlsx": ("roster", 2, 2, 0, 0), "vip.csv": ("roster", 2, 1, 0, 1)}
    with console.store.read() as session:
        assert [person.id for person in people(session)] == ["7"]
        assert [(t.name, t.within_s) for t in targets(session)] == [("sales", 15)]
        assert [note.value for note in customers(session)] == [1200]


def test_customers_numbers_do_not_lie_in_quarantine(console: Console, tmp_path: Path) -> None:
    (tmp_path / "vip.csv").write_text("customer,value,at risk\n+49 171 2345678,1.200,no\n")
    console.sync([tmp_path / "vip.csv"])
    (kept,) = console.quarantine()
    assert "2345678" not in kept.raw and kept.raw.endswith("1.200,no")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_any_order_of_files_gives_the_same_person(tmp_path: Path, order: tuple[int, ...]) -> None:
    texts = [
        "person,name,id: pbx\n1,Ann,400\n",
        "person,team,id: zendesk,skill: chat\n1,Red,ann@x.example,3\n",
        "person,tier,id: pbx,skill: mail\n1,expert,401,yes\n",
    ]
    for place, text in enumerate(texts):
        (tmp_path / f"{place}.csv").write_text(text)
        os.utime(tmp_path / f"{place}.csv", (1000 + place, 1000 + place))
    console = Console(tmp_path / "data")
    for place in order:
        console.sync([tmp_path / f"{place}.csv"])
    with console.store.read() as session:
        (ann,) = people(session)
    console.close()
    assert (ann.name, ann.team, ann.tier) == ("Ann", "Red", "expert")
    assert ann.ids == (("pbx", "401"), ("zendesk", "ann@x.example"))
    assert ann.skills == (("chat", 3), ("mail", None))


@pytest.mark.parametrize("table", TABLES)
def test_templates_are_known_for_rosters(table: str) -> None:
    assert begins(rows_of(csv_of(template(table)).removeprefix("\ufeff")))


@pytest.mark.parametrize(
    "header",
    [
        "id,name",
        "id,name,team,created",
        "agent,start time,end time,queue",
        "Agent;Start Time;End Time;Caller;Queue;Duration;Result",
        "name,date,from,to",
        "phone,agent",
        "id,value",
        "queue,service level",
        "Queue,Service Level,Answered,Abandoned",
    ],
)
def test_what_only_looks_like_a_roster_is_left_for_a_person_to_explain(
    console: Console, tmp_path: Path, header: str
) -> None:
    path = tmp_path / "x.csv"
    sign = ";" if ";" in header else ","
    row = ["ann@x.example", "2026-01-05 08:00:00", "3", "4", "5", "6", "7"][
        : header.count(sign) + 1
    ]
    path.write_text("".join(f"{sign.join(cells)}\n" for cells in (header.split(sign), row, row)))
    (result,) = console.sync([path])
    assert (result.format, result.unmapped) == (None, True)
    assert console.look_at([path])[0].kind == "table"
