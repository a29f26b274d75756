"""A table model of frozen rows: compares on any thread, tells the view only what changed.

Text is made when a row changes; `data()` looks it up. Order and filter live here as well, because
sorting 2,000 rows of ready values takes a millisecond and a proxy asking Python for each takes 100.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from widgets import texts
from widgets.models.columns import Column

Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_ROLE = Qt.ItemDataRole.UserRole + 2
_DISPLAY = Qt.ItemDataRole.DisplayRole
_ALIGN = Qt.ItemDataRole.TextAlignmentRole
_TIP = Qt.ItemDataRole.ToolTipRole
_SPOKEN = Qt.ItemDataRole.AccessibleTextRole
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

# Made once: a view asks for the flags of every row whenever the order changes.
_HEADING = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_ROW = _HEADING | Qt.ItemFlag.ItemIsSelectable


class Record:
    """A row with its texts, tones and starts ready."""

    __slots__ = ("key", "row", "texts", "tones", "starts", "group", "search")

    def __init__(
        self,
        key: Hashable,
        row: Any,
        cells: tuple[str, ...],
        tones: tuple[str, ...],
        starts: tuple[int | None, ...],
        group: str,
    ) -> None:
        self.key = key
        self.row = row
        self.texts = cells
        self.tones = tones
        self.starts = starts
        self.group = group
        self.search = "\n".join(cells).casefold()

    def looks_like(self, other: "Record") -> bool:
        return (
            self.texts == other.texts and self.tones == other.tones and self.starts == other.starts
        )


class Heading:
    """A line that opens a group of rows."""

    __slots__ = ("key", "title", "count", "folded")

    def __init__(self, title: str, count: int, folded: bool) -> None:
        self.key = ("heading", title)
        self.title = title
        self.count = count
        self.folded = folded


@dataclass(slots=True)
class Delta:
    """What is different from `version` of the model, made on any thread."""

    version: int
    rows: Sequence[Any]
    changed: list[Record] = field(default_factory=list)
    quiet: list[Record] = field(default_factory=list)  # other row, same looks
    added: list[Record] = field(default_factory=list)
    removed: list[Hashable] = field(default_factory=list)
    context: Any = None


class RowModel(QAbstractTableModel):
    arranged = Signal()

    def __init__(
        self,
        columns: Sequence[Column],
        key: Callable[[Any], Hashable],
        group: Callable[[Any], str] | None = None,
        group_order: Callable[[str], Any] | None = None,
        parent: Any = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.key = key
        self.group = group
        self.grouped = False
        self.arranges_new = False  # new rows take their place at once, as in a log
        self.group_order = group_order or (lambda title: title)
        self.context: Any = None  # the board that the rows are from; hover words name its age
        self.now = 0
        self.version = 0
        self.order: list[Record | Heading] = []
        self.filter_words: tuple[str, ...] = ()
        self.sort_column = -1
        self.sort_descending = False
        self._records: dict[Hashable, Record] = {}
        self._places: dict[Hashable, int] = {}
        self._folded: set[str] = set()
        self._makers = tuple(c.text for c in self.columns)
        self._toners = tuple((i, c.tone) for i, c in enumerate(self.columns) if c.tone)
        self._starters = tuple((i, c.started) for i, c in enumerate(self.columns) if c.started)
        self._start_at = {place: n for n, (place, _) in enumerate(self._starters)}
        self._no_tones: tuple[str, ...] = ("",) * len(self.columns)

    # What changed --------------------------------------------------------------------------------

    def record(self, row: Any) -> Record:
        tones: tuple[str, ...] = self._no_tones
        found = [(place, tone) for place, of in self._toners if (tone := of(row))]
        if found:
            listed: list[str] = list(tones)
            for place, tone in found:
                listed[place] = tone
            tones = tuple(listed)
        return Record(
            self.key(row),
            row,
            tuple([make(row) for make in self._makers]),
            tones,
            tuple([of(row) for _, of in self._starters]),
            self.group(row) if self.group else "",
        )

    def compare(self, rows: Sequence[Any], context: Any = None) -> Delta:
        """What differs from the rows shown. Reads only: safe on a reader thread."""
        delta = Delta(self.version, rows, context=context)
        records, key = self._records, self.key
        keys = set()
        for row in rows:
            name = key(row)
            if name in keys:
                continue
            keys.add(name)
            old = records.get(name)
            if old is None:
                delta.added.append(self.record(row))
            elif old.row is not row and old.row != row:
                new = self.record(row)
                (delta.quiet if new.looks_like(old) else delta.changed).append(new)
        if len(keys) - len(delta.added) != len(records):
            delta.removed = [name for name in records if name not in keys]
        return delta

    def show(self, delta: Delta) -> None:
        """Take over a difference; one ``dataChanged`` for each run of changed rows."""
        if delta.version != self.version:
            delta = self.compare(delta.rows, delta.context)
        if delta.context is not None:
            self.context = delta.context
        if not (delta.changed or delta.quiet or delta.added or delta.removed):
            return
        self.version += 1
        places, records = self._places, self._records
        for record in delta.quiet:
            records[record.key] = record
            place = places.get(record.key)
            if place is not None:
                self.order[place] = record
        touched: list[int] = []
        regrouped = False
        for record in delta.changed:
            regrouped = regrouped or records[record.key].group != record.group
            records[record.key] = record
            place = places.get(record.key)
            if place is not None:
                self.order[place] = record
                touched.append(place)
        if delta.removed:
            self._remove(delta.removed)
            places = self._places
            touched = [places[r.key] for r in delta.changed if r.key in places]
        if touched:
            self._tell(touched)
        if delta.added:
            self._append(delta.added)
        elif self.grouped and (regrouped or delta.removed):
            self._recount()

    def turn(self, delta: Delta) -> None:
        """Take over another list at once: most rows go or come, and all are arranged anyway."""
        if delta.version != self.version:
            delta = self.compare(delta.rows, delta.context)
        if delta.context is not None:
            self.context = delta.context
        self.version += 1
        for name in delta.removed:
            del self._records[name]
        for record in (*delta.quiet, *delta.changed, *delta.added):
            self._records[record.key] = record
        self.arrange()
        if self.order:
            last = self.index(len(self.order) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def show_rows(self, rows: Sequence[Any], context: Any = None) -> None:
        """Compare and show at once, for short lists."""
        self.show(self.compare(rows, context))

    def _tell(self, touched: list[int]) -> None:
        touched.sort()
        last_column = len(self.columns) - 1
        first = previous = touched[0]
        for place in touched[1:]:
            if place != previous + 1:
                self.dataChanged.emit(self.index(first, 0), self.index(previous, last_column))
                first = place
            previous = place
        self.dataChanged.emit(self.index(first, 0), self.index(previous, last_column))

    def _remove(self, keys: Iterable[Hashable]) -> None:
        gone = []
        for name in keys:
            del self._records[name]
            place = self._places.pop(name, None)
            if place is not None:
                gone.append(place)
        gone.sort(reverse=True)
        while gone:
            last = first = gone.pop(0)
            while gone and gone[0] == first - 1:
                first = gone.pop(0)
            self.beginRemoveRows(QModelIndex(), first, last)
            del self.order[first : last + 1]
            self.endRemoveRows()
        self._number()

    def _append(self, added: list[Record]) -> None:
        first_ever = not self._records
        for record in added:
            self._records[record.key] = record
        if first_ever or self.grouped or self.arranges_new:
            self.arrange()
            return
        seen = [record for record in added if self._passes(record)]
        if not seen:
            return
        start = len(self.order)
        self.beginInsertRows(QModelIndex(), start, start + len(seen) - 1)
        self.order.extend(seen)
        self.endInsertRows()
        self._number()

    def _number(self) -> None:
        self._places = {entry.key: place for place, entry in enumerate(self.order)}

    # Order, groups and filter --------------------------------------------------------------------

    def _passes(self, record: Record) -> bool:
        search = record.search
        return all(word in search for word in self.filter_words)

    def arrange(self, unselected: bool = False) -> None:
        """Filter and sort afresh. Selection and current follow their rows.

        `unselected`: nothing is selected, so where the number of rows stays they may simply be
        told as changed. A view lays all its rows out anew after ``layoutChanged``, which takes
        longer than a frame for 2,000 of them.
        """
        listed = [r for r in self._records.values() if not self.filter_words or self._passes(r)]
        if self.sort_column >= 0:
            value = self.columns[self.sort_column].value
            pairs = [(value(r.row), r) for r in listed]
            known = [pair for pair in pairs if pair[0] is not None]
            known.sort(key=itemgetter(0), reverse=self.sort_descending)
            listed = [r for _, r in known]
            if len(known) < len(pairs):
                listed += [r for v, r in pairs if v is None]
        order: list[Record | Heading] = list(listed)
        if self.grouped and self.group:
            groups: dict[str, list[Record]] = {}
            for record in listed:
                groups.setdefault(record.group, []).append(record)
            order = []
            for title in sorted(groups, key=self.group_order):
                folded = title in self._folded
                order.append(Heading(title, len(groups[title]), folded))
                if not folded:
                    order.extend(groups[title])
        if [e.key for e in order] == [e.key for e in self.order]:
            self.order = order
            headings = [place for place, e in enumerate(order) if isinstance(e, Heading)]
            if headings:
                self._tell(headings)
            return
        in_place = unselected and len(order) == len(self.order)
        if not in_place:
            self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self.order[i.row()].key for i in before]
        self.order = order
        self._number()
        places = self._places
        self.changePersistentIndexList(
            before,
            [
                self.index(places[name], i.column()) if name in places else QModelIndex()
                for name, i in zip(keys, before, strict=True)
            ],
        )
        if in_place:
            last = self.index(len(order) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        else:
            self.layoutChanged.emit()
        self.arranged.emit()

    def _recount(self) -> None:
        """Headings count the groups as they are, although rows move only when arranged."""
        counts: dict[str, int] = {}
        for record in self._records.values():
            if not self.filter_words or self._passes(record):
                counts[record.group] = counts.get(record.group, 0) + 1
        touched = []
        for place, entry in enumerate(self.order):
            if isinstance(entry, Heading) and entry.count != counts.get(entry.title, 0):
                entry.count = counts.get(entry.title, 0)
                touched.append(place)
        if touched:
            self._tell(touched)

    def set_filter(self, words: str) -> None:
        wanted = tuple(words.casefold().split())
        if wanted != self.filter_words:
            self.filter_words = wanted
            self.arrange()

    def set_grouped(self, grouped: bool) -> None:
        if grouped != self.grouped:
            self.grouped = grouped
            self.arrange()

    def fold(self, place: int) -> None:
        entry = self.order[place]
        if isinstance(entry, Heading):
            self._folded ^= {entry.title}
            self.arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.sort_column = column
        self.sort_descending = order == Qt.SortOrder.DescendingOrder
        self.arrange()

    def tick(self, now: int, first: int, last: int) -> None:
        """A second has passed: elapsed times of the rows in sight are drawn again."""
        self.now = now
        if 0 <= first <= last < len(self.order):
            for place, _ in self._starters:
                self.dataChanged.emit(self.index(first, place), self.index(last, place))

    # What the view asks --------------------------------------------------------------------------

    def index(self, row: int, column: int = 0, parent: Index = QModelIndex()) -> QModelIndex:
        # Qt's own asks for both counts first, which is two calls back into Python.
        if 0 <= row < len(self.order) and 0 <= column < len(self.columns) and not parent.isValid():
            return self.createIndex(row, column)
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def cell(self, entry: Record, column: int) -> str:
        """The text of a cell as of now."""
        place = self._start_at.get(column)
        if place is None:
            return entry.texts[column]
        start = entry.starts[place]
        return entry.texts[column] if start is None else texts.since(start, max(self.now, start))

    def tone(self, entry: Record, column: int) -> str:
        """The tone of a cell as of now."""
        live = self.columns[column].live_tone
        return live(entry.row, self.now, self.context) if live else entry.tones[column]

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if not index.isValid():
            return None
        entry = self.order[index.row()]
        column = index.column()
        if isinstance(entry, Heading):
            if role in (_DISPLAY, _SPOKEN) and column == 0:
                return f"{entry.title} ({entry.count})"
            return None
        if role == _DISPLAY:
            return self.cell(entry, column)
        if role == _ALIGN:
            return _RIGHT if self.columns[column].right else _LEFT
        if role == SORT_ROLE:
            return self.columns[column].value(entry.row)
        if role == ROW_ROLE:
            return entry.row
        if role == _TIP:
            tip = self.columns[column].tip
            return tip(entry.row, self.context) if tip else None
        if role == _SPOKEN:
            return f"{self.columns[column].title}: {self.cell(entry, column)}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == _DISPLAY:
            if section == self.sort_column:
                return f"{column.title} {'▾' if self.sort_descending else '▴'}"
            return column.title
        if role == _TIP:
            return column.about or None
        if role == _ALIGN:
            return _RIGHT if column.right else _LEFT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if isinstance(self.order[index.row()], Heading):
            return _HEADING
        return _ROW

    def row_at(self, place: int) -> Any:
        """The frozen row at that place; None for a heading."""
        entry = self.order[place] if 0 <= place < len(self.order) else None
        return entry.row if isinstance(entry, Record) else None

    def place_of(self, key: Hashable) -> int:
        return self._places.get(key, -1)

    def row_of(self, key: Hashable) -> Any:
        record = self._records.get(key)
        return record.row if record else None

    def rows(self) -> list[Any]:
        """All rows, shown or filtered away."""
        return [record.row for record in self._records.values()]
