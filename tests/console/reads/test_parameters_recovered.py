"""Estimators against centres whose truth is known, from half a day, two days and two weeks of data.

Forty seeds of each are in docs/parameters.md; here are a few, which take a second or two each.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.known_truth import Seen, watched
from benchmarks.recovery import Found, held, recovered
from console.debt import attempts as a
from console.reads.parameters_estimates import estimates
from console.twin.centre import Centre
from console.twin.scenario import load

#: Hours of data, and how many seeds of them.
SPANS = {12.0: 3, 48.0: 3, 336.0: 1}
FIRST = 2
KEY = ("fresh", "handling", "patience", "redial", "redial_delay", "reconnect", "reconnect_delay")


@cache
def centre(hours: float) -> Centre:
    """Data begin on a Monday, after a weekend of which they know nothing."""
    start = "2026-02-28T07:00" if hours < 24.0 else "2026-02-28T00:00"
    return replace(load("monday").centre, start=start)


@cache
def found(hours: float) -> dict[tuple[str, str], Found]:
    def watch(_: Centre, seed: int, span_h: float, __: float) -> Seen:
        return seen(span_h, seed)

    return recovered(centre(hours), hours, range(FIRST, FIRST + SPANS[hours]), watch)


@cache
def seen(hours: float, seed: int) -> Seen:
    """Simulated once for all tests."""
    return watched(centre(hours), seed, hours)


@pytest.mark.parametrize("hours", SPANS)
def test_intervals_hold_the_truth(hours: float) -> None:
    all_ = [each for each in found(hours).values() if each.truth and each.estimates]
    inside = sum(held(each) for each in all_)
    number = sum(len(each.estimates) for each in all_)
    # At 95 %, with so many of them, fewer than 85 % would be no chance.
    assert number >= 30
    assert inside >= 0.85 * number


@pytest.mark.parametrize("hours", SPANS)
def test_what_matters_most_is_told_of_the_telephone(hours: float) -> None:
    told = [found(hours)["voice", name] for name in KEY]
    assert all(len(each.estimates) == SPANS[hours] for each in told)
    inside = sum(map(held, told))
    assert inside >= 0.8 * len(KEY) * SPANS[hours], [(e.truth, e.estimates) for e in told]


def test_more_data_make_it_surer() -> None:
    for name in ("patience", "redial", "reconnect", "handling"):
        widths = [
            np.mean([e.high - e.low for e in found(hours)["voice", name].estimates])
            for hours in SPANS
        ]
        assert widths[0] > widths[1] > widths[2], name


def test_strangers_and_nights_are_allowed_for() -> None:
    """Counting whoever was seen again says twice as many reconnects after two weeks."""
    attempts, promises, known = seen(336.0, FIRST)
    answered = attempts.outcome == a.ANSWERED
    order = np.lexsort((attempts.entered_us, attempts.customer))
    again = np.append(np.diff(attempts.customer[order]) == 0, False)
    voice = answered[order] & (attempts.channel[order] == attempts.channels.index("voice"))
    counted = float(again[voice].mean())
    told = estimates(attempts, promises).found["voice", "reconnect"]
    assert not isinstance(told, str)
    assert counted > 2.0 * known.reconnect["voice"]
    assert told.value == pytest.approx(known.reconnect["voice"], rel=0.12)


def test_customers_of_whom_some_are_unknown() -> None:
    """Who comes again is told of the others, and the unknown count as new as others do."""
    attempts, promises, known = seen(48.0, 2)
    random = np.random.default_rng(1)
    # Whoever hides their number does so always.
    hidden = random.random(int(attempts.customer.max()) + 1) < 0.2
    some = replace(attempts, customer=np.where(hidden[attempts.customer], -1, attempts.customer))
    told = estimates(some, promises)
    for name, truth in (
        ("redial", known.redial), ("reconnect", known.reconnect), ("fresh", known.fresh)
    ):  # fmt: skip
        estimate = told.found["voice", name]
        assert not isinstance(estimate, str)
        assert estimate.low <= truth["voice"] <= estimate.high, name
    assert told.notes[0].startswith("20 % of attempts have no customer") or "% of" in told.notes[0]


def test_too_little_is_not_told() -> None:
    attempts, promises, _ = seen(12.0, 1)
    early = attempts.taken(attempts.entered_us < attempts.from_us + 900_000_000)
    early = replace(early, until_us=attempts.from_us + 900_000_000)
    told = estimates(early, promises)
    assert isinstance(told.found["voice", "reconnect"], str)
    assert isinstance(told.found["voice", "level_now"], str)
    assert estimates(attempts.taken(np.zeros(len(attempts), bool)), promises).channels == ()
