"""The shifted-window control: how many attempts repeat an earlier one, without those customers who
would have come anyway.

Of each attempt it is looked whether its customer came in the `window` before (o), and whether they
came in a window of the same length a week earlier (c), too long ago to be about the same need. Then
``1 - (1 - o) / (1 - c)`` of the attempts are repeats.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.debt.attempts import UNKNOWN, Attempts, Ints

WINDOW_US = 48 * 3_600_000_000
SHIFT_US = 168 * 3_600_000_000
#: Of fewer attempts, or hours, nothing is told.
FEWEST = 100
LEAST_US = 12 * 3_600_000_000


@dataclass(frozen=True, slots=True)
class Corrected:
    """Repeats for each fresh attempt, with its standard error; `seen` and `anyway` are o and c.

    `from_us`: attempts from then on were told of. None where nothing can be said.
    """

    ratio: float
    error: float
    seen: float
    anyway: float
    attempts: int
    from_us: int


def corrected(
    attempts: Attempts, from_us: int, to_us: int, data_from_us: int,
    window_us: int = WINDOW_US, shift_us: int = SHIFT_US,
) -> Corrected | None:  # fmt: skip
    """Of the attempts in [from_us, to_us) whose customer is known.

    `attempts` must be all since `data_from_us`, in the order of customer and time. None where the
    history does not reach back for window and shift before at least half a day of them.
    """
    begin = max(from_us, data_from_us + window_us + shift_us)
    if to_us - begin < min(LEAST_US, to_us - from_us):
        return None
    a = attempts
    mine = np.flatnonzero(
        (a.entered_us >= begin) & (a.entered_us < to_us) & (a.customer != UNKNOWN)
    )
    if len(mine) < FEWEST:
        return None
    seen = came(a, mine, 0, window_us)
    anyway = came(a, mine, shift_us, window_us)
    o, c = float(seen.mean()), float(anyway.mean())
    if c >= 0.95 or o >= 1.0:
        return None
    share = 1.0 - (1.0 - o) / (1.0 - c)
    # Attempts of one customer are no independent facts: the error is that of sums by customer.
    pull = (seen - o) / (1.0 - c) - (1.0 - o) * (anyway - c) / (1.0 - c) ** 2
    first = np.ones(len(mine), np.bool_)
    first[1:] = a.customer[mine][1:] != a.customer[mine][:-1]
    sums = np.add.reduceat(pull, np.flatnonzero(first))
    error = float(np.sqrt(sums @ sums)) / len(mine)
    return Corrected(share / (1.0 - share), error / (1.0 - share) ** 2, o, c, len(mine), begin)


def came(a: Attempts, mine: Ints, back_us: int, window_us: int) -> NDArray[np.float64]:
    """1 for each of these attempts whose customer came in the window that ended `back_us` before
    it, else 0."""
    if back_us == 0:
        last = mine - 1
    else:
        last = _last_before(a, mine, a.entered_us[mine] - back_us)
    there = np.maximum(last, 0)
    hit = (last >= 0) & (a.customer[there] == a.customer[mine])
    hit &= a.entered_us[mine] - back_us - a.entered_us[there] <= window_us
    return hit.astype(np.float64)


def _last_before(a: Attempts, mine: Ints, at_us: Ints) -> Ints:
    """The place of the customer's last attempt before these times, or of anything before it."""
    base = int(a.entered_us.min(initial=0))
    # Customer and time in one number: half milliseconds of 12 days are 31 bits.
    unit = max((int(a.entered_us.max(initial=0)) - base) >> 31, 1) + 1
    key = (a.customer.astype(np.int64) << 32) + (a.entered_us - base) // unit
    wanted = (a.customer[mine].astype(np.int64) << 32) + np.maximum(at_us - base, -1) // unit
    return np.searchsorted(key, wanted, side="left") - 1


__all__ = ["FEWEST", "SHIFT_US", "WINDOW_US", "Corrected", "came", "corrected"]
