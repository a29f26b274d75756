"""The exact models against published and exactly computed figures."""

from math import erfc, inf, isinf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.forecast.erlang import Queue, blocked, figures
from console.forecast.normal import quantiles, tails


@pytest.mark.parametrize(
    ("offered", "servers", "share"),
    [
        (1, 10, 1.013777e-07), (5, 10, 0.01838457), (8, 10, 0.1216611), (10, 10, 0.2145823),
        (15, 10, 0.4103405), (25, 10, 0.6223510), (5, 1, 0.8333333333333334),
        (20, 10, 0.5379631686320729), (200, 190, 0.08869684386923561),
    ],
)  # fmt: skip
def test_erlang_b(offered: float, servers: int, share: float) -> None:
    assert blocked(offered, servers) == pytest.approx(share, rel=1e-6)


def test_what_others_expect_of_erlang_under_a_wrong_name() -> None:
    """Their values do not belong to these functions: the exact ones are others."""
    assert blocked(180, 200) == pytest.approx(0.010325, abs=1e-6)
    assert abs(blocked(180, 200) - 0.011592) > 1e-3
    delayed = figures(Queue(20, 1, 25)).delayed
    assert delayed == pytest.approx(0.209103, abs=1e-6)
    assert abs(delayed - 0.261379) > 0.05


def test_erlang_c_of_an_often_quoted_centre() -> None:
    queue = Queue(200, 0.05, 14)
    found = figures(queue)
    assert found.delayed == pytest.approx(0.1741319, abs=1e-7)
    assert found.served_within(20 / 3600) == pytest.approx(0.88835, abs=1e-5)
    assert found.mean_wait_h * 3600 == pytest.approx(7.83593701, abs=1e-7)
    assert found.occupancy == pytest.approx(0.7142857, abs=1e-7)
    fifteen = figures(Queue(200, 0.05, 15))
    assert fifteen.delayed == pytest.approx(0.102, abs=5e-4)
    assert fifteen.served_within(0.33 / 60) == pytest.approx(0.941, abs=5e-4)
    assert figures(Queue(200, 0.05, 11)).delayed == pytest.approx(0.6821182, abs=1e-7)


@pytest.mark.parametrize(
    ("between_s", "wait_s"),
    [(61, 3443.742325), (65, 576.351580), (75, 122.754045), (84, 51.285732)],
)
def test_erlang_c_as_the_load_rises(between_s: float, wait_s: float) -> None:
    found = figures(Queue(3600 / between_s, 600 / 3600, 10))
    assert found.mean_wait_h * 3600 == pytest.approx(wait_s, rel=1e-7)


@pytest.mark.parametrize(
    ("servers", "wait_s"),
    [
        (1, 2400), (2, 1066.666667), (5, 332.467532), (10, 122.754045), (20, 38.411669),
        (25, 25.092339),
    ],
)  # fmt: skip
def test_erlang_c_at_one_occupancy(servers: int, wait_s: float) -> None:
    found = figures(Queue(0.8 * servers * 6, 1 / 6, servers))
    assert found.mean_wait_h * 3600 == pytest.approx(wait_s, rel=1e-7)


def test_erlang_c_of_other_tools() -> None:
    found = figures(Queue(480, 1 / 60, 9))
    assert found.delayed == pytest.approx(0.653, abs=5e-4)
    assert found.waiting == pytest.approx(5.2, abs=0.05)
    assert found.mean_wait_h * 3600 == pytest.approx(39.2, abs=0.05)
    found = figures(Queue(1000, 120 / 3600, 40))
    assert found.delayed == pytest.approx(0.1907, abs=5e-5)
    assert found.served_within(20 / 3600) == pytest.approx(0.9372, abs=5e-5)
    assert found.mean_wait_h * 3600 == pytest.approx(3.43, abs=5e-3)
    assert figures(Queue(210, 0.05, 13)).mean_wait_h * 3600 == pytest.approx(26.56, abs=5e-3)


def test_erlang_a_of_other_tools() -> None:
    found = figures(Queue(480, 1 / 60, 9, patience_h=2 / 60))
    assert found.abandoned == pytest.approx(0.069, abs=5e-4)
    assert found.waiting == pytest.approx(1.1, abs=0.05)
    assert found.inside == pytest.approx(8.6, abs=0.05)
    assert found.mean_wait_h * 3600 == pytest.approx(8.3, abs=0.05)
    found = figures(Queue(210, 0.05, 13, patience_h=5 / 60, room=100))
    assert found.mean_wait_h * 3600 == pytest.approx(9.91, abs=5e-3)
    found = figures(Queue(210, 0.05, 9, patience_h=5 / 60, room=100))
    assert found.mean_wait_h * 3600 == pytest.approx(56.62, abs=0.02)


@pytest.mark.parametrize(
    ("between_s", "full", "gone", "waiting", "occupancy", "wait_s"),
    [
        (40, 0.093936, 0.271157, 5.527938, 0.990567, 221.117501),
        (50, 0.025460, 0.183777, 3.223770, 0.954530, 161.188509),
        (60, 0.005514, 0.108511, 1.618693, 0.886573, 97.121595),
        (74, 0.000590, 0.047042, 0.571797, 0.772213, 42.313007),
    ],
)
def test_erlang_a_with_little_room(
    between_s: float, full: float, gone: float, waiting: float, occupancy: float, wait_s: float
) -> None:
    found = figures(Queue(3600 / between_s, 1 / 6, 10, patience_h=0.25, room=20))
    assert found.turned_away == pytest.approx(full, abs=1e-6)
    assert found.abandoned == pytest.approx(gone, abs=1e-6)
    assert found.waiting == pytest.approx(waiting, abs=1e-6)
    assert found.occupancy == pytest.approx(occupancy, abs=1e-6)
    # Theirs is of all arrivals, those turned away too.
    assert found.waiting * between_s == pytest.approx(wait_s, rel=1e-6)


def test_erlang_a_of_a_published_test() -> None:
    found = figures(Queue(200, 0.05, 14, patience_h=5 / 60))
    assert found.delayed == pytest.approx(0.14526, abs=1e-5)
    assert found.abandoned == pytest.approx(0.013984, abs=1e-6)
    assert found.occupancy == pytest.approx(0.704297, abs=1e-6)
    # Theirs is the wait of those who wait at all and are served or not.
    assert found.served_within(20 / 3600) == pytest.approx(0.916792, abs=1e-6)
    assert found.served_within(20 / 3600) / (1 - found.abandoned) == pytest.approx(0.9298, abs=5e-5)
    assert 1 - found.waits_longer(20 / 3600) == pytest.approx(0.9240, abs=5e-5)
    assert found.mean_wait_h * 60 == pytest.approx(0.069919, abs=1e-6)


def test_palm_against_erlang_c_in_the_best_known_example() -> None:
    endless, palm = figures(Queue(48, 1, 50)), figures(Queue(48, 1, 50, patience_h=2))
    assert endless.mean_wait_h * 60 == pytest.approx(20.834, abs=1e-3)
    assert endless.wait_percentile(0.9) * 60 == pytest.approx(58.14, abs=0.01)
    assert endless.waiting == pytest.approx(16.67, abs=5e-3)
    assert palm.abandoned == pytest.approx(0.03091, abs=5e-6)
    assert palm.mean_wait_h * 60 == pytest.approx(3.709, abs=1e-3)
    assert palm.wait_percentile(0.9) * 60 == pytest.approx(12.44, abs=0.01)
    fewer = figures(Queue(48 * (1 - 0.031), 1, 50))
    assert fewer.mean_wait_h * 60 == pytest.approx(8.81, abs=0.01)
    assert fewer.wait_percentile(0.9) * 60 == pytest.approx(28.2, abs=0.1)
    assert fewer.waiting == pytest.approx(6.83, abs=0.01)


@pytest.mark.parametrize(
    ("per_hour", "patience_h", "servers", "expected"),
    [
        (48, 2, 50, (0.467774, 0.030912, 2.96758, 0.930324, 0.943019, 0.027136)),
        (100, 1, 100, (0.513299, 0.039861, 3.98610, 0.960139, 0.959519, 0.000640)),
        (120, 1, 100, (0.972136, 0.167693, 20.12315, 0.998768, 0.781005, 0.053763)),
    ],
)
def test_erlang_a_exactly(
    per_hour: float, patience_h: float, servers: int, expected: tuple[float, ...]
) -> None:
    found = figures(Queue(per_hour, 1, servers, patience_h))
    third = 1 / 3
    values = (
        found.delayed, found.abandoned, found.waiting, found.occupancy,
        found.served_within(third), found.waits_longer(third),
    )  # fmt: skip
    assert values == pytest.approx(expected, abs=5e-6)


@given(
    load=st.floats(0.3, 1.5), servers=st.integers(1, 60), patience_h=st.floats(0.02, 5),
)  # fmt: skip
def test_who_gives_up_is_who_waited_over_patience(
    load: float, servers: int, patience_h: float
) -> None:
    found = figures(Queue(load * servers * 10, 0.1, servers, patience_h))
    assert found.abandoned == pytest.approx(found.mean_wait_h / patience_h, rel=1e-9, abs=1e-12)
    assert found.occupancy == pytest.approx(load * (1 - found.abandoned), rel=1e-9)
    # With time enough all are served who do not give up.
    served = found.served_within(200 * patience_h + 50)
    assert served == pytest.approx(1 - found.abandoned, abs=1e-9)
    assert 0.0 <= found.served_within(0.01) <= served + 1e-12


def test_thousands_of_servers() -> None:
    big = figures(Queue(10_000, 1, 10_000, patience_h=1))
    small = figures(Queue(100, 1, 100, patience_h=1))
    assert big.abandoned == pytest.approx(small.abandoned / 10, rel=0.02)
    huge = figures(Queue(9_900, 1, 10_000))
    assert 0 < huge.delayed < 1 and 0 < huge.mean_wait_h < 0.01
    assert figures(Queue(60_000, 1, 5_000, patience_h=0.1)).abandoned == pytest.approx(11 / 12)


def test_too_few_servers_and_endless_patience_have_no_equilibrium() -> None:
    found = figures(Queue(10, 1, 10))
    assert isinf(found.mean_wait_h) and isinf(found.waiting) and isinf(found.wait_percentile(0.5))
    assert found.served_within(1) == 0.0
    assert figures(Queue(0, 1, 3, inf)).waiting == 0.0


def test_normal_tails() -> None:
    z = np.linspace(-12, 12, 4001)
    density, above = tails(z)
    exact = np.array([0.5 * erfc(v / sqrt(2)) for v in z])
    assert np.max(np.abs(above - exact)) < 2.5e-8
    assert np.max(np.abs(above[z > 0] / exact[z > 0] - 1)) < 5e-8
    assert density[2000] == pytest.approx(0.3989422804)
    assert np.std(quantiles(200)) == pytest.approx(1, abs=0.02)
