"""Turn the callback offer, the callback dialling, or both, off or on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands import aiming, promises
from console.commands.command import Command
from console.commands.overrides import Overrides
from console.commands.texts import fault_of_name, listed
from console.domain.acts import Preview
from console.domain.effects import KpiAim
from console.domain.messages import (
    CALLBACK_DIAL,
    CALLBACK_OFFER,
    CALLBACK_RELEASE,
    OFF,
    ON,
    Message,
    queue_subject,
    target_of,
)
from console.domain.overrides import scoped
from console.store.tables import Queue, Source

# A switch that leaves an hour late would surprise everybody.
VALID_S = 3600


@dataclass(frozen=True, slots=True)
class SetCallback(Command):
    """For the queues named, or those of a channel, or all. None leaves a switch as it is.

    `promised` says what becomes of those who were promised a call when something is turned off:
    "drain" (the offer goes off, the dialling goes on until none is left), "keep" (the dialling goes
    off, they are kept for later), "release" (they are told `message`, and are not called).
    """

    name: ClassVar[str] = "set_callback"
    offer: bool | None = None
    dial: bool | None = None
    queue_ids: tuple[int, ...] = ()
    channel: str = ""
    all: bool = False
    promised: str = ""
    message: str = ""

    def title(self, session: Session) -> str:
        fate = {
            promises.DRAIN: ", those promised are called",
            promises.KEEP: ", promises are kept",
            promises.RELEASE: ", those promised are released",
        }.get(self.promised, "")
        return f"callback {self._switches()}{fate}: {self._where(session)}"

    def preview(self, session: Session) -> Preview:
        queues = self.queues(session)
        title = self.title(session)
        missing = set(self.queue_ids) - {queue.id for queue in queues}
        if self.offer is None and self.dial is None:
            return Preview(title, refused="Neither the offer nor the dialling would change.")
        if not queues or missing:
            return Preview(title, refused="There is no such queue.")
        for queue in queues:
            if fault := fault_of_name("The queue's name", queue.name):
                return Preview(title, refused=fault)
        if fault := promises.fault(self.promised, self.message, self.offer, self.dial):
            return Preview(title, refused=fault)
        touches = [
            f"{queue.name}: {what} {_word(was)} → {_word(on)}"
            if was != on
            else f"{queue.name}: {what} is {_word(on)} already; it is said again"
            for queue in queues
            for what, _action, was, on in self._changes(queue)
        ]
        waiting = promises.open_promises(session, queues)
        silent = [queue.name for queue in queues if queue.callback_dial is False]
        switched = (self.offer, self.dial)
        effects = promises.effects(self.promised, self.message, waiting)
        warnings = [
            waiting.words(),
            *promises.warnings(self.promised, waiting, *switched, silent),
            *self._overruled(session, queues),
        ]
        # Of many queues only some are shown; what becomes of customers always is.
        return Preview(title, (*effects, *touches), (), tuple(warnings))

    def _overruled(self, session: Session, queues: Sequence[Queue]) -> list[str]:
        """Where a limit would turn the offer off at once."""
        if not self.offer:
            return []
        known = promises.by_queue(session, queues)
        return [
            f"{queue.name}: {known[queue.id]} promises are open, its limit is "
            f"{queue.callback_off_from}. It stays on; the limit counts again when they were fewer."
            for queue in queues
            if queue.callback_off_from is not None
            and (known[queue.id] or 0) >= queue.callback_off_from
        ]

    def apply(self, session: Session) -> None:
        queues = self.queues(session)
        sources = _sources(session, queues)
        overrides = Overrides(session)
        for queue in queues:
            source = sources[queue.source_id]
            for what, action, was, on in self._changes(queue):
                target = target_of(action, {"queue": queue.name, "on": on})
                overrides.keep(
                    scoped(source, queue_subject(queue.name)),
                    target.aspect,
                    title=f"callback {what} {_word(on)}, {queue.name}",
                    # Where nobody has said, it is taken to be on: that is what a queue begins with.
                    before=OFF if was is False else ON,
                    wanted=target.wanted,
                    source_id=queue.source_id,
                )
            if self.offer is not None:
                queue.callback_offer = self.offer
            if self.dial is not None:
                queue.callback_dial = self.dial

    def messages(self, session: Session) -> list[Message]:
        queues = self.queues(session)
        sources = _sources(session, queues)
        found = [
            _message(action, sources[queue.source_id], queue.name, queue.id, on, was, self.promised)
            for queue in queues
            for _what, action, was, on in self._changes(queue)
        ]
        if self.promised != promises.RELEASE:
            return found
        known = promises.by_queue(session, queues)
        return found + [
            promises.release(
                sources[queue.source_id], queue, self.message, known[queue.id], VALID_S
            )
            for queue in queues
            if known[queue.id] != 0
        ]

    def aims(self, session: Session) -> tuple[KpiAim, ...]:
        return aiming.of_callback(session, self.queues(session), self.offer, self.dial)

    @staticmethod
    def takes_back(message: Message) -> Message | None:
        fields = message.fields
        if message.action == CALLBACK_RELEASE:
            return None  # who was told so cannot be told otherwise
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
        return listed([queue.name for queue in self.queues(session)])

    def queues(self, session: Session) -> list[Queue]:
        """Those that it is for, by name."""
        question = select(Queue).order_by(Queue.name, Queue.id)
        if self.channel:
            question = question.where(Queue.channel == self.channel)
        elif not self.all:
            question = question.where(Queue.id.in_(self.queue_ids))
        return list(session.scalars(question))


def _sources(session: Session, queues: Sequence[Queue]) -> dict[int, str]:
    ids = {queue.source_id for queue in queues}
    rows = session.execute(select(Source.id, Source.name).where(Source.id.in_(ids)))
    return {number: name for number, name in rows}


def _message(
    action: str,
    source: str,
    queue: str,
    queue_id: int,
    on: bool,
    was: bool | None,
    promised: str = "",
) -> Message:
    what = "offer" if action == CALLBACK_OFFER else "dialling"
    return Message(
        action,
        f"callback {what} {_word(on)}, {queue}",
        {"source": source, "queue": queue, "on": on, "was": was, "queue_id": queue_id}
        | ({"promised": promised} if promised else {}),
        VALID_S,
    )


def _word(on: bool | None) -> str:
    return "unknown" if on is None else "on" if on else "off"
