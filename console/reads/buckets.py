"""A range of time cut into buckets by the clock of a zone, with the hours that count in each."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.domain.times import HOUR, MINUTE, SECOND, in_zone

HOURLY = "hour"
DAILY = "day"
MONTHLY = "month"
WHOLE = "none"
INTERVALS = (HOURLY, DAILY, MONTHLY, WHOLE)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)

_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The hours of the day that count, by the wall clock, on the days of the week that count.

    `start` and `end` are minutes since midnight, `end` excluded; an `end` that is not after `start`
    lies on the next day. Days are those of ISO 8601, Monday 1 to Sunday 7, and those of the start.
    """

    start: int = 0
    end: int = _DAY_MINUTES
    week_days: Collection[int] = EVERY_DAY

    @property
    def always(self) -> bool:
        whole_day = self.start == 0 and self.end in (0, _DAY_MINUTES)
        return whole_day and set(self.week_days) == set(EVERY_DAY)


@dataclass(frozen=True, slots=True)
class Bucket:
    """[from_at, to_at), and the parts of it that count: sorted, apart, half-open."""

    from_at: int
    to_at: int
    windows: tuple[tuple[int, int], ...]


def buckets_of(
    from_at: int, to_at: int, interval: str, zone: ZoneInfo, hours: OpeningHours | None = None
) -> list[Bucket]:
    """Buckets of [from_at, to_at), the first and the last cut to it.

    Boundaries are full hours, midnights or firsts of the month on the zone's wall clock, so a day
    has 23 to 25 hours, and the repeated hour of autumn is two buckets. Buckets without any opening
    hour are left out. ValueError for an interval that is not in INTERVALS.
    """
    edges = [from_at, *_boundaries(from_at, to_at, interval, zone), to_at]
    pairs = [(a, b) for a, b in zip(edges, edges[1:], strict=False) if a < b]
    if hours is None or hours.always:
        return [Bucket(a, b, ((a, b),)) for a, b in pairs]
    openings = list(_openings(from_at, to_at, zone, hours))
    cut: list[Bucket] = []
    first = 0
    for a, b in pairs:
        while first < len(openings) and openings[first][1] <= a:
            first += 1
        windows: list[tuple[int, int]] = []
        for start, end in openings[first:]:
            if start >= b:
                break
            windows.append((max(start, a), min(end, b)))
        if windows:
            cut.append(Bucket(a, b, tuple(windows)))
    return cut


def _boundaries(from_at: int, to_at: int, interval: str, zone: ZoneInfo) -> Iterator[int]:
    if interval == HOURLY:
        return _hours(from_at, to_at, zone)
    if interval == DAILY:
        return _dates(from_at, to_at, zone, _next_day)
    if interval == MONTHLY:
        return _dates(from_at, to_at, zone, _next_month)
    if interval == WHOLE:
        return iter(())
    raise ValueError(f"{interval!r} is not one of {', '.join(INTERVALS)}")


def _hours(from_at: int, to_at: int, zone: ZoneInfo) -> Iterator[int]:
    at = from_at
    while True:
        local = in_zone(at, zone)
        into = local.minute * MINUTE + local.second * SECOND + local.microsecond
        # Counted in real time: an hour that the clock repeats is met twice, one that it leaves
        # out not at all.
        at += HOUR - into
        if at >= to_at:
            return
        yield at


def _dates(
    from_at: int, to_at: int, zone: ZoneInfo, following: Callable[[date], date]
) -> Iterator[int]:
    day = following(in_zone(from_at, zone).date())
    while True:
        at = instant(day, 0, zone)
        if at >= to_at:
            return
        if at > from_at:
            yield at
        day = following(day)


def _next_day(day: date) -> date:
    return day + timedelta(days=1)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _openings(
    from_at: int, to_at: int, zone: ZoneInfo, hours: OpeningHours
) -> Iterator[tuple[int, int]]:
    end = hours.end if hours.end > hours.start else hours.end + _DAY_MINUTES
    day = in_zone(from_at, zone).date() - timedelta(days=1)
    last = in_zone(to_at, zone).date()
    while day <= last:
        if day.isoweekday() in hours.week_days:
            opens = max(instant(day, hours.start, zone), from_at)
            closes = min(instant(day, end, zone), to_at)
            if opens < closes:
                yield opens, closes
        day += timedelta(days=1)


def instant(day: date, minutes: int, zone: ZoneInfo) -> int:
    """When the wall clock of `zone` first shows that time.

    Where the clock skips it, the time is read by the offset before the change: a midnight that is
    skipped is the instant of the change.
    """
    day += timedelta(days=minutes // _DAY_MINUTES)
    minutes %= _DAY_MINUTES
    local = datetime.combine(day, time(minutes // 60, minutes % 60), zone)
    return round(local.timestamp()) * SECOND
