"""Laying messages out for the outbox to send, and ending them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.messages import PENDING, UNDERWAY, Message, target_of
from console.domain.times import SECOND, now_us
from console.store import chain
from console.store.chain import RESULT
from console.store.tables import Connection, Counter, Journal, Outbox, Source

#: Where messages go whose platform has no connection of its own.
FOLDER = "folder"
_NUMBER = "message"


def connector_name(kind: str, source_id: int) -> str:
    """By which a message and its connector know each other; a source can be renamed."""
    return f"{kind}:{source_id}"


def routes(session: Session) -> dict[str, str]:
    """The connector of each source that has a connection, by the source's name."""
    rows = session.execute(
        select(Source.name, Connection.kind, Connection.source_id)
        .join(Source, Source.id == Connection.source_id)
        .where(Connection.enabled)
    )
    return {name: connector_name(kind, number) for name, kind, number in rows}


def who_answers(session: Session, connector: str) -> str:
    """A connector as a person calls it: by its source."""
    _kind, _, number = connector.partition(":")
    name = None
    if number.isdecimal():
        name = session.scalar(select(Source.name).where(Source.id == int(number)))
    return name or connector


def post(
    session: Session,
    revision: int,
    message: Message,
    *,
    journal_id: int,
    connectors: Mapping[str, str],
    origin: str = "",
    takes_back: bool = False,
) -> Outbox:
    """A new message. `origin` is the first message about the same thing, if this is not it;
    `connectors` are `routes`.

    A repeat gets an id of its own: the far side drops what carries an id that it has seen.
    """
    # Not locked: whoever has taken a revision is the only one who writes.
    counter = session.get(Counter, _NUMBER)
    if counter is None:
        counter = Counter(name=_NUMBER, value=0)
        session.add(counter)
    counter.value += 1
    now = now_us()
    identity = str(uuid4())
    source = str(message.fields.get("source") or "")
    target = target_of(message.action, message.fields)
    row = Outbox(
        id=identity,
        number=counter.value,
        origin=origin or identity,
        takes_back=takes_back,
        journal_id=journal_id,
        connector=connectors.get(source, FOLDER),
        action=message.action,
        item=message.item,
        body=json.dumps(dict(message.fields), ensure_ascii=False),
        created_at=now,
        expires_at=now + message.valid_s * SECOND,
        state=PENDING,
        next_try_at=now,
        attempts=0,
        confirmed_by="",
        answer="",
        revision=revision,
        subject=f"{source}|{target.subject}" if target.subject else "",
        aspect=target.aspect,
        wanted=target.wanted,
    )
    session.add(row)
    return row


def message_of(row: Outbox) -> Message:
    """The message as it was made."""
    valid_s = ((row.expires_at or row.created_at) - row.created_at) // SECOND
    fields: dict[str, Any] = json.loads(row.body)
    return Message(row.action, row.item, fields, valid_s)


def end(row: Outbox, state: str, words: str, now: int, revision: int) -> None:
    row.state = state
    row.answer = words
    row.ended_at = now
    row.revision = revision


def tell_results(session: Session, journal_ids: Iterable[int], revision: int) -> None:
    """Put on record what became of an act, once nothing of it is under way any more."""
    for journal_id in sorted(journal_ids):
        rows = session.scalars(
            select(Outbox).where(Outbox.journal_id == journal_id).order_by(Outbox.number)
        ).all()
        newest = {row.origin: row for row in rows}.values()
        if any(row.state in UNDERWAY for row in newest):
            continue
        states = sorted({row.state for row in newest})
        entry = session.get_one(Journal, journal_id)
        connectors = sorted({row.connector for row in newest})
        chain.append(
            session,
            revision,
            who=", ".join(who_answers(session, connector) for connector in connectors),
            command=RESULT,
            title=f"{entry.title}: {', '.join(states)}",
            detail={
                "of": journal_id,
                "items": [[row.item, row.state, row.answer] for row in newest],
            },
            result=", ".join(states),
        )
