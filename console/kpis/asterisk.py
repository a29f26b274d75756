"""The counters that Asterisk keeps itself, to compare with it.

The PBX counts a contact when it ends, and starts from nothing at each restart or reset. Its own
"abandoned" is not "the caller hung up": it holds the other ways out too, all but the exit by key.
"""

from console.kpis.kpi import QUEUES, Kpi

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
HOLDTIME_ASTERISK = Kpi(
    "holdtime_asterisk",
    "Hold time, as Asterisk averages",
    "s",
    "Moving average x = (3x + wait) // 4 in whole seconds over the answered in the order of their "
    "connects, from 0 at the start of the whole range; as it stood after the bucket's last one. "
    "Not told of ranges of more than 31 days.",
    "Asterisk (Holdtime)",
    lambda s: s.pbx_holdtime_s,
    QUEUES,
)
TALKTIME_ASTERISK = Kpi(
    "talktime_asterisk",
    "Talk time, as Asterisk averages",
    "s",
    "Moving average x = (3x + talk) // 4 in whole seconds over the completed in the order of their "
    "ends, from 0 at the start of the whole range; as it stood after the bucket's last one. "
    "Not told of ranges of more than 31 days.",
    "Asterisk (TalkTime)",
    lambda s: s.pbx_talktime_s,
    QUEUES,
)
