"""The samples of every format of the catalog, cut into records, and written anew in any layout.

`multiplied` makes many records of one by changing what identifies it; `altered` makes another copy
of the same one by changing something else: an older or a newer state of it, or a wrong one.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from console.domain.customers import Mask
from console.domain.statements import Statement
from console.exports.catalog import CATALOG
from console.exports.export import Export
from console.exports.json_pieces import Cutter
from console.exports.table_pieces import Look, RowCutter, look

DATA = Path(__file__).parents[2] / "data" / "exports"
MASK = Mask(b"0" * 32)
HEAD = 1 << 16
UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Record:
    """One record of JSON in the array that it is an element of, or one row of a table."""

    array: str
    raw: bytes


@dataclass(frozen=True)
class Corpus:
    """Records that can stand in one file. `header` is that of a table, with its line end."""

    export: Export
    name: str
    records: tuple[Record, ...]
    header: bytes = b""
    look: Look | None = None

    def statements(self, record: Record) -> list[Statement]:
        """None for a record that cannot be taken."""
        export: Any = self.export
        try:
            if self.look is None:
                return list(export.take(record.raw, record.array, MASK))
            [row] = RowCutter(self.look).feed(self.header + record.raw + b"\n", True).rows
            cells = dict(zip(self.look.columns, row.cells, strict=True))
            return list(export.take_row(cells, MASK, UTC))
        except (ValueError, msgspec.MsgspecError):
            return []

    def origin(self, record: Record) -> str:
        """The system that wrote the record, "" where it does not say."""
        export: Any = self.export
        return "" if self.header else export.origin(record.raw, record.array)

    @cached_property
    def anchor(self) -> Record:
        """A record by which a file of the format is recognised."""
        return next(each for each in self.records if owner(self.file([each])) is self.export)

    def layouts(self) -> tuple[str, ...]:
        if self.header:
            return ("rows", "parts")
        if self.records[0].array:
            return ("pages", "page", "array of pages")
        return ("lines", "concatenated", "array", "pretty")

    def file(self, records: Sequence[Record], layout: str = "") -> bytes:
        """A file of these records; the first layout where none is named."""
        return _LAYOUTS[layout or self.layouts()[0]](self, records)


def _rows(corpus: Corpus, records: Sequence[Record]) -> bytes:
    return corpus.header + b"".join(each.raw + b"\n" for each in records)


def _parts(corpus: Corpus, records: Sequence[Record]) -> bytes:
    """Tables put one behind another, each with its header."""
    half = len(records) // 2
    return _rows(corpus, records[:half]) + _rows(corpus, records[half:])


def _lines(_corpus: Corpus, records: Sequence[Record]) -> bytes:
    return b"".join(compact(each.raw) + b"\n" for each in records)


def _concatenated(_corpus: Corpus, records: Sequence[Record]) -> bytes:
    return b"".join(compact(each.raw) for each in records)


def _array(_corpus: Corpus, records: Sequence[Record]) -> bytes:
    return b"[" + b",".join(each.raw for each in records) + b"]\n"


def _pretty(_corpus: Corpus, records: Sequence[Record]) -> bytes:
    return json.dumps([json.loads(each.raw) for each in records], indent=2).encode()


def _in_page(array: str, records: Iterable[Record]) -> bytes:
    inside = b",\n  ".join(each.raw for each in records)
    return b'{"%s": [\n  %s], "next_page": null, "count": 1}' % (array.encode(), inside)


def _pages(_corpus: Corpus, records: Sequence[Record]) -> bytes:
    return b"".join(_in_page(each.array, [each]) + b"\n" for each in records)


def _page(_corpus: Corpus, records: Sequence[Record]) -> bytes:
    arrays = list(dict.fromkeys(each.array for each in records))
    members = [
        b'"%s": [%s]' % (array.encode(), b", ".join(r.raw for r in records if r.array == array))
        for array in arrays
    ]
    return b"{" + b",\n ".join(members) + b', "next_page": null}'


def _array_of_pages(_corpus: Corpus, records: Sequence[Record]) -> bytes:
    return b"[" + b",\n".join(_in_page(each.array, [each]) for each in records) + b"]"


_LAYOUTS: dict[str, Callable[[Corpus, Sequence[Record]], bytes]] = {
    "rows": _rows,
    "parts": _parts,
    "lines": _lines,
    "concatenated": _concatenated,
    "array": _array,
    "pretty": _pretty,
    "pages": _pages,
    "page": _page,
    "array of pages": _array_of_pages,
}


def compact(raw: bytes) -> bytes:
    try:
        return json.dumps(json.loads(raw), separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return raw


def owner(data: bytes) -> Export | None:
    """The format that a file is taken for."""
    return next((export for export in CATALOG if export.fits(data[:HEAD])), None)


def samples(export: Export) -> list[Path]:
    folder = DATA / export.NAME
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _cut(export: Any, data: bytes) -> Iterator[Record]:
    for piece in Cutter(export.ARRAYS).feed(data, True).pieces:
        yield Record(piece.array, piece.raw)


@cache
def corpora() -> tuple[Corpus, ...]:
    """Of formats of records and rows. Of logs a line means nothing without the others."""
    found: list[Corpus] = []
    for export in CATALOG:
        if export.KIND == "json":
            records = [each for path in samples(export) for each in _cut(export, path.read_bytes())]
            for name, inside in (("bare", False), ("paged", True)):
                these = tuple(each for each in records if bool(each.array) is inside)
                if these:
                    found.append(Corpus(export, f"{export.NAME}-{name}", these))
        elif export.KIND == "table":
            found.extend(_table(export, path) for path in samples(export))
    return tuple(found)


def _table(export: Export, path: Path) -> Corpus:
    data = path.read_bytes()
    own = getattr(export, "look", look)
    seen = own(data[:HEAD])
    assert seen is not None
    rows = RowCutter(seen).feed(data, True).rows
    header = data.split(b"\n", seen.header_line + 1)[: seen.header_line + 1]
    return Corpus(
        export,
        f"{export.NAME}-{path.stem}",
        tuple(Record("", row.raw) for row in rows),
        b"\n".join(header) + b"\n",
        seen,
    )


# --- more records, and other copies of one


def multiplied(corpus: Corpus, record: Record, number: int) -> Record:
    """The same record of another contact, ticket or agent: its ids have three digits more."""
    ids = {
        subject.partition(":")[2]
        for subject, _key, _version, _said in corpus.statements(record)
        if subject.startswith(("contact:", "ticket:", "agent:"))
    }
    ids = {part for each in ids for part in (each, *each.split("/")) if len(part) > 1}
    if not number or not ids:
        return record
    names = b"|".join(re.escape(each.encode()) for each in sorted(ids, key=len, reverse=True))
    whole = re.compile(rb"(?<![\w.-])(" + names + rb")(?![\w.-])")
    return Record(record.array, whole.sub(rb"\g<1>%03d" % number, record.raw))


def altered(record: Record, chance: Random) -> Record:
    """Another copy of a JSON record: one value in it is another one, or is not there."""
    said = json.loads(record.raw)
    places = list(_leaves(said))
    if not places:
        return record
    holder, key = places[chance.randrange(len(places))]
    holder[key] = _other(holder[key], chance)
    return Record(record.array, json.dumps(said, ensure_ascii=False).encode())


def _leaves(said: Any) -> Iterator[tuple[Any, Any]]:
    keys = said.keys() if isinstance(said, dict) else range(len(said))
    for key in keys:
        if isinstance(said[key], dict | list) and said[key]:
            yield from _leaves(said[key])
        else:
            yield said, key


_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")


def _other(value: Any, chance: Random) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return chance.choice((None, 0, value + 1, value + 3600, value - 7, value * 2))
    if isinstance(value, str) and _TIME.match(value):
        digit = chance.choice((9, 12, 14, 15, 17, 18))
        return value[:digit] + str(chance.randrange(2)) + value[digit + 1 :]
    if isinstance(value, str):
        return chance.choice((None, "", value + "x", value[:1]))
    return chance.choice(("", 0, [], {}))


def rejected(corpus: Corpus, record: Record) -> bool:
    """Whether the format refuses a record, in words of its own or of the JSON's."""
    export: Any = corpus.export
    try:
        list(export.take(record.raw, record.array, MASK))
    except (ValueError, msgspec.MsgspecError):
        return True
    return False
