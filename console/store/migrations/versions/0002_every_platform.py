"""Room for what platforms other than a PBX say: statements, tickets, promises, snapshots."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, default: str = "''") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text(default), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def upgrade() -> None:
    with op.batch_alter_table("source") as table:
        table.add_column(
            sa.Column("platform", sa.String(40), server_default=sa.text("''"), nullable=False)
        )
        table.add_column(_text("origin"))
        table.add_column(
            sa.Column("paused", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
        table.add_column(_number("read_bytes"))
        table.add_column(_number("read_us"))
    op.execute("UPDATE source SET platform = 'asterisk' WHERE format = 'asterisk_queue_log'")
    with op.batch_alter_table("source_file") as table:
        for name in ("state", "stamp", "proof"):
            table.add_column(_text(name))
    with op.batch_alter_table("contact") as table:
        table.add_column(
            sa.Column("direction", sa.String(10), server_default=sa.text("'inbound'"),
                      nullable=False)
        )  # fmt: skip
        table.add_column(_text("topic"))
    _give_refs()
    _free_legs()
    _new_tables()


def _give_refs() -> None:
    """Queues and agents have an id of the source's own beside the name that is shown."""
    for name, old, new in (
        ("queue", "uq_queue_source_id_name", ("source_id", "ref", "channel")),
        ("agent", "uq_agent_source_id_name", ("source_id", "ref")),
    ):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("ref", sa.String(256), nullable=True))
            if name == "agent":
                table.add_column(_text("e_mail"))
        op.execute(f"UPDATE {name} SET ref = name")
        with op.batch_alter_table(name) as table:
            table.alter_column("ref", existing_type=sa.String(256), nullable=False)
            table.drop_constraint(old, type_="unique")
            table.create_unique_constraint(f"uq_{name}_{'_'.join(new)}", list(new))


def _free_legs() -> None:
    """A leg need not be in a queue: outbound, or straight to an agent."""
    with op.batch_alter_table("leg") as table:
        table.alter_column("queue_id", existing_type=_id(), nullable=True)
        table.add_column(sa.Column("hold_us", sa.BigInteger(), nullable=True))
        table.add_column(_text("disposition"))
        table.add_column(sa.Column("note_chars", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("ring_us", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("wrapup_us", sa.BigInteger(), nullable=True))


def _new_tables() -> None:
    op.create_table(
        "said",
        sa.Column("source_id", _id(), nullable=False),
        sa.Column("subject", sa.String(256), nullable=False),
        sa.Column("key", sa.String(256), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_said_source_id_source"),
        sa.PrimaryKeyConstraint("source_id", "subject", "key", name="pk_said"),
    )
    op.create_index("ix_said_source_id_subject_at", "said", ["source_id", "subject", "at"])
    op.create_table(
        "promise",
        sa.Column("id", _id(), nullable=False),
        sa.Column("contact_id", _id(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("queue_id", _id(), nullable=True),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("dialled_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="fk_promise_contact_id_contact", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name="fk_promise_queue_id_queue"),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
    )
    op.create_index("ix_promise_contact_id", "promise", ["contact_id"])
    op.create_index(
        "ix_promise_open",
        "promise",
        ["queue_id", "requested_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "ticket",
        sa.Column("id", _id(), nullable=False),
        sa.Column("source_id", _id(), nullable=False),
        sa.Column("ref", sa.String(256), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(40), nullable=False),
        sa.Column("queue_id", _id(), nullable=True),
        sa.Column("agent_id", _id(), nullable=True),
        sa.Column("requester", sa.String(80), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("solved_at", sa.BigInteger(), nullable=True),
        sa.Column("first_reply_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("touches", sa.BigInteger(), nullable=True),
        sa.Column("agents", sa.BigInteger(), nullable=True),
        sa.Column("replies", sa.BigInteger(), nullable=True),
        sa.Column("notes", sa.BigInteger(), nullable=True),
        sa.Column("note_chars", sa.BigInteger(), nullable=True),
        sa.Column("reopens", sa.BigInteger(), nullable=True),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("satisfaction", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_ticket_source_id_source"),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name="fk_ticket_queue_id_queue"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_ticket_agent_id_agent"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket"),
        sa.UniqueConstraint("source_id", "ref", name="uq_ticket_source_id_ref"),
    )
    op.create_index("ix_ticket_agent_id", "ticket", ["agent_id"])
    op.create_index("ix_ticket_status_updated_at", "ticket", ["status", "updated_at"])
    op.create_index("ix_ticket_source_id_requester", "ticket", ["source_id", "requester"])
    op.create_table(
        "ticket_step",
        sa.Column("ticket_id", _id(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("agent_id", _id(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("chars", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_ticket_step_ticket_id_ticket", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_ticket_step_agent_id_agent"),
        sa.PrimaryKeyConstraint("ticket_id", "number", name="pk_ticket_step"),
    )
    op.create_index("ix_ticket_step_agent_id_at", "ticket_step", ["agent_id", "at"])
    op.create_table(
        "snapshot",
        sa.Column("source_id", _id(), nullable=False),
        sa.Column("queue_id", sa.BigInteger(), nullable=False),
        sa.Column("metric", sa.String(40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_snapshot_source_id_source"),
        sa.PrimaryKeyConstraint("source_id", "queue_id", "metric", "at", name="pk_snapshot"),
    )
    op.create_index("ix_snapshot_at", "snapshot", ["at"])
