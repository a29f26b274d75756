"""What a playbook's words are held against: the board, who works here, and who was chosen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from console.domain.board import AgentRow, Board, ChannelRow, QueueRow
from console.domain.freeing import ResourceList
from console.domain.resources import find
from console.domain.roster import Person, Shift
from console.domain.urgency import most_urgent, urgency


@dataclass
class Situation:
    """One instant. `taken` are agents whom an earlier item of the same playbook has already, `put`
    and `called` blocks and people that one has.

    `who` sits at the screen. `shifts` are of some days around, each with the id of its person;
    `rest_h` is the daily rest.
    """

    board: Board
    who: str = ""
    people: tuple[Person, ...] = ()
    shifts: tuple[Shift, ...] = ()
    rest_h: int = 11
    taken: set[int] = field(default_factory=lambda: set())
    put: set[str] = field(default_factory=lambda: set())
    called: set[str] = field(default_factory=lambda: set())
    _resources: dict[int, ResourceList] = field(default_factory=lambda: {})

    @cached_property
    def ranked(self) -> dict[int, float]:
        """Points of each queue by its id, the most urgent first."""
        return {found.queue_id: found.score for found in urgency(self.board)}

    @cached_property
    def urgent(self) -> QueueRow | None:
        """The most urgent queue; None where nothing waits anywhere."""
        found = most_urgent(urgency(self.board))
        if found is None or not any(q.waiting or q.promises for q in self.board.queues):
            return None
        return next(row for row in self.board.queues if row.queue_id == found.queue_id)

    @cached_property
    def channels(self) -> dict[str, ChannelRow]:
        return {row.channel: row for row in self.board.channels}

    @cached_property
    def tiers(self) -> dict[str, str]:
        """What each person of the roster is, by their id."""
        return {person.id: person.tier for person in self.people}

    def resources(self, hours: int) -> ResourceList:
        """What could be freed within so many hours."""
        if hours not in self._resources:
            self._resources[hours] = find(self.board, self.people, self.shifts, hours, self.rest_h)
        return self._resources[hours]

    def queues_called(self, names: Iterable[str]) -> list[QueueRow]:
        wanted = {name.casefold() for name in names}
        return [row for row in self.board.queues if row.queue.casefold() in wanted]

    def tier_of(self, agent: AgentRow) -> str:
        return self.tiers.get(agent.person, "")
