"""How an Amazon Connect instance names what it has: ARNs, ids, times."""

from functools import lru_cache

from console.domain.times import SECOND, iso
from console.twin.world import Agent, Contact

_ARN = "arn:aws:connect:eu-central-1:111122223333:instance"
ACCOUNT = "111122223333"


class Instance:
    """The instance that a seed gives. `before`: contacts and events of the days before have ids
    that none of the rehearsal itself has."""

    def __init__(self, seed: int, *, before: bool = False) -> None:
        self._seed = seed & 0xFFFFFFFF
        self._era = 0x100 if before else 0
        self.arn = f"{_ARN}/{self._uuid(0, 0xC0A1)}"

    def _uuid(self, number: int, kind: int) -> str:
        return f"{self._seed:08x}-{kind:04x}-4000-8000-{number:012x}"

    def contact(self, c: Contact) -> str:
        return self._uuid(c.id, 0xCA11 + self._era)

    def event(self, number: int) -> str:
        return self._uuid(number, 0xE7E7 + self._era)

    def agent(self, a: Agent) -> str:
        return f"{self.arn}/agent/{self._uuid(a.serial + 1, 0xA6E7)}"

    def profile(self, a: Agent) -> dict[str, str]:
        """The routing profile of an agent's group."""
        return {"ARN": f"{self.arn}/routing-profile/{a.group.name}", "Name": a.group.name}

    def queue(self, name: str) -> str:
        return f"{self.arn}/queue/{name.replace(' ', '-')}"

    def status(self, name: str) -> str:
        return f"{self.arn}/agent-state/{name.lower().replace(' ', '-')}"


def login(a: Agent) -> str:
    """An agent's e-mail address, by which several systems know him."""
    return f"p{a.person}@rehearsal.example"


def stamp(t: int) -> str:
    """Whole seconds, as contact records have them."""
    return _second(t // SECOND)


@lru_cache(maxsize=20_000)
def _second(s: int) -> str:
    """The same instants are told of again and again."""
    return iso(s * SECOND)


def fine_stamp(t: int) -> str:
    """Milliseconds, as agents' events have them."""
    return f"{_second(t // SECOND)[:19]}.{t // 1000 % 1000:03d}Z"
