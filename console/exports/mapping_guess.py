"""A mapping proposed for a table that nobody prepared for, with the reasons, for a person to check.

The columns are told by their names in several languages and by their cells. What cannot be told is
said to be undecided and is never quietly chosen: a time zone is in no table.
"""

from collections.abc import Mapping as Cells
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from console.exports.cell_words import is_total
from console.exports.mapping import FIELDS, ROWS, Mapping, Rows
from console.exports.mapping_columns import (
    Column,
    columns_of,
    fit,
    is_part_of_day,
    moment,
    name_score,
)
from console.exports.mapping_settings import SUMS, Undecided, settle_all
from console.exports.mapping_words import COLUMN_NAMES
from console.exports.table_pieces import Look

SURE, LIKELY, UNSURE = "sure", "likely", "unsure"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a column is taken for, "" for nothing. `others` are fields that it may be as well."""

    column: str
    field: str
    confidence: str
    reason: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposal. `reasons` say why each setting is so; `unknown` are words without a meaning."""

    mapping: Mapping
    choices: tuple[Choice, ...]
    undecided: tuple[Undecided, ...]
    reasons: dict[str, str]
    unknown: dict[str, tuple[str, ...]] = field(default_factory=lambda: {})


#: How much a field says that the rows are of its kind.
_WEIGHT: dict[str, dict[str, float]] = {
    "contacts": {"talk": 1.6, "wait": 1.3, "customer": 0.9, "direction": 1.5, "answered": 1.2,
                 "hold": 1.2, "wrapup": 1.2, "started": 1.0, "called": 0.3, "queue": 0.7,
                 "outcome": 0.7},
    "tickets": {"subject": 2.0, "priority": 2.0, "solved": 1.6, "created": 1.2, "status": 1.2,
                "first_reply": 1.6, "due": 1.4, "requester": 0.9, "reopens": 1.5, "replies": 1.2,
                "group": 0.6},
    "agent states": {"status": 1.6, "agent": 1.1, "since": 1.1, "until": 1.1},
    "counts": {"waiting": 2.2, "oldest_wait": 2.0, "available": 1.6, "paused": 1.4, "at": 1.0,
               "on_contact": 1.4, "online": 1.4, "queue": 0.6},
}  # fmt: skip
_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "contacts": (("started", "entered", "answered"),),
    "tickets": (("id",), ("created",)),
    "agent states": (("agent", "agent_name"), ("status",), ("since",)),
    "counts": (("at",), ("waiting", "oldest_wait", "available", "on_contact", "online", "staffed",
                         "callbacks", "paused")),
}  # fmt: skip
_LEAST = 0.4


@dataclass(slots=True)
class _Taken:
    column: int
    score: float
    reason: str


def guess(
    look: Look,
    rows: Sequence[Sequence[str]],
    *,
    name: str = "",
    zone: str = "",
    kind: Rows | None = None,
    fixed: Cells[str, str] | None = None,
) -> Guess:
    """A proposal for a table, told from its header and the first rows (some 50 are enough).

    `zone` is the zone of this desk; it is proposed and stays to be confirmed. `kind` fixes what the
    rows are, and `fixed` which column is which field ("" for none): then only the rest is proposed.
    """
    single = [row for row in rows if not any(cell and is_total(cell) for cell in row)]
    columns = columns_of(look.columns, single or rows)
    best: tuple[float, Rows, dict[str, _Taken], dict[tuple[str, int], float]] | None = None
    for each in (kind,) if kind is not None else ROWS:
        taken, scores = _assign(each, columns)
        worth = _worth(each, taken)
        if best is None or worth > best[0]:
            best = (worth, each, taken, scores)
    assert best is not None
    _worth_of_it, rows_are, taken, scores = best
    if fixed is None:
        paired = _pairs(rows_are, columns, taken)
    else:
        taken, paired = _as_fixed(rows_are, columns, fixed, scores)
    fields = {
        each: tuple(columns[place].name for place in places) for each, places in paired.items()
    }
    mapping = Mapping(name or "table", rows_are, fields, zone=zone)
    if look.header_line == -1:
        mapping = replace(mapping, header=frozenset(look.columns), header_line=-1)
    settled = settle_all(mapping, look.delimiter, columns, paired)
    return Guess(
        settled.mapping,
        _choices(rows_are, columns, paired, taken, scores),
        settled.undecided,
        settled.reasons,
        settled.unknown,
    )


# --- columns


def _assign(
    rows: str, columns: list[Column]
) -> tuple[dict[str, _Taken], dict[tuple[str, int], float]]:
    """Each field its column, the best pairs first."""
    pairs: list[tuple[float, int, int, str, str]] = []
    scores: dict[tuple[str, int], float] = {}
    for order, name in enumerate(FIELDS[rows]):
        for place, column in enumerate(columns):
            named = name_score(rows, name, column)
            if named == 0:
                continue
            fits, why = fit(rows, name, column)
            score = named * (0.55 + 0.45 * fits) if fits else 0.0
            if name == "customer" and fits > 0.7:
                score = min(1.0, score + 0.03)
            scores[name, place] = score
            if score >= _LEAST:
                # The plainer name first: "Datum" is of the start before it is of anything else.
                phrases = COLUMN_NAMES[rows][name]
                header = " ".join(column.words)
                rank = phrases.index(header) if header in phrases else len(phrases)
                pairs.append((score - rank * 1e-4, -order, place, name, why))
    taken: dict[str, _Taken] = {}
    used: set[int] = set()
    for score, _order, place, name, why in sorted(pairs, reverse=True):
        if name not in taken and place not in used:
            taken[name] = _Taken(place, score, f"its name says so, and {why}")
            used.add(place)
    if rows == "contacts":
        if "called" in taken and not _asks_whom_called(columns, taken):
            used.discard(taken.pop("called").column)
        if "id" in taken and _counts_up(columns[taken["id"].column]):
            used.discard(taken.pop("id").column)
        _by_cells(columns, taken, used)
    _names_alone(taken)
    return taken, scores


def _asks_whom_called(columns: list[Column], taken: dict[str, _Taken]) -> bool:
    """Whether calls that went out have their customer in another column than those that came in."""
    customer = taken.get("customer")
    if "direction" not in taken or customer is None:
        return False
    own = set("customer client external kunde kunden klant cliente klient contact".split())
    return not own & set(columns[customer.column].words)


def _counts_up(column: Column) -> bool:
    """Whether it numbers the rows of its file: such ids repeat in the next one."""
    said = column.said
    if len(said) < 5 or said[0] not in ("0", "1") or not all(map(str.isdecimal, said)):
        return False
    return [int(cell) for cell in said] == list(range(int(said[0]), int(said[0]) + len(said)))


def _names_alone(taken: dict[str, _Taken]) -> None:
    """A name without an id beside it is what identifies."""
    for name in ("queue", "agent"):
        if f"{name}_name" in taken and name not in taken:
            taken[name] = taken.pop(f"{name}_name")


def _by_cells(columns: list[Column], taken: dict[str, _Taken], used: set[int]) -> None:
    """Times and numbers show themselves also under names that are not known."""
    times = [
        (min(walls), place)
        for place, column in enumerate(columns)
        if place not in used and column.share("moment") > 0.8
        if (walls := [(w.day, w.time or 0) for c in column.said[:20] if (w := moment(c))])
    ]
    times.sort()
    if not {"started", "entered"} & set(taken) and times:
        _first, place = times.pop(0)
        taken["started"] = _Taken(place, 0.45, "it has the earliest times; its name is not known")
        used.add(place)
    if "customer" not in taken:
        for place, column in enumerate(columns):
            if place not in used and column.share("phone") > 0.7 and column.distinct > 1:
                why = "its cells are numbers of telephones; its name is not known"
                taken["customer"] = _Taken(place, 0.42, why)
                used.add(place)
                break


def _worth(rows: Rows, taken: dict[str, _Taken]) -> float:
    weights = _WEIGHT[rows]
    worth = sum(each.score * weights.get(name, 0.5) for name, each in taken.items())
    for names in _NEEDED[rows]:
        if not any(name in taken for name in names):
            worth *= 0.35
    return worth


def _pairs(
    rows: Rows, columns: list[Column], taken: dict[str, _Taken]
) -> dict[str, tuple[int, ...]]:
    """Times that stand in two columns, a date and a time of day, are put together."""
    dates = [place for place, column in enumerate(columns) if column.share("date", "serial") > 0.6]
    clocks = [
        place
        for place, column in enumerate(columns)
        if column.share("clock") > 0.6
        and column.share("moment") == 0
        and not SUMS & set(column.words)
    ]
    if any(columns[place].share("serial") == 1 for place in dates):
        clocks += [place for place, column in enumerate(columns) if is_part_of_day(column)]
    used = {each.column for each in taken.values()}
    found: dict[str, tuple[int, ...]] = {}
    first_time = True
    for name, each in sorted(taken.items(), key=lambda pair: list(FIELDS[rows]).index(pair[0])):
        place = each.column
        found[name] = (place,)
        if FIELDS[rows][name].kind != "time":
            continue

        def named(other: int, name: str = name) -> float:
            return name_score(rows, name, columns[other])

        if place in clocks and dates:
            partner = max(dates, key=lambda other: (named(other), -other))
            found[name] = (partner, place)
        elif place in dates and columns[place].share("date", "serial") > 0.6:
            free = [other for other in clocks if other not in used and named(other) > 0.4]
            if not free and first_time:
                free = [o for o in clocks if o not in used and _is_clock_name(columns[o])]
            if not free and first_time and place + 1 in clocks and place + 1 not in used:
                # A time of day stands behind its date, whatever it is called.
                free = [place + 1]
            if free:
                partner = max(free, key=named)
                used.add(partner)
                found[name] = (place, partner)
        first_time = False
    return found


def _as_fixed(
    rows: Rows,
    columns: list[Column],
    fixed: Cells[str, str],
    scores: dict[tuple[str, int], float],
) -> tuple[dict[str, _Taken], dict[str, tuple[int, ...]]]:
    """What a person has said, a date before its time of day."""
    paired: dict[str, tuple[int, ...]] = {}
    for place, column in enumerate(columns):
        name = fixed.get(column.name, "")
        if name in FIELDS[rows]:
            paired[name] = (*paired.get(name, ()), place)
    for name, places in paired.items():
        if len(places) > 1:
            paired[name] = tuple(sorted(places, key=lambda each: columns[each].share("clock")))
    taken = {
        name: _Taken(places[0], scores.get((name, places[0]), 0.0), "it was said so")
        for name, places in paired.items()
    }
    return taken, paired


def _is_clock_name(column: Column) -> bool:
    words = "time zeit uhrzeit heure hora ora tijd godzina czas"
    return any(part in words.split() for part in column.words)


def _choices(
    rows: str,
    columns: list[Column],
    paired: dict[str, tuple[int, ...]],
    taken: dict[str, _Taken],
    scores: dict[tuple[str, int], float],
) -> tuple[Choice, ...]:
    choices: list[Choice] = []
    for place, column in enumerate(columns):
        name = next((name for name, each in taken.items() if each.column == place), "")
        partner = next((name for name, places in paired.items() if place in places), "")
        others = sorted(
            (each for each in FIELDS[rows] if scores.get((each, place), 0) > 0.25 and each != name),
            key=lambda each: -scores[each, place],
        )
        if name:
            each = taken[name]
            level = SURE if each.score >= 0.88 else LIKELY if each.score >= 0.6 else UNSURE
            choices.append(Choice(column.name, name, level, each.reason, tuple(others)))
        elif partner:
            why = f"together with another column it is {FIELDS[rows][partner].title.lower()}"
            choices.append(Choice(column.name, partner, LIKELY, why, tuple(others)))
        else:
            why = "no field has such a name" if column.said else "it is empty"
            if _counts_up(column):
                why = "it numbers the rows of this file, and would repeat in the next"
            choices.append(Choice(column.name, "", "", why, tuple(others)))
    return tuple(choices)
