"""What an agent's time went into. Stretches are cut to the interval; what overlaps counts once."""

from console.kpis.kpi import AGENTS, Kpi, Number, seconds
from console.kpis.sums import Sums


def _share(part_us: int | None, whole_us: int | None) -> Number | None:
    if part_us is None or not whole_us:
        return None
    return round(100 * part_us / whole_us, 2)


def _occupancy(sums: Sums) -> Number | None:
    return _share(sums.busy_us, sums.ready_us)


def _availability(sums: Sums) -> Number | None:
    return _share(sums.available_us, sums.staffed_us)


LOGIN_S = Kpi(
    "login_s",
    "Logged in",
    "s",
    "Time between login and logoff. Unknown where the source writes no logins.",
    "Wazo (login time), Asterisk (AGENTLOGIN, AGENTCALLBACKLOGIN)",
    lambda s: seconds(s.login_us),
    AGENTS,
)
MEMBER_S = Kpi(
    "member_s",
    "Member of a queue",
    "s",
    "Time as a member of at least one queue, by ADDMEMBER and REMOVEMEMBER. Unknown where the "
    "source writes neither: members written into its configuration leave no trace.",
    "Asterisk",
    lambda s: seconds(s.member_us),
    AGENTS,
)
STAFFED_S = Kpi(
    "staffed_s",
    "Staffed",
    "s",
    "login_s where the source knows this agent's logins, else member_s.",
    "Amazon (online time)",
    lambda s: seconds(s.staffed_us),
    AGENTS,
)
PAUSE_S = Kpi(
    "pause_s",
    "Paused",
    "s",
    "Time paused in all queues at once: by a pause of all, or of every queue that the agent is a "
    "member of. `pauses` divides it by the source's reason.",
    "Wazo (pause time), Amazon (NPT)",
    lambda s: seconds(s.pause_us),
    AGENTS,
)
ON_CONTACT_S = Kpi(
    "on_contact_s",
    "On contact",
    "s",
    "Time connected to a customer, cut to the interval (conversation_s is not: it is booked whole "
    "where the contact entered).",
    "Amazon (agent on contact time)",
    lambda s: seconds(s.on_contact_us),
    AGENTS,
)
RING_S = Kpi(
    "ring_s",
    "Ringing",
    "s",
    "Time in which the agent's device rang, answered or not.",
    "Asterisk",
    lambda s: seconds(s.ring_us),
    AGENTS,
)
WRAPUP_S = Kpi(
    "wrapup_s",
    "Wrap-up",
    "s",
    "Time in wrap-up, cut to the interval. Unknown where the source writes none.",
    "Wazo (wrap-up time)",
    lambda s: seconds(s.wrapup_time_us),
    AGENTS,
)
AVAILABLE_S = Kpi(
    "available_s",
    "Available",
    "s",
    "staffed_s without pause, contact, wrap-up and ringing.",
    "Amazon (agent idle time)",
    lambda s: seconds(s.available_us),
    AGENTS,
)
OCCUPANCY = Kpi(
    "occupancy",
    "Occupancy",
    "%",
    "(On contact + wrap-up) / ready, where ready is staffed time without those pauses in which the "
    "agent was neither on contact nor in wrap-up.",
    "Calabrio, (talk + ACW) / ready",
    _occupancy,
    AGENTS,
)
AVAILABILITY = Kpi(
    "availability",
    "Availability",
    "%",
    "available_s / staffed_s.",
    "DeHaan (available time / logged-in time)",
    _availability,
    AGENTS,
)
