"""How many contacts an agent has in hand at once, where several go together."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from console.forecast.estimate import Counts, Estimate, Flags, student
from console.forecast.normal import Floats

# Less time in which anybody waited says nothing of what agents can have in hand.
_ENOUGH_H = 5.0
_RARELY = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class InHand:
    """Contacts of all channels that agents had in hand, and whether each is of the channel asked
    for. `waits` are from when to when customers waited in that channel."""

    from_h: Floats
    to_h: Floats
    agent: Counts
    here: Flags
    waits: tuple[Floats, Floats]


def estimate_concurrency(held: InHand, span_h: float) -> Estimate | None:
    """Contact hours of a channel for each agent hour that they took, while customers waited: an
    agent who has three in hand gives each a third. While nobody waits, agents have fewer than they
    could have; where too little waiting was seen it is the most that they had, and says so."""
    if int(held.here.sum()) < 2:
        return None
    clock = _busy(*held.waits)
    found = _ratio(held, clock(held.from_h), clock(held.to_h), span_h, "")
    if found is not None and found.number:
        return found
    mean = _ratio(held, held.from_h, held.to_h, span_h, "", least=0.0)
    if mean is None:
        return None
    most = _most(held)
    note = "the most that agents had at once: hardly anybody waited"
    low, high = min(mean.value, most), most + max(1.0, 0.3 * most) * (most > 1.0)
    return Estimate(most, low, high, mean.number, span_h, note)


def _busy(from_h: Floats, to_h: Floats) -> "_Clock":
    """A clock that stands while nobody waits."""
    order = np.argsort(from_h)
    begins, ends = from_h[order], np.maximum.accumulate(to_h[order])
    if not len(begins):
        return _Clock(np.zeros(1), np.zeros(1))
    new = np.concatenate([[True], begins[1:] > ends[:-1]])
    last = np.concatenate([new[1:], [True]])
    return _Clock(begins[new], ends[last])


@dataclass(frozen=True, slots=True, eq=False)
class _Clock:
    begins: Floats
    ends: Floats

    def __call__(self, at_h: Floats) -> Floats:
        lengths = self.ends - self.begins
        before = np.concatenate([[0.0], np.cumsum(lengths)])
        place = np.searchsorted(self.begins, at_h, side="right") - 1
        inside = np.maximum(place, 0)
        part = np.clip(at_h - self.begins[inside], 0.0, lengths[inside])
        return np.where(place < 0, 0.0, before[inside] + part)


def _ratio(
    held: InHand, begins: Floats, ends: Floats, span_h: float, note: str, least: float = _ENOUGH_H
) -> Estimate | None:
    some = ends > begins
    begins, ends, agent, here = begins[some], ends[some], held.agent[some], held.here[some]
    if float((ends - begins)[here].sum()) <= least:
        return None
    spent = _shared(begins, ends, agent)
    _, place = np.unique(agent, return_inverse=True)
    contact_h = np.bincount(place, weights=np.where(here, ends - begins, 0.0))
    agent_h = np.bincount(place, weights=np.where(here, spent, 0.0))
    whole, hours = float(contact_h.sum()), float(agent_h.sum())
    if hours <= 0.0:
        return None
    value = whole / hours
    number = int((agent_h > 0).sum())
    if number < 2:
        return Estimate(value, 1.0, value * 2.0, int(here.sum()), span_h, note)
    off = contact_h - value * agent_h
    error = sqrt(number / (number - 1.0) * float(off @ off)) / hours
    half = student(number - 1) * error
    return Estimate(value, max(value - half, 1.0), value + half, int(here.sum()), span_h, note)


def _most(held: InHand) -> float:
    """How many an agent had in hand who had many: exceeded in one part in fifty of the time."""
    load, passed = _loads(held.from_h, held.to_h, held.agent)[1:]
    order = np.argsort(load)
    time = np.cumsum(passed[order])
    if not len(time) or float(time[-1]) <= 0.0:
        return 1.0
    place = int(np.searchsorted(time, (1.0 - _RARELY) * float(time[-1])))
    return max(float(load[order][min(place, len(load) - 1)]), 1.0)


def _shared(begins: Floats, ends: Floats, agent: Counts) -> Floats:
    """Agent hours of each contact, those that an agent has at once sharing them evenly."""
    order, load, passed = _loads(begins, ends, agent)
    inverse = np.empty(len(order), np.int64)
    inverse[order] = np.arange(len(order))
    rate = np.where(load > 0, 1.0 / np.maximum(load, 1.0), 0.0)
    area = np.concatenate([[0.0], np.cumsum(rate * passed)])[:-1]
    at: Floats = area[inverse]
    return at[len(begins) :] - at[: len(begins)]


def _loads(begins: Floats, ends: Floats, agent: Counts) -> tuple[Counts, Floats, Floats]:
    """The order of all beginnings and ends, agent by agent; how many are in hand after each, and
    for how long."""
    times = np.concatenate([begins, ends])
    step = np.concatenate([np.ones(len(begins)), -np.ones(len(ends))])
    order = np.lexsort((step, times, np.concatenate([agent, agent])))
    # Each agent's steps add up to nothing, so that one sum over all of them serves each; between
    # two agents nothing is in hand.
    load: Floats = np.cumsum(step[order]).astype(np.float64)
    passed = np.diff(times[order], append=times[order][-1:])
    return order, load, np.where(load > 0, passed, 0.0)
