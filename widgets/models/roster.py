"""The columns of people, shifts, customers, targets and joins."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.customers import shown as masked
from console.domain.roster import (
    CHANNEL,
    CUSTOMERS,
    PEOPLE,
    SHIFTS,
    TARGETS,
    CustomerNote,
    Join,
    Person,
    Roster,
    Shift,
    Target,
)
from console.exports.roster_cells import shown
from console.exports.roster_columns import IDS, LIST, NUMBER, PERCENT, SKILLS, YES_NO
from widgets import texts
from widgets.models.columns import Column
from widgets.models.rows import RowModel

JOINS = "joins"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person with the agents that were found to be them."""

    row: Person
    agents: str


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """A shift with the person's name and the clock of the desk's zone."""

    row: Shift
    name: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class CustomerLine:
    row: CustomerNote
    preferred: str


def lines_of(roster: Roster, zone: ZoneInfo) -> dict[str, list[Any]]:
    """The rows of each table, ready to be compared."""
    names = {person.id: person.name or person.id for person in roster.people}
    agents: defaultdict[str, list[str]] = defaultdict(list)
    for join in roster.joins:
        if join.person is not None:
            agents[join.person].append(f"{join.agent} ({join.source})")
    return {
        PEOPLE: [PersonLine(p, ", ".join(agents[p.id])) for p in roster.people],
        SHIFTS: [
            ShiftLine(
                s, names.get(s.person, s.person), wall(s.start_at, zone), wall(s.end_at, zone)
            )
            for s in roster.shifts
        ],
        CUSTOMERS: [
            CustomerLine(note, names.get(note.preferred, note.preferred))
            for note in roster.customers
        ],
        TARGETS: list(roster.targets),
        JOINS: list(roster.joins),
    }


def wall(at: int, zone: ZoneInfo) -> str:
    """The clock of the zone, as it is typed; with its offset where an hour comes twice."""
    moment = datetime.fromtimestamp(at // 1_000_000, zone)
    naive = moment.replace(tzinfo=None, fold=0)
    again = naive.replace(tzinfo=zone).astimezone(UTC)
    if again != moment.astimezone(UTC):
        return moment.isoformat(" ")
    return naive.isoformat(" ", "seconds" if naive.second else "minutes")


def _stated() -> Column:
    return Column(
        "stated",
        "stated by",
        text=lambda r: _by(r.row if hasattr(r, "row") else r),
        value=lambda r: (r.row if hasattr(r, "row") else r).edited_at,
        width=150,
        descending=True,
        spare=True,
        about="The newest statement: a file's name, or who sat at the screen, and when",
    )


def _by(row: Person | Shift | CustomerNote | Target) -> str:
    return f"{row.edited_by}, {texts.clock(row.edited_at, seconds=False)}"


def _text(name: str, title: str, width: int, holds: str = "", stretch: int = 0) -> Column:
    """A column of a field of the line's row, as it is written into files."""

    def text(line: Any) -> str:
        return shown(holds, getattr(line.row, name))

    return Column(
        name, title, text=text, value=lambda r: text(r).casefold(), width=width, stretch=stretch,
        tip=lambda r, b: text(r),
    )  # fmt: skip


_PEOPLE = (
    Column("name", "name", lambda r: r.row.name, lambda r: r.row.name.casefold(), 150, stretch=1),
    _text("id", "person", 90),
    _text("team", "team", 90),
    _text("tier", "tier", 84),
    _text("home_queue", "home queue", 96),
    _text("skills", "skills", 150, SKILLS, 1),
    _text("languages", "languages", 80, LIST),
    _text("ids", "ids", 170, IDS, 1),
    Column(
        "agents",
        "is the agent",
        text=lambda r: r.agents or "none known",
        value=lambda r: r.agents.casefold() or None,
        width=170,
        stretch=1,
        tip=lambda r, b: r.agents or "No agent of any source is this person; see Joins",
        tone=lambda r: "" if r.agents else "warn_words",
        about="The agents of all sources that are this person",
    ),
    _stated(),
)

_SHIFTS = (
    Column("name", "person", lambda r: r.name, lambda r: r.name.casefold(), 150, stretch=1),
    _text("kind", "kind", 110),
    Column("start", "start", lambda r: r.start, lambda r: r.row.start_at, 130),
    Column("end", "end", lambda r: r.end, lambda r: r.row.end_at, 130),
    _text("movable", "movable", 70, YES_NO),
    _text("legal", "legal must", 80, YES_NO),
    _text("consent", "consent given", 100, YES_NO),
    _text("note", "note", 160, stretch=1),
    _stated(),
)

_CUSTOMERS = (
    Column(
        "customer",
        "customer",
        text=lambda r: masked(r.row.customer),
        value=lambda r: masked(r.row.customer),
        width=160,
        about="Hidden, but for its end",
    ),
    Column(
        "value",
        "value",
        text=lambda r: shown(NUMBER, r.row.value) or texts.UNKNOWN,
        value=lambda r: r.row.value,
        width=90,
        right=True,
        descending=True,
    ),
    _text("at_risk", "at risk", 70, YES_NO),
    Column(
        "preferred",
        "preferred agent",
        text=lambda r: r.preferred,
        value=lambda r: r.preferred.casefold(),
        width=170,
        stretch=1,
    ),
    _stated(),
)


def _aim(name: str, title: str, width: int, holds: str, about: str) -> Column:
    return Column(
        name,
        title,
        text=lambda r: shown(holds, getattr(r, name)) or texts.UNKNOWN,
        value=lambda r: getattr(r, name),
        width=width,
        right=True,
        about=about,
    )


_TARGETS = (
    Column("scope", "of a", lambda r: r.scope, lambda r: (r.scope != CHANNEL, r.scope), 80),
    Column("name", "name", lambda r: r.name, lambda r: r.name.casefold(), 160, stretch=1),
    _aim("service_level", "service level %", 110, PERCENT, "So many of a hundred are answered …"),
    _aim("within_s", "within seconds", 110, NUMBER, "… within so many seconds"),
    _aim("expected_s", "expected reply s", 120, NUMBER, "How soon customers expect a reply"),
    Column(
        "critical",
        "critical",
        text=lambda r: shown(YES_NO, r.critical) or texts.UNKNOWN,
        value=lambda r: shown(YES_NO, r.critical),
        width=80,
        about="Closed last",
    ),
    _stated(),
)

_JOINS = (
    Column("source", "source", lambda r: r.source, lambda r: r.source.casefold(), 110),
    Column("agent", "agent", lambda r: r.agent, lambda r: r.agent.casefold(), 160, stretch=1),
    Column("ref", "id in the source", lambda r: r.ref, lambda r: r.ref.casefold(), 170, stretch=1),
    Column(
        "person",
        "is the person",
        text=lambda r: r.name or "nobody",
        value=lambda r: r.name.casefold() or None,
        width=160,
        stretch=1,
        tone=lambda r: "" if r.person or r.by_hand else "warn_words",
    ),
    Column(
        "reason",
        "because",
        text=lambda r: r.reason,
        value=lambda r: r.reason.casefold(),
        width=330,
        stretch=2,
        tip=lambda r, b: r.reason,
    ),
)


def roster_model(table: str) -> RowModel:
    columns = {
        PEOPLE: _PEOPLE,
        SHIFTS: _SHIFTS,
        CUSTOMERS: _CUSTOMERS,
        TARGETS: _TARGETS,
        JOINS: _JOINS,
    }
    model = RowModel(columns[table], key=key_of)
    model.arranges_new = True
    return model


def key_of(line: Any) -> Any:
    """What a command calls the row of a line; a join by its agent."""
    if isinstance(line, Join):
        return line.agent_id
    if isinstance(line, CustomerLine):
        return line.row.customer
    return line.id if isinstance(line, Target) else line.row.id


def names_of(people: Sequence[Person]) -> list[str]:
    """What a person may be called in a form: the name where it is theirs alone, else the id."""
    names = [person.name.casefold() for person in people]
    return [
        person.name if person.name and names.count(person.name.casefold()) == 1 else person.id
        for person in people[:2000]
    ]
