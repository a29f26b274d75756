"""What a leader sees of a centre that runs, as the console's board and roster would show it.

Platforms tell what they tell: the desk says nothing of what its agents do, the contact platform
nothing of who waits, the PBX nothing of promises; an agent can be placed only where their platform
knows them.
"""

from collections.abc import Iterator

from console.domain import agent_state
from console.domain.board import AgentRow, Board, ChannelRow, Figures, QueueRow
from console.domain.roster import LEAVE, Person, Shift
from console.domain.times import MINUTE
from console.playbooks.situation import Situation
from console.twin import world
from console.twin.centre import BREAK, VOICE
from console.twin.world import Agent, Contact, Line, World

PBX, CONNECT, DESK = "pbx", "connect", "desk"
#: The window of the board's figures, as it is set at first.
WINDOW = 30 * MINUTE
#: What customers of a channel expect, seconds, as the twin's table of targets says.
_EXPECTED = {"voice": 60, "chat": 60, "messaging": 600, "email": 14_400, "social": 3_600}
_STATES = {
    world.AVAILABLE: agent_state.AVAILABLE,
    world.ON_CONTACT: agent_state.ON_CONTACT,
    world.WRAP_UP: agent_state.WRAP_UP,
    world.OFFLINE: agent_state.OFFLINE,
    "ringing": agent_state.RINGING,
    "break": agent_state.BREAK,
    "meeting": agent_state.MEETING,
    "training": agent_state.TRAINING,
    "administration": agent_state.ADMINISTRATION,
}
#: (received, abandoned) of each line.
Counted = dict[str, tuple[int, int]]


def counted(w: World) -> Counted:
    """The sums of now, for the figures of a window that begins now."""
    return {line.name: (line.received, line.abandoned) for line in w.lines.values()}


def seen(w: World, before: Counted, rest_h: int = 11) -> Situation:
    """The situation of this instant; `before` are the sums of half an hour ago."""
    numbers = {name: number for number, name in enumerate(w.lines, 1)}
    # The desk names a queue with its first ticket.
    known = [line for line in w.lines.values() if line.received or source_of(w, line) != DESK]
    queues = tuple(_queue(w, line, numbers[line.name], before) for line in known)
    agents = tuple(_agent(w, agent, numbers) for agent in w.agents if _live(w, agent))
    channels = tuple(
        ChannelRow(
            medium.name, medium.state, medium.name == VOICE, _EXPECTED[medium.name], "",
            sum(queue.channel == medium.name for queue in queues),
            sum(queue.waiting for queue in queues if queue.channel == medium.name),
        )
        for medium in w.media.values()
    )  # fmt: skip
    board = Board(w.now, 0, queues, agents, (), channels, None, sum(q.waiting for q in queues))
    return Situation(board, "", tuple(_people(w)), tuple(_shifts(w)), rest_h)


def source_of(w: World, line: Line) -> str:
    return PBX if line.out is w.pbx else CONNECT if line.out is w.connect else DESK


def known_to(w: World, agent: Agent) -> set[str]:
    """The platforms that know this agent, so that a console can place them there."""
    lines = [w.lines[name] for name in agent.group.queues]
    found = {source_of(w, line) for line in [*lines, *agent.member]}
    if PBX in found:
        found.add(DESK)  # calls are written down there
    return found


def longest_wait_us(w: World, channel: str) -> int:
    """Of those who wait in the lines of a channel now."""
    waits = [
        w.now - oldest.entered
        for line in w.lines.values()
        if line.medium.name == channel and (oldest := _oldest(line)) is not None
    ]
    return max(waits, default=0)


def _oldest(line: Line) -> Contact | None:
    if not line.count:
        return None
    return next((c for c in line.waiting if c.state == world.WAITING and c.queue is line), None)


def _queue(w: World, line: Line, number: int, before: Counted) -> QueueRow:
    source = source_of(w, line)
    # The desk says nothing of its agents; the contact platform nothing of who waits.
    known, waits = source != DESK, source != CONNECT
    here = [agent for agent in line.members if agent.on and line.name not in agent.paused_in]
    states = [_state(agent, source) for agent in here] if known else []
    waiting = sorted(contact.entered for contact in _waiting(line)) if waits else []
    received, abandoned = before.get(line.name, (0, 0))
    offered, gone = line.received - received, line.abandoned - abandoned
    figures = Figures(
        w.now - WINDOW, w.now, None, offered, offered, abandoned=gone,
        abandon_rate=100 * gone / offered if offered and known else None,
    )  # fmt: skip
    return QueueRow(
        number, line.name, line.medium.name, source, len(waiting),
        waiting[0] if waiting else None, (), (),
        states.count(agent_state.AVAILABLE), states.count(agent_state.ON_CONTACT),
        states.count(agent_state.RINGING), states.count(agent_state.WRAP_UP),
        sum(state in agent_state.PAUSES for state in states), len(states), 0, figures, (),
        *_switches(w, line), None, line.medium.state, waits_known=waits,
        agents_known=known,
    )  # fmt: skip


def _switches(w: World, line: Line) -> tuple[bool | None, bool | None]:
    """Callback offer and dialling as far as a console knows: what somebody ordered otherwise."""
    usual = w.centre.callback
    plain = line.medium.name == VOICE and line.name != usual.queue and not line.given.escalation
    if not plain or not usual.queue:
        return None, None
    offer = None if line.offer == usual.offered else line.offer
    return offer, None if line.dial == usual.dialled else line.dial


def _live(w: World, agent: Agent) -> bool:
    return agent.on and bool(known_to(w, agent) & {PBX, CONNECT})


def _waiting(line: Line) -> Iterator[Contact]:
    """A contact that rings waits still: the PBX writes when it is answered, not that it rings."""
    for contact in line.waiting:
        if contact.state == world.WAITING and contact.queue is line:
            yield contact
    for agent in line.members:
        for contact in agent.contacts.values():
            if contact.state == world.RINGING and contact.queue is line:
                yield contact


def _state(agent: Agent, source: str) -> str:
    state = _STATES.get(agent.state, agent_state.PAUSED)
    return agent_state.AVAILABLE if (state, source) == (agent_state.RINGING, PBX) else state


def _agent(w: World, agent: Agent, numbers: dict[str, int]) -> AgentRow:
    sources = sorted(known_to(w, agent) & {PBX, CONNECT}) + sorted(known_to(w, agent) & {DESK})
    names = tuple(line.name for line in agent.member)
    return AgentRow(
        agent.serial, agent.name, sources[0], _state(agent, sources[0]), agent.state,
        agent.idle_since, None, None, names, tuple(numbers[name] for name in names),
        tuple(sorted(agent.paused_in)),
        person=agent.person, ids=tuple((source, agent.serial) for source in sources),
        could=(PBX,) if agent.telephone and PBX not in sources else (),
    )  # fmt: skip


def _people(w: World) -> Iterator[Person]:
    for agent in w.agents:
        group = agent.group
        home = group.queues[0] if group.queues else ""
        skills = tuple((queue, min(5, round(3 * group.skill))) for queue in group.queues)
        team = group.site or group.name
        yield Person(agent.person, agent.name, team, group.tier, home, ("en",), skills)


def _shifts(w: World) -> Iterator[Shift]:
    for agent in w.agents:
        for number, shift in enumerate(agent.leave):
            id_ = f"{agent.person}|leave|{number}"
            consent = bool(agent.serial % 2)
            yield Shift(id_, agent.person, shift.start, shift.end, LEAVE, consent=consent)
        for number, shift in enumerate(agent.shifts):
            id_ = f"{agent.person}|{number}"
            yield Shift(id_, agent.person, shift.start, shift.end)
            for place, span in enumerate(shift.blocks):
                if span.off:
                    continue
                block = span.block
                yield Shift(
                    f"{id_}|{place}", agent.person, span.start, span.end, block.kind, block.note,
                    block.movable and block.kind != BREAK, block.legal,
                )  # fmt: skip


__all__ = [
    "CONNECT", "DESK", "PBX", "WINDOW", "Counted", "counted", "known_to",
    "longest_wait_us", "seen", "source_of",
]  # fmt: skip
