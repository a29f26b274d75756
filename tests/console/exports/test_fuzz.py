"""Whatever stands in a file: nothing stops the reading, and what is good beside it is taken."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from console.domain.statements import Count, Statement, decode, encode, newer
from console.exports.catalog import CATALOG
from console.exports.export import Export
from console.exports.table_pieces import RowCutter
from console.reads.board import board
from console.settings import Settings
from console.store import tables as t
from console.sync.record_readers import Taken, reader_of
from tests.console.exports.catalog_files import (
    HEAD,
    MASK,
    UTC,
    Corpus,
    Record,
    corpora,
    multiplied,
    samples,
)
from tests.console.exports.hostile import VALUES, damaged, hostile, unfit
from tests.console.sync.logs import Desk, desk, kept

#: So many times more examples than in the daily run, others each time.
FUZZ = int(os.environ.get("COALFACE_FUZZ", "1"))
CHANCE = Random(None if FUZZ > 1 else 1)

every_corpus = pytest.mark.parametrize("corpus", corpora(), ids=lambda corpus: corpus.name)
of_json = pytest.mark.parametrize(
    "corpus", [each for each in corpora() if not each.header], ids=lambda corpus: corpus.name
)
of_tables = pytest.mark.parametrize(
    "corpus", [each for each in corpora() if each.header], ids=lambda corpus: corpus.name
)


def read(corpus: Corpus, records: Sequence[Record], layout: str = "") -> Taken:
    """All of a file's records, as the reader of files has them."""
    data = corpus.file([corpus.anchor, *records], layout)
    return reader_of(corpus.export, data[:HEAD], MASK, UTC, "", 0).read(data, True)


def assert_fit(taken: Taken) -> None:
    for statements in taken.records:
        for subject, key, version, said in statements:
            assert abs(version) < 1 << 62
            assert max(len(subject), len(key)) <= 256
            assert not unfit((subject, key)) and not unfit(said), (subject, said)
            assert decode(encode(said)) == said
    for _number, reason, _raw in taken.aside:
        assert 8 < len(reason) < 600 and "Traceback" not in reason, reason


def accounted(one: Desk) -> int:
    """Sync; every record is taken or put aside with a reason. How many there were."""
    total = 0
    for result in one.sync(zone="UTC"):
        assert not result.problem or result.format is None, result
        rest = result.lines - result.accepted - result.known - result.quarantined
        assert rest >= 0, result
        total += result.lines - rest
    for _name, number, reason, raw in kept(one.store):
        assert number > 0 and len(reason) > 8 and raw
    return total


def assert_kept(one: Desk, statements: Sequence[Statement]) -> None:
    """Each is in the database, or a newer one of the same identity is."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    counts: dict[tuple[str, int], int] = {}
    with one.store.read() as session:
        for said in session.scalars(select(t.Said)):
            found[said.subject, said.key] = (said.version, said.body)
        for contact in session.scalars(select(t.Contact).where(t.Contact.evidence != "")):
            for line in contact.evidence.split("\n"):
                key, version, body = line.split("\t", 2)
                found[f"contact:{contact.ref}", key] = (int(version), body)
        for count in session.scalars(select(t.Snapshot)):
            counts[count.metric, count.at] = max(
                counts.get((count.metric, count.at), 0), count.value
            )
    for subject, key, version, said in statements:
        if isinstance(said, Count):
            assert counts.get((said.metric, said.at), -1) >= said.value, said
        else:
            body = encode(said)
            have = found.get((subject, key))
            assert have is not None, f"{subject} {key} is lost"
            assert have == (version, body) or newer(*have, version, body), (subject, key)


def shown(one: Desk) -> None:
    """What is kept can be put on the board."""
    with one.store.read() as session:
        last = session.scalars(select(t.Source.last_at)).all()
        for at in {each for each in last if each is not None}:
            board(session, at, Settings())


# --- values


@of_json
def test_hostile_values_in_every_position(corpus: Corpus) -> None:
    for layout in corpus.layouts():
        records = [
            Record(record.array, hostile(record.raw, CHANCE))
            for record in (CHANCE.choice(corpus.records) for _ in range(80 * FUZZ))
        ]
        taken = read(corpus, records, layout)
        assert len(taken.records) + len(taken.aside) == len(records) + 1
        assert_fit(taken)


def row(corpus: Corpus, cells: Sequence[str]) -> Record:
    assert corpus.look is not None
    held = io.StringIO()
    csv.writer(held, delimiter=corpus.look.delimiter).writerow(cells)
    return Record("", held.getvalue().removesuffix("\r\n").encode("utf-8", "replace"))


@of_tables
def test_hostile_cells_in_every_position(corpus: Corpus) -> None:
    assert corpus.look is not None
    whole = corpus.file(corpus.records)
    rows = [list(each.cells) for each in RowCutter(corpus.look).feed(whole, True).rows]
    words = [value for value in VALUES if isinstance(value, str) and "\x00" not in value]
    records: list[Record] = []
    for _ in range(200 * FUZZ):
        cells = list(CHANCE.choice(rows))
        cells[CHANCE.randrange(len(cells))] = CHANCE.choice(words)
        records.append(row(corpus, cells))
    taken = read(corpus, records)
    assert len(taken.records) + len(taken.aside) == len(records) + 1
    assert_fit(taken)


@of_json
def test_hostile_values_reach_the_database_and_the_board(corpus: Corpus) -> None:
    good = [record for record in corpus.records if corpus.statements(record)]
    bad = [
        Record(record.array, hostile(multiplied(corpus, record, 777).raw, CHANCE))
        for record in (CHANCE.choice(corpus.records) for _ in range(30 * FUZZ))
    ]
    records = [corpus.anchor, *good, *bad]
    with desk() as one:
        one.write("values", corpus.file(records))
        assert accounted(one) == len(records)
        assert_kept(one, [each for record in good for each in corpus.statements(record)])
        shown(one)
        assert accounted(one) == len(records)


# --- bytes


def damage(corpus: Corpus, layout: str) -> str:
    """Damage one record among others of its shape; what happened, where another was lost by it."""
    victim = multiplied(corpus, CHANCE.choice(corpus.records), 777)
    alike = [each for each in corpus.records if shape(corpus, each) == shape(corpus, victim)]
    before = [corpus.anchor, *(CHANCE.choice(alike) for _ in range(4))]
    after = [CHANCE.choice(alike) for _ in range(5)]
    broken = Record(victim.array, damaged(victim.raw, CHANCE))
    with desk() as one:
        one.write("damaged", corpus.file([*before, broken, *after], layout))
        accounted(one)
        good = [each for record in (*before, *after) for each in corpus.statements(record)]
        try:
            assert_kept(one, good)
        except AssertionError as error:
            return f"{error} after {broken.raw!r} in {layout}"
    return ""


def shape(corpus: Corpus, record: Record) -> Any:
    return corpus.header or (record.array, list(json.loads(record.raw))[:2])


@every_corpus
def test_damage_costs_the_record_that_it_stands_in(corpus: Corpus) -> None:
    """Where records have lines of their own, that one alone."""
    for _ in range(2 * FUZZ):
        layout = "lines" if "lines" in corpus.layouts() else corpus.layouts()[0]
        assert not (lost := damage(corpus, layout)), lost


def test_damage_seldom_costs_the_next_record_too() -> None:
    """In one line with others, a quote too few can look as if it were the next record's."""
    lost: list[str] = []
    number = 0
    for corpus in corpora():
        for layout in set(corpus.layouts()) & {"concatenated", "array", "page", "array of pages"}:
            for _ in range(FUZZ):
                number += 1
                lost += [found] if (found := damage(corpus, layout)) else []
    assert len(lost) <= number // 20, lost


@every_corpus
def test_a_file_cut_off_anywhere(corpus: Corpus) -> None:
    for _ in range(2 * FUZZ):
        records = [corpus.anchor, *corpus.records]
        layout = corpus.layouts()[0]
        data = corpus.file(records, layout)
        cut = CHANCE.randrange(len(corpus.file([corpus.anchor], layout)), len(data))
        whole = 0
        while len(corpus.file(records[: whole + 1], layout)) <= cut:
            whole += 1
        with desk() as one:
            one.write("cut", data[:cut])
            accounted(one)
            assert_kept(one, [s for each in records[:whole] for s in corpus.statements(each)])
            one.write("cut", data)
            accounted(one)
            assert_kept(one, [s for each in records for s in corpus.statements(each)])
            assert not [each for each in kept(one.store) if each[2].startswith("cut")]


# --- shapes


DEEP = 100_000


def around(corpus: Corpus, piece: bytes) -> bytes:
    """A line of its own among good ones."""
    good = corpus.file(corpus.records, "lines")
    return good + piece + b"\n" + good


LINES = [each for each in corpora() if "lines" in each.layouts()]
MONSTERS = {
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep arrays": b"[" * DEEP + b"]" * DEEP,
    "open objects": b'{"a":' * DEEP,
    "closing brackets": b"}" * DEEP,
    "a text of 10 MB": b'{"a":"' + b"x" * 10_000_000 + b'"}',
    "a name of 10 MB": b'{"' + b"x" * 10_000_000 + b'":1}',
    "many members": b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(100_000)) + b"}",
    "one member often": b"{" + b",".join(b'"id":%d' % n for n in range(50_000)) + b"}",
    "a long number": b'{"id":' + b"9" * 400_000 + b"}",
    "no numbers": b'{"id":NaN,"created_at":Infinity,"updated_at":-Infinity}',
    "nothing": b"null",
    "NUL bytes": b"\x00" * 100_000,
}


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_among_records(name: str) -> None:
    """It is put aside by what cuts files, whatever their format: some of them show it."""
    for corpus in LINES if FUZZ > 1 else CHANCE.sample(LINES, 3):
        with desk() as one:
            one.write("monster", around(corpus, MONSTERS[name]))
            accounted(one)
            assert_kept(one, [each for r in corpus.records for each in corpus.statements(r)])
            assert all(len(raw) <= 4096 for _file, _number, _reason, raw in kept(one.store))
            assert one.database.stat().st_size < 8_000_000


@of_json
def test_a_record_inside_out(corpus: Corpus) -> None:
    """Deep nesting inside of values that are looked at, and duplicate names with other values."""
    record = corpus.anchor
    said = json.loads(record.raw)
    name = json.dumps(next(iter(said))).encode()
    inner = record.raw.lstrip()[1:]
    pieces = [
        Record(record.array, b"{" + name + b":" + b"[" * 900 + b"]" * 900 + b"," + inner),
        Record(record.array, b"{" + name + b":" + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}"),
        Record(record.array, b"{" + name + b":[1,2,{}]," + inner),
        Record(record.array, b'{"\\ud800":1,"\\u0000":"\\u0000",' + inner),
    ]  # fmt: skip
    good = [each for each in corpus.records if corpus.statements(each)]
    layout = corpus.layouts()[0]
    with desk() as one:
        one.write("inside", corpus.file([record, *pieces, *good], layout))
        accounted(one)
        assert_kept(one, [each for r in (record, *good) for each in corpus.statements(r)])
        shown(one)


# --- encodings, names, neighbours


@every_corpus
def test_written_in_another_encoding(corpus: Corpus) -> None:
    data = corpus.file([corpus.anchor, *corpus.records])
    good = [each for record in corpus.records for each in corpus.statements(record)]
    with desk() as one:
        one.write("bom", b"\xef\xbb\xbf" + data)
        assert accounted(one) == len(corpus.records) + 1
        assert_kept(one, good)
    text = data.decode()
    for encoding in ("utf-16", "utf-16-le", "utf-32", "latin-1"):
        with desk() as one:
            one.write(encoding, text.encode(encoding, "replace"))
            accounted(one)


def test_a_record_in_latin_1_is_read_and_half_a_sign_is_marked() -> None:
    corpus = next(each for each in corpora() if each.name == "zendesk_tickets-bare")
    said = json.loads(corpus.records[0].raw)
    latin = json.dumps({**said, "id": 77, "subject": "Gr\xfc\xdfe"}, ensure_ascii=False)
    half = json.dumps({**said, "id": 78, "subject": "Danke \ud83d"})
    nul = json.dumps({**said, "id": 79, "subject": "a\x00b"})
    lines = [corpus.records[0].raw, latin.encode("latin-1"), half.encode(), nul.encode()]
    with desk() as one:
        one.write("lines", b"\n".join(lines) + b"\n")
        assert accounted(one) == 4
        assert not kept(one.store)
        with one.store.read() as session:
            subjects = {each.ref: each.subject for each in session.scalars(select(t.Ticket))}
        assert subjects["77"] == "Gr\xfc\xdfe"
        assert subjects["78"] == "Danke \ufffd"
        assert subjects["79"] == "ab"


@pytest.mark.parametrize("export", CATALOG, ids=lambda export: export.NAME)
def test_names_of_files_mean_nothing(export: Export) -> None:
    [path, *_more] = samples(export)
    names = ("x.csv", "x.json", "x.log", "queue_log.1", "x.gz", "x.xlsx", "x", "-rf", "x'\n;y")
    with desk() as one:
        for name in CHANCE.sample(names, 3):
            one.write(name, path.read_bytes())
        results = one.sync(zone="UTC")
        assert len(results) == 3
        assert all(each.format == export.NAME and not each.problem for each in results)


def test_a_file_of_one_format_behind_another() -> None:
    """The first is known; nothing of the others stops the reading."""
    files = [each.file(each.records) for each in corpora()]
    for _ in range(8 * FUZZ):
        parts = [CHANCE.choice(files) for _ in range(3)]
        with desk() as one:
            one.write("mixed", b"".join(parts))
            accounted(one)
            shown(one)


@pytest.mark.parametrize("seed", range(6 * FUZZ))
def test_noise(seed: int) -> None:
    chance = Random(seed) if FUZZ == 1 else CHANCE
    words = [b'{"', b'"}', b"[", b"]", b",", b":", b'"', b"\n", b"\\", b"null", b"1", b"id", b"|",
             b";", b"\t", b"2026-01-05T08:00:00Z", b"1767600000", b"\x00", b"\xff\xfe", b"tickets",
             b"conversations", b"ContactId", b"INSERT INTO queue_log VALUES ("]  # fmt: skip
    with desk() as one:
        for number in range(8):
            noise = b"".join(chance.choice(words) for _ in range(chance.randrange(4000)))
            one.write(f"{number}", noise)
        corpus = chance.choice([each for each in corpora() if not each.header])
        noise = b"".join(chance.choice(words) for _ in range(4000))
        one.write("begun well", corpus.file(corpus.records) + noise)
        accounted(one)
        assert_kept(one, [each for r in corpus.records for each in corpus.statements(r)])
        shown(one)


# --- what fills memory and disk


PAGES = next(each for each in corpora() if each.name == "zendesk_tickets-paged")
TABLE = next(each for each in corpora() if each.name == "zendesk_csv-tickets")
GOOD = PAGES.file(PAGES.records)
ROOT = Path(__file__).parents[3]
#: How a file goes on, again and again, behind a good beginning.
ENDLESS = {
    "nested pages": b'{"tickets":[{"a":',
    "nested objects": b'{"a":',
    "open brackets": b"[",
    "quotes": b'"',
    "an endless text": b'{"tickets":[{"url":"',
    "empty objects": b"{},",
    "NUL bytes": b"\x00" * 64,
    "open cells": b'"x,\n',
}


def test_no_file_fills_the_memory_or_the_disk() -> None:
    """Each of 5 MB; with COALFACE_FUZZ, as many times as that says."""
    with desk() as one:
        for name, piece in ENDLESS.items():
            table = name == "open cells"
            path = one.write(name, TABLE.file(TABLE.records * 99) if table else GOOD)
            with path.open("ab") as file:
                if name == "an endless text":
                    file.write(piece)
                    piece = b"x"
                block = piece * (1 << 14)
                for _ in range(5_000_000 * FUZZ // len(block)):
                    file.write(block)
        done = subprocess.run(
            [sys.executable, "-m", "tests.console.sync.hungry", str(one.place)],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        answer = json.loads(done.stdout)
        assert len(answer["results"]) == len(ENDLESS)
        for name, format, lines, accepted, known, quarantined, problem in answer["results"]:
            assert format and not problem, (name, problem)
            assert accepted + known + quarantined == lines, name
            assert quarantined >= 1, name
        # The greatest part of it for a million objects with nothing in them, of one chunk.
        assert answer["grown"] < 300, answer
        assert one.database.stat().st_size < 12_000_000
        assert_kept(one, [each for r in PAGES.records for each in PAGES.statements(r)])
        assert len(kept(one.store)) < 22_000
