"""A scenario played in a folder: exports grow in it, orders in its outbox are obeyed."""

import contextlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from console.domain.rehearsal import ENDED, OVER, STOPPED
from console.domain.times import HOUR, MINUTE, SECOND, from_iso, iso
from console.errors import ConsoleError
from console.twin import goals, kept, orders, rosters, score
from console.twin.agent_events import AgentEvents
from console.twin.centre import Inject, Scenario, Turn
from console.twin.connect_names import Instance
from console.twin.contact_records import ContactRecords
from console.twin.dirt import Dirt
from console.twin.folder import Folder, hour_of
from console.twin.outbox import Outbox
from console.twin.places import DATA, MARK, TRUTH
from console.twin.queue_log import QueueLog
from console.twin.simulation import Simulation
from console.twin.telling import Telling
from console.twin.tickets import Tickets
from console.twin.truth import Truth

QUEUE_LOG, REPORTS = "pbx/queue_log", "reports/reports.jsonl"
#: How long after the fact each platform's export has it.
EVENTS_LAG, RECORDS_LAG, DESK_LAG, TOLD_LAG = SECOND, MINUTE, MINUTE, SECOND
#: Simulated time between two looks at the outbox, at full speed; real time between two, live.
STEP, TICK_S = 5 * MINUTE, 0.2


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
        self._telling = Telling(w)
        #: How long after its deadline an order is obeyed still, microseconds of the centre: so
        #: long its way through the files may take.
        self.grace = 0
        self._outboxes: list[Outbox] = []
        self._asked: dict[str, Outbox] = {}

    def begin(
        self, speed: float = 0.0, wall: int = 0, about: Mapping[str, object] | None = None
    ) -> None:
        """Make the folder, with all that stands before the first contact.

        Live, the leader takes over at the instant `wall`, and `about` says how it stands; else
        its clock stands at the end.
        """
        w, folder = self.world, self._folder
        # Played at once nobody leads it; what is asked of players begins when a leader would have.
        begins = wall if speed else w.start + int(self.scenario.lead_h * HOUR)
        taken_at = min(max(w.start, begins), self.end)
        folder.begin(self._played() if about is None else dict(about))
        for name, text in rosters.tables(w, self.said_zone):
            folder.write(f"roster/{name}", text, w.start)
        for at, export, line in self._tickets.directory(w.start):
            self._desk(at - DESK_LAG, export, line)
        head = self._truth.parameters(self.scenario, taken_at, self.end)
        folder.truth(w.start, f"{MARK}/{TRUTH}", head)
        self._outboxes = [Outbox(self.into / "outbox"), Outbox(self.into / DATA / "outbox")]

    def _played(self) -> dict[str, object]:
        """What is said of it where nobody leads it."""
        scenario, start, end = self.scenario, self.world.start, self.end
        return {
            "scenario": scenario.name,
            "title": scenario.title,
            "story": scenario.story.strip(),
            "seed": self.seed,
            "hours": self.hours,
            "start": iso(start),
            "start_us": start,
            "state": ENDED,
            "clock": {"wall": 0, "at": end, "speed": 0.0, "until": end},
            "goals": [goal.words for goal in scenario.goals],
            "turns": [
                {
                    "at": start + int(turn.at_h * HOUR),
                    "until": start + int(turn.until_h * HOUR),
                    "words": turn.words,
                }
                for turn in scenario.centre.turns
            ],
            "end": {"how": OVER, "at": end},
        }

    def let_happen(self, inject: Inject, turn: Turn) -> int:
        """What the leader wants to happen: the player hears of it, then it changes what `turn`
        says. When that ends, microseconds UTC."""
        now = self.world.now
        at, line = self._telling.inject(now, inject)
        self._folder.record(at + TOLD_LAG, REPORTS, line)
        said = {"kind": "inject", "at": now, "name": inject.name, "turn": asdict(turn)}
        self._folder.truth(now, f"{MARK}/{TRUTH}", msgspec.json.encode(said).decode())
        return self.simulation.let_happen(turn)

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
        """Write what the platforms have yet to export, the truth's sums, and the score."""
        for line in self._truth.last():
            self._folder.truth(self.world.now, f"{MARK}/{TRUTH}", line)
        self._folder.flush(None)
        # What was exported stays whole, whatever somebody has put into an order.
        with contextlib.suppress(ConsoleError):
            kept.keep(self.into, kept.SCORE, score.of_folder(self.into))

    def run(self, history_days: int = 0) -> None:
        """All of it, as fast as it goes, with so many days before it."""
        from console.twin.history import History

        self.begin()
        if history_days:
            History(self, history_days).run()
        while self.world.now < self.end:
            self.step(self.world.now + STEP)
        self.finish()
        self._folder.leave()

    def leave(self) -> None:
        """Another process may have the folder."""
        self._folder.leave()

    def run_live(self, speed: float, stopped: Callable[[], bool] = lambda: False) -> None:
        """`speed` seconds of the centre in each second, until the end or until `stopped`.

        What lies before the present when it is called happens at once.
        """
        from console.twin.led import Led

        Led(self, speed, lambda: STOPPED if stopped() else "").run()

    def write_roster(self, name: str, text: str) -> None:
        """Another table of the site's."""
        self._folder.write(f"roster/{name}", text, self.world.start)

    @property
    def said_zone(self) -> str:
        """The zone that the site's shifts are said to be in; with "zone" it is a wrong one."""
        return "America/New_York" if "zone" in self._dirt else self.scenario.centre.zone

    def goals(self) -> list[dict[str, Any]]:
        """How the scenario's goals stand."""
        return [goals.measured(self.world, goal) for goal in self.scenario.goals]

    def _take_orders(self) -> None:
        for outbox in self._outboxes:
            for order in outbox.orders():
                self._asked[str(order["id"])] = outbox
                late = _over(order.get("deadline"), self.world.now - self.grace)
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
        for at, line in self._telling.written(w.reports, w.truth):
            folder.record(at + TOLD_LAG, REPORTS, line)
        for at, line in self._truth.written(w.truth):
            folder.truth(at, f"{MARK}/{TRUTH}", line)
        for fact in w.truth:
            if fact[1] == "issue":
                self._tickets.forget(fact[2])
        self.simulation.take()

    def _desk(self, at: int, export: str, line: str) -> None:
        due = at + DESK_LAG
        self._folder.record(due, f"zendesk/{export}-{iso(due)[:10]}.jsonl", line)


def _over(deadline: Any, now: int) -> bool:
    try:
        return deadline is not None and from_iso(str(deadline)) < now
    except ValueError:
        return False


__all__ = ["Rehearsal"]
