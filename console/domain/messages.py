"""What leaves for a platform and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass

#: What a field of a message may be: it must survive JSON.
Value = str | int | bool | None | list[str]

# How a message stands. One that was `sending` when the power went is sent again under its own id.
PENDING = "pending"
SENDING = "sending"
SENT = "sent"
CONFIRMED = "confirmed"
REFUSED = "refused"
UNCONFIRMED = "unconfirmed"
CANCELLED = "cancelled"

#: Still on its way: something may yet happen without anybody doing anything.
UNDERWAY = (PENDING, SENDING, SENT)
#: An answer or an export may still settle it.
UNSETTLED = (*UNDERWAY, UNCONFIRMED)

# What a platform can be asked to do.
CALLBACK_OFFER = "callback_offer"
CALLBACK_DIAL = "callback_dial"
CHANNEL_STATE = "channel_state"
QUEUE_ADD = "queue_add"
QUEUE_REMOVE = "queue_remove"
QUEUE_PAUSE = "queue_pause"
QUEUE_UNPAUSE = "queue_unpause"
QUEUE_PENALTY = "queue_penalty"
CALLBACK_RELEASE = "callback_release"
BLOCK_CANCEL = "block_cancel"
CALL_IN = "call_in"

# In what respect something stands, and how: the aspects of a subject.
MEMBER, IN, OUT = "member", "in", "out"
PAUSE, PAUSED, SERVING = "pause", "paused", "serving"
PENALTY = "penalty"
MEMBERSHIP, STATIC, DYNAMIC = "membership", "static", "dynamic"
OFFER, DIAL, ON, OFF = "offer", "dial", "on", "off"
STATE = "state"


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to ask of a platform. `item` says it in words; after `valid_s` seconds unsent it
    is too late for it."""

    action: str
    item: str
    fields: Mapping[str, Value]
    valid_s: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message with all that it needs on its way. Times are microseconds since 1970 UTC."""

    id: str
    at: int
    deadline: int | None
    action: str
    item: str
    fields: Mapping[str, Value]
    takes_back: str  # id of the message whose effect this reverses, or empty
    again: bool = False  # handed over before, perhaps: it may be carried out already


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform says of one message: confirmed or refused, in its own words."""

    id: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Target:
    """What a message is about (`subject`, within its source), in which respect (`aspect`), and how
    it is to stand there (`wanted`). Messages about one subject leave in their order."""

    subject: str
    aspect: str
    wanted: str


def agent_subject(queue: str, interface: str) -> str:
    """An agent in a queue. Asterisk takes an interface in any case of its letters."""
    return f"agent|{queue}|{interface.casefold()}"


def queue_subject(queue: str) -> str:
    return f"queue|{queue}"


def channel_subject(channel: str) -> str:
    return f"channel|{channel}"


_OF_AGENTS = {
    QUEUE_ADD: (MEMBER, IN),
    QUEUE_REMOVE: (MEMBER, OUT),
    QUEUE_PAUSE: (PAUSE, PAUSED),
    QUEUE_UNPAUSE: (PAUSE, SERVING),
}


def target_of(action: str, fields: Mapping[str, Value]) -> Target:
    """What a message is about; a subject of its own where nothing can show it carried out."""
    if action in _OF_AGENTS or action == QUEUE_PENALTY:
        subject = agent_subject(str(fields["queue"]), str(fields["interface"] or fields["agent"]))
        aspect, wanted = _OF_AGENTS.get(action, (PENALTY, str(fields.get("penalty"))))
        return Target(subject, aspect, wanted)
    if action in (CALLBACK_OFFER, CALLBACK_DIAL):
        aspect = OFFER if action == CALLBACK_OFFER else DIAL
        return Target(queue_subject(str(fields["queue"])), aspect, ON if fields["on"] else OFF)
    if action == CHANNEL_STATE:
        return Target(channel_subject(str(fields["channel"])), STATE, str(fields["state"]))
    return Target("", "", "")


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of an export that may show an order carried out; `line` is as the source wrote it."""

    source_id: int
    at: int
    verb: str
    alias: str
    line: str
