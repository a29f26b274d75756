"""Random logs as a PBX would write them, and databases in a form that can be compared."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from console.domain.acts import FileResult
from console.domain.customers import Mask
from console.domain.times import SECOND
from console.reads.board import board
from console.settings import Settings
from console.store import tables as t
from console.store.engine import Store
from console.store.migrate import migrate
from console.sync import files

START = 1_700_000_000
MASK = Mask(b"0" * 32)
#: Databases of tests live in memory where the system has a place for that.
_SHM = Path("/dev/shm")
PLACE = _SHM if _SHM.is_dir() else None


# --- a PBX


@dataclass
class _Call:
    ref: str
    queue: str
    since: int
    agent: str | None = None
    talking: int = 0


@dataclass
class Pbx:
    """Writes lines as Asterisk does, led by a source of chance."""

    chance: Random
    steps_back: bool = False
    now: int = START
    latest: int = START
    lines: list[str] = field(default_factory=list)
    calls: list[_Call] = field(default_factory=list)
    logged_in: dict[str, str] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)
    number: int = 0

    QUEUES = ("sales", "support")
    NAMES = ("Ada", "Bo", "Cy Díaz")
    INTERFACES = ("SIP/1", "SIP/2")

    def write(self, ref: str, queue: str, agent: str, verb: str, *params: object) -> None:
        shown = "|".join(str(p) for p in params) or ""
        self.lines.append(f"{self.now}|{ref}|{queue}|{agent}|{verb}|{shown}")

    def run(self, steps: int) -> list[str]:
        acts = [
            self.enter, self.enter, self.ring, self.ring, self.connect, self.connect, self.end,
            self.end, self.leave, self.move, self.log_in, self.log_off, self.pause, self.unpause,
            self.rare,
        ]  # fmt: skip
        for _ in range(steps):
            self.tick()
            self.chance.choice(acts)()
        return self.lines

    def tick(self) -> None:
        step = self.chance.choice((0, 0, 0, 1, 1, 2, 7, 40, 300))
        if self.steps_back and self.chance.random() < 0.1:
            step = -1
        self.now = max(self.now + step, self.latest - 1)
        self.latest = max(self.latest, self.now)

    def pick(self, *, talking: bool) -> _Call | None:
        found = [c for c in self.calls if (c.agent is not None) == talking]
        return self.chance.choice(found) if found else None

    def enter(self) -> None:
        self.number += 1
        call = _Call(
            f"{START - 100 + self.number}.{self.number}", self.chance.choice(self.QUEUES), self.now
        )
        self.calls.append(call)
        if self.chance.random() < 0.3:
            self.write(call.ref, call.queue, "NONE", "DID", "49301234567")
        self._enter(call)

    def _enter(self, call: _Call) -> None:
        number = self.chance.choice(("01775550123", "01775550124", "anonymous", ""))
        self.write(call.ref, call.queue, "NONE", "ENTERQUEUE", "", number, 1)
        call.since = self.now
        call.agent = None

    def ring(self) -> None:
        call = self.pick(talking=False)
        if call:
            name = self.chance.choice(self.NAMES)
            # Ring-all with several devices of one member: the same line, many times a second.
            for _ in range(self.chance.choice((1, 1, 2, 3))):
                self.write(call.ref, call.queue, name, "RINGNOANSWER", 1000)

    def connect(self) -> None:
        call = self.pick(talking=False)
        if call:
            call.agent = self.chance.choice(self.NAMES)
            call.talking = self.now
            self.write(
                call.ref, call.queue, call.agent, "CONNECT", max(0, self.now - call.since),
                f"{self.now}.9", self.chance.choice((0, 1, 3)),
            )  # fmt: skip

    def end(self) -> None:
        call = self.pick(talking=True)
        if call:
            assert call.agent
            hold = max(0, call.talking - call.since)
            talk = max(0, self.now - call.talking)
            verb = self.chance.choice(
                ("COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER")
            )
            before = {
                "BLINDTRANSFER": ("200", "from-internal"),
                "ATTENDEDTRANSFER": self.chance.choice((("BRIDGE", "b1"), ("LINK", "c1", "c2"))),
            }.get(verb, ())
            self.write(call.ref, call.queue, call.agent, verb, *before, hold, talk, 1)
            self.calls.remove(call)
            if self.chance.random() < 0.3:
                # Sent back into a queue, often the same one, within the second.
                self.calls.append(call)
                call.queue = self.chance.choice(self.QUEUES)
                self._enter(call)

    def leave(self) -> None:
        call = self.pick(talking=False)
        if call:
            verb = self.chance.choice(("ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY"))
            key = ("1",) if verb == "EXITWITHKEY" else ()
            waited = max(0, self.now - call.since)
            self.write(call.ref, call.queue, "NONE", verb, *key, 1, 1, waited)
            self.calls.remove(call)

    def move(self) -> None:
        """Out of one queue and into the next, or the same, within one second."""
        call = self.pick(talking=False)
        if call:
            waited = max(0, self.now - call.since)
            self.write(call.ref, call.queue, "NONE", "EXITWITHTIMEOUT", 1, 1, waited)
            call.queue = self.chance.choice(self.QUEUES)
            self._enter(call)

    def log_in(self) -> None:
        name = self.chance.choice([n for n in self.NAMES if n not in self.logged_in] or [""])
        if name:
            interface = self.logged_in[name] = self.chance.choice(self.INTERFACES)
            for queue in self.QUEUES:
                self.write("MANAGER", queue, interface, "ADDMEMBER", "")
            self.write("NONE", "NONE", interface, "UNPAUSEALL", "")
            for queue in self.QUEUES:
                self.write("NONE", queue, name, "UNPAUSE", "")

    def log_off(self) -> None:
        if self.logged_in:
            name = self.chance.choice(sorted(self.logged_in))
            interface = self.logged_in.pop(name)
            for queue in self.QUEUES:
                self.write("MANAGER", queue, interface, "REMOVEMEMBER", "")

    def pause(self) -> None:
        name = self.chance.choice(self.NAMES)
        reason = self.chance.choice(("", "Lunch", "Training"))
        if self.chance.random() < 0.7:
            self.write("NONE", "NONE", name, "PAUSEALL", reason)
            for queue in self.QUEUES:
                self.write("NONE", queue, name, "PAUSE", reason)
        else:
            self.write("NONE", self.chance.choice(self.QUEUES), name, "PAUSE", reason)

    def unpause(self) -> None:
        name = self.chance.choice(self.NAMES)
        self.write("NONE", "NONE", name, "UNPAUSEALL", "")
        for queue in self.QUEUES:
            self.write("NONE", queue, name, "UNPAUSE", "")

    def rare(self) -> None:
        act = self.chance.randrange(6)
        if act == 0:
            self.write("NONE", "NONE", "NONE", "QUEUESTART", "")
            if self.chance.random() < 0.5:
                self.calls.clear()
        elif act == 1:
            self.write("NONE", "NONE", "NONE", "CONFIGRELOAD", "")
        elif act == 2:
            call = self.pick(talking=False)
            if call:
                self.write(call.ref, call.queue, "NONE", "CALLBACKREQUEST", "+4917755501234", "x")
        elif act == 3:
            self.write("REALTIME", "sales", "SIP/2", "PENALTY", 5)
        elif act == 4:
            self.write("NONE", "NONE", "Agent/7", "AGENTLOGIN", "SIP/7-1")
        else:
            self.write("NONE", "NONE", "Agent/7", "AGENTLOGOFF", "SIP/7-1", 60)


@st.composite
def logs(draw: st.DrawFn, least: int = 12, most: int = 45, steps_back: bool = False) -> list[str]:
    """Lines of one log; at least two seconds of it."""
    chance = draw(st.randoms(use_true_random=False))
    pbx = Pbx(chance, steps_back)
    lines = pbx.run(draw(st.integers(least, most)))
    pbx.now += 60
    pbx.write("NONE", "NONE", "NONE", "CONFIGRELOAD", "")
    return lines


def text(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def second(line: str) -> int:
    return int(line.split("|", 1)[0])


# --- a desk


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        file = Path(folder) / "t.db"
        store = Store(f"sqlite:///{file}")
        migrate(store)
        store.close()
        return file.read_bytes()


class Desk:
    """A fresh database beside an empty folder of logs."""

    def __init__(self, place: Path, settings: Settings | None = None) -> None:
        self.place = place
        self.inbox = place / "asterisk"
        self.inbox.mkdir(parents=True)
        self.database = place / "d.db"
        self.database.write_bytes(_template())
        self.settings = settings or Settings()
        self.store = Store(f"sqlite:///{self.database}")

    def sync(self, *paths: Path, source: str | None = None, **more: Any) -> list[FileResult]:
        found = list(paths) or [self.inbox]
        return files.sync(self.store, MASK, found, source=source, **more)

    def write(self, name: str, content: bytes) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def close(self) -> None:
        self.store.close()

    def clear(self) -> None:
        """As it was when it was new. What the store's engine has compiled stays."""
        self.close()
        for path in self.place.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        self.inbox.mkdir()
        self.database.write_bytes(_template())


#: Desks that are not in use: to make one anew takes longer than most tests.
_free: list[Desk] = []


@contextmanager
def desk(settings: Settings | None = None) -> Iterator[Desk]:
    made = _free.pop() if _free else Desk(Path(tempfile.mkdtemp(prefix="coalface-", dir=PLACE)))
    made.settings = settings or Settings()
    try:
        yield made
    finally:
        made.clear()
        _free.append(made)


@contextmanager
def fresh_desk() -> Iterator[Desk]:
    """One whose store is opened now, with the options that hold now."""
    place = Path(tempfile.mkdtemp(prefix="coalface-", dir=PLACE))
    made = Desk(place)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(place)


@atexit.register
def _leave() -> None:
    for made in _free:
        made.close()
        shutil.rmtree(made.place, ignore_errors=True)


# --- what is compared


_NOT_COMPARED = {"revision", "queue_id", "agent_id", "queue_ids", "sources", "source", "source_id"}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: _plain(getattr(value, f.name))
            for f in fields(value)
            if f.name not in _NOT_COMPARED
        }
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def normal_form(store: Store, settings: Settings | None = None) -> dict[str, Any]:
    """All that follows from the exports, by names, without the numbers that rows got."""
    settings = settings or Settings()
    with store.read() as session:
        if session.get_bind().dialect.name == "sqlite":
            # Files are read without asking of each row whether what it names is there.
            lost = session.connection().exec_driver_sql("PRAGMA foreign_key_check").all()
            assert not lost, lost
        queues, agents, refs = (
            {None: "", **{id: name for id, name in session.execute(select(table.id, column))}}
            for table, column in (
                (t.Queue, t.Queue.name), (t.Agent, t.Agent.name), (t.Contact, t.Contact.ref),
            )
        )  # fmt: skip
        form: dict[str, Any] = {
            "contacts": sorted(
                (c.ref, c.channel, c.customer or "", c.first_at, c.last_at, c.evidence)
                for c in session.scalars(select(t.Contact))
            ),
            "legs": sorted(
                (
                    (refs[leg.contact_id], leg.number, queues[leg.queue_id], agents[leg.agent_id],
                     leg.entered_at, leg.entry_seen, leg.connected_at, leg.ended_at, leg.outcome,
                     leg.ended_by, leg.wait_us, leg.talk_us, leg.rings, leg.ring_us, leg.wrapup_us)
                    for leg in session.scalars(select(t.Leg))
                ),
                key=repr,
            ),
            "intervals": sorted(
                (
                    (agents[i.agent_id], i.alias, i.kind, queues[i.queue_id], refs[i.contact_id],
                     i.started_at, i.ended_at, i.source_state, i.ended_by)
                    for i in session.scalars(select(t.AgentInterval))
                ),
                key=repr,
            ),
            "events": [
                (e.at, e.verb, e.alias, e.line)
                for e in session.scalars(select(t.Event).order_by(t.Event.at, t.Event.place))
            ],
            "rollups": sorted(
                (queues[r.queue_id], r.from_at, r.received, r.answered,
                 r.abandoned, r.flow_out, r.refused, r.wait_us, r.talk_us)
                for r in session.scalars(select(t.Rollup))
            ),
            "tallies": sorted(
                (row.verb, row.lines, row.meaning) for row in session.scalars(select(t.EventTally))
            ),
            "agents": sorted(name for id, name in agents.items() if id is not None),
            "queues": sorted(name for id, name in queues.items() if id is not None),
            "aliases": sorted(
                (a.alias, agents[a.agent_id]) for a in session.scalars(select(t.AgentAlias))
            ),
        }  # fmt: skip
        last = max([e[0] for e in form["events"]] + [c[4] for c in form["contacts"]], default=None)
        if last is not None:
            first = START * SECOND
            form["boards"] = [
                _plain(board(session, at, settings))
                for at in (
                    first + (last - first) // 3,
                    last - 40 * SECOND,
                    last,
                    last + 3600 * SECOND,
                )
            ]
    return form


def difference(one: Any, two: Any, where: str = "") -> str:
    """The first thing in which two normal forms differ, for a person to read."""
    if one == two:
        return ""
    if isinstance(one, dict) and isinstance(two, dict) and one.keys() == two.keys():
        return next(
            found for key in one if (found := difference(one[key], two[key], f"{where}.{key}"))
        )
    if isinstance(one, list) and isinstance(two, list):
        if len(one) == len(two) and one and isinstance(one[0], dict):
            return next(
                found
                for place, (left, right) in enumerate(zip(one, two, strict=True))
                if (found := difference(left, right, f"{where}[{place}]"))
            )
        only = [item for item in one if item not in two][:4]
        other = [item for item in two if item not in one][:4]
        if only or other:
            return f"{where}: only first {only!r}; only second {other!r}"
        at = next(n for n, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1])
        near = slice(max(0, at - 2), at + 4)
        return f"{where}[{at}]: {one[near]!r} / {two[near]!r}"
    return f"{where}: {one!r} / {two!r}"


def kept(store: Store) -> list[tuple[str, int, str, bytes]]:
    """What lies in quarantine: file name, line number, reason, bytes."""
    with store.read() as session:
        return [
            (Path(q.path).name, q.line_number, q.reason, bytes(q.raw))
            for q in session.scalars(
                select(t.Quarantine)
                .where(t.Quarantine.state == "kept")
                .order_by(t.Quarantine.path, t.Quarantine.line_number)
            )
        ]
