"""What is on record: reports, and what is wrong with a journal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What went wrong, and what became of it. `state` is open, answered or closed."""

    id: str
    at: int
    who: str
    what: str
    agent: str
    contact: str
    category: str
    severity: str
    state: str
    answer: str
    answered_at: int | None
    closed_at: int | None
    revision: int


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the journal is not as it was written, and what is wrong there."""

    entry: int
    words: str
