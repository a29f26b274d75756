"""What is wrong with real exports: late and repeated records, damage, rotation, a wrong zone."""

from dataclasses import dataclass

from console.domain.times import MINUTE, SECOND
from console.twin.draws import Draws

KINDS = ("late", "repeats", "rotation", "damage", "zone")


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of lines, and how often a log is rotated."""

    late: float = 0.02
    late_s: float = 900.0
    repeats: float = 0.02
    nuls: float = 0.001
    halves: float = 0.001
    blanks: float = 0.001
    rotate_us: int = 180 * MINUTE


class Dirt:
    """Spoils lines on their way into files; `kinds` are those of `KINDS` that are wanted.

    What is spoilt stays in the files in full: damage stands beside the true line, never for it.
    """

    def __init__(self, kinds: frozenset[str], seed: int, rates: Rates = Rates()) -> None:
        self.kinds, self.rates = kinds, rates
        draws = Draws(seed)
        self._u, self._x = draws.uniform("dirt"), draws.exponential("dirt late")

    def due(self, due: int) -> list[int]:
        """When a record is written: late, and perhaps once more."""
        found = [due]
        if "late" in self.kinds and self._u() < self.rates.late:
            found = [due + int(self._x() * self.rates.late_s * SECOND)]
        if "repeats" in self.kinds and self._u() < self.rates.repeats:
            found.append(found[0] + int(self._x() * 60 * SECOND))
        return found

    def spoilt(self, line: str) -> str:
        """A line of a log as power cuts and copying leave it. Ends as it did."""
        if "damage" not in self.kinds:
            return line
        number, rates = self._u(), self.rates
        if number < rates.nuls:
            return "\0" * 64 + line
        number -= rates.nuls
        if number < rates.halves:
            return f"{line[: len(line) // 3]}\n{line}"
        number -= rates.halves
        return f"\n{line}" if number < rates.blanks else line
