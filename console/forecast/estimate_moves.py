"""Where customers go next, and what becomes of promised callbacks."""

from dataclasses import dataclass

import numpy as np

from console.forecast.estimate import Counts, Estimate, Flags, inverted, rate, share
from console.forecast.normal import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Repeats: the channel of an attempt and that of the next one, as places in a list of names.

    After giving up or an answer only: who waits still, or was promised a callback, moves otherwise.
    """

    channel: Counts
    next_channel: Counts


def estimate_switching(
    moves: Moves, names: tuple[str, ...], span_h: float
) -> dict[str, dict[str, Estimate]]:
    """For each channel that anybody came back from, the shares of the channels they came to."""
    number = len(names)
    pairs = np.bincount(moves.channel * number + moves.next_channel, minlength=number * number)
    table = pairs.reshape(number, number)
    found: dict[str, dict[str, Estimate]] = {}
    for place, name in enumerate(names):
        whole = int(table[place].sum())
        row = {
            other: estimate
            for n, other in enumerate(names)
            if (estimate := share(int(table[place, n]), whole, span_h)) is not None
        }
        if row:
            found[name] = row
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Dials:
    """Dials to customers on a callback list who had not called in meanwhile.

    `age_h` is how old the promise was. A voicemail that answers counts as reached on some
    platforms: the share is too high there.
    """

    age_h: Floats
    reached: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Promises:
    """Entries of a callback list: hours until each was dialled, called in, or the data ended."""

    hours: Floats
    called_in: Flags


@dataclass(frozen=True, slots=True)
class CallbackReach:
    """`by_age` has the reach for promises up to an age in hours: it falls where customers tire."""

    reached: Estimate | None
    by_age: tuple[tuple[float, Estimate], ...]
    calls_in: Estimate | None
    waits_h: Estimate | None


def estimate_reach(
    dials: Dials, promises: Promises, span_h: float, ages_h: tuple[float, ...] = (0.5, 1, 2, 4, 8)
) -> CallbackReach:
    """Reach per dial, and the rate at which customers on the list call by themselves (chi)."""
    by_age: list[tuple[float, Estimate]] = []
    before = 0.0
    for age in ages_h:
        within = (dials.age_h >= before) & (dials.age_h < age)
        estimate = share(int(dials.reached[within].sum()), int(within.sum()), span_h)
        if estimate is not None:
            by_age.append((age, estimate))
        before = age
    calls = rate(int(promises.called_in.sum()), float(promises.hours.sum()), span_h)
    return CallbackReach(
        reached=share(int(dials.reached.sum()), len(dials.reached), span_h),
        by_age=tuple(by_age),
        calls_in=calls,
        waits_h=inverted(calls),
    )
