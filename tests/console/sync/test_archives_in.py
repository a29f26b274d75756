"""What comes in archives is read without unpacking it; what was made to do harm is refused."""

import bz2
import gzip
import io
import json
import os
import stat
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from console.domain.acts import FileResult
from tests.console.exports.catalog_files import corpora
from tests.console.sync.logs import Desk, desk, difference
from tests.console.sync.record_rows import rows

ROOT = Path(__file__).parents[3]
TICKETS = next(each for each in corpora() if each.name == "zendesk_tickets-paged")
ROWS = next(each for each in corpora() if each.name == "zendesk_csv-tickets")
GOOD = TICKETS.file(TICKETS.records)
#: No refusal takes longer; most take none.
PATIENCE_S = 10.0

Members = Sequence[tuple[str | zipfile.ZipInfo, bytes]]


def packed(members: Members, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return held.getvalue()


def member(name: str, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def read(one: Desk) -> dict[str, FileResult]:
    begun = time.monotonic()
    found = {result.path.partition(f"{one.inbox}/")[2]: result for result in one.sync(zone="UTC")}
    assert time.monotonic() - begun < PATIENCE_S
    return found


def refused(content: bytes, words: str, good: bool = False) -> None:
    """The archive, or what is wrong in it, is refused with a sentence; `good` beside it is read."""
    with desk() as one:
        one.write("sent.zip", content)
        found = read(one)
        problems = [each.problem for each in found.values() if each.problem]
        assert problems and all(words in each for each in problems), found
        for each in problems:
            assert each.endswith(".") and len(each) < 600
        taken = [each for each in found.values() if each.accepted]
        assert len(taken) == good, found
        assert sorted(path.name for path in one.place.iterdir()) == sorted(
            ["asterisk", *(path.name for path in one.place.glob("d.db*"))]
        )


def test_an_archive_is_the_files_inside() -> None:
    with desk() as one:
        one.write("tickets", GOOD)
        one.write("table", ROWS.file(ROWS.records))
        one.sync(zone="UTC")
        expected = rows(one.store)
    inside: Members = [
        ("export/", b""),
        ("export/tickets.json", GOOD),
        ("export/day/table.csv", ROWS.file(ROWS.records)),
        ("__MACOSX/export/._tickets.json", b"\x00\x05\x16\x07"),
        (".hidden", GOOD),
        ("readme.txt", b"Nothing to see."),
    ]
    for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with desk() as one:
            one.write("sent", packed(inside, how))
            found = read(one)
            assert set(found) == {
                "sent!export/tickets.json", "sent!export/day/table.csv", "sent!readme.txt",
            }  # fmt: skip
            assert not found["sent!export/tickets.json"].problem
            assert "left alone" in found["sent!readme.txt"].problem
            assert not difference(expected, rows(one.store))
            again = read(one)
            assert not any(each.accepted for each in again.values())


def test_an_archive_that_is_sent_anew_is_read_anew() -> None:
    half = len(TICKETS.records) // 2
    with desk() as one:
        one.write("sent.zip", packed([("a.json", TICKETS.file(TICKETS.records[:half]))]))
        read(one)
        one.write("sent.zip", packed([("b.json", GOOD), ("a.json", GOOD)]))
        read(one)
        found = rows(one.store)
    with desk() as one:
        one.write("a.json", GOOD)
        one.sync()
        assert not difference(rows(one.store), found)


@pytest.mark.parametrize(
    "name",
    ["../up.json", "a/../../up.json", "/etc/up.json", "C:/up.json", "C:up.json", "..\\up.json",
     "\\\\host\\share\\up.json", "a\x1b[31m.json", "a\nb.json", "a\u202egnp.json"],
)  # fmt: skip
def test_a_name_that_leads_out_of_the_archive(name: str) -> None:
    refused(packed([(name, GOOD)]), "a name that leads out")
    refused(packed([("good.json", GOOD), (name, GOOD)]), "a name that leads out", good=True)


@pytest.mark.parametrize(
    "mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK]
)
def test_a_link_or_a_device_in_an_archive(mode: int) -> None:
    refused(packed([(member("link", mode | 0o777), b"/etc/passwd")]), "a link or device")


def test_an_encrypted_member() -> None:
    content = bytearray(packed([("secret.json", GOOD)]))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    refused(bytes(content), "is encrypted")


def test_an_archive_in_an_archive() -> None:
    inner = packed([("tickets.json", GOOD)])
    refused(packed([("inner.zip", inner)]), "an archive inside an archive")
    refused(packed([("inner", inner)]), "an archive inside an archive")
    refused(packed([("inner.json", gzip.compress(GOOD))]), "an archive inside an archive")
    refused(packed([("inner.json", bz2.compress(GOOD))]), "an archive inside an archive")
    refused(packed([("good.json", GOOD), ("a/inner.ZIP", inner)]), "inside an archive", good=True)


def test_one_that_unpacks_to_itself() -> None:
    """As quines do: what is inside an archive is never opened as one."""
    content = packed([("r/r.zip", b"")])
    for _ in range(40):
        content = packed([("r/r.zip", content)])
    refused(content, "an archive inside an archive")


def test_a_tape_archive() -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        info = tarfile.TarInfo("tickets.json")
        info.size = len(GOOD)
        archive.addfile(info, io.BytesIO(GOOD))
    for pack in (bytes, gzip.compress, bz2.compress):
        with desk() as one:
            one.write("sent.tar", pack(held.getvalue()))
            [result] = read(one).values()
            assert "is a tar archive" in result.problem and "Unpack it" in result.problem


def test_a_hundred_thousand_members() -> None:
    count = 100_000
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    entry = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0
    )
    for counted, claimed in ((count, 0xFFFF), (count, 3), (20_000, 20_000)):
        listed = b"".join(entry + b"%05d" % number for number in range(counted))
        end = struct.pack(
            "<4s4H2IH", b"PK\x05\x06", 0, 0, claimed, claimed, len(listed), len(local), 0
        )
        refused(local + listed + end, "more than 10,000 files inside")


def bomb(piece: bytes, times: int) -> bytes:
    """Deflated bytes of `piece` again and again, made without holding them."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join(deflate.compress(piece) for _ in range(times)) + deflate.flush()


def raw_zip(members: Sequence[tuple[bytes, bytes, int, int]]) -> bytes:
    """An archive of (name, deflated, stated size, offset or -1 for a place of its own)."""
    body, listed = b"", b""
    for name, deflated, size, offset in members:
        if offset < 0:
            offset = len(body)
            body += struct.pack(
                "<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(deflated), size, len(name), 0
            ) + name + deflated  # fmt: skip
        listed += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(deflated), size, len(name),
            0, 0, 0, 0, 0, offset,
        ) + name  # fmt: skip
    return body + listed + struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, len(members), len(members), len(listed), len(body), 0
    )  # fmt: skip


def hungry(make: Callable[[Desk], object]) -> tuple[dict[str, str], float]:
    """What a process of its own says of each file, and how many MB it grew by."""
    with desk() as one:
        make(one)
        before = len(os.listdir(tempfile.gettempdir()))
        done = subprocess.run(
            [sys.executable, "-m", "tests.console.sync.hungry", str(one.place)],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert len(os.listdir(tempfile.gettempdir())) <= before + 2
        answer = json.loads(done.stdout)
        assert one.database.stat().st_size < 20_000_000
        return {result[0]: result[6] for result in answer["results"]}, answer["grown"]


def test_bombs_are_refused_without_filling_the_memory() -> None:
    zeros = bomb(bytes(1 << 20), 200)
    spaces = bomb(b" " * (1 << 20), 200)
    row = b'{"id":1,"via":{"channel":"web"},"subject":"x","status":"open"}\n'

    def make(one: Desk) -> None:
        one.write("stated.zip", raw_zip([(b"a.json", zeros, 200 << 20, -1)]))
        # One that states a small size: what comes out is counted, not what was promised.
        one.write("lying.zip", raw_zip([(b"a.json", spaces, 1000, -1)]))
        # One piece that all the others point to.
        others = [(b"a%d" % number, spaces, 200 << 20, 0) for number in range(5000)]
        one.write("overlapping.zip", raw_zip([(b"a", spaces, 200 << 20, -1), *others]))
        one.write("zeros.gz", gzip_of(zeros))
        one.write("rows.gz", gzip_of(bomb(row * 16_000, 100)))
        one.write("spaces.gz", gzip_of(bomb(GOOD + b" " * (1 << 20), 60)))
        one.write("zeros.bz2", bz2.compress(bytes(90 << 20)))
        one.write("sheet.xlsx", sheet_bomb())
        one.write("far.xlsx", far_sheet())

    problems, grown = hungry(make)
    for name, words in (
        ("stated.zip", "unpacks to more than"),
        ("overlapping.zip", "unpacks to more than"),
        ("zeros.gz", ""),
        ("zeros.bz2", ""),
        ("sheet.xlsx", "unpacks to more than"),
        ("far.xlsx", "a sheet of more than"),
    ):
        assert problems[name] and words in problems[name], (name, problems)
    assert grown < 150


def gzip_of(deflated: bytes) -> bytes:
    return b"\x1f\x8b\x08\x00" + bytes(5) + b"\x03" + deflated + bytes(8)


def workbook() -> dict[str, bytes]:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "status", "subject"])
    sheet.write_row(1, 0, ["1", "open", "x"])
    book.close()
    with zipfile.ZipFile(held) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_bomb() -> bytes:
    parts = workbook()
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", b" " * (300 << 20) + b"</sheetData>")
    return packed(list(parts.items()))


def far_sheet() -> bytes:
    """One filled cell at the far end of a sheet: billions of empty ones before it."""
    parts = workbook()
    name = "xl/worksheets/sheet1.xml"
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[name] = parts[name].replace(b"</sheetData>", far)
    return packed(list(parts.items()))


@pytest.mark.parametrize("cut", [0.02, 0.3, 0.6, 0.95, 0.999])
def test_an_archive_that_is_cut_off_or_damaged(cut: float) -> None:
    whole = packed([("a.json", GOOD), ("b.csv", ROWS.file(ROWS.records))])
    with desk() as one:
        one.write("sent.zip", whole[: int(len(whole) * cut)])
        found = read(one)
        assert all(each.problem.endswith(".") or "left alone" in each.problem
                   for each in found.values())  # fmt: skip
        broken = bytearray(whole)
        middle = int(len(whole) * cut)
        broken[middle : middle + 30] = b"\x55" * len(broken[middle : middle + 30])
        one.write("sent.zip", bytes(broken))
        for each in read(one).values():
            assert not each.problem or each.problem.endswith(".") or "left alone" in each.problem
        one.write("sent.zip", whole)
        assert all(not each.problem for each in read(one).values())
        found = rows(one.store)
    with desk() as one:
        one.write("a.json", GOOD)
        one.write("b.csv", ROWS.file(ROWS.records))
        one.sync(zone="UTC")
        assert {key: value for key, value in rows(one.store).items()} == found
