"""How many came, and what became of them."""

from console.kpis.kpi import BOTH, Kpi

RECEIVED = Kpi(
    "received",
    "Received",
    "count",
    "Contacts that reached the queue: offered + refused + waiting + unfinished.",
    "Wazo (received), which leaves out a contact until it has ended; here it counts at once.",
    lambda s: s.received,
)
OFFERED = Kpi(
    "offered",
    "Offered",
    "count",
    "answered + abandoned + flow_out. A contact counts in the interval of its entry.",
    "Genesys",
    lambda s: s.offered,
)
ANSWERED = Kpi(
    "answered",
    "Answered",
    "count",
    "Contacts that an agent was connected to, from the moment of connecting.",
    "Genesys, Amazon (handled), Asterisk (CONNECT)",
    lambda s: s.answered,
    BOTH,
)
WAITING = Kpi(
    "waiting",
    "Still waiting",
    "count",
    "Contacts that entered in the interval and wait to this day.",
    "Amazon (contacts in queue)",
    lambda s: s.waiting,
)
UNFINISHED = Kpi(
    "unfinished",
    "Unfinished",
    "count",
    "Contacts without an end in the export: cut off by a restart, or the end was never written. "
    "They are received but not offered, as nobody knows what became of them.",
    "Coalface",
    lambda s: s.unfinished,
)
TRANSFERRED = Kpi(
    "transferred",
    "Transferred",
    "count",
    "Answered contacts that the agent passed on (blind, attended, or the older TRANSFER).",
    "Asterisk",
    lambda s: s.transferred,
    BOTH,
)
ENDED_BY_AGENT = Kpi(
    "ended_by_agent",
    "Hung up by the agent",
    "count",
    "Answered contacts that the agent's side ended first (COMPLETEAGENT).",
    "Asterisk",
    lambda s: s.ended_by_agent,
    BOTH,
)
ENDED_BY_CUSTOMER = Kpi(
    "ended_by_customer",
    "Hung up by the customer",
    "count",
    "Answered contacts that the customer's side ended first (COMPLETECALLER).",
    "Asterisk",
    lambda s: s.ended_by_customer,
    BOTH,
)
RINGS_NO_ANSWER = Kpi(
    "rings_no_answer",
    "Rings without answer",
    "count",
    "Rings at an agent that nobody picked up. For a queue each RINGNOANSWER row of its contacts; "
    "for an agent those that rang for longer than 0 ms.",
    "Asterisk",
    lambda s: s.rings_no_answer,
    BOTH,
)
ANSWERED_RATE = Kpi(
    "answered_rate",
    "Answered rate",
    "%",
    "answered / (received - closed).",
    "Wazo",
    lambda s: (
        round(100 * s.answered / (s.received - s.closed), 2) if s.received > s.closed else None
    ),
)
