"""Who comes again, and how soon: a mixture cure model of redials and of reconnects.

Counting who was seen again understates it, for the data end before everybody has come (with 12 h of
data, a third is missed). Here each who was not seen again is either not coming or not there yet:
likelihood p delta exp(-delta gap), or 1 - p + p exp(-delta left) (Boag 1949; Farewell 1982).

Data that are short against the delay leave both open: there the delay is held near what is usual
(`usual`), and what is seen decides the more the longer they are.
"""

from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from console.forecast.estimate import Estimate, Flags, maximum, of_log, of_logit, share
from console.forecast.normal import Floats

_FEWEST = 20
# Data must span this many mean delays, or the two parameters cannot be told apart.
_ENOUGH_DELAYS = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Endings:
    """Contacts of one kind (given up, or answered), and what the same customer did next.

    `gap_h` is the time to the next attempt where `again`, else the time to the end of the data.
    Whoever's identity is unknown must be left out, not counted as gone. `same` is how likely each
    who came again came for the same need; None: surely.
    """

    gap_h: Floats
    again: Flags
    same: Floats | None = None


@dataclass(frozen=True, slots=True)
class Usual:
    """A usual delay, and the standard deviation of its logarithm."""

    delay_h: float
    sd: float


@dataclass(frozen=True, slots=True)
class Returns:
    """`share` comes again, after `delay_h` on average. `seen` is the plain count: a lower bound.

    Both are None where the data cannot tell them apart; `seen` is known even then.
    """

    share: Estimate | None
    delay_h: Estimate | None
    seen: Estimate | None


def estimate_returns(endings: Endings, span_h: float, usual: Usual | None = None) -> Returns:
    """Of redials from those who gave up (p, 1/delta), of reconnects from answers (x, 1/gamma)."""
    gap: Floats = np.maximum(np.asarray(endings.gap_h, np.float64), 1e-6)
    again = endings.again
    number, came = len(gap), int(again.sum())
    seen = share(came, number, span_h, "seen again so far: at least as many come")
    if came < _FEWEST:
        return Returns(None, None, seen)
    met, left = gap[again], gap[~again]
    weight: Floats = np.ones(came) if endings.same is None else endings.same[again]
    total, surely = float((weight * met).sum()), float(weight.sum())
    # Who came with another need had not come with this one until then.
    still: Floats = np.concatenate([left, met])
    lasting: Floats = np.concatenate([np.ones(len(left)), 1.0 - weight])

    def likelihood(x: Floats) -> float:
        log_p, log_not = -float(np.logaddexp(0.0, -x[0])), -float(np.logaddexp(0.0, x[0]))
        delta = float(np.exp(min(x[1], 50.0)))
        late = lasting * np.logaddexp(log_not, log_p - delta * still)
        held = 0.0 if usual is None else ((float(x[1]) + log(usual.delay_h)) / usual.sd) ** 2
        return surely * (log_p + float(x[1])) - delta * total + float(late.sum()) - held / 2.0

    begin = np.array([np.log((came + 1) / (number - came + 1)), -np.log(met.mean())])
    found = maximum(likelihood, begin)
    if found is None:
        return Returns(None, None, seen)
    x, covariance = found
    delay = of_log(-float(x[1]), sqrt(covariance[1, 1]), came, span_h)
    longest = float(gap.max())
    if usual is None and delay.value * _ENOUGH_DELAYS > longest:
        return Returns(None, None, seen)
    note = "" if longest > 3.0 * delay.value else "data are short against the delay"
    part = of_logit(float(x[0]), sqrt(covariance[0, 0]), number, span_h, note)
    return Returns(part, delay, seen)
