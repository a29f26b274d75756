"""Ringing that a conversation ended and wrap-up that it began, kept with their leg.

Nearly every answered contact has both. As fields of its leg they cost a third of what they cost as
rows of their own, and say the same: whose they are and of which queue, the leg says. What does not
fit exactly stays an interval.
"""

from dataclasses import dataclass, field

from console.domain.facts import Contact, Interval

#: What their source calls such a ring and such a wrap-up.
RANG = "CONNECT"
WRAPPED = "WRAPUPSTART"


@dataclass(slots=True)
class Beside:
    """Microseconds by the place of the leg, and the intervals that are left."""

    ring: dict[int, int] = field(default_factory=lambda: {})
    wrapup: dict[int, int] = field(default_factory=lambda: {})
    others: list[Interval] = field(default_factory=lambda: [])


def beside(contact: Contact) -> Beside:
    """Which of a contact's intervals its legs can tell."""
    found = Beside()
    for span in contact.intervals:
        if not _is_told(contact, span, found):
            found.others.append(span)
    return found


def _is_told(contact: Contact, span: Interval, found: Beside) -> bool:
    if span.ended_at is None or span.ended_at <= span.started_at:
        return False
    words = (span.kind, span.source_state, span.ended_by)
    if words == ("ring", RANG, RANG):
        told, edge = found.ring, span.ended_at
    elif words == ("wrapup", WRAPPED, WRAPPED):
        told, edge = found.wrapup, span.started_at
    else:
        return False
    for place, leg in enumerate(contact.legs):
        at = leg.connected_at if told is found.ring else leg.ended_at
        if at == edge and (leg.agent, leg.queue) == (span.agent, span.queue) and place not in told:
            told[place] = span.ended_at - span.started_at
            return True
    return False


__all__ = ["RANG", "WRAPPED", "Beside", "beside"]
