"""Statements put together with those that are kept, and what follows told anew.

Of two statements with one identity the newer holds (`console.domain.statements`), so the rows are
the same whatever came first, and however often. A contact keeps its own statements; what is said of
agents, tickets and names lies in `said`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import delete, select, tuple_, update

from console.domain import facts
from console.domain.statements import (
    Count,
    Course,
    Moment,
    Name,
    Presence,
    Said,
    Serves,
    Statement,
    Step,
    Ticket,
    Told,
    decode,
    encode,
    newer,
)
from console.exports.telling import contact_of, intervals_of
from console.exports.ticket_telling import NO_GROUP
from console.store import dialect, tables
from console.store.tables import Agent, AgentInterval, Contact, Queue
from console.sync.leftovers import AGENT
from console.sync.rows import INTERVAL_COLUMNS, NAMES, called, chunks
from console.sync.ticket_rows import TICKET, TicketRows

#: Statements that count for themselves and are kept as rows of their own.
CONTACT, COUNT = "contact:", "count:"
SERVES = "serves"
#: Later than any time: an agent's open intervals only.
_OPEN_ONLY = 1 << 62
_LONGEST = 250
_NOTES = msgspec.json.Decoder(list[tuple[str, str, int, str]])


@dataclass(slots=True)
class _Best:
    """The newest statement of an identity within one batch, and the record that made it."""

    version: int
    body: str
    said: Said
    record: int


class Records(TicketRows):
    """Merges the statements of one source; `take` may be called again and again."""

    def take(self, source_id: int, records: Sequence[Sequence[Statement]]) -> list[bool]:
        """Merge the statements of records; for each record, whether it changed anything."""
        best = _best(records)
        fresh = [False] * len(records)
        contacts: dict[str, dict[str, _Best]] = {}
        counts: list[_Best] = []
        others: dict[str, dict[str, _Best]] = {}
        for subject, keyed in best.items():
            if subject.startswith(CONTACT):
                contacts[subject[len(CONTACT) :]] = keyed
            elif subject.startswith(COUNT):
                counts.extend(keyed.values())
            else:
                others[subject] = keyed
        changed = self._keep(source_id, others, fresh)
        # Names first: what is told next is called by them.
        self._rename(source_id, changed.get(NAMES, {}))
        self._contacts(source_id, contacts, fresh)
        for subject, keyed in changed.items():
            if subject.startswith(AGENT):
                self._agent(source_id, subject, keyed)
        self.tickets(source_id, [each for each in changed if each.startswith(TICKET)])
        self._count(source_id, counts, fresh)
        return fresh

    def take_back(self, source_id: int, noted: str) -> None:
        """What a row at a file's end told which may have been cut (`note_of`), where it holds."""
        gone: dict[str, dict[str, _Best]] = {}
        for subject, key, version, body in _NOTES.decode(noted) if noted else ():
            gone.setdefault(subject, {})[key] = _Best(version, body, decode(body), -1)
        for subject, keyed in gone.items():
            if subject.startswith(CONTACT):
                self._take_from_contact(source_id, subject[len(CONTACT) :], keyed)
            elif not subject.startswith(COUNT):
                self._take_from_said(source_id, subject, keyed)

    def _take_from_contact(self, source_id: int, ref: str, gone: dict[str, _Best]) -> None:
        found = self.session.execute(
            select(Contact.id, Contact.evidence).where(
                Contact.source_id == source_id, Contact.ref == ref
            )
        ).first()
        have = _parsed(found.evidence) if found is not None else {}
        left = {key: each for key, each in have.items() if not _same(each, gone.get(key))}
        if found is None or len(left) == len(have):
            return
        told = contact_of([(key, each.said) for key, each in left.items()], ref) if left else None
        if told is None:
            self.drop(found.id)
        else:
            self.rewrite(source_id, [(found.id, _evidence(left), told)])

    def _take_from_said(self, source_id: int, subject: str, gone: dict[str, _Best]) -> None:
        table = tables.Said
        for key, each in gone.items():
            self.session.execute(
                delete(table).where(
                    table.source_id == source_id, table.subject == subject, table.key == key,
                    table.version == each.version, table.body == each.body,
                )
            )  # fmt: skip
        if subject.startswith(AGENT):
            self._agent(source_id, subject, gone)
        elif subject.startswith(TICKET):
            self.tickets(source_id, [subject], drop=True)

    # --- contacts

    def _contacts(
        self, source_id: int, contacts: dict[str, dict[str, _Best]], fresh: list[bool]
    ) -> None:
        if not contacts:
            return
        stored = {
            ref: (id, evidence)
            for id, ref, evidence in self.session.execute(
                select(Contact.id, Contact.ref, Contact.evidence).where(
                    Contact.source_id == source_id,
                    Contact.ref.in_(dialect.many(self.session, list(contacts))),
                )
            )
        }
        self._learn_names(source_id, contacts)
        new: list[tuple[str, str, facts.Contact]] = []
        again: list[tuple[int, str, facts.Contact]] = []
        for ref, keyed in contacts.items():
            kept = stored.get(ref)
            if kept is None:
                for each in keyed.values():
                    fresh[each.record] = True
                told = contact_of([(key, each.said) for key, each in keyed.items()], ref)
                if told is not None:
                    new.append((ref, _evidence(keyed), told))
                continue
            have = _parsed(kept[1])
            if not _merge(have, keyed, fresh):
                continue
            told = contact_of([(key, each.said) for key, each in have.items()], ref)
            if told is not None:
                again.append((kept[0], _evidence(have), told))
        self.insert(source_id, new)
        self.rewrite(source_id, again)

    def _learn_names(self, source_id: int, contacts: dict[str, dict[str, _Best]]) -> None:
        agents: set[str] = set()
        queues: set[str] = set()
        for keyed in contacts.values():
            for each in keyed.values():
                said = each.said
                if isinstance(said, Course):
                    for stay in said.stays:
                        queues.add(stay.queue or "")
                        agents.add(stay.agent or "")
                elif isinstance(said, Moment):
                    queues.add(said.queue or "")
                    agents.add(said.agent or "")
        self.learn(source_id, (), queues)
        self.make_agents(source_id, agents)

    # --- what is kept in `said`

    def _keep(
        self, source_id: int, subjects: dict[str, dict[str, _Best]], fresh: list[bool]
    ) -> dict[str, dict[str, _Best]]:
        """Write what is newer; the statements that were, by subject."""
        pairs = [(subject, key) for subject, keyed in subjects.items() for key in keyed]
        kept: dict[tuple[str, str], tuple[int, str]] = {}
        table = tables.Said
        for chunk in chunks(pairs, 400):
            for subject, key, version, body in self.session.execute(
                select(table.subject, table.key, table.version, table.body).where(
                    table.source_id == source_id, tuple_(table.subject, table.key).in_(chunk)
                )
            ):
                kept[(subject, key)] = (version, body)
        changed: dict[str, dict[str, _Best]] = {}
        rows: list[tuple[object, ...]] = []
        for subject, keyed in subjects.items():
            for key, each in keyed.items():
                have = kept.get((subject, key))
                if have is not None and not newer(each.version, each.body, *have):
                    continue
                if have is None or have[1] != each.body:
                    # A newer copy that says the same tells nothing anew.
                    fresh[each.record] = True
                    changed.setdefault(subject, {})[key] = each
                at = _about(each.said)
                rows.append((source_id, subject, key, each.version, at, each.body))
        dialect.upsert(
            self.session, "said", ("source_id", "subject", "key"), ("version", "at", "body"), rows
        )
        return changed

    def _rename(self, source_id: int, changed: dict[str, _Best]) -> None:
        for each in changed.values():
            said = each.said
            if not isinstance(said, Name):
                continue
            name = called(said, said.id)
            if said.kind == "queue":
                self.session.execute(
                    update(Queue)
                    .where(Queue.source_id == source_id, Queue.ref == said.id)
                    .where(Queue.name != name)
                    .values(name=name, revision=self.revision)
                )
            elif said.kind == "agent":
                found = self.session.execute(
                    select(Agent.id, Agent.name, Agent.e_mail).where(
                        Agent.source_id == source_id, Agent.ref == said.id
                    )
                ).first()
                if found is not None and (found.name, found.e_mail) != (name, said.e_mail):
                    self.session.execute(
                        update(Agent)
                        .where(Agent.id == found.id)
                        .values(name=name, e_mail=said.e_mail, revision=self.revision)
                    )
                    self.touch_agents([found.id])
            elif said.kind == "customer" and said.customer:
                self._know_customer(source_id, said.id, said.customer)

    def _know_customer(self, source_id: int, requester: str, customer: str) -> None:
        """The tickets of a requester whose number or address is known now have a customer."""
        refs = self.session.scalars(
            select(tables.Ticket.ref).where(
                tables.Ticket.source_id == source_id, tables.Ticket.requester == requester
            )
        ).all()
        for chunk in chunks([TICKET + ref for ref in refs], 500):
            self.session.execute(
                update(Contact)
                .where(Contact.source_id == source_id, Contact.ref.in_(chunk))
                .values(customer=customer, revision=self.revision)
            )

    # --- agents

    def _agent(self, source_id: int, subject: str, changed: dict[str, _Best]) -> None:
        """Replace an agent's intervals from the first instant on that the news may concern."""
        ref = subject[len(AGENT) :]
        agent_id = self.agent_id(source_id, ref)
        times = [each.said.since for each in changed.values() if isinstance(each.said, Presence)]
        # What a newer copy of a stretch says may end earlier than the copy before it did.
        cutoffs, affected = self.cutoffs(source_id, {ref: min(times, default=_OPEN_ONLY)})
        cutoff = cutoffs[ref]
        for chunk in chunks(affected, 500):
            of_chunk = AgentInterval.id.in_(chunk)
            self.leftovers.loosen_named(Queue, AgentInterval.queue_id, of_chunk)
            self.session.execute(delete(AgentInterval).where(of_chunk))
        presences, serves = self._said_of(source_id, subject, cutoff)
        spans = intervals_of(ref, presences, serves, cutoff)
        dialect.bulk_insert(
            self.session,
            "agent_interval",
            INTERVAL_COLUMNS,
            [
                (source_id, agent_id, ref, span.kind,
                 None if span.queue is None
                 else self.queue_id(source_id, span.queue, _channel_of(serves, span.queue)),
                 None, span.started_at, span.ended_at, span.source_state[:120], span.ended_by[:32],
                 self.revision)
                for span in spans
            ],
        )  # fmt: skip
        self.touch_agents([agent_id])

    def _said_of(
        self, source_id: int, subject: str, since: int
    ) -> tuple[list[Presence], Serves | None]:
        """Presences from `since` on, with the one before it in each lane, and the queues served."""
        table = tables.Said
        of_agent = (table.source_id == source_id, table.subject == subject)
        bodies = list(self.session.scalars(select(table.body).where(*of_agent, table.at >= since)))
        bodies += self.session.scalars(
            # Lanes are few, and take turns.
            select(table.body)
            .where(*of_agent, table.at < since, table.at > 0)
            .order_by(table.at.desc())
            .limit(16)
        )
        serves = self.session.scalar(select(table.body).where(*of_agent, table.key == SERVES))
        said = decode(serves) if serves is not None else None
        presences = [each for each in map(decode, bodies) if isinstance(each, Presence)]
        return presences, said if isinstance(said, Serves) else None

    # --- counts

    def _count(self, source_id: int, counts: Sequence[_Best], fresh: list[bool]) -> None:
        rows: dict[tuple[int, str, int], tuple[int, int]] = {}
        for each in counts:
            said = each.said
            if not isinstance(said, Count):
                continue
            queue_id = 0
            if said.queue is not None:
                # A number of agents is of the queue, whatever its channels.
                queue_id = self.queue_id(source_id, said.queue, said.channel or "voice")
            key = (queue_id, said.metric, said.at)
            if key not in rows or said.value > rows[key][0]:
                rows[key] = (said.value, each.record)
        if not rows:
            return
        table = tables.Snapshot
        for chunk in chunks(list(rows), 300):
            for queue_id, metric, at, value in self.session.execute(
                select(table.queue_id, table.metric, table.at, table.value).where(
                    table.source_id == source_id,
                    tuple_(table.queue_id, table.metric, table.at).in_(chunk),
                )
            ):
                # Two counts of one instant: which is right cannot be told; any rule will do.
                if value >= rows[(queue_id, metric, at)][0]:
                    del rows[(queue_id, metric, at)]
        for _value, record in rows.values():
            fresh[record] = True
        dialect.upsert(
            self.session,
            "snapshot",
            ("source_id", "queue_id", "metric", "at"),
            ("value",),
            [(source_id, *key, value) for key, (value, _record) in rows.items()],
        )


def _best(records: Sequence[Sequence[Statement]]) -> dict[str, dict[str, _Best]]:
    """The newest of each identity, by subject and key."""
    best: dict[str, dict[str, _Best]] = {}
    for place, statements in enumerate(records):
        for subject, key, version, said in statements:
            of_subject = best.get(subject)
            if of_subject is None:
                best[subject] = {key: _Best(version, "", said, place)}
                continue
            have = of_subject.get(key)
            if have is None:
                of_subject[key] = _Best(version, "", said, place)
            elif isinstance(said, Count) and isinstance(have.said, Count):
                # As they are held against those that are kept.
                if said.value > have.said.value:
                    of_subject[key] = _Best(version, "", said, place)
            elif version > have.version:
                of_subject[key] = _Best(version, "", said, place)
            elif version == have.version and said != have.said:
                if newer(version, encode(said), version, encode(have.said)):
                    of_subject[key] = _Best(version, "", said, place)
    for of_subject in best.values():
        for each in of_subject.values():
            each.body = encode(each.said)
    return best


def note_of(statements: Sequence[Statement]) -> str:
    """Statements as `Records.take_back` knows them again."""
    noted = [(*each[:3], encode(each.said)) for each in statements]
    return msgspec.json.encode(noted).decode()


def _same(one: _Best, other: _Best | None) -> bool:
    return other is not None and (one.version, one.body) == (other.version, other.body)


def _evidence(keyed: dict[str, _Best]) -> str:
    """Statements as a contact keeps them: a line each, in the order of their keys."""
    if len(keyed) == 1:
        [(key, each)] = keyed.items()
        return f"{key}\t{each.version}\t{each.body}"
    return "\n".join(f"{key}\t{keyed[key].version}\t{keyed[key].body}" for key in sorted(keyed))


def _parsed(evidence: str) -> dict[str, _Best]:
    found: dict[str, _Best] = {}
    for line in evidence.split("\n"):
        key, version, body = line.split("\t", 2)
        found[key] = _Best(int(version), body, decode(body), -1)
    return found


def _merge(have: dict[str, _Best], keyed: dict[str, _Best], fresh: list[bool]) -> bool:
    changed = False
    for key, each in keyed.items():
        old = have.get(key)
        if old is None or newer(each.version, each.body, old.version, old.body):
            have[key] = each
            fresh[each.record] = changed = True
    return changed


def _about(said: Said) -> int:
    """The instant that a statement is about; 0 for none."""
    if isinstance(said, Presence):
        return said.since
    if isinstance(said, Step | Told):
        return said.at
    return 0


def _channel_of(serves: Serves | None, queue: str) -> str:
    if serves is not None and serves.channels and queue in serves.queues:
        return serves.channels[serves.queues.index(queue)]
    return "voice"


def newest_of(statements: Iterable[Statement]) -> int:
    """The newest time that statements speak of; 0 for none."""
    newest = 0
    for _subject, _key, _version, said in statements:
        if isinstance(said, Course):
            newest = max(newest, said.started_at, said.ended_at or 0)
        elif isinstance(said, Moment | Step | Count | Told):
            newest = max(newest, said.at)
        elif isinstance(said, Presence):
            newest = max(newest, said.since, said.until or 0)
        elif isinstance(said, Ticket):
            newest = max(newest, said.updated_at)
    return newest


__all__ = ["AGENT", "CONTACT", "COUNT", "NO_GROUP", "TICKET", "Records", "newest_of", "note_of"]
