"""One row for each person, whatever number of systems knows them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from console.domain import agent_state
from console.domain.board import AgentRow
from console.domain.roster import Join

#: What a person is doing is what matters most of what their agents do: whoever talks in one system
#: is not free in another, and whoever is free in one can be reached though paused in another.
_FIRST = (
    agent_state.ON_CONTACT, agent_state.RINGING, agent_state.WRAP_UP, agent_state.AVAILABLE,
    *agent_state.PAUSES, agent_state.UNKNOWN, agent_state.OFFLINE,
)  # fmt: skip
_PLACE = {state: place for place, state in enumerate(_FIRST)}

Joins = Mapping[int, Join]


def joined(rows: Iterable[AgentRow], joins: Joins) -> tuple[AgentRow, ...]:
    """Rows by name; agents that are one person of the roster make one row."""
    alone: list[AgentRow] = []
    people: dict[str, list[AgentRow]] = {}
    for row in rows:
        join = joins.get(row.agent_id)
        if join is None or join.person is None:
            alone.append(row)
        else:
            people.setdefault(join.person, []).append(row)
    for person, of_person in people.items():
        alone.append(_person(person, of_person, joins))
    return tuple(sorted(alone, key=lambda row: (row.agent, row.agent_id)))


def _person(person: str, rows: list[AgentRow], joins: Joins) -> AgentRow:
    rows = sorted(rows, key=lambda row: (_PLACE.get(row.state, 99), row.since or 0, row.agent_id))
    first = rows[0]
    join = joins[first.agent_id]
    ids = tuple((row.source, row.agent_id) for row in sorted(rows, key=lambda r: r.source))
    why = "; ".join(f"{row.source}: {joins[row.agent_id].reason}" for row in rows)
    name = join.name or first.agent
    could = tuple(source for source in join.reach if source not in dict(ids))
    if len(rows) == 1:
        return replace(first, agent=name, person=person, ids=ids, joined=why, could=could)
    queues = {
        queue_id: queue
        for row in rows
        for queue_id, queue in zip(row.queue_ids, row.queues, strict=True)
    }
    served = sorted(queues, key=lambda queue_id: (queues[queue_id], queue_id))
    return replace(
        first,
        # The smallest, so that the row stays itself whichever system the person works in.
        agent_id=min(row.agent_id for row in rows),
        agent=name,
        source=" + ".join(sorted({row.source for row in rows})),
        queues=tuple(queues[queue_id] for queue_id in served),
        queue_ids=tuple(served),
        paused_queues=tuple(queue for row in rows for queue in row.paused_queues),
        moving="; ".join(row.moving for row in rows if row.moving),
        revision=max(row.revision for row in rows),
        contacts=sum(row.contacts for row in rows),
        person=person,
        ids=ids,
        joined=why,
        could=could,
    )


def states_of(rows: Iterable[AgentRow]) -> Counter[str]:
    """How many people are in each state."""
    return Counter(row.state for row in rows)


__all__ = ["Joins", "joined", "states_of"]
