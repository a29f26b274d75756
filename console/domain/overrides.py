"""What stands otherwise than usual, as the screen lists it."""

from dataclasses import dataclass

#: What kind of thing it is.
CALLBACK, CHANNEL, AGENT, ORDER = "callback", "channel", "agent", "order of calling"


def scoped(source: str, subject: str) -> str:
    """A subject that is the only one of its name among all sources; `source` is empty for what is
    everywhere, a channel."""
    return f"{source}|{subject}"


@dataclass(frozen=True, slots=True)
class Drift:
    """It was seen at `source` to stand otherwise than was wanted, after it had stood so; `by` is
    who did it there, as far as that is known."""

    source: str
    value: str
    at: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """One thing that stands otherwise than usual, or all that was moved of one agent.

    `parts` are the (subject, aspect) that bring it back. `state` is that of the last message about
    it, the worst where there are several; empty where none was needed. `words` are the platform's
    own.
    """

    key: str
    kind: str
    title: str  # "callback offer off, billing"
    name: str  # of the queue, channel or agent
    source: str  # empty: everywhere
    normal: str
    wanted: str
    since: int
    who: str
    parts: tuple[tuple[str, str], ...]
    until: int | None = None  # when it is meant to be over
    overdue: bool = False  # `until` has passed
    state: str = ""
    words: str = ""
    drift: Drift | None = None
    operation_id: int | None = None

    @property
    def alarming(self) -> bool:
        """Whether somebody has to see to it, beside bringing it back one day."""
        return self.overdue or self.drift is not None or self.state in FAILED


#: Message states after which the platform does not stand as was wanted, or nobody knows.
FAILED = ("refused", "unconfirmed", "cancelled")


@dataclass(frozen=True, slots=True)
class Displaced:
    """Where the customers of a channel went that lets nobody in, from `since` to `until`.

    `customers` are those who came on it in the 24 hours before or tried since, as far as they can
    be told apart; None where nobody can. `came` counts those of them who came on each other
    channel: (channel, since then, in as long a time before). `keyless` are its contacts whose
    customer is not known, and who cannot be found again elsewhere.
    """

    channel: str
    since: int
    until: int
    customers: int | None
    came: tuple[tuple[str, int, int], ...] = ()
    keyless: int = 0
