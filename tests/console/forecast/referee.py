"""The same customers one by one: an event loop that shares no equation with the engine.

It knows each contact, each promise and each dial, and takes a centre's rules at their word.
"""

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf, sqrt
from random import Random
from typing import Any

import numpy as np

from console.forecast.centre import CLOSED, Centre

ARRIVE, DONE, LEAVE, CHASE, CALL, DIALLED, BOUNDARY, SAMPLE = range(8)


@dataclass
class Tally:
    """What happened, by channel; `open` and `hourly` at whole hours."""

    attempts: list[int]
    answered: list[int]
    abandoned: list[int]
    called_back: int = 0
    resolved: int = 0
    given_up: int = 0
    open: list[int] = field(default_factory=list)
    list_live: list[int] = field(default_factory=list)
    by_channel: list[list[int]] = field(default_factory=list)
    hourly: list[tuple[int, int, int, float]] = field(default_factory=list)


class Referee:
    def __init__(self, centre: Centre, seed: int, within_h: float = 20 / 3600) -> None:
        self.centre, self.random, self.within_h = centre, Random(seed), within_h
        number = len(centre.channels)
        self.slots = [0.0] * number
        self.busy = [0] * number
        self.dialling = [0] * number
        self.lines: list[deque[list[Any]]] = [deque() for _ in range(number)]
        self.waiting = [0] * number
        self.lists: list[deque[list[Any]]] = [deque() for _ in range(number)]
        self.live = [0] * number
        self.orbit = [0] * number
        self.in_hand = [0] * number  # copies being worked on
        self.heap: list[Any] = []
        self.serial = 0
        self.now = 0.0
        self.interval = -1
        self.tally = Tally([0] * number, [0] * number, [0] * number)
        # Of the first channel, in this hour: came, given up, answered in time, waited.
        self.hour: list[Any] = [0, 0, 0, 0.0]
        self.names = centre.names
        self.issues = 0
        #: Of customers on a list: hours until called in or dialled; of dials: age, reached.
        self.calls: list[tuple[float, bool]] = []
        self.dials: list[tuple[float, bool]] = []
        #: Contacts: issue, channel, came, wait ended, how (answered, gave up), length, resolved.
        self.log: list[list[Any]] = []
        self.returns = centre.routing().cumsum(axis=1).tolist()

    def at(self, when: float, kind: int, channel: int, what: Any = None) -> None:
        self.serial += 1
        heappush(self.heap, (when, self.serial, kind, channel, what))

    def later(self, mean: float) -> float:
        return self.now + self.random.expovariate(1.0) * mean

    def run(self, hours: float) -> Tally:
        self.begin()
        self.boundary()
        for hour in range(1, round(hours) + 1):
            self.at(float(hour), SAMPLE, 0)
        doing = {
            ARRIVE: self.attempt, DONE: self.done, LEAVE: self.leave,
            CHASE: self.chase, CALL: self.call_in, DIALLED: self.dialled,
        }  # fmt: skip
        while self.heap:
            when, _, kind, channel, what = heappop(self.heap)
            if when > hours + 1e-9:
                break
            self.now = when
            if kind == BOUNDARY:
                self.boundary()
            elif kind == SAMPLE:
                self.sample()
            else:
                doing[kind](channel, what)
        return self.tally

    def begin(self) -> None:
        for place, (channel, work) in enumerate(
            zip(self.centre.channels, self.centre.work, strict=True)
        ):
            inside, copies = round(work.inside), round(work.copies)
            free = int(self.centre.agents[place, 0] * channel.concurrency)
            self.slots[place] = self.centre.agents[place, 0] * channel.concurrency
            kinds = [0] * (inside - min(inside, free)) + [1] * copies
            self.random.shuffle(kinds)
            for _ in range(min(inside, free)):
                self.serve(place, 0.0, self.contact(place, self.earlier()))
            for kind in kinds:
                self.enqueue(place, kind, self.contact(place, self.earlier()))
            for number, delay in (
                (work.redialling, channel.redial_delay_h),
                (work.reconnecting, channel.reconnect_delay_h),
            ):
                for _ in range(round(number)):
                    self.come_back(place, delay, self.earlier())
            entries = [True] * round(work.list_live) + [False] * round(work.list_stale)
            # The older, the more have called in.
            entries.sort(key=lambda live: self.random.random() + 0.5 * live)
            for live in entries:
                self.promise(place, live=live, who=self.earlier())

    def earlier(self) -> int:
        """An issue that began before."""
        self.issues += 1
        return -self.issues

    def contact(self, channel: int, who: int) -> list[Any]:
        row: list[Any] = [who, channel, self.now, inf, "waiting", 0.0, False]
        self.log.append(row)
        return row

    # -- customers ---------------------------------------------------------------------------

    def come_back(self, channel: int, delay: float, who: int) -> None:
        self.orbit[channel] += 1
        self.at(self.later(delay), ARRIVE, channel, (True, who))

    def attempt(self, channel: int, what: tuple[bool, int]) -> None:
        back, who = what
        if back:
            self.orbit[channel] -= 1
            draw = self.random.random()
            channel = next((n for n, up in enumerate(self.returns[channel]) if draw < up), channel)
        if self.centre.opening[channel, self.interval] > 0:
            self.turned(channel, who)
            return
        self.arrive(channel, who)

    def turned(self, channel: int, who: int) -> None:
        """Whoever finds a channel shut."""
        rules = self.centre.channels[channel]
        draw = self.random.random() - rules.closed_hold
        if draw < 0.0:
            self.come_back(channel, rules.redial_delay_h, who)
            return
        for name, share in rules.closed_to.items():
            draw -= share
            if draw < 0.0:
                target = self.names.index(name)
                if self.centre.opening[target, self.interval] > 0:
                    self.come_back(target, self.centre.channels[target].redial_delay_h, who)
                else:
                    self.arrive(target, who)
                return
        self.tally.given_up += 1

    def arrive(self, channel: int, who: int) -> None:
        rules = self.centre.channels[channel]
        self.tally.attempts[channel] += 1
        row = self.contact(channel, who)
        offer = rules.callback
        if offer is not None and self.centre.offering[channel, self.interval]:
            wait = self.waiting[channel] * rules.handling_h / max(self.slots[channel], 1e-9)
            if wait > offer.offer_above_h and self.random.random() < offer.accepted:
                row[3:5] = self.now, "callback"
                self.promise(channel, live=True, who=who)
                return
        if channel == 0:
            self.hour[0] += 1
        if self.free(channel) >= 1.0:
            if channel == 0:
                self.hour[2] += 1
            self.serve(channel, 0.0, row)
        else:
            self.enqueue(channel, 0, row)

    def enqueue(self, channel: int, kind: int, row: list[Any]) -> None:
        entry = [kind, True, self.now, row[0], row]  # kind: 0 a customer, 1 a copy
        self.lines[channel].append(entry)
        if kind == 0:
            self.waiting[channel] += 1
            rules = self.centre.channels[channel]
            if rules.patience_h < inf:
                self.at(self.later(rules.patience_h), LEAVE, channel, entry)
            if rules.chase > 0.0:
                self.at(self.later(1.0 / rules.chase), CHASE, channel, entry)

    def leave(self, channel: int, entry: list[Any]) -> None:
        if not entry[1] or entry[0] == 1:
            return
        rules = self.centre.channels[channel]
        self.waiting[channel] -= 1
        self.tally.abandoned[channel] += 1
        if channel == 0:
            self.hour[1] += 1
            self.hour[3] += self.now - entry[2]
        entry[4][3:5] = self.now, "gave up"
        if rules.duplicate > 0.0 and self.random.random() < rules.duplicate:
            entry[0] = 1
        else:
            entry[1] = False
        if self.random.random() < rules.redial:
            self.come_back(channel, rules.redial_delay_h, entry[3])
        else:
            self.tally.given_up += 1

    def chase(self, channel: int, entry: list[Any]) -> None:
        if not entry[1] or entry[0] == 1:
            return
        entry[0] = 1
        self.waiting[channel] -= 1
        target = self.names.index(self.centre.channels[channel].chase_to)
        self.attempt(target, (False, entry[3]))

    def answered(self, channel: int, who: int) -> bool:
        rules = self.centre.channels[channel]
        draw = self.random.random()
        if draw < rules.resolution:
            self.tally.resolved += 1
            return True
        if self.random.random() < rules.reconnect:
            self.come_back(channel, rules.reconnect_delay_h, who)
        else:
            self.tally.given_up += 1
        return False

    # -- agents ------------------------------------------------------------------------------

    def free(self, channel: int) -> float:
        return self.slots[channel] - self.busy[channel] - self.dialling[channel]

    def serve(self, channel: int, waited: float, row: list[Any]) -> None:
        rules = self.centre.channels[channel]
        longer = np.exp(rules.handling_growth * min(waited, 3.0)) if rules.handling_growth else 1.0
        self.busy[channel] += 1
        when = self.later(rules.handling_h * longer)
        row[3:6] = self.now, "answered", when - self.now
        self.at(when, DONE, channel, (0, row))

    def done(self, channel: int, what: tuple[int, Any]) -> None:
        copy, row = what
        self.busy[channel] -= 1
        if not copy:
            self.tally.answered[channel] += 1
            row[6] = self.answered(channel, row[0])
        else:
            self.in_hand[channel] -= 1
        self.next(channel)

    def next(self, channel: int) -> None:
        """Whoever is free takes the next contact, or dials."""
        offer = self.centre.channels[channel].callback
        line = self.lines[channel]
        while self.free(channel) >= 1.0:
            if offer and self.dialling[channel] + 1 <= offer.reserved * self.slots[channel]:
                if self.dial(channel):
                    continue
            while line and not line[0][1]:
                line.popleft()
            if not line:
                break
            entry = line.popleft()
            entry[1] = False
            if entry[0] == 1:
                self.busy[channel] += 1
                self.in_hand[channel] += 1
                copy_h = self.centre.channels[channel].copy_h
                self.at(self.later(copy_h), DONE, channel, (1, None))
                continue
            self.waiting[channel] -= 1
            waited = self.now - entry[2]
            if channel == 0:
                self.hour[3] += waited
                self.hour[2] += waited <= self.within_h
            self.serve(channel, waited, entry[4])
        while self.free(channel) > sqrt(max(self.slots[channel], 0.0)) and self.free(channel) >= 1:
            if not self.dial(channel):
                break

    # -- callbacks ---------------------------------------------------------------------------

    def promise(self, channel: int, *, live: bool, who: int) -> None:
        entry = [live, True, who, self.now, self.now]  # live, still on the list
        self.lists[channel].append(entry)
        if live:
            self.live[channel] += 1
            self.clock(channel, entry)

    def clock(self, channel: int, entry: list[Any]) -> None:
        offer = self.centre.channels[channel].callback
        if offer is not None and offer.calls_in > 0.0:
            self.at(self.later(1.0 / offer.calls_in), CALL, channel, entry)

    def call_in(self, channel: int, entry: list[Any]) -> None:
        if not entry[1]:
            if entry[0] and len(entry) == 5:  # being dialled: he will see
                self.clock(channel, entry)
            return
        entry[0] = False
        self.live[channel] -= 1
        self.calls.append((self.now - entry[4], True))
        self.attempt(channel, (False, entry[2]))

    def dial(self, channel: int) -> bool:
        offer = self.centre.channels[channel].callback
        if offer is None or not self.centre.dialling[channel, self.interval]:
            return False
        if not self.lists[channel]:
            return False
        entry = self.lists[channel].popleft()
        entry[1] = False
        self.dialling[channel] += 1
        reached = entry[0] and self.random.random() < offer.reached
        if entry[0]:
            self.dials.append((self.now - entry[3], reached))
            self.calls.append((self.now - entry[4], False))
        talk = offer.handling_h or self.centre.channels[channel].handling_h
        self.at(
            self.later(talk if reached else offer.failed_dial_h), DIALLED, channel, (entry, reached)
        )
        return True

    def dialled(self, channel: int, what: Any) -> None:
        entry, reached = what
        self.dialling[channel] -= 1
        offer = self.centre.channels[channel].callback
        if reached:
            self.tally.called_back += 1
            self.live[channel] -= 1
            entry.append("met")
            self.answered(channel, entry[2])
        elif entry[0]:
            assert offer is not None
            if self.random.random() < offer.gives_up:
                self.live[channel] -= 1
                entry.append("lost")
                self.tally.given_up += 1
            else:
                entry[1], entry[4] = True, self.now
                self.lists[channel].append(entry)
        self.next(channel)

    # -- time --------------------------------------------------------------------------------

    def boundary(self) -> None:
        centre = self.centre
        before, self.interval = self.interval, self.interval + 1
        if self.interval >= centre.fresh.shape[1]:
            self.interval = before
            return
        for place, channel in enumerate(centre.channels):
            self.slots[place] = centre.agents[place, self.interval] * channel.concurrency
            closed = centre.opening[place, self.interval] == CLOSED
            if closed and (before < 0 or centre.opening[place, before] != CLOSED):
                self.evict(place)
            rate = centre.fresh[place, self.interval]
            when = self.now
            while rate > 0.0:
                when += self.random.expovariate(rate)
                if when >= self.now + centre.interval_h:
                    break
                self.issues += 1
                self.at(when, ARRIVE, place, (False, self.issues))
            self.next(place)
        self.at(self.now + centre.interval_h, BOUNDARY, 0)

    def evict(self, channel: int) -> None:
        for entry in self.lines[channel]:
            if entry[1] and entry[0] == 0:
                entry[1] = False
                self.waiting[channel] -= 1
                self.turned(channel, entry[3])

    def sample(self) -> None:
        each = [
            self.waiting[c] + self.busy[c] - self.in_hand[c] + self.orbit[c] + self.live[c]
            for c in range(len(self.waiting))
        ]
        self.tally.open.append(sum(each))
        self.tally.by_channel.append(each)
        self.tally.list_live.append(sum(self.live))
        self.tally.hourly.append(tuple(self.hour))  # type: ignore[arg-type]
        self.hour = [0, 0, 0, 0.0]


def referee(centre: Centre, seed: int, hours: float = 48.0) -> Tally:
    return Referee(centre, seed).run(hours)


def referees(centre: Centre, runs: int, hours: float = 48.0) -> list[Tally]:
    """The same seeds for every alternative."""
    return [referee(centre, seed, hours) for seed in range(runs)]


def mean_and_error(values: list[float]) -> tuple[float, float]:
    """Mean and the half of its 95 % interval."""
    array = np.asarray(values, np.float64)
    return float(array.mean()), float(2.1 * array.std(ddof=1) / np.sqrt(len(values)))
