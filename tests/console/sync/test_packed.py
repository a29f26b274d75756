"""Archives and workbooks: read as plain content, refused where they would do harm."""

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from console.errors import ExportError
from console.sync import archives, content
from console.sync.content import Content, members, open_content

TABLE = b"Name,Queue\nAda,sales\n" * 2_000


def packed(path: Path, files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy hh:mm"}) as book:
        shown = {
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"}),
            time: book.add_format({"num_format": "hh:mm:ss"}),
            timedelta: book.add_format({"num_format": "[h]:mm:ss"}),
        }
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if type(cell) in shown:
                        sheet.write_datetime(row, column, cell, shown[type(cell)])  # type: ignore[arg-type]
                    elif cell == "#N/A":
                        sheet.write_formula(row, column, "=NA()", value="#N/A")  # pyright: ignore
                    else:
                        sheet.write(row, column, cell)
    return path


def read(path: Path, member: str | None = None, sheet: str | None = None) -> bytes:
    with open_content(path, member, sheet) as found:
        return found.read(1 << 30)


def refused(path: Path, member: str | None = None) -> str:
    with pytest.raises(ExportError) as caught:
        read(path, member)
    return str(caught.value)


# --- archives


def test_the_files_in_an_archive_are_read_each_by_its_name(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "exports.zip",
        {"march/calls.csv": TABLE, "agents.json": b"{}", ".hidden": b"x", "__MACOSX/._a": b"x"},
    )
    assert members(path) == ["march/calls.csv", "agents.json"]
    assert read(path, "march/calls.csv") == TABLE
    with open_content(path, "march/calls.csv") as one, open_content(path, "agents.json") as other:
        assert one.identity != other.identity
        one.seek(11)
        assert one.read(10) == TABLE[11:21]
        one.seek(0)
        assert one.read(5) == b"Name,"
        while one.read(1 << 12):
            assert 0 <= one.done() <= one.size
        assert one.done() == one.size
    assert members(tmp_path / "exports.zip") != []
    plain = tmp_path / "plain.csv"
    plain.write_bytes(TABLE)
    assert members(plain) == []


def test_an_archive_of_one_file_is_that_file(tmp_path: Path) -> None:
    assert read(packed(tmp_path / "a.zip", {"calls.csv": TABLE})) == TABLE
    assert "archive of 2 files" in refused(packed(tmp_path / "b.zip", {"a": b"1", "b": b"2"}))


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../calls.csv", "a/../../calls.csv", "C:\\calls.csv", "..\\calls.csv"]
)
def test_a_name_that_leads_out_is_refused_and_the_others_are_read(
    tmp_path: Path, name: str
) -> None:
    path = packed(tmp_path / "a.zip", {name: TABLE, "good.csv": TABLE})
    [bad] = [each for each in members(path) if each != "good.csv"]
    assert "leads out of the archive" in refused(path, bad)
    assert read(path, "good.csv") == TABLE


def test_links_encrypted_ones_and_archives_inside_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as inner:
        inner.writestr("x", "y")
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("more.zip", held.getvalue())
        archive.writestr("disguised.csv", held.getvalue())
        archive.writestr("log", gzip.compress(TABLE))
        archive.writestr("secret.csv", b"x" * 40)
    raw = bytearray(path.read_bytes())
    # The flag of an encrypted member, where the list of members says it and where it begins.
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = raw.find(b"secret.csv")
        at = raw.find(b"secret.csv", at + 1) if mark == b"PK\x01\x02" else at
        at = raw.rfind(mark, 0, at)
        raw[at + flags] |= 1
    path.write_bytes(bytes(raw))
    assert "is a link" in refused(path, "link")
    for name in ("more.zip", "disguised.csv", "log"):
        assert "archive inside an archive" in refused(path, name)
        assert "Unpack it first" in refused(path, name)
    assert "is encrypted" in refused(path, "secret.csv")
    assert "is not there" in refused(path, "nothing")


def test_a_damaged_member_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    data = b"".join(b"%d,%d\n" % (n, zlib.crc32(b"%d" % n)) for n in range(60_000))
    path = packed(tmp_path / "a.zip", {"calls.csv": data, "good.csv": TABLE})
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 30] = bytes(30)
    path.write_bytes(bytes(raw))
    with open_content(path, "calls.csv") as found:
        got = found.read(1 << 30)
        assert 10_000 < len(got) < len(data)
        assert data.startswith(got[:10_000])
        assert found.problem is not None and "damaged inside its zip packing" in str(found.problem)
    assert read(path, "good.csv") == TABLE


def test_a_cut_archive_is_said_to_be_cut(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"calls.csv": TABLE})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ExportError, match="cut off or damaged: copy it again"):
        members(path)
    assert "cut off or damaged" in refused(path)


def test_what_swells_without_measure_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, small, swell in ((content, "_SMALL", "_SWELL"), (archives, "SMALL", "SWELL")):
        monkeypatch.setattr(module, small, 1 << 20)
        monkeypatch.setattr(module, swell, 100)
    path = packed(tmp_path / "a.zip", {"bomb": bytes(9 << 20), "good.csv": b"x"})
    with pytest.raises(ExportError, match="unpacks to more than 100 times"):
        members(path)
    raw = bytearray(path.read_bytes())
    # It claims to be small: no more than it claims is read.
    at = raw.find(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 1000)
    path.write_bytes(bytes(raw))
    assert members(path) == ["bomb", "good.csv"]
    assert len(read(path, "bomb")) <= 1000


def test_more_members_than_any_export_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MEMBERS", 20)
    path = packed(tmp_path / "a.zip", {f"f{n}": b"" for n in range(21)})
    with pytest.raises(ExportError, match="more than 20 files"):
        members(path)


def test_a_tar_archive_is_named_and_refused(tmp_path: Path) -> None:
    for mode, name in (("w", "a.tar"), ("w:gz", "a.tgz"), ("w:bz2", "a.tar.bz2")):
        path = tmp_path / name
        with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
            info = tarfile.TarInfo("calls.csv")
            info.size = len(TABLE)
            archive.addfile(info, io.BytesIO(TABLE))
        assert "is a tar archive" in refused(path)


# --- workbooks

HEADER: list[object] = ["Agent", "Start", "Day", "Talk", "Calls", "Share", "Open", "Note"]


def test_a_sheet_is_read_as_a_table(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        HEADER,
        [
            "Ada", datetime(2026, 3, 1, 8, 15, 30), date(2026, 3, 1), time(0, 1, 5), 12, 0.25, True,
            'said "hi",\nthen left',
        ],
        [
            "Bob", datetime(2026, 3, 2), date(2026, 3, 2), timedelta(hours=61, minutes=40), 3.0,
            441633123456, False, "#N/A",
        ],
    ]  # fmt: skip
    path = workbook(tmp_path / "a.xlsx", {"Cover": [["Report"], ["March"]], "Data": rows})
    assert read(path).decode() == (
        "Agent,Start,Day,Talk,Calls,Share,Open,Note\n"
        'Ada,2026-03-01 08:15:30,2026-03-01,0:01:05,12,0.25,TRUE,"said ""hi"",\nthen left"\n'
        "Bob,2026-03-02 00:00:00,2026-03-02,61:40:00,3,441633123456,FALSE,\n"
    )
    assert read(path, sheet="Cover") == b"Report\nMarch\n"
    with open_content(path) as found:
        assert found.packing == "workbook"
        found.seek(6)
        assert found.read(5) == b"Start"
        found.read(1 << 20)
        assert found.done() == found.size
    with pytest.raises(ExportError, match="there is no sheet Other; it has Cover, Data"):
        read(path, sheet="Other")
    assert members(path) == []


def test_a_workbook_in_an_archive_is_read(tmp_path: Path) -> None:
    book = workbook(tmp_path / "a.xlsx", {"Data": [["Agent", "Calls", "Day"], ["Ada", 1, 2]]})
    path = packed(tmp_path / "a.zip", {"book.xlsx": book.read_bytes(), "x.csv": TABLE})
    assert read(path, "book.xlsx") == b"Agent,Calls,Day\nAda,1,2\n"


def test_what_is_no_workbook_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))
    assert "cannot be read as a workbook" in refused(path)
    path = packed(tmp_path / "a.docx", {"[Content_Types].xml": b"<x/>", "word/document.xml": b"x"})
    assert "is a document" in refused(path)
    path = packed(tmp_path / "a.xlsx", {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<"})
    assert "cannot be read as a workbook" in refused(path)
    assert "Save the sheet as CSV" in refused(path)


def test_workbooks_that_would_fill_the_memory_are_refused_beforehand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(far)) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write(1_048_575, 16_383, "x")
    assert "A cell far out" in refused(far)
    monkeypatch.setattr(archives, "SMALL", 1 << 10)
    monkeypatch.setattr(archives, "SWELL", 50)
    bomb = packed(
        tmp_path / "bomb.xlsx",
        {"[Content_Types].xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(3 << 20)},
    )
    assert "unpacks to more than" in refused(bomb)
    raw = bytearray(bomb.read_bytes())
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 10)
    bomb.write_bytes(bytes(raw))
    assert "unpacks to more than" in refused(bomb)


def test_an_ods_whose_rows_stand_for_a_million_is_refused(tmp_path: Path) -> None:
    def written(repeated: int) -> Path:
        body = (
            '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x">'
            "<office:body><office:spreadsheet><table:table>"
            f'<table:table-row table:number-rows-repeated="{repeated}">'
            '<table:table-cell table:number-columns-repeated="900" office:value-type="string">'
            "<text:p>a</text:p></table:table-cell></table:table-row>"
            "</table:table></office:spreadsheet></office:body></office:document-content>"
        )
        return packed(
            tmp_path / f"{repeated}.ods",
            {
                "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": body.encode(),
            },
        )

    assert "A cell far out" in refused(written(1_000_000))


def test_identity_changes_with_the_file(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"calls.csv": TABLE})
    with Content(path, "calls.csv") as found:
        before = found.identity
    packed(path, {"calls.csv": TABLE + b"x"})
    with Content(path, "calls.csv") as found:
        assert found.identity != before
