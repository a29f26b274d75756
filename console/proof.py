"""What shows that messages were carried out, and whether things still stand as was wanted.

An answer says that a platform took an order. What proves it is how things are seen to stand there:
in a row of its log, in an event, in what it lists when it is asked.
"""

import json
from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from console.domain.links import Sighting as Seen
from console.domain.messages import (
    CONFIRMED,
    IN,
    MEMBER,
    OUT,
    PAUSE,
    PAUSED,
    QUEUE_ADD,
    QUEUE_PAUSE,
    QUEUE_REMOVE,
    QUEUE_UNPAUSE,
    SENDING,
    SENT,
    SERVING,
    UNCONFIRMED,
    Shown,
)
from console.domain.times import SECOND
from console.store.engine import next_revision
from console.store.post import end, tell_results
from console.store.tables import AgentAlias, Event, Outbox, Override, Sighting, Source

_T = TypeVar("_T")

# Exports carry whole seconds, and clocks differ a little.
SLACK = 2 * SECOND
OPEN = (SENDING, SENT, UNCONFIRMED)
CHUNK = 400

#: The row of an export that shows each order carried out.
SHOWN_BY = {
    QUEUE_ADD: "ADDMEMBER",
    QUEUE_REMOVE: "REMOVEMEMBER",
    QUEUE_PAUSE: "PAUSE",
    QUEUE_UNPAUSE: "UNPAUSE",
}
_ORDER_OF = {verb: action for action, verb in SHOWN_BY.items()}
_OPPOSITE = {
    QUEUE_ADD: QUEUE_REMOVE,
    QUEUE_REMOVE: QUEUE_ADD,
    QUEUE_PAUSE: QUEUE_UNPAUSE,
    QUEUE_UNPAUSE: QUEUE_PAUSE,
}
_STANDS = {
    QUEUE_ADD: (MEMBER, IN),
    QUEUE_REMOVE: (MEMBER, OUT),
    QUEUE_PAUSE: (PAUSE, PAUSED),
    QUEUE_UNPAUSE: (PAUSE, SERVING),
}
#: Who did it, by what Asterisk writes where a call's id stands (AMI.md's "callid" of such rows).
_DONE_BY = {
    "MANAGER": "the manager interface",
    "CLI": "the PBX's command line",
    "REALTIME": "the PBX's database",
}


def awaited(session: Session) -> bool:
    """Whether rows of an export may show anything: a message carried out, or undone again."""
    open_orders = exists().where(Outbox.action.in_(SHOWN_BY), Outbox.state.in_(OPEN))
    moved = exists().where(Override.aspect.in_((MEMBER, PAUSE)))
    return bool(session.scalar(select(or_(open_orders, moved))))


def newest_event(session: Session) -> int:
    """The number of the row of events that was written last."""
    return session.scalar(select(Event.id).order_by(Event.id.desc()).limit(1)) or 0


def take_export(session: Session, after: int = 0, events: Iterable[Shown] | None = None) -> int:
    """Confirm the moves and pauses that rows of exports show carried out, and note where rows show
    that somebody changed them since; how many were confirmed.

    Looks at `events`, else at the rows with a number above `after` that are not older than the
    oldest open message, or the oldest override. Rows may be shown again. A row counts for a message
    that was sent no later than two seconds after it.
    """
    orders = _orders(session)
    if not orders.since:
        return 0
    if events is None:
        found = session.execute(
            select(Event.source_id, Event.at, Event.verb, Event.alias, Event.line)
            .where(Event.at >= orders.since, Event.verb.in_(_ORDER_OF), Event.id > after)
            .order_by(Event.at, Event.place)
        )
        events = [Shown(*row) for row in found]
    seen: dict[int, list[Seen]] = {}
    for event in events:
        for subject in orders.subjects(event):
            aspect, value = _STANDS[_ORDER_OF[event.verb]]
            by = _DONE_BY.get(event.line.split("|", 2)[1], "")
            sighting = Seen(subject, aspect, value, event.at, by)
            seen.setdefault(event.source_id, []).append(sighting)
    return sum(
        take_sightings(session, source_id, sightings, "export")
        for source_id, sightings in seen.items()
    )


def take_sightings(session: Session, source_id: int, seen: Sequence[Seen], by: str) -> int:
    """Keep how things stand at a platform, and confirm the messages that it shows carried out; how
    many. `by` is what showed it: export or event."""
    if not seen:
        return 0
    source = session.get_one(Source, source_id).name
    subjects = {f"{source}|{sighting.subject}" for sighting in seen}
    rows: dict[tuple[str, str], list[Outbox]] = {}
    for chunk in _chunks(sorted(subjects)):
        for row in session.scalars(
            select(Outbox)
            .where(
                Outbox.subject.in_(chunk),
                Outbox.sent_at.is_not(None),
                Outbox.state.in_((*OPEN, CONFIRMED)),
            )
            .order_by(Outbox.sent_at, Outbox.number)
        ):
            rows.setdefault((row.subject, row.aspect), []).append(row)
    revision = 0
    confirmed: list[Outbox] = []
    for sighting in seen:
        about = rows.get((f"{source}|{sighting.subject}", sighting.aspect), [])
        for row in _shown(about, sighting):
            revision = revision or next_revision(session)
            row.shown_at, row.revision = sighting.at, revision
            if row.state == CONFIRMED:
                row.confirmed_by = f"answer, {by}"
                continue
            end(row, CONFIRMED, row.answer, sighting.at, revision)
            row.confirmed_by = by
            confirmed.append(row)
    tell_results(session, {row.journal_id for row in confirmed}, revision)
    _keep(session, source_id, seen, revision)
    return len(confirmed)


def _shown(about: Sequence[Outbox], sighting: Seen) -> list[Outbox]:
    """The messages about it that this shows carried out for the first time, newest first."""
    found: list[Outbox] = []
    for row in reversed(about):
        sent_at = row.sent_at or row.created_at
        if sent_at - SLACK > sighting.at:
            continue
        if row.wanted != sighting.value:
            if sent_at <= sighting.at:
                break
            continue
        if row.state in OPEN or (row.shown_at is None and not found):
            found.append(row)
    return found


def _keep(session: Session, source_id: int, seen: Sequence[Seen], revision: int) -> None:
    """The newest of each; what stands as it stood costs nothing."""
    newest: dict[tuple[str, str], Seen] = {}
    for sighting in seen:
        key = (sighting.subject, sighting.aspect)
        if key not in newest or newest[key].at <= sighting.at:
            newest[key] = sighting
    known: dict[tuple[str, str], Sighting] = {}
    for chunk in _chunks(sorted({subject for subject, _ in newest})):
        for row in session.scalars(
            select(Sighting).where(Sighting.source_id == source_id, Sighting.subject.in_(chunk))
        ):
            known[(row.subject, row.aspect)] = row
    for key, sighting in newest.items():
        row = known.get(key)
        if row is not None and row.value == sighting.value:
            # An event does not say who did it; the row of the log that comes after it may.
            if sighting.by and not row.by and abs(sighting.at - row.at) <= SLACK:
                row.by, row.revision = sighting.by, revision or next_revision(session)
            continue
        if row is not None and row.at > sighting.at:
            continue
        revision = revision or next_revision(session)
        if row is None:
            row = Sighting(source_id=source_id, subject=key[0], aspect=key[1])
            session.add(row)
        row.value, row.at, row.by = sighting.value, sighting.at, sighting.by
        row.revision = revision


class _Orders:
    """What was asked about agents: (source, queue name, alias) of all that an agent is called, to
    the subjects of messages."""

    def __init__(self, since: int, about: dict[tuple[int, str, str], set[str]]) -> None:
        self.since = since  # 0: nothing was asked
        self._about = about

    def subjects(self, event: Shown) -> set[str]:
        parts = event.line.split("|", 3)
        if event.verb not in _ORDER_OF or len(parts) < 3:
            return set()
        alias = event.alias
        found = self._about.get((event.source_id, parts[2], alias))
        return found or self._about.get((event.source_id, parts[2], alias.split(",")[0]), set())


def _orders(session: Session) -> _Orders:
    """All that is open, and all that is meant to last."""
    lasting = select(Override.subject).where(Override.aspect.in_((MEMBER, PAUSE)))
    rows = session.scalars(
        select(Outbox)
        .where(
            Outbox.action.in_(SHOWN_BY),
            or_(
                Outbox.state.in_(OPEN),
                (Outbox.state == CONFIRMED) & Outbox.subject.in_(lasting),
            ),
        )
        .order_by(Outbox.number)
    ).all()
    fields = [json.loads(row.body) for row in rows]
    sources = {name: number for number, name in session.execute(select(Source.id, Source.name))}
    aliases: dict[int, set[str]] = {}
    agents = sorted({body["agent_id"] for body in fields})
    for chunk in _chunks(agents):
        for alias in session.scalars(select(AgentAlias).where(AgentAlias.agent_id.in_(chunk))):
            aliases.setdefault(alias.agent_id, set()).add(alias.alias)
    about: dict[tuple[int, str, str], set[str]] = {}
    for row, body in zip(rows, fields, strict=True):
        source_id = sources.get(body["source"])
        if source_id is None:
            continue
        names = {body["agent"], body["interface"], body["member"], ""} - {""}
        for name in names | aliases.get(body["agent_id"], set()):
            subject = row.subject[len(body["source"]) + 1 :]
            about.setdefault((source_id, body["queue"], name), set()).add(subject)
    since = min((row.sent_at or row.created_at for row in rows), default=SLACK) - SLACK
    return _Orders(since, about)


def _chunks(items: Sequence[_T]) -> Iterable[Sequence[_T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
