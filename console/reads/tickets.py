"""Tickets that age, bounce, are overdue, came back or have no note; their figures and histories."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from console.domain import tickets as lists
from console.domain.board import Step, Timeline
from console.domain.customers import shown
from console.domain.tickets import (
    LISTS,
    TicketCount,
    TicketFigure,
    TicketLimits,
    TicketList,
    TicketRow,
    reasons,
)
from console.domain.times import DAY, MINUTE
from console.settings import Settings
from console.store import dialect
from console.store.tables import DONE, OPEN, Agent, Contact, Queue, Source, Ticket, TicketStep

#: So many rows of a list are shown, those that changed last; its count is of all.
NEWEST = 2000
_TEXT = 200

_KNOWS_NOTES = Ticket.notes.is_not(None) & Ticket.replies.is_not(None)
_NO_NOTE = (Ticket.notes == 0) & (Ticket.replies == 0)


def limits_of(settings: Settings) -> TicketLimits:
    return TicketLimits(
        settings.ticket_ageing_days,
        settings.ticket_agents,
        settings.ticket_touches,
        settings.ticket_changes,
        settings.ticket_notes_days,
        settings.ticket_note_chars,
    )


def has_tickets(session: Session) -> bool:
    return session.scalar(select(Ticket.id).limit(1)) is not None


def ticket_list(
    session: Session, now: int, limits: TicketLimits, name: str = lists.OPEN, known: object = None
) -> TicketList | None:
    """One list with the counts of all; None where nothing moved since `known`, its version."""
    sources = _sources(session)
    # Tickets age while nothing happens: once a minute is soon enough.
    newest_id = session.scalar(select(func.max(Ticket.id)))
    version = (name, limits, now // MINUTE, newest_id, *sources)
    if version == known:
        return None
    return TicketList(
        version,
        now,
        name,
        tuple(tickets(session, now, limits, name)),
        counts(session, now, limits),
        limits,
        tuple((source, last_at) for _id, source, last_at, _revision in sources),
    )


def tickets(
    session: Session,
    now: int,
    limits: TicketLimits,
    name: str = lists.OPEN,
    newest: int = NEWEST,
) -> list[TicketRow]:
    """The tickets of a list that changed last, the latest first."""
    found: list[tuple[int, int]] = []
    for where, order in _parts(name, now, limits):
        found += (
            session.execute(
                select(Ticket.updated_at, Ticket.id)
                .where(where)
                .order_by(order.desc(), Ticket.id.desc())
                .limit(newest)
            )
            .tuples()
            .all()
        )
    found.sort(reverse=True)
    ids = [ticket_id for _at, ticket_id in found[:newest]]
    rows = {row.id: row for row in session.execute(_whole(dialect.many(session, ids)))}
    return [_row(rows[ticket_id], now, limits, name) for ticket_id in ids]


def _parts(name: str, now: int, limits: TicketLimits) -> list[tuple[ColumnElement[bool], Any]]:
    """What is on a list: conditions that an index answers each, with the order of that index."""
    if name == lists.NOTELESS:
        since = now - limits.notes_days * DAY
        return [
            (and_(OPEN, Ticket.touches > 0, _NO_NOTE), Ticket.updated_at),
            (and_(DONE, Ticket.solved_at >= since, _NO_NOTE), Ticket.solved_at),
            (
                and_(DONE, Ticket.solved_at.is_(None), Ticket.updated_at >= since, _NO_NOTE),
                Ticket.updated_at,
            ),
        ]
    return [(and_(OPEN, *_open(name, now, limits)), Ticket.updated_at)]


def _open(name: str, now: int, limits: TicketLimits) -> Sequence[ColumnElement[bool]]:
    """What puts an open ticket on a list."""
    if name == lists.AGEING:
        return (Ticket.created_at <= now - limits.ageing_days * DAY,)
    if name == lists.BOUNCING:
        return (
            or_(
                Ticket.agents >= limits.agents,
                Ticket.touches >= limits.touches,
                Ticket.changes >= limits.changes,
            ),
        )
    if name == lists.OVERDUE:
        return (Ticket.due_at < now,)
    if name == lists.REOPENED:
        return (Ticket.reopens > 0,)
    return ()


def _whole(ids: Any) -> Select[Any]:
    return (
        select(
            Ticket.id, Ticket.source_id, Ticket.ref, Source.name.label("source"), Ticket.channel,
            Ticket.status, Ticket.priority, Ticket.subject, Queue.name.label("queue"),
            Agent.name.label("agent"), Ticket.requester, Contact.customer, Ticket.created_at,
            Ticket.updated_at, Ticket.solved_at, Ticket.first_reply_at, Ticket.due_at,
            Ticket.touches, Ticket.agents, Ticket.changes, Ticket.replies, Ticket.notes,
            Ticket.note_chars, Ticket.reopens,
        )
        .join(Source, Source.id == Ticket.source_id)
        .outerjoin(Queue, Queue.id == Ticket.queue_id)
        .outerjoin(Agent, Agent.id == Ticket.agent_id)
        .outerjoin(
            Contact,
            (Contact.source_id == Ticket.source_id)
            & (Contact.ref == literal("ticket:") + Ticket.ref),
        )
        .where(Ticket.id.in_(ids))
    )  # fmt: skip


def _row(row: Any, now: int, limits: TicketLimits, name: str) -> TicketRow:
    told = TicketRow(
        row.source_id, row.ref, row.source, row.channel, row.status, row.priority,
        " ".join(row.subject.split()),
        row.queue or "", row.agent or "",
        # A number or an address is more than the source's own id of the customer.
        shown(row.customer or row.requester),
        row.created_at, row.updated_at, row.solved_at, row.first_reply_at, row.due_at, row.touches,
        row.agents, row.changes, row.replies, row.notes, row.note_chars, row.reopens,
    )  # fmt: skip
    found = reasons(told, now, limits)
    # What puts it on this list comes first.
    listed = sorted(found, key=lambda each: each != name)
    return replace(told, lists=tuple(listed), why=tuple(found[each] for each in listed))


def counts(session: Session, now: int, limits: TicketLimits) -> tuple[TicketCount, ...]:
    """How many are on each list, in the order of `LISTS`."""
    number = dialect.as_number
    of_open = session.execute(
        select(
            func.count().label("all"),
            *(
                func.sum(number(and_(*_open(name, now, limits)))).label(name)
                for name in (lists.AGEING, lists.BOUNCING, lists.OVERDUE, lists.REOPENED)
            ),
            func.sum(number((Ticket.touches > 0) & _NO_NOTE)).label(lists.NOTELESS),
            func.count(func.coalesce(Ticket.agents, Ticket.touches, Ticket.changes)).label("ran"),
            func.count(Ticket.due_at).label("due"),
            func.count(Ticket.reopens).label("back"),
            func.sum(number(Ticket.touches.is_not(None) & _KNOWS_NOTES)).label("noted"),
        ).where(OPEN)
    ).one()
    since = now - limits.notes_days * DAY
    done = noteless = noted = 0
    for when in (
        Ticket.solved_at >= since,
        Ticket.solved_at.is_(None) & (Ticket.updated_at >= since),
    ):
        some = session.execute(
            select(func.count(), func.sum(number(_NO_NOTE)), func.sum(number(_KNOWS_NOTES))).where(
                DONE, when
            )
        ).one()
        done, noteless, noted = done + some[0], noteless + (some[1] or 0), noted + (some[2] or 0)
    total = of_open.all
    told = of_open._mapping
    found = {
        lists.OPEN: (total, total, total),
        lists.AGEING: (told[lists.AGEING], total, total),
        lists.BOUNCING: (told[lists.BOUNCING], of_open.ran, total),
        lists.NOTELESS: (
            (told[lists.NOTELESS] or 0) + noteless,
            (of_open.noted or 0) + noted,
            total + done,
        ),
        lists.OVERDUE: (told[lists.OVERDUE], of_open.due, total),
        lists.REOPENED: (told[lists.REOPENED], of_open.back, total),
    }
    known = has_tickets(session)
    return tuple(
        # Of no open ticket it is known that none is late; of those that do not say it is not.
        TicketCount(name, int(count or 0) if known and (says or not of) else None, says, of)
        for name in LISTS
        for count, says, of in (found[name],)
    )


# --- figures


def ticket_figures(
    session: Session, from_at: int, to_at: int, now: int, limits: TicketLimits
) -> tuple[TicketFigure, ...]:
    """One-touch rate and what else tells of tickets, over [from_at, to_at)."""
    number = dialect.as_number
    done = session.execute(
        select(
            func.count().label("all"),
            func.count(Ticket.replies).label("replied"),
            func.sum(number(Ticket.replies < 2)).label("once"),
            func.count(Ticket.reopens).label("opened"),
            func.sum(number(Ticket.reopens > 0)).label("again"),
            func.count(Ticket.agents).filter(Ticket.agents > 0).label("touched"),
            func.sum(Ticket.agents).label("agents"),
            func.count(Ticket.note_chars).label("noted"),
            func.sum(number(Ticket.note_chars >= limits.note_chars)).label("complete"),
        ).where(DONE, Ticket.solved_at >= from_at, Ticket.solved_at < to_at)
    ).one()
    # Solved, nobody knows when, but changed in the range or later: they may belong to it.
    undated = exists().where(DONE, Ticket.solved_at.is_(None), Ticket.updated_at >= from_at)
    sources = _sources(session)
    solved = done.all
    if not solved and (not sources or session.scalar(select(undated))):
        solved = None
    heard_of = max((last_at or 0 for _id, _name, last_at, _revision in sources), default=0)
    backlog = ageing = None
    if sources and to_at >= min(now, heard_of):
        backlog, _says, _of = _count(counts(session, now, limits), lists.OPEN)
        ageing, _says, _of = _count(counts(session, now, limits), lists.AGEING)

    def figure(
        name: str, title: str, unit: str, definition: str, part: int | None, of: int | None
    ) -> TicketFigure:
        part = None if part is None else int(part)  # a server's sum is a decimal
        value: float | None = part
        if unit != "count":
            factor = 100 if unit == "%" else 1
            value = round(factor * (part or 0) / of, 2) if of else None
        return TicketFigure(name, title, unit, definition, value, part, of, from_at, to_at)

    return (
        figure(
            "backlog", "Backlog", "count",
            "Open tickets (new, open, pending, on hold) at the end of the range; known only where "
            "it ends with the newest news or later.", backlog, None,
        ),
        figure(
            "ageing", "Ageing", "count",
            f"Of the backlog, those created {limits.ageing_days} days ago or earlier.",
            ageing, backlog,
        ),
        figure(
            "solved", "Solved", "count",
            "Tickets whose last solution lies in the range, as far as their source says when.",
            solved, None,
        ),
        figure(
            "one_touch_rate", "One-touch rate", "%",
            "Solved in the range with fewer than 2 public replies by agents ÷ solved in the range, "
            "of those whose replies are known (Zendesk).", done.once, done.replied,
        ),
        figure(
            "reopen_rate", "Reopen rate", "%",
            "Solved in the range after having been reopened ÷ solved in the range, of those whose "
            "reopens are known; what is open again counts when it is solved.",
            done.again, done.opened,
        ),
        figure(
            "agents_per_ticket", "Agents per ticket", "ratio",
            "Distinct agents who touched a ticket, mean of those solved in the range that an agent "
            "touched.", done.agents, done.touched,
        ),
        figure(
            "note_completeness", "Note completeness", "%",
            f"Solved in the range with private notes by agents of {limits.note_chars} characters "
            "or more together ÷ solved in the range, of those whose notes are known.",
            done.complete, done.noted,
        ),
    )  # fmt: skip


def _count(found: Iterable[TicketCount], name: str) -> tuple[int | None, int, int]:
    return next((each.count, each.known, each.of) for each in found if each.name == name)


def _sources(session: Session) -> list[tuple[int, str, int | None, int]]:
    """Sources of tickets: id, name, newest stamp, revision."""
    has = exists().where(Ticket.source_id == Source.id)
    return list(
        session.execute(
            select(Source.id, Source.name, Source.last_at, Source.revision)
            .where(has)
            .order_by(Source.name)
        ).tuples()
    )


# --- histories


def ticket_timeline(session: Session, source_id: int, ref: str) -> Timeline:
    """What happened to one ticket, newest last. `ref` is the source's id."""
    ticket = session.scalars(
        select(Ticket).where(Ticket.source_id == source_id, Ticket.ref == ref)
    ).first()
    if ticket is None:
        return Timeline(f"ticket {ref}: not known")
    subject = " ".join(ticket.subject.split())
    if len(subject) > 60:
        subject = f"{subject[:59]}…"
    title = f"ticket {ref} ({ticket.status})"
    return Timeline(f"{title}: {subject}" if subject else title, tuple(_steps(session, ticket)))


def ticket_steps(session: Session, source_id: int, ref: str) -> list[Step]:
    """The steps of one ticket, none where it is not known."""
    ticket = session.scalars(
        select(Ticket).where(Ticket.source_id == source_id, Ticket.ref == ref)
    ).first()
    return [] if ticket is None else _steps(session, ticket)


def _steps(session: Session, ticket: Ticket) -> list[Step]:
    found = (
        session.execute(
            select(TicketStep, Agent.name)
            .outerjoin(Agent, Agent.id == TicketStep.agent_id)
            .where(TicketStep.ticket_id == ticket.id)
            .order_by(TicketStep.number)
        )
        .tuples()
        .all()
    )
    customer = shown(
        session.scalar(
            select(Contact.customer).where(
                Contact.source_id == ticket.source_id, Contact.ref == f"ticket:{ticket.ref}"
            )
        )
        or ticket.requester
    )
    names = {
        what: _names(session, table, ticket.source_id, [s for s, _ in found if s.what == what])
        for what, table in (("assigned", Agent), ("group", Queue))
    }
    steps: list[Step] = []
    if not any(step.what == "created" for step, _agent in found):
        steps.append(Step(ticket.created_at, ticket.created_at, "created", "", customer))
    for step, agent in found:
        who = agent or (customer if step.what in ("created", "asked") else "")
        words = _words(step, names.get(step.what, {}))
        raw = " ".join(
            part for part in (step.what, step.before and f"{step.before} →", step.after, step.text)
            if part
        )  # fmt: skip
        steps.append(Step(step.at, step.until, words, "", who, " ".join(raw.split())))
    return steps


def _names(
    session: Session, table: type[Agent] | type[Queue], source_id: int, steps: Sequence[TicketStep]
) -> dict[str, str]:
    """What the ids that steps speak of are called."""
    refs = sorted({ref for step in steps for ref in (step.before, step.after) if ref})
    if not refs:
        return {}
    return dict(
        session.execute(
            select(table.ref, table.name).where(
                table.source_id == source_id, table.ref.in_(dialect.many(session, refs))
            )
        )
        .tuples()
        .all()
    )


def _words(step: TicketStep, names: dict[str, str]) -> str:
    """One step for a person to read."""
    before = names.get(step.before, step.before)
    after = names.get(step.after, step.after)
    text = " ".join(step.text.split())[:_TEXT]
    if not text and step.chars:
        text = f"{step.chars} characters"
    if step.what == "other":
        change = after or before or "other"
    elif step.what == "created":
        change = f"created, {after}" if after else "created"
    elif before and after:
        change = f"{step.what}: {before} → {after}"
    elif after:
        change = f"{step.what}: {after}"
    elif before:
        change = f"{step.what}: no longer {before}"
    else:
        change = {"asked": "customer wrote"}.get(step.what, step.what)
    return f"{change}: {text}" if text else change


__all__ = [
    "NEWEST",
    "counts",
    "has_tickets",
    "limits_of",
    "ticket_figures",
    "ticket_list",
    "ticket_steps",
    "ticket_timeline",
    "tickets",
]
