"""What a click means: previews, receipts and progress, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preview:
    """A command in words, before it is done.

    `touches` names who and what it touches, `costs` what each of them costs elsewhere, `warnings`
    what speaks against it. `refused` says why it cannot be done at all; empty when it can.
    """

    title: str
    touches: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A command that was recorded: its journal number, its title in words, its messages."""

    journal_id: int
    title: str
    messages: int
    can_undo: bool = True


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of an urgency score, in words and points."""

    words: str
    points: float


@dataclass(frozen=True, slots=True)
class Urgency:
    """How urgent a channel or queue is, highest first; `reasons` add up to `score`."""

    queue_id: int
    queue: str
    channel: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who could be sent, and what that costs the queues they leave."""

    agent_id: int
    agent: str
    state: str
    when: str  # "now" or "when the contact ends"
    leaves: tuple[str, ...]
    cost: str
    score: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long read, or another long act, has come; `verb` is what is done."""

    path: str
    done: int
    total: int
    lines: int
    verb: str = "reading"


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file. `lines` = accepted + known + quarantined + blank.

    A line is a line of a log, a row of a table, or a record.
    """

    path: str
    format: str | None
    lines: int = 0
    accepted: int = 0
    known: int = 0
    quarantined: int = 0
    seconds: float = 0.0
    problem: str = ""
    cancelled: bool = False
    paused: bool = False  # its source is not to be read at present
    source: str = ""
    needs_zone: bool = False  # its times are local, and nobody has said of which zone
    unmapped: bool = False  # a table that no format and no mapping knows
