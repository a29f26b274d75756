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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform says of one message: confirmed or refused, in its own words."""

    id: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of an export that may show an order carried out; `line` is as the source wrote it."""

    source_id: int
    at: int
    verb: str
    alias: str
    line: str
