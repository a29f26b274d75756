"""Local times in the nights in which the clock is changed."""

from zoneinfo import ZoneInfo

import pytest

from console.domain.times import HOUR, MINUTE
from console.exports.cell_times import wall
from console.exports.export import Rejected
from console.exports.moments import utc
from console.exports.wall_clock import WallClock

BERLIN = ZoneInfo("Europe/Berlin")


def read(*texts: str) -> list[int]:
    clock = WallClock(BERLIN)
    return [clock.row_start(wall(f"2026-10-25 {text}", "dmy")) for text in texts]


def at(text: str) -> int:
    told = utc(f"2026-10-25T{text}Z")
    assert told is not None
    return told


def test_sorted_rows_show_where_the_hour_begins_anew() -> None:
    times = read("01:30:00", "01:50:00", "02:10:00", "02:50:00", "02:05:00", "02:40:00", "03:10:00")
    assert times == sorted(times)
    assert times[3] == at("00:50:00")
    assert times[4] == at("01:05:00")


def test_newest_first_is_as_good() -> None:
    times = read("03:30:00", "03:10:00", "03:05:00", "02:40:00", "02:05:00", "02:50:00", "02:10:00")
    assert times == sorted(times, reverse=True)
    assert times[3] == at("01:40:00")
    assert times[5] == at("00:50:00")


def test_without_an_order_the_first_is_taken() -> None:
    times = read("01:50:00", "01:30:00", "01:40:00", "02:50:00", "02:05:00")
    assert times[4] == at("00:05:00")


def test_later_times_of_a_row_are_not_before_the_earlier() -> None:
    clock = WallClock(BERLIN)
    start = clock.row_start(wall("2026-10-25 02:58:00", "dmy"))
    end = clock.instant(wall("2026-10-25 02:03:00", "dmy"), start)
    assert end - start == 5 * MINUTE


def test_the_missing_hour_is_read_as_before_the_change() -> None:
    clock = WallClock(BERLIN)
    before = clock.instant(wall("2026-03-29 01:59:00", "dmy"))
    assert clock.instant(wall("2026-03-29 02:30:00", "dmy")) - before == 31 * MINUTE
    assert clock.instant(wall("2026-03-29 03:30:00", "dmy")) - before == 31 * MINUTE


def test_abbreviations_say_which_of_the_two() -> None:
    clock = WallClock(BERLIN)
    summer = clock.instant(wall("25.10.2026 02:30 CEST", "dmy"))
    winter = clock.instant(wall("25.10.2026 02:30 MEZ", "dmy"))
    assert winter - summer == HOUR
    with pytest.raises(Rejected, match="no zone"):
        clock.instant(wall("25.10.2026 02:30 IST", "dmy"))


def test_without_a_zone_a_time_must_say_its_own() -> None:
    clock = WallClock(None)
    assert clock.instant(wall("2026-10-25T02:30:00Z", "dmy")) == at("02:30:00")
    with pytest.raises(Rejected, match="which zone"):
        clock.instant(wall("2026-10-25 02:30:00", "dmy"))
