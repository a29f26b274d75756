"""Files that go on where another one ends: one file that was split, at any byte.

What follows a cut does not say of itself what it is. So each file that nobody knows, or that begins
in the middle of a record, is held against those of its folder that end open: in the middle of a
record, or of an array; tables can always go on. It follows one if its first record is then whole.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import msgspec
from sqlalchemy import select

from console.errors import ExportError
from console.exports.export import Export, Mask
from console.store.engine import Store
from console.store.tables import Quarantine, SourceFile
from console.sync.content import open_content
from console.sync.place import digest
from console.sync.record_readers import Taken, begins_well, begins_with_bracket, reader_of

_HEAD = 1 << 16
#: So much of a file is looked at to see whether its first record is whole behind another's end.
_LOOK = 1 << 20
#: Of files that lie beside one that ends open, so many are looked at.
_BESIDE = 100
#: What names of parts have in common at least.
_ALIKE = 3
#: A table's reader that is at its first line, which is no header.
_ROWS = "0"


@dataclass(frozen=True, slots=True)
class Before:
    """The file before: its row, how the reader stood at its end, and what was left over there.

    `head` is how it begins: a table's header stands there.
    """

    row_id: int
    export: Export
    state: str
    tail: bytes
    head: bytes

    @property
    def mark(self) -> str:
        """Changes where it ends otherwise."""
        return digest(self.state.encode() + b"\n" + self.tail)


@dataclass(frozen=True, slots=True)
class _Open:
    row_id: int
    path: str
    export: Export
    state: str
    position: int
    tail: str
    followed_by: str  # the path of the file that is known to follow
    first: str  # the path of the part that all others follow


class File(Protocol):
    """What is known of a file that is to be read."""

    @property
    def path(self) -> Path: ...
    @property
    def member(self) -> str: ...
    @property
    def export(self) -> Export: ...
    @property
    def head(self) -> bytes: ...


F = TypeVar("F", bound=File)


class Parts(Generic[F]):
    """Which of the files that are to be read stand for themselves (`alone`)."""

    def __init__(
        self, store: Store, found: Sequence[F], unknown: Sequence[Path], exports: Sequence[Export]
    ) -> None:
        self._unknown, self._exports = unknown, exports
        self._records = [each for each in found if each.export.KIND != "log" and not each.member]
        known = _joined(store) if self._records else set[str]()
        # What begins in the middle waits for the others: one of them may be what it follows.
        self._waiting = [
            each
            for each in self._records
            if str(each.path.resolve()) in known
            or (each.export.KIND == "json" and not begins_with_bracket(each.head))
        ]
        self.alone = [each for each in found if each not in self._waiting]

    def rest(self, store: Store, mask: Mask) -> Iterator[tuple[F | Path, Before | None]]:
        """The others, with what they follow; each is to be read before the next one is asked for.

        None where that is not there.
        """
        waiting = [*self._unknown, *(each.path for each in self._waiting)]
        if self._records:
            bad = _begun_badly(store)
            waiting += [each.path for each in self._records if str(each.path.resolve()) in bad]
            waiting += _beside(store, [each.path for each in self._records], self._exports)
        read: set[Path] = set()
        for path, before in _following(store, waiting, mask, self._exports):
            read.add(path)
            yield path, before
        yield from ((each, None) for each in self._waiting if each.path not in read)


def _following(
    store: Store, paths: Sequence[Path], mask: Mask, exports: Sequence[Export]
) -> Iterator[tuple[Path, Before]]:
    """Those of `paths` that go on where another file ends, each when the one before was read.

    What is yielded is to be read before the next one is asked for.
    """
    waiting = sorted(set(paths))
    ends: dict[str, list[_Open]] = {}
    found = True
    while found:
        found = False
        for path in list(waiting):
            folder = os.path.dirname(path.resolve())
            if folder not in ends:
                ends[folder] = _ends(store, folder, exports)
            before = _before(path, ends[folder], mask)
            if before is not None:
                waiting.remove(path)
                found = True
                yield path, before
                del ends[folder]


def _beside(store: Store, paths: Sequence[Path], exports: Sequence[Export]) -> list[Path]:
    """Files that may follow `paths`, where those end open: of like names, and unknown so far."""
    asked = {str(path.resolve()) for path in paths}
    found: list[Path] = []
    for folder in {str(Path(path).parent) for path in asked}:
        ends = [each.path for each in _ends(store, folder, exports) if each.path in asked]
        if not ends:
            continue
        with store.read() as session:
            known = set(session.scalars(select(SourceFile.path)))
        known -= _begun_badly(store)
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        for name in names:
            path = os.path.join(folder, name)
            if name.startswith(".") or path in asked or path in known or not os.path.isfile(path):
                continue
            if any(_shared(path, end, folder) >= _ALIKE for end in ends):
                found.append(Path(path))
    return found[:_BESIDE]


def _joined(store: Store) -> set[str]:
    """Files that go on where another one ends."""
    with store.read() as session:
        return set(
            session.scalars(select(SourceFile.path).where(SourceFile.joined_to.is_not(None)))
        )


def _begun_badly(store: Store) -> set[str]:
    """Files whose first record could not be taken."""
    first = (Quarantine.line_number < 2, Quarantine.state == "kept")
    with store.read() as session:
        return set(session.scalars(select(Quarantine.path).where(*first)))


def _shared(one: str, other: str, folder: str) -> int:
    return len(os.path.commonprefix([one, other])) - len(folder) - 1


def _may_follow(name: str, before: str) -> bool:
    """False where names have numbers or letters by which something comes between the two."""
    start = len(os.path.commonprefix([name, before]))
    end = len(os.path.commonprefix([name[start:][::-1], before[start:][::-1]]))
    this, that = (each[start : len(each) - end] for each in (name, before))
    if this.isdecimal() and that.isdecimal():
        return int(this) - int(that) == 1
    if this.isalpha() and that.isalpha() and len(this) == len(that) and this.isascii():
        return _place(this) - _place(that) == 1
    return True


def _place(letters: str) -> int:
    place = 0
    for letter in letters.lower():
        place = place * 26 + ord(letter) - 97
    return place


def _ends(store: Store, folder: str, exports: Sequence[Export]) -> list[_Open]:
    """Files of a folder that another may follow."""
    known = {export.NAME: export for export in exports if export.KIND != "log"}
    with store.read() as session:
        rows = session.scalars(
            select(SourceFile).where(
                SourceFile.format.in_(known),
                SourceFile.path.startswith(folder, autoescape=True),
            )
        ).all()
        by_id = {row.id: row for row in rows}
        after = {row.joined_to: row.path for row in rows if row.joined_to is not None}

        def first(row: SourceFile) -> str:
            seen: set[int] = set()
            while row.joined_to in by_id and row.id not in seen:
                seen.add(row.id)
                row = by_id[row.joined_to]
            return row.path

        found = [
            _Open(
                row.id, row.path, known[row.format], row.state, row.position, row.tail,
                after.get(row.id, ""), first(row),
            )
            for row in rows
            if os.path.dirname(row.path) == folder
        ]  # fmt: skip
    return [
        each for each in found if each.export.KIND == "table" or each.tail or _is_open(each.state)
    ]


def _is_open(state: str) -> bool:
    """Whether a reader of JSON stands inside of brackets: they are the first that it notes."""
    return state.startswith('["') and not state.startswith('[""')


def _before(path: Path, ends: Sequence[_Open], mask: Mask) -> Before | None:
    name = str(path.resolve())
    ends = [
        each
        for each in ends
        if each.path != name and each.followed_by in ("", name) and _may_follow(name, each.path)
    ]
    if not ends:
        return None
    try:
        with open_content(path) as content:
            data = content.read(_LOOK)
            whole = len(data) < _LOOK
    except (OSError, ExportError):
        return None
    if not data or begins_well(data[:_HEAD], [each.export for each in ends], mask):
        return None
    # Parts of one file have names that begin alike, and most often are in order.
    folder = os.path.dirname(name)
    ends.sort(key=lambda end: end.path, reverse=True)
    ends.sort(key=lambda end: (-_shared(name, end.path, folder), end.path > name))
    for end in ends:
        before = _end_of(end)
        if before is not None and _fits(before, data, whole, mask):
            return before
    return None


def _end_of(end: _Open) -> Before | None:
    """How a file ends, None where it is not as it was read."""
    try:
        with open_content(Path(end.path)) as content:
            head = content.read(_HEAD)
            content.seek(end.position)
            tail = content.read(_LOOK)
        if end.first != end.path:
            with open_content(Path(end.first)) as content:
                head = content.read(_HEAD)
    except (OSError, ExportError):
        return None
    if (digest(tail) if tail else "") != end.tail:
        return None
    state = end.state if end.export.KIND == "json" else _ROWS
    return Before(end.row_id, end.export, state, tail, head)


def _fits(before: Before, data: bytes, whole: bool, mask: Mask) -> bool:
    """Whether the first record is whole, and begins where the file before was cut."""
    reader = reader_of(before.export, before.head, mask, None, before.state, 0)
    taken: Taken = reader.read(before.tail + data, whole)
    first = next((raw for number, _reason, raw in taken.aside if number == 1), None)
    if before.export.KIND == "table":
        # Of another table's rows some might do, but not most.
        return first is None and len(taken.aside) * 2 <= len(taken.records)
    if first is None:
        return bool(taken.records) and taken.used > len(before.tail)
    # Refused for what it says, but whole.
    return len(first) > len(before.tail) > 0 and _is_whole(first)


def _is_whole(raw: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(raw), dict)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return False


__all__ = ["Before", "Parts"]
