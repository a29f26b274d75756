"""The columns of a database's queue_log, by the names that products give them.

Source: Asterisk's own schema, FreePBX, Wazo, VICIdial and QueueMetrics. Table names vary and are
not looked at: whoever keeps these columns keeps a queue_log.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

#: No row of a queue_log is longer; a piece that is, is damage.
LONGEST_ROW = 1 << 18
#: So much of a piece that cannot be read is kept.
KEPT = 500

_NAMES: dict[str, tuple[str, ...]] = {
    # The first that a table has is taken.
    "id": ("id", "unique_row_count", "queue_log_id", "uniqueid_row"),
    "at": ("time", "time_id", "eventdate", "eventtime", "event_time", "datetime", "timestamp"),
    "call": ("callid", "call_id"),
    "queue": ("queuename", "queue", "queue_name"),
    "agent": ("agent",),
    "event": ("event", "verb"),
}
_PARAMETER = re.compile(r"(?:data|arg|param)_?(\d)$")


class Columns(NamedTuple):
    """Where each column of a queue_log stands in a table's rows; -1 where it has no such column.

    `data` are the numbered parameters in their order, `joined` the one column of old schemas.
    `utc`: times that name no zone are UTC.
    """

    width: int
    id: int
    at: int
    call: int
    queue: int
    agent: int
    event: int
    data: tuple[int, ...]
    joined: int
    utc: bool = False


class Row(NamedTuple):
    """One row as it stands there, None for NULL. `table` numbers the file's tables."""

    table: int
    columns: Columns
    values: Sequence[bytes | None]


class Broken(NamedTuple):
    """A piece that cannot be read as a row, why, and its beginning."""

    reason: str
    raw: bytes


def known(names: Sequence[str]) -> Columns | None:
    """Where a queue_log's columns are among these names; None where they are not all there."""
    plain = [name.strip().strip('`"[]').lower() for name in names]
    found: dict[str, int] = {}
    for field, words in _NAMES.items():
        found[field] = next((plain.index(word) for word in words if word in plain), -1)
    if any(found[field] < 0 for field in ("at", "call", "queue", "agent", "event")):
        return None
    numbered: dict[int, int] = {}
    for index, name in enumerate(plain):
        if match := _PARAMETER.match(name):
            numbered.setdefault(int(match[1]), index)
    joined = plain.index("data") if "data" in plain else -1
    data = tuple(numbered[k] for k in sorted(numbered))
    return Columns(len(plain), **found, data=data, joined=joined, utc=False)


def usual(count: int, has_id: bool) -> Columns | None:
    """The columns of Asterisk's own schema, for an INSERT that names none."""
    names = ["id"] * has_id + ["time", "callid", "queuename", "agent", "event"]
    rest = count - len(names)
    if rest == 1:
        return known([*names, "data"])
    if rest == 6:
        return known([*names, "data", *(f"data{n}" for n in range(1, 6))])
    return known([*names, *(f"data{n}" for n in range(1, rest + 1))]) if 0 < rest < 6 else None
