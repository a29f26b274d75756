"""Several centres, and members of an ensemble of each, as arrays for the engine.

Constants are channels × alternatives × members; what changes with time has its steps in front.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from console.forecast.centre import CLOSED, Centre, Channel, Marks, Work, shares_of
from console.forecast.normal import Floats
from console.forecast.spread import Draws, shifted

STEP_H = 1.0 / 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Ready for the engine. All centres have the same channels in the same order."""

    names: tuple[str, ...]
    step_h: float
    steps: int
    fresh: Floats  # T C A 1, per hour
    level: Floats  # C 1 E
    slots: Floats  # T C A 1
    agents: Floats  # T C A 1
    shut: Floats  # T C A 1: 1 where nobody is let in
    awake: Floats  # T C A 1: the part of those who are to come again that would come now
    evicting: Floats  # T C A 1: 1 where a channel closes and who waits is sent away
    offering: Floats  # T K A 1
    dialling: Floats  # T K A 1
    handling: Floats
    giving_up: Floats  # theta
    redial: Floats
    redial_delay: Floats
    resolution: Floats
    reconnect: Floats
    reconnect_delay: Floats
    concurrency: Floats
    chase: Floats
    copy: Floats
    duplicate: Floats
    growth: Floats
    hold: Floats
    chase_to: Floats  # C C, from row to column
    returns: Floats  # C C
    closed_to: Floats  # C C A 1
    back_channels: tuple[int, ...]  # the K channels that have callbacks or a list of them
    callback: dict[str, Floats]  # K A E
    start: dict[str, Floats]  # C A E

    @property
    def shape(self) -> tuple[int, int, int]:
        return (self.handling.shape[0], self.handling.shape[1], self.handling.shape[2])


def stacked(
    centres: Sequence[Centre],
    draws: Draws | None = None,
    hours: float = 48.0,
    step_h: float = STEP_H,
) -> Stack:
    """The first of the centres says where next attempts go; all must cover the hours."""
    first = centres[0]
    if any(centre.names != first.names for centre in centres):
        raise ValueError("all must have the same channels")
    if any(centre.hours < hours - 1e-9 for centre in centres):
        raise ValueError(f"arrivals and agents are not known for {hours:g} hours")
    steps = round(hours / step_h)
    members = draws.members if draws is not None else 1
    shape = (len(first.channels), len(centres), members)
    one = np.ones((shape[0], 1, 1))

    def each(of: Callable[[Channel], float], factor: Floats | None = None) -> Floats:
        values = np.array([[of(channel) for channel in centre.channels] for centre in centres])
        found = values.T[:, :, None] * (one if factor is None else factor[:, None, :])
        return np.ascontiguousarray(np.broadcast_to(found, shape))

    def share(of: Callable[[Channel], float], shift: Floats | None = None) -> Floats:
        found = each(of)
        return found if shift is None else shifted(found, shift[:, None, :])

    def work(of: Callable[[Work], float], factor: Floats | None = None) -> Floats:
        values = np.array([[of(item) for item in centre.work] for centre in centres])
        found = values.T[:, :, None] * (one if factor is None else factor[:, None, :])
        return np.array(np.broadcast_to(found, shape))

    mean = _Steps(first.interval_h, step_h, steps)
    agents = mean.means([centre.agents for centre in centres])
    opening = mean.marks([centre.opening for centre in centres])
    before = np.concatenate((np.zeros_like(opening[:1]), opening[:-1]))
    kept = tuple(
        place for place in range(shape[0]) if any(_promises(centre, place) for centre in centres)
    )
    return Stack(
        names=first.names,
        step_h=step_h,
        steps=steps,
        fresh=mean.means([centre.fresh for centre in centres]),
        level=one if draws is None else draws.level[:, None, :],
        agents=agents,
        slots=agents * each(lambda c: c.concurrency)[None, :, :, :1],
        shut=(opening > 0).astype(np.float64),
        awake=mean.means([centre.awake for centre in centres]),
        evicting=((opening == CLOSED) & (before != CLOSED)).astype(np.float64),
        offering=mean.marks([centre.offering for centre in centres])[:, kept].astype(np.float64),
        dialling=mean.marks([centre.dialling for centre in centres])[:, kept].astype(np.float64),
        handling=each(lambda c: c.handling_h, draws and draws.handling),
        giving_up=each(lambda c: 1.0 / c.patience_h, draws and 1.0 / draws.patience),
        redial=share(lambda c: c.redial, draws and draws.redial),
        redial_delay=each(lambda c: c.redial_delay_h, draws and draws.redial_delay),
        resolution=share(lambda c: c.resolution, draws and draws.resolution),
        reconnect=share(lambda c: c.reconnect, draws and draws.reconnect),
        reconnect_delay=each(lambda c: c.reconnect_delay_h, draws and draws.reconnect_delay),
        concurrency=each(lambda c: c.concurrency),
        chase=each(lambda c: c.chase if c.chase_to in first.names else 0.0),
        copy=each(lambda c: c.copy_h),
        duplicate=each(lambda c: c.duplicate),
        growth=each(lambda c: c.handling_growth),
        hold=each(lambda c: c.closed_hold),
        chase_to=shares_of(first.channels, [{c.chase_to: 1.0} for c in first.channels], stay=False),
        returns=first.routing(),
        closed_to=np.stack(
            [shares_of(c.channels, [k.closed_to for k in c.channels], stay=False) for c in centres],
            axis=2,
        )[..., None],
        back_channels=kept,
        callback=_callbacks(centres, kept, draws, shape),
        start={
            "inside": work(lambda w: w.inside),
            "redialling": work(lambda w: w.redialling, draws and draws.orbits),
            "reconnecting": work(lambda w: w.reconnecting, draws and draws.orbits),
            "list_live": work(lambda w: w.list_live),
            "list_stale": work(lambda w: w.list_stale),
            "copies": work(lambda w: w.copies),
            "given_up": work(lambda w: w.given_up),
        },
    )


def _promises(centre: Centre, place: int) -> bool:
    """Also where no callback is offered any more: the list of earlier ones is still owed."""
    work = centre.work[place]
    return centre.channels[place].callback is not None or work.list_live + work.list_stale > 0.0


def _callbacks(
    centres: Sequence[Centre],
    kept: tuple[int, ...],
    draws: Draws | None,
    shape: tuple[int, int, int],
) -> dict[str, Floats]:
    names = (
        "accepted", "offer_above_h", "reached", "failed_dial_h", "calls_in", "gives_up", "reserved",
    )  # fmt: skip
    found: dict[str, Floats] = {}
    size = (len(kept), *shape[1:])
    rules = [[centre.channels[place].callback for centre in centres] for place in kept]
    for name in names:
        values = [[getattr(rule, name) if rule else 0.0 for rule in row] for row in rules]
        array = np.array(values, np.float64).reshape(len(kept), len(centres), 1)
        found[name] = np.ascontiguousarray(np.broadcast_to(array, size))
    lengths = [
        [
            rule.handling_h if rule and rule.handling_h else centre.channels[place].handling_h
            for rule, centre in zip(row, centres, strict=True)
        ]
        for place, row in zip(kept, rules, strict=True)
    ]
    array = np.array(lengths, np.float64).reshape(len(kept), len(centres), 1)
    if draws is not None:
        array = array * draws.handling[list(kept), None, :]
    found["handling"] = np.ascontiguousarray(np.broadcast_to(array, size))
    return found


class _Steps:
    """Intervals of the data become steps of the engine."""

    def __init__(self, interval_h: float, step_h: float, steps: int) -> None:
        self._interval_h = interval_h
        self._edges: Floats = np.arange(steps + 1, dtype=np.float64) * step_h

    def means(self, arrays: Sequence[Floats]) -> Floats:
        """The mean over each step, so that no arrival and no hour is lost between the two."""
        stack = np.stack(arrays, axis=2)  # C I A
        known: Floats = np.arange(stack.shape[1] + 1, dtype=np.float64) * self._interval_h
        summed = np.zeros((stack.shape[0], stack.shape[1] + 1, stack.shape[2]))
        np.cumsum(stack * self._interval_h, axis=1, out=summed[:, 1:])
        place = np.clip(self._edges / self._interval_h, 0.0, stack.shape[1])
        low = np.minimum(place.astype(np.intp), stack.shape[1] - 1)
        share: Floats = (self._edges - known[low]) / self._interval_h
        at: Floats = summed[:, low] + share[None, :, None] * (summed[:, low + 1] - summed[:, low])
        step = self._edges[1] - self._edges[0]
        return np.ascontiguousarray(np.moveaxis(np.diff(at, axis=1) / step, 1, 0))[..., None]

    def marks(self, arrays: Sequence[Marks]) -> Marks:
        """What holds where each step begins."""
        stack = np.stack(arrays, axis=2)
        place = (self._edges[:-1] / self._interval_h + 1e-6).astype(np.intp)
        at = stack[:, np.minimum(place, stack.shape[1] - 1)]
        return np.ascontiguousarray(np.moveaxis(at, 1, 0))[..., None]
