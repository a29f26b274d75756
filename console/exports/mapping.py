"""A named mapping: which column of a table is what, and how its cells are written.

It is a value that can be kept as a TOML file, shared, and used again without asking.
"""

import json
import tomllib
from dataclasses import dataclass, field, fields
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

import msgspec

from console.errors import ExportError
from console.exports.cell_times import ORDERS, folded
from console.exports.cells import FORMS

Rows = Literal["contacts", "tickets", "agent states", "counts"]
#: What the rows of a table can be, in the order of the screen.
ROWS: tuple[Rows, ...] = ("contacts", "tickets", "agent states", "counts")
#: In place of a zone: every time states its own offset.
OFFSETS = "value"
CHANNELS = ("voice", "chat", "messaging", "social", "email", "callback")


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a column can be taken for.

    `kind` is how its cells are read: time, duration, text, words (a closed list), customer, count,
    free (free text).
    """

    name: str
    title: str
    kind: str


def _fields(*told: tuple[str, str, str]) -> dict[str, Field]:
    return {name: Field(name, title, kind) for name, title, kind in told}


#: The fields of each kind of rows, in the order of the screen.
FIELDS: dict[str, dict[str, Field]] = {
    "contacts": _fields(
        ("id", "Contact id", "text"),
        ("journey", "Journey id", "text"),
        ("channel", "Channel", "words"),
        ("direction", "Direction", "words"),
        ("queue", "Queue", "text"),
        ("queue_name", "Queue's name", "text"),
        ("agent", "Agent", "text"),
        ("agent_name", "Agent's name", "text"),
        ("customer", "Customer", "customer"),
        ("called", "Called (outbound)", "customer"),
        ("started", "Started", "time"),
        ("entered", "Entered queue", "time"),
        ("answered", "Answered at", "time"),
        ("ended", "Ended", "time"),
        ("duration", "Whole duration", "duration"),
        ("wait", "Wait", "duration"),
        ("talk", "Talk", "duration"),
        ("hold", "Hold", "duration"),
        ("wrapup", "Wrap-up", "duration"),
        ("outcome", "Outcome", "words"),
        ("topic", "Topic", "text"),
        ("disposition", "Disposition", "text"),
        ("note", "Note", "free"),
        ("updated", "Row updated", "time"),
    ),
    "tickets": _fields(
        ("id", "Ticket id", "text"),
        ("channel", "Channel", "words"),
        ("status", "Status", "words"),
        ("created", "Created", "time"),
        ("updated", "Updated", "time"),
        ("solved", "Solved", "time"),
        ("first_reply", "First reply", "time"),
        ("due", "Due", "time"),
        ("subject", "Subject", "free"),
        ("priority", "Priority", "text"),
        ("group", "Group", "text"),
        ("agent", "Agent", "text"),
        ("agent_name", "Agent's name", "text"),
        ("requester", "Requester", "customer"),
        ("reopens", "Reopens", "count"),
        ("replies", "Replies", "count"),
    ),
    "agent states": _fields(
        ("agent", "Agent", "text"),
        ("agent_name", "Agent's name", "text"),
        ("status", "Status", "words"),
        ("since", "Since", "time"),
        ("until", "Until", "time"),
        ("duration", "Duration", "duration"),
        ("updated", "Row updated", "time"),
    ),
    "counts": _fields(
        ("at", "Time", "time"),
        ("queue", "Queue", "text"),
        ("channel", "Channel", "words"),
        ("waiting", "Waiting", "count"),
        ("oldest_wait", "Longest wait", "duration"),
        ("callbacks", "Callbacks", "count"),
        ("staffed", "Agents staffed", "count"),
        ("online", "Agents online", "count"),
        ("available", "Agents available", "count"),
        ("on_contact", "Agents on contact", "count"),
        ("wrapup", "Agents in wrap-up", "count"),
        ("paused", "Agents paused", "count"),
        ("error", "Agents in error", "count"),
        ("updated", "Row updated", "time"),
    ),
}
#: Field of a count → the metric of its statement.
METRICS = {
    "waiting": "waiting", "oldest_wait": "oldest_wait_us", "callbacks": "callbacks",
    "staffed": "staffed", "online": "online", "available": "available",
    "on_contact": "on contact", "wrapup": "wrap-up", "paused": "paused", "error": "error",
}  # fmt: skip

#: What the words of a field may be turned into. "" says nothing: the rule decides.
MEANINGS: dict[tuple[str, str], tuple[str, ...]] = {
    ("contacts", "outcome"): (
        "answered", "not answered", "abandoned", "waiting", "timeout", "exit_key", "exit_empty",
        "withdrawn", "dumped", "blocked", "saturated", "closed", "",
    ),
    ("contacts", "direction"): ("inbound", "outbound", "internal"),
    ("contacts", "channel"): CHANNELS,
    ("tickets", "channel"): CHANNELS,
    ("counts", "channel"): CHANNELS,
    ("tickets", "status"): ("new", "open", "pending", "hold", "solved", "closed", "deleted"),
    ("agent states", "status"): ("available", "paused", "offline", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one layout of table is read.

    `header` are the column names that a file must have, in any order. `columns` gives a field its
    column, or several whose cells are joined by a space (date and time). `words` turns a field's
    words, in lower case, into ours. `zone` is an IANA name or OFFSETS. `durations` are the forms of
    fields that are written otherwise than `duration`. `key` are the columns that tell rows apart;
    None: a row is the same row only if all cells that are taken are the same. None for `encoding`,
    `delimiter` and `header_line` means: find it.
    """

    name: str
    rows: Rows
    columns: dict[str, tuple[str, ...]]
    header: frozenset[str] = frozenset()
    platform: str = ""
    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    decimal: Literal[".", ","] = "."
    dates: Literal["dmy", "mdy", "ymd"] = "dmy"
    #: Dates that Excel has turned into dates of its own may have day and month changed about.
    turned_dates: Literal["keep", "refuse", "turn"] = "keep"
    zone: str = ""
    duration: str = "h:mm:ss"
    durations: dict[str, str] = field(default_factory=lambda: {})
    #: Whether the talk of a row has its hold in it already.
    talk_has_hold: bool = False
    channel: str = ""
    #: An unanswered row without an end is a contact that still waits, or one that is over.
    without_end: Literal["waiting", "abandoned"] = "waiting"
    words: dict[str, dict[str, str]] = field(default_factory=lambda: {})
    key: tuple[str, ...] | None = None

    @property
    def thousands(self) -> str:
        """The mark between groups of three digits; spaces and ’ are always allowed too."""
        return "," if self.decimal == "." else "."

    def form(self, name: str) -> str:
        """The form of the durations of a field."""
        return self.durations.get(name, self.duration)


def plain(column: str) -> str:
    """A column's name as it is compared: without case, and whatever its spaces are."""
    return " ".join(column.replace("\ufeff", "").casefold().split())


def has_columns(mapping: Mapping, columns: tuple[str, ...]) -> bool:
    """Whether a header has every name that the mapping is known by."""
    there = {plain(column) for column in columns}
    needed = {plain(column) for column in mapping.header or used(mapping)}
    return bool(needed) and needed <= there


def used(mapping: Mapping) -> tuple[str, ...]:
    """The columns that are taken, each once, in the order of the fields."""
    names = [name for columns in mapping.columns.values() for name in columns]
    return tuple(dict.fromkeys([*names, *(mapping.key or ())]))


def word(text: str) -> str:
    """A word as `Mapping.words` has it."""
    return " ".join(folded(text).split())


def problems(mapping: Mapping) -> list[str]:
    """Why rows cannot be taken so, one sentence each; empty where they can."""
    said: list[str] = []
    there = mapping.columns
    known = FIELDS[mapping.rows]

    def need(names: tuple[str, ...], what: str, why: str) -> None:
        if not any(name in there for name in names):
            said.append(f"No column is taken for {what}: {why}")

    if not mapping.name.strip():
        said.append("The mapping has no name: it is kept and found again by it.")
    if mapping.rows == "contacts":
        need(
            ("started", "entered", "answered"),
            "when it started",
            "without it a contact has no place in time.",
        )
        need(
            ("agent", "answered", "ended", "talk", "outcome", "duration", "wait"),
            "how it ended (agent, times, talk or outcome)",
            "nobody could tell who was answered.",
        )
    elif mapping.rows == "tickets":
        need(("id",), "the ticket's id", "a ticket that changes could not be found again.")
        need(("created",), "when it was created", "without it a ticket has no age.")
        need(("status", "solved"), "its status or when it was solved", "open or done is unknown.")
    elif mapping.rows == "agent states":
        need(("agent",), "the agent", "a status must be somebody's.")
        need(("status",), "the status", "there would be nothing to show.")
        need(("since",), "since when", "a status without a beginning has no place in time.")
    else:
        need(("at",), "the time of the count", "a count holds at one instant.")
        need(tuple(METRICS), "a number (waiting, available …)", "there is nothing to count.")
    if "channel" in known and mapping.rows != "counts" and "channel" not in there:
        if not mapping.channel:
            said.append("No column is taken for the channel, and none is stated for all rows.")
    if mapping.channel and mapping.channel not in CHANNELS:
        said.append(f"The channel {mapping.channel!r} is not one of {', '.join(CHANNELS)}.")
    said += [
        f"A row of {mapping.rows} has no field {name!r}." for name in there if name not in known
    ]
    if not mapping.zone:
        said.append(
            "The time zone is not stated: the table does not say of which zone its times are."
        )
    elif mapping.zone != OFFSETS and not is_zone(mapping.zone):
        said.append(f"{mapping.zone!r} is no time zone.")
    for form in {mapping.duration, *mapping.durations.values()} - set(FORMS):
        said.append(f"{form!r} is no form of durations; there are {', '.join(FORMS)}.")
    if mapping.dates not in ORDERS:
        said.append(f"{mapping.dates!r} is no order of day, month and year.")
    for name, words in mapping.words.items():
        allowed = MEANINGS.get((mapping.rows, name), ())
        for text, meaning in words.items():
            if meaning not in allowed:
                said.append(f"{text!r} cannot mean {meaning!r} as {name}.")
    twice: dict[str, str] = {}
    for name, columns in there.items():
        for column in columns:
            other = twice.setdefault(column, name)
            if other != name and not (known.get(name) and known[name].kind == "time"):
                said.append(f"The column {column!r} is taken twice: for {other} and for {name}.")
    return said


def is_zone(name: str) -> bool:
    """Whether this machine knows the zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


# --- as a file

_ORDER = tuple(each.name for each in fields(Mapping))


def write(mapping: Mapping) -> str:
    """The mapping as a TOML text that `read` gives back."""
    lines = ["# How a table is read. Made by Coalface; may be changed by hand and shared."]
    tables: list[str] = []
    for name in _ORDER:
        value = cast(object, getattr(mapping, name))
        if value is None or (value in ("", {}, frozenset()) and name != "name"):
            continue
        if isinstance(value, dict):
            tables += _table(name, cast("dict[str, Any]", value))
        else:
            lines.append(f"{name} = {_value(value)}")
    return "\n".join([*lines, *tables]) + "\n"


def _table(name: str, values: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    inner: list[str] = []
    for key, value in values.items():
        if isinstance(value, dict):
            inner += _table(f"{name}.{_key(key)}", cast("dict[str, Any]", value))
        else:
            lines.append(f"{_key(key)} = {_value(value)}")
    head = ["", f"[{name}]"] if lines or not inner else []
    return [*head, *lines, *inner]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple) and len(cast("tuple[str, ...]", value)) == 1:
        return _text(cast("tuple[str, ...]", value)[0])
    if isinstance(value, tuple):
        return f"[{', '.join(map(_text, cast('tuple[str, ...]', value)))}]"
    if isinstance(value, frozenset):
        return f"[{', '.join(map(_text, sorted(cast('frozenset[str]', value))))}]"
    return _text(str(value))


def _text(text: str) -> str:
    # A JSON text is a TOML text, but for this one sign.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(text: str) -> str:
    bare = text.replace("_", "").replace("-", "")
    return text if bare.isascii() and bare.isalnum() else _text(text)


def read(text: str) -> Mapping:
    """The mapping of a TOML text. Raises ExportError where it is none."""
    try:
        told = tomllib.loads(text)
        told["columns"] = {
            name: columns if isinstance(columns, list) else [columns]
            for name, columns in told.get("columns", {}).items()
        }
        if isinstance(told.get("key"), str):
            told["key"] = [told["key"]]
        if isinstance(told.get("header"), str):
            told["header"] = [told["header"]]
        mapping = msgspec.convert(told, Mapping)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, AttributeError) as error:
        raise ExportError(
            "This is no mapping of a table.",
            str(error),
            "Use a file that Coalface has written, or make the mapping anew from the table.",
        ) from None
    unknown = sorted(set(told) - set(_ORDER))
    if unknown:
        raise ExportError(
            "This mapping says what is not understood here.",
            f"Unknown: {', '.join(unknown)}.",
            "It may be of a newer version; take it out of the file, or upgrade.",
        )
    return mapping
