"""Forecasts in sentences for a leader: when the debt is paid, how good earlier ones were."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from console.domain.foretold import (
    ABANDONMENT,
    OPEN,
    TITLES,
    WAITING,
    Apart,
    Forecast,
    Miss,
    Payback,
    Score,
)
from console.domain.times import HOUR, SECOND

_FEW = 6
#: Debt below this is work in progress of anybody's afternoon.
_NOTHING_H = 0.5
#: Less than this is no bias that anybody need allow for.
_SMALL = 0.07


def words_of(
    forecasts: int,
    scores: Sequence[Score],
    misses: Sequence[Miss],
    lately: Mapping[tuple[str, str], tuple[int, int, int]],
    apart: Sequence[Apart],
) -> tuple[str, ...]:
    """The newest misses, then the whole, then what could not be judged."""
    found: list[str] = []
    for miss in misses[:3]:
        words = miss_words(miss)
        low, high, of = lately.get((miss.figure, miss.channel), (0, 0, 0))
        if low >= 1 and of:
            words += f" Too low in {low} of {_hours(of)}."
        elif high >= 1 and of:
            words += f" Too high in {high} of {_hours(of)}."
        found.append(words)
    if total := _whole(scores):
        found.append(total)
    if not scores:
        found.append(f"{_count(forecasts, 'forecast')} kept; none can be judged yet.")
    for row in apart[-3:]:
        found.append(
            f"{clock(row.at)} “{row.title}”: forecasts from before it say nothing of the time "
            f"after it; {_count(row.number, 'figure')} left out."
        )
    return tuple(found)


def miss_words(miss: Miss) -> str:
    """“The forecast of 09:15 said 20 to 35 waiting in voice at 10:15; 61 were.”"""
    what = TITLES[miss.figure]
    if miss.figure == ABANDONMENT:
        low, high, came = (f"{100 * value:.0f}" for value in (miss.low, miss.high, miss.came))
        band, it = f"{low} to {high} % abandonment", f"it was {came} %"
    else:
        band = f"{miss.low:.0f} to {miss.high:.0f} {what}"
        it = f"{miss.came:.0f} were" if miss.figure in (OPEN, WAITING) else f"{miss.came:.0f} came"
    where = f" in {miss.channel}" if miss.channel else ""
    return f"The forecast of {clock(miss.at)} said {band}{where} at {clock(miss.of)}; {it}."


def _whole(scores: Sequence[Score]) -> str:
    number = sum(score.number for score in scores)
    if not number:
        return ""
    held = sum(score.held for score in scores)
    parts = [
        f"{100 * sum(s.held for s in some) / max(sum(s.number for s in some), 1):.0f} % {name}"
        for name, some in (
            ("an hour ahead", [s for s in scores if s.horizon_h == 1]),
            ("8 hours ahead", [s for s in scores if s.horizon_h == 8]),
            ("a day ahead", [s for s in scores if s.horizon_h == 24]),
        )
        if some
    ]
    return (
        f"The bands are meant to hold 80 % of what comes; they held {100 * held / number:.0f} % "
        f"({', '.join(parts)})."
    )


def bias_words(scores: Sequence[Score]) -> str:
    """What the present one may be off by, if it errs like those before it; empty: no habit."""
    worst: Score | None = None
    for score in scores:
        if score.figure not in (OPEN, WAITING) or score.number < _FEW or score.relative is None:
            continue
        if score.figure == WAITING and abs(score.bias) < 3.0:
            continue
        outside = max(score.below, score.above) / score.number
        if abs(score.relative) < _SMALL or outside < 0.25:
            continue
        if worst is None or _weight(score) > _weight(worst):
            worst = score
    if worst is None or worst.relative is None:
        return ""
    way = "low" if worst.bias > 0 else "high"
    where = f" in {worst.channel}" if worst.channel else ""
    return (
        f"Forecasts before this one were {abs(100 * worst.relative):.0f} % too {way} for "
        f"{TITLES[worst.figure]}{where} {worst.horizon_h} h ahead: allow for it."
    )


def _weight(score: Score) -> tuple[bool, float]:
    """Open issues before the queue of one channel."""
    return score.figure == OPEN, abs(score.relative or 0.0)


def payback_words(forecast: Forecast) -> tuple[str, str]:
    """The big words, and a sentence behind them: “paid off about Thu 03:00 (01:00 to 07:00)”,
    “never: 6 more agents in voice”, “debt will grow: 6 more agents in voice needed”."""
    found, at = forecast.payback, forecast.at
    pooled = _pooled_words(forecast)
    if found.debt_h <= _NOTHING_H and found.hours is not None:
        return "no debt", "What is open is the work of any calm hour."
    share = f"in {round(100 * found.never)} of 100 courses never"
    if found.hours is None:
        many = _missing(found)
        if found.debt_h <= _NOTHING_H:
            return f"debt will grow: {many} needed" if many else "debt will grow", (
                "What is open now is the work of any calm hour, but more comes in a day than is "
                f"served; {share}.{pooled}"
            )
        words = f"never: {many}" if many else "never"
        would = f"{many} at all hours would let it" if many else "it grows in some channel"
        return words, (
            f"{_about(found.debt_h)} h of debt; it does not shrink by itself: {would}; {share}."
            f"{pooled}"
        )
    middle = clock(at + round(found.hours * HOUR))
    low = clock(at + round((found.low_h or 0.0) * HOUR))
    if found.high_h is None:
        return f"paid off about {middle}, or never", (
            f"{_about(found.debt_h)} h of debt; at the earliest {low}, {share}.{pooled}"
        )
    high = clock(at + round(found.high_h * HOUR))
    day = middle.split(" ")[0]
    band = f"{low.removeprefix(f'{day} ')} to {high.removeprefix(f'{day} ')}"
    sure = f" ({share})" if found.never > 0.02 else ""
    return f"paid off about {middle} ({band})", (
        f"{_about(found.debt_h)} h of debt, {found.channel} is the last to be paid{sure}. An upper "
        f"bound: whoever gives up meanwhile is not counted as paid.{pooled}"
    )


def _missing(found: Payback) -> str:
    """“6 more agents in voice and 2 in email”."""
    if not found.missing:
        return _count(found.short, "more agent") if found.short else ""
    parts = [f"{number} in {channel}" for channel, number in found.missing]
    first, channel = found.missing[0][1], found.missing[0][0]
    parts[0] = f"{_count(first, 'more agent')} in {channel}"
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def _pooled_words(forecast: Forecast) -> str:
    """What it would be if everybody served everything, where that is another thing."""
    own, pooled = forecast.payback, forecast.pooled
    if pooled.hours is None or (own.hours is not None and own.hours - pooled.hours < 4.0):
        return ""
    when = clock(forecast.at + round(pooled.hours * HOUR))
    return f" If everybody served every channel: about {when}."


def _about(hours: float) -> str:
    return f"{hours:.1f}" if hours < 10.0 else f"{hours:.0f}"


def clock(at: int) -> str:
    return datetime.fromtimestamp(at / SECOND).strftime("%a %H:%M")


def _hours(number: int) -> str:
    return f"{number} hour{'' if number == 1 else 's'}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


__all__ = ["bias_words", "clock", "miss_words", "payback_words", "words_of"]
