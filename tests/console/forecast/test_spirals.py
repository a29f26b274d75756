"""How a shortage grows into a meltdown, and when a backlog heals by itself."""

import numpy as np
import pytest

from console.forecast import course as c
from console.forecast.centre import Centre, Channel, Work
from console.forecast.engine import run
from console.forecast.redials import Returning, attempts_multiple, duplicate_spiral, wait_spiral
from console.forecast.stack import stacked

AGENTS, HANDLING = 50.0, 0.11
BACK = 0.26 * 0.88


def line(redial: float, **changes: float) -> Channel:
    return Channel(
        "voice", HANDLING, patience_h=1 / 8, redial=redial, redial_delay_h=1 / 1.5,
        resolution=0.74, reconnect=0.88, reconnect_delay_h=1 / 0.12, **changes,  # type: ignore[arg-type]
    )  # fmt: skip


def centre(channel: Channel, load: np.ndarray) -> Centre:
    balance = AGENTS * (1.0 - BACK) / HANDLING
    per_hour = balance / (1.0 - BACK) * min(float(load[0]), 1.0)
    work = Work(inside=0.95 * AGENTS, reconnecting=BACK * per_hour * 8.3)
    return Centre(
        (channel,), balance * load[None], np.full((1, len(load)), AGENTS), (work,)
    )  # fmt: skip


def test_a_meltdown_takes_a_day_to_show() -> None:
    """An eighth too few agents: 75 % more attempts, but only after two days."""
    start = centre(line(0.9), np.full(192, 1.126))
    course = run(stacked([start], step_h=1 / 12))
    multiple = (course.flow(c.ARRIVED) / course.fresh)[:, 0, 0, 0] * (1.0 - BACK)
    said = [float(multiple[12 * hour - 1]) for hour in (2, 6, 12, 24, 48)]
    assert said == pytest.approx([1.15, 1.39, 1.58, 1.72, 1.75], abs=0.025)
    assert said[-1] == pytest.approx(attempts_multiple(1.126, Returning(0.9, BACK)), abs=0.01)


def waits_after_a_shock(channel: Channel, hours: int = 150) -> tuple[float, float]:
    """Minutes of wait two hours after a shock of two hours, and days later. Load is 92 %."""
    load = np.full(4 * hours, 0.92)
    load[40:48] *= 2.5
    course = run(stacked([centre(channel, load)], hours=float(hours)), keep=6)
    wait = course.wait_h[:, 0, 0, 0] * 60
    return float(wait[12]), float(wait[-1])


@pytest.mark.parametrize(("copy_h", "heals"), [(0.0, True), (0.02, True), (0.06, False)])
def test_failed_attempts_that_cost_time_keep_a_backlog_alive(copy_h: float, heals: bool) -> None:
    channel = line(0.65, copy_h=copy_h, duplicate=1.0)
    index = duplicate_spiral(copy_h, HANDLING, Returning(0.65, BACK))
    assert (index < 1.0) is heals
    soon, late = waits_after_a_shock(channel)
    assert soon > 2.0
    assert (late < 0.5) if heals else (late > 5.0)


@pytest.mark.parametrize(("growth", "heals"), [(0.0, True), (3.0, True), (8.0, False)])
def test_handling_that_grows_with_the_wait_keeps_it_alive(growth: float, heals: bool) -> None:
    channel = line(0.65, handling_growth=growth)
    assert (wait_spiral(growth, 1 / 8, Returning(0.65, BACK)) < 1.0) is heals
    soon, late = waits_after_a_shock(channel)
    assert soon > 2.0
    assert (late < 0.5) if heals else (late > 5.0)
