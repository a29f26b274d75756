"""People, their planned time, customers and targets, as a team leader states them.

What is stated comes from files of different ages and from the screen, in any order. So each field
keeps the time of the statement that it is from, and the newer statement holds, field by field: a
file without a column says nothing about it. The ids of each system and each skill are fields of
their own (`part`), so that files which know one system each add up. Of two statements of one time
the greater text holds, so that any order gives the same rows.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

PEOPLE = "people"
SHIFTS = "shifts"
CUSTOMERS = "customers"
TARGETS = "targets"
TABLES = (PEOPLE, SHIFTS, CUSTOMERS, TARGETS)

FRONT_LINE = "front line"
EXPERT = "expert"
BACK_OFFICE = "back office"
LEADER = "leader"
TIERS = (FRONT_LINE, EXPERT, BACK_OFFICE, LEADER)

SHIFT = "shift"
MEETING = "meeting"
TRAINING = "training"
BREAK = "break"
LEAVE = "leave"
ADMINISTRATION = "administration"
KINDS = (SHIFT, MEETING, TRAINING, BREAK, LEAVE, ADMINISTRATION, BACK_OFFICE)

CHANNEL = "channel"
QUEUE = "queue"

#: Any system, where an id is the same everywhere (an e-mail address, a login).
ANY = "*"
#: Columns of a person that are made of fields of their own.
PARTED = ("skills", "ids")
#: Said of a skill, that the person has it not; of a system, that it has no id of theirs.
NO_SKILL, NO_ID = 0, ""

Pairs = tuple[tuple[str, str | int | None], ...]
Value = str | int | float | bool | None | tuple[str, ...] | Pairs
#: As a column holds it: lists are JSON.
Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row of a file, or one form, states. `values` are (field, value), each field once.

    `gone`: this person has left, this shift was cancelled. `whole` are columns of PARTED that are
    stated with all their parts: what is not among them is not so.
    """

    table: str
    key: str
    values: tuple[tuple[str, Value], ...]
    gone: bool = False
    whole: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """`id` is whatever the site calls this person for good (a staff number, say).

    `skills` are (name, level 1 to 5, or None where nobody has said), `ids` (system, id): the name
    of a source, of a platform or ANY, and what its exports call this person.
    """

    id: str
    name: str = ""
    team: str = ""
    tier: str = ""
    home_queue: str = ""
    languages: tuple[str, ...] = ()
    skills: tuple[tuple[str, int | None], ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    edited_at: int = 0
    edited_by: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift, or a block of another kind inside or beside one (`kind`, one of KINDS).

    Half-open, microseconds UTC. `movable`, `legal` (the law requires it then) and `consent` (the
    person agreed to give it up) are None where nobody has said.
    """

    id: str
    person: str
    start_at: int
    end_at: int
    kind: str = SHIFT
    note: str = ""
    movable: bool | None = None
    legal: bool | None = None
    consent: bool | None = None
    edited_at: int = 0
    edited_by: str = ""


@dataclass(frozen=True, slots=True)
class CustomerNote:
    """`customer` is masked. `value` is in whatever unit the site counts its customers' worth.

    `preferred` is a person's id or name.
    """

    customer: str
    value: float | None = None
    at_risk: bool | None = None
    preferred: str = ""
    edited_at: int = 0
    edited_by: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at on a channel or in a queue (`scope`): `service_level` percent answered
    within `within_s`, a reply within `expected_s`. None: nothing was said."""

    id: str
    scope: str
    name: str
    service_level: float | None = None
    within_s: int | None = None
    expected_s: int | None = None
    critical: bool | None = None
    edited_at: int = 0
    edited_by: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """One agent of one source, and the person; `person` is None where none was found.

    `ref` is what the source calls the agent, `reason` why they are (or are not) joined.
    """

    agent_id: int
    source_id: int
    source: str
    ref: str
    agent: str
    person: str | None
    name: str
    reason: str
    by_hand: bool = False
    #: Sources for which the roster has an id of the person, whether they have shown there or not.
    reach: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file of a roster, as it was read last. `left` rows of it could not be taken."""

    path: str
    read_at: int
    rows: int
    left: int
    zone: str = ""  # of its local times


@dataclass(frozen=True, slots=True)
class Roster:
    """All that a screen shows of a roster. `version` is another when anything of it is."""

    version: object
    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    customers: tuple[CustomerNote, ...]
    targets: tuple[Target, ...]
    joins: tuple[Join, ...]
    files: tuple[ReadFile, ...] = ()  # the newest reading first


def target_id(scope: str, name: str) -> str:
    return f"{scope}:{name}"


def part(column: str, name: str) -> str:
    """The field of one skill, or of one system's ids."""
    return f"{column}:{name.casefold()}"


def column_of(field: str) -> str:
    return field.partition(":")[0]


# --- one row out of statements of different ages


@dataclass(frozen=True, slots=True)
class Standing:
    """A row as it stands. `cells` are its fields, `gone` and `edited_by` among them.

    `edited_at` is the time of its newest statement; `older` holds the times of the fields that
    are from an older one, 0 where no statement had them. Of columns of PARTED the parts are the
    fields: their pairs as JSON, None where it was said that there are none (its time is always in
    `older`). The time of the column itself is when it was last stated whole.
    """

    cells: Mapping[str, Cell]
    edited_at: int
    older: Mapping[str, int]


def merged(standing: Standing, said: Mapping[str, Cell], at: int) -> Standing:
    """The row after one more statement, made at `at` (above 0); the same in any order.

    A row of which nothing was said yet is a Standing of its columns' defaults at 0. A column of
    PARTED in `said` states it whole: parts that were said before are dropped.
    """
    cells = dict(standing.cells)
    times = {**dict.fromkeys(cells, standing.edited_at), **standing.older}
    for field, cell in said.items():
        then = times.get(field, 0)
        if field in PARTED:
            times[field] = max(then, at)
        elif at > then or (at == then and _rank(cell) > _rank(cells.get(field))):
            cells[field], times[field] = cell, at
    for field in [field for field in cells if ":" in field]:
        if times[field] < times.get(column_of(field), 0):
            del cells[field], times[field]
    newest = max(standing.edited_at, at)
    silent = {field for field in times if cells.get(field) is None and _is_part(field)}
    older = {f: time for f, time in times.items() if time != newest or f in silent}
    return Standing(cells, newest, older)


def _is_part(field: str) -> bool:
    return column_of(field) in PARTED


def _rank(cell: Cell) -> str:
    return json.dumps(cell)


# --- what became of a file


@dataclass(frozen=True, slots=True)
class RosterCount:
    """One table of a file. `rows` = `changed` + `known` + `examples` + `left`.

    `known` said nothing new: there already, older than what is there, or repeated further down.
    `left` could not be taken. `unused` are titles of columns that mean nothing here.
    """

    table: str
    rows: int
    changed: int
    known: int
    examples: int
    left: int
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """What could not be taken, and why; of a whole file without table, line (0) and column."""

    table: str
    line: int
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class RosterResult:
    """`missing` are shifts, by their ids, that were stated before of people and days of this file
    and are not in it. Without a column `id` nobody knows whether they were moved."""

    path: str
    counts: tuple[RosterCount, ...] = ()
    problems: tuple[RosterProblem, ...] = ()
    missing: tuple[str, ...] = ()
