"""Contacts that we promised to start."""

from console.channels.channel import Channel

CALLBACK = Channel(
    name="callback",
    states=("promised", "dialling", "on contact", "wrap-up", "ended"),
    answered="The customer was reached.",
    lost="The customer was not reached in any of the attempts, or called again before we did.",
    expected_s=30 * 60,
    critical=True,
)
