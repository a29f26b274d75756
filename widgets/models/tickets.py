"""The columns of the tickets: what has to be done about each, and why."""

from collections.abc import Callable
from typing import Any

from console.domain.tickets import (
    AGEING,
    BOUNCING,
    NOTELESS,
    OPEN,
    OVERDUE,
    REOPENED,
    STILL_OPEN,
    TicketCount,
    TicketLimits,
    TicketList,
    TicketRow,
)
from widgets import texts
from widgets.models.columns import Column, Tone
from widgets.models.rows import RowModel

TITLES = {
    OPEN: "Open",
    AGEING: "Ageing",
    BOUNCING: "Bouncing",
    NOTELESS: "No note",
    OVERDUE: "Overdue",
    REOPENED: "Reopened",
}
_STATUS = (*STILL_OPEN, "solved", "closed", "deleted")
_PRIORITY = {"urgent": 0, "high": 1, "normal": 2, "medium": 2, "low": 3}
#: A ticket that is on one of these is work that should have been done.
_BAD = (OVERDUE,)
_WHOLE_LIFE = "window: the whole life of the ticket"


def definition(name: str, limits: TicketLimits) -> str:
    """What is on a list, in words."""
    return {
        OPEN: "tickets that are new, open, pending or on hold",
        AGEING: f"open tickets created {limits.ageing_days} days ago or earlier",
        BOUNCING: f"open tickets touched by {limits.agents} agents or more, or in "
        f"{limits.touches} runs or more, or whose status changed {limits.changes} times or more",
        NOTELESS: "tickets that are open and were touched, or were solved in the last "
        f"{limits.notes_days} days, with neither a private note nor a public reply by an agent",
        OVERDUE: "open tickets past the time that the ticket system set",
        REOPENED: "tickets that are open again after they were solved",
    }[name]


def told(count: TicketCount, found: TicketList) -> str:
    """The hover words of a list: number, definition, window, what it rests on, and its age."""
    number = texts.count(count.count)
    lines = [f"{TITLES[count.name]}: {number}"]
    if count.count is None:
        lines = [TITLES[count.name], "unknown: no source says so of any ticket"]
    lines.append(definition(count.name, found.limits))
    if count.known < count.of:
        lines.append(f"known of {texts.count(count.known)} of {texts.count(count.of)} tickets")
    return "\n".join((*lines, f"window: now, as of {texts.clock(found.at)}", *news(found)))


def news(found: TicketList | None, source: str = "") -> list[str]:
    """How old the news is, of one source or of all (the first few)."""
    if found is None:
        return []
    return [
        f"from {name}, its newest record is {texts.age(last_at, found.at)} old"
        for name, last_at in found.news
        if not source or name == source
    ][:4]


def _number(
    name: str, title: str, width: int, of: Callable[[TicketRow], int | None], meaning: str,
    limit: Callable[[TicketLimits], int] | None = None, spare: bool = False,
) -> Column:  # fmt: skip
    """A column of a count over the whole life of a ticket; marked from its limit on."""
    full = title.capitalize()
    heading = f"{full}: {meaning}\n{_WHOLE_LIFE}"

    def tip(row: TicketRow, found: TicketList | None) -> str:
        value = of(row)
        lines = [f"{full}: {texts.count(value)}"]
        if value is None:
            lines = [full, "unknown: this source does not say"]
        return "\n".join((*lines, meaning, *_behind(row, found)))

    def tone(row: TicketRow, _now: int, found: TicketList | None) -> Tone:
        value = of(row)
        if limit is None or found is None or value is None or not row.is_open:
            return ""
        return "warn_words" if value >= limit(found.limits) else ""

    return Column(
        name, title, lambda r: texts.count(of(r)), of, width, right=True, tip=tip, about=heading,
        live_tone=tone if limit else None, descending=True, spare=spare,
    )  # fmt: skip


def _behind(row: TicketRow, found: TicketList | None) -> list[str]:
    lines = [_WHOLE_LIFE]
    if found is not None:
        lines.append(f"as of {texts.clock(found.at)}")
    return [*lines, *news(found, row.source)]


def _whole(row: TicketRow, found: TicketList | None) -> str:
    """All about a ticket. Its own words never stand in the first line: they are no markup."""
    lines = ["Ticket", f"{row.ref}: {row.subject}" if row.subject else row.ref]
    if row.why:
        lines.append(f"why: {', '.join(row.why)}")
    lines.append(f"{row.status}{f', {row.priority}' if row.priority else ''}, {row.channel}")
    lines += [
        f"{name}: {words}"
        for name, words in (
            ("queue", row.queue), ("agent", row.agent), ("customer", row.requester)
        )
        if words
    ]  # fmt: skip
    lines += [
        f"{name} {texts.clock(at, seconds=False)}"
        for name, at in (
            ("created", row.created_at), ("first reply", row.first_reply_at),
            ("changed", row.updated_at), ("due", row.due_at), ("solved", row.solved_at),
        )
        if at is not None
    ]  # fmt: skip
    return "\n".join((*lines, *news(found, row.source)))


def _age(row: TicketRow) -> str:
    age = None if row.is_open else row.age_us(0)
    return texts.UNKNOWN if age is None else texts.duration(age / texts.SECOND)


def _elapsed(
    words: str, start: Callable[[TicketRow], int | None]
) -> Callable[[TicketRow, TicketList | None], str]:
    def tip(row: TicketRow, found: TicketList | None) -> str:
        at = start(row)
        lines = [words.capitalize()]
        if at is None:
            lines.append("unknown: this source does not say")
        else:
            lines.append(f"since {texts.clock(at, seconds=False)}")
        return "\n".join((*lines, *_behind(row, found)[1:]))

    return tip


def _age_tip(row: TicketRow, found: TicketList | None) -> str:
    lines = ["Age: from its creation to now, or to its last solution"]
    if _age(row) == texts.UNKNOWN and not row.is_open:
        lines.append("unknown: this source does not say when it was solved")
    lines.append(f"created {texts.clock(row.created_at, seconds=False)}")
    return "\n".join((*lines, *_behind(row, found)[1:]))


def _due(row: TicketRow) -> str:
    """The hour today, else the day."""
    day, space, hour = texts.clock(row.due_at, seconds=False).rpartition(" ")
    return day if space else hour


def _due_tone(row: TicketRow, now: int, _found: Any) -> Tone:
    return "bad_words" if row.is_open and row.due_at is not None and row.due_at < now else ""


def _due_tip(row: TicketRow, found: TicketList | None) -> str:
    lines = ["Due: the time that the ticket system set for it"]
    if row.due_at is None:
        lines.append("unknown: none is set, or this source does not say")
    else:
        lines.append(texts.clock(row.due_at, seconds=False))
    return "\n".join((*lines, *_behind(row, found)[1:]))


def _why_tone(row: TicketRow) -> Tone:
    if any(name in row.lists for name in _BAD):
        return "bad_words"
    return "warn_words" if row.lists else ""


def _text(
    name: str, title: str, of: Callable[[TicketRow], str], width: int, stretch: int = 0,
    about: str = "", spare: bool = False, tone: Callable[[TicketRow], Tone] | None = None,
) -> Column:  # fmt: skip
    return Column(
        name, title, of, lambda r: of(r).casefold() or None, width, stretch=stretch, tip=_whole,
        about=about, spare=spare, tone=tone,
    )  # fmt: skip


COLUMNS = (
    Column(
        "ref",
        "ticket",
        text=lambda r: r.ref,
        value=lambda r: (not r.ref.isdecimal(), len(r.ref) if r.ref.isdecimal() else 0, r.ref),
        width=72,
        tip=_whole,
        about="Ticket: the ticket system's own number",
        descending=True,
    ),
    _text("source", "source", lambda r: r.source, 84, about="Source of its exports", spare=True),
    _text("channel", "chan.", lambda r: r.channel, 66, about="Channel", spare=True),
    _text(
        "requester", "customer", lambda r: r.requester, 118, spare=True,
        about="Customer: the end of their number or address, or of the source's id of them",
    ),
    Column(
        "age",
        "age",
        text=lambda r: str(r.created_at) if r.is_open else _age(r),
        value=lambda r: -r.created_at if r.is_open or r.solved_at is not None else None,
        width=60,
        right=True,
        started=lambda r: r.created_at if r.is_open else None,
        tip=_age_tip,
        about="Age: from its creation to now, or to its last solution",
        descending=True,
    ),
    _text(
        "why", "why", lambda r: ", ".join(r.why), 190, 2, tone=_why_tone,
        about="Why: what puts it on lists of work to act on",
    ),
    Column(
        "status",
        "status",
        text=lambda r: r.status,
        value=lambda r: _STATUS.index(r.status) if r.status in _STATUS else len(_STATUS),
        width=66,
        tip=_whole,
        about="Status: new, open, pending (the customer is asked), on hold, solved, closed",
    ),
    Column(
        "priority",
        "priority",
        text=lambda r: r.priority,
        value=lambda r: (_PRIORITY.get(r.priority, 9), r.priority) if r.priority else None,
        width=62,
        tip=_whole,
        about="Priority, in the ticket system's words",
    ),
    _text("subject", "subject", lambda r: r.subject, 230, 4,
          about="Subject; numbers and addresses in it are hidden"),
    _text("queue", "queue", lambda r: r.queue, 92, 1, about="Queue: the ticket's group"),
    _text("agent", "agent", lambda r: r.agent, 92, 1, about="Agent: whose ticket it is now"),
    Column(
        "changed",
        "changed",
        text=lambda r: str(r.updated_at),
        value=lambda r: -r.updated_at,
        width=66,
        right=True,
        started=lambda r: r.updated_at,
        tip=_elapsed("changed: now − its last change of any kind", lambda r: r.updated_at),
        about="Changed: now − its last change of any kind",
    ),
    Column(
        "due",
        "due",
        text=_due,
        value=lambda r: r.due_at,
        width=66,
        right=True,
        live_tone=_due_tone,
        tip=_due_tip,
        about="Due: the time that the ticket system set for it",
    ),
    _number("changes", "changes", 62, lambda r: r.changes, "changes of its status",
            lambda limits: limits.changes, True),
    _number("reopens", "reopened", 66, lambda r: r.reopens,
            "how often it came back after it was solved", lambda limits: 1, True),
    _number("replies", "replies", 54, lambda r: r.replies, "public replies by agents", None, True),
    _number("touches", "touches", 58, lambda r: r.touches,
            "runs of work by one agent without another's or the customer's in between",
            lambda limits: limits.touches),
    _number("agents", "agents", 52, lambda r: r.agents, "distinct agents who touched it",
            lambda limits: limits.agents),
    _number("notes", "notes", 48, lambda r: r.notes, "private notes by agents"),
)  # fmt: skip


def ticket_model() -> RowModel:
    def key(row: TicketRow) -> tuple[int, str]:
        return (row.source_id, row.ref)

    return RowModel(COLUMNS, key=key)
