"""What is open in each channel as of an instant: inside, expected again, or promised a callback.

Brings numpy: import it where it is used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from console.domain import facts
from console.domain.times import DAY, HOUR, SECOND
from console.forecast.centre import Channel, Work
from console.forecast.normal import Floats
from console.reads.attempt_rows import identities, identity
from console.reads.waiting import NEVER_WAITED
from console.settings import Settings
from console.store import dialect
from console.store.columns import columns
from console.store.tables import Contact, Leg, Promise, Queue

#: What customers write may lie for days; a call that is open so long was never ended in the log.
WRITTEN = ("email", "social", "messaging")
_LIES = 14 * DAY
#: Of those who will come again one in twenty comes after more than so many mean delays.
_DELAYS = 3.0
_FAR_H = 48.0
_INSIDE, _LEFT, _ANSWERED, _PROMISED = range(4)

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class OpenWork:
    """`work` is by channel, in the order asked; `said` what of it was estimated, in sentences."""

    work: tuple[Work, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Attempts:
    """How the newest attempt of each customer stood; -1 for a customer means that nobody knows."""

    channel: Ints  # a place among those asked
    state: Ints
    since: Ints
    named: NDArray[np.bool_]
    customer: NDArray[np.uint64]
    stale: Ints  # by channel: on a callback list, but called in

    def taken(self, keep: NDArray[np.bool_]) -> "_Attempts":
        return _Attempts(
            self.channel[keep], self.state[keep], self.since[keep], self.named[keep],
            self.customer[keep], self.stale,
        )  # fmt: skip


def open_work(
    session: Session, now: int, channels: Sequence[Channel], settings: Settings
) -> OpenWork:
    """As of `now`, microseconds UTC, from what is known today of the time before it."""
    names = [channel.name for channel in channels]
    queues = {
        id: names.index(name)
        for id, name in session.execute(select(Queue.id, Queue.channel)).tuples()
        if name in names
    }
    found = _attempts(session, now, queues, channels, settings)
    live, stale, waiting = _promises(session, now, queues, found, len(channels))
    if len(waiting):
        # Whoever waits for nothing but a promise is counted by it.
        found = found.taken(~(found.named & np.isin(found.customer, waiting)))
    age_h = np.maximum(now - found.since, 0) / HOUR
    work: list[Work] = []
    for place, channel in enumerate(channels):
        here = found.channel == place
        left, answered = here & (found.state == _LEFT), here & (found.state == _ANSWERED)
        again = _still(channel.redial, channel.redial_delay_h, age_h[left], found.named[left])
        back = _still(
            channel.back, channel.reconnect_delay_h, age_h[answered], found.named[answered]
        )
        listed = int((here & (found.state == _PROMISED)).sum())
        work.append(
            Work(
                inside=float((here & (found.state == _INSIDE)).sum()),
                redialling=float(again.sum()),
                reconnecting=float(back.sum()),
                list_live=float(live[place] + listed),
                list_stale=float(stale[place] + found.stale[place]),
            )
        )
    said = ["Who is gone and will come again cannot be seen: estimated from who came again before."]
    nameless = 1.0 - float(found.named.mean()) if len(found.named) else 0.0
    if nameless > 0.05:
        said.append(f"{nameless:.0%} of the contacts have no customer: their repeats are guessed.")
    return OpenWork(tuple(work), tuple(said))


def _still(share: float, delay_h: float, age_h: Floats, named: NDArray[np.bool_]) -> Floats:
    """How likely somebody comes again who has not come yet (`named`), or may have."""
    waits: Floats = share * np.exp(-age_h / max(delay_h, 1e-6))
    seen: Floats = waits / np.maximum(1.0 - share + waits, 1e-9)
    return np.where(named, seen, waits)


def _attempts(
    session: Session,
    now: int,
    queues: Mapping[int, int],
    channels: Sequence[Channel],
    settings: Settings,
) -> _Attempts:
    """A contact counts by its last leg: whoever was passed on is where they are now."""
    far_h = max(
        (_DELAYS * max(c.redial_delay_h, c.reconnect_delay_h) for c in channels), default=1.0
    )
    since = now - int(min(far_h, _FAR_H) * HOUR)
    still_open = or_(Leg.ended_at.is_(None), Leg.ended_at > now)
    by_key = case((Leg.outcome == facts.EXIT_KEY, 1), else_=0)
    contact, queue, source, entered, connected, ended, keyed = columns(
        session,
        select(
            Leg.contact_id, Leg.queue_id, Leg.source_id, Leg.entered_at,
            func.coalesce(Leg.connected_at, -1).label("connected"),
            func.coalesce(Leg.ended_at, -1).label("ended"),
            by_key.label("keyed"),
        ).where(
            Leg.queue_id.in_(dialect.many(session, sorted(queues))),
            Leg.entered_at <= now,
            or_(Leg.entered_at > since, (Leg.entered_at > now - _LIES) & still_open),
            Leg.outcome.not_in(NEVER_WAITED),
        ),
    )  # fmt: skip
    place = np.array([queues.get(each, -1) for each in range(max(queues, default=0) + 1)], np.int64)
    channel = place[queue] if len(queue) else queue
    over = (ended >= 0) & (ended <= now)
    written = np.array([c.name in WRITTEN for c in channels], np.bool_)
    lies = np.where(written[channel], _LIES, settings.lost_end_s * SECOND)
    sound = np.flatnonzero(over | (entered > now - lies))
    # The last leg of each contact.
    order = sound[np.lexsort((entered[sound], contact[sound]))]
    last = (
        order[np.append(contact[order][1:] != contact[order][:-1], True)] if len(order) else order
    )
    contact, channel, source, entered = contact[last], channel[last], source[last], entered[last]
    connected, ended, keyed, over = connected[last], ended[last], keyed[last], over[last]
    answered = (connected >= 0) & (connected <= now)
    promising = np.array([c.callback is not None for c in channels], np.bool_)
    # An Asterisk writes no promises: there whoever leaves by a key has taken a callback. Where
    # they are written they are counted by themselves.
    lists = list(session.scalars(select(Promise.source_id).distinct()))
    told = np.isin(source, np.array(lists, np.int64))
    state = np.where(answered, _ANSWERED, _LEFT)
    state[(keyed > 0) & ~answered & promising[channel] & ~told] = _PROMISED
    state[~over] = _INSIDE
    keep = ~((keyed > 0) & ~answered & over & told)
    at = np.where(over, ended, entered)
    customer = np.zeros(len(contact), np.uint64)
    named = np.zeros(len(contact), np.bool_)
    if len(contact):
        known, number = identities(session, contact.tolist())
        where = np.searchsorted(contact, known)
        customer[where], named[where] = number, True
    found = _Attempts(channel, state, at, named, customer, np.zeros(len(channels), np.int64))
    return _newest(found.taken(keep), entered[keep])


def _newest(found: _Attempts, entered: Ints) -> _Attempts:
    """The newest attempt of each customer, and those on a list who are inside again."""
    order = np.lexsort((entered, found.customer, found.named))
    customer, named = found.customer[order], found.named[order]
    if not len(order):
        return found
    same = named[1:] & named[:-1] & (customer[1:] == customer[:-1])
    state, channel = found.state[order], found.channel[order]
    called_in = same & (state[:-1] == _PROMISED) & (state[1:] == _INSIDE)
    np.add.at(found.stale, channel[:-1][called_in], 1)
    keep = np.zeros(len(order), np.bool_)
    keep[order] = np.append(~same, True)
    return found.taken(keep)


def _promises(
    session: Session, now: int, queues: Mapping[int, int], found: _Attempts, channels: int
) -> tuple[Ints, Ints, NDArray[np.uint64]]:
    """Open promises by channel, live and stale, and the customers who wait for nothing else."""
    live, stale = np.zeros(channels, np.int64), np.zeros(channels, np.int64)
    waiting: list[int] = []
    rows = session.execute(
        select(Promise.queue_id, Contact.customer, Promise.requested_at)
        .join(Contact, Contact.id == Promise.contact_id)
        .where(
            Promise.queue_id.is_not(None),
            Promise.queue_id.in_(dialect.many(session, sorted(queues))),
            Promise.requested_at <= now,
            Promise.requested_at > now - _LIES,
            or_(Promise.ended_at.is_(None), Promise.ended_at > now),
        )
    ).all()
    if not rows:
        return live, stale, np.zeros(0, np.uint64)
    names = np.flatnonzero(found.named)
    stands = zip(found.customer[names], found.state[names], found.since[names], strict=True)
    after = {int(number): (int(state), int(since)) for number, state, since in stands}
    for queue, customer, made in rows:
        place = queues[queue or 0]
        number = None if customer is None else identity(customer)
        state, since = after.get(number, (_LEFT, 0)) if number is not None else (_LEFT, 0)
        if since > made and state in (_INSIDE, _ANSWERED):
            stale[place] += 1
        else:
            live[place] += 1
            if number is not None:
                waiting.append(number)
    return live, stale, np.array(waiting, np.uint64)


__all__ = ["WRITTEN", "OpenWork", "open_work"]
