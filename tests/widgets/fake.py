"""A console without a database: the same questions and acts, a board that can be shaken."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from console.domain.acts import Candidate, FileResult, Preview, Progress, Reason, Receipt, Urgency
from console.domain.alarms import AlarmHistory, AlarmRow
from console.domain.board import (
    AgentRow,
    Board,
    Caller,
    ChannelRow,
    Figures,
    LogItem,
    LogRow,
    QuarantineRow,
    QueueRow,
    SourceRow,
    Step,
    Timeline,
    Trouble,
)
from console.domain.effects import Effect, EffectList
from console.domain.freeing import Resource, ResourceList
from console.domain.imports import FileRow, FoundFile, Holdings, SourceDetail
from console.domain.obligations import Ledger, ObligationRow
from console.domain.overrides import Displaced, OverrideRow
from console.domain.parameters import Parameter, Parameters
from console.domain.roster import RosterCount, RosterResult
from console.domain.tickets import TicketList, TicketRow
from console.errors import CannotUndo, ConsoleError
from console.settings import Settings
from console.worker import Worker
from tests.widgets.fake_debt import FakeDebt
from tests.widgets.fake_forecast import FakeForecast
from tests.widgets.fake_foreseen import FakeForesight
from tests.widgets.fake_lessons import FakeLessons
from tests.widgets.fake_operations import FakeOperations
from tests.widgets.fake_parameters import parameters
from tests.widgets.fake_resources import ledger, resource_list
from tests.widgets.fake_tickets import ticket_list

SECOND = 1_000_000
STATES = ("available", "on contact", "on contact", "on contact", "wrap-up", "break", "meeting",
          "offline", "unknown")  # fmt: skip
PEOPLE = ("Berger", "Díaz", "Kaya", "Olsen", "Rossi", "Sato", "Weber", "Novak", "Khan", "Silva",
          "Meyer", "Adeyemi")  # fmt: skip
NAMES = ("support", "sales", "billing")


class FakeUpkeep:
    def __init__(self) -> None:
        self.left_alone: list[FileResult] = []

    def left(self) -> list[FileResult]:
        return self.left_alone


class FakeMappings:
    def __init__(self) -> None:
        self.saved: list[Any] = []

    def known(self) -> list[Any]:
        return self.saved

    def damaged(self) -> list[ConsoleError]:
        return []

    def save(self, mapping: Any) -> Path:
        self.saved.append(mapping)
        return Path("/nowhere/mappings") / f"{mapping.name}.toml"


class FakeConsole(FakeDebt, FakeForecast, FakeForesight):
    def __init__(self, queues: int = 3, agents: int = 12, seed: int = 1) -> None:
        super().__init__()
        self.settings = Settings()
        self.worker = Worker()
        self.data = Path("/nowhere")
        self.random = random.Random(seed)
        self.done: list[Any] = []
        self.why: list[str] = []
        self.undone: list[int | None] = []
        self.redone = 0
        self.reports: list[dict[str, str]] = []
        self.entries: list[LogRow] = []
        self.ticket_rows: list[TicketRow] = []
        self.who = "lead"
        self.free_rows: tuple[Resource, ...] = ()
        self.owed_rows: tuple[ObligationRow, ...] = ()
        self.parameter_rows: tuple[Parameter, ...] = ()
        self.asked_parameters = 0
        self.effect_rows: list[Effect] = []
        self.asked_effects = 0
        self.went: dict[str, Displaced] = {}
        self.watched: list[Path] = []
        self.retried: list[int] = []
        self.sent_again: list[str] = []
        self.dropped: list[str] = []
        self.fails: dict[str, Exception] = {}
        self.gate: threading.Event | None = None  # holds every report back until set
        self.on_change: Callable[[], None] = lambda: None
        self.troubled: list[Trouble] = []
        self.alarm_rows: list[AlarmRow] = []
        self.upkeep = FakeUpkeep()
        self.operations = FakeOperations()
        self.taught = FakeLessons()
        self.mappings = FakeMappings()
        self.found: list[FoundFile] = []
        self.rosters: list[Path] = []
        self.synced: list[tuple[tuple[str, ...], str | None, str | None]] = []
        self._board = make_board(self.random, queues, agents)
        self._lock = threading.Lock()

    def alarm_history(self) -> AlarmHistory:
        return AlarmHistory(tuple(self.alarm_rows), (("voice, wait", "0.4 (0.2 to 0.7)"),))

    def troubles(self, after: int | None) -> tuple[int, tuple[Trouble, ...]]:
        return len(self.troubled), () if after is None else tuple(self.troubled[after:])

    def close(self) -> None:
        self.worker.close()

    def now(self) -> int:
        return time.time_ns() // 1000

    # --- sync

    def sync(
        self, paths: Sequence[Path], zone: str | None = None, source: str | None = None,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> list[FileResult]:  # fmt: skip
        self._fail("sync")
        self.synced.append((tuple(map(str, paths)), zone, source))
        total = 1000
        for done in range(0, total, 10):
            if cancelled():
                return [FileResult(str(paths[0]), "queue_log", done, done, cancelled=True)]
            if progress:
                progress(Progress(str(paths[0]), done, total, done))
            time.sleep(0.01)
        return [FileResult(str(path), "queue_log", total, total) for path in paths]

    def watch(
        self, folders: Sequence[Path], on_change: Callable[[], None],
        on_problem: Callable[[ConsoleError], None],
        progress: Callable[[Progress | None], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        on_question: Callable[[FileResult], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self.watched.extend(folders)
        self.on_question = on_question
        self.on_change = on_change

    def hear(self, *_: Any) -> None:
        pass

    def source(self, source_id: int) -> SourceDetail:
        return SourceDetail(
            source_id,
            Holdings(contacts=4211, queues=3, agents=12),
            (
                FileRow(1, "/var/log/asterisk/queue_log", "asterisk_queue_log", 1_211, 1_200, 9, 2,
                        1, self.now(), self.now(), True, False),
                FileRow(2, "/var/log/asterisk/queue_log.1", "asterisk_queue_log", 47_000, 47_000, 0,
                        0, 1, self.now(), self.now(), True, True),
            ),
        )  # fmt: skip

    def look_at(
        self, paths: Sequence[Path], cancelled: Callable[[], bool] = lambda: False
    ) -> list[FoundFile]:
        self._fail("look_at")
        names = {str(path) for path in paths}
        return [file for file in self.found if file.path in names] if self.found else []

    def import_roster(self, path: Path, zone: Any = None) -> RosterResult:
        self.rosters.append(path)
        return RosterResult(str(path), (RosterCount("people", 12, 12, 0, 0, 0),))

    def lessons(self, folder: Path) -> FakeLessons:
        return self.taught

    def replay(self, file: Path, speed: float = 1.0) -> Path:
        return file.parent

    # --- questions

    def live(self) -> "FakeConsole":
        return self

    def refresh(self) -> Board:
        self._fail("refresh")
        with self._lock:
            return replace(self._board, at=self.now())

    def board(self, at: int | None = None) -> Board:
        return replace(self._board, at=at or self.now())

    def waiting_over(self, instants: Sequence[int]) -> list[tuple[int, dict[int, int]]]:
        return [(at, {q.queue_id: q.waiting for q in self._board.queues}) for at in instants]

    def log(self, limit: int = 200, search: str = "") -> list[LogRow]:
        found = [row for row in self.entries if search.casefold() in row.text.casefold()]
        return sorted(found, key=lambda row: -row.at)[:limit]

    def effects(self, hours: float = 24, known: object = None) -> EffectList | None:
        version = (tuple(self.effect_rows), self.now() // (60 * SECOND))
        self.asked_effects += 1
        if version == known:
            return None
        return EffectList(version, self.now(), tuple(self.effect_rows))

    def effects_of(self, journal_id: int) -> tuple[Effect, ...]:
        return tuple(row for row in self.effect_rows if row.journal_id == journal_id)

    def displaced(self, channel: str) -> Displaced | None:
        return self.went.get(channel)

    def override(self, *rows: OverrideRow) -> None:
        """From the next board on, these stand otherwise than usual."""
        with self._lock:
            self._board = replace(self._board, overrides=rows, revision=self._board.revision + 1)
        self.on_change()

    def has_tickets(self) -> bool:
        return bool(self.ticket_rows)

    def tickets(self, name: str = "open", known: object = None) -> TicketList | None:
        return ticket_list(self.ticket_rows, self.now(), name, known)

    def resources(self, of: Board, known: object = None) -> ResourceList | None:
        return resource_list(self.free_rows, self.now(), self.free_rows, known)

    def parameters(self, known: object = None) -> Parameters | None:
        self.asked_parameters += 1
        return parameters(self.parameter_rows, self.now(), known)

    def obligations(self, known: object = None) -> Ledger | None:
        return ledger(self.owed_rows, self.now(), self.owed_rows, known)

    def timeline_of_ticket(self, source_id: int, ref: str) -> Timeline:
        now = self.now()
        return Timeline(
            f"ticket {ref} (open): <b>late</b>",
            (
                Step(now - 300 * SECOND, now - 300 * SECOND, "created", "", "…071", "created"),
                Step(now - 200 * SECOND, None, "assigned: Berger", "", "Díaz", "assigned 9"),
            ),
        )

    def quarantine(self) -> list[QuarantineRow]:
        return [
            QuarantineRow(1, "/var/log/asterisk/queue_log", 812, "cut line: 3 fields of 5",
                          "1700000000|1700.1|support", self.now(), "kept"),
            QuarantineRow(2, "/var/log/asterisk/queue_log.1", 19, "the time is no number",
                          "\x00\x00\x00|1700.1|support|NONE|ABANDON|1|1|9", self.now(), "kept"),
        ]  # fmt: skip

    def timeline_of_agent(self, agent_id: int, hours: float = 8) -> Timeline:
        now = self.now()
        return Timeline(
            f"agent {agent_id}",
            (
                Step(now - 200 * SECOND, None, "on contact", "support", "1700000000.7"),
                Step(now - 500 * SECOND, now - 300 * SECOND, "break (Lunch)", "all queues"),
            ),
        )

    def timeline_of_contact(self, contact: str, queue_id: int | None = None) -> Timeline:
        line = f"1700000000|{contact}|support|NONE|ENTERQUEUE||0300|1"
        return Timeline(
            f"contact {contact}", (Step(self.now(), None, "ENTERQUEUE", "support", "", line),)
        )

    def timeline_of_queue(self, queue_id: int, hours: float = 1) -> Timeline:
        queue = next(q for q in self._board.queues if q.queue_id == queue_id)
        return Timeline(
            queue.queue,
            tuple(
                Step(c.entered_at, None, "waiting", queue.queue, c.contact) for c in queue.callers
            ),
        )

    def urgency(self, board: Board) -> list[Urgency]:
        return sorted(
            (
                Urgency(q.queue_id, q.queue, q.channel, 10.0 * q.waiting,
                        (Reason(f"{q.waiting} waiting", 10.0 * q.waiting),))
                for q in board.queues
            ),
            key=lambda u: -u.score,
        )  # fmt: skip

    def candidates(self, board: Board, queue_id: int, n: int) -> list[Candidate]:
        found = [a for a in board.agents if queue_id not in a.queue_ids]
        found = [a for a in found if a.state in ("available", "on contact")]
        found.sort(key=lambda a: a.state != "available")
        return [
            Candidate(
                a.agent_id, a.agent, a.state,
                "now" if a.state == "available" else "when the contact ends", a.queues,
                f"{', '.join(a.queues)} keeps 3 of 4", 1.0,
            )
            for a in found[:n]
        ]  # fmt: skip

    # --- acts

    def preview(self, command: Any) -> Preview:
        self._fail("preview")
        if getattr(command, "queue_ids", None) == (-1,):
            return Preview("nothing", refused="There is no such queue.")
        return Preview(
            f"{type(command).__name__} in words",
            ("support: offer on → off",),
            ("billing: 1 agent of 4 goes, 0 waiting there",),
            ("Promises outstanding: unknown to this source.",),
        )

    def do(self, command: Any, why: str = "") -> Receipt:
        self._fail("do")
        self.done.append(command)
        self.why.append(why)
        number = len(self.done)
        self.entries.append(
            LogRow("intervention", str(number), self.now(), "lead", type(command).__name__,
                   "pending", items=(LogItem("support", "pending"),), can_undo=True)
        )  # fmt: skip
        return Receipt(number, f"{type(command).__name__} in words", 1)

    def undo(self, journal_id: int | None = None) -> Receipt:
        if not self.can_undo():
            raise CannotUndo("There is nothing to take back.")
        self.undone.append(journal_id)
        return Receipt(journal_id or len(self.done), "SetCallback in words", 1)

    def redo(self) -> Receipt:
        self.redone += 1
        return Receipt(99, "SetCallback in words", 1)

    def retry(self, message_id: str) -> None:
        self._fail("retry")
        self.sent_again.append(message_id)

    def drop(self, message_id: str) -> None:
        self.dropped.append(message_id)

    def can_undo(self) -> str:
        return "SetCallback in words" if len(self.done) > len(self.undone) else ""

    def can_redo(self) -> str:
        return "SetCallback in words" if len(self.undone) > self.redone else ""

    def report(
        self, what: str, agent: str = "", contact: str = "", category: str = "", severity: str = ""
    ) -> str:
        if self.gate is not None:
            self.gate.wait(10)
        self._fail("report")
        self.reports.append(
            {"what": what, "agent": agent, "contact": contact, "category": category,
             "severity": severity}
        )  # fmt: skip
        key = f"r{len(self.reports)}"
        self.entries.append(LogRow("report", key, self.now(), "lead", what, "open"))
        return key

    def retry_quarantine(self, ids: Sequence[int] | None = None) -> int:
        self.retried.extend(ids or ())
        return len(ids or ())

    def pump(self) -> bool:
        return False

    # --- shaking

    def _fail(self, name: str) -> None:
        if name in self.fails:
            raise self.fails[name]

    def shake(self, agents: int = 3, queues: int = 1) -> None:
        """Change a few rows and say so."""
        rng, now = self.random, self.now()
        with self._lock:
            people = list(self._board.agents)
            for place in rng.sample(range(len(people)), min(agents, len(people))):
                people[place] = replace(people[place], state=rng.choice(STATES), since=now)
            lines = list(self._board.queues)
            for place in rng.sample(range(len(lines)), min(queues, len(lines))):
                row = lines[place]
                callers = (*row.callers[rng.randint(0, 1) :], Caller(f"{now}.1", now))
                lines[place] = replace(
                    row, waiting=len(callers), callers=callers, oldest_at=callers[0].entered_at
                )
            self._board = totalled(
                replace(self._board, queues=tuple(lines), agents=tuple(people),
                        revision=self._board.revision + 1)
            )  # fmt: skip
        self.on_change()

    def set_rows(self, **rows: Any) -> None:
        with self._lock:
            self._board = totalled(replace(self._board, **rows))
        self.on_change()


def make_figures(rng: random.Random, now: int, bad: bool) -> Figures:
    answered = rng.randint(20, 60)
    abandoned = rng.randint(10, 25) if bad else rng.randint(0, 4)
    in_sl = round(answered * (rng.uniform(0.3, 0.5) if bad else rng.uniform(0.8, 1.0)))
    return Figures(
        now - 1800 * SECOND, now, 20, answered + abandoned, answered + abandoned, answered, in_sl,
        abandoned, abandoned // 4, 0, 0, 100 * in_sl / (answered + abandoned),
        100 * abandoned / (answered + abandoned), rng.uniform(8, 400 if bad else 30),
        rng.uniform(200, 560), rng.uniform(180, 500), rng.uniform(10, 60),
    )  # fmt: skip


def make_board(rng: random.Random, queues: int, agents: int) -> Board:
    now = time.time_ns() // 1000
    channels = ("voice",) if queues < 8 else ("voice", "chat", "email", "messaging", "social")
    names = [NAMES[n] if n < len(NAMES) else f"{rng.choice(NAMES)}_{n:03d}" for n in range(queues)]
    people: list[AgentRow] = []
    for n in range(agents):
        mine = sorted(rng.sample(range(queues), min(queues, rng.randint(1, 3))))
        state = rng.choice(STATES)
        busy = state == "on contact"
        people.append(
            AgentRow(
                n + 1, PEOPLE[n] if n < len(PEOPLE) else f"{rng.choice(PEOPLE)} {n}", "pbx", state,
                {"break": "Lunch", "on contact": "CONNECT"}.get(state, ""),
                None if state == "unknown" else now - rng.randint(1, 3000) * SECOND,
                f"1700000{n:03d}.{n}" if busy else None, names[mine[0]] if busy else None,
                tuple(names[q] for q in mine), tuple(q + 1 for q in mine),
            )
        )  # fmt: skip
    lines = []
    for n, name in enumerate(names):
        bad = n == 0 or (n > 3 and rng.random() < 0.04)
        waiting = rng.randint(18, 34) if bad else rng.choice((0, 0, 1, 3))
        callers = tuple(
            Caller(f"17000{n}.{c}", now - (waiting - c) * (27 if bad else 9) * SECOND)
            for c in range(waiting)
        )
        mine = [a for a in people if n + 1 in a.queue_ids]
        states = {s: sum(1 for a in mine if a.state == s) for s in dict.fromkeys(STATES)}
        lines.append(
            QueueRow(
                n + 1, name, channels[n % len(channels)], "pbx", waiting,
                callers[0].entered_at if callers else None, callers,
                tuple((s, c) for s, c in states.items() if c), states["available"],
                states["on contact"], 0, states["wrap-up"], states["break"] + states["meeting"],
                len(mine) - states["offline"] - states["unknown"], 0, make_figures(rng, now, bad),
                tuple(rng.randint(0, 9) + (k * 2 if bad else 0) for k in range(16)),
                (None, True, False)[n % 3], True, None if n else 57, "open",
            )
        )  # fmt: skip
    board = Board(
        now, 1, tuple(lines), tuple(people),
        (
            SourceRow(1, "pbx", "queue_log", now, now, 2, 48_211, 2),
            SourceRow(2, "branch", "queue_log", now - 240 * SECOND, now, 1, 1_004, 0),
        ),
        tuple(
            ChannelRow(c, "open", c == "voice", 60, "", sum(q.channel == c for q in lines), 0)
            for c in channels
        ),
        make_figures(rng, now, True),
    )  # fmt: skip
    return totalled(board)


def totalled(board: Board) -> Board:
    oldest = [q.oldest_at for q in board.queues if q.oldest_at is not None]
    counts: dict[str, int] = {}
    for agent in board.agents:
        counts[agent.state] = counts.get(agent.state, 0) + 1
    return replace(
        board, waiting=sum(q.waiting for q in board.queues), oldest_at=min(oldest, default=None),
        states=tuple(counts.items()),
    )  # fmt: skip


def lively_log(console: FakeConsole) -> None:
    """Entries in every state, one of them a partial failure."""
    now = console.now()
    states = ("pending", "sent", "confirmed", "unconfirmed", "recorded")
    console.entries = [
        LogRow("intervention", str(n + 1), now - n * 70 * SECOND, "lead",
               f"callback offer off: {NAMES[n % 3]}", state, can_undo=True)
        for n, state in enumerate(states)
    ]  # fmt: skip
    console.entries += [
        LogRow("intervention", "20", now - 30 * SECOND, "lead",
               "send Berger, Díaz, Kaya to support", "refused",
               items=(LogItem("add Berger to support", "confirmed", "", "m1"),
                      LogItem("add Díaz to support", "refused", "Interface not found", "m2"),
                      LogItem("add Kaya to support", "sent", "", "m3")), can_undo=True),
        LogRow("report", "r1", now - 200 * SECOND, "lead",
               "billing login fails again (3 in 20 min)", "open"),
        LogRow("report", "r2", now - 400 * SECOND, "lead", "headset of desk 4 crackles", "closed"),
    ]  # fmt: skip
