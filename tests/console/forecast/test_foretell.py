"""One forecast with its bands: in order, wide enough for luck, unknown where nobody comes."""

from dataclasses import replace

import numpy as np
import pytest

from console.domain.foretold import ABANDONMENT, ATTEMPTS, HORIZONS, OPEN, SHARES, WAITING, Band
from console.forecast.foretell import foretell
from console.forecast.spread import Spread
from tests.console.forecast.centres import six

#: All parameters are known.
SURE = Spread(
    level=0.0, own_level=0.0, handling=0.0, patience=0.0, redial=0.0, redial_delay=0.0,
    resolution=0.0, reconnect=0.0, reconnect_delay=0.0, orbits=0.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def told():
    return foretell(six(load=1.3), Spread())


def ordered(band: Band) -> bool:
    rows = [band.at(hour) for hour in range(len(band.middle))]
    return all(row is None or row[0] <= row[1] <= row[2] for row in rows)


def test_every_band_is_in_order_and_of_every_hour(told) -> None:
    assert told.ends_h == tuple(float(hour) for hour in range(1, 49))
    for band in (told.open, told.debt_h):
        assert len(band.middle) == 48 and ordered(band)
    for row in told.channels:
        for band in (row.waiting, row.attempts, row.answered, row.abandonment):
            assert len(band.middle) == 48 and ordered(band)
        assert len(row.agents) == 48


def test_what_is_kept_to_be_judged_is_what_is_shown(told) -> None:
    for figure, channel in ((OPEN, ""), (WAITING, "voice"), (ATTEMPTS, "email")):
        kept = told.quantiles[figure][channel]
        assert set(kept) == set(HORIZONS)
        band = told.open
        if channel:
            row = next(each for each in told.channels if each.channel == channel)
            band = getattr(row, figure)
        for horizon, values in kept.items():
            shown = band.at(horizon - 1)
            assert shown is not None
            assert [values[SHARES.index(s)] for s in (0.1, 0.5, 0.9)] == pytest.approx(shown)


def test_a_band_holds_the_luck_of_single_customers_even_where_all_is_known() -> None:
    told = foretell(six(), SURE)
    low, middle, high = told.open.at(11) or (0, 0, 0)
    # 1.3 roots of the number, at 1.28 standard deviations to each side.
    assert (high - low) / 2.0 == pytest.approx(1.3 * 1.2816 * middle**0.5, rel=0.05)


def test_issues_that_begin_are_where_it_starts(told) -> None:
    centre = six(load=1.3)
    begun = sum(w.inside + w.redialling + w.reconnecting + w.list_live for w in centre.work)
    assert told.begun_open == pytest.approx(begun, abs=0.1)
    first = told.open.middle[0]
    assert first is not None and first == pytest.approx(begun, rel=0.15)


def test_who_is_gone_counts_as_often_as_the_gauge_says(told) -> None:
    centre = six(load=1.3)
    gone = sum(w.reconnecting for w in centre.work)
    more = foretell(centre, Spread(), gone=2.0)
    assert more.begun_open == pytest.approx(told.begun_open + gone, abs=0.2)
    assert (more.open.middle[5] or 0) > (told.open.middle[5] or 0)
    # What waits is what it was.
    assert more.channels[0].waiting == told.channels[0].waiting


def test_what_counting_may_be_off_by_widens_the_band_of_open_issues() -> None:
    sure = foretell(six(), SURE)
    unsure = foretell(six(), SURE, open_sd=100.0)
    narrow, wide = sure.open.at(0) or (0, 0, 0), unsure.open.at(0) or (0, 0, 0)
    assert wide[2] - wide[0] > narrow[2] - narrow[0] + 100.0
    assert unsure.channels == sure.channels


def test_of_nobody_there_is_no_share_of_abandonment() -> None:
    centre = six()
    fresh = centre.fresh.copy()
    fresh[0] = 0.0
    quiet = replace(
        centre,
        fresh=fresh,
        channels=tuple(
            replace(c, returns_to={}, chase=0.0, redial=0.0, reconnect=0.0, closed_to={})
            for c in centre.channels
        ),
        work=tuple(replace(w, redialling=0.0, reconnecting=0.0) for w in centre.work),
    )
    told = foretell(quiet, Spread())
    assert told.channels[0].abandonment.at(20) is None
    assert "voice" not in told.quantiles.get(ABANDONMENT, {})


def test_paid_and_given_up_only_grow(told) -> None:
    for series in (told.paid, told.given_up):
        values = [value or 0.0 for value in series]
        assert values == sorted(values) and values[-1] > 0.0


def test_whoever_is_asleep_does_not_come_again_until_the_morning() -> None:
    centre = six(load=0.8)
    night = np.ones_like(centre.fresh)
    night[:, :32] = 0.0
    fresh = np.where(night > 0, centre.fresh, 0.0)
    awake = foretell(replace(centre, fresh=fresh), Spread())
    asleep = foretell(replace(centre, fresh=fresh, awake=night), Spread())
    # In the first eight hours only those who are inside are served, nobody else comes.
    assert (asleep.channels[0].attempts.middle[3] or 0.0) < 1.0
    assert (awake.channels[0].attempts.middle[3] or 0.0) > 5.0
    assert (asleep.open.middle[7] or 0.0) > (awake.open.middle[7] or 0.0)
