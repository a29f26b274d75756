"""Where a centre reduces to a queue that can be computed, the simulation agrees with it.

The exact values are published ones (Garnett, Mandelbaum, Reiman 2002; pyworkforce; QueueSim's call
centre series, computed exactly) and those of the birth and death processes themselves.
Each figure's 99.9 % confidence interval over replications must hold the exact value, and be narrow.
"""

from collections.abc import Callable

import pytest

from console.twin.centre import Centre
from tests.console.twin.small_centres import Run, interval, plain

REPLICATIONS = 10


def runs(centre: Centre, warm_s: float, long_s: float) -> list[Run]:
    return [Run(centre, seed, warm_s, long_s) for seed in range(1, REPLICATIONS + 1)]


def agrees(
    of: list[Run], figure: Callable[[Run], float], exact: float, narrow: float = 0.2
) -> None:
    """`narrow`: the half width, as a share of the exact value."""
    mean, half = interval([figure(run) for run in of])
    assert half < narrow * exact, (mean, half, exact)
    assert abs(mean - exact) < half, (mean, half, exact)


def test_erlang_c() -> None:
    """100 calls in half an hour of 3 minutes, 14 agents (pyworkforce): C, ASA, service level."""
    found = runs(plain(servers=14, per_hour=200, handle_s=180), 7200, 40 * 3600)
    agrees(found, lambda run: run.delayed, 0.1741319)
    agrees(found, lambda run: run.wait_s, 7.83593701, 0.4)
    agrees(found, lambda run: run.within(20), 0.88835, 0.03)
    agrees(found, lambda run: run.occupancy, 0.7142857, 0.02)


@pytest.mark.parametrize(
    ("servers", "per_minute", "patience_s", "delayed", "abandoned", "waiting", "busy", "in_20_s"),
    [
        (50, 48, 120, 0.467774, 0.030912, 2.96758, 0.930324, 0.943019),
        (100, 120, 60, 0.972136, 0.167693, 20.12315, 0.998768, 0.781005),
    ],
)
def test_erlang_a(
    servers: int, per_minute: float, patience_s: float, delayed: float, abandoned: float,
    waiting: float, busy: float, in_20_s: float,
) -> None:  # fmt: skip
    centre = plain(servers=servers, per_hour=60 * per_minute, handle_s=60, patience_s=patience_s)
    found = runs(centre, 900, 3600 * 200 / per_minute)
    agrees(found, lambda run: run.delayed, delayed)
    agrees(found, lambda run: run.abandoned, abandoned, 0.3)
    agrees(found, lambda run: run.waiting, waiting, 0.3)
    agrees(found, lambda run: run.occupancy, busy, 0.02)
    agrees(found, lambda run: run.within(20), in_20_s, 0.1)
    # The free estimate of patience: the share that leaves is the mean wait of all over patience.
    agrees(found, lambda run: run.wait_s / patience_s, abandoned, 0.3)


@pytest.mark.parametrize(
    ("handle_s", "wait_s", "abandoned"),
    [(60, 40.76, 0.1323), (80, 67.71, 0.2160), (100, 95.70, 0.2999), (120, 122.26, 0.3768)],
)
def test_the_published_call_centre_with_redials(
    handle_s: float, wait_s: float, abandoned: float
) -> None:
    """One agent, a call each 100 s, patience 300 s, one in five dials again after 600 s."""
    centre = plain(
        servers=1, per_hour=36, handle_s=handle_s, patience_s=300, redial=0.2, redial_after_s=600
    )
    found = runs(centre, 20_000, 300_000)
    agrees(found, lambda run: run.wait_of_client_s, wait_s)
    agrees(found, lambda run: run.abandoned, abandoned)


@pytest.mark.parametrize(
    ("servers", "per_unit", "waiting", "abandoned", "attempts"),
    [
        (1, 1, 1.0700, 0.40499, 1.32100),
        (5, 5, 2.3992, 0.20973, 1.14395),
        (10, 11, 6.2490, 0.24269, 1.17043),
        (50, 50, 7.5145, 0.07190, 1.04509),
        (100, 125, 125.0, 0.38462, 1.30000),
    ],
)
def test_the_redial_orbit(
    servers: int, per_unit: float, waiting: float, abandoned: float, attempts: float
) -> None:
    """M/M/n+M whose leavers come back: mu 1, theta 0.5, p 0.6, delta 0.2 (a minute is the unit)."""
    centre = plain(
        servers=servers, per_hour=60 * per_unit, handle_s=60, patience_s=120, redial=0.6,
        redial_after_s=300,
    )  # fmt: skip
    found = runs(centre, 3600, 60 * 9_000 / (per_unit + 5))
    agrees(found, lambda run: run.waiting, waiting, 0.4)
    agrees(found, lambda run: run.abandoned, abandoned, 0.35)
    agrees(found, lambda run: run.attempts_per_fresh, attempts, 0.05)


def test_a_small_shortage_becomes_three_quarters_more_attempts() -> None:
    """p 0.9, an eighth too few agents, x 0.2288: attempts are 1.75 times the normal ones.

    The equilibrium of the fluid: deep in overload the line is never empty, and it is exact.
    """
    r, v, servers = 0.74, 0.88, 80
    x = (1 - r) * v
    centre = plain(
        servers=servers, per_hour=1.126 * servers * (1 - x) * 60, handle_s=60, patience_s=60,
        redial=0.9, redial_after_s=60, resolution=r, reconnect=v, reconnect_after_s=60,
    )  # fmt: skip
    found = runs(centre, 5400, 2 * 3600)
    agrees(found, lambda run: run.attempts_per_fresh * (1 - x), 1.75, 0.12)
