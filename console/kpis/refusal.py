"""Contacts that were never let into the queue. Only some dial plans write them down."""

from console.kpis.kpi import Kpi

REFUSED = Kpi(
    "refused",
    "Refused",
    "count",
    "blocked + saturated + closed. A plain Asterisk writes nothing about them, so 0 means that "
    "none was written.",
    "Coalface",
    lambda s: s.refused,
)
BLOCKED = Kpi(
    "blocked",
    "Blocked",
    "count",
    "Contacts not let in because no agent was there (JOINEMPTY).",
    "Wazo, whose figure adds leave_empty",
    lambda s: s.blocked,
)
SATURATED = Kpi(
    "saturated",
    "Saturated",
    "count",
    "Contacts not let in because the queue was full or sent away by its rules (FULL, "
    "DIVERT_CA_RATIO, DIVERT_HOLDTIME).",
    "Wazo",
    lambda s: s.saturated,
)
CLOSED = Kpi(
    "closed",
    "Closed",
    "count",
    "Contacts that came while the queue was closed.",
    "Wazo",
    lambda s: s.closed,
)
