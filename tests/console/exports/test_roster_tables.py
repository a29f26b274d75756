"""Roster tables as people type them: recognised, read, and named where they are wrong."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.customers import Mask, new_key
from console.domain.roster import TABLES
from console.domain.times import HOUR, MINUTE, iso
from console.exports.export import Rejected
from console.exports.roster_cells import decimal, safe, shown, text, value
from console.exports.roster_columns import (
    IDS,
    LIST,
    NUMBER,
    PERCENT,
    SECONDS,
    SHEETS,
    SKILLS,
    YES_NO,
    recognise,
)
from console.exports.roster_sheets import csv_of, template, written
from console.exports.roster_tables import Reading, entry_of, read, rows_of
from console.exports.roster_times import Wall, day_first, span

BERLIN = ZoneInfo("Europe/Berlin")
MASK = Mask(new_key(b"k" * 32, "DE"))


def taken(text: str, zone: ZoneInfo | None = BERLIN) -> Reading:
    reading = read(rows_of(text), MASK, zone)
    assert reading is not None
    return reading


def values(reading: Reading, key: str) -> dict[str, object]:
    return dict(reading.entries[key].values)


@pytest.mark.parametrize(
    ("header", "table", "fields"),
    [
        ("Person;Name;Skills", "people", {"id", "name", "skills"}),
        ("LEFT,staff_number", "people", {"gone", "id"}),
        ("Personalnummer;Gruppe;Fähigkeiten", "people", {"id", "team", "skills"}),
        ("Matricule;Équipe;Langues", "people", {"id", "team", "languages"}),
        ("Número de empleado,Nivel,Cola", "people", {"id", "tier", "home_queue"}),
        ("Mitarbeiter;Beginn;Ende;Art", "shifts", {"person", "start_at", "end_at", "kind"}),
        ("end\tstart\tperson", "shifts", {"person", "start_at", "end_at"}),
        ("name,date,from,to", "shifts", {"person", "date", "start_at", "end_at"}),
        ("employé;début;fin;déplaçable", "shifts", {"person", "start_at", "end_at", "movable"}),
        ("Kundennummer;Wert;gefährdet", "customers", {"customer", "value", "at_risk"}),
        ("cliente,valor,en riesgo", "customers", {"customer", "value", "at_risk"}),
        ("Kanal;Service-Level (%);innerhalb Sekunden", "targets",
         {"channel", "service_level", "within_s"}),
        ("queue,expected reply", "targets", {"queue", "expected_s"}),
    ],
)  # fmt: skip
def test_a_table_is_known_by_its_header(header: str, table: str, fields: set[str]) -> None:
    ((_line, cells),) = rows_of(header + "\n")
    layout = recognise(cells)
    assert layout is not None
    assert (layout.sheet.table, set(layout.places)) == (table, fields)


@pytest.mark.parametrize("header", ["", "person", "queue,name", "start,end", "time,id,data"])
def test_what_is_no_table_of_ours_is_left(header: str) -> None:
    assert read(rows_of(f"{header}\n1,2,3\n"), MASK, BERLIN) is None


def test_people() -> None:
    reading = taken(
        "People of the north\n\n"
        "person;name;tier;skills;ids;languages;skill: Returns;id: Zendesk;Birthday;left\n"
        '0042;"Ann, Ö.";Teamleiter;billing:4, chat;pbx=PJSIP/400;de/en;5;ann@x.example;1 May;\n'
        "0043;Bo;expert;;bo@x.example;;yes;;;no\n"
        "0044;Cy;;;;;;;;ja\n"
    )
    assert (reading.rows, reading.problems, reading.unused) == (3, [], ("Birthday",))
    assert values(reading, "0042") == {
        "id": "0042",
        "name": "Ann, Ö.",
        "tier": "leader",
        "skills": (("Returns", 5), ("billing", 4), ("chat", None)),
        "ids": (("Zendesk", "ann@x.example"), ("pbx", "PJSIP/400")),
        "languages": ("de", "en"),
    }
    assert values(reading, "0043")["ids"] == (("*", "bo@x.example"),)
    assert values(reading, "0043")["skills"] == (("Returns", None),)
    assert [entry.gone for entry in reading.entries.values()] == [False, False, True]


def test_shifts_by_the_clock_of_the_zone_of_the_row_or_the_file() -> None:
    reading = taken(
        "person,date,start,end,kind,zone,movable,legal must,consent given,cancelled\n"
        "a,2026-01-05,08:00,16:30,,,,,,\n"
        "a,2026-01-05,22:00,06:00,Schicht,Europe/London,,,,\n"
        "a,2026-01-05,10:00,10:30,réunion,,yes,nein,sí,\n"
        "b,2026-07-01,,,Urlaub,,x,,,\n"
        "b,,2026-07-02T08:00:00+00:00,2026-07-02T09:00:00Z,training,,,,,yes\n"
    )
    assert reading.problems == []
    found = [
        (
            values(reading, key)["kind"],
            iso(int(str(values(reading, key)["start_at"]))),
            iso(int(str(values(reading, key)["end_at"]))),
        )
        for key in reading.entries
    ]
    assert found == [
        ("shift", "2026-01-05T07:00:00Z", "2026-01-05T15:30:00Z"),
        ("shift", "2026-01-05T22:00:00Z", "2026-01-06T06:00:00Z"),
        ("meeting", "2026-01-05T09:00:00Z", "2026-01-05T09:30:00Z"),
        ("leave", "2026-06-30T22:00:00Z", "2026-07-01T22:00:00Z"),
        ("training", "2026-07-02T08:00:00Z", "2026-07-02T09:00:00Z"),
    ]
    meeting = values(reading, "a, meeting, 2026-01-05T09:00:00Z")
    assert (meeting["movable"], meeting["legal"], meeting["consent"]) == (True, False, True)
    assert [entry.gone for entry in reading.entries.values()] == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (",2026-01-05 08:00,09:00,shift", "person", "person is empty"),
        ("a,tomorrow,09:00,shift", "start", "“tomorrow” is no time; write one such as"),
        ("a,2026-01-05 08:00,2026-01-05 07:00,shift", "start", "ends before it begins"),
        ("a,2026-01-05 08:00,2026-01-07 09:00,shift", "start", "of more than a day"),
        ("a,08:00,09:00,shift", "start", "has no date"),
        ("a,2026-03-29 02:30,04:00,shift", "start", "the clock is put forward"),
        ("a,05/01/2026 08:00,09:00,shift", "start", "can be read in two ways"),
        ("a,2026-01-05 08:00,09:00,party", "kind", "“party” is not known here; write one of"),
        ("a,1026-01-05 08:00,09:00,shift", "start", "not of this age"),
    ],
)
def test_a_bad_row_is_named_and_harms_no_other(row: str, column: str, words: str) -> None:
    reading = taken(f"person,start,end,kind\nb,2026-01-05 08:00,09:00,shift\n{row}\n")
    (problem,) = reading.problems
    assert (problem.line, problem.column) == (3, column)
    assert words in problem.words
    assert len(reading.entries) == 1


def test_a_local_time_without_a_zone_is_refused() -> None:
    reading = taken("person,start,end\na,2026-01-05 08:00,09:00\n", None)
    assert "say the zone" in reading.problems[0].words
    reading = taken("person,start,end,zone\na,2026-01-05 08:00,09:00,Mars/Base\n")
    assert "“Mars/Base” is no zone" in reading.problems[0].words


def test_one_date_tells_how_all_of_the_file_are_read() -> None:
    rows = "person,start,end\na,05/01/2026 08:00,09:00\na,{}/2026 08:00,09:00\n"
    british, american = taken(rows.format("13/01")), taken(rows.format("01/13"))
    assert "a, shift, 2026-01-05T07:00:00Z" in british.entries
    assert "a, shift, 2026-05-01T06:00:00Z" in american.entries
    assert day_first(["13/01/2026", "01/13/2026"]) is None


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-01-05 8:00 AM", "5:30 pm", 9.5),
        ("05.01.2026 8.30", "05.01.2026, 10:30", 2),
        ("2026-01-05", "2026-01-06", 48),
        ("2026-01-05 16:00", "2026-01-06", 8),
        ("2026-01-05 16:00", "24:00", 8),
        ("2026-10-25 00:00", "2026-10-26 00:00", 25),
        ("2026-01-05T08:00:00.0", "2026-01-05T09:00", 1),
    ],
)
def test_lengths(start: str, end: str, hours: float) -> None:
    start_at, end_at = span("", start, end, Wall(BERLIN))
    assert end_at - start_at == hours * HOUR


def test_customers_are_hidden() -> None:
    reading = taken(
        "customer,value,at risk,preferred agent\n"
        '+49 171 2345678,"€ 12,500.50",yes,0042\n'
        'Ann@Shop.Example,"1\'200",no,\n'
        "C-4711,1.200,,\n"
    )
    assert set(reading.entries) == {MASK("+491712345678"), MASK("ann@shop.example")}
    assert values(reading, MASK("+491712345678"))["value"] == 12500.5
    assert values(reading, MASK("ann@shop.example"))["value"] == 1200
    (problem,) = reading.problems
    assert (problem.line, problem.column) == (4, "value")
    assert "write 1200 or 1.2000" in problem.words
    assert "2345678" not in repr(reading) and "Shop" not in repr(reading)


def test_targets() -> None:
    reading = taken(
        "channel;queue;service level %;within seconds;expected reply seconds;critical\n"
        "Voice;;80 %;20;60;yes\nE-Mail;;0,9;;4 h;\n;billing;90;0:00:15;;no\n"
        "voice;billing;1;1;1;\n;;80;20;;\n;x;180;;;\n"
    )
    assert {key: values(reading, key)["service_level"] for key in reading.entries} == {
        "channel:voice": 80,
        "channel:email": 90,
        "queue:billing": 90,
    }
    assert values(reading, "channel:email")["expected_s"] == 4 * 3600
    assert values(reading, "queue:billing")["within_s"] == 15
    assert [problem.line for problem in reading.problems] == [5, 6, 7]


def test_a_row_twice_is_told_and_the_last_holds() -> None:
    reading = taken("person,name\na,Ann\na,Anna\n")
    assert values(reading, "a")["name"] == "Anna"
    assert reading.repeated == 1 and "twice" in reading.problems[0].words


def test_the_lines_are_those_of_the_file() -> None:
    reading = taken('sep=;\nperson;name;tier\n"a\nb";Ann;\n\nc;Cy;boss\n')
    assert set(reading.entries) == {"a b"}
    assert [problem.line for problem in reading.problems] == [6]


@pytest.mark.parametrize("table", TABLES)
def test_templates_are_recognised_and_their_examples_passed_over(table: str) -> None:
    reading = taken(csv_of(template(table)).removeprefix("\ufeff"))
    assert reading.table == table
    assert reading.examples == reading.rows == len(template(table)) - 1
    assert not reading.entries and not reading.problems and not reading.unused


@pytest.mark.parametrize("table", TABLES)
def test_the_examples_of_templates_are_right(table: str) -> None:
    rows = [
        [cell.replace("example", "sample") if i < 2 else cell for i, cell in enumerate(row)]
        for row in template(table)
    ]
    if table == "targets":
        rows[1][0] = "voice"
    reading = taken(csv_of(rows).removeprefix("\ufeff"))
    assert len(reading.entries) == len(rows) - 1
    assert not reading.problems


def test_a_form_is_read_as_a_row_is() -> None:
    entry = entry_of("people", {"id": "7", "skills": "chat:2"}, MASK, None)
    assert (entry.key, dict(entry.values)["skills"]) == ("7", (("chat", 2),))
    moved = entry_of(
        "shifts",
        {"person": "7", "start_at": "2026-01-05 09:00", "end_at": "10:00", "kind": "break"},
        MASK,
        BERLIN,
        "7, break, 2026-01-05T07:00:00Z",
    )
    assert moved.key == "7, break, 2026-01-05T07:00:00Z"
    with pytest.raises(Rejected, match="^tier: “boss” is not known"):
        entry_of("people", {"id": "7", "tier": "boss"}, MASK, None)


@pytest.mark.parametrize(
    ("holds", "typed", "kept"),
    [
        (LIST, "de; en|fr", ("de", "en", "fr")),
        (SKILLS, "a:1; b", (("a", 1), ("b", None))),
        (IDS, "pbx=A/1; x", (("*", "x"), ("pbx", "A/1"))),
        (YES_NO, "Ja", True),
        (YES_NO, "", None),
        (NUMBER, "1.234,56", 1234.56),
        (NUMBER, "1 234 567", 1234567.0),
        (NUMBER, "0.125", 0.125),
        (PERCENT, "0.8", 80.0),
        (SECONDS, "1,5 min", 90),
    ],
)
def test_cells(holds: str, typed: str, kept: object) -> None:
    found = value(holds, typed, MASK)
    assert found == kept
    assert value(holds, shown(holds, found), MASK) == kept


@pytest.mark.parametrize(
    "typed", ["1,2,x", "gold", "inf", "nan", "--", "1e5", "1.2.3", "1,23,456", "1 euro 50", ".5"]
)
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(Rejected, match="is no number; write one such as 1200"):
        value(NUMBER, typed, MASK)


@given(st.text(max_size=40))
def test_no_cell_is_a_formula_and_each_comes_back(typed: str) -> None:
    kept = text(typed)
    cell = safe(kept)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert text(cell) == kept


@given(st.floats(-1e12, 1e12).map(lambda number: round(number, 4)))
def test_numbers_come_back(number: float) -> None:
    assert value(NUMBER, decimal(number), MASK) == pytest.approx(number, abs=1e-6)


def test_what_is_written_is_read_again() -> None:
    rows = written(
        "people",
        [
            {
                "id": "=cmd()", "name": "-Ann", "team": "@home", "tier": "expert",
                "home_queue": "+49", "languages": ("de",), "skills": (("=1+1", 3),),
                "ids": (("*", "=x"),),
            }
        ],
    )  # fmt: skip
    assert not [cell for cell in rows[1] if cell.startswith(tuple("=+-@"))]
    reading = taken(csv_of(rows).removeprefix("\ufeff"))
    assert values(reading, "=cmd()") == {
        "id": "=cmd()", "name": "-Ann", "team": "@home", "tier": "expert", "home_queue": "+49",
        "languages": ("de",), "skills": (("=1+1", 3),), "ids": (("*", "=x"),),
    }  # fmt: skip


@pytest.mark.parametrize("zone", [None, BERLIN])
def test_times_are_written_so_that_the_hour_that_comes_twice_is_told_apart(
    zone: ZoneInfo | None,
) -> None:
    # 25 October 2026, 02:30 for the first and for the second time.
    starts = [1792888200_000000, 1792891800_000000]
    shifts = [
        {"id": f"s{i}", "person": "a", "start_at": at, "end_at": at + 30 * MINUTE, "kind": "break",
         "note": "", "movable": None, "legal": None, "consent": None}
        for i, at in enumerate(starts)
    ]  # fmt: skip
    reading = taken(csv_of(written("shifts", shifts, zone)).removeprefix("\ufeff"), None)
    assert [values(reading, key)["start_at"] for key in ("s0", "s1")] == starts


def test_every_column_has_one_meaning() -> None:
    from console.exports.roster_columns import plain

    for sheet in SHEETS.values():
        names: Sequence[str] = [
            name
            for column in sheet.columns
            for name in {plain(n) for n in (column.field, column.title, *column.others)}
        ]
        assert sorted(names) == sorted(set(names)), sheet.table
