"""What commands are held against: the centre of the forecast, and who serves what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.times import DAY, HOUR
from console.forecast.centre import Centre
from console.reads.members import REMOVED, standings
from console.reads.person_joins import person_of
from console.reads.roster import people
from console.store.tables import Queue, Rollup


@dataclass
class Floor:
    """What commands are held against: the centre, and who serves what. `at` is when the centre
    begins, microseconds UTC; `without` are channels that cannot be forecast, and why. One session,
    one floor: what was asked is kept."""

    session: Session
    centre: Centre
    at: int
    without: Mapping[str, str] = field(default_factory=dict[str, str])

    @cached_property
    def channels(self) -> dict[int, str]:
        """Of each queue."""
        rows = self.session.execute(select(Queue.id, Queue.channel)).tuples()
        return dict(rows.all())

    @cached_property
    def came(self) -> dict[int, float]:
        """Contacts of each queue in the last day; of one in which nobody came a trace."""
        rows = self.session.execute(
            select(Rollup.queue_id, func.sum(Rollup.received))
            .where(Rollup.from_at > self.at - DAY, Rollup.from_at <= self.at)
            .group_by(Rollup.queue_id)
        ).tuples()
        found = {queue: float(number or 0) for queue, number in rows}
        return {queue: max(found.get(queue, 0.0), 1e-6) for queue in self.channels}

    @cached_property
    def homes(self) -> dict[str, str]:
        """Channels by the names of queues, in small letters."""
        rows = self.session.execute(select(Queue.name, Queue.channel)).tuples()
        return {name.casefold(): channel for name, channel in rows}

    def serves(self, agent_ids: Iterable[int]) -> dict[int, set[int]]:
        """The queues that each of these agents serves."""
        known = standings(self.session, set(agent_ids))
        return {
            agent: {q for q, member in standing.queues.items() if member.standing != REMOVED}
            for agent, standing in known.items()
        }

    @cached_property
    def _persons(self) -> dict[int, str]:
        return {
            join.agent_id: join.person.casefold()
            for join in person_of(self.session).values()
            if join.person is not None
        }

    def person(self, agent_id: int) -> str:
        """Whom an agent is; agents who are nobody of the roster are somebody each."""
        return self._persons.get(agent_id, f"agent {agent_id}")

    def accounts(self, persons: Iterable[str]) -> dict[str, set[int]]:
        """All agents that each of them is, of whatever platform."""
        found: dict[str, set[int]] = {person: set() for person in persons}
        for agent, person in self._persons.items():
            if person in found:
                found[person].add(agent)
        return found

    def shares(self, queue_ids: Iterable[int]) -> dict[str, float]:
        """Of one agent who serves these queues, how much of them each channel has."""
        names = {self.channels[q] for q in queue_ids if q in self.channels}
        known = [name for name in names if name in self.centre.names]
        return {name: 1.0 / len(known) for name in sorted(known)}

    def of_people(self, wanted: Iterable[str]) -> dict[str, dict[str, float]]:
        """The same of people of the roster: by what their agents serve, else by their home."""
        ids = {person.casefold() for person in wanted}
        agents = self.accounts(ids)
        served = self.serves(agent for own in agents.values() for agent in own)
        found = {
            person: self.shares(q for agent in own for q in served.get(agent, ()))
            for person, own in agents.items()
        }
        for person in people(self.session):
            key = person.id.casefold()
            if key in ids and not found.get(key):
                channel = self.homes.get(person.home_queue.casefold(), "")
                if channel in self.centre.names:
                    found[key] = {channel: 1.0}
        return found

    def hours(self, at: int) -> float:
        """From the centre's beginning; what is over is 0."""
        return max(0.0, (at - self.at) / HOUR)


def worth_less(centre: Centre, shut: str) -> tuple[str, ...]:
    """Where an hour of the channel that is shut resolves more than one of the busiest other."""
    mine = centre.channels[centre.place(shut)].resolved_per_hour
    day = round(24 / centre.interval_h)
    busiest, load = "", 0.0
    for place, channel in enumerate(centre.channels):
        staff = float(centre.agents[place, :day].sum())
        need = float(centre.fresh[place, :day].sum()) * channel.hours_per_issue
        if channel.name != shut and staff and need / staff > load:
            busiest, load = channel.name, need / staff
    if not busiest:
        return ()
    other = centre.channels[centre.place(busiest)].resolved_per_hour
    if mine < other:
        return ()
    words = (
        f"an agent's hour resolves {mine:.1f} issues in {shut}, {other:.1f} in {busiest}: "
        f"{shut} makes more of it"
    )
    return (words,)
