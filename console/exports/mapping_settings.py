"""How a table is written besides its columns: proposed by evidence, and what is left to ask.

A part of `console.exports.mapping_guess`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, cast

from console.domain.times import DAY
from console.exports.cell_words import meaning
from console.exports.cells import yes
from console.exports.mapping import FIELDS, MEANINGS, OFFSETS, Mapping, word
from console.exports.mapping_columns import Column, moment
from console.exports.mapping_evidence import Evidence, date_order, decimal_mark, duration_form


@dataclass(frozen=True, slots=True)
class Undecided:
    """A setting that the table does not decide: what was taken, what else it may be, and why."""

    setting: str
    taken: str
    other: str
    why: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A mapping with its settings, what they do not decide, why, and words without a meaning."""

    mapping: Mapping
    undecided: tuple[Undecided, ...]
    reasons: dict[str, str]
    unknown: dict[str, tuple[str, ...]]


def settle_all(
    mapping: Mapping, delimiter: str, columns: list[Column], paired: dict[str, tuple[int, ...]]
) -> Settled:
    """The settings that the cells show. `paired` are the places of each field's columns."""
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
        date_order(cells, english=english, delimiter=delimiter, zone=mapping.zone),
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
    decimal = settle("decimal", decimal_mark(numbers, delimiter=delimiter))
    mapping = replace(
        mapping,
        dates=cast(Literal["dmy", "mdy", "ymd"], dates),
        decimal=cast(Literal[".", ","], decimal),
        turned_dates=cast(Literal["keep", "refuse", "turn"], turned),
    )
    mapping = _with_durations(mapping, columns, paired, lengths, settle)
    named = {part for place in times for part in columns[place].words}
    mapping = _with_zone(mapping, cells, named, undecided, reasons)
    mapping = _with_channel(mapping, columns, undecided, reasons)
    mapping, unknown = _with_words(mapping, columns, paired)
    mapping = _with_key(mapping, columns, paired, reasons)
    mapping = _with_end(mapping, undecided, reasons)
    sums = [column.name for column in columns if SUMS & set(column.words)]
    if len(sums) > 1:
        why = (
            f"{sums[0]} and {sums[1]} look like sums over many. Such a report cannot be read: ask "
            f"for a list with one row for each of the {mapping.rows}"
        )
        undecided.insert(0, Undecided("rows", mapping.rows, "", why))
    if not mapping.header:
        names = [name for places in mapping.columns.values() for name in places]
        mapping = replace(mapping, header=frozenset(names))
    return Settled(mapping, tuple(undecided), reasons, unknown)


#: Names of columns that add up over an interval.
SUMS = frozenset(
    """average avg aht asa interval startinterval endinterval handled offered percent occupancy
    durchschnitt mittlere moyenne promedio gemiddelde srednia intervall intervalo""".split()
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
        created updated name id hold caller phone type number closed subject priority requester
        department assigned state reason users media direction ani dnis wrap flow conversation
        contact interaction abandoned answered total acw result outcome session skill
        campaign""".split()
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
    told = {name: each for name, each in told.items() if each.answer}
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
    mapping: Mapping,
    cells: list[str],
    named: set[str],
    undecided: list[Undecided],
    reasons: dict[str, str],
) -> Mapping:
    told = [each for cell in cells[:60] if (each := moment(cell)) is not None and each.time]
    if told and all(each.offset is not None for each in told):
        reasons["zone"] = "every time says its offset"
        return replace(mapping, zone=OFFSETS)
    if named & {"utc", "gmt"}:
        reasons["zone"] = "the column's name says so"
        return replace(mapping, zone="UTC")
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
        reasons["key"] = "no id: a row is the same only if all cells that are taken are"
        return mapping
    for names in (("id",), ("id", "started"), ("id", "started", "queue", "agent")):
        places = [place for name in names for place in paired.get(name, ())]
        cells = [tuple(columns[place].cells[row] for place in places) for row in _rows_of(columns)]
        if cells and len(set(cells)) == len(cells) and all(any(cell) for cell in cells):
            reasons["key"] = f"each row has another {' + '.join(names)}"
            return replace(mapping, key=tuple(columns[place].name for place in places))
    reasons["key"] = "ids repeat: a row is the same only if all cells that are taken are"
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
