"""Open needs, excess and ends, held against centres whose truth is known."""

from math import sqrt

import numpy as np
import pytest

from console.debt.attempts import ABANDONED, ANSWERED, LOST, PROMISED, WAITING, Attempts
from console.debt.gauge import Beside, gauge
from console.debt.issues import join
from console.debt.past import by_customer, past
from console.debt.returns import Curve, Returns, returns
from console.debt.stock import stock
from console.domain.debt import Act, DebtGauge
from tests.console.debt.centre import HOUR, START, Truth, centre, columns

W = 48 * HOUR


def told(attempts: Attempts, at: int, **beside: object) -> DebtGauge:
    seen = by_customer(attempts.taken(attempts.entered_us < at))
    return gauge(join(seen, W), past((seen,), at, W), at, Beside(**beside))  # type: ignore[arg-type]


def coming(truth: Truth, at: int) -> int:
    """Needs that have begun and will be tried again within two days, each counted once."""
    a = truth.attempts
    begun = np.unique(truth.need[a.entered_us < at])
    later = (a.entered_us >= at) & (a.entered_us < at + W)
    return int(np.isin(begun, truth.need[later]).sum())


@pytest.mark.parametrize("customers", [20_000, 200_000])
def test_who_will_come_again_is_known_before_they_do(customers: int) -> None:
    off: list[float] = []
    for seed in range(4):
        truth = centre(seed, customers=customers, days=20.0)
        at = START + 17 * 24 * HOUR
        total = told(truth.attempts, at).open.total
        assert total.value is not None and total.high is not None
        off.append((total.value - coming(truth, at)) / ((total.high - total.value) / 1.96))
    assert abs(sum(off)) / sqrt(4) < 3.0, off


def test_chances_by_age_are_those_that_were_drawn() -> None:
    """Of exponential delays: after an age, p e / (1 - p + p e) are still to come."""
    truth = centre(3, customers=100_000, days=18.0)
    found = returns(truth.attempts, START, START + 18 * 24 * HOUR)
    for curve, delay in ((found.redial, 40.0 / 60.0), (found.reconnect, 8.0)):
        assert curve is not None
        for age, chance, error in zip(curve.ages_h, curve.chance, curve.error, strict=True):
            if age > 2.0 * delay or age == 48.0:
                continue
            # Ages count from the end, five minutes after the attempt; delays from 12 minutes on.
            left = 1 / 3 * np.exp(-max(age - 7.0 / 60.0, 0.0) / delay)
            assert chance == pytest.approx(left / (2 / 3 + left), abs=0.02 + 3.0 * error)


def test_the_excess_is_over_this_centres_own_weeks_not_over_zero() -> None:
    calm = centre(5, customers=200_000, days=24.0)
    at = START + 24 * 24 * HOUR
    found = told(calm.attempts, at)
    assert found.gross is not None and found.gross > 0.4
    assert found.excess.value == pytest.approx(0.0, abs=0.03)
    assert found.excess.low is not None and found.excess.high is not None
    assert found.excess.low < 0.0 < found.excess.high
    assert found.normal.note == "of 2 past weeks"


def test_a_meltdown_is_told_as_excess() -> None:
    """The last two days take more attempts for each need: 2.0 instead of 1.5, a third more."""
    calm = centre(6, customers=400_000, days=24.0, skewed=False)
    wild = centre(7, customers=400_000, days=24.0, again=0.5, skewed=False)
    begin = START + 22 * 24 * HOUR
    one, other = calm.attempts, wild.attempts
    first, last = one.taken(one.entered_us < begin), other.taken(other.entered_us >= begin)
    both = columns(
        np.concatenate((first.customer, last.customer + 400_000)),
        np.concatenate((first.entered_us, last.entered_us)),
        outcome=np.concatenate((first.outcome, last.outcome)),
    )
    found = told(both, START + 24 * 24 * HOUR)
    assert found.excess.value is not None and found.excess.low is not None
    # Chains of the last hours are not over yet: somewhat less is seen than will be.
    assert 0.15 < found.excess.value < 0.36
    assert found.open.total.value is not None and found.usual_open.value is not None
    assert found.open.total.value > 1.1 * found.usual_open.value


def test_with_a_short_history_it_says_how_much_is_missing() -> None:
    truth = centre(1, days=2.0)
    found = told(truth.attempts, START + 48 * HOUR)
    assert found.excess.value is None and found.excess.note == "needs 9 more days of history"
    assert found.corrected.value is None and found.normal.value is None
    assert found.open.total.value is None
    assert found.hours.total is None
    assert found.short_h == pytest.approx(216.0, abs=1.0)
    assert found.doubts[0] == "The excess over the normal week needs 9 more days of history."


def test_of_nothing_nothing_is_known() -> None:
    none = np.empty(0, np.int64)
    found = told(columns(none, none), START)
    assert (found.attempts, found.needs, found.keyless, found.gross) == (0, 0, None, None)
    assert found.trend == ()
    assert found.open.total.value is None


def test_missing_keys_are_left_out_scaled_up_and_said() -> None:
    truth = centre(2, customers=200_000, days=14.0, missing_customers=0.15)
    at = START + 14 * 24 * HOUR
    found = told(truth.attempts, at)
    assert found.keyless == pytest.approx(0.15, abs=0.02)
    here = truth.attempts.entered_us >= at - W
    needs = len(np.unique(truth.need[here]))
    # Two needs of one customer within two days are taken for one: somewhat less.
    assert found.needs == pytest.approx(needs, rel=0.06)
    assert any("name no customer" in words for words in found.doubts)


# --- where a need is, told by hand


P = Curve((0.0, 1.0, 2.0, 48.0), (0.5, 0.25, 0.1, 0.0), (0.0, 0.0, 0.0, 0.0), 100)
BOTH = Returns(P, Curve((0.0, 48.0), (0.2, 0.0), (0.0, 0.0), 100))


def at_instants(attempts: Attempts, *hours: float):
    instants = np.array([START + round(h * HOUR) for h in hours], np.int64)
    return stock(join(by_customer(attempts), W), instants, BOTH)


def test_a_need_is_counted_where_its_newest_attempt_is() -> None:
    # Waits for an hour, leaves, is back at 3:00, is answered until 3:30.
    attempts = columns(
        np.array([7, 7]),
        START + np.array([0, 3]) * HOUR,
        outcome=np.array([ABANDONED, ANSWERED]),
        ended=START + np.array([2, 7]) * HOUR // 2,
    )
    found = at_instants(attempts, 0.5, 2.0, 3.2, 4.0, 100.0)
    assert found.inside[:, 0].tolist() == [1, 0, 1, 0, 0]
    assert found.redial is not None and found.reconnect is not None
    # Told to the quarter of an hour.
    assert found.redial[1, 0] == pytest.approx(0.25, abs=0.05)
    assert found.redial[2:, 0].tolist() == [0, 0, 0]
    assert found.reconnect[3, 0] == pytest.approx(0.2 * 47.5 / 48.0, abs=0.01)
    assert found.total is not None and found.total[4, 0] == 0.0


def test_a_letter_that_waits_keeps_its_need_inside_whatever_else_was_tried() -> None:
    # An e-mail waits on; the customer calls meanwhile and is answered.
    attempts = columns(
        np.array([7, 7]),
        START + np.array([0, 2]) * HOUR,
        outcome=np.array([WAITING, ANSWERED]),
        ended=np.array([-1, START + 3 * HOUR]),
        channel=np.array([1, 0]),
        channels=("voice", "email"),
    )
    found = at_instants(attempts, 1.0, 2.5, 10.0)
    assert found.inside.sum(axis=1).tolist() == [1, 1, 1]
    assert found.total is not None
    assert found.total.sum(axis=1).tolist() == [1, 1, 1]


def test_a_promise_is_open_until_it_is_kept_and_answered_then() -> None:
    attempts = columns(
        np.array([7, 8]),
        START + np.array([0, 0]) * HOUR,
        outcome=np.array([PROMISED, PROMISED]),
        ended=START + np.array([1, 1]) * HOUR // 4,
    )
    attempts.answered_us[:] = [-1, START + 2 * HOUR]
    found = at_instants(attempts, 0.1, 1.0, 3.0)
    assert found.inside[:, 0].tolist() == [2, 0, 0]
    assert found.promised[:, 0].tolist() == [0, 2, 1]
    assert found.reconnect is not None and 0.15 < found.reconnect[2, 0] < 0.2


def test_a_customer_who_calls_in_makes_the_promise_stale() -> None:
    attempts = columns(
        np.array([7, 7]),
        START + np.array([0, 2]) * HOUR,
        outcome=np.array([PROMISED, LOST]),
        ended=START + np.array([1, 9]) * HOUR // 4,
    )
    found = at_instants(attempts, 1.0, 3.0)
    assert found.promised[:, 0].tolist() == [1, 0]
    assert found.redial is not None and found.redial[1, 0] > 0.0


def test_debt_hours_leave_out_what_nobody_knows_and_say_so() -> None:
    truth = centre(1, customers=100_000, days=12.0)
    a = truth.attempts
    last = len(a) // 2
    channel = (np.arange(len(a)) >= last).astype(np.int8)
    mixed = columns(a.customer, a.entered_us, outcome=a.outcome, channel=channel,
                    channels=("voice", "email"))  # fmt: skip
    mixed.talk_s[channel == 1] = 0.0  # a reply is stamped when it is sent
    at = START + 12 * 24 * HOUR
    found = told(mixed, at, owed_h=3.0, stale=4, dial_s=90.0, acts=(Act(at - HOUR, "x"),))
    assert found.hours.left_out == ("email",)
    assert found.hours.stale == pytest.approx(0.1)
    assert found.hours.issues is not None
    assert found.hours.total == pytest.approx(found.hours.issues + 3.1)
    rows = {row.channel: row for row in found.channels}
    assert rows["email"].hours is None and rows["email"].minutes_per_need is None
    # Five minutes and one of wrap-up, a third of the answered back: nine minutes for a need.
    assert rows["voice"].minutes_per_need == pytest.approx(9.0, rel=0.05)
    assert found.acts[0].title == "x"
    # Stale promises of unknown cost are not free.
    assert told(mixed, at, stale=4).hours.stale is None
