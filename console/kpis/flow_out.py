"""Contacts that left the queue neither answered nor abandoned."""

from console.kpis.kpi import Kpi

FLOW_OUT = Kpi(
    "flow_out",
    "Flow-out",
    "count",
    "timeout + exit_key + exit_empty + withdrawn + dumped.",
    "Genesys",
    lambda s: s.flow_out,
)
TIMEOUT = Kpi(
    "timeout",
    "Timed out",
    "count",
    "Contacts sent on because they had waited the longest time allowed.",
    "Asterisk (EXITWITHTIMEOUT)",
    lambda s: s.timeout,
)
EXIT_KEY = Kpi(
    "exit_key",
    "Left by key",
    "count",
    "Contacts that left by pressing a key, for voice mail or a callback say.",
    "Asterisk (EXITWITHKEY)",
    lambda s: s.exit_key,
)
EXIT_EMPTY = Kpi(
    "exit_empty",
    "Left an empty queue",
    "count",
    "Contacts put out while they waited because no agent was left to serve them.",
    "Asterisk (EXITEMPTY), Wazo (LEAVEEMPTY)",
    lambda s: s.exit_empty,
)
LEAVE_EMPTY = Kpi(
    "leave_empty",
    "Left an empty queue, as Wazo counts",
    "count",
    "Of exit_empty, those for which the dial plan wrote LEAVEEMPTY.",
    "Wazo, XiVO",
    lambda s: s.leave_empty,
)
WITHDRAWN = Kpi(
    "withdrawn",
    "Withdrawn",
    "count",
    "Contacts that a program took out of the queue.",
    "Asterisk (WITHDRAW)",
    lambda s: s.withdrawn,
)
DUMPED = Kpi(
    "dumped",
    "Dumped",
    "count",
    "Contacts dropped because the agent refused them or the channels did not fit.",
    "Asterisk (AGENTDUMP, SYSCOMPAT)",
    lambda s: s.dumped,
)
