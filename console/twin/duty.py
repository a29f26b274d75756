"""Agents' time: they come, have breaks, meetings and training when their hands are free, and go."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from console.domain.times import HOUR, MINUTE
from console.twin import customers, lines
from console.twin.centre import BREAK, Group
from console.twin.world import Agent, Line, Shift, Span, World, us

LEAVE = "leave"
_AGAIN = 5 * MINUTE


def plan(w: World, hours: float) -> None:
    """Each agent's shifts and blocks, from the day before the beginning on."""
    first = w.local(w.start).date() - timedelta(days=1)
    days = int(hours // 24) + 4
    draw = w.draws.generator("shifts")
    for group in w.centre.groups:
        mine = [agent for agent in w.agents if agent.group is group]
        for number, agent in enumerate(mine):
            if group.reserve or not group.hours:
                continue
            for day in range(days):
                date = first + timedelta(days=day)
                late, has = draw.random(2).tolist()
                if date.isoweekday() not in group.days:
                    continue
                begins = group.starts[number % len(group.starts)]
                midnight = datetime(date.year, date.month, date.day, tzinfo=w.zone)
                wall = midnight + timedelta(hours=begins)
                start = w.instant(wall)
                shift = Shift(start, start + int(group.hours * HOUR))
                if has < group.absent:
                    agent.leave.append(shift)
                    continue
                shift.blocks = _blocks(group, start, number, len(mine))
                shift.late = us(late * group.late_s)
                agent.shifts.append(shift)


def _blocks(group: Group, start: int, number: int, of: int) -> list[Span]:
    spans: list[Span] = []
    for place, block in enumerate(group.blocks):
        # Evenly over the team, so that not all are away at once; each has a meeting or has not.
        if (number * 7 + place * 3) % of >= block.share * of:
            continue
        apart = 0.0 if block.kind != BREAK else (number % 6 - 2.5) * 15
        at = start + int(block.at_h * HOUR) + int(apart * MINUTE)
        spans.append(Span(block, at, at + int(block.minutes * MINUTE)))
    return spans


def muster(w: World) -> None:
    """All who are on duty at the beginning are there; the others come when their shift begins."""
    for agent in w.agents:
        if not agent.group.hours and not agent.group.reserve:
            come_in(w, w.start, (agent, None))
        for shift in agent.shifts:
            if shift.end > w.start:
                w.at(max(w.start, shift.start + shift.late), come_in, (agent, shift))


def come_in(w: World, t: int, of: tuple[Agent, Shift | None]) -> None:
    """An agent logs in, to all platforms that his queues are on."""
    a, shift = of
    if (shift is not None and shift.off) or a.group.site in w.shut_sites:
        return
    if shift is not None:
        if a.on and shift.end <= t:
            return
        w.at(shift.end, _over, (a, shift))
        for span in shift.blocks:
            if span.end > t:
                w.at(max(t, span.start), begin, (a, span))
    if a.on:  # came in before it, or stays on after another: there already
        if shift is not None and a.due == LEAVE:
            a.due = ""
            lines.settle(w, t, a)
        return
    a.on, a.on_since, a.idle_since, a.due, a.pause = True, t, t, "", ""
    join(w, t, a, _served(w, a))
    w.connect.append((t, "login", a))
    lines.settle(w, t, a)


def _served(w: World, a: Agent) -> list[Line]:
    """The group's lines; whoever takes calls is also a member where callbacks are dialled."""
    found = [w.lines[name] for name in a.group.queues]
    into = w.lines.get(w.centre.callback.queue)
    if into is not None and any(line.medium is into.medium for line in found):
        found.append(into)
    return list(dict.fromkeys(found))


def join(w: World, t: int, a: Agent, to: Iterable[Line]) -> None:
    """An agent serves more queues."""
    for line in to:
        if line not in a.member:
            a.member.append(line)
            line.members.append(a)
            line.staffed += 1
            line.out.append((t, "member", a, line.name, True))
    sort(a)


def part(w: World, t: int, a: Agent, line: Line) -> None:
    """An agent serves a queue no longer; what is in hand goes on."""
    a.member.remove(line)
    line.members.remove(a)
    line.staffed -= 1
    a.paused_in.discard(line.name)
    line.out.append((t, "member", a, line.name, False))
    sort(a)
    if not line.staffed and not line.medium.written:
        customers.empty(w, t, line, "empty")


def sort(a: Agent) -> None:
    """Which lines the agent takes from, by rank; what he stood by for before is void."""
    served = [line for line in a.member if line.name not in a.paused_in]
    a.lines = sorted(served, key=lambda line: (line.rank, line.name))
    a.token += 1


def _over(w: World, t: int, of: tuple[Agent, Shift]) -> None:
    a, shift = of
    if a.on and not on_shift(a, t, shift):
        go(w, t, a)


def on_shift(a: Agent, t: int, beside: Shift) -> bool:
    """Whether another shift than this one has the agent there then."""
    return any(s is not beside and not s.off and s.start <= t < s.end for s in a.shifts)


def go(w: World, t: int, a: Agent) -> None:
    """The agent leaves as soon as the hands are free."""
    a.due, a.token = LEAVE, a.token + 1
    lines.settle(w, t, a)


def begin(w: World, t: int, of: tuple[Agent, Span]) -> None:
    """A block is due: it begins when the hands are free, or later where another is in its way. A
    break has its full length and is never lost; of others what is left takes place."""
    a, span = of
    rest = span.block.kind == BREAK
    if span.off or not a.on or a.due == LEAVE or (t >= span.end and not rest):
        return
    if a.due or a.pause:
        w.at(t + _AGAIN, begin, of)
        return
    a.due, a.token = span.block.kind, a.token + 1
    a.until = -(span.end - span.start) if rest else span.end
    lines.settle(w, t, a)


def free(w: World, t: int, a: Agent) -> None:
    """The hands are free: what is due begins."""
    due, a.due = a.due, ""
    if due == LEAVE:
        _log_off(w, t, a)
        return
    if a.until < 0:
        a.until = t - a.until
    if a.until <= t:
        return  # a conversation has outlasted it
    a.pause = due
    _tell_pause(w, t, a, due)
    w.at(a.until, _back, (a, a.until))


def _back(w: World, t: int, of: tuple[Agent, int]) -> None:
    a, until = of
    if a.on and a.pause and a.until == until:
        resume(w, t, a)


def resume(w: World, t: int, a: Agent) -> None:
    """The pause is over."""
    a.pause = ""
    a.idle_since = t
    a.token += 1
    _tell_pause(w, t, a, "")
    lines.settle(w, t, a)


def _tell_pause(w: World, t: int, a: Agent, reason: str) -> None:
    w.connect.append((t, "pause", a, reason))
    names = [line.name for line in a.member if line.out is w.pbx and line.name not in a.paused_in]
    w.pbx.append((t, "pause", a, names, reason, True))


def _log_off(w: World, t: int, a: Agent) -> None:
    a.on, a.pause = False, ""
    a.token += 1
    w.connect.append((t, "logout", a))
    for line in list(a.member):
        part(w, t, a, line)


def pause_in(w: World, t: int, a: Agent, line: Line, paused: bool) -> None:
    """Paused in one queue only, or no longer."""
    if paused:
        a.paused_in.add(line.name)
    else:
        a.paused_in.discard(line.name)
    if line.out is w.pbx:  # nobody else knows a pause of one queue only: no export tells of it
        w.pbx.append((t, "pause", a, [line.name], "Coalface" if paused else "", False))
    sort(a)
    lines.settle(w, t, a)


def shut(w: World, t: int, site: str) -> None:
    """A site is closed: its agents leave as their conversations end."""
    w.shut_sites.add(site)
    for agent in w.agents:
        if agent.on and agent.group.site == site:
            go(w, t, agent)


def reopen(w: World, t: int, site: str) -> None:
    """Those whose shift has not ended come back."""
    w.shut_sites.discard(site)
    for agent in w.agents:
        if agent.group.site == site and not agent.on:
            for shift in agent.shifts:
                if shift.start <= t < shift.end:
                    come_in(w, t, (agent, shift))


__all__ = [
    "begin", "come_in", "free", "go", "join", "muster", "on_shift", "part", "pause_in", "plan",
    "reopen", "resume", "shut", "sort",
]  # fmt: skip
