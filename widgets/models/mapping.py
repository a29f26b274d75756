"""The beginning of a table, examined by a mapping in the making: what becomes of its rows.

`examine` is a pure function and runs beside the interface; the two models show what it found.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from console.domain.statements import Count, Course, Presence, Said, Ticket
from console.domain.times import SECOND, in_zone
from console.exports import mapping as mappings
from console.exports.excel_damage import Finding, damage
from console.exports.export import Rejected
from console.exports.mapped_table import MappedTable
from console.exports.mapping import FIELDS, OFFSETS, Rows, is_zone, problems
from console.exports.mapping_guess import Guess, guess
from console.exports.table_pieces import Look, RowCutter, look
from widgets import texts

ROWS_SHOWN = 50
#: So many rows tell how the table is written, as far as the beginning of the file has them.
ROWS_TOLD_BY = 500
TAKEN_SHOWN = 10
#: A cell can be a mail; a table shows its beginning.
LONGEST = 200
_UTC = ZoneInfo("UTC")
#: What a reason says of one row alone.
_IN_QUOTES = re.compile(r"'[^']*'|\d+")
#: Whose `keys` are settings of how the file is cut into cells.
CUTTING = ("encoding", "delimiter", "header_line")

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person has said otherwise. `fields`: column → field ("" for none), all or nothing."""

    name: str = ""
    zone: str = ""  # of this desk
    rows: Rows | None = None
    cutting: Mapping[str, Any] = field(default_factory=lambda: {})
    settings: Mapping[str, Any] = field(default_factory=lambda: {})
    fields: Mapping[str, str] | None = None
    words: Mapping[tuple[str, str], str] = field(default_factory=lambda: {})


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found. `taken` are sentences, `refused` line numbers with the reasons."""

    look: Look
    rows: tuple[tuple[str, ...], ...]
    guess: Guess
    mapping: mappings.Mapping
    problems: tuple[str, ...]
    taken: tuple[str, ...]
    taken_count: int
    refused: tuple[tuple[int, str], ...]
    findings: tuple[Finding, ...]
    summary: str
    words: tuple[tuple[str, str, str | None], ...]  # field, word, meaning (None: not known)
    zones: tuple[str, ...]  # all that this machine knows


@cache
def _zones() -> tuple[str, ...]:
    """Names by the hundred, out of as many files: not for the interface's thread."""
    return tuple(sorted(available_timezones()))


def examine(head: bytes, wishes: Wishes) -> Examined | None:
    """The first rows of a table by the wishes; None for what is no table."""
    whole, head = head, beginning(head)
    seen = look(head, **wishes.cutting)
    if seen is None:
        return None
    cutter = RowCutter(seen)
    cut = cutter.feed(head, True)
    found = list(cut.rows[:ROWS_SHOWN])
    if len(found) < ROWS_SHOWN and (last := cutter.last_row(head[cut.used :])) is not None:
        found.append(last)
    rows = tuple(row.cells for row in found)
    # A list in the order of time has one day in its first rows: more of them tell day from month.
    more = RowCutter(seen).feed(whole, False).rows[:ROWS_TOLD_BY]
    sample = tuple(row.cells for row in more) if len(more) > len(rows) else rows
    told = guess(
        seen, sample, name=wishes.name, zone=wishes.zone, kind=wishes.rows, fixed=wishes.fields
    )
    mapping = replace(told.mapping, name=wishes.name, **wishes.settings, **wishes.cutting)
    if "duration" in wishes.settings:
        mapping = replace(mapping, durations={})
    mapping = _with_words(mapping, wishes)
    wrong = tuple(problems(mapping))
    taken: list[str] = []
    refused: list[tuple[int, str]] = []
    count = 0
    named = [dict(zip(seen.columns, cells, strict=True)) for cells in rows]
    if not problems(replace(mapping, name=mapping.name or "table")):
        table = MappedTable(replace(mapping, name=mapping.name or "table"))
        zone = ZoneInfo(mapping.zone) if is_zone(mapping.zone) else _UTC
        for row, cells in zip(found, named, strict=True):
            try:
                said = list(table.take_row(cells, _shown, zone))
            except Rejected as problem:
                refused.append((row.number, str(problem)))
                continue
            count += bool(said)
            if said and len(taken) < TAKEN_SHOWN:
                taken.append(in_words(said[0].subject, said[0].said, zone))
    refused += [(number, reason) for number, reason, _raw in cut.bad[:ROWS_SHOWN]]
    return Examined(
        seen,
        rows,
        told,
        mapping,
        wrong,
        tuple(taken),
        count,
        tuple(sorted(refused)),
        tuple(damage(named, mapping)),
        summary(mapping, count, refused, len(rows)),
        _words(told, mapping),
        _zones(),
    )


def beginning(head: bytes) -> bytes:
    """As many lines as are needed to see the first rows."""
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head[:64]
    end = 0
    for _ in range(ROWS_SHOWN + 70):
        found = head.find(b"\n", end)
        if found < 0:
            return head
        end = found + 1
    if wide:
        end += end % 2
    return head[:end]


def _shown(number: str) -> str:
    return f"…{number[-3:]}" if sum(c.isdecimal() for c in number) > 4 else "…"


def _with_words(mapping: mappings.Mapping, wishes: Wishes) -> mappings.Mapping:
    if not wishes.words:
        return mapping
    words = {name: dict(each) for name, each in mapping.words.items()}
    for (name, text), meaning in wishes.words.items():
        if name in mapping.columns:
            words.setdefault(name, {})[mappings.word(text)] = meaning
    return replace(mapping, words=words)


def _words(told: Guess, mapping: mappings.Mapping) -> tuple[tuple[str, str, str | None], ...]:
    """The words of the cells, those without a meaning first."""
    found: list[tuple[str, str, str | None]] = []
    for name, words in told.unknown.items():
        for each in words:
            found.append((name, each, mapping.words.get(name, {}).get(mappings.word(each))))
    unknown = {(name, mappings.word(each)) for name, each, _ in found}
    for name, meanings in mapping.words.items():
        found += [(name, each, m) for each, m in meanings.items() if (name, each) not in unknown]
    return tuple(found)


def summary(
    mapping: mappings.Mapping, count: int, refused: Sequence[tuple[int, str]], rows: int
) -> str:
    """``47 contacts of the first 50 rows; 3 cannot be taken: the row adds up others (2), …``."""
    one = {"agent states": "agent state"}.get(mapping.rows, mapping.rows.removesuffix("s"))
    text = f"{texts.plural(count, one)} of the first {texts.plural(rows, 'row')}"
    if refused:
        kinds = Counter(_IN_QUOTES.sub("…", reason) for _number, reason in refused).most_common(2)
        first = {_IN_QUOTES.sub("…", reason): reason for _number, reason in reversed(refused)}
        told = "; ".join(f"{first[kind]} ({times})" for kind, times in kinds)
        text += f". {len(refused)} cannot be taken: {told}"
    return text


def in_words(subject: str, said: Said, zone: ZoneInfo) -> str:
    """One taken row as a sentence."""
    if isinstance(said, Course):
        return _course_in_words(said, zone)
    if isinstance(said, Ticket):
        text = f"{subject.partition(':')[2]}, {said.status}, created {_when(said.created_at, zone)}"
        text += f", group {said.group}" if said.group else ""
        text += f", {said.agent}" if said.agent else ""
        return f"{text}: {said.subject}" if said.subject else text
    if isinstance(said, Presence):
        state = said.state or "says nothing of being available"
        until = f" until {_when(said.until, zone)}" if said.until is not None else ""
        agent = subject.partition(":")[2]
        return f"{agent}: {said.word} ({state}) from {_when(said.since, zone)}{until}"
    if isinstance(said, Count):
        wait = said.metric.endswith("_us")
        value = texts.duration(said.value / SECOND) if wait else str(said.value)
        metric = said.metric.removesuffix("_us").replace("_", " ")
        return f"{_when(said.at, zone)}, {said.queue or 'all queues'}: {metric} {value}"
    return subject


def _course_in_words(said: Course, zone: ZoneInfo) -> str:
    stay = said.stays[0]
    outcome = stay.outcome.replace("_", " ")
    parts = [_when(said.started_at, zone), stay.queue or "no queue"]
    if said.direction != "inbound":
        parts.append(said.direction)
    if stay.outcome == "answered":
        parts.append(f"answered by {stay.agent}" if stay.agent else "answered")
    else:
        parts.append(outcome)
    wait = stay.wait_us
    if wait is None and stay.connected_at is not None:
        wait = stay.connected_at - stay.entered_at
    parts.append(f"waited {texts.duration(wait / SECOND)}" if wait is not None else "wait unknown")
    if stay.talk_us is not None:
        parts.append(f"talked {texts.duration(stay.talk_us / SECOND)}")
    if said.customer:
        parts.append(f"customer {said.customer}")
    return ", ".join(parts)


def _when(at: int, zone: ZoneInfo) -> str:
    return in_zone(at, zone).strftime("%a %d %b %Y %H:%M:%S %Z")


# --- what is shown


def field_title(rows: str, name: str) -> str:
    """How a field is called on the screen."""
    return FIELDS[rows][name].title if name in FIELDS[rows] else "not taken"


class CellModel(QAbstractTableModel):
    """The first rows as they stand in the file."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: tuple[str, ...] = ()
        self.rows: tuple[tuple[str, ...], ...] = ()

    def show(self, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
        if (columns, rows) != (self.columns, self.rows):
            self.beginResetModel()
            self.columns, self.rows = columns, rows
            self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or not index.isValid():
            return None
        return self.rows[index.row()][index.column()][:LONGEST].replace("\n", " ")

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        return self.columns[section][:LONGEST].replace("\n", " ")


class ChoiceModel(QAbstractTableModel):
    """One row below the raw header: what each column is taken for, and how sure that is."""

    def __init__(self, choose: Callable[[str, str], None]) -> None:
        super().__init__()
        self.columns: tuple[str, ...] = ()
        self.rows_are = "contacts"
        self.fields: dict[str, str] = {}
        self.levels: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        self._choose = choose

    def show(self, found: Examined, own: frozenset[str]) -> None:
        """What was found; `own` are the columns that the person has spoken of."""
        columns = found.look.columns
        fields = {choice.column: choice.field for choice in found.guess.choices}
        levels = {choice.column: choice.confidence for choice in found.guess.choices}
        reasons = {choice.column: choice.reason for choice in found.guess.choices}
        for column in own:
            levels[column] = "yours"
            reasons[column] = "you have said so"
        same = columns == self.columns
        if not same:
            self.beginResetModel()
        self.columns, self.rows_are = columns, found.mapping.rows
        self.fields, self.levels, self.reasons = fields, levels, reasons
        if not same:
            self.endResetModel()
        elif columns:
            self.dataChanged.emit(self.index(0, 0), self.index(0, len(columns) - 1))

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() or not self.columns else 1

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        name = self.fields.get(column, "")
        title = field_title(self.rows_are, name)
        level = self.levels.get(column, "")
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{title} · {level}" if name and level else title
        if role == Qt.ItemDataRole.EditRole:
            return name
        if role == Qt.ItemDataRole.UserRole:
            return level
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = f"taken for {title}, {level}" if name else "not taken"
            return f"Column {column[:LONGEST]}: {said}. {self.reasons.get(column, '')}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        column = self.columns[index.column()]
        if value == self.fields.get(column, ""):
            return False
        self._choose(column, str(value))
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return " "
        return self.columns[section][:LONGEST].replace("\n", " ")


class WordModel(QAbstractTableModel):
    """The words in the cells, and what each is taken to mean."""

    def __init__(self, choose: Callable[[str, str, str], None]) -> None:
        super().__init__()
        self.rows_are = "contacts"
        self.words: tuple[tuple[str, str, str | None], ...] = ()
        self._choose = choose

    def show(self, found: Examined) -> None:
        if (found.words, found.mapping.rows) != (self.words, self.rows_are):
            self.beginResetModel()
            self.words, self.rows_are = found.words, found.mapping.rows
            self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.words)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else 3

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == 2 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        name, text, meaning = self.words[index.row()]
        shown = said_meaning(meaning)
        if role == Qt.ItemDataRole.DisplayRole:
            return (field_title(self.rows_are, name), text[:LONGEST], shown)[index.column()]
        if role == Qt.ItemDataRole.EditRole and index.column() == 2:
            return meaning
        if role == Qt.ItemDataRole.UserRole:
            return "unsure" if meaning is None else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{field_title(self.rows_are, name)} {text[:LONGEST]}: {shown}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        name, text, meaning = self.words[index.row()]
        if value is None or value == meaning:
            return False
        self._choose(name, text, str(value))
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation == Qt.Orientation.Vertical:
            return None
        return ("Field", "Word in the file", "Means")[section]


def said_meaning(meaning: str | None) -> str:
    """A meaning as it is shown: nothing said, or not known."""
    return "not known: choose" if meaning is None else meaning.replace("_", " ") or "by the rule"


__all__ = ["OFFSETS", "CellModel", "ChoiceModel", "Examined", "Wishes", "WordModel", "examine"]
