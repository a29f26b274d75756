"""What is usual at this centre, out of its own history: the part of the gauge that moves slowly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from console.debt.attempts import COLUMNS, Attempts, Ints
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


def by_customer(attempts: Attempts) -> Attempts:
    """In the order of customer and time."""
    return in_order((attempts,), (np.arange(len(attempts)),))


def in_order(parts: Sequence[Attempts], places: Sequence[Ints]) -> Attempts:
    """Those at these places of each part, in the order of customer and time.

    Codes must be of one history. Each column is copied once: there may be millions.
    """

    def column(name: str) -> NDArray[Any]:
        some = [getattr(part, name)[at] for part, at in zip(parts, places, strict=True)]
        return np.concatenate(some)

    customer, entered = column("customer"), column("entered_us")
    base = int(entered.min(initial=0))
    unit = max((int(entered.max(initial=0)) - base) >> 31, 1) + 1
    if unit > 1_000_000:
        order = np.lexsort((entered, customer))
    else:
        key = ((customer.astype(np.int64) + 1) << 32) + (entered - base) // unit
        order = np.argsort(key, kind="stable")
        del key
    del customer, entered
    return replace(parts[-1], **{name: column(name)[order] for name in COLUMNS})


def past(
    parts: Sequence[Attempts],
    at: int,
    window_us: int,
    marks: Marks | None = None,
    instead: Callable[[Attempts], Returns | None] | None = None,
) -> Past:
    """`parts` are all attempts that are known, in any order; the last has all channels.

    `instead` estimates the returns where the history is too short to count them.
    """
    number = sum(map(len, parts))
    data_from = min((int(part.entered_us.min()) for part in parts if len(part)), default=at)
    # Of millions the newest suffice, and the rest need not be copied.
    recent_from = data_from if number <= FEW else max(data_from, at - RECENT_US)
    recent = in_order(parts, [np.flatnonzero(part.entered_us >= recent_from) for part in parts])
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
        of_week, total = _week(parts, then, window_us, marks, counted)
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
    parts: Sequence[Attempts], then: int, window_us: int, marks: Marks | None, counted: Returns
) -> tuple[Flow, float | None]:
    """The two days before an instant, and the needs that were open then; None: unknown."""
    since = then - max(WINDOW_US, FOLLOW_US) - window_us
    # What was open for longer then, in writing say, is open too.
    near = [
        np.flatnonzero(
            (a.entered_us < then)
            & ((a.entered_us >= since) | (a.ended_us < 0) | (a.ended_us >= then))
        )
        for a in parts
    ]
    issues = join(in_order(parts, near), window_us, marks)
    total = None
    if counted.redial is not None and counted.reconnect is not None:
        found = stock(issues, np.array([then], np.int64), counted).total
        total = None if found is None else float(found.sum())
    return flow(issues, then - WINDOW_US, then), total


__all__ = ["ENOUGH_US", "WEEKS", "Past", "by_customer", "in_order", "past"]
