"""What is waiting to leave: send it, hear what became of it, try again or let it be."""

import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from console.connectors.connector import Connector, Unreachable
from console.domain.messages import (
    CANCELLED,
    CONFIRMED,
    PENDING,
    REFUSED,
    SENDING,
    SENT,
    UNCONFIRMED,
    UNSETTLED,
    Answer,
    Parcel,
)
from console.domain.times import SECOND, now_us, pace
from console.errors import NotAllowed
from console.settings import Settings
from console.store import chain
from console.store.chain import DROP, RETRY
from console.store.engine import Store, next_revision
from console.store.post import end, message_of, post, routes, tell_results
from console.store.tables import Contact, Journal, Leg, Outbox

# A message that is `sending` for longer than this was left behind by a console that died.
LEASE = 10 * SECOND
# The first try again comes after this, each further one after twice as long, up to the limit.
FIRST_WAIT = 2 * SECOND
LONGEST_WAIT = 60 * SECOND
# What a connector that forgets when it dies has not answered is handed over again after this, under
# the same id; each further time after twice as long.
UNANSWERED = 15 * SECOND
CHUNK = 400


def pump(store: Store, connectors: Sequence[Connector], now: int, settings: Settings) -> bool:
    """Take answers, notice what is late, send what is due; True when anything changed.

    Costs two questions where there is nothing to do. `now` is microseconds since 1970 UTC.
    """
    changed = False
    for connector in connectors:
        changed |= take_answers(store, connector, now)
        connector.forget()
    with store.read() as session:
        late = _late(session, now, settings)
        due = set(session.scalars(_due(now, connectors).with_only_columns(Outbox.connector)))
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
        end(row, CANCELLED, words, now_us(), revision)
        _told(session, revision, DROP, who, row)
        tell_results(session, {row.journal_id}, revision)


def take_answers(store: Store, connector: Connector, now: int) -> bool:
    """Put on record what the platform has answered; True when that changed anything."""
    answers = {answer.id: answer for answer in reversed(connector.answers())}
    if not answers:
        return False
    with store.read() as session:
        open_ids = _open_ids(session, connector.name, list(answers))
    changed = bool(open_ids)
    if open_ids:
        with store.write(durable=connector.keeps) as session:
            revision = next_revision(session)
            ended: set[int] = set()
            for identity in open_ids:
                row = session.get_one(Outbox, identity)
                if not _answerable(row):
                    continue
                answer: Answer = answers[identity]
                end(row, answer.state, answer.words, now, revision)
                row.confirmed_by = "answer" if answer.state == CONFIRMED else ""
                ended.add(row.journal_id)
            tell_results(session, ended, revision)
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
            Outbox.state == SENT, Outbox.sent_at <= now - _ours(settings.unconfirmed_s * SECOND)
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
    with store.write(durable=False) as session:
        revision = next_revision(session)
        ended: set[int] = set()
        for identity in ids:
            row = session.get_one(Outbox, identity)
            if row.state == SENT:
                end(row, UNCONFIRMED, "no answer", now, revision)
                ended.add(row.journal_id)
        tell_results(session, ended, revision)
    return bool(ended)


def _due(now: int, connectors: Sequence[Connector]) -> Select[tuple[Outbox]]:
    """What is to leave now, in its order. What is about the same thing as an earlier message which
    has not left yet waits for that one: a pause must not overtake the end of another."""
    earlier = aliased(Outbox)
    held = exists().where(
        earlier.subject == Outbox.subject,
        earlier.number < Outbox.number,
        earlier.state.in_((PENDING, SENDING)),
        earlier.next_try_at > now,
        Outbox.subject != "",
    )
    return (
        select(Outbox)
        .where(_is_due(now, connectors), Outbox.next_try_at <= now, ~held)
        .order_by(Outbox.number)
    )


def _is_due(now: int, connectors: Sequence[Connector]) -> ColumnElement[bool]:
    names = [connector.name for connector in connectors]
    forgetful = [connector.name for connector in connectors if not connector.keeps]
    later = aliased(Outbox)
    overtaken = exists().where(
        later.subject == Outbox.subject,
        later.number > Outbox.number,
        later.sent_at.is_not(None),
        Outbox.subject != "",
    )
    unanswered = and_(Outbox.state == SENT, Outbox.expires_at > now, ~overtaken)
    return or_(
        and_(Outbox.state.in_((PENDING, SENDING)), Outbox.connector.in_(names)),
        and_(unanswered, Outbox.connector.in_(forgetful)),
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
    # If the power goes now they are `sending` still, and leave again under their ids.
    with store.write(durable=False) as session:
        revision = next_revision(session)
        for parcel, first in claimed:
            row = session.get_one(Outbox, parcel.id)
            if row.state != SENDING:
                continue
            row.revision = revision
            times = 2 ** min(row.attempts - 1, 10)
            if parcel.id in handed and safe:
                row.state = SENT
                row.next_try_at = now + _ours(UNANSWERED * times)
                continue
            row.state = PENDING
            row.next_try_at = now + _ours(min(FIRST_WAIT * times, LONGEST_WAIT))
            row.answer = str(problem)
            if first and parcel.id not in handed:
                row.sent_at = None
    return True


def _claim(store: Store, connector: Connector, now: int) -> tuple[list[tuple[Parcel, bool]], bool]:
    """What is to be sent now, and whether it leaves for the first time."""
    claimed: list[tuple[Parcel, bool]] = []
    with store.write() as session:
        question = _due(now, [connector])
        rows = session.scalars(question.with_for_update(skip_locked=True)).all()
        revision = next_revision(session) if rows else 0
        ended: set[int] = set()
        for row in rows:
            row.revision = revision
            until = _expires_at(row)
            if until is not None and until < now:
                if row.sent_at is None:
                    end(row, CANCELLED, "too late: it could not leave in time", now, revision)
                    ended.add(row.journal_id)
                else:
                    row.state = SENT
                continue
            claimed.append((_parcel(row), row.sent_at is None))
            row.state = SENDING
            row.attempts += 1
            row.sent_at = row.sent_at or now
            row.next_try_at = now + _ours(LEASE)
        tell_results(session, ended, revision)
        changed = bool(rows)
    return claimed, changed


def _ours(wait: int) -> int:
    """A wait for processes of our time, in the present's: a rehearsal may go faster than they."""
    return round(wait * pace())


def _expires_at(row: Outbox) -> int | None:
    if row.expires_at is None:
        return None
    return row.created_at + _ours(row.expires_at - row.created_at)


def _parcel(row: Outbox) -> Parcel:
    return Parcel(
        row.id,
        row.created_at,
        _expires_at(row),
        row.action,
        row.item,
        json.loads(row.body),
        row.origin if row.takes_back else "",
        row.attempts > 0,
    )


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
            connectors=routes(session),
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
