"""What a cell of a table says: durations, numbers, yes and no, telephone numbers, nothing at all.

Cells are text as people, programs and spreadsheets write them in many languages. Times of day are
read in `console.exports.cell_times`.
"""

import re

from console.domain.times import DAY, HOUR, MINUTE, SECOND
from console.exports.export import Rejected

#: Written where nothing is known, without regard to case. Errors of Excel stand for nothing too.
MISSING = frozenset(
    """- -- --- – — ? ?? . .. ... n/a na n.a. n.a n/d nd n.d. null (null) \\n none (none) nil nan
    nat undefined k.a. k.a s/o s.o. s/d b.d. (blank) (empty) (leer) (vide) -/- / #n/a #na #nv
    #value! #wert! #valeur! #valor! #valore! #ref! #bezug! #div/0! #name? #null! #num! #zahl!
    unknown unbekannt inconnu desconocido sconosciuto desconhecido onbekend nieznany brak""".split()
) | {"", "k. a.", "n. a.", "n. v.", "keine angabe", "not available", "not applicable", "- -"}

_WRAPPED = re.compile(r'^="(.*)"$', re.DOTALL)
#: Signs at the edge of a cell that are none of it; the empty text is an empty cell.
_SIGNS = frozenset(("\ufeff", "\u200b", "\u200e", "\u200f", "=", "'", ""))


def bare(text: str | None) -> str | None:
    """The cell without what surrounds it (spaces, a mark of order, ``="…"``); None for nothing."""
    if not text:
        return None
    cell = text.strip()
    if cell[:1] in _SIGNS or cell[-1:] in _SIGNS:
        cell = _unwrapped(cell)
    if len(cell) < 16 and (cell.casefold() in MISSING or not cell.strip("#")):
        return None
    return cell


def _unwrapped(cell: str) -> str:
    cell = cell.strip("\ufeff\u200b\u200e\u200f").strip()
    if cell[:1] == "=" and (wrapped := _WRAPPED.match(cell)):
        return wrapped[1].strip()
    # An apostrophe is how spreadsheets say that a number is meant as text.
    return cell[1:].strip() if cell[:1] == "'" and len(cell) > 1 else cell


# --- numbers

_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’")
# Parts of a day that are small are written in powers of ten: 9.26E-05 is eight seconds.
_PLAIN = re.compile(r"^[+-]?\d+(?:\.\d+)?(?:[eE]-\d{1,2})?$")


def number(text: str, decimal: str = ".") -> float:
    """``1.234,5`` with a decimal comma, ``1,234.5`` with a point; spaces and ’ group digits too.

    Raises Rejected where a mark cannot be what it would have to be.
    """
    if decimal == "." and _PLAIN.match(text):
        return float(text)
    plain = text.translate(_SPACES).replace("\u2212", "-")
    plain = plain.rstrip("%")
    grouping = "," if decimal == "." else "."
    whole, _, fraction = plain.partition(decimal)
    if grouping in whole:
        groups = whole.lstrip("+-").split(grouping)
        if not (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])):
            raise Rejected(f"{text[:40]!r} is no number with {_said(decimal)}")
        whole = whole.replace(grouping, "")
    plain = f"{whole}.{fraction}" if fraction else whole
    if not _PLAIN.match(plain):
        raise Rejected(f"{text[:40]!r} is no number with {_said(decimal)}")
    return float(plain)


def count(text: str, decimal: str = ".") -> int:
    """A whole number from 0. Raises Rejected."""
    value = number(text, decimal)
    if value < 0 or value != int(value):
        raise Rejected(f"{text[:40]!r} is no count")
    return int(value)


def _said(decimal: str) -> str:
    return "a decimal comma" if decimal == "," else "a decimal point"


# --- durations

#: What a plain number or a text with colons means. `days` is how Excel keeps durations inside.
FORMS = ("seconds", "minutes", "hours", "milliseconds", "h:mm:ss", "m:ss", "h:mm", "days")
_UNITS = {
    "seconds": SECOND,
    "minutes": MINUTE,
    "hours": HOUR,
    "milliseconds": 1_000,
    "days": DAY,
}
_CLOCK = re.compile(
    r"^(?:(\d{1,4})(?:\s*(?:d|days?|t|tage?|j)\b\.?,?\s*|\.))?(\d{1,6}):(\d{1,2})(?::(\d{1,2}))?"
    r"(?:[.,](\d{1,6})\d*)?$",
    re.IGNORECASE,
)
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+\.?|['′\"″])\s*,?\s*", re.IGNORECASE)
_PART_UNITS = {
    **dict.fromkeys("d day days t tag tage tagen j jour jours dia dias giorno giorni dag dagen dni"
                    .split(), DAY),
    **dict.fromkeys("h hr hrs hour hours std stunde stunden heure heures hora horas ora ore u uur "
                    "uren godz g".split(), HOUR),
    **dict.fromkeys("m min mins mn minute minutes minuten minuto minutos minuti minuut minuta "
                    "minuty ' ′".split(), MINUTE),
    **dict.fromkeys("s sec secs sek seg second seconds sekunde sekunden seconde secondes segundo "
                    "segundos secondo secondi seconden sekund sekundy \" ″".split(), SECOND),
    **dict.fromkeys("ms msec millis milliseconds".split(), 1_000),
}  # fmt: skip


def duration(text: str, form: str, decimal: str = ".") -> int:
    """Microseconds of a duration written in `form` (one of FORMS).

    A text with three parts is hours, minutes and seconds in every form; one with two parts is told
    by the form alone, and one that carries its units (``3 min 20 s``) by these. Raises Rejected for
    what is none, for less than nothing, and for two parts where the form does not tell which.
    """
    if text.isdecimal():
        unit = _UNITS.get(form)
        if unit is not None:
            return int(text) * unit
        if int(text) == 0:
            return 0
        raise Rejected(f"{text[:40]!r} is no duration in the form {form}")
    if text[:1] in "-\u2212" and text[1:2].isdecimal():
        raise Rejected(f"{text[:40]!r} is a duration of less than nothing")
    if ":" in text:
        return _clock(text, form)
    if text[0] in "Pp":
        text = text[1:].replace("T", " ")  # ISO 8601: PT3M20S
    parts = _PART.findall(text)
    if parts and not _PART.sub("", text).strip():
        units = [_PART_UNITS.get(unit.casefold().rstrip(".")) for _, unit in parts]
        if None not in units:
            return sum(
                round(float(value.replace(",", ".")) * (unit or 0))
                for (value, _), unit in zip(parts, units, strict=True)
            )
    unit = _UNITS.get(form)
    value = number(text, decimal)
    if unit is None:
        if value == 0:
            return 0
        raise Rejected(f"{text[:40]!r} is no duration in the form {form}")
    return round(value * unit)


def _clock(text: str, form: str) -> int:
    found = _CLOCK.match(text)
    if found is None:
        raise Rejected(f"{text[:40]!r} is no duration")
    days, first, second, third, fraction = found.groups()
    rest = int((fraction or "").ljust(6, "0")) + int(days or 0) * DAY
    if third is not None:
        return int(first) * HOUR + int(second) * MINUTE + int(third) * SECOND + rest
    if form == "h:mm" and not fraction:
        return int(first) * HOUR + int(second) * MINUTE + rest
    if form == "m:ss" or fraction:
        return int(first) * MINUTE + int(second) * SECOND + rest
    raise Rejected(f"{text[:40]!r} can be minutes and seconds or hours and minutes")


# --- yes and no

YES = frozenset(
    "yes y true t 1 x on ja j wahr oui o vrai si sí s verdadero vero sim waar tak prawda ✓".split()
)
NO = frozenset("no n false f 0 off nein falsch non faux falso nao não nee onwaar nie fałsz".split())


def yes(text: str) -> bool | None:
    """Whether a word says yes; None where it is neither."""
    word = text.casefold()
    return True if word in YES else False if word in NO else None


# --- telephone numbers

_SCIENTIFIC = re.compile(r"^\+?(\d)(?:[.,](\d+))?E\+?(\d{1,2})$", re.IGNORECASE)
_WHOLE = re.compile(r"^(\+?\d{5,18})[.,]0$")


def phone(text: str) -> str | None:
    """A customer's number or address as it stands there, None where Excel has destroyed it.

    ``4.41633E+11`` has lost its digits; ``4.41633123456E+11`` has them all.
    """
    if found := _SCIENTIFIC.match(text):
        first, digits, power = found[1], found[2] or "", int(found[3])
        return first + digits if len(digits) == power else None
    if found := _WHOLE.match(text):
        return found[1]
    return text[4:].strip() or None if text[:4].casefold() == "tel:" else text


def is_destroyed(text: str) -> bool:
    """Whether a number was written in powers of ten and lost digits by it."""
    return _SCIENTIFIC.match(text) is not None and phone(text) is None
