"""Open a channel, let it run dry, or close it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands import aiming
from console.commands.command import Command
from console.commands.overrides import Overrides
from console.commands.texts import clock, counted, fault_of_name, fault_of_text
from console.domain.acts import Preview
from console.domain.effects import KpiAim
from console.domain.messages import CHANNEL_STATE, STATE, Message, Value, channel_subject
from console.domain.overrides import scoped
from console.domain.times import DAY, iso, now_us
from console.reads.members import talking, waiting
from console.store.tables import Channel, Queue, Source

OPEN = "open"
DRAINING = "draining"
CLOSED = "closed"
STATES = (OPEN, DRAINING, CLOSED)
VALID_S = 3600
#: A time to reopen further away than this is a slip of the hand.
LONGEST = 366 * DAY


@dataclass(frozen=True, slots=True)
class SetChannel(Command):
    """`message` is what customers are told who come while it is draining or closed; `reopens_at`
    (microseconds UTC) when it is meant to be open again, which nobody but a person then does."""

    name: ClassVar[str] = "set_channel"
    channel: str
    state: str
    message: str = ""
    reopens_at: int | None = None

    def title(self, session: Session) -> str:
        title = f"channel {self.channel}: {self.state}"
        return title if self.reopens_at is None else f"{title}, reopens {clock(self.reopens_at)}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        channel = session.get(Channel, self.channel)
        if channel is None:
            return Preview(title, refused="There is no such channel.")
        if fault := self._fault():
            return Preview(title, refused=fault)
        queues = self._queues(session)
        for queue in queues:
            if fault := fault_of_name("The queue's name", queue.name):
                return Preview(title, refused=fault)
        touches = [
            f"{self.channel} is {channel.state} now, with {counted(len(queues), 'queue')}.",
            *self._effects(session, [queue.id for queue in queues]),
        ]
        return Preview(title, tuple(touches), (), tuple(self._warnings(channel)))

    def _fault(self) -> str:
        if self.state not in STATES:
            return f"A channel is {', '.join(STATES)}; not {self.state}."
        if fault := fault_of_text("The message", self.message):
            return fault
        if self.reopens_at is None:
            return ""
        if self.state == OPEN:
            return "A channel that is opened has no time to reopen."
        if self.reopens_at <= now_us():
            return f"The time to reopen has passed: {clock(self.reopens_at)}."
        if self.reopens_at > now_us() + LONGEST:
            return "The time to reopen is more than a year away."
        return ""

    def _effects(self, session: Session, queue_ids: list[int]) -> list[str]:
        callers = waiting(session)
        waits = sum(callers.get(queue_id, 0) for queue_id in queue_ids)
        talks = talking(session, queue_ids)
        told = f"are told “{self.message}”" if self.message else "get the message"
        found: list[str] = []
        if self.state == OPEN:
            found.append(f"Nothing happens to those waiting ({waits}); new contacts come in.")
        elif self.state == DRAINING:
            found.append(
                f"No new contacts are let in; {_those(waits)} still served."
                if waits
                else "No new contacts are let in; nobody is waiting."
            )
        else:
            found.append(
                f"No new contacts are let in; {_those(waits)} not served any more and {told}."
                if waits
                else "No new contacts are let in; nobody is waiting."
            )
        if talks:
            found.append(
                f"{talks} contacts with an agent go on to the end: none is cut."
                if talks > 1
                else "1 contact with an agent goes on to the end: it is not cut."
            )
        if self.state != OPEN and self.message and self.state != CLOSED:
            found.append(f"Those who come are told “{self.message}”.")
        if self.reopens_at is not None:
            found.append(
                f"Meant to reopen at {clock(self.reopens_at)}. It is opened by hand: the banner "
                "says when that is due."
            )
        return found

    def _warnings(self, channel: Channel) -> list[str]:
        found: list[str] = []
        if _stand(channel) == (self.state, self.message, self.reopens_at):
            found.append(f"{self.channel} is {self.state} already; it is said again.")
        if self.state == OPEN:
            return found
        if channel.critical:
            found.append(f"{self.channel} is a critical channel.")
        if not self.message:
            found.append("Customers are told nothing: no message is written.")
        if self.reopens_at is None:
            found.append("No time to reopen: it stays so until somebody opens it.")
        found.append("Expect these customers on the other channels.")
        return found

    def apply(self, session: Session) -> None:
        channel = session.get_one(Channel, self.channel)
        Overrides(session).keep(
            scoped("", channel_subject(self.channel)),
            STATE,
            title=f"{self.channel} {self.state}",
            before=channel.state,
            wanted=self.state,
            until=self.reopens_at,
        )
        channel.state = self.state
        channel.message = self.message
        channel.reopens_at = self.reopens_at

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
        now = (self.state, self.message, _iso(self.reopens_at))
        state, message, reopens_at = _stand(channel)
        was = (state, message, _iso(reopens_at))
        return [
            _message(self.channel, source, queues, now, was)
            for source, queues in places or [("", [])]
        ]

    def aims(self, session: Session) -> tuple[KpiAim, ...]:
        return aiming.of_channel(session, self.channel, self._queues(session), self.state)

    @staticmethod
    def takes_back(message: Message) -> Message | None:
        fields = message.fields
        now, was = _told(fields, ""), _told(fields, "was_")
        queues = fields["queues"]
        if now == was or not isinstance(queues, list):
            return None
        return _message(str(fields["channel"]), str(fields["source"]), queues, was, now)

    def _queues(self, session: Session) -> list[Queue]:
        question = select(Queue).where(Queue.channel == self.channel).order_by(Queue.name, Queue.id)
        return list(session.scalars(question))


#: State, message, and when it is meant to reopen, in ISO 8601.
Told = tuple[str, str, str | None]


def _stand(channel: Channel) -> tuple[str, str, int | None]:
    return channel.state, channel.message, channel.reopens_at


def _iso(at: int | None) -> str | None:
    return None if at is None else iso(at)


def _told(fields: Mapping[str, Value], which: str) -> Told:
    state = fields["was"] if which else fields["state"]
    # Messages of earlier versions had no time.
    reopens_at = fields.get(f"{which}reopens_at")
    return str(state), str(fields[f"{which}message"]), str(reopens_at) if reopens_at else None


def _those(waiting: int) -> str:
    return f"the {waiting} waiting are" if waiting > 1 else "the one waiting is"


def _message(channel: str, source: str, queues: list[str], now: Told, was: Told) -> Message:
    return Message(
        CHANNEL_STATE,
        f"{channel} {now[0]}" + (f" on {source}" if source else ""),
        {
            "source": source,
            "channel": channel,
            "queues": queues,
            "state": now[0],
            "message": now[1],
            "reopens_at": now[2],
            "was": was[0],
            "was_message": was[1],
            "was_reopens_at": was[2],
        },
        VALID_S,
    )
