"""How uncertain a forecast must be, from how uncertain its estimates are."""

from dataclasses import dataclass, fields

from console.forecast.estimate import Estimate
from console.forecast.estimate_arrivals import Arrivals
from console.forecast.spread import Spread

# What nobody could estimate is taken from elsewhere, and is this much less sure than usual.
_UNKNOWN = 2.0


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
    level = usual.level
    if arrivals is not None:
        # The mean of few days is uncertain itself, and the coming day differs from it too.
        level = (arrivals.level_sd**2 * (1.0 + 1.0 / max(arrivals.days, 1.0))) ** 0.5
    spans = [each.span_h for each in _all(known) if each is not None]
    return Spread(
        level=level,
        handling=_of_log(known.handling, usual.handling),
        patience=_of_log(known.patience, usual.patience),
        redial=_of_logit(known.redial, usual.redial),
        redial_delay=_of_log(known.redial_delay, usual.redial_delay),
        resolution=_of_logit(known.resolution, usual.resolution),
        reconnect=_of_logit(known.reconnect, usual.reconnect),
        reconnect_delay=_of_log(known.reconnect_delay, usual.reconnect_delay),
        data_h=max(spans) if spans else None,
    )


def _of_log(estimate: Estimate | None, usual: float) -> float:
    return _UNKNOWN * usual if estimate is None else estimate.log_sd


def _of_logit(estimate: Estimate | None, usual: float) -> float:
    return _UNKNOWN * usual if estimate is None else estimate.logit_sd


def _all(known: Known) -> tuple[Estimate | None, ...]:
    return tuple(getattr(known, each.name) for each in fields(known))
