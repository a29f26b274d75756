"""What takes a message back, whichever command it came from; for commands made of others."""

from collections.abc import Callable

from console.commands.placements import Placing
from console.commands.set_callback import SetCallback
from console.commands.set_channel import SetChannel
from console.commands.set_penalty import SetPenalty
from console.domain.messages import (
    CALLBACK_DIAL,
    CALLBACK_OFFER,
    CALLBACK_RELEASE,
    CHANNEL_STATE,
    QUEUE_ADD,
    QUEUE_PAUSE,
    QUEUE_PENALTY,
    QUEUE_REMOVE,
    QUEUE_UNPAUSE,
    Message,
)

_BY_ACTION: dict[str, Callable[[Message], Message | None]] = {
    CALLBACK_OFFER: SetCallback.takes_back,
    CALLBACK_DIAL: SetCallback.takes_back,
    CALLBACK_RELEASE: SetCallback.takes_back,
    CHANNEL_STATE: SetChannel.takes_back,
    QUEUE_ADD: Placing.takes_back,
    QUEUE_REMOVE: Placing.takes_back,
    QUEUE_PAUSE: Placing.takes_back,
    QUEUE_PENALTY: SetPenalty.takes_back,
    QUEUE_UNPAUSE: Placing.takes_back,
}


def taken_back(message: Message) -> Message | None:
    """What reverses it; None where nothing would change."""
    reverse = _BY_ACTION.get(message.action)
    return reverse(message) if reverse is not None else None
