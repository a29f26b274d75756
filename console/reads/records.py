"""The journal and the outbox as they stand, for reading outside."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.tables import Journal, Outbox


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One record; `undoes` is the number of the record that it takes back."""

    id: int
    at: int
    who: str
    command: str
    title: str
    detail: Any
    changes: Any
    why: str
    result: str
    undoes: int | None
    hash: str


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message, in the order in which messages were made."""

    id: str
    journal: int | None
    connector: str
    action: str
    item: str
    body: Any
    state: str
    attempts: int
    created_at: int
    sent_at: int | None
    ended_at: int | None
    confirmed_by: str
    answer: str


def journal_rows(session: Session) -> list[JournalRow]:
    """Every record, oldest first."""
    return [
        JournalRow(
            entry.id,
            entry.at,
            entry.who,
            entry.command,
            entry.title,
            _read(entry.detail),
            _read(entry.changes),
            entry.why,
            entry.result,
            entry.undoes,
            entry.hash,
        )
        for entry in session.scalars(select(Journal).order_by(Journal.id))
    ]


def outbox_rows(session: Session) -> list[OutboxRow]:
    """Every message, oldest first."""
    return [
        OutboxRow(
            row.id,
            row.journal_id,
            row.connector,
            row.action,
            row.item,
            _read(row.body),
            row.state,
            row.attempts,
            row.created_at,
            row.sent_at,
            row.ended_at,
            row.confirmed_by,
            row.answer,
        )
        for row in session.scalars(select(Outbox).order_by(Outbox.number))
    ]


def _read(text: str) -> Any:
    """JSON as what it says; a record that somebody spoiled is shown as it stands."""
    try:
        return json.loads(text)
    except ValueError:
        return text
