"""What agents get done while customers wait, against what their number and handling time say.

Nobody's roster knows who also does something else, and no export how long a reply takes. Where a
queue was never empty for a quarter of an hour, what was answered in it is what those agents could
do. Brings numpy: import it where it is used.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from console.domain.times import DAY, HOUR, MINUTE
from console.forecast.normal import Floats
from console.reads.forecast_evidence import evidence
from console.reads.open_work import WRITTEN
from console.settings import Settings

_SPAN, _STEP = 2 * DAY, 15 * MINUTE
#: So many waiting at each of its looks and a quarter of an hour counts as one of full work.
_LEAST_WAITING = 2
_LOOKS = 4
#: So many answers weigh as much as what is known beforehand: of replies in writing little is, since
#: no export tells how long one takes.
_WEIGHT, _WEIGHT_WRITTEN = 40.0, 5.0
_BOUNDS, _BOUNDS_WRITTEN = (0.5, 2.0), (0.05, 5.0)
#: Less than this is not worth a word.
_WORD = 0.08


def worked(
    session: Session,
    now: int,
    channels: tuple[str, ...],
    hours_of: Mapping[str, float],
    were: Callable[[NDArray[np.int64]], Floats],
    settings: Settings,
) -> tuple[Floats, list[str]]:
    """A factor on the agents of each channel, and what it was found from, in sentences.

    `were` tells who was there at instants of the past, channels by instants.
    """
    from_at = now - _SPAN
    found = evidence(session, from_at, now, settings)
    begins = np.arange(from_at, now - _STEP + 1, _STEP, dtype=np.int64)
    agents = were(begins + _STEP // 2)
    factors = np.ones(len(channels))
    words: list[str] = []
    for place, channel in enumerate(channels):
        known = found.channels.get(channel)
        if known is None or channel not in hours_of:
            continue
        looks = begins[:, None] + np.arange(_LOOKS + 1) * (_STEP // _LOOKS)
        inside = np.searchsorted(known.entered, looks, "right")
        waiting = inside - np.searchsorted(known.left, looks, "right")
        full = (waiting >= _LEAST_WAITING).all(axis=1) & (agents[place] > 0.3)
        expected = agents[place] * (_STEP / HOUR) / hours_of[channel]
        answered = np.searchsorted(known.served, begins + _STEP, "right")
        answered = answered - np.searchsorted(known.served, begins, "right")
        should, did = float(expected[full].sum()), float(answered[full].sum())
        if should <= 0.0:
            continue
        written = channel in WRITTEN
        weight, bounds = (_WEIGHT_WRITTEN, _BOUNDS_WRITTEN) if written else (_WEIGHT, _BOUNDS)
        # Weighed by answers that came: many that were expected and did not come prove as much.
        weight = min(weight, 0.5 * should)
        factor = float(np.clip((did + weight) / (should + weight), *bounds))
        factors[place] = factor
        if abs(factor - 1.0) > _WORD:
            way = "more" if factor > 1.0 else "less"
            words.append(
                f"While customers waited, {100 * abs(factor - 1.0):.0f} % {way} was answered in "
                f"{channel} than its agents and handling time say: so it is taken on."
            )
    return factors, words


__all__ = ["worked"]
