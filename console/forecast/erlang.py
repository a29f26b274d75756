"""Exact models of one queue in calm: Erlang B, Erlang C and Erlang A (Palm's M/M/n+M).

Nobody who gives up comes back here. Where they do, these are wrong by a lot (`redials`).
"""

from dataclasses import dataclass
from math import exp, inf, log

import numpy as np

from console.forecast.normal import Floats

# What is less likely than this, against the likeliest state, is left out.
_NEGLIGIBLE = -45.0
_MOST_STATES = 20_000_000


def blocked(offered: float, servers: int) -> float:
    """Erlang B: the share of arrivals that find all servers taken, without a queue.

    `offered` is arrivals per hour times the mean handling time in hours. By the recursion over
    servers, in which nothing can overflow.
    """
    share = 1.0
    for number in range(1, servers + 1):
        share = offered * share / (number + offered * share)
    return share


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue in equilibrium, by Erlang C (`patience_h` infinite) or Erlang A.

    `room` limits how many can be inside; who finds it full is turned away. Without patience and
    with too few servers there is no equilibrium: then every figure is unbounded (inf).
    """

    per_hour: float
    handling_h: float
    servers: int
    patience_h: float = inf
    room: int | None = None

    @property
    def offered(self) -> float:
        """Work that arrives in an hour, in servers (Erlang)."""
        return self.per_hour * self.handling_h

    @property
    def unstable(self) -> bool:
        return self.patience_h == inf and self.room is None and self.offered >= self.servers


@dataclass(frozen=True, slots=True)
class Figures:
    """What holds on average in equilibrium. Times in hours.

    `mean_wait_h` is of all who were let in, those who gave up too; `served_within` is the share of
    them that was answered within a time (abandonment counts against it).
    """

    delayed: float
    abandoned: float
    turned_away: float
    waiting: float
    mean_wait_h: float
    occupancy: float
    inside: float
    _ahead: Floats  # P(an arrival finds all servers taken and this many waiting)
    _queue: Queue

    def served_within(self, hours: float) -> float:
        """Share of those let in who are answered within this time."""
        if self._queue.unstable:
            return 0.0
        return max(0.0, 1.0 - self.delayed) + float(self._ahead @ self._reached(hours))

    def waits_longer(self, hours: float) -> float:
        """Share of those let in who are still waiting after this time."""
        if self._queue.unstable:
            return 1.0
        stays = exp(-hours / self._queue.patience_h)
        return stays * float(self._ahead @ self._virtual_longer(hours))

    def wait_percentile(self, share: float) -> float:
        """The time after which only 1 - `share` still wait."""
        if self._queue.unstable:
            return inf
        low, high = 0.0, self._queue.handling_h
        while self.waits_longer(high) > 1.0 - share:
            high *= 2.0
        for _ in range(60):
            middle = (low + high) / 2.0
            low, high = (middle, high) if self.waits_longer(middle) > 1.0 - share else (low, middle)
        return high

    # Whoever has j ahead waits for j + 1 departures with rates n mu, n mu + theta, ...: then
    # exp(-theta V) is a product of independent Beta variables, itself Beta(n mu / theta, j + 1).
    def _virtual_longer(self, hours: float) -> Floats:
        queue = self._queue
        rate = queue.servers / queue.handling_h
        number = len(self._ahead)
        if queue.patience_h == inf:
            return _gamma_tail(rate * hours, number)
        return _beta_below(rate * queue.patience_h, exp(-hours / queue.patience_h), number)

    def _reached(self, hours: float) -> Floats:
        queue = self._queue
        rate = queue.servers / queue.handling_h
        number = len(self._ahead)
        if queue.patience_h == inf:
            return 1.0 - _gamma_tail(rate * hours, number)
        first = rate * queue.patience_h
        met = first / (first + 1.0 + np.arange(number))
        return met * (1.0 - _beta_below(first + 1.0, exp(-hours / queue.patience_h), number))


def figures(queue: Queue) -> Figures:
    """The equilibrium of a queue, in logarithms: thousands of servers are no trouble."""
    if queue.unstable:
        nothing = np.zeros(0)
        return Figures(1.0, 0.0, 0.0, inf, inf, 1.0, inf, nothing, queue)
    below = _below(queue)
    above = _above(queue, below[-1])
    likely = np.concatenate((below, above))
    likely = np.exp(likely - likely.max())
    likely /= likely.sum()
    n = queue.servers
    full = float(likely[-1]) if queue.room is not None else 0.0
    let_in = 1.0 - full
    ahead = likely[n:-1] if queue.room is not None else likely[n:]
    waiting = float(likely[n:] @ np.arange(len(likely) - n))
    inside = float(likely @ np.arange(len(likely)))
    entering = queue.per_hour * let_in
    gone = waiting / queue.patience_h / entering if entering > 0.0 else 0.0
    return Figures(
        delayed=float(ahead.sum()) / let_in,
        abandoned=gone,
        turned_away=full,
        waiting=waiting,
        mean_wait_h=waiting / entering if entering > 0.0 else 0.0,
        occupancy=(inside - waiting) / n if n else 1.0,
        inside=inside,
        _ahead=ahead / let_in,
        _queue=queue,
    )


def _below(queue: Queue) -> Floats:
    """Logarithms of the likelihood of 0 to n inside, up to a constant."""
    load = log(queue.offered) if queue.offered > 0.0 else -1e6
    states = np.arange(queue.servers + 1)
    steps = np.where(states > 0, load - np.log(np.maximum(states, 1)), 0.0)
    return np.cumsum(steps)


def _above(queue: Queue, start: float) -> Floats:
    """The same for n + 1, n + 2, …, until nothing is left or the room is full."""
    mu = 1.0 / queue.handling_h
    most = _MOST_STATES if queue.room is None else max(queue.room - queue.servers, 0)
    if queue.per_hour <= 0.0:
        return np.zeros(0)
    found: list[Floats] = []
    begun, highest, last = 0, start, start
    chunk = 1024
    while begun < most:
        places = np.arange(begun + 1, min(begun + chunk, most) + 1)
        leaving = queue.servers * mu + places / queue.patience_h
        piece = last + np.cumsum(log(queue.per_hour) - np.log(leaving))
        found.append(piece)
        highest, last = max(highest, float(piece.max())), float(piece[-1])
        begun += len(places)
        if queue.room is None and last < highest + _NEGLIGIBLE:
            break
        chunk = min(2 * chunk, 1_000_000)
    return np.concatenate(found) if found else np.zeros(0)


def _gamma_tail(x: float, number: int) -> Floats:
    """P(a sum of j + 1 unit exponentials > x) for j = 0 … number - 1."""
    if number == 0:
        return np.zeros(0)
    places = np.arange(1, number)
    steps = np.log(max(x, 1e-300)) - np.log(places)
    terms = np.exp(np.concatenate((np.zeros(1), np.cumsum(steps))) - x)
    return np.minimum(np.cumsum(terms), 1.0)


def _beta_below(first: float, y: float, number: int) -> Floats:
    """P(Beta(first, j + 1) < y) for j = 0 … number - 1: a sum of positive terms, none cancels."""
    if number == 0:
        return np.zeros(0)
    if y >= 1.0:
        return np.ones(number)
    if y <= 0.0:
        return np.zeros(number)
    places = np.arange(number - 1)
    steps = np.log((first + places) / (places + 1.0)) + log(1.0 - y)
    terms = np.exp(np.concatenate((np.zeros(1), np.cumsum(steps))) + first * log(y))
    return np.minimum(np.cumsum(terms), 1.0)
