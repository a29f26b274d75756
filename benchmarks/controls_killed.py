"""How many orders are lost, or carried out twice, when the console is killed after the click.

    python -m benchmarks.controls_killed [--kills 100] [--seed 1]

A console is opened on a database that is connected to a stand-in for a PBX; it moves one agent and
is killed with `kill -9`: mostly within 80 ms after the act is on record, else at a random instant
before or after that. Then the next is opened. The PBX lives on and writes down what it is asked and
what that changed. In the end every act on record must have been carried out exactly once there, and
no message may be left open.
"""

import argparse
import json
import os
import random
import sqlite3
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.child import Child, ChildError, answer
from benchmarks.controls import Desk
from benchmarks.pairs import begin, say, title
from benchmarks.stand_in_pbx import SECRET, USER
from console.connectors.connector import Option

SMALL = ("--kills", "3")
LATEST_S, SOON_S = 0.4, 0.08
#: What was claimed by a console that died is free again after this, so that the next finds it.
LEASE_US = 200_000


def as_console(data: Path, number: int) -> None:
    """The child that will be killed."""
    from console import outbox
    from console.app import Console
    from console.commands import MoveAgents

    outbox.LEASE = LEASE_US
    console = Console(data)
    console.pump()
    board = console.board()
    agents = sorted(row.agent_id for row in board.agents)
    front = next(row.queue_id for row in board.queues if row.queue == "front")
    answer(begun=True)
    console.worker.urgent(console.do, MoveAgents((agents[number],), (front,), ())).result()
    answer(done=True)
    time.sleep(60)


def settle(data: Path) -> dict[str, int]:
    """Open it once more and leave it alone until nothing is under way."""
    from console import outbox
    from console.app import Console
    from console.domain.messages import UNDERWAY

    outbox.LEASE = LEASE_US
    console = Console(data)
    limit = time.monotonic() + 120
    try:
        while time.monotonic() < limit:
            console.pump()
            states = _states(data)
            if not any(state in UNDERWAY for state in states):
                break
            time.sleep(0.05)
    finally:
        console.close()
    return _states(data)


def _states(data: Path) -> dict[str, int]:
    with sqlite3.connect(data / "coalface.db") as database:
        return dict(database.execute("SELECT state, count(*) FROM outbox GROUP BY state"))


def acts(data: Path) -> list[str]:
    """The interface of each agent that an act on record moved."""
    with sqlite3.connect(data / "coalface.db") as database:
        rows = database.execute("SELECT body FROM outbox ORDER BY number")
        return [json.loads(body)["interface"] for (body,) in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-console", nargs=2, metavar=("DATA", "NUMBER"))
    options = parser.parse_args()
    if options.as_console:
        as_console(Path(options.as_console[0]), int(options.as_console[1]))
        return
    begin(__doc__)
    chance = random.Random(options.seed)
    os.environ["COALFACE_SECRET_SECRET_1"] = SECRET
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ledger = folder / "ledger.jsonl"
        pbx = Child("benchmarks.stand_in_pbx", "--agents", options.kills, "--ledger", ledger)
        settings: dict[str, Option] = {"host": "127.0.0.1", "port": pbx.hear("port"), "user": USER}
        Desk(folder, options.kills, settings).console.close()
        data = folder / "data"
        for number in range(options.kills):
            with Child("benchmarks.controls_killed", "--as-console", data, number) as child:
                child.hear("begun")
                if chance.random() < 0.8:
                    # Between the record and what leaves for it, or comes back.
                    child.hear("done")
                    time.sleep(chance.uniform(0, SOON_S))
                else:
                    time.sleep(chance.uniform(0, LATEST_S))
                if child.process.poll() is not None:
                    raise ChildError(child.errors())
                child.kill()
        states = settle(data)
        pbx.kill()
        pbx.close()
        asked = [json.loads(line) for line in ledger.read_text().splitlines()]
        moved = acts(data)
    effective = Counter(line["Interface"] for line in asked if line["changed"])
    repeats = sum(1 for line in asked if not line["changed"])
    lost = [who for who in moved if effective[who] == 0]
    twice = [who for who in effective if effective[who] > 1]
    stray = [who for who in effective if who not in moved]
    say("kills", str(options.kills), f"{len(moved)} acts were on record before theirs")
    say("lost", str(len(lost)), "limit: 0")
    say("carried out twice", str(len(twice)), "limit: 0")
    say("carried out without a record", str(len(stray)), "limit: 0")
    say("asked again, and known as done there", str(repeats))
    say("how the messages stand", ", ".join(f"{n} {state}" for state, n in states.items()))
    assert not (lost or twice or stray), (lost, twice, stray)
    assert set(states) <= {"confirmed"}, states


if __name__ == "__main__":
    main()
