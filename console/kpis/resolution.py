"""Whether what customers came for was settled, and the handling time that each settled need took.

AHT alone rewards haste: shorter contacts that settle less make more work, not less.
"""

from console.kpis.kpi import BOTH, Kpi, Number, percent
from console.kpis.sums import Sums


def _minutes(s: Sums) -> Number | None:
    if s.talks <= 0 or s.outcomes <= 0 or s.resolved <= 0:
        return None
    aht_min = (s.talk_us + s.wrapup_us) / s.talks / 60_000_000
    return round(aht_min * s.outcomes / s.resolved, 3)


OUTCOMES = Kpi(
    "outcomes",
    "Outcomes known",
    "count",
    "Answered contacts of which an export says whether they settled the need: a disposition that "
    "says so, or what became of a ticket after the reply.",
    "Coalface",
    lambda s: s.outcomes,
    BOTH,
)
RESOLUTION = Kpi(
    "resolution",
    "Resolution",
    "%",
    "Contacts that settled the need / contacts whose outcome is known. By disposition: one that "
    "says solved or not solved (one that names a topic says nothing). By ticket: settled where it "
    "is solved and nobody asked again, not where the customer had to ask again. Unknown where no "
    "export says so; then AHT says nothing of how well the work is done.",
    "Genesys (wrap-up codes), Zendesk (solved tickets)",
    lambda s: percent(s.resolved, s.outcomes),
    BOTH,
)
MINUTES_PER_RESOLUTION = Kpi(
    "minutes_per_resolution",
    "Minutes per resolution",
    "min",
    "aht_s / 60 / resolution: minutes of handling for each need that is settled. AHT that falls "
    "while this rises is haste.",
    "KPIs of the trade",
    _minutes,
    BOTH,
)
