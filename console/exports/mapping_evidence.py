"""How cells are written, told from the cells themselves: dates, decimal marks, durations.

Each answer says why, and whether it is decided. What is not is for a person to say.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from console.domain.times import DAY, HOUR, MINUTE, SECOND
from console.exports.cells import duration
from console.exports.export import Rejected

Order = Literal["dmy", "mdy", "ymd"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """An answer, what else it could be ("" where it is decided), and why."""

    answer: str
    other: str
    why: str


# --- dates

_PARTS = re.compile(r"(?<!\d)(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{1,2})(?!\d)")
_HALF = re.compile(r"\d\s*[ap]\.?\s?m\b", re.IGNORECASE)


def date_order(cells: Iterable[str], *, english: bool, delimiter: str, zone: str) -> Evidence:
    """In which order the numbers of dates stand. A number over 12 is no month.

    `english` (of the header's words), `delimiter` and `zone` are hints for what is not decided.
    """
    first: list[int] = []
    second: list[int] = []
    third: list[int] = []
    dots = halves = years = 0
    for cell in cells:
        found = _PARTS.search(cell)
        if found is None:
            continue
        if len(found[1]) == 4:
            years += 1
            continue
        first.append(int(found[1]))
        second.append(int(found[3]))
        third.append(int(found[4]))
        dots += found[2] == "."
        halves += bool(_HALF.search(cell))
    if not first:
        if years:
            return Evidence("ymd", "", "dates begin with the year")
        return Evidence("dmy", "", "no date is written in numbers alone")
    over_first, over_second = max(first) > 12, max(second) > 12
    if max(first) > 31 or (over_first and len(set(first)) == 1 and len(set(third)) > 3):
        if max(third) <= 31 and max(second) <= 12:
            return Evidence("ymd", "", "the first number is a year of two digits")
    if over_first and over_second:
        more = sum(n > 12 for n in first) >= sum(n > 12 for n in second)
        answer, other = ("dmy", "mdy") if more else ("mdy", "dmy")
        return Evidence(answer, other, "some dates have the day first, others the month")
    if over_first:
        return Evidence("dmy", "", f"{max(first)} stands first and is no month")
    if over_second:
        return Evidence("mdy", "", f"{max(second)} stands second and is no month")
    american = zone.startswith("America/") or zone.startswith("US/") or zone == "Pacific/Honolulu"
    if dots == len(first):
        return Evidence(
            "dmy", "mdy", "no number is over 12; dots stand between, as with days first"
        )
    if halves and english:
        return Evidence("mdy", "dmy", "no number is over 12; AM and PM go with months first")
    if not english:
        return Evidence("dmy", "mdy", "no number is over 12; the language has days first")
    if delimiter == ";":
        return Evidence("dmy", "mdy", "no number is over 12; semicolons go with days first")
    if american:
        return Evidence("mdy", "dmy", "no number is over 12; your time zone has months first")
    return Evidence("dmy", "mdy", "no number is over 12; most countries have days first")


# --- numbers

_COMMA = re.compile(r"^-?\d+,\d+$")
_POINT = re.compile(r"^-?\d+\.\d+$")


def decimal_mark(cells: Iterable[str], *, delimiter: str) -> Evidence:
    """Which mark stands before decimals. ``1,234`` alone decides nothing."""
    comma = point = open_cases = 0
    for cell in cells:
        text = cell.replace(" ", "").replace("\u00a0", "").rstrip("%")
        if "," in text and "." in text:
            if text.rfind(",") > text.rfind("."):
                comma += 1
            else:
                point += 1
        elif _COMMA.match(text):
            whole, fraction = text.lstrip("-").split(",")
            if len(fraction) == 3 and len(whole) <= 3 and whole != "0":
                open_cases += 1
            else:
                comma += 1
        elif _POINT.match(text):
            whole, fraction = text.lstrip("-").split(".")
            if len(fraction) == 3 and len(whole) <= 3 and whole != "0":
                open_cases += 1
            else:
                point += 1
        elif text.count(",") > 1:
            point += 1
        elif text.count(".") > 1 and text.replace(".", "").isdecimal():
            comma += 1
    if comma > point:
        return Evidence(",", "", "a comma stands before decimals")
    if point:
        return Evidence(".", "", "a point stands before decimals")
    hint = "," if delimiter == ";" else "."
    if open_cases:
        other = "." if hint == "," else ","
        return Evidence(hint, other, "1,234 and 1.234 can be a thousand or a little over one")
    return Evidence(hint, "", "no number has decimals")


# --- durations

_UNIT_WORDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("milliseconds", frozenset("ms msec millis milliseconds millisekunden millisecondes".split())),
    (
        "seconds",
        frozenset(
            "s sec secs second seconds sek sekunde sekunden seconde secondes seg segundo segundos "
            "secondi seconden sekundy sekund".split()
        ),
    ),
    ("minutes", frozenset("min mins minutes minuten minutos minuti minuty".split())),
    ("hours", frozenset("h hrs hours stunden std heures horas ore uren godziny".split())),
)
_TWO = re.compile(r"^(\d{1,6}):(\d{1,2})$")
_THREE = re.compile(r"^(?:\d{1,4}[.d]\s?)?\d{1,6}:\d{1,2}:\d{1,2}(?:[.,]\d+)?$")
_NUMERIC = re.compile(r"^\d+(?:[.,]\d+)?$")


def unit_of(words: Sequence[str]) -> str:
    """The unit that a column's name states (in the form of `spoken`), "" for none."""
    said = set(words)
    if {"mm", "ss"} <= said:
        return "h:mm:ss" if said & {"hh", "h"} else "m:ss"
    if {"hh", "mm"} <= said or {"h", "mm"} <= said:
        return "h:mm"
    for unit, names in _UNIT_WORDS:
        if said & names:
            return unit
    return ""


def duration_form(
    cells: Sequence[str | None], words: Sequence[str], differences: Sequence[int | None]
) -> Evidence:
    """What durations are written in. `differences` are those of the times of the same rows, µs.

    Two parts with a colon are told apart by these, by a first part over 23, or not at all. The
    answer is "" where all are nothing in any form.
    """
    there = [(cell, known) for cell, known in zip(cells, differences, strict=True) if cell]
    stated = unit_of(words)
    three = sum(bool(_THREE.match(cell)) for cell, _ in there)
    two = [(cell, known) for cell, known in there if _TWO.match(cell)]
    if three and not two:
        return Evidence("h:mm:ss", "", "cells have hours, minutes and seconds")
    if two:
        if stated in ("m:ss", "h:mm"):
            return Evidence(stated, "", "the column's name says so")
        if three:
            return Evidence("m:ss", "", "longer ones have hours in front")
        return _two_parts(two)
    numbers = [(cell, known) for cell, known in there if _NUMERIC.match(cell)]
    if not numbers:
        return Evidence("h:mm:ss", "", "cells carry their units, or there are none")
    if stated in ("seconds", "minutes", "hours", "milliseconds"):
        return Evidence(stated, "", "the column's name says so")
    if best := _agreeing(numbers, ("seconds", "milliseconds", "minutes", "hours", "days")):
        return Evidence(best, "", "this agrees with the times of the same rows")
    values = sorted(float(cell.replace(",", ".")) for cell, _ in numbers)
    middle = values[len(values) // 2]
    fractions = sum("." in cell or "," in cell for cell, _ in numbers)
    if values[-1] < 1 and values[-1] > 0 and fractions:
        return Evidence("days", "minutes", "all are parts of one, as Excel keeps durations")
    if values[-1] == 0:
        return Evidence("", "", "all are nothing")
    if middle >= 90_000:
        return Evidence("milliseconds", "", "in seconds they would be longer than a day")
    if middle >= 20_000:
        return Evidence("milliseconds", "seconds", "they are too great for seconds")
    if fractions * 2 > len(numbers) and middle < 60:
        return Evidence("minutes", "seconds", "they are small and have decimals")
    return Evidence("seconds", "minutes", "plain numbers are seconds most often")


def _two_parts(cells: Sequence[tuple[str, int | None]]) -> Evidence:
    if best := _agreeing(cells, ("m:ss", "h:mm")):
        return Evidence(best, "", "this agrees with the times of the same rows")
    longest = max((cell for cell, _ in cells), key=lambda cell: int(cell.partition(":")[0]))
    if int(longest.partition(":")[0]) > 23:
        return Evidence("m:ss", "", f"{longest} in hours would be longer than a day")
    return Evidence("m:ss", "h:mm", "the cells alone do not tell minutes from hours")


def _agreeing(cells: Sequence[tuple[str, int | None]], forms: Sequence[str]) -> str:
    """The form in which most durations are what their rows' times say; "" where none is."""
    known = [(cell, gap) for cell, gap in cells if gap is not None and 0 < gap <= 2 * DAY]
    if not known:
        return ""
    hits: dict[str, int] = {}
    for form in forms:
        # As exact as the form itself is written; times may have lost their seconds.
        slack = {"minutes": MINUTE, "h:mm": MINUTE, "hours": HOUR // 60}.get(form, 2 * SECOND)
        for cell, gap in known:
            try:
                told = duration(cell, form, "," if "," in cell else ".")
            except Rejected:
                continue
            if told > 0 and abs(told - gap) <= slack + gap // 100:
                hits[form] = hits.get(form, 0) + 1
    best = max(hits, key=lambda form: hits[form], default="")
    return best if best and hits[best] * 2 > len(known) else ""
