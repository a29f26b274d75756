"""Laying messages out for the outbox to send."""

import json
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from console.domain.messages import PENDING, Message
from console.domain.times import SECOND, now_us
from console.store.tables import Counter, Outbox

_NUMBER = "message"


def post(
    session: Session,
    revision: int,
    message: Message,
    *,
    journal_id: int,
    connector: str,
    origin: str = "",
    takes_back: bool = False,
) -> Outbox:
    """A new message. `origin` is the first message about the same thing, if this is not it.

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
    row = Outbox(
        id=identity,
        number=counter.value,
        origin=origin or identity,
        takes_back=takes_back,
        journal_id=journal_id,
        connector=connector,
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
    )
    session.add(row)
    return row


def message_of(row: Outbox) -> Message:
    """The message as it was made."""
    valid_s = ((row.expires_at or row.created_at) - row.created_at) // SECOND
    fields: dict[str, Any] = json.loads(row.body)
    return Message(row.action, row.item, fields, valid_s)
