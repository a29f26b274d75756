"""Ask people to come: out of what they are at, or in from home."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.blocks import hours, minutes_between, until
from console.commands.command import Command
from console.commands.texts import clock, fault_of_name, fault_of_text, listed
from console.domain import rest
from console.domain.acts import Preview
from console.domain.messages import CALL_IN, Message, Value
from console.domain.roster import LEAVE
from console.domain.times import DAY, HOUR, iso
from console.reads.resources import planned
from console.store.tables import Queue


@dataclass(frozen=True, slots=True)
class Call:
    """One person, by id of the roster ("" where they are in none) and name, and for which time."""

    person: str
    name: str
    from_at: int
    to_at: int


@dataclass(frozen=True, slots=True)
class CallIn(Command):
    """A message to each of them, and the record. Nobody is placed anywhere by it: who comes is
    sent to a queue as usual. `rest_h` is the least rest between shifts."""

    name: ClassVar[str] = "call_in"
    calls: tuple[Call, ...]
    who: str
    queue_id: int | None = None
    note: str = ""
    rest_h: int = 11

    def title(self, session: Session) -> str:
        queue = self._queue(session)
        names = listed([call.name for call in self._calls()])
        return f"call in {names}{f' for {queue}' if queue else ''}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        calls = self._calls()
        queue = self._queue(session)
        if not calls:
            return Preview(title, refused="Nobody was chosen.")
        if self.queue_id is not None and not queue:
            return Preview(title, refused="There is no such queue.")
        fault = fault_of_name("The queue's name", queue) or fault_of_text("The note", self.note)
        if fault:
            return Preview(title, refused=fault)
        for call in calls:
            if call.to_at <= call.from_at:
                return Preview(title, refused=f"{call.name}: the time ends before it begins.")
            if fault := fault_of_text("The name", call.name):
                return Preview(title, refused=fault)
        for call, fault in self._faults(session, calls):
            return Preview(title, refused=f"{call.name} cannot be called in: {fault}.")
        touches = [
            f"{call.name}: {clock(call.from_at)} to {clock(call.to_at)}, "
            f"{hours(minutes_between(call.from_at, call.to_at))}"
            for call in calls
        ]
        return Preview(
            title,
            tuple(touches),
            (),
            ("It is a request: send them to the queue when they are there.",),
        )

    def apply(self, session: Session) -> None:
        """No row changes: whether they come is for them to say."""

    def messages(self, session: Session) -> list[Message]:
        queue = self._queue(session)
        found: list[Message] = []
        for call in self._calls():
            fields: dict[str, Value] = {
                "source": "", "person": call.person, "name": call.name, "queue": queue,
                "from": iso(call.from_at), "to": iso(call.to_at), "note": self.note,
                "cancelled": False,
            }  # fmt: skip
            found.append(_message(fields, until(call.from_at, call.to_at)))
        return found

    @staticmethod
    def takes_back(message: Message) -> Message | None:
        """They need not come after all."""
        cancelled = not message.fields["cancelled"]
        return _message({**message.fields, "cancelled": cancelled}, message.valid_s)

    def _calls(self) -> list[Call]:
        return list(dict.fromkeys(self.calls))

    def _queue(self, session: Session) -> str:
        queue = session.get(Queue, self.queue_id) if self.queue_id is not None else None
        return queue.name if queue is not None else ""

    def _faults(self, session: Session, calls: Iterable[Call]) -> Iterable[tuple[Call, str]]:
        """Whom rest or leave forbids to be called in for their time."""
        of_roster = [call for call in calls if call.person]
        if not of_roster:
            return
        around = planned(
            session,
            min(call.from_at for call in of_roster) - 3 * DAY,
            max(call.to_at for call in of_roster) + 3 * DAY,
        )
        for call in of_roster:
            mine = [shift for shift in around if shift.person == call.person]
            if any(
                s.kind == LEAVE and s.start_at < call.to_at and call.from_at < s.end_at
                for s in mine
            ):
                yield call, "they are on leave, which is given up by consent only"
                continue
            work = rest.duties(mine)
            if fault := rest.fault(work, call.from_at, call.to_at, self.rest_h * HOUR):
                yield call, fault


def _message(fields: dict[str, Value], valid_s: int) -> Message:
    verb = "need not come" if fields["cancelled"] else "is asked to come"
    where = f" to {fields['queue']}" if fields["queue"] else ""
    return Message(CALL_IN, f"{fields['name']} {verb}{where}", fields, valid_s)


__all__ = ["Call", "CallIn"]
