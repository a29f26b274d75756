"""Times of a roster, which people write by the clock on their wall."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.domain.times import SECOND
from console.exports.export import Rejected

_DATE = re.compile(r"^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})\.?(?:[ T,]+(.+))?$")
_CLOCK = re.compile(
    r"^(\d{1,2})(?:[:.hH](\d{2}))?(?:[:.](\d{2})(?:\.0+)?)?h?\s*([ap]\.?m\.?)?$", re.I
)
_OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$", re.I)
_FIRST, _LAST = 1990, 2100
_DAY = timedelta(days=1)


class NoZone(Rejected):
    """A local time, and nobody has said of which zone. `local` is it, as it is written."""

    def __init__(self, local: datetime) -> None:
        super().__init__("its time is local, of no zone; add a zone column, or say the zone")
        self.local = local.isoformat(" ", "minutes")


@dataclass(frozen=True, slots=True)
class Wall:
    """How local times are read: the zone (None: not said), and whether 05/01 is the 5th of
    January (None: nobody can tell)."""

    zone: ZoneInfo | None
    day_first: bool | None = None


def day_first(texts: Iterable[str]) -> bool | None:
    """Whether the dates with strokes in a file begin with the day: one that can only be read in
    one way tells it for all. None where none does, or where they contradict each other."""
    told: set[bool] = set()
    for text in texts:
        found = _DATE.match(text.strip())
        if found is None or len(found[1]) == 4 or found[2] == ".":
            continue
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:
            told.add(True)
        elif second > 12 >= first:
            told.add(False)
    return told.pop() if len(told) == 1 else None


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Rejected(f"“{name[:40]}” is no zone; write one such as Europe/Berlin") from None


def span(day: str, start: str, end: str, wall: Wall) -> tuple[int, int]:
    """Start and end, microseconds UTC.

    `day` serves times of day. An end that is a time of day is the next such hour after the start;
    where both are dates alone, the end's day is meant whole.
    """
    begun, begun_alone = _moment(start, day, wall)
    clock = _clock(end)
    if clock is not None:
        ended = _on(begun.date(), clock)
        ended += _DAY if ended <= begun.replace(tzinfo=None) else timedelta()
        if begun.tzinfo is not None:
            ended = ended.replace(tzinfo=begun.tzinfo)
    else:
        ended, ended_alone = _moment(end, day, wall)
        if begun_alone and ended_alone:
            ended += _DAY
    start_at, end_at = _utc(begun, wall), _utc(ended, wall)
    if end_at <= start_at:
        raise Rejected("it ends before it begins; check start and end")
    return start_at, end_at


def _moment(text: str, day: str, wall: Wall) -> tuple[datetime, bool]:
    """Local (or with its offset), and whether it is a date alone."""
    text = text.strip()
    if not text:
        if day:
            return _moment(day, "", wall)
        raise Rejected("the time is missing; write one such as 2026-01-05 08:00")
    clock = _clock(text)
    if clock is not None:
        if not day.strip():
            raise Rejected(f"“{text}” has no date; add one, or a date column")
        return _on(_moment(day, "", wall)[0].date(), clock), False
    if _OFFSET.search(text) and len(text) > 12:
        try:
            return datetime.fromisoformat(text.replace("z", "Z")), False
        except ValueError:
            raise _no_time(text) from None
    found = _DATE.match(text)
    if found is None:
        raise _no_time(text)
    on = _date(found, text, wall)
    if found[5] is None:
        return _on(on, (0, 0, 0)), True
    clock = _clock(found[5])
    if clock is None:
        raise _no_time(text)
    return _on(on, clock), False


def _date(found: re.Match[str], text: str, wall: Wall) -> date:
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) == 4:
        year, month, day = first, second, third
    else:
        year = third + 2000 if third < 100 else third
        if found[2] == "." or first > 12:
            day, month = first, second
        elif second > 12:
            day, month = second, first
        elif wall.day_first is None and first != second:
            raise Rejected(f"“{text[:40]}” can be read in two ways; write 2026-01-05")
        else:
            day, month = (first, second) if wall.day_first else (second, first)
    try:
        on = date(year, month, day)
    except ValueError:
        raise _no_time(text) from None
    if not _FIRST <= on.year < _LAST:
        raise Rejected(f"“{text[:40]}” is not of this age; check the year")
    return on


def _clock(text: str) -> tuple[int, int, int] | None:
    """Hours, minutes and seconds of a time of day; None where it is none."""
    found = _CLOCK.match(text.strip())
    if found is None or (found[2] is None and not found[4] and "h" not in text.lower()):
        return None
    hours, minutes, seconds = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4]:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if found[4].lower().startswith("p") else 0)
    if minutes > 59 or seconds > 59 or hours * 3600 + minutes * 60 + seconds > 86400:
        return None
    return hours, minutes, seconds


def _on(day: date, clock: tuple[int, int, int]) -> datetime:
    hours, minutes, seconds = clock
    return datetime.combine(day, time()) + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _utc(moment: datetime, wall: Wall) -> int:
    if moment.tzinfo is None:
        if wall.zone is None:
            raise NoZone(moment)
        local = moment.replace(tzinfo=wall.zone)
        there_and_back = local.astimezone(UTC).astimezone(wall.zone).replace(tzinfo=None)
        if there_and_back != moment:
            raise Rejected(f"the clock is put forward over {moment:%Y-%m-%d %H:%M}; choose another")
        moment = local
    return round(moment.timestamp()) * SECOND


def _no_time(text: str) -> Rejected:
    return Rejected(f"“{text[:40]}” is no time; write one such as 2026-01-05 08:00")


__all__ = ["NoZone", "Wall", "day_first", "span", "zone_of"]
