"""One cell of a roster: from what a person typed to a value, and back to a safe text."""

import re
from collections.abc import Callable, Mapping

from console.domain.roster import (
    ADMINISTRATION,
    ANY,
    BACK_OFFICE,
    BREAK,
    EXPERT,
    FRONT_LINE,
    KINDS,
    LEADER,
    LEAVE,
    MEETING,
    NO_ID,
    NO_SKILL,
    SHIFT,
    TIERS,
    TRAINING,
    Value,
)
from console.exports.export import Mask, Rejected
from console.exports.roster_columns import (
    CUSTOMER,
    GONE,
    IDS,
    KIND,
    LIST,
    NUMBER,
    PERCENT,
    SECONDS,
    SKILLS,
    TEXT,
    TIER,
    YES_NO,
    plain,
)

LONGEST = 300
#: What is written for “none”; an empty cell of a file says nothing.
NONE = frozenset("-–—")
#: What spreadsheets take for the beginning of a formula, also in its wide form.
_FORMULA = "=+-@\t\r\n＝＋－＠"
#: A sign, digits in groups, and a currency before or behind.
_AMOUNT = re.compile(r"[^\d.,+-]{0,4}([+-]?)(\d[\d.,'’\s]{0,30})[^\d.,+-]{0,4}")
_YES = frozenset("yes y true 1 x ja j wahr oui o vrai si s verdadero".split())
_NO = frozenset("no n false 0 nein falsch non faux falso".split())

_TIERS = {
    FRONT_LINE: "front line|frontline|front|agent|first line|first level|1st line|1st level|1|"
    "erste linie|erstes level|premiere ligne|primera linea",
    EXPERT: "expert|specialist|second line|second level|2nd line|2nd level|2|experte|expertin|"
    "spezialist|experte metier|experto|experta|especialista|specialiste",
    BACK_OFFICE: "back office|backoffice|post traitement|trastienda",
    LEADER: "leader|team leader|lead|team lead|supervisor|manager|teamleiter|teamleiterin|"
    "teamleitung|leitung|chef d equipe|responsable|superviseur|jefe de equipo|supervisora",
}
_KINDS = {
    SHIFT: "shift|work|working|on duty|duty|schicht|dienst|arbeit|service|poste|travail|turno|"
    "jornada|trabajo",
    MEETING: "meeting|team meeting|one to one|1 1|standup|besprechung|teambesprechung|teammeeting|"
    "reunion|reunion d equipe|reunion de equipo",
    TRAINING: "training|coaching|course|e learning|schulung|fortbildung|formation|formacion|"
    "capacitacion",
    BREAK: "break|lunch|rest|pause|mittag|mittagspause|dejeuner|pause dejeuner|descanso|almuerzo|"
    "pausa",
    LEAVE: "leave|vacation|holiday|day off|off|pto|annual leave|sick|sick leave|absent|absence|"
    "urlaub|frei|krank|abwesend|abwesenheit|conge|conges|vacances|maladie|vacaciones|permiso|"
    "licencia|ausencia|enfermedad",
    ADMINISTRATION: "administration|admin|paperwork|follow up|verwaltung|nacharbeit|administracion|"
    "administratif",
    BACK_OFFICE: "back office|backoffice|post traitement|trastienda",
}
_TIER_OF = {name: tier for tier, names in _TIERS.items() for name in names.split("|")}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names.split("|")}
_UNITS = {
    name: seconds
    for names, seconds in (
        (("", "s", "sec", "sek", "seconds", "sekunden"), 1),
        (("m", "min", "minutes", "minuten"), 60),
        (("h", "hours", "std", "stunden", "heures", "horas"), 3600),
        (("d", "days", "tage", "jours", "dias"), 86400),
    )
    for name in names
}


def text(cell: str) -> str:
    """One line without control characters; the mark that made a text safe is taken off."""
    if not cell.isprintable():
        cell = "".join(c if c.isprintable() else " " for c in cell)
    bare = " ".join(cell.split())
    if bare.startswith("'") and bare.lstrip("'")[:1] in tuple(_FORMULA):
        bare = bare[1:]
    if len(bare) > LONGEST:
        raise Rejected(f"“{bare[:30]}…” is longer than {LONGEST} characters; shorten it")
    return bare


def safe(cell: str) -> str:
    """A text that no spreadsheet takes for a formula; `text` gives back what it was."""
    return f"'{cell}" if cell.lstrip("'")[:1] in tuple(_FORMULA) else cell


def value(holds: str, cell: str, mask: Mask) -> Value:
    """What a cell states, an empty one that there is none.

    Raises Rejected with what is wrong and what to write instead.
    """
    bare = text(cell)
    if bare in NONE:
        bare = ""
    if holds == CUSTOMER:
        return mask(bare)
    return _READERS[holds](bare)


def skill_of(name: str, cell: str) -> tuple[str, int | None] | None:
    """From a column of its own: the level, a yes or a no; None where it says nothing."""
    bare = text(cell)
    if not bare:
        return None
    return (name, None) if plain(bare) in _YES - {"1"} else (name, _level(bare))


def ids_of(system: str, cell: str) -> list[tuple[str, str]]:
    bare = text(cell)
    if bare in NONE:
        return [(system, NO_ID)]
    return [(system, item) for item in _items(bare, ";|")]


def shown(holds: str, kept: Value) -> str:
    """A value as it is written into a file or a form, so that `value` reads it again."""
    if kept is None:
        return ""
    if isinstance(kept, bool):
        return "yes" if kept else "no"
    if isinstance(kept, tuple):
        between = {SKILLS: ":", IDS: "="}.get(holds, "")
        return "; ".join(
            item if isinstance(item, str) else between.join(str(p) for p in item if p is not None)
            for item in kept
        )
    return decimal(kept) if isinstance(kept, float) else str(kept)


def decimal(number: float) -> str:
    """Never exactly three digits after the point: those are taken for thousands by half of us."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    digits = f"{number:.6f}".rstrip("0")
    return f"{digits}0" if len(digits.rpartition(".")[2]) == 3 else digits


def _items(bare: str, signs: str = ";,|") -> list[str]:
    parts = re.split(f"[{re.escape(signs)}]", bare)
    return [part.strip() for part in parts if part.strip()]


def _skill(item: str) -> tuple[str, int | None]:
    name, sign, level = item.rpartition(":")
    if not sign:
        return item, None
    return name.strip(), _level(level.strip())


def _level(bare: str) -> int:
    if bare in NONE or plain(bare) in _NO:
        return NO_SKILL
    if bare not in ("1", "2", "3", "4", "5"):
        raise Rejected(f"“{bare}” is no level of a skill; write 1 to 5, as in billing:4")
    return int(bare)


def _id(item: str) -> tuple[str, str]:
    system, sign, its_id = item.partition("=")
    if not sign:
        return ANY, item
    if not system.strip() or not its_id.strip():
        raise Rejected(f"“{item}” does not name a system and an id; write pbx=PJSIP/2001")
    return system.strip(), NO_ID if its_id.strip() in NONE else its_id.strip()


def _choice(bare: str, known: Mapping[str, str], words: tuple[str, ...]) -> str:
    found = known.get(plain(bare))
    if found is None:
        raise Rejected(f"“{bare[:40]}” is not known here; write one of {', '.join(words)}")
    return found


def _yes_no(bare: str) -> bool | None:
    word = plain(bare)
    if not word:
        return None
    if word in _YES or word in _NO:
        return word in _YES
    raise Rejected(f"“{bare[:40]}” is neither yes nor no; write yes, no, or nothing")


def _number(bare: str) -> float:
    """Thousands and decimals as any of us write them, where only one reading is possible."""
    found = _AMOUNT.fullmatch(bare)
    if found is None:
        raise Rejected(f"“{bare[:40]}” is no number; write one such as 1200")
    digits = re.sub(r"[\s'’]", "", found[2])
    signs = [sign for sign in digits if sign in ".,"]
    whole, after = digits, ""
    if signs and (len(signs) == 1 or signs[-1] != signs[0]):  # the last is the decimal sign
        whole, _, after = digits.rpartition(signs[-1])
        if len(signs) == 1 and len(after) == 3 and whole.strip("0") and len(whole) <= 3:
            raise Rejected(
                f"“{bare[:40]}” can be read in two ways; write {whole}{after} or {whole}.{after}0"
            )
    groups = re.split("[.,]", whole)
    if any(len(group) != 3 for group in groups[1:]) or not groups[0]:
        raise Rejected(f"“{bare[:40]}” is no number; write one such as 1200")
    return float(f"{found[1]}{''.join(groups)}.{after or 0}")


def _percent(bare: str) -> float | None:
    if not bare:
        return None
    number = _number(bare.replace("%", ""))
    if 0 < number <= 1 and "%" not in bare:  # how a spreadsheet keeps 80 %
        number = round(100 * number, 6)
    if not 0 < number <= 100:
        raise Rejected(f"“{bare[:40]}” is no share of contacts; write 80 for 80 %")
    return number


def _seconds(bare: str) -> int | None:
    if not bare:
        return None
    if clock := re.fullmatch(r"(\d{1,3}):(\d\d):(\d\d)", bare):
        return int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])
    found = re.fullmatch(r"(\d{1,9}(?:[.,]\d{1,2}|\.0+)?)\s*([a-z]*)\.?", bare.lower())
    if found is None or found[2] not in _UNITS:
        raise Rejected(f"“{bare[:40]}” is no length of time; write seconds, or 5 min, 4 h")
    seconds = round(float(found[1].replace(",", ".")) * _UNITS[found[2]])
    if not 0 < seconds <= 366 * 86400:
        raise Rejected(f"“{bare[:40]}” is no length of time for this; write 1 second to a year")
    return seconds


_READERS: dict[str, Callable[[str], Value]] = {
    TEXT: str,
    LIST: lambda bare: tuple(dict.fromkeys(_items(bare, ";,|/"))),
    SKILLS: lambda bare: tuple(sorted(dict(map(_skill, _items(bare))).items())),
    IDS: lambda bare: tuple(sorted(set(map(_id, _items(bare, ";|"))))),
    TIER: lambda bare: _choice(bare, _TIER_OF, TIERS) if bare else "",
    KIND: lambda bare: _choice(bare, _KIND_OF, KINDS) if bare else SHIFT,
    YES_NO: _yes_no,
    GONE: _yes_no,
    NUMBER: lambda bare: _number(bare) if bare else None,
    PERCENT: _percent,
    SECONDS: _seconds,
}


__all__ = ["NONE", "decimal", "ids_of", "safe", "shown", "skill_of", "text", "value"]
