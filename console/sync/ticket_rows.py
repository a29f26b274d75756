"""Tickets with their steps, and their customers' waiting, told from all that is said of them."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace
from sqlalchemy import delete, func, select, update

from console.domain import facts
from console.domain.statements import Name, Said, decode
from console.exports.ticket_telling import NO_GROUP, ticket_of
from console.store import dialect, tables
from console.store.tables import Agent, Contact, Queue
from console.sync.rows import NAMES, Rows, chunks

#: How the subject of a statement about a ticket begins, and the id of its customer's contact.
TICKET = "ticket:"

TICKET_COLUMNS = (
    "channel", "status", "subject", "priority", "queue_id", "agent_id", "requester", "created_at",
    "updated_at", "solved_at", "first_reply_at", "due_at", "touches", "agents", "replies", "notes",
    "note_chars", "reopens", "tags", "satisfaction", "changes", "revision",
)  # fmt: skip
STEP_COLUMNS = (
    "ticket_id", "number", "at", "what", "agent_id", "before", "after", "text", "chars", "until",
)  # fmt: skip


class TicketRows(Rows):
    def tickets(self, source_id: int, subjects: Sequence[str], drop: bool = False) -> None:
        """Tell tickets anew. `drop`: those of which nothing is said any more go."""
        for chunk in chunks(subjects, 2000):
            said: dict[str, list[tuple[str, Said]]] = {subject: [] for subject in chunk}
            for subject, key, body in self.session.execute(
                select(tables.Said.subject, tables.Said.key, tables.Said.body).where(
                    tables.Said.source_id == source_id,
                    tables.Said.subject.in_(dialect.many(self.session, list(chunk))),
                )
            ):
                said[subject].append((key, decode(body)))
            told = {
                subject: ticket
                for subject, of_ticket in said.items()
                if (ticket := ticket_of(of_ticket)) is not None
            }
            if drop:
                self._drop_tickets(source_id, [each for each in chunk if each not in told])
            if told:
                self._learn_of_tickets(source_id, told.values())
                self._write_tickets(source_id, told)
                self._ticket_contacts(source_id, told)

    def _drop_tickets(self, source_id: int, subjects: Sequence[str]) -> None:
        for subject in subjects:
            of_ticket = (
                tables.Ticket.source_id == source_id,
                tables.Ticket.ref == subject[len(TICKET) :],
            )
            ticket_id = self.session.scalar(select(tables.Ticket.id).where(*of_ticket))
            if ticket_id is None:
                continue
            of_steps = tables.TicketStep.ticket_id == ticket_id
            self.leftovers.loosen_named(Queue, tables.Ticket.queue_id, *of_ticket[1:])
            self.leftovers.loosen_named(Agent, tables.Ticket.agent_id, *of_ticket[1:])
            self.leftovers.loosen_named(Agent, tables.TicketStep.agent_id, of_steps)
            self.session.execute(delete(tables.TicketStep).where(of_steps))
            self.session.execute(delete(tables.Ticket).where(tables.Ticket.id == ticket_id))
            contact = (Contact.source_id == source_id, Contact.ref == subject)
            contact_id = self.session.scalar(select(Contact.id).where(*contact))
            if contact_id is not None:
                self.drop(contact_id)

    def _learn_of_tickets(self, source_id: int, told: Iterable[facts.Ticket]) -> None:
        agents: set[str] = set()
        queues: set[str] = {NO_GROUP}
        for ticket in told:
            agents.add(ticket.agent or "")
            agents.update(step.agent or "" for step in ticket.steps)
            queues.add(ticket.queue or "")
        self.learn(source_id, agents, queues)

    def _write_tickets(self, source_id: int, told: dict[str, facts.Ticket]) -> None:
        table = tables.Ticket
        refs = [subject[len(TICKET) :] for subject in told]
        ids = dict(
            self.session.execute(
                select(table.ref, table.id).where(
                    table.source_id == source_id,
                    table.ref.in_(dialect.many(self.session, refs)),
                )
            )
            .tuples()
            .all()
        )
        old = dialect.many(self.session, list(ids.values()))
        of_old = tables.TicketStep.ticket_id.in_(old)
        if ids:
            # Before the new values are given out.
            self.leftovers.loosen_named(Queue, table.queue_id, table.id.in_(old))
            self.leftovers.loosen_named(Agent, table.agent_id, table.id.in_(old))
            self.leftovers.loosen_named(Agent, tables.TicketStep.agent_id, of_old)
        next_id = (self.session.scalar(select(func.max(table.id))) or 0) + 1
        new: list[tuple[object, ...]] = []
        updates: list[dict[str, object]] = []
        steps: list[tuple[object, ...]] = []
        for ref, ticket in zip(refs, told.values(), strict=True):
            values = self._values(source_id, ticket)
            ticket_id = ids.get(ref)
            if ticket_id is None:
                ticket_id, next_id = next_id, next_id + 1
                new.append((ticket_id, source_id, ref, *values))
            else:
                updates.append({"id": ticket_id, **dict(zip(TICKET_COLUMNS, values, strict=True))})
            for number, step in enumerate(ticket.steps, 1):
                agent_id = None if step.agent is None else self.agent_id(source_id, step.agent)
                steps.append(
                    (ticket_id, number, step.at, step.what, agent_id, step.before, step.after,
                     step.text, step.chars, step.until)
                )  # fmt: skip
        if updates:
            self.session.execute(update(table), updates)
            self.session.execute(delete(tables.TicketStep).where(of_old))
        dialect.bulk_insert(
            self.session, "ticket", ("id", "source_id", "ref", *TICKET_COLUMNS), new
        )
        dialect.bulk_insert(self.session, "ticket_step", STEP_COLUMNS, steps)

    def _values(self, source_id: int, told: facts.Ticket) -> tuple[object, ...]:
        """The cells of TICKET_COLUMNS."""
        queue_id = None
        if told.queue is not None:
            queue_id = self.queue_id(source_id, told.queue, told.channel)
        agent_id = None if told.agent is None else self.agent_id(source_id, told.agent)
        return (
            told.channel, told.status, told.subject, told.priority[:40], queue_id, agent_id,
            told.requester, told.created_at, told.updated_at, told.solved_at, told.first_reply_at,
            told.due_at, told.touches, told.agents, told.replies, told.notes, told.note_chars,
            told.reopens, " ".join(told.tags), told.satisfaction, told.changes, self.revision,
        )  # fmt: skip

    def _ticket_contacts(self, source_id: int, told: dict[str, facts.Ticket]) -> None:
        """The customers' waiting, as contacts on their tickets' channels."""
        ids = dict(
            self.session.execute(
                select(Contact.ref, Contact.id).where(
                    Contact.source_id == source_id,
                    Contact.ref.in_(dialect.many(self.session, list(told))),
                )
            )
            .tuples()
            .all()
        )
        customers = self._customers(
            source_id, {t.requester for t in told.values() if t.requester is not None}
        )
        new: list[tuple[str, str, facts.Contact]] = []
        again: list[tuple[int, str, facts.Contact]] = []
        for subject, ticket in told.items():
            contact_id, contact = ids.get(subject), ticket.contact
            if contact is None:
                if contact_id is not None:
                    self.drop(contact_id)
                continue
            if contact.customer in customers:
                contact = replace(contact, customer=customers[contact.customer])
            if contact_id is None:
                new.append((subject, "", contact))
            else:
                again.append((contact_id, "", contact))
        self.insert(source_id, new)
        self.rewrite(source_id, again)

    def _customers(self, source_id: int, requesters: set[str]) -> dict[str, str]:
        """Requesters whose number or address the source has told."""
        keys = [f"customer:{requester}" for requester in requesters]
        found: dict[str, str] = {}
        for body in self.session.scalars(
            select(tables.Said.body).where(
                tables.Said.source_id == source_id,
                tables.Said.subject == NAMES,
                tables.Said.key.in_(dialect.many(self.session, keys)),
            )
        ):
            said = decode(body)
            if isinstance(said, Name) and said.customer:
                found[said.id] = said.customer
        return found


__all__ = ["TICKET", "TicketRows"]
