"""Reads sample files as the console does: cut into records, each taken by its format."""

from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from console.domain.statements import Said, Statement, encode, newer
from console.exports.export import JsonExport, Rejected, TableExport
from console.exports.json_pieces import Cutter
from console.exports.moments import utc
from console.exports.table_pieces import RowCutter, look

SAMPLES = Path(__file__).parents[2] / "data" / "exports"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "exports"


class Told(NamedTuple):
    """The statements of a file and why its other records could not be taken."""

    statements: list[Statement]
    refused: list[str]


def mask(text: str) -> str:
    """Stands for the keyed hash: tests can see what went through it."""
    return f"#{text}#"


def read(export: JsonExport, name: str | Path) -> Told:
    data = (SAMPLES / name).read_bytes()
    assert export.fits(data[: 1 << 16])
    cut = Cutter(export.ARRAYS).feed(data, True)
    assert not cut.bad
    told = Told([], [])
    for piece in cut.pieces:
        try:
            told.statements.extend(export.take(piece.raw, piece.array, mask))
        except (Rejected, msgspec.DecodeError) as refused:
            told.refused.append(str(refused))
    return told


def read_table(export: TableExport, name: str) -> Told:
    data = (SAMPLES / name).read_bytes()
    assert export.fits(data[: 1 << 16])
    found = look(data[: 1 << 16])
    assert found is not None
    told = Told([], [])
    for row in RowCutter(found).feed(data, True).rows:
        cells = dict(zip(found.columns, row.cells, strict=True))
        try:
            told.statements.extend(export.take_row(cells, mask, ZoneInfo("UTC")))
        except Rejected as refused:
            told.refused.append(str(refused))
    return told


def winners(statements: list[Statement]) -> dict[tuple[str, str], tuple[int, Said]]:
    """What holds after all of them, in the order in which they come."""
    held: dict[tuple[str, str], tuple[int, Said]] = {}
    for subject, key, version, said in statements:
        kept = held.get((subject, key))
        if kept is None or newer(version, encode(said), kept[0], encode(kept[1])):
            held[subject, key] = (version, said)
    return held


def of(told: Told, subject: str, key: str) -> Any:
    """What holds of one subject under one key."""
    return winners(told.statements)[subject, key][1]


def at(text: str) -> int:
    """A time as the statements have it."""
    found = utc(text)
    assert found is not None
    return found
