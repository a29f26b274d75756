"""E-mail."""

from console.channels.channel import Channel

EMAIL = Channel(
    name="email",
    states=("waiting", "on contact", "waiting for the customer", "ended"),
    answered="The first reply by a person was sent; an automatic receipt is no answer.",
    lost="The customer asked again elsewhere, or withdrew, before the first reply.",
    expected_s=4 * 3600,
    critical=False,
)
