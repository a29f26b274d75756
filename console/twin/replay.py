"""A rehearsal played again in memory: no exports, no files, the same customers.

The same centre, seed, orders and injects at the same instants give the same truth; with other
orders it shows what would have become of the same customers.
"""

from collections.abc import Mapping
from itertools import count
from typing import Any

from console.domain.times import HOUR
from console.twin import orders
from console.twin.recording import Injected, Ordered, Recording
from console.twin.simulation import Simulation
from console.twin.tally import Tally
from console.twin.world import World

_STEP = HOUR


class Replay:
    """One run. `tallied` False is for many runs: nothing is summed but who was helped."""

    def __init__(
        self, recording: Recording, seed: int | None = None, *, tallied: bool = True
    ) -> None:
        self.recording = recording
        seed = recording.seed if seed is None else seed
        self.simulation = Simulation(recording.centre, seed, recording.hours, recording.start)
        self.world: World = self.simulation.world
        self.tally = Tally() if tallied else None
        self._numbers = count(1)
        self._injects = list(recording.injects)

    @property
    def now(self) -> int:
        return self.world.now

    @property
    def left(self) -> int:
        """Customers who came and were not helped: who gave up, and whose need is still open."""
        return self.world.issues - self.world.resolved

    def advance(self, to: int) -> None:
        """Until that instant, at most until the end of what was recorded."""
        to = min(to, self.recording.ended_at)
        while self._injects and self._injects[0].at <= to:
            self._until(self._injects[0].at)
            self._inject(self._injects.pop(0))
        self._until(to)

    def obey(self, order: Mapping[str, Any], late: bool = False) -> None:
        """An order, at this instant."""
        if self.tally is not None:
            self.tally.ordered(order, self.now, late)
        if late:
            orders.too_late(self.world, order)
        else:
            orders.obey(self.world, order)

    def ask(self, action: str, fields: Mapping[str, Any]) -> None:
        """An order of a player's own."""
        self.obey({"id": f"player-{next(self._numbers)}", "action": action, "fields": fields})

    def finish(self) -> Tally:
        """Play on to the end; its sums."""
        self.advance(self.recording.ended_at)
        assert self.tally is not None
        self.tally.end(self.world)
        return self.tally

    def _until(self, to: int) -> None:
        w = self.world
        while w.now < to:
            self.simulation.advance(min(to, w.now + _STEP))
            self._take()
        self._take()

    def _take(self) -> None:
        w = self.world
        if self.tally is not None:
            self.tally.facts(w.truth)
        else:
            for fact in w.truth:
                if fact[1] == "issue":
                    fact[2].contacts.clear()
        self.simulation.take()
        w.answers.clear()

    def _inject(self, inject: Injected) -> None:
        self.simulation.let_happen(inject.turn)


def again(recording: Recording, seed: int | None = None) -> Tally:
    """Played with the orders that were given, at the same instants."""
    return with_orders(recording, recording.orders, seed)


def with_orders(recording: Recording, given: tuple[Ordered, ...], seed: int | None = None) -> Tally:
    play = Replay(recording, seed)
    for each in given:
        play.advance(each.at)
        play.obey(each.order, each.late)
    return play.finish()


__all__ = ["Replay", "again", "with_orders"]
