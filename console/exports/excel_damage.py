"""What a spreadsheet has done to a table before it came here, found and said in sentences.

Counters only: a table of any length is gone through once, row by row.
"""

import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping as Cells
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from console.domain.times import DAY
from console.exports.cell_times import Wall, wall
from console.exports.cell_words import is_total
from console.exports.cells import bare, duration, is_destroyed, number
from console.exports.export import Rejected
from console.exports.mapping import FIELDS, Mapping, plain
from console.exports.text import hide

#: refused: rows are not taken; unknown: a value is not; check: taken as it stands, look at it.
Effect = Literal["refused", "unknown", "check"]

_ERROR = re.compile(
    r"^#(?:N/A|NV|NAME\?|VALUE!|WERT!|REF!|BEZUG!|DIV/0!|NUM!|ZAHL!|NULL!|VALEUR!|VALOR!|VALORE!)$",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"^[=@](?!\".*\"$)|^[+-](?=[A-Za-z(])")
_THREE = re.compile(r"^(\d{1,6}):(\d\d):(\d\d)$")
_FULL = (255, 256, 32_767)
_1970 = date(1970, 1, 1)
#: So far from all other dates, a date is out of place.
_FAR = 31
_KEPT = 4000


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of damage in one column ("" for the table): how many cells, and what it means."""

    kind: str
    column: str
    count: int
    effect: Effect
    sentence: str


def damage(rows: Iterable[Cells[str, str]], mapping: Mapping) -> list[Finding]:
    """What was found in the rows, the worst first."""
    tally = Tally(mapping)
    for row in rows:
        tally.see(row)
    return tally.findings()


class _Dates:
    """What the dates of one column look like."""

    def __init__(self) -> None:
        self.own = 0  # Excel's own: ISO or a day number
        self.text = 0
        self.serial = self.short = 0
        self.own_small = self.text_small = 0  # whose day could be a month
        self.other_way = 0
        self.first: int | None = None  # of the days that cannot be turned round
        self.last: int | None = None
        self.open: Counter[int] = Counter()  # days that could be turned round

    def see(self, told: Wall) -> None:
        self.serial += told.how == "serial"
        self.short += told.short_year
        day = _1970 + timedelta(days=told.day)
        own = told.how in ("iso", "serial")
        small = day.day <= 12
        self.own += own
        self.text += told.how == "numbers"
        self.own_small += own and small
        self.text_small += told.how == "numbers" and small
        if small and day.day != day.month:
            if told.day in self.open or len(self.open) < _KEPT:
                self.open[told.day] += 1
        else:
            self.first = told.day if self.first is None else min(self.first, told.day)
            self.last = told.day if self.last is None else max(self.last, told.day)

    def astray(self) -> int:
        """Dates far from those that are certain, which would be among them if turned round."""
        if self.first is None or self.last is None:
            return 0
        found = 0
        for each, times in self.open.items():
            day = _1970 + timedelta(days=each)
            turned = (date(day.year, day.day, day.month) - _1970).days
            near = self.first - _FAR <= turned <= self.last + _FAR
            if near and not self.first - _FAR <= each <= self.last + _FAR:
                found += times
        return found


class Tally:
    """Counts damage row by row."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        fields = FIELDS[mapping.rows]
        self._kinds: dict[str, tuple[str, str]] = {}
        for name, columns in mapping.columns.items():
            for column in columns:
                alone = len(columns) == 1
                kind = fields[name].kind
                # Of a date and a time of day in two columns, the date alone is looked at.
                if alone or kind != "time" or column == columns[0]:
                    self._kinds.setdefault(plain(column), (name, kind))
        self._names: dict[str, str] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._examples: dict[tuple[str, str], str] = {}
        self._dates: dict[str, _Dates] = {}
        self._last_sum = False

    def see(self, row: Cells[str, str]) -> None:
        """Look at one row, its cells by the names of the columns."""
        if not self._names:
            self._names = {column: plain(column) for column in row}
            self._same_names()
        timed = False
        for column, name in self._names.items():
            if self._kinds.get(name, ("", ""))[1] == "time":
                said = bare(row.get(column))
                timed = (said is not None and self._time(column, said)) or timed
        self._last_sum = not timed and any(
            text and len(text) < 40 and is_total(text) for text in row.values()
        )
        if self._last_sum:
            self._note("total", "", "")
            return
        for column, raw in row.items():
            if raw and not raw.isspace():
                self._cell(column, raw.strip())

    def _cell(self, column: str, text: str) -> None:
        name, kind = self._kinds.get(self._names.get(column) or plain(column), ("", ""))
        first = text[0]
        if first == "#" and (_ERROR.match(text) or not text.strip("#")):
            self._note("error", column, text)
            return
        if first in "=@+-" and _FORMULA.match(text):
            self._note("formula", column, text)
        if len(text) in _FULL:
            self._note("cut", column, "")
        said = bare(text)
        if said is None:
            return
        if kind == "duration":
            self._duration(column, name, said)
        elif kind == "count":
            self._number(column, said)
        elif kind == "customer":
            self._customer(column, said)

    def _note(self, kind: str, column: str, example: str) -> None:
        key = kind, column
        self._counts[key] = self._counts.get(key, 0) + 1
        if key not in self._examples:
            self._examples[key] = hide(example[:40])

    def _same_names(self) -> None:
        there = set(self._names)
        for column in self._names:
            head, _, tail = column.rpartition(" ")
            if head in there and tail.isdecimal() and int(tail) > 1:
                self._note("same name", head, column)

    def _time(self, column: str, text: str) -> bool:
        dates = self._dates.setdefault(column, _Dates())
        try:
            told = wall(text, self._mapping.dates)
        except Rejected:
            other = "mdy" if self._mapping.dates == "dmy" else "dmy"
            try:
                wall(text, other)
            except Rejected:
                return False
            dates.other_way += 1
            return True
        dates.see(told)
        return True

    def _duration(self, column: str, name: str, text: str) -> None:
        live = self._mapping.rows == "contacts" and name != "duration"
        found = _THREE.match(text)
        if found is not None:
            self._note("three", column, "")
            if found[3] != "00":
                self._note("seconds", column, "")
            if int(found[2]) > 59:
                self._note("minutes", column, text)
        try:
            told = duration(text, self._mapping.form(name), self._mapping.decimal)
        except Rejected:
            self._note("no duration", column, text)
            return
        if live and told > DAY:
            self._note("over a day", column, text)

    def _number(self, column: str, text: str) -> None:
        try:
            number(text, self._mapping.decimal)
        except Rejected:
            self._note("no number", column, text)

    def _customer(self, column: str, text: str) -> None:
        if is_destroyed(text):
            self._note("powers", column, text)
        elif text.startswith("+") or (text.startswith("0") and text.isdecimal()):
            self._note("prefix", column, "")
        elif text.isdecimal() and len(text) > 6:
            self._note("no prefix", column, "")

    # Sentences -----------------------------------------------------------------------------------

    def findings(self) -> list[Finding]:
        """What was found so far, refused rows first."""
        found: list[Finding] = []
        for (kind, column), count in self._counts.items():
            told = self._sentence(kind, column, count, self._examples[kind, column])
            if told is not None:
                found.append(Finding(kind, column, count, told[0], told[1]))
        for column, dates in self._dates.items():
            found += self._of_dates(column, dates)
        order = ("refused", "unknown", "check")
        return sorted(found, key=lambda each: (order.index(each.effect), -each.count))

    def _sentence(
        self, kind: str, column: str, count: int, example: str
    ) -> tuple[Effect, str] | None:
        cells = f"{count} {'cell' if count == 1 else 'cells'} of “{column}”"
        are, have, end = ("is", "has", "s") if count == 1 else ("are", "have", "")
        if kind == "powers":
            return "unknown", (
                f"{cells} {have} lost digits ({example}): a spreadsheet has made a number of the "
                "customer's number. The customer of these rows is unknown."
            )
        if kind == "no prefix":
            whole = self._counts.get(("prefix", column), 0)
            if not whole:
                return None
            return "check", (
                f"{cells} begin{end} without + or 0 while {whole} have one: a spreadsheet may have "
                "taken it away. The same customer can then count as two."
            )
        if kind == "error":
            return (
                "unknown",
                f"{cells} show{end} an error or too narrow a column ({example}).",
            )
        if kind == "formula":
            return "check", (
                f"{cells} look{end} like a formula ({example}). It is text here, never reckoned."
            )
        if kind == "cut":
            return "check", f"{cells} {are} exactly as long as where programs cut texts off."
        if kind == "total":
            rows = "1 row adds" if count == 1 else f"{count} rows add"
            where = ", the last" if count == 1 and self._last_sum else ""
            return "refused", f"{rows} up others (a total{where}) and is not taken."
        if kind == "over a day":
            return "unknown", (
                f"{cells} {are} longer than a day ({example}): a spreadsheet makes hours of "
                "minutes over 23. Such a duration is unknown in calls and chats."
            )
        if kind == "minutes":
            return (
                "check",
                f"{cells} {have} more than 59 minutes ({example}); they are added up.",
            )
        if kind == "three":
            if count < 5 or ("seconds", column) in self._counts:
                return None
            return "check", (
                f"All {count} durations of “{column}” end in :00. If they were minutes and "
                "seconds, a spreadsheet has made hours and minutes of them."
            )
        if kind == "no duration":
            form = self._mapping.form(self._kinds[plain(column)][0])
            return "refused", f"{cells} {are} no duration in the form {form} ({example})."
        if kind == "no number":
            mark = "comma" if self._mapping.decimal == "," else "point"
            return "refused", f"{cells} {are} no number with a decimal {mark} ({example})."
        if kind == "same name":
            return "check", (
                f"“{column}” is the name of more than one column; here the next is called "
                f"“{example}”. Check which of them is taken."
            )
        return None

    def _of_dates(self, column: str, dates: _Dates) -> list[Finding]:
        found: list[Finding] = []
        order = self._mapping.dates

        def add(kind: str, count: int, effect: Effect, sentence: str) -> None:
            if count:
                found.append(Finding(kind, column, count, effect, sentence))

        first = {"dmy": "day", "mdy": "month", "ymd": "year"}[order]
        add(
            "other order",
            dates.other_way,
            "refused",
            f"{dates.other_way} dates of “{column}” cannot be read with the {first} first: either "
            "the order is another one, or a spreadsheet has changed day and month about.",
        )
        if dates.own and dates.text and order != "ymd":
            certain = dates.own_small == dates.own and dates.text_small == 0
            add(
                "turned dates",
                dates.own,
                "check",
                f"In “{column}” {dates.own} dates are a spreadsheet's own and {dates.text} are "
                "text. "
                + (
                    "No day of its own is over 12, every other is: it has taken day for month."
                    if certain
                    else "It may have taken day for month in its own."
                ),
            )
        astray = dates.astray()
        add(
            "dates astray",
            astray,
            "check",
            f"{astray} dates of “{column}” lie far from the others, and would be among them with "
            "day and month changed about.",
        )
        add(
            "day numbers",
            dates.serial,
            "check",
            f"{dates.serial} times of “{column}” are day numbers of a spreadsheet (45321.5 is noon "
            "of 30 January 2024); they are read as such.",
        )
        add(
            "short years",
            dates.short,
            "check",
            f"{dates.short} {'date' if dates.short == 1 else 'dates'} of “{column}” "
            f"{'has a year' if dates.short == 1 else 'have years'} of two digits; "
            "26 is read as 2026.",
        )
        return found
