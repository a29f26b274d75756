"""The journal as a chain: each record carries the hash of the one before it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.records import Break
from console.domain.times import now_us
from console.store.tables import Journal, JournalHead

# Records that are no commands. The first two take back, the others only tell what happened.
UNDO = "undo"
REDO = "redo"
RESULT = "result"
RETRY = "retry"
DROP = "drop"
TOLD = (RESULT, RETRY, DROP)

_HEAD = "journal"
_FIELDS = tuple(c.key for c in Journal.__table__.columns if c.key != "hash")


def append(
    session: Session,
    revision: int,
    *,
    who: str,
    command: str,
    title: str,
    detail: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]] = (),
    why: str = "",
    result: str = "",
    undoes: int | None = None,
) -> Journal:
    """Add a record. The revision must have been taken in this transaction: it is the lock."""
    head = session.get(JournalHead, _HEAD, with_for_update=True)
    if head is None:
        head = JournalHead(name=_HEAD, entries=0, hash="")
        session.add(head)
    entry = Journal(
        id=head.entries + 1,
        at=now_us(),
        who=who,
        command=command,
        title=title,
        detail=json.dumps(detail, ensure_ascii=False),
        changes=json.dumps(changes, ensure_ascii=False),
        why=why,
        result=result,
        undoes=undoes,
        previous=head.hash,
        revision=revision,
    )
    entry.hash = _hash(entry)
    head.entries += 1
    head.hash = entry.hash
    session.add(entry)
    session.flush()
    return entry


def breaks(session: Session) -> list[Break]:
    """Where the journal is not as it was written; empty when all of it is.

    Found: a record edited, deleted, inserted or moved, and a tail cut off. Not found: a journal
    rewritten from some record to its end together with its head, which needs a copy kept elsewhere.
    """
    found: list[Break] = []
    last, previous = 0, ""
    for entry in session.scalars(
        select(Journal).order_by(Journal.id).execution_options(yield_per=500)
    ):
        if entry.id != last + 1:
            found.append(Break(last + 1, _missing(last + 1, entry.id - 1)))
        elif entry.previous != previous:
            found.append(Break(entry.id, "It does not follow the record before it."))
        if entry.hash != _hash(entry):
            found.append(Break(entry.id, "It is not as it was written."))
        last, previous = entry.id, entry.hash
        session.expunge(entry)
    head = session.get(JournalHead, _HEAD)
    if head is None:
        if last:
            found.append(Break(last, "The note of how the journal ends is missing."))
    elif head.entries > last:
        found.append(Break(last + 1, _missing(last + 1, head.entries)))
    elif head.entries < last:
        found.append(Break(head.entries + 1, "It was added by something else."))
    elif head.hash != previous:
        found.append(Break(last, "It is not the record that was written last."))
    return found


def _missing(first: int, last: int) -> str:
    if first == last:
        return f"Record {first} is missing."
    return f"Records {first} to {last} are missing."


def _hash(entry: Journal) -> str:
    fields = {name: getattr(entry, name) for name in _FIELDS}
    text = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
