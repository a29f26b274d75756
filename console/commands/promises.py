"""What becomes of callbacks that were promised when the offer or the dialling is turned off."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from console.commands.texts import counted, fault_of_text, lasting
from console.domain.messages import CALLBACK_RELEASE, Message
from console.reads import counted as counts
from console.reads.members import newest
from console.store.tables import Queue

#: Dialling goes on until none is left; they are kept for later; they are told that nobody calls.
DRAIN, KEEP, RELEASE = "drain", "keep", "release"
FATES = (DRAIN, KEEP, RELEASE)


@dataclass(frozen=True, slots=True)
class Open:
    """Promises not kept yet in some queues. `number` and `overdue` count where they are known;
    `unknown` is how many queues do not tell; `oldest_us` is the age of the oldest."""

    number: int
    overdue: int
    unknown: int
    queues: int
    oldest_us: int | None

    def words(self) -> str:
        if not self.queues:
            return ""
        if self.unknown == self.queues:
            return "Promises outstanding: unknown to this source."
        found = f"Promises outstanding: {self.number}"
        if self.oldest_us is not None:
            found += f", the oldest {lasting(self.oldest_us)} old, {self.overdue} overdue"
        return (
            f"{found}; unknown in {counted(self.unknown, 'queue')}."
            if self.unknown
            else f"{found}."
        )

    @property
    def known(self) -> bool:
        return self.unknown < self.queues


def by_queue(session: Session, queues: Sequence[Queue]) -> dict[int, int | None]:
    """Promises not kept yet of each queue; None where its source cannot say."""
    known = counts.counted(session, newest(session))
    return {queue.id: known[queue.id].promises if queue.id in known else None for queue in queues}


def open_promises(session: Session, queues: Sequence[Queue]) -> Open:
    at = newest(session)
    known = counts.counted(session, at)
    found = [known.get(queue.id, counts.Counted()) for queue in queues]
    told = [of_queue for of_queue in found if of_queue.promises is not None]
    oldest = min((c.oldest_promise_at for c in told if c.oldest_promise_at is not None), default=at)
    number = sum(of_queue.promises or 0 for of_queue in told)
    return Open(
        number,
        sum(of_queue.overdue for of_queue in told),
        len(found) - len(told),
        len(found),
        at - oldest if number else None,
    )


def fault(fate: str, message: str, offer: bool | None, dial: bool | None) -> str:
    """Why this cannot become of them; empty where it can."""
    if not fate:
        return "A message goes only to those who are released." if message else ""
    if fate not in FATES:
        return f"Of promises can become {', '.join(FATES)}; not {fate}."
    if offer is not False and dial is not False:
        return "What becomes of promises is said when the offer or the dialling is turned off."
    if fate == DRAIN and dial is False:
        return "To call those who were promised a call, the dialling must stay on."
    if fate == KEEP and dial is not False:
        return "To keep promises for later, turn the dialling off as well."
    if fate != RELEASE:
        return "A message goes only to those who are released." if message else ""
    if not message.strip():
        return "Those who are released must be told: write the message."
    return fault_of_text("The message", message)


def effects(fate: str, message: str, waiting: Open) -> list[str]:
    """What it means for them, in words."""
    if not fate or (waiting.known and not waiting.number and not waiting.unknown):
        return []
    those = f"The {waiting.number} promised" if waiting.known else "All who were promised a call"
    if fate == DRAIN:
        return [f"{those} are called until none is left; nobody else is promised a call."]
    if fate == KEEP:
        age = "" if waiting.oldest_us is None else f"; the oldest is {lasting(waiting.oldest_us)} "
        return [f"{those} are kept for later{age}{'old already' if age else ''}."]
    return [f"{those} are told “{message}” and are not called."]


def warnings(
    fate: str, waiting: Open, offer: bool | None, dial: bool | None, silent: Sequence[str]
) -> list[str]:
    """`silent` are the queues whose dialling is off."""
    found: list[str] = []
    some = waiting.number or waiting.unknown
    if offer is False:
        found.append("Callers who would have taken the offer stay in the queue or redial.")
    if dial is False and fate != RELEASE:
        found.append("Customers who were promised a call are not called meanwhile.")
    if fate == DRAIN and silent:
        found.append(f"{', '.join(silent)}: the dialling is off, so nobody is called.")
    if fate == RELEASE and some:
        found.append("What customers were told cannot be taken back.")
    if not fate and some and waiting.known and (offer is False or dial is False):
        found.append("Nothing is said of what becomes of those who were promised a call.")
    return found


def release(source: str, queue: Queue, message: str, promised: int | None, valid_s: int) -> Message:
    number = "those" if promised is None else str(promised)
    return Message(
        CALLBACK_RELEASE,
        f"release {number} promised a call, {queue.name}",
        {
            "source": source,
            "queue": queue.name,
            "queue_id": queue.id,
            "message": message,
            "promised": promised,
        },
        valid_s,
    )
