"""Issues joined by hand, parameters set by hand, forecasts that are kept, alarms."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Each of them adds its own below."""
    _parameters_by_hand()


def _parameters_by_hand() -> None:
    op.create_table(
        "parameter_by_hand",
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "name", name="pk_parameter_by_hand"),
    )
