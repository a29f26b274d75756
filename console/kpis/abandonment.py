"""Customers who left before an agent came."""

from console.kpis.kpi import Kpi, mean_s, percent

ABANDONED = Kpi(
    "abandoned",
    "Abandoned",
    "count",
    "Contacts that the customer left before an agent was connected.",
    "Genesys, Amazon, Asterisk (ABANDON)",
    lambda s: s.abandoned,
)
SHORT_ABANDONED = Kpi(
    "short_abandoned",
    "Short abandons",
    "count",
    "Of the abandoned, those who left within the short-abandon threshold (a setting; 5 s unless "
    "told otherwise), the threshold included.",
    "UniVoIP (6 s), Genesys (configurable)",
    lambda s: s.short_abandoned,
)
ABANDON_RATE = Kpi(
    "abandon_rate",
    "Abandon rate",
    "%",
    "abandoned / offered.",
    "Genesys",
    lambda s: percent(s.abandoned, s.offered),
)
ABANDON_RATE_OF_QUEUED = Kpi(
    "abandon_rate_of_queued",
    "Abandon rate of the queued",
    "%",
    "abandoned / all that entered the queue, those included that still wait or have no end.",
    "Amazon",
    lambda s: percent(s.abandoned, s.offered + s.waiting + s.unfinished),
)
ABANDON_S = Kpi(
    "abandon_s",
    "Time to abandon",
    "s",
    "Wait of the abandoned / abandoned whose wait is known.",
    "Genesys (average abandon)",
    lambda s: mean_s(s.wait_abandoned_us, s.waits_abandoned),
)
