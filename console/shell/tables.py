"""Plain tables for a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

#: Rows after which widths are settled, so that a long list is printed as it is made.
_LOOK_AHEAD = 200


def lines_of(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[str]:
    """The table's lines, each with its end; numbers to the right, nothing known as a dash."""
    pending: list[list[str]] = []
    numeric = [True] * len(columns)
    source = iter(rows)
    for row in source:
        pending.append([_text(row.get(column)) for column in columns])
        for i, column in enumerate(columns):
            value = row.get(column)
            numeric[i] &= value is None or isinstance(value, int | float)
        if len(pending) == _LOOK_AHEAD:
            break
    if not pending:
        yield "nothing\n"
        return
    widths = [
        max(len(column), *(len(cells[i]) for cells in pending)) for i, column in enumerate(columns)
    ]

    def line(cells: Sequence[str]) -> str:
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        )
        return "  ".join(padded).rstrip() + "\n"

    yield line(columns)
    for cells in pending:
        yield line(cells)
    for row in source:
        yield line([_text(row.get(column)) for column in columns])


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list | tuple):
        return ", ".join(_text(item) for item in value)  # pyright: ignore[reportUnknownVariableType]
    # One row is one line, and nothing in a name may steer the terminal.
    return "".join(c if c.isprintable() else "�" for c in str(value))
