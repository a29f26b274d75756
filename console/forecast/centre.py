"""What a forecast starts from: channels, who comes and who serves by interval, and what is open.

The symbols in brackets are those of the queueing literature. Where a value is an estimate, its
uncertainty travels beside it (`spread`), not in here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from console.forecast.normal import Floats

OPEN, DRAINING, CLOSED = 0, 1, 2
Marks = NDArray[np.int8]
Shares = Mapping[str, float]


def _none() -> Shares:
    return {}


@dataclass(frozen=True, slots=True)
class Callback:
    """How a channel's callbacks work. Whether they are offered and dialled now: `Centre`.

    Agents dial while more than the root of their number are free, and `reserved` of them always.
    A customer may call in while on the list: then the entry is stale, and its dial is lost.
    """

    accepted: float = 0.37
    offer_above_h: float = 0.05  # expected wait from which it is offered
    reached: float = 0.93  # of dials to customers who still wait for one (h)
    failed_dial_h: float = 1.5 / 60.0  # agent's time for a dial that reaches nobody (d)
    calls_in: float = 0.1  # rate at which a customer on the list calls by himself (chi)
    gives_up: float = 0.3  # of customers not reached, those who are lost
    reserved: float = 0.0  # share of agents who do nothing but dial, in whole agents
    reserved_known: bool = True  # False: nobody has seen whether any are
    handling_h: float | None = None  # of a callback; None: as any contact
    promise_h: float = 4.0  # within which it is promised


@dataclass(frozen=True, slots=True)
class Channel:
    """How contacts of a channel wait, are served and come back."""

    name: str
    handling_h: float  # with wrap-up, for one contact (tau)
    concurrency: float = 1.0  # contacts that an agent has in hand at once (kappa)
    patience_h: float = inf  # mean (1/theta)
    redial: float = 0.0  # share that tries again after giving up (p)
    redial_delay_h: float = 0.7  # (1/delta)
    resolution: float = 1.0  # of answered contacts (r)
    reconnect: float = 0.0  # of those that were not resolved, who come again (v)
    reconnect_delay_h: float = 8.0  # (1/gamma)
    chase: float = 0.0  # rate at which a waiting customer tries another channel (psi)
    chase_to: str = ""
    copy_h: float = 0.0  # agent's time for a contact whose customer was served elsewhere (d)
    duplicate: float = 0.0  # share of abandoned contacts that leave such a copy behind
    handling_growth: float = 0.0  # of handling time, for each hour of wait (dln tau/dw)
    administration_h: float = 0.0  # part of the handling time that could be done later
    returns_to: Shares = field(default_factory=_none)  # of next attempts; the rest: the same
    closed_to: Shares = field(default_factory=_none)  # where they go while it is closed
    closed_hold: float = 0.0  # who tries the same channel again later; the rest gives up
    callback: Callback | None = None
    target_s: float = 20.0  # answered within this counts for the service level

    @property
    def back(self) -> float:
        """Share of answered contacts after which the customer comes again (x)."""
        return (1.0 - self.resolution) * self.reconnect

    @property
    def hours_per_issue(self) -> float:
        """Agent time until an issue needs no more: redials add nothing to it."""
        return self.handling_h / self.concurrency / max(1.0 - self.back, 1e-9)

    @property
    def resolved_per_hour(self) -> float:
        """Issues that an agent resolves in an hour of work (kappa r / tau)."""
        return self.concurrency * self.resolution / self.handling_h


@dataclass(frozen=True, slots=True)
class Work:
    """What is open in a channel now, in issues; `copies` are contacts without an issue."""

    inside: float = 0.0  # waiting and being served
    redialling: float = 0.0  # gave up, will try again
    reconnecting: float = 0.0  # answered, not resolved, will come again
    list_live: float = 0.0  # promised a callback and waiting for it
    list_stale: float = 0.0  # on the list, but the customer has called in
    copies: float = 0.0
    given_up: float = 0.0  # lost at once: open when it begins, and never met


@dataclass(frozen=True, slots=True, eq=False)
class Centre:
    """A contact centre from an instant on. Arrays are channels by intervals of `interval_h`.

    `fresh` counts issues that begin in an hour, not attempts; `agents` are those who serve (not at
    lunch, not in a meeting). `opening` is OPEN, DRAINING (nobody comes in, who is inside is served)
    or CLOSED (who waits is sent away). `offering` and `dialling` are 0 or 1. `awake` is 0 outside
    of usual opening hours: whoever is to come again waits for the morning; none is turned away.
    """

    channels: tuple[Channel, ...]
    fresh: Floats
    agents: Floats
    work: tuple[Work, ...]
    interval_h: float = 0.25
    opening: Marks = field(default_factory=lambda: np.zeros((0, 0), np.int8))
    offering: Marks = field(default_factory=lambda: np.zeros((0, 0), np.int8))
    dialling: Marks = field(default_factory=lambda: np.zeros((0, 0), np.int8))
    awake: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    postponed_h: float = 0.0  # hours of administration that are owed already

    def __post_init__(self) -> None:
        shape = (len(self.channels), self.fresh.shape[1])
        if self.fresh.shape != shape or self.agents.shape != shape or len(self.work) != shape[0]:
            raise ValueError("channels, arrivals, agents and work do not fit each other")
        promising = np.array([[c.callback is not None] for c in self.channels], np.int8)
        promising = promising.reshape(-1, 1)
        if self.awake.size == 0:
            object.__setattr__(self, "awake", np.ones(shape))
        defaults = {"opening": OPEN, "offering": promising, "dialling": promising}
        for name, default in defaults.items():
            if getattr(self, name).size == 0:
                marks = np.zeros(shape, np.int8)
                marks[:] = default
                object.__setattr__(self, name, marks)

    @property
    def hours(self) -> float:
        return self.fresh.shape[1] * self.interval_h

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(channel.name for channel in self.channels)

    def place(self, name: str) -> int:
        return self.names.index(name)

    def intervals(self, from_h: float, until_h: float) -> slice:
        """The intervals that begin within these hours from now."""
        last = self.fresh.shape[1]
        first = min(last, max(0, round(from_h / self.interval_h)))
        return slice(first, last if until_h == inf else min(last, round(until_h / self.interval_h)))

    def with_channel(self, channel: Channel) -> "Centre":
        """The same with another channel in the place of the one of its name."""
        place = self.place(channel.name)
        channels = (*self.channels[:place], channel, *self.channels[place + 1 :])
        return replace(self, channels=channels)

    def routing(self) -> Floats:
        """Share of next attempts from each channel (row) to each channel (column)."""
        return shares_of(self.channels, [c.returns_to for c in self.channels], stay=True)


def shares_of(channels: Sequence[Channel], shares: Sequence[Shares], *, stay: bool) -> Floats:
    """Named shares as a matrix; with `stay`, what is not named remains in the channel."""
    places = {channel.name: place for place, channel in enumerate(channels)}
    found = np.zeros((len(channels), len(channels)))
    for place, row in enumerate(shares):
        for name, share in row.items():
            if name in places:
                found[place, places[name]] += share
        if stay:
            found[place, place] += max(0.0, 1.0 - found[place].sum())
    return found
