"""A contact's way through a line: it waits, rings, is answered, ends; and who takes whom.

The agent who has been idle longest (with several contacts at once: who has the fewest) gets the
next contact; an agent who becomes free takes the first of the line of highest rank.
"""

from heapq import heapify, heappop, heappush
from math import exp, log, sqrt

from console.domain.times import HOUR, SECOND
from console.twin.centre import VOICE
from console.twin.world import (
    AVAILABLE,
    OFFLINE,
    ON_CONTACT,
    OVER,
    RESOLVED,
    RINGING,
    TALKING,
    WAITING,
    WRAP_UP,
    Agent,
    Contact,
    Line,
    World,
    us,
)

#: How long a ring lasts that nobody takes, and until the same agent is rung again.
RING_OUT, RETRY = 15 * SECOND, 5 * SECOND
_ENOUGH = 64
#: Of a contact that an agent has handed on.
HANDED_ON = "handed on"
#: Of a contact that was dialled: the customer answered.
REACHED = "callback"


def enter(w: World, t: int, c: Contact, line: Line) -> None:
    """A contact joins a line."""
    c.queue, c.entered, c.state = line, t, WAITING
    c.connected = c.agent = c.ended = None
    c.outcome = "waiting"
    c.place = line.count + 1
    line.received += 1
    line.out.append((t, "enter", c, line.name, c.place))
    given = line.medium.given
    agent = _pick(line)
    if agent is not None:
        offer(w, t, agent, c)
        if agent.shared:
            _stand_by(w, t, agent)
    else:
        line.waiting.append(c)
        line.count += 1
        w.on_waiting(w, t, c)
    if c.state < TALKING and given.patience_s > 0:
        patience = w.u_patience()
        if given.patience_shape != 1.0:
            patience = patience ** (1 / given.patience_shape) / _gamma(given.patience_shape)
        c.until = t + us(patience * given.patience_s)
        w.at(c.until, _give_up, c)


def _gamma(shape: float) -> float:
    from math import gamma

    return gamma(1 + 1 / shape)


def _give_up(w: World, t: int, c: Contact) -> None:
    if c.state < TALKING and c.until == t:
        leave(w, t, c, "abandoned")


def leave(w: World, t: int, c: Contact, how: str) -> None:
    """A contact goes without having been answered: `how` is abandoned, or what took it away."""
    line, agent = c.queue, c.agent
    if c.state == WAITING:
        line.count -= 1
        agent = None
    elif agent is not None:
        line.out.append((t, "canceled", c, line.name, agent, c.rung))
        _unhand(agent, c)
    c.state, c.outcome, c.ended = OVER, how, t
    if how == "abandoned":
        line.abandoned += 1
    else:
        line.left += 1
    position = min(c.place, line.count + 1)
    line.out.append((t, "left", c, line.name, c.entered, c.place, position, how))
    w.truth.append((t, "stay", c, line, c.entered, None, None, how))
    w.on_left(w, t, c)
    if agent is not None:
        settle(w, t, agent)


def offer(w: World, t: int, a: Agent, c: Contact) -> None:
    """The contact rings at the agent."""
    line = c.queue
    a.load += 1
    a.token += 1
    a.shared = line.medium.shared
    a.contacts[c.id] = c
    c.agent, c.state, c.rung = a, RINGING, t
    given = line.medium.given
    if given.ring_s <= 0:
        connect(w, t, c)
        return
    line.out.append((t, "ring", c, line.name, a))
    look(w, t, a)
    number = w.u_ring()
    if number < given.miss and not c.dialled:
        w.at(t + RING_OUT, _missed, c)
    else:
        w.at(t + us(given.ring_s * (0.5 + number)), connect, c)


def _missed(w: World, t: int, c: Contact) -> None:
    agent, line = c.agent, c.queue
    if c.state != RINGING or agent is None:
        return
    line.out.append((t, "missed", c, line.name, agent, c.rung))
    _unhand(agent, c)
    agent.idle_since = t
    c.agent, c.state = None, WAITING
    other = _pick(line)
    if other is not None:
        offer(w, t, other, c)
    else:
        line.waiting.appendleft(c)
        line.count += 1
    look(w, t, agent)
    w.at(t + RETRY, settle, agent)


def connect(w: World, t: int, c: Contact) -> None:
    """The agent answers."""
    a, line = c.agent, c.queue
    if c.state != RINGING or a is None:
        return
    c.state, c.connected = TALKING, t
    if not line.medium.written:  # in writing the reply counts, not that somebody begins with it
        line.answered += 1
        line.wait_us += t - c.entered
    a.talking += 1
    line.out.append((t, "connect", c, line.name, a, c.entered, c.rung))
    look(w, t, a)
    w.at(t + handling(w, t, c, a), end, c)


def handling(w: World, t: int, c: Contact, a: Agent) -> int:
    """How long the agent will be with it, microseconds."""
    line, issue, b = c.queue, c.issue, w.centre.behaviour
    medium = line.medium
    given = medium.given
    if given.handle_cv == 1.0:
        drawn = w.u_handle()
    else:
        spread = log(1 + given.handle_cv**2)
        drawn = exp(sqrt(spread) * w.n_handle() - spread / 2)
    if c.dialled and c.cause != REACHED:
        return us(drawn * w.centre.callback.fail_s)
    if issue.state == RESOLVED:
        return us(drawn * given.duplicate_s)
    mean = given.handle_s * medium.handle * issue.topic.handle / (a.group.speed * a.able(line))
    if given.irritation:
        mean *= 1 + given.irritation * (t - c.entered) / HOUR
    if not issue.noted:
        mean *= b.no_note_handle
    if b.rush_gain:
        mean *= 1 - b.rush_gain * pressure(w, line)
    if b.fatigue:
        mean *= 1 + b.fatigue * tired(t, a)
    return us(drawn * mean)


def pressure(w: World, line: Line) -> float:
    """How much agents hurry, from 0 to 1."""
    return min(1.0, max(0.0, w.expected_wait_s(line) / w.centre.behaviour.rush_at_s - 1))


def tired(t: int, a: Agent) -> float:
    """Hours on duty beyond the fourth."""
    return max(0.0, (t - a.on_since) / HOUR - 4)


def end(w: World, t: int, c: Contact) -> None:
    """The conversation is over; what was to be written is written after it."""
    a, line = c.agent, c.queue
    if c.state != TALKING or a is None or c.connected is None:
        return
    given = line.medium.given
    wrap = us(w.u_wrap() * given.wrap_s) if given.wrap_s else 0
    line.talk_us += t - c.connected
    line.wrap_us += wrap
    a.talking -= 1
    further = line.escalation
    moved = (
        further is not None
        and c.issue.state != RESOLVED
        and bool(further.staffed)
        and w.u_where() < w.centre.behaviour.escalate
    )
    outcome = HANDED_ON if moved and line.medium.written else "answered"
    if outcome == HANDED_ON:  # in writing the reply counts, and there is none yet
        line.left += 1
    elif line.medium.written:
        line.answered += 1
        line.wait_us += t - c.entered
    c.state, c.ended, c.outcome = OVER, t, outcome
    again = _handed_on(w, t, c) if moved and further is not None else None
    how = "transfer" if moved else ("agent" if w.u_ring() < 0.6 else "caller")
    line.out.append((t, "end", c, line.name, a, c.entered, c.connected, c.place, how, wrap))
    w.truth.append((t, "stay", c, line, c.entered, c.connected, a, outcome))
    if wrap:
        w.at(t + wrap, _wrapped, (a, c, line, c.entered, c.connected, t))
        look(w, t, a)
    else:
        line.out.append((t, "wrapped", c, line.name, a, c.entered, c.connected, t))
        _unhand(a, c)
    if again is not None and further is not None:
        enter(w, t, again, further)
    else:
        w.on_served(w, t, c, a)
    if not wrap:
        a.idle_since = t
        settle(w, t, a)


def _handed_on(w: World, t: int, c: Contact) -> Contact:
    """What goes on to the next line: on the telephone the same call, elsewhere another contact."""
    if c.queue.medium.name == VOICE:
        return c
    w.contacts += 1
    again = Contact(w.contacts, "", c.issue, c.queue, t, HANDED_ON)
    again.before, c.next = c, again
    c.issue.contacts.append(again)
    return again


def _wrapped(w: World, t: int, of: tuple[Agent, Contact, Line, int, int, int]) -> None:
    a, c, line, entered, connected, ended = of
    line.out.append((t, "wrapped", c, line.name, a, entered, connected, ended))
    _unhand(a, c)
    a.idle_since = t
    settle(w, t, a)


def wrap_all(w: World, t: int) -> None:
    """All wrap-up that lasts yet is over."""
    due = [each for each in w.heap if each[2] is _wrapped]
    w.heap[:] = [each for each in w.heap if each[2] is not _wrapped]
    heapify(w.heap)
    for _, _, _, of in sorted(due, key=lambda each: each[:2]):
        _wrapped(w, t, of)


def _unhand(a: Agent, c: Contact) -> None:
    a.load -= 1
    a.token += 1
    a.contacts.pop(c.id, None)


def settle(w: World, t: int, a: Agent) -> None:
    """An agent whose hands may be free does what is due, or takes whoever waits."""
    if a.due and not a.load:
        w.on_free(w, t, a)
    if a.on and not a.pause and not a.due:
        while True:
            if w.on_idle(w, t, a):
                break
            c = _next(a)
            if c is None:
                break
            offer(w, t, a, c)
        _stand_by(w, t, a)
    look(w, t, a)


def _room(a: Agent, line: Line) -> bool:
    medium = line.medium
    return not a.load or (a.shared and medium.shared and a.load < medium.given.slots)


def _next(a: Agent) -> Contact | None:
    """Whoever this agent takes next, out of the line; None where nobody waits."""
    best: Contact | None = None
    for line in a.lines:
        if not line.count or (a.load and not _room(a, line)):
            continue
        if best is not None and line.rank > best.queue.rank:
            break
        waiting = line.waiting
        while waiting[0].state != WAITING or waiting[0].queue is not line:
            waiting.popleft()
        if line.medium.state == "closed" and line.medium.written:
            continue
        if best is None or waiting[0].entered < best.entered:
            best = waiting[0]
    if best is not None:
        best.queue.waiting.popleft()
        best.queue.count -= 1
    return best


def _pick(line: Line) -> Agent | None:
    idle = line.idle
    while idle:
        entry = heappop(idle)
        if entry[3] == entry[4].token:
            return entry[4]
    return None


def _stand_by(w: World, t: int, a: Agent) -> None:
    if not a.on or a.pause or a.due:
        return
    a.token += 1
    for line in a.lines:
        if _room(a, line):
            idle = line.idle
            if len(idle) > _ENOUGH + 8 * len(line.members):
                idle[:] = [entry for entry in idle if entry[3] == entry[4].token]
                heapify(idle)
            heappush(idle, (a.load, a.idle_since, a.serial, a.token, a))


def look(w: World, t: int, a: Agent) -> None:
    """Note what the agent does now, where that is something else than before."""
    if not a.on:
        state = OFFLINE
    elif a.talking:
        state = ON_CONTACT
    elif a.load:
        ringing = any(c.state == RINGING for c in a.contacts.values())
        state = "ringing" if ringing else WRAP_UP
    else:
        state = a.pause or AVAILABLE
    if state != a.state:
        a.state = state
        w.truth.append((t, "agent", a, state))


__all__ = [
    "REACHED", "connect", "end", "enter", "handling", "leave", "look", "offer", "pressure",
    "settle", "tired", "wrap_all",
]  # fmt: skip
