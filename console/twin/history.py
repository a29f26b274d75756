"""The days before a rehearsal: ordinary ones of the same centre, written as older files.

What a console says of this Monday it says beside what it knows of others. The days are simulated in
pieces while the rehearsal runs already, without the turns of the story, with luck of their own.
Where they meet the beginning nothing is open: what waits in writing is answered in the last
evening, and nobody is on a line. The newest day is put in its place first: whoever reads meanwhile
never takes for open what was answered a day later. Of agents' events there are no heartbeats, which
would be most of the bytes and say nothing.
"""

import shutil
import time
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from console.domain.times import DAY, HOUR, MINUTE, SECOND, iso
from console.twin import customers, duty, lines, rosters
from console.twin.agent_events import AgentEvents
from console.twin.centre import Turn
from console.twin.connect_names import Instance
from console.twin.contact_records import ContactRecords
from console.twin.folder import put
from console.twin.places import BEFORE, MARK
from console.twin.queue_log import QueueLog
from console.twin.simulation import Simulation
from console.twin.tickets import Tickets
from console.twin.world import OVER, RINGING, TALKING, WAITING, Agent, Contact, World

if TYPE_CHECKING:
    from console.twin.rehearsal import Rehearsal

#: Simulated between two looks at our clock.
STEP = 10 * MINUTE
#: Before the seam: nobody new comes and the desk is cleared; lines are closed; all have gone.
CLEARED, CLOSED, GONE = 3 * HOUR, 2 * MINUTE, 30 * SECOND
#: A reply of the last evening takes so long.
REPLY = 3 * MINUTE
#: So that the luck of these days is another than the rehearsal's.
_OTHER = 0x5EED


class History:
    """The days before `play`; `done` goes from 0 to 1."""

    def __init__(self, play: "Rehearsal", days: int) -> None:
        self.done = 0.0
        self._play, self._days = play, days
        self._texts: dict[str, list[str]] = defaultdict(list)
        self._day = self._part = 0
        self._written: list[list[str]] = []  # files of each day, in their hidden folder still

    def work(self, seconds: float) -> bool:
        """Go on for so long, more or less; True where a day's files came into their place."""
        until, w = time.perf_counter() + seconds, self._play.world
        if self.done >= 1:
            return False
        if self._day == self._days:
            self._put_in_place()
            return True
        if not self._part:
            self._begin()
            self._part = 1
        start = w.start - self._days * DAY
        while time.perf_counter() < until:
            end = min(start + (self._day + 1) * DAY, w.start)
            self._advance(min(end, self._world.now + STEP))
            if self._world.now < end:
                continue
            self._write(start + self._day * DAY)
            self._day += 1
            self.done = self._day / self._days / 2
            return False
        return False

    def _put_in_place(self) -> None:
        """The newest of the days that are not there yet."""
        into = self._play.into
        for name in self._written.pop():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            (into / MARK / BEFORE / name).replace(into / name)
        self.done = 1 - len(self._written) / self._days / 2
        if not self._written:
            shutil.rmtree(into / MARK / BEFORE, ignore_errors=True)

    def run(self) -> None:
        """All of it, as fast as it goes."""
        while self.done < 1:
            self.work(60)

    def _begin(self) -> None:
        play = self._play
        centre, live = play.scenario.centre, play.world
        begins = datetime.fromisoformat(centre.start) - timedelta(days=self._days)
        centre = replace(centre, turns=(), start=begins.isoformat(), heartbeat_s=0.0)
        start = live.start - self._days * DAY
        hours = self._days * 24.0
        self._simulation = Simulation(centre, play.seed ^ _OTHER, hours, start)
        self._world = w = self._simulation.world
        instance = Instance(play.seed, before=True)
        self._queue_log = QueueLog(centre.wrapup_rows)
        self._records = ContactRecords(instance)
        self._events = AgentEvents(w, instance, 0.0)
        self._tickets = Tickets(w, before=True)
        seam = live.start
        last = self._days * 24.0
        w.at(max(start, seam - DAY), _offer_no_more, None)
        w.at(seam - CLEARED, _clear_the_desk, seam)
        w.at(seam - CLOSED, _close, None)
        w.at(seam - GONE, _all_go, None)
        quiet = Turn(last - CLEARED / HOUR, last, rate=0.0)
        self._simulation.let_happen(quiet)
        text = rosters.shifts(w, play.said_zone, before=seam)
        play.write_roster("shifts-before.csv", text)

    def _advance(self, to: int) -> None:
        w, texts = self._world, self._texts
        self._simulation.advance(to)
        for _, line in self._queue_log.written(w.pbx):
            texts["pbx/queue_log-{day}"].append(line)
        for _, line in self._records.written(w.connect):
            texts["connect/contact-records/{hour}.json"].append(line)
        for _, line in self._events.written(w.connect, w.now):
            texts["connect/agent-events/{hour}.json"].append(line)
        for _, export, line in self._tickets.written(w.desk):
            texts[f"zendesk/{export}-{{hour}}.jsonl"].append(line)
        for fact in w.truth:
            if fact[1] == "issue":
                self._tickets.forget(fact[2])
                fact[2].contacts.clear()
        self._simulation.take()

    def _write(self, begun: int) -> None:
        """A day's files, whole, under names that nothing of the rehearsal itself has."""
        stamp = iso(begun // MINUTE * MINUTE)[:16].replace(":", "")
        day = iso(begun + DAY)[:10].replace("-", "")  # a log is rotated at its end
        names: list[str] = []
        for pattern, found in self._texts.items():
            names.append(pattern.format(day=day, hour=stamp))
            put(self._play.into / MARK / BEFORE / names[-1], "\n".join(found) + "\n")
        self._written.append(names)
        self._texts.clear()
        end = begun + DAY
        if end < self._play.world.start:  # whoever rotates the log tells the PBX to begin it anew
            line = f"{end // SECOND}|NONE|NONE|NONE|CONFIGRELOAD|"
            self._texts["pbx/queue_log-{day}"].append(line)


def _offer_no_more(w: World, t: int, _: object) -> None:
    """Of the last day no promise is left."""
    for line in w.lines.values():
        line.offer = False


def _clear_the_desk(w: World, t: int, seam: int) -> None:
    """What waits in writing is answered, one after another, until shortly before the seam."""
    waiting: list[Contact] = []
    for medium in w.media.values():
        if medium.written:
            medium.state = "closed"
            for line in dict.fromkeys(medium.lines.values()):
                waiting += [c for c in line.waiting if c.state == WAITING and c.queue is line]
    room = seam - CLOSED - REPLY - t
    for number, contact in enumerate(waiting):
        writers = [a for a in w.agents if contact.queue.name in a.group.queues]
        if writers:
            at = t + room * number // len(waiting)
            w.at(at, _pick, (contact, writers[number % len(writers)]))


def _pick(w: World, t: int, of: tuple[Contact, Agent]) -> None:
    c, agent = of
    if c.state != WAITING:
        return
    line = c.queue
    line.count -= 1
    c.state, c.connected = TALKING, t
    line.out.append((t, "connect", c, line.name, agent, c.entered, t))
    w.at(t + REPLY, _reply, of)


def _reply(w: World, t: int, of: tuple[Contact, Agent]) -> None:
    c, agent = of
    line = c.queue
    c.state, c.ended, c.outcome = OVER, t, "answered"
    line.out.append((t, "end", c, line.name, agent, c.entered, c.connected, c.place, "agent", 0))


def _close(w: World, t: int, _: object) -> None:
    """Nobody waits any more, and who speaks comes to an end."""
    for medium in w.media.values():
        medium.state = "closed"
    for _round in range(3):  # who is handed on at the end comes into a line once more
        for medium in w.media.values():
            if not medium.written:
                customers.send_away(w, t, medium, "closed")
        for agent in w.agents:
            for contact in list(agent.contacts.values()):
                if contact.state == RINGING:
                    lines.leave(w, t, contact, "closed")
                elif contact.state == TALKING:
                    lines.end(w, t, contact)
        for line in w.lines.values():
            if not line.medium.written:
                customers.empty(w, t, line, "closed")


def _all_go(w: World, t: int, _: object) -> None:
    """What is to be written after a contact is written, and all log off."""
    lines.wrap_all(w, t)
    for agent in w.agents:
        if agent.on:
            duty.go(w, t, agent)


__all__ = ["History"]
