"""A centre that runs: made of its parameters and a seed, moved on in simulated time."""

import gc
from collections.abc import Iterable
from datetime import timedelta
from heapq import heappop
from zoneinfo import ZoneInfo

from console.domain.times import HOUR, from_iso
from console.twin import callbacks, customers, duty
from console.twin.arrivals import Stream
from console.twin.centre import MEDIA, VOICE, Centre, Turn
from console.twin.names import NAMES
from console.twin.world import Agent, Contact, Line, Medium, Topic, World


class Simulation:
    """Steps through a centre's time. The same centre, seed and orders give the same, bit for bit.

    `hours` is how far shifts are planned. `start` moves the beginning (microseconds UTC); without
    it the centre says when that is.
    """

    def __init__(self, centre: Centre, seed: int, hours: float, start: int | None = None) -> None:
        if start is None:
            start = from_iso(centre.start, ZoneInfo(centre.zone))
        self.world = w = World(centre, seed, start)
        _people(w)
        _lines(w)
        w.on_waiting = callbacks.offered
        w.on_left = customers.left
        w.on_served = _served
        w.on_free = duty.free
        if centre.callback.reserved:
            w.on_idle = callbacks.reserved
        duty.plan(w, hours)
        for turn in centre.turns:
            w.at(start + int(turn.at_h * HOUR), _begins, turn)
            w.at(start + int(turn.until_h * HOUR), _ends, turn)
        for medium in w.media.values():
            if medium.given.closes - medium.given.opens < 24:
                _hours(w, start, medium)
        duty.muster(w)
        self._streams = [Stream(w, m) for m in w.media.values() if m.given.per_hour]
        for stream in self._streams:
            stream.begin(w)

    @property
    def now(self) -> int:
        return self.world.now

    def advance(self, to: int) -> None:
        """Let everything happen that is due up to and including that instant."""
        w = self.world
        heap, pop = w.heap, heappop
        # Looking for rings of references takes longer than the simulation: needs and their contacts
        # are the only ones, and are untied when a need is over.
        collects = gc.isenabled()
        gc.disable()
        try:
            while heap and heap[0][0] <= to:
                t, _, do, of = pop(heap)
                w.now = t
                do(w, t, of)
        finally:
            if collects:
                gc.enable()
        w.now = max(w.now, to)

    def let_happen(self, turn: Turn) -> int:
        """A turn that the scenario did not foresee; its times are hours after the beginning, and
        lie ahead. When it ends."""
        w = self.world
        begins = max(w.now, w.start + int(turn.at_h * HOUR))
        until = w.start + int(turn.until_h * HOUR)
        w.at(begins, _let, (turn, self._streams, until))
        w.at(until, _ends, turn)
        return until

    def take(self, *facts: list[tuple[object, ...]]) -> None:
        """What was told is with whom it concerns."""
        for gathered in facts or (
            self.world.pbx, self.world.connect, self.world.desk, self.world.truth,
            self.world.reports,
        ):  # fmt: skip
            gathered.clear()


def _people(w: World) -> None:
    voice = {queue.name for queue in w.centre.queues if queue.channel == VOICE}
    for group in w.centre.groups:
        for number in range(group.count):
            serial = len(w.agents)
            first, last = NAMES[0], NAMES[1]
            # Each name once: the lists' lengths have no factor in common.
            round_, place = divmod(serial, len(first) * len(last))
            name = f"{first[place % len(first)]} {last[place % len(last)]}"
            agent = Agent(serial, group, name if not round_ else f"{name} {'I' * (round_ + 1)}")
            if not voice.intersection(group.queues):
                # Every so many-eth of them.
                share = group.telephones
                agent.telephone = int((number + 1) * share) > int(number * share)
                agent.on_calls = group.telephone_skill
            w.agents.append(agent)
            w.by_id[agent.id] = agent


def _lines(w: World) -> None:
    centre = w.centre
    w.topics = [Topic(topic) for topic in centre.topics]
    ranks = {name: rank for rank, name in enumerate(MEDIA)}  # the most urgent first
    for given in centre.media:
        w.media[given.name] = Medium(given)
    for queue in centre.queues:
        medium = w.media[queue.channel]
        out = w.pbx if queue.channel == VOICE else w.connect
        line = Line(queue, medium, ranks[queue.channel], w.desk if medium.written else out)
        w.lines[queue.name] = line
    for medium in w.media.values():
        mine = [line for line in w.lines.values() if line.medium is medium]
        ordinary = [
            line
            for line in mine
            if not line.given.escalation and line.name != centre.callback.queue
        ]
        further = next((line for line in mine if line.given.escalation), None)
        for topic in w.topics:
            line = next((x for x in ordinary if topic.name in x.given.topics), None)
            line = line or next((x for x in ordinary if not x.given.topics), None)
            if line is not None:
                medium.lines[topic.name] = line
        for line in ordinary:
            line.escalation = further
            if medium.name == VOICE and centre.callback.queue:
                line.offer, line.dial = centre.callback.offered, centre.callback.dialled


def _served(w: World, t: int, c: Contact, a: Agent) -> None:
    if not callbacks.served(w, t, c, a):
        customers.served(w, t, c, a)


def _begins(w: World, t: int, turn: Turn) -> None:
    w.turns.append(turn)
    w.truth.append((t, "turn", turn, True))
    for name in turn.down:
        w.media[name].down += 1
        customers.send_away(w, t, w.media[name], "down")
    if turn.site:
        duty.shut(w, t, turn.site)
    _factors(w)


def _let(w: World, t: int, of: tuple[Turn, list[Stream], int]) -> None:
    turn, streams, until = of
    _begins(w, t, turn)
    for stream in streams:
        stream.anew(w, t, until)


def _ends(w: World, t: int, turn: Turn) -> None:
    w.turns.remove(turn)
    w.truth.append((t, "turn", turn, False))
    for name in turn.down:
        w.media[name].down -= 1
    _factors(w)
    if turn.site and not any(other.site == turn.site for other in w.turns):
        duty.reopen(w, t, turn.site)


def _factors(w: World) -> None:
    """What is in force, multiplied anew: dividing would leave crumbs."""
    for medium in w.media.values():
        medium.handle = medium.resolution = 1.0
    for topic in w.topics:
        topic.handle, topic.resolution = topic.given.handle, topic.given.resolution
    for turn in w.turns:
        if turn.topics:
            for topic in w.topics:
                if topic.name in turn.topics:
                    topic.handle *= turn.handle
                    topic.resolution *= turn.resolution
        else:
            for name in turn.channels or tuple(w.media):
                w.media[name].handle *= turn.handle
                w.media[name].resolution *= turn.resolution


def _hours(w: World, t: int, medium: Medium) -> None:
    """Open or closed by the clock, until the clock says otherwise."""
    local = w.local(t)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    given = medium.given
    opens, closes = (midnight + timedelta(hours=h) for h in (given.opens, given.closes))
    medium.open_now = opens <= local < closes
    if local < opens:
        then = opens
    elif local < closes:
        then = closes
    else:
        then = opens + timedelta(days=1)
    next_ = w.instant(then)
    medium.opens_at = next_
    w.at(next_, _hours, medium)


def lines_of(w: World, names: Iterable[str]) -> list[Line]:
    return [w.lines[name] for name in names if name in w.lines]


def agent_of(w: World, said: str) -> Agent | None:
    """Whoever is meant: an interface in any case of its letters, a name, a person's number."""
    fold = said.casefold()
    for agent in w.agents:
        if fold in (agent.id.casefold(), agent.name.casefold(), agent.person):
            return agent
    return None


__all__ = ["Simulation", "agent_of", "lines_of"]
