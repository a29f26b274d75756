"""Attempts joined into issues: the same customer, the same topic where it is known, and not too
long since the last attempt, on whatever channel. What a person has said goes before.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from console.debt.attempts import (
    ABANDONED,
    ANSWERED,
    LOST,
    PROMISED,
    UNKNOWN,
    Attempts,
    Ints,
    Small,
)

#: How an attempt stands to the one before it in its issue: the words are `domain.debt`'s.
FRESH, REDIAL, RECONNECT, CHASE, CALLED_IN = range(5)
#: A topic of fewer attempts tells nothing apart.
FEWEST_OF_TOPIC = 10
_NEVER = np.iinfo(np.int64).max // 4

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Marks:
    """What has been said by hand: contacts at which an issue of its own begins, and contacts that
    are one issue."""

    begins: tuple[int, ...] = ()
    same: tuple[tuple[int, ...], ...] = field(default=())


@dataclass(frozen=True, slots=True, eq=False)
class Issues:
    """Issues of attempts that are in the order of customer and time, place by place.

    An attempt of nobody known is an issue of its own, though it may not be: leave those out, by
    `keyed`, where repeats are counted.
    """

    attempts: Attempts
    issue: Ints  # the place of the issue's first attempt
    before: Ints  # the place of the attempt before in the issue, -1: it is the first
    after: Ints  # of the next, -1: it is the last
    kind: Small
    keyed: Flags


def join(attempts: Attempts, window_us: int, marks: Marks | None = None) -> Issues:
    """`window_us`: how long after the end of the last attempt another still belongs to it.

    While it waits for us there is no such limit. Attempts must be in the order of customer and
    time, as `History.live` is.
    """
    a, size = attempts, len(attempts)
    places = np.arange(size)
    keyed = a.customer != UNKNOWN
    over = _over(a)
    topic = _topics(a)
    order = None if topic is None else _by_topic(a, keyed, topic)
    before = np.full(size, -1, np.int64)
    if size and order is None:
        # As they stand, one after another: a third of the work.
        follows = keyed[1:] & (a.customer[1:] == a.customer[:-1])
        follows &= a.entered_us[1:] - over[:-1] <= window_us
        if topic is not None:
            follows &= topic[1:] == topic[:-1]
        before[1:] = np.where(follows, places[:-1], -1)
        issue = np.maximum.accumulate(np.where(before < 0, places, 0))
    elif size and order is not None and topic is not None:
        last, this = order[:-1], order[1:]
        follows = keyed[this] & (a.customer[this] == a.customer[last])
        follows &= (topic[this] == topic[last]) & (a.entered_us[this] - over[last] <= window_us)
        before[this[follows]] = last[follows]
        issue = _roots(before, order, places)
    else:
        issue = places
    if marks is not None and (marks.begins or marks.same):
        before, issue = _marked(a, before, issue, marks)
    after = np.full(size, -1, np.int64)
    later = before >= 0
    after[before[later]] = places[later]
    return Issues(a, issue, before, after, _kinds(a, before, over), keyed)


def _over(a: Attempts) -> Ints:
    """When an attempt was over, or far in the future while it is not."""
    ended = np.maximum(a.ended_us, a.entered_us)
    unseen = np.flatnonzero(a.ended_us < 0)
    gone = (a.outcome[unseen] == LOST) | (a.outcome[unseen] == ANSWERED)
    ended[unseen[~gone]] = _NEVER
    return ended


def _topics(a: Attempts) -> NDArray[np.int32] | None:
    """The topic of each attempt, taken from the one before, else the next, of the same customer
    where it is not known; None where nobody knows any."""
    known = a.topic >= 0
    if not known.any():
        return None
    uses = np.bincount(a.topic[known])
    common = np.append(uses >= FEWEST_OF_TOPIC, [False])
    topic = np.where(common[a.topic], a.topic, UNKNOWN)
    known = topic >= 0
    if not known.any():
        return None
    places = np.arange(len(topic))
    back = np.maximum.accumulate(np.where(known, places, -1))
    of_before = (back >= 0) & (a.customer[back] == a.customer)
    ahead = np.minimum.accumulate(np.where(known, places, len(topic))[::-1])[::-1]
    clipped = np.minimum(ahead, len(topic) - 1)
    of_next = (ahead < len(topic)) & (a.customer[clipped] == a.customer)
    filled = np.where(of_before, topic[back], np.where(of_next, topic[clipped], UNKNOWN))
    return filled.astype(np.int32)


def _by_topic(a: Attempts, keyed: Flags, topic: NDArray[np.int32]) -> Ints | None:
    """The places by customer, topic and time; None: as they are."""
    mixed = keyed.copy()
    mixed[1:] &= (a.customer[1:] == a.customer[:-1]) & (topic[1:] != topic[:-1])
    mixed[:1] = False
    if not mixed.any():
        return None
    # Only customers with two topics are out of order, and they stand together.
    places = np.arange(len(a))
    those = np.flatnonzero(np.isin(a.customer, np.unique(a.customer[mixed])) & keyed)
    places[those] = those[np.lexsort((those, topic[those], a.customer[those]))]
    return places


def _roots(before: Ints, order: Ints, places: Ints) -> Ints:
    """The first attempt of each issue, where the chain follows `order`."""
    if not len(order):
        return places
    first = before[order] < 0
    begin = np.maximum.accumulate(np.where(first, places, 0))
    root = np.empty(len(order), np.int64)
    root[order] = order[begin]
    return root


def _marked(a: Attempts, before: Ints, issue: Ints, marks: Marks) -> tuple[Ints, Ints]:
    before, issue = before.copy(), issue.copy()
    if marks.begins:
        begins = np.flatnonzero(np.isin(a.contact, marks.begins))
        # Of a contact with several attempts it is the first that begins.
        _, first = np.unique(a.contact[begins], return_index=True)
        for place in begins[first]:
            if before[place] < 0:
                continue
            mine = np.flatnonzero(issue == issue[place])
            later = mine[a.entered_us[mine] >= a.entered_us[place]]
            before[place] = -1
            issue[later] = place
    for group in marks.same:
        together = np.unique(issue[np.isin(a.contact, group)])
        if len(together) < 2:
            continue
        mine = np.flatnonzero(np.isin(issue, together))
        mine = mine[np.argsort(a.entered_us[mine], kind="stable")]
        before[mine] = np.append(-1, mine[:-1])
        issue[mine] = mine[0]
    return before, issue


def _kinds(a: Attempts, before: Ints, over: Ints) -> Small:
    kind = np.full(len(a), FRESH, np.int8)
    later = np.flatnonzero(before >= 0)
    last = before[later]
    outcome, came = a.outcome[last], a.entered_us[later]
    open_ = over[last] > came
    promised = outcome == PROMISED
    kept = promised & (a.answered_us[last] >= 0) & (a.answered_us[last] <= came)
    left = (outcome == ABANDONED) | (outcome == LOST)
    kind[later] = np.select((open_, promised & ~kept, left), (CHASE, CALLED_IN, REDIAL), RECONNECT)
    return kind


__all__ = [
    "CALLED_IN",
    "CHASE",
    "FRESH",
    "RECONNECT",
    "REDIAL",
    "Issues",
    "Marks",
    "join",
]
