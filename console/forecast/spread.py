"""How uncertain a centre's parameters are, and draws of them that every alternative shares.

The same draws for doing nothing and for each alternative: what differs then is the alternative's
doing, and not luck.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from console.forecast.normal import Floats, quantiles

SEED = 48


def _none() -> Mapping[str, float]:
    return {}


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations: of logarithms for rates and times, of logits for shares.

    The defaults are what days of a centre differ by, and what two days of exports leave open.
    `data_h` is how much history the parameters are from, None if nobody knows.
    """

    level: float = 0.12  # fresh arrivals of all channels together, from day to day
    own_level: float = 0.05  # of each channel beside that
    handling: float = 0.02
    patience: float = 0.05
    redial: float = 0.15
    redial_delay: float = 0.10
    resolution: float = 0.15
    reconnect: float = 0.15
    reconnect_delay: float = 0.20
    orbits: float = 0.20  # who will come again cannot be seen, only estimated
    data_h: float | None = None
    channels: Mapping[str, float] = field(default_factory=_none)  # factor on all, for a channel


@dataclass(frozen=True, slots=True)
class Draws:
    """Factors (times, rates) and shifts of logits (shares), channels by members."""

    level: Floats
    handling: Floats
    patience: Floats
    redial: Floats
    redial_delay: Floats
    resolution: Floats
    reconnect: Floats
    reconnect_delay: Floats
    orbits: Floats
    noise: Floats  # standard normal, one for each member: chance in what is counted at the end

    @property
    def members(self) -> int:
        return self.level.shape[1]


def drawn(spread: Spread, names: tuple[str, ...], members: int, seed: int = SEED) -> Draws:
    """As many members, stratified: every parameter meets each of its quantiles once.

    One parameter's error is the same for all channels, as one season's or one method's would be;
    only the level of arrivals differs between them.
    """
    random = np.random.default_rng(seed)
    even = np.array(quantiles(members))
    width = np.array([[spread.channels.get(name, 1.0)] for name in names])

    def normal(sd: float) -> Floats:
        return width * sd * random.permutation(even)[None, :]

    level = normal(spread.level)
    own = np.concatenate(
        [normal(spread.own_level)[place : place + 1] for place in range(len(names))]
    )
    return Draws(
        level=np.exp(level + own),
        handling=np.exp(normal(spread.handling)),
        patience=np.exp(normal(spread.patience)),
        redial=normal(spread.redial),
        redial_delay=np.exp(normal(spread.redial_delay)),
        resolution=normal(spread.resolution),
        reconnect=normal(spread.reconnect),
        reconnect_delay=np.exp(normal(spread.reconnect_delay)),
        orbits=np.exp(normal(spread.orbits)),
        noise=random.permutation(even),
    )


def shifted(share: Floats, shift: Floats) -> Floats:
    """A share whose logit is moved; 0 and 1 stay what they are."""
    odds = share * np.exp(shift)
    return odds / (odds + 1.0 - share)
