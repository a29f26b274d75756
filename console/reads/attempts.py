"""Inbound attempts in columns, out of the store: all of a time at once, then what has changed.

A million contacts are read once in about a second; after that only what a transaction has told
anew is asked for. `History` keeps them for who asks again and again; `attempts` is for once.
"""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.debt.attempts import (
    ANSWERED,
    COLUMNS,
    IN_CONVERSATION,
    LOST,
    PROMISED,
    UNKNOWN,
    WAITING,
    Attempts,
    Promises,
)
from console.debt.told import Told, told
from console.domain.times import DAY, HOUR, SECOND
from console.reads import attempt_rows
from console.reads.attempt_rows import Particular
from console.settings import Settings
from console.store import dialect
from console.store.columns import let_go
from console.store.engine import revision
from console.store.tables import Contact, CustomerTie, Leg, Source

#: Attempts of so long before the newest are kept apart, in the order of customer and time: what
#: moves is among them, and what the gauge counts.
LIVE_US = 100 * HOUR
#: Nothing is ever written into these.
_OFTEN_ALL_ONE = frozenset(("source", "topic", "channel", "resolved", "wrapup_s"))
#: Where there are more, they are subject lines and no topics: the others have none.
MOST_TOPICS = 20_000
#: Channels in which a customer may wait for days.
WRITTEN = frozenset(("email", "social"))
_NUMBERING = re.compile(r"[\W\d_]+")
_REPLY = re.compile(r"^((re|fwd?|aw|wg)\s*:\s*)+", re.IGNORECASE)


#: So many contacts take milliseconds to count: then they are counted once in so many seconds.
MANY, COUNTED_S = 100_000, 60.0
_NUMBER = select(func.count()).select_from(Contact)
#: Asked in one: the newest contact, the newest stamp; and what makes all customers anew when it
#: changes.
_STANDING = select(
    select(func.max(Contact.id)).scalar_subquery(),
    select(func.max(Source.last_at)).scalar_subquery(),
    select(func.count()).select_from(CustomerTie).scalar_subquery(),
    select(func.max(CustomerTie.revision)).scalar_subquery(),
    select(func.max(CustomerTie.edited_at)).scalar_subquery(),
)


def attempts(session: Session, since_us: int, until_us: int | None = None) -> Attempts:
    """Inbound attempts that began from `since_us` on, before `until_us`."""
    found = History(since_us).refresh(session).all()
    return found if until_us is None else found.taken(found.entered_us < until_us)


def promises(session: Session, since_us: int, until_us: int | None = None) -> Promises:
    """Callbacks promised from `since_us` on, before `until_us`."""
    history = History(since_us).refresh(session)
    found = history.promises(session)
    keep = found.made_us >= since_us
    if until_us is not None:
        keep &= found.made_us < until_us
    return taken(found, keep)


def taken(promises: Promises, keep: NDArray[np.bool_]) -> Promises:
    names = [each.name for each in fields(Promises) if each.name != "revision"]
    return replace(promises, **{name: getattr(promises, name)[keep] for name in names})


@dataclass(frozen=True, slots=True)
class Change:
    """What a refresh has brought. `since_us`: nothing before it is otherwise than it was."""

    whole: bool
    contacts: NDArray[np.int64]
    since_us: int


class History:
    """Attempts since a time, kept up to date. For one thread at a time.

    `old` and `live` together are all of them: `live` those of the last days, by customer and time.
    `changed` says what the last refresh brought; None: nothing.
    """

    def __init__(self, since_us: int, settings: Settings | None = None) -> None:
        self.since_us = since_us
        self._lost_us = (settings or Settings()).lost_end_s * SECOND
        self._revision = -1
        self._state: list[object] = []
        self._count = self._top = self._top_old = 0
        self._counted_s = 0.0  # when, by a clock that only rises
        self._live_from = 0
        self.old = self.live = _nothing(since_us)
        self.dials = _nothing(since_us)  # callbacks that were dialled in a queue of their own
        self.changed: Change | None = None

    def refresh(self, session: Session) -> "History":
        now = revision(session)
        if now == self._revision:
            self.changed = None
            return self
        top, until, *state = session.execute(_STANDING).one()
        until = until or 0
        if self._revision < 0 or state != self._state:
            count = self._counted(session, 0)
            self._read(session, until, now, top or 0)
        else:
            changed = session.scalars(
                select(Contact.id).where(Contact.revision > self._revision)
            ).all()
            new = sum(1 for each in changed if each > self._top)
            # Contacts of which no evidence is left are gone without a trace: only their number
            # tells.
            count = self._counted(session, self._count + new)
            if count - self._count != new or len(changed) > max(50_000, count // 4):
                self._read(session, until, now, top or 0)
            else:
                self._update(session, changed, until, now)
        self._revision, self._state, self._count, self._top = now, state, count, top or 0
        return self

    def _counted(self, session: Session, expected: int) -> int:
        """How many contacts there are: of many, what is expected since they were counted."""
        now = monotonic()
        if expected > MANY and now - self._counted_s < COUNTED_S:
            return expected
        self._counted_s = now
        return session.scalar(_NUMBER) or 0

    def retie(self, session: Session) -> None:
        """Look whether directories know of more customers that are one: then all is read anew."""
        if self._revision >= 0 and attempt_rows.ties(session) != self._ties:
            self._revision = -1
            self.refresh(session)

    @property
    def parts(self) -> tuple[Attempts, ...]:
        """All of them, uncopied: the last part has all channels."""
        return (self.old, self.live) if len(self.old) else (self.live,)

    def all(self) -> Attempts:
        """All of them, in one."""
        return joined(self.old, self.live) if len(self.old) else self.live

    def customer_codes(self, customers: Sequence[str]) -> NDArray[np.int32]:
        """Codes of customers as they are kept."""
        return self._codes_of(
            np.array([attempt_rows.identity(each) for each in customers], np.uint64)
        )

    def promises(self, session: Session) -> Promises:
        """Callbacks that sources tell of, and those that a queue for dialling shows."""
        from console.reads.attempt_promises import promises_of

        return promises_of(self, session)

    # --- reading

    def _read(self, session: Session, until: int, now: int, top: int) -> None:
        self._lines = attempt_rows.lines(session)
        # Beside the legs: the database lets go of the interpreter while it looks.
        with ThreadPoolExecutor(1, thread_name_prefix="coalface-columns") as beside:
            asked = beside.submit(_identities, session)
            found = attempt_rows.all_told(session, self.since_us)
            contact, number = asked.result()
        self._ties = attempt_rows.ties(session)
        order = np.argsort(number)
        first = np.ones(len(number), np.bool_)
        first[1:] = number[order][1:] != number[order][:-1]
        self._known = number[order][first]
        self._more: dict[int, int] = {}
        codes = np.empty(len(number), np.int32)
        codes[order] = np.cumsum(first) - 1
        if self._ties:
            codes = self._codes_of(number)
        self._topics: dict[str, int] = {}
        parts = attempt_rows.particulars(session, None)
        of_contact = np.full(
            int(max(found.contact.max(initial=0), contact.max(initial=0), top)) + 1,
            UNKNOWN,
            np.int32,
        )
        of_contact[contact] = codes
        del contact, number, order, first, codes
        made = self._made(session, found, None, of_contact[found.contact], parts)
        del found, of_contact
        self._live_from = max(self.since_us, until - LIVE_US)
        columns = {name: getattr(made, name) for name in COLUMNS}
        made = replace(
            made.taken(np.empty(0, np.int64)),
            until_us=until, revision=now, topics=tuple(self._topics),
        )  # fmt: skip
        self._dated(columns, made)

    def _dated(self, columns: dict[str, NDArray[Any]], made: Attempts) -> None:
        """Each column is copied once, in the order wanted, and let go: there may be millions."""
        entered = columns["entered_us"]
        dial = self._is_dial(columns["queue"])
        recent = entered >= self._live_from
        live = np.flatnonzero(recent & ~dial)
        key = _key(columns["customer"][live], entered[live], self._live_from)
        live = live[np.argsort(key, kind="stable")]
        parts = (np.flatnonzero(dial), live, np.flatnonzero(~(recent | dial)))
        del entered, dial, recent, key
        found: tuple[dict[str, NDArray[Any]], ...] = ({}, {}, {})
        for name in COLUMNS:
            column = columns.pop(name)
            for part, places in zip(found, parts, strict=True):
                part[name] = column[places]
            if name in _OFTEN_ALL_ONE:
                found[2][name] = _thin(found[2][name])
        self.dials, live_, old = (replace(made, **part) for part in found)
        self.live, self.old = self._aged(self._kept(live_)), self._kept(old)
        self._top_old = int(self.old.contact.max(initial=0))
        self.changed = Change(True, np.empty(0, np.int64), 0)

    def _update(self, session: Session, changed: Sequence[int], until: int, now: int) -> None:
        ids = np.array(sorted(changed), np.int64)
        if len(ids):
            contact, number = attempt_rows.identities(session, changed)
            parts = attempt_rows.particulars(session, changed)
            seen = told(
                attempt_rows.legs(session, Leg.contact_id.in_(dialect.many(session, list(changed))))
            )
            if int(seen.queue.max(initial=-1)) not in {-1, *self._lines}:
                self._lines = attempt_rows.lines(session)
            customer = self._matched(seen, contact, self._codes_of(number))
            found = self._made(session, seen, changed, customer, parts)
        else:
            found = self.live.taken(np.empty(0, np.int64))
        was = np.isin(self.live.contact, ids)
        before = self.live.taken(np.flatnonzero(was))
        since = _since(before, found)
        # Most of what changes is newer than all that is old.
        if len(ids) and len(self.old) and ids[0] <= self._top_old:
            old_changed = np.isin(self.old.contact, ids)
            if old_changed.any():
                since = 0
                self.old = self.old.taken(np.flatnonzero(~old_changed))
        dial = self._is_dial(found.queue)
        self.dials = _with(self.dials.taken(~np.isin(self.dials.contact, ids)), found.taken(dial))
        found = found.taken(~dial)
        recent = found.entered_us >= self._live_from
        if not recent.all():
            since = 0
            self.old = _with(self.old, found.taken(~recent))
        live = _exchanged(self.live, ~was, found.taken(recent), self._live_from)
        live = replace(live, until_us=until, revision=now, topics=tuple(self._topics))
        if until - self._live_from > LIVE_US + DAY // 2:
            self._live_from = until - LIVE_US
            recent = live.entered_us >= self._live_from
            self.old = _with(self.old, live.taken(~recent))
            live = _ordered(live.taken(recent), self._live_from)
        self._top_old = int(self.old.contact.max(initial=0))
        self.old = replace(self.old, until_us=until, revision=now, topics=live.topics)
        self.live = self._aged(self._kept(live))
        self.changed = Change(False, ids, since)

    def _matched(
        self, found: Told, contact: NDArray[np.int64], codes: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        if not len(contact):
            return np.full(len(found.contact), UNKNOWN, np.int32)
        order = np.argsort(contact)
        place = np.minimum(np.searchsorted(contact[order], found.contact), len(contact) - 1)
        hit = contact[order][place] == found.contact
        return np.where(hit, codes[order][place], UNKNOWN).astype(np.int32)

    def _made(
        self,
        session: Session,
        found: Told,
        ids: Sequence[int] | None,
        customer: NDArray[np.int32],
        parts: Sequence[Particular],
    ) -> Attempts:
        """Attempts of what legs have told, callbacks included."""
        size = len(found.contact)
        source, channel = self._placed(session, found)
        topic = np.full(size, UNKNOWN, np.int32)
        resolved = np.full(size, UNKNOWN, np.int8)
        outcome = found.outcome
        keep = np.ones(size, np.bool_)
        if parts:
            where = np.array([part.contact_id for part in parts], np.int64)
            order = np.argsort(where)
            place = np.minimum(np.searchsorted(where[order], found.contact), len(where) - 1)
            hit = where[order][place] == found.contact
            place = order[place]
            topics = np.array([self._topic_code(part.topic) for part in parts], np.int32)
            outbound = np.array([part.outbound for part in parts], np.bool_)
            said = np.array([part.resolved for part in parts], np.int8)
            topic = np.where(hit, topics[place], UNKNOWN).astype(np.int32)
            keep = ~(hit & outbound[place])
            # Of a ticket in which the customer has asked again, only the last answer can be it.
            resolved = np.where(hit & found.last, said[place], UNKNOWN).astype(np.int8)
        self._promised(session, found, outcome, ids)
        made = Attempts(
            found.contact, source, customer, topic, channel, found.queue, found.entered_us,
            found.answered_us, found.ended_us, outcome, found.talk_s, found.wrapup_s, found.agent,
            resolved, (), self._channels(), self.since_us, 0, 0,
        )  # fmt: skip
        return made if keep.all() else made.taken(keep)

    def _channels(self) -> tuple[str, ...]:
        known = getattr(self, "_channel_names", ())
        more = sorted({line.channel for line in self._lines.values()} - set(known))
        self._channel_names: tuple[str, ...] = (*known, *more)
        return self._channel_names

    def _placed(self, session: Session, found: Told) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
        names = {name: place for place, name in enumerate(self._channels())}
        size = max(self._lines, default=0) + 2
        channel_of = np.full(size, UNKNOWN, np.int8)
        source_of = np.full(size, UNKNOWN, np.int32)
        for queue_id, line in self._lines.items():
            channel_of[queue_id], source_of[queue_id] = names[line.channel], line.source_id
        source, channel = source_of[found.queue], channel_of[found.queue]
        nowhere = np.flatnonzero(found.queue < 0)
        if len(nowhere):
            rows = attempt_rows.placeless(session, np.unique(found.contact[nowhere]).tolist())
            for _source, name in rows.values():
                if name not in names:
                    names[name] = len(names)
                    self._channel_names = (*self._channel_names, name)
            for place in nowhere:
                at, name = rows.get(int(found.contact[place]), (UNKNOWN, ""))
                source[place], channel[place] = at, names.get(name, UNKNOWN)
        return source, channel

    def _promised(
        self, session: Session, found: Told, outcome: NDArray[np.int8], ids: Sequence[int] | None
    ) -> None:
        """Who was promised a callback is not gone; once it was kept, they were answered then."""
        rows = attempt_rows.promised(session, ids) if attempt_rows.others(session) else []
        unanswered = (outcome != ANSWERED) & (outcome != IN_CONVERSATION)
        if rows:
            made = {row[0]: row for row in rows}
            where = np.array(sorted(made), np.int64)
            for place in np.flatnonzero(np.isin(found.contact, where) & unanswered & found.last):
                _c, _s, _q, _made, _due, dialled, ended, how = made[int(found.contact[place])]
                if ended is None:
                    outcome[place] = PROMISED
                elif how == "reached":
                    outcome[place] = PROMISED
                    found.answered_us[place] = dialled if dialled is not None else ended
        # Where callbacks are dialled in a queue of their own, a key was how they were asked for.
        asked = found.by_key & unanswered
        if asked.any():
            dialling = {line.source_id for line in self._lines.values() if line.dials}
            where = [i for i, line in self._lines.items() if line.source_id in dialling]
            outcome[asked & np.isin(found.last_queue, where)] = PROMISED

    def _is_dial(self, queue: NDArray[np.int32]) -> NDArray[np.bool_]:
        dialling = [queue_id for queue_id, line in self._lines.items() if line.dials]
        return np.isin(queue, dialling) if dialling else np.zeros(len(queue), np.bool_)

    def _kept(self, some: Attempts) -> Attempts:
        """Promises that a dial in a queue for callbacks has kept: the customer's first that was
        answered after it."""
        open_ = np.flatnonzero(
            (some.outcome == PROMISED) & (some.answered_us < 0) & (some.customer != UNKNOWN)
        )
        dials = self.dials.taken(self.dials.answered_us >= 0)
        if not len(open_) or not len(dials):
            return some
        order = np.lexsort((dials.answered_us, dials.customer))
        customer, answered = dials.customer[order], dials.answered_us[order]
        base = int(self.since_us)
        key = (customer.astype(np.int64) << 32) + (answered - base) // SECOND
        wanted = (some.customer[open_].astype(np.int64) << 32) + (
            some.ended_us[open_] - base
        ) // SECOND
        place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        hit = (customer[place] == some.customer[open_]) & (answered[place] >= some.ended_us[open_])
        some.answered_us[open_[hit]] = answered[place][hit]
        return some

    def _aged(self, live: Attempts) -> Attempts:
        """Who has waited, or spoken, for longer than is likely is there no more: that end was
        never written."""
        written = [place for place, name in enumerate(live.channels) if name in WRITTEN]
        open_ = (live.outcome == WAITING) | (live.outcome == IN_CONVERSATION)
        gone = open_ & (live.entered_us < live.until_us - self._lost_us)
        gone &= ~np.isin(live.channel, written)
        if gone.any():
            live.outcome[gone & (live.outcome == WAITING)] = LOST
            live.outcome[gone & (live.outcome == IN_CONVERSATION)] = ANSWERED
        return live

    # --- codes

    def _codes_of(self, number: NDArray[np.uint64]) -> NDArray[np.int32]:
        if self._ties:
            forms = np.array(sorted(self._ties), np.uint64)
            same = np.array([self._ties[form] for form in sorted(self._ties)], np.uint64)
            at = np.minimum(np.searchsorted(forms, number), len(forms) - 1)
            number = np.where(forms[at] == number, same[at], number)
        place = np.searchsorted(self._known, number)
        if not len(self._known):
            hit = np.zeros(len(number), np.bool_)
        else:
            hit = self._known[np.minimum(place, len(self._known) - 1)] == number
        found = np.where(hit, place, UNKNOWN).astype(np.int32)
        for at in np.flatnonzero(~hit):
            one = int(number[at])
            found[at] = self._more.setdefault(one, len(self._known) + len(self._more))
        found[number == 0] = UNKNOWN
        return found

    def _topic_code(self, text: str) -> int:
        name = topic_of(text) if text else ""
        if not name:
            return UNKNOWN
        if name not in self._topics and len(self._topics) < MOST_TOPICS:
            self._topics[name] = len(self._topics)
        return self._topics.get(name, UNKNOWN)


def _identities(session: Session) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """By a connection of its own: what it sees more than the other is asked for again later."""
    with Session(session.get_bind()) as beside:
        found = attempt_rows.identities(beside, None)
        let_go(beside)
        return found


def topic_of(text: str) -> str:
    """What subjects of one topic have in common: no numbers, no “Re:”."""
    return _NUMBERING.sub(" ", _REPLY.sub("", text.strip())).strip().casefold()


def _thin(column: NDArray[Any]) -> NDArray[Any]:
    """Takes no memory where all are the same: a telephone log has no topics. Read only then."""
    if not len(column):
        return column
    first = column[0]
    same = np.isnan(column).all() if first != first else (column == first).all()
    return np.broadcast_to(first, column.shape) if same else column


def _nothing(since_us: int) -> Attempts:
    number, code = np.empty(0, np.int64), np.empty(0, np.int32)
    small, seconds = np.empty(0, np.int8), np.empty(0, np.float32)
    return Attempts(
        code, code, code, code, small, code, number, number, number, small, seconds, seconds,
        code, small, (), (), since_us, since_us, 0,
    )  # fmt: skip


def _key(
    customer: NDArray[np.int32], entered_us: NDArray[np.int64], since: int
) -> NDArray[np.int64]:
    """Customer, then milliseconds since: of a week they need 30 bits."""
    ms = np.clip((entered_us - since) // 1000, 0, (1 << 32) - 1)
    return ((customer.astype(np.int64) + 1) << 32) | ms


def _key_of(of: Attempts, since: int) -> NDArray[np.int64]:
    return _key(of.customer, of.entered_us, since)


def _ordered(of: Attempts, since: int) -> Attempts:
    return of.taken(np.argsort(_key_of(of, since), kind="stable"))


def _exchanged(live: Attempts, stay: NDArray[np.bool_], new: Attempts, since: int) -> Attempts:
    """Those that stay with the new ones among them, in order; each column is copied once."""
    places = np.flatnonzero(stay)
    if len(places) == len(live) and not len(new):
        return live
    new = _ordered(new, since)
    key = _key(live.customer[places], live.entered_us[places], since)
    at = np.searchsorted(key, _key_of(new, since), side="right")
    order = np.insert(places, at, np.arange(len(live), len(live) + len(new)))
    return replace(joined(live, new).taken(order), channels=new.channels)


def _with(some: Attempts, more: Attempts) -> Attempts:
    if not len(more):
        return some
    return replace(joined(some, more), until_us=some.until_us, revision=some.revision)


def joined(some: Attempts, more: Attempts) -> Attempts:
    """The attempts of both; codes must be of one history."""
    both = {name: np.concatenate((getattr(some, name), getattr(more, name))) for name in COLUMNS}
    return replace(more, **both)


def _since(before: Attempts, after: Attempts) -> int:
    """From when on anything differs between two tellings of the same contacts."""
    one, other = (
        (each.contact.astype(np.int64) << 32) | ((each.entered_us // 1000) & 0xFFFFFFFF)
        for each in (before, after)
    )
    _, was, now = np.intersect1d(one, other, return_indices=True)
    never = np.iinfo(np.int64).max
    first = never
    for of, same in ((before, was), (after, now)):
        alone = np.ones(len(of), np.bool_)
        alone[same] = False
        first = min(first, int(of.entered_us[alone].min(initial=never)))
    then, told = before.taken(was), after.taken(now)
    moved = then.customer != told.customer
    first = min(first, int(then.entered_us[moved].min(initial=never)))
    ended_anew = then.outcome != told.outcome
    for a, b, always in (
        (then.answered_us, told.answered_us, False),
        (then.ended_us, told.ended_us, True),
    ):
        differs = (a != b) | (ended_anew if always else False)
        for times in (a[differs], b[differs]):
            first = min(first, int(times[times >= 0].min(initial=never)))
    return first


__all__ = ["Change", "History", "attempts", "joined", "promises", "taken", "topic_of"]
