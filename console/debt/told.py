"""Attempts out of the legs of contacts: who waited in three queues tried once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.debt.attempts import (
    ABANDONED,
    ANSWERED,
    IN_CONVERSATION,
    LOST,
    WAITING,
    Codes,
    Ints,
    Seconds,
    Small,
)

#: Who comes to a queue of the same contact so long after all before was over asks anew: the
#: customer of a ticket, after a reply. Who is passed on comes at once.
ANEW_US = 60_000_000
#: What a leg's end is, in the order of preference where it was the last of several.
LEG_ANSWERED, LEG_WAITING, LEG_ABANDONED, LEG_LOST, LEG_KEY = range(5)


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """Stays of contacts in queues, of each contact in their order. -1: not, or unknown."""

    contact: Ints
    entered_us: Ints
    connected_us: Ints
    ended_us: Ints
    end: Ints  # LEG_…
    queue: Ints
    agent: Ints
    talk_ms: Ints
    wrapup_ms: Ints

    def __len__(self) -> int:
        return len(self.contact)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What legs tell of attempts: columns of `Attempts`, and what becomes of them."""

    contact: Codes
    queue: Codes
    last_queue: Codes
    entered_us: Ints
    answered_us: Ints
    ended_us: Ints
    outcome: Small
    talk_s: Seconds
    wrapup_s: Seconds
    agent: Codes
    by_key: NDArray[np.bool_]  # left by a key of the telephone, which may ask for a callback
    last: NDArray[np.bool_]  # the last attempt of its contact


def told(legs: Legs) -> Told:
    """One place for each attempt."""
    single = len(legs) < 2 or bool((np.diff(legs.contact) > 0).all())
    if not single:
        legs = _ordered(legs)
    first = _first(legs, single)
    begin = np.flatnonzero(first)
    end = np.append(begin, len(legs))[1:] - 1
    answered_leg = legs.end == LEG_ANSWERED
    entered = legs.entered_us[begin]
    if single or len(begin) == len(legs):
        answered = np.where(answered_leg, legs.connected_us, -1)
        over, ended = legs.ended_us >= 0, legs.ended_us
        talk, wrap = legs.talk_ms, legs.wrapup_ms
        who = np.where(answered_leg, legs.agent, -1)
        was_answered = answered_leg
    else:
        far = np.iinfo(np.int64).max
        sooner = np.where(answered_leg & (legs.connected_us >= 0), legs.connected_us, far)
        answered = np.minimum.reduceat(sooner, begin)
        answered[answered == far] = -1
        over = legs.ended_us[end] >= 0
        ended = np.where(over, np.maximum.reduceat(legs.ended_us, begin), -1)
        talk, wrap = _sum(legs.talk_ms, begin), _sum(legs.wrapup_ms, begin)
        was_answered = np.logical_or.reduceat(answered_leg, begin)
        place = np.where(answered_leg, np.arange(len(legs)), len(legs))
        of_first = np.minimum.reduceat(place, begin)
        who = np.append(legs.agent, -1)[of_first]
    last_end = legs.end[end]
    outcome = np.full(len(begin), LOST, np.int8)
    outcome[last_end == LEG_ABANDONED] = ABANDONED
    outcome[(last_end == LEG_WAITING) & ~over] = WAITING
    outcome[was_answered & over] = ANSWERED
    outcome[was_answered & ~over] = IN_CONVERSATION
    with np.errstate(invalid="ignore"):
        talk_s = np.where(talk >= 0, talk / 1000.0, np.nan).astype(np.float32)
        wrap_s = np.where(wrap >= 0, wrap / 1000.0, np.nan).astype(np.float32)
    contact = legs.contact[begin]
    last = np.ones(len(begin), np.bool_)
    last[:-1] = contact[1:] != contact[:-1]
    return Told(
        contact.astype(np.int32), legs.queue[begin].astype(np.int32),
        legs.queue[end].astype(np.int32), entered, answered, ended, outcome, talk_s, wrap_s,
        who.astype(np.int32), last_end == LEG_KEY, last,
    )  # fmt: skip


def _ordered(legs: Legs) -> Legs:
    # They come almost in this order, and then this takes no time.
    order = np.argsort(legs.contact, kind="stable")
    entered, contact = legs.entered_us[order], legs.contact[order]
    if ((contact[1:] == contact[:-1]) & (entered[1:] < entered[:-1])).any():
        order = np.lexsort((legs.entered_us, legs.contact))
    return Legs(
        legs.contact[order], legs.entered_us[order], legs.connected_us[order],
        legs.ended_us[order], legs.end[order], legs.queue[order], legs.agent[order],
        legs.talk_ms[order], legs.wrapup_ms[order],
    )  # fmt: skip


def _first(legs: Legs, single: bool) -> NDArray[np.bool_]:
    """Whether an attempt begins with that leg."""
    first = np.ones(len(legs), np.bool_)
    if single:
        return first
    same = legs.contact[1:] == legs.contact[:-1]
    ended = legs.ended_us[:-1]
    anew = (ended >= 0) & (legs.entered_us[1:] > ended + ANEW_US)
    first[1:] = ~same | anew
    return first


def _sum(values: Ints, begin: Ints) -> Ints:
    """Sums of what is known of each; -1 where nothing is."""
    known = values >= 0
    total = np.add.reduceat(np.where(known, values, 0), begin)
    return np.where(np.logical_or.reduceat(known, begin), total, -1)


__all__ = [
    "ANEW_US",
    "LEG_ABANDONED",
    "LEG_ANSWERED",
    "LEG_KEY",
    "LEG_LOST",
    "LEG_WAITING",
    "Legs",
    "Told",
    "told",
]
