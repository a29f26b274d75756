"""When a source's silence means something."""

from console.domain.board import SourceRow
from console.domain.times import SECOND

#: A source whose habit is not known yet is stale after this many seconds.
UNUSUAL_S = 24 * 3600


#: On a quiet night who waits alone makes no line: what was so much earlier is the present still.
PRESENT_S = 900


def stale_after(source: SourceRow, stale_s: int) -> int | None:
    """Seconds of silence after which a source is stale; None where silence says nothing."""
    if source.paused or not source.followed:
        return None
    return _habit(source, stale_s)


def _habit(source: SourceRow, stale_s: int) -> int:
    if source.steady:
        return stale_s
    return max(stale_s, UNUSUAL_S if source.every_s is None else 2 * source.every_s)


def tells_of_now(source: SourceRow, now: int, stale_s: int) -> bool:
    """Whether what it says last can be taken for the present, whoever follows it: what a desk shows
    of a file that was read once, or of a source that is paused or long silent, is the past."""
    if source.paused or source.last_at is None:
        return False
    return now - source.last_at <= max(_habit(source, stale_s), PRESENT_S) * SECOND


def is_stale(source: SourceRow, now: int, stale_s: int) -> bool:
    """Whether its newest stamp is older than its habit allows."""
    limit = stale_after(source, stale_s)
    if limit is None or (source.last_at is None and source.every_s is None and not source.steady):
        return False  # what has only names in it, say, is of no time
    return source.last_at is None or now - source.last_at > limit * SECOND


__all__ = ["UNUSUAL_S", "is_stale", "stale_after", "tells_of_now"]
