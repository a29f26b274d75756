"""Zendesk's side: tickets as incremental exports have them, their audits, users and groups.

A written contact is a ticket, or the next words in it; a call that somebody writes down is a
ticket of the telephone, or a note in it. One record a line.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from console.domain.times import SECOND
from console.twin.centre import EMAIL, SOCIAL, VOICE
from console.twin.connect_names import login, stamp
from console.twin.world import Agent, Contact, Fact, Issue, World, address_of, number_of

TICKETS, AUDITS, USERS, GROUPS = "tickets", "audits", "users", "groups"
_SITE = "https://rehearsal.zendesk.com/api/v2"
#: How customers reach the desk, and the word of `via` for it.
_VIA = {EMAIL: "email", SOCIAL: "twitter", VOICE: "voice"}
_STATUSES = {"new": 101, "open": 102, "pending": 103, "hold": 104, "solved": 105}
_BORN = "2024-01-01T00:00:00Z"
# Ids of one kind have one length, so that they sort as they were made; those of the days before a
# rehearsal are less than its own.
_FIRST, _FIRST_BEFORE = 50_000_000, 10_000_000
_FIRST_TICKET, _FIRST_TICKET_BEFORE = 500_000, 100_000
_encode = msgspec.json.encode

Record = tuple[int, str, str]


class _Ticket:
    __slots__ = ("agent", "created", "group", "id", "issue", "status", "tags", "via")

    def __init__(self, id: int, issue: Issue, via: str, group: str, created: int) -> None:
        self.id, self.issue, self.via, self.group = id, issue, via, group
        self.created = created
        self.status, self.agent = "new", 0
        self.tags: list[str] = [issue.topic.name]


class Tickets:
    """Facts of the desk as (time, export, record)."""

    def __init__(self, w: World, *, before: bool = False) -> None:
        self._w = w
        self._known: dict[tuple[int, str], _Ticket] = {}
        self._customers: set[int] = set()
        self._made = _FIRST_BEFORE if before else _FIRST
        self._first_ticket = _FIRST_TICKET_BEFORE if before else _FIRST_TICKET
        self._draw = w.draws.uniform("desk words")
        self._groups = {
            line.name: 200 + n for n, line in enumerate(w.lines.values()) if line.medium.written
        }

    def directory(self, t: int) -> Iterator[Record]:
        """Who works here, and in which groups."""
        for line in self._w.lines.values():
            if line.medium.written:
                id_ = self._groups[line.name]
                group = {
                    "url": f"{_SITE}/groups/{id_}.json", "id": id_, "is_public": True,
                    "name": line.name, "description": "", "default": False, "deleted": False,
                    "created_at": _BORN, "updated_at": _BORN,
                }  # fmt: skip
                yield t, GROUPS, _encode(group).decode()
        for agent in self._w.agents:
            yield t, USERS, self._user(self.agent_id(agent), agent.name, login(agent), None, _BORN)

    @staticmethod
    def agent_id(agent: Agent) -> int:
        return 5000 + agent.serial

    def written(self, facts: Iterable[Fact]) -> Iterator[Record]:
        for fact in facts:
            t, what = fact[0], fact[1]
            if what == "enter" and fact[2].before is not None:
                yield from self._moved(t, fact[2], fact[3])
            elif what == "enter":
                yield from self._asked(t, fact[2].issue, fact[2].queue.medium.name, fact[3])
            elif what == "nag":
                yield from self._asked(t, fact[2].issue, fact[2].queue.medium.name, fact[3])
            elif what == "connect":
                yield from self._picked(t, fact[2].issue, fact[2].queue.medium.name, fact[4])
            elif what == "end" and fact[8] != "transfer":
                yield from self._replied(t, fact[2].issue, fact[2].queue.medium.name, fact[4])
            elif what == "note":
                yield from self._noted(t, fact[2].issue, fact[3])

    def _asked(self, t: int, issue: Issue, medium: str, queue: str) -> Iterator[Record]:
        customer = self._customer_id(issue)
        yield from self._introduce(t, issue)
        ticket = self._known.get((issue.id, medium))
        if ticket is None:
            ticket = self._make(t, issue, medium, queue)
            events = [
                self._comment(customer, f"About {issue.topic.name}: please help.", True),
                self._set("Create", "requester_id", str(customer), None),
                self._set("Create", "status", "new", None),
                self._set("Create", "group_id", str(self._groups[queue]), None),
            ]
        else:
            events = [self._comment(customer, "Is there any news?", True)]
            if ticket.status in ("solved", "pending"):
                events.append(self._set("Change", "status", "open", ticket.status))
                ticket.status = "open"
        yield self._audit(t, ticket, customer, events, _VIA[medium])
        yield self._state(t, ticket)

    def _picked(self, t: int, issue: Issue, medium: str, agent: Agent) -> Iterator[Record]:
        ticket = self._known[issue.id, medium]
        mine = self.agent_id(agent)
        events: list[dict[str, Any]] = []
        if ticket.agent != mine:
            before = str(ticket.agent) if ticket.agent else None
            events.append(self._set("Change", "assignee_id", str(mine), before))
            ticket.agent = mine
        if ticket.status == "new":
            events.append(self._set("Change", "status", "open", "new"))
            ticket.status = "open"
        if events:
            yield self._audit(t, ticket, mine, events, "web")
            yield self._state(t, ticket)

    def _replied(self, t: int, issue: Issue, medium: str, agent: Agent) -> Iterator[Record]:
        ticket = self._known[issue.id, medium]
        mine = self.agent_id(agent)
        status = "solved" if self._draw() < 0.75 else "pending"
        events = [self._comment(mine, "Thank you for writing. We have looked into it.", True)]
        if self._draw() < 0.3:
            events.append(self._comment(mine, "Checked the account and the last invoice.", False))
        if ticket.status != status:
            events.append(self._set("Change", "status", status, ticket.status))
            ticket.status = status
        yield self._audit(t, ticket, mine, events, "web")
        yield self._state(t, ticket)

    def _moved(self, t: int, c: Contact, queue: str) -> Iterator[Record]:
        """An agent hands a ticket on to another group, with a note."""
        assert c.before is not None and c.before.agent is not None
        ticket = self._known[c.issue.id, c.queue.medium.name]
        mine = self.agent_id(c.before.agent)
        group = self._groups[queue]
        events = [
            self._comment(mine, "Please take over: this needs somebody who knows more.", False),
            self._set("Change", "group_id", str(group), str(self._groups[ticket.group])),
            self._set("Change", "assignee_id", None, str(mine)),
        ]
        ticket.group, ticket.agent = queue, 0
        yield self._audit(t, ticket, mine, events, "web")
        yield self._state(t, ticket)

    def _noted(self, t: int, issue: Issue, agent: Agent) -> Iterator[Record]:
        """A call that was written down: a private note, in the ticket that the need has.

        Such tickets are of no group: the desk has none for the telephone.
        """
        customer, mine = self._customer_id(issue), self.agent_id(agent)
        yield from self._introduce(t, issue)
        ticket = self._known.get((issue.id, VOICE))
        note = self._comment(mine, f"Called about {issue.topic.name}. Told what to do.", False)
        if ticket is not None:
            yield self._audit(t, ticket, mine, [note], "web")
            yield self._state(t, ticket)
            return
        ticket = self._make(t, issue, VOICE, "")
        ticket.status, ticket.agent = "solved", mine
        events = [
            note,
            self._set("Create", "requester_id", str(customer), None),
            self._set("Create", "status", "solved", None),
            self._set("Create", "assignee_id", str(mine), None),
        ]
        yield self._audit(t, ticket, mine, events, "web")
        yield self._state(t, ticket)

    def _make(self, t: int, issue: Issue, medium: str, queue: str) -> _Ticket:
        self._w.tickets += 1
        ticket = _Ticket(self._first_ticket + self._w.tickets, issue, medium, queue, t)
        self._known[issue.id, medium] = ticket
        return ticket

    def forget(self, issue: Issue) -> None:
        """A need that is over will not be spoken of again."""
        for medium in _VIA:
            self._known.pop((issue.id, medium), None)

    def _introduce(self, t: int, issue: Issue) -> Iterator[Record]:
        if issue.customer not in self._customers:
            self._customers.add(issue.customer)
            who, name = issue.customer, f"Customer {issue.customer}"
            id_, phone = self._customer_id(issue), number_of(who)
            yield t, USERS, self._user(id_, name, address_of(who), phone, _BORN, "end-user")

    @staticmethod
    def _customer_id(issue: Issue) -> int:
        return 900_000 + issue.customer

    @staticmethod
    def _user(
        id_: int, name: str, mail: str, phone: str | None, at: str, role: str = "agent"
    ) -> str:
        user = {
            "url": f"{_SITE}/users/{id_}.json", "id": id_, "name": name, "email": mail,
            "phone": phone, "role": role, "created_at": at, "updated_at": at, "locale_id": 1,
            "organization_id": None, "verified": True, "suspended": False, "active": True,
            "tags": [], "time_zone": "Berlin", "iana_time_zone": "Europe/Berlin",
        }  # fmt: skip
        return _encode(user).decode()

    def _number(self) -> int:
        self._made += 1
        return self._made

    def _set(self, kind: str, field: str, value: str | None, before: str | None) -> dict[str, Any]:
        event: dict[str, Any] = {
            "id": self._number(), "type": kind, "value": value, "field_name": field,
        }  # fmt: skip
        if kind == "Change":
            event["previous_value"] = before
        return event

    def _comment(self, author: int, body: str, public: bool) -> dict[str, Any]:
        return {
            "id": self._number(), "type": "Comment", "author_id": author, "body": body,
            "html_body": f'<div class="zd-comment" dir="auto">{body}</div>', "plain_body": body,
            "public": public, "attachments": [],
        }  # fmt: skip

    def _audit(
        self, t: int, ticket: _Ticket, author: int, events: list[dict[str, Any]], via: str
    ) -> Record:
        id_ = self._number()
        for event in events:
            if event["type"] == "Comment":
                event["audit_id"] = id_
        audit = {
            "id": id_, "ticket_id": ticket.id, "created_at": stamp(t), "author_id": author,
            "metadata": {"system": {}, "custom": {}}, "events": events,
            "via": {"channel": via, "source": {"from": {}, "to": {}, "rel": None}},
        }  # fmt: skip
        return t, AUDITS, _encode(audit).decode()

    def _state(self, t: int, ticket: _Ticket) -> Record:
        issue = ticket.issue
        subject = f"{issue.topic.name.capitalize()} ({ticket.id})"
        record = {
            "url": f"{_SITE}/tickets/{ticket.id}.json", "id": ticket.id, "external_id": None,
            "via": {"channel": _VIA[ticket.via],
                    "source": {"from": {}, "to": {}, "rel": None}},
            "created_at": stamp(ticket.created), "updated_at": stamp(t), "type": "incident",
            "subject": subject, "raw_subject": subject, "priority": "normal",
            "description": f"About {issue.topic.name}: please help.",
            "status": ticket.status, "custom_status_id": _STATUSES[ticket.status],
            "recipient": None, "collaborator_ids": [], "follower_ids": [], "email_cc_ids": [],
            "forum_topic_id": None, "problem_id": None, "has_incidents": False,
            "sharing_agreement_ids": [], "fields": [], "followup_ids": [], "ticket_form_id": 1,
            "allow_channelback": False, "allow_attachments": True,
            "requester_id": self._customer_id(issue), "submitter_id": self._customer_id(issue),
            "assignee_id": ticket.agent or None, "organization_id": None,
            "group_id": self._groups.get(ticket.group), "tags": ticket.tags, "custom_fields": [],
            "satisfaction_rating": {"score": "unoffered"}, "brand_id": 1, "due_at": None,
            "is_public": True, "from_messaging_channel": False,
            "generated_timestamp": t // SECOND,
        }  # fmt: skip
        return t, TICKETS, _encode(record).decode()
