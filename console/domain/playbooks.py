"""Playbooks as they are reviewed, and operations as they run: values that cross threads.

A playbook holds sections of items. An item is a command (the console does it), something for people
(somebody ticks it off), or advice (it is only to be read).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from console.domain.acts import Preview

COMMAND = "command"
PEOPLE = "people"
ADVICE = "advice"

# How an item of an operation stands. What became of a command that was done stands in its messages.
PLANNED = "planned"
LEFT_OUT = "left out"
DONE = "done"
REVERTED = "reverted"

#: T+48:00, where a playbook says nothing else.
USUAL_HOURS = 48


@dataclass(frozen=True, slots=True)
class PlaybookRow:
    """One playbook that can be chosen. `own`: the site's, not the one that came with Coalface."""

    name: str
    title: str
    summary: str
    hours: float
    items: int
    own: bool
    path: str


@dataclass(frozen=True, slots=True)
class Playbooks:
    """All that can be read, and a sentence for each file that cannot."""

    rows: tuple[PlaybookRow, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One line of a review: what would be done, to whom, and whether it is ticked.

    `key` names it within its playbook; an item that becomes several commands has several keys.
    `fields` are the command's, as JSON. `after_us` is how long after the start it is meant to come.
    `left_out` says why it is not ticked at first, `changed` what is otherwise since the review.
    """

    key: str
    section: str
    kind: str
    title: str
    why: str = ""
    owner: str = ""
    command: str = ""
    fields: str = "{}"
    preview: Preview | None = None
    included: bool = False
    left_out: str = ""
    after_us: int = 0
    changed: str = ""

    @property
    def refused(self) -> str:
        """Why it cannot be done at all."""
        return self.preview.refused if self.preview else ""

    @property
    def can_include(self) -> bool:
        return self.kind == COMMAND and bool(self.command) and not self.refused


@dataclass(frozen=True, slots=True)
class Review:
    """A playbook against the board of one instant. Nothing has been done.

    `operation_id` is the operation that runs already, whose later items these are. `at` is the
    board's time, `made_at` this machine's.
    """

    playbook: str
    title: str
    planned_us: int
    at: int
    items: tuple[ReviewItem, ...]
    operation_id: int | None = None
    made_at: int = 0

    @property
    def chosen(self) -> tuple[ReviewItem, ...]:
        return tuple(item for item in self.items if item.included and item.can_include)

    def ticked(self, keys: Collection[str]) -> "Review":
        """The same with exactly these ticked, as far as they can be."""
        items = (replace(i, included=i.can_include and i.key in keys) for i in self.items)
        return replace(self, items=tuple(items))


@dataclass(frozen=True, slots=True)
class OperationItemRow:
    """One item of an operation that runs.

    `state` is planned, left out, done, reverted, or that of its messages (pending, sent, confirmed,
    refused, unconfirmed, cancelled; recorded where nothing had to leave), of several the one that
    wants looking at first. `parts` counts its messages by state, `again` are those that can be
    sent again. `taking_back` is how the messages stand that take it back.
    """

    number: int
    key: str
    section: str
    kind: str
    title: str
    why: str
    owner: str
    state: str
    command: str = ""
    due_at: int | None = None
    done_at: int | None = None
    who: str = ""
    journal_id: int | None = None
    parts: tuple[tuple[str, int], ...] = ()
    failures: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    taking_back: str = ""

    @property
    def in_effect(self) -> bool:
        """Whether there is anything to revert."""
        return self.journal_id is not None and self.state != REVERTED


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation and its items. `overrides` are the titles of what still stands otherwise than
    usual because of it, `unowned` what it put off and nobody owns."""

    id: int
    name: str
    playbook: str
    started_at: int
    planned_us: int
    closed_at: int | None
    who: str
    items: tuple[OperationItemRow, ...] = ()
    overrides: tuple[str, ...] = ()
    unowned: tuple[str, ...] = ()

    @property
    def in_effect(self) -> tuple[OperationItemRow, ...]:
        return tuple(item for item in self.items if item.in_effect)


@dataclass(frozen=True, slots=True)
class Reverted:
    """What was taken back, and what could not be, each (title, reason)."""

    done: tuple[str, ...]
    kept: tuple[tuple[str, str], ...] = ()
    messages: int = 0
