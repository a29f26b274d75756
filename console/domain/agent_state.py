"""What an agent is doing, told from the intervals that hold at one instant."""

import re
from dataclasses import dataclass, field

AVAILABLE = "available"
RINGING = "ringing"
ON_CONTACT = "on contact"
WRAP_UP = "wrap-up"
BREAK = "break"
MEETING = "meeting"
TRAINING = "training"
ADMINISTRATION = "administration"
BACK_OFFICE = "back office"
#: A pause whose reason says none of the kinds above.
PAUSED = "paused"
OFFLINE = "offline"
UNKNOWN = "unknown"

STATES = (
    AVAILABLE, RINGING, ON_CONTACT, WRAP_UP, BREAK, MEETING, TRAINING, ADMINISTRATION, BACK_OFFICE,
    PAUSED, OFFLINE, UNKNOWN,
)  # fmt: skip
PAUSES = (BREAK, MEETING, TRAINING, ADMINISTRATION, BACK_OFFICE, PAUSED)

# Words of a pause reason, in the languages of the sites we know, and the state they mean.
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (BACK_OFFICE, ("back office", "backoffice", "back-office", "hinterzimmer")),
    (MEETING, ("meeting", "besprechung", "réunion", "reunion", "reunión", "standup", "1:1")),
    (TRAINING, ("training", "schulung", "formation", "coaching", "capacitacion", "capacitación")),
    (ADMINISTRATION, ("admin", "paperwork", "verwaltung", "follow-up", "nacharbeit")),
    (BREAK, ("break", "lunch", "meal", "pause", "coffee", "mittag", "toilet", "rest", "almuerzo",
             "descanso", "smoke", "bathroom", "dinner", "breakfast", "tea")),
)  # fmt: skip


_INTERFACE = re.compile(r"^[A-Za-z][A-Za-z0-9]*/")


def is_interface(name: str) -> bool:
    """Whether a name is a device's (``PJSIP/400``) rather than a person's."""
    return bool(_INTERFACE.match(name)) and not name.startswith("Agent/")


def pause_state(reason: str) -> str:
    """The state that a pause reason means; PAUSED where it names none."""
    words = reason.casefold()
    for state, names in _WORDS:
        if any(name in words for name in names):
            return state
    return PAUSED


@dataclass(slots=True)
class Conditions:
    """What holds for one agent at one instant, and when the last of each kind ended.

    Times in microseconds UTC. `member` and `seen` map a queue's id to since when, or to the last
    time the agent served it; `pauses` a queue's id (None: all queues) to (since, reason).
    """

    member: dict[int, int] = field(default_factory=lambda: {})
    dynamic: set[int] = field(default_factory=lambda: set())  # queues ever joined by ADDMEMBER
    seen: dict[int, int] = field(default_factory=lambda: {})
    pauses: dict[int | None, tuple[int, str]] = field(default_factory=lambda: {})
    # since, ref, queue (None: in no queue)
    contacts: list[tuple[int, str, int | None]] = field(default_factory=lambda: [])
    ring_since: int | None = None
    ring_contact: str | None = None
    wrap_up_since: int | None = None
    wrap_up_until: int | None = None
    login_since: int | None = None
    logs_in: bool = False  # uses AGENTLOGIN or AGENTCALLBACKLOGIN at all
    last_end: int | None = None  # of a contact, ringing or wrap-up
    last_pause_end: int | None = None
    last_leave: int | None = None  # of a membership or login
    nameless: bool = False  # an interface, at a source whose calls name people
    # At a source that tells presence where it is told at all: a contact that is over says nothing
    # of whether its agent is still there. (Members in a PBX's configuration are never logged.)
    presence_told: bool = False
    silent: bool = False  # nothing has come from the source for so long that nothing is known


@dataclass(frozen=True, slots=True)
class Present:
    """An agent's state now. `queues` are ids of queues served, `paused` those paused in."""

    state: str
    source_state: str
    since: int | None
    contact: str | None
    contact_queue: int | None
    queues: tuple[int, ...]
    paused: tuple[int, ...]
    contacts: int = 0


def present(now: Conditions) -> Present:
    """The state that follows, by priority: contact, ringing, wrap-up, pause, available."""
    # A queue once joined by ADDMEMBER is left by REMOVEMEMBER; only others are told by activity.
    static = {queue for queue in now.seen if queue not in now.dynamic}
    queues = sorted({*now.member, *static})
    everywhere = now.pauses.get(None)
    paused = [q for q in queues if everywhere is not None or q in now.pauses]

    def result(state: str, source_state: str, since: int | None) -> Present:
        return Present(state, source_state, since, None, None, tuple(queues), tuple(paused))

    if now.silent:
        return result(UNKNOWN, "", None)
    if now.contacts:
        since, ref, queue = min(now.contacts, key=lambda contact: contact[:2])
        served = queues or ([] if queue is None else [queue])
        return Present(
            ON_CONTACT,
            "CONNECT",
            since,
            ref,
            queue,
            tuple(served),
            tuple(paused),
            len(now.contacts),
        )
    if now.ring_since is not None:
        # A log writes a ring at its end: it is known at once only over a line to the platform.
        return Present(
            RINGING, "ringing", now.ring_since, now.ring_contact, None, tuple(queues), tuple(paused)
        )
    if now.wrap_up_since is not None:
        return result(WRAP_UP, "WRAPUPSTART", now.wrap_up_since)
    if now.logs_in and now.login_since is None and not now.member:
        return result(OFFLINE, "logged off", now.last_leave)
    if now.pauses and (everywhere is not None or not queues or len(paused) == len(queues)):
        since, reason = max(now.pauses.values()) if everywhere is None else everywhere
        return result(pause_state(reason), reason or "PAUSE", _latest(since, now.last_end))
    if now.nameless and now.last_end is None and queues:
        # Somebody sits there, but whose contacts and pauses are theirs is not known.
        return result(UNKNOWN, "ADDMEMBER", min(now.member.values(), default=None))
    if now.presence_told and now.login_since is None and not now.member:
        return result(UNKNOWN, "", _latest(now.last_end, now.last_pause_end))
    if queues or now.login_since is not None:
        begun = [*now.member.values()]
        if now.login_since is not None:
            begun.append(now.login_since)
        since = _latest(min(begun, default=None), now.last_end, now.last_pause_end)
        word = "ADDMEMBER" if now.member else ("AGENTLOGIN" if now.login_since else "seen")
        return result(AVAILABLE, word, since)
    if now.last_leave is not None:
        return result(OFFLINE, "REMOVEMEMBER", now.last_leave)
    return result(UNKNOWN, "", None)


def _latest(*times: int | None) -> int | None:
    return max((t for t in times if t is not None), default=None)


def state_in_queue(agent: Present, queue: int) -> str:
    """The agent's state as one queue sees it: an agent can be paused in one queue only."""
    if agent.state in (ON_CONTACT, RINGING, WRAP_UP, OFFLINE, UNKNOWN):
        return agent.state
    if queue in agent.paused:
        return agent.state if agent.state in PAUSES else PAUSED
    return AVAILABLE
