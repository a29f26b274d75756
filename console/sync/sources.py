"""What people ask of a source that takes more than one transaction: empty it, read it again.

Both are safe while files are read, also by other programs: a reading that finds its file's row
changed starts again, and nothing is read of a source while its rows are being taken away
(`console.sync.place`).
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select, tuple_, update
from sqlalchemy.orm import Session

from console.domain.acts import Progress
from console.errors import ExportError
from console.reads.sources import holdings
from console.store import chores
from console.store.engine import Store, next_revision
from console.store.tables import (
    Agent,
    AgentAlias,
    AgentInterval,
    Contact,
    Event,
    EventTally,
    Leg,
    Override,
    Placement,
    Promise,
    Quarantine,
    Queue,
    Rollup,
    Said,
    Snapshot,
    Source,
    SourceFile,
    Ticket,
    TicketStep,
)
from console.sync.content import open_content
from console.sync.place import digest

#: So many contacts or tickets, with all that belongs to them, are taken away in one transaction;
#: of what stands alone ten times as many. Short enough for a click to come between.
PIECE = 1000

#: Between two pieces.
BREATH_S = 0.03

Tell = Callable[[Progress], None]


def never() -> bool:
    return False


def carry_out(
    store: Store, tell: Tell | None = None, stopped: Callable[[], bool] = never
) -> list[int]:
    """Do what is noted in `console.store.chores`; the ids of the sources to read now.

    `stopped`: leave off, what is left stays noted.
    """
    with store.read() as session:
        left = chores.noted(session)
    for chore, source_id in left:
        if chore == chores.EMPTY:
            empty(store, source_id, tell, stopped)
        else:
            reread(store, source_id)
    with store.read() as session:
        wanted = {source_id for _chore, source_id in left}
        wanted -= {source_id for _chore, source_id in chores.noted(session)}
        return list(session.scalars(select(Source.id).where(Source.id.in_(wanted), ~Source.paused)))


def empty(
    store: Store, source_id: int, tell: Tell | None = None, stopped: Callable[[], bool] = never
) -> None:
    """Take all rows of a source away, piece by piece; its files are read again from the start.

    What stays: the source itself, the names of its files, and who is which person by hand.
    """
    with store.write() as session:
        source = session.get_one(Source, source_id)
        revision = next_revision(session)
        chores.note(session, chores.EMPTY, source_id, revision)
        held = holdings(session, source_id)
        _unread(session, list(session.scalars(_ids(SourceFile, source_id))), revision)
        name, total = source.name, max(1, held.contacts + held.tickets)
    done = 0
    while not stopped():
        with store.write() as session:
            taken = _take_away(session, source_id)
            revision = next_revision(session)
            source = session.get_one(Source, source_id)
            source.revision = revision
            if taken == 0:
                source.last_at = source.read_at = None
                source.read_bytes = source.read_us = 0
                chores.cross_off(session, chores.EMPTY, source_id)
        done += taken
        if tell is not None:
            tell(Progress(name, min(done, total) if taken else total, total, done, "emptying"))
        if taken == 0:
            return
        # A click that waits for the database looks again every so often: let it find it free.
        time.sleep(BREATH_S)


def reread(store: Store, source_id: int) -> int:
    """Forget how far the files that are still there were read; how many that are.

    Merged again they change nothing, but for what is understood better now. Of a file that is gone
    the reading is remembered: that it was read whole tells how others belong together.
    """
    with store.read() as session:
        rows = session.execute(
            select(SourceFile.id, SourceFile.path, SourceFile.head, SourceFile.head_size).where(
                SourceFile.source_id == source_id
            )
        ).tuples()
        known = list(rows)
    there = [id for id, path, head, size in known if _is_there(path, head, size)]
    with store.write() as session:
        revision = next_revision(session)
        _unread(session, there, revision)
        chores.cross_off(session, chores.REREAD, source_id)
        session.get_one(Source, source_id).revision = revision
    return len(there)


def paths_of(store: Store, source_id: int) -> list[Path]:
    """The files of a source that are still where they were read."""
    with store.read() as session:
        known = session.scalars(
            select(SourceFile.path).where(SourceFile.source_id == source_id)
        ).all()
    found = {_split(path)[0] for path in known}
    return sorted(path for path in found if path.is_file())


def _split(path: str) -> tuple[Path, str | None]:
    """A file and the file inside it; a name may have an exclamation mark of its own."""
    whole, parts = Path(path), path.split("!")
    for place in range(len(parts) - 1, 0, -1):
        if whole.exists():
            break
        outer = Path("!".join(parts[:place]))
        if outer.is_file():
            return outer, "!".join(parts[place:])
    return whole, None


def _is_there(path: str, head: str, size: int) -> bool:
    """Whether the file is still there and begins as it did."""
    outer, member = _split(path)
    try:
        with open_content(outer, member) as content:
            return digest(content.read(size)) == head
    except (ExportError, OSError):
        return False


def _unread(session: Session, ids: Sequence[int], revision: int) -> None:
    """Files of which nothing has been read yet, and nothing lies in quarantine."""
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        session.execute(
            delete(Quarantine).where(
                Quarantine.state == "kept",
                Quarantine.path.in_(select(SourceFile.path).where(SourceFile.id.in_(some))),
            )
        )
        session.execute(
            update(SourceFile).where(SourceFile.joined_to.in_(some)).values(joined_to=None)
        )
        session.execute(
            update(SourceFile)
            .where(SourceFile.id.in_(some))
            .values(
                head=digest(b""), head_size=0, tip=digest(b""), position=0, lines=0, accepted=0,
                known=0, quarantined=0, first_at=None, last_at=None, head_lines="", tip_lines="",
                head_cut="", joined_to=None, tail="", tail_taken=False, state="", stamp="",
                proof="", revision=revision,
            )
        )  # fmt: skip


def _take_away(session: Session, source_id: int) -> int:
    """One piece of what is left of a source, dependents first; the number of rows, 0 at the end."""
    if ids := session.scalars(_ids(Contact, source_id).limit(PIECE)).all():
        _delete(session, AgentInterval, AgentInterval.contact_id.in_(ids))
        _delete(session, Promise, Promise.contact_id.in_(ids))
        _delete(session, Leg, Leg.contact_id.in_(ids))
        _delete(session, Contact, Contact.id.in_(ids))
        return len(ids)
    if ids := session.scalars(_ids(Ticket, source_id).limit(PIECE)).all():
        _delete(session, TicketStep, TicketStep.ticket_id.in_(ids))
        _delete(session, Ticket, Ticket.id.in_(ids))
        return len(ids)
    lasting = _ids(AgentInterval, source_id).where(AgentInterval.contact_id.is_(None))
    for table, wanted in (
        (AgentInterval, lasting),
        (Event, _ids(Event, source_id)),
        (Quarantine, _ids(Quarantine, source_id)),
    ):
        if ids := session.scalars(wanted.limit(10 * PIECE)).all():
            _delete(session, table, table.id.in_(ids))
            return len(ids)
    for table in (Said, Snapshot):
        key = tuple_(*table.__table__.primary_key)
        some = select(*table.__table__.primary_key).where(table.source_id == source_id)
        if gone := _delete(session, table, key.in_(some.limit(10 * PIECE))):
            return gone
    _delete(session, Override, Override.source_id == source_id)
    # Of a queue every row that may point to it is looked through: one at a time.
    if ids := session.scalars(_ids(Queue, source_id).limit(1)).all():
        _delete(session, Placement, Placement.queue_id.in_(ids))
        _delete(session, Rollup, Rollup.queue_id.in_(ids))
        _delete(session, Queue, Queue.id.in_(ids))
        return 1
    if ids := session.scalars(_ids(Agent, source_id).limit(PIECE)).all():
        _delete(session, Placement, Placement.agent_id.in_(ids))
        _delete(session, AgentAlias, AgentAlias.agent_id.in_(ids))
        _delete(session, Agent, Agent.id.in_(ids))
        return len(ids)
    _delete(session, EventTally, EventTally.source_id == source_id)
    return 0


def _ids(table: Any, source_id: int) -> Select[tuple[int]]:
    return select(table.id).where(table.source_id == source_id)


def _delete(session: Session, table: Any, which: ColumnElement[bool]) -> int:
    statement = delete(table).where(which).execution_options(synchronize_session=False)
    result: Any = session.execute(statement)
    return result.rowcount


__all__ = ["carry_out", "empty", "paths_of", "reread"]
