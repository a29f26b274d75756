"""Tables: how they are written is found out, and damage costs the rows it touches."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.exports.table_pieces import Look, Row, RowCutter, look

Bad = list[tuple[int, str, bytes]]


def cut(data: bytes, chunks: tuple[int, ...] = (1 << 30,)) -> tuple[list[Row], Bad, Row | None]:
    """All rows, what was put aside, and what the last line is read as; a new cutter each chunk."""
    how = look(data)
    assert how is not None
    return cut_as(how, data, chunks)


def cut_as(how: Look, data: bytes, chunks: tuple[int, ...]) -> tuple[list[Row], Bad, Row | None]:
    cutter = RowCutter(how)
    rows: list[Row] = []
    bad: Bad = []
    rest, at, turn = b"", 0, 0
    while True:
        size = chunks[turn % len(chunks)]
        rest += data[at : at + size]
        at, turn = at + size, turn + 1
        found = cutter.feed(rest, at >= len(data))
        rows += found.rows
        bad += found.bad
        rest = rest[found.used :]
        if at >= len(data):
            return rows, bad, cutter.last_row(rest)
        cutter = RowCutter(how, cutter.line)


def cells(data: bytes) -> list[tuple[str, ...]]:
    rows, _bad, last = cut(data)
    return [row.cells for row in [*rows, *([last] if last else [])]]


PLAIN = "Name,Queue,Talk time\nZoë,Sales,12\nBob,Support,7\n"
WANTED = [("Zoë", "Sales", "12"), ("Bob", "Support", "7")]
WRITTEN = {
    "UTF-8": PLAIN.encode(),
    "UTF-8 with a mark": PLAIN.encode("utf-8-sig"),
    "semicolons in a Windows encoding": PLAIN.replace(",", ";").encode("cp1252"),
    "Excel's Unicode text": PLAIN.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"),
    "UTF-16 without a mark": PLAIN.replace(",", "\t").encode("utf-16-le"),
    "UTF-16, the other way round": PLAIN.replace(",", "\t").encode("utf-16-be"),
    "bars": PLAIN.replace(",", "|").encode(),
    "all in quotes": b'"Name","Queue","Talk time"\n'
    b'"Zo\xc3\xab","Sales","12"\n"Bob","Support","7"\n',
    "the separator stated": b"sep=;\r\n" + PLAIN.replace(",", ";").encode(),
    "a title": b"Agent report\n\n" + PLAIN.encode(),
    "a title as wide as the table": b"Agent report,,\n,,\n" + PLAIN.encode(),
    "a sentence": b"Reporting period from 1 May to 31 May\r\n\r\n" + PLAIN.encode(),
    "names beside values": b"Report,Agents\nFrom,2026-03-01\n\n" + PLAIN.encode(),
    "a separator at the end of rows": b"Name,Queue,Talk time\n"
    b"Zo\xc3\xab,Sales,12,\nBob,Support,7,\n",
    "a separator at the end of lines": PLAIN.replace("\n", ",\n").encode(),
    "no end of the last line": PLAIN.rstrip().encode(),
}  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_it_is_found_out_how_a_table_is_written(written: str) -> None:
    how = look(WRITTEN[written])
    assert how is not None
    assert how.columns == ("Name", "Queue", "Talk time")
    assert cells(WRITTEN[written]) == WANTED


def test_every_finding_can_be_corrected() -> None:
    data = "a|b;c\nName;Zoë|1;2\n".encode("cp1252")
    how = look(data, encoding="cp1252", delimiter=";", header_line=1)
    assert how == Look("cp1252", ";", True, 1, ("Name", "Zoë|1", "2"))
    how = look(b"1;2\n3;4\n", header_line=-1)
    assert how is not None and how.columns == ("column 1", "column 2")
    assert look(PLAIN.encode(), encoding="no such encoding") is None


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n\n", b"{\"a\": 1}\n", b'[{"a": 1, "b": 2}]', b"<?xml version='1.0'?>\n<a,b>\n",
        bytes(range(256)) * 40, b"one word\nanother\n", b"PK\x03\x04" + bytes(100),
    ],
)  # fmt: skip
def test_what_is_no_table(data: bytes) -> None:
    assert look(data) is None


def test_the_log_of_a_program_is_no_table() -> None:
    """Asterisk writes `full` and `messages` into the folder that is followed for queue_log."""
    for stamp in ("2026-11-25 16:46:33", "Nov 25 16:46:33", "Nov 25 16:46:33.123456"):
        log = "".join(
            f"[{stamp}] VERBOSE[2425][C-0000{n}] app_queue.c: -- Called Local/1, Local/{n}, {n}\n"
            for n in range(9)
        )
        assert look(log.encode()) is None
    assert look(b"[Date],[Agent]\n2026-01-01 10:00:00,Ann\n2026-01-01 10:00:00,Bo\n") is not None


def test_names_of_columns_are_stripped_and_unique() -> None:
    how = look(b" Variant ,Variant,,Variant 2,Name\n1,2,3,4,x\n5,6,7,8,y\n")
    assert how is not None
    assert how.columns == ("Variant", "Variant 3", "column 3", "Variant 2", "Name")


def test_a_table_without_quoting_keeps_its_quotes() -> None:
    data = b'id\tSubject\tOwner\n1\t"broken" screen\tAda\n2\t"open\tBob\n3\t5" disk\tBob\n'
    how = look(data)
    assert how is not None and not how.quoted
    assert cells(data) == [
        ("1", '"broken" screen', "Ada"),
        ("2", '"open', "Bob"),
        ("3", '5" disk', "Bob"),
    ]


def test_rows_have_their_line_and_their_bytes() -> None:
    data = b'a,b\r\n1,"x\r\ny"\r\n\r\n2,"say ""hi"""\r\n'
    rows, bad, last = cut(data)
    assert rows == [
        Row(2, ("1", "x\r\ny"), b'1,"x\r\ny"\r'),
        Row(5, ("2", 'say "hi"'), b'2,"say ""hi"""\r'),
    ]
    assert not bad and last is None


def test_rows_of_another_width_are_put_aside_with_their_reason() -> None:
    data = b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3,,\n\n  \na,b,c\nx,y,z\n"
    rows, bad, _last = cut(data)
    assert [row.cells for row in rows] == [("1", "2", "3"), ("1", "2", "3"), ("x", "y", "z")]
    assert bad == [
        (3, "2 cells where the header has 3", b"4,5"),
        (4, "4 cells where the header has 3", b"6,7,8,9"),
    ]


def test_the_last_line_without_an_end_is_read_if_it_is_whole() -> None:
    for rest, whole in (
        (b"3,4,5", True), (b"3,4", False), (b'3,4,"5', False), (b'3,"4",5', True), (b"", False),
        (b"a,b,c", False),
    ):  # fmt: skip
        rows, bad, last = cut(b"a,b,c\n1,2,3\n" + rest)
        assert len(rows) == 1 and not bad
        assert (last is not None) == whole


@pytest.mark.parametrize("lines", [20, 3_000])
def test_a_quote_that_is_never_closed_costs_its_line(lines: int) -> None:
    data = b"n,b,c\n" + b"".join(
        b'%d,"open,c\n' % n if n == 7 else b"%d,b,c\n" % n for n in range(lines)
    )
    rows, bad, _last = cut(data)
    assert [row.cells[0] for row in rows] == [str(n) for n in range(lines) if n != 7]
    assert [(number, raw) for number, _reason, raw in bad] == [(9, b'7,"open,c')]
    assert "quote that is not closed" in bad[0][1]


def test_a_quote_that_another_row_closes_costs_no_more_than_both() -> None:
    data = b'n,b,c\n0,b,c\n1,"open,c\n2,b,c\n3,"x, y",c\n4,b,c\n5,b,c\n'
    rows, bad, _last = cut(data)
    assert [row.cells[0] for row in rows] == ["0", "2", "3", "4", "5"]
    assert [number for number, _reason, _raw in bad] == [3]


def test_nul_bytes() -> None:
    data = b"a,b\n1,2\n" + bytes(9) + b"3,4\n" + bytes(5) + b"\n5,x\x00y\n7,8\n"
    rows, bad, _last = cut(data)
    assert [row.cells for row in rows] == [("1", "2"), ("3", "4"), ("7", "8")]
    assert [(number, reason) for number, reason, _raw in bad] == [
        (3, "a run of 9 NUL bytes; the row was kept"),
        (4, "a run of 5 NUL bytes"),
        (5, "NUL bytes inside"),
    ]


def test_bytes_of_another_encoding_cost_no_row() -> None:
    data = PLAIN.encode() + "Jörg,Sales,3\n".encode("cp1252")
    rows, bad, _last = cut(data + PLAIN.encode()[len("Name,Queue,Talk time\n") :])
    assert [row.cells[0] for row in rows] == ["Zoë", "Bob", "Jörg", "Zoë", "Bob"]
    assert not bad


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    how = look(PLAIN.encode())
    assert how is not None
    cutter = RowCutter(how)
    rest, put_aside = PLAIN.encode(), 0
    for _ in range(6):
        rest += b"x" * (1 << 20)
        found = cutter.feed(rest, False)
        rest = rest[found.used :]
        put_aside += len(found.bad)
        assert len(rest) <= 3 << 20
    assert put_aside


_cell = st.lists(st.sampled_from([*'ab ,;"\n\té0', "\r\n"]), max_size=8).map("".join)
_rows = st.lists(st.tuples(_cell, _cell, _cell, _cell), max_size=12)


def written_as(rows: list[tuple[str, ...]], delimiter: str, encoding: str) -> tuple[Look, bytes]:
    held = io.StringIO(newline="")
    writer = csv.writer(held, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(("Name", "Note", "Queue", "End"))
    for row in rows:
        writer.writerow(row)
    return Look(encoding, delimiter, True, 0, ("Name", "Note", "Queue", "End")), held.getvalue(
    ).encode(encoding)  # fmt: skip


@given(
    _rows,
    st.sampled_from([(",", "utf-8"), (";", "utf-8"), ("|", "utf-16-le"), (",", "utf-16-be")]),
    st.lists(st.integers(1, 60), min_size=1),
)
@settings(deadline=None, max_examples=150)
def test_what_was_written_is_read_in_any_chunks(
    rows: list[tuple[str, ...]], how: tuple[str, str], chunks: list[int]
) -> None:
    seen, data = written_as(rows, *how)
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    for sizes in (tuple(chunks), (1 << 30,)):
        found, bad, last = cut_as(seen, data, sizes)
        assert [row.cells for row in found] == kept
        assert not bad and last is None


@given(
    st.lists(st.integers(0, 4), min_size=12, max_size=30),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from([b'"', b'""', b",", b"\x00", b"\n", b"\xff", b'x"y']),
    st.lists(st.integers(1, 90), min_size=1),
)
@settings(deadline=None, max_examples=150)
def test_damage_stays_where_it_is(
    kinds: list[int], where: float, what: bytes, chunks: list[int]
) -> None:
    """Any one slip costs the rows beside it at most, whatever the chunks."""
    notes = ["plain", "two\nlines", 'say "hi"', "a, b", ""]
    rows = [(f"r{n}", notes[kind], "sales", "end") for n, kind in enumerate(kinds)]
    how, data = written_as(rows, ",", "utf-8")
    start = data.index(b"\n") + 1
    at = start + int(where * (len(data) - start))
    number = data[start:at].count(b"\r\n")
    data = data[:at] + what + data[at:]
    whole = cut_as(how, data, (1 << 30,))
    assert cut_as(how, data, tuple(chunks)) == whole
    found = {row.cells for row in whole[0]}
    for n, row in enumerate(rows):
        if abs(n - number) > 2:
            assert row in found or "\n" in row[1]


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_looking_never_raises(head: bytes) -> None:
    how = look(head)
    if how is not None:
        cut_as(how, head, (7,))
