"""The media that customers use, in the order of the screen."""

from console.channels.callback import CALLBACK
from console.channels.channel import Channel
from console.channels.chat import CHAT
from console.channels.email import EMAIL
from console.channels.messaging import MESSAGING
from console.channels.social import SOCIAL
from console.channels.voice import VOICE

CATALOG: tuple[Channel, ...] = (VOICE, CHAT, MESSAGING, SOCIAL, EMAIL, CALLBACK)
