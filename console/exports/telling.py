"""Contacts and agents' intervals, told from all the statements about them.

A pure function of a set: neither the order in which statements came nor how often matters.
Tickets are told in `console.exports.ticket_telling`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from console.domain import facts
from console.domain.facts import Contact, Interval, Leg
from console.domain.statements import Course, Moment, Presence, Promise, Said, Serves, Stay

#: What comes first of several moments of one instant.
_ORDER = {
    what: place
    for place, what in enumerate(
        ("queued", "promised", "offered", "declined", "connected", "held", "resumed", "transferred",
         "released", "wrapped", "expired", "abandoned", "ended")
    )
}  # fmt: skip
#: So an agent's time between a released contact and the next word of the platform is called.
_WRAP_UP = ("wrap", "acw", "aftercall", "aftercontact", "after_call", "after_contact")


def contact_of(said: Iterable[tuple[str, Said]], ref: str) -> Contact | None:
    """The contact that its statements (key, what was said) tell; None where they tell none.

    Records of the whole contact say more than single moments, which then tell only whom it rang at.
    """
    ordered = sorted(said, key=lambda pair: pair[0])
    courses = [each for _key, each in ordered if isinstance(each, Course)]
    moments = [(key, each) for key, each in ordered if isinstance(each, Moment)]
    if not courses:
        return _from_moments(moments, ref) if moments else None
    contact = _from_courses(courses, ref)
    if moments and not any(span.kind == "ring" for span in contact.intervals):
        contact = _with_rings(contact, _from_moments(moments, ref))
    return contact


def _with_rings(contact: Contact, by_moments: Contact) -> Contact:
    """Whom it rang at is often told by events alone."""
    rings = tuple(span for span in by_moments.intervals if span.kind == "ring")
    missed = sum(leg.rings for leg in by_moments.legs)
    legs = contact.legs
    if missed and legs and not any(leg.rings for leg in legs):
        legs = (replace(legs[0], rings=missed), *legs[1:])
    return replace(contact, legs=legs, intervals=(*contact.intervals, *rings))


def _from_courses(courses: Sequence[Course], ref: str) -> Contact:
    if len(courses) > 1:
        courses = sorted(courses, key=lambda course: course.started_at)
    first = courses[0]
    legs: list[Leg] = []
    intervals: list[Interval] = []
    promises: list[Promise] = []
    customer, topic, last_at = None, "", 0
    for course in courses:
        customer = customer or course.customer
        topic = topic or course.topic
        promises.extend(course.promises)
        last_at = max(last_at, course.ended_at or course.started_at)
        for stay in course.stays:
            legs.append(_leg(stay))
            _intervals(stay, ref, intervals)
            last_at = max(last_at, stay.ended_at or 0, stay.entered_at, stay.connected_at or 0)
    if len(legs) > 1:
        legs.sort(key=lambda leg: (leg.entered_at, leg.connected_at or 1 << 62))
    return Contact(
        tuple(legs),
        tuple(intervals),
        first.started_at,
        last_at,
        customer,
        first.channel,
        first.direction,
        topic,
        tuple(_promise(each) for each in promises),
    )


def _leg(stay: Stay) -> Leg:
    connected, ended = stay.connected_at, stay.ended_at
    wait, talk, hold = map(_length, (stay.wait_us, stay.talk_us, stay.hold_us))
    if wait is None:
        until = connected if connected is not None else ended
        # A record with one time for everything does not say how long anything took.
        wait = until - stay.entered_at if until is not None and until > stay.entered_at else None
    if talk is None and connected is not None and ended is not None and ended > connected:
        talk = ended - connected
    return Leg(
        stay.queue,
        stay.entered_at,
        True,
        connected,
        ended,
        stay.agent,
        stay.outcome,
        stay.ended_by,
        wait,
        talk,
        sum(not ring.answered for ring in stay.rings),
        hold,
        stay.disposition,
        stay.note_chars,
    )


def _length(us: int | None) -> int | None:
    """A duration as a record states it; clocks that were set make some that are none."""
    return us if us is None or us >= 0 else None


def _intervals(stay: Stay, ref: str, found: list[Interval]) -> None:
    for ring in stay.rings:
        if ring.ended_at > ring.started_at:
            word = "CONNECT" if ring.answered else "RINGNOANSWER"
            found.append(
                Interval(
                    ring.agent, "ring", stay.queue, ring.started_at, ring.ended_at, word, word, ref
                )
            )
    if stay.agent and stay.wrapup_from is not None:
        end = stay.wrapup_to
        if end is None or end > stay.wrapup_from:
            found.append(
                Interval(
                    stay.agent, "wrapup", stay.queue, stay.wrapup_from, end, "wrap-up", "", ref
                )
            )


def _promise(said: Promise) -> facts.Promise:
    return facts.Promise(
        said.queue, said.requested_at, said.due_at, said.dialled_at, said.ended_at, said.outcome
    )


# --- from moments


@dataclass(slots=True)
class _Open:
    """A leg while its moments are being told."""

    queue: str | None
    entered_at: int
    entry_seen: bool
    connected_at: int | None = None
    ended_at: int | None = None
    agent: str | None = None
    outcome: str = facts.WAITING
    ended_by: str = ""
    rings: int = 0
    held_at: int | None = None
    hold_us: int = 0
    ever_held: bool = False

    def close(self, at: int, outcome: str, word: str) -> None:
        self.resume(at)
        self.ended_at, self.ended_by = at, word
        if self.connected_at is None:
            self.outcome = outcome

    def resume(self, at: int) -> None:
        if self.held_at is not None:
            self.hold_us += max(0, at - self.held_at)
            self.held_at = None

    def leg(self) -> Leg:
        until = self.connected_at if self.connected_at is not None else self.ended_at
        talk = None
        if self.connected_at is not None and self.ended_at is not None:
            talk = max(0, self.ended_at - self.connected_at)
        return Leg(
            self.queue,
            self.entered_at,
            self.entry_seen,
            self.connected_at,
            self.ended_at,
            self.agent,
            self.outcome,
            self.ended_by,
            # Where nobody saw it enter, nobody knows how long it waited.
            max(0, until - self.entered_at) if until is not None and self.entry_seen else None,
            talk,
            self.rings,
            self.hold_us if self.ever_held else None,
        )


@dataclass(slots=True)
class _Story:
    ref: str
    legs: list[_Open] = field(default_factory=lambda: [])
    intervals: list[Interval] = field(default_factory=lambda: [])
    promises: list[facts.Promise] = field(default_factory=lambda: [])
    offers: dict[str, int] = field(default_factory=lambda: {})
    wrapping: dict[str, tuple[int, str | None, str]] = field(default_factory=lambda: {})

    def waiting(self, queue: str | None = None) -> _Open | None:
        """The leg that waits; in that queue, where one is named."""
        return next(
            (
                leg
                for leg in self.legs
                if leg.ended_at is None and leg.connected_at is None and queue in (None, leg.queue)
            ),
            None,
        )

    def talking(self, agent: str | None) -> _Open | None:
        """The leg in which the agent talks; whoever talks, where the moment names nobody."""
        open_legs = [
            leg for leg in self.legs if leg.ended_at is None and leg.connected_at is not None
        ]
        return next((leg for leg in open_legs if agent in (None, leg.agent)), None)

    def ring(self, agent: str, queue: str | None, at: int, word: str) -> None:
        begun = self.offers.pop(agent, None)
        if begun is not None and at > begun:
            self.intervals.append(Interval(agent, "ring", queue, begun, at, word, word, self.ref))


def _from_moments(keyed: Sequence[tuple[str, Moment]], ref: str) -> Contact:
    ordered = sorted(keyed, key=lambda pair: (pair[1].at, _place(pair[1]), pair[0]))
    moments = [moment for _key, moment in ordered]
    story = _Story(ref)
    for moment in moments:
        _TELL.get(moment.what, _nothing)(story, moment)
    for agent, (since, queue, word) in story.wrapping.items():
        if any(sign in word.casefold() for sign in _WRAP_UP):
            # Still at it: the platform has not said that it ended.
            story.intervals.append(Interval(agent, "wrapup", queue, since, None, word, "", ref))
    return Contact(
        tuple(leg.leg() for leg in story.legs),
        tuple(story.intervals),
        moments[0].at,
        moments[-1].at,
        next((moment.customer for moment in moments if moment.customer), None),
        moments[0].channel,
        moments[0].direction,
        "",
        tuple(story.promises),
    )


def _place(moment: Moment) -> int:
    if moment.what == "transferred" and moment.queue is None:
        return -1  # it does not say from where: not from the queue that it goes to in that instant
    return _ORDER.get(moment.what, 99)


def _nothing(story: _Story, moment: Moment) -> None:
    del story, moment


def _queued(story: _Story, moment: Moment) -> None:
    leg = story.waiting()
    if leg is not None:
        if leg.queue == moment.queue:
            return  # said twice
        leg.close(moment.at, facts.TIMEOUT, moment.word)
    story.legs.append(_Open(moment.queue, moment.at, True))


def _offered(story: _Story, moment: Moment) -> None:
    if moment.agent:
        story.offers.setdefault(moment.agent, moment.at)


def _declined(story: _Story, moment: Moment) -> None:
    leg = story.waiting()
    if leg is not None:
        leg.rings += 1
    if moment.agent:
        queue = moment.queue or (leg.queue if leg is not None else None)
        story.ring(moment.agent, queue, moment.at, "RINGNOANSWER")


def _connected(story: _Story, moment: Moment) -> None:
    if moment.agent is not None and story.talking(moment.agent) is not None:
        return  # said twice
    leg = story.waiting()
    if leg is None:
        # Nobody saw it wait: from agent to agent, called out, or its beginning is in another file.
        called = moment.direction == "outbound" and moment.channel != "callback"
        queue = None if story.legs or called else moment.queue
        leg = _Open(queue, moment.at, False)
        story.legs.append(leg)
    leg.connected_at, leg.agent, leg.outcome = moment.at, moment.agent, facts.ANSWERED
    if moment.agent:
        story.ring(moment.agent, leg.queue, moment.at, "CONNECT")
    story.offers.clear()


def _held(story: _Story, moment: Moment) -> None:
    leg = story.talking(moment.agent)
    if leg is not None and leg.held_at is None:
        leg.held_at, leg.ever_held = moment.at, True


def _resumed(story: _Story, moment: Moment) -> None:
    leg = story.talking(moment.agent)
    if leg is not None:
        leg.resume(moment.at)


def _released(story: _Story, moment: Moment) -> None:
    leg = story.talking(moment.agent)
    if leg is not None:
        leg.close(moment.at, facts.ANSWERED, moment.word)
        if leg.agent:
            story.wrapping[leg.agent] = (moment.at, leg.queue, moment.word)


def _wrapped(story: _Story, moment: Moment) -> None:
    leg = story.talking(moment.agent)
    if leg is not None:
        leg.close(moment.at, facts.ANSWERED, moment.word)
    for agent in [moment.agent] if moment.agent else list(story.wrapping):
        since, queue, word = story.wrapping.pop(agent, (moment.at, None, ""))
        if moment.at > since:
            story.intervals.append(
                Interval(agent, "wrapup", queue, since, moment.at, word, moment.word, story.ref)
            )


def _abandoned(story: _Story, moment: Moment) -> None:
    leg = story.waiting(moment.queue)
    if leg is not None:
        leg.close(moment.at, facts.ABANDONED, moment.word)
    story.offers.clear()


def _expired(story: _Story, moment: Moment) -> None:
    leg = story.waiting(moment.queue)
    if leg is not None:
        leg.close(moment.at, facts.TIMEOUT, moment.word)


def _transferred(story: _Story, moment: Moment) -> None:
    leg = story.talking(moment.agent)
    if leg is not None:
        leg.close(moment.at, facts.ANSWERED, moment.word or "transfer")
        return
    leg = story.waiting(moment.queue)
    if leg is not None:
        leg.close(moment.at, facts.TIMEOUT, moment.word or "transfer")


def _promised(story: _Story, moment: Moment) -> None:
    leg = story.waiting()
    if leg is not None:
        # It left the line for a callback: neither answered nor given up.
        leg.close(moment.at, facts.WITHDRAWN, moment.word)
    queue = moment.queue or (leg.queue if leg is not None else None)
    story.promises.append(facts.Promise(queue, moment.at, moment.due_at, None, None, "promised"))


def _ended(story: _Story, moment: Moment) -> None:
    for leg in story.legs:
        if leg.ended_at is None:
            leg.close(moment.at, facts.ABANDONED, moment.word)
    story.offers.clear()


_TELL = {
    "queued": _queued,
    "offered": _offered,
    "declined": _declined,
    "connected": _connected,
    "held": _held,
    "resumed": _resumed,
    "released": _released,
    "wrapped": _wrapped,
    "abandoned": _abandoned,
    "expired": _expired,
    "transferred": _transferred,
    "promised": _promised,
    "ended": _ended,
}


# --- agents


def intervals_of(
    alias: str, presences: Iterable[Presence], serves: Serves | None, from_at: int = 0
) -> list[Interval]:
    """When an agent was logged in and when paused, from `from_at` on; open ones have no end.

    Who is offline, or paused, in one lane is so altogether. Membership is known of the present
    only: it holds while the login that is open lasts.
    """
    edges: list[tuple[int, str, str, str]] = []  # at, lane, state, word
    lanes: dict[str, list[Presence]] = {}
    for presence in presences:
        lanes.setdefault(presence.lane, []).append(presence)
    for lane, stretches in lanes.items():
        edges.extend((at, lane, state, word) for at, state, word in _edges(stretches))
    edges.sort(key=lambda edge: edge[0])
    now: dict[str, tuple[str, str]] = {}
    login: int | None = None
    pause: tuple[int, str] | None = None
    found: list[Interval] = []
    for place, (at, lane, state, word) in enumerate(edges):
        now[lane] = (state, word)
        if place + 1 < len(edges) and edges[place + 1][0] == at:
            continue
        standing, word = _together(now)
        if standing in ("", "offline") and login is not None:
            found.append(Interval(alias, "login", None, login, at, "", word))
            login = None
        elif standing not in ("", "offline") and login is None:
            login = at
        if pause is not None and (standing != "paused" or word != pause[1]):
            found.append(Interval(alias, "pause", None, pause[0], at, pause[1], word))
            pause = None
        if standing == "paused" and pause is None:
            pause = (at, word)
    if login is not None:
        found.append(Interval(alias, "login", None, login, None, ""))
        if serves is not None:
            for queue in sorted(set(serves.queues)):
                found.append(Interval(alias, "member", queue, login, None, "routing"))
    if pause is not None:
        found.append(Interval(alias, "pause", None, pause[0], None, pause[1]))
    found = [span for span in found if span.started_at >= from_at]
    found.sort(key=lambda span: (span.started_at, span.kind, span.queue or ""))
    return found


def _edges(stretches: Sequence[Presence]) -> list[tuple[int, str, str]]:
    """How one lane stands from each instant on at which that changes: at, state, word.

    Of stretches that overlap (copies that were cut at a query's edges) the one that began last
    holds; where it ends, the one around it does again.
    """
    ordered = sorted(stretches, key=lambda p: (p.since, p.state, p.word))
    changes: list[tuple[int, bool, int]] = []  # at, begins, place
    for place, stretch in enumerate(ordered):
        until = stretch.until
        if until is None and place + 1 < len(ordered):
            until = ordered[place + 1].since
        if until is None or until > stretch.since:
            changes.append((stretch.since, True, place))
            if until is not None:
                changes.append((until, False, place))
    changes.sort()
    holding: set[int] = set()
    found: list[tuple[int, str, str]] = []
    for number, (at, begins, place) in enumerate(changes):
        if begins:
            holding.add(place)
        else:
            holding.discard(place)
        if number + 1 == len(changes) or changes[number + 1][0] != at:
            now = ordered[max(holding)] if holding else None
            found.append((at, now.state, now.word) if now is not None else (at, "", ""))
    return found


def _together(lanes: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """State and word of all lanes together."""
    for wanted in ("offline", "paused", "available"):
        for lane in sorted(lanes):
            if lanes[lane][0] == wanted:
                return lanes[lane]
    return "", ""


__all__ = ["contact_of", "intervals_of"]
