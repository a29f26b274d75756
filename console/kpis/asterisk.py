"""The counters that Asterisk keeps itself, to compare with it.

The PBX counts a contact when it ends, and starts from nothing at each restart or reset. Its own
"abandoned" is not "the caller hung up": it holds the other ways out too, all but the exit by key.
"""

from console.kpis.kpi import Kpi

COMPLETED_ASTERISK = Kpi(
    "completed_asterisk",
    "Completed, as Asterisk counts",
    "count",
    "Contacts that ended in the interval by COMPLETEAGENT, COMPLETECALLER or BLINDTRANSFER.",
    "Asterisk (Completed)",
    lambda s: s.pbx_completed,
)
ABANDONED_ASTERISK = Kpi(
    "abandoned_asterisk",
    "Abandoned, as Asterisk counts",
    "count",
    "Contacts that ended in the interval by ABANDON, EXITWITHTIMEOUT, EXITEMPTY or WITHDRAW.",
    "Asterisk (Abandoned)",
    lambda s: s.pbx_abandoned,
)
