"""How many contacts an agent has in hand at once, where several go together."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from console.forecast.estimate import Counts, Estimate, Flags, student
from console.forecast.normal import Floats

# Less time in which anybody waited says nothing of what agents can have in hand.
_ENOUGH_H = 5.0


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
    could have, so that it would be too small; where too little waiting was seen it is that, and
    says so."""
    if int(held.here.sum()) < 2:
        return None
    clock = _busy(*held.waits)
    found = _ratio(held, clock(held.from_h), clock(held.to_h), span_h, "")
    if found is not None and found.number:
        return found
    note = "at least: hardly anybody waited"
    return _ratio(held, held.from_h, held.to_h, span_h, note, least=0.0)


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


def _shared(begins: Floats, ends: Floats, agent: Counts) -> Floats:
    """Agent hours of each contact, those that an agent has at once sharing them evenly."""
    times = np.concatenate([begins, ends])
    who = np.concatenate([agent, agent])
    step = np.concatenate([np.ones(len(begins)), -np.ones(len(ends))])
    order = np.lexsort((step, times, who))
    inverse = np.empty(len(order), np.int64)
    inverse[order] = np.arange(len(order))
    # Each agent's steps add up to nothing, so that one sum over all of them serves each.
    load = np.cumsum(step[order])
    passed = np.diff(times[order], append=times[order][-1])
    rate = np.where(load > 0, 1.0 / np.maximum(load, 1.0), 0.0)
    # Between two agents nothing is in hand.
    area = np.concatenate([[0.0], np.cumsum(rate * np.where(load > 0, passed, 0.0))])[:-1]
    at = area[inverse]
    return at[len(begins) :] - at[: len(begins)]
