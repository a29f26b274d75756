"""Rows of any table as statements, by a mapping that a person has made or confirmed.

A row becomes a contact or one of its legs, a ticket, a stretch of an agent's status, or counts.
"""

import hashlib
from collections.abc import Iterable
from collections.abc import Mapping as Cells
from typing import Literal
from zoneinfo import ZoneInfo

from console.domain.statements import Count, Name, Presence, Said, Statement, Ticket
from console.exports.cell_times import Wall, clock, wall
from console.exports.cell_words import is_total, meaning
from console.exports.cells import bare, count, duration, phone
from console.exports.export import Mask, Rejected
from console.exports.mapped_contact import Told, course
from console.exports.mapping import (
    FIELDS,
    METRICS,
    OFFSETS,
    Mapping,
    has_columns,
    plain,
    problems,
    used,
    word,
)
from console.exports.table_pieces import look
from console.exports.text import hide
from console.exports.wall_clock import WallClock

NAME = "mapped_table"
TITLE = "Table with a mapping"
KIND: Literal["table"] = "table"

#: The time that rows are sorted by, where they are.
_FIRST_TIME = {
    "contacts": ("started", "entered", "answered"),
    "tickets": ("created",),
    "agent states": ("since",),
    "counts": ("at",),
}


class MappedTable:
    """A format made of a mapping. Raises ValueError for one that rows cannot be taken by.

    One for each file that is read (`fresh`): in the hour that comes twice when the clock goes
    back, the order of a file's rows tells which of the two is meant.
    """

    NAME = NAME
    KIND: Literal["table"] = KIND
    NEEDS_ZONE = False

    def __init__(self, mapping: Mapping) -> None:
        wrong = problems(mapping)
        if wrong:
            raise ValueError(" ".join(wrong))
        self.mapping = mapping
        self.TITLE = f"{TITLE}: {mapping.name}"
        self.PLATFORM = mapping.platform or mapping.name
        self._kinds = {name: FIELDS[mapping.rows][name].kind for name in mapping.columns}
        self.columns = dict(mapping.columns)
        self.key = mapping.key
        self._taken = frozenset(map(plain, used(mapping)))
        self.hidden = {
            plain(column)
            for name, columns in mapping.columns.items()
            if self._kinds[name] == "customer"
            for column in columns
        }
        self._resolved: frozenset[str] = frozenset()
        self._clock: WallClock | None = None
        self.turned = mapping.turned_dates if mapping.dates != "ymd" else "keep"

    def fresh(self) -> "MappedTable":
        """The same mapping, for another file."""
        return MappedTable(self.mapping)

    def fits(self, head: bytes, /) -> bool:
        """Whether the header of a file has every column that the mapping is known by."""
        said = self.mapping
        seen = look(
            head,
            encoding=said.encoding,
            delimiter=said.delimiter,
            header_line=said.header_line,
        )
        if seen is None or not has_columns(said, seen.columns):
            return False
        if said.header_line == -1:
            # Columns without names fit every table; it must be one without a header, and as wide.
            found = look(head, encoding=said.encoding, delimiter=said.delimiter)
            width = len(said.header)
            return found is not None and found.header_line == -1 and len(found.columns) == width
        return True

    def identity(self, row: Cells[str, str], mask: Mask) -> str:
        """What tells a row apart where no column does: all that is taken, the customer masked.

        The order of the columns and the case of their names do not matter, nor do columns that are
        not taken: another export numbers its rows anew, or has a column more. Equal rows of one
        file have the same identity: whoever reads the file counts them and passes the `ordinal`.
        """
        said = sorted(
            (name, mask(cell) if name in self.hidden else cell)
            for column, text in row.items()
            if (name := plain(column)) in self._taken and (cell := bare(text)) is not None
        )
        text = "\x1e".join(f"{name}\x1f{cell}" for name, cell in said)
        return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()

    def stands_for(self, row: Cells[str, str]) -> tuple[str, tuple[int, ...]] | None:
        """The key of a contact's row, and marks of its start, queue and agent (0: states none).

        None where a key says nothing, or where rows state when they were updated. Two rows of one
        key whose marks are `at_odds` are two legs, and the key does not tell rows apart.
        """
        if self.key is None or self.mapping.rows != "contacts" or "updated" in self.columns:
            return None
        key = "\x1f".join([bare(row.get(column)) or "" for column in self.key])
        cells = [
            bare(row.get(column))
            for name in ("started", "entered", "queue", "agent")
            for column in self.columns.get(name, ())
        ]
        marks = tuple([0 if cell is None else hash(cell) for cell in cells])
        return (key, marks) if key.strip("\x1f") else None

    def take_row(
        self, row: Cells[str, str], mask: Mask, zone: ZoneInfo, /, ordinal: int = 0
    ) -> Iterable[Statement]:
        """The statements of one row; none for an empty row or a header that comes again.

        `zone` serves only where the mapping states none. `ordinal` counts the rows before it in
        the file that have the same identity. Raises Rejected.
        """
        if not self._resolved <= row.keys() or not self._resolved:
            self._resolve(row)
        if self._clock is None:
            stated = self.mapping.zone
            self._clock = WallClock(
                None if stated == OFFSETS else ZoneInfo(stated) if stated else zone
            )
        reading = _Row(self, row, mask, self._clock, ordinal)
        try:
            return reading.take()
        except Rejected:
            if reading.is_empty() or reading.is_header():
                return ()
            if reading.is_sum():
                raise Rejected("the row adds up others (a total), it is none of its own") from None
            raise

    def _resolve(self, row: Cells[str, str]) -> None:
        """Find the columns under the names that this file gives them."""
        there = {plain(name): name for name in reversed(list(row))}
        found = {column: there.get(plain(column), column) for column in used(self.mapping)}
        self.columns = {
            name: tuple(found[column] for column in columns)
            for name, columns in self.mapping.columns.items()
        }
        key = self.mapping.key
        self.key = None if key is None else tuple(found[column] for column in key)
        self._resolved = frozenset(column for column in found.values() if column in row)


def at_odds(marks: tuple[int, ...], others: tuple[int, ...]) -> bool:
    """Whether two rows state different things: an update adds to a row, or changes other cells."""
    return any(one and two and one != two for one, two in zip(marks, others, strict=False))


class _Row:
    """One row while it is read."""

    def __init__(
        self,
        table: MappedTable,
        row: Cells[str, str],
        mask: Mask,
        clock: WallClock,
        ordinal: int,
    ) -> None:
        self._table, self._row, self._mask, self._clock = table, row, mask, clock
        self._columns: dict[str, tuple[str, ...]] = table.columns
        self._mapping = table.mapping
        self._ordinal = ordinal
        self._day: int | None = None
        self._day_column = ""

    # Cells ---------------------------------------------------------------------------------------

    def text(self, name: str) -> str | None:
        """The cell of a field, or its cells with a space between; None for nothing."""
        columns = self._columns.get(name)
        if columns is None:
            return None
        if len(columns) == 1:
            return bare(self._row.get(columns[0]))
        parts = [part for column in columns if (part := bare(self._row.get(column))) is not None]
        return " ".join(parts) or None

    def has(self, name: str) -> bool:
        return name in self._columns

    def word(self, name: str, default: str | None = None) -> str | None:
        """What the word of a field means, by the mapping, else by what is beyond doubt."""
        text = self.text(name)
        if text is None:
            return default
        stated = self._mapping.words.get(name)
        if stated is not None and (found := stated.get(word(text))) is not None:
            return found
        known = meaning(self._mapping.rows, name, text)
        return default if known is None else known

    def length(self, name: str) -> int | None:
        """µs of a duration."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return duration(text, self._mapping.form(name), self._mapping.decimal)
        except Rejected as problem:
            raise self._named(name, problem) from None

    def number(self, name: str) -> int | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            return count(text, self._mapping.decimal)
        except Rejected as problem:
            raise self._named(name, problem) from None

    def at(self, name: str, not_before: int | None = None) -> int | None:
        """µs UTC of a time; a time of day alone is of the day on which the row begins."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return self._at(name, text, not_before)
        except Rejected as problem:
            raise self._named(name, problem) from None

    def _at(self, name: str, text: str, not_before: int | None) -> int:
        if self._day is not None and len(text) < 16 and ":" in text[:3]:
            time = clock(text)
            told = Wall(self._day, time) if time is not None else self._wall(text)
            own_day = False
        else:
            told = self._wall(text)
            own_day = self._columns[name][0] != self._day_column
        if self._day is None:
            self._day = told.day
            self._day_column = self._columns[name][0] if len(self._columns[name]) > 1 else ""
            return self._clock.row_start(told)
        at = self._clock.instant(told, not_before)
        if not own_day and not_before is not None and at < not_before - 1_000_000:
            # One date for the whole row, and the contact passes midnight.
            at = self._clock.instant(told._replace(day=told.day + 1), not_before)
        return at

    def _wall(self, text: str) -> Wall:
        told = wall(text, self._mapping.dates)
        turned = self._table.turned
        if turned != "keep" and told.how in ("iso", "serial") and told.offset is None:
            return _turned(told, turned == "refuse", text)
        return told

    def _named(self, name: str, problem: Rejected) -> Rejected:
        return Rejected(f"{FIELDS[self._mapping.rows][name].title}: {problem}")

    def customer(self, name: str) -> str | None:
        text = self.text(name)
        number = None if text is None else phone(text)
        return None if number is None else self._mask(number)

    # What kind of row it is ----------------------------------------------------------------------

    def is_empty(self) -> bool:
        return all(bare(text) is None for text in self._row.values())

    def is_header(self) -> bool:
        """Tables that were put together have their header again between them."""
        return any(
            plain(self._row.get(column) or "") == plain(column)
            for name in _FIRST_TIME[self._mapping.rows]
            for column in self._columns.get(name, ())
        )

    def is_sum(self) -> bool:
        return any(text and is_total(text) for text in self._row.values())

    # Statements ----------------------------------------------------------------------------------

    def take(self) -> list[Statement]:
        rows = self._mapping.rows
        if rows == "contacts":
            return self._contact()
        if rows == "tickets":
            return self._ticket()
        if rows == "agent states":
            return self._presence()
        return self._counts()

    def _identity(self) -> str:
        said = self._table.identity(self._row, self._mask)
        return f"{said}#{self._ordinal}" if self._ordinal else said

    def _key(self) -> str:
        columns = self._table.key
        if columns is None:
            return self._identity()
        cells = [bare(self._row.get(column)) for column in columns]
        if not any(cells):
            raise Rejected(f"it has nothing in the columns that tell rows apart ({columns[0]} …)")
        hidden = self._table.hidden
        return "|".join(
            self._mask(cell) if cell and plain(column) in hidden else cell or ""
            for column, cell in zip(columns, cells, strict=True)
        )

    def _needed(self, name: str) -> str:
        text = self.text(name)
        if text is None:
            raise Rejected(f"{FIELDS[self._mapping.rows][name].title}: nothing is stated")
        return text

    def _needed_time(self, name: str) -> int:
        self._needed(name)
        at = self.at(name)
        assert at is not None
        return at

    def _channel(self) -> str:
        stated = self._mapping.channel
        found = self.word("channel", stated or None)
        if found is None:
            said = self.text("channel")
            raise Rejected(
                "Channel: nothing is stated"
                if said is None
                else f"Channel: what {said[:40]!r} is, the mapping does not say"
            )
        return found

    def _names(self, version: int, *kinds: tuple[str, str | None]) -> list[Statement]:
        found: list[Statement] = []
        for kind, ref in kinds:
            name = self.text(f"{kind}_name")
            if ref and name and name != ref:
                said = Name(kind, ref, name)
                found.append(Statement("name", f"{kind}:{ref}", version, said))
        return found

    def _agent(self) -> str | None:
        return self.text("agent") or self.text("agent_name")

    def _contact(self) -> list[Statement]:
        channel = self._channel()
        direction = self.word("direction", "inbound") or "inbound"
        called = self.customer("called") if direction == "outbound" else None
        said, started = course(
            Told(
                channel=channel,
                direction=direction,
                queue=self.text("queue") or self.text("queue_name"),
                agent=self._agent(),
                customer=called or self.customer("customer"),
                topic=hide(self.text("topic") or ""),
                disposition=hide(self.text("disposition") or ""),
                note_chars=len(self.text("note") or "") if self.has("note") else None,
                word=hide(self.text("outcome") or ""),
                meaning=self._outcome(),
            ),
            self,
            self._mapping,
        )
        version = self.at("updated") or 0
        key = self._key()
        ref = self.text("journey") or self.text("id") or key
        named = self._names(
            version or started, ("queue", self.text("queue")), ("agent", self.text("agent"))
        )
        return [Statement(f"contact:{ref}", key, version, said), *named]

    def _outcome(self) -> str:
        if self.has("outcome"):
            return self.word("outcome", "") or ""
        # A disposition is the agent's, but for those that say that there was none.
        said = meaning("contacts", "outcome", self.text("disposition") or "")
        return said if said in ("abandoned", "not answered") else ""

    def _ticket(self) -> list[Statement]:
        ref = self._needed("id")
        created = self._needed_time("created")
        updated = self.at("updated")
        solved = self.at("solved")
        first_reply = self.at("first_reply")
        status = self.word("status")
        if status is None:
            text = self.text("status")
            if text is not None:
                raise Rejected(f"Status: what {text[:40]!r} means, the mapping does not say")
            status = "open" if solved is None else "solved"
        latest = max(created, solved or 0, first_reply or 0)
        said = Ticket(
            channel=self._channel(),
            status=status,
            created_at=created,
            updated_at=updated if updated is not None else latest,
            subject=hide(self.text("subject") or ""),
            priority=self.text("priority") or "",
            group=self.text("group"),
            agent=self._agent(),
            requester=self.customer("requester"),
            solved_at=solved,
            first_reply_at=first_reply,
            reopens=self.number("reopens"),
            replies=self.number("replies"),
            due_at=self.at("due"),
        )
        return [
            Statement(f"ticket:{ref}", "state", updated or 0, said),
            *self._names(updated or latest, ("agent", self.text("agent"))),
        ]

    def _presence(self) -> list[Statement]:
        agent = self._agent()
        if agent is None:
            raise Rejected("Agent: nothing is stated")
        since = self._needed_time("since")
        status = self._needed("status")
        until = self.at("until", since)
        length = self.length("duration")
        if until is None and length is not None:
            until = since + length
        if until is not None and until < since:
            raise Rejected("Until: it lies before the beginning")
        said: Said = Presence(since, self.word("status", "") or "", status, until)
        version = self.at("updated") or 0
        key = f"state@{since}" if self._mapping.key is None else self._key()
        return [
            Statement(f"agent:{agent}", key, version, said),
            *self._names(version or since, ("agent", self.text("agent"))),
        ]

    def _counts(self) -> list[Statement]:
        at = self._needed_time("at")
        queue = self.text("queue")
        if queue is not None and is_total(queue):
            queue = None
        channel = self.word("channel", self._mapping.channel or None) or "voice"
        version = self.at("updated") or 0
        found: list[Statement] = []
        for name, metric in METRICS.items():
            kind = FIELDS["counts"][name].kind
            value = self.length(name) if kind == "duration" else self.number(name)
            if value is not None:
                said = Count(at, queue, channel, metric, value)
                found.append(Statement(f"count:{queue or ''}", f"{metric}@{at}", version, said))
        if not found:
            raise Rejected("it counts nothing")
        return found


def _turned(told: Wall, refuse: bool, text: str) -> Wall:
    """A date that Excel made of a text, with its day and month changed about again."""
    from datetime import date, timedelta

    zero = date(1970, 1, 1)
    day = zero + timedelta(days=told.day)
    if day.day > 12:
        return told
    if refuse:
        raise Rejected(f"day and month of {text[:40]!r} may have been changed about by Excel")
    return told._replace(day=(date(day.year, day.day, day.month) - zero).days)
