"""Move agents between queues by hand."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.placements import Placing, Plan, agent_names, plan, queue_names
from console.commands.texts import listed


@dataclass(frozen=True, slots=True)
class MoveAgents(Placing):
    """Into all of `to_queue_ids`, out of all of `from_queue_ids`; either may be empty."""

    name: ClassVar[str] = "move_agents"
    agent_ids: tuple[int, ...]
    to_queue_ids: tuple[int, ...] = ()
    from_queue_ids: tuple[int, ...] = ()

    def title(self, session: Session) -> str:
        ways: list[str] = []
        if self.to_queue_ids:
            ways.append(f"into {listed(queue_names(session, self.to_queue_ids))}")
        if self.from_queue_ids:
            ways.append(f"out of {listed(queue_names(session, self.from_queue_ids))}")
        return f"move {listed(agent_names(session, self.agent_ids))} {', '.join(ways)}"

    def plan(self, session: Session) -> Plan:
        return plan(session, self.agent_ids, self.to_queue_ids, self.from_queue_ids)
