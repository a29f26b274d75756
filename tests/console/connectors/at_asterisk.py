"""A line to a PBX under test, with all that it gave."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from console.connectors.asterisk import Asterisk, Pace
from console.connectors.connector import Option, Place
from console.domain.messages import Answer, Parcel, Value
from console.domain.times import now_us
from tests.console.connectors.pbx import SECRET, Pbx

_T = TypeVar("_T")

ANN: dict[str, Any] = {
    "queue": "support",
    "agent": "Ann",
    "interface": "PJSIP/101",
    "member": "Ann",
}
BOB: dict[str, Any] = {
    "queue": "support",
    "agent": "Bob",
    "interface": "PJSIP/102",
    "member": "Bob",
}
QUICK = Pace(first_wait=0.01, longest_wait=0.05, barred_wait=0.05, boot=0.05, boot_again=0.02)


class Quick(Asterisk):
    pace = QUICK


class Looking(Asterisk):
    """Looks for drift all the time."""

    pace = Pace(0.01, 0.05, 0.05, ping=0.02, listing=0.05, boot=0.05, boot_again=0.02)


class Hasty(Asterisk):
    """Waits for no answer."""

    pace = Pace(0.01, 0.05, 0.05, answer=0.5, ping=0.05, boot=0.05, boot_again=0.02)


class Desk:
    """A connector under test, with all that it gave."""

    def __init__(self, pbx: Pbx, make: type[Asterisk] = Quick, **settings: Option) -> None:
        chosen: dict[str, Option] = {"host": "127.0.0.1", "port": pbx.port, "user": "console"}
        self.secret = SECRET
        self.woken = 0
        self.words: set[str] = set()
        self.connector = make(
            Place("pbx", "pbx", {**chosen, **settings}, lambda _: self.secret, Path("nowhere"))
        )
        self.number = 0
        self.connector.start(self._wake)

    def _wake(self) -> None:
        self.woken += 1
        self.words.add(self.connector.link.words)

    def stands(self, state: str, words: str = "") -> bool:
        link = self.connector.link
        return link.state == state and words in link.words

    def await_link(self, state: str, words: str = "") -> None:
        wait(lambda: self.stands(state, words))

    def parcel(
        self, action: str, *, again: bool = False, deadline: int | None = None, **fields: Value
    ) -> Parcel:
        self.number += 1
        identity = f"order-{self.number}"
        return Parcel(identity, now_us(), deadline, action, action, fields, "", again)

    def send(self, action: str, **fields: Any) -> str:
        parcel = self.parcel(action, **fields)
        self.connector.send(parcel)
        return parcel.id

    def order(
        self, action: str, *, again: bool = False, deadline: int | None = None, **fields: Any
    ) -> tuple[str, str]:
        parcel = self.parcel(action, again=again, deadline=deadline, **fields)
        self.connector.send(parcel)
        answer = self.answer(parcel.id)
        return answer.state, answer.words

    def answer(self, identity: str) -> Answer:
        return wait(
            lambda: [answer for answer in self.connector.answers() if answer.id == identity]
        )[0]

    def seen(self) -> list[tuple[str, str, str]]:
        return [(s.subject, s.aspect, s.value) for s in self.connector.sightings()]

    def heard(self) -> list[str]:
        return [each.line for each in self.connector.heard()]


def wait(condition: Callable[[], _T]) -> _T:
    limit = time.monotonic() + 30
    while not (found := condition()):
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.002)
    return found


Open = Callable[..., Desk]
