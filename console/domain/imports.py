"""What can be read, and what was: files before they are read in, and what is kept of a source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many records of each kind are kept of a source."""

    contacts: int = 0
    tickets: int = 0
    queues: int = 0
    agents: int = 0
    snapshots: int = 0
    quarantined: int = 0
    files: int = 0


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a source. `read` is false where nothing of it is kept at present."""

    file_id: int
    path: str
    format: str
    lines: int
    accepted: int
    known: int
    quarantined: int
    first_at: int | None
    last_at: int | None
    read_at: int
    read: bool
    cut: bool  # its end waits for the rest of a record


@dataclass(frozen=True, slots=True)
class SourceDetail:
    """What is kept of one source, and its files, the newest reading first."""

    source_id: int
    held: Holdings = Holdings()
    files: tuple[FileRow, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundFile:
    """What a file is, told by its beginning. `path` names the file inside an archive after a `!`.

    `kind` is export, table (no format knows it, but its columns could be explained), roster or
    unknown. `source` is the source it would belong to, "" for a new one, which would be called
    `called`. `example` is a local time in it, where it needs a zone. `mapping` is the name of the
    mapping that fits it.
    """

    path: str
    kind: str
    size: int
    title: str = ""
    format: str = ""
    platform: str = ""
    source: str = ""
    called: str = ""
    first_at: int | None = None
    needs_zone: bool = False
    zone: str = ""  # that was stated for its source before
    example: str = ""
    head: bytes = b""  # of a table: what its columns are explained by
    known: bool = False  # it was read before
    mapping: str = ""
    reason: str = ""  # why it is left alone
