"""Room for rosters: people, shifts, customers, targets, and who is which agent."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _stated(name: str, *columns: sa.Column) -> None:
    op.create_table(
        name,
        *columns,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=False),
        sa.Column("edited_by", sa.Text(), nullable=False),
        sa.Column("older", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _perhaps(name: str, kind: type[sa.types.TypeEngine]) -> sa.Column:
    return sa.Column(name, kind(), nullable=True)


def upgrade() -> None:
    _stated(
        "person",
        _text("name"),
        _text("team"),
        sa.Column("tier", sa.String(length=20), nullable=False),
        _text("home_queue"),
        _text("languages"),
        _text("skills"),
        _text("ids"),
    )
    _stated(
        "shift",
        _text("person"),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        _text("note"),
        _perhaps("movable", sa.Boolean),
        _perhaps("legal", sa.Boolean),
        _perhaps("consent", sa.Boolean),
    )
    op.create_index(op.f("ix_shift_start_at"), "shift", ["start_at"], unique=False)
    op.create_index(op.f("ix_shift_end_at"), "shift", ["end_at"], unique=False)
    _stated(
        "customer_note",
        _perhaps("value", sa.Float),
        _perhaps("at_risk", sa.Boolean),
        _text("preferred"),
    )
    _stated(
        "target",
        sa.Column("scope", sa.String(length=10), nullable=False),
        _text("name"),
        _perhaps("service_level", sa.Float),
        _perhaps("within_s", sa.BigInteger),
        _perhaps("expected_s", sa.BigInteger),
        _perhaps("critical", sa.Boolean),
    )
    op.create_table(
        "person_tie",
        sa.Column(
            "source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ref", sa.String(length=256), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=False),
        sa.Column("edited_by", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_person_tie_source_id_source")
        ),
        sa.PrimaryKeyConstraint("source_id", "ref", name=op.f("pk_person_tie")),
    )
