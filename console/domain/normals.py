"""How a figure of the work stands beside what is normal for this very centre."""

from dataclasses import dataclass
from math import sqrt

#: The figures that are watched, with their words and unit.
AHT, RESOLUTION, MINUTES, NOTELESS = "aht_s", "resolution", "minutes_per_resolution", "noteless"

#: So many times what it moves by itself is beyond normal; and by at least this share of it.
BEYOND_SD, LEAST_SHARE = 2.0, 0.08
#: Normal is said from so many earlier periods on.
LEAST_PERIODS = 3


@dataclass(frozen=True, slots=True)
class Normal:
    """One figure of the last hours beside the same of earlier periods.

    `sd` is how far it moves by itself: from period to period, and by chance in a figure of `number`
    contacts. `basis` says in words which periods they are. AHT is in seconds, resolution and
    noteless in percent, minutes in minutes.
    """

    figure: str
    now: float
    mean: float
    sd: float
    number: int
    periods: int
    basis: str

    @property
    def low(self) -> float:
        return max(0.0, self.mean - BEYOND_SD * self.sd)

    @property
    def high(self) -> float:
        return self.mean + BEYOND_SD * self.sd

    @property
    def above(self) -> bool:
        """Beyond what is normal here, and by enough to matter."""
        return self.now > self.high and self.now - self.mean >= LEAST_SHARE * self.mean

    @property
    def below(self) -> bool:
        return self.now < self.low and self.mean - self.now >= LEAST_SHARE * self.mean

    @property
    def risen(self) -> bool:
        """Still on the wrong side, though perhaps not beyond normal: an alarm does not end yet."""
        return self.now > self.mean + self.sd

    @property
    def fallen(self) -> bool:
        return self.now < self.mean - self.sd


@dataclass(frozen=True, slots=True)
class Work:
    """What was handled in one span of time, as sums: `talks` contacts in `handled_s` seconds,
    `resolved` of `outcomes`, `noteless` of `noted`, those whose notes are known."""

    talks: int = 0
    handled_s: float = 0.0
    resolved: int = 0
    outcomes: int = 0
    noteless: int = 0
    noted: int = 0

    def plus(self, other: "Work") -> "Work":
        return Work(
            self.talks + other.talks,
            self.handled_s + other.handled_s,
            self.resolved + other.resolved,
            self.outcomes + other.outcomes,
            self.noteless + other.noteless,
            self.noted + other.noted,
        )

    def figure(self, name: str) -> tuple[float, int] | None:
        """The figure and of how many contacts it is; None of too few, or of nothing settled."""
        aht = self.handled_s / self.talks if self.talks >= FEW else None
        if name == AHT:
            return None if aht is None else (aht, self.talks)
        part, of = self._share(name)
        if of < FEW:
            return None
        if name != MINUTES:
            return 100.0 * part / of, of
        return (aht / 60.0 * of / part, of) if aht is not None and part else None

    def chance(self, name: str, usual: "Work") -> float:
        """How far the figure of so many contacts moves by chance around what is usual."""
        # Handling times scatter about as widely as they are long.
        length = 1.0 / sqrt(max(self.talks, 1))
        if name == AHT:
            return usual.handled_s / max(usual.talks, 1) * length
        part, of = usual._share(name)
        share = (part + 0.5) / (of + 1.0)  # a share of none is not without error
        error = sqrt(share * (1.0 - share) / max(self._share(name)[1], 1))
        if name != MINUTES:
            return 100.0 * error
        value = usual.handled_s / max(usual.talks, 1) / 60.0 / share
        return value * sqrt((error / share) ** 2 + length**2)

    def _share(self, name: str) -> tuple[int, int]:
        if name == NOTELESS:
            return self.noteless, self.noted
        return self.resolved, self.outcomes


#: Of fewer contacts a figure says little.
FEW = 20


def normal(figure: str, now: Work, earlier: list[Work], basis: str) -> Normal | None:
    """None where either the present or what is normal cannot be told."""
    here = now.figure(figure)
    known = [found for each in earlier if (found := each.figure(figure)) is not None]
    if here is None or len(known) < LEAST_PERIODS:
        return None
    mean = sum(value for value, _ in known) / len(known)
    spread = sum((value - mean) ** 2 for value, _ in known) / (len(known) - 1)
    usual = Work()
    for each in earlier:
        usual = usual.plus(each)
    sd = sqrt(spread + now.chance(figure, usual) ** 2)
    return Normal(figure, here[0], mean, sd, here[1], len(known), basis)


__all__ = [
    "AHT",
    "MINUTES",
    "NOTELESS",
    "RESOLUTION",
    "Normal",
    "Work",
    "normal",
]
