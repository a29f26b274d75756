"""What a command is in the forecast: alternatives of it, how they were counted, and what of it the
forecast does not know. Every command has one; those it does not know say so in words.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from sqlalchemy import select

from console.commands import (
    CallIn,
    CancelBlocks,
    Command,
    MoveAgents,
    RestoreAll,
    SendAgents,
    SetCallback,
    SetCallbackLimit,
    SetChannel,
    SetPenalty,
)
from console.commands.placements import Placing, Step
from console.commands.promises import RELEASE, by_queue
from console.commands.texts import listed
from console.domain.crossing import ASSUMED_SKILL
from console.domain.times import HOUR
from console.forecast import alternatives as a
from console.forecast.alternatives import Alternative
from console.forecast.centre import CLOSED, DRAINING, OPEN
from console.previews.floor import Floor, worth_less
from console.reads.resources import planned
from console.store.roster_tables import RosterShift
from console.store.tables import Queue

_STATES = {"open": OPEN, "draining": DRAINING, "closed": CLOSED}
STAYS = "counted as if they stay there for the whole time"
AS_SKILLED = "they are counted as quick there as those who are there already"
NEW_THERE = f"who has not served there yet counts as {ASSUMED_SKILL:g} of those who do: assumed"
NO_STEERING = "It changes nothing that the forecast counts."


@dataclass(frozen=True, slots=True)
class Meaning:
    """`alternatives` are done one after another. `notes` say how they were counted, `unknown` what
    is not in them, in whole sentences; `warned` is to beware of, whatever comes out."""

    alternatives: tuple[Alternative, ...] = ()
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()


def meaning(floor: Floor, command: Command) -> Meaning:
    """What a command is in the forecast."""
    kind = type(command)
    if kind in _MEANINGS:
        return _MEANINGS[kind](floor, command)
    return Meaning(unknown=(_WORDS.get(kind, NO_STEERING),))


def together(meanings: Iterable[Meaning]) -> Meaning:
    """Several as one, in their order."""
    found = list(meanings)
    return Meaning(
        tuple(one for each in found for one in each.alternatives),
        tuple(dict.fromkeys(note for each in found for note in each.notes)),
        tuple(dict.fromkeys(words for each in found for words in each.unknown)),
        tuple(dict.fromkeys(words for each in found for words in each.warned)),
    )


def _unseen(floor: Floor, channels: Iterable[str]) -> tuple[str, ...]:
    """Of channels that are not in the forecast."""
    reasons = ((name, floor.without.get(name, "too little was seen of it")) for name in channels)
    return tuple(f"The forecast does not know {name}: {reason}." for name, reason in reasons)


# --- callbacks


def _callback(floor: Floor, command: SetCallback) -> Meaning:
    chosen = command.queues(floor.session)
    by_channel: defaultdict[str, list[Queue]] = defaultdict(list)
    for queue in chosen:
        by_channel[queue.channel].append(queue)
    if not chosen:
        return Meaning(unknown=("There is no such queue.",))
    calls = [
        name
        for name in by_channel
        if name not in floor.centre.names
        or floor.centre.channels[floor.centre.place(name)].callback is not None
    ]
    if not calls:
        # Of all channels at once nobody asks about those that never had any.
        return Meaning(unknown=(f"The forecast knows of no callbacks on {listed([*by_channel])}.",))
    return together(_switched(floor, name, command, by_channel[name]) for name in calls)


def _switched(floor: Floor, name: str, command: SetCallback, mine: Sequence[Queue]) -> Meaning:
    if name not in floor.centre.names:
        return Meaning(unknown=_unseen(floor, [name]))
    every = list(floor.session.scalars(select(Queue).where(Queue.channel == name)))
    parts: list[Meaning] = []
    if command.offer is not None:
        parts.append(_offer(floor, name, command.offer, mine, every))
    if command.dial is not None:
        parts.append(_dial(name, command.dial, mine, every))
    if command.promised == RELEASE:
        parts.append(_release(floor, name, mine, every))
    return together(parts)


def _offer(
    floor: Floor, name: str, on: bool, mine: Sequence[Queue], every: Sequence[Queue]
) -> Meaning:
    """Where nobody has said, it is on: that is what a queue begins with. Queues weigh by the
    contacts that come in them."""
    chosen = {queue.id for queue in mine}
    was = [queue for queue in every if queue.callback_offer is not False]
    will = [q for q in every if (on if q.id in chosen else q.callback_offer is not False)]
    if len(will) in (0, len(every)):
        return Meaning((a.CallbackOffer(name, bool(will)),))
    before, after, whole = (sum(floor.came[q.id] for q in some) for some in (was, will, every))
    note = (
        f"{len(will)} of {len(every)} queues of {name} offer callbacks then, to "
        f"{100 * after / whole:.0f} % of those who come there"
    )
    if not was:
        parts = (a.CallbackOffer(name, True), a.OfferInPart(name, after / whole))
        return Meaning(parts, (note,))
    return Meaning((a.OfferInPart(name, after / before),), (note,))


def _dial(name: str, on: bool, mine: Sequence[Queue], every: Sequence[Queue]) -> Meaning:
    chosen = {queue.id for queue in mine}
    after = sum(on if q.id in chosen else q.callback_dial is not False for q in every)
    if after not in (0, len(every)):
        words = (
            f"The forecast counts dialling by channel: that {after} of {len(every)} queues of "
            f"{name} dial is not in it."
        )
        return Meaning(unknown=(words,))
    return Meaning((a.CallbackDialling(name, after > 0),))


def _release(floor: Floor, name: str, mine: Sequence[Queue], every: Sequence[Queue]) -> Meaning:
    known = by_queue(floor.session, every)
    told, total = (sum(known[queue.id] or 0 for queue in some) for some in (mine, every))
    share = told / total if total else len(mine) / len(every)
    note = "who is released calls again as often as those who hang up do; the others are given up"
    return Meaning((a.ReleasePromises(name, share),), (note,))


# --- channels and agents


def _channel(floor: Floor, command: SetChannel) -> Meaning:
    if command.channel not in floor.centre.names:
        return Meaning(unknown=_unseen(floor, [command.channel]))
    until = inf if command.reopens_at is None else floor.hours(command.reopens_at)
    opening = a.ChannelOpening(command.channel, _STATES[command.state], 0.0, until)
    if command.state == "open":
        return Meaning((opening,))
    agents = float(floor.centre.agents[floor.centre.place(command.channel)][:4].mean())
    notes = [
        f"its agents ({agents:.0f} now) are not counted elsewhere: sending them is another act"
    ]
    if command.reopens_at is not None:
        notes.append("counted as if somebody opens it again at the time that is stated")
    return Meaning((opening,), tuple(notes), (), worth_less(floor.centre, command.channel))


def _placing(floor: Floor, command: Placing) -> Meaning:
    plan = command.plan(floor.session)
    if plan.refused:
        return Meaning(unknown=(plan.refused,))
    # Those who are as quick where they go, and those who have never shown there.
    flows: dict[float, Counter[tuple[str, str]]] = {1.0: Counter(), ASSUMED_SKILL: Counter()}
    beside: Counter[str] = Counter()
    stay = 0
    skills: set[float] = set()
    for before, after, beyond, skill in _people(floor, plan.steps):
        stay += bool(beyond & after) and before != after
        skills.add(skill)
        _of_agent(floor.shares(before), floor.shares(after), flows[skill], beside, skill)
    parts: list[Alternative] = [
        a.MoveAgents(source, target, number, skill)
        for skill, some in flows.items()
        for (source, target), number in some.items()
    ]
    if changed := tuple((name, number) for name, number in beside.items() if number):
        parts.append(a.Staffing("agents", changed))
    if parts:
        notes = [STAYS]
        notes += [AS_SKILLED] if 1.0 in skills else []
        notes += [NEW_THERE] if ASSUMED_SKILL in skills else []
        if stay:
            who = "one of them is" if stay == 1 else f"{stay} of them are"
            notes.append(f"{who} at another platform too and go on serving there: counted in both")
        return Meaning(tuple(parts), tuple(notes))
    return _stay(floor, [step.queue for step in plan.steps if step.wanted] or [
        step.queue for step in plan.steps])  # fmt: skip


def _people(
    floor: Floor, steps_of_all: Sequence[Step]
) -> Iterable[tuple[set[int], set[int], set[int], float]]:
    """Of each person the queues before and after, and those that they serve as an agent of whom
    the plan says nothing: the same person may be one at each platform. And how quick they are
    where they go, against those who are there."""
    steps: defaultdict[str, list[Step]] = defaultdict(list)
    for step in steps_of_all:
        steps[floor.person(step.agent.id)].append(step)
    told = {step.agent.id for step in steps_of_all}
    accounts = floor.accounts(steps)
    serves = floor.serves({agent for own in accounts.values() for agent in own} | told)
    for person, own in steps.items():
        agents = accounts[person] | {step.agent.id for step in own}
        before = {queue for agent in agents for queue in serves.get(agent, ())}
        after = set(before)
        for step in own:
            (before.add if step.before else before.discard)(step.queue.id)
            (after.add if step.wanted else after.discard)(step.queue.id)
        beyond = {queue for agent in agents - told for queue in serves.get(agent, ())}
        new = any(step.wanted and step.account is not None for step in own)
        yield before, after, beyond, ASSUMED_SKILL if new else 1.0


def _stay(floor: Floor, queues: Iterable[Queue]) -> Meaning:
    names = list(dict.fromkeys(queue.channel for queue in queues))
    if unseen := _unseen(floor, (name for name in names if name not in floor.centre.names)):
        return Meaning(unknown=unseen)
    words = (
        f"They serve {listed(names)} as before: the forecast counts agents by channel and does not "
        "tell its queues apart."
    )
    return Meaning(unknown=(words,))


def _of_agent(
    before: Mapping[str, float],
    after: Mapping[str, float],
    flows: Counter[tuple[str, str]],
    beside: Counter[str],
    skill: float,
) -> None:
    """Where one agent's time goes. Who comes from nowhere, or goes nowhere, is counted beside."""
    change = {n: after.get(n, 0.0) - before.get(n, 0.0) for n in {*before, *after}}
    gains = {name: value for name, value in change.items() if value > 0.0}
    losses = {name: -value for name, value in change.items() if value < 0.0}
    if not before or not after:
        made = {n: value * skill if value > 0.0 else value for n, value in change.items()}
        beside.update(made)  # type: ignore[arg-type]  # shares of agents are counted too
        return
    total = sum(gains.values())
    for source, lost in losses.items():
        for target, gained in gains.items():
            flows[source, target] += lost * gained / total  # type: ignore[assignment]  # as above


# --- the roster


def _blocks(floor: Floor, command: CancelBlocks) -> Meaning:
    rows = [floor.session.get(RosterShift, key) for key in dict.fromkeys(command.shift_ids)]
    ids = {row.id for row in rows if row is not None and not row.gone}
    around = [s for s in planned(floor.session, floor.at, floor.at + 48 * HOUR) if s.id in ids]
    spans = [(s.person, s.start_at, s.end_at, s.kind) for s in around if s.end_at > floor.at]
    if not spans:
        return Meaning(unknown=("Nothing of it lies in the hours that the forecast looks ahead.",))
    return _freed(floor, spans, {})


def _call_in(floor: Floor, command: CallIn) -> Meaning:
    queue = floor.channels.get(command.queue_id) if command.queue_id is not None else None
    calls = list(dict.fromkeys(command.calls))
    spans = [(call.person, call.from_at, call.to_at, "people called in") for call in calls]
    to: dict[str, dict[str, float]] = {}
    if queue is not None:
        if queue not in floor.centre.names:
            return Meaning(unknown=_unseen(floor, [queue]))
        to = {call.person.casefold(): {queue: 1.0} for call in calls}
    found = _freed(floor, spans, to)
    notes = ("counted as if all of them come, for the time that they are asked for", AS_SKILLED)
    return Meaning(found.alternatives, (*found.notes, *notes), found.unknown)


def _freed(
    floor: Floor, spans: Sequence[tuple[str, int, int, str]],
    to: Mapping[str, Mapping[str, float]],
) -> Meaning:  # fmt: skip
    """Hours of people, each in the channels that they serve."""
    known = {**floor.of_people(person for person, *_ in spans), **to}
    blocks: defaultdict[tuple[str, str], list[tuple[float, float, float]]] = defaultdict(list)
    lost: set[str] = set()
    for person, start, end, kind in spans:
        shares = known.get(person.casefold())
        if not shares:
            lost.add(person)
        for channel, share in (shares or {}).items():
            blocks[channel, kind].append((floor.hours(start), floor.hours(end), share))
    parts = [a.FreeHours(channel, kind, tuple(own)) for (channel, kind), own in blocks.items()]
    unknown: tuple[str, ...] = ()
    if lost:
        who = "one person" if len(lost) == 1 else f"{len(lost)} people"
        unknown = (f"Which channel {who} of them would serve is not known: not counted.",)
    return Meaning(tuple(parts), (), unknown)


def _restore(floor: Floor, command: RestoreAll) -> Meaning:
    parts = command.parts(floor.session)
    if not parts:
        return Meaning(unknown=("Nothing of it can be brought back.",))
    found = together(meaning(floor, part) for part in parts)
    return found


_MEANINGS: Mapping[type[Command], Callable[[Floor, Any], Meaning]] = {
    SetCallback: _callback,
    SetChannel: _channel,
    SendAgents: _placing,
    MoveAgents: _placing,
    CancelBlocks: _blocks,
    CallIn: _call_in,
    RestoreAll: _restore,
}
_WORDS: Mapping[type[Command], str] = {
    SetPenalty: (
        "The forecast does not know this control: it counts agents by channel, and who is called "
        "first changes none of its numbers."
    ),
    SetCallbackLimit: (
        "The forecast does not know when the limit will be reached. From then on it is as if the "
        "callback offer were turned off."
    ),
}


def knows(kind: type[Command]) -> bool:
    """Whether the forecast knows what commands of this kind do."""
    return kind in _MEANINGS


def steers(kind: type[Command]) -> bool:
    """Whether they do anything to the centre, known or not."""
    return kind in _MEANINGS or kind in _WORDS


__all__ = [
    "AS_SKILLED", "NEW_THERE", "NO_STEERING", "STAYS", "Meaning", "knows", "meaning",
    "steers", "together",
]  # fmt: skip
