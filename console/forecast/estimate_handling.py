"""Handling time and resolution, each with what it cannot know."""

from dataclasses import dataclass

import numpy as np

from console.forecast.estimate import Counts, Estimate, clustered_mean, share
from console.forecast.normal import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Handled:
    """Answered contacts of one channel: length with wrap-up, and who handled each (any number).

    Legs of one contact must be joined before, and contacts of no length left out.
    """

    length_h: Floats
    agent: Counts


def estimate_handling(handled: Handled, span_h: float) -> Estimate | None:
    """Mean length. Agents differ: it is their number that makes it sure, not that of contacts."""
    return clustered_mean(np.asarray(handled.length_h, np.float64), handled.agent, span_h)


@dataclass(frozen=True, slots=True)
class Resolution:
    """`resolved` and `comes_again` (of those not resolved) are None where nobody says whether a
    contact resolved its issue: repeats tell their product only. Then resolution is at most `most`.
    """

    resolved: Estimate | None
    comes_again: Estimate | None
    most: float | None


def estimate_resolution(
    resolved: int, known: int, back: Estimate | None, span_h: float
) -> Resolution:
    """From `known` dispositions or survey answers, `resolved` of them; and who reconnects (x).

    Surveys are answered by the content and the furious; say so beside the figure.
    """
    stated = share(resolved, known, span_h)
    most = None if back is None else 1.0 - back.value
    if stated is None or back is None or stated.value >= 1.0:
        return Resolution(stated, None, most)
    # (1 - r) v = x: the worst of both intervals together.
    value = min(back.value / (1.0 - stated.value), 1.0)
    low = min(back.low / max(1.0 - stated.low, 1e-9), 1.0)
    high = min(back.high / max(1.0 - stated.high, 1e-9), 1.0)
    again = Estimate(value, low, high, min(stated.number, back.number), span_h)
    return Resolution(stated, again, most)
