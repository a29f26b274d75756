"""Points in time as whole microseconds since 1970, UTC; zones only at the edges."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_us() -> int:
    """The present, in microseconds since 1970 UTC."""
    return time.time_ns() // 1_000


def iso(at: int) -> str:
    """ISO 8601 in UTC, with a fraction only where there is one: ``2026-01-05T08:00:00Z``."""
    moment = _EPOCH + timedelta(microseconds=at)
    return moment.isoformat().replace("+00:00", "Z")


def from_iso(text: str, zone: ZoneInfo | None = None) -> int:
    """Microseconds of an ISO 8601 text; a text without an offset is read in `zone` (or UTC).

    Raises ValueError where the text is not ISO 8601.
    """
    moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00").replace("z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone or UTC)
    return round((moment - _EPOCH) / timedelta(microseconds=1))


def in_zone(at: int, zone: ZoneInfo) -> datetime:
    """The wall clock of `zone` at that instant."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone)
