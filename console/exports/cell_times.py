"""What a cell of a table says of time: a date and a time of day in any of the usual spellings."""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from console.domain.times import DAY, HOUR, MINUTE, SECOND
from console.exports.export import Rejected

_TO_1970 = date(1970, 1, 1).toordinal()
#: Day 0 of Excel, counted so that its days from March 1900 on are right.
_EXCEL_ZERO = date(1899, 12, 30).toordinal() - _TO_1970
_FIRST = date(1990, 1, 1).toordinal() - _TO_1970
_LAST = date(2100, 1, 1).toordinal() - _TO_1970

#: In which order the numbers of a date stand.
ORDERS = ("dmy", "mdy", "ymd")


class Wall(NamedTuple):
    """A reading of the clock on some wall: days since 1970, µs since midnight.

    `time` is None for a date alone. `offset` is µs ahead of UTC, None where the cell says none;
    `zone` is the abbreviation that it gives (``CEST``). `how` is the spelling: ``iso``,
    ``numbers``, ``words``, ``serial`` (a day number of Excel) or ``epoch``. `short_year` is true
    for a year of two digits.
    """

    day: int
    time: int | None
    offset: int | None = None
    zone: str = ""
    how: str = "numbers"
    short_year: bool = False


_ISO = re.compile(
    r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?)?\s*"
    r"(?:(Z|z)|([+-])(\d\d):?(\d\d)?)?$"
)
_NUMBERS = re.compile(
    r"^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})"
    r"(?:,?[ T]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?)?$"
)
_DATE = re.compile(r"(?<!\d)(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{1,2})\.?(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.|º|°)?[\s\-/]*(?:de\s+|of\s+|di\s+)?([^\W\d_]{3,})\.?"
    r"[\s,\-/]*(?:de\s+|del\s+)?(\d{4}|\d{2})(?!\d|:)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"(?<!\w)([^\W\d_]{3,})\.?[\s\-]*(\d{1,2})(?:st|nd|rd|th)?,?[\s\-]+(\d{4})(?!\d)", re.IGNORECASE
)
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})(?:[:h.]|\s?h\s?)(\d\d)(?:[:.m](\d\d)s?(?:[.,](\d{1,6})\d*)?)?"
    r"\s*(?:([ap])\.?\s?m?\.?(?![a-z]))?(?!\d)",
    re.IGNORECASE,
)
_HOUR_ONLY = re.compile(r"(?<!\d)(\d{1,2})\s*([ap])\.?\s?m\.?(?![a-z])", re.IGNORECASE)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+\-−])(\d{1,2}):?(\d\d)?\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_PARTED = re.compile(r"^(\d{5}) (?:(0(?:[.,]\d+)?(?:E-\d+)?)|\d{1,2}:\d\d.*)$", re.IGNORECASE)

_MONTHS = (
    "january januar jänner janvier enero gennaio janeiro januari styczeń stycznia",
    "february februar février fevrier febrero febbraio fevereiro februari luty lutego",
    "march märz maerz mars marzo março maart marzec marca mrt marts",
    "april avril abril aprile kwiecień kwietnia",
    "may mai mayo maggio maio mei maj maja",
    "june juni juin junio giugno junho czerwiec czerwca",
    "july juli juillet julio luglio julho lipiec lipca",
    "august août agosto augustus sierpień sierpnia augusti",
    "september septembre septiembre setiembre settembre setembro wrzesień września sept",
    "october oktober octobre octubre ottobre outubro październik października",
    "november novembre noviembre novembro listopad listopada",
    "december dezember décembre diciembre dicembre dezembro grudzień grudnia",
)
_WEEKDAYS = """monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch
donnerstag freitag samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miercoles jueves viernes sabado domingo lunedi martedi mercoledi giovedi venerdi
segunda terca quarta quinta sexta feira maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
poniedzialek wtorek sroda czwartek piatek sobota niedziela""".split()
_FILLERS = {"uhr", "um", "at", "a", "as", "om", "kl", "klo", "le", "el", "o", "godz", "alle", "ore",
            "den", "il", "les", "las", "os", "t", "h"}  # fmt: skip
#: Abbreviations that mean one offset wherever they are used, in hours ahead of UTC. Others (CST,
#: IST, BST) are taken only where the zone of the mapping uses them.
_ABBREVIATIONS = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "cet": 1, "mez": 1, "west": 1, "cest": 2, "mesz": 2,
    "eet": 2, "eest": 3, "edt": -4, "est": -5, "cdt": -5, "mdt": -6, "mst": -7, "pdt": -7,
    "pst": -8,
}  # fmt: skip


def folded(text: str) -> str:
    """Lower case without accents: words are compared so."""
    plain = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L"))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _prefixes(names: tuple[str, ...]) -> dict[str, int]:
    """Every beginning of three letters or more that belongs to one month only."""
    owners: dict[str, set[int]] = {}
    for month, line in enumerate(names, 1):
        for name in map(folded, line.split()):
            for length in range(3, len(name) + 1):
                owners.setdefault(name[:length], set()).add(month)
    whole = {folded(name): month for month, line in enumerate(names, 1) for name in line.split()}
    return {text: min(months) for text, months in owners.items() if len(months) == 1} | whole


_MONTH_OF = _prefixes(_MONTHS)
_WEEKDAY_PREFIXES = {name[:length] for name in _WEEKDAYS for length in range(2, len(name) + 1)}


def wall(text: str, order: str) -> Wall:
    """What a cell that is not empty says; `order` tells which of the numbers is the day.

    A year of four digits in front is a year in every order. Raises Rejected for what is no time,
    or no date in that order: a date is never turned round to make it fit.
    """
    if found := _ISO.match(text):
        return _iso(found, text)
    if order != "ymd" and (found := _NUMBERS.match(text)):
        one, _, two, year, hour, minute, second, fraction = found.groups()
        day = _day(one, two, year, order, text)
        time = None if hour is None else _time(hour, minute, second, fraction, "", text)
        return Wall(day, time, short_year=len(year) == 2)
    if text[0].isdecimal() and text.replace(",", ".", 1).replace(".", "", 1).isdecimal():
        return _numeric(text)
    if found := _PARTED.match(text):
        # A day number beside a time of day, from two columns.
        day = _numeric(found[1])
        time = _rounded(round(float(found[2].replace(",", ".")) * 86_400_000)) if found[2] else None
        return day._replace(time=clock(text[6:]) if time is None else time)
    return _spelled(text, order)


def clock(text: str) -> int | None:
    """µs since midnight of a cell that holds a time of day alone; None where it holds none."""
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour, minute, second, fraction, half = found.groups()
    return _time(hour, minute, second, fraction, half or "", text)


def fixed_offset(abbreviation: str) -> int | None:
    """µs ahead of UTC of an abbreviation that means one offset everywhere."""
    hours = _ABBREVIATIONS.get(abbreviation.casefold())
    return None if hours is None else hours * HOUR


def _iso(found: re.Match[str], text: str) -> Wall:
    year, month, day, hour, minute, second, fraction, zulu, sign, ahead, more = found.groups()
    days = _days(int(year), int(month), int(day), text)
    time = None if hour is None else _time(hour, minute, second, fraction, "", text)
    offset = 0 if zulu else None
    if ahead is not None:
        offset = (int(ahead) * HOUR + int(more or 0) * MINUTE) * (-1 if sign == "-" else 1)
    return Wall(days, time, offset, how="iso")


def _numeric(text: str) -> Wall:
    if text.isdecimal() and len(text) in (8, 12, 14) and text[:2] in ("19", "20"):
        try:
            day = _days(int(text[:4]), int(text[4:6]), int(text[6:8]), text)
            if len(text) == 8:
                return Wall(day, None, how="iso")
            return Wall(day, _time(text[8:10], text[10:12], text[12:14], "", "", text), how="iso")
        except Rejected:
            pass
    value = float(text.replace(",", "."))
    for low, high, unit in ((6e8, 4.2e9, SECOND), (6e11, 4.2e12, 1_000), (6e14, 4.2e15, 1)):
        if low <= value < high:
            at = int(text) * unit if text.isdecimal() else round(value * unit)
            return Wall(at // DAY, at % DAY, 0, how="epoch")
    if 20_000 <= value < 80_000:
        # Excel keeps about 0.1 ms of a day; nobody logs calls so finely.
        at = round(value * 86_400_000) // 10 * 10
        day, rest = divmod(at, 86_400_000)
        whole = text.isdecimal()
        return Wall(day + _EXCEL_ZERO, None if whole else _rounded(rest), how="serial")
    raise Rejected(f"{text[:40]!r} is no time")


def _rounded(milliseconds: int) -> int:
    """µs; what is within 20 ms of a whole second is that second, as Excel's fractions are."""
    near = round(milliseconds / 1000) * 1000
    return (near if abs(near - milliseconds) <= 20 else milliseconds) * 1000


def _spelled(text: str, order: str) -> Wall:
    day, short, how, rest = _date_in(text, order)
    time: int | None = None
    if found := _CLOCK.search(rest):
        hour, minute, second, fraction, half = found.groups()
        time = _time(hour, minute, second, fraction, half or "", text)
        rest = rest[: found.start()] + " " + rest[found.end() :]
    elif found := _HOUR_ONLY.search(rest):
        time = _time(found[1], "0", None, None, found[2], text)
        rest = rest[: found.start()] + " " + rest[found.end() :]
    offset: int | None = None
    if time is not None and (found := _OFFSET.search(rest)):
        offset = int(found[2]) * HOUR + int(found[3] or 0) * MINUTE
        offset = offset if found[1] == "+" else -offset
        rest = rest[: found.start()] + " " + rest[found.end() :]
    zone = ""
    for word in _WORD.findall(rest):
        plain = folded(word)
        if plain in _FILLERS or plain in _WEEKDAY_PREFIXES:
            continue
        if time is not None and 1 <= len(word) <= 5 and word.isupper() and not zone:
            zone = word
        else:
            raise Rejected(f"{text[:40]!r} is no time that can be read")
    if any(c.isdecimal() for c in rest):
        raise Rejected(f"{text[:40]!r} is no time that can be read")
    return Wall(day, time, offset, "" if offset is not None else zone, how, short)


@lru_cache(maxsize=4096)
def _month(word: str) -> int | None:
    return _MONTH_OF.get(folded(word))


def _date_in(text: str, order: str) -> tuple[int, bool, str, str]:
    """Day, whether its year is short, its spelling, and the text without it."""
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        for found in pattern.finditer(text):
            word, number = (found[2], found[1]) if pattern is _DAY_FIRST else (found[1], found[2])
            month = _month(word)
            if month is not None:
                day = _days(_year(found[3]), month, int(number), text)
                rest = text[: found.start()] + " " + text[found.end() :]
                return day, len(found[3]) == 2, "words", rest
    found = _DATE.search(text)
    if found is None:
        raise Rejected(f"{text[:40]!r} is no time")
    one, _, two, three = found.groups()
    rest = text[: found.start()] + " " + text[found.end() :]
    if len(one) > 2 or order == "ymd":
        if len(one) == 3:
            raise Rejected(f"{text[:40]!r} is no time")
        day = _days(_year(one), int(two), int(three), text)
        return day, len(one) == 2, "numbers", rest
    return _day(one, two, three, order, text), len(three) == 2, "numbers", rest


@lru_cache(maxsize=8192)
def _day(one: str, two: str, year: str, order: str, text: str) -> int:
    day, month = (int(one), int(two)) if order == "dmy" else (int(two), int(one))
    if month > 12 and day <= 12:
        words = "day" if order == "dmy" else "month"
        raise Rejected(f"{text[:40]!r} is no date with the {words} first")
    return _days(_year(year), month, day, text)


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else 2000 + year if year < 70 else 1900 + year


def _days(year: int, month: int, day: int, text: str) -> int:
    try:
        days = date(year, month, day).toordinal() - _TO_1970
    except ValueError:
        raise Rejected(f"{text[:40]!r} is no date") from None
    if not _FIRST <= days < _LAST:
        raise Rejected(f"{text[:40]!r} is not of this age (before 1990 or after 2100)")
    return days


def _time(
    hour: str, minute: str, second: str | None, fraction: str | None, half: str, text: str
) -> int:
    h, m, s = int(hour), int(minute), int(second or 0)
    if half:
        if not 1 <= h <= 12:
            # 13:05 PM: written by programs that add the half to a clock of 24 hours.
            if not 13 <= h <= 23 or half in "aA":
                raise Rejected(f"{text[:40]!r} is no time of day")
        else:
            h = h % 12 + (12 if half in "pP" else 0)
    if h > 24 or m > 59 or s > 60 or (h == 24 and (m or s)):
        raise Rejected(f"{text[:40]!r} is no time of day")
    return h * HOUR + m * MINUTE + s * SECOND + int((fraction or "").ljust(6, "0"))
