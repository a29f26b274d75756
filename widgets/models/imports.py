"""The columns of files before they are read in, and of what became of them."""

from pathlib import PurePath

from console.domain.acts import FileResult
from widgets import texts
from widgets.importing import FileLine, result_words
from widgets.models.columns import Column
from widgets.models.rows import RowModel


def _name(path: str) -> str:
    """The file's name, and inside an archive the archive's as well."""
    outer, bang, member = path.rpartition("!")
    return f"{PurePath(outer).name} › {PurePath(member).name}" if bang else PurePath(path).name


def _source(line: FileLine) -> str:
    found = line.found
    if found.kind == "roster":
        return "people and shifts"
    if found.source:
        return found.source
    return f"{found.called} (new)" if found.called else ""


def _tone(line: FileLine) -> str:
    return "warn_words" if line.state.startswith("◆") else ""


FOUND = (
    Column(
        "file",
        "file",
        text=lambda r: _name(r.found.path),
        value=lambda r: _name(r.found.path).casefold(),
        width=170,
        stretch=2,
        tip=lambda r, b: r.found.path,
        about="File; hover for its whole path",
    ),
    Column(
        "what",
        "what it is",
        text=lambda r: r.found.title or "unknown",
        value=lambda r: r.found.title.casefold() or None,
        width=170,
        stretch=2,
        tip=lambda r, b: r.found.mapping and f"by the mapping {r.found.mapping}",
        about="Format that its beginning was recognised as",
    ),
    Column(
        "source",
        "belongs to",
        text=_source,
        value=lambda r: _source(r).casefold() or None,
        width=130,
        stretch=1,
        about="Source it belongs to, as far as its place tells",
    ),
    Column(
        "begins",
        "begins",
        text=lambda r: "" if r.found.first_at is None else texts.clock(r.found.first_at, False),
        value=lambda r: r.found.first_at,
        width=96,
        right=True,
        about="First time in it, where that is cheap to know",
    ),
    Column(
        "size",
        "size",
        text=lambda r: texts.size(r.found.size) if r.found.size else texts.UNKNOWN,
        value=lambda r: r.found.size,
        width=70,
        right=True,
        descending=True,
        about="Size, packed as it is",
    ),
    Column(
        "state",
        "what becomes of it",
        text=lambda r: r.state,
        value=lambda r: ("◆●○".index(r.state[0]), r.state),
        width=260,
        stretch=4,
        tone=_tone,
        tip=lambda r, b: r.state,
        about="Whether it is read, and what is needed before",
    ),
)

DONE = (
    Column(
        "file",
        "file",
        text=lambda r: _name(r.path),
        value=lambda r: _name(r.path).casefold(),
        width=190,
        stretch=2,
        tip=lambda r, b: r.path,
        about="File; hover for its whole path",
    ),
    Column(
        "format",
        "as",
        text=lambda r: (r.format or "").replace("_", " "),
        value=lambda r: r.format,
        width=150,
        stretch=1,
        about="What it was taken for",
    ),
    *(
        Column(
            name,
            title,
            text=lambda r, name=name: texts.count(getattr(r, name)),
            value=lambda r, name=name: getattr(r, name),
            width=84,
            right=True,
            descending=True,
            about=about,
        )
        for name, title, about in (
            ("lines", "lines", "Lines or records in it"),
            ("accepted", "taken", "New, and taken"),
            ("known", "known", "There already, from another copy or file"),
            ("quarantined", "quarantine", "Could not be taken; kept as they came"),
        )
    ),
    Column(
        "state",
        "what became of it",
        text=result_words,
        value=lambda r: ("▲◆‖○●".index(result_words(r)[0]), result_words(r)),
        width=260,
        stretch=3,
        tone=lambda r: {"▲": "bad_words", "◆": "warn_words"}.get(result_words(r)[0], ""),
        tip=lambda r, b: result_words(r),
        about="What became of it",
    ),
)


def found_model() -> RowModel:
    return RowModel(FOUND, key=lambda r: r.found.path)


def done_model() -> RowModel:
    def key(row: FileResult) -> str:
        return row.path

    return RowModel(DONE, key=key)
