"""The engine against exact values, and what must hold whatever the centre."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from console.forecast import course as c
from console.forecast.centre import CLOSED, DRAINING, Callback, Centre, Channel, Work
from console.forecast.engine import run
from console.forecast.erlang import Queue, figures
from console.forecast.spread import Spread, drawn
from console.forecast.stack import stacked
from tests.console.forecast.centres import PROMISES, one, six


@pytest.mark.parametrize(
    ("servers", "per_hour", "inside", "redialling", "within"),
    [
        (50, 50, 54.997, 8.296, 0.025), (5, 5, 6.589, 2.639, 0.01), (5, 7.5, 14.764, 11.989, 0.015),
    ],
)  # fmt: skip
def test_exact_transients(
    servers: float, per_hour: float, inside: float, redialling: float, within: float
) -> None:
    centre = one(servers, per_hour, theta=0.5, redial=0.5)
    course = run(stacked([centre], hours=40.0, step_h=1 / 12))
    assert course.state(c.INSIDE)[-1, 0, 0, 0] == pytest.approx(inside, rel=within)
    assert course.state(c.REDIALLING)[-1, 0, 0, 0] == pytest.approx(redialling, rel=within)


@pytest.mark.parametrize(
    ("servers", "per_hour", "waiting", "within"),
    [
        (1, 1, 1.0700, 0.10), (5, 5, 2.3992, 0.01), (10, 11, 6.2490, 0.01),
        (50, 45, 1.5853, 0.15), (50, 50, 7.5145, 0.045), (100, 125, 125.0, 0.001),
    ],
)  # fmt: skip
def test_exact_equilibria_with_redials(
    servers: float, per_hour: float, waiting: float, within: float
) -> None:
    course = run(stacked([one(servers, per_hour, hours=200)], hours=200.0))
    assert course.state(c.WAITING)[-1, 0, 0, 0] == pytest.approx(waiting, rel=within)


@pytest.mark.parametrize(
    ("servers", "load", "theta", "within"),
    [
        (6, 0.6, 0.9, 0.03), (6, 0.75, 0.9, 0.02), (6, 0.85, 0.9, 0.02), (12, 0.6, 0.9, 0.03),
        (12, 0.75, 0.5, 0.07), (50, 0.75, 0.9, 0.04), (50, 0.85, 0.9, 0.03), (50, 0.75, 0.25, 0.04),
    ],
)  # fmt: skip
def test_small_waits_of_calm_hours(servers: int, load: float, theta: float, within: float) -> None:
    """Below 90 % load against Erlang A; the normal form alone is 8 to 40 % short here."""
    centre = one(servers, load * servers, hours=60.0, theta=theta, redial=0.0)
    waiting = run(stacked([centre], hours=60.0)).state(c.WAITING)[-1, 0, 0, 0]
    exact = figures(Queue(load * servers, 1.0, servers, patience_h=1.0 / theta))
    assert waiting == pytest.approx(exact.waiting, rel=within)


def test_attempts_of_an_overload() -> None:
    course = run(stacked([one(100, 125, hours=100)], hours=100.0))
    attempts = course.flow(c.ARRIVED)[-1].sum() / course.fresh[-1].sum()
    assert attempts == pytest.approx(1.3, abs=0.001)
    assert course.abandonment[-1, 0, 0, 0] == pytest.approx(0.38462, abs=0.001)


def test_issues_are_conserved_at_every_step() -> None:
    centre = six(callback=True)
    opening = centre.opening.copy()
    opening[1, 8:], opening[2, 12:40] = CLOSED, DRAINING
    shut = replace(centre, opening=opening)
    quiet = replace(centre, offering=np.zeros_like(centre.offering))
    course = run(stacked([centre, shut, quiet], drawn(Spread(), centre.names, 20)))
    assert course.flows.shape[0] == 288
    assert np.max(np.abs(course.imbalance)) < 1e-9 * course.open.sum(axis=1).max()
    assert (course.flows >= 0.0).all() and (course.states >= 0.0).all()


share = st.floats(0.0, 1.0)
channels = st.builds(
    Channel,
    name=st.just("?"),
    handling_h=st.floats(0.01, 1.0),
    concurrency=st.sampled_from([1.0, 2.0, 3.0]),
    patience_h=st.floats(0.01, 10.0) | st.just(float("inf")),
    redial=share,
    redial_delay_h=st.floats(0.05, 10.0),
    resolution=share,
    reconnect=share,
    reconnect_delay_h=st.floats(0.1, 40.0),
    chase=st.floats(0.0, 0.5) | st.just(0.0),
    copy_h=st.floats(0.0, 0.1),
    duplicate=share,
    handling_growth=st.sampled_from([0.0, 0.5, 3.0]),
    closed_hold=st.floats(0.0, 0.4),
    callback=st.none()
    | st.builds(
        Callback, accepted=share, offer_above_h=st.floats(0.0, 0.3), reached=share,
        failed_dial_h=st.floats(0.0, 0.1), calls_in=st.floats(0.0, 3.0), gives_up=share,
        reserved=st.floats(0.0, 0.9),
    ),
)  # fmt: skip
amount = st.floats(0.0, 500.0)
works = st.builds(Work, amount, amount, amount, amount, amount, amount)


@st.composite
def centres(draw: st.DrawFn) -> Centre:
    number = draw(st.integers(1, 4))
    names = [f"channel {place}" for place in range(number)]
    found = [
        replace(
            draw(channels), name=name, chase_to=draw(st.sampled_from(names)),
            returns_to={draw(st.sampled_from(names)): draw(share)},
            closed_to={draw(st.sampled_from(names)): draw(st.floats(0.0, 0.6))},
        )
        for name in names
    ]  # fmt: skip
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    size = (number, 48)
    return Centre(
        tuple(found),
        fresh=random.exponential(draw(st.floats(0.0, 300.0)), size),
        agents=np.round(random.exponential(draw(st.floats(0.1, 40.0)), size)),
        work=tuple(draw(works) for _ in names),
        opening=np.asarray(random.choice([0, 0, 0, 1, 2], size), np.int8),
        offering=np.asarray(random.choice([0, 1], size), np.int8),
        dialling=np.asarray(random.choice([0, 1], size), np.int8),
    )


@given(centre=centres(), step=st.sampled_from([1 / 12, 1 / 6, 1 / 4]))
# Arrays of this many values shrink too slowly to be worth it.
@settings(max_examples=80, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_nothing_appears_or_vanishes_in_any_centre(centre: Centre, step: float) -> None:
    course = run(stacked([centre], hours=12.0, step_h=step))
    scale = 1.0 + course.open.sum(axis=1).max() + course.fresh.sum()
    assert np.isfinite(course.flows).all() and np.isfinite(course.states).all()
    assert course.flows.min() >= -1e-9 * scale and course.states.min() >= -1e-9 * scale
    assert np.max(np.abs(course.imbalance)) < 1e-9 * scale


def test_alternatives_and_members_do_not_touch_each_other() -> None:
    base, more = six(callback=True), six(agents=55, callback=True)
    draws = drawn(Spread(), base.names, 7)
    together = run(stacked([base, more], draws))
    for place, centre in enumerate((base, more)):
        alone = run(stacked([centre], draws))
        assert together.flows[:, :, :, place] == pytest.approx(alone.flows[:, :, :, 0], rel=1e-9)


def test_shorter_steps_say_the_same() -> None:
    for centre in (six(), six(callback=True)):
        coarse = run(stacked([centre]))
        fine = run(stacked([centre], step_h=1 / 30))
        for flow in (c.ARRIVED, c.ANSWERED, c.RESOLVED, c.GIVEN_UP):
            a, b = coarse.flow(flow).sum(), fine.flow(flow).sum()
            assert a == pytest.approx(b, rel=0.015), c.FLOWS[flow]


def test_sums_over_longer_intervals_are_the_same() -> None:
    stack = stacked([six()])
    each, hourly = run(stack), run(stack, keep=6)
    assert hourly.flows.sum(axis=0) == pytest.approx(each.flows.sum(axis=0))
    assert hourly.states == pytest.approx(each.states[5::6])
    assert hourly.fresh.sum() == pytest.approx(each.fresh.sum())
    assert hourly.ends_h[-1] == 48.0


def test_no_arrival_is_lost_between_intervals_and_steps() -> None:
    centre = six()
    for step in (1 / 12, 1 / 6, 1 / 4, 1 / 3):
        course = run(stacked([centre], step_h=step))
        assert course.fresh.sum() == pytest.approx(centre.fresh.sum() / 4)


def test_what_nobody_calls_back_stays_on_the_list() -> None:
    centre = six(callback=True)
    silent = replace(
        centre, offering=np.zeros_like(centre.offering), dialling=np.zeros_like(centre.dialling)
    )
    voice = replace(centre.channels[0], callback=replace(PROMISES, calls_in=0.0))
    course = run(stacked([silent.with_channel(voice)]))
    assert course.state(c.LIST_LIVE)[:, 0, 0, 0] == pytest.approx(np.full(288, 200.0))
    assert course.flow(c.CALLED_BACK).sum() == 0.0


def test_closing_sends_away_who_waits_and_draining_serves_them() -> None:
    centre = six()
    ends = {}
    for state in (CLOSED, DRAINING):
        opening = centre.opening.copy()
        opening[1] = state
        course = run(stacked([replace(centre, opening=opening)]))
        assert course.flow(c.ARRIVED)[:, 1].sum() == 0.0
        ends[state] = course.flow(c.ANSWERED)[:, 1].sum()
    assert ends[DRAINING] > ends[CLOSED] > 0.0
    assert ends[DRAINING] <= centre.work[1].inside


def test_unknown_is_not_zero() -> None:
    centre = one(5, 0.0)
    course = run(stacked([centre], hours=4.0))
    assert np.isnan(course.wait_h).all() and np.isnan(course.abandonment).all()
    assert np.isnan(course.service_level(np.array([0.1]))).all()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="not known for 48 hours"):
        stacked([six(hours=12.0)])
    with pytest.raises(ValueError, match="do not fit"):
        replace(six(), work=(Work(),))
    with pytest.raises(ValueError, match="same channels"):
        stacked([six(), one(5, 5, hours=48)])
