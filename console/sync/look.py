"""What files are, told by their beginnings, before anything of them is read in."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.imports import FoundFile
from console.domain.platforms import title_of
from console.domain.times import SECOND
from console.errors import ExportError
from console.exports.catalog import which
from console.exports.export import Export
from console.exports.mapped_table import MappedTable
from console.store.engine import Store
from console.store.tables import Source, SourceFile
from console.sync.content import members, open_content
from console.sync.files import HEAD_READ, expand, is_table, never
from console.sync.place import in_folder
from console.sync.roster import is_roster, local_time

ROSTER, EXPORT, TABLE, UNKNOWN = "roster", "export", "table", "unknown"
#: A wall clock's time without a zone, as exports write it.
_LOCAL = re.compile(rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?")
_WORKBOOK = "workbook"


def look_at(
    store: Store,
    paths: Sequence[Path],
    mappings: Sequence[MappedTable],
    cancelled: Callable[[], bool] = never,
) -> list[FoundFile]:
    """Each file, also of folders and archives, with what it is; only beginnings are read."""
    found: list[FoundFile] = []
    for path in expand(paths):
        if cancelled():
            break
        found += _look(path, mappings)
    with store.read() as session:
        return [_placed(session, file) for file in found]


def _look(path: Path, mappings: Sequence[MappedTable]) -> Iterable[FoundFile]:
    try:
        if not path.is_file():
            return [FoundFile(str(path), UNKNOWN, 0, reason="not a file")]
        size = path.stat().st_size
        inside = members(path)
        if not inside:
            return [_file(path, None, size, mappings)]
        return [_file(path, member, 0, mappings) for member in inside]
    except ExportError as error:
        return [FoundFile(str(path), UNKNOWN, 0, reason=str(error))]
    except OSError as error:
        words = f"It cannot be read ({error.strerror or error})."
        return [FoundFile(str(path), UNKNOWN, 0, reason=words)]


def _file(path: Path, member: str | None, size: int, mappings: Sequence[MappedTable]) -> FoundFile:
    name = f"{path}!{member}" if member else str(path)
    try:
        with open_content(path, member) as content:
            head = content.read(HEAD_READ)
            problem, workbook = content.problem, content.packing == _WORKBOOK
            size = size or content.size
    except ExportError as error:
        return FoundFile(name, UNKNOWN, size, reason=str(error))
    if problem is not None and not head:
        return FoundFile(name, UNKNOWN, size, reason=str(problem))
    export = which(head, mappings)
    if export is not None:
        return _export(name, size, head, export)
    if member is None and is_roster(path, head, workbook):
        local = local_time(path, head, workbook)
        return FoundFile(name, ROSTER, size, "Roster", needs_zone=bool(local), example=local)
    if is_table(head):
        return FoundFile(name, TABLE, size, "Table", head=head)
    reason = "It is empty." if not head.strip(b"\x00\r\n ") else "No known export, and no table."
    return FoundFile(name, UNKNOWN, size, reason=reason)


def _export(name: str, size: int, head: bytes, export: Export) -> FoundFile:
    asks = getattr(export, "needs_zone", None)
    needs = asks(head) if asks is not None else getattr(export, "NEEDS_ZONE", False)
    example = _LOCAL.search(head) if needs else None
    return FoundFile(
        name,
        EXPORT,
        size,
        export.TITLE,
        export.NAME,
        export.PLATFORM,
        first_at=_first_at(head) if export.KIND == "log" else None,
        needs_zone=needs,
        example=example.group().decode() if example else "",
        mapping=export.mapping.name if isinstance(export, MappedTable) else "",
    )


def _first_at(head: bytes) -> int | None:
    """The first time stamp of a log, microseconds."""
    for line in head.split(b"\n"):
        stamp = line.lstrip(b"\x00").split(b"|", 1)[0].split(b".")[0]
        if len(stamp) in (9, 10) and stamp.isdigit():
            return int(stamp) * SECOND
    return None


def _placed(session: Session, file: FoundFile) -> FoundFile:
    """The source that a file belongs to, as far as its place tells."""
    if file.kind not in (EXPORT, TABLE):
        return file
    path = Path(file.path.partition("!")[0] if not Path(file.path).exists() else file.path)
    resolved = str(path.resolve()) + file.path[len(str(path)) :]
    own = session.execute(
        select(Source.name, Source.zone, SourceFile.head_size)
        .join(SourceFile, SourceFile.source_id == Source.id)
        .where(SourceFile.path == resolved)
    ).first()
    if own is not None:
        return replace(file, source=own.name, zone=own.zone, known=own.head_size > 0)
    if file.kind == TABLE:
        return file
    near = in_folder(session, str(path.resolve().parent), file.platform)
    if near is not None:
        return replace(file, source=near.name, zone=near.zone)
    if file.platform == "asterisk":
        return replace(file, called=path.resolve().parent.name or "pbx")
    return replace(file, called=title_of(file.platform))


__all__ = ["EXPORT", "ROSTER", "TABLE", "UNKNOWN", "look_at"]
