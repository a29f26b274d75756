"""Customers: they come with a need, try again after having given up or not been helped, chase what
they wrote, and go to another channel, or nowhere, where one is closed.
"""

from console.domain.times import HOUR, MINUTE
from console.twin import lines
from console.twin.centre import HOLD, VOICE
from console.twin.world import (
    GIVEN_UP,
    OPEN,
    OVER,
    RESOLVED,
    WAITING,
    Agent,
    Contact,
    Issue,
    Line,
    Medium,
    Topic,
    World,
    us,
)


def need(
    w: World, t: int, topic: Topic, customer: int, value: float, medium: str, cause: str = "fresh"
) -> Issue:
    """A new need, and the first attempt to have it met."""
    w.issues += 1
    issue = Issue(w.issues, topic, customer, value, t)
    issue.pending = 1
    w.open_issues[issue.id] = issue
    come(w, t, issue, medium, cause)
    return issue


def come(w: World, t: int, issue: Issue, name: str, cause: str) -> None:
    """An attempt on a channel; one pending thing of the need becomes it."""
    medium = w.media[name]
    w.attempts += 1
    issue.tries += 1
    if medium.written and (known := _written(issue, medium)) is not None:
        # The same thread: the desk puts it into the ticket that waits already.
        known.queue.out.append((t, "nag", known, known.queue.name))
        loose(w, t, issue)
        return
    line = medium.lines.get(issue.topic.name)
    shut = medium.state != "open" or not medium.open_now or medium.down
    if shut or line is None or not (line.staffed or medium.written):
        medium.refused += 1
        w.truth.append((t, "refused", issue, medium, line, cause))
        _turned_away(w, t, issue, medium)
        return
    w.contacts += 1
    contact = Contact(w.contacts, "", issue, line, t, cause)
    issue.contacts.append(contact)
    lines.enter(w, t, contact, line)
    if medium.written and contact.state == WAITING:
        _impatient(w, t, contact)


def _written(issue: Issue, medium: Medium) -> Contact | None:
    for contact in issue.contacts:
        if contact.state != OVER and contact.queue.medium is medium:
            return contact
    return None


def _impatient(w: World, t: int, c: Contact) -> None:
    given = c.queue.medium.given
    if given.chase:
        w.at(t + int(w.u_chase() * HOUR / given.chase), _chase, c)
    if given.nag:
        w.at(t + int(w.u_chase() * HOUR / given.nag), _nag, c)


def _chase(w: World, t: int, c: Contact) -> None:
    """Who waits for a reply in writing calls."""
    issue = c.issue
    if c.state != WAITING or issue.state != OPEN:
        return
    if VOICE in w.media and issue.pending == 1:
        issue.pending += 1
        come(w, t, issue, VOICE, "chase")
    w.at(t + int(w.u_chase() * HOUR / c.queue.medium.given.chase), _chase, c)


def _nag(w: World, t: int, c: Contact) -> None:
    """Who waits for a reply in writing writes once more."""
    if c.state != WAITING:
        return
    c.queue.out.append((t, "nag", c, c.queue.name))
    w.at(t + int(w.u_chase() * HOUR / c.queue.medium.given.nag), _nag, c)


def back(w: World, t: int, of: tuple[Issue, str, str]) -> None:
    """The time of another attempt has come."""
    issue, medium, cause = of
    if issue.state == RESOLVED:
        loose(w, t, issue)
    else:
        come(w, t, issue, medium, cause)


def later(w: World, t: int, issue: Issue, medium: str, mean_s: float, cause: str) -> None:
    w.at(t + us(w.u_delay() * mean_s), back, (issue, medium, cause))


def _turned_away(w: World, t: int, issue: Issue, medium: Medium) -> None:
    where = medium.closed(w.u_where())
    if where is None:
        loose(w, t, issue)
    elif where == HOLD and not medium.open_now:
        morning = medium.opens_at + us(w.u_delay() * medium.given.redial_after_s)
        w.at(morning, back, (issue, medium.name, "held"))
    elif where == HOLD or where not in w.media:
        later(w, t, issue, medium.name, medium.given.redial_after_s, "held")
    else:
        w.at(t + MINUTE + us(w.u_delay() * 60), back, (issue, where, "displaced"))


def _next_medium(w: World, medium: Medium) -> str:
    name = medium.returns(w.u_where())
    return name if name is not None and name in w.media else medium.name


def left(w: World, t: int, c: Contact) -> None:
    """What follows when somebody has left a line."""
    issue, medium = c.issue, c.queue.medium
    if c.outcome == "callback":
        return  # the promise takes its place
    if issue.state == OPEN and w.u_return() < medium.given.redial:
        later(w, t, issue, _next_medium(w, medium), medium.given.redial_after_s, "redial")
    else:
        loose(w, t, issue)


def served(w: World, t: int, c: Contact, a: Agent) -> None:
    """What follows a conversation: the need is met, comes back, or is given up."""
    issue, line, b = c.issue, c.queue, w.centre.behaviour
    medium = line.medium
    if issue.state == RESOLVED:
        loose(w, t, issue)
        return
    chance = medium.given.resolution * medium.resolution * issue.topic.resolution
    chance *= a.group.skill * a.able(line)
    if not issue.noted:
        chance *= b.no_note_resolution
    if b.rush_loss:
        chance *= 1 - b.rush_loss * lines.pressure(w, line)
    if b.fatigue:
        chance *= max(0.0, 1 - b.fatigue * lines.tired(t, a))
    if not medium.written:
        issue.noted = w.u_desk() < b.notes
        if issue.noted and medium.name == VOICE:
            w.desk.append((t, "note", c, a))
    if w.u_resolve() < chance:
        issue.state, issue.closed_at = RESOLVED, t
        w.resolved += 1
        loose(w, t, issue)
        return
    if b.report and w.u_desk() < b.report:
        w.reports.append((t, "report", c, a))
    if w.u_return() < medium.given.reconnect:
        after = medium.given.reconnect_after_s
        later(w, t, issue, _next_medium(w, medium), after, "reconnect")
    else:
        loose(w, t, issue)


def loose(w: World, t: int, issue: Issue) -> None:
    """One thing less is under way for a need; with the last one it is over, met or not."""
    issue.pending -= 1
    if issue.pending:
        return
    if issue.state == OPEN:
        issue.state, issue.closed_at = GIVEN_UP, t
        w.given_up += 1
    del w.open_issues[issue.id]
    w.truth.append((t, "issue", issue))


def send_away(w: World, t: int, medium: Medium, how: str) -> None:
    """All who wait in the lines of a channel go: it was closed, or its platform is down."""
    for line in dict.fromkeys(medium.lines.values()):
        empty(w, t, line, how)


def empty(w: World, t: int, line: Line, how: str) -> None:
    for contact in [c for c in line.waiting if c.state == WAITING and c.queue is line]:
        lines.leave(w, t, contact, how)


__all__ = ["back", "come", "empty", "later", "left", "loose", "need", "send_away", "served"]
