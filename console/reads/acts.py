"""What was done, taken back and done again: which act is in effect now.

An act and all that takes it back or does it again form a line: the command, its undo, the redo
(which undoes the undo), and so on. The last of the line says whether the act is in effect.
"""

import json
from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.chain import REDO, TOLD, UNDO
from console.store.tables import Journal, Outbox


def line_of(session: Session, root: Journal) -> list[Journal]:
    """The act and what became of it, oldest first."""
    line = [root]
    while following := session.scalar(select(Journal).where(Journal.undoes == line[-1].id)):
        line.append(following)
    return line


def root_of(session: Session, entry: Journal) -> Journal:
    """The command at the beginning of the line that this entry belongs to."""
    return session.get_one(Journal, root_id(entry))


def root_id(entry: Journal) -> int:
    if entry.command not in (UNDO, REDO):
        return entry.id
    return json.loads(entry.detail)["of"]


def is_act(session: Session, entry: Journal) -> bool:
    """Whether there is anything to take back."""
    if entry.command in TOLD:
        return False
    if entry.changes != "[]":
        return True
    question = select(Outbox.id).where(Outbox.journal_id == entry.id).limit(1)
    return session.scalar(question) is not None


def last_done(session: Session, skipped: Collection[str]) -> Journal | None:
    """The newest entry in effect, commands of the names `skipped` left out."""
    for entry, root, is_end in _backwards(session, skipped):
        if is_end and entry.command != UNDO and is_act(session, root):
            return entry
    return None


def last_undone(session: Session, skipped: Collection[str]) -> Journal | None:
    """The newest undo that may be taken back: no new act has been done since."""
    for entry, root, is_end in _backwards(session, skipped):
        if is_end and entry.command == UNDO:
            return entry
        if entry.id == root.id and is_act(session, root):
            return None
    return None


def _backwards(
    session: Session, skipped: Collection[str]
) -> Iterator[tuple[Journal, Journal, bool]]:
    """(entry, root of its line, whether it is the line's end), newest first."""
    seen: set[int] = set()
    question = select(Journal).where(Journal.command.not_in(TOLD)).order_by(Journal.id.desc())
    for entry in session.scalars(question.execution_options(yield_per=50)):
        identity = root_id(entry)
        root = entry if identity == entry.id else session.get_one(Journal, identity)
        if root.command not in skipped:
            yield entry, root, identity not in seen
            seen.add(identity)
