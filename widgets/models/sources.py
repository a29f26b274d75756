"""The columns of the sources, of the lines that could not be taken, and of a timeline."""

from dataclasses import dataclass, fields
from pathlib import PurePath

from console.domain.board import Board, QuarantineRow, SourceRow, Step
from widgets import marks, texts
from widgets.models.columns import Column
from widgets.models.rows import RowModel


@dataclass(frozen=True, slots=True)
class ItemStep(Step):
    """A message of an act, among the steps of its detail."""

    message_id: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class SourceLine(SourceRow):
    """A source as it stands now: its state in words, their tone, its place with trouble first."""

    state: str = ""
    tone: str = ""
    rank: int = 9
    rule: str = ""


def source_line(row: SourceRow, now: int, stale_s: int) -> SourceLine:
    told = {field.name: getattr(row, field.name) for field in fields(SourceRow)}
    state, tone, rank = marks.source_state(row, now, stale_s)
    return SourceLine(
        **told, state=state, tone=tone, rank=rank, rule=marks.stale_rule(row, stale_s)
    )


def _source_tip(row: SourceRow, _board: Board | None) -> str:
    lines = [
        f"{row.source}: {row.title or row.platform or row.format}, {row.format}",
        f"newest record of its own data: {texts.clock(row.last_at)}",
        f"read here: {texts.clock(row.read_at)}",
        row.rule if isinstance(row, SourceLine) else "",
        f"last file: {row.last_file}" if row.last_file else "",
        f"folder: {row.folder}" if row.folder else "",
        f"zone of its local times: {row.zone}" if row.zone else "",
        f"read at {texts.size(row.speed)}/s" if row.speed is not None else "",
        row.problem,
        f"orders go by its own line, {row.line}: {row.line_words}" if row.line else "",
    ]
    return "\n".join(line for line in lines if line)


def _state(row: SourceRow) -> str:
    return row.state if isinstance(row, SourceLine) else row.problem


def _tone(row: SourceRow) -> str:
    return row.tone if isinstance(row, SourceLine) else "bad" if row.problem else ""


def _rank(row: SourceRow) -> tuple[int, int, str]:
    """Trouble first; of those without any, those with lines in quarantine."""
    rank = row.rank if isinstance(row, SourceLine) else 9
    return (min(rank, 2) if row.quarantined else rank, -row.quarantined, row.source.casefold())


SOURCES = (
    Column(
        "source",
        "source",
        text=lambda r: r.source,
        value=lambda r: r.source.casefold(),
        width=120,
        stretch=2,
        tip=_source_tip,
        about="Source: a system that writes exports",
    ),
    Column(
        "format",
        "format",
        text=lambda r: r.title or r.platform or r.format,
        value=lambda r: r.title or r.platform or r.format,
        width=104,
        stretch=1,
        tip=_source_tip,
        about="Platform that writes it; hover for its format",
    ),
    Column(
        "state",
        "state",
        text=_state,
        value=_rank,
        width=104,
        stretch=2,
        tone=_tone,
        tip=_source_tip,
        about="State, trouble first; hover for when it counts as stale",
    ),
    Column(
        "age",
        "age of news",
        text=lambda r: texts.UNKNOWN if r.last_at is None else str(r.last_at),
        value=lambda r: r.last_at,
        width=96,
        right=True,
        started=lambda r: r.last_at,
        tip=_source_tip,
        about="Age: now − newest stamp in the source's own data",
    ),
    Column(
        "last_file",
        "last file",
        text=lambda r: PurePath(r.last_file).name,
        value=lambda r: PurePath(r.last_file).name.casefold() or None,
        width=118,
        stretch=2,
        tip=lambda r, b: r.last_file,
        about="File that was read last; hover for its whole path",
    ),
    Column(
        "files",
        "files",
        text=lambda r: texts.count(r.files),
        value=lambda r: r.files,
        width=44,
        right=True,
        descending=True,
        about="Files read",
        spare=True,
    ),
    Column(
        "lines",
        "lines",
        text=lambda r: texts.count(r.lines),
        value=lambda r: r.lines,
        width=72,
        right=True,
        descending=True,
        about="Lines and records read, all files",
    ),
    Column(
        "quarantined",
        "quarantine",
        text=lambda r: texts.count(r.quarantined),
        value=lambda r: r.quarantined,
        width=76,
        right=True,
        tone=lambda r: "warn" if r.quarantined else "",
        descending=True,
        about="Lines that could not be taken; they are kept as they came",
    ),
    Column(
        "speed",
        "speed",
        text=lambda r: texts.UNKNOWN if r.speed is None else f"{texts.size(r.speed)}/s",
        value=lambda r: r.speed,
        width=74,
        right=True,
        descending=True,
        about="Speed at which its files were read, merging included",
        spare=True,
    ),
    Column(
        "zone",
        "zone",
        text=lambda r: r.zone or "–",
        value=lambda r: r.zone or None,
        width=96,
        stretch=1,
        about="Zone of its local times; – where none was stated",
        spare=True,
    ),
    Column("controls", "", lambda r: "", lambda r: None, 220, kind="controls"),
)

FILES = (
    Column(
        "file",
        "file",
        text=lambda r: PurePath(r.path).name,
        value=lambda r: PurePath(r.path).name.casefold(),
        width=130,
        stretch=2,
        tip=lambda r, b: r.path,
        about="File; hover for its whole path",
    ),
    Column(
        "format",
        "format",
        text=lambda r: r.format.replace("_", " "),
        value=lambda r: r.format,
        width=120,
        stretch=1,
        about="Format that it was taken for",
    ),
    Column(
        "lines",
        "lines",
        text=lambda r: texts.count(r.lines),
        value=lambda r: r.lines,
        width=60,
        right=True,
        descending=True,
        about="Lines or records in it",
    ),
    Column(
        "quarantined",
        "quarantine",
        text=lambda r: texts.count(r.quarantined),
        value=lambda r: r.quarantined,
        width=72,
        right=True,
        tone=lambda r: "warn" if r.quarantined else "",
        descending=True,
        about="Lines of it that could not be taken",
    ),
    Column(
        "read",
        "read",
        text=lambda r: texts.clock(r.read_at),
        value=lambda r: r.read_at,
        width=104,
        right=True,
        descending=True,
        about="When something of it was read last",
    ),
    Column(
        "state",
        "state",
        text=lambda r: "not read" if not r.read else "◆ cut at its end" if r.cut else "read",
        value=lambda r: (not r.read, r.cut),
        width=96,
        about="read, not read (forgotten, or to be read again), or cut: its end waits for the rest",
    ),
)

QUARANTINE = (
    Column(
        "path",
        "file",
        text=lambda r: PurePath(r.path).name,
        value=lambda r: (r.path, r.line_number),
        width=150,
        tip=lambda r, b: r.path,
        about="File; hover for its whole path",
    ),
    Column(
        "line",
        "line",
        text=lambda r: texts.count(r.line_number),
        value=lambda r: r.line_number,
        width=64,
        right=True,
        about="Line number",
    ),
    Column(
        "reason",
        "reason",
        text=lambda r: r.reason,
        value=lambda r: r.reason,
        width=300,
        stretch=2,
        tip=lambda r, b: r.reason,
        about="Why it could not be taken",
    ),
    Column(
        "raw",
        "as it came",
        text=lambda r: r.raw.replace("\x00", "\\0"),
        value=lambda r: r.raw,
        width=420,
        stretch=2,
        tip=lambda r, b: r.raw.replace("\x00", "\\0")[:2000],
        about="The raw text, kept as it came; \\0 stands for a NUL byte",
    ),
    Column(
        "found",
        "found",
        text=lambda r: texts.clock(r.found_at),
        value=lambda r: r.found_at,
        width=110,
        descending=True,
        about="When it was found",
    ),
    Column(
        "state",
        "state",
        text=lambda r: r.state,
        value=lambda r: r.state,
        width=70,
        about="kept, or taken after a retry",
    ),
)

STEPS = (
    Column(
        "at",
        "time",
        text=lambda r: texts.clock(r.at),
        value=lambda r: r.at,
        width=76,
        about="When it began",
    ),
    Column(
        "lasted",
        "lasted",
        text=lambda r: (
            ("" if r.source_line else str(r.at))
            if r.ended_at is None
            else texts.duration((r.ended_at - r.at) / 1_000_000)
        ),
        value=lambda r: (r.ended_at or 0) - r.at,
        width=66,
        right=True,
        started=lambda r: r.at if r.ended_at is None and not r.source_line else None,
        about="How long it lasted; without an end it goes on",
    ),
    Column(
        "what",
        "what",
        text=lambda r: r.what,
        value=lambda r: r.what,
        width=220,
        stretch=1,
        tip=lambda r, b: r.source_line or r.what,
        tone=lambda r: (
            {"refused": "bad_words", "unconfirmed": "warn_words"}.get(r.state, "")
            if isinstance(r, ItemStep)
            else ""
        ),
    ),
    Column("controls", "", lambda r: "", lambda r: None, 150, kind="controls", hidden=True),
    Column("queue", "queue", text=lambda r: r.queue, value=lambda r: r.queue, width=120),
    Column("who", "who", text=lambda r: r.who, value=lambda r: r.who, width=220, stretch=1),
    Column(
        "line",
        "as the source wrote it",
        text=lambda r: r.source_line,
        value=lambda r: r.source_line,
        width=300,
        stretch=1,
        tip=lambda r, b: r.source_line,
    ),
)


def source_model() -> RowModel:
    return RowModel(SOURCES, key=lambda r: r.source_id)


def file_model() -> RowModel:
    return RowModel(FILES, key=lambda r: r.file_id)


def quarantine_model() -> RowModel:
    def key(row: QuarantineRow) -> int:
        return row.id

    return RowModel(QUARANTINE, key=key)


def step_model() -> RowModel:
    def key(row: Step) -> tuple[int, str, str, str]:
        return (row.at, row.what, row.queue, row.who)

    return RowModel(STEPS, key=key)
