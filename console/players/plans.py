"""A plan for a rehearsal: rules that hang on nothing but what a console shows at that moment.

A plan looks every quarter of an hour, as a leader does, and says how things should stand; what a
platform refused is asked for again at the next look.
"""

from dataclasses import dataclass, fields, replace
from datetime import timedelta

from console.domain.freeing import CALL, CANCEL, NOT_NOW, Resource
from console.domain.messages import (
    CALLBACK_DIAL,
    CALLBACK_OFFER,
    CALLBACK_RELEASE,
    CHANNEL_STATE,
    QUEUE_ADD,
    QUEUE_REMOVE,
)
from console.domain.rehearsals import PlanStep
from console.domain.roster import ADMINISTRATION, BREAK, MEETING, SHIFT, TRAINING
from console.domain.spans import Span
from console.domain.times import HOUR, MINUTE
from console.playbooks.situation import Situation
from console.players import sight
from console.players.carrying import block_off, call_in
from console.twin.centre import CHAT, EMAIL, MESSAGING, SOCIAL, VOICE
from console.twin.recording import Recording
from console.twin.replay import Replay
from console.twin.tally import LONGEST_US
from console.twin.world import Line, World

LOOK = 15 * MINUTE
#: So far ahead blocks are put off and people are asked to come, and so often again.
SPAN_H = 8
AS_IT_IS, OFF, OFF_WHILE_LONG = "as it is", "off", "off while waits are long"
OPEN, DRAINING, DRAINING_WHILE_LONG = "open", "draining", "draining while waits are long"
NEVER, ONCE, AGAIN = "never", "at the beginning", "each 8 hours"
#: A break begins when the hands are free.
_MARGIN = 45 * MINUTE
_BLOCKS = (MEETING, TRAINING, ADMINISTRATION)


@dataclass(frozen=True, slots=True)
class Plan:
    """`long_min` is from which longest wait on the telephone on waits are long; they are short
    again at a third of it. `people` are asked to come at a time, `helpers` are agents of the
    telephone who take e-mails between calls, `callers` agents who chat or write and have a
    telephone, who take calls while waits are long."""

    offer: str = AS_IT_IS
    dial: str = AS_IT_IS
    release: bool = False
    chat: str = OPEN
    messaging: str = OPEN
    email: str = OPEN
    social: str = OPEN
    blocks: str = NEVER
    call: str = NEVER
    people: int = 10
    helpers: int = 0
    callers: int = 0
    long_min: int = 10

    def changed(self, name: str, value: object) -> "Plan":
        return replace(self, **{name: value})

    @property
    def differences(self) -> tuple[str, ...]:
        """The names of what is otherwise than with nobody leading."""
        nothing = Plan()
        found = [f.name for f in fields(Plan) if getattr(self, f.name) != getattr(nothing, f.name)]
        return tuple(name for name in found if name not in ("people", "long_min"))


#: What each part may be.
CHOICES: dict[str, tuple[object, ...]] = {
    "offer": (AS_IT_IS, OFF, OFF_WHILE_LONG),
    "dial": (AS_IT_IS, OFF, OFF_WHILE_LONG),
    "release": (False, True),
    "blocks": (NEVER, ONCE, AGAIN),
    "call": (NEVER, ONCE, AGAIN),
    "people": (5, 10, 20),
    "helpers": (0, 4, 10, 30),
    "chat": (OPEN, DRAINING, DRAINING_WHILE_LONG),
    "messaging": (OPEN, DRAINING, DRAINING_WHILE_LONG),
    "email": (OPEN, DRAINING),
    "social": (OPEN, DRAINING),
    "long_min": (5, 10, 20),
    "callers": (0, 4, 10),
}


def play(recording: Recording, seed: int, plan: Plan, *, tallied: bool = True) -> Replay:
    """The run at its end; ask it who was left, or finish it for its sums."""
    run = Replay(recording, seed, tallied=tallied)
    run.advance(recording.taken_at)
    player = _Player(run, plan)
    at, number = recording.taken_at, 0
    while at < recording.ended_at and plan.differences:
        player.look(number * LOOK % (SPAN_H * HOUR) == 0, not number)
        number += 1
        at = recording.taken_at + number * LOOK
        run.advance(at)
    run.advance(recording.ended_at)
    return run


class _Player:
    def __init__(self, run: Replay, plan: Plan) -> None:
        self._run, self._plan, self._long = run, plan, False
        w = run.world
        self._voice = [
            line
            for line in w.lines.values()
            if line.medium.name == VOICE and line.name != w.centre.callback.queue
        ]
        self._writers = [a for a in w.agents if a.telephone and not _takes(w, a.person)]
        # As they stood before anybody ordered anything.
        self._usual = {line.name: (line.offer, line.dial) for line in self._voice}

    def look(self, due: bool, first: bool) -> None:
        plan, w = self._plan, self._run.world
        wait = sight.longest_wait_us(w, VOICE) / MINUTE
        self._long = wait >= plan.long_min if not self._long else wait > plan.long_min / 3
        if first and plan.release:
            for line in self._voice:
                if line.promised:
                    self._run.ask(CALLBACK_RELEASE, {"queue": line.name})
        for line in self._voice:
            self._switch(line)
        for name in (CHAT, MESSAGING, EMAIL, SOCIAL):
            self._channel(w, name, str(getattr(plan, name)))
        if due:
            self._free(w, first)
        if plan.helpers:
            self._help(w)
        if plan.callers:
            self._answer(w)

    def _switch(self, line: Line) -> None:
        offer, dial = self._usual[line.name]
        for rule, usual, stands, action in (
            (self._plan.offer, offer, line.offer, CALLBACK_OFFER),
            (self._plan.dial, dial, line.dial, CALLBACK_DIAL),
        ):
            off = rule == OFF or (rule == OFF_WHILE_LONG and self._long)
            wanted = usual and not off
            if rule != AS_IT_IS and stands != wanted:
                self._run.ask(action, {"queue": line.name, "on": wanted})

    def _channel(self, w: World, name: str, rule: str) -> None:
        if rule == OPEN or name not in w.media:
            return
        drain = rule == DRAINING or self._long
        wanted = "draining" if drain else "open"
        if w.media[name].state != wanted:
            self._run.ask(CHANNEL_STATE, {"channel": name, "state": wanted})

    def _free(self, w: World, first: bool) -> None:
        plan = self._plan
        blocks = plan.blocks == AGAIN or (plan.blocks == ONCE and first)
        call = plan.call == AGAIN or (plan.call == ONCE and first)
        if not blocks and not call:
            return
        now = sight.seen(w, {})
        found = now.resources(SPAN_H)
        known = {shift.id: shift for shift in now.shifts}
        asked = 0
        queue = self._voice[0].name if self._voice else ""
        for row in found.rows:
            if blocks and row.act == CANCEL and row.kind in _BLOCKS and row.from_at < found.until:
                self._run.ask(*block_off(known[row.shift]))
            elif call and row.act == CALL and row.kind == NOT_NOW and asked < plan.people:
                times = _within_breaks(now, row, found.until)
                times = times and _while_open(w, row.person, *times)
                if times is not None:
                    to = queue if _takes(w, row.person) else ""
                    self._run.ask(*call_in(row.person, *times, to))
                    asked += 1

    def _answer(self, w: World) -> None:
        """Agents who chat or write take calls while waits are long, and go back then."""
        calls = [line for line in self._voice if not line.given.escalation]
        here = [a for a in self._writers if a.on and any(line in a.member for line in calls)]
        if not self._long:
            for agent in here:
                for line in agent.member:
                    if line in calls:
                        self._run.ask(QUEUE_REMOVE, {"queue": line.name, "interface": agent.id})
                for name in agent.group.queues:
                    self._run.ask(QUEUE_ADD, {"queue": name, "interface": agent.id})
            return
        others = [agent for agent in self._writers if agent.on and agent not in here]
        others.sort(key=lambda agent: (agent.load, agent.serial))
        for agent in others[: max(0, self._plan.callers - len(here))] if calls else ():
            line = max(calls, key=lambda each: each.count)
            self._run.ask(QUEUE_ADD, {"queue": line.name, "interface": agent.id})
            for own in agent.member:
                self._run.ask(QUEUE_REMOVE, {"queue": own.name, "interface": agent.id})

    def _help(self, w: World) -> None:
        """Agents of the telephone take what was written between calls."""
        desks = [line for line in w.lines.values() if line.medium.written]
        able = [
            agent
            for agent in w.agents
            if agent.on and self._voice and self._voice[0] in agent.member
            and sight.DESK in sight.known_to(w, agent)
        ]  # fmt: skip
        for line in desks:
            there = sum(line in agent.member for agent in able)
            for agent in able:
                if there >= self._plan.helpers:
                    break
                if line not in agent.member:
                    self._run.ask(QUEUE_ADD, {"queue": line.name, "interface": agent.id})
                    there += 1


def _within_breaks(now: Situation, row: Resource, until: int) -> Span | None:
    """The part of what was found in which nobody works for more than six hours without a break;
    None where less than an hour is left. Who is called in has no break planned."""
    start, end = row.from_at, until if row.to_at is None else row.to_at
    mine = [shift for shift in now.shifts if shift.person == row.person]
    breaks = sorted((s.start_at, s.end_at) for s in mine if s.kind == BREAK)
    for begin, over in ((s.start_at, s.end_at) for s in mine if s.kind == SHIFT):
        inside = [each for each in breaks if begin <= each[0] < over]
        if over == start:  # on after it
            start_of_work = inside[-1][1] if inside else begin
            end = min(end, start_of_work + LONGEST_US - _MARGIN)
        elif begin == end:  # in before it
            start = max(start, (inside[0][0] if inside else over) - LONGEST_US + _MARGIN)
    end = min(end, start + LONGEST_US - _MARGIN)
    return (start, end) if end - start >= HOUR else None


def _while_open(w: World, person: str, start: int, end: int) -> Span | None:
    """The part of it in which what they serve is open to customers; None for less than an hour."""
    agent = next(agent for agent in w.agents if agent.person == person)
    given = [w.lines[name].medium.given for name in agent.group.queues]
    opens = min((medium.opens for medium in given), default=0.0)
    closes = max((medium.closes for medium in given), default=24.0)
    local = w.local(start)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    begin, over = (w.instant(midnight + timedelta(hours=h)) for h in (opens, closes))
    start, end = max(start, begin), min(end, over)
    return (start, end) if end - start >= HOUR else None


def _takes(w: World, person: str) -> bool:
    """Whether somebody takes calls usually: others come for what they do usually."""
    agent = next(agent for agent in w.agents if agent.person == person)
    return any(w.lines[name].medium.name == VOICE for name in agent.group.queues)


def words(plan: Plan) -> tuple[tuple[str, PlanStep], ...]:
    """The plan as a leader would read it: each lever that is pulled by its name, and its step."""
    return tuple((name, _step(plan, name)) for name in plan.differences)


def _step(plan: Plan, name: str) -> PlanStep:
    rule = getattr(plan, name)
    long = f"while the longest wait on the telephone is {plan.long_min} min or more"
    if name in ("offer", "dial"):
        what = f"Callback {'offer' if name == 'offer' else 'dialling'} off"
        if rule == OFF:
            return PlanStep(f"{what}, until the end.", 0)
        return PlanStep(f"{what}; on again at a third of it.", None, long)
    if name == "release":
        return PlanStep("Tell those who were promised a call that nobody will call.", 0)
    if name == "blocks":
        what = f"Put off meetings, training and paperwork of the next {SPAN_H} hours."
        return PlanStep(what, *_when(plan.blocks))
    if name == "call":
        what = f"Ask up to {plan.people} people who are not on shift to come; their rest is kept."
        return PlanStep(what, *_when(plan.call))
    if name == "helpers":
        what = f"Let up to {plan.helpers} agents of the telephone answer what was written"
        return PlanStep(f"{what} between calls.", None, "all the time")
    if name == "callers":
        what = f"Send up to {plan.callers} agents who chat or write and have a telephone to take"
        return PlanStep(f"{what} calls; back at a third of it.", None, long)
    if rule == DRAINING:
        return PlanStep(f"Drain {name}, until the end.", 0)
    return PlanStep(f"Drain {name}; open it again at a third of it.", None, long)


def _when(rule: str) -> tuple[int | None, str]:
    return (0, "") if rule == ONCE else (None, f"every {SPAN_H} hours")


__all__ = ["CHOICES", "LOOK", "Plan", "play", "words"]
