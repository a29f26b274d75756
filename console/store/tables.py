"""The tables. Times are microseconds since 1970 in UTC; `revision` is the transaction's number."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite gives row ids only to INTEGER primary keys; PostgreSQL wants BIGINT for what grows.
BigId = BigInteger().with_variant(Integer, "sqlite")


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {int: BigInteger, str: Text, float: Float, bool: Boolean}


class Undoable:
    """Rows whose every change inside a command is noted before and after, so it can be undone."""


def _as_named(context: Any) -> str:
    """Where a source knows no other id, its name is one."""
    return context.get_current_parameters()["name"]


class Counter(Table):
    """Numbers that only grow, above all `revision`."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]


class Channel(Undoable, Table):
    __tablename__ = "channel"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    expected_s: Mapped[int]  # how soon customers of this channel expect a reply, seconds
    critical: Mapped[bool]
    state: Mapped[str] = mapped_column(String(20), default="open")  # open, draining, closed
    message: Mapped[str] = mapped_column(default="")  # what customers are told while closed
    revision: Mapped[int] = mapped_column(default=0)
    reopens_at: Mapped[int | None]  # when it is meant to open again


class Source(Undoable, Table):
    """One system that writes exports: the key half of every id it gives."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    format: Mapped[str] = mapped_column(String(40))
    folder: Mapped[str]
    zone: Mapped[str] = mapped_column(String(60), default="")  # of its local times
    platform: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    # What its records say of the system that wrote them: an instance, an account.
    origin: Mapped[str] = mapped_column(default="", server_default=text("''"))
    paused: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    last_at: Mapped[int | None]  # newest stamp in the source's own data
    read_at: Mapped[int | None]  # when we last read something new from it
    read_bytes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    read_us: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # time spent on them
    revision: Mapped[int] = mapped_column(default=0)


class SourceFile(Table):
    """How far a file has been read, and what must be known to go on without loss or repetition."""

    __tablename__ = "source_file"
    __table_args__ = (
        Index(None, "source_id", "last_at"),
        Index(None, "source_id", "first_at"),
        Index(None, "path"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    path: Mapped[str]
    format: Mapped[str] = mapped_column(String(40))
    inode: Mapped[str] = mapped_column(String(60), default="")
    head: Mapped[str] = mapped_column(String(64), default="")  # digest of the first bytes
    head_size: Mapped[int] = mapped_column(default=0)
    tip: Mapped[str] = mapped_column(String(64), default="")  # digest of the bytes before position
    position: Mapped[int] = mapped_column(default=0)  # bytes of content read, whole lines only
    lines: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    quarantined: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[int | None]
    last_at: Mapped[int | None]
    head_lines: Mapped[str] = mapped_column(default="")  # all lines of the first second
    tip_lines: Mapped[str] = mapped_column(default="")  # all lines of the last second
    head_cut: Mapped[str] = mapped_column(default="")  # a first piece that is the end of a line
    joined_to: Mapped[int | None]  # the file whose `tail` and our `head_cut` make a line
    tail: Mapped[str] = mapped_column(default="")  # a last piece without its line end
    tail_taken: Mapped[bool] = mapped_column(default=False)  # counted as it stands, for now
    # What is open at `position`: see the cutters of console.exports.
    state: Mapped[str] = mapped_column(default="", server_default=text("''"))
    # Of files of records, which are often written anew: size and time of change when last read, and
    # a digest of what was read (of its beginning, where that is long).
    stamp: Mapped[str] = mapped_column(default="", server_default=text("''"))
    proof: Mapped[str] = mapped_column(default="", server_default=text("''"))
    read_at: Mapped[int]
    revision: Mapped[int] = mapped_column(default=0)


class Queue(Undoable, Table):
    """A line of waiting contacts. One that serves several channels is a row for each of them."""

    __tablename__ = "queue"
    __table_args__ = (UniqueConstraint("source_id", "ref", "channel"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    ref: Mapped[str] = mapped_column(String(256), default=_as_named)  # the source's own id
    name: Mapped[str] = mapped_column(String(256))
    channel: Mapped[str] = mapped_column(ForeignKey("channel.name"))
    callback_offer: Mapped[bool | None]  # None: nobody has said
    callback_dial: Mapped[bool | None]
    revision: Mapped[int] = mapped_column(default=0)
    # The offer is turned off by itself from so many open promises on; None: never.
    callback_off_from: Mapped[int | None]


class Agent(Table):
    """One person in one source. `name` is the form shown: a member name where one is known."""

    __tablename__ = "agent"
    __table_args__ = (UniqueConstraint("source_id", "ref"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    ref: Mapped[str] = mapped_column(String(256), default=_as_named)  # the source's own id
    name: Mapped[str] = mapped_column(String(256))
    e_mail: Mapped[str] = mapped_column(default="", server_default=text("''"))
    revision: Mapped[int] = mapped_column(default=0)


class AgentAlias(Table):
    """A text by which a source names an agent, and why we think so."""

    __tablename__ = "agent_alias"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    alias: Mapped[str] = mapped_column(String(256), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    evidence: Mapped[str] = mapped_column(default="")


class Connection(Undoable, Table):
    """How a source's platform is told what to do; without one, by the outbox folder.

    Secrets are not here: they lie in the keyring of each desk's system.
    """

    __tablename__ = "connection"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))  # a name in connectors.CATALOG
    settings: Mapped[str] = mapped_column(default="{}")  # JSON: what its kind asks for
    enabled: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=0)


class Override(Undoable, Table):
    """Something that stands otherwise than on an ordinary day because a leader wanted it so.

    It goes when the thing is as it was; `normal` and `wanted` are words such as "on" or "closed".
    """

    __tablename__ = "override"
    subject: Mapped[str] = mapped_column(String(600), primary_key=True)
    aspect: Mapped[str] = mapped_column(String(40), primary_key=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    title: Mapped[str]  # "callback offer off, billing"
    normal: Mapped[str] = mapped_column(String(40))
    wanted: Mapped[str] = mapped_column(String(40))
    since: Mapped[int]
    who: Mapped[str]
    until: Mapped[int | None]  # when it is meant to be over
    operation_id: Mapped[int | None] = mapped_column(ForeignKey("operation.id"))
    revision: Mapped[int] = mapped_column(default=0)


class Sighting(Table):
    """How a platform was last seen to stand in one respect: in an answer, an event or an export."""

    __tablename__ = "sighting"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(600), primary_key=True)
    aspect: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(120))
    at: Mapped[int]
    by: Mapped[str] = mapped_column(default="")  # who did it there, as far as the platform says
    revision: Mapped[int] = mapped_column(default=0)


class Operation(Undoable, Table):
    """A time in which a site works otherwise than usual, by a playbook; 48 hours at first."""

    __tablename__ = "operation"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str]
    playbook: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[int]
    planned_us: Mapped[int]
    closed_at: Mapped[int | None]
    who: Mapped[str]
    revision: Mapped[int] = mapped_column(default=0)


class OperationItem(Undoable, Table):
    """One line of a posture: a command to be done, or something to be done by people."""

    __tablename__ = "operation_item"
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(String(120), default="")  # of the playbook, by its key
    section: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(12))  # command, people, advice
    title: Mapped[str]
    command: Mapped[str] = mapped_column(String(40), default="")  # empty: people do it
    fields: Mapped[str] = mapped_column(default="{}")  # JSON: the command's fields
    why: Mapped[str] = mapped_column(default="")
    owner: Mapped[str] = mapped_column(default="")  # who sees to it; empty: nobody yet
    due_at: Mapped[int | None]  # when it is meant to be done; None: at the start
    state: Mapped[str] = mapped_column(String(12))  # planned, left out, done
    journal_id: Mapped[int | None]  # the record of its command; what became of it stands there
    done_at: Mapped[int | None]
    who: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=0)


class Obligation(Undoable, Table):
    """Something put off that is owed: a meeting, a training, administration."""

    __tablename__ = "obligation"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    what: Mapped[str]
    kind: Mapped[str] = mapped_column(String(20))  # a kind of `domain.roster`, or other
    person: Mapped[str] = mapped_column(default="")  # of the roster, whose time it was
    shift: Mapped[str] = mapped_column(default="")  # the block of the roster that was put off
    minutes: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str] = mapped_column(default="")  # who sees to it; empty: nobody yet
    due_at: Mapped[int | None]
    legal: Mapped[bool] = mapped_column(default=False)  # the law requires it
    state: Mapped[str] = mapped_column(String(12), default="owed")  # owed, done, waived
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[int]
    made_by: Mapped[str]
    ended_at: Mapped[int | None]
    operation_id: Mapped[int | None] = mapped_column(ForeignKey("operation.id"))
    revision: Mapped[int] = mapped_column(default=0)


class Alarm(Undoable, Table):
    """A condition that somebody has to see to, from when it was raised until it has ended.

    Raised, seen and cleared by whichever desk looks; owned and put off by commands.
    """

    __tablename__ = "alarm"
    __table_args__ = (
        Index(
            "ix_alarm_standing",
            "key",
            unique=True,
            sqlite_where=text("cleared_at IS NULL"),
            postgresql_where=text("cleared_at IS NULL"),
        ),
        Index(None, "raised_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(800))  # kind|subject: one of them stands at a time
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str]
    number: Mapped[str]  # the figure in words, with what it is measured against
    definition: Mapped[str]  # of the figure, with its window
    remedy: Mapped[str]  # what to do about it
    act: Mapped[str] = mapped_column(String(40))  # what the button of its row does
    target: Mapped[str] = mapped_column(String(800))  # to what it does it: an id, a name
    raised_at: Mapped[int]
    seen_at: Mapped[int]  # when a desk last found it standing
    cleared_at: Mapped[int | None]
    ending: Mapped[str] = mapped_column(default="")  # why it was cleared, in words
    owner: Mapped[str] = mapped_column(default="")  # who sees to it; empty: nobody yet
    owned_at: Mapped[int | None]
    snoozed_until: Mapped[int | None]
    snoozed_by: Mapped[str] = mapped_column(default="")
    snoozed_why: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=0)


class Placement(Undoable, Table):
    """An agent sent to a queue by hand, beside what the source itself says."""

    __tablename__ = "placement"
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"), primary_key=True)
    wanted: Mapped[bool]  # in the queue, or out of it
    revision: Mapped[int] = mapped_column(default=0)


class Contact(Table):
    """One attempt by a customer, with all the evidence for it in the source's own lines."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("source_id", "ref"),
        Index(
            "ix_contact_customer",
            "customer",
            sqlite_where=text("customer IS NOT NULL"),
            postgresql_where=text("customer IS NOT NULL"),
        ),
        # What has been told anew since a look, of millions.
        Index(None, "revision"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    ref: Mapped[str] = mapped_column(String(256))  # the source's own id (Asterisk: callid)
    channel: Mapped[str] = mapped_column(String(40))
    customer: Mapped[str | None] = mapped_column(String(80))  # keyed hash and masked form
    first_at: Mapped[int]
    last_at: Mapped[int]
    evidence: Mapped[str]  # lines of a log in their order, or of statements by key
    revision: Mapped[int]
    direction: Mapped[str] = mapped_column(
        String(10), default="inbound", server_default=text("'inbound'")
    )
    topic: Mapped[str] = mapped_column(default="", server_default=text("''"))
    # What the platform told over its own line, each with its time (`exports.asterisk_heard`).
    heard: Mapped[str] = mapped_column(default="", server_default=text("''"))


class CustomerTie(Undoable, Table):
    """Two forms of customers that are one, said by hand; `same_as` "": a form that many share."""

    __tablename__ = "customer_tie"
    customer: Mapped[str] = mapped_column(String(80), primary_key=True)
    same_as: Mapped[str] = mapped_column(String(80), primary_key=True)
    reason: Mapped[str] = mapped_column(default="")
    edited_at: Mapped[int] = mapped_column(default=0)
    edited_by: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=0)


class ParameterByHand(Undoable, Table):
    """A parameter of the forecast that somebody has set by hand, beside what the exports say."""

    __tablename__ = "parameter_by_hand"
    channel: Mapped[str] = mapped_column(String(40), primary_key=True)  # empty: the whole centre
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[float]  # in the unit of `domain.parameters`
    reason: Mapped[str]
    set_at: Mapped[int]
    set_by: Mapped[str]
    revision: Mapped[int] = mapped_column(default=0)


class IssueMark(Undoable, Table):
    """What a person has said of a contact's issue, against or beyond what the gauge would take.

    By the source's own id, so that reading the exports again keeps it.
    """

    __tablename__ = "issue_mark"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    ref: Mapped[str] = mapped_column(String(256), primary_key=True)
    begins: Mapped[bool]  # an issue of its own begins here
    issue: Mapped[str] = mapped_column(String(36))  # contacts with the same are one; "": none said
    reason: Mapped[str] = mapped_column(default="")
    edited_at: Mapped[int] = mapped_column(default=0)
    edited_by: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=0)


class Leg(Table):
    __tablename__ = "leg"
    __table_args__ = (
        Index(None, "contact_id"),
        Index(None, "queue_id", "entered_at"),
        Index(
            "ix_leg_agent_id_connected_at",
            "agent_id",
            "connected_at",
            sqlite_where=text("agent_id IS NOT NULL"),
            postgresql_where=text("agent_id IS NOT NULL"),
        ),
        Index(
            "ix_leg_open",
            "source_id",
            "entered_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    number: Mapped[int]
    source_id: Mapped[int]
    # None: in no queue (outbound, or straight to an agent).
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    entered_at: Mapped[int]
    entry_seen: Mapped[bool]
    connected_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(String(12))
    ended_by: Mapped[str] = mapped_column(String(32))
    wait_us: Mapped[int | None]
    talk_us: Mapped[int | None]
    rings: Mapped[int]
    revision: Mapped[int]
    hold_us: Mapped[int | None]
    disposition: Mapped[str] = mapped_column(default="", server_default=text("''"))
    note_chars: Mapped[int | None]
    # How long it rang with the agent, up to `connected_at`; their wrap-up, from `ended_at` on. They
    # stand for intervals of that agent and queue, which are too many to be rows of their own.
    ring_us: Mapped[int | None]
    wrapup_us: Mapped[int | None]


class Said(Table):
    """A statement about anything but a contact: agents, tickets, names (`domain.statements`)."""

    __tablename__ = "said"
    __table_args__ = (Index(None, "source_id", "subject", "at"),)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(256), primary_key=True)
    key: Mapped[str] = mapped_column(String(256), primary_key=True)
    version: Mapped[int]
    at: Mapped[int]  # what it is about; 0 where it is about no instant
    body: Mapped[str]


class Promise(Table):
    """A callback that was promised: promised, reached, missed or cancelled."""

    __tablename__ = "promise"
    __table_args__ = (
        Index(None, "contact_id"),
        Index(
            "ix_promise_open",
            "queue_id",
            "requested_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    source_id: Mapped[int]
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    requested_at: Mapped[int]
    due_at: Mapped[int | None]
    dialled_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(String(12))
    revision: Mapped[int]


_OPEN_TICKETS = text("status IN ('new', 'open', 'pending', 'hold')")
_DONE_TICKETS = text("status IN ('solved', 'closed')")


class Ticket(Table):
    """A ticket as its statements tell it; None where the source cannot say."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("source_id", "ref"),
        Index(None, "source_id", "requester"),
        # They hold all that decides whether a ticket is on a list (`console.reads.tickets`): of a
        # million only what is open, or was solved of late, is looked at, and no row of it. An
        # index on the status would be taken instead of them.
        Index(
            "ix_ticket_open",
            "updated_at",
            "created_at",
            "due_at",
            "agents",
            "touches",
            "changes",
            "replies",
            "notes",
            "reopens",
            sqlite_where=_OPEN_TICKETS,
            postgresql_where=_OPEN_TICKETS,
        ),
        Index(
            "ix_ticket_done",
            "solved_at",
            "updated_at",
            "replies",
            "notes",
            "note_chars",
            "reopens",
            "agents",
            sqlite_where=_DONE_TICKETS,
            postgresql_where=_DONE_TICKETS,
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    ref: Mapped[str] = mapped_column(String(256))
    channel: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str]
    priority: Mapped[str] = mapped_column(String(40))
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    requester: Mapped[str | None] = mapped_column(String(80))  # hidden, as the source names them
    created_at: Mapped[int]
    updated_at: Mapped[int]
    solved_at: Mapped[int | None]
    first_reply_at: Mapped[int | None]
    due_at: Mapped[int | None]
    touches: Mapped[int | None]
    agents: Mapped[int | None]
    replies: Mapped[int | None]
    notes: Mapped[int | None]
    note_chars: Mapped[int | None]
    reopens: Mapped[int | None]
    tags: Mapped[str]
    satisfaction: Mapped[str]
    revision: Mapped[int]
    changes: Mapped[int | None]  # of its status


#: Open, and solved or closed. Spelled as their indexes are, which bound values would not find.
OPEN = Ticket.status.in_([literal_column(f"'{s}'") for s in ("new", "open", "pending", "hold")])
DONE = Ticket.status.in_([literal_column(f"'{s}'") for s in ("solved", "closed")])


class TicketStep(Table):
    """One thing that happened to a ticket."""

    __tablename__ = "ticket_step"
    __table_args__ = (Index(None, "agent_id", "at"),)
    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    what: Mapped[str] = mapped_column(String(12))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    before: Mapped[str]
    after: Mapped[str]
    text: Mapped[str]
    chars: Mapped[int]
    until: Mapped[int | None]


class Snapshot(Table):
    """A count without identities, as a platform wrote it at `at`; queue 0: all queues."""

    __tablename__ = "snapshot"
    __table_args__ = (Index(None, "at"),)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    queue_id: Mapped[int] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


class AgentInterval(Table):
    """Stretches of membership, login, pause, ringing and wrap-up.

    Talk is in `leg`, with the ringing that it ended and the wrap-up that it began.
    """

    __tablename__ = "agent_interval"
    __table_args__ = (
        Index(None, "agent_id", "started_at"),
        Index(
            "ix_agent_interval_open",
            "agent_id",
            "started_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        # Those of a contact (ringing, wrap-up) are found by it, the others by their alias.
        Index(
            "ix_agent_interval_alias",
            "source_id",
            "alias",
            "started_at",
            sqlite_where=text("contact_id IS NULL"),
            postgresql_where=text("contact_id IS NULL"),
        ),
        Index(
            "ix_agent_interval_person",
            "agent_id",
            "started_at",
            sqlite_where=text("contact_id IS NULL"),
            postgresql_where=text("contact_id IS NULL"),
        ),
        Index(
            "ix_agent_interval_contact",
            "contact_id",
            sqlite_where=text("contact_id IS NOT NULL"),
            postgresql_where=text("contact_id IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    alias: Mapped[str] = mapped_column(String(256))
    kind: Mapped[str] = mapped_column(String(10))
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    started_at: Mapped[int]
    ended_at: Mapped[int | None]
    source_state: Mapped[str] = mapped_column(String(120))
    ended_by: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int]


class Event(Table):
    """Accepted lines that belong to no contact: memberships, pauses, life cycle, unknown events."""

    __tablename__ = "event"
    __table_args__ = (
        Index(None, "source_id", "at"),
        Index(None, "source_id", "alias", "at"),
        Index(
            "ix_event_restart",
            "source_id",
            "at",
            sqlite_where=text("verb = 'QUEUESTART'"),
            postgresql_where=text("verb = 'QUEUESTART'"),
        ),
        Index(
            # With what all its rows have, so that it is taken instead of the one of all rows.
            "ix_event_heard",
            "heard",
            "source_id",
            "at",
            sqlite_where=text("heard = 1"),
            postgresql_where=text("heard"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    at: Mapped[int]
    place: Mapped[int]  # order among the rows of one second
    verb: Mapped[str] = mapped_column(String(40))
    alias: Mapped[str] = mapped_column(String(256))
    line: Mapped[str]
    # Told over the platform's own line; its log has not shown it.
    heard: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


#: Restarts of a source. Spelled out, since a bound value cannot find the index on just these rows.
RESTARTED = Event.verb == literal_column("'QUEUESTART'")


class EventTally(Table):
    """How many lines of each event a source gave, known or unknown to us."""

    __tablename__ = "event_tally"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    verb: Mapped[str] = mapped_column(String(40), primary_key=True)
    lines: Mapped[int]
    meaning: Mapped[bool]  # false: kept and counted, given no meaning


class Quarantine(Table):
    """A piece of input that could not be taken, kept as it came."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("path", "line_number", "digest"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    path: Mapped[str]
    line_number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str]
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    found_at: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="kept")  # kept, taken
    revision: Mapped[int] = mapped_column(default=0)


class Rollup(Table):
    """Sums over the legs that entered one queue within one quarter of an hour."""

    __tablename__ = "rollup"
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"), primary_key=True)
    from_at: Mapped[int] = mapped_column(primary_key=True)
    received: Mapped[int]
    answered: Mapped[int]
    abandoned: Mapped[int]
    flow_out: Mapped[int]
    refused: Mapped[int]
    wait_us: Mapped[int]  # of the answered
    talk_us: Mapped[int]
    revision: Mapped[int]


class Report(Undoable, Table):
    """ "Let me know when things go wrong": what went wrong, and what became of it."""

    __tablename__ = "report"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    at: Mapped[int] = mapped_column(index=True)
    who: Mapped[str]
    what: Mapped[str]
    agent: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")  # contact or ticket reference
    category: Mapped[str] = mapped_column(default="")
    severity: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(12), default="open")  # open, answered, closed
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[int | None]
    closed_at: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=0)


class Journal(Table):
    """One act, one record; each record carries the hash of the one before."""

    __tablename__ = "journal"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[int]
    who: Mapped[str]
    command: Mapped[str] = mapped_column(String(40))
    title: Mapped[str]  # in words: what was done to whom
    detail: Mapped[str]  # JSON: the command's fields
    changes: Mapped[str]  # JSON: each row's before and after
    why: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(default="")
    undoes: Mapped[int | None] = mapped_column(ForeignKey("journal.id"), index=True)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(default=0, index=True)


class JournalHead(Table):
    """How long the journal is and how it ends, kept apart so that a cut tail is noticed."""

    __tablename__ = "journal_head"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    entries: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class Outbox(Table):
    """A message for a platform, from pending to confirmed."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "state", "next_try_at"),
        Index(None, "revision"),
        Index(None, "subject", "number"),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int]  # the order in which messages were made
    origin: Mapped[str] = mapped_column(String(36))  # the message that this repeats or takes back
    takes_back: Mapped[bool]
    journal_id: Mapped[int] = mapped_column(ForeignKey("journal.id"), index=True)
    connector: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    item: Mapped[str]  # in words, for the list of partial failures
    body: Mapped[str]  # JSON
    created_at: Mapped[int]
    expires_at: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[int]
    sent_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    confirmed_by: Mapped[str] = mapped_column(default="")  # answer, export
    answer: Mapped[str] = mapped_column(default="")  # the platform's own words
    revision: Mapped[int] = mapped_column(default=0)
    # What it is about, and what it wants of it: messages about one subject leave in their order.
    subject: Mapped[str] = mapped_column(String(600), default="", server_default=text("''"))
    aspect: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    wanted: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    shown_at: Mapped[int | None]  # when an export or event of the platform showed it


class Forecast(Table):
    """What was foretold, kept so that it can be held against what came."""

    __tablename__ = "forecast"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    made_at: Mapped[int] = mapped_column(index=True)  # by the console's clock
    hours: Mapped[float]
    parameters: Mapped[str]  # the version of what was estimated or set
    acts: Mapped[int]  # the newest record of the journal that it knew
    body: Mapped[str]  # JSON: `domain.foretold.Forecast`
    revision: Mapped[int] = mapped_column(default=0)
