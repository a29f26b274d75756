"""Posts and comments that others can read."""

from console.channels.channel import Channel

SOCIAL = Channel(
    name="social",
    states=("waiting", "on contact", "waiting for the customer", "ended"),
    answered="A person replied in public or in a private message.",
    lost="The post was deleted, or its author asked elsewhere, before a reply.",
    expected_s=3600,
    critical=False,
)
