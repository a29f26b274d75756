"""What is open in each channel as of an instant: inside, expected again, or promised a callback.

Brings numpy: import it where it is used.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from console.domain import facts
from console.domain.times import DAY, HOUR, SECOND
from console.forecast.centre import Channel, Work
from console.reads.waiting import NEVER_WAITED
from console.settings import Settings
from console.store import dialect
from console.store.tables import Contact, Leg, Promise, Queue

#: What customers write may lie for days; a call that is open so long was never ended in the log.
WRITTEN = ("email", "social", "messaging")
_LIES = 14 * DAY
#: Whoever has not come again after so many mean delays does not come.
_DELAYS = 5.0
_FAR_H = 72.0


@dataclass(frozen=True, slots=True)
class OpenWork:
    """`work` is by channel, in the order asked; `said` what of it was estimated, in sentences."""

    work: tuple[Work, ...]
    said: tuple[str, ...]


@dataclass(slots=True)
class _Newest:
    """A customer's newest attempt, as it stood."""

    channel: str
    state: str  # inside, left, answered, promised
    at: int  # since when


_INSIDE, _LEFT, _ANSWERED, _PROMISED = "inside", "left", "answered", "promised"


def open_work(
    session: Session, now: int, channels: Sequence[Channel], settings: Settings
) -> OpenWork:
    """As of `now`, microseconds UTC, from what is known today of the time before it."""
    by_name = {channel.name: channel for channel in channels}
    found: dict[str, dict[str, float]] = {name: _nothing() for name in by_name}
    queues = {
        id: name
        for id, name in session.execute(select(Queue.id, Queue.channel)).tuples()
        if name in by_name
    }
    # An Asterisk writes no promises: there whoever leaves by a key has taken a callback.
    lists = set(session.scalars(select(Promise.source_id).distinct()))
    newest: dict[str, _Newest] = {}
    nameless: list[_Newest] = []
    keyed = 0
    for customer, source, each in _attempts(session, now, queues, by_name, settings):
        if each.state == _PROMISED and (source in lists or by_name[each.channel].callback is None):
            # Its promise is counted by itself; or nobody promised anything.
            each.state = _INSIDE if source in lists else _LEFT
            if source in lists:
                continue
        if customer is None:
            nameless.append(each)
            continue
        keyed += 1
        before = newest.get(customer)
        if before is not None and before.state == _PROMISED and each.state != _PROMISED:
            found[before.channel]["stale"] += each.state == _INSIDE
        newest[customer] = each
    listed = _promises(session, now, queues, found, newest)
    for customer, each in newest.items():
        if customer not in listed:
            _count(found[each.channel], each, by_name[each.channel], now, known=True)
    for each in nameless:
        _count(found[each.channel], each, by_name[each.channel], now, known=False)
    work = tuple(
        Work(
            inside=row["in"],
            redialling=row["re"],
            reconnecting=row["rc"],
            list_live=row["live"],
            list_stale=row["stale"],
        )
        for row in (found[channel.name] for channel in channels)
    )
    said = ["Who is gone and will come again cannot be seen: estimated from who came again before."]
    if nameless and len(nameless) > 0.05 * (keyed + len(nameless)):
        share = 100 * len(nameless) / (keyed + len(nameless))
        said.append(f"{share:.0f} % of the contacts have no customer: their repeats are guessed.")
    return OpenWork(work, tuple(said))


def _nothing() -> dict[str, float]:
    return {"in": 0.0, "re": 0.0, "rc": 0.0, "live": 0.0, "stale": 0.0}


def _count(
    row: dict[str, float], each: _Newest, channel: Channel, now: int, *, known: bool
) -> None:
    age = max(now - each.at, 0) / HOUR
    if each.state == _INSIDE:
        row["in"] += 1.0
    elif each.state == _PROMISED:
        row["live"] += 1.0
    elif each.state == _LEFT:
        row["re"] += _still(channel.redial, channel.redial_delay_h, age, known=known)
    else:
        row["rc"] += _still(channel.back, channel.reconnect_delay_h, age, known=known)


def _still(share: float, delay_h: float, age_h: float, *, known: bool) -> float:
    """How likely somebody comes again who has not come yet (`known`), or may have."""
    waits = share * exp(-age_h / max(delay_h, 1e-6))
    return waits / (1.0 - share + waits) if known and waits > 0.0 else waits


def _attempts(
    session: Session,
    now: int,
    queues: Mapping[int, str],
    by_name: Mapping[str, Channel],
    settings: Settings,
) -> Iterator[tuple[str | None, int, _Newest]]:
    """Customer (None: unknown), source and how it stands, by entry; a contact counts by its last
    leg."""
    far_h = max(
        (_DELAYS * max(c.redial_delay_h, c.reconnect_delay_h) for c in by_name.values()),
        default=1.0,
    )
    since = now - int(min(far_h, _FAR_H) * HOUR)
    lost = settings.lost_end_s * SECOND
    still_open = or_(Leg.ended_at.is_(None), Leg.ended_at > now)
    rows = session.execute(
        select(
            Leg.contact_id, Leg.queue_id, Leg.source_id, Leg.entered_at, Leg.connected_at,
            Leg.ended_at, Leg.outcome, Contact.customer,
        )
        .join(Contact, Contact.id == Leg.contact_id)
        .where(
            Leg.queue_id.in_(dialect.many(session, sorted(queues))),
            Leg.entered_at <= now,
            or_(Leg.entered_at > since, (Leg.entered_at > now - _LIES) & still_open),
            Leg.outcome.not_in(NEVER_WAITED),
        )
        .order_by(Leg.entered_at, Leg.contact_id, Leg.number)
    ).tuples()  # fmt: skip
    # A contact that was passed on is one attempt, of the channel where it is now.
    last: dict[int, tuple[str | None, int, _Newest]] = {}
    for contact, queue, source, entered, connected, ended, outcome, customer in rows:
        channel = queues[queue or 0]
        over = ended is not None and ended <= now
        if not over and entered <= now - (_LIES if channel in WRITTEN else lost):
            continue
        answered = connected is not None and connected <= now
        if not over:
            state = _INSIDE
        elif answered:
            state = _ANSWERED
        else:
            state = _PROMISED if outcome == facts.EXIT_KEY else _LEFT
        at = ended if over and ended is not None else entered
        last.pop(contact, None)
        last[contact] = (customer, source, _Newest(channel, state, at))
    yield from last.values()


def _promises(
    session: Session,
    now: int,
    queues: Mapping[int, str],
    found: dict[str, dict[str, float]],
    newest: Mapping[str, _Newest],
) -> set[str]:
    """Count the open ones; the customers who wait for nothing else."""
    waiting: set[str] = set()
    for queue, customer, made in session.execute(
        select(Promise.queue_id, Contact.customer, func.max(Promise.requested_at))
        .join(Contact, Contact.id == Promise.contact_id)
        .where(
            Promise.queue_id.is_not(None),
            Promise.queue_id.in_(dialect.many(session, sorted(queues))),
            Promise.requested_at <= now,
            Promise.requested_at > now - _LIES,
            or_(Promise.ended_at.is_(None), Promise.ended_at > now),
        )
        .group_by(Promise.id, Promise.queue_id, Contact.customer)
    ).tuples():
        row = found[queues[queue or 0]]
        after = newest.get(customer) if customer is not None else None
        if after is not None and after.at > made and after.state in (_INSIDE, _ANSWERED):
            row["stale"] += 1.0
        else:
            row["live"] += 1.0
            if customer is not None:
                waiting.add(customer)
    return waiting


__all__ = ["OpenWork", "open_work"]
