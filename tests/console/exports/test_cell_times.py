"""Times as cells spell them."""

from datetime import UTC, datetime

import pytest

from console.domain.times import DAY, HOUR, SECOND
from console.exports.cell_times import clock, wall
from console.exports.export import Rejected

FIRST_OF_MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def told(text: str, order: str = "dmy") -> datetime:
    said = wall(text, order)
    at = said.day * DAY + (said.time or 0) - (said.offset or 0)
    return datetime.fromtimestamp(at / SECOND, UTC)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2026-03-01 09:05:00", "mdy"),
        ("2026-03-01T09:05:00.000000", "dmy"),
        ("01.03.2026 09:05:00", "dmy"),
        ("1.3.2026 9:05", "dmy"),
        ("01/03/26, 09:05", "dmy"),
        ("3/1/2026 9:05:00 AM", "mdy"),
        ("3/1/2026 9:05:00 a. m.", "mdy"),
        ("2026/3/1 9:05", "ymd"),
        ("26-03-01 09:05", "ymd"),
        ("20260301090500", "dmy"),
        ("Sun, 1 Mar 2026 09:05:00", "dmy"),
        ("So 01.03.2026 09:05", "dmy"),
        ("1. März 2026 09:05 Uhr", "dmy"),
        ("1er mars 2026 à 9h05", "dmy"),
        ("1 de marzo de 2026 09:05", "dmy"),
        ("1 marca 2026 09:05", "dmy"),
        ("1 maart 2026 9:05", "dmy"),
        ("01-Mar-26 09.05.00", "dmy"),
        ("Mar 1, 2026, 9:05 AM", "mdy"),
        ("09:05 01/03/2026", "dmy"),
    ],
)
def test_local_times(text: str, order: str) -> None:
    assert told(text, order) == FIRST_OF_MARCH.replace(hour=9, minute=5)
    assert wall(text, order).offset is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T09:05:00Z",
        "2026-03-01 10:05:00+01:00",
        "2026-03-01 10:05 +0100",
        "01.03.2026 10:05 UTC+1",
        "1772355900",
        "1772355900000",
    ],
)
def test_times_that_say_their_offset(text: str) -> None:
    said = wall(text, "dmy")
    assert said.offset is not None
    assert told(text) == FIRST_OF_MARCH.replace(hour=9, minute=5)


def test_noon_and_midnight_in_halves() -> None:
    assert told("3/1/2026 12:00 AM", "mdy") == FIRST_OF_MARCH
    assert told("3/1/2026 12:00 PM", "mdy").hour == 12


def test_day_numbers_of_a_spreadsheet() -> None:
    assert told("45321.5") == datetime(2024, 1, 30, 12, tzinfo=UTC)
    assert told("45321,5") == datetime(2024, 1, 30, 12, tzinfo=UTC)
    # 9:05:33 as a fraction of a day is never a round number.
    assert told("46082.378854166665") == FIRST_OF_MARCH.replace(hour=9, minute=5, second=33)
    assert wall("45321", "dmy").time is None


def test_an_abbreviation_is_kept_for_the_zone_to_read() -> None:
    assert wall("01.03.2026 09:00 CEST", "dmy").zone == "CEST"


def test_a_date_is_never_turned_round_to_make_it_fit() -> None:
    with pytest.raises(Rejected, match="month first"):
        wall("25/03/2026 09:00", "mdy")
    with pytest.raises(Rejected, match="day first"):
        wall("03/25/2026 09:00", "dmy")


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "31.02.2026",
        "2026-13-01",
        "01.03.2026 25:00",
        "01.01.1970",
        "12",
        "Total",
        "1.2.3.4",
    ],
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(Rejected):
        wall(text, "dmy")


def test_a_time_of_day_alone() -> None:
    assert clock("9:05") == 9 * HOUR + 300 * SECOND
    assert clock("9:05 PM") == 21 * HOUR + 300 * SECOND
    assert clock("x") is None
