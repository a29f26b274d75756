"""How uncertain a forecast must be, from how uncertain its estimates are."""

from dataclasses import dataclass, fields

from console.forecast.estimate import Estimate
from console.forecast.estimate_arrivals import Arrivals
from console.forecast.spread import Spread

# What nobody could estimate is taken from elsewhere, and is this much less sure than usual.
_UNKNOWN = 2.0
_SHARES = ("redial", "resolution", "reconnect")


@dataclass(frozen=True, slots=True)
class Known:
    """Estimates of one centre by the names of `Spread`; None where the data could not tell."""

    handling: Estimate | None = None
    patience: Estimate | None = None
    redial: Estimate | None = None
    redial_delay: Estimate | None = None
    resolution: Estimate | None = None
    reconnect: Estimate | None = None
    reconnect_delay: Estimate | None = None


def estimated_spread(known: Known, arrivals: Arrivals | None = None) -> Spread:
    """Of `reconnect` the estimate is that of who comes again if not resolved (v)."""
    usual = Spread()
    found: dict[str, float] = {}
    spans: list[float] = []
    for each in fields(Known):
        estimate: Estimate | None = getattr(known, each.name)
        if estimate is None:
            found[each.name] = _UNKNOWN * getattr(usual, each.name)
            continue
        spans.append(estimate.span_h)
        sd = estimate.logit_sd if each.name in _SHARES else estimate.log_sd
        found[each.name] = sd
    if arrivals is not None:
        # The mean of few days is uncertain itself, and the coming day differs from it too.
        found["level"] = (arrivals.level_sd**2 * (1.0 + 1.0 / max(arrivals.days, 1.0))) ** 0.5
    return Spread(**found, data_h=max(spans) if spans else None)
