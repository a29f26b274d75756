"""What the lists of tickets are found by: changes of status, and indexes that hold the answer."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OPEN = sa.text("status IN ('new', 'open', 'pending', 'hold')")
_DONE = sa.text("status IN ('solved', 'closed')")


def upgrade() -> None:
    with op.batch_alter_table("ticket") as table:
        table.add_column(sa.Column("changes", sa.BigInteger(), nullable=True))
    # As `console.exports.ticket_telling` tells them of the steps.
    op.execute(
        "UPDATE ticket SET changes = (SELECT count(*) FROM ticket_step WHERE "
        "ticket_step.ticket_id = ticket.id AND ticket_step.what = 'status') "
        "WHERE EXISTS (SELECT 1 FROM ticket_step WHERE ticket_step.ticket_id = ticket.id "
        "AND ticket_step.what IN ('status', 'assigned', 'group', 'priority', 'escalated'))"
    )
    op.drop_index("ix_ticket_status_updated_at", "ticket")
    op.create_index(
        "ix_ticket_open",
        "ticket",
        ["updated_at", "created_at", "due_at", "agents", "touches", "changes", "replies", "notes",
         "reopens"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )  # fmt: skip
    op.create_index(
        "ix_ticket_done",
        "ticket",
        ["solved_at", "updated_at", "replies", "notes", "note_chars", "reopens", "agents"],
        sqlite_where=_DONE,
        postgresql_where=_DONE,
    )
