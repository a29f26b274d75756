"""The review after an operation or a rehearsal, without a screen."""

import argparse
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from console.app import Console
from console.documents.forms import FORMS, as_markdown, written
from console.domain.papers import Paper
from console.domain.times import iso
from console.shell.answer import Answer, WrongUsage
from console.twin.places import rehearsal_of


def review(console: Console, options: argparse.Namespace) -> Answer:
    """Printed as Markdown, or written into a file."""
    into: Path | None = options.into
    if into is not None and into.suffix.lower() not in (*FORMS, ".htm"):
        raise WrongUsage(f"--into: a review is written as {', '.join(FORMS)}, not {into.name}")
    from console.lessons import Lessons, review_of  # brings what plays a centre

    folder = rehearsal_of(console.data)
    paper = review_of(
        console.store, console.settings, console.now(), options.tz,
        lessons=None if folder is None else Lessons(folder, console.store, console.data),
        operation_id=options.id, hours=options.hours,
    )  # fmt: skip
    if into is not None:
        into.parent.mkdir(parents=True, exist_ok=True)
        into.write_text(written(paper, into), "utf-8")
    return _answer(paper, into)


def _answer(paper: Paper, into: Path | None) -> Answer:
    sections: list[dict[str, Any]] = [asdict(section) for section in paper.sections]
    fields: dict[str, Any] = {
        "title": paper.title,
        "at": iso(paper.at),
        "about": {name: value for name, value in paper.about},
        "into": None if into is None else str(into),
    }
    text = as_markdown(paper) if into is None else f"{paper.title}: {into}\n"
    return _Review("sections", sections, (), fields, note=text)


@dataclass(frozen=True, slots=True)
class _Review(Answer):
    """Its text is the paper's, without a table around it."""

    def as_text(self) -> Iterator[str]:
        yield self.note


__all__ = ["review"]
