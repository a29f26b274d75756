"""Roster files: any order gives the same rows, nothing half, nothing that a spreadsheet runs."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from xlsxwriter import Workbook

from console.domain.customers import Mask, new_key
from console.domain.roster import TABLES, RosterResult
from console.domain.times import HOUR, SECOND, from_iso, iso, now_us
from console.errors import ExportError
from console.reads.person_joins import person_of
from console.reads.roster import customers, on_shift, people, records, shifts, targets
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.roster_tables import CLASSES
from console.store.tables import Agent, Channel, Source, Table
from console.sync.roster import export_roster, write_templates
from console.sync.roster_intake import import_roster

BERLIN = ZoneInfo("Europe/Berlin")
MASK = Mask(new_key(b"k" * 32, "DE"))
MONDAY = from_iso("2026-01-05T00:00:00Z")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with make(tmp_path) as made:
        yield made


@contextmanager
def make(folder: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{folder / 'coalface.db'}")
    migrate(made)
    yield made
    made.close()


def file(folder: Path, name: str, text: str, age: float) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    os.utime(path, (MONDAY / SECOND - age, MONDAY / SECOND - age))
    return path


def taken(store: Store, *paths: Path) -> list[RosterResult]:
    return [import_roster(store, MASK, path, BERLIN, now_us()) for path in paths]


def content(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every roster row as it is kept; the revision says only when it came."""
    with store.read() as session:
        return {
            table: [
                tuple(cell for name, cell in row.items() if name != "revision")
                for row in session.connection()
                .execute(select(CLASSES[table].__table__).order_by(CLASSES[table].id))  # type: ignore[attr-defined]
                .mappings()
            ]
            for table in TABLES
        }


OLD = "person,name,team,tier,skills\n1,Ann,A,expert,a:1\n2,Bo,A,,\n3,Cy,A,,\n"
MIDDLE = "person,team,home queue,left\n1,B,sales,\n3,,,yes\n"
NEW = "person,name,tier\n1,Anna,leader\n4,Di,\n"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_files_of_any_order_give_the_same_rows(tmp_path: Path, order: tuple[int, ...]) -> None:
    texts = [OLD, MIDDLE, NEW]
    files = [file(tmp_path, f"p{i}.csv", text, 300 - 100 * i) for i, text in enumerate(texts)]
    straight, mixed = tmp_path / "a", tmp_path / "b"
    found, staffs = [], []
    for folder, places in ((straight, (0, 1, 2)), (mixed, (*order, *order[:2]))):
        folder.mkdir()
        with make(folder) as store, store.read() as session:
            taken(store, *(files[i] for i in places))
            found.append(content(store))
            staffs.append({person.id: person for person in people(session)})
    assert found[0] == found[1]
    staff = staffs[1]
    assert set(staff) == {"1", "2", "4"}
    ann = staff["1"]
    assert (ann.name, ann.team, ann.tier, ann.home_queue) == ("Anna", "B", "leader", "sales")
    assert (ann.skills, ann.edited_by) == ((("a", 1),), "p2.csv")


def test_an_empty_cell_says_nothing_and_a_dash_that_there_is_none(
    tmp_path: Path, store: Store
) -> None:
    head = "person,team,tier,languages,id: pbx,id: desk\n"
    old = file(tmp_path, "a.csv", f"{head}1,A,expert,de,400,ann@x.example\n", 100)
    new = file(tmp_path, "b.csv", f"{head}1,,-,–,,-\n", 0)
    for order in ((old, new), (new, old)):
        taken(store, *order)
        with store.read() as session:
            (ann,) = people(session)
        assert (ann.team, ann.tier, ann.languages, ann.ids) == ("A", "", (), (("pbx", "400"),))


def test_the_same_file_again_changes_nothing(tmp_path: Path, store: Store) -> None:
    path = file(tmp_path, "people.csv", OLD, 0)
    (first,), (again,) = taken(store, path), taken(store, path)
    assert [(c.rows, c.changed, c.known, c.left) for c in first.counts] == [(3, 3, 0, 0)]
    assert [(c.rows, c.changed, c.known, c.left) for c in again.counts] == [(3, 0, 3, 0)]
    before = content(store)
    file(tmp_path, "people.csv", OLD, -60)  # saved again with nothing changed
    ((third,),) = (taken(store, path),)
    assert third.counts[0].changed == 0
    assert content(store) != before, "it is of a newer time now"


def test_what_is_wrong_is_named_and_the_rest_is_taken(tmp_path: Path, store: Store) -> None:
    path = file(
        tmp_path,
        "people.csv",
        "person;name;tier;shoe size\n1;Ann;boss;38\n2;Bo;expert;44\nexample-1;X;;\n2;Bob;;\n",
        0,
    )
    (result,) = taken(store, path)
    (count,) = result.counts
    assert (count.rows, count.changed, count.known, count.examples, count.left) == (4, 1, 1, 1, 1)
    assert count.unused == ("shoe size",)
    assert [(p.table, p.line, p.column) for p in result.problems] == [
        ("people", 2, "tier"),
        ("people", 5, ""),
    ]
    with store.read() as session:
        assert [person.name for person in people(session)] == ["Bob"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "no table of a roster"),
        (b"a,b\n1,2\n", "no table of a roster"),
        (b"PK\x03\x04 no workbook", "ZIP"),
        (b"\x00\xff" * 500, "no table of a roster"),
    ],
)
def test_a_file_that_is_no_roster(tmp_path: Path, store: Store, text: bytes, words: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text)
    (result,) = taken(store, path)
    assert not result.counts
    assert words in result.problems[0].words
    (missing,) = taken(store, tmp_path / "missing.csv")
    assert "cannot be read" in missing.problems[0].words


@pytest.mark.parametrize(
    ("encoding", "second"),
    [
        ("utf-8", "Łukasz Říha"),
        ("utf-8-sig", "Łukasz Říha"),
        ("utf-16", "Łukasz Říha"),
        ("cp1252", "Zoë Lefèvre"),
        ("cp1250", "Łukasz Říha"),
    ],
)
def test_letters(tmp_path: Path, store: Store, encoding: str, second: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(
        f"Personalnummer;Name;Sprachen\r\n1;Jürgen Groß;de\r\n2;{second};\r\n".encode(encoding)
    )
    taken(store, path)
    with store.read() as session:
        assert [person.name for person in people(session)] == ["Jürgen Groß", second]


def test_a_file_from_the_future_is_told(tmp_path: Path, store: Store) -> None:
    path = file(tmp_path, "people.csv", OLD, 0)
    os.utime(path, (4e9, 4e9))
    (result,) = taken(store, path)
    assert result.counts[0].changed == 3
    assert "yet to come" in result.problems[0].words


def test_a_workbook_as_spreadsheets_write_it(tmp_path: Path, store: Store) -> None:
    import datetime

    path = tmp_path / "plan.xlsx"
    with Workbook(str(path)) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        people_sheet = book.add_worksheet("Anything")
        for line, row in enumerate([("person", "name", "skills"), (7, "Ann", "chat:2")]):
            people_sheet.write_row(line, 0, row)
        plan = book.add_worksheet("Plan")
        plan.write_row(2, 0, ("person", "start", "end", "kind"))
        plan.write(3, 0, 7)
        plan.write_datetime(3, 1, datetime.datetime(2026, 1, 5, 8, 20), day)
        plan.write_datetime(3, 2, datetime.datetime(2026, 1, 6), day)
        plan.write(3, 3, "Schicht")
        plan.write_row(5, 0, (7, "when?", "", "shift"))
        aims = book.add_worksheet("Aims")
        aims.write_row(0, 0, ("channel", "service level %", "expected reply seconds"))
        aims.write_row(1, 0, ("chat", 0.85, 90))
        book.add_worksheet("Empty")
    (result,) = taken(store, path)
    (problem,) = result.problems
    assert (problem.table, problem.line, problem.column) == ("shifts", 6, "start")
    assert [(c.table, c.changed) for c in result.counts] == [
        ("people", 1),
        ("shifts", 1),
        ("targets", 1),
    ]
    with store.read() as session:
        assert people(session)[0].id == "7"
        (shift,) = shifts(session, MONDAY, MONDAY + 24 * HOUR)
        assert (iso(shift.start_at), iso(shift.end_at)) == (
            "2026-01-05T07:20:00Z",
            "2026-01-05T23:00:00Z",
        )
        (target,) = targets(session)
        assert (target.service_level, target.expected_s) == (85, 90)
        assert session.get_one(Channel, "chat").expected_s == 90


def test_templates_left_as_they_are_change_nothing(tmp_path: Path, store: Store) -> None:
    paths = write_templates(tmp_path / "templates")
    assert [path.name for path in paths] == [
        "people.csv", "shifts.csv", "customers.csv", "targets.csv", "roster.xlsx"
    ]  # fmt: skip
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in paths[:4])
    results = taken(store, *paths)
    assert [problem for result in results for problem in result.problems] == []
    assert sum(count.examples for result in results for count in result.counts) == 20
    assert not any(content(store).values())
    book = CalamineWorkbook.from_path(str(paths[-1]))
    assert book.sheet_names == list(TABLES)


def test_nothing_that_is_there_is_written_over(tmp_path: Path, store: Store) -> None:
    mine = file(tmp_path, "people.csv", OLD, 0)
    with pytest.raises(ExportError, match="people.csv is there already"):
        write_templates(tmp_path)
    with pytest.raises(ExportError, match="people.csv is there already"):
        export_roster(store, tmp_path, None)
    assert mine.read_text() == OLD
    assert not (tmp_path / "shifts.csv").exists()
    with pytest.raises(ExportError, match="cannot be written"):
        write_templates(mine / "inside")


FORMULA = '=HYPERLINK("http://x.example","x")'


def test_what_is_written_out_is_harmless_and_read_again(tmp_path: Path, store: Store) -> None:
    quoted = FORMULA.replace('"', '""')
    taken(
        store,
        file(tmp_path, "p.csv", f'person,name,ids\n@1,"{quoted}","pbx=-1; *=+x"\n', 0),
        file(tmp_path, "s.csv", "person,start,end,note\n@1,2026-01-05 08:00,10:00,-2+3\n", 0),
        file(tmp_path, "c.csv", "customer,value,at risk\n+491711234567,-5,yes\n", 0),
        file(tmp_path, "t.csv", "queue,within seconds\n=sales,20\n", 0),
    )
    paths = export_roster(store, tmp_path / "out", BERLIN)
    for path in paths[:4]:
        for line in path.read_text("utf-8-sig").splitlines()[1:]:
            assert not line.startswith(("=", "+", "-", "@"))
            assert not [cell for cell in line.split(",") if cell.lstrip('"')[:1] in tuple("=+@")]
    other = tmp_path / "other"
    other.mkdir()
    for written in (paths[:4], paths[4:]):
        with make(other) as second:
            results = taken(second, *written)
            assert [problem for result in results for problem in result.problems] == []
            with store.read() as here, second.read() as there:
                for table in TABLES:
                    first, again = (
                        [
                            {k: v for k, v in row.items() if not k.startswith("edited")}
                            for row in records(session, table)
                        ]
                        for session in (here, there)
                    )
                    assert first == again
                    assert first
        (other / "coalface.db").unlink()


def test_shifts_and_who_is_on_shift(tmp_path: Path, store: Store) -> None:
    taken(
        store,
        file(tmp_path, "people.csv", "person,name\n1,Ann\n2,Bo\n3,Cy\n4,Di\n", 0),
        file(
            tmp_path,
            "plan.csv",
            "person,date,start,end,kind,movable\n"
            "1,2026-01-05,08:00,16:00,shift,\n"
            "1,2026-01-05,09:00,10:00,meeting,yes\n"
            "bo,2026-01-05,08:00,16:00,shift,\n"
            "3,2026-01-05,08:00,16:00,shift,\n"
            "3,2026-01-05,,,leave,yes\n"
            "4,2026-01-04,22:00,06:00,shift,\n"
            "9,2026-01-05,08:00,16:00,shift,\n",
            100,
        ),
    )
    with store.read() as session:
        found = on_shift(session, from_iso("2026-01-05T09:30", BERLIN))
        assert [(row.person, row.name, row.block and row.block.kind) for row in found] == [
            ("9", "9", None),
            ("1", "Ann", "meeting"),
            ("2", "Bo", None),
        ]
        night = on_shift(session, from_iso("2026-01-05T05:59", BERLIN))
        assert [row.name for row in night] == ["Di"]
        assert on_shift(session, from_iso("2026-01-05T06:00", BERLIN)) == []
    # The meeting is moved a little: the later statement holds where both overlap.
    taken(
        store,
        file(tmp_path, "m.csv", "person,start,end,kind\n1,2026-01-05 09:30,10:30,meeting\n", 0),
    )
    with store.read() as session:
        day = shifts(session, MONDAY, MONDAY + 24 * HOUR)
        assert [iso(s.start_at) for s in day if s.kind == "meeting"] == ["2026-01-05T08:30:00Z"]


def test_shifts_that_a_newer_file_of_the_same_days_has_not_are_told(
    tmp_path: Path, store: Store
) -> None:
    head = "person,start,end,kind\n"
    old = file(
        tmp_path,
        "old.csv",
        f"{head}1,2026-01-05 08:00,16:00,shift\n1,2026-01-05 10:00,10:30,meeting\n"
        "Ann,2026-01-06 08:00,16:00,shift\n2,2026-01-05 08:00,16:00,shift\n"
        "1,2026-02-05 08:00,16:00,shift\n",
        100,
    )
    rows = "1,2026-01-05 17:00,20:00,shift\n1,2026-01-07 08:00,16:00,shift\n"
    new = file(tmp_path, "new.csv", f"{head}{rows}", 0)
    taken(store, file(tmp_path, "people.csv", "person,name\n1,Ann\n2,Bo\n", 200), old)
    (result,) = taken(store, new)
    # Not the meeting, since the file has no meetings, nor who and what is of another month.
    assert result.missing == (
        "1, shift, 2026-01-05T07:00:00Z",
        "Ann, shift, 2026-01-06T07:00:00Z",
    )
    with_ids = file(tmp_path, "ids.csv", "id,person,start,end\nx,1,2026-01-05 21:00,22:00\n", 0)
    assert taken(store, with_ids)[0].missing == (), "where rows have ids a moved one stays itself"
    assert taken(store, old)[0].missing == (), "what was stated later is not missing in older files"


def test_customers_are_kept_hidden(tmp_path: Path, store: Store) -> None:
    text = "customer,value,preferred agent\n+49 171 1234567,10,Ann\n0171-7654321,99,\n"
    taken(store, file(tmp_path, "customers.csv", text, 0))
    with store.read() as session:
        assert [(note.customer, note.value) for note in customers(session)] == [
            (MASK("01717654321"), 99),
            (MASK("+491711234567"), 10),
        ]
    assert b"1234567" not in (tmp_path / "coalface.db").read_bytes()


def test_a_target_changes_what_a_channel_expects(tmp_path: Path, store: Store) -> None:
    text = "channel,expected reply seconds,critical\nemail,600,yes\nfax,1,\n"
    (result,) = taken(store, file(tmp_path, "t.csv", text, 100))
    (problem,) = result.problems
    assert (problem.line, problem.column) == (3, "channel")
    assert "no channel “fax”" in problem.words
    with store.read() as session:
        email = session.get_one(Channel, "email")
        assert (email.expected_s, email.critical, email.revision) == (600, True, 1)
    taken(store, file(tmp_path, "u.csv", "channel,critical,removed\nemail,,yes\n", 0))
    with store.read() as session:
        email = session.get_one(Channel, "email")
        assert (email.expected_s, email.critical) == (14400, False)
        assert targets(session) == []


def test_agents_of_several_sources_are_one_person(tmp_path: Path, store: Store) -> None:
    with store.write() as session:
        for number, (name, platform) in enumerate((("pbx", "asterisk"), ("desk", "zendesk")), 1):
            session.add(Source(id=number, name=name, format="f", folder="/", platform=platform))
        session.flush()
        session.add(Agent(id=1, source_id=1, name="PJSIP/400"))
        session.add(Agent(id=2, source_id=2, ref="77", name="A. B.", e_mail="ann@x.example"))
        session.add(Agent(id=3, source_id=1, name="PJSIP/500"))
    text = "person,name,id: pbx,id: zendesk\n1,Ann,400,ANN@x.example\n"
    taken(store, file(tmp_path, "people.csv", text, 0))
    with store.read() as session:
        found = person_of(session)
    assert {key: row.name for key, row in found.items()} == {(1, 1): "Ann", (2, 2): "Ann"}


def test_the_tables_are_in_the_models() -> None:
    assert {"person", "shift", "customer_note", "target", "person_tie"} <= set(
        Table.metadata.tables
    )
