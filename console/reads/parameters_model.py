"""Parameters as the forecast takes them. Brings numpy: import it where it is used."""

from dataclasses import dataclass

from console.domain.parameters import Parameters
from console.forecast.centre import Channel
from console.forecast.normal import Floats
from console.forecast.spread import Spread


@dataclass(frozen=True, slots=True)
class Model:
    """`channels` in the order of the parameters; `unknown` are those that cannot be forecast, with
    the reason: nothing was ever answered there, say."""

    parameters: Parameters
    channels: tuple[Channel, ...]
    spread: Spread
    unknown: tuple[tuple[str, str], ...] = ()

    def fresh(self, now_us: int, hours: float, interval_h: float) -> Floats:
        """New needs in an hour, channels by intervals, from `now_us` on; no NaN."""
        raise NotImplementedError


def as_model(parameters: Parameters, target_s: float = 20.0) -> Model:
    """Channels and their spread; a channel without a handling time is left out and named."""
    return Model(parameters, (), Spread())


__all__ = ["Model", "as_model"]
