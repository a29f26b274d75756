"""Issues joined by hand, parameters set by hand, forecasts that are kept, alarms."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Each of them adds its own below."""
