"""Which file this is and to which source it belongs; what could not be taken of it."""

import hashlib
import re
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store import chores, dialect
from console.store.tables import Quarantine, Source, SourceFile

#: So many first bytes, and so many before the read position, tell a file from another.
HEAD = 1024
TIP = 512
#: So much of a piece that cannot be taken is kept.
KEPT = 4096
#: So many of one file: it is no export of ours that has more, and the disk is not for it.
MOST_KEPT = 10_000
_MORE = f"more than {MOST_KEPT:,} pieces of this file cannot be taken: the rest is counted only"
#: Folders of a year, a month, a day, an hour below the one in which a system's files lie:
#: ``2024/10/27/08``, ``year=2024/month=10``, ``2024-10-27``, ``dt=20241027``.
_DATES = re.compile(
    r"(?:[\\/](?:\w+=)?(?:19|20)\d\d(?:[-_.]?[01]\d(?:[-_.]?[0-3]\d)?)?"
    r"(?:[-_.T ]?[0-2]\d(?:[-_.]?[0-5]\d)?)?(?:[\\/](?:\w+=)?\d{1,2}){0,4})+$"
)


#: Folders that are named after what kind of records lies in them: ``conversations``,
#: ``agent-events``. Of one system there are several, and they belong together.
_KINDS = re.compile(
    r"[\\/](?:(?:conversation|contact|call|chat|message|email|ticket|task|leg|segment|interaction"
    r"|user|agent|worker|queue|skill|group|team|member|comment|audit|event|record|metric|trace|ctr"
    r"|aes|name|status|presence|activity|activitie|observation|wrap-?up|code|detail|engagement"
    r"|page|log|directory|directorie|analytic|incremental|completed|active|current|real-?time"
    r"|historical|raw|json|csv)(?:s|es)?[-_. ]?)+$",
    re.I,
)


class Moved(Exception):
    """Another program has read on in the same file meanwhile: look again where it stands."""


class Paused(Exception):
    """The file's source is not to be read at present; the words are its name."""


def digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def check_open(session: Session, source: Source) -> None:
    """Paused where nothing may be read of a source: a person said so, or its rows are being taken
    away."""
    if source.paused or chores.is_noted(session, chores.EMPTY, source.id):
        raise Paused(source.name)


def new_source(
    session: Session,
    name: str,
    revision: int,
    *,
    format: str,
    platform: str,
    folder: str,
    origin: str = "",
    zone: str = "",
) -> Source:
    """A source of this name, or of the next free one like it."""
    taken = dict(session.execute(select(Source.name, Source.platform)).tuples().all())
    name = name[:180]
    if taken.get(name, platform) != platform:
        name = as_named(name, platform)[1]
    unique, number = name, 1
    while unique in taken:
        number += 1
        unique = f"{name} {number}"
    source = Source(
        name=unique,
        format=format,
        platform=platform,
        origin=origin,
        folder=folder,
        zone=zone,
        last_at=None,
        read_at=None,
        revision=revision,
    )
    session.add(source)
    session.flush()
    return source


def as_named(name: str, platform: str) -> tuple[str, str]:
    """What a source that a person named may be called: two platforms can be given one name."""
    return name, f"{name} ({platform.replace('_', ' ')})"


def named(session: Session, name: str, platform: str) -> Source | None:
    """The source of a platform that a person named so."""
    return session.scalars(
        select(Source).where(Source.name.in_(as_named(name, platform)), Source.platform == platform)
    ).first()


def home(folder: str) -> str:
    """The folder without those of dates and of kinds of records at its end: each day's exports, and
    users beside conversations, are of the same system."""
    while (less := _KINDS.sub("", _DATES.sub("", folder))) and less != folder:
        folder = less
    return folder


def in_folder(session: Session, folder: str, platform: str) -> Source | None:
    """The source of a platform whose files lie in this folder, or beside it in folders of dates
    or kinds of records."""
    folder = home(folder)
    for source_id, path in session.execute(
        select(SourceFile.source_id, SourceFile.path)
        .join(Source, Source.id == SourceFile.source_id)
        .where(Source.platform == platform)
    ):
        if home(str(Path(path).parent)) == folder:
            return session.get_one(Source, source_id)
    sources = session.scalars(select(Source).where(Source.platform == platform).order_by(Source.id))
    return next((source for source in sources if home(source.folder) == folder), None)


def new_file(source_id: int, path: str, format: str, now: int, revision: int) -> SourceFile:
    """A file of which nothing has been read yet."""
    return SourceFile(
        source_id=source_id,
        path=path,
        format=format,
        inode="",
        head=digest(b""),
        head_size=0,
        tip=digest(b""),
        position=0,
        lines=0,
        accepted=0,
        known=0,
        quarantined=0,
        head_lines="",
        tip_lines="",
        head_cut="",
        joined_to=None,
        tail="",
        tail_taken=False,
        state="",
        stamp="",
        proof="",
        first_at=None,
        last_at=None,
        read_at=now,
        revision=revision,
    )


def note_reading(
    session: Session, source_id: int | None, count: int, begun: float, zone: str | None
) -> None:
    """Add bytes read, and the time since `begun` (perf_counter) that they took, to a source."""
    if source_id is None:
        return
    source = session.get_one(Source, source_id)
    source.read_bytes += count
    source.read_us += round((time.perf_counter() - begun) * 1_000_000)
    if zone:
        source.zone = zone


def keep_aside(
    session: Session,
    row: SourceFile,
    pieces: Sequence[tuple[int, str, bytes]],
    now: int,
    revision: int,
) -> None:
    """Put pieces (line number, reason, bytes) into quarantine, if they do not lie there already.

    Of each file the first ones, as many as anyone will look at; `row.quarantined` counts them all.
    """
    room = max(0, MOST_KEPT - row.quarantined)
    if len(pieces) > room:
        further = pieces[room : room + 1] if row.quarantined <= MOST_KEPT else ()
        pieces = [*pieces[:room], *((number, _MORE, raw) for number, _reason, raw in further)]
    if not pieces:
        return
    numbers = [number for number, _reason, _raw in pieces]
    known = {
        (number, code)
        for number, code in session.execute(
            select(Quarantine.line_number, Quarantine.digest).where(
                Quarantine.path == row.path,
                Quarantine.line_number >= min(numbers),
                Quarantine.line_number <= max(numbers),
            )
        )
    }
    fresh: dict[tuple[int, str], tuple[object, ...]] = {}
    for number, reason, raw in pieces:
        code = digest(raw[:KEPT])
        if (number, code) not in known:
            fresh[(number, code)] = (
                row.source_id, row.path, number, code, reason, raw[:KEPT], now, "kept", revision,
            )  # fmt: skip
    dialect.bulk_insert(
        session,
        "quarantine",
        ("source_id", "path", "line_number", "digest", "reason", "raw", "found_at", "state",
         "revision"),
        list(fresh.values()),
    )  # fmt: skip


__all__ = [
    "HEAD", "KEPT", "TIP", "Moved", "Paused", "as_named", "check_open", "digest", "home",
    "in_folder", "keep_aside", "named", "new_file", "new_source", "note_reading",
]  # fmt: skip
