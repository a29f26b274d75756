"""The gauge of contact debt: needs that tried to reach us and are not met, beside what is usual."""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

from console.debt.flow import Flow, flow, hourly
from console.debt.issues import Issues
from console.debt.past import ENOUGH_US, Past
from console.debt.returns import Curve, Floats
from console.debt.shifted import WINDOW_US
from console.debt.stock import Courses, Stock, courses, stock
from console.domain.debt import (
    Act,
    ChannelDebt,
    DebtGauge,
    DebtHours,
    Ends,
    Measure,
    OpenIssues,
    TrendPoint,
)

HOUR = 3_600_000_000
_Z = 1.96
#: Student's quantile of 97.5 % by how many weeks there are.
_STUDENT = {2: 12.71, 3: 4.30, 4: 3.18}
#: Channels in which a need can lie for long without anybody waiting on a line.
WRITTEN = frozenset(("email", "social"))


@dataclass(frozen=True, slots=True)
class Beside:
    """What the gauge needs and attempts do not tell. `stale`: promises to customers who have come
    by themselves meanwhile; `dial_s`: an agent's seconds for a dial that reaches nobody; None:
    unknown. `doubts`: in words."""

    owed_h: float | None = None
    stale: int | None = None
    dial_s: float | None = None
    acts: tuple[Act, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """The full hours of two days: what has been will not change when more comes in.

    `moved`: needs that waited in writing or for a callback then.
    """

    until: int
    points: tuple[TrendPoint, ...]
    moved: tuple[float, ...]


def course(issues: Issues, past: Past, at: int) -> Course:
    """Of the full hours before an instant, and two days back."""
    until = at - at % HOUR
    instants = until - HOUR * np.arange(48, -1, -1, dtype=np.int64)
    found = stock(issues, instants, past.returns)
    edges = np.append(instants[0] - HOUR, instants)
    attempts, needs = hourly(issues, edges)
    minutes, total = _minutes(past, issues.attempts.channels), found.total
    points: list[TrendPoint] = []
    for place, instant in enumerate(instants):
        here = None if total is None else float(total[place].sum())
        in_hours = None if total is None else _in_hours(total[place], minutes)
        points.append(TrendPoint(int(instant), here, in_hours, attempts[place], needs[place]))
    names = issues.attempts.channels
    moved = tuple(_moved(found, names, place) for place in range(len(instants)))
    return Course(until, tuple(points), moved)


def _moved(found: Stock, names: tuple[str, ...], place: int) -> float:
    written = [n for n, name in enumerate(names) if name in WRITTEN]
    return float(found.promised[place].sum() + found.inside[place, written].sum())


def gauge(
    issues: Issues,
    past: Past,
    at: int,
    beside: Beside | None = None,
    known: Course | None = None,
) -> DebtGauge:
    """At an instant, over the two days before it.

    `issues` may be those of the last week only, all that are open included. `known` is the course
    of the full hours, where that is known.
    """
    beside = beside or Beside()
    a = issues.attempts
    from_us = at - WINDOW_US
    now = flow(issues, from_us, at)
    where = courses(issues)
    open_ = stock(issues, np.array([at], np.int64), past.returns, where)
    known = known or course(issues, past, at)
    minutes = _minutes(past, a.channels)
    whole = max(past.data_from, from_us) <= from_us
    keyless = 1.0 - now.keyed / now.attempts if now.attempts else None
    scale = now.attempts / now.keyed if now.keyed else 1.0
    total = _total(open_)
    return DebtGauge(
        at=at,
        window_h=WINDOW_US / HOUR,
        data_from=past.data_from,
        data_until=a.until_us,
        attempts=now.attempts,
        needs=round(now.needs * scale),
        keyless=keyless,
        gross=None if now.per_need is None else now.per_need - 1.0,
        normal=_normal(past),
        excess=_excess(now, past, whole),
        corrected=_corrected(past),
        open=OpenIssues(
            round(float(open_.inside[-1].sum())),
            _gone(open_.redial, past.returns.redial, past.note),
            _gone(open_.reconnect, past.returns.reconnect, past.note),
            round(float(open_.promised[-1].sum())),
            total,
        ),
        usual_open=_usual(past),
        hours=_hours(open_, minutes, a.channels, beside),
        ends=_ends(issues, past, where, at, _moved(open_, a.channels, 0), known),
        channels=_channels(now, open_, minutes, a.channels),
        trend=_trend(issues, open_, minutes, at, past.data_from, known),
        acts=beside.acts,
        doubts=_doubts(now, past, beside, keyless),
        short_h=max(0.0, (ENOUGH_US - (at - past.data_from)) / HOUR),
    )


def days(hours: float) -> str:
    """How much more history is needed, in words."""
    return f"{hours / 24:.0f} more days" if hours > 36 else f"{max(hours, 1.0):.0f} more hours"


def _missing(past: Past) -> str:
    short = (ENOUGH_US - (past.at - past.data_from)) / HOUR
    return f"needs {days(short)} of history" if short > 0 else ""


def _normal(past: Past) -> Measure:
    ratios = [each.per_need for each in past.weeks if each.per_need is not None]
    if not ratios:
        return Measure(note=_missing(past) or "too few contacts in the past weeks")
    number = len(ratios)
    words = f"of {number} past week{'s' if number > 1 else ''}"
    return Measure(sum(ratios) / number, min(ratios), max(ratios), words)


def _excess(now: Flow, past: Past, whole: bool) -> Measure:
    ratios = [each.per_need for each in past.weeks if each.per_need is not None]
    if not ratios:
        return Measure(note=_missing(past) or "too few contacts in the past weeks")
    if now.per_need is None or now.error is None or not whole:
        return Measure(note="too few contacts")
    usual = sum(ratios) / len(ratios)
    middle = log(now.per_need / usual)
    of_now = (now.error / now.per_need) ** 2
    if len(ratios) > 1:
        logs = [log(ratio) for ratio in ratios]
        mean = sum(logs) / len(logs)
        spread = sum((each - mean) ** 2 for each in logs) / (len(logs) - 1)
        of_weeks = spread / len(logs)
        half = sqrt(of_now * _Z**2 + of_weeks * _STUDENT[len(ratios)] ** 2)
        note = f"of {len(ratios)} past weeks"
    else:
        half = _Z * sqrt(of_now + ((past.weeks[0].error or 0.0) / ratios[0]) ** 2)
        note = "of one past week: how much weeks differ is not known"
    return Measure(exp(middle) - 1.0, exp(middle - half) - 1.0, exp(middle + half) - 1.0, note)


def _corrected(past: Past) -> Measure:
    found = past.corrected
    if found is None:
        return Measure(note=_missing(past) or "too few contacts with a known customer")
    half = _Z * found.error
    hours = (past.at - found.from_us) / HOUR
    note = "" if hours > 47.5 else f"of the last {hours:.0f} hours only"
    return Measure(found.ratio, found.ratio - half, found.ratio + half, note)


def _usual(past: Past) -> Measure:
    if not past.open:
        return Measure(note=_missing(past))
    return Measure(
        sum(past.open) / len(past.open), min(past.open), max(past.open),
        f"of {len(past.open)} past week{'s' if len(past.open) > 1 else ''}",
    )  # fmt: skip


def _total(found: Stock) -> Measure:
    least = float((found.inside + found.promised)[-1].sum())
    total = found.total
    if total is None:
        return Measure(None, least, None, "who comes again is not known yet")
    value, half = float(total[-1].sum()), _Z * float(found.error[-1])
    return Measure(value, max(least, value - half), value + half)


def _gone(expected: Floats | None, curve: Curve | None, note: str) -> Measure:
    if expected is None or curve is None:
        return Measure(note="needs about 3 days of history")
    return Measure(float(expected[-1].sum()), note=note or curve.note)


def _minutes(past: Past, names: tuple[str, ...]) -> tuple[float | None, ...]:
    """Of each channel: an agent's minutes until a need is met, with all its attempts."""
    back = past.returns.reconnect
    if back is None:
        return tuple(None for _ in names)
    again = min(back.chance[0], 0.9)
    told = {name: each.seconds for name, each in past.handling.items()}
    return tuple(
        None if (seconds := told.get(name)) is None else seconds / 60.0 / (1.0 - again)
        for name in names
    )


def _in_hours(open_: Floats, minutes: tuple[float | None, ...]) -> float | None:
    told = [
        float(number) * each / 60.0
        for number, each in zip(open_, minutes, strict=True)
        if each is not None
    ]
    return sum(told) if told else None


def _hours(
    open_: Stock, minutes: tuple[float | None, ...], names: tuple[str, ...], beside: Beside
) -> DebtHours:
    total = open_.total
    stale = None
    if beside.stale == 0:
        stale = 0.0
    elif beside.stale is not None and beside.dial_s is not None:
        stale = beside.stale * beside.dial_s / 3600.0
    if total is None:
        return DebtHours(None, stale, beside.owed_h, None)
    issues = _in_hours(total[-1], minutes)
    left = tuple(
        name
        for name, number, each in zip(names, total[-1], minutes, strict=True)
        if each is None and number >= 0.5
    )
    whole = None if issues is None else issues + (stale or 0.0) + (beside.owed_h or 0.0)
    return DebtHours(issues, stale, beside.owed_h, whole, tuple(sorted(left)))


def _ends(issues: Issues, past: Past, c: Courses, at: int, moved: float, known: Course) -> Ends:
    over = issues.keyed & (c.gone_from >= at - WINDOW_US) & (c.gone_from < at) & (c.gone_to > at)
    over &= c.promised_to <= at
    found: list[Measure] = []
    for curve, which in ((past.returns.reconnect, c.answered), (past.returns.redial, ~c.answered)):
        if curve is None:
            found.append(Measure(note="needs about 3 days of history"))
            continue
        # Told to the quarter of an hour, as the open ones are.
        quarters = np.bincount((at - c.gone_from[over & which]) // (HOUR // 4))
        ages = np.arange(0.125, 0.25 * len(quarters), 0.25, dtype=np.float64)
        chance, error = curve.at(ages), curve.error_at(ages)
        value = float((quarters * (1.0 - chance)).sum())
        variance = float((quarters * chance * (1.0 - chance)).sum())
        half = _Z * sqrt(variance + float((quarters * error).sum()) ** 2)
        found.append(Measure(value, max(0.0, value - half), value + half))
    paid, given_up = found
    before = at - 24 * HOUR
    if past.data_from > before:
        return Ends(paid, given_up, Measure(note="needs a day of history"))
    near = min(range(len(known.points)), key=lambda n: abs(known.points[n].at - before))
    return Ends(paid, given_up, Measure(moved - known.moved[near]))


def _channels(
    now: Flow, open_: Stock, minutes: tuple[float | None, ...], names: tuple[str, ...]
) -> tuple[ChannelDebt, ...]:
    total = open_.total
    rows: list[ChannelDebt] = []
    for place, (name, of) in enumerate(zip(names, now.channels, strict=True)):
        here = None if total is None else float(total[-1][place])
        each = minutes[place]
        keyed = of.attempts - of.keyless
        rows.append(
            ChannelDebt(
                name, of.attempts, round(of.needs * (of.attempts / keyed if keyed else 1.0)),
                of.redials, of.reconnects, of.chases, of.keyless, here, each,
                None if here is None or each is None else here * each / 60.0,
            )
        )  # fmt: skip
    shown = (row for row in rows if row.attempts or (row.open or 0.0) >= 0.5)
    return tuple(sorted(shown, key=lambda row: row.channel))


def _trend(
    issues: Issues,
    open_: Stock,
    minutes: tuple[float | None, ...],
    at: int,
    data_from: int,
    known: Course,
) -> tuple[TrendPoint, ...]:
    """The full hours, and now; nothing where nobody has ever come."""
    if not len(issues.attempts):
        return ()
    points = [point for point in known.points if data_from <= point.at < at]
    if at >= data_from:
        attempts, needs = hourly(issues, np.array([at - HOUR, at], np.int64))
        total = open_.total
        here = None if total is None else float(total[0].sum())
        in_hours = None if total is None else _in_hours(total[0], minutes)
        points.append(TrendPoint(at, here, in_hours, attempts[0], needs[0]))
    return tuple(points)


def _doubts(now: Flow, past: Past, beside: Beside, keyless: float | None) -> tuple[str, ...]:
    found: list[str] = []
    if missing := _missing(past):
        found.append(f"The excess over the normal week {missing}.")
    elif len(past.weeks) < 3:
        number = "one past week" if len(past.weeks) == 1 else f"{len(past.weeks)} past weeks"
        found.append(f"The normal is that of {number} only.")
    if past.note:
        found.append("Who comes again is estimated from a short history, without a control.")
    elif past.returns.redial is not None and past.returns.redial.note:
        found.append("Who would have come anyway is counted among those expected again.")
    if keyless is not None and keyless >= 0.005:
        found.append(
            f"{100 * keyless:.0f}\u202f% of the attempts name no customer: they are left out where "
            "repeats are counted, and scaled up."
        )
    return (*found, *beside.doubts)


__all__ = ["WRITTEN", "Beside", "Course", "course", "days", "gauge"]
