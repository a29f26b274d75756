"""A mapping proposed for a table that nobody prepared for, with the reasons, for a person to check.

The columns are told by their names in several languages and by their cells. What cannot be told is
said to be undecided and is never quietly chosen: a time zone is in no table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal, cast

from console.domain.times import DAY
from console.exports.cell_words import meaning
from console.exports.cells import yes
from console.exports.mapping import FIELDS, MEANINGS, OFFSETS, ROWS, Mapping, Rows, word
from console.exports.mapping_columns import Column, columns_of, fit, moment, name_score
from console.exports.mapping_evidence import Evidence, date_order, decimal_mark, duration_form
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
class Undecided:
    """A setting that the table does not decide: what was taken, what else it may be, and why."""

    setting: str
    taken: str
    other: str
    why: str


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
                 "hold": 1.2, "wrapup": 1.2, "started": 1.0, "queue": 0.7, "outcome": 0.7},
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
) -> Guess:
    """A proposal for a table, told from its header and the first rows (some 50 are enough).

    `zone` is the zone of this desk; it is proposed and stays to be confirmed. `kind` fixes what the
    rows are.
    """
    columns = columns_of(look.columns, rows)
    best: tuple[float, Rows, dict[str, _Taken], dict[tuple[str, int], float]] | None = None
    for each in (kind,) if kind is not None else ROWS:
        taken, scores = _assign(each, columns)
        worth = _worth(each, taken)
        if best is None or worth > best[0]:
            best = (worth, each, taken, scores)
    assert best is not None
    _worth_of_it, rows_are, taken, scores = best
    paired = _pairs(rows_are, columns, taken)
    fields = {
        each: tuple(columns[place].name for place in places) for each, places in paired.items()
    }
    mapping = Mapping(name or "table", rows_are, fields, zone=zone)
    if look.header_line == -1:
        mapping = replace(mapping, header=frozenset(look.columns), header_line=-1)
    return _settle(mapping, look, columns, paired, taken, scores)


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
        _by_cells(columns, taken, used)
    _names_alone(taken)
    return taken, scores


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
        if column.share("clock") > 0.6 and column.share("moment") == 0
    ]
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
        elif place in dates and columns[place].share("date") > 0.6:
            free = [other for other in clocks if other not in used and named(other) > 0.4]
            if not free and first_time:
                free = [o for o in clocks if o not in used and _is_clock_name(columns[o])]
            if free:
                partner = max(free, key=named)
                used.add(partner)
                found[name] = (place, partner)
        first_time = False
    return found


def _is_clock_name(column: Column) -> bool:
    words = "time zeit uhrzeit heure hora ora tijd godzina czas"
    return any(part in words.split() for part in column.words)


# --- settings


def _settle(
    mapping: Mapping,
    look: Look,
    columns: list[Column],
    paired: dict[str, tuple[int, ...]],
    taken: dict[str, _Taken],
    scores: dict[tuple[str, int], float],
) -> Guess:
    undecided: list[Undecided] = []
    reasons: dict[str, str] = {"rows": f"most columns are those of {mapping.rows}"}

    def settle(setting: str, told: Evidence) -> str:
        reasons[setting] = told.why
        if told.other:
            undecided.append(Undecided(setting, told.answer, told.other, told.why))
        return told.answer

    kinds = {name: FIELDS[mapping.rows][name].kind for name in paired}
    times = [place for name, places in paired.items() if kinds[name] == "time" for place in places]
    cells = [cell for place in times for cell in columns[place].said]
    english = _is_english(columns)
    dates = settle(
        "dates",
        date_order(cells, english=english, delimiter=look.delimiter, zone=mapping.zone),
    )
    turned = "refuse" if dates != "ymd" and _are_turned(cells) else "keep"
    if turned == "refuse":
        why = (
            "part of the dates are a spreadsheet's own and have no day over 12, all others have: "
            "it has taken day for month"
        )
        reasons["turned_dates"] = why
        undecided.append(Undecided("turned_dates", "refuse", "turn", why))
    lengths = {name: paired[name][0] for name, kind in kinds.items() if kind == "duration"}
    counted = [paired[name][0] for name, kind in kinds.items() if kind == "count"]
    numbers = [c for place in [*lengths.values(), *counted] for c in columns[place].said]
    decimal = settle("decimal", decimal_mark(numbers, delimiter=look.delimiter))
    mapping = replace(
        mapping,
        dates=cast(Literal["dmy", "mdy", "ymd"], dates),
        decimal=cast(Literal[".", ","], decimal),
        turned_dates=cast(Literal["keep", "refuse", "turn"], turned),
    )
    mapping = _with_durations(mapping, columns, paired, lengths, settle)
    mapping = _with_zone(mapping, cells, undecided, reasons)
    mapping = _with_channel(mapping, columns, undecided, reasons)
    mapping, unknown = _with_words(mapping, columns, paired)
    mapping = _with_key(mapping, columns, paired, reasons)
    mapping = _with_end(mapping, undecided, reasons)
    if not mapping.header:
        names = [name for places in mapping.columns.values() for name in places]
        mapping = replace(mapping, header=frozenset(names))
    return Guess(
        mapping,
        _choices(mapping.rows, columns, paired, taken, scores),
        tuple(undecided),
        reasons,
        unknown,
    )


def _are_turned(cells: Sequence[str]) -> bool:
    """Whether a spreadsheet has made dates of those texts only whose day could be a month."""
    own: list[int] = []
    text: list[int] = []
    for cell in cells:
        told = moment(cell)
        if told is not None and told.offset is None and told.how != "epoch":
            day = (date(1970, 1, 1) + timedelta(days=told.day)).day
            (text if told.how == "numbers" else own).append(day)
    return len(own) > 1 and len(text) > 1 and max(own) <= 12 < min(text)


def _is_english(columns: list[Column]) -> bool:
    common = set(
        """time date start end started ended call agent queue wait talk customer duration status
        created updated name id hold caller phone type""".split()
    )
    words = [part for column in columns for part in column.words]
    return sum(part in common for part in words) * 3 >= len(words)


def _naive(columns: list[Column], places: tuple[int, ...], row: int) -> int | None:
    """The clock of a row's time, µs. Differences are the same in every zone and order of dates."""
    parts = [columns[place].cells[row] for place in places]
    if None in parts:
        return None
    told = moment(" ".join(cast("list[str]", parts)))
    if told is None or told.time is None:
        return None
    return told.day * DAY + told.time


_SPANS: dict[str, tuple[tuple[str, str], ...]] = {
    "wait": (("entered", "answered"), ("started", "answered")),
    "talk": (("answered", "ended"),),
    "duration": (("started", "ended"), ("since", "until")),
}


def _with_durations(
    mapping: Mapping,
    columns: list[Column],
    paired: dict[str, tuple[int, ...]],
    lengths: dict[str, int],
    settle: Callable[[str, Evidence], str],
) -> Mapping:
    told: dict[str, Evidence] = {}
    for name, place in lengths.items():
        column = columns[place]
        span = next(
            (pair for pair in _SPANS.get(name, ()) if pair[0] in paired and pair[1] in paired), None
        )
        gaps: list[int | None] = [None] * len(column.cells)
        if span is not None:
            for row in range(len(gaps)):
                one = _naive(columns, paired[span[0]], row)
                two = _naive(columns, paired[span[1]], row)
                gaps[row] = None if one is None or two is None else two - one
        told[name] = duration_form(column.cells, column.words, gaps)
    # What one column shows holds for the others that are written the same way.
    shown = {_style(columns[lengths[n]]): e.answer for n, e in told.items() if not e.other}
    for name, each in list(told.items()):
        style = _style(columns[lengths[name]])
        if each.other and style in shown and shown[style] in (each.answer, each.other):
            told[name] = Evidence(shown[style], "", "as in the other columns")
    answers = [each.answer for name, each in told.items() if columns[lengths[name]].said]
    if not answers:
        return mapping
    common = max(answers, key=lambda form: (answers.count(form), -answers.index(form)))
    worst = next((e for e in told.values() if e.answer == common and e.other), None)
    any_of = next(e for e in told.values() if e.answer == common)
    settle("duration", worst or any_of)
    own = {name: e.answer for name, e in told.items() if e.answer != common}
    return replace(mapping, duration=common, durations=own)


def _style(column: Column) -> str:
    """How durations of a column look: columns of one look are of one form."""
    return max(column.kinds, key=lambda kind: column.kinds[kind], default="")


def _with_zone(
    mapping: Mapping, cells: list[str], undecided: list[Undecided], reasons: dict[str, str]
) -> Mapping:
    told = [each for cell in cells[:60] if (each := moment(cell)) is not None and each.time]
    if told and all(each.offset is not None for each in told):
        reasons["zone"] = "every time says its offset"
        return replace(mapping, zone=OFFSETS)
    why = "a table does not say of which zone its times are; this is the zone of this desk"
    reasons["zone"] = why
    undecided.append(Undecided("zone", mapping.zone, "", why))
    return mapping


def _with_channel(
    mapping: Mapping, columns: list[Column], undecided: list[Undecided], reasons: dict[str, str]
) -> Mapping:
    if "channel" in mapping.columns or mapping.rows == "agent states":
        return mapping
    taken = "email" if mapping.rows == "tickets" else "voice"
    words = {part for column in columns for part in column.words}
    for name in ("chat", "email", "sms", "whatsapp"):
        if name in words:
            taken = {"sms": "messaging", "whatsapp": "messaging"}.get(name, name)
            if words & {"call", "calls", "phone", "ani", "dnis"}:
                taken = "voice"
    why = f"no column names the channel; rows like these are {taken} most often"
    reasons["channel"] = why
    undecided.append(Undecided("channel", taken, "", why))
    return replace(mapping, channel=taken)


#: A column that asks a question: what its yes and its no mean.
_YES_NO = (
    ("answered", "not answered", """answered is handled handled connected beantwortet angenommen
     repondu atendida contestada atendido risposta beantwoord odebrane odebrano completed"""),
    ("abandoned", "", """abandoned is abandoned abandon verloren abgebrochen aufgegeben abandonne
     perdu abandonada abandonado perdida abbandonata persa porzucone opgehangen lost"""),
    ("not answered", "answered", "missed is missed gemist verpasst missed call"),
)  # fmt: skip


def _with_words(
    mapping: Mapping, columns: list[Column], paired: dict[str, tuple[int, ...]]
) -> tuple[Mapping, dict[str, tuple[str, ...]]]:
    words: dict[str, dict[str, str]] = {}
    unknown: dict[str, tuple[str, ...]] = {}
    for name, places in paired.items():
        if (mapping.rows, name) not in MEANINGS:
            continue
        column = columns[places[0]]
        asked = next((q for q in _YES_NO if set(column.words) & set(q[2].split())), None)
        found: dict[str, str] = {}
        open_ones: list[str] = []
        for cell in sorted(set(column.said))[:60]:
            told = meaning(mapping.rows, name, cell)
            if told is None and name == "outcome" and asked and (said := yes(cell)) is not None:
                told = asked[0] if said else asked[1]
            if told is None:
                open_ones.append(cell)
            else:
                found[word(cell)] = told
        if found:
            words[name] = found
        if open_ones:
            unknown[name] = tuple(open_ones)
    return replace(mapping, words=words), unknown


def _with_key(
    mapping: Mapping,
    columns: list[Column],
    paired: dict[str, tuple[int, ...]],
    reasons: dict[str, str],
) -> Mapping:
    """The columns that tell rows apart, where an id is there."""
    if mapping.rows != "contacts" or "id" not in paired:
        reasons["key"] = "no id: a row is the same row only if all its cells are the same"
        return mapping
    for names in (("id",), ("id", "started"), ("id", "started", "queue", "agent")):
        places = [place for name in names for place in paired.get(name, ())]
        cells = [tuple(columns[place].cells[row] for place in places) for row in _rows_of(columns)]
        if cells and len(set(cells)) == len(cells) and all(any(cell) for cell in cells):
            reasons["key"] = f"each row has another {' + '.join(names)}"
            return replace(mapping, key=tuple(columns[place].name for place in places))
    reasons["key"] = "ids repeat: a row is the same row only if all its cells are the same"
    return mapping


def _rows_of(columns: list[Column]) -> list[int]:
    """The rows that say more than nothing and are no sum at the end."""
    count = len(columns[0].cells) if columns else 0
    least = max(1, len(columns) // 3)
    return [row for row in range(count) if sum(c.cells[row] is not None for c in columns) >= least]


def _with_end(mapping: Mapping, undecided: list[Undecided], reasons: dict[str, str]) -> Mapping:
    if mapping.rows != "contacts" or {"ended", "duration"} & set(mapping.columns):
        return mapping
    why = "no column says when a contact ended; such lists are written when all is over"
    reasons["without_end"] = why
    undecided.append(Undecided("without_end", "abandoned", "waiting", why))
    return replace(mapping, without_end="abandoned")


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
            choices.append(Choice(column.name, "", "", why, tuple(others)))
    return tuple(choices)
