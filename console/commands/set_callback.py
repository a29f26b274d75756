"""Turn the callback offer, the callback dialling, or both, off or on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands import aiming
from console.commands.command import Command
from console.commands.texts import fault_of_name, listed
from console.domain.acts import Preview
from console.domain.effects import KpiAim
from console.domain.messages import CALLBACK_DIAL, CALLBACK_OFFER, Message
from console.store.tables import Queue, Source

# A switch that leaves an hour late would surprise everybody.
VALID_S = 3600


@dataclass(frozen=True, slots=True)
class SetCallback(Command):
    """For the queues named, or those of a channel, or all. None leaves a switch as it is."""

    name: ClassVar[str] = "set_callback"
    offer: bool | None = None
    dial: bool | None = None
    queue_ids: tuple[int, ...] = ()
    channel: str = ""
    all: bool = False

    def title(self, session: Session) -> str:
        return f"callback {self._switches()}: {self._where(session)}"

    def preview(self, session: Session) -> Preview:
        queues = self._queues(session)
        title = self.title(session)
        missing = set(self.queue_ids) - {queue.id for queue in queues}
        if self.offer is None and self.dial is None:
            return Preview(title, refused="Neither the offer nor the dialling would change.")
        if not queues or missing:
            return Preview(title, refused="There is no such queue.")
        for queue in queues:
            if fault := fault_of_name("The queue's name", queue.name):
                return Preview(title, refused=fault)
        touches = [
            f"{queue.name}: {what} {_word(was)} → {_word(on)}"
            if was != on
            else f"{queue.name}: {what} is {_word(on)} already; it is said again"
            for queue in queues
            for what, _action, was, on in self._changes(queue)
        ]
        warnings = ["Promises outstanding: unknown to this source."]
        if self.offer is False:
            warnings.append("Callers who would have taken the offer stay in the queue or redial.")
        if self.dial is False:
            warnings.append("Customers who were promised a call are not called meanwhile.")
        return Preview(title, tuple(touches), (), tuple(warnings))

    def apply(self, session: Session) -> None:
        for queue in self._queues(session):
            if self.offer is not None:
                queue.callback_offer = self.offer
            if self.dial is not None:
                queue.callback_dial = self.dial

    def messages(self, session: Session) -> list[Message]:
        queues = self._queues(session)
        sources = {
            source.id: source.name
            for source in session.scalars(
                select(Source).where(Source.id.in_({queue.source_id for queue in queues}))
            )
        }
        return [
            _message(action, sources[queue.source_id], queue.name, queue.id, on, was)
            for queue in queues
            for _what, action, was, on in self._changes(queue)
        ]

    def aims(self, session: Session) -> tuple[KpiAim, ...]:
        return aiming.of_callback(session, self._queues(session), self.offer, self.dial)

    @staticmethod
    def takes_back(message: Message) -> Message | None:
        fields = message.fields
        on, was = bool(fields["on"]), fields["was"]
        back = not on if was is None else bool(was)
        if back == on:
            return None
        queue = str(fields["queue"])
        number = fields["queue_id"]
        assert isinstance(number, int)
        return _message(message.action, str(fields["source"]), queue, number, back, on)

    def _changes(self, queue: Queue) -> Iterable[tuple[str, str, bool | None, bool]]:
        if self.offer is not None:
            yield "offer", CALLBACK_OFFER, queue.callback_offer, self.offer
        if self.dial is not None:
            yield "dialling", CALLBACK_DIAL, queue.callback_dial, self.dial

    def _switches(self) -> str:
        parts = [
            f"{what} {_word(on)}"
            for what, on in (("offer", self.offer), ("dialling", self.dial))
            if on is not None
        ]
        return " and ".join(parts)

    def _where(self, session: Session) -> str:
        if self.all:
            return "all queues"
        if self.channel:
            return f"every queue of {self.channel}"
        return listed([queue.name for queue in self._queues(session)])

    def _queues(self, session: Session) -> list[Queue]:
        question = select(Queue).order_by(Queue.name, Queue.id)
        if self.channel:
            question = question.where(Queue.channel == self.channel)
        elif not self.all:
            question = question.where(Queue.id.in_(self.queue_ids))
        return list(session.scalars(question))


def _message(
    action: str, source: str, queue: str, queue_id: int, on: bool, was: bool | None
) -> Message:
    what = "offer" if action == CALLBACK_OFFER else "dialling"
    return Message(
        action,
        f"callback {what} {_word(on)}, {queue}",
        {"source": source, "queue": queue, "on": on, "was": was, "queue_id": queue_id},
        VALID_S,
    )


def _word(on: bool | None) -> str:
    return "unknown" if on is None else "on" if on else "off"
