"""What happened to one contact, one agent or one queue, step by step."""

from collections.abc import Iterable

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from console.domain.agent_state import pause_state
from console.domain.board import Step, Timeline
from console.domain.customers import shown
from console.domain.statements import Course, Moment, decode
from console.domain.times import HOUR, SECOND
from console.reads.customers import contacts_of
from console.reads.tickets import ticket_steps
from console.settings import Settings
from console.store.tables import Agent, AgentInterval, Contact, Leg, Queue, Source

_KINDS = {"member": "member of", "login": "logged in", "ring": "ringing", "wrapup": "wrap-up"}
_OUTCOMES: dict[str, str] = {
    "waiting": "waiting",
    "answered": "waited, then answered",
    "abandoned": "gave up",
    "timeout": "left: time-out",
    "exit_key": "left by a key",
    "exit_empty": "left: no agent there",
    "withdrawn": "taken out of the queue",
    "dumped": "dropped before the agent spoke",
    "blocked": "not let in: no agent there",
    "saturated": "not let in: queue full",
    "closed": "not let in: closed",
    "restart": "lost in a restart of the PBX",
    "lost": "its end was never written",
    "orphan": "its beginning was never written",
}


def contact_timeline(session: Session, ref: str, queue_id: int | None = None) -> Timeline:
    """One contact's legs and the source's own lines. `ref` is the source's id."""
    found = select(Contact).where(Contact.ref == ref)
    if queue_id is not None:
        found = found.join(Leg, Leg.contact_id == Contact.id).where(Leg.queue_id == queue_id)
    contact = session.scalars(found.limit(1)).first()
    if contact is None:
        return Timeline(f"contact {ref}: not known")
    steps: list[Step] = []
    for leg, queue, agent in session.execute(
        select(Leg, Queue.name, Agent.name)
        .outerjoin(Queue, Queue.id == Leg.queue_id)
        .outerjoin(Agent, Agent.id == Leg.agent_id)
        .where(Leg.contact_id == contact.id)
        .order_by(Leg.number)
    ):
        until = leg.connected_at or leg.ended_at
        queue = queue or "no queue"
        steps.append(Step(leg.entered_at, until, _words(_OUTCOMES, leg.outcome), queue))
        if leg.connected_at is not None:
            ended = f", ended by {leg.ended_by}" if leg.ended_by else ""
            steps.append(
                Step(leg.connected_at, leg.ended_at, f"on contact{ended}", queue, agent or "")
            )
    steps += _evidence(session, contact)
    customer = shown(contact.customer)
    of = f" of {customer}" if customer else ""
    others = _others(session, contact)
    if others:
        of += f", one of {len(others) + 1} contacts"
    return Timeline(f"contact {ref}{of}", (*steps, *others), contact.customer or "")


def _others(session: Session, contact: Contact) -> list[Step]:
    """The same customer's other contacts, in whatever system, newest first."""
    if not contact.customer or not contact.customer.startswith("~"):
        return []
    found = [c for c in contacts_of(session, contact.customer) if c.contact_id != contact.id]
    outcomes: dict[int, str] = {}
    for contact_id, outcome in session.execute(
        select(Leg.contact_id, Leg.outcome)
        .where(Leg.contact_id.in_([c.contact_id for c in found]))
        .order_by(Leg.number)
    ):
        outcomes[contact_id] = outcome  # the last one
    return [
        Step(
            other.first_at,
            other.last_at,
            f"same customer: {other.channel}, "
            f"{_words(_OUTCOMES, outcomes.get(other.contact_id, other.direction))}",
            other.source,
            other.contact,
            other.why,
            other.contact,
        )
        for other in found
    ]


def _evidence(session: Session, contact: Contact) -> list[Step]:
    """The source's own words: lines of a log, statements made of its records, a ticket's steps."""
    format = session.scalar(select(Source.format).where(Source.id == contact.source_id))
    if not contact.evidence:
        return ticket_steps(session, contact.source_id, contact.ref.removeprefix("ticket:"))
    if format is not None and format.startswith("asterisk"):
        steps: list[Step] = []
        for line in contact.evidence.split("\n"):
            fields = line.split("|")
            at = int(fields[0].split(".")[0]) * SECOND
            who = "" if fields[3] == "NONE" else fields[3]
            steps.append(Step(at, None, fields[4], fields[2], who, line))
        return steps
    queues = _names(session, Queue, contact.source_id)
    agents = _names(session, Agent, contact.source_id)
    steps = []
    for line in contact.evidence.split("\n"):
        key, _version, body = line.split("\t", 2)
        said = decode(body)
        if isinstance(said, Moment):
            what = f"{said.what} ({said.word})" if said.word else said.what
            queue = queues.get(said.queue or "", said.queue or "")
            who = agents.get(said.agent or "", said.agent or "")
            steps.append(Step(said.at, None, what, queue, who, line))
        elif isinstance(said, Course):
            what = f"record {key.partition(':')[2] or key}"
            steps.append(Step(said.started_at, said.ended_at, what, source_line=line))
    steps.sort(key=lambda step: step.at)
    return steps


def _names(session: Session, table: type[Queue] | type[Agent], source_id: int) -> dict[str, str]:
    return dict(
        session.execute(select(table.ref, table.name).where(table.source_id == source_id))
        .tuples()
        .all()
    )


def agent_timeline(session: Session, agent_id: int, now: int, hours: float) -> Timeline:
    """An agent's last hours: contacts, ringing, pauses, memberships, newest first."""
    agent = session.get(Agent, agent_id)
    if agent is None:
        return Timeline("this agent is not known")
    since = now - round(hours * HOUR)
    steps: list[Step] = []
    for span, queue in session.execute(
        select(AgentInterval, Queue.name)
        .outerjoin(Queue, Queue.id == AgentInterval.queue_id)
        .where(
            AgentInterval.agent_id == agent_id,
            AgentInterval.started_at <= now,
            or_(AgentInterval.ended_at.is_(None), AgentInterval.ended_at > since),
        )
    ):
        what = _words(_KINDS, span.kind)
        if span.kind == "pause":
            what = pause_state(span.source_state)
            if span.source_state and span.source_state.casefold() != what:
                what += f" ({span.source_state})"
        elif span.kind == "ring":
            answered = span.ended_by == "CONNECT"
            what = "ringing, answered" if answered else "ringing, not answered"
        steps.append(Step(span.started_at, span.ended_at, what, queue or "all queues"))
    for leg, queue, ref in session.execute(
        select(Leg, Queue.name, Contact.ref)
        .outerjoin(Queue, Queue.id == Leg.queue_id)
        .join(Contact, Contact.id == Leg.contact_id)
        .where(
            Leg.agent_id == agent_id,
            Leg.connected_at - func.coalesce(Leg.ring_us, 0) <= now,
            or_(
                Leg.ended_at.is_(None),
                Leg.ended_at + func.coalesce(Leg.wrapup_us, 0) > since,
            ),
            Leg.connected_at > since - 24 * HOUR,
        )
    ):
        steps += _around(leg, queue, ref, since, now)
    steps.sort(key=lambda step: step.at, reverse=True)
    return Timeline(agent.name, tuple(steps))


def _around(leg: Leg, queue: str | None, ref: str, since: int, now: int) -> Iterable[Step]:
    """A conversation, the ringing before it and the wrap-up after it."""
    connected_at, ended_at, where = leg.connected_at or 0, leg.ended_at, queue or "all queues"
    if leg.ring_us and connected_at > since:
        yield Step(connected_at - leg.ring_us, connected_at, "ringing, answered", where)
    if connected_at <= now and (ended_at is None or ended_at > since):
        yield Step(connected_at, ended_at, "on contact", queue or "", ref)
    if leg.wrapup_us and ended_at is not None and ended_at <= now:
        yield Step(ended_at, ended_at + leg.wrapup_us, _KINDS["wrapup"], where)


def queue_timeline(
    session: Session, queue_id: int, now: int, hours: float, settings: Settings
) -> Timeline:
    """Who waits in a queue, oldest first, then who came in the last hours, newest first."""
    queue = session.get(Queue, queue_id)
    if queue is None:
        return Timeline("this queue is not known")
    since = now - round(hours * HOUR)
    lost = now - settings.lost_end_s * SECOND
    waiting: list[Step] = []
    others: list[Step] = []
    for leg, ref, agent in session.execute(
        select(Leg, Contact.ref, Agent.name)
        .join(Contact, Contact.id == Leg.contact_id)
        .outerjoin(Agent, Agent.id == Leg.agent_id)
        .where(
            Leg.queue_id == queue_id,
            Leg.entered_at <= now,
            or_(
                Leg.entered_at > since,
                Leg.ended_at.is_(None) & (Leg.entered_at > lost),
            ),
        )
        .order_by(Leg.entered_at)
        .limit(5000)
    ):
        who = f"{ref} · {agent}" if agent else ref
        if leg.outcome == "waiting" and leg.ended_at is None:
            waiting.append(Step(leg.entered_at, None, "waiting", queue.name, who))
        else:
            what = _words(_OUTCOMES, leg.outcome)
            others.append(Step(leg.entered_at, leg.ended_at, what, queue.name, who))
    return Timeline(queue.name, (*waiting, *reversed(others)))


def _words(known: dict[str, str], name: str) -> str:
    return known[name] if name in known else name
