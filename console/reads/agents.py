"""What every agent is doing at one instant, from intervals and legs."""

from collections.abc import Iterable, Iterator
from itertools import chain

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from console.domain.agent_state import Conditions, is_interface
from console.domain.times import DAY, HOUR, SECOND
from console.settings import Settings
from console.store import dialect
from console.store.tables import RESTARTED, Agent, AgentInterval, Contact, Event, Leg, Source

#: Memberships, pauses and logins that began before this and are over tell nothing any more.
LOOK_BACK = 8 * DAY
#: No ring and no wrap-up lasts longer.
LONGEST = 2 * HOUR

#: Platforms whose members may be known from their contacts only.
_LOGS = ("", "asterisk")


def conditions(
    session: Session,
    at: int,
    settings: Settings,
    agents: Iterable[int] | None = None,
    *,
    live: bool = False,
) -> dict[int, Conditions]:
    """What holds for each agent (or those named) at `at`, microseconds UTC.

    `live`: `at` is the present, so whatever has an end is over and history costs nothing.
    """
    wanted = None if agents is None else list(agents)
    if wanted is not None and not wanted:
        return {}
    named = _sources_with_names(session)
    tell_presence = set(session.scalars(select(Source.id).where(Source.platform.not_in(_LOGS))))
    silence = at - settings.quiet_member_s * SECOND
    silent = set(session.scalars(select(Source.id).where(Source.last_at < silence)))
    people = select(Agent.id, Agent.source_id, Agent.name)
    if wanted is not None:
        people = people.where(Agent.id.in_(dialect.many(session, wanted)))
    found = {
        id: Conditions(
            nameless=source_id in named and is_interface(name),
            presence_told=source_id in tell_presence,
            silent=source_id in silent,
        )
        for id, source_id, name in session.execute(people)
    }
    # Always by agent, also where all are meant: the indexes begin with the agent.
    ids = list(found)
    restarts = {
        source_id: last
        for source_id, last in session.execute(
            select(Event.source_id, func.max(Event.at))
            .where(RESTARTED, Event.at <= at)
            .group_by(Event.source_id)
        )
    }
    _present(session, at, ids, found, live)
    _past(session, at, settings, ids, found, restarts)
    _legs(session, at, settings, ids, found, restarts)
    for now in found.values():
        now.dynamic.update(now.member)
        now.logs_in = now.logs_in or now.login_since is not None
    return found


def _sources_with_names(session: Session) -> set[int]:
    """Sources whose calls name people, so that a bare interface is somebody not known yet."""
    return set(
        session.scalars(select(Agent.source_id).where(Agent.name.not_like("%/%")).distinct())
    )


def _present(
    session: Session,
    at: int,
    ids: list[int],
    found: dict[int, Conditions],
    live: bool,
) -> None:
    """Intervals that hold at `at`."""
    span = AgentInterval
    of_agent = span.agent_id.in_(dialect.many(session, ids))
    lasting = span.contact_id.is_(None) & (span.started_at <= at)
    if live:
        lasting &= span.ended_at.is_(None)
    else:
        lasting &= or_(span.ended_at.is_(None), span.ended_at > at)
    for agent_id, kind, queue_id, started_at, word in session.execute(
        select(span.agent_id, span.kind, span.queue_id, span.started_at, span.source_state).where(
            of_agent, lasting
        )
    ):
        now = found[agent_id]
        if kind == "member":
            now.member[queue_id] = started_at
        elif kind == "login":
            now.login_since = started_at
        else:
            now.pauses[queue_id] = (started_at, word)
            if queue_id is not None:
                now.seen[queue_id] = max(started_at, now.seen.get(queue_id, 0))
    of_contacts = (
        select(span.agent_id, span.kind, span.started_at, span.ended_at, Contact.ref)
        .join(Contact, Contact.id == span.contact_id)
        .where(
            of_agent,
            span.started_at > at - LONGEST,
            span.started_at <= at,
            or_(span.ended_at.is_(None), span.ended_at > at),
        )
    )
    for agent_id, kind, started_at, ended_at, ref in chain(
        session.execute(of_contacts).tuples(), _beside(session, at, ids)
    ):
        now = found[agent_id]
        if kind == "ring":
            now.ring_since, now.ring_contact = started_at, ref
        else:
            now.wrap_up_since, now.wrap_up_until = started_at, ended_at


def _beside(
    session: Session, at: int, ids: list[int]
) -> Iterator[tuple[int, str, int, int | None, str]]:
    """Ringing and wrap-up at `at` that legs tell: agent, kind, start, end, contact."""
    ringing = (Leg.connected_at > at) & (Leg.connected_at - Leg.ring_us <= at)
    wrapping = (
        (Leg.ended_at > at - LONGEST) & (Leg.ended_at <= at) & (Leg.ended_at + Leg.wrapup_us > at)
    )
    for agent_id, connected_at, ended_at, ring_us, wrapup_us, ref in session.execute(
        select(
            Leg.agent_id, Leg.connected_at, Leg.ended_at, Leg.ring_us, Leg.wrapup_us, Contact.ref
        )
        .join(Contact, Contact.id == Leg.contact_id)
        .where(
            Leg.agent_id.is_not(None),
            Leg.agent_id.in_(dialect.many(session, ids)),
            Leg.connected_at > at - DAY,
            Leg.connected_at < at + LONGEST,
            or_(ringing, wrapping),
        )
    ).tuples():
        if connected_at is not None and connected_at > at:
            yield agent_id or 0, "ring", connected_at - (ring_us or 0), connected_at, ref
        elif ended_at is not None:
            yield agent_id or 0, "wrapup", ended_at, ended_at + (wrapup_us or 0), ref


def _past(
    session: Session,
    at: int,
    settings: Settings,
    ids: list[int],
    found: dict[int, Conditions],
    restarts: dict[int, int],
) -> None:
    """When the last interval of each kind ended."""
    span = AgentInterval
    quiet = at - settings.quiet_member_s * SECOND
    keys = (span.agent_id, span.source_id, span.kind, span.queue_id)
    over = [span.agent_id.in_(dialect.many(session, ids)), span.ended_at <= at]
    lasting = (span.contact_id.is_(None), span.started_at > at - LOOK_BACK)
    of_contacts = (
        span.contact_id.is_not(None),
        span.started_at > quiet,
    )
    for kept in (lasting, of_contacts):
        for agent_id, source_id, kind, queue_id, ended_at in session.execute(
            select(*keys, func.max(span.ended_at)).where(*over, *kept).group_by(*keys)
        ):
            now = found[agent_id]
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


def _legs(
    session: Session,
    at: int,
    settings: Settings,
    ids: list[int],
    found: dict[int, Conditions],
    restarts: dict[int, int],
) -> None:
    since = at - settings.lost_end_s * SECOND
    served = [
        # Said apart, so that the index on agents who served is used.
        Leg.agent_id.is_not(None),
        Leg.agent_id.in_(dialect.many(session, ids)),
        Leg.connected_at > since,
        Leg.connected_at <= at,
    ]
    quiet = at - settings.quiet_member_s * SECOND
    for agent_id, queue_id, connected_at, rang, ref in session.execute(
        select(Leg.agent_id, Leg.queue_id, Leg.connected_at, Leg.ring_us, Contact.ref)
        .join(Contact, Contact.id == Leg.contact_id)
        .where(*served, or_(Leg.ended_at.is_(None), Leg.ended_at > at))
    ):
        now = found[agent_id]
        now.contacts.append((connected_at, ref, queue_id))
        if rang and connected_at - rang > quiet:
            now.last_end = max(connected_at, now.last_end or 0)
        if queue_id is not None:
            now.seen[queue_id] = max(connected_at, now.seen.get(queue_id, 0))
    wrapped_at = Leg.ended_at + Leg.wrapup_us
    over = (Leg.ended_at > quiet) & (wrapped_at <= at)
    for agent_id, source_id, queue_id, connected_at, ended_at, wrapped in session.execute(
        select(
            Leg.agent_id, Leg.source_id, Leg.queue_id,
            func.max(Leg.connected_at), func.max(Leg.ended_at), func.max(wrapped_at).filter(over),
        )
        .where(*served, Leg.ended_at <= at)
        .group_by(Leg.agent_id, Leg.source_id, Leg.queue_id)
    ):  # fmt: skip
        now = found[agent_id]
        now.last_end = max(ended_at, wrapped or 0, now.last_end or 0)
        if queue_id is None:
            continue
        known_from = max(quiet, restarts.get(source_id, 0))
        if connected_at > known_from:
            now.seen[queue_id] = max(ended_at, now.seen.get(queue_id, 0))
        if wrapped is not None and wrapped > known_from:
            now.seen[queue_id] = max(wrapped, now.seen.get(queue_id, 0))
