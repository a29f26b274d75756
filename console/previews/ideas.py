"""What could be done now: ideas, what each is in the forecast, and the commands that do it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf

from console.commands import CallIn, CancelBlocks, Command, SendAgents, SetCallback, SetChannel
from console.commands.call_in import Call
from console.commands.made import command_of
from console.domain import agent_state
from console.domain.board import AgentRow, Board, QueueRow
from console.domain.freeing import CALL, CANCEL, Resource, ResourceList
from console.domain.plans import (
    ADMINISTRATION,
    BLOCKS,
    CALL_IN,
    CLOSE,
    DRAIN,
    HANDLING,
    MODERATE,
    MOVE,
    OFFER_OFF,
    OFFER_ON,
    OPENS,
    PLAYBOOK,
    QUIET,
    RELEASE,
    SEVERAL,
    Idea,
    title_of,
)
from console.domain.playbooks import Review
from console.domain.roster import MEETING, TRAINING
from console.domain.times import HOUR, MINUTE
from console.domain.urgency import candidates, urgency
from console.forecast import alternatives as a
from console.forecast.alternatives import Alternative
from console.forecast.centre import CLOSED, OPEN, Centre
from console.forecast.centre import DRAINING as DRAINS
from console.previews.floor import Floor, worth_less
from console.previews.meaning import STAYS, Meaning, meaning, together

#: What customers of a closed channel are told, unless a person writes something else.
CLOSED_WORDS = "We answer elsewhere first at the moment. Please try again later."
#: Meetings and training are put off for as many hours, administration by this share.
_BLOCKS_H, _ADMINISTRATION, _HASTE = 8, 50, 10
_MOST_CALLED = 5
_BUSY = (agent_state.ON_CONTACT, agent_state.RINGING, agent_state.WRAP_UP)
#: A channel gives this share of its agents at first; a critical one less, and after all others.
_GIVES, _GIVES_CRITICAL = 0.4, 0.1


@dataclass
class Now:
    """What ideas are made of. `review` is the playbook that is taken whole, `off` the channels of
    which the callback setting says off."""

    floor: Floor
    board: Board
    resources: ResourceList | None = None
    review: Review | None = None
    who: str = ""
    rest_h: int = 11
    off: frozenset[str] = frozenset()
    _calls: list[Resource] = field(default_factory=list[Resource])

    @property
    def centre(self) -> Centre:
        return self.floor.centre

    def agents(self, channel: str) -> float:
        """Who serve it in the coming hour."""
        return float(self.centre.agents[self.centre.place(channel)][:4].mean())

    def movable(self, channel: str, to: str) -> int:
        """How many could go from one channel to another: those on the board who can be sent; as
        many as the forecast has there where the board knows no agents."""
        if not self.board.agents:
            return int(self.agents(channel))
        return len(_able(self, Idea("", MOVE, "", channel, to)))

    @cached_property
    def urgent(self) -> str:
        """The channel that most needs people: the board's most urgent one, else the critical one
        where most is owed."""
        names = self.centre.names
        for found in urgency(self.board):
            if found.score > 0 and found.channel in names:
                return found.channel
        owed = [
            (channel.name in self.critical, work.inside * channel.hours_per_issue, channel.name)
            for work, channel in zip(self.centre.work, self.centre.channels, strict=True)
        ]
        return max(owed, default=(False, 0.0, ""))[2]

    def queue_of(self, channel: str) -> QueueRow | None:
        """The queue of a channel which needs people most."""
        rows = {row.queue_id: row for row in self.board.queues}
        ids = [found.queue_id for found in urgency(self.board) if found.channel == channel]
        return rows[ids[0]] if ids else None

    @cached_property
    def critical(self) -> frozenset[str]:
        return frozenset(row.channel for row in self.board.channels if row.critical)

    def blocks(self, hours: int) -> list[Resource]:
        """Meetings and training that begin, or go on, in so many hours and can be put off."""
        rows = self.resources.rows if self.resources is not None else ()
        until = self.board.at + hours * HOUR
        kinds = (MEETING, TRAINING)
        return [r for r in rows if r.act == CANCEL and r.kind in kinds and r.from_at < until]

    @cached_property
    def callable(self) -> list[Resource]:
        """Who could be called in, as the finder ranks them; whose end nobody knows is left out."""
        rows = self.resources.rows if self.resources is not None else ()
        return [row for row in rows if row.act == CALL and row.to_at is not None]

    def state(self, channel: str) -> int:
        return int(self.centre.opening[self.centre.place(channel)][0])

    def offers(self, channel: str) -> bool:
        return bool(self.centre.offering[self.centre.place(channel)][0])


# --- ideas


def ideas(now: Now) -> list[Idea]:
    """All that is possible now, what a leader thinks of first at the top."""
    found = [*_callbacks(now), *_moves(now), *_roster(now), *_channels(now), *_said(now)]
    if now.review is not None and now.review.chosen:
        title = f"{now.review.title}: the whole playbook"
        found.append(Idea("playbook", PLAYBOOK, title, playbook=now.review.playbook))
    if moderate := _moderate(now, found):
        found.append(moderate)
    return found


def _idea(kind: str, channel: str = "", to: str = "", **more: object) -> Idea:
    key = ":".join(part for part in (kind, channel, to) if part)
    made = replace(Idea(key, kind, "", channel, to), **more)  # type: ignore[arg-type]
    return replace(made, title=title_of(made))


def _callbacks(now: Now) -> list[Idea]:
    found: list[Idea] = []
    for channel, work in zip(now.centre.channels, now.centre.work, strict=True):
        if channel.callback is None:
            continue
        if not now.offers(channel.name):
            found.append(_idea(OFFER_ON, channel.name))
            continue
        found.append(_idea(OFFER_OFF, channel.name))
        if work.list_live + work.list_stale >= 1.0:
            found += [_idea(QUIET, channel.name), _idea(RELEASE, channel.name)]
    return found


def _moves(now: Now) -> list[Idea]:
    """To the most urgent channel, from where an hour resolves least first."""
    found: list[Idea] = []
    for name in now.centre.names:
        there = now.movable(name, now.urgent)
        if there >= 1 and now.urgent and name != now.urgent:
            share = _GIVES_CRITICAL if name in now.critical else _GIVES
            number = max(1, round(share * there))
            found.append(_idea(MOVE, name, now.urgent, number=number, most=there, timed=True))
    worth = {channel.name: channel.resolved_per_hour for channel in now.centre.channels}
    return sorted(found, key=lambda idea: (idea.channel in now.critical, worth[idea.channel]))


def _channels(now: Now) -> list[Idea]:
    found: list[Idea] = []
    rows = sorted(now.centre.names, key=lambda name: -now.agents(name))
    for name in rows:
        if now.state(name) != OPEN:
            found.append(_idea(OPENS, name))
        elif name not in now.critical and name != now.urgent:
            found += [_idea(CLOSE, name, timed=True), _idea(DRAIN, name, timed=True)]
            if there := now.movable(name, now.urgent):
                move = _idea(MOVE, name, now.urgent, number=there, most=there, timed=True)
                parts = (_idea(CLOSE, name, timed=True), move)
                words = f"close {name}, its agents to {now.urgent}"
                found.append(Idea(f"give:{name}", SEVERAL, words, parts=parts))
    return found


def _roster(now: Now) -> list[Idea]:
    found: list[Idea] = []
    if now.blocks(_BLOCKS_H):
        found.append(_idea(BLOCKS, number=_BLOCKS_H, most=48))
    if now.callable:
        number = min(_MOST_CALLED, len(now.callable))
        found.append(_idea(CALL_IN, number=number, most=len(now.callable)))
    return found


def _said(now: Now) -> list[Idea]:
    if not now.urgent:
        return []
    channel = now.centre.channels[now.centre.place(now.urgent)]
    found: list[Idea] = []
    if channel.administration_h > 0.0:
        found.append(_idea(ADMINISTRATION, now.urgent, number=_ADMINISTRATION, most=100))
    found.append(_idea(HANDLING, now.urgent, number=_HASTE, most=40))
    return found


def _moderate(now: Now, found: Sequence[Idea]) -> Idea | None:
    """What may be done together without closing anything: the offer as it is right, some agents
    of the channel that resolves least in an hour, meetings, and those who can be called in."""
    parts: list[Idea] = []
    parts += [i for i in found if i.kind == OFFER_OFF and i.channel in now.off]
    parts += [i for i in found if i.kind == MOVE][:1]
    parts += [i for i in found if i.kind in (BLOCKS, CALL_IN)]
    if len(parts) < 2:
        return None
    return Idea(MODERATE, SEVERAL, "a moderate plan", parts=tuple(parts))


# --- what they are in the forecast


def meant(now: Now, idea: Idea) -> Meaning:
    """What an idea is in the forecast."""
    if idea.kind == SEVERAL:
        return together(meant(now, part) for part in idea.parts)
    if idea.kind == PLAYBOOK:
        return together(meaning(now.floor, command) for command in _of_playbook(now))
    if idea.kind in (BLOCKS, CALL_IN):
        found = commands(now, idea)
        nobody = Meaning(unknown=("There is nobody of whom the roster says that they could.",))
        return together(meaning(now.floor, one) for one in found) if found else nobody
    if idea.channel not in now.centre.names:
        return Meaning(unknown=(f"The forecast does not know {idea.channel}.",))
    if idea.kind == MOVE and (sent := commands(now, idea)):
        return _moved(now, idea, sent)
    found = _plain(idea)
    if idea.kind in (CLOSE, DRAIN):
        return replace(found, warned=worth_less(now.centre, idea.channel))
    if idea.kind == MOVE:
        note = f"the board shows nobody who serves {idea.channel} and could go: counted by number"
        return replace(found, notes=(*found.notes, note))
    return found


def _moved(now: Now, idea: Idea, sent: Sequence[Command]) -> Meaning:
    """Those who would go may serve other channels too: each is counted as they serve now."""
    found = together(meaning(now.floor, one) for one in sent)
    if idea.until_h is None:
        return found
    until = idea.until_h
    parts = tuple(
        replace(one, until_h=until) if isinstance(one, a.MoveAgents | a.Staffing) else one
        for one in found.alternatives
    )
    return Meaning(parts, tuple(n for n in found.notes if n != STAYS), found.unknown)


def _plain(idea: Idea) -> Meaning:
    until = inf if idea.until_h is None else idea.until_h
    name, share = idea.channel, (idea.number or 0) / 100.0
    parts: dict[str, tuple[Alternative, ...]] = {
        OFFER_OFF: (a.CallbackOffer(name, False), a.CallbackDialling(name, True)),
        OFFER_ON: (a.CallbackOffer(name, True), a.CallbackDialling(name, True)),
        QUIET: (a.CallbackOffer(name, False), a.CallbackDialling(name, False)),
        RELEASE: (a.CallbackOffer(name, False), a.ReleasePromises(name)),
        CLOSE: (a.ChannelOpening(name, CLOSED, 0.0, until),),
        DRAIN: (a.ChannelOpening(name, DRAINS, 0.0, until),),
        OPENS: (a.ChannelOpening(name, OPEN),),
        MOVE: (a.MoveAgents(name, idea.to, float(idea.number or 0), 1.0, 0.0, until),),
        ADMINISTRATION: (a.PostponeAdministration(name, min(share, 1.0)),),
        HANDLING: (a.HandlingTarget(name, 1.0 - share),),
    }
    notes = (STAYS,) if idea.kind == MOVE and idea.until_h is None else ()
    return Meaning(parts[idea.kind], notes)


# --- the commands that do them


def commands(now: Now, idea: Idea) -> list[Command]:
    """In the order in which they are done; none where no control does it."""
    if idea.kind == SEVERAL:
        return _of_several(now, idea)
    if idea.kind == PLAYBOOK:
        return _of_playbook(now)
    if idea.kind == MOVE:
        return _sending(now, idea, set())
    if idea.kind == BLOCKS:
        ids = tuple(row.shift for row in now.blocks(idea.number or 0))
        return [CancelBlocks(ids, now.who, now.board.at)] if ids else []
    if idea.kind == CALL_IN:
        return _calling(now, idea.number or 0)
    name = idea.channel
    reopens = None
    if idea.until_h is not None:
        reopens = (now.board.at + round(idea.until_h * HOUR)) // MINUTE * MINUTE
    made: dict[str, Command] = {
        OFFER_OFF: SetCallback(offer=False, channel=name, promised="drain"),
        OFFER_ON: SetCallback(offer=True, dial=True, channel=name),
        QUIET: SetCallback(offer=False, dial=False, channel=name, promised="keep"),
        CLOSE: SetChannel(name, "closed", CLOSED_WORDS, reopens),
        DRAIN: SetChannel(name, "draining", CLOSED_WORDS, reopens),
        OPENS: SetChannel(name, "open"),
    }
    return [made[idea.kind]] if idea.kind in made else []


def _of_several(now: Now, idea: Idea) -> list[Command]:
    taken: set[int] = set()
    found: list[Command] = []
    for part in idea.flat:
        if part.kind == MOVE:
            found += _sending(now, part, taken)
        else:
            found += commands(now, part)
    return found


def _of_playbook(now: Now) -> list[Command]:
    review = now.review
    return [command_of(i.command, i.fields) for i in review.chosen] if review is not None else []


def _sending(now: Now, idea: Idea, taken: set[int]) -> list[Command]:
    """The agents of that channel alone who cost least, to the queue that needs them most."""
    rows = [row for row in _able(now, idea) if row.agent_id not in taken]
    queue = now.queue_of(idea.to)
    if queue is None:
        return []
    some = replace(now.board, agents=tuple(rows))
    best = candidates(some, queue.queue_id, idea.number or 0)
    ids = tuple(found.agent_id for found in best)
    taken.update(ids)
    return [SendAgents(queue.queue_id, ids)] if ids else []


def _able(now: Now, idea: Idea) -> list[AgentRow]:
    """Who are at work, serve the one channel and not the other, and no critical one beside; and
    whom the platform of the other knows."""
    queue = now.queue_of(idea.to)
    channels = {row.queue_id: row.channel for row in now.board.queues}
    found: list[AgentRow] = []
    for row in now.board.agents:
        own = {channels[q] for q in row.queue_ids if q in channels}
        here = row.state in (agent_state.AVAILABLE, *_BUSY)
        known = queue is not None and row.id_towards(queue.source) is not None
        if (
            here
            and known
            and idea.channel in own
            and not own & ({idea.to, *now.critical} - {idea.channel})
        ):
            found.append(row)
    return found


def _calling(now: Now, number: int) -> list[Command]:
    queue = now.queue_of(now.urgent)
    calls = tuple(
        Call(row.person, row.name, max(row.from_at, now.board.at), row.to_at)
        for row in now.callable[:number]
        if row.to_at is not None and row.to_at > now.board.at
    )
    if not calls:
        return []
    return [CallIn(calls, now.who, queue.queue_id if queue else None, rest_h=now.rest_h)]
