"""A platform that takes orders."""

from collections.abc import Sequence
from typing import Protocol

from console.domain.messages import Answer, Parcel
from console.errors import ConsoleError


class Unreachable(ConsoleError):
    """The platform cannot take orders at the moment; they stay in the outbox."""


class Connector(Protocol):
    """Hands parcels over and brings answers back. Used by one thread at a time.

    A parcel may be handed over twice with the same id: after a power cut nobody knows whether it
    had left. The far side drops what it has seen.
    """

    @property
    def name(self) -> str: ...

    def send(self, parcel: Parcel) -> None:
        """Hand over one parcel. Unreachable where not a bit of it was taken."""
        ...

    def settle(self) -> None:
        """Make sure of all that was handed over. Unreachable where that is in doubt."""
        ...

    def answers(self) -> Sequence[Answer]:
        """What the platform has said since `forget`. The same answer may come again."""
        ...

    def forget(self) -> None:
        """The answers given are on record."""
        ...

    def close(self) -> None: ...
