"""Rosters as they are written: templates to fill in, and what is stored, as rows of safe text.

Every cell is text that no spreadsheet takes for a formula, and is read again as what it was.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from console.domain.roster import CUSTOMERS, PEOPLE, SHIFTS, TABLES, TARGETS, Value
from console.domain.times import SECOND, in_zone
from console.exports.roster_cells import safe, shown
from console.exports.roster_columns import DATE, GONE, SHEETS, TIME, ZONE, Column

#: A file's name for each table.
FILES = {table: f"{table}.csv" for table in TABLES}
#: The same tables as the sheets of one workbook.
WORKBOOK = "roster.xlsx"
#: Excel takes a CSV for UTF-8 only where it begins so.
MARK = "\ufeff"

_EXAMPLES: dict[str, tuple[dict[str, str], ...]] = {
    PEOPLE: (
        {"id": "example-1", "name": "Ann Example", "team": "Blue", "tier": "front line",
         "home_queue": "support", "languages": "en; de", "skills": "support:4; billing:2",
         "ids": "pbx=PJSIP/2001; zendesk=ann@example.com"},
        {"id": "example-2", "name": "Bo Example", "team": "Blue", "tier": "expert",
         "home_queue": "billing", "languages": "en", "skills": "billing:5",
         "ids": "*=bo@example.com", "gone": "no"},
    ),
    SHIFTS: (
        {"person": "example-1", "start_at": "2026-01-05 08:00", "end_at": "2026-01-05 16:30",
         "zone": "Europe/Berlin", "kind": "shift"},
        {"person": "example-1", "start_at": "2026-01-05 10:00", "end_at": "2026-01-05 10:30",
         "zone": "Europe/Berlin", "kind": "meeting", "note": "team meeting", "movable": "yes",
         "legal": "no"},
        {"person": "example-1", "start_at": "2026-01-05 12:00", "end_at": "2026-01-05 12:30",
         "zone": "Europe/Berlin", "kind": "break", "movable": "yes", "legal": "yes"},
        {"person": "example-2", "start_at": "2026-01-05", "end_at": "2026-01-09",
         "zone": "Europe/Berlin", "kind": "leave", "movable": "yes", "consent": "yes"},
    ),
    CUSTOMERS: (
        {"customer": "example-4711", "value": "12000", "at_risk": "yes", "preferred": "example-1"},
        {"customer": "example@example.com", "value": "300", "at_risk": "no"},
    ),
    TARGETS: (
        {"channel": "example: voice", "service_level": "80", "within_s": "20", "expected_s": "60",
         "critical": "yes"},
        {"queue": "example: support", "service_level": "90", "within_s": "15"},
    ),
}  # fmt: skip


def template(table: str) -> list[list[str]]:
    """A header and rows that show what goes in; the rows are passed over when left in."""
    columns = [c for c in SHEETS[table].columns if c.holds != DATE and (table, c.field) != _OWN_ID]
    return [
        [column.title for column in columns],
        *([row.get(column.field, "") for column in columns] for row in _EXAMPLES[table]),
    ]


#: A shift's own id is for programs that plan; by hand nobody needs it.
_OWN_ID = (SHIFTS, "id")


def written(
    table: str, records: Iterable[Mapping[str, Value]], zone: ZoneInfo | None = None
) -> list[list[str]]:
    """A header and one row for each record, its fields by name; times in `zone`, or UTC."""
    columns = [c for c in SHEETS[table].columns if c.holds not in (DATE, ZONE, GONE)]
    return [
        [column.title for column in columns],
        *([safe(_cell(column, record, zone)) for column in columns] for record in records),
    ]


def csv_of(rows: Sequence[Sequence[str]]) -> str:
    held = io.StringIO(newline="")
    csv.writer(held).writerows(rows)
    return MARK + held.getvalue()


def clock(at: int, zone: ZoneInfo | None) -> str:
    """Local time with its offset, which is read again as the same instant."""
    if zone is None:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at // SECOND)
    else:
        moment = in_zone(at // SECOND * SECOND, zone)
    return moment.isoformat(" ")


def _cell(column: Column, record: Mapping[str, Value], zone: ZoneInfo | None) -> str:
    if column.field in ("channel", "queue"):
        return str(record["name"]) if record["scope"] == column.field else ""
    kept = record[column.field]
    if column.holds == TIME:
        assert isinstance(kept, int)
        return clock(kept, zone)
    return shown(column.holds, kept)


__all__ = ["FILES", "MARK", "WORKBOOK", "clock", "csv_of", "template", "written"]
