"""The columns of the four roster tables, and how a header is recognised.

Our own format, so the names are ours; the others are what sites call these things in English,
German, French and Spanish. Case, accents and signs between words do not matter.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from console.domain.roster import CUSTOMERS, PEOPLE, SHIFTS, TARGETS

# What a cell holds.
TEXT = "text"
LIST = "list"
SKILLS = "skills"
IDS = "ids"
TIER = "tier"
KIND = "kind"
TIME = "time"
YES_NO = "yes or no"
NUMBER = "number"
PERCENT = "percent"
SECONDS = "seconds"
CUSTOMER = "customer"
#: Not kept: they help to read the others.
DATE = "date"
ZONE = "zone"
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Column:
    """`field` is what the value becomes, `title` the header that we write, `about` what goes in."""

    field: str
    title: str
    holds: str
    about: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: recognised where each group of `needs` has one of its fields in the header."""

    table: str
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]

    def column(self, field: str) -> Column:
        return _FIELDS[self.table][field]


@dataclass(frozen=True, slots=True)
class Layout:
    """A header that was recognised.

    `places` maps fields to places in a row. `skills` and `ids` are columns for one skill
    (“skill: billing”) or the ids of one system (“id: pbx”), with their names. `unused` are titles
    that mean nothing here.
    """

    sheet: Sheet
    places: dict[str, int]
    titles: tuple[str, ...]
    skills: tuple[tuple[int, str], ...]
    ids: tuple[tuple[int, str], ...]
    unused: tuple[str, ...]


_PERSON = (
    "person id", "id", "staff number", "staff id", "employee", "employee id", "employee number",
    "agent", "agent id", "personalnummer", "mitarbeiter", "mitarbeiter id", "mitarbeiternummer",
    "matricule", "employe", "salarie", "personne", "identifiant", "empleado", "id empleado",
    "numero de empleado", "persona",
)  # fmt: skip

_PEOPLE = Sheet(
    PEOPLE,
    (
        Column("id", "person", TEXT, "what the site calls this person for good, a staff number say",
               _PERSON),
        Column("name", "name", TEXT, "as it is shown",
               ("full name", "display name", "agent name", "nom", "nom complet", "nombre",
                "nombre completo", "anzeigename", "vor und nachname")),
        Column("team", "team", TEXT, "the team's name",
               ("group", "gruppe", "equipe", "groupe", "equipo", "grupo")),
        Column("tier", "tier", TIER, "front line, expert, back office or leader",
               ("role", "line", "stufe", "rolle", "ebene", "niveau", "nivel", "rol")),
        Column("home_queue", "home queue", TEXT, "the queue that this person belongs to",
               ("queue", "stammqueue", "heimatqueue", "warteschlange", "file", "file principale",
                "file d attente", "cola", "cola principal")),
        Column("languages", "languages", LIST, "de; en; fr",
               ("language", "sprachen", "sprache", "langues", "langue", "idiomas", "idioma")),
        Column("skills", "skills", SKILLS, "name and level 1 to 5: billing:4; returns:2",
               ("skill", "fahigkeiten", "kenntnisse", "skillset", "competences", "competence",
                "competencias", "habilidades")),
        Column("ids", "ids", IDS,
               "what each system calls this person: pbx=PJSIP/2001; zendesk=ann@example.com",
               ("logins", "system ids", "kennungen", "identifiants", "identificadores")),
        Column("gone", "left", GONE, "yes for a person who has left",
               ("departed", "has left", "ausgeschieden", "parti", "baja")),
    ),
    (("id",), ("name", "team", "tier", "home_queue", "languages", "skills", "ids", "gone")),
)  # fmt: skip

_SHIFTS = Sheet(
    SHIFTS,
    (
        Column("id", "id", TEXT, "what the planning calls this shift; may be left out",
               ("shift id", "block id", "activity id", "schicht id", "identifiant")),
        Column("person", "person", TEXT, "the person's id, or name where no other has it",
               tuple(name for name in _PERSON if name not in ("id", "identifiant")) + ("name",)),
        Column("date", "date", DATE, "where start and end are times of day",
               ("day", "datum", "tag", "jour", "fecha", "dia")),
        Column("start_at", "start", TIME, "2026-01-05 08:00, or 08:00 beside a date",
               ("from", "begin", "start time", "von", "beginn", "anfang", "debut", "de", "inicio",
                "desde")),
        Column("end_at", "end", TIME, "2026-01-05 16:30, or 16:30: the next such hour",
               ("to", "until", "end time", "bis", "ende", "fin", "a", "hasta")),
        Column("zone", "zone", ZONE, "Europe/Berlin; where not all rows are of the zone stated",
               ("time zone", "timezone", "tz", "zeitzone", "fuseau", "fuseau horaire",
                "zona horaria", "zona")),
        Column("kind", "kind", KIND,
               "shift, meeting, training, break, leave, administration or back office",
               ("type", "activity", "art", "aktivitat", "tatigkeit", "genre", "activite", "tipo",
                "actividad")),
        Column("note", "note", TEXT, "anything",
               ("notes", "comment", "notiz", "bemerkung", "kommentar", "remarque", "commentaire",
                "nota", "comentario")),
        Column("movable", "movable", YES_NO, "yes where it may be put off",
               ("can be moved", "moveable", "verschiebbar", "deplacable", "movible", "aplazable")),
        Column("legal", "legal must", YES_NO, "yes where the law requires it then",
               ("legal", "mandatory", "required by law", "gesetzlich", "pflicht", "obligatoire",
                "obligation legale", "obligatorio", "legal obligatorio")),
        Column("consent", "consent given", YES_NO, "yes where the person agreed to give it up",
               ("consent", "agreed", "zustimmung", "einverstanden", "accord", "consentement",
                "consentimiento", "acuerdo")),
        Column("gone", "cancelled", GONE, "yes for what will not take place",
               ("canceled", "deleted", "storniert", "abgesagt", "entfallt", "annule", "cancelado",
                "anulado")),
    ),
    (("person",), ("start_at",), ("end_at",)),
)  # fmt: skip

_CUSTOMERS = Sheet(
    CUSTOMERS,
    (
        Column("customer", "customer", CUSTOMER, "number, e-mail address or id, as exports have it",
               ("customer id", "customer number", "number", "phone", "telephone", "e mail", "email",
                "id", "kunde", "kundennummer", "telefon", "telefonnummer", "rufnummer", "client",
                "numero", "courriel", "cliente", "correo", "telefono")),
        Column("value", "value", NUMBER, "what the customer is worth, in your own unit",
               ("worth", "revenue", "wert", "umsatz", "valeur", "chiffre d affaires", "valor",
                "ingresos")),
        Column("at_risk", "at risk", YES_NO, "yes where the customer may leave",
               ("risk", "churn risk", "gefahrdet", "risiko", "abwanderungsrisiko", "a risque",
                "risque", "en riesgo", "riesgo")),
        Column("preferred", "preferred agent", TEXT, "a person's id or name",
               ("agent", "account manager", "owner", "betreuer", "bevorzugter agent",
                "ansprechpartner", "agent prefere", "conseiller", "agente preferido", "agente")),
        Column("gone", "removed", GONE, "yes to forget what was noted",
               ("deleted", "entfernt", "supprime", "eliminado")),
    ),
    (("customer",), ("value", "at_risk", "preferred")),
)  # fmt: skip

_TARGETS = Sheet(
    TARGETS,
    (
        Column("channel", "channel", TEXT, "voice, chat, messaging, social, email or callback",
               ("kanal", "canal", "medium")),
        Column("queue", "queue", TEXT, "a queue's name; either this or the channel",
               ("warteschlange", "file", "file d attente", "cola")),
        Column("service_level", "service level %", PERCENT, "80 for 80 % (0.8 is read so too)",
               ("service level", "sl", "target", "servicelevel", "ziel", "niveau de service",
                "objectif", "nivel de servicio", "objetivo")),
        Column("within_s", "within seconds", SECONDS, "answered within so many seconds",
               ("within", "within s", "threshold", "schwelle", "innerhalb sekunden", "innerhalb",
                "seuil", "en secondes", "umbral", "en segundos")),
        Column("expected_s", "expected reply seconds", SECONDS,
               "how soon customers expect a reply; 90, or 4 h",
               ("expected reply", "expected s", "expected reply time", "erwartete antwort",
                "erwartete antwortzeit", "delai attendu", "reponse attendue", "respuesta esperada",
                "tiempo de respuesta")),
        Column("critical", "critical", YES_NO, "yes for what is closed last",
               ("kritisch", "critique", "critico", "critica")),
        Column("gone", "removed", GONE, "yes to drop the target",
               ("deleted", "entfernt", "supprime", "eliminado")),
    ),
    (("channel", "queue"), ("service_level", "within_s", "expected_s", "critical")),
)  # fmt: skip

SHEETS = {sheet.table: sheet for sheet in (_PEOPLE, _SHIFTS, _CUSTOMERS, _TARGETS)}
_FIELDS = {
    table: {column.field: column for column in sheet.columns} for table, sheet in SHEETS.items()
}

_ONE_SKILL = re.compile(r"^\s*(?:skill|f[aä]higkeit|comp[eé]tence|competencia)\s*:\s*(.+)$", re.I)
_ONE_SYSTEM = re.compile(r"^\s*(?:id|login|kennung|identifiant)\s*:\s*(.+)$", re.I)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A word as it is compared: small letters without accents, one blank between words."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w%]+|_", " ", bare).replace("%", " % ").split())


def recognise(header: Sequence[str]) -> Layout | None:
    """Which table has such a header; None where none has. Of several that fit, the one that
    leaves the fewest titles unused."""
    layouts = [layout for sheet in SHEETS.values() if (layout := _layout(sheet, header))]
    return min(layouts, key=lambda layout: len(layout.unused), default=None)


def is_surely(layout: Layout) -> bool:
    """Whether a file that nobody called a roster may be taken for one.

    Lists of contacts have agents, starts and ends too, and lists of anything an id and a name. So
    hardly a column may be left over, and one must be such as only a roster has.
    """
    known = len(layout.places) + len(layout.skills) + len(layout.ids)
    if len(layout.unused) > known // 4:
        return False
    has = set(layout.places)
    titles = {field: plain(layout.titles[place]) for field, place in layout.places.items()}
    match layout.sheet.table:
        case "people":
            own = has & {"tier", "home_queue", "languages", "skills", "ids", "gone"}
            named = titles["id"] not in ("id", "identifiant", "agent id")
            return bool(own or layout.skills or layout.ids or named)
        case "customers":
            return (
                "at_risk" in has
                or re.search("customer|kunde|client", titles["customer"]) is not None
            )
        case "targets":
            return bool(has & {"within_s", "expected_s", "critical"})
        case _:
            return True


def _layout(sheet: Sheet, header: Sequence[str]) -> Layout | None:
    fields = {
        plain(name): column.field
        for column in sheet.columns
        for name in (*column.others, column.field, column.title)
    }
    places: dict[str, int] = {}
    skills: list[tuple[int, str]] = []
    ids: list[tuple[int, str]] = []
    unused: list[str] = []
    for place, title in enumerate(header):
        field = fields.get(plain(title))
        if field is not None and field not in places:
            places[field] = place
        elif sheet.table == PEOPLE and (one := _ONE_SKILL.match(title)):
            skills.append((place, " ".join(one[1].split())))
        elif sheet.table == PEOPLE and (one := _ONE_SYSTEM.match(title)):
            ids.append((place, " ".join(one[1].split())))
        elif title.strip():
            unused.append(title.strip())
    found = {*places, *("skills" for _ in skills), *("ids" for _ in ids)}
    if not all(found.intersection(group) for group in sheet.needs):
        return None
    titles = tuple(" ".join(title.split()) for title in header)
    return Layout(sheet, places, titles, tuple(skills), tuple(ids), tuple(unused))


__all__ = ["SHEETS", "Column", "Layout", "Sheet", "is_surely", "plain", "recognise"]
