"""A scenario played in a folder: exports grow in it, orders in its outbox are obeyed."""

import json
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from console.domain.times import HOUR, MINUTE, SECOND, from_iso, iso, now_us
from console.twin import goals, orders, rosters
from console.twin.agent_events import AgentEvents
from console.twin.centre import Scenario
from console.twin.connect_names import Instance
from console.twin.contact_records import ContactRecords
from console.twin.dirt import Dirt
from console.twin.folder import Folder, hour_of
from console.twin.outbox import Outbox
from console.twin.places import DATA, MARK, REPORTS, TRUTH
from console.twin.queue_log import QueueLog
from console.twin.simulation import Simulation
from console.twin.tickets import Tickets
from console.twin.truth import Truth

QUEUE_LOG = "pbx/queue_log"
#: How long after the fact each platform's export has it.
EVENTS_LAG, RECORDS_LAG, DESK_LAG = SECOND, MINUTE, MINUTE
#: Simulated time between two looks at the outbox, at full speed; real time between two, live.
STEP, TICK_S = MINUTE, 0.2


class Rehearsal:
    """`start` (microseconds UTC) moves the scenario's day there; without it, its own date holds.

    The same scenario, seed and orders at the same instants write the same files, byte for byte.
    """

    def __init__(
        self,
        scenario: Scenario,
        into: Path,
        *,
        hours: float | None = None,
        seed: int | None = None,
        dirt: Collection[str] = (),
        start: int | None = None,
    ) -> None:
        self.hours = scenario.hours if hours is None else hours
        self.seed = scenario.seeds[0] if seed is None else seed
        self.scenario, self.into = scenario, into
        self.simulation = Simulation(scenario.centre, self.seed, self.hours, start)
        self.world = w = self.simulation.world
        self.end = w.start + int(self.hours * HOUR)
        spoil = Dirt(frozenset(dirt), self.seed) if dirt else None
        self._dirt = frozenset(dirt)
        self._folder = Folder(into, spoil)
        instance = Instance(self.seed)
        self._queue_log = QueueLog(scenario.centre.wrapup_rows)
        self._records = ContactRecords(instance)
        self._events = AgentEvents(w, instance, scenario.centre.heartbeat_s)
        self._tickets = Tickets(w)
        self._truth = Truth(w)
        self._outboxes: list[Outbox] = []
        self._asked: dict[str, Outbox] = {}

    def begin(self, speed: float = 0.0, wall: int = 0) -> None:
        """Make the folder, with all that stands before the first contact.

        Live, its clock shows the present at the instant `wall`, and then goes `speed` times as
        fast as ours; else it stands at the end.
        """
        w, folder = self.world, self._folder
        taken_at = min(max(w.start, wall), self.end) if speed else w.start
        at = taken_at if speed else self.end
        folder.begin(
            {
                "scenario": self.scenario.name,
                "title": self.scenario.title,
                "seed": self.seed,
                "hours": self.hours,
                "start": iso(w.start),
                "clock": {"wall": wall, "at": at, "speed": speed, "until": self.end},
                "goals": [goal.words for goal in self.scenario.goals],
            }  # fmt: skip
        )
        # With "zone" the site's shifts are said to be in another zone than they are.
        wrong = "zone" in self._dirt
        said = "America/New_York" if wrong else self.scenario.centre.zone
        for name, text in rosters.tables(w, said):
            folder.write(f"roster/{name}", text)
        for at, export, line in self._tickets.directory(w.start):
            self._desk(at - DESK_LAG, export, line)
        head = self._truth.parameters(self.scenario, taken_at, self.end)
        folder.truth(w.start, f"{MARK}/{TRUTH}", head)
        self._outboxes = [Outbox(self.into / "outbox"), Outbox(self.into / DATA / "outbox")]

    def step(self, to: int) -> None:
        """Obey what was ordered, let time pass until `to`, write what is due by then."""
        w = self.world
        self._take_orders()
        self.simulation.advance(min(to, self.end))
        self._tell(w.now)
        self._folder.rotate(w.now, QUEUE_LOG)
        self._folder.flush(w.now)
        for id_, state, words in w.answers:
            self._asked.get(id_, self._outboxes[0]).answer(id_, state, words)
        w.answers.clear()

    def finish(self) -> None:
        """Write what the platforms have yet to export, and the truth's sums."""
        for line in self._truth.last():
            self._folder.truth(self.world.now, f"{MARK}/{TRUTH}", line)
        self._folder.flush(None)

    def run(self) -> None:
        """All of it, as fast as it goes."""
        self.begin()
        while self.world.now < self.end:
            self.step(self.world.now + STEP)
        self.finish()

    def run_live(self, speed: float, stopped: Callable[[], bool] = lambda: False) -> None:
        """`speed` seconds of the centre in each second, until the end or until `stopped`.

        What lies before the present when it is called happens at once.
        """
        begun, wall = time.monotonic(), now_us()
        self.begin(speed, wall)
        start = min(max(self.world.now, wall), self.end)
        try:
            while self.world.now < start and not stopped():
                self.step(min(start, self.world.now + STEP))
            while self.world.now < self.end and not stopped():
                self.step(start + int((time.monotonic() - begun) * speed * SECOND))
                time.sleep(TICK_S)
        finally:
            self.finish()

    def goals(self) -> list[dict[str, Any]]:
        """How the scenario's goals stand."""
        return [goals.measured(self.world, goal) for goal in self.scenario.goals]

    def _take_orders(self) -> None:
        for outbox in self._outboxes:
            for order in outbox.orders():
                self._asked[str(order["id"])] = outbox
                late = _over(order.get("deadline"))
                self._folder.truth(
                    self.world.now, f"{MARK}/{TRUTH}",
                    self._truth.ordered(self.world.now, order, late),
                )  # fmt: skip
                if late:
                    orders.too_late(self.world, order)
                else:
                    orders.obey(self.world, order)

    def _tell(self, to: int) -> None:
        w, folder = self.world, self._folder
        for at, line in self._queue_log.written(w.pbx):
            folder.log(at, QUEUE_LOG, line)
        for at, line in self._records.written(w.connect):
            due = at + RECORDS_LAG
            folder.record(due, f"connect/contact-records/{hour_of(due)}.json", line)
        for at, line in self._events.written(w.connect, to):
            due = at + EVENTS_LAG
            folder.record(due, f"connect/agent-events/{hour_of(due)}.json", line)
        for at, export, line in self._tickets.written(w.desk):
            self._desk(at, export, line)
        for at, line in self._truth.written(w.truth):
            folder.truth(at, f"{MARK}/{TRUTH}", line)
        for fact in w.truth:
            if fact[1] == "issue":
                self._tickets.forget(fact[2])
        for at, _, c, agent in w.reports:
            folder.truth(at, f"{MARK}/{REPORTS}", _report(at, c, agent))
        self.simulation.take()

    def _desk(self, at: int, export: str, line: str) -> None:
        due = at + DESK_LAG
        self._folder.record(due, f"zendesk/{export}-{iso(due)[:10]}.jsonl", line)


def _over(deadline: Any) -> bool:
    try:
        return deadline is not None and from_iso(str(deadline)) < now_us()
    except ValueError:
        return False


def _report(at: int, c: Any, agent: Any) -> str:
    words = f"{c.issue.topic.name}: could not be helped, attempt {c.issue.tries}"
    said = {"at": iso(at), "agent": agent.name, "queue": c.queue.name, "what": words}
    return json.dumps(said, ensure_ascii=False)


__all__ = ["Rehearsal"]
