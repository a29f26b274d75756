"""Equilibria with customers who come back, against a published simulation and exact values."""

from math import inf, isinf

import pytest

from console.forecast.erlang import Queue, figures
from console.forecast.redials import (
    Returning,
    attempts_multiple,
    duplicate_spiral,
    hours_per_issue,
    overloaded_wait_h,
    settled,
    wait_spiral,
)


@pytest.mark.parametrize(
    ("handling_s", "published_wait_s", "published_gone", "exact_wait_s", "exact_gone", "error"),
    [
        (60, 39.81, 0.1296, 40.76, 0.1323, -0.0067),
        (80, 67.46, 0.2143, 67.71, 0.2160, -0.0079),
        (100, 96.35, 0.3022, 95.70, 0.2999, -0.0075),
        (120, 121.43, 0.3751, 122.26, 0.3768, -0.0063),
    ],
)
def test_a_published_simulation_with_redials(
    handling_s: float, published_wait_s: float, published_gone: float,
    exact_wait_s: float, exact_gone: float, error: float,
) -> None:  # fmt: skip
    found = settled(Queue(36, handling_s / 3600, 1, 300 / 3600), Returning(0.2, 0.0))
    assert found.figures.abandoned == pytest.approx(published_gone, rel=0.03)
    assert found.figures.abandoned / exact_gone - 1 == pytest.approx(error, abs=0.0006)
    # A client's wait is that of all its attempts.
    wait_s = found.figures.mean_wait_h * 3600 * found.attempts_per_hour / 36
    assert wait_s == pytest.approx(exact_wait_s, rel=0.011)
    assert wait_s == pytest.approx(published_wait_s, rel=0.03)


@pytest.mark.parametrize(
    ("servers", "per_hour", "waiting", "error", "ignoring"),
    [
        (1, 1, 1.0700, -0.037, -0.41), (5, 5, 2.3992, -0.051, -0.39),
        (10, 11, 6.2490, -0.036, -0.48), (50, 45, 1.5853, -0.046, -0.16),
        (50, 50, 7.5145, -0.061, -0.38), (100, 125, 125.0, 0.0, -0.60),
    ],
)  # fmt: skip
def test_against_exact_values_and_never_without_redials(
    servers: int, per_hour: float, waiting: float, error: float, ignoring: float
) -> None:
    queue = Queue(per_hour, 1.0, servers, 2.0)
    found = settled(queue, Returning(0.6, 0.0))
    assert found.figures.waiting / waiting - 1 == pytest.approx(error, abs=0.001)
    assert figures(queue).waiting / waiting - 1 == pytest.approx(ignoring, abs=0.006)


def test_attempts_per_issue_in_overload() -> None:
    found = settled(Queue(125, 1.0, 100, 2.0), Returning(0.6, 0.0))
    assert found.attempts_per_hour / 125 == pytest.approx(1.3, abs=1e-4)
    assert attempts_multiple(1.25, Returning(0.6, 0.0)) == pytest.approx(1.3)


@pytest.mark.parametrize(
    ("redial", "row"),
    [
        (0.50, (1.011, 1.026, 1.049, 1.071, 1.108, 1.181)),
        (0.65, (1.024, 1.057, 1.109, 1.157, 1.241, 1.401)),
        (0.80, (1.056, 1.136, 1.260, 1.373, 1.571, 1.952)),
        (0.90, (1.132, 1.320, 1.610, 1.875, 2.342, 3.237)),
        (0.95, (1.283, 1.687, 2.311, 2.881, 3.885, 5.808)),
    ],
)
def test_how_redials_magnify_a_shortage(redial: float, row: tuple[float, ...]) -> None:
    returning = Returning(redial, 0.26 * 0.88)
    loads = (1.02, 1.05, 1.10, 1.15, 1.25, 1.50)
    assert [attempts_multiple(load, returning) for load in loads] == pytest.approx(row, abs=6e-4)
    assert attempts_multiple(0.99, returning) == 1.0


@pytest.mark.parametrize(("redial", "load"), [(0.65, 2.654), (0.8, 1.356), (0.9, 1.126)])
def test_seventy_five_percent_more_attempts(redial: float, load: float) -> None:
    assert attempts_multiple(load, Returning(redial, 0.2288)) == pytest.approx(1.75, abs=2e-3)


def test_redials_do_not_change_the_work_nor_the_threshold() -> None:
    assert hours_per_issue(0.11, 0.2288) == pytest.approx(0.1426, abs=1e-4)
    for redial in (0.1, 0.9):
        returning = Returning(redial, 0.2)
        assert overloaded_wait_h(Queue(79.9, 1.0, 100, 1.0), returning) == 0.0
        assert overloaded_wait_h(Queue(80.1, 1.0, 100, 1.0), returning) > 0.0
    assert isinf(overloaded_wait_h(Queue(81, 1.0, 100), Returning(0.5, 0.2)))


def test_what_never_settles_is_said() -> None:
    found = settled(Queue(12, 1.0, 10), Returning(0.5, 0.0))
    assert isinf(found.figures.waiting)
    assert settled(Queue(5, 1.0, 10), Returning(0.5, 0.2)).attempts_per_hour == pytest.approx(6.25)


def test_conditions_of_the_two_spirals() -> None:
    returning = Returning(0.65, 0.2288)
    # At the threshold both are exactly 1.
    edge = (1 - 0.65) / (1 - 0.2288)
    assert duplicate_spiral(edge * 0.11, 0.11, returning) == pytest.approx(1.0)
    assert wait_spiral(8.0 * edge, 1 / 8, returning) == pytest.approx(1.0)
    assert duplicate_spiral(0.0, 0.11, returning) == wait_spiral(0.0, inf, returning) == 0.0
    assert isinf(duplicate_spiral(0.01, 0.11, Returning(1.0, 0.2)))
