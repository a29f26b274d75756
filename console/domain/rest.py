"""When somebody who is not at work may be called in: the daily rest between shifts.

The European Working Time Directive (2003/88/EC, article 3) gives everybody 11 consecutive hours of
rest in each 24 hours. So nobody comes before that rest is over, nobody works so long that less is
left of the 24 hours, and nobody stays so long that the rest before the next shift is cut.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.domain.roster import BREAK, LEAVE, Shift
from console.domain.spans import Span, joined, without
from console.domain.times import DAY, HOUR

EARLY = "early"  # before their shift
OVERTIME = "overtime"  # on after it
DAY_OFF = "day off"
RESTS = "rests"  # their rest forbids it


@dataclass(frozen=True, slots=True)
class Chance:
    """When somebody could work beside their shifts; `kind` RESTS: never before then."""

    kind: str
    from_at: int
    to_at: int


def duties(shifts: Iterable[Shift]) -> list[Span]:
    """When a person is planned to work, blocks outside of shifts with it."""
    return joined((s.start_at, s.end_at) for s in shifts if s.kind not in (BREAK, LEAVE))


def chance(work: Sequence[Span], now: int, until: int, rest_us: int) -> Chance | None:
    """The chance with most time before `until`; None where it is not in question, since they are
    at work until then, or since no shift of theirs is known.

    `work` is as `duties` gives it, of some days before and after.
    """
    if not work:
        return None
    longest = DAY - rest_us
    place = next((n for n, (start, end) in enumerate(work) if start <= now < end), None)
    if place is not None:
        ends = work[place][1]
        if ends >= until:
            return None
        latest = _begun(work, place, rest_us) + longest
        if place + 1 < len(work):
            latest = min(latest, work[place + 1][0] - rest_us)
        return _of([Chance(OVERTIME, ends, latest)], until)
    past = [end for _, end in work if end <= now]
    ahead = next((n for n, (start, _) in enumerate(work) if start > now), None)
    earliest = max(now, past[-1] + rest_us) if past else now
    if ahead is None:
        return _of([Chance(DAY_OFF, earliest, earliest + longest)], until)
    begins = work[ahead][0]
    soonest = max(earliest, _ended(work, ahead, rest_us) - longest)
    return _of(
        [
            Chance(EARLY, soonest, begins),
            Chance(DAY_OFF, earliest, min(begins - rest_us, earliest + longest)),
        ],
        until,
    )


def _of(found: Sequence[Chance], until: int) -> Chance:
    best = max(found, key=lambda c: min(c.to_at, until) - c.from_at)
    if min(best.to_at, until) <= best.from_at:
        return Chance(RESTS, until, until)
    return best


def rested(spans: Iterable[Span], work: Sequence[Span], rest_us: int) -> list[Span]:
    """The part of these in which somebody may work: in their shifts, or with their rest around."""
    left: list[Span] = []
    for piece in spans:
        if any(start < piece[1] and piece[0] < end for start, end in work):
            left.append(piece)
            continue
        before = [(end, end + rest_us) for _, end in work]
        after = [(start - rest_us, start) for start, _ in work]
        left += without([piece], [*before, *after])
    return left


def fault(work: Sequence[Span], from_at: int, to_at: int, rest_us: int) -> str:
    """Why somebody must not be called in for this time, in words; empty where they may."""
    least = rest_us // HOUR
    with_it = joined([*work, (from_at, to_at)])
    place = next(n for n, (start, end) in enumerate(with_it) if start <= from_at < end)
    start, end = with_it[place]
    if place and start - with_it[place - 1][1] < rest_us and (start, end) not in work:
        if start == from_at:
            hours = _hours(start - with_it[place - 1][1])
            return f"only {hours} h after the end of their last shift, {least} are the least"
    if place + 1 < len(with_it) and with_it[place + 1][0] - end < rest_us and end == to_at:
        hours = _hours(with_it[place + 1][0] - end)
        return f"only {hours} h before their next shift, {least} are the least"
    whole = _ended(with_it, place, rest_us) - _begun(with_it, place, rest_us)
    if whole > DAY - rest_us and (start, end) not in work:
        return f"{_hours(whole)} h from first to last leave less than {least} h of rest in a day"
    return ""


def _begun(work: Sequence[Span], place: int, rest_us: int) -> int:
    """When the day's work began of which this is a part: shifts with less than a rest between."""
    while place and work[place][0] - work[place - 1][1] < rest_us:
        place -= 1
    return work[place][0]


def _ended(work: Sequence[Span], place: int, rest_us: int) -> int:
    while place + 1 < len(work) and work[place + 1][0] - work[place][1] < rest_us:
        place += 1
    return work[place][1]


def _hours(us: int) -> str:
    return f"{us / HOUR:.1f}".removesuffix(".0")


__all__ = [
    "DAY_OFF", "EARLY", "OVERTIME", "RESTS", "Chance", "chance", "duties", "fault", "rested",
]  # fmt: skip
