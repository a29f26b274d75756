"""Open a channel, let it run dry, or close it."""

from collections import defaultdict
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands import aiming
from console.commands.command import Command
from console.commands.texts import counted, fault_of_name, fault_of_text
from console.domain.acts import Preview
from console.domain.effects import KpiAim
from console.domain.messages import CHANNEL_STATE, Message
from console.reads.members import talking, waiting
from console.store.tables import Channel, Queue, Source

OPEN = "open"
DRAINING = "draining"
CLOSED = "closed"
STATES = (OPEN, DRAINING, CLOSED)
VALID_S = 3600


@dataclass(frozen=True, slots=True)
class SetChannel(Command):
    """`message` is what customers are told who come while it is draining or closed."""

    name: ClassVar[str] = "set_channel"
    channel: str
    state: str
    message: str = ""

    def title(self, session: Session) -> str:
        return f"channel {self.channel}: {self.state}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        channel = session.get(Channel, self.channel)
        if channel is None:
            return Preview(title, refused="There is no such channel.")
        if self.state not in STATES:
            return Preview(title, refused=f"A channel is {', '.join(STATES)}; not {self.state}.")
        if fault := fault_of_text("The message", self.message):
            return Preview(title, refused=fault)
        queues = self._queues(session)
        for queue in queues:
            if fault := fault_of_name("The queue's name", queue.name):
                return Preview(title, refused=fault)
        queue_ids = [queue.id for queue in queues]
        callers = waiting(session)
        waits = sum(callers.get(queue_id, 0) for queue_id in queue_ids)
        talks = talking(session, queue_ids)
        touches = [f"{self.channel} is {channel.state} now, with {counted(len(queues), 'queue')}."]
        told = f"are told “{self.message}”" if self.message else "get the message"
        if self.state == OPEN:
            touches.append(f"Nothing happens to those waiting ({waits}); new contacts come in.")
        elif self.state == DRAINING:
            touches.append(
                f"No new contacts are let in; {_those(waits)} still served."
                if waits
                else "No new contacts are let in; nobody is waiting."
            )
        else:
            touches.append(
                f"No new contacts are let in; {_those(waits)} not served any more and {told}."
                if waits
                else "No new contacts are let in; nobody is waiting."
            )
        if talks:
            touches.append(
                f"{talks} contacts with an agent go on to the end: none is cut."
                if talks > 1
                else "1 contact with an agent goes on to the end: it is not cut."
            )
        warnings: list[str] = []
        if channel.state == self.state and channel.message == self.message:
            warnings.append(f"{self.channel} is {self.state} already; it is said again.")
        if self.state != OPEN and channel.critical:
            warnings.append(f"{self.channel} is a critical channel.")
        if self.state != OPEN:
            warnings.append("Expect these customers on the other channels.")
        return Preview(title, tuple(touches), (), tuple(warnings))

    def apply(self, session: Session) -> None:
        channel = session.get_one(Channel, self.channel)
        channel.state = self.state
        channel.message = self.message

    def messages(self, session: Session) -> list[Message]:
        """One for each platform that has queues of the channel."""
        channel = session.get_one(Channel, self.channel)
        by_source: defaultdict[int, list[str]] = defaultdict(list)
        for queue in self._queues(session):
            by_source[queue.source_id].append(queue.name)
        sources = session.scalars(
            select(Source).where(Source.id.in_(by_source)).order_by(Source.name)
        )
        places = [(source.name, by_source[source.id]) for source in sources]
        return [
            _message(
                self.channel,
                source,
                queues,
                (self.state, self.message),
                (channel.state, channel.message),
            )
            for source, queues in places or [("", [])]
        ]

    def aims(self, session: Session) -> tuple[KpiAim, ...]:
        return aiming.of_channel(session, self.channel, self._queues(session), self.state)

    @staticmethod
    def takes_back(message: Message) -> Message | None:
        fields = message.fields
        now = (str(fields["state"]), str(fields["message"]))
        was = (str(fields["was"]), str(fields["was_message"]))
        queues = fields["queues"]
        if now == was or not isinstance(queues, list):
            return None
        return _message(str(fields["channel"]), str(fields["source"]), queues, was, now)

    def _queues(self, session: Session) -> list[Queue]:
        question = select(Queue).where(Queue.channel == self.channel).order_by(Queue.name, Queue.id)
        return list(session.scalars(question))


def _those(waiting: int) -> str:
    return f"the {waiting} waiting are" if waiting > 1 else "the one waiting is"


def _message(
    channel: str, source: str, queues: list[str], now: tuple[str, str], was: tuple[str, str]
) -> Message:
    return Message(
        CHANNEL_STATE,
        f"{channel} {now[0]}" + (f" on {source}" if source else ""),
        {
            "source": source,
            "channel": channel,
            "queues": queues,
            "state": now[0],
            "message": now[1],
            "was": was[0],
            "was_message": was[1],
        },
        VALID_S,
    )
