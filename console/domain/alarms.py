"""Alarms: conditions that somebody has to see to, with an owner, until they have ended."""

from dataclasses import dataclass

#: How an alarm stands.
RAISED, OWNED, SNOOZED, CLEARED = "raised", "owned", "snoozed", "cleared"

# What the button of an alarm does; the target is an id or a name.
SEND = "send"  # agents to the queue of that id: its preview
QUEUE = "queue"  # show the queue of that id
SOURCE = "source"  # show the source of that id
QUARANTINE = "quarantine"  # show the lines put aside
ACT = "act"  # show the act of that journal number
DOCK = "dock"  # show the dock of that name
TICKETS = "tickets"  # show the list of tickets of that name
REPORTS = "reports"  # show the log with that word in its filter
NOTHING = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a condition finds of one subject at one instant.

    `stands` is None where nobody can tell: such a finding neither raises an alarm nor ends one.
    `number` is the figure in words beside its limit, `definition` says what it is and over which
    window, `remedy` what to do about it.
    """

    kind: str
    subject: str
    stands: bool | None
    title: str = ""
    number: str = ""
    definition: str = ""
    remedy: str = ""
    act: str = NOTHING
    target: str = ""

    @property
    def key(self) -> str:
        """Of one key one alarm stands at a time."""
        return f"{self.kind}|{self.subject}"


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One alarm. Times are microseconds UTC; `owner` is empty while nobody sees to it."""

    id: int
    key: str
    kind: str
    title: str
    number: str
    definition: str
    remedy: str
    act: str
    target: str
    raised_at: int
    seen_at: int
    cleared_at: int | None = None
    ending: str = ""
    owner: str = ""
    owned_at: int | None = None
    snoozed_until: int | None = None
    snoozed_by: str = ""
    snoozed_why: str = ""

    def state(self, now: int) -> str:
        if self.cleared_at is not None:
            return CLEARED
        if self.owner:
            return OWNED
        return SNOOZED if self.is_snoozed(now) else RAISED

    def is_snoozed(self, now: int) -> bool:
        return self.snoozed_until is not None and self.snoozed_until > now

    def calls(self, now: int) -> bool:
        """Whether it waits for somebody: it stands, nobody owns it and nobody has put it off."""
        return self.state(now) == RAISED


@dataclass(frozen=True, slots=True)
class AlarmHistory:
    """The newest alarms, ended ones among them, and what each index of a spiral is, in words."""

    rows: tuple[AlarmRow, ...]
    indices: tuple[tuple[str, str], ...] = ()


__all__ = [
    "ACT",
    "CLEARED",
    "DOCK",
    "NOTHING",
    "OWNED",
    "QUARANTINE",
    "QUEUE",
    "RAISED",
    "REPORTS",
    "SEND",
    "SNOOZED",
    "SOURCE",
    "TICKETS",
    "AlarmHistory",
    "AlarmRow",
    "Finding",
]
