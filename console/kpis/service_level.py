"""Service level in the forms that are in use, each under its own name.

"Within T" includes T itself. T is the threshold that was asked for (a setting; 20 s unless told
otherwise). Changing it changes the past too, as with Genesys: nothing is stored per threshold.
"""

from console.kpis.kpi import Kpi, percent

SERVICE_LEVEL = Kpi(
    "service_level",
    "Service level",
    "%",
    "Answered within T / (answered + abandoned). The default form.",
    "Genesys, all switches off",
    lambda s: percent(s.answered_in_sl, s.answered + s.abandoned),
)
WITH_FLOW_OUT = Kpi(
    "service_level_with_flow_out",
    "Service level with flow-outs",
    "%",
    "Answered within T / (answered + abandoned + flow_out).",
    "Genesys, flow-outs included",
    lambda s: percent(s.answered_in_sl, s.offered),
)
LESS_SHORT_ABANDONS = Kpi(
    "service_level_less_short_abandons",
    "Service level without short abandons",
    "%",
    "Answered within T / (answered + abandoned - short_abandoned).",
    "Genesys, short abandons excluded; UniVoIP",
    lambda s: percent(s.answered_in_sl, s.answered + s.abandoned - s.short_abandoned),
)
ANSWERED_ONLY = Kpi(
    "service_level_answered",
    "Service level of the answered",
    "%",
    "Answered within T / answered.",
    "Twilio; Genesys, abandons excluded; Wazo (quality of service), whose T itself is too late",
    lambda s: percent(s.answered_in_sl, s.answered),
)
IGNORE = Kpi(
    "service_level_ignore",
    "Service level, abandons ignored",
    "%",
    "Answered within T / (answered + abandoned - abandoned within T).",
    "Cisco, abandoned calls ignored",
    lambda s: percent(s.answered_in_sl, s.answered + s.abandoned - s.abandoned_in_sl),
)
NEGATIVE = Kpi(
    "service_level_negative",
    "Service level, abandons negative",
    "%",
    "Answered within T / (answered + abandoned).",
    "Cisco, abandoned calls have a negative impact",
    lambda s: percent(s.answered_in_sl, s.answered + s.abandoned),
)
POSITIVE = Kpi(
    "service_level_positive",
    "Service level, abandons positive",
    "%",
    "(Answered within T + abandoned within T) / (answered + abandoned).",
    "Cisco, abandoned calls have a positive impact",
    lambda s: percent(s.answered_in_sl + s.abandoned_in_sl, s.answered + s.abandoned),
)
ASTERISK_1 = Kpi(
    "service_level_asterisk_1",
    "Service level, Asterisk 1",
    "%",
    "Completed after an answer within T / completed_asterisk, counted where the contact ended.",
    "Asterisk (ServicelevelPerf)",
    lambda s: percent(s.pbx_completed_in_sl, s.pbx_completed),
)
ASTERISK_2 = Kpi(
    "service_level_asterisk_2",
    "Service level, Asterisk 2",
    "%",
    "(Completed after an answer within T + abandoned within T) / (completed_asterisk + "
    "abandoned_asterisk), counted where the contact ended.",
    "Asterisk (ServicelevelPerf2)",
    lambda s: percent(
        s.pbx_completed_in_sl + s.pbx_abandoned_in_sl, s.pbx_completed + s.pbx_abandoned
    ),
)
