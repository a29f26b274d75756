"""Who waits in each queue."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from console.domain import facts
from console.domain.board import Caller
from console.domain.times import SECOND
from console.settings import Settings
from console.store import dialect
from console.store.tables import Contact, Leg, Queue

#: Outcomes under which a leg never stood in the queue's line.
NEVER_WAITED = (*facts.REFUSED, facts.ORPHAN)


@dataclass(slots=True)
class Waiting:
    """Who waits in each queue, oldest first, and how many ends were surely lost."""

    callers: dict[int, list[Caller]]
    doubtful: Counter[int]


def waiting(session: Session, at: int, settings: Settings, *, live: bool = False) -> Waiting:
    """`live`: `at` is the present, so whatever has an end is over and need not be looked at."""
    since = at - settings.lost_end_s * SECOND
    still = Leg.ended_at.is_(None)
    if not live:
        still = or_(still, Leg.ended_at > at)
    not_connected = or_(Leg.connected_at.is_(None), Leg.connected_at > at)
    queues = list(session.scalars(select(Queue.id)))
    callers: dict[int, list[Caller]] = {}
    for queue_id, ref, entered_at in session.execute(
        select(Leg.queue_id, Contact.ref, Leg.entered_at)
        .join(Contact, Contact.id == Leg.contact_id)
        .where(
            # Each queue by name, so that the index on queue and entry is used; open legs have
            # an index of their own.
            *([] if live else [Leg.queue_id.in_(dialect.many(session, queues))]),
            Leg.queue_id.is_not(None),
            Leg.entered_at > since,
            Leg.entered_at <= at,
            still,
            not_connected,
            Leg.outcome.not_in(NEVER_WAITED),
        )
        .order_by(Leg.entered_at, func.length(Contact.ref), Contact.ref)
    ):
        callers.setdefault(queue_id, []).append(Caller(ref, entered_at))
    # Counted here: asked to group by queue, SQLite would walk through every leg there ever was.
    lost = session.scalars(
        select(Leg.queue_id).where(Leg.ended_at.is_(None), Leg.entered_at <= since)
    )
    doubtful = Counter(queue_id for queue_id in lost if queue_id is not None)
    return Waiting(callers, doubtful)


@dataclass(frozen=True, slots=True)
class _Open:
    """A leg without an end."""

    queue_id: int
    caller: Caller
    connected_at: int | None
    lined: bool  # it stood in the queue's line

    def waits(self, now: int) -> bool:
        begun = self.caller.entered_at <= now
        return self.lined and begun and (self.connected_at is None or self.connected_at > now)

    def is_ahead(self, now: int) -> bool:
        """A clock that is ahead of ours wrote it: what it says holds later."""
        return self.caller.entered_at > now or (self.connected_at or 0) > now


class LiveWaiting:
    """Who waits now, kept from one look to the next: only contacts that were told anew are asked.

    Thousands may wait in a meltdown, and a look is taken ten times a second.
    """

    def __init__(self) -> None:
        self._open: dict[int, list[_Open]] = {}  # by contact
        self._number = 0  # of legs without an end, in a queue or in none
        self._others: dict[int, int] = {}  # by contact, of those in none
        self._by_queue: dict[int, dict[int, None]] = {}  # contacts of each queue
        self._callers: dict[int, list[Caller]] = {}
        self._stale: set[int] = set()
        self._seen, self._at = -1, 0

    def refresh(self, session: Session, now: int, settings: Settings, newest: int) -> Waiting:
        """As `waiting` finds it, live. `newest` is the revision that the session sees."""
        if self._seen < 0:
            self._begin(session)
        elif newest != self._seen:
            self._go_on(session)
        if now < self._at:
            self._stale.update(self._by_queue)  # the clock was set back
        self._seen, self._at = newest, now
        since = now - settings.lost_end_s * SECOND
        doubtful: Counter[int] = Counter()
        stale, self._stale = self._stale, set()
        for queue_id in stale:
            legs = [
                leg
                for contact_id in self._by_queue.get(queue_id, ())
                for leg in self._open[contact_id]
                if leg.queue_id == queue_id
            ]
            waiting = [leg.caller for leg in legs if leg.waits(now)]
            waiting.sort(key=lambda c: (c.entered_at, len(c.contact), c.contact))
            self._callers.pop(queue_id, None)
            if waiting:
                self._callers[queue_id] = waiting
            if any(leg.is_ahead(now) for leg in legs):
                self._stale.add(queue_id)
        oldest = min(
            (leg.caller.entered_at for legs in self._open.values() for leg in legs), default=now
        )
        callers = self._callers
        if oldest <= since:
            doubtful.update(
                leg.queue_id
                for legs in self._open.values()
                for leg in legs
                if leg.caller.entered_at <= since
            )
            callers = {
                queue_id: sure
                for queue_id, all_ in callers.items()
                if (sure := [caller for caller in all_ if caller.entered_at > since])
            }
        return Waiting(callers, doubtful)

    def _begin(self, session: Session) -> None:
        self._open, self._others, self._by_queue, self._callers = {}, {}, {}, {}
        self._number, self._stale = 0, set()
        self._take(
            session.execute(
                select(*_COLUMNS).join(Contact, Contact.id == Leg.contact_id).where(_OPEN)
            ).tuples()
        )

    def _go_on(self, session: Session) -> None:
        changed = Contact.revision > self._seen
        for contact_id in session.scalars(select(Contact.id).where(changed)):
            self._forget(contact_id)
        self._take(
            session.execute(
                select(*_COLUMNS).join(Contact, Contact.id == Leg.contact_id).where(_OPEN, changed)
            ).tuples()
        )
        number = session.scalar(select(func.count()).select_from(Leg).where(_OPEN)) or 0
        if number != self._number:
            # Contacts were taken away, which leaves nobody to say so.
            self._begin(session)

    def _forget(self, contact_id: int) -> None:
        for leg in self._open.pop(contact_id, ()):
            self._number -= 1
            self._stale.add(leg.queue_id)
            self._by_queue[leg.queue_id].pop(contact_id, None)
        self._number -= self._others.pop(contact_id, 0)

    def _take(self, rows: Iterable[tuple[int, str, int | None, int, int | None, str]]) -> None:
        for contact_id, ref, queue_id, entered_at, connected_at, outcome in rows:
            self._number += 1
            if queue_id is None:
                self._others[contact_id] = self._others.get(contact_id, 0) + 1
                continue
            lined = outcome not in NEVER_WAITED
            leg = _Open(queue_id, Caller(ref, entered_at), connected_at, lined)
            self._open.setdefault(contact_id, []).append(leg)
            self._by_queue.setdefault(queue_id, {})[contact_id] = None
            self._stale.add(queue_id)


_OPEN = Leg.ended_at.is_(None)
_COLUMNS = (
    Contact.id, Contact.ref, Leg.queue_id, Leg.entered_at, Leg.connected_at, Leg.outcome,
)  # fmt: skip

__all__ = ["LiveWaiting", "Waiting", "waiting"]
