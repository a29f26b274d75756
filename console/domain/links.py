"""What a platform with a line of its own tells by itself."""

from dataclasses import dataclass

# How a line to a platform stands.
OFF = "off"  # switched off, or nothing to be connected to
CONNECTING = "connecting"
UP = "up"
DOWN = "down"  # gone, or not to be had; tried again by itself
REFUSED = "refused"  # somebody has to do something first: a wrong secret, a missing right


@dataclass(frozen=True, slots=True)
class Link:
    """How a line stands, in words for a person, since when (microseconds since 1970 UTC)."""

    state: str
    words: str
    since: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """How something stands at a platform (`domain.messages.Target`), and who brought it there, as
    far as the platform says."""

    subject: str
    aspect: str
    value: str
    at: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that happened, as the line that the platform's own log has, or will have, for it.

    `at` is in microseconds, while the line's own stamp is a whole second that can differ by one.
    """

    at: int
    line: str


@dataclass(frozen=True, slots=True)
class Member:
    """One agent in one queue, as the platform lists it."""

    queue: str
    interface: str
    name: str
    dynamic: bool
    paused: bool
    reason: str
    penalty: int
    # free, in use, ringing, on hold, unavailable, unknown
    device: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contact that waits, as the platform lists it; `entered_at` is to the second."""

    queue: str
    ref: str
    entered_at: int


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a platform lists at one instant, at the beginning of a line to it."""

    at: int
    members: tuple[Member, ...]
    waiting: tuple[Waiting, ...]
    queues: tuple[str, ...]
