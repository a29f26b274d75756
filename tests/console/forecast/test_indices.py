"""Whether a backlog feeds itself, and how sure that is."""

import pytest

from console.forecast.indices import Known, duplicate_index, wait_index
from console.forecast.redials import Returning, duplicate_spiral, wait_spiral


def exactly(value: float) -> Known:
    return Known(value, value, value)


def test_without_uncertainty_it_is_the_closed_form() -> None:
    sure = wait_index(exactly(0.5), exactly(0.125), exactly(0.65), exactly(0.23))
    form = wait_spiral(0.5, 0.125, Returning(0.65, 0.23))
    assert sure.value == pytest.approx(form)
    assert sure.low == pytest.approx(form) and sure.high == pytest.approx(form)
    assert sure.likely == 0.0
    copies = duplicate_index(exactly(0.05), exactly(0.11), exactly(0.65), exactly(0.23))
    assert copies.value == pytest.approx(duplicate_spiral(0.05, 0.11, Returning(0.65, 0.23)))
    assert copies.value == pytest.approx(1.0) and copies.likely in (0.0, 1.0)


def test_an_interval_makes_it_unsure() -> None:
    found = wait_index(
        Known(4.0, 2.0, 6.0), Known(0.125, 0.1, 0.16), Known(0.6, 0.5, 0.7), exactly(0.2)
    )
    assert found.value == pytest.approx(1.0)
    assert found.low < 1.0 < found.high
    assert 0.3 < found.likely < 0.7


def test_handling_that_does_not_grow_feeds_nothing() -> None:
    calm = wait_index(Known(0.0, -0.1, 0.1), exactly(0.125), exactly(0.65), exactly(0.2))
    assert calm.value == 0.0 and calm.likely == 0.0
