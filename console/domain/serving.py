"""Which queue somebody could serve, and why: by skill, home queue, or as they do already."""

from collections.abc import Collection, Mapping, Sequence

from console.domain.acts import Urgency
from console.domain.board import AgentRow, QueueRow
from console.domain.roster import Person


def best_queue(
    ranked: Sequence[Urgency],
    queues: Mapping[int, QueueRow],
    person: Person,
    agent: AgentRow | None,
    avoid: Collection[str] = (),
) -> tuple[Urgency | None, str]:
    """The most urgent queue that they can serve, and why they can; not of channels to avoid.

    `ranked` is the most urgent first. Whoever is an agent can serve only where they are one.
    """
    skills = {name.casefold(): level for name, level in person.skills if level != 0}
    for found in ranked:
        queue = queues[found.queue_id]
        if queue.channel in avoid or (agent is not None and agent.id_towards(queue.source) is None):
            continue
        if why := _why(queue, skills, person.home_queue, agent):
            return found, why
    return None, ""


def _why(
    queue: QueueRow, skills: Mapping[str, int | None], home: str, agent: AgentRow | None
) -> str:
    """Why they can serve it, in words; empty where they cannot, or nobody knows."""
    for name in (queue.queue, queue.channel):
        if name.casefold() in skills:
            level = skills[name.casefold()]
            return f"skill {name}" if level is None else f"skill {name} {level} of 5"
    if home.casefold() == queue.queue.casefold():
        return "their home queue"
    if agent is not None and queue.queue_id in agent.queue_ids:
        return "they serve it otherwise"
    if not skills and not home and agent is not None:
        return f"has an account on {queue.source}; nobody has stated skills"
    return ""


__all__ = ["best_queue"]
