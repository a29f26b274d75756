"""What is written of contacts and agents, whatever kind of evidence told it.

One `Rows` lives for one transaction. It knows names, writes contacts with their legs, promises and
intervals, and at the end sums anew what was touched.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from operator import add
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    delete,
    func,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from console.domain import facts
from console.domain.statements import Name, decode
from console.domain.times import MINUTE
from console.store import dialect
from console.store.tables import (
    Agent,
    AgentAlias,
    AgentInterval,
    Channel,
    Contact,
    Leg,
    Promise,
    Queue,
    Rollup,
    Said,
)
from console.sync.beside import beside
from console.sync.join import AS_WRITTEN
from console.sync.leftovers import Leftovers, drop_agent

T = TypeVar("T")

QUARTER = 15 * MINUTE
#: As many agents are made one by one.
_FEW = 3
#: So many queues are summed at a time.
_QUEUES = 500
#: The subject of statements that name queues, agents and customers.
NAMES = "name"

CONTACT_COLUMNS = (
    "id", "source_id", "ref", "channel", "customer", "first_at", "last_at", "evidence", "revision",
    "direction", "topic",
)  # fmt: skip
LEG_COLUMNS = (
    "contact_id", "number", "source_id", "queue_id", "agent_id", "entered_at", "entry_seen",
    "connected_at", "ended_at", "outcome", "ended_by", "wait_us", "talk_us", "rings", "revision",
    "hold_us", "disposition", "note_chars", "ring_us", "wrapup_us",
)  # fmt: skip
INTERVAL_COLUMNS = (
    "source_id", "agent_id", "alias", "kind", "queue_id", "contact_id", "started_at", "ended_at",
    "source_state", "ended_by", "revision",
)  # fmt: skip
SUMS = ("received", "answered", "abandoned", "flow_out", "refused", "wait_us", "talk_us")
PROMISE_COLUMNS = (
    "contact_id", "source_id", "queue_id", "requested_at", "due_at", "dialled_at", "ended_at",
    "outcome", "revision",
)  # fmt: skip


class Rows:
    def __init__(self, session: Session, revision: int) -> None:
        self.session = session
        self.revision = revision
        self._queues: dict[tuple[int, str, str], int] = {}
        self._agents: dict[tuple[int, str], int] = {}
        # Quarters to be summed anew, and what is to be added to those in which legs only came.
        self._quarters: set[tuple[int, int]] = set()
        self._added: dict[tuple[int, int], list[int]] = {}
        self._agents_touched: set[int] = set()
        self.leftovers = Leftovers(session)

    # --- names

    def learn(self, source_id: int, agents: Iterable[str], queues: Iterable[str] = ()) -> None:
        """Look the ids of a batch up at once instead of one by one."""
        refs = [ref for ref in {*agents} if ref and (source_id, ref) not in self._agents]
        if refs:
            found = select(Agent.ref, Agent.id).where(
                Agent.source_id == source_id, Agent.ref.in_(dialect.many(self.session, refs))
            )
            for ref, id in self.session.execute(found):
                self._agents[(source_id, ref)] = id
        refs = [ref for ref in {*queues} if ref]
        if refs:
            known = select(Queue.ref, Queue.channel, Queue.id).where(
                Queue.source_id == source_id, Queue.ref.in_(dialect.many(self.session, refs))
            )
            for ref, channel, id in self.session.execute(known):
                self._queues[(source_id, ref, channel)] = id

    def make_agents(self, source_id: int, refs: Iterable[str]) -> None:
        """Those of these agents that are not there yet, at once."""
        self.learn(source_id, refs)
        new = sorted(ref for ref in {*refs} if ref and (source_id, ref) not in self._agents)
        if len(new) < _FEW:
            return  # made when they are asked for
        tied = set(
            self.session.scalars(
                select(AgentAlias.alias).where(
                    AgentAlias.source_id == source_id,
                    AgentAlias.alias.in_(dialect.many(self.session, new)),
                )
            )
        )
        keys = [f"agent:{ref}" for ref in new]
        names: dict[str, Name] = {}
        for body in self.session.scalars(
            select(Said.body).where(
                Said.source_id == source_id,
                Said.subject == NAMES,
                Said.key.in_(dialect.many(self.session, keys)),
            )
        ):
            said = decode(body)
            if isinstance(said, Name):
                names[said.id] = said
        rows: list[tuple[object, ...]] = []
        for ref in new:
            said = names.get(ref)
            e_mail = said.e_mail if said is not None else ""
            rows.append((source_id, ref, called(said, ref), e_mail, self.revision))
        dialect.bulk_insert(
            self.session, "agent", ("source_id", "ref", "name", "e_mail", "revision"), rows
        )
        self.learn(source_id, new)
        # Not all that is said of agents makes a row.
        self.leftovers.loosen(Agent, [self._agents[(source_id, ref)] for ref in new])
        dialect.upsert(
            self.session,
            "agent_alias",
            ("source_id", "alias"),
            ("agent_id", "evidence"),
            [
                (source_id, ref, self._agents[(source_id, ref)], AS_WRITTEN)
                for ref in new
                if ref not in tied
            ],
        )

    def queue_id(self, source_id: int, ref: str, channel: str) -> int:
        key = (source_id, ref, channel)
        if key not in self._queues:
            found = self.session.scalar(
                select(Queue.id).where(
                    Queue.source_id == source_id, Queue.ref == ref, Queue.channel == channel
                )
            )
            self._queues[key] = found if found is not None else self._new_queue(*key)
        self.leftovers.hold_queue(self._queues[key])
        return self._queues[key]

    def _new_queue(self, source_id: int, ref: str, channel: str) -> int:
        if self.session.get(Channel, channel) is None:
            self.session.add(Channel(name=channel, expected_s=4 * 3600, critical=False))
        said = self.name_of(source_id, "queue", ref)
        row = Queue(
            source_id=source_id,
            ref=ref,
            name=called(said, ref),
            channel=channel,
            revision=self.revision,
        )
        self.session.add(row)
        self.session.flush()
        return row.id

    def agent_id(self, source_id: int, ref: str) -> int:
        """The agent of that very id: what it may stand for must not hang on when it was read."""
        key = (source_id, ref)
        if key not in self._agents:
            found = self.session.scalar(
                select(Agent.id).where(Agent.source_id == source_id, Agent.ref == ref)
            )
            self._agents[key] = found if found is not None else self._new_agent(source_id, ref)
        self._agents_touched.add(self._agents[key])
        self.leftovers.hold_agent(self._agents[key])
        return self._agents[key]

    def _new_agent(self, source_id: int, ref: str) -> int:
        said = self.name_of(source_id, "agent", ref)
        row = Agent(
            source_id=source_id,
            ref=ref,
            name=called(said, ref),
            e_mail=said.e_mail if said is not None else "",
            revision=self.revision,
        )
        self.session.add(row)
        self.session.flush()
        if self.session.get(AgentAlias, (source_id, ref)) is None:
            self.session.add(
                AgentAlias(source_id=source_id, alias=ref, agent_id=row.id, evidence=AS_WRITTEN)
            )
            self.session.flush()
        return row.id

    def name_of(self, source_id: int, kind: str, ref: str) -> Name | None:
        """What the source says something is called; None where it has not said."""
        body = self.session.scalar(
            select(Said.body).where(
                Said.source_id == source_id, Said.subject == NAMES, Said.key == f"{kind}:{ref}"
            )
        )
        if body is None:
            return None
        try:
            said = decode(body)
        except msgspec.DecodeError:
            return None
        return said if isinstance(said, Name) else None

    # --- contacts

    def next_contact_id(self) -> int:
        return (self.session.scalar(select(func.max(Contact.id))) or 0) + 1

    def insert(self, source_id: int, told: Sequence[tuple[str, str, facts.Contact]]) -> None:
        """Contacts that are not there yet: the source's id, the evidence, what it tells."""
        if not told:
            return
        contacts: list[tuple[object, ...]] = []
        legs: list[tuple[object, ...]] = []
        intervals: list[tuple[object, ...]] = []
        promises: list[tuple[object, ...]] = []
        for contact_id, (ref, evidence, contact) in enumerate(told, self.next_contact_id()):
            contacts.append(
                (contact_id, source_id, ref, contact.channel, contact.customer, contact.first_at,
                 contact.last_at, evidence, self.revision, contact.direction, contact.topic)
            )  # fmt: skip
            self._rows_of(source_id, contact_id, contact, legs, intervals, promises, new=True)
        dialect.bulk_insert(self.session, "contact", CONTACT_COLUMNS, contacts)
        self._insert_parts(legs, intervals, promises)

    def rewrite(self, source_id: int, told: Sequence[tuple[int, str, facts.Contact]]) -> None:
        """Contacts that are there, by their ids here, told anew."""
        if not told:
            return
        ids = [contact_id for contact_id, _evidence, _contact in told]
        self._clear(ids)
        legs: list[tuple[object, ...]] = []
        intervals: list[tuple[object, ...]] = []
        promises: list[tuple[object, ...]] = []
        updates: list[dict[str, object]] = []
        for contact_id, evidence, contact in told:
            updates.append(
                {
                    "id": contact_id,
                    "channel": contact.channel,
                    "customer": contact.customer,
                    "first_at": contact.first_at,
                    "last_at": contact.last_at,
                    "evidence": evidence,
                    "direction": contact.direction,
                    "topic": contact.topic,
                    "revision": self.revision,
                }
            )
            self._rows_of(source_id, contact_id, contact, legs, intervals, promises)
        self.session.execute(update(Contact), updates)
        self._insert_parts(legs, intervals, promises)

    def drop(self, contact_id: int) -> None:
        """A contact of which no evidence is left."""
        self._clear([contact_id])
        self.session.execute(delete(Contact).where(Contact.id == contact_id))

    def _clear(self, ids: Sequence[int]) -> None:
        """Take away what was told of these contacts, and note what has to be summed anew."""
        connection = self.session.connection()
        many = dialect.many(self.session, list(ids))
        queues: set[int] = set()
        agents: set[int] = set()
        told: list[type[Leg | AgentInterval | Promise]] = []
        rows: Iterable[tuple[int | None, int | None, int | None]]
        for table, columns in (
            (Leg, (Leg.queue_id, Leg.agent_id, Leg.entered_at)),
            (AgentInterval, (AgentInterval.queue_id, AgentInterval.agent_id, null())),
            (Promise, (Promise.queue_id, null(), null())),
        ):
            rows = connection.execute(select(*columns).where(table.contact_id.in_(many))).tuples()
            for queue_id, agent_id, entered_at in rows:
                if table not in told:
                    told.append(table)
                if queue_id is not None:
                    queues.add(queue_id)
                    if entered_at is not None:
                        self._quarters.add((queue_id, entered_at - entered_at % QUARTER))
                if agent_id is not None:
                    agents.add(agent_id)
        self.leftovers.loosen(Queue, queues)
        self.leftovers.loosen(Agent, agents)
        self._agents_touched |= agents
        for table in told:
            connection.execute(delete(table).where(table.contact_id.in_(many)))

    def _insert_parts(
        self,
        legs: Sequence[tuple[object, ...]],
        intervals: Sequence[tuple[object, ...]],
        promises: Sequence[tuple[object, ...]],
    ) -> None:
        dialect.bulk_insert(self.session, "leg", LEG_COLUMNS, legs)
        dialect.bulk_insert(self.session, "agent_interval", INTERVAL_COLUMNS, intervals)
        dialect.bulk_insert(self.session, "promise", PROMISE_COLUMNS, promises)

    def _rows_of(
        self,
        source_id: int,
        contact_id: int,
        contact: facts.Contact,
        legs: list[tuple[object, ...]],
        intervals: list[tuple[object, ...]],
        promises: list[tuple[object, ...]],
        *,
        new: bool = False,
    ) -> None:
        channel = contact.channel

        def queue_of(ref: str | None) -> int | None:
            return None if ref is None else self.queue_id(source_id, ref, channel)

        told = beside(contact)
        for number, leg in enumerate(contact.legs, 1):
            queue_id = queue_of(leg.queue)
            agent_id = None if leg.agent is None else self.agent_id(source_id, leg.agent)
            if queue_id is not None:
                quarter = (queue_id, leg.entered_at - leg.entered_at % QUARTER)
                if new:
                    self.add_sums(quarter, _sums_of(leg))
                else:
                    self._quarters.add(quarter)
            legs.append(
                (contact_id, number, source_id, queue_id, agent_id, leg.entered_at, leg.entry_seen,
                 leg.connected_at, leg.ended_at, leg.outcome, leg.ended_by[:32], leg.wait_us,
                 leg.talk_us, leg.rings, self.revision, leg.hold_us, leg.disposition,
                 leg.note_chars, told.ring.get(number - 1), told.wrapup.get(number - 1))
            )  # fmt: skip
        intervals += self.rows_of_spans(source_id, contact_id, channel, told.others)
        for promise in contact.promises:
            promises.append(
                (contact_id, source_id, queue_of(promise.queue), promise.requested_at,
                 promise.due_at, promise.dialled_at, promise.ended_at, promise.outcome,
                 self.revision)
            )  # fmt: skip

    def rows_of_spans(
        self, source_id: int, contact_id: int, channel: str, spans: Iterable[facts.Interval]
    ) -> list[tuple[object, ...]]:
        """INTERVAL_COLUMNS of what the legs of a contact do not tell."""
        return [
            (source_id, self.agent_id(source_id, span.agent), span.agent, span.kind,
             None if span.queue is None else self.queue_id(source_id, span.queue, channel),
             contact_id, span.started_at, span.ended_at, span.source_state[:120],
             span.ended_by[:32], self.revision)
            for span in spans
        ]  # fmt: skip

    # --- agents

    def cutoffs(self, source_id: int, aliases: dict[str, int]) -> tuple[dict[str, int], list[int]]:
        """For each alias an instant that no interval spans, and the intervals from there on."""
        cutoffs = dict(aliases)
        spans: dict[str, list[tuple[int, int, int | None]]] = {}
        pending = list(aliases)
        while pending:
            for alias in pending:
                spans[alias] = []
            for id, alias, started_at, ended_at in self.session.execute(
                select(
                    AgentInterval.id, AgentInterval.alias, AgentInterval.started_at,
                    AgentInterval.ended_at,
                ).where(
                    AgentInterval.source_id == source_id,
                    AgentInterval.alias.in_(dialect.many(self.session, pending)),
                    AgentInterval.contact_id.is_(None),
                    or_(
                        AgentInterval.ended_at.is_(None),
                        AgentInterval.ended_at >= min(cutoffs[alias] for alias in pending),
                    ),
                )
            ):  # fmt: skip
                if ended_at is None or ended_at >= cutoffs[alias]:
                    spans[alias].append((id, started_at, ended_at))
            still: list[str] = []
            for alias in pending:
                earliest = min((started for _id, started, _end in spans[alias]), default=None)
                if earliest is not None and earliest < cutoffs[alias]:
                    cutoffs[alias] = earliest
                    still.append(alias)
            pending = still
        return cutoffs, [id for found in spans.values() for id, _start, _end in found]

    def touch_agents(self, ids: Iterable[int]) -> None:
        """Agents whose rows changed: views are told."""
        self._agents_touched.update(ids)

    def drop_unused(self, agent_id: int) -> None:
        """Forget an agent of whom nothing is told."""
        if drop_agent(self.session, agent_id):
            self._forget({agent_id})

    def _forget(self, agent_ids: set[int]) -> None:
        self._agents_touched -= agent_ids
        self._agents = {key: id for key, id in self._agents.items() if id not in agent_ids}

    # --- sums

    def finish(self) -> None:
        """Sum anew what was touched, and number the rows that views watch."""
        self._sum_quarters()
        queues, agents = self.leftovers.drop()
        self._queues = {key: id for key, id in self._queues.items() if id not in queues}
        self._forget(agents)
        for chunk in chunks(sorted(self._agents_touched), 500):
            self.session.execute(
                update(Agent).where(Agent.id.in_(chunk)).values(revision=self.revision)
            )

    def add_sums(self, quarter: tuple[int, int], sums: Sequence[int]) -> None:
        """Note what legs that are new make of a quarter (queue, start): SUMS."""
        before = self._added.get(quarter)
        self._added[quarter] = [*sums] if before is None else [*map(add, before, sums)]

    def _sum_quarters(self) -> None:
        dialect.upsert(
            self.session,
            "rollup",
            ("queue_id", "from_at"),
            (*SUMS, "revision"),
            [
                (*quarter, *sums, self.revision)
                for quarter, sums in self._added.items()
                if quarter not in self._quarters
            ],
            added=SUMS,
        )
        self._added.clear()
        if not self._quarters:
            return
        queues = {queue_id for queue_id, _from_at in self._quarters}
        rows: list[tuple[object, ...]] = []
        for low, high in _spans(sorted({from_at for _queue_id, from_at in self._quarters})):
            for some in chunks(sorted(queues), _QUEUES):
                found = self.session.connection().execute(
                    _sums(), {"queues": some, "low": low, "high": high + QUARTER}
                )
                rows.extend(
                    (*row, self.revision) for row in found if (row[0], row[1]) in self._quarters
                )
        gone = self._quarters - {(row[0], row[1]) for row in rows}
        for chunk in chunks(sorted(gone), 200):
            self.session.execute(
                delete(Rollup).where(tuple_(Rollup.queue_id, Rollup.from_at).in_(chunk))
            )
        dialect.upsert(
            self.session,
            "rollup",
            ("queue_id", "from_at"),
            (*SUMS, "revision"),
            rows,
        )
        self._quarters.clear()


def called(said: Name | None, ref: str) -> str:
    """What a queue or an agent of this id is called, by what the source says of its name."""
    return (said is not None and (said.name or said.e_mail) or ref)[:256]


def _sums_of(leg: facts.Leg) -> tuple[int, ...]:
    """What one leg adds to the sums of its quarter."""
    outcome = leg.outcome
    answered = outcome == facts.ANSWERED
    return (
        int(leg.entry_seen or answered),
        int(answered),
        int(outcome == facts.ABANDONED),
        int(outcome in facts.FLOW_OUT),
        int(outcome in facts.REFUSED),
        leg.wait_us or 0 if answered else 0,
        leg.talk_us or 0 if answered else 0,
    )


@cache
def _sums() -> Select[Any]:
    """Sums of legs for each queue and quarter of an hour; made once, as it is long."""
    quarter = Leg.entered_at - Leg.entered_at % QUARTER
    answered = Leg.outcome == facts.ANSWERED

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(dialect.as_number(condition))

    return (
        select(
            Leg.queue_id,
            quarter,
            count(Leg.entry_seen | answered),
            count(answered),
            count(Leg.outcome == facts.ABANDONED),
            count(Leg.outcome.in_(facts.FLOW_OUT)),
            count(Leg.outcome.in_(facts.REFUSED)),
            func.coalesce(func.sum(Leg.wait_us).filter(answered), 0),
            func.coalesce(func.sum(Leg.talk_us).filter(answered), 0),
        )
        .where(
            Leg.queue_id.in_(bindparam("queues", expanding=True)),
            Leg.entered_at >= bindparam("low"),
            Leg.entered_at < bindparam("high"),
        )
        .group_by(Leg.queue_id, quarter)
    )


def _spans(starts: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Runs of quarters that lie close together, as (first, last)."""
    first = last = starts[0]
    for start in starts[1:]:
        if start - last > 8 * QUARTER:
            yield first, last
            first = start
        last = start
    yield first, last


def chunks(items: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


__all__ = ["INTERVAL_COLUMNS", "NAMES", "QUARTER", "Rows", "called", "chunks"]
