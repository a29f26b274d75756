"""Send agents to the queue where they are needed most."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.placements import Placing, Plan, agent_names, plan, queue_names
from console.commands.texts import listed


@dataclass(frozen=True, slots=True)
class SendAgents(Placing):
    """Into the queue, and out of all others that they serve."""

    name: ClassVar[str] = "send_agents"
    queue_id: int
    agent_ids: tuple[int, ...]

    def title(self, session: Session) -> str:
        agents = listed(agent_names(session, self.agent_ids))
        return f"send {agents} to {listed(queue_names(session, (self.queue_id,)))}"

    def plan(self, session: Session) -> Plan:
        return plan(session, self.agent_ids, (self.queue_id,), None)
