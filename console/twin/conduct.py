"""What was asked of people in a rehearsal: who was called in and whether their rest allowed it,
breaks and other blocks that were called off.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.domain import rest
from console.domain.messages import BLOCK_CANCEL, CALL_IN
from console.domain.spans import Span, joined
from console.domain.times import HOUR, from_iso
from console.twin.centre import BREAK
from console.twin.orders import CONFIRMED, REFUSED
from console.twin.recording import Recording
from console.twin.simulation import Simulation, agent_of
from console.twin.tally import Tally
from console.twin.world import Agent, World

#: The least rest between shifts: the Working Time Directive (2003/88/EC), article 3.
REST_H = 11


@dataclass(slots=True)
class Asked:
    """`faults` are sentences, one for each call-in that the rest rules forbid; `hours` those for
    which people came, `off_hours` those of blocks that were called off."""

    came: int = 0
    hours: float = 0.0
    faults: list[str] = field(default_factory=lambda: [])
    breaks_off: int = 0
    blocks_off: int = 0
    off_hours: float = 0.0
    refused: int = 0
    orders: int = 0


def asked(recording: Recording, tally: Tally) -> Asked:
    """What the orders that were carried out asked of people, as the roster stood before them."""
    world = Simulation(recording.centre, recording.seed, recording.hours, recording.start).world
    found = Asked(orders=len(tally.carried))
    called: dict[object, tuple[Agent, int, int]] = {}
    off: dict[object, tuple[str, int]] = {}
    for order in sorted(tally.carried.values(), key=lambda order: order.at):
        found.refused += order.state == REFUSED
        if order.state != CONFIRMED:
            continue
        fields = order.fields
        agent = _agent_of(world, fields)
        if agent is None:
            continue
        taken_back = bool(fields.get("cancelled")) is (order.action == CALL_IN)
        # The other way round, a block that is cancelled is what was asked.
        try:
            if order.action == CALL_IN:
                start, end = from_iso(str(fields["from"])), from_iso(str(fields["to"]))
                called[agent.person, start] = agent, start, end
                if taken_back:
                    del called[agent.person, start]
            elif order.action == BLOCK_CANCEL:
                start, end = from_iso(str(fields["start"])), from_iso(str(fields["end"]))
                off[agent.person, start] = str(fields["kind"]), end - start
                if taken_back:
                    del off[agent.person, start]
        except (LookupError, ValueError):
            continue  # it would not have been confirmed
    _of_calls(found, called.values(), recording.ended_at)
    for kind, length in off.values():
        if kind == BREAK:
            found.breaks_off += 1
        else:
            found.blocks_off += 1
            found.off_hours += length / HOUR
    return found


def _of_calls(found: Asked, called: Iterable[tuple[Agent, int, int]], until: int) -> None:
    more: dict[str, list[Span]] = {}
    for agent, start, end in called:
        found.came += 1
        found.hours += max(0, min(end, until) - start) / HOUR
        mine = more.setdefault(agent.person, [])
        work = joined([*((s.start, s.end) for s in agent.shifts), *mine])
        if any(leave.start < end and start < leave.end for leave in agent.leave):
            found.faults.append(f"{agent.name}: called in out of their leave")
        elif start < end and (fault := rest.fault(work, start, end, REST_H * HOUR)):
            found.faults.append(f"{agent.name}: {fault}")
        mine.append((start, end))


def _agent_of(w: World, fields: Mapping[str, Any]) -> Agent | None:
    for name in ("interface", "member", "agent", "person", "name"):
        said = fields.get(name)
        if said and (agent := agent_of(w, str(said))) is not None:
            return agent
    return None


__all__ = ["REST_H", "Asked", "asked"]
