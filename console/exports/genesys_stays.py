"""Which agent took what waited in which queue: the stays of a Genesys Cloud conversation.

What waits in a queue is a participant of its own (purpose acd), every offered agent another one,
and they are listed in no useful order: what belongs together is found by queue and time.
"""

from collections.abc import Sequence
from operator import attrgetter

import msgspec

from console.domain import facts
from console.domain.statements import Ring, Stay
from console.domain.times import SECOND
from console.exports.genesys_legs import Leg

#: An agent may be alerted a moment before the queue's own session begins: clocks of two machines.
_BEFORE = SECOND // 4
#: The queue's session ends when an agent takes over; who rings later than this belongs elsewhere.
_AFTER = 5 * SECOND
#: Where no reason is given, a wait and a customer that end together are a customer who hung up.
_TOGETHER = 2 * SECOND

_HANGING_UP = frozenset(("client", "peer", "endpoint", "system"))
_TIME_OUT = frozenset(("timeout", "inactivity", "sessionexpired"))
_DUMPING = frozenset(("spam", "uncallable"))
_FAILING = frozenset(("error", "transportfailure", "transport.failure"))


def stays(
    queues: Sequence[Leg], agents: Sequence[Leg], left_at: int | None = None
) -> tuple[Stay, ...]:
    """In the order of time. `queues` are sessions of acd participants, `agents` those of people.

    `left_at` is when the customer's last session ended, None while one lasts.
    """
    waits = sorted((each for each in queues if each.entered is not None), key=_place)
    people = sorted((each for each in agents if each.started is not None), key=_place)
    offered: list[list[Leg]] = [[] for _ in waits]
    alone: list[Leg] = []
    for person in people:
        place = _owner(person, waits)
        (alone if place is None else offered[place]).append(person)

    told: list[Stay] = []
    for wait, asked in zip(waits, offered, strict=True):
        taker = next((each for each in _by_talk(asked) if _takes(each, wait)), None)
        if taker is None and wait.media == "callback":
            # The customer is dialled first: the callback leaves the queue when the dialling begins,
            # and the agent who takes it is found only then.
            taker = next(
                (
                    each
                    for each in _by_talk(alone)
                    if (each.talked_from or 0) >= (wait.entered or 0)
                ),
                None,
            )
            if taker is not None:
                alone.remove(taker)
        told.append(_waited(wait, taker, asked, left_at))
        alone.extend(each for each in asked if each is not taker and each.talked_from is not None)
    unanswered: list[Leg] = []
    for person in alone:
        if person.talked_from is not None:
            told.append(_direct(person))
        elif person.rang_from is not None:
            unanswered.append(person)
    told.sort(key=attrgetter("entered_at"))
    for person in unanswered:
        _rang_in_vain(person, told)
    told.sort(key=attrgetter("entered_at"))
    return tuple(told)


def _by_talk(legs: Sequence[Leg]) -> list[Leg]:
    talked = [each for each in legs if each.talked_from is not None]
    return sorted(talked, key=lambda each: (each.talked_from or 0, _place(each)))


def _place(each: Leg) -> tuple[int, int, int, str, str]:
    """Of two that begin together the same one comes first, however they are listed."""
    begun = each.entered if each.entered is not None else each.started
    return begun or 0, each.ended or 1 << 62, each.talked_to or 0, each.queue or "", each.who or ""


def _owner(person: Leg, waits: Sequence[Leg]) -> int | None:
    first = person.started or 0
    for place in range(len(waits) - 1, -1, -1):
        wait = waits[place]
        if (
            (wait.entered or 0) <= first + _BEFORE
            and (wait.open or wait.ended is None or first <= wait.ended + _AFTER)
            and (wait.queue is None or person.queue is None or wait.queue == person.queue)
            and (wait.media == "callback") == (person.media == "callback")
            and not (person.outbound and wait.inbound and wait.media != "callback")
        ):
            return place
    return None


def _takes(person: Leg, wait: Leg) -> bool:
    if wait.metrics and ("tAbandon" in wait.metrics or "tFlowOut" in wait.metrics):
        return False
    return person.talked_from is not None


def _waited(wait: Leg, taker: Leg | None, asked: Sequence[Leg], left_at: int | None) -> Stay:
    rings = tuple(
        ring
        for each in asked
        if (each is taker or each.talked_from is None)
        for ring in _ring(each, each is taker)
    )
    entered = wait.entered or 0
    stated = wait.stated("tWait", "tAcd", "tAbandon", "tFlowOut")
    if taker is not None:
        if stated is None:
            stated = taker.stated("tAnswered")
        if stated is None and wait.media == "callback" and wait.ended is not None:
            stated = max(0, wait.ended - entered)
        return _handled(taker, wait.queue or taker.queue, entered, stated, rings)
    if wait.open:
        return Stay(wait.queue, entered, None, None, None, facts.WAITING, rings=rings)
    ended = wait.ended if wait.ended is not None else entered
    outcome = _outcome(wait)
    if outcome == facts.LOST and left_at is not None and abs(left_at - ended) <= _TOGETHER:
        outcome = facts.ABANDONED
    return Stay(
        wait.queue, entered, None, ended, None, outcome, wait.word, wait_us=stated, rings=rings
    )


def _outcome(wait: Leg) -> str:
    """Why nobody took it. The platform counts it as abandoned also where the system hung up."""
    metrics = wait.metrics or {}
    word = wait.word.lower()
    if "tAbandon" in metrics:
        return facts.ABANDONED
    if word in _TIME_OUT:
        return facts.TIMEOUT
    if word in _DUMPING:
        return facts.DUMPED
    if "tFlowOut" in metrics or word.endswith("transfer") or word.startswith("transfer."):
        return facts.WITHDRAWN
    if word in _HANGING_UP:
        return facts.ABANDONED
    if word in _FAILING:
        return facts.ABANDONED
    return facts.LOST


def _direct(person: Leg) -> Stay:
    """An agent's part without a wait in a queue: outbound, by name, or after another agent."""
    entered = person.entered if person.entered is not None else person.talked_from or 0
    return _handled(person, None, entered, None, tuple(_ring(person, True)))


def _handled(
    person: Leg, queue: str | None, entered: int, wait_us: int | None, rings: tuple[Ring, ...]
) -> Stay:
    ended = None if person.talking else person.talked_to
    talk_us, hold_us = (None, None) if ended is None else _talked(person)
    wrapup_from, wrapup_to = _wrapped(person, ended)
    return Stay(
        queue,
        entered,
        person.talked_from,
        ended,
        person.who,
        facts.ANSWERED,
        person.word if ended is not None else "",
        wait_us=wait_us,
        talk_us=talk_us,
        hold_us=hold_us,
        wrapup_from=wrapup_from,
        wrapup_to=wrapup_to,
        rings=rings,
        disposition=person.code,
        note_chars=person.note_chars,
    )


def _talked(person: Leg) -> tuple[int, int]:
    """Talk with hold, and hold, as the metrics state them, else as the segments add up to."""
    talk = person.stated("tTalkComplete", "tTalk")
    held = person.stated("tHeldComplete", "tHeld")
    hold_us = person.hold_us if held is None else held
    return (person.talk_us if talk is None else talk + hold_us), hold_us


def _wrapped(person: Leg, ended: int | None) -> tuple[int | None, int | None]:
    """Wrap-up can begin on paper before the talk has ended: one is not at both at once."""
    since, until = person.wrapup_from, person.wrapup_to
    stated = person.stated("tAcw")
    if since is None:
        if stated is None or ended is None:
            return None, None
        return ended, ended + stated
    if person.wrapping:
        return since if ended is None else max(since, ended), None
    if stated is not None:
        until = since + stated
    if ended is not None:
        since = max(since, ended)
    return since, max(since, until or since)


def _ring(person: Leg, answered: bool) -> list[Ring]:
    if person.who is None or person.rang_from is None or person.rang_to is None:
        return []  # nobody known, or it rings still
    return [Ring(person.who, person.rang_from, person.rang_to, answered)]


def _rang_in_vain(person: Leg, told: list[Stay]) -> None:
    """The ring of an agent who was called without a queue and did not take it."""
    rings = _ring(person, False)
    began = person.rang_from or 0
    for place in range(len(told) - 1, -1, -1):
        stay = told[place]
        if stay.entered_at <= began:
            told[place] = msgspec.structs.replace(stay, rings=(*stay.rings, *rings))
            return
    if person.outbound:
        return  # an agent's own attempt to call somebody
    if person.open or person.rang_to is None:
        told.append(Stay(None, began, None, None, None, facts.WAITING))
        return
    told.append(
        Stay(
            None,
            began,
            None,
            person.rang_to,
            None,
            _outcome(person),
            person.word,
            rings=tuple(rings),
        )
    )


__all__ = ["stays"]
