"""As whom somebody is known at the platform of a queue, whatever number of platforms has them.

A placement is kept with an agent that some export has shown: the one of the queue's own platform,
else the one by whom they were chosen. Nobody is made an agent by an order: whoever has not shown
at a platform is named there by the roster, until its export shows them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands.texts import listed
from console.domain.crossing import ASSUMED_SKILL, Account
from console.reads.accounts import accounts, obeyed
from console.reads.person_joins import person_of
from console.store.tables import Agent, Source


@dataclass(frozen=True, slots=True)
class Seat:
    """`agent` keeps the placement; `account` is how the roster names them at a platform that has
    not shown them, None where it has."""

    agent: Agent
    account: Account | None = None


class People:
    """These agents with all others that are the same people."""

    def __init__(self, session: Session, agents: Mapping[int, Agent]) -> None:
        known = person_of(session, set(agents)) and person_of(session)
        joins = {agent_id: join for (_, agent_id), join in known.items()}
        self._person = {a: joins[a].person for a in agents if a in joins}
        same: dict[str, list[int]] = {}
        for agent_id, join in joins.items():
            same.setdefault(join.person or "", []).append(agent_id)
        #: By each of the agents asked for: all ids of that person.
        self.alike: dict[int, tuple[int, ...]] = {
            a: tuple(sorted(same.get(self._person.get(a) or "", ()))) or (a,) for a in agents
        }
        others = {one for ids in self.alike.values() for one in ids} - agents.keys()
        self.agents: dict[int, Agent] = dict(agents)
        if others:
            rows = session.scalars(select(Agent).where(Agent.id.in_(others)))
            self.agents |= {row.id: row for row in rows}
        self._accounts = accounts(session, {p for p in self._person.values() if p})

    def seat(self, agent_id: int, source_id: int) -> Seat | None:
        """As whom they are known at a source; None where nobody says that they are."""
        agent = self.agents[agent_id]
        if agent.source_id == source_id:
            return Seat(agent)
        for other in self.alike[agent_id]:
            if self.agents[other].source_id == source_id:
                return Seat(self.agents[other])
        its = self._accounts.get(self._person.get(agent_id) or "", {}).get(source_id)
        return None if its is None else Seat(agent, its)


def names_of(account: Account) -> tuple[str, str]:
    """The interface and the name by which an order calls them."""
    return account.interface, account.name


def unseen_words(source: str, who: Iterable[tuple[str, Account]]) -> list[str]:
    """What is taken from the roster alone, and how sure that is."""
    found: list[str] = []
    told = dict(who)
    for sure in (True, False):
        some = [
            f"{name} ({account.interface or account.name})"
            for name, account in told.items()
            if account.sure is sure
        ]
        if some and sure:
            found.append(f"{source} has not shown them yet, the roster has their ids: {_few(some)}")
        elif some:
            found.append(
                f"Whether {source} has an account of theirs nobody has stated, only what they are "
                f"called everywhere: {_few(some)}"
            )
    return found


def skill_words(channels: Collection[str]) -> str:
    where = f"From {listed(sorted(channels))}" if channels else "From elsewhere"
    return f"{where}: {ASSUMED_SKILL:g} of the speed of those who always do this is assumed."


def untold(session: Session, sources: Iterable[Source]) -> list[str]:
    """Where nobody is known to carry out that they leave."""
    return [
        f"Nobody tells {source.name}: the order for it goes to the outbox folder, and nobody has "
        "obeyed one of its orders there so far. Tell them yourself."
        for source in sources
        if not obeyed(session, source.id, source.name)
    ]


def _few(names: list[str]) -> str:
    return f"{listed(names)}."


__all__ = ["People", "Seat", "names_of", "skill_words", "unseen_words", "untold"]
