"""Telephone calls that wait in a queue."""

from console.channels.channel import Channel

VOICE = Channel(
    name="voice",
    states=("waiting", "ringing", "on contact", "wrap-up", "ended"),
    answered="An agent and the caller were connected.",
    lost="The caller hung up while waiting, or the system failed before an agent was connected.",
    expected_s=60,
    critical=True,
)
