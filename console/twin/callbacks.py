"""Callbacks: offered to those who would wait long, kept in a list, dialled in the slack.

The list is worked off in its order. Who waits too long on it calls in, and the entry is stale:
dialling it finds nobody who needs anything.
"""

from math import sqrt

from console.domain.times import HOUR, SECOND
from console.twin import customers, lines
from console.twin.centre import VOICE
from console.twin.world import OPEN, RESOLVED, WAITING, Agent, Contact, Issue, Line, World

#: What becomes of an offer is known so long after it was made; how often the list is looked at.
THINK, LOOK = 8 * SECOND, 10 * SECOND
MISSED, STALE = "callback missed", "callback stale"


class Promise:
    """An entry of the list."""

    __slots__ = ("at", "issue", "line", "listed", "stale", "tries")

    def __init__(self, issue: Issue, line: Line, at: int) -> None:
        self.issue, self.line, self.at = issue, line, at
        self.stale, self.listed, self.tries = False, True, 0


def offered(w: World, t: int, c: Contact) -> None:
    """Somebody begins to wait: is a callback offered, and taken?"""
    line, given = c.queue, w.centre.callback
    if not line.offer or line.medium.name != VOICE or c.dialled:
        return
    gate = min(1.0, max(0.0, w.expected_wait_s(line) / given.over_wait_s - 1))
    if gate and w.u_callback() < given.accept * gate:
        w.at(t + THINK, _takes, c)


def _takes(w: World, t: int, c: Contact) -> None:
    line = c.queue
    if c.state != WAITING or not line.offer:
        return
    lines.leave(w, t, c, "callback")
    line.out.append((t, "request", c, line.name))
    _list(w, t, Promise(c.issue, line, t))


def _list(w: World, t: int, promise: Promise) -> None:
    line = promise.line
    line.promised.append(promise)
    promise.listed = True
    if promise.tries == 0:
        w.truth.append((t, "promise", promise.issue, line, "made"))
    rate = w.centre.callback.call_in
    if rate and not promise.stale:
        w.at(t + int(w.u_chase() * HOUR / rate), _calls_in, promise)
    if len(line.promised) == 1:
        w.at(t + LOOK, _look, line)


def _calls_in(w: World, t: int, promise: Promise) -> None:
    issue = promise.issue
    if not promise.listed or promise.stale or issue.state != OPEN:
        return
    promise.stale = True
    issue.pending += 1
    customers.come(w, t, issue, VOICE, "call in")


def _look(w: World, t: int, line: Line) -> None:
    """Dial in the slack: while more agents are idle than the square root of those there."""
    if not line.promised:
        return
    if line.dial and not line.count:
        free = [a for a in line.members if _free(a, line)]
        free.sort(key=lambda a: (a.idle_since, a.serial))
        spare = len(free) - sqrt(line.staffed)
        for agent in free:
            if spare <= 0 or not line.promised:
                break
            _dial(w, t, line, agent)
            spare -= 1
    w.at(t + LOOK, _look, line)


def _free(a: Agent, line: Line) -> bool:
    return a.on and not a.pause and not a.due and not a.load and line.name not in a.paused_in


def reserved(w: World, t: int, a: Agent) -> bool:
    """Whether the agent dials although others wait, because so many are set apart for that."""
    share = w.centre.callback.reserved
    if not share or a.load:
        return False
    for line in a.lines:
        if line.dial and line.promised and line.dialling < share * line.staffed:
            _dial(w, t, line, a)
            return True
    return False


def _dial(w: World, t: int, line: Line, a: Agent) -> None:
    promise: Promise = line.promised.popleft()
    promise.listed = False
    promise.tries += 1
    given = w.centre.callback
    into = w.lines[given.queue]
    line.dialling += 1
    if promise.stale or promise.issue.state == RESOLVED:
        cause = STALE
    else:
        cause = lines.REACHED if w.u_callback() < given.reach else MISSED
    w.contacts += 1
    c = Contact(w.contacts, "", promise.issue, into, t, cause)
    c.dialled = True
    c.promise = promise
    promise.issue.contacts.append(c)
    into.received += 1
    into.out.append((t, "enter", c, into.name, 1))
    lines.offer(w, t, a, c)


def served(w: World, t: int, c: Contact, a: Agent) -> bool:
    """After a contact that was dialled; False where it is to go on as any other."""
    if not c.dialled or c.promise is None:
        return False
    promise: Promise = c.promise
    c.promise = None
    promise.line.dialling -= 1
    w.truth.append((t, "promise", promise.issue, promise.line, c.cause))
    if c.cause == lines.REACHED:
        return False
    if c.cause == MISSED and w.u_callback() >= w.centre.callback.give_up:
        _list(w, t, promise)
    else:
        customers.loose(w, t, promise.issue)
    return True


def release(w: World, t: int, line: Line) -> int:
    """Nobody is called any more, and all are told. How many those were."""
    gone = list(line.promised)
    line.promised.clear()
    medium = line.medium
    for promise in gone:
        promise.listed = False
        w.truth.append((t, "promise", promise.issue, line, "released"))
        if not promise.stale and w.u_return() < medium.given.redial:
            after = medium.given.redial_after_s
            customers.later(w, t, promise.issue, medium.name, after, "released")
        else:
            customers.loose(w, t, promise.issue)
    return len(gone)


__all__ = ["Promise", "offered", "release", "reserved", "served"]
