"""Tickets with their history, told from all the statements about them."""

from collections.abc import Iterable, Sequence

import msgspec

from console.domain import facts
from console.domain.facts import Contact, Leg, TicketStep
from console.domain.statements import Measure, Said, Step, Ticket

#: Steps in which an agent works on the ticket: they make touches.
_WORK = ("reply", "note", "status", "assigned", "group", "priority", "handled", "escalated")
_WORDS = ("reply", "note", "asked")
_CHANGES = ("status", "assigned", "group", "priority", "escalated")
_OVER = ("solved", "closed", "deleted")
#: The queue of tickets that no group has.
NO_GROUP = "no group"


def ticket_of(said: Iterable[tuple[str, Said]]) -> facts.Ticket | None:
    """The ticket that its statements (key, what was said) tell.

    None where only its history is known yet: what a ticket is takes a record of the ticket itself.
    """
    ordered = [each for _key, each in sorted(said, key=lambda pair: pair[0])]
    state = next((each for each in ordered if isinstance(each, Ticket)), None)
    if state is None:
        return None
    steps = [each for each in ordered if isinstance(each, Step)]
    steps.sort(key=lambda step: step.at)
    gone = next((step for step in steps if step.what == "status" and step.after == "deleted"), None)
    if gone is not None and gone.at >= state.updated_at:
        # Lists of what was deleted say little else of a ticket.
        state = msgspec.structs.replace(state, status="deleted", updated_at=gone.at)
    measures = [each for each in ordered if isinstance(each, Measure)]
    replies = [step for step in steps if step.what == "reply" and step.by]
    notes = [step for step in steps if step.what == "note" and step.by]
    # Not every export has what was written, and not every one has who changed what.
    has_words = any(step.what in _WORDS for step in steps)
    has_history = has_words or any(step.what in _CHANGES and step.by for step in steps)
    first_reply_at = state.first_reply_at
    if first_reply_at is None and replies:
        first_reply_at = replies[0].at
    stated = _first(measures, "first_reply_us")
    if first_reply_at is None and stated is not None:
        first_reply_at = state.created_at + stated
    solved_at = state.solved_at
    if solved_at is None:
        solved = [step.at for step in steps if step.what == "status" and step.after == "solved"]
        solved_at = solved[-1] if solved else _first(measures, "solved_at")
    if state.status not in _OVER:
        solved_at = None
    return facts.Ticket(
        state.channel,
        state.status,
        state.created_at,
        state.updated_at,
        state.subject,
        state.priority,
        state.group,
        state.agent,
        state.requester,
        solved_at,
        first_reply_at,
        state.due_at,
        _touches(steps) if has_history else None,
        len({step.by for step in steps if step.by and step.what in _WORK})
        if has_history
        else _first(measures, "agents"),
        _known(state.replies, len(replies) if has_words else None, _first(measures, "replies")),
        len(notes) if has_words else None,
        sum(step.chars for step in notes) if has_words else None,
        _known(
            state.reopens, _first(measures, "reopens"), _reopens(steps) if has_history else None
        ),
        state.tags,
        state.satisfaction,
        tuple(
            TicketStep(
                step.at,
                step.what,
                step.by or None,
                step.before,
                step.after,
                step.text,
                step.chars,
                step.until,
            )
            for step in steps
        ),
        _contact(state, steps, first_reply_at),
        _changes(steps),
    )


def _known(*values: int | None) -> int | None:
    return next((value for value in values if value is not None and value >= 0), None)


def _first(measures: Sequence[Measure], name: str) -> int | None:
    return _known(*(getattr(measure, name) for measure in measures))


def _touches(steps: Sequence[Step]) -> int:
    """Runs of work by one agent without another's in between."""
    touches, last = 0, ""
    for step in steps:
        if step.by and step.what in _WORK:
            touches += step.by != last
            last = step.by
        elif step.what == "asked":
            last = ""  # the customer had to come back: whoever works on it next touches it again
    return touches


def _changes(steps: Sequence[Step]) -> int | None:
    """Changes of status; an export without any change of anything does not tell them."""
    if not any(step.what in _CHANGES for step in steps):
        return None
    return sum(step.what == "status" for step in steps)


def _reopens(steps: Sequence[Step]) -> int:
    return sum(
        step.what == "status" and step.before in ("solved", "closed") and step.after not in _OVER
        for step in steps
    )


def _contact(state: Ticket, steps: Sequence[Step], first_reply_at: int | None) -> Contact | None:
    """The customer's waiting: from each question to the next reply.

    A call is a contact of its own, told by the telephone's records. Where no history is known, only
    the wait for the first reply can be told.
    """
    if state.channel == "voice":
        return None
    legs = _waits(state, steps) if any(s.what in ("asked", "reply") for s in steps) else None
    if legs is None:
        legs = _first_wait(state, first_reply_at)
    if not legs:
        return None
    last_at = max(state.updated_at, *(leg.ended_at or leg.entered_at for leg in legs))
    return Contact(
        tuple(legs), (), state.created_at, last_at, state.requester, state.channel,
        "inbound", state.subject[:200],
    )  # fmt: skip


def _waits(state: Ticket, steps: Sequence[Step]) -> list[Leg]:
    legs: list[Leg] = []
    group = next((s.before or None for s in steps if s.what == "group"), state.group)
    # A ticket that an agent opened for somebody has nobody waiting until the customer writes.
    opening = next((s for s in steps if s.what in ("created", "asked", "reply")), None)
    since = state.created_at if opening is None or not opening.by else None
    for step in steps:
        if step.what == "group":
            group = step.after or None
        elif step.what == "asked":
            since = step.at if since is None else since
        elif since is not None:
            over = step.what == "status" and step.after in _OVER
            if step.what == "reply" or (over and step.by):
                word = "reply" if step.what == "reply" else step.after
                legs.append(_leg(group, since, step.at, step.by or None, facts.ANSWERED, word))
                since = None
            elif over or step.what == "merged":
                word = step.after or step.what
                legs.append(_leg(group, since, step.at, None, facts.WITHDRAWN, word))
                since = None
    if since is not None:
        if state.status in _OVER:
            end = state.solved_at or state.updated_at
            legs.append(_leg(group, since, max(since, end), None, facts.WITHDRAWN, state.status))
        else:
            legs.append(_leg(state.group, since, None, None, facts.WAITING, ""))
    return legs


def _first_wait(state: Ticket, first_reply_at: int | None) -> list[Leg]:
    if first_reply_at is not None:
        end = max(first_reply_at, state.created_at)
        return [_leg(state.group, state.created_at, end, state.agent, facts.ANSWERED, "reply")]
    if state.status == "new":
        return [_leg(state.group, state.created_at, None, None, facts.WAITING, "")]
    return []


def _leg(
    queue: str | None, since: int, end: int | None, agent: str | None, outcome: str, word: str
) -> Leg:
    answered = outcome == facts.ANSWERED
    return Leg(
        queue or NO_GROUP,
        since,
        True,
        end if answered else None,
        end,
        agent if answered else None,
        outcome,
        word,
        None if end is None else end - since,
        # How long an agent wrote is not known.
        None,
        0,
    )


__all__ = ["NO_GROUP", "ticket_of"]
