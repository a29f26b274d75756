"""Which setting of a channel's callback is right now, and why.

On in a peak that slack follows, off where none does: a promise that nobody can keep is debt out of
sight, its entries go stale, and every stale dial takes the place of a customer who calls.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from console.forecast import course as c
from console.forecast.alternatives import Alternative, CallbackDialling, CallbackOffer, Posture
from console.forecast.cautions import spare_hours
from console.forecast.centre import Centre
from console.forecast.compare import HOURS
from console.forecast.engine import run
from console.forecast.figures import CANNOT_TELL
from console.forecast.normal import Floats
from console.forecast.spread import Spread, drawn
from console.forecast.stack import stacked

OFF, SLACK, RESERVED = "off", "on, dialled in slack", "on, with agents for it"
_RESERVED_SHARE = 0.3
_MEMBERS = 60
_KEEP = 6
# Spare hours must be this many times those wasted, for some of them come at the wrong time.
_ENOUGH = 2.0
_SOME = 5.0


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: middles of what becomes of it."""

    name: str
    resolved: float
    given_up: float
    list_at_end: float
    wasted_h: float


@dataclass(frozen=True, slots=True)
class CallbackAdvice:
    """`right` is the setting that resolves most, or "" where nobody can tell on from off.

    Dialling in slack is preferred where keeping agents for it is not clearly better, and off where
    both resolve as much but more promises are open at the end than can be kept. `sure` is the share
    of members that say so. `rule` is what the hours alone
    say: offer if spare hours within the promise exceed twice those wasted.
    """

    channel: str
    right: str
    sure: float
    spare_h: float
    wasted_h: float
    rule: bool
    settings: tuple[Setting, ...]
    why: str


def callback_setting(
    centre: Centre, channel: str, spread: Spread | None = None, hours: float = HOURS
) -> CallbackAdvice | None:
    """None if the channel has no callback at all."""
    place = centre.place(channel)
    rules = centre.channels[place].callback
    if rules is None:
        return None
    choices = _choices(channel, rules.reserved or _RESERVED_SHARE)
    centres = [choice.applied(centre) for choice in choices]
    draws = drawn(spread or Spread(), centre.names, _MEMBERS)
    course = run(stacked(centres, draws, hours), _KEEP)
    resolved = course.flow(c.RESOLVED).sum(axis=(0, 1))
    given_up = course.flow(c.GIVEN_UP).sum(axis=(0, 1))
    wasted = course.flow(c.WASTED)[:, place].sum(axis=0)
    left = course.state(c.LIST_LIVE)[-1, place]
    names = (OFF, SLACK, RESERVED)
    settings = tuple(
        Setting(
            name, *(float(np.median(values[n])) for values in (resolved, given_up, left, wasted))
        )
        for n, name in enumerate(names)
    )
    slack_wins = _gains(resolved[1], resolved[2]) > 1.0 - CANNOT_TELL[1]
    best = 1 if slack_wins else 2
    sure = _gains(resolved[best], resolved[0])
    right = names[best] if sure > CANNOT_TELL[1] else OFF if sure < CANNOT_TELL[0] else ""
    spare = spare_hours(course, place, rules.promise_h)
    # Where both resolve as much, promises that nobody can keep decide.
    kept = spare / (rules.handling_h or centre.channels[place].handling_h)
    broken = float((left[best] > max(kept, _SOME)).mean())
    if not right and broken > CANNOT_TELL[1]:
        right, sure = OFF, 1.0 - broken
    extra = settings[1].wasted_h - settings[0].wasted_h
    return CallbackAdvice(
        channel=channel,
        right=right,
        sure=max(sure, 1.0 - sure),
        spare_h=spare,
        wasted_h=max(extra, 0.0),
        rule=spare > _ENOUGH * max(extra, 0.0) and spare > 0.0,
        settings=settings,
        why=_why(channel, right, spare, rules.promise_h, settings[0], settings[best]),
    )


def _choices(channel: str, reserved: float) -> Sequence[Alternative]:
    on = CallbackOffer(channel, True)
    return (
        Posture(OFF, (CallbackOffer(channel, False), CallbackDialling(channel, True, 0.0))),
        Posture(SLACK, (on, CallbackDialling(channel, True, 0.0))),
        Posture(RESERVED, (on, CallbackDialling(channel, True, reserved))),
    )


def _gains(one: Floats, other: Floats) -> float:
    """Share of members in which one resolves more; what is alike counts half."""
    gap = one - other
    return float(np.where(np.abs(gap) < 1e-3 * other, 0.5, gap > 0.0).mean())


def _why(
    channel: str, right: str, spare: float, promise_h: float, off: Setting, best: Setting
) -> str:
    room = f"{spare:.0f} agent hours are spare in {channel} within the promised {promise_h:.0f} h"
    gain = best.resolved - off.resolved
    if not right:
        return f"cannot tell: {room}, and on or off resolves about as much ({gain:+.0f} issues)"
    if right == OFF:
        return (
            f"off: {room}; if offered, {best.list_at_end:.0f} promises would be open at the end "
            f"and {max(-gain, 0.0):.0f} issues fewer resolved"
        )
    late = "" if spare >= 1.0 else "; they will be called back later than promised"
    fewer = off.given_up - best.given_up
    return f"{right}: {room}{late}; {gain:.0f} issues more resolved, {fewer:.0f} fewer given up"
