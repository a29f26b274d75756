"""Intercom's conversations and parts as rows of a data warehouse's history tables (CSV).

A conversation stands there once for every change; ``_fivetran_active`` marks the row that holds.
Times are in UTC.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal
from zoneinfo import ZoneInfo

from console.domain.statements import Statement, Ticket
from console.exports import intercom
from console.exports.export import Mask, Rejected
from console.exports.moments import utc
from console.exports.table_pieces import look
from console.exports.text import hide

NAME: Final = "intercom_csv"
TITLE: Final = "Intercom conversations (warehouse tables)"
PLATFORM: Final = intercom.PLATFORM
KIND: Literal["table"] = "table"
NEEDS_ZONE: Final = False

_CONVERSATIONS: Final = frozenset(
    ("id", "created_at", "updated_at", "state", "source_type", "assignee_id", "assignee_type")
)
_PARTS: Final = frozenset(
    ("id", "conversation_id", "part_type", "author_id", "author_type", "created_at")
)


def fits(head: bytes) -> bool:
    """Whether the columns are those of a warehouse's conversations or parts."""
    if b"part_type" not in head and b"source_type" not in head:
        return False
    found = look(head)
    return found is not None and any(
        set(found.columns) >= wanted for wanted in (_CONVERSATIONS, _PARTS)
    )


def take_row(row: Mapping[str, str], mask: Mask, zone: ZoneInfo) -> Iterable[Statement]:
    """The state of a conversation, or the `Step`s of a part; nothing of a row that is history."""
    if _cell(row, "_fivetran_active").lower() in ("false", "f", "0"):
        return ()
    return _part(row) if "part_type" in row else (_conversation(row, mask),)


def _conversation(row: Mapping[str, str], mask: Mask) -> Statement:
    id_ = _cell(row, "id")
    created = utc(_cell(row, "created_at"), naive_utc=True)
    updated = utc(_cell(row, "updated_at"), naive_utc=True) or created
    status = intercom.state_of(_cell(row, "state"))
    if not id_ or created is None or updated is None:
        raise Rejected("a conversation without an id or the time at which it began")
    if status is None:
        raise Rejected(f"a conversation in a state that is not known: {_cell(row, 'state')!r}")
    assignee, kind = _cell(row, "assignee_id") or None, _cell(row, "assignee_type")
    customer = _cell(row, "source_author_id")
    by_customer = _cell(row, "source_author_type") in ("user", "lead", "contact", "visitor")
    said = Ticket(
        intercom.channel_of(_cell(row, "source_type")),
        status,
        created,
        updated,
        hide(_cell(row, "title") or _cell(row, "source_subject")),
        "priority" if _cell(row, "priority") == "priority" else "",
        assignee if kind == "team" else None,
        assignee if kind == "admin" else None,
        mask(f"user:{customer}") if customer and by_customer else None,
        satisfaction=_cell(row, "conversation_rating_value"),
    )
    return Statement(f"ticket:{id_}", "state", updated, said)


def _part(row: Mapping[str, str]) -> Iterable[Statement]:
    id_, conversation = _cell(row, "id"), _cell(row, "conversation_id")
    at = utc(_cell(row, "created_at"), naive_utc=True)
    if not id_ or not conversation or at is None:
        raise Rejected("a part without its id, its conversation, or the time at which it was made")
    updated = utc(_cell(row, "updated_at"), naive_utc=True)
    to = _cell(row, "assigned_to_id")
    part = intercom.Part(
        id_,
        _cell(row, "part_type"),
        _cell(row, "body") or None,
        at,
        updated,
        intercom.Person(_cell(row, "author_type"), _cell(row, "author_id")),
        intercom.Person(_cell(row, "assigned_to_type"), to) if to else None,
    )
    return list(intercom.told(part, f"ticket:{conversation}"))


def _cell(row: Mapping[str, str], column: str) -> str:
    value = row.get(column)
    text = value.strip() if value else ""
    return "" if text.lower() in ("null", "none", "nan") else text
