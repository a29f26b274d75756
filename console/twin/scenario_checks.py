"""Whether what a scenario says makes sense: shares, lengths, and names that must be there."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from zoneinfo import ZoneInfo

from console.domain.rehearsal import NEWS, REPORT
from console.twin.centre import (
    BLOCKS,
    HOLD,
    MEDIA,
    VOICE,
    Centre,
    Inject,
    Medium,
    Scenario,
    Turn,
)
from console.twin.scenario_fields import Fault

#: What a goal can be measured by.
FIGURES = (
    "open issues", "given up", "resolved", "attempts per issue", "abandoned share",
    "mean wait seconds",
)  # fmt: skip
TIERS = ("front line", "expert", "back office", "leader")
_SHARES = (
    "redial", "resolution", "reconnect", "miss", "accept", "reach", "give_up", "reserved", "notes",
    "rush_gain", "rush_loss", "escalate", "report", "refuse", "block_refuse", "call_in_refuse",
    "absent", "no_note_resolution", "telephones",
)  # fmt: skip
#: A turn's and a topic's `resolution` is a factor.
_FACTORS = ("Turn", "Topic", "Inject")
_MOST_AGENTS, _MOST_QUEUES, _MOST_HOURS, _MOST_HISTORY = 5000, 1000, 24 * 14, 60


def check(scenario: Scenario) -> None:
    """Raise Fault for the first thing that makes no sense."""
    if not 0 < scenario.hours <= _MOST_HOURS:
        raise Fault(f"hours is not between 0 and {_MOST_HOURS}.")
    if not 0 <= scenario.lead_h <= scenario.hours:
        raise Fault("lead_h is less than 0, or more than hours.")
    if not 0 <= scenario.history_days <= _MOST_HISTORY:
        raise Fault(f"history_days is not between 0 and {_MOST_HISTORY}.")
    if not scenario.seeds:
        raise Fault("seeds has no entry: name at least one number.")
    for goal in scenario.goals:
        if goal.figure not in FIGURES:
            raise Fault(f"A goal's figure is {goal.figure!r}; there are {', '.join(FIGURES)}.")
        if goal.most is None and goal.least is None:
            raise Fault(f"The goal {goal.words!r} says neither most nor least.")
    centre = scenario.centre
    parts = [
        *((f"media.{medium.name}", medium) for medium in centre.media),
        *((f"topics {topic.name}", topic) for topic in centre.topics),
        *((f"groups {group.name}", group) for group in centre.groups),
        *((f"groups {g.name}, blocks {b.kind}", b) for g in centre.groups for b in g.blocks),
        *((f"turns {number}", turn) for number, turn in enumerate(centre.turns, 1)),
        *((f"injects {inject.name}", inject) for inject in scenario.injects),
        ("callback", centre.callback), ("behaviour", centre.behaviour), ("orders", centre.orders),
        ("centre", centre),
    ]  # fmt: skip
    for where, part in parts:
        _numbers(where, part)
    _centre(centre)
    _once("injects", (inject.name for inject in scenario.injects))
    for inject in scenario.injects:
        _inject(centre, inject)


def _inject(centre: Centre, inject: Inject) -> None:
    at = f"injects {inject.name}"
    if inject.kind not in (REPORT, NEWS):
        raise Fault(f"In {at}, kind is {inject.kind!r}; there are {REPORT} and {NEWS}.")
    if not inject.words.strip() or not inject.title.strip() or not inject.hours:
        raise Fault(f"In {at}, title or words is empty, or hours is 0.")
    if inject.queue:
        _there(f"{at}, queue", (inject.queue,), {queue.name for queue in centre.queues})
    _changes(at, centre, inject)


def _changes(at: str, centre: Centre, turn: Turn | Inject) -> None:
    """That what a turn names is there."""
    media = {medium.name for medium in centre.media}
    _there(f"{at}, channels", turn.channels, media)
    _there(f"{at}, down", turn.down, media)
    _there(f"{at}, topics", turn.topics, {topic.name for topic in centre.topics})
    sites = {group.site for group in centre.groups if group.site}
    _there(f"{at}, site", (turn.site,) if turn.site else (), sites)


def _numbers(where: str, part: object) -> None:
    for field in fields(part):  # pyright: ignore[reportArgumentType]
        value = getattr(part, field.name)
        several = value.values() if isinstance(value, Mapping) else value
        for number in several if isinstance(several, Iterable) else (several,):
            if isinstance(number, bool) or not isinstance(number, int | float):
                continue
            at = f"In {where}, {field.name}"
            if number < 0:
                raise Fault(f"{at} is less than 0.")
            share = field.name in _SHARES and type(part).__name__ not in _FACTORS
            if share and number > 1:
                raise Fault(f"{at} is a share and more than 1.")


def _centre(centre: Centre) -> None:
    try:
        ZoneInfo(centre.zone)
    except (KeyError, ValueError, OSError):
        raise Fault(f"There is no zone {centre.zone!r}; one is Europe/Berlin.") from None
    try:
        if datetime.fromisoformat(centre.start).tzinfo is not None:
            raise ValueError
    except ValueError:
        raise Fault(
            f"start is {centre.start!r}, not a local time such as 2026-03-02T00:00."
        ) from None
    if centre.customers < 1:
        raise Fault("In centre, customers is less than 1.")
    if not centre.topics:
        raise Fault("There is no [[topics]]: needs must be about something.")
    if sum(group.count for group in centre.groups) > _MOST_AGENTS:
        raise Fault(f"There are more than {_MOST_AGENTS} agents.")
    if len(centre.queues) > _MOST_QUEUES:
        raise Fault(f"There are more than {_MOST_QUEUES} queues.")
    media = {medium.name for medium in centre.media}
    topics = _once("topics", (topic.name for topic in centre.topics))
    queues = _once("queues", (queue.name for queue in centre.queues))
    _once("groups", (group.name for group in centre.groups))
    for medium in centre.media:
        _medium(medium, media)
    for queue in centre.queues:
        _there(f"queues {queue.name}, channel", (queue.channel,), media)
        _there(f"queues {queue.name}, topics", queue.topics, topics)
        _text(f"queues {queue.name}", queue.name)
    for group in centre.groups:
        at = f"groups {group.name}"
        _there(f"{at}, queues", group.queues, queues)
        if not group.queues or not group.starts or not group.speed:
            raise Fault(f"In {at}, queues or starts is empty, or speed is 0.")
        if not group.telephone_skill:
            raise Fault(f"In {at}, telephone_skill is 0.")
        if group.tier not in TIERS:
            raise Fault(f"In {at}, tier is {group.tier!r}; there are {', '.join(TIERS)}.")
        if group.hours > 24 or any(not 1 <= day <= 7 for day in group.days):
            raise Fault(f"In {at}, hours is more than 24, or a day is not 1 to 7.")
        for block in group.blocks:
            _there(f"{at}, blocks, kind", (block.kind,), BLOCKS)
    for number, turn in enumerate(centre.turns, 1):
        at = f"turns {number}"
        _changes(at, centre, turn)
        if turn.until_h <= turn.at_h:
            raise Fault(f"In {at}, until_h is not after at_h.")
    back = centre.callback.queue
    if back and not any(q.name == back and q.channel == VOICE for q in centre.queues):
        raise Fault(f"In callback, queue {back!r} is no queue of the voice channel.")


def _medium(medium: Medium, media: set[str]) -> None:
    at = f"media.{medium.name}"
    if medium.name not in MEDIA:
        raise Fault(f"[{at}] is no channel; there are {', '.join(MEDIA)}.")
    if len(medium.profile) != 24 or len(medium.week) != 7:
        raise Fault(f"In {at}, profile has not 24 entries, or week not 7.")
    if not medium.handle_s or not medium.handle_cv or not medium.patience_shape or not medium.slots:
        raise Fault(f"In {at}, handle_s, handle_cv, patience_shape or slots is 0.")
    if not medium.opens < medium.closes <= 24:
        raise Fault(f"In {at}, closes is not after opens, or is after 24.")
    _there(f"{at}, returns", medium.returns, media)
    _there(f"{at}, closed", medium.closed, {*media, HOLD})
    for name in ("returns", "closed"):
        if sum(getattr(medium, name).values()) > 1.000001:
            raise Fault(f"In {at}, the shares of {name} make more than 1.")


def _once(what: str, names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for name in names:
        if not name or name in seen:
            raise Fault(f"In {what}, {name!r} is there twice, or a name is empty.")
        seen.add(name)
    return seen


def _there(at: str, names: Iterable[str], known: Iterable[str]) -> None:
    known = list(known)
    for name in names:
        if name not in known:
            raise Fault(f"In {at}, there is no {name!r}; there are {', '.join(sorted(known))}.")


def _text(at: str, name: str) -> None:
    if any(sign in name for sign in "|,;\n\r") or len(name) > 60:
        raise Fault(f"In {at}, the name has a sign that a platform cannot take, or is too long.")


__all__ = ["FIGURES", "check"]
