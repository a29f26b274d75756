"""What a person can do with one click, as a value."""

from abc import ABC, abstractmethod
from typing import ClassVar

from sqlalchemy.orm import Session

from console.domain.acts import Preview
from console.domain.effects import KpiAim
from console.domain.messages import Message


class Command(ABC):
    """Commands are frozen dataclasses of plain values: they can be printed, stored and compared.

    Whatever `apply` changes is noted where rows are written, so a command carries no undo code.
    It changes rows through the session, never by bulk statements, which would not be noted.
    """

    name: ClassVar[str]
    #: Whether "undo" without a number may mean this. A report is only taken back by its number:
    #: the finger that undoes a move must not lose what somebody wrote.
    steps_back: ClassVar[bool] = True

    @abstractmethod
    def title(self, session: Session) -> str:
        """What is done to whom, in words; read in the log years later."""

    @abstractmethod
    def preview(self, session: Session) -> Preview:
        """Who and what it would touch. `refused` says why it may not be done at all."""

    def refused(self, session: Session) -> str:
        """Why it may not be done at all; empty where it may. Asked when it is recorded: what it
        touches and costs has been looked at before."""
        return self.preview(session).refused

    @abstractmethod
    def apply(self, session: Session) -> None:
        """Change the rows that say how it should be."""

    def messages(self, session: Session) -> list[Message]:
        """What to ask of the platforms. Asked before `apply`, so it can say what stood before."""
        return []

    def aims(self, session: Session) -> tuple[KpiAim, ...]:
        """What it is meant to do to which figures, and how soon. Asked before `apply`, and kept
        with the record, so that nobody can mean something else afterwards."""
        return ()

    @staticmethod
    def takes_back(message: Message) -> Message | None:
        """What reverses a message that has left; None where nothing would change.

        Taking back what takes back does it again.
        """
        return None
