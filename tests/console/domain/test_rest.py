"""Nobody is called in out of their rest: 11 hours between shifts, at most 13 from first to last."""

from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from console.domain.rest import DAY_OFF, EARLY, OVERTIME, RESTS, Chance, chance, duties, fault
from console.domain.roster import Shift
from console.domain.spans import joined, length, without
from console.domain.times import DAY, HOUR, from_iso

REST = 11 * HOUR
NOW = 100 * DAY


def work(*spans: tuple[float, float]) -> list[tuple[int, int]]:
    """Hours from now."""
    return [(NOW + round(start * HOUR), NOW + round(end * HOUR)) for start, end in spans]


def hours(found: Chance | None) -> tuple[str, float, float] | None:
    if found is None:
        return None
    return found.kind, (found.from_at - NOW) / HOUR, (found.to_at - NOW) / HOUR


def look(*spans: tuple[float, float], until: float = 4) -> tuple[str, float, float] | None:
    return hours(chance(work(*spans), NOW, NOW + round(until * HOUR), REST))


def test_before_the_shift_after_it_and_on_a_day_off() -> None:
    assert look((2, 10)) == (EARLY, 0, 2)
    assert look((-6, 2)) == (OVERTIME, 2, 7), "13 hours from first to last"
    assert look((-24, -16)) == (DAY_OFF, 0, 13)
    assert look((30, 38)) == (DAY_OFF, 0, 13)
    assert look((20, 28)) == (DAY_OFF, 0, 9), "and 11 hours before the next"
    assert look() is None, "nobody knows when they work"
    assert look((-2, 6)) is None, "at work until then"


def test_rest_is_kept_after_the_last_shift_and_before_the_next() -> None:
    assert look((-9, -1), (14, 22)) == (RESTS, 4, 4)
    assert look((-17, -9)) == (DAY_OFF, 2, 15), "rested in two hours"
    assert look((3, 16)) == (RESTS, 4, 4), "13 hours are planned already"
    assert look((3, 15)) == (EARLY, 2, 3)
    assert look((-7, 1), (13, 21)) == (OVERTIME, 1, 2)
    assert look((-7, 1), (12, 20)) == (RESTS, 4, 4)


def test_parts_of_one_day_count_together() -> None:
    assert look((-10, -6), (-2, 2)) == (OVERTIME, 2, 3), "13 hours since the first part began"
    assert look((-12, -8), (1, 3)) == (RESTS, 4, 4)


def test_blocks_outside_of_a_shift_are_work_breaks_and_leave_are_not() -> None:
    shifts = [
        Shift("a", "7", NOW, NOW + HOUR),
        Shift("b", "7", NOW + HOUR, NOW + 2 * HOUR, "meeting"),
        Shift("c", "7", NOW + 3 * HOUR, NOW + 4 * HOUR, "break"),
        Shift("d", "7", NOW + 5 * HOUR, NOW + 6 * HOUR, "leave"),
    ]
    assert duties(shifts) == work((0, 2))


def test_the_hour_that_a_clock_change_takes_is_no_rest() -> None:
    """From 22:00 to 9:00 there are 11 hours on the clock, but 10 in the night of the change."""
    london = ZoneInfo("Europe/London")
    ends = from_iso("2026-03-28T22:00", london)
    starts = from_iso("2026-03-29T09:00", london)
    said = fault([(ends - 8 * HOUR, ends)], starts, starts + 4 * HOUR, REST)
    assert said == "only 10 h after the end of their last shift, 11 are the least"
    week_before = [(ends - 7 * DAY - 8 * HOUR, ends - 7 * DAY)]
    assert fault(week_before, starts - 7 * DAY + HOUR, starts - 7 * DAY + 4 * HOUR, REST) == ""


_SPANS = st.lists(st.tuples(st.integers(-60, 60), st.integers(1, 13)), max_size=5)


@given(_SPANS, st.integers(1, 24))
def test_whoever_is_proposed_may_be_called_in(spans: list[tuple[int, int]], until: int) -> None:
    planned = joined(work(*[(start, start + long) for start, long in spans]))
    found = chance(planned, NOW, NOW + until * HOUR, REST)
    if found is None or found.kind == RESTS:
        return
    assert NOW <= found.from_at < found.to_at
    assert fault(planned, found.from_at, found.to_at, REST) == ""
    taken = [(found.from_at, found.to_at)]
    assert without(taken, planned) == taken, "beside their shifts, not in them"


@given(_SPANS, _SPANS)
def test_spans_are_sets_of_instants(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    ours, theirs = [(s, s + n) for s, n in one], [(s, s + n) for s, n in other]
    left = without(ours, theirs)
    points = {p for s, e in ours for p in range(s, e)} - {p for s, e in theirs for p in range(s, e)}
    assert {p for s, e in left for p in range(s, e)} == points
    assert length(left, 1000) == len(points)
    assert length(left, 5) == len([p for p in points if p < 5])
