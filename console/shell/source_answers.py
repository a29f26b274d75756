"""What is answered of sources and files, and what is done to a source from a command line."""

import argparse
from collections.abc import Callable
from typing import Any

from console.app import Console
from console.domain.acts import FileResult
from console.domain.board import SourceRow
from console.domain.times import iso
from console.errors import NotAllowed
from console.shell.answer import Answer, WrongUsage, seconds

FILE_COLUMNS = (
    "path", "format", "lines", "accepted", "known", "quarantined", "seconds", "problem",
)  # fmt: skip


def file_fields(result: FileResult) -> dict[str, Any]:
    return {
        "path": result.path,
        "format": result.format,
        "lines": result.lines,
        "accepted": result.accepted,
        "known": result.known,
        "quarantined": result.quarantined,
        "seconds": round(result.seconds, 3),
        "problem": result.problem,
        "paused": result.paused,
    }


def sources(console: Console, options: argparse.Namespace) -> Answer:
    """The sources as they stand after what was asked of one of them is done."""
    from console.commands import Command
    from console.commands.sources import (
        ForgetSource,
        PauseSource,
        RenameSource,
        RereadSource,
        SetSourceZone,
    )

    console.upkeep.finish()
    acts: dict[str, Callable[..., Command]] = {
        "pause": PauseSource,
        "resume": lambda source_id: PauseSource(source_id, paused=False),
        "reread": RereadSource,
        "forget": ForgetSource,
        "zone": SetSourceZone,
        "rename": RenameSource,
    }
    fields: dict[str, Any] = {}
    results: list[FileResult] = []
    for option, make in acts.items():
        typed: str | list[str] | None = getattr(options, option)
        if typed is None:
            continue
        name, *more = [typed] if isinstance(typed, str) else typed
        try:
            receipt = console.do(make(_source_id(console, name), *more), options.why)
        except NotAllowed as error:
            raise WrongUsage(error.detail) from error
        results = console.upkeep.settle()
        fields = {
            "done": receipt.title,
            "journal": receipt.journal_id,
            "files": [file_fields(result) for result in results],
        }
    now = console.now()
    columns = ("source", "platform", "last_file", "age_s", "lines", "quarantined", "zone", "paused")
    return Answer(
        "sources",
        [source_fields(row, now) for row in console.board(now).sources],
        columns,
        fields,
        (("files", FILE_COLUMNS),) if results else (),
        troubled=any(result.problem for result in results),
        note=fields.get("done", ""),
    )


def _source_id(console: Console, name: str) -> int:
    found = [row for row in console.board().sources if row.source == name]
    if not found:
        names = ", ".join(row.source for row in console.board().sources) or "none"
        raise WrongUsage(f"there is no source {name!r}; known are: {names}")
    return found[0].source_id


def source_fields(row: SourceRow, at: int) -> dict[str, Any]:
    return {
        "source": row.source,
        "age_s": seconds(row.last_at, at),
        "format": row.format,
        "last_at": None if row.last_at is None else iso(row.last_at),
        "read_at": None if row.read_at is None else iso(row.read_at),
        "files": row.files,
        "lines": row.lines,
        "quarantined": row.quarantined,
        "problem": row.problem,
        "platform": row.platform,
        "last_file": row.last_file,
        "speed": None if row.speed is None else round(row.speed),
        "zone": row.zone,
        "paused": row.paused,
    }
