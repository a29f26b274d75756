"""Needs come up to the hour, wherever within a second the rate changed before."""

import pytest

from console.domain.times import HOUR, SECOND
from console.twin import scenario
from console.twin.simulation import Simulation


@pytest.mark.parametrize("over", [0, 1, SECOND // 2 - 1, SECOND // 2 + 1, SECOND - 1])
def test_something_is_let_happen_at_any_instant(over: int) -> None:
    outage = scenario.load("outage")
    inject = next(each for each in outage.injects if each.down)
    simulation = Simulation(outage.centre, 1312, 24)
    w = simulation.world
    simulation.advance(w.start + 9 * HOUR + 10 * SECOND + over)
    until = simulation.let_happen(inject.turn((w.now - w.start) / HOUR))
    simulation.advance(until + HOUR)
    assert w.now == until + HOUR
