"""Say by hand which person an agent is, that it is none of them, or leave it to the rule again."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.texts import fault_of_text
from console.domain.acts import Preview
from console.domain.roster import Join
from console.domain.times import now_us
from console.reads.person_joins import joins
from console.store.roster_tables import PersonTie, RosterPerson
from console.store.tables import Agent, AgentAlias

TIE = "tie"
APART = "keep apart"
FREE = "leave to the rule"


@dataclass(frozen=True, slots=True)
class TiePerson(Command):
    """`how` is one of TIE (to `person`, an id of the roster), APART and FREE."""

    name: ClassVar[str] = "tie_person"
    agent_id: int
    how: str
    who: str
    person: str = ""
    reason: str = ""

    def title(self, session: Session) -> str:
        agent = session.get(Agent, self.agent_id)
        name = agent.name if agent is not None else f"agent {self.agent_id}"
        if self.how == TIE:
            person = session.get(RosterPerson, self.person)
            return f"tie {name} to {person.name or person.id if person else self.person}"
        if self.how == APART:
            return f"keep {name} apart from everybody"
        return f"leave it to the rule who {name} is"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        now = self._join(session)
        person = session.get(RosterPerson, self.person) if self.how == TIE else None
        if now is None:
            return Preview(title, refused="There is no such agent.")
        if self.how not in (TIE, APART, FREE):
            return Preview(title, refused=f"An agent can be {TIE}, {APART} or {FREE}.")
        if self.how == TIE and (person is None or person.gone):
            return Preview(title, refused="There is no such person in the roster.")
        if fault := fault_of_text("The reason", self.reason):
            return Preview(title, refused=fault)
        if self.how == FREE and not now.by_hand:
            return Preview(title, refused="The rule holds already.")
        before = f"{now.agent} on {now.source} is {now.name or 'nobody of the roster'} now"
        return Preview(title, (f"{before}: {now.reason}.",))

    def apply(self, session: Session) -> None:
        agent = session.get_one(Agent, self.agent_id)
        texts = {agent.ref, agent.name}
        texts.update(
            session.scalars(select(AgentAlias.alias).where(AgentAlias.agent_id == agent.id))
        )
        for tie in session.scalars(
            select(PersonTie).where(
                PersonTie.source_id == agent.source_id,
                PersonTie.ref.in_(texts),
                PersonTie.ref != agent.ref,
            )
        ):
            session.delete(tie)
        tie = session.get(PersonTie, (agent.source_id, agent.ref))
        if self.how == FREE:
            if tie is not None:
                session.delete(tie)
            return
        if tie is None:
            tie = PersonTie(source_id=agent.source_id, ref=agent.ref)
            session.add(tie)
        tie.person_id = self.person if self.how == TIE else None
        tie.reason, tie.edited_at, tie.edited_by = self.reason, now_us(), self.who

    def _join(self, session: Session) -> Join | None:
        return next((found for found in joins(session) if found.agent_id == self.agent_id), None)
