"""Points in time as whole microseconds since 1970, UTC; zones only at the edges."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# What this process takes for the present: nothing for our time, else the clock of a rehearsal that
# it follows, and how fast that goes.
_present: list[tuple[Callable[[], int], Callable[[], float]]] = []


def real_us() -> int:
    """Our time, in microseconds since 1970 UTC, whatever is followed."""
    return time.time_ns() // 1_000


def now_us() -> int:
    """The present, in microseconds since 1970 UTC: our time, or the one of a rehearsal."""
    return _present[0][0]() if _present else real_us()


def pace() -> float:
    """How many seconds of the present go by in each of ours: 1, but in a rehearsal. Waits that
    are for people or processes of our time are so many times longer in the present's."""
    return max(1.0, _present[0][1]()) if _present else 1.0


def live_in(clock: Callable[[], int], pace: Callable[[], float]) -> None:
    """From now on this process lives in another time: all that it notes, and all its waits, are in
    that. A process shows one centre, so that it has one present."""
    _present[:] = [(clock, pace)]


def live_in_ours() -> None:
    _present.clear()


def lives_elsewhere() -> bool:
    """Whether this process lives in another time than ours."""
    return bool(_present)


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
