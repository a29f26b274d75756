"""Text conversations in which both sides are present."""

from console.channels.channel import Channel

CHAT = Channel(
    name="chat",
    states=("waiting", "offered", "on contact", "wrap-up", "ended"),
    answered="A person, not a machine, wrote the first reply.",
    lost="The customer closed the conversation, or fell silent for good, before the first reply.",
    expected_s=120,
    critical=False,
)
