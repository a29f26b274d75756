"""The engine against customers who go one by one: within the errors that docs/models.md states."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from console.forecast import course as c
from console.forecast.alternatives import (
    AddExperts,
    Alternative,
    CallbackDialling,
    CallbackOffer,
    ChannelOpening,
    FreeHours,
    HandlingTarget,
    MoveAgents,
    Posture,
    applied,
)
from console.forecast.centre import CLOSED, Centre
from console.forecast.engine import run
from console.forecast.stack import stacked
from tests.console.forecast.centres import PROMISES, one, six, voice
from tests.console.forecast.referee import mean_and_error, referees

RESERVED = voice(callback=replace(PROMISES, reserved=0.3))
# Greatest errors that are accepted beside chance: attempts, abandonment, resolved, given up, open.
PLAIN = (0.015, 0.05, 0.012, 0.03, 0.03)
LISTS = (0.03, 0.06, 0.02, 0.04, 0.06)


@pytest.mark.parametrize(
    ("centre", "runs", "within"),
    [
        (six(), 5, PLAIN),
        (six(load=1.5), 5, PLAIN),
        (six(callback=True), 4, LISTS),
        (six(load=1.5, callback=True), 4, LISTS),
        (six(12), 16, PLAIN),
        (six(12, 1.5), 12, PLAIN),
        (six(12, 1.5, callback=True).with_channel(RESERVED), 12, LISTS),
        (six(5), 30, (0.02, 0.06, 0.015, 0.03, 0.04)),
        (six(load=0.8, debt=False), 5, PLAIN),
        (six(6, 0.8, debt=False), 24, (0.02, 0.08, 0.015, 0.03, 0.04)),
    ],
    ids=[
        "48 with debt", "48 in a meltdown", "48 with callbacks", "48 callbacks in a meltdown",
        "12 with debt", "12 in a meltdown", "12 with agents for callbacks", "5 with debt",
        "48 healthy", "6 healthy",
    ],
)  # fmt: skip
def test_two_days_of_six_channels(centre: Centre, runs: int, within: tuple[float, ...]) -> None:
    seen = referees(centre, runs)
    course = run(stacked([centre]))

    def agrees(counted: list[float], forecast: float, share: float, what: str) -> None:
        mean, chance = mean_and_error(counted)
        assert forecast == pytest.approx(mean, abs=share * mean + 1.3 * chance), what

    attempts, abandons, resolved, lost, still = within
    flow = course.flow
    agrees([sum(t.attempts) for t in seen], flow(c.ARRIVED).sum(), attempts, "attempts")
    left = flow(c.ABANDONED)[:, 0].sum()
    agrees([t.abandoned[0] for t in seen], left, abandons, "abandons of voice")
    agrees([t.resolved for t in seen], flow(c.RESOLVED).sum(), resolved, "resolved")
    agrees([t.given_up for t in seen], flow(c.GIVEN_UP).sum(), lost, "given up")
    for hour in (12, 24, 48):
        forecast = course.open[6 * hour - 1].sum()
        agrees([t.open[hour - 1] for t in seen], forecast, still, f"open at {hour}")


def test_hourly_read_outs_of_voice() -> None:
    """Abandonment and service level hour by hour, in points, and the wait in minutes."""
    centre = six(load=1.3)
    seen = referees(centre, 8)
    course = run(stacked([centre]), keep=6)
    hours = np.array([t.hourly for t in seen]).mean(axis=0)
    came, lost, in_time, waited = hours.T
    level = run(stacked([centre])).service_level(np.full(6, 20 / 3600))[:, 0, 0, 0]
    level = np.nanmean(level.reshape(48, 6), axis=1)
    assert np.mean(np.abs(course.abandonment[:, 0, 0, 0] - lost / came)) < 0.03
    assert np.mean(np.abs(level - in_time / came)) < 0.06
    assert np.mean(np.abs(course.wait_h[:, 0, 0, 0] - waited / came)) * 60 < 0.25


def test_the_referee_knows_an_exact_equilibrium() -> None:
    """What is held against the engine is itself held against the exact chain (waiting 6.2490)."""
    seen = referees(one(10, 11, hours=600.0), 6, 600.0)
    gone = sum(t.abandoned[0] for t in seen) / sum(t.attempts[0] for t in seen)
    assert gone == pytest.approx(0.24269, rel=0.03)


MORE = ((1.0, 9.0, 5.0), (13.0, 20.0, 4.0))
ALTERNATIVES: tuple[Alternative, ...] = (
    CallbackOffer("voice", False),
    Posture(
        "close chat, its agents to voice",
        (ChannelOpening("chat", CLOSED), MoveAgents("chat", "voice", inf, 0.8)),
    ),
    MoveAgents("email", "voice", inf),
    FreeHours("voice", "meetings", MORE),
    AddExperts("voice", 6, 0.13, 0.85, 0.0, 12.0),
    HandlingTarget("voice", 0.9, 0.3),
    HandlingTarget("voice", 0.9, 1.5),
    CallbackDialling("voice", True, 0.3),
)


def test_alternatives_move_things_as_they_move_for_single_customers() -> None:
    """Signs, wherever the effect is larger than chance; sizes, within a quarter and chance."""
    centre, runs = six(30, 1.5, callback=True), 9
    centres = applied(centre, ALTERNATIVES)
    course = run(stacked(centres, hours=24.0))
    seen = [referees(item, runs, 24.0) for item in centres]
    tried = 0
    for place, alternative in enumerate(ALTERNATIVES, start=1):
        for which, name in ((c.RESOLVED, "resolved"), (c.GIVEN_UP, "given_up")):
            totals = course.flow(which).sum(axis=(0, 1))[:, 0]
            gaps = [
                float(getattr(b, name) - getattr(a, name))
                for a, b in zip(seen[0], seen[place], strict=True)
            ]
            mean, chance = mean_and_error(gaps)
            if abs(mean) > chance:
                tried += 1
                said = totals[place] - totals[0]
                assert said * mean > 0.0, (alternative.title, name, mean, chance, said)
                assert said == pytest.approx(mean, abs=0.25 * abs(mean) + 1.5 * chance), (
                    alternative.title, name,
                )  # fmt: skip
    assert tried >= 12
