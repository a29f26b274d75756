"""Attempts and promises in columns: what issues, the gauge and all estimates are made from."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Small = NDArray[np.int8]
Seconds = NDArray[np.float32]

#: How an attempt stands or ended. A loss is any end without an answer but hanging up: timed out,
#: sent away, cut off. Who was promised a callback left without an answer, but is not gone.
ANSWERED, IN_CONVERSATION, WAITING, ABANDONED, LOST, PROMISED = range(6)
OUTCOMES = (
    "answered", "in conversation", "waiting", "abandoned", "lost otherwise", "callback promised",
)  # fmt: skip
UNKNOWN = -1


@dataclass(frozen=True, slots=True, eq=False)
class Attempts:
    """Inbound attempts, one place in each column for each, in no order to be relied on.

    Times are microseconds UTC, -1 where it has not happened or is unknown. An attempt is a contact;
    a ticket in which the customer asks anew after a reply is an attempt for each question.
    `customer` and `topic` are codes, -1 where unknown: equal codes are one customer, or one topic.
    Codes hold as long as the value lives, and among values of one `reads.attempts.History`.
    """

    contact: Codes  # id of the contact
    source: Codes  # id of its source
    customer: Codes
    topic: Codes  # a place in `topics`
    channel: Small  # a place in `channels`
    queue: Codes  # id of the queue it entered first, -1: in none
    entered_us: Ints
    answered_us: Ints
    ended_us: Ints  # -1: not yet, or nobody knows when
    outcome: Small  # one of OUTCOMES
    talk_s: Seconds  # in conversation, all agents together; NaN unknown
    wrapup_s: Seconds  # NaN unknown
    agent: Codes  # who answered first, -1 nobody
    resolved: Small  # 1 yes, 0 no, -1 nobody has said
    topics: tuple[str, ...]
    channels: tuple[str, ...]
    from_us: int  # attempts from this time on
    until_us: int  # the newest stamp of the data that they come from
    revision: int

    def __len__(self) -> int:
        return len(self.contact)

    @property
    def answered(self) -> NDArray[np.bool_]:
        """An agent has been connected."""
        return (self.outcome == ANSWERED) | (self.outcome == IN_CONVERSATION)

    @property
    def left(self) -> NDArray[np.bool_]:
        """Gone without an answer and without a promise."""
        return (self.outcome == ABANDONED) | (self.outcome == LOST)

    def taken(self, places: NDArray[Any]) -> "Attempts":
        """Only those at these places, or where it is true, in that order."""
        return replace(self, **{name: getattr(self, name)[places] for name in COLUMNS})


#: The names of the columns of `Attempts`.
COLUMNS = tuple(each.name for each in fields(Attempts))[:14]


@dataclass(frozen=True, slots=True, eq=False)
class Promises:
    """Callbacks that were promised. Times as in `Attempts`."""

    contact: Codes
    source: Codes
    customer: Codes
    queue: Codes
    made_us: Ints
    due_us: Ints
    dialled_us: Ints
    ended_us: Ints  # -1: it is still on the list
    reached: Small  # 1 the customer was reached, 0 not, -1 nobody knows yet
    called_in_us: Ints  # the customer's first attempt after the promise while it was open; -1 none
    revision: int

    def __len__(self) -> int:
        return len(self.contact)


__all__ = [
    "ABANDONED",
    "ANSWERED",
    "COLUMNS",
    "IN_CONVERSATION",
    "LOST",
    "OUTCOMES",
    "PROMISED",
    "UNKNOWN",
    "WAITING",
    "Attempts",
    "Promises",
]
