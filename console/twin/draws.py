"""Random numbers in streams: one for each purpose, so that what changes one thing leaves the
others as they were, and two runs that differ in one control meet the same customers.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from zlib import crc32

import numpy as np

#: Numbers that are drawn at a time.
BLOCK = 4096

Next = Callable[[], float]


class Draws:
    """Streams by name. The same seed and name always give the same numbers."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def generator(self, name: str) -> np.random.Generator:
        """A generator of its own for what is drawn in blocks of other sizes."""
        entropy = [self._seed, crc32(name.encode())]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))

    def uniform(self, name: str) -> Next:
        """Numbers from 0 up to, not including, 1."""
        return _endless(self.generator(name).random).__next__

    def exponential(self, name: str) -> Next:
        """Numbers of mean 1."""
        return _endless(self.generator(name).standard_exponential).__next__

    def normal(self, name: str) -> Next:
        """Numbers of mean 0 and standard deviation 1."""
        return _endless(self.generator(name).standard_normal).__next__


def _endless(draw: Callable[[int], "np.ndarray"]) -> Iterator[float]:
    while True:
        yield from draw(BLOCK).tolist()


class Choice:
    """One of several by their shares; None for what is missing to 1 (where the sum is less)."""

    __slots__ = ("_bounds", "_names")

    def __init__(self, shares: Mapping[str, float]) -> None:
        self._names = tuple(shares)
        self._bounds = tuple(accumulate(shares.values()))

    def __call__(self, number: float) -> str | None:
        for name, bound in zip(self._names, self._bounds, strict=True):
            if number < bound:
                return name
        return None
