"""Files of records and rows: no order, part, copy, layout or repetition of them matters.

Each format of the catalog is held to it with its own samples, with many records made of them, and
with other copies of the same record, older, newer and wrong ones.
"""

import gzip
import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
import xlsxwriter

from console.domain.acts import FileResult
from console.exports.catalog import CATALOG
from console.exports.table_pieces import RowCutter
from console.sync import files
from tests.console.exports.catalog_files import (
    Corpus,
    Record,
    altered,
    corpora,
    multiplied,
    owner,
)
from tests.console.sync.logs import Desk, desk, difference, kept
from tests.console.sync.record_rows import rows

EXAMPLES = int(os.environ.get("COALFACE_EXAMPLES", "0"))
#: Formats of which a file may have rows with nothing in them.
TABLES = {export.NAME for export in CATALOG if export.KIND == "table"}
every_corpus = pytest.mark.parametrize("corpus", corpora(), ids=lambda corpus: corpus.name)


def seeds(examples: int) -> pytest.MarkDecorator:
    """A failure names its seed; COALFACE_EXAMPLES makes a long search of it."""
    return pytest.mark.parametrize("seed", range(EXAMPLES or examples))


def read(one: Desk, *paths: Path) -> list[FileResult]:
    """Sync; the formats whose times are local are told their zone."""
    return one.sync(*paths, zone="UTC")


def assert_same(one: Any, other: Any) -> None:
    assert not difference(one, other), difference(one, other)


def whole(corpus: Corpus, records: Sequence[Record]) -> dict[str, Any]:
    with desk() as one:
        one.write("whole", corpus.file(records))
        accounted(read(one))
        return rows(one.store)


def accounted(results: Sequence[FileResult]) -> None:
    """Every record is taken, known, or put aside; of tables blank rows are the rest."""
    for result in results:
        assert not result.problem, result
        rest = result.lines - result.accepted - result.known - result.quarantined
        assert rest == 0 or (rest > 0 and result.format in TABLES), result


def many(corpus: Corpus, chance: Random, most: int = 12) -> list[Record]:
    """Records of the samples, of others like them, and other copies of any of them."""
    found = list(corpus.records) if chance.random() < 0.5 else []
    found.append(corpus.anchor)
    for _ in range(chance.randrange(2, most)):
        record = multiplied(corpus, chance.choice(corpus.records), chance.randrange(3))
        if not corpus.header and chance.random() < 0.6:
            record = altered(record, chance)
        if corpus.origin(record) in ("", corpus.origin(corpus.anchor)):
            found.append(record)
    return found


def drawn_parts(corpus: Corpus, records: list[Record], chance: Random) -> list[list[Record]]:
    """Parts that together hold each record at least once. Each begins so that it is recognised."""
    parts: list[list[Record]] = [[corpus.anchor] for _ in range(chance.randrange(1, 5))]
    for record in records:
        for _ in range(chance.choice((1, 1, 1, 2))):
            chance.choice(parts).append(record)
    for part in parts:
        rest = part[1:]
        chance.shuffle(rest)
        part[1:] = rest
    return parts


def packed(name: str, data: bytes, chance: Random) -> tuple[str, bytes]:
    how = chance.randrange(4)
    if how == 0:
        return f"{name}.gz", gzip.compress(data)
    if how == 1:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"export/{name}", data)
        return f"{name}.zip", held.getvalue()
    return name, data


@every_corpus
def test_every_layout_gives_the_same_rows(corpus: Corpus) -> None:
    expected = whole(corpus, corpus.records)
    for layout in corpus.layouts()[1:]:
        with desk() as one:
            one.write("whole", corpus.file(corpus.records, layout))
            [result] = read(one)
            accounted([result])
            assert result.format == corpus.export.NAME
            assert result.lines == len(corpus.records)
            assert_same(expected, rows(one.store))


@every_corpus
@seeds(3)
def test_parts_in_any_order_overlapping_packed_and_repeated(corpus: Corpus, seed: int) -> None:
    chance = Random(seed)
    records = many(corpus, chance)
    expected = whole(corpus, records)
    with desk() as one:
        for number, part in enumerate(drawn_parts(corpus, records, chance)):
            data = corpus.file(part, chance.choice(corpus.layouts()))
            one.write(*packed(f"part{number}", data, chance))
            if chance.random() < 0.7:
                accounted(read(one))
        accounted(read(one))
        assert_same(expected, rows(one.store))
        again = read(one)
        accounted(again)
        assert not any(result.accepted for result in again)
        one.write("again", corpus.file(records))
        accounted(read(one))
        assert_same(expected, rows(one.store))


@every_corpus
@seeds(2)
def test_one_after_another(corpus: Corpus, seed: int) -> None:
    chance = Random(seed)
    records = many(corpus, chance, 6)
    expected = whole(corpus, records)
    chance.shuffle(records)
    with desk() as one:
        for number, record in enumerate(records):
            alone = corpus.file([record])
            if owner(alone) is not corpus.export:
                alone = corpus.file([corpus.anchor, record])
            one.write(f"{number}", alone)
            accounted(read(one, one.inbox / f"{number}"))
        assert_same(expected, rows(one.store))


@every_corpus
@seeds(3)
def test_a_growing_file(corpus: Corpus, seed: int) -> None:
    chance = Random(seed)
    records = [corpus.anchor, *many(corpus, chance)]
    layout = chance.choice(corpus.layouts())
    data = corpus.file(records, layout)
    places = sorted({chance.randrange(1, len(data)) for _ in range(chance.randrange(1, 6))})
    if corpus.header:
        data = data.rstrip(b"\n") if chance.random() < 0.5 else data
        places = [place for place in places if place > len(corpus.header)]
    expected = whole(corpus, records)
    with pytest.MonkeyPatch.context() as patch, desk() as one:
        if chance.random() < 0.5:
            patch.setattr(files, "CHUNK", chance.randrange(40, 3000))
        path = one.inbox / "growing"
        begin = 0
        for place in [*places, len(data)]:
            with path.open("ab") as file:
                file.write(data[begin:place])
            begin = place
            results = read(one)
            if results[0].format:
                accounted(results)
        assert_same(expected, rows(one.store))
        for _ in range(2):
            [result] = read(one)
            accounted([result])
            assert result.lines == len(records) and not result.accepted
            # A last row that is refused, and has no end, counts as one that is cut.
            assert result.quarantined == 0 or not corpus.statements(records[-1])
            os.utime(path)
        if corpus.statements(records[-1]):
            assert not [each for each in kept(one.store) if each[2].startswith("cut")]


@every_corpus
@seeds(2)
def test_rotated_and_renamed_between_readings(corpus: Corpus, seed: int) -> None:
    chance = Random(seed)
    records = many(corpus, chance)
    expected = whole(corpus, records)
    with desk() as one:
        for number, part in enumerate(drawn_parts(corpus, records, chance)):
            data = corpus.file(part, chance.choice(corpus.layouts()))
            seen = chance.randrange(1, len(data)) if chance.random() < 0.7 else len(data)
            current = one.write("current", data[:seen])
            if chance.random() < 0.8:
                read(one)
            if chance.random() < 0.5:
                current = current.rename(one.inbox / f"rotated{number}")
            with current.open("ab") as file:
                file.write(data[seen:])
            if chance.random() < 0.5:
                read(one)
            if current.name == "current":
                current.rename(one.inbox / f"rotated{number}")
        read(one)
        assert_same(expected, rows(one.store))
        assert not [each for each in kept(one.store) if each[2].startswith("cut")]


@every_corpus
@seeds(2)
def test_written_anew_in_place(corpus: Corpus, seed: int) -> None:
    """Longer, shorter or as long as before; then an older copy of it comes under another name."""
    chance = Random(seed)
    parts = drawn_parts(corpus, many(corpus, chance), chance)
    expected = whole(corpus, [record for part in parts for record in part])
    layout = corpus.layouts()[0]
    longest = max(len(corpus.file(part, layout)) for part in parts)
    with desk() as one:
        path = one.inbox / "current"
        for number, part in enumerate(parts):
            data = corpus.file(part, layout)
            if chance.random() < 0.5 and not corpus.header:
                data += b" " * (longest - len(data))
            if number and chance.random() < 0.5:
                one.write("new", data).replace(path)
            else:
                path.write_bytes(data)
            os.utime(path, ns=(0, 1_700_000_000_000_000_000 + number))
            accounted(read(one))
        assert_same(expected, rows(one.store))
        one.write("older", corpus.file(parts[0], layout))
        accounted(read(one))
        assert_same(expected, rows(one.store))


@every_corpus
@seeds(3)
def test_one_file_split_at_any_byte(corpus: Corpus, seed: int) -> None:
    """As programs split what is too long to be sent; the parts come in any order."""
    chance = Random(seed)
    records = [corpus.anchor, *many(corpus, chance), *many(corpus, chance)]
    if corpus.header:
        # By a row of sums nobody sees that it goes on.
        records = [each for each in records if corpus.statements(each)]
    # A table with a header in its middle begins there again, whatever stands before.
    data = corpus.file(records, chance.choice([e for e in corpus.layouts() if e != "parts"]))
    # No part is so short that it does not say what it is.
    first = len(corpus.file([corpus.anchor])) + 1
    least = 2 * max(len(each.raw) for each in records)
    places: list[int] = []
    for place in sorted(chance.randrange(first, len(data)) for _ in range(3)):
        if place - (places[-1] if places else 0) >= least and len(data) - place >= least:
            places.append(place)
    expected = whole(corpus, records)
    parts = {
        f"export.{name}": data[begin:end]
        for name, begin, end in zip("abcd", [0, *places], [*places, len(data)], strict=False)
    }
    names = list(parts)
    chance.shuffle(names)
    with desk() as one:
        for name in names:
            one.write(name, parts[name])
            if chance.random() < 0.5:
                read(one, one.inbox / name)
        results = read(one)
        assert not [each for each in results if each.problem], results
        assert_same(expected, rows(one.store))
        if not corpus.records[0].array:
            aside = [each for each in kept(one.store) if each[2].startswith(("cut", "begins"))]
            assert not aside
        again = read(one)
        assert not any(each.accepted for each in again)
        assert_same(expected, rows(one.store))


@pytest.mark.parametrize(
    "corpus", [each for each in corpora() if each.header], ids=lambda corpus: corpus.name
)
def test_a_last_row_that_is_cut_anywhere(corpus: Corpus) -> None:
    """It may stand as it is; when it is whole, nothing of what it was before is left."""
    records = [each for each in corpus.records if corpus.statements(each)]
    expected = whole(corpus, records)
    data = corpus.file(records).rstrip(b"\n")
    begin = data.rindex(records[-1].raw)
    for place in {*range(begin, len(data), 7), *range(len(data) - 12, len(data) + 1)}:
        for name in ("same", "other"):
            with desk() as one:
                one.write("first", data[:place])
                read(one)
                if name == "same":
                    one.write("first", data + b"\n")
                else:
                    one.write("second", data[place:] + b"\n")
                read(one)
                assert_same(expected, rows(one.store))


def workbook(corpus: Corpus) -> bytes:
    assert corpus.look is not None
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, corpus.look.columns)
    data = corpus.file(corpus.records)
    for number, row in enumerate(RowCutter(corpus.look).feed(data, True).rows, 1):
        for place, cell in enumerate(row.cells):
            sheet.write_string(number, place, cell)
    book.close()
    return held.getvalue()


@pytest.mark.parametrize(
    "corpus", [each for each in corpora() if each.header], ids=lambda corpus: corpus.name
)
def test_a_table_as_a_workbook(corpus: Corpus, tmp_path: Path) -> None:
    with desk() as one:
        one.write("table.xlsx", workbook(corpus))
        [result] = read(one)
        accounted([result])
        assert result.format == corpus.export.NAME
        assert_same(whole(corpus, corpus.records), rows(one.store))


@every_corpus
def test_a_packed_file_that_is_damaged_says_so_each_time(corpus: Corpus) -> None:
    data = gzip.compress(corpus.file([corpus.anchor, *corpus.records]), 1)
    with desk() as one:
        one.write("sent.gz", data[:-8] + bytes(8))
        for _ in range(2):
            [result] = read(one)
            assert "damaged inside its gzip packing" in result.problem
        one.write("sent.gz", data)
        [result] = read(one)
        accounted([result])
        assert result.lines == len(corpus.records) + 1
        assert_same(whole(corpus, corpus.records), rows(one.store))
