"""What Amazon Connect's formats have in common: names of things, times, channels, directions.

Sources: Amazon Connect administrator guide (contact records, agent event streams, contact events)
and API reference.
"""

from typing import cast

from console.domain.times import SECOND
from console.exports import moments
from console.exports.export import Mask

PLATFORM = "amazon_connect"

#: A time as Amazon writes it: text in the streams, a number where a tool wrote an API's answer.
Time = str | int | float | None
#: Whole seconds; text where a pipeline made a table of it.
Seconds = str | int | float | None

TASK = "task"
#: A supervisor who listens in is not the customer's contact, nor is a third party who is called in.
BESIDE = frozenset(("MONITOR", "EXTERNAL_OUTBOUND"))
#: An agent, or the promise of a callback, had the customer called.
CALLED = frozenset(("OUTBOUND", "CALLBACK"))
_OUTWARD = frozenset(("OUTBOUND", "CALLBACK", "AGENT_REPLY", "FLOW"))
_CHANNELS = {
    "VOICE": "voice",
    "CHAT": "chat",
    "EMAIL": "email",
    "TASK": TASK,
    "TASKS": TASK,
    "": "voice",  # records of before there were chats
}
_MESSENGERS = ("sms", "whatsapp", "apple")
_NOBODY = frozenset(
    ("", "anonymous", "unknown", "restricted", "private", "unavailable", "null", "none")
)


def at(value: Time) -> int | None:
    """Microseconds since 1970 in UTC; None for nothing. Raises Rejected for what is no time."""
    if value is None or value == "null" or value == "":
        return None
    if isinstance(value, str):
        return moments.utc(value)
    return moments.epoch(value)


def us(value: Seconds) -> int | None:
    """Seconds as microseconds; None where there are none, or what stands there is no duration."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return None
    return round(seconds * SECOND) if 0 <= seconds < 1e9 else None


def arn(value: str | None) -> str:
    """An ARN, always written the same; "" for nothing.

    Amazon's own examples of contact events have ``arn:aws::connect``.
    """
    if not value or value == "null":
        return ""
    return value.replace("::connect:", ":connect:", 1)


def instance(*arns: str | None) -> str:
    """The id of the instance, from the first ARN that names one; "" where none does."""
    for value in arns:
        if value and (place := value.find("instance/")) >= 0:
            return value[place + 9 :].partition("/")[0]
    return ""


def is_agents_own(queue: str) -> bool:
    """Whether a queue is the one that every agent has for himself: it has no name."""
    return "/queue/agent/" in queue


def channel_of(channel: str | None, method: str, subtype: str = "") -> str:
    """One of `console.channels`, or ``task``. A channel that is not known keeps its own word."""
    word = (channel or "").upper()
    if method == "CALLBACK" and word in ("", "VOICE"):
        return "callback"
    known = _CHANNELS.get(word)
    if known is None:
        return word.lower()
    if known == "chat" and subtype:
        low = subtype.lower()
        if any(name in low for name in _MESSENGERS):
            return "messaging"
    return known


def direction_of(method: str, channel: str, stated: str = "") -> str:
    """inbound or outbound. `stated` is the segment attribute ``connect:Direction``.

    A callback calls the customer, whatever is stated. A call that an API started is one to the
    customer; a chat, e-mail or task that an API started comes from the customer.
    """
    if method == "CALLBACK":
        return "outbound"
    if stated:
        return "outbound" if stated.upper() == "OUTBOUND" else "inbound"
    if method in _OUTWARD or (method == "API" and channel == "voice"):
        return "outbound"
    return "inbound"


def customer_of(address: str | None, mask: Mask) -> str | None:
    """The masked customer; None where the caller is not known."""
    if address is None or address.strip().lower() in _NOBODY:
        return None
    return mask(address)


def moment_key(what: str, contact: str, agent: str, moment: int) -> str:
    """The same moment has one key, whichever stream tells it and with however many digits.

    An agent is connected to a contact, released from it and done with it once; he can be offered
    it, and hold it, several times.
    """
    if what in ("connected", "released", "wrapped"):
        return f"{what}:{contact}:{agent}"
    return f"{what}:{contact}:{agent}:{moment // SECOND}"


def table(value: object) -> dict[str, object]:
    """A JSON object with its names in small letters: spellings differ; {} for anything else."""
    if not isinstance(value, dict):
        return {}
    return {name.lower(): each for name, each in cast("dict[str, object]", value).items()}


def text(value: object) -> str:
    """A text, "" for anything else."""
    return value if isinstance(value, str) and value != "null" else ""
