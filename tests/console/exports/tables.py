"""Tables of the tests: a file becomes rows by its own header."""

from pathlib import Path

from console.exports.mapping_guess import Guess, guess
from console.exports.table_pieces import Look, RowCutter, look

SAMPLES = Path(__file__).parents[2] / "data" / "exports" / "mapped_table"


def opened(head: bytes) -> tuple[Look, list[tuple[str, ...]]]:
    """How a table is written, and its rows."""
    seen = look(head)
    assert seen is not None
    cutter = RowCutter(seen)
    cut = cutter.feed(head, True)
    rows = [row.cells for row in cut.rows]
    last = cutter.last_row(head[cut.used :])
    return seen, [*rows, last.cells] if last is not None else rows


def sample(name: str, zone: str = "Europe/Berlin") -> tuple[Guess, list[dict[str, str]]]:
    """The guess of a sample, and its rows by the names of the columns."""
    seen, rows = opened((SAMPLES / name).read_bytes())
    told = guess(seen, rows, name=name, zone=zone)
    return told, [dict(zip(seen.columns, row, strict=True)) for row in rows]
