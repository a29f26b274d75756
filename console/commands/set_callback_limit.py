"""Have the callback offer turned off by itself when too many promises are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.promises import by_queue
from console.commands.texts import counted, listed
from console.domain.acts import Preview
from console.store.tables import Queue

#: More promises than this are a slip of the hand.
MOST = 100_000


@dataclass(frozen=True, slots=True)
class SetCallbackLimit(Command):
    """For the queues named, or those of a channel. `limit` open promises turn the offer off, once;
    only a person turns it on again. None: never."""

    name: ClassVar[str] = "set_callback_limit"
    limit: int | None
    queue_ids: tuple[int, ...] = ()
    channel: str = ""

    def title(self, session: Session) -> str:
        where = self.channel and f"every queue of {self.channel}"
        where = where or listed([queue.name for queue in self._queues(session)])
        if self.limit is None:
            return f"callback offer stays on whatever is promised: {where}"
        return f"callback offer goes off by itself from {promises(self.limit)}: {where}"

    def preview(self, session: Session) -> Preview:
        queues = self._queues(session)
        title = self.title(session)
        if not queues or set(self.queue_ids) - {queue.id for queue in queues}:
            return Preview(title, refused="There is no such queue.")
        if self.limit is not None and not 0 < self.limit <= MOST:
            return Preview(title, refused=f"A limit is a number from 1 to {MOST}.")
        known = by_queue(session, queues)
        touches = [
            f"{queue.name}: {_limit(queue.callback_off_from)} → {_limit(self.limit)}, "
            f"{_open(known[queue.id])} now"
            for queue in queues
        ]
        return Preview(title, tuple(touches), (), tuple(self._warnings(queues, known)))

    def _warnings(self, queues: Sequence[Queue], known: dict[int, int | None]) -> list[str]:
        if self.limit is None:
            return []
        found = [
            f"{queue.name}: its source does not say what is promised, so this never acts."
            for queue in queues
            if known[queue.id] is None
        ]
        found += [
            f"{queue.name}: {known[queue.id]} are open, so the offer goes off at once."
            for queue in queues
            if (known[queue.id] or 0) >= self.limit and queue.callback_offer is not False
        ]
        found.append("Only a person turns it on again; the banner reminds of it.")
        return found

    def apply(self, session: Session) -> None:
        for queue in self._queues(session):
            queue.callback_off_from = self.limit

    def _queues(self, session: Session) -> list[Queue]:
        question = select(Queue).order_by(Queue.name, Queue.id)
        if self.channel:
            return list(session.scalars(question.where(Queue.channel == self.channel)))
        return list(session.scalars(question.where(Queue.id.in_(self.queue_ids))))


def promises(number: int) -> str:
    """“1 open promise”."""
    return counted(number, "open promise")


def _limit(limit: int | None) -> str:
    return "no limit" if limit is None else f"off from {promises(limit)}"


def _open(number: int | None) -> str:
    return "promises unknown" if number is None else f"{number} open"
