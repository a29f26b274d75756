"""Zendesk's tickets as rows of a data warehouse's table (CSV), one row a ticket.

Columns are the API's names with what was nested joined by ``_`` (``via_channel``); times are in
UTC. Exports of the account and of views have other columns, in the account's language and zone.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal
from zoneinfo import ZoneInfo

from console.domain.statements import Statement, Ticket
from console.exports import zendesk
from console.exports.export import Mask, Rejected
from console.exports.moments import utc
from console.exports.table_pieces import look
from console.exports.text import hide

NAME: Final = "zendesk_csv"
TITLE: Final = "Zendesk tickets (warehouse table)"
PLATFORM: Final = zendesk.PLATFORM
KIND: Literal["table"] = "table"
NEEDS_ZONE: Final = False

_COLUMNS: Final = frozenset(
    ("id", "via_channel", "status", "created_at", "updated_at", "requester_id", "group_id")
)
_STATES: Final = frozenset(("new", "open", "pending", "hold", "solved", "closed", "deleted"))


def fits(head: bytes) -> bool:
    """Whether the columns are those of a warehouse's table of tickets."""
    if b"via_channel" not in head:
        return False
    found = look(head)
    return found is not None and set(found.columns) >= _COLUMNS


def take_row(row: Mapping[str, str], mask: Mask, zone: ZoneInfo) -> Iterable[Statement]:
    """The state of the ticket. Rows of a table with history are copies: the newest holds."""
    id_ = _cell(row, "id")
    created = utc(_cell(row, "created_at"), naive_utc=True)
    updated = utc(_cell(row, "updated_at"), naive_utc=True) or created
    status = _cell(row, "status").lower()
    if not id_ or created is None or updated is None:
        raise Rejected("a ticket without an id or the time at which it was created")
    if status not in _STATES:
        raise Rejected(f"a ticket in a state that is not known: {status!r}")
    if (_cell(row, "_fivetran_deleted") or "false").lower() in ("true", "t", "1"):
        status = "deleted"
    said = Ticket(
        zendesk.channel_of(_cell(row, "via_channel")),
        status,
        created,
        updated,
        hide(_cell(row, "subject")),
        _cell(row, "priority"),
        zendesk.agent(_cell(row, "group_id")),
        zendesk.agent(_cell(row, "assignee_id")),
        zendesk.user(_cell(row, "requester_id"), mask),
        due_at=utc(_cell(row, "due_at"), naive_utc=True),
    )
    return (Statement(f"ticket:{id_}", "state", zendesk.version(updated, None), said),)


def _cell(row: Mapping[str, str], column: str) -> str:
    value = row.get(column)
    text = value.strip() if value else ""
    return "" if text.lower() in ("null", "none", "nan") else text
