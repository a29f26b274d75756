"""What is waiting to leave: send it, hear what became of it, try again or let it be."""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from console.connectors.connector import Connector, Unreachable
from console.domain.messages import (
    CANCELLED,
    CONFIRMED,
    PENDING,
    QUEUE_ADD,
    QUEUE_PAUSE,
    QUEUE_REMOVE,
    QUEUE_UNPAUSE,
    REFUSED,
    SENDING,
    SENT,
    UNCONFIRMED,
    UNDERWAY,
    UNSETTLED,
    Answer,
    Parcel,
    Shown,
)
from console.domain.times import SECOND, now_us
from console.errors import NotAllowed
from console.settings import Settings
from console.store import chain
from console.store.chain import DROP, RESULT, RETRY
from console.store.engine import Store, next_revision
from console.store.post import message_of, post
from console.store.tables import AgentAlias, Contact, Event, Journal, Leg, Outbox, Source

# A message that is `sending` for longer than this was left behind by a console that died.
LEASE = 10 * SECOND
# The first try again comes after this, each further one after twice as long, up to the limit.
FIRST_WAIT = 2 * SECOND
LONGEST_WAIT = 60 * SECOND
# Exports carry whole seconds, and clocks differ a little.
SLACK = 2 * SECOND
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


def pump(store: Store, connectors: Sequence[Connector], now: int, settings: Settings) -> bool:
    """Take answers, notice what is late, send what is due; True when anything changed.

    Costs two questions where there is nothing to do. `now` is microseconds since 1970 UTC.
    """
    changed = False
    for connector in connectors:
        changed |= _take_answers(store, connector, now)
    with store.read() as session:
        late = _late(session, now, settings)
        names = [connector.name for connector in connectors]
        due = set(session.scalars(_due(now, names).with_only_columns(Outbox.connector)))
    if late:
        changed |= _mark_late(store, late, now)
    for connector in connectors:
        if connector.name in due:
            changed |= _send(store, connector, now)
    return changed


def retry(store: Store, message_id: str, who: str) -> None:
    """Send it again. NotAllowed where it is under way, done, or was taken back meanwhile."""
    with store.write() as session:
        _retry(session, _found(session, message_id), who)


def drop(store: Store, message_id: str, who: str) -> None:
    """Let it be. NotAllowed where nothing is open any more.

    What had left may still be carried out; then an answer or an export will say so.
    """
    with store.write() as session:
        row = _found(session, message_id)
        if row.state not in UNSETTLED:
            raise NotAllowed("There is nothing to drop.", f"“{row.item}” is {row.state}.")
        revision = next_revision(session)
        left = row.sent_at is not None
        words = "dropped after it had left" if left else "dropped before it left"
        _end(row, CANCELLED, words, now_us(), revision)
        _told(session, revision, DROP, who, row)
        _tell_results(session, {row.journal_id}, revision)


def unsettled(session: Session) -> bool:
    """Whether any message waits for an export to show it carried out."""
    found = select(Outbox.id).where(
        Outbox.action.in_(SHOWN_BY), Outbox.state.in_((SENDING, SENT, UNCONFIRMED))
    )
    return session.scalar(found.limit(1)) is not None


def confirm_from_export(session: Session, events: Iterable[Shown] | None = None) -> int:
    """Confirm the moves and pauses that these rows show carried out; how many.

    None looks at every row that is stored since the oldest open message was sent. Rows may be
    shown again. A row counts for a message that was sent no later than two seconds after it.
    """
    rows = session.scalars(
        select(Outbox)
        .where(Outbox.action.in_(SHOWN_BY), Outbox.state.in_((SENDING, SENT, UNCONFIRMED)))
        .order_by(Outbox.number)
    ).all()
    if not rows:
        return 0
    orders = _orders(session, rows)
    if events is None:
        since = min(row.sent_at or row.created_at for row in rows) - SLACK
        found = session.execute(
            select(Event.source_id, Event.at, Event.verb, Event.alias, Event.line)
            .where(Event.at >= since, Event.verb.in_(_ORDER_OF))
            .order_by(Event.at, Event.place)
        )
        events = [Shown(*row) for row in found]
    confirmed: list[Outbox] = []
    revision = 0
    for event in events:
        action = _ORDER_OF.get(event.verb)
        if action is None:
            continue
        for row in _shown(orders, event, action):
            revision = revision or next_revision(session)
            _end(row, CONFIRMED, row.answer, event.at, revision)
            row.confirmed_by = "export"
            confirmed.append(row)
    _tell_results(session, {row.journal_id for row in confirmed}, revision)
    return len(confirmed)


def _take_answers(store: Store, connector: Connector, now: int) -> bool:
    answers = {answer.id: answer for answer in reversed(connector.answers())}
    if not answers:
        return False
    with store.read() as session:
        open_ids = _open_ids(session, connector.name, list(answers))
    changed = bool(open_ids)
    if open_ids:
        with store.write() as session:
            revision = next_revision(session)
            ended: set[int] = set()
            for identity in open_ids:
                row = session.get_one(Outbox, identity)
                if not _answerable(row):
                    continue
                answer: Answer = answers[identity]
                _end(row, answer.state, answer.words, now, revision)
                row.confirmed_by = "answer" if answer.state == CONFIRMED else ""
                ended.add(row.journal_id)
            _tell_results(session, ended, revision)
    connector.forget()
    return changed


def _open_ids(session: Session, connector: str, ids: list[str]) -> list[str]:
    found: list[str] = []
    for start in range(0, len(ids), CHUNK):
        rows = session.scalars(
            select(Outbox).where(
                Outbox.id.in_(ids[start : start + CHUNK]), Outbox.connector == connector
            )
        )
        found += [row.id for row in rows if _answerable(row)]
    return found


def _answerable(row: Outbox) -> bool:
    """An answer counts for what left and is open, also when the leader has let it be since."""
    return row.sent_at is not None and (row.state in UNSETTLED or row.state == CANCELLED)


def _late(session: Session, now: int, settings: Settings) -> list[str]:
    rows = session.scalars(
        select(Outbox).where(
            Outbox.state == SENT, Outbox.sent_at <= now - settings.unconfirmed_s * SECOND
        )
    ).all()
    awaited: dict[str, str] = {}
    for row in rows:
        fields = json.loads(row.body)
        if fields.get("contact"):
            awaited[row.id] = fields["contact"]
    # Somebody who moves when their contact ends is not late while it lasts.
    lasting = set(
        session.scalars(
            select(Contact.ref)
            .join(Leg, Leg.contact_id == Contact.id)
            .where(Leg.ended_at.is_(None), Contact.ref.in_(set(awaited.values())))
        )
    )
    return [row.id for row in rows if awaited.get(row.id) not in lasting]


def _mark_late(store: Store, ids: Sequence[str], now: int) -> bool:
    with store.write() as session:
        revision = next_revision(session)
        ended: set[int] = set()
        for identity in ids:
            row = session.get_one(Outbox, identity)
            if row.state == SENT:
                _end(row, UNCONFIRMED, "no answer", now, revision)
                ended.add(row.journal_id)
        _tell_results(session, ended, revision)
    return bool(ended)


def _due(now: int, connectors: Sequence[str]) -> Select[tuple[Outbox]]:
    return (
        select(Outbox)
        .where(
            Outbox.state.in_((PENDING, SENDING)),
            Outbox.next_try_at <= now,
            Outbox.connector.in_(connectors),
        )
        .order_by(Outbox.number)
    )


def _send(store: Store, connector: Connector, now: int) -> bool:
    """Send what is due. Written down as `sending` before, so that a crash cannot lose it."""
    claimed, changed = _claim(store, connector, now)
    if not claimed:
        return changed
    handed: list[str] = []
    problem: Unreachable | None = None
    try:
        for parcel, _first in claimed:
            connector.send(parcel)
            handed.append(parcel.id)
    except Unreachable as error:
        problem = error
    safe = True
    try:
        connector.settle()
    except Unreachable as error:
        problem, safe = error, False
    with store.write() as session:
        revision = next_revision(session)
        for parcel, first in claimed:
            row = session.get_one(Outbox, parcel.id)
            if row.state != SENDING:
                continue
            row.revision = revision
            if parcel.id in handed and safe:
                row.state = SENT
                continue
            row.state = PENDING
            wait = min(FIRST_WAIT * 2 ** min(row.attempts - 1, 10), LONGEST_WAIT)
            row.next_try_at = now + wait
            row.answer = str(problem)
            if first and parcel.id not in handed:
                row.sent_at = None
    return True


def _claim(store: Store, connector: Connector, now: int) -> tuple[list[tuple[Parcel, bool]], bool]:
    """What is to be sent now, and whether it leaves for the first time."""
    claimed: list[tuple[Parcel, bool]] = []
    with store.write() as session:
        question = _due(now, [connector.name])
        rows = session.scalars(question.with_for_update(skip_locked=True)).all()
        revision = next_revision(session) if rows else 0
        ended: set[int] = set()
        for row in rows:
            row.revision = revision
            if row.expires_at is not None and row.expires_at < now:
                if row.sent_at is None:
                    _end(row, CANCELLED, "too late: it could not leave in time", now, revision)
                    ended.add(row.journal_id)
                else:
                    row.state = SENT
                continue
            claimed.append((_parcel(row), row.sent_at is None))
            row.state = SENDING
            row.attempts += 1
            row.sent_at = row.sent_at or now
            row.next_try_at = now + LEASE
        _tell_results(session, ended, revision)
        changed = bool(rows)
    return claimed, changed


def _parcel(row: Outbox) -> Parcel:
    return Parcel(
        row.id,
        row.created_at,
        row.expires_at,
        row.action,
        row.item,
        json.loads(row.body),
        row.origin if row.takes_back else "",
    )


def _end(row: Outbox, state: str, words: str, now: int, revision: int) -> None:
    row.state = state
    row.answer = words
    row.ended_at = now
    row.revision = revision


def _found(session: Session, message_id: str) -> Outbox:
    row = session.get(Outbox, message_id)
    if row is None:
        raise NotAllowed("There is no such message.", message_id)
    return row


def _retry(session: Session, row: Outbox, who: str) -> None:
    if row.state not in (REFUSED, UNCONFIRMED, CANCELLED):
        raise NotAllowed("This cannot be sent again.", f"“{row.item}” is {row.state}.")
    if _overtaken(session, row):
        raise NotAllowed("This cannot be sent again.", f"“{row.item}” was taken back since.")
    revision = next_revision(session)
    if row.state == UNCONFIRMED:
        # Perhaps it was carried out: under its old id the far side can tell.
        now = now_us()
        row.expires_at = now + message_of(row).valid_s * SECOND
        row.state, row.next_try_at, row.ended_at, row.answer = PENDING, now, None, ""
        row.revision = revision
    else:
        post(
            session,
            revision,
            message_of(row),
            journal_id=row.journal_id,
            connector=row.connector,
            origin=row.origin,
            takes_back=row.takes_back,
        )
    _told(session, revision, RETRY, who, row)


def _overtaken(session: Session, row: Outbox) -> bool:
    """Whether its act was undone, or another message about the same thing was made since."""
    newer = aliased(Outbox)
    return bool(
        session.scalar(
            select(
                exists().where(newer.origin == row.origin, newer.number > row.number)
                | exists().where(Journal.undoes == row.journal_id)
            )
        )
    )


def _told(session: Session, revision: int, what: str, who: str, row: Outbox) -> None:
    chain.append(
        session,
        revision,
        who=who,
        command=what,
        title=f"{what}: {row.item}",
        detail={"of": row.journal_id, "message": row.id},
    )


def _tell_results(session: Session, journal_ids: Iterable[int], revision: int) -> None:
    """Put on record what became of an act, once nothing of it is under way any more."""
    for journal_id in sorted(journal_ids):
        rows = session.scalars(
            select(Outbox).where(Outbox.journal_id == journal_id).order_by(Outbox.number)
        ).all()
        newest = {row.origin: row for row in rows}.values()
        if any(row.state in UNDERWAY for row in newest):
            continue
        states = sorted({row.state for row in newest})
        entry = session.get_one(Journal, journal_id)
        chain.append(
            session,
            revision,
            who=", ".join(sorted({row.connector for row in newest})),
            command=RESULT,
            title=f"{entry.title}: {', '.join(states)}",
            detail={
                "of": journal_id,
                "items": [[row.item, row.state, row.answer] for row in newest],
            },
            result=", ".join(states),
        )


# (source, queue name, alias) of everything that an agent is called, to what was asked of them.
Orders = dict[tuple[int, str, str], list[Outbox]]


def _orders(session: Session, unsettled: Sequence[Outbox]) -> Orders:
    """All orders about agents since the oldest open one: a later one may have undone an earlier."""
    rows = session.scalars(
        select(Outbox)
        .where(
            Outbox.action.in_(SHOWN_BY),
            Outbox.number >= unsettled[0].number,
            Outbox.sent_at.is_not(None),
            Outbox.state.in_((SENDING, SENT, UNCONFIRMED, CONFIRMED)),
        )
        .order_by(Outbox.sent_at, Outbox.number)
    ).all()
    fields = {row.id: json.loads(row.body) for row in rows}
    sources = {name: number for number, name in session.execute(select(Source.id, Source.name))}
    aliases: dict[int, set[str]] = {}
    agents = {body["agent_id"] for body in fields.values()}
    for alias in session.scalars(select(AgentAlias).where(AgentAlias.agent_id.in_(agents))):
        aliases.setdefault(alias.agent_id, set()).add(alias.alias)
    orders: Orders = {}
    for row in rows:
        body = fields[row.id]
        source_id = sources.get(body["source"])
        if source_id is None:
            continue
        names = {body["agent"], body["interface"], body["member"], ""} - {""}
        for name in names | aliases.get(body["agent_id"], set()):
            orders.setdefault((source_id, body["queue"], name), []).append(row)
    return orders


def _shown(orders: Orders, event: Shown, action: str) -> list[Outbox]:
    """The open messages that this row shows carried out, newest first."""
    parts = event.line.split("|", 3)
    if len(parts) < 3:
        return []
    alias = event.alias
    about = orders.get((event.source_id, parts[2], alias))
    about = about or orders.get((event.source_id, parts[2], alias.split(",")[0]), [])
    found: list[Outbox] = []
    for row in reversed(about):
        sent_at = row.sent_at or row.created_at
        if sent_at - SLACK > event.at:
            continue
        if row.action == _OPPOSITE[action] and sent_at <= event.at:
            break
        if row.action == action and row.state in (SENDING, SENT, UNCONFIRMED):
            found.append(row)
    return found
