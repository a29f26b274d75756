"""Points in time as exports write them, as microseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from console.domain.times import SECOND
from console.exports.export import Rejected

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: 1990 to 2100: what lies outside is no time of a contact centre.
_FIRST = 631_152_000 * SECOND
_LAST = 4_102_444_800 * SECOND


def utc(text: str | None, *, naive_utc: bool = False, zone: ZoneInfo | None = None) -> int | None:
    """ISO 8601 with ``Z`` or an offset, any fraction; None for nothing.

    A text without an offset is read in `zone`, or as UTC where `naive_utc`. Raises Rejected for
    what is no time, has no offset and no zone, or lies before 1990 or after 2100.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Rejected(f"{text[:40]!r} is no time") from None
    if moment.tzinfo is None:
        if zone is None and not naive_utc:
            raise Rejected(f"{text[:40]!r} does not say of which zone it is")
        moment = moment.replace(tzinfo=zone or UTC)
    since = moment - _EPOCH
    # A division by a timedelta would cost four times as much.
    return _checked((since.days * 86_400 + since.seconds) * SECOND + since.microseconds, text)


def epoch(value: float | str) -> int:
    """Seconds, milliseconds or microseconds since 1970, told apart by their size.

    Raises Rejected for what is none of them.
    """
    try:
        number = float(value)
    except ValueError:
        raise Rejected(f"{str(value)[:40]!r} is no time since 1970") from None
    if not number == number or number <= 0 or number > 1e17:
        raise Rejected(f"{str(value)[:40]!r} is no time since 1970")
    if number < 1e11:
        return _checked(round(number * SECOND), value)
    if number < 1e14:
        return _checked(round(number * 1000), value)
    return _checked(
        int(value) if isinstance(value, str) and value.isdigit() else int(number), value
    )


def offset(minutes: int) -> timezone:
    """A zone that is so many minutes ahead of UTC."""
    return timezone(timedelta(minutes=minutes))


def _checked(at: int, said: object) -> int:
    if not _FIRST <= at <= _LAST:
        raise Rejected(f"{str(said)[:40]!r} is not of this age (before 1990 or after 2100)")
    return at


__all__ = ["epoch", "offset", "utc"]
