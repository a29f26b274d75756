"""What the store has of attempts, in columns: legs, customers, topics, promises."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from console.debt.told import (
    LEG_ABANDONED,
    LEG_ANSWERED,
    LEG_KEY,
    LEG_LOST,
    LEG_WAITING,
    Legs,
    Told,
    told,
)
from console.domain import facts
from console.domain.customers import nobody
from console.domain.resolution import says_resolved
from console.domain.statements import Name, decode
from console.store import dialect
from console.store.columns import columns, joined
from console.store.memory import once
from console.store.tables import Contact, CustomerTie, Leg, Promise, Queue, Said, Source, Ticket

#: Queues in which promised callbacks are dialled are told by their names: no export says so.
CALLBACK_LINE = re.compile(r"call[\s_-]?backs?|r(ü|ue)ckrufe?|rappels?|terugbel", re.IGNORECASE)
_ENDS = {
    facts.ANSWERED: LEG_ANSWERED,
    facts.WAITING: LEG_WAITING,
    facts.ABANDONED: LEG_ABANDONED,
    facts.EXIT_KEY: LEG_KEY,
}
#: More than a day of wrap-up is none.
_MOST_MS = 100_000_000
_CONTACTS_AT_ONCE = 100_000
_HASH = 17  # ~ and sixteen digits


@dataclass(frozen=True, slots=True)
class Line:
    """A queue, as far as attempts are concerned."""

    source_id: int
    channel: str
    dials: bool  # promised callbacks are dialled in it


def lines(session: Session) -> dict[int, Line]:
    rows = session.execute(select(Queue.id, Queue.source_id, Queue.channel, Queue.name)).tuples()
    return {
        i: Line(source, channel, bool(CALLBACK_LINE.search(n))) for i, source, channel, n in rows
    }


# Numbers are packed: what the database writes down costs by the column and by the digit.
_NONE = -1
_CODES = (
    (func.coalesce(Leg.agent_id, _NONE) + 1) * (1 << 24)
    + (func.coalesce(Leg.queue_id, _NONE) + 1) * 8
    + case(_ENDS, value=Leg.outcome, else_=LEG_LOST)
)
_WRAP_UP = case((Leg.wrapup_us < (_MOST_MS - 2) * 1000, Leg.wrapup_us // 1000))
_TIMES = (func.coalesce(Leg.talk_us // 1000, _NONE) + 1) * _MOST_MS + (
    func.coalesce(_WRAP_UP, _NONE) + 1
)
_LEGS = select(
    Leg.contact_id,
    Leg.entered_at,
    func.coalesce(Leg.connected_at - Leg.entered_at, _NONE).label("connected"),
    func.coalesce(Leg.ended_at - Leg.entered_at, _NONE).label("ended"),
    _CODES.label("codes"),
    _TIMES.label("times"),
)


def all_told(session: Session, since_us: int) -> Told:
    """Of all contacts since then; so many at a time, since each number is a text first, and legs
    are wider than what they tell."""
    top = session.scalar(select(func.max(Leg.contact_id))) or 0
    names = [each.name for each in fields(Told)]
    parts: dict[str, list[Any]] = {name: [] for name in names}
    for low in range(0, max(top, 1), _CONTACTS_AT_ONCE):
        these = (Leg.contact_id > low) & (Leg.contact_id <= low + _CONTACTS_AT_ONCE)
        found = told(legs(session, (Leg.entered_at >= since_us) & these))
        for name in names:
            parts[name].append(getattr(found, name))
    return Told(*(np.concatenate(parts.pop(name)) for name in names))


def legs(session: Session, which: ColumnElement[bool]) -> Legs:
    found = columns(session, _LEGS.where(which))
    contact, entered, connected, ended, code, time = found
    return Legs(
        contact,
        entered,
        np.where(connected >= 0, entered + connected, -1),
        np.where(ended >= 0, entered + ended, -1),
        code & 7,
        ((code >> 3) & ((1 << 21) - 1)) - 1,
        (code >> 24) - 1,
        time // _MOST_MS - 1,
        time % _MOST_MS - 1,
    )


def identities(
    session: Session, ids: Sequence[int] | None
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Contacts whose customer is known, and a number for the customer; of all, or of these ids."""
    here = () if ids is None else (Contact.id.in_(dialect.many(session, list(ids))),)
    # Spelled so that the index on customers can be asked: the hidden forms are a range of it, and
    # all of them are asked for in sixteen parts, since each is a text first.
    ranges = (
        [("~0", "~g")] if ids is not None else list(pairwise("~" + c for c in "0123456789abcdefg"))
    )
    found = [_hidden(session, low, high, here) for low, high in ranges]
    contact = np.concatenate([ids for ids, _ in found])
    number = np.concatenate([numbers for _, numbers in found])
    plain = session.execute(
        select(Contact.id, Contact.customer).where(
            or_(Contact.customer < "~0", Contact.customer >= "~g"), *here
        )
    ).tuples()
    more, others = _numbered(plain)
    if len(more):
        contact, number = np.append(contact, more), np.append(number, others)
    return contact, number


def _hidden(
    session: Session, low: str, high: str, here: tuple[ColumnElement[bool], ...]
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Contacts of customers between two hashes."""
    between = (Contact.customer >= low, Contact.customer < high, *here)
    contact, text = joined(
        session, select(Contact.id, func.substr(Contact.customer, 1, _HASH)).where(*between)
    )
    try:
        raw = np.frombuffer(text.encode("ascii"), np.uint8)
        digits = raw.reshape(len(contact), _HASH)[:, 1:].tobytes()
        return contact, np.frombuffer(bytes.fromhex(digits.decode()), ">u8").astype(np.uint64)
    except ValueError:  # not all of them are of that form
        rows = session.execute(select(Contact.id, Contact.customer).where(*between)).tuples()
        return _numbered(rows)


def _numbered(rows: Any) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    found = [(i, identity(customer)) for i, customer in rows if not nobody(customer)]
    return (
        np.array([i for i, _ in found], np.int64),
        np.array([number for _, number in found], np.uint64),
    )


def identity(customer: str) -> int:
    """The number of a customer as they are kept."""
    if customer.startswith("~"):
        try:
            return int(customer[1:_HASH], 16)
        except ValueError:
            pass
    return int.from_bytes(blake2b(customer.encode(), digest_size=8).digest(), "big")


def ties(session: Session) -> dict[int, int]:
    """Numbers of customers, to the number of the one that they are; 0: a form that many share is
    nobody's. As said by hand, and by directories that name a number and an address of one."""
    shared = set(session.scalars(select(CustomerTie.customer).where(CustomerTie.same_as == "")))
    same: dict[str, str] = {}

    def root(form: str) -> str:
        while (above := same.get(form, form)) != form:
            form = above
        return form

    by_hand = session.execute(
        select(CustomerTie.customer, CustomerTie.same_as).where(CustomerTie.same_as != "")
    ).tuples()
    for one, other in (*by_hand, *_named(session)):
        if one not in shared and other not in shared:
            same[root(one)] = root(other)
            same.setdefault(root(other), root(other))
    found = {identity(form): identity(root(form)) for form in same}
    return found | {identity(form): 0 for form in shared}


def _named(session: Session) -> list[tuple[str, str]]:
    """A number and the address of the same customer, where it is the number of no other."""
    of_number: dict[str, set[str]] = {}
    for body in session.scalars(
        select(Said.body).where(
            Said.source_id.in_(others(session)),
            Said.subject == "name",
            Said.key.startswith("customer:"),
        )
    ):
        said = decode(body)
        if isinstance(said, Name) and said.customer and said.also:
            of_number.setdefault(said.also, set()).add(said.customer)
    return [(number, next(iter(of))) for number, of in of_number.items() if len(of) == 1]


@dataclass(frozen=True, slots=True)
class Particular:
    """What is so of some contacts only."""

    contact_id: int
    topic: str
    outbound: bool
    resolved: int  # 1, 0; -1 nobody has said


def others(session: Session) -> list[int]:
    """Sources that may say more than a telephone log, which is the longest of all and says nothing
    of topics, directions, dispositions and promises."""
    return once(
        session,
        "sources that say more",
        lambda: list(session.scalars(select(Source.id).where(Source.platform != "asterisk"))),
    )


def particulars(session: Session, ids: Sequence[int] | None) -> list[Particular]:
    """Contacts with a topic or a direction that must be looked at; of all, or of these ids."""
    sources = others(session)
    if not sources:
        return []
    if ids is None:
        here: tuple[ColumnElement[bool], ...] = (Contact.source_id.in_(sources),)
        legs_here = Leg.source_id.in_(sources)
    else:
        here = (Contact.id.in_(dialect.many(session, list(ids))),)
        legs_here = Leg.contact_id.in_(dialect.many(session, list(ids)))
    said: dict[int, int] = {}
    dispositions = select(Leg.contact_id, Leg.disposition).where(Leg.disposition != "", legs_here)
    for contact_id, words in session.execute(dispositions.order_by(Leg.number)).tuples():
        said[contact_id] = resolved_by(words)
    found = [
        Particular(
            contact_id,
            topic,
            direction != "inbound",
            1 if status in ("solved", "closed") else said.pop(contact_id, -1),
        )
        for contact_id, topic, direction, status in session.execute(
            select(Contact.id, Contact.topic, Contact.direction, Ticket.status)
            .outerjoin(
                Ticket,
                (Ticket.source_id == Contact.source_id)
                & (Ticket.ref == func.substr(Contact.ref, len("ticket:") + 1))
                & (func.substr(Contact.ref, 1, len("ticket:")) == "ticket:"),
            )
            .where(or_(Contact.topic != "", Contact.direction != "inbound"), *here)
        ).tuples()
    ]
    return found + [Particular(i, "", False, told) for i, told in said.items() if told >= 0]


def resolved_by(words: str) -> int:
    """1 or 0 where a disposition says so in words that are known; else -1."""
    settled = says_resolved(words)
    return -1 if settled is None else int(settled)


def placeless(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Source and channel of contacts that were in no queue."""
    return {
        i: (source, channel)
        for i, source, channel in session.execute(
            select(Contact.id, Contact.source_id, Contact.channel).where(
                Contact.id.in_(dialect.many(session, list(ids)))
            )
        ).tuples()
    }


def promised(session: Session, ids: Sequence[int] | None = None) -> list[tuple[Any, ...]]:
    """Promises of contacts: contact, source, queue, made, due, dialled, ended, outcome."""
    wanted = select(
        Promise.contact_id, Promise.source_id, Promise.queue_id, Promise.requested_at,
        Promise.due_at, Promise.dialled_at, Promise.ended_at, Promise.outcome,
    )  # fmt: skip
    if ids is not None:
        wanted = wanted.where(Promise.contact_id.in_(dialect.many(session, list(ids))))
    return [tuple(row) for row in session.execute(wanted.order_by(Promise.requested_at))]


__all__ = [
    "CALLBACK_LINE",
    "Line",
    "Particular",
    "all_told",
    "identities",
    "identity",
    "legs",
    "lines",
    "others",
    "particulars",
    "placeless",
    "promised",
    "resolved_by",
    "ties",
]
