"""Sessions of a Genesys Cloud conversation, read into legs: who, from when to when, what ended it.

A conversation has participants, a participant sessions, a session segments (POST
/api/v2/analytics/conversations/details/query and the results of details jobs; the same shape).
"""

from dataclasses import dataclass

import msgspec

from console.exports.genesys import at

_MS = 1000


class Segment(msgspec.Struct, rename="camel", gc=False):
    segment_type: str | None = None
    segment_start: str | None = None
    segment_end: str | None = None
    queue_id: str | None = None
    disconnect_type: str | None = None
    wrap_up_code: str | None = None
    wrap_up_note: str | None = None
    subject: str | None = None


class Metric(msgspec.Struct, gc=False):
    """`value` is in milliseconds where `name` begins with t."""

    name: str | None = None
    value: int | float | str | None = None


class Session(msgspec.Struct, rename="camel"):
    media_type: str | None = None
    message_type: str | None = None
    direction: str | None = None
    ani: str | None = None
    dnis: str | None = None
    remote: str | None = None
    address_from: str | None = None
    address_to: str | None = None
    callback_numbers: list[str] | None = None
    callback_scheduled_time: str | None = None
    outbound_campaign_id: str | None = None
    segments: list[Segment] | None = None
    metrics: list[Metric] | None = None


class Participant(msgspec.Struct, rename="camel"):
    participant_name: str | None = None
    user_id: str | None = None
    purpose: str | None = None
    external_contact_id: str | None = None
    sessions: list[Session] | None = None


#: An agent has the contact in these; it is talked in the first two.
_TALK = frozenset(("interact", "hold"))
_WITH_AGENT = _TALK | {"parked", "callback", "voicemail"}
_DIAL = frozenset(("dialing", "contacting"))


@dataclass(slots=True, eq=False)
class Leg:
    """One session. Times in microseconds; what is None did not happen, or lasts still.

    `entered` is where it began to wait or ring: a promised callback rests in a scheduled segment
    before. `facts` counts what the session says, and `latest` is the greatest time in it: a copy
    that was made later has never less of either.
    """

    session: Session
    media: str
    who: str | None
    started: int | None = None
    entered: int | None = None
    ended: int | None = None
    open: bool = False
    scheduled: bool = False
    queue: str | None = None
    word: str = ""
    rang_from: int | None = None
    rang_to: int | None = None
    dialled: int | None = None
    talked_from: int | None = None
    talked_to: int | None = None
    talking: bool = False
    talk_us: int = 0
    hold_us: int = 0
    wrapup_from: int | None = None
    wrapup_to: int | None = None
    wrapping: bool = False
    code: str = ""
    note_chars: int | None = None
    subject: str = ""
    metrics: dict[str, int] | None = None
    facts: int = 0
    latest: int = 0

    @property
    def outbound(self) -> bool:
        return (self.session.direction or "").lower() == "outbound"

    @property
    def inbound(self) -> bool:
        return (self.session.direction or "").lower() == "inbound"

    def stated(self, *names: str) -> int | None:
        """The first of these metrics that the session has, in microseconds."""
        if self.metrics:
            for name in names:
                if name in self.metrics:
                    return self.metrics[name] * _MS
        return None

    def close(self, over_at: int) -> None:
        """What lasts still ends with its conversation."""
        if self.open:
            self.open, self.ended = False, max(self.ended or 0, over_at)
        if self.talking:
            self.talking, self.talked_to = False, max(self.talked_to or 0, over_at)
        if self.wrapping:
            self.wrapping, self.wrapup_to = False, max(self.wrapup_to or 0, over_at)
        if self.rang_from is not None and self.rang_to is None:
            self.rang_to = max(self.rang_from, over_at)


def leg(session: Session, who: str | None) -> Leg:
    """What one session tells. Raises Rejected for a time that is none."""
    read = Leg(session, (session.media_type or "").lower(), who, facts=1)
    word_at = wrapup_word_at = -1
    wrapup_word = ""
    for segment in session.segments or ():
        start = at(segment.segment_start)
        if start is None:
            continue
        end = at(segment.segment_end)
        kind = (segment.segment_type or "").lower()
        read.facts += 1 + (end is not None) + (segment.disconnect_type is not None)
        read.latest = max(read.latest, start, end or 0)
        if segment.queue_id and read.queue is None:
            read.queue = segment.queue_id
        if segment.subject:
            read.subject = segment.subject
        if kind == "wrapup":
            _wrapup(read, segment, start, end)
            if segment.disconnect_type and start >= wrapup_word_at:
                wrapup_word, wrapup_word_at = segment.disconnect_type, start
            continue
        if read.started is None or start < read.started:
            read.started = start
        if end is None:
            read.open = True
        elif read.ended is None or end > read.ended:
            read.ended = end
        if segment.disconnect_type and start >= word_at:
            read.word, word_at = segment.disconnect_type, start
        if kind == "scheduled":
            read.scheduled = True
            continue
        if read.entered is None or start < read.entered:
            read.entered = start
        if kind in _WITH_AGENT:
            _talk(read, kind, start, end)
        elif kind == "alert":
            if read.rang_from is None or start < read.rang_from:
                read.rang_from = start
            if end is not None and end > (read.rang_to or 0):
                read.rang_to = end
        elif kind in _DIAL and (read.dialled is None or start < read.dialled):
            read.dialled = start
    if not read.word:
        read.word = wrapup_word
    for metric in session.metrics or ():
        _measure(read, metric)
    return read


def _talk(read: Leg, kind: str, start: int, end: int | None) -> None:
    if read.talked_from is None or start < read.talked_from:
        read.talked_from = start
    if end is None:
        read.talking = True
        return
    if read.talked_to is None or end > read.talked_to:
        read.talked_to = end
    if kind in _TALK:
        read.talk_us += max(0, end - start)
        if kind == "hold":
            read.hold_us += max(0, end - start)


def _wrapup(read: Leg, segment: Segment, start: int, end: int | None) -> None:
    if read.wrapup_from is None or start < read.wrapup_from:
        read.wrapup_from = start
    if end is None:
        read.wrapping = True
    elif end > (read.wrapup_to or 0):
        read.wrapup_to = end
    if segment.wrap_up_code:
        read.code = segment.wrap_up_code
        read.facts += 1
    if segment.wrap_up_note is not None:
        read.note_chars = max(read.note_chars or 0, len(segment.wrap_up_note))
        read.facts += 1


def _measure(read: Leg, metric: Metric) -> None:
    name, value = metric.name, metric.value
    if not name or value is None:
        return
    read.facts += 1
    if name[0] != "t":
        return
    try:
        number = int(float(value))
    except (ValueError, OverflowError):
        return
    if number < 0:
        return
    if read.metrics is None:
        read.metrics = {}
    # Some are emitted piece by piece (tTalk at every hold): their sum is the whole.
    read.metrics[name] = read.metrics.get(name, 0) + number


def of_agent(legs: list[Leg]) -> list[Leg]:
    """The legs of one participant without those that lie inside another.

    An agent who asks a colleague or a queue has a second session while the first one is on hold:
    that is no contact of its own. The call of a callback lies inside the callback: what was talked
    in it is what was talked in the callback.
    """
    if len(legs) < 2:
        return legs
    kept: list[Leg] = []
    for inner in sorted(legs, key=lambda each: each.started or 0):
        outer = kept[-1] if kept else None
        if outer is None or not _inside(inner, outer):
            kept.append(inner)
        elif outer.media == "callback" and inner.media != "callback":
            _take_over(outer, inner)
    return kept


def _inside(inner: Leg, outer: Leg) -> bool:
    if outer.talked_from is None or inner.started is None:
        return False
    return outer.talking or inner.started < (outer.talked_to or 0)


def _take_over(outer: Leg, call: Leg) -> None:
    if outer.dialled is None:
        outer.dialled = call.dialled if call.dialled is not None else call.started
    if call.talked_from is not None:
        outer.metrics = {**(outer.metrics or {}), **(call.metrics or {})}
        outer.talk_us, outer.hold_us = call.talk_us, call.hold_us
        outer.talking = outer.talking or call.talking
        outer.talked_to = max(outer.talked_to or 0, call.talked_to or 0) or None
        outer.word = call.word or outer.word
    if outer.wrapup_from is None:
        outer.wrapup_from, outer.wrapup_to = call.wrapup_from, call.wrapup_to
        outer.wrapping = call.wrapping
    outer.code = outer.code or call.code
    if outer.note_chars is None:
        outer.note_chars = call.note_chars


__all__ = ["Leg", "Metric", "Participant", "Segment", "Session", "leg", "of_agent"]
