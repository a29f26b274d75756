"""What is usual at this centre, out of its own history: the part of the gauge that moves slowly."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from console.debt.attempts import Attempts, Ints
from console.debt.flow import Flow, flow
from console.debt.handling import Handling, handling
from console.debt.issues import Marks, join
from console.debt.returns import FOLLOW_US, Returns, returns
from console.debt.shifted import SHIFT_US, WINDOW_US, Corrected, corrected
from console.debt.stock import stock

#: So many past weeks are the measure.
WEEKS = 4
#: Of more attempts than so many those of the last two weeks tell what is usual.
FEW, RECENT_US = 200_000, 2 * SHIFT_US
#: All of the gauge can be told from this much history on: the window, the control's window before
#: it, and the week between them.
ENOUGH_US = 2 * WINDOW_US + SHIFT_US


@dataclass(frozen=True, slots=True)
class Past:
    """`weeks` and `open` are of the same hours of the past weeks, the newest first."""

    at: int
    data_from: int
    returns: Returns
    handling: dict[str, Handling]  # by channel
    weeks: tuple[Flow, ...]
    open: tuple[float, ...]
    corrected: Corrected | None
    note: str = ""  # of the returns, where they are told in another way


def by_customer(attempts: Attempts, places: Ints | None = None) -> Attempts:
    """In the order of customer and time: all, or those at these places. Copied once only."""
    customer, entered = attempts.customer, attempts.entered_us
    if places is not None:
        customer, entered = customer[places], entered[places]
    base = int(entered.min(initial=0))
    unit = max((int(entered.max(initial=0)) - base) >> 31, 1) + 1
    if unit > 1_000_000:
        order = np.lexsort((entered, customer))
    else:
        key = ((customer.astype(np.int64) + 1) << 32) + (entered - base) // unit
        order = np.argsort(key, kind="stable")
    return attempts.taken(order if places is None else places[order])


def past(
    attempts: Attempts,
    at: int,
    window_us: int,
    marks: Marks | None = None,
    instead: Callable[[Attempts], Returns | None] | None = None,
) -> Past:
    """`attempts` are all that are known, in any order.

    `instead` estimates the returns where the history is too short to count them.
    """
    data_from = int(attempts.entered_us.min()) if len(attempts) else at
    # Of millions the newest suffice, and the rest need not be copied.
    recent_from = data_from if len(attempts) <= FEW else max(data_from, at - RECENT_US)
    recent = by_customer(attempts, np.flatnonzero(attempts.entered_us >= recent_from))
    counted, note = Returns(None, None), ""
    if at - data_from >= FOLLOW_US + FOLLOW_US // 4:
        counted = returns(recent, recent_from, at)
    if instead is not None and (counted.redial is None or counted.reconnect is None):
        other = instead(recent)
        if other is not None:
            redial, reconnect = counted.redial, counted.reconnect
            counted = Returns(redial or other.redial, reconnect or other.reconnect)
            note = "estimated from a short history"
    weeks: list[Flow] = []
    open_: list[float] = []
    for week in range(1, WEEKS + 1):
        then = at - week * SHIFT_US
        if then - WINDOW_US - window_us < data_from:
            break
        of_week, total = _week(attempts, then, window_us, marks, counted)
        if of_week.needs:
            weeks.append(of_week)
        if total is not None:
            open_.append(total)
    return Past(
        at,
        data_from,
        counted,
        dict(zip(recent.channels, handling(recent, at - SHIFT_US, at), strict=True)),
        tuple(weeks),
        tuple(open_),
        corrected(recent, at - WINDOW_US, at, recent_from),
        note,
    )


def _week(
    attempts: Attempts, then: int, window_us: int, marks: Marks | None, counted: Returns
) -> tuple[Flow, float | None]:
    """The two days before an instant, and the needs that were open then; None: unknown."""
    a = attempts
    since = then - max(WINDOW_US, FOLLOW_US) - window_us
    # What was open for longer then, in writing say, is open too.
    near = (a.entered_us < then) & (
        (a.entered_us >= since) | (a.ended_us < 0) | (a.ended_us >= then)
    )
    issues = join(by_customer(a, np.flatnonzero(near)), window_us, marks)
    total = None
    if counted.redial is not None and counted.reconnect is not None:
        found = stock(issues, np.array([then], np.int64), counted).total
        total = None if found is None else float(found.sum())
    return flow(issues, then - WINDOW_US, then), total


__all__ = ["ENOUGH_US", "WEEKS", "Past", "by_customer", "past"]
