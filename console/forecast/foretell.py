"""One forecast with all its bands, hour by hour, as it is kept and later judged.

A band holds what nobody knows about the centre (the members) and the chance of single customers
in what is counted at an instant or in an hour, so that what comes can be held against it.
"""

import numpy as np

from console.domain import foretold as words
from console.domain.foretold import (
    HORIZONS,
    SHARES,
    Ahead,
    Band,
    ChannelAhead,
    Payback,
    Series,
    Warned,
    hours_or_never,
)
from console.forecast import course as c
from console.forecast.cautions import cautions
from console.forecast.centre import Centre
from console.forecast.course import Course
from console.forecast.engine import run
from console.forecast.normal import Floats, quantiles
from console.forecast.payoff import Payoff, payoff
from console.forecast.spread import SEED, Spread, drawn
from console.forecast.stack import STEP_H, stacked

MEMBERS = 200
_KEEP = 6  # steps of ten minutes in an hour
# From run to run the number of open issues moves by this many roots of it, an hour's attempts and
# answers by this many of theirs, losses by more, since they come in bursts.
_CHANCE_OPEN, _CHANCE_COUNT, _CHANCE_LOST = 1.3, 1.15, 1.8
_MANY_DAYS = 28.0
_GAP_LASTS_H = 6.0
_WRITTEN = ("email", "social", "messaging")


def foretell(
    centre: Centre,
    spread: Spread,
    hours: float = 48.0,
    members: int = MEMBERS,
    gone: float = 1.0,
    open_sd: float = 0.0,
) -> Ahead:
    """If nothing more is done. Takes some 0.1 s.

    Issues and debt hours count so many times as many who were answered and will come again
    (`gone`): of them nobody sees anything for hours. `open_sd` is how far the number of open issues
    may be off by counting alone, now and whenever it is counted again.
    """
    course = run(stacked([centre], drawn(spread, centre.names, members), hours, STEP_H), _KEEP)
    # Half of the gap between the two counts belongs to the hour of the day and does not last: held
    # against the truth of rehearsals, the mean of both was nearest from half a day on.
    lasting = 0.5 * (1.0 + np.exp(-course.ends_h / _GAP_LASTS_H))
    course.states[:, c.RECONNECTING] *= (gone**lasting)[:, None, None, None]
    samples = _Samples(course, spread)
    channels = range(len(centre.channels))
    within = np.array([channel.target_s / 3600.0 for channel in centre.channels])
    wait, level = _middles(course.wait_h), _middles(course.service_level(within))
    issues, debt = _middles(course.open), _middles(course.debt_h)
    agents = _hourly(course)
    told: list[ChannelAhead] = []
    kept: dict[str, dict[str, dict[int, tuple[float, ...]]]] = {}
    whole = samples.open(open_sd)
    _keep(kept, words.OPEN, "", whole)
    for k in channels:
        channel = centre.channels[k]
        of_channel = {
            words.WAITING: samples.waiting(k),
            words.ATTEMPTS: samples.counted(course.flow(c.ARRIVED)[:, k, 0]),
            words.ANSWERED: samples.counted(course.flow(c.ANSWERED)[:, k, 0]),
            words.ABANDONMENT: samples.abandonment(k),
        }
        for figure, values in of_channel.items():
            _keep(kept, figure, channel.name, values)
        told.append(
            ChannelAhead(
                channel=channel.name,
                wait_h=_series(wait[:, k]),
                service_level=_series(level[:, k]),
                open=_series(issues[:, k]),
                debt_h=_series(debt[:, k]),
                agents=_series(agents[:, k]),
                target_s=channel.target_s,
                inside=round(centre.work[k].inside, 1),
                **{figure: _band(values) for figure, values in of_channel.items()},
            )
        )
    begun, begun_debt = _begun(centre, gone)
    moved = _moved(centre, course)
    return Ahead(
        ends_h=tuple(course.ends_h.tolist()),
        begun_open=round(begun, 1),
        begun_debt_h=round(begun_debt, 2),
        open=_band(whole),
        debt_h=_band(course.debt_h[:, :, 0].sum(axis=1)),
        paid=_total(course, c.RESOLVED),
        given_up=_total(course, c.GIVEN_UP),
        moved=_series(np.median(moved, axis=-1)),
        channels=tuple(told),
        payback=_payback(payoff(course)),
        pooled=_payback(payoff(course, pooled=True)),
        warned=tuple(
            Warned(each.code, each.words, each.channel)
            for each in cautions([centre], course, 0, {}, spread)
        ),
        quantiles=kept,
    )


class _Samples:
    """Members with the chance of single customers, times × members."""

    def __init__(self, course: Course, spread: Spread) -> None:
        self._course = course
        # What an hour brings is known from as many hours alike as there were days.
        days = _MANY_DAYS if spread.data_h is None else max(spread.data_h / 24.0, 0.5)
        self._count = (_CHANCE_COUNT**2 + 1.0 / days) ** 0.5
        self._random = np.random.default_rng(SEED)
        self._even = np.array(quantiles(course.flows.shape[-1]))

    def _luck(self) -> Floats:
        return self._random.permutation(self._even)[None, :]

    def open(self, counting_sd: float) -> Floats:
        whole = self._course.open[:, :, 0].sum(axis=1)
        luck = np.sqrt(_CHANCE_OPEN**2 * whole + counting_sd**2)
        return np.maximum(whole + luck * self._luck(), 0.0)

    def waiting(self, k: int) -> Floats:
        """How many are inside varies about its mean; who waits is what is above the places."""
        inside, slots = (self._course.state(which)[:, k, 0] for which in (c.INSIDE, c.SLOTS))
        root = np.sqrt(np.maximum(self._course.state(c.VARIANCE)[:, k, 0], 0.0))
        return np.maximum(inside + root * self._luck() - slots, 0.0)

    def counted(self, values: Floats) -> Floats:
        return np.maximum(values + self._count * np.sqrt(values) * self._luck(), 0.0)

    def abandonment(self, k: int) -> Floats:
        came = self._course.flow(c.ARRIVED)[:, k, 0] - self._course.flow(c.LISTED)[:, k, 0]
        lost = self._course.flow(c.ABANDONED)[:, k, 0]
        lost = np.maximum(lost + _CHANCE_LOST * np.sqrt(lost) * self._luck(), 0.0)
        known = came > 0.5
        share = np.minimum(lost / np.where(known, came, 1.0), 1.0)
        return np.where(known, share, np.nan)


def _band(values: Floats) -> Band:
    """Of times × members; unknown where most members are."""
    known = ~np.isnan(values)
    enough = known.mean(axis=1) >= 0.5
    found = np.full((3, len(values)), np.nan)
    if enough.any():
        found[:, enough] = np.nanquantile(values[enough], (0.1, 0.5, 0.9), axis=1)
    return Band(_series(found[0]), _series(found[1]), _series(found[2]))


def _keep(
    kept: dict[str, dict[str, dict[int, tuple[float, ...]]]],
    figure: str,
    channel: str,
    values: Floats,
) -> None:
    for horizon in HORIZONS:
        if horizon <= len(values) and not np.isnan(values[horizon - 1]).mean() >= 0.5:
            found = np.nanquantile(values[horizon - 1], SHARES).tolist()
            row = kept.setdefault(figure, {}).setdefault(channel, {})
            row[horizon] = tuple(map(_short, found))


def _series(values: Floats) -> Series:
    return tuple(None if np.isnan(v) else _short(v) for v in np.asarray(values).tolist())


def _short(value: float) -> float:
    """No more digits than anybody can know."""
    return round(value, 3 if abs(value) < 10.0 else 1)


def _middles(values: Floats) -> Floats:
    """Times × channels. Unknown in most members is unknown."""
    return np.asarray(np.median(values[:, :, 0], axis=-1), np.float64)


def _total(course: Course, which: int) -> Series:
    """Since the beginning, all channels."""
    so_far: Floats = course.flow(which)[:, :, 0].sum(axis=1).cumsum(axis=0)
    return _series(np.asarray(np.median(so_far, axis=-1), np.float64))


def _hourly(course: Course) -> Floats:
    """Agents, the mean of each hour: times × channels."""
    agents = course.stack.agents[:, :, 0, 0]
    starts = np.arange(0, course.stack.steps, course.keep)
    sums = np.add.reduceat(agents, starts, axis=0)
    sizes = np.diff(np.append(starts, course.stack.steps))[:, None]
    return np.asarray(sums / sizes, np.float64)


def _begun(centre: Centre, gone: float) -> tuple[float, float]:
    """Issues and agent hours that are open when it begins."""
    issues = [w.inside + w.list_live + w.redialling + gone * w.reconnecting for w in centre.work]
    hours = [n * k.hours_per_issue for n, k in zip(issues, centre.channels, strict=True)]
    return sum(issues), sum(hours)


def _moved(centre: Centre, course: Course) -> Floats:
    """How many more than at the beginning wait in writing or for a callback, times × members."""
    written = [k for k, channel in enumerate(centre.channels) if channel.name in _WRITTEN]
    now = course.state(c.INSIDE)[:, written, 0].sum(axis=1)
    now = now + course.state(c.LIST_LIVE)[:, :, 0].sum(axis=1)
    then = sum(centre.work[k].inside for k in written) + sum(w.list_live for w in centre.work)
    return np.maximum(now - then, 0.0)


def _payback(found: Payoff) -> Payback:
    return Payback(
        hours=hours_or_never(found.hours),
        low_h=hours_or_never(found.low_h),
        high_h=hours_or_never(found.high_h),
        never=found.never,
        short=found.short,
        channel=found.channel,
        debt_h=round(found.debt_h, 2),
        missing=found.missing,
    )


__all__ = ["MEMBERS", "foretell"]
