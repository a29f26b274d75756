"""What every agent is doing at one instant, from intervals and legs."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from console.domain.agent_state import Conditions, is_interface
from console.domain.times import DAY, SECOND
from console.settings import Settings
from console.store import dialect
from console.store.tables import Agent, AgentInterval, Contact, Event, Leg

#: An interval that began before this and is over tells nothing about the present.
LOOK_BACK = 8 * DAY


def conditions(
    session: Session, at: int, settings: Settings, agents: Iterable[int] | None = None
) -> dict[int, Conditions]:
    """What holds for each agent (or those named) at `at`, microseconds UTC."""
    ids = None if agents is None else list(agents)
    if ids is not None and not ids:
        return {}
    named = _sources_with_names(session)
    found = {
        id: Conditions(nameless=source_id in named and is_interface(name))
        for id, source_id, name in session.execute(
            select(Agent.id, Agent.source_id, Agent.name).where(*_only(session, Agent.id, ids))
        )
    }
    restarts = {
        source_id: last
        for source_id, last in session.execute(
            select(Event.source_id, func.max(Event.at))
            .where(Event.verb == "QUEUESTART", Event.at <= at)
            .group_by(Event.source_id)
        )
    }
    _intervals(session, at, settings, ids, found, restarts)
    _legs(session, at, settings, ids, found, restarts)
    return found


def _sources_with_names(session: Session) -> set[int]:
    """Sources whose calls name people, so that a bare interface is somebody not known yet."""
    return set(
        session.scalars(select(Agent.source_id).where(Agent.name.not_like("%/%")).distinct())
    )


def _only(
    session: Session, column: ColumnElement[int | None] | object, ids: list[int] | None
) -> list[ColumnElement[bool]]:
    if ids is None:
        return []
    return [column.in_(dialect.many(session, ids))]  # type: ignore[union-attr]  # a mapped column


def _intervals(
    session: Session,
    at: int,
    settings: Settings,
    ids: list[int] | None,
    found: dict[int, Conditions],
    restarts: dict[int, int],
) -> None:
    span = AgentInterval
    holds = (span.started_at <= at) & or_(span.ended_at.is_(None), span.ended_at > at)
    longest = at - settings.lost_end_s * SECOND
    for row in session.execute(
        select(
            span.agent_id, span.kind, span.queue_id, span.started_at, span.ended_at,
            span.source_state, Contact.ref,
        )
        .outerjoin(Contact, Contact.id == span.contact_id)
        .where(holds, *_only(session, span.agent_id, ids))
    ):  # fmt: skip
        now = found.get(row.agent_id)
        if now is None:
            continue
        if row.kind == "member":
            now.member[row.queue_id] = row.started_at
        elif row.kind == "pause":
            now.pauses[row.queue_id] = (row.started_at, row.source_state)
            if row.queue_id is not None:
                now.seen[row.queue_id] = max(row.started_at, now.seen.get(row.queue_id, 0))
        elif row.kind == "login":
            now.login_since = row.started_at
        elif row.kind == "ring" and row.started_at > longest:
            now.ring_since, now.ring_contact = row.started_at, row.ref
        elif row.kind == "wrapup":
            now.wrap_up_since, now.wrap_up_until = row.started_at, row.ended_at
    quiet = at - settings.quiet_member_s * SECOND
    for agent_id, source_id, kind, queue_id, ended_at in session.execute(
        select(span.agent_id, span.source_id, span.kind, span.queue_id, func.max(span.ended_at))
        .where(
            span.ended_at <= at,
            span.started_at > at - LOOK_BACK,
            *_only(session, span.agent_id, ids),
        )
        .group_by(span.agent_id, span.source_id, span.kind, span.queue_id)
    ):
        now = found.get(agent_id)
        if now is None:
            continue
        if kind == "member":
            now.dynamic.add(queue_id)
            now.last_leave = max(ended_at, now.last_leave or 0)
            continue
        if kind == "login":
            now.logs_in = True
            now.last_leave = max(ended_at, now.last_leave or 0)
            continue
        if kind == "pause":
            now.last_pause_end = max(ended_at, now.last_pause_end or 0)
        else:
            now.last_end = max(ended_at, now.last_end or 0)
        if queue_id is not None and ended_at > max(quiet, restarts.get(source_id, 0)):
            now.seen[queue_id] = max(ended_at, now.seen.get(queue_id, 0))
    for now in found.values():
        now.dynamic.update(now.member)
        now.logs_in = now.logs_in or now.login_since is not None


def _legs(
    session: Session,
    at: int,
    settings: Settings,
    ids: list[int] | None,
    found: dict[int, Conditions],
    restarts: dict[int, int],
) -> None:
    since = at - settings.lost_end_s * SECOND
    served = [Leg.agent_id.is_not(None), Leg.connected_at > since, Leg.connected_at <= at]
    served += _only(session, Leg.agent_id, ids)
    for agent_id, queue_id, connected_at, ref in session.execute(
        select(Leg.agent_id, Leg.queue_id, Leg.connected_at, Contact.ref)
        .join(Contact, Contact.id == Leg.contact_id)
        .where(*served, or_(Leg.ended_at.is_(None), Leg.ended_at > at))
    ):
        now = found.get(agent_id)
        if now is not None:
            now.contacts.append((connected_at, ref, queue_id))
            now.seen[queue_id] = max(connected_at, now.seen.get(queue_id, 0))
    quiet = at - settings.quiet_member_s * SECOND
    for agent_id, source_id, queue_id, connected_at, ended_at in session.execute(
        select(
            Leg.agent_id, Leg.source_id, Leg.queue_id,
            func.max(Leg.connected_at), func.max(Leg.ended_at),
        )
        .where(*served, Leg.ended_at <= at)
        .group_by(Leg.agent_id, Leg.source_id, Leg.queue_id)
    ):  # fmt: skip
        now = found.get(agent_id)
        if now is None:
            continue
        now.last_end = max(ended_at, now.last_end or 0)
        if connected_at > max(quiet, restarts.get(source_id, 0)):
            now.seen[queue_id] = max(ended_at, now.seen.get(queue_id, 0))
