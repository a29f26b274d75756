"""Ideas side by side, and the best of them found by trying one after another."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from console.domain.foreseen import BETTER, DEBT, GIVEN_UP, MIXED, OPEN, RESOLVED, Beware, Foreseen
from console.domain.plans import (
    BEST,
    BLOCKS,
    CALL_IN,
    CLOSE,
    DRAIN,
    HANDLING,
    MODERATE,
    MOVE,
    OFFER_OFF,
    OFFER_ON,
    PLAYBOOK,
    SEVERAL,
    CallbackRight,
    Idea,
    Index,
    Level,
    Nothing,
    Plan,
    PlanRow,
    ranked,
)
from console.forecast import course as c
from console.forecast.alternatives import Alternative
from console.forecast.callback_setting import OFF, CallbackAdvice, callback_setting
from console.forecast.centre import Centre
from console.forecast.compare import Comparison
from console.forecast.engine import run
from console.forecast.figures import Range
from console.forecast.normal import Floats
from console.forecast.spread import drawn
from console.forecast.stack import stacked
from console.previews.ideas import Now, ideas, meant
from console.previews.weigh import GLANCE, LIST, Present, basis, compared, payoff_of

#: So many are compared at first; the person adds others.
MOST = 10
REASON = (
    "fewest issues open or given up at the end first, then least debt: an issue that is not "
    "resolved comes back or is lost, and abandonment or waiting alone can fall for bad reasons"
)
#: How many of each kind are shown at first.
_SHOWN = {
    OFFER_OFF: 1, OFFER_ON: 1, MOVE: 1, BLOCKS: 1, CALL_IN: 1, CLOSE: 1, SEVERAL: 2, HANDLING: 1,
    PLAYBOOK: 1, "administration": 1,
}  # fmt: skip
_KEEP = 12
# A step of the search must resolve so many issues more, and so large a share of all.
_GAIN, _GAIN_SHARE = 3.0, 0.0005
# It may not be bought with debt: hours, and a share of what is owed anyway.
_DEBT_H, _DEBT_SHARE = 2.0, 0.05
_SURE = 0.8
_STEPS = 6


def plan(present: Present, now: Now, wanted: Sequence[Idea] | None = None) -> Plan:
    """The ideas that are wanted, or those of the moment, beside doing nothing."""
    advices = _advices(present)
    now.off = frozenset(one.channel for one in advices if one.right == OFF)
    everything = ideas(now)
    chosen = list(wanted) if wanted is not None else shown(everything)
    acts = [(idea.title, meant(now, idea)) for idea in chosen]
    comparison, found = compared(present, acts, LIST)
    rows = tuple(row_of(idea, one) for idea, one in zip(chosen, found, strict=True))
    keys = {idea.key for idea in chosen}
    return Plan(
        basis=basis(present, LIST),
        nothing=_nothing(comparison),
        rows=ranked(rows),
        callbacks=tuple(_right(one, now) for one in advices),
        indexes=tuple(_indexes(present.centre)),
        others=tuple(idea for idea in everything if idea.key not in keys),
        urgent=now.urgent,
        reason=REASON,
    )


def shown(found: Sequence[Idea]) -> list[Idea]:
    """What is compared at first: of each kind a few, ten at most."""
    left = dict(_SHOWN)
    chosen: list[Idea] = []
    # What is made of others last, so that it is never what is left out for room.
    for idea in found:
        kind = idea.kind if idea.key != MODERATE else MODERATE
        if left.get(kind, 1 if kind == MODERATE else 0) > 0 and kind != DRAIN:
            left[kind] = left.get(kind, 1) - 1
            chosen.append(idea)
    # The best that is found takes the tenth place.
    order = (PLAYBOOK, MODERATE, OFFER_OFF, OFFER_ON, MOVE, BLOCKS, CALL_IN, CLOSE, HANDLING)
    places = {kind: place for place, kind in enumerate(order)}
    chosen.sort(key=lambda i: places.get(i.kind if i.key != MODERATE else MODERATE, len(order)))
    return chosen[: MOST - 1]


def row_of(idea: Idea, one: Foreseen) -> PlanRow:
    changes = {change.name: change for change in one.changes}
    if not changes:
        return PlanRow(idea, one)
    # New issues are the same: what is resolved more is open or given up less.
    return PlanRow(idea, one, (-round(changes[RESOLVED].value, 3), round(changes[DEBT].value, 3)))


def _nothing(found: Comparison) -> Nothing:
    def level(name: str) -> Level:
        one: Range = found.nothing.figures[name]
        return Level(one.value, one.low, one.high)

    return Nothing(
        level(OPEN), level(GIVEN_UP), level(RESOLVED), level(DEBT), payoff_of(found.nothing.payoff),
        tuple(Beware(one.code, one.words, one.channel) for one in found.nothing.cautions),
    )  # fmt: skip


def _advices(present: Present) -> list[CallbackAdvice]:
    hours = basis(present, 0).hours
    names = present.centre.names
    found = (callback_setting(present.centre, name, present.spread, hours) for name in names)
    return [advice for advice in found if advice is not None]


def _right(advice: CallbackAdvice, now: Now) -> CallbackRight:
    stands = "on" if now.offers(advice.channel) else "off"
    return CallbackRight(advice.channel, advice.right, stands, advice.sure, advice.why)


def _indexes(centre: Centre) -> list[Index]:
    found: list[Index] = []
    day = round(24 / centre.interval_h)
    for place, channel in enumerate(centre.channels):
        agents = float(centre.agents[place][:4].mean())
        staff = float(centre.agents[place, :day].mean())
        need = float(centre.fresh[place, :day].mean()) * channel.hours_per_issue
        load = need / staff if staff else None
        found.append(Index(channel.name, channel.resolved_per_hour, agents, load))
    return sorted(found, key=lambda index: -index.per_hour)


# --- the best that is found


def best(
    present: Present, now: Now, overtaken: Callable[[], bool] = lambda: False
) -> PlanRow | None:
    """One idea after another is added as long as it resolves more for certain, leaves hardly more
    debt, and more are not given up than are resolved; None where nothing does, or where nobody
    waits for it any more."""
    left = [
        idea
        for idea in ideas(now)
        if not idea.said and idea.kind != PLAYBOOK and idea.key != MODERATE
    ]
    left += [
        replace(idea.with_number(number), key=f"{idea.key}:{number}")
        for idea in left
        if idea.kind == MOVE
        for number in sorted({max(1, (idea.most or 1) // 4), idea.most or 1} - {idea.number})
    ]
    means = {idea.key: meant(now, idea).alternatives for idea in left}
    left = [idea for idea in left if means[idea.key]]
    base = _Tried(present)
    so_far, centre, level = list[Idea](), present.centre, base.of([present.centre])[0]
    start_debt, start = float(level[1].mean()), level
    for _ in range(_STEPS):
        if overtaken() or not left:
            break
        tried = [_done(centre, means[idea.key]) for idea in left]
        found = base.of(tried)
        gains = [float((one[0] - level[0]).mean()) for one in found]
        room = _DEBT_H + _DEBT_SHARE * start_debt
        fit = [
            place
            for place, one in enumerate(found)
            if gains[place] > max(_GAIN, _GAIN_SHARE * float(level[0].mean()))
            and float((one[0] > level[0]).mean()) > _SURE
            and float(one[1].mean()) <= start_debt + room
            and float((one[2] - start[2]).mean()) <= float((one[0] - start[0]).mean())
        ]
        if not fit:
            break
        place = max(fit, key=lambda place: gains[place])
        taken, centre, level = left[place], tried[place], found[place]
        so_far.append(taken)
        left = [idea for idea in left if not _excludes(taken, idea)]
    if overtaken() or not so_far:
        return None
    parts = tuple(sorted(so_far, key=lambda idea: (idea.kind == MOVE, idea.key)))
    words = f"best found: {'; '.join(part.title for part in parts)}"
    idea = Idea(BEST, SEVERAL, words, parts=parts)
    _, (one,) = compared(present, [(idea.title, meant(now, idea))], LIST)
    return row_of(idea, one) if one.verdict in (BETTER, MIXED) else None


def _done(centre: Centre, parts: Sequence[Alternative]) -> Centre:
    for part in parts:
        centre = part.applied(centre)
    return centre


def _excludes(taken: Idea, other: Idea) -> bool:
    """The same thing again, or another act on the same channel; agents are taken from one once."""
    mine, theirs = ({part.channel for part in one.flat} - {""} for one in (taken, other))
    return taken.key == other.key or bool(mine & theirs)


class _Tried:
    """Few members, and only what decides."""

    def __init__(self, present: Present) -> None:
        self._draws = drawn(present.spread, present.centre.names, GLANCE)
        self._hours = basis(present, 0).hours

    def of(self, centres: Sequence[Centre]) -> list[tuple[Floats, Floats, Floats]]:
        """Issues resolved, hours of debt at the end, and issues given up, of each member."""
        course = run(stacked(centres, self._draws, self._hours), _KEEP)
        resolved = course.flow(c.RESOLVED).sum(axis=(0, 1))
        debt = course.debt_h[-1].sum(axis=0)
        lost = course.flow(c.GIVEN_UP).sum(axis=(0, 1))
        rows = zip(resolved, debt, lost, strict=True)
        return [(np.asarray(one), np.asarray(two), np.asarray(three)) for one, two, three in rows]


__all__ = ["MOST", "REASON", "best", "plan", "row_of", "shown"]
