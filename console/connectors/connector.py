"""A platform that takes orders."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from console.domain.links import OFF, Heard, Link, Picture, Sighting
from console.domain.messages import Answer, Parcel
from console.errors import ConsoleError

Option = str | int | bool


class Unreachable(ConsoleError):
    """The platform cannot take orders at the moment; they stay in the outbox."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that must be known to reach a platform. A secret is kept in the keyring only."""

    name: str
    label: str
    default: Option
    sentence: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What a connector is made with. `secret` looks one up by its setting's name, "" where there is
    none; `folder` is the connector's own, inside the data folder."""

    name: str
    source: str
    settings: Mapping[str, Option]
    secret: Callable[[str], str]
    folder: Path


class Connector(ABC):
    """Hands parcels over and brings answers back. Used by one thread at a time.

    A parcel may be handed over twice with the same id: after a power cut nobody knows whether it
    had left. The far side drops what it has seen; where it cannot, the connector looks first
    whether the thing stands as is wanted.

    What comes in by itself is kept until it is taken: `answers`, `sightings`, `heard` and
    `pictures` give all since `forget`, in order, the same again until then.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    settings: ClassVar[tuple[Setting, ...]] = ()
    #: Whether what was handed over is safe when this process dies. If not, what stays unanswered is
    #: handed over again.
    keeps: ClassVar[bool] = False

    def __init__(self, place: Place) -> None:
        self.place = place

    @classmethod
    def fault(cls, settings: Mapping[str, Option]) -> str:
        """Why it cannot be made with these settings, in words; empty where it can."""
        return ""

    @property
    def name(self) -> str:
        return self.place.name

    def start(self, wake: Callable[[], None]) -> None:
        """Begin what runs by itself; `wake` is called, from any thread, when there is something to
        take."""
        return

    @property
    def link(self) -> Link:
        return Link(OFF, "", 0)

    @abstractmethod
    def send(self, parcel: Parcel) -> None:
        """Hand over one parcel. Unreachable where not a bit of it was taken."""

    @abstractmethod
    def settle(self) -> None:
        """Make sure of all that was handed over. Unreachable where that is in doubt."""

    @abstractmethod
    def answers(self) -> Sequence[Answer]:
        """What the platform has said."""

    def sightings(self) -> Sequence[Sighting]:
        """How things were seen to stand."""
        return ()

    def heard(self) -> Sequence[Heard]:
        """What happened there."""
        return ()

    def pictures(self) -> Sequence[Picture]:
        """What it listed when a line was made."""
        return ()

    def forget(self) -> None:
        """What was given is on record."""
        return

    @abstractmethod
    def close(self) -> None: ...
