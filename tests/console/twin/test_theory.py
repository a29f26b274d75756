"""Where a centre reduces to a queue that can be computed, the simulation agrees with it.

The exact values are published ones (Garnett, Mandelbaum, Reiman 2002; pyworkforce; QueueSim's call
centre series, computed exactly) and those of the birth and death processes themselves.
Each figure's 99.9 % confidence interval over replications must hold the exact value, and be narrow.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from console.domain.times import HOUR
from console.twin.centre import VOICE, Callback, Centre, Queue, Turn
from console.twin.simulation import Simulation
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
    agrees(found, lambda run: run.occupancy, 0.7142857, 0.04)


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


def test_a_callback_is_right_in_a_peak_and_wrong_in_a_meltdown() -> None:
    """Dialled in the slack after a peak fewer give up; with agents set apart for a list that has
    gone stale, in an overload without an end, far fewer needs are met."""

    def sums(turns: tuple[Turn, ...], callback: Callback) -> tuple[int, int, int]:
        centre = replace(
            plain(
                servers=25, per_hour=175, handle_s=396, patience_s=900, redial=0.65,
                redial_after_s=2400, resolution=0.74, reconnect=0.88, reconnect_after_s=30_000,
            ),
            queues=(Queue("line", VOICE), Queue("back", VOICE)),
            turns=turns, callback=callback,
        )  # fmt: skip
        found = [0, 0, 0]
        for seed in (1, 2, 3, 4):
            simulation = Simulation(centre, seed, 24)
            simulation.advance(simulation.now + 24 * HOUR)
            w = simulation.world
            for place, number in enumerate((w.resolved, w.given_up, w.attempts)):
                found[place] += number
        return found[0], found[1], found[2]

    off = Callback("back", offered=False)
    peak = tuple(Turn(a, a + 3, rate=1.4) for a in (0, 12)) + (Turn(3, 12, rate=0.75),)
    fair = Callback("back", True, accept=0.4, reach=0.7, fail_s=90, call_in=0.25)
    without, with_ = sums(peak, off), sums(peak, fair)
    assert with_[0] > without[0] and with_[1] < 0.95 * without[1]

    meltdown = (Turn(0, 24, rate=1.3),)
    poor = Callback("back", True, accept=0.4, reach=0.45, fail_s=120, call_in=0.6, reserved=0.3)
    without, with_ = sums(meltdown, off), sums(meltdown, poor)
    assert with_[0] < 0.93 * without[0] and with_[2] > 1.15 * without[2]
