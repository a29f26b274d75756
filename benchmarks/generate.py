"""Write a large Asterisk queue_log of a busy centre, as fast as Python allows and in time order.

    python -m benchmarks.generate --lines 1000000 --queues 20 --agents 200 --out FILE

Each pair of queues shares its agents. A caller is given the agent who will be free first, or gives
up before that: served in order, nobody is in two calls and nobody is rung while paused. The same
arguments give the same file.
"""

import argparse
from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from itertools import count
from math import log
from pathlib import Path
from random import Random

STARTS_AT = 1767600000
CALL_S = 180
WRAPUP_S = 20
PATIENCE_S = 240
TIMEOUT_S = 600
SHIFT_S = 4 * 3600
BLOCK = 20_000
REASONS = ("Break", "Lunch", "Meeting", "Training", "Administration", "Back office")


def pick_queue(queues: int, chance: Callable[[], float]) -> int:
    """The first queues are the largest, as everywhere; calls and agents are shared out alike."""
    return int(chance() * chance() * queues)


def rows(
    queues: int,
    agents: int,
    calls_per_second: float | None = None,
    seed: int = 1,
    starts_at: int = STARTS_AT,
    call_s: int = CALL_S,
    wrapup_s: int = WRAPUP_S,
    patience_s: int = PATIENCE_S,
) -> Iterator[str]:
    """The lines of a centre that never closes, without their line ends."""
    if calls_per_second is None:
        # Busy, but not drowning.
        calls_per_second = 0.75 * agents / (call_s + wrapup_s + 15)
    chance = Random(seed).random
    channel = count(1).__next__
    place = count().__next__
    names = [f"queue-{number:03}" for number in range(1, queues + 1)]
    pool_of = [number // 2 for number in range(queues)]
    served = [names[2 * pool : 2 * pool + 2] for pool in range(pool_of[-1] + 1)]
    members = [f"Agent {number:04}" for number in range(agents)]
    interfaces = [f"PJSIP/{number:04}" for number in range(agents)]
    shift_ends = [0] * agents
    pools = [*range(min(len(served), agents))]
    pools += [pool_of[pick_queue(queues, chance)] for _agent in range(agents - len(pools))]

    # Lines that are known but lie ahead of the clock; arrivals that a contact will cause later.
    ahead: list[tuple[int, int, str]] = []
    again: list[tuple[float, int, int, str, str]] = []
    # When each agent is free next, by pool; when each waiting caller will leave, by queue.
    free: list[list[tuple[int, int]]] = [[] for _pool in served]
    leaving: list[list[int]] = [[] for _queue in names]

    def note(at: int, rest: str) -> None:
        heappush(ahead, (at, place(), f"{at}|{rest}"))

    def of_each_queue(at: int, agent: int, pool: int, event: str, reason: str) -> None:
        note(at, f"NONE|NONE|{members[agent]}|{event}ALL|{reason}")
        for queue in served[pool]:
            note(at, f"NONE|{queue}|{members[agent]}|{event}|{reason}")

    def log_in(at: int, agent: int, pool: int) -> None:
        for queue in served[pool]:
            note(at, f"MANAGER|{queue}|{interfaces[agent]}|ADDMEMBER|")
        of_each_queue(at, agent, pool, "UNPAUSE", "")
        shift_ends[agent] = at + int(SHIFT_S * (0.5 + chance()))

    def rest(at: int, agent: int, pool: int) -> int:
        """What an agent does after a contact; when the next one can begin."""
        if at > shift_ends[agent]:
            for queue in served[pool]:
                note(at, f"MANAGER|{queue}|{interfaces[agent]}|REMOVEMEMBER|")
            back = at + 1200 + int(chance() * 2400)
            log_in(back, agent, pool)
            return back + 1
        if chance() < 0.04:
            of_each_queue(at, agent, pool, "PAUSE", REASONS[int(chance() * len(REASONS))])
            back = at + 120 + int(chance() * 1200)
            of_each_queue(back, agent, pool, "UNPAUSE", "")
            return back + 1
        return at + 1

    def arrive(at: int, number: int, caller: str, callid: str) -> None:
        queue, line = names[number], leaving[number]
        if line:
            line[:] = [left for left in line if left > at]
        first = len(line) + 1
        note(at, f"{callid}|{queue}|NONE|ENTERQUEUE||{caller}|{first}")
        pool = pool_of[number]
        line_up = free[pool]
        gives_up = at + 2 + int(-log(1 - chance()) * patience_s)
        gives_up = min(gives_up, at + TIMEOUT_S)

        not_before = at
        while (free_at := line_up[0][0]) < gives_up and not_before < gives_up:
            _free_at, agent = heappop(line_up)
            rung_at = free_at if free_at > not_before else not_before
            misses = chance() < 0.2
            # Whole seconds, but for a telephone that is busy or out of reach.
            rang = 15 if misses and chance() < 0.9 else 0 if misses else 1 + int(chance() * 8)
            if rung_at + rang > gives_up:
                part = f"{callid}|{queue}|{members[agent]}|RINGCANCELED"
                note(gives_up, f"{part}|{(gives_up - rung_at) * 1000}")
                heappush(line_up, (gives_up + 1, agent))
                break
            if misses:
                missed_at = not_before = rung_at + rang
                note(missed_at, f"{callid}|{queue}|{members[agent]}|RINGNOANSWER|{rang * 1000}")
                heappush(line_up, (missed_at + 2, agent))
                continue
            connected_at = rung_at + rang
            held = connected_at - at
            talked = 10 + int(-log(1 - chance()) * (call_s - 10))
            ended_at = connected_at + talked
            line.append(connected_at)
            peer = f"{rung_at}.{channel()}"
            agent_name = members[agent]
            note(connected_at, f"{callid}|{queue}|{agent_name}|CONNECT|{held}|{peer}|{rang}")
            part = f"{callid}|{queue}|{agent_name}"
            lot = chance()
            if lot < 0.03:
                note(ended_at, f"{part}|BLINDTRANSFER|700|internal|{held}|{talked}|{first}")
                heappush(again, (ended_at, place(), pick_queue(queues, chance), caller, callid))
                ended_at += 1
            else:
                end = "COMPLETECALLER" if lot < 0.6 else "COMPLETEAGENT"
                note(ended_at, f"{part}|{end}|{held}|{talked}|{first}")
                note(ended_at, f"{part}|WRAPUPSTART|{wrapup_s}")
                ended_at += wrapup_s
            heappush(line_up, (rest(ended_at, agent, pool), agent))
            return

        waited = gives_up - at
        position = 1 + sum(left > gives_up for left in line)
        line.append(gives_up)
        part = f"{callid}|{queue}|NONE"
        if waited == TIMEOUT_S:
            note(gives_up, f"{part}|EXITWITHTIMEOUT|{position}|{first}|{waited}")
        elif chance() < 0.1:
            note(gives_up, f"{part}|EXITWITHKEY|1|{position}|{first}|{waited}")
        else:
            note(gives_up, f"{part}|ABANDON|{position}|{first}|{waited}")
            if chance() < 0.5:
                redials_at = gives_up + 20 + int(chance() * 300)
                heappush(again, (redials_at, place(), number, caller, ""))

    note(starts_at, "NONE|NONE|NONE|QUEUESTART|")
    note(starts_at, "NONE|NONE|NONE|CONFIGRELOAD|")
    for agent in range(agents):
        pool = pools[agent]
        at = starts_at + 1 + agent // 10
        log_in(at, agent, pool)
        free[pool].append((at + 1, agent))
    for line_up in free:
        heapify(line_up)
        if not line_up:
            # A pool without agents: its callers find nobody.
            line_up.append((1 << 60, 0))

    arrival = float(starts_at)
    while True:
        arrival += -log(1 - chance()) / calls_per_second
        while again and again[0][0] <= arrival:
            when, _place, number, caller, callid = heappop(again)
            at = int(when)
            while ahead and ahead[0][0] < at:
                yield heappop(ahead)[2]
            if not callid:
                callid = f"{at}.{channel()}"
                note(at, f"{callid}|{names[number]}|NONE|DID|+44163296{number:04}")
            arrive(at, number, caller, callid)
        at = int(arrival)
        while ahead and ahead[0][0] < at:
            yield heappop(ahead)[2]
        number = pick_queue(queues, chance)
        callid = f"{at}.{channel()}"
        note(at, f"{callid}|{names[number]}|NONE|DID|+44163296{number:04}")
        arrive(at, number, f"+447700{int(chance() * 900_000) + 100_000}", callid)


def write(
    out: Path,
    lines: int,
    queues: int = 20,
    agents: int = 200,
    calls_per_second: float | None = None,
    seed: int = 1,
    starts_at: int = STARTS_AT,
) -> None:
    source = rows(queues, agents, calls_per_second, seed, starts_at)
    left = lines
    with out.open("wb") as file:
        while left:
            block = [next(source) for _line in range(min(left, BLOCK))]
            file.write(("\n".join(block) + "\n").encode())
            left -= len(block)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a large queue_log of a made-up centre.")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--queues", type=int, default=20)
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--calls-per-second", type=float, help="default: 75 %% of what they can do")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--starts-at", type=int, default=STARTS_AT, help="first second, epoch")
    parser.add_argument("--out", type=Path, required=True)
    wanted = parser.parse_args()
    write(
        wanted.out,
        wanted.lines,
        wanted.queues,
        wanted.agents,
        wanted.calls_per_second,
        wanted.seed,
        wanted.starts_at,
    )


if __name__ == "__main__":
    main()
