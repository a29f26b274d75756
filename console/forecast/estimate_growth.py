"""How handling time grows with the wait before it. Hard cases may also wait longer, so that part of
it may be that; nothing in exports can tell them apart."""

from math import sqrt

import numpy as np

from console.forecast.estimate import Estimate, Z
from console.forecast.normal import Floats

_FEWEST = 100
# Waits that differ by less say nothing: hours.
_NARROW_H = 0.01
NOTE = "hard cases may wait longer: part of it may be that"


def estimate_growth(length_h: Floats, wait_h: Floats, span_h: float) -> Estimate | None:
    """Growth for each hour of wait, as a part of what it takes without one. By least squares, its
    error robust against lengths that differ more where they are longer (White 1980)."""
    number = len(length_h)
    if number < _FEWEST or float(wait_h.std()) < _NARROW_H:
        return None
    # One enormous length or wait must not decide.
    length = np.minimum(length_h, np.quantile(length_h, 0.995))
    wait = np.minimum(wait_h, np.quantile(wait_h, 0.995))
    off: Floats = wait - float(wait.mean())
    spread = float(off @ off)
    slope = float(off @ length) / spread
    base = float(length.mean()) - slope * float(wait.mean())
    if base <= 0.0:
        return None
    left: Floats = length - base - slope * wait
    error = sqrt(float((off**2 * left**2).sum())) / spread
    value, half = slope / base, Z * error / base
    return Estimate(value, value - half, value + half, number, span_h, NOTE)
