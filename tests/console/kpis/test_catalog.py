"""Every listed KPI keeps the promises of its kind."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.kpis import CATALOG
from console.kpis.kpi import BOTH, Kpi
from console.kpis.page import table
from console.kpis.sums import Sums

BY_NAME = {kpi.name: kpi for kpi in CATALOG}
SUMS = fields(Sums)
PAGE = Path(__file__).resolve().parents[3] / "docs/definitions.md"

each = pytest.mark.parametrize("kpi", CATALOG, ids=lambda kpi: kpi.name)


def of(name: str, **sums: int) -> float | None:
    return BY_NAME[name].of(Sums(**sums))


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(CATALOG)
    assert len({kpi.title for kpi in CATALOG}) == len(CATALOG)


@each
def test_says_what_it_is(kpi: Kpi) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kpi.name)
    assert kpi.title and kpi.source and kpi.definition.endswith(".")
    assert kpi.unit in ("count", "s", "%", "min")
    assert (kpi.unit == "s") == kpi.name.endswith(("_s", "time_asterisk"))
    assert kpi.told_of and set(kpi.told_of) <= set(BOTH)


@each
def test_nothing_gives_no_ratio(kpi: Kpi) -> None:
    """A count of nothing is 0, a sum of seconds too; a ratio or a mean of nothing is no number."""
    number = kpi.of(Sums())
    assert number is None or (number == 0 and (kpi.unit == "count" or kpi.name == "conversation_s"))


@given(numbers=st.lists(st.integers(0, 10**13), min_size=len(SUMS), max_size=len(SUMS)))
def test_any_sums_give_a_number_or_nothing(numbers: list[int]) -> None:
    sums = Sums(*numbers)
    for kpi in CATALOG:
        number = kpi.of(sums)
        assert number is None or isinstance(number, int | float), kpi.name


def test_the_page_is_made_from_the_catalog() -> None:
    page = PAGE.read_text("utf-8")
    assert table() in page, (
        "run `python -m console.kpis.page` and paste it into docs/definitions.md"
    )


def test_cisco_worked_example() -> None:
    """70 answered in time, 10 abandoned in time, 20 answered late."""
    sums = {"answered": 90, "answered_in_sl": 70, "abandoned": 10, "abandoned_in_sl": 10}
    assert of("service_level_ignore", **sums) == 77.78
    assert of("service_level_negative", **sums) == 70
    assert of("service_level_positive", **sums) == 80


def test_genesys_switches() -> None:
    sums = {
        "answered": 80,
        "answered_in_sl": 60,
        "abandoned": 20,
        "short_abandoned": 5,
        "timeout": 12,
        "exit_key": 13,
    }
    assert of("service_level", **sums) == 60
    assert of("service_level_with_flow_out", **sums) == 48
    assert of("service_level_less_short_abandons", **sums) == 63.16
    assert of("service_level_answered", **sums) == 75
    assert of("offered", **sums) == 125
    assert of("abandon_rate", **sums) == 16


def test_only_short_abandons_leave_nothing_to_divide_by() -> None:
    assert of("service_level_less_short_abandons", abandoned=3, short_abandoned=3) is None
    assert of("service_level", abandoned=3, short_abandoned=3) == 0


def test_asterisk_counters() -> None:
    sums = {
        "pbx_completed": 8,
        "pbx_completed_in_sl": 6,
        "pbx_abandoned": 2,
        "pbx_abandoned_in_sl": 1,
    }
    assert of("service_level_asterisk_1", **sums) == 75
    assert of("service_level_asterisk_2", **sums) == 70


def test_queued_are_more_than_offered() -> None:
    sums = {"answered": 6, "abandoned": 2, "waiting": 1, "unfinished": 1}
    assert of("abandon_rate", **sums) == 25
    assert of("abandon_rate_of_queued", **sums) == 20


def test_handling_is_talk_and_wrapup() -> None:
    sums = {"talks": 4, "talk_us": 400_000_000, "wrapups": 2, "wrapup_us": 60_000_000}
    assert of("talk_s", **sums) == 100
    assert of("acw_s", **sums) == 30
    assert of("aht_s", **sums) == 115
    assert of("acw_s", talks=4, talk_us=1) is None


def test_occupancy_and_availability() -> None:
    sums = {"staffed_us": 8, "ready_us": 6, "busy_us": 3, "available_us": 2}
    assert of("occupancy", **sums) == 50
    assert of("availability", **sums) == 25
    assert of("occupancy", staffed_us=0, ready_us=0, busy_us=0) is None
