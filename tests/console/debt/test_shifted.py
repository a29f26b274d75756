"""The shifted-window control, held against centres whose truth is known."""

from math import sqrt

import numpy as np
import pytest

from console.debt.shifted import corrected
from tests.console.debt.centre import HOUR, START, Truth, centre

END = START + 14 * 24 * HOUR
WINDOW = 48 * HOUR


def told(truth: Truth):
    found = corrected(truth.attempts, END - WINDOW, END, START)
    assert found is not None
    return found, truth.ratio(END - WINDOW, END)


@pytest.mark.parametrize("topics", [0, 5])
@pytest.mark.parametrize(
    ("customers", "skewed"), [(20_000, True), (20_000, False), (100_000, True), (400_000, False)]
)
def test_it_finds_the_repeats_whatever_the_customers(
    customers: int, skewed: bool, topics: int
) -> None:
    off: list[float] = []
    for seed in range(6):
        found, true = told(centre(seed, customers=customers, skewed=skewed, topics=topics))
        off.append((found.ratio - true) / found.error)
    # The mean of six errors, each measured by the standard error that is stated with it.
    assert abs(sum(off)) / sqrt(6) < 3.0, off


def test_raw_counting_would_be_far_off() -> None:
    found, true = told(centre(1, customers=20_000))
    raw = found.seen / (1.0 - found.seen)
    assert true == pytest.approx(0.5, abs=0.05)
    assert raw > 1.5 * true
    assert abs(found.ratio - true) < 0.1


def test_its_error_is_that_of_many_trials() -> None:
    off: list[float] = []
    for seed in range(40):
        found, true = told(centre(seed, customers=5_000, per_hour=40.0))
        off.append((found.ratio - true) / found.error)
    # 40 trials: a standard deviation of 1 is seen within 0.75 and 1.3; what the truth of one window
    # varies by itself is no error of ours, so it may be less.
    assert 0.5 < float(np.std(off)) < 1.3
    assert abs(float(np.mean(off))) < 0.5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_customers_without_a_key_leave_it_as_it_is(seed: int) -> None:
    found, true = told(centre(seed, missing_customers=0.15))
    assert abs(found.ratio - true) < 4.0 * found.error
    assert found.attempts < 0.9 * len(centre(seed).attempts)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_attempts_without_a_key_make_it_too_low_and_no_lower_than_their_share(seed: int) -> None:
    """Who withholds the number now and then: repeats are missed after an attempt without one."""
    found, true = told(centre(seed, missing=0.15))
    assert found.ratio < true
    share = true / (1.0 + true)
    least = share * 0.85
    assert found.ratio > least / (1.0 - least) - 4.0 * found.error


def test_a_history_that_is_too_short_gives_none() -> None:
    truth = centre(1, days=9.0)
    end = START + 9 * 24 * HOUR
    assert corrected(truth.attempts, end - WINDOW, end, START) is None
    # Ten days: of the last day at least it can be told, and it says so.
    truth = centre(1, days=10.0)
    end = START + 10 * 24 * HOUR
    found = corrected(truth.attempts, end - WINDOW, end, START)
    assert found is not None
    assert found.from_us == START + 9 * 24 * HOUR


def test_few_contacts_give_none() -> None:
    truth = centre(1, per_hour=0.5)
    assert corrected(truth.attempts, END - WINDOW, END, START) is None
