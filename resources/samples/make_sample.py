"""Write the bundled sample: one eventful hour of a small centre, as an Asterisk queue_log.

An ordinary morning until minute 15; then a billing run goes wrong. Support and billing calls
triple, people who gave up dial again, and breaks, a meeting and a training take place all the same.
Every row follows from a simulation, so waits, positions and states agree with each other. All
names and numbers are made up; the numbers lie in ranges that are kept free for fiction.

    python resources/samples/make_sample.py [FILE]
"""

import heapq
import math
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

STARTS_AT = 1767600000
MINUTE = 60_000
ENDS_AFTER = 60 * MINUTE
ERROR_FROM = 15 * MINUTE
SEED = 2877


@dataclass(frozen=True)
class Queue:
    """How one queue is set up, and how its customers behave."""

    name: str
    number: str
    extension: str
    calls_a_minute: float
    talk_s: float
    patience_s: float
    wrapup_s: int
    timeout_s: int | None
    pauses_who_misses: bool


QUEUES = {
    queue.name: queue
    for queue in (
        Queue("support", "+441632960100", "701", 1.35, 120, 180, 20, 420, True),
        Queue("sales", "+441632960200", "702", 0.5, 150, 180, 20, None, False),
        Queue("billing", "+441632960300", "703", 1.0, 125, 360, 30, None, False),
    )
}
#: beginnings of numbers, and how many digits follow
NUMBERS = (("+447700900", 3), ("+441632960", 3), ("+4930231251", 2), ("+3319900", 4))
HIT_BY_THE_ERROR = ("support", "billing")


@dataclass(eq=False)
class Agent:
    name: str
    interface: str
    queues: tuple[str, ...]
    penalties: dict[str, int] = field(default_factory=lambda: {})
    member: bool = False
    pause: str = ""
    busy: str = ""
    idle_since: int = 0
    then: list[Callable[[], None]] = field(default_factory=lambda: [])


@dataclass(eq=False)
class Caller:
    number: str
    callid: str
    queue: str
    entered_at: int
    first_position: int
    attempt: int
    rung_by: Agent | None = None
    rung_at: int = 0
    may_ring_at: int = 0
    waiting: bool = True


def staff() -> dict[str, Agent]:
    """Twelve people. Two of them log in without a name, so that their name is their interface."""
    people = [
        Agent("Björn Åkesson", "PJSIP/2001", ("support", "billing"), {"billing": 1}),
        Agent("Zoë Lefèvre", "PJSIP/2002", ("support",)),
        Agent("Łukasz Wiśniewski", "PJSIP/2003", ("support",)),
        Agent("Siobhán Ó Briain", "PJSIP/2004", ("support", "billing"), {"billing": 1}),
        Agent("Jürgen Groß", "PJSIP/2005", ("support",)),
        Agent("Núria Peñalver", "PJSIP/2006", ("billing", "support")),
        Agent("Ivana Đurić", "PJSIP/2007", ("billing",)),
        Agent("Tomáš Říha", "PJSIP/2008", ("billing",)),
        Agent("Gülşen Yıldız", "PJSIP/2009", ("sales",)),
        Agent("Kaisa Hämäläinen", "PJSIP/2010", ("sales",)),
        Agent("PJSIP/ines.carrasco", "PJSIP/ines.carrasco", ("sales",)),
        Agent("PJSIP/owen.morgan", "PJSIP/owen.morgan", ("support",)),
    ]
    return {agent.name.split()[0].removeprefix("PJSIP/").split(".")[0]: agent for agent in people}


#: who, from minute, to minute (None: not yet back at the end), reason
PAUSES: list[tuple[str, float, float | None, str]] = [
    ("Zoë", 4, 9.5, "Break"),
    ("Tomáš", 7, 11, "Administration"),
    ("Gülşen", 9.2, 15.5, "Break"),
    ("Björn", 17, 27.8, "Break"),
    ("Łukasz", 18.4, 30.2, "Break"),
    ("Ivana", 19.1, 28, "Break"),
    ("Siobhán", 25, 45, "Meeting"),
    ("Jürgen", 25, 45.2, "Meeting"),
    ("Núria", 25.1, 45.1, "Meeting"),
    ("owen", 25.2, 45.6, "Meeting"),
    ("Zoë", 33, None, "Training"),
    ("Tomáš", 38, None, "Lunch"),
    ("Kaisa", 41, None, "Lunch"),
    ("Núria", 46.5, 54, "Break"),
    ("Björn", 55, None, "Break"),
]
#: who, at minute, comes or goes
LATE_ARRIVALS: list[tuple[str, float]] = [("Núria", 6), ("owen", 13.2)]
DEPARTURES: list[tuple[str, float]] = [("owen", 11), ("Łukasz", 52)]


class Centre:
    """The exchange and everybody at it. Times are milliseconds since the start."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = random.Random(seed)
        self.now = 0
        self.rows: list[str] = []
        self.agents = staff()
        self.waiting: dict[str, list[Caller]] = {name: [] for name in QUEUES}
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._made = 0
        self._channels = 0

    # The clock and the log

    def after(self, delay_ms: float, act: Callable[[], None]) -> None:
        self._made += 1
        heapq.heappush(self._events, (self.now + max(0, int(delay_ms)), self._made, act))

    def stamp(self, at: int | None = None) -> int:
        return STARTS_AT + (self.now if at is None else at) // 1000

    def log(self, callid: str, queue: str, agent: str, event: str, *parameters: object) -> None:
        row = [self.stamp(), callid, queue, agent, event, *(parameters or ("",))]
        self.rows.append("|".join(map(str, row)))

    def channel(self) -> str:
        self._channels += 1
        return f"{self.stamp()}.{self._channels}"

    def run(self) -> list[str]:
        self._prepare()
        while self._events and self._events[0][0] < ENDS_AFTER:
            self.now, _made, act = heapq.heappop(self._events)
            act()
            self.offer()
        return self.rows

    def _prepare(self) -> None:
        self.log("NONE", "NONE", "NONE", "QUEUESTART")
        self.after(1000, lambda: self.log("NONE", "NONE", "NONE", "CONFIGRELOAD"))
        late = {name for name, _minute in LATE_ARRIVALS if name != "owen"}
        for place, (name, agent) in enumerate(self.agents.items()):
            if name not in late:
                self.after(3000 + place * 2700, lambda agent=agent: self.come(agent))
        for name, minute in LATE_ARRIVALS:
            self.after(minute * MINUTE, lambda agent=self.agents[name]: self.come(agent))
        for name, minute in DEPARTURES:
            self.after(minute * MINUTE, lambda agent=self.agents[name]: self.leave(agent))
        for name, start, end, reason in PAUSES:
            agent = self.agents[name]
            self.after(start * MINUTE, lambda a=agent, r=reason: self.pause(a, r))
            if end is not None:
                self.after(end * MINUTE, lambda a=agent: self.unpause(a))
        for queue in QUEUES.values():
            self.after(self.gap(queue), lambda queue=queue: self.new_call(queue))
        self.after(21 * MINUTE, self.lift_penalties)
        for minute in (34, 34.1, 34.3, 48, 48.2):
            self.after(minute * MINUTE, self.withdraw_longest)

    # Agents

    def come(self, agent: Agent) -> None:
        by = "MANAGER" if agent.interface.startswith("PJSIP/2") else self.channel()
        for queue in agent.queues:
            self.log(by, queue, agent.interface, "ADDMEMBER")
        agent.member, agent.pause, agent.idle_since = True, "-", self.now
        self.unpause(agent)

    def leave(self, agent: Agent) -> None:
        if agent.busy:
            agent.then.append(lambda: self.leave(agent))
            return
        by = "MANAGER" if agent.interface.startswith("PJSIP/2") else self.channel()
        for queue in agent.queues:
            self.log(by, queue, agent.interface, "REMOVEMEMBER")
        agent.member, agent.pause = False, ""

    def pause(self, agent: Agent, reason: str) -> None:
        """A pause can begin in the middle of a contact, but not while the telephone rings."""
        if agent.busy == "ringing":
            agent.then.append(lambda: self.pause(agent, reason))
            return
        agent.pause = reason
        self._log_pause(agent, "PAUSE", reason)

    def unpause(self, agent: Agent) -> None:
        if agent.pause:
            agent.pause, agent.idle_since = "", self.now
            self._log_pause(agent, "UNPAUSE", "")

    def _log_pause(self, agent: Agent, event: str, reason: str) -> None:
        self.log("NONE", "NONE", agent.name, event + "ALL", reason)
        for queue in agent.queues:
            self.log("NONE", queue, agent.name, event, reason)

    def lift_penalties(self) -> None:
        """The leader lets the second line take billing calls as if it were the first."""
        for agent in self.agents.values():
            for queue in list(agent.penalties):
                del agent.penalties[queue]
                self.log("NONE", queue, agent.interface, "PENALTY", 0)

    def free(self, agent: Agent) -> None:
        agent.busy, agent.idle_since = "", self.now
        postponed, agent.then = agent.then, []
        for act in postponed:
            act()

    # Callers

    def gap(self, queue: Queue) -> float:
        rate = queue.calls_a_minute
        if queue.name in HIT_BY_THE_ERROR and self.now >= ERROR_FROM:
            rate *= 3
        return self.random.expovariate(rate) * MINUTE

    def number(self) -> str:
        chance = self.random.random()
        if chance < 0.03:
            return "anonymous"
        if chance < 0.05:
            return ""
        start, digits = self.random.choice(NUMBERS)
        return start + str(self.random.randrange(10**digits)).zfill(digits)

    def new_call(self, queue: Queue) -> None:
        self.after(self.gap(queue), lambda: self.new_call(queue))
        self.call(queue, self.number(), attempt=1)

    def call(self, queue: Queue, number: str, attempt: int) -> None:
        callid = self.channel()
        self.log(callid, queue.name, "NONE", "DID", queue.number)
        self.enter(queue, number, callid, attempt)

    def enter(self, queue: Queue, number: str, callid: str, attempt: int) -> None:
        line = self.waiting[queue.name]
        caller = Caller(number, callid, queue.name, self.now, len(line) + 1, attempt)
        line.append(caller)
        self.log(callid, queue.name, "NONE", "ENTERQUEUE", "", number, caller.first_position)
        patience = self.random.weibullvariate(queue.patience_s, 1.3)
        self.after(patience * 1000 + 2000, lambda: self.abandon(caller))
        if queue.timeout_s:
            self.after(queue.timeout_s * 1000, lambda: self.time_out(caller))
        if self.random.random() < 0.08:
            self.after(self.random.uniform(40, 200) * 1000, lambda: self.press_key(caller))

    def go(self, caller: Caller) -> tuple[int, int, int]:
        """Take a caller out of the line; give the numbers that every kind of exit states."""
        line = self.waiting[caller.queue]
        position = line.index(caller) + 1
        line.remove(caller)
        caller.waiting = False
        return position, caller.first_position, self.stamp() - self.stamp(caller.entered_at)

    def abandon(self, caller: Caller) -> None:
        if not caller.waiting:
            return
        numbers = self.go(caller)
        agent, caller.rung_by = caller.rung_by, None
        if agent:
            rang = self.now - caller.rung_at
            self.log(caller.callid, caller.queue, agent.name, "RINGCANCELED", rang)
        self.log(caller.callid, caller.queue, "NONE", "ABANDON", *numbers)
        if agent:
            self.free(agent)
        likely = 0.7 if self.now >= ERROR_FROM and caller.queue in HIT_BY_THE_ERROR else 0.3
        if caller.number not in ("", "anonymous") and self.random.random() < likely:
            queue = QUEUES[caller.queue]
            if caller.queue == "support" and self.random.random() < 0.2:
                queue = QUEUES["billing"]
            delay = self.random.uniform(30, 240) * 1000
            self.after(delay, lambda: self.call(queue, caller.number, caller.attempt + 1))

    def time_out(self, caller: Caller) -> None:
        if caller.waiting and not caller.rung_by:
            self.log(caller.callid, caller.queue, "NONE", "EXITWITHTIMEOUT", *self.go(caller))

    def press_key(self, caller: Caller) -> None:
        if caller.waiting and not caller.rung_by:
            self.log(caller.callid, caller.queue, "NONE", "EXITWITHKEY", 1, *self.go(caller))

    def withdraw_longest(self) -> None:
        """The leader takes the longest waiting billing caller out and promises a callback."""
        for caller in self.waiting["billing"]:
            if not caller.rung_by:
                info = "callback promised"
                self.log(caller.callid, "billing", "NONE", "WITHDRAW", *self.go(caller), info)
                return

    # Contacts

    def offer(self) -> None:
        """Ring the longest idle agents for those who have waited longest."""
        idle = [a for a in self.agents.values() if a.member and not a.pause and not a.busy]
        for agent in sorted(idle, key=lambda agent: agent.idle_since):
            others = [other for other in idle if other is not agent and not other.busy]
            queues = [
                queue
                for queue in agent.queues
                if not agent.penalties.get(queue)
                or not any(queue in o.queues and not o.penalties.get(queue) for o in others)
            ]
            callers = [
                caller
                for queue in queues
                for caller in self.waiting[queue]
                if not caller.rung_by and caller.may_ring_at <= self.now
            ]
            if callers:
                self.ring(agent, min(callers, key=lambda caller: caller.entered_at))

    def ring(self, agent: Agent, caller: Caller) -> None:
        agent.busy, caller.rung_by, caller.rung_at = "ringing", agent, self.now
        rung_at = self.now
        chance = self.random.random()
        if chance < 0.09:
            self.after(15_000, lambda: self.miss(agent, caller, rung_at, 15_000))
        elif chance < 0.11:
            self.after(0, lambda: self.miss(agent, caller, rung_at, 0))
        else:
            after = self.random.lognormvariate(math.log(3.2), 0.5) * 1000
            channel = self.channel()
            self.after(min(after, 14_000), lambda: self.connect(agent, caller, rung_at, channel))

    def miss(self, agent: Agent, caller: Caller, rung_at: int, rang: int) -> None:
        if caller.rung_by is not agent or caller.rung_at != rung_at:
            return
        caller.rung_by, caller.may_ring_at = None, self.now + 1000
        self.after(1000, lambda: None)
        self.log(caller.callid, caller.queue, agent.name, "RINGNOANSWER", rang)
        self.free(agent)
        if QUEUES[caller.queue].pauses_who_misses and rang and not agent.pause:
            self.pause(agent, "Auto-Pause")
            self.after(self.random.uniform(20, 160) * 1000, lambda: self.back_from_auto(agent))

    def back_from_auto(self, agent: Agent) -> None:
        if agent.pause == "Auto-Pause":
            self.unpause(agent)

    def connect(self, agent: Agent, caller: Caller, rung_at: int, channel: str) -> None:
        if caller.rung_by is not agent or caller.rung_at != rung_at:
            return
        _position, _first, held = self.go(caller)
        rang = (self.now - rung_at) // 1000
        self.log(caller.callid, caller.queue, agent.name, "CONNECT", held, channel, rang)
        agent.busy = "talking"
        postponed, agent.then = agent.then, []
        for act in postponed:
            act()
        talk = self.random.lognormvariate(math.log(QUEUES[caller.queue].talk_s) - 0.18, 0.6)
        connected_at = self.now
        self.after(max(talk, 8) * 1000, lambda: self.end(agent, caller, connected_at, held))

    def end(self, agent: Agent, caller: Caller, connected_at: int, held: int) -> None:
        queue = QUEUES[caller.queue]
        talked = self.stamp() - self.stamp(connected_at)
        numbers = (held, talked, caller.first_position)
        chance = self.random.random()

        def log(event: str, *parameters: object) -> None:
            self.log(caller.callid, queue.name, agent.name, event, *parameters, *numbers)

        if queue.name == "support" and chance < 0.12:
            billing = QUEUES["billing"]
            log("BLINDTRANSFER", billing.extension, "from-internal")
            self.free(agent)
            again = (billing, caller.number, caller.callid, caller.attempt)
            self.after(self.random.uniform(100, 900), lambda: self.enter(*again))
        elif chance > 0.97:
            if chance > 0.985:
                bridge = self.random.getrandbits(128)
                log("ATTENDEDTRANSFER", "BRIDGE", f"{bridge:032x}")
            else:
                log("ATTENDEDTRANSFER", "APP", "VoiceMail")
            self.free(agent)
        else:
            log("COMPLETECALLER" if self.random.random() < 0.6 else "COMPLETEAGENT")
            wrapup = (caller.callid, queue.name, agent.name, "WRAPUPSTART", queue.wrapup_s)
            self.log(*wrapup)
            agent.busy = "wrap-up"
            self.after(queue.wrapup_s * 1000, lambda: self.free(agent))


def main() -> None:
    beside = Path(__file__).with_name("queue_log")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    target.write_bytes(("\n".join(Centre().run()) + "\n").encode())


if __name__ == "__main__":
    main()
