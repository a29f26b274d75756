"""The columns of the sources, of the lines that could not be taken, and of a timeline."""

from dataclasses import dataclass
from pathlib import PurePath

from console.domain.board import Board, QuarantineRow, SourceRow, Step
from widgets import marks, texts
from widgets.models.columns import Column
from widgets.models.rows import RowModel

STALE_S = 60


@dataclass(frozen=True, slots=True)
class ItemStep(Step):
    """A message of an act, among the steps of its detail."""

    message_id: str = ""
    state: str = ""


def _source_tip(row: SourceRow, _board: Board | None) -> str:
    lines = [
        f"{row.source} ({row.format})",
        f"newest line of its own data: {texts.clock(row.last_at)}",
        f"read here: {texts.clock(row.read_at)}",
    ]
    if row.problem:
        lines.append(row.problem)
    return "\n".join(lines)


def _age_tone(row: SourceRow, now: int, _board: Board | None) -> str:
    return "warn" if marks.is_stale(row, now, STALE_S) else ""


SOURCES = (
    Column(
        "source",
        "source",
        text=lambda r: r.source,
        value=lambda r: r.source.casefold(),
        width=130,
        tip=_source_tip,
        about="Source: a system that writes exports",
    ),
    Column(
        "format",
        "format",
        text=lambda r: r.format,
        value=lambda r: r.format,
        width=120,
        about="Format of its export",
    ),
    Column(
        "age",
        "age of its news",
        text=lambda r: texts.UNKNOWN if r.last_at is None else str(r.last_at),
        value=lambda r: r.last_at,
        width=110,
        right=True,
        started=lambda r: r.last_at,
        live_tone=_age_tone,
        tip=_source_tip,
        about="Age: now − newest stamp in the source's own data",
    ),
    Column(
        "files",
        "files",
        text=lambda r: texts.count(r.files),
        value=lambda r: r.files,
        width=56,
        right=True,
        descending=True,
        about="Files read",
    ),
    Column(
        "lines",
        "lines",
        text=lambda r: texts.count(r.lines),
        value=lambda r: r.lines,
        width=90,
        right=True,
        descending=True,
        about="Lines read, all files",
    ),
    Column(
        "quarantined",
        "in quarantine",
        text=lambda r: texts.count(r.quarantined),
        value=lambda r: r.quarantined,
        width=96,
        right=True,
        tone=lambda r: "warn" if r.quarantined else "",
        descending=True,
        about="Lines that could not be taken; they are kept as they came",
    ),
    Column(
        "problem",
        "problem",
        text=lambda r: r.problem,
        value=lambda r: r.problem or None,
        width=260,
        stretch=1,
        tone=lambda r: "bad" if r.problem else "",
        tip=_source_tip,
        about="What is wrong with it",
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


def quarantine_model() -> RowModel:
    def key(row: QuarantineRow) -> int:
        return row.id

    return RowModel(QUARANTINE, key=key)


def step_model() -> RowModel:
    def key(row: Step) -> tuple[int, str, str, str]:
        return (row.at, row.what, row.queue, row.who)

    return RowModel(STEPS, key=key)
