"""Platforms are told what to do; what stands otherwise than usual, and what is owed for it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

EMPTY = sa.text("''")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TO_SOURCE = ["source.id"]


def upgrade() -> None:
    op.add_column("channel", sa.Column("reopens_at", sa.BigInteger()))
    op.add_column("queue", sa.Column("callback_off_from", sa.BigInteger()))
    for name, kind in (
        ("subject", sa.String(600)),
        ("aspect", sa.String(40)),
        ("wanted", sa.String(120)),
    ):
        op.add_column("outbox", sa.Column(name, kind, nullable=False, server_default=EMPTY))
    op.add_column("outbox", sa.Column("shown_at", sa.BigInteger()))
    op.add_column("contact", sa.Column("heard", sa.Text(), nullable=False, server_default=EMPTY))
    op.add_column(
        "event",
        sa.Column("heard", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.create_index(
        "ix_event_heard",
        "event",
        ["heard", "source_id", "at"],
        sqlite_where=sa.text("heard = 1"),
        postgresql_where=sa.text("heard"),
    )
    op.create_index("ix_outbox_subject_number", "outbox", ["subject", "number"])
    op.create_table(
        "connection",
        sa.Column("source_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], TO_SOURCE, name="fk_connection_source_id_source"),
        sa.PrimaryKeyConstraint("source_id", name="pk_connection"),
    )
    op.create_table(
        "operation",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("playbook", sa.String(80), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("planned_us", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_operation"),
    )
    op.create_table(
        "operation_item",
        sa.Column("operation_id", BIG_ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(120), nullable=False),
        sa.Column("section", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("command", sa.String(40), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("journal_id", sa.BigInteger()),
        sa.Column("done_at", sa.BigInteger()),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name="fk_operation_item_operation_id_operation"
        ),
        sa.PrimaryKeyConstraint("operation_id", "number", name="pk_operation_item"),
    )
    op.create_table(
        "override",
        sa.Column("subject", sa.String(600), nullable=False),
        sa.Column("aspect", sa.String(40), nullable=False),
        sa.Column("source_id", BIG_ID),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("normal", sa.String(40), nullable=False),
        sa.Column("wanted", sa.String(40), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger()),
        sa.Column("operation_id", BIG_ID),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], TO_SOURCE, name="fk_override_source_id_source"),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name="fk_override_operation_id_operation"
        ),
        sa.PrimaryKeyConstraint("subject", "aspect", name="pk_override"),
    )
    op.create_table(
        "sighting",
        sa.Column("source_id", BIG_ID, nullable=False),
        sa.Column("subject", sa.String(600), nullable=False),
        sa.Column("aspect", sa.String(40), nullable=False),
        sa.Column("value", sa.String(120), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], TO_SOURCE, name="fk_sighting_source_id_source"),
        sa.PrimaryKeyConstraint("source_id", "subject", "aspect", name="pk_sighting"),
    )
    op.create_table(
        "obligation",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("legal", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("operation_id", BIG_ID),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name="fk_obligation_operation_id_operation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_obligation"),
    )
