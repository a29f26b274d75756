"""What the cells of a column look like, and how well its name and cells fit each field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from console.exports.cell_times import Wall, wall
from console.exports.cell_words import meaning
from console.exports.cells import NO, YES, bare, phone
from console.exports.export import Rejected
from console.exports.mapping import FIELDS
from console.exports.mapping_evidence import unit_of
from console.exports.mapping_words import COLUMN_NAMES, spoken

_CLOCK = re.compile(
    r"^\d{1,6}:\d{1,2}(?::\d{1,2})?(?:[.,]\d+)?(\s*[ap]\.?\s?m\.?)?$", re.IGNORECASE
)
_NUMBER = re.compile(
    r"^[+-]?\d{1,3}(?:[ .,’'\u00a0]\d{3})*(?:[.,]\d+)?$|^[+-]?\d+(?:[.,]\d+)?(?:E-\d+)?$"
)
_PHONE = re.compile(r"^\+?\(?\d[\d\s()./-]{5,20}$")
#: A day from 2000 to 2050 by its number, in columns whose name says that it is one.
_DAY_NUMBER = re.compile(r"^(?:3[7-9]|4\d|5[0-3])\d{3}$")
_DAYS = frozenset(
    """date datum fecha data day tag dag jour dia giorno start started begin beginn debut inicio
    inizio end ende ended fin created opened closed calldate when""".split()
)
_MAIL = re.compile(r"^\S+@\S+\.\S+$")
_UNITS = re.compile(r"^(?:\d+(?:[.,]\d+)?\s*[^\W\d_]{1,8}\.?\s*)+$")
#: Words in names of columns that say how, not what.
_HOW = frozenset(
    """s sec secs second seconds sek sekunden secondes segundos secondi seconden sekundy ms msec
    millis milliseconds min mins minutes minuten minutos minuti minuty h hh mm ss hrs hours utc gmt
    local the of in""".split()
)


#: Words beside which a part of a name does not mean the field.
_NEVER = {
    "customer": frozenset(
        "called dialed dialled dnis dst destination to ziel gewahlte talkdesk interactions".split()
    ),
    "topic": frozenset(
        "missed end hangup disconnect termination abandon ready aux pause refuse fail".split()
    ),
    "agent": frozenset("speed interactions time zeit temps tiempo tempo".split()),
    "queue": frozenset("time wait zeit".split()),
}


@dataclass(slots=True)
class Column:
    """One column of a sample. Shares are of the cells that say something."""

    name: str
    cells: list[str | None]
    words: tuple[str, ...] = ()
    said: list[str] = field(default_factory=lambda: [])
    kinds: dict[str, float] = field(default_factory=lambda: {})
    distinct: int = 0

    def share(self, *kinds: str) -> float:
        return sum(self.kinds.get(kind, 0.0) for kind in kinds)


def is_part_of_day(column: Column) -> bool:
    """Whether its cells can be times of day as Excel keeps them: parts of one, with decimals."""
    parts = [cell.replace(",", ".") for cell in column.said if _NUMBER.match(cell)]
    fine = sum(len(cell) > 6 for cell in parts)
    return (
        bool(parts)
        and len(parts) == len(column.said)
        and fine * 2 > len(parts)
        and all(cell[0] == "0" or "E-" in cell.upper() for cell in parts)
    )


def moment(cell: str) -> Wall | None:
    """A cell read as a time in any order of day and month; None for none."""
    if len(cell) < 6 or sum(c.isdecimal() for c in cell[:24]) < 3:
        return None
    for order in ("dmy", "mdy", "ymd"):
        try:
            return wall(cell, order)
        except Rejected:
            continue
    return None


def _kind(cell: str) -> str:
    if _CLOCK.match(cell):
        return "clock"
    if _NUMBER.match(cell):
        told = moment(cell) if len(cell) >= 5 else None
        if told is not None and (told.how != "numbers"):
            # 45321 can be a day or a count: the column's name says which.
            return "epoch" if told.how == "epoch" else "serial" if told.how == "serial" else "date"
        digits = sum(c.isdecimal() for c in cell)
        if cell[:2] in ("0.", "0,"):
            return "number"
        if cell[:1] in "+0" and digits > 6 or (cell.isdecimal() and 8 <= digits <= 15):
            return "phone"
        return "number"
    told = moment(cell)
    if told is not None:
        return "date" if told.time is None else "moment"
    if _MAIL.match(cell):
        return "mail"
    if phone(cell) != cell or _PHONE.match(cell):
        return "phone"
    if cell.casefold() in YES or cell.casefold() in NO:
        return "yes"
    if _UNITS.match(cell) and cell[0].isdecimal():
        return "units"
    return "text"


def columns_of(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Column]:
    """The columns of a sample of rows."""
    found: list[Column] = []
    for place, name in enumerate(names):
        column = Column(name, [bare(row[place]) if place < len(row) else None for row in rows])
        column.words = tuple(spoken(name).split())
        column.said = [cell for cell in column.cells if cell is not None]
        counts: dict[str, int] = {}
        for cell in column.said:
            kind = _kind(cell)
            counts[kind] = counts.get(kind, 0) + 1
        total = len(column.said) or 1
        column.kinds = {kind: count / total for kind, count in counts.items()}
        column.distinct = len(set(column.said))
        if _DAYS & set(column.words) and column.said and all(map(_DAY_NUMBER.match, column.said)):
            # Dates alone as Excel keeps them, where nobody has said how they are to be shown.
            column.kinds = {"serial": 1.0}
        found.append(column)
    return found


def name_score(rows: str, name: str, column: Column) -> float:
    """How much a column's name is one of a field's, 0 to 1."""
    return _name_scores(rows, column.words).get(name, 0.0)


@lru_cache(maxsize=4096)
def _name_scores(rows: str, words: tuple[str, ...]) -> dict[str, float]:
    """Every field whose names are in a column's name, and how much of it they are."""
    exact, by_word = _index(rows)
    found: dict[str, float] = {}
    core = tuple(each for each in words if each not in _HOW)
    there = set(core or words)
    length = len(" ".join(core or words))
    for each in there:
        for name, phrase, parts in by_word.get(each, ()):
            if there.issuperset(parts):
                # A name that is all but said is worth more than one word out of many.
                score = min(0.92, 0.2 + 0.7 * len(phrase) / length)
                found[name] = max(found.get(name, 0.0), score)
        for name, phrase in _compounds(rows) if len(each) > 8 else ():
            if phrase in each and phrase != each:
                found[name] = max(found.get(name, 0.0), 0.5)
    for name in exact.get(" ".join(core), ()):
        found[name] = 0.97
    for name in exact.get(" ".join(words), ()):
        found[name] = 1.0
    for name, others in _NEVER.items():
        if found.get(name, 1.0) < 0.97 and there & others:
            found.pop(name, None)
    return found


@cache
def _index(
    rows: str,
) -> tuple[dict[str, list[str]], dict[str, list[tuple[str, str, frozenset[str]]]]]:
    """Names of columns → their fields, and the first word of a name → the names it begins."""
    exact: dict[str, list[str]] = {}
    by_word: dict[str, list[tuple[str, str, frozenset[str]]]] = {}
    for name, phrases in COLUMN_NAMES[rows].items():
        for phrase in phrases:
            exact.setdefault(phrase, []).append(name)
            parts = phrase.split()
            by_word.setdefault(parts[0], []).append((name, phrase, frozenset(parts)))
    return exact, by_word


@cache
def _compounds(rows: str) -> tuple[tuple[str, str], ...]:
    """Single words that are long enough to be found inside another."""
    return tuple(
        (name, phrase)
        for name, phrases in COLUMN_NAMES[rows].items()
        for phrase in phrases
        if len(phrase) > 5 and " " not in phrase
    )


def fit(rows: str, name: str, column: Column) -> tuple[float, str]:
    """How well the cells fit a field, 0 to 1 (0: they cannot be that), and in words."""
    kind = FIELDS[rows][name].kind
    if not column.said:
        return (0.0 if kind == "words" else 0.5), "it has no cells to judge by"
    if kind == "time":
        share = column.share("moment", "date", "clock", "serial", "epoch")
        if column.share("clock") > 0.5 and unit_of(column.words) in ("m:ss", "seconds"):
            return 0.0, "it is a duration"
        return (share if share > 0.4 else 0.0), _told(share, "times")
    if kind == "duration":
        share = column.share("clock", "number", "units")
        if column.share("number") > 0.9 and any(c.startswith("-") for c in column.said):
            share *= 0.9
        return (share if share > 0.4 else 0.0), _told(share, "durations or numbers")
    if kind == "count":
        share = column.share("number")
        return (share if share > 0.6 else 0.0), _told(share, "numbers")
    if kind == "customer":
        share = column.share("phone", "mail", "number", "serial", "epoch")
        if column.share("moment", "date", "clock") > 0.3:
            return 0.0, "it has times"
        return max(share, 0.6), _told(share, "numbers of telephones or addresses")
    if column.share("moment", "date", "clock") > 0.5:
        return 0.0, "it has times"
    if kind == "words":
        known = sum(meaning(rows, name, cell) is not None for cell in column.said)
        yes = column.share("yes") if name == "outcome" else 0.0
        share = max(known / len(column.said), yes)
        few = column.distinct <= 12 and column.distinct <= max(3, len(column.said) // 2)
        if share == 0 and (name in ("channel", "direction") or not few):
            return 0.0, "its words are not known"
        if share == 0 and column.share("number", "phone") > 0.5:
            return 0.0, "its words are not known"
        if name == "status":
            # A pause's reason stands beside few states; a state stands beside all.
            share *= len(column.said) / len(column.cells)
        return max(share, 0.7 if few else 0.3), _told(share, f"words of {name}")
    if name in ("id", "journey"):
        share = column.distinct / len(column.said)
        if column.share("units") > 0.5 or share < 0.2:
            return 0.0, "it repeats too often"
        return max(share, 0.5), f"{column.distinct} of {len(column.said)} are different"
    if name == "queue" and column.share("mail", "phone") > 0.6:
        return 0.0, "it has numbers or addresses"
    if kind == "text" and column.share("units") > 0.8 and name != "topic":
        return 0.4, "it has durations"
    if name == "disposition" and column.share("number") > 0.6:
        return 0.4, "it has numbers"
    return 1.0, "its cells are text"


def _told(share: float, what: str) -> str:
    return f"{round(share * 100)} % of its cells are {what}"
