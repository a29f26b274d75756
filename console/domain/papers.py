"""A document as values: sections of sentences and tables, before it has a form."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are texts; `numbers` says which columns are set to the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[bool, ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """`lines` are paragraphs, `points` a list. All of it is plain text, never markup."""

    title: str
    lines: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """`about` are pairs for its head, such as (“Played by”, “Ann”); `at` is when it was made."""

    title: str
    at: int
    about: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


__all__ = ["Paper", "Section", "Table"]
