"""Tickets that are work to act on, and why; figures of tickets. Frozen rows for the screen."""

from dataclasses import dataclass

from console.domain.times import DAY

#: The lists: all that are open, and those of them that age, bounce between agents, are past their
#: time, or came back; and those, open or solved of late, of which nothing was written down.
OPEN = "open"
AGEING = "ageing"
BOUNCING = "bouncing"
NOTELESS = "noteless"
OVERDUE = "overdue"
REOPENED = "reopened"
LISTS = (OPEN, AGEING, BOUNCING, NOTELESS, OVERDUE, REOPENED)

#: How a ticket can stand while somebody has to do something about it.
STILL_OPEN = ("new", "open", "pending", "hold")


@dataclass(frozen=True, slots=True)
class TicketLimits:
    """From where on a ticket is on a list: this many or more.

    `notes_days`: how long a solved ticket without a note stays on the list; `note_chars`: length of
    a ticket's notes from which on they count as complete.
    """

    ageing_days: int
    agents: int
    touches: int
    changes: int
    notes_days: int
    note_chars: int


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One ticket. None where its source cannot say.

    `requester` is the form to show; `touches`, `agents`, `replies`, `notes` and `changes` are those
    of `console.domain.facts.Ticket`. `lists`: those that it is on but for that of all open ones;
    `why`: what puts it there, in words.
    """

    source_id: int
    ref: str  # the source's own id
    source: str
    channel: str
    status: str
    priority: str
    subject: str
    queue: str
    agent: str
    requester: str
    created_at: int
    updated_at: int
    solved_at: int | None
    first_reply_at: int | None
    due_at: int | None
    touches: int | None
    agents: int | None
    changes: int | None
    replies: int | None
    notes: int | None
    note_chars: int | None
    reopens: int | None
    lists: tuple[str, ...] = ()
    why: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status in STILL_OPEN

    def age_us(self, now: int) -> int | None:
        """From its creation to now, or to its end; None where the end is not known."""
        end = now if self.is_open else self.solved_at
        return None if end is None else max(0, end - self.created_at)


@dataclass(frozen=True, slots=True)
class TicketCount:
    """How many are on a list: `count` of the `known`, those of `of` that say enough to be told.

    `count` is None where nothing is known: no ticket, or none that says so.
    """

    name: str
    count: int | None
    known: int
    of: int


@dataclass(frozen=True, slots=True)
class TicketList:
    """The newest rows of one list, and the counts of all lists, as of `at`.

    `news`: each source of tickets and the newest stamp of its data; none: no tickets are known.
    """

    version: object
    at: int
    name: str
    rows: tuple[TicketRow, ...]
    counts: tuple[TicketCount, ...]
    limits: TicketLimits
    news: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class TicketFigure:
    """One figure of tickets over [from_at, to_at): `value` is made of `part` and `of`.

    `unit` is count, % (0 to 100) or ratio. `value` is None where it cannot be known.
    """

    name: str
    title: str
    unit: str
    definition: str
    value: float | None
    part: int | None
    of: int | None
    from_at: int
    to_at: int


def reasons(row: TicketRow, now: int, limits: TicketLimits) -> dict[str, str]:
    """The lists that a ticket is on, but for that of all open ones, with the words for it."""
    found: dict[str, str] = {}
    if row.is_open:
        if row.due_at is not None and row.due_at < now:
            found[OVERDUE] = "overdue"
        if row.reopens:
            found[REOPENED] = f"reopened {_times(row.reopens)}"
        if bounced := [
            words
            for number, limit, words in (
                (row.agents, limits.agents, f"{row.agents} agents"),
                (row.touches, limits.touches, f"{row.touches} touches"),
                (row.changes, limits.changes, f"{row.changes} changes of status"),
            )
            if number is not None and number >= limit
        ]:
            found[BOUNCING] = ", ".join(bounced)
    if row.notes == row.replies == 0 and (
        row.touches if row.is_open else _of_late(row, now, limits)
    ):
        found[NOTELESS] = "no note"
    if row.is_open and row.created_at <= now - limits.ageing_days * DAY:
        found[AGEING] = f"{(now - row.created_at) // DAY} days old"
    return found


def _of_late(row: TicketRow, now: int, limits: TicketLimits) -> bool:
    at = row.updated_at if row.solved_at is None else row.solved_at
    return row.status in ("solved", "closed") and at >= now - limits.notes_days * DAY


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
