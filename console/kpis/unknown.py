"""Figures of the trade that a queue log cannot support. They are fields, and always unknown.

They stand here so that nobody takes a missing figure for a zero one, or an output without the
field for an older version.
"""

from console.kpis.kpi import AGENTS, BOTH, Kpi

UTILISATION = Kpi(
    "utilisation",
    "Utilisation",
    "%",
    "Handling time / paid time. Unknown: no paid time in a queue log.",
    "KPIs of the trade",
    lambda s: None,
    AGENTS,
)
ADHERENCE = Kpi(
    "adherence",
    "Adherence",
    "%",
    "Time in adherence / scheduled time. Unknown: no schedule in a queue log.",
    "Genesys",
    lambda s: None,
    AGENTS,
)
CONFORMANCE = Kpi(
    "conformance",
    "Conformance",
    "%",
    "Actual / scheduled time on queue. Unknown: no schedule in a queue log.",
    "Genesys",
    lambda s: None,
    AGENTS,
)
SHRINKAGE = Kpi(
    "shrinkage",
    "Shrinkage",
    "%",
    "Shrinkage hours / scheduled hours. Unknown: no schedule in a queue log.",
    "KPIs of the trade",
    lambda s: None,
    AGENTS,
)
FCR = Kpi(
    "fcr",
    "First-contact resolution",
    "%",
    "Issues resolved by their first contact / issues. Unknown: a queue log says nothing of the "
    "issue or of its resolution.",
    "Amazon (cases resolved on first contact)",
    lambda s: None,
    BOTH,
)
REPEAT_CONTACT_RATE = Kpi(
    "repeat_contact_rate",
    "Repeat contact rate",
    "%",
    "Customers with more than one contact / customers. Unknown: a caller's number is not a "
    "customer, and is often withheld.",
    "KPIs of the trade",
    lambda s: None,
)
ESCALATION_RATE = Kpi(
    "escalation_rate",
    "Escalation rate",
    "%",
    "Contacts passed to a supervisor / contacts. Unknown: a transfer row does not say to whom in "
    "the organisation; `transferred` counts them all.",
    "KPIs of the trade",
    lambda s: None,
    BOTH,
)
CALLBACKS_PENDING = Kpi(
    "callbacks_pending",
    "Callbacks pending",
    "count",
    "Callbacks promised and not yet kept. Unknown: a queue log has no event for a promise.",
    "Mindful",
    lambda s: None,
)
