"""An answer as it is printed: one JSON object, or plain tables."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.domain.times import SECOND
from console.shell.tables import lines_of


class WrongUsage(ValueError):
    """What was typed makes no question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is printed.

    `fields` come first; `name` and `rows` are the long list in it, which may be made while it is
    printed. `columns` are those of the plain table. `troubled`: something wants looking at.
    """

    name: str
    rows: Iterable[dict[str, Any]]
    columns: tuple[str, ...]
    fields: Mapping[str, Any] = field(default_factory=lambda: {})
    more: tuple[tuple[str, tuple[str, ...]], ...] = ()  # lists in `fields`, with their columns
    troubled: bool = False
    note: str = ""

    def as_json(self) -> Iterator[str]:
        """Pieces of one JSON object: the list is never held as one text."""
        head = json.dumps(dict(self.fields))[:-1]
        yield f"{head}{', ' if self.fields else ''}{json.dumps(self.name)}: ["
        between = ""
        for row in self.rows:
            yield between + json.dumps(row)
            between = ",\n"
        yield "]}\n"

    def as_text(self) -> Iterator[str]:
        """Lines of plain tables."""
        yield from lines_of(self.rows, self.columns)
        for name, columns in self.more:
            yield f"\n{name}\n"
            yield from lines_of(self.fields[name], columns)
        if self.note:
            yield f"\n{self.note}\n"


def seconds(from_at: int | None, to_at: int) -> float | None:
    return None if from_at is None else round((to_at - from_at) / SECOND, 3)
