"""What a row says of a contact, and what follows from it.

Answered: by the word of the outcome; where there is none, a contact was answered that has an answer
time, a talk of more than nothing, or an agent (unless its talk is stated as nothing). Else it was
abandoned if the row has an end, and still waits if it has none.
"""

from dataclasses import dataclass
from typing import Protocol

from console.domain import facts
from console.domain.statements import Course, Stay
from console.domain.times import DAY, SECOND
from console.exports.export import Rejected
from console.exports.mapping import Mapping

#: Channels on which nobody waits or talks for longer than a day: such a duration was damaged.
_LIVE = ("voice", "chat", "callback")


class Reading(Protocol):
    """The times and durations of a row."""

    def at(self, name: str, not_before: int | None = None) -> int | None: ...

    def length(self, name: str) -> int | None: ...


@dataclass(slots=True)
class Told:
    """What a row says besides its times. `meaning` is what its word of the outcome means."""

    channel: str
    direction: str
    queue: str | None
    agent: str | None
    customer: str | None
    topic: str
    disposition: str
    note_chars: int | None
    word: str
    meaning: str


def course(told: Told, row: Reading, mapping: Mapping) -> tuple[Course, int]:
    """The course, and when it started. Raises Rejected where the row has no place in time."""
    live = told.channel in _LIVE

    def length(name: str) -> int | None:
        value = row.length(name)
        return None if value is not None and live and value > DAY else value

    started = row.at("started")
    entered = row.at("entered", started)
    first = started if started is not None else entered
    answered = row.at("answered", first)
    wait, talk, hold = length("wait"), length("talk"), length("hold")
    whole, wrapup = length("duration"), length("wrapup")
    if first is None and answered is not None:
        first = answered - (wait or 0)
    if first is None:
        raise Rejected("Started: nothing is stated")
    started = first if started is None else started
    ended = row.at("ended", first)
    for name, at in (("Answered at", answered), ("Ended", ended)):
        if at is not None and at < started - SECOND:
            raise Rejected(f"{name}: it lies before the start")
    if entered is None:
        # A wait is counted from the queue on; what comes before it is a menu.
        entered = started
        if answered is not None and wait is not None:
            entered = max(started, answered - wait)
    spoken = talk
    if talk is not None and hold is not None and not mapping.talk_has_hold:
        spoken = talk + hold
    if ended is None and whole is not None:
        ended = started + whole
    outcome = _outcome(told, answered, talk, ended, mapping)
    if outcome == facts.ANSWERED:
        if answered is None and wait is not None:
            answered = entered + wait
        if answered is None and ended is not None and spoken is not None:
            answered = max(entered, ended - spoken)
        if ended is None and answered is not None and spoken is not None:
            ended = answered + spoken
    else:
        answered = None
        if ended is None and wait is not None and outcome != facts.WAITING:
            ended = entered + wait
    ended, wrapup_from = _without_wrapup(answered, spoken, ended, wrapup)
    stay = Stay(
        queue=told.queue,
        entered_at=entered,
        connected_at=answered,
        ended_at=ended,
        agent=told.agent,
        outcome=outcome,
        ended_by=told.word,
        wait_us=wait,
        talk_us=spoken if outcome == facts.ANSWERED else None,
        hold_us=hold,
        wrapup_from=wrapup_from,
        wrapup_to=None if wrapup_from is None or wrapup is None else wrapup_from + wrapup,
        disposition=told.disposition,
        note_chars=told.note_chars,
    )
    said = Course(
        told.channel, started, ended, told.customer, told.direction, (stay,), topic=told.topic
    )
    return said, started


def _outcome(
    told: Told, answered: int | None, talk: int | None, ended: int | None, mapping: Mapping
) -> str:
    if told.meaning == "not answered":
        return facts.ABANDONED
    if told.meaning:
        return told.meaning
    if answered is not None or (talk or 0) > 0:
        return facts.ANSWERED
    if told.agent is not None and talk is None:
        return facts.ANSWERED
    if ended is not None or mapping.without_end == "abandoned":
        return facts.ABANDONED
    return facts.WAITING


def _without_wrapup(
    answered: int | None, spoken: int | None, ended: int | None, wrapup: int | None
) -> tuple[int | None, int | None]:
    """The customer's end, and where the wrap-up begins: some tables end a row after the wrap-up."""
    if wrapup is None or ended is None or answered is None:
        return ended, None
    if wrapup and spoken is not None:
        talked = answered + spoken
        if abs(ended - wrapup - talked) <= 2 * SECOND:
            return talked, talked
    return ended, ended
