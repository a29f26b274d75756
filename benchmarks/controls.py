"""How soon a platform has answered after a click, and how long it takes to move 200 agents.

    python -m benchmarks.controls [--clicks 200] [--agents 200] [--rounds 5]

The platform is a stand-in for an Asterisk on this machine (`benchmarks.stand_in_pbx`), or a real
one with --host, --port and --user, whose secret is taken from COALFACE_SECRET_SECRET_1. A click is
the act as the window asks for it: recorded, sent, and its answer put on record as confirmed. The
limits are 50 ms (p99) for one, and 2 s for all agents at once, and for taking that back.
"""

import argparse
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.child import Child
from benchmarks.pairs import begin, say, shares, title, told
from benchmarks.stand_in_pbx import SECRET, USER, interface
from console.connectors.connector import Option

SMALL = ("--clicks", "5", "--agents", "8", "--rounds", "1")
CLICK_MS, MOVE_S, STALL_MS = 50.0, 2.0, 16.7
SETTLE_S = 3.0
PATIENCE_S = 60.0


def history(folder: Path, agents: int) -> Path:
    """A log in which the agents were added to their queue a while ago, and one call in each."""
    now = int(time.time()) - 3600
    lines = [f"{now}|MANAGER|back|{interface(number)}|ADDMEMBER|" for number in range(agents)]
    for number, queue in enumerate(("front", "back")):
        call = f"{now + number}.1"
        lines.append(f"{now + 1}|{call}|{queue}|NONE|ENTERQUEUE||0100|1")
        lines.append(f"{now + 2}|{call}|{queue}|NONE|ABANDON|1|1|1")
    path = folder / "queue_log"
    path.write_text("\n".join(lines) + "\n")
    return path


class Desk:
    """A console without a screen, connected to a platform."""

    def __init__(self, folder: Path, agents: int, settings: dict[str, Option]) -> None:
        from console.app import Console
        from console.domain.messages import CONFIRMED, UNDERWAY
        from console.store.tables import Outbox

        self._outbox, self._underway, self._confirmed = Outbox, UNDERWAY, CONFIRMED
        self.console = Console(folder / "data")
        self.console.sync([history(folder, agents)], source="pbx")
        self._changed = threading.Event()
        self.console.hear(self._changed.set, lambda error: print(error))
        self.console.connect("pbx", "asterisk", settings, {})
        self.until(lambda: self.console.lines()[0].link.state == "up")
        # Until the names that the platform lists are joined to the interfaces of the log.
        self.until(lambda: all(row.agent[0] == "A" for row in self.console.board().agents))
        board = self.console.board()
        self.agents = [row.agent_id for row in board.agents]
        self.front = next(row.queue_id for row in board.queues if row.queue == "front")
        self.back = next(row.queue_id for row in board.queues if row.queue == "back")

    def until(self, true: Callable[[], bool]) -> None:
        limit = time.monotonic() + PATIENCE_S
        while True:
            # Before the look, so that no word of a change is lost between the two.
            self._changed.clear()
            if true():
                return
            if time.monotonic() > limit:
                raise TimeoutError(f"not within {PATIENCE_S} s: {self.states()}")
            self._changed.wait(0.05)

    def states(self) -> dict[str, int]:
        from sqlalchemy import func, select

        with self.console.store.read() as session:
            question = select(self._outbox.state, func.count()).group_by(self._outbox.state)
            return {state: number for state, number in session.execute(question)}

    def settled(self) -> bool:
        return not any(state in self._underway for state in self.states())

    def timed(self, act: Callable[[], object]) -> float:
        """Seconds from the click until nothing of it is under way; all must be confirmed."""
        begun = time.perf_counter()
        self.console.worker.urgent(act).result()
        self.until(self.settled)
        seconds = time.perf_counter() - begun
        if set(self.states()) - {self._confirmed}:
            raise AssertionError(f"not all confirmed: {self.states()}")
        return seconds


def measure(desk: Desk, clicks: int, rounds: int) -> tuple[list[float], list[float], list[float]]:
    from console.commands import MoveAgents

    single: list[float] = []
    for number in range(clicks):
        agent = desk.agents[number // 2 % len(desk.agents)]
        where = ((desk.front,), ()) if number % 2 == 0 else ((), (desk.front,))
        command = MoveAgents((agent,), *where)
        single.append(desk.timed(lambda command=command: desk.console.do(command)))
    all_moved: list[float] = []
    back: list[float] = []
    for _ in range(rounds):
        command = MoveAgents(tuple(desk.agents), (desk.front,), (desk.back,))
        all_moved.append(desk.timed(lambda command=command: desk.console.do(command)))
        back.append(desk.timed(desk.console.undo))
    return single, all_moved, back


def watched(data: Path) -> list[float]:
    """How late the interface thread was at each 4 ms tick while all agents were moved and taken
    back with the window open, in ms."""
    with Child("benchmarks.screen", "--data", data) as window:
        window.hear("opened")
        window.ask("top")
        # Rounds that the window itself begins with are over.
        time.sleep(SETTLE_S)
        window.ask("probe")
        for act in ("move", "back"):
            before = _messages(data)
            window.ask(act)
            limit = time.monotonic() + PATIENCE_S
            while _messages(data) == before or _underway(data):
                if time.monotonic() > limit:
                    raise TimeoutError(f"not within {PATIENCE_S} s")
                time.sleep(0.02)
        late: list[float] = window.ask("lateness")["ticks"]
        window.tell("end")
        return late


def _messages(data: Path) -> int:
    with sqlite3.connect(data / "coalface.db") as database:
        return database.execute("SELECT count(*) FROM outbox").fetchone()[0]


def _underway(data: Path) -> int:
    with sqlite3.connect(data / "coalface.db") as database:
        question = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'sent')"
        return database.execute(question).fetchone()[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--clicks", type=int, default=200)
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--host", default="")
    parser.add_argument("--port", type=int, default=5038)
    parser.add_argument("--user", default=USER)
    options = parser.parse_args()
    begin(__doc__)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        settings: dict[str, Option] = {"host": options.host, "port": options.port}
        child = None
        if not options.host:
            child = Child("benchmarks.stand_in_pbx", "--agents", options.agents)
            settings = {"host": "127.0.0.1", "port": child.hear("port")}
            os.environ["COALFACE_SECRET_SECRET_1"] = SECRET
        desk = Desk(folder, options.agents, settings | {"user": options.user})
        try:
            single, moved, back = measure(desk, options.clicks, options.rounds)
            desk.console.close()
            late = watched(folder / "data")
        finally:
            if child is not None:
                child.kill()
                child.close()
    say(
        "click to confirmed",
        shares([1000 * seconds for seconds in single]),
        f"limit: p99 {CLICK_MS:.0f} ms",
    )
    for name, found in (("moved at once", moved), ("taken back", back)):
        say(f"{options.agents} agents {name}", told(found, "s"), f"limit: {MOVE_S:.0f} s")
    say("lateness of the window meanwhile", shares(late), f"limit: p99 {STALL_MS} ms")


if __name__ == "__main__":
    main()
