"""Files of records and rows are cut, and each piece is made into statements or put aside.

Nothing here knows the store; a piece that cannot be taken has its reason in words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

from console.domain.statements import Statement
from console.exports.bounds import check
from console.exports.export import Export, JsonExport, Mask, Rejected, TableExport
from console.exports.json_mending import mended, without_nul
from console.exports.json_pieces import Cutter, Piece
from console.exports.mapped_table import MappedTable, at_odds
from console.exports.table_pieces import Look, Row, RowCutter, look
from console.sync.place import MOST_KEPT, digest

#: Longer ids are kept as their digests.
_LONGEST = 240
_LIMIT = 1 << 62
#: A reason may quote what it is about.
#: Of so many rows of a file it is known which keys they have.
_MOST_KEYS = 300_000
_REASON = 300


@dataclass(slots=True)
class Taken:
    """What one piece of a file came to: the statements of each record, and what was put aside."""

    records: list[list[Statement]] = field(default_factory=lambda: [])
    aside: list[tuple[int, str, bytes]] = field(default_factory=lambda: [])
    used: int = 0
    origin: str = ""
    more: int = 0  # so many more were put aside, and are not listed

    def put_aside(self, number: int, reason: str, raw: bytes) -> None:
        if len(self.aside) <= MOST_KEPT:
            self.aside.append((number, reason, raw))
        else:
            self.more += 1


class Reader(Protocol):
    """Cuts a file's bytes into records and makes statements of them."""

    def read(self, data: bytes, last: bool) -> Taken:
        """`data` begins where `used` left off; `last`: nothing follows."""
        ...

    def rest(self, data: bytes) -> Taken:
        """What can be made of a last row without its line end, which may be cut."""
        ...

    @property
    def state(self) -> str: ...


def reader_of(
    export: Export,
    head: bytes,
    mask: Mask,
    zone: ZoneInfo | None,
    state: str,
    records: int,
    written_at: int | None = None,
) -> Reader:
    """The reader that goes on where `state` was noted, so many records having been read.

    "" is a file's beginning. `written_at`: when the file was.
    """
    if export.KIND == "json":
        return _JsonReader(export, mask, state, records, written_at)  # type: ignore[arg-type]  # its kind says so
    return _TableReader(export, head, mask, zone or ZoneInfo("UTC"), state)  # type: ignore[arg-type]


def begins_with_bracket(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def begins_well(head: bytes, exports: Sequence[Export], mask: Mask) -> bool:
    """Whether a file's first record can be taken by one of these formats, as it stands."""
    for export in exports:
        if not export.fits(head) or (export.KIND == "json" and not begins_with_bracket(head)):
            continue
        taken = reader_of(export, head, mask, None, "", 0).read(head, False)
        if taken.records and not any(number == 1 for number, _reason, _raw in taken.aside):
            return True
    return False


class _JsonReader:
    def __init__(
        self,
        export: JsonExport,
        mask: Mask,
        state: str,
        records: int = 0,
        written_at: int | None = None,
    ) -> None:
        self._export = export
        self._mask = mask
        self._take: Callable[[bytes, str, Mask], Iterable[Statement]] = export.take
        timed = getattr(export, "take_written", None)
        if timed is not None:
            self._take = lambda raw, array, mask: timed(raw, array, mask, written_at)
        self._first = records + 1  # records are numbered from 1 on
        self._cutter = Cutter(export.ARRAYS, state)

    @property
    def state(self) -> str:
        return self._cutter.state

    def read(self, data: bytes, last: bool) -> Taken:
        cut = self._cutter.feed(data, last)
        taken = Taken(used=cut.used)
        for bad in cut.bad:
            taken.put_aside(self._first + bad.number, bad.reason, bad.raw)
        escaped = b"\\u0000" in data
        for piece in cut.pieces:
            raw = without_nul(piece.raw) if escaped else piece.raw
            try:
                taken.records.append(self._statements(raw, piece))
                if not taken.origin:
                    taken.origin = self._export.origin(raw, piece.array)
            except (
                msgspec.MsgspecError, ValueError, OverflowError, RecursionError,
            ) as error:  # fmt: skip
                taken.put_aside(self._first + piece.number, self._reason(error), piece.raw)
        return taken

    def _statements(self, raw: bytes, piece: Piece) -> list[Statement]:
        try:
            return _checked(self._take(raw, piece.array, self._mask))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            whole = mended(raw)
            if whole is None:
                raise
            return _checked(self._take(whole, piece.array, self._mask))

    def _reason(self, error: Exception) -> str:
        if isinstance(error, msgspec.MsgspecError):
            return f"no {self._export.TITLE}: {error}"[:_REASON]
        if isinstance(error, RecursionError):
            return "nested too deeply to be a record"
        return _in_words(error)

    def rest(self, data: bytes) -> Taken:
        del data  # a record in JSON is whole or it is not
        return Taken()


class _TableReader:
    def __init__(
        self, export: TableExport, head: bytes, mask: Mask, zone: ZoneInfo, state: str
    ) -> None:
        # One that a person has explained remembers the order of a file's rows.
        self._mapped = export.fresh() if isinstance(export, MappedTable) else None
        self._export = self._mapped or export
        self._mask = mask
        self._zone = zone
        found = _look_of(export, head)
        if found is None:
            raise Rejected("no header of a table was found")
        self._look = found
        self._cutter = RowCutter(found, int(state or 0), not state)
        self._seen: dict[str, int] = {}
        self._marks: dict[str, tuple[int, ...]] = {}  # of each key

    @property
    def state(self) -> str:
        return str(self._cutter.line)

    def read(self, data: bytes, last: bool) -> Taken:
        cut = self._cutter.feed(data, last)
        taken = Taken(used=cut.used)
        for number, reason, raw in cut.bad:
            taken.put_aside(number, reason, raw)
        for row in cut.rows:
            self._take(row, taken)
        return taken

    def rest(self, data: bytes) -> Taken:
        taken = Taken()
        row = self._cutter.last_row(data)
        if row is not None:
            self._take(row, taken)
        return taken

    def _statements(self, cells: dict[str, str]) -> Iterable[Statement]:
        if self._mapped is None:
            return self._export.take_row(cells, self._mask, self._zone)
        ordinal = 0
        if self._mapped.key is None:
            # Nothing tells two equal rows apart, and each is a fact of its own.
            same = self._mapped.identity(cells, self._mask)
            ordinal = self._seen.get(same, 0)
            self._seen[same] = ordinal + 1
        else:
            stands = self._mapped.stands_for(cells)
            if stands is not None and len(self._marks) < _MOST_KEYS:
                key, marks = stands
                if at_odds(marks, self._marks.setdefault(key, marks)):
                    raise Rejected(
                        f"another row of this file has the same {' + '.join(self._mapped.key)} and "
                        "another start, queue or agent: say in the mapping what tells rows apart"
                    )
        return self._mapped.take_row(cells, self._mask, self._zone, ordinal)

    def _take(self, row: Row, taken: Taken) -> None:
        cells = dict(zip(self._look.columns, row.cells, strict=False))
        try:
            taken.records.append(_checked(self._statements(cells)))
        except (ValueError, OverflowError) as error:
            taken.put_aside(row.number, _in_words(error), row.raw)


def _look_of(export: TableExport, head: bytes) -> Look | None:
    if not isinstance(export, MappedTable):
        return look(head)
    said = export.mapping
    return look(
        head, encoding=said.encoding, delimiter=said.delimiter, header_line=said.header_line
    )


def _checked(
    statements: Iterable[Statement], seen: dict[str, int] | None = None
) -> list[Statement]:
    """Statements whose ids and versions the store can hold.

    `seen` counts rows that have no id of their own: of identical ones (`#` ends their subject) each
    is a fact, so the second is given another id than the first.
    """
    found: list[Statement] = []
    for subject, key, version, said in statements:
        if not -_LIMIT < version < _LIMIT:
            raise Rejected("its version is no number that the store can hold")
        check(said)
        found.append(Statement(_short(subject), _short(key), version, said))
    return found


def _in_words(error: Exception) -> str:
    words = str(error) if isinstance(error, Rejected) else f"a value cannot be right: {error}"
    return words if len(words) <= _REASON else f"{words[:_REASON]}…"


def _short(text: str) -> str:
    if len(text) > _LONGEST or "\t" in text or "\n" in text or "\x00" in text:
        kind, colon, rest = text.partition(":")
        code = digest(rest.encode("utf-8", "surrogatepass"))
        return f"{kind[:20]}{colon}{code}"
    return text


__all__ = ["Reader", "Taken", "begins_well", "begins_with_bracket", "reader_of"]
