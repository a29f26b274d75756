"""What could be done, as values: each turns a centre into the one that it would be.

Hours count from now. What is named and not there is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Protocol

import numpy as np

from console.forecast.centre import CLOSED, DRAINING, OPEN, Centre, Marks

_OPENINGS = {OPEN: "open", DRAINING: "drain", CLOSED: "close"}
#: What is known of how far resolution follows handling time (dln r/dln tau): no more than this.
ELASTICITY = (0.3, 1.5)


class Alternative(Protocol):
    """Something that a person could do."""

    @property
    def title(self) -> str: ...

    def applied(self, centre: Centre) -> Centre:
        """The centre as it would be."""
        ...


@dataclass(frozen=True, slots=True)
class CallbackOffer:
    """Offer callbacks on a channel, or offer them no longer. The list is dialled as before."""

    channel: str
    on: bool
    from_h: float = 0.0
    until_h: float = inf

    @property
    def title(self) -> str:
        return f"callback offer {'on' if self.on else 'off'}, {self.channel}"

    def applied(self, centre: Centre) -> Centre:
        value = int(self.on and centre.channels[centre.place(self.channel)].callback is not None)
        return replace(centre, offering=_marked(centre, centre.offering, self, self.channel, value))


@dataclass(frozen=True, slots=True)
class CallbackDialling:
    """Dial the list or let it lie; `reserved` is the share of agents who do nothing else."""

    channel: str
    on: bool
    reserved: float | None = None
    from_h: float = 0.0
    until_h: float = inf

    @property
    def title(self) -> str:
        kept = "" if not self.reserved else f", {self.reserved:.0%} of agents for it"
        return f"dialling {'on' if self.on else 'off'}, {self.channel}{kept}"

    def applied(self, centre: Centre) -> Centre:
        channel = centre.channels[centre.place(self.channel)]
        if channel.callback is None:
            return centre
        if self.reserved is not None:
            rules = replace(channel.callback, reserved=self.reserved)
            centre = centre.with_channel(replace(channel, callback=rules))
        marks = _marked(centre, centre.dialling, self, self.channel, int(self.on))
        return replace(centre, dialling=marks)


@dataclass(frozen=True, slots=True)
class OfferInPart:
    """Callbacks are offered by some queues of a channel: `share` of what is offered without it."""

    channel: str
    share: float

    @property
    def title(self) -> str:
        return f"callback offer in {self.share:.0%} of {self.channel}"

    def applied(self, centre: Centre) -> Centre:
        channel = centre.channels[centre.place(self.channel)]
        if channel.callback is None:
            return centre
        rules = replace(channel.callback, accepted=min(1.0, self.share * channel.callback.accepted))
        return centre.with_channel(replace(channel, callback=rules))


@dataclass(frozen=True, slots=True)
class ReleasePromises:
    """Those on the callback list are told that nobody will call: as many call by themselves as try
    again after giving up, the others are given up at once. `share` of the list is released."""

    channel: str
    share: float = 1.0

    @property
    def title(self) -> str:
        return f"release the callback list of {self.channel}"

    def applied(self, centre: Centre) -> Centre:
        place = centre.place(self.channel)
        work, again = centre.work[place], centre.channels[place].redial
        told = self.share * work.list_live
        changed = replace(
            work,
            list_live=work.list_live - told,
            list_stale=(1.0 - self.share) * work.list_stale,
            redialling=work.redialling + again * told,
            given_up=work.given_up + (1.0 - again) * told,
        )
        return replace(centre, work=(*centre.work[:place], changed, *centre.work[place + 1 :]))


@dataclass(frozen=True, slots=True)
class ChannelOpening:
    """Open a channel, let it drain (who is inside is served), or close it (they are sent away)."""

    channel: str
    state: int
    from_h: float = 0.0
    until_h: float = inf

    @property
    def title(self) -> str:
        return f"{_OPENINGS[self.state]} {self.channel}"

    def applied(self, centre: Centre) -> Centre:
        marks = _marked(centre, centre.opening, self, self.channel, self.state)
        return replace(centre, opening=marks)


@dataclass(frozen=True, slots=True)
class MoveAgents:
    """Agents of one channel serve another; `skill` is their speed there against its own agents'.

    No more move than are there.
    """

    source: str
    target: str
    number: float
    skill: float = 1.0
    from_h: float = 0.0
    until_h: float = inf

    @property
    def title(self) -> str:
        many = "all" if self.number == inf else f"{self.number:g}"
        return f"{many} agents from {self.source} to {self.target}"

    def applied(self, centre: Centre) -> Centre:
        agents = centre.agents.copy()
        when = centre.intervals(self.from_h, self.until_h)
        source, target = centre.place(self.source), centre.place(self.target)
        moved = np.minimum(agents[source, when], self.number)
        agents[source, when] -= moved
        agents[target, when] += self.skill * moved
        return replace(centre, agents=agents)


@dataclass(frozen=True, slots=True)
class Staffing:
    """Agents more or fewer, by channel; never fewer than none."""

    what: str
    agents: tuple[tuple[str, float], ...]
    from_h: float = 0.0
    until_h: float = inf

    @property
    def title(self) -> str:
        return self.what

    def applied(self, centre: Centre) -> Centre:
        agents = centre.agents.copy()
        when = centre.intervals(self.from_h, self.until_h)
        for channel, number in self.agents:
            place = centre.place(channel)
            agents[place, when] = np.maximum(agents[place, when] + number, 0.0)
        return replace(centre, agents=agents)


@dataclass(frozen=True, slots=True)
class FreeHours:
    """Agents who serve instead of meeting, learning or administering: (from, until, how many)."""

    channel: str
    what: str
    blocks: tuple[tuple[float, float, float], ...]

    @property
    def title(self) -> str:
        return f"cancel {self.what}, {self.hours:.0f} h to {self.channel}"

    @property
    def hours(self) -> float:
        return sum((until - start) * number for start, until, number in self.blocks)

    def applied(self, centre: Centre) -> Centre:
        agents = centre.agents.copy()
        place = centre.place(self.channel)
        for start, until, number in self.blocks:
            agents[place, centre.intervals(start, until)] += number
        return replace(centre, agents=agents)


@dataclass(frozen=True, slots=True)
class PostponeAdministration:
    """Leave a share of administration after contacts for later: it is owed then.

    What goes beyond administration is taken from notes, and `resolution_lost` is what it costs that
    the next agent does not find them.
    """

    channel: str
    share: float
    notes_h: float = 0.0
    resolution_lost: float = 0.04

    @property
    def title(self) -> str:
        notes = " and notes" if self.notes_h else ""
        return f"put off {self.share:.0%} of administration{notes}, {self.channel}"

    def applied(self, centre: Centre) -> Centre:
        channel = centre.channels[centre.place(self.channel)]
        saved = self.share * channel.administration_h + self.notes_h
        lost = self.resolution_lost if self.notes_h > 0.0 else 0.0
        return centre.with_channel(
            replace(
                channel,
                handling_h=max(channel.handling_h - saved, 0.1 * channel.handling_h),
                administration_h=(1.0 - self.share) * channel.administration_h,
                resolution=max(channel.resolution - lost, 0.0),
            )
        )


@dataclass(frozen=True, slots=True)
class AddExperts:
    """Experts or back office at the front line, with their own handling time and resolution."""

    channel: str
    number: float
    handling_h: float
    resolution: float
    from_h: float = 0.0
    until_h: float = inf

    @property
    def title(self) -> str:
        return f"{self.number:g} experts to {self.channel}"

    def applied(self, centre: Centre) -> Centre:
        agents = centre.agents.copy()
        place = centre.place(self.channel)
        channel = centre.channels[place]
        before = float(agents[place].sum())
        agents[place, centre.intervals(self.from_h, self.until_h)] += self.number
        experts = float(agents[place].sum()) - before
        if before + experts <= 0.0:
            return centre
        # Contacts are shared as speeds are.
        own, theirs = before / channel.handling_h, experts / self.handling_h
        share = theirs / (own + theirs)
        mixed = (1.0 - share) * channel.resolution + share * self.resolution
        length = (1.0 - share) * channel.handling_h + share * self.handling_h
        changed = replace(channel, handling_h=length, resolution=mixed)
        return replace(centre.with_channel(changed), agents=agents)


@dataclass(frozen=True, slots=True)
class HandlingTarget:
    """Ask for shorter contacts: fewer are resolved then, by the elasticity. It is never free."""

    channel: str
    factor: float
    elasticity: float | None = None  # None: unknown, then `extremes` are tried too

    def __post_init__(self) -> None:
        low, high = ELASTICITY
        if self.elasticity is not None and not low <= self.elasticity <= high:
            raise ValueError(
                f"resolution follows handling time by {low} to {high}: nobody knows better, "
                "and it is never 0"
            )

    @property
    def title(self) -> str:
        sign = "+" if self.factor >= 1.0 else "−"
        return f"handling time {sign}{abs(self.factor - 1.0):.0%}, {self.channel}"

    def applied(self, centre: Centre) -> Centre:
        channel = centre.channels[centre.place(self.channel)]
        slope = sum(ELASTICITY) / 2.0 if self.elasticity is None else self.elasticity
        resolution = min(channel.resolution * self.factor**slope, 1.0)
        return centre.with_channel(
            replace(channel, handling_h=channel.handling_h * self.factor, resolution=resolution)
        )


@dataclass(frozen=True, slots=True)
class Posture:
    """Several alternatives at once, one after another."""

    title: str
    parts: tuple[Alternative, ...]

    def applied(self, centre: Centre) -> Centre:
        for part in self.parts:
            centre = part.applied(centre)
        return centre


class _Timed(Protocol):
    @property
    def from_h(self) -> float: ...
    @property
    def until_h(self) -> float: ...


def _marked(centre: Centre, marks: Marks, when: _Timed, channel: str, value: int) -> Marks:
    found = marks.copy()
    found[centre.place(channel), centre.intervals(when.from_h, when.until_h)] = value
    return found


def applied(centre: Centre, alternatives: Sequence[Alternative]) -> list[Centre]:
    """The centre as it is, then as each alternative would make it."""
    return [centre, *(alternative.applied(centre) for alternative in alternatives)]


def extremes(alternative: Alternative) -> tuple[Alternative, ...]:
    """The same with what nobody knows of it at both its ends; empty where nothing is unknown."""
    if isinstance(alternative, HandlingTarget) and alternative.elasticity is None:
        return tuple(replace(alternative, elasticity=end) for end in ELASTICITY)
    if isinstance(alternative, Posture):
        ends = [extremes(part) or (part, part) for part in alternative.parts]
        if any(extremes(part) for part in alternative.parts):
            return tuple(
                replace(alternative, parts=tuple(end[n] for end in ends)) for n in range(2)
            )
    return ()
