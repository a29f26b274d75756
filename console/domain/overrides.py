"""What stands otherwise than usual, as the screen lists it."""

from dataclasses import dataclass

#: What kind of thing it is.
CALLBACK, CHANNEL, AGENT = "callback", "channel", "agent"


def scoped(source: str, subject: str) -> str:
    """A subject that is the only one of its name among all sources; `source` is empty for what is
    everywhere, a channel."""
    return f"{source}|{subject}"


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """One thing that stands otherwise than usual, or all that was moved of one agent.

    `parts` are the (subject, aspect) that bring it back. `state` is that of the last message about
    it, the worst where there are several; empty where none was needed. `words` are the platform's
    own. `drift` says in words that it was changed there since, and is empty where it was not.
    """

    key: str
    kind: str
    title: str  # "callback offer off, billing"
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
    drift: str = ""
    operation_id: int | None = None
    name: str = ""  # of the queue, channel or agent

    @property
    def alarming(self) -> bool:
        """Whether somebody has to see to it, beside bringing it back one day."""
        return self.overdue or bool(self.drift) or self.state in FAILED


#: Message states after which the platform does not stand as was wanted, or nobody knows.
FAILED = ("refused", "unconfirmed", "cancelled")
