"""Hours, days and months on a wall clock that is put forward and back."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.times import DAY, HOUR, MINUTE, from_iso, in_zone
from console.reads.buckets import INTERVALS, OpeningHours, buckets_of

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
MONTREAL = ZoneInfo("America/Montreal")


def lengths(from_: str, to: str, interval: str, zone: ZoneInfo) -> list[float]:
    buckets = buckets_of(from_iso(from_, zone), from_iso(to, zone), interval, zone)
    return [(b.to_at - b.from_at) / HOUR for b in buckets]


@pytest.mark.parametrize(
    ("from_", "to", "hours"),
    [
        ("2020-10-31", "2020-11-03", [24, 25, 24]),
        ("2020-03-07", "2020-03-10", [24, 23, 24]),
    ],
)
def test_days_of_23_and_25_hours(from_: str, to: str, hours: list[float]) -> None:
    assert lengths(from_, to, "day", MONTREAL) == hours


def test_the_repeated_hour_is_two_buckets() -> None:
    buckets = buckets_of(
        from_iso("2020-11-01", MONTREAL), from_iso("2020-11-01T04:00", MONTREAL), "hour", MONTREAL
    )
    assert [in_zone(b.from_at, MONTREAL).hour for b in buckets] == [0, 1, 1, 2, 3]
    assert {b.to_at - b.from_at for b in buckets} == {HOUR}


def test_the_skipped_hour_is_none() -> None:
    buckets = buckets_of(
        from_iso("2021-03-28", BERLIN), from_iso("2021-03-28T05:00", BERLIN), "hour", BERLIN
    )
    assert [in_zone(b.from_at, BERLIN).hour for b in buckets] == [0, 1, 3, 4]


def test_half_an_hour_of_summer_time() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    buckets = buckets_of(
        from_iso("2021-04-04", zone), from_iso("2021-04-04T04:00", zone), "hour", zone
    )
    clocks = [in_zone(b.from_at, zone).strftime("%H:%M") for b in buckets]
    assert clocks == ["00:00", "01:00", "01:30", "02:00", "03:00"]


def test_a_midnight_that_is_skipped() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    buckets = buckets_of(from_iso("2018-11-03", zone), from_iso("2018-11-06", zone), "day", zone)
    assert [str(in_zone(b.from_at, zone).time()) for b in buckets] == [
        "00:00:00",
        "01:00:00",
        "00:00:00",
    ]


def test_zones_off_the_full_hour() -> None:
    zone = ZoneInfo("Asia/Kolkata")
    buckets = buckets_of(from_iso("2021-01-01"), from_iso("2021-01-01T02:00"), "hour", zone)
    assert [b.from_at - from_iso("2021-01-01") for b in buckets] == [0, 30 * MINUTE, 90 * MINUTE]


def test_months_have_their_own_ends() -> None:
    days = [hours / 24 for hours in lengths("2023-12-15", "2024-04-10", "month", UTC)]
    assert days == [17, 31, 29, 31, 9]


def test_first_and_last_are_cut_to_the_range() -> None:
    from_at, to_at = from_iso("2021-01-01T00:20:00"), from_iso("2021-01-01T02:00:01")
    buckets = buckets_of(from_at, to_at, "hour", UTC)
    assert (buckets[0].from_at, buckets[-1].to_at) == (from_at, to_at)
    assert [(b.to_at - b.from_at) // MINUTE for b in buckets] == [40, 60, 0]


def test_nothing_has_no_buckets() -> None:
    at = from_iso("2021-01-01")
    assert buckets_of(at, at, "hour", UTC) == []


def test_unknown_interval() -> None:
    with pytest.raises(ValueError, match="week"):
        buckets_of(0, DAY, "week", UTC)


@given(
    start=st.datetimes(datetime(1995, 1, 1), datetime(2035, 1, 1)),
    length=st.integers(1, 40 * DAY),
    interval=st.sampled_from(INTERVALS),
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo"]
    ),
)
def test_buckets_fill_the_range_without_gaps(start, length, interval, zone) -> None:
    from_at = from_iso(start.isoformat())
    buckets = buckets_of(from_at, from_at + length, interval, ZoneInfo(zone))
    assert buckets[0].from_at == from_at
    assert buckets[-1].to_at == from_at + length
    assert all(a.to_at == b.from_at for a, b in pairwise(buckets))
    assert all(b.from_at < b.to_at for b in buckets)
    assert all(b.windows == ((b.from_at, b.to_at),) for b in buckets)


class TestOpeningHours:
    def of(self, from_: str, to: str, interval: str, *hours, zone: ZoneInfo = UTC):
        return buckets_of(
            from_iso(from_, zone), from_iso(to, zone), interval, zone, OpeningHours(*hours)
        )

    def test_a_day_keeps_its_edges_and_counts_its_hours(self) -> None:
        (bucket,) = self.of("2021-01-04", "2021-01-05", "day", 8 * 60, 17 * 60 + 30)
        assert bucket.to_at - bucket.from_at == DAY
        ((opens, closes),) = bucket.windows
        assert (opens - bucket.from_at, closes - bucket.from_at) == (8 * HOUR, 17.5 * HOUR)

    def test_hours_outside_are_left_out(self) -> None:
        buckets = self.of("2021-01-04", "2021-01-05", "hour", 8 * 60 + 30, 10 * 60)
        assert [in_zone(b.from_at, UTC).hour for b in buckets] == [8, 9]
        assert buckets[0].windows == ((buckets[0].from_at + 30 * MINUTE, buckets[0].to_at),)

    def test_days_of_the_week(self) -> None:
        buckets = self.of("2021-01-01", "2021-01-08", "day", 0, 24 * 60, (1, 7))
        assert [in_zone(b.from_at, UTC).day for b in buckets] == [3, 4]

    def test_over_midnight(self) -> None:
        """Friday's night counts until Saturday morning."""
        buckets = self.of("2021-01-01", "2021-01-03", "day", 22 * 60, 6 * 60, (5,))
        friday, saturday = buckets
        assert friday.windows == ((friday.to_at - 2 * HOUR, friday.to_at),)
        assert saturday.windows == ((saturday.from_at, saturday.from_at + 6 * HOUR),)

    def test_on_the_wall_clock_over_a_change(self) -> None:
        buckets = self.of("2021-03-27", "2021-03-30", "day", 8 * 60, 17 * 60, zone=BERLIN)
        for bucket in buckets:
            ((opens, closes),) = bucket.windows
            assert [in_zone(at, BERLIN).hour for at in (opens, closes)] == [8, 17]

    def test_whole_days_are_no_restriction(self) -> None:
        assert OpeningHours().always
        assert not OpeningHours(0, 24 * 60, (1, 2)).always
