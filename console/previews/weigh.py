"""Acts held against doing nothing by the forecast, told in plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, isnan
from typing import Protocol

from console.domain.foreseen import (
    BETTER,
    DEBT,
    GIVEN_UP,
    OPEN,
    RESOLVED,
    SAME,
    UNKNOWN,
    UNSURE,
    WORSE,
    Basis,
    Beware,
    Change,
    Elsewhere,
    Foreseen,
    PartForeseen,
    Payoff,
    against,
    change_words,
    decisive,
    verdict_of,
)
from console.forecast import payoff as paying
from console.forecast.alternatives import (
    Alternative,
    CallbackDialling,
    CallbackOffer,
    OfferInPart,
    Posture,
    ReleasePromises,
)
from console.forecast.centre import Centre
from console.forecast.compare import HOURS, Comparison, Effect, Outlook, compare
from console.forecast.figures import CANNOT_TELL, FIGURES, Difference
from console.forecast.spread import Spread
from console.previews.meaning import Meaning

#: Members for one act, for a list of them, and for what is only looked through.
ONE, LIST, GLANCE = 200, 100, 24
# Less than this in a channel is nothing that has moved.
_ISSUES, _HOURS = 3.0, 1.0
#: Of what is resolved anyway: less is nobody's decision.
MATTERS = 0.005
# The same of debt: hours, and a share of it.
_DEBT_H, _DEBT_SHARE = 1.0, 0.02
# So large a share of agents may be kept for callbacks where nobody has seen it.
_KEPT = 0.2
_UNITS = {figure.name: figure.unit for figure in FIGURES}
_ORDER = (RESOLVED, GIVEN_UP, OPEN, DEBT, "attempts", "waiting", "peak", "abandonment")


class Present(Protocol):
    """The centre as it is now, as far as exports and people can tell."""

    @property
    def centre(self) -> Centre: ...
    @property
    def spread(self) -> Spread: ...
    @property
    def assumed(self) -> tuple[str, ...]: ...
    @property
    def at(self) -> int: ...


def basis(present: Present, members: int) -> Basis:
    return Basis(present.at, _hours(present), members, present.spread.data_h, present.assumed)


def _hours(present: Present) -> float:
    return min(HOURS, present.centre.hours)


def foreseen(present: Present, title: str, means: Meaning, members: int = ONE) -> Foreseen:
    """One act by itself, however many parts it has."""
    return compared(present, [(title, means)], members)[1][0]


def compared(
    present: Present, acts: Sequence[tuple[str, Meaning]], members: int = LIST
) -> tuple[Comparison, list[Foreseen]]:
    """Several, each by itself, in one go. Where nobody knows whether agents are kept for callbacks,
    acts on callbacks are held against both."""
    comparison, found = _compared(present, present.centre, acts, members)
    unseen = _unseen(present.centre)
    both = [n for n, (_, means) in enumerate(acts) if unseen & _callbacks(means)]
    if both:
        kept = _kept(present.centre, unseen)
        _, others = _compared(present, kept, [acts[n] for n in both], members)
        for place, other in zip(both, others, strict=True):
            found[place] = either(found[place], other)
    return comparison, found


def _compared(
    present: Present, centre: Centre, acts: Sequence[tuple[str, Meaning]], members: int
) -> tuple[Comparison, list[Foreseen]]:
    known = [(title, means) for title, means in acts if means.alternatives]
    found = compare(
        centre,
        [Posture(title, means.alternatives) for title, means in known],
        present.spread,
        members=members,
        hours=_hours(present),
    )
    ground = basis(present, members)
    effects = iter(found.effects)
    return found, [
        told(next(effects), found.nothing, ground, title, means)
        if means.alternatives
        else Foreseen(title, UNKNOWN, None, unknown=means.unknown, notes=means.notes)
        for title, means in acts
    ]


# --- what nobody has seen of callbacks


def _unseen(centre: Centre) -> set[str]:
    """Channels of which nobody has seen whether agents are kept for their callbacks."""
    return {
        channel.name
        for channel in centre.channels
        if channel.callback is not None and not channel.callback.reserved_known
    }


def _callbacks(means: Meaning) -> set[str]:
    """Channels on whose callbacks it acts."""
    found: set[str] = set()
    for one in means.alternatives:
        if isinstance(one, CallbackOffer | CallbackDialling | OfferInPart | ReleasePromises):
            found.add(one.channel)
    return found


def _kept(centre: Centre, names: set[str]) -> Centre:
    for channel in centre.channels:
        if channel.name in names and channel.callback is not None:
            rules = replace(channel.callback, reserved=_KEPT)
            centre = centre.with_channel(replace(channel, callback=rules))
    return centre


def either(slack: Foreseen, kept: Foreseen) -> Foreseen:
    """What can be said where it may be the one or the other: as if either were as likely."""
    pairs = [(one, other) for one in slack.changes if (other := kept.of(one.name)) is not None]
    changes = tuple(_between(one, other) for one, other in pairs)
    words = " or ".join(
        f"{change_words(resolved)} if {how}"
        for found, how in ((kept, "agents are kept for callbacks"), (slack, "they are dialled in "
                                                                     "free minutes"))
        if (resolved := found.of(RESOLVED)) is not None
    )  # fmt: skip
    cautions = (Beware("kept", f"not seen yet: {words}"), *slack.cautions)
    return replace(slack, changes=changes, verdict=verdict_of(changes), cautions=cautions)


def _between(one: Change, other: Change) -> Change:
    better = (one.better + other.better) / 2.0
    low, high = CANNOT_TELL
    verdict = UNSURE if low <= better <= high else BETTER if better > high else WORSE
    value, without = (one.value + other.value) / 2.0, (one.without + other.without) / 2.0
    if _small(one.name, value, without) or one.verdict == other.verdict == SAME:
        verdict = SAME
    return replace(
        one,
        value=value,
        low=min(one.low, other.low),
        high=max(one.high, other.high),
        better=better,
        verdict=verdict,
        without=without,
    )


def told(effect: Effect, nothing: Outlook, ground: Basis, title: str, means: Meaning) -> Foreseen:
    changes = tuple(
        change_of(name, effect.differences[name], nothing.figures[name].value)
        for name in _ORDER
        if name in effect.differences and not isnan(effect.differences[name].value)
    )
    return Foreseen(
        title,
        verdict_of(changes),
        ground,
        changes,
        tuple(
            Elsewhere(row.channel, row.issues, row.debt_h)
            for row in effect.moved
            if abs(row.issues) >= _ISSUES or abs(row.debt_h) >= _HOURS
        ),
        (
            *(Beware("index", words) for words in means.warned),
            *(Beware(one.code, one.words, one.channel) for one in effect.cautions),
        ),
        payoff_of(effect.payoff),
        _finite(effect.reaction.waiting_h),
        _finite(effect.reaction.attempts_h),
        _finite(effect.reaction.debt_h),
        means.unknown,
        means.notes,
    )


def change_of(name: str, found: Difference, without: float) -> Change:
    """A difference that is smaller than what models err by is none: in trials against single
    customers its direction was as often wrong as right."""
    verdict = SAME if _small(name, found.value, without) else found.verdict
    return Change(
        name, _UNITS[name], found.value, found.low, found.high, found.better, verdict, without
    )


def _small(name: str, value: float, without: float) -> bool:
    """Only of what verdicts are by."""
    if name == RESOLVED:
        return abs(value) < MATTERS * abs(without)
    return name == DEBT and abs(value) < max(_DEBT_H, _DEBT_SHARE * abs(without))


def payoff_of(found: paying.Payoff) -> Payoff:
    return Payoff(
        _finite(found.hours), _finite(found.low_h), _finite(found.high_h), found.never, found.short
    )


def _finite(hours: float) -> float | None:
    return hours if isfinite(hours) else None


# --- what one of several adds


@dataclass(frozen=True, slots=True)
class _Instead:
    """A centre that is made already."""

    title: str
    centre: Centre

    def applied(self, centre: Centre) -> Centre:
        del centre
        return self.centre


@dataclass(frozen=True, slots=True)
class Part:
    """One item of a posture. `chosen`: it is part of what is done."""

    key: str
    means: Meaning
    chosen: bool


def parts_foreseen(present: Present, parts: Sequence[Part]) -> list[PartForeseen]:
    """What each item adds to those that are chosen: of one that is, what would be lost without it;
    of another, what it would add."""
    known = [part for part in parts if part.means.alternatives]
    if not known:
        return [_unknown(part) for part in parts]
    whole = _applied(present.centre, [part for part in known if part.chosen])
    others: list[Alternative] = []
    for part in known:
        if part.chosen:
            rest = [one for one in known if one.chosen and one is not part]
            others.append(_Instead(part.key, _applied(present.centre, rest)))
        else:
            others.append(_Instead(part.key, _applied(whole, [part])))
    found = compare(whole, others, present.spread, members=LIST, hours=_hours(present))
    by_key = {
        part.key: _part(part, effect, found.nothing)
        for part, effect in zip(known, found.effects, strict=True)
    }
    return [by_key.get(part.key) or _unknown(part) for part in parts]


def _applied(centre: Centre, parts: Sequence[Part]) -> Centre:
    for part in parts:
        for one in part.means.alternatives:
            centre = one.applied(centre)
    return centre


def _part(part: Part, effect: Effect, nothing: Outlook) -> PartForeseen:
    changes = [
        change_of(name, effect.differences[name], nothing.figures[name].value)
        for name in (RESOLVED, DEBT, OPEN, GIVEN_UP)
    ]
    if part.chosen:
        # Leaving it out was tried; what it adds is the other way round.
        changes = [turned(change) for change in changes]
    resolved, debt = changes[:2]
    decides = decisive(tuple(changes)) or resolved
    words = change_words(decides)
    if (other := against(tuple(changes))) is not None:
        words = f"{words}, but {change_words(other)}"
    verdict = verdict_of(tuple(changes))
    return PartForeseen(part.key, resolved, debt, verdict, words)


def _unknown(part: Part) -> PartForeseen:
    words = part.means.unknown[0] if part.means.unknown else "not in the forecast"
    return PartForeseen(part.key, None, None, UNKNOWN, words)


def turned(change: Change) -> Change:
    """The same difference seen from the other side."""
    verdict = {BETTER: WORSE, WORSE: BETTER}.get(change.verdict, change.verdict)
    return replace(
        change,
        value=-change.value,
        low=-change.high,
        high=-change.low,
        better=1.0 - change.better,
        verdict=verdict,
    )


__all__ = [
    "GLANCE", "LIST", "MATTERS", "ONE", "Part", "Present", "basis", "change_of", "compared",
    "foreseen", "parts_foreseen", "payoff_of", "told", "turned",
]  # fmt: skip
