"""A simulated centre's contacts as exports would tell them, beside what no export tells."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import nan
from statistics import fmean
from typing import Any

import numpy as np

from console.debt import attempts as a
from console.debt.attempts import Attempts, Promises
from console.domain.times import HOUR, SECOND
from console.twin.centre import WRITTEN, Centre
from console.twin.simulation import Simulation
from console.twin.world import Contact

_STEP_H = 6.0
Fact = tuple[Any, ...]


@dataclass(slots=True)
class _Seen:
    """One contact, its stays joined."""

    contact: Contact
    issue: int
    channel: str
    queue: str
    entered: int
    answered: int = -1
    ended: int = -1
    outcome: int = a.WAITING
    talk_us: int = 0
    wrap_us: int = 0
    agent: int = -1
    customer: int = -1


@dataclass(slots=True)
class Known:
    """What became of it, by channel: shares, mean hours, rates; over the time that was watched, its
    returns looked after for days beyond."""

    redial: dict[str, float] = field(default_factory=lambda: {})
    redial_delay: dict[str, float] = field(default_factory=lambda: {})
    reconnect: dict[str, float] = field(default_factory=lambda: {})
    reconnect_delay: dict[str, float] = field(default_factory=lambda: {})
    fresh: dict[str, float] = field(default_factory=lambda: {})  # needs in an hour
    handling: dict[str, float] = field(default_factory=lambda: {})
    chase: dict[str, float] = field(default_factory=lambda: {})
    goes_to: dict[str, dict[str, float]] = field(default_factory=lambda: {})
    reached: float = nan
    calls_in: float = nan
    gaps: dict[tuple[str, str], list[float]] = field(default_factory=lambda: {})


#: What exports tell, and what is true.
Seen = tuple[Attempts, Promises, Known]


def watched(
    centre: Centre,
    seed: int,
    hours: float,
    warm_h: float = 48.0,
    follow_h: float = 72.0,
    known_by: Mapping[str, int] | None = None,
) -> Seen:
    """Attempts and promises of so many `hours`, known as they stood then. `warm_h` of the centre
    had passed before, of which the data know nothing. `known_by` says by which name channels know
    a customer (their number, their address): who comes by another is another customer, and has
    another need, as far as the data go. Without it all know them by the same.
    """
    by = known_by or {}
    whole_h = warm_h + hours + follow_h
    run = Simulation(centre, seed, whole_h)
    w = run.world
    start = w.start + int(warm_h * HOUR)
    until = start + int(hours * HOUR)
    stays: list[Fact] = []
    ends: dict[int, tuple[int, int]] = {}
    promises: list[Fact] = []
    entered: list[Fact] = []
    causes: dict[int, str] = {}
    asked = 0.0
    while asked < whole_h:
        asked = min(asked + _STEP_H, whole_h)
        run.advance(w.start + int(asked * HOUR))
        for fact in w.truth:
            if fact[1] == "stay":
                t, _, c, line, began, connected, agent, how = fact
                stays.append((c, c.issue.id, line, began, connected, t, how, agent, c.cause))
            elif fact[1] == "promise":
                t, _, issue, line, how = fact
                promises.append((t, issue.id, issue.customer, line, how))
        for facts in (w.pbx, w.connect, w.desk):
            for fact in facts:
                if fact[1] == "end":
                    talk, wrap = ends.get(fact[2].id, (0, 0))
                    talk += fact[0] - fact[6]
                    ends[fact[2].id] = talk, wrap + fact[9]
                elif fact[1] == "enter":
                    c = fact[2]
                    causes.setdefault(c.id, c.cause)
                    entered.append((c, c.issue.id, c.queue, fact[0]))
        run.take()
    seen: dict[int, _Seen] = {}
    for c, issue, line, at in entered:  # who waits at the end has no stay yet
        known = seen.get(c.id)
        if known is None:
            seen[c.id] = _Seen(c, issue, line.medium.name, line.name, at)
    for c, _issue, _line, _began, connected, t, outcome, agent, _cause in sorted(
        stays, key=lambda row: row[5]
    ):
        row = seen[c.id]
        row.ended = t
        if connected is not None:
            if row.answered < 0:
                row.answered = connected
                row.agent = agent.serial
            row.outcome = a.ANSWERED
        elif row.answered < 0:
            row.outcome = {"abandoned": a.ABANDONED, "callback": a.PROMISED}.get(outcome, a.LOST)
    for id_, row in seen.items():
        row.talk_us, row.wrap_us = ends.get(id_, (0, 0))
    rows = [row for row in seen.values() if not row.contact.dialled]
    rows.sort(key=lambda row: row.entered)
    for row in rows:
        row.customer = _apart(row.contact.issue.customer, by.get(row.channel, 0))
        row.issue = _apart(row.issue, by.get(row.channel, 0))
    voice = by.get("voice", 0)
    promises = [
        (t, _apart(issue, voice), _apart(customer, voice), line, how)
        for t, issue, customer, line, how in promises
    ]
    truth = _truth(rows, causes, start, until)
    promises.sort(key=lambda row: row[0])
    found = _promised(promises, rows, causes, start, until, truth)
    # What waits in writing is exported when it changes, however old it is.
    told = [
        row
        for row in rows
        if row.entered < until
        and (row.entered >= start or (row.channel in WRITTEN and not 0 <= row.ended < start))
    ]
    return (
        _columns(told, causes, start, until),
        found,
        truth,
    )


def _apart(number: int, name: int) -> int:
    return number * 8 + name


def _truth(rows: list[_Seen], causes: dict[int, str], start: int, until: int) -> Known:
    truth = Known()
    by_issue: dict[int, list[_Seen]] = defaultdict(list)
    for row in rows:
        by_issue[row.issue].append(row)
    came: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    back: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    moves: dict[str, list[str]] = defaultdict(list)
    for chain in by_issue.values():
        for n, row in enumerate(chain):
            if row.entered < start or not 0 <= row.ended < until:
                continue
            later = next((x for x in chain[n + 1 :] if x.entered >= row.ended), None)
            if later is not None and causes[later.contact.id] in ("chase", "call in"):
                later = None  # of something else that the customer waits for
            gap = nan if later is None else (later.entered - row.ended) / HOUR
            if row.outcome == a.ABANDONED:
                came[row.channel].append((later is not None, gap))
            elif row.outcome == a.ANSWERED:
                back[row.channel].append((later is not None, gap))
            if later is not None and row.outcome in (a.ABANDONED, a.ANSWERED):
                moves[row.channel].append(later.channel)
    for found, share, delay in (
        (came, truth.redial, truth.redial_delay), (back, truth.reconnect, truth.reconnect_delay),
    ):  # fmt: skip
        for channel, ends in found.items():
            share[channel] = fmean(again for again, _ in ends)
            gaps = [gap for again, gap in ends if again]
            truth.gaps["redial" if share is truth.redial else "reconnect", channel] = gaps
            delay[channel] = fmean(gaps) if gaps else nan
    hours = (until - start) / HOUR
    for channel in {row.channel for row in rows}:
        mine = [row for row in rows if row.channel == channel and start <= row.entered < until]
        # A need that found every door closed at first begins with the first attempt that is seen.
        fresh = sum(by_issue[row.issue][0] is row for row in mine)
        truth.fresh[channel] = fresh / hours
        done = [r for r in mine if r.outcome == a.ANSWERED and 0 <= r.ended < until]
        if done:
            truth.handling[channel] = fmean((r.talk_us + r.wrap_us) / HOUR for r in done)
        waited = chases = 0
        for row in rows:
            end = row.ended if row.ended >= 0 else until
            if row.channel != channel or row.entered >= until or end < start:
                continue
            waited += min(end, until) - max(row.entered, start)
            chain = by_issue[row.issue]
            chases += any(
                x.channel == "voice" != channel and start <= x.entered < min(until, end)
                for x in chain[chain.index(row) + 1 :][:1]
            )
        truth.chase[channel] = chases / max(waited / HOUR, 1e-9)
        went = moves.get(channel, [])
        truth.goes_to[channel] = {name: went.count(name) / len(went) for name in sorted(set(went))}
    return truth


def _promised(
    facts: list[Fact], rows: list[_Seen], causes: dict[int, str], start: int,
    until: int, truth: Known,
) -> Promises:  # fmt: skip
    """Each promise until it is over; a customer's first attempt meanwhile has called in."""
    entries: list[dict[str, int]] = []
    facts = [fact for fact in facts if fact[0] >= start]
    open_of: dict[int, dict[str, int]] = {}
    by_issue: dict[int, list[_Seen]] = defaultdict(list)
    for row in rows:
        by_issue[row.issue].append(row)
    dials = reached = 0
    for t, issue, customer, _line, how in facts:
        if t >= until:
            break
        if how == "made":
            asked = [r for r in by_issue[issue] if r.outcome == a.PROMISED and r.ended <= t]
            entry = {
                "contact": asked[-1].contact.id, "customer": customer, "made": t, "dialled": -1,
                "ended": -1, "reached": -1, "called": -1,
            }  # fmt: skip
            called = [
                r.entered
                for r in by_issue[issue]
                if r.entered > t and causes[r.contact.id] == "call in" and r.entered < until
            ]
            entry["called"] = called[0] if called else -1
            entries.append(entry)
            open_of[issue] = entry
            continue
        entry = open_of.get(issue)
        if entry is None:
            continue
        if entry["dialled"] < 0:
            entry["dialled"] = t
        entry["ended"], entry["reached"] = t, int(how == "callback")
        if how in ("callback", "callback missed"):
            dials += 1
            reached += how == "callback"
    truth.reached = reached / dials if dials else nan
    number = len(entries)

    def column(name: str, kind: Any) -> np.ndarray:
        return np.fromiter((entry[name] for entry in entries), kind, number)

    waited = 0
    for e in entries:
        ends = [x for x in (e["called"], e["dialled"]) if x >= 0]
        waited += (min(ends) if ends else until) - e["made"]
    calls = sum(0 <= e["called"] and not 0 <= e["dialled"] < e["called"] for e in entries)
    truth.calls_in = calls / (waited / HOUR) if waited else nan
    return Promises(
        contact=column("contact", np.int32), source=np.zeros(number, np.int32),
        customer=column("customer", np.int32), queue=np.zeros(number, np.int32),
        made_us=column("made", np.int64), due_us=np.full(number, -1, np.int64),
        dialled_us=column("dialled", np.int64), ended_us=column("ended", np.int64),
        reached=column("reached", np.int8), called_in_us=column("called", np.int64), revision=1,
    )  # fmt: skip


def _columns(rows: list[_Seen], causes: dict[int, str], start: int, until: int) -> Attempts:
    del causes
    channels = tuple(sorted({row.channel for row in rows}))
    queues = sorted({row.queue for row in rows})
    number = len(rows)

    def column(of: Callable[[_Seen], float], kind: Any) -> np.ndarray:
        return np.fromiter((of(row) for row in rows), kind, number)

    def told(at: int) -> int:
        return at if 0 <= at < until else -1

    def outcome(row: _Seen) -> int:
        if 0 <= row.ended < until:
            return row.outcome
        return a.IN_CONVERSATION if told(row.answered) >= 0 else a.WAITING

    def spent(row: _Seen, us: int) -> float:
        return us / SECOND if 0 <= row.ended < until and row.outcome == a.ANSWERED else nan

    return Attempts(
        contact=column(lambda r: r.contact.id, np.int32),
        source=np.zeros(number, np.int32),
        customer=column(lambda r: r.customer, np.int32),
        topic=np.full(number, -1, np.int32),
        channel=column(lambda r: channels.index(r.channel), np.int8),
        queue=column(lambda r: queues.index(r.queue), np.int32),
        entered_us=column(lambda r: r.entered, np.int64),
        answered_us=column(lambda r: told(r.answered), np.int64),
        ended_us=column(lambda r: told(r.ended), np.int64),
        outcome=column(outcome, np.int8),
        talk_s=column(lambda r: spent(r, r.talk_us), np.float32),
        wrapup_s=column(lambda r: spent(r, r.wrap_us), np.float32),
        agent=column(lambda r: r.agent if told(r.answered) >= 0 else -1, np.int32),
        resolved=np.full(number, -1, np.int8),
        topics=(),
        channels=channels,
        from_us=start,
        until_us=until,
        revision=1,
    )
