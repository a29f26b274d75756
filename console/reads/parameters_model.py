"""Parameters as the forecast takes them. Brings numpy: import it where it is used."""

from dataclasses import dataclass, replace
from math import exp, inf, log

import numpy as np

from console.domain.parameters import BY_NAME, MEASURED, SET, Fresh, Parameters
from console.domain.times import HOUR
from console.forecast.centre import Callback, Channel
from console.forecast.estimate import Counts, Estimate, Z
from console.forecast.estimate_spread import Known, estimated_spread
from console.forecast.normal import Floats
from console.forecast.spread import Spread
from console.reads.parameters_estimates import INTERVAL_H, clock_places

#: A level that is not the usual one comes half of the way back in so long.
HALF_LIFE_H = 24.0
_FEWEST_DAYS = 0.5
# Where nearly everybody comes again, a logit must move far to move the share at all.
_WIDEST = 0.6


@dataclass(frozen=True, slots=True)
class Model:
    """`channels` in the order of the parameters; `unknown` are those that cannot be forecast, with
    the reason: nothing was ever answered there, say."""

    parameters: Parameters
    channels: tuple[Channel, ...]
    spread: Spread
    unknown: tuple[tuple[str, str], ...] = ()

    def fresh(self, now_us: int, hours: float, interval_h: float) -> Floats:
        """New needs in an hour, channels by intervals, from `now_us` on; no NaN."""
        number = round(hours / interval_h)
        ahead_h: Floats = (np.arange(number, dtype=np.float64) + 0.5) * interval_h
        starts = [int(now_us + each * HOUR) for each in ahead_h.tolist()]
        slots, _ = clock_places(starts)
        weeks = {each.channel: each for each in self.parameters.fresh}
        rows = [self._of(weeks.get(c.name), c.name, slots, ahead_h) for c in self.channels]
        return np.array(rows).reshape(len(self.channels), number)

    def _of(self, week: Fresh | None, channel: str, slots: Counts, ahead_h: Floats) -> Floats:
        if week is None:
            return np.zeros(len(ahead_h))
        places = (slots * INTERVAL_H / week.interval_h).astype(np.int64) % len(week.rate)
        rate: Floats = np.array(week.rate)[places]
        return rate * self._scale(channel) * self._level(channel, ahead_h)

    def _scale(self, channel: str) -> float:
        """Of a mean that was set by hand, against the measured one."""
        row = self.parameters.of(channel, "fresh")
        if row is None or row.origin != SET or row.measured is None or not row.measured.value:
            return 1.0
        return float(row.value or 0.0) / row.measured.value

    def _level(self, channel: str, ahead_h: Floats) -> Floats:
        level = _value(self.parameters, channel, "level_now") or 1.0
        return 1.0 + (level - 1.0) * 0.5 ** (ahead_h / HALF_LIFE_H)


def as_model(parameters: Parameters, target_s: float = 20.0) -> Model:
    """Channels and their spread; a channel without a handling time is left out and named."""
    channels: list[Channel] = []
    unknown: list[tuple[str, str]] = []
    weeks = {each.channel for each in parameters.fresh}
    for name in parameters.channels:
        row = parameters.of(name, "handling")
        if row is None or not row.value:
            why = "" if row is None else row.cannot
            unknown.append((name, f"nobody knows how long a contact takes: {why or 'no data'}"))
        elif name not in weeks:
            unknown.append((name, "nobody was seen to come"))
        else:
            channels.append(_channel(parameters, name, target_s))
    names = {channel.name for channel in channels}
    kept = tuple(_within(channel, names) for channel in channels)
    return Model(parameters, kept, _spread(parameters, kept), tuple(unknown))


def _channel(parameters: Parameters, name: str, target_s: float) -> Channel:
    def of(what: str, otherwise: float) -> float:
        value = _value(parameters, name, what)
        return otherwise if value is None else value

    resolution = min(of("resolution", 0.7), 1.0)
    back = of("reconnect", 0.0)
    patience = _value(parameters, name, "patience")
    handling = of("handling", 0.1)
    returns = _shares(parameters, name, "goes_to")
    return Channel(
        name,
        handling_h=handling,
        concurrency=max(of("concurrency", 1.0), 1.0),
        patience_h=patience or inf,
        redial=of("redial", 0.0) if patience else 0.0,
        redial_delay_h=of("redial_delay", 0.7),
        resolution=resolution,
        reconnect=min(back / max(1.0 - resolution, 1e-6), 1.0),
        reconnect_delay_h=of("reconnect_delay", 8.0),
        chase=of("chase", 0.0),
        chase_to=_chases(parameters, name),
        copy_h=of("copy", 0.0) if parameters.of(name, "chase") else 0.0,
        handling_growth=max(of("handling_growth", 0.0), 0.0) if _sure(parameters, name) else 0.0,
        administration_h=of("administration", 0.0) * of("wrapup", 0.0),
        returns_to=returns,
        closed_to=_shares(parameters, name, "closed_to"),
        closed_hold=of("closed_hold", 0.4),
        callback=_callback(parameters, name),
        target_s=target_s,
    )


def _value(parameters: Parameters, channel: str, name: str) -> float | None:
    """In the models' unit."""
    row = parameters.of(channel, name)
    if row is None or row.value is None:
        return None
    return row.value * BY_NAME[row.kind].scale


def _sure(parameters: Parameters, channel: str) -> bool:
    """Growth that may as well be none is none."""
    row = parameters.of(channel, "handling_growth")
    if row is None:
        return False
    return row.origin == SET or (row.low is not None and row.low > 0.0)


def _shares(parameters: Parameters, channel: str, name: str) -> dict[str, float]:
    found = {
        row.to: row.value * BY_NAME[name].scale
        for row in parameters.rows
        if row.channel == channel and row.kind == name and row.value
    }
    whole = sum(found.values())
    return {to: part / whole for to, part in found.items()} if whole > 1.0 else found


def _chases(parameters: Parameters, channel: str) -> str:
    return next((to for to in ("voice", "chat") if to != channel and to in parameters.channels), "")


def _callback(parameters: Parameters, channel: str) -> Callback | None:
    if parameters.of(channel, "accepted") is None:
        return None
    usual = Callback()

    def of(name: str, otherwise: float) -> float:
        value = _value(parameters, channel, name)
        return otherwise if value is None else value

    return Callback(
        accepted=of("accepted", usual.accepted),
        reached=of("reached", usual.reached),
        failed_dial_h=of("failed_dial", usual.failed_dial_h),
        calls_in=of("calls_in", usual.calls_in),
        gives_up=of("gives_up", usual.gives_up),
    )


def _within(channel: Channel, names: set[str]) -> Channel:
    """Moves to channels that are not forecast stay."""
    return replace(
        channel,
        chase=channel.chase if channel.chase_to in names else 0.0,
        returns_to={to: part for to, part in channel.returns_to.items() if to in names},
        closed_to={to: part for to, part in channel.closed_to.items() if to in names},
    )


def _spread(parameters: Parameters, channels: tuple[Channel, ...]) -> Spread:
    """Of the busiest channel: one parameter's error is the same for all."""
    busy = max(channels, key=lambda c: _load(parameters, c), default=None)
    if busy is None:
        return Spread()
    x = _estimate(parameters, busy.name, "reconnect")
    known = Known(
        handling=_estimate(parameters, busy.name, "handling"),
        patience=_estimate(parameters, busy.name, "patience"),
        redial=_estimate(parameters, busy.name, "redial"),
        redial_delay=_estimate(parameters, busy.name, "redial_delay"),
        resolution=_estimate(parameters, busy.name, "resolution"),
        reconnect=_of_unresolved(x, busy),
        reconnect_delay=_estimate(parameters, busy.name, "reconnect_delay"),
    )
    sd = _value(parameters, busy.name, "level_sd")
    days = max(parameters.span_h / 24.0, _FEWEST_DAYS)
    found = estimated_spread(known)
    # The mean of few days is uncertain itself, and the coming day differs from it too.
    level = found.level if sd is None else sd * (1.0 + 1.0 / days) ** 0.5
    return replace(found, level=level, data_h=parameters.span_h or None)


def _load(parameters: Parameters, channel: Channel) -> float:
    return (_value(parameters, channel.name, "fresh") or 0.0) * channel.hours_per_issue


def _estimate(parameters: Parameters, channel: str, name: str) -> Estimate | None:
    row = parameters.of(channel, name)
    if row is None or row.origin != MEASURED or row.measured is None:
        return None
    m, scale = row.measured, BY_NAME[name].scale
    return Estimate(m.value * scale, m.low * scale, m.high * scale, m.number, m.span_h)


def _of_unresolved(x: Estimate | None, channel: Channel) -> Estimate | None:
    """Who comes again of those who were not helped (v), whose logit is drawn: so wide that x then
    varies as its estimate does."""
    if x is None:
        return None
    value = min(max(channel.reconnect, 1e-3), 0.99)
    width = min(x.log_sd / (1.0 - value), _WIDEST) * Z
    odds = log(value / (1.0 - value))
    low, high = (1.0 / (1.0 + exp(-each)) for each in (odds - width, odds + width))
    return Estimate(value, low, high, x.number, x.span_h)


__all__ = ["HALF_LIFE_H", "Model", "as_model"]
