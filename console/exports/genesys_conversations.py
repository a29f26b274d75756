"""Conversations of Genesys Cloud, whole: details queries and the results of details jobs.

Source: POST /api/v2/analytics/conversations/details/query (25 to 100 conversations a page), GET
…/details/jobs/{id}/results (the same with `cursor`), GET …/conversations/{id}/details (one). The
shape of 2016 has no metrics, no conversationEnd and no originatingDirection: segments say it all.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Final, Literal

import msgspec

from console.domain.statements import Course, Name, Promise, Statement
from console.domain.times import DAY, MINUTE
from console.exports import genesys
from console.exports.export import Mask, Rejected
from console.exports.genesys import CHANNELS, at
from console.exports.genesys_legs import Leg, Participant, leg, of_agent
from console.exports.genesys_stays import stays
from console.exports.json_pieces import first, members
from console.exports.text import hide

NAME: Final = "genesys_conversations"
TITLE: Final = "Genesys Cloud: conversation details"
PLATFORM: Final = genesys.PLATFORM
KIND: Final[Literal["json"]] = "json"
ARRAYS: Final[tuple[str, ...]] = ("conversations",)

_CUSTOMER = frozenset(("customer", "external"))
_EXTERNAL = "external"
_PEOPLE = frozenset(("agent", "user"))
_UNKNOWN = frozenset(("", "unknown"))
#: Nobody agrees on a time within the next minute: the callback is due at once.
_AT_ONCE = MINUTE
_MOST_FACTS = (1 << 19) - 1


class _Conversation(msgspec.Struct, rename="camel"):
    conversation_id: str | None = None
    conversation_start: str | None = None
    conversation_end: str | None = None
    originating_direction: str | None = None
    originating_social_media_public: bool | None = None
    participants: list[Participant] | None = None


_decoder = msgspec.json.Decoder(_Conversation)


def fits(head: bytes, /) -> bool:
    """Whether the first record is a conversation with its participants."""
    for piece in first(head, ARRAYS, 3):
        named = members(piece.raw)
        if "conversationId" in named and not named.isdisjoint(
            ("participants", "conversationStart")
        ):
            return "eventTime" not in named
    return False


def origin(raw: bytes, array: str, /) -> str:
    """ "": a conversation does not say of which organisation it is."""
    del raw, array
    return ""


def take(raw: bytes, array: str, mask: Mask, /) -> Iterable[Statement]:
    """One `Course`, and the queues' names as the conversation has them.

    Raises Rejected for a conversation without an id, or without any time.
    """
    del array
    said = _decoder.decode(raw)
    if not said.conversation_id:
        raise Rejected("a conversation without conversationId")
    story = _Story(said)
    if story.started is None:
        raise Rejected("a conversation without any time")
    told = [
        Statement(f"contact:{said.conversation_id}", "conversation", story.version, course)
        for course in story.course(story.started, mask)
    ]
    if told:
        told.extend(_names(said.participants or (), story.started))
    return told


class _Story:
    """A conversation with its sessions read."""

    def __init__(self, said: _Conversation) -> None:
        self.said = said
        self.customers: list[Leg] = []
        self.queues: list[Leg] = []
        self.people: list[list[Leg]] = []
        self.others: list[Leg] = []
        external: list[Leg] = []
        latest, known, measured = 0, 0, False
        for participant in said.participants or ():
            purpose = (participant.purpose or "").lower()
            legs: list[Leg] = []
            for session in participant.sessions or ():
                measured = measured or session.metrics is not None
                read = leg(session, participant.user_id or None)
                latest = max(latest, read.latest)
                known += read.facts
                legs.append(read)
            known += 1 + (participant.user_id is not None)
            if purpose == "customer":
                self.customers.extend(legs)
            elif purpose == _EXTERNAL:
                external.extend(legs)
            elif purpose == "acd":
                self.queues.extend(legs)
            elif purpose in _PEOPLE:
                self.people.append(legs)
            else:
                self.others.extend(legs)
        # Whoever an agent calls is external: the customer only where there is no other.
        (self.others if self.customers else self.customers).extend(external)
        begun, ended = at(said.conversation_start), at(said.conversation_end)
        self.legs = [*self.customers, *self.queues, *self.others]
        for legs in self.people:
            self.legs.extend(legs)
        starts = [each.started for each in self.legs if each.started is not None]
        self.started = begun if begun is not None else min(starts, default=ended)
        self.old = not measured and said.originating_direction is None
        if ended is None and self.old:
            ended = self._all_over()
        self.ended = ended
        if ended is not None:
            for each in self.legs:
                each.close(ended)
        self.version = _version(
            max(latest, begun or 0, at(said.conversation_end) or 0),
            said.conversation_end is not None,
            known,
        )

    def _all_over(self) -> int | None:
        """The end of a conversation of the old shape, which states none: that of its segments."""
        if any(each.open or each.talking or each.wrapping for each in self.legs):
            return None
        return max((each.latest for each in self.legs if each.latest), default=None)

    def course(self, started: int, mask: Mask) -> Iterator[Course]:
        """None where nothing but a screen was shared, or colleagues wrote to each other.

        Raises Rejected where nothing says on which medium it was.
        """
        medium = self._medium()
        if medium is None:
            return
        serving = [each for each in self.legs if each.media in CHANNELS or each.media in _UNKNOWN]
        kept = frozenset(serving)
        agents = [
            each for legs in self.people for each in of_agent([one for one in legs if one in kept])
        ]
        callbacks = [each for each in serving if each.media == "callback"]
        promises = self._promises(callbacks, agents) if callbacks else ()
        queues = [
            each
            for each in self.queues
            # A callback that a call asked for does not wait the way the call does: see Promise.
            if each in kept and (each.media != "callback" or medium == "callback")
        ]
        direction = self._direction(serving)
        if direction == "internal":
            agents = [each for each in agents if not each.outbound]
        told = stays(queues, agents, self._left_at())
        if not self.queues and direction == "inbound":
            # Without the queue's own participant: the agent's part says of which queue it was.
            by_start = {each.talked_from: each.queue for each in agents if each.talked_from}
            told = tuple(
                msgspec.structs.replace(stay, queue=by_start.get(stay.connected_at))
                if stay.queue is None and stay.connected_at is not None
                else stay
                for stay in told
            )
        customer = self._customer(direction)
        yield Course(
            self._channel(medium),
            started,
            self.ended,
            mask(customer) if customer else None,
            direction,
            told,
            promises,
            next((hide(each.subject) for each in self.legs if each.subject), ""),
        )

    def _medium(self) -> str | None:
        """The medium that the conversation began on; None where it is none that customers use."""
        known = [each for each in self.legs if each.media in CHANNELS]
        timed = [each for each in known if each.started is not None]
        if timed:
            return min(timed, key=attrgetter("started")).media
        if known:
            return known[0].media
        unknown = [each for each in self.legs if each.media in _UNKNOWN]
        if any(each.session.ani or each.session.dnis for each in unknown):
            return "voice"
        if unknown or not self.legs:
            raise Rejected("a conversation of which no session says on what medium it was")
        return None

    def _channel(self, medium: str) -> str:
        if medium == "message" and self.said.originating_social_media_public:
            return "social"  # others can read it; facebook, twitter and so on are messengers
        return CHANNELS[medium]

    def _direction(self, serving: Sequence[Leg]) -> str:
        if not self.customers and any(
            each.outbound and each.media != "callback" for legs in self.people for each in legs
        ):
            if self.queues or len(self.people) > 1:
                return "internal"
        stated = (self.said.originating_direction or "").lower()
        if stated in ("inbound", "outbound"):
            return stated
        if any(each.session.outbound_campaign_id for each in serving):
            return "outbound"
        for legs in (self.customers, serving):
            known = [each for each in legs if each.session.direction and each.started is not None]
            if known:
                return "outbound" if min(known, key=attrgetter("started")).outbound else "inbound"
        return "inbound"

    def _left_at(self) -> int | None:
        if any(each.open for each in self.customers):
            return None
        return max((each.ended for each in self.customers if each.ended is not None), default=None)

    def _customer(self, direction: str) -> str | None:
        """The customer's number or address; None where there is none, or only a name."""
        if direction == "internal":
            return None
        outbound = direction == "outbound"
        for legs in (self.customers, self.queues, *self.people):
            for each in legs:
                found = _address(each, outbound)
                if found is not None:
                    return found
        for participant in self.said.participants or ():
            if participant.external_contact_id and (participant.purpose or "").lower() in _CUSTOMER:
                return participant.external_contact_id
        return None

    def _promises(self, callbacks: Sequence[Leg], agents: Sequence[Leg]) -> tuple[Promise, ...]:
        """One for each callback that a customer was promised; a campaign's previews are none."""
        mine = [each for each in callbacks if not each.session.outbound_campaign_id]
        customers = [each for each in self.customers if each.media == "callback"]
        mine = sorted(
            (each for each in mine if each.started is not None), key=attrgetter("started")
        )
        asked = [each for each in mine if each in customers] or mine[:1]
        told: list[Promise] = []
        for place, each in enumerate(asked):
            until = asked[place + 1].started if place + 1 < len(asked) else None
            told.append(self._promise(each, mine, agents, until))
        return tuple(told)

    def _promise(
        self, asked: Leg, callbacks: Sequence[Leg], agents: Sequence[Leg], until: int | None
    ) -> Promise:
        since = asked.started or 0
        within = [
            each
            for each in callbacks
            if each.started is not None
            and each.started >= since - _AT_ONCE
            and (until is None or each.started < until)
        ]
        waits = [each for each in within if each in self.queues]
        queue = next((each.queue for each in [*reversed(waits), *within] if each.queue), None)
        calls = [
            each
            for each in self.legs
            if each.media != "callback"
            and each.dialled is not None
            and each.dialled >= since
            and (until is None or each.dialled < until)
        ]
        dialled = min((each.dialled for each in calls if each.dialled is not None), default=None)
        lasting = asked.open or any(each.open or each.talking for each in calls)
        ends = [each.ended for each in (asked, *within, *calls) if each.ended is not None]
        talks = [
            each
            for legs in self.people
            for each in legs
            if each.media != "callback"
            and dialled is not None
            and each.talked_from is not None
            and each.talked_from >= dialled
            and (until is None or each.talked_from < until)
        ]
        if talks:
            outcome = "reached"
        elif lasting and self.ended is None:
            outcome = "promised"
        elif dialled is not None or any(
            each.media == "callback" and each.talked_from is not None for each in agents
        ):
            outcome = "missed"
        else:
            word = asked.word.lower()
            outcome = "cancelled" if word in ("client", "peer", "endpoint") else "missed"
        over = None if lasting and self.ended is None else max(ends, default=self.ended)
        return Promise(
            queue, since, _due(asked, within, since, over, self.old), dialled, over, outcome
        )


def _due(
    asked: Leg, callbacks: Sequence[Leg], since: int, over: int | None, old: bool
) -> int | None:
    """When a callback was agreed for, None where no time was.

    The platform fills callbackScheduledTime also where nothing was scheduled: with the time of
    asking, in 2016 even with that of the query, which lies behind everything.
    """
    times = (at(each.session.callback_scheduled_time) for each in (asked, *callbacks))
    due = next((each for each in times if each is not None), None)
    if due is None or due <= since + _AT_ONCE:
        return None
    if any(each.scheduled for each in callbacks):
        return due
    return None if (old if over is None else due > over) else due


def _address(each: Leg, outbound: bool) -> str | None:
    session = each.session
    if each.media == "callback":
        return next(
            (found for text in session.callback_numbers or () if (found := genesys.address(text))),
            None,
        )
    # The customer's own session has the direction of the contact; so has an agent's who was called.
    if each.outbound or outbound:
        stated = (session.address_to, session.dnis)
    else:
        stated = (session.address_from, session.ani)
    for text in stated:
        found = genesys.address(text)
        if found is not None:
            return found
    return genesys.reachable(session.remote)


def _names(participants: Sequence[Participant], started: int) -> Iterator[Statement]:
    """The name of a queue stands at its participant. Of the newest day, where it was changed."""
    day = started - started % DAY
    for participant in participants:
        if participant.participant_name and (participant.purpose or "").lower() == "acd":
            for session in participant.sessions or ():
                queue = next((one.queue_id for one in session.segments or () if one.queue_id), None)
                if queue:
                    said = Name("queue", queue, participant.participant_name)
                    yield Statement("name", f"queue:{queue}", day, said)
                    break


def _version(latest: int, ended: bool, known: int) -> int:
    """Grows with every later copy of a conversation, which has no time of change.

    The greatest time in it first (to the millisecond, so that it fits 63 bits); then one that has
    ended beats one that has not; then the one that says more: sessions, segments, their ends,
    reasons, codes, notes and metrics are added and never taken away.
    """
    return (latest // 1000 << 20) + (ended << 19) + min(known, _MOST_FACTS)


__all__ = ["ARRAYS", "KIND", "NAME", "PLATFORM", "TITLE", "fits", "origin", "take"]
