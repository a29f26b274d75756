"""Messengers and text messages: a conversation that may rest for hours."""

from console.channels.channel import Channel

MESSAGING = Channel(
    name="messaging",
    states=("waiting", "on contact", "resting", "ended"),
    answered="A person, not a machine, wrote a reply to the customer's newest message.",
    lost="The customer turned to another channel, or withdrew, before a reply.",
    expected_s=15 * 60,
    critical=False,
)
