"""Attempts as the estimators want them: who came again after what, and who came new."""

from dataclasses import dataclass

import numpy as np

from console.debt import attempts as a
from console.debt.attempts import Attempts, Promises
from console.domain.times import HOUR
from console.forecast.estimate import Counts, Estimate, Flags, share
from console.forecast.estimate_incidence import (
    EDGES_H,
    After,
    Incidence,
    Same,
    chance_apart,
    counted,
    estimate_incidence,
    estimate_same,
)
from console.forecast.estimate_returns import Endings, Usual, estimate_returns
from console.forecast.normal import Floats

#: Contacts so far apart are not taken for one need.
APART_H = 120.0
# Who tries again after giving up does so on the same day; what comes later is told by the share.
_SOON_H = 5.0
# Who comes back after an answer does so within two days; most of them within little more than one.
_BACK_H, _BACK_SOON_H = 48.0, 30.0
# An attempt that lies in the time of more than so many later ones of its customer is left alone.
_DEEP = 6
_TICK_H = 0.05
_MOST = 60_000  # more make nothing surer
GONE, ANSWERS = (a.ABANDONED,), (a.ANSWERED,)
#: How soon customers usually come again, and how sure that is (of its logarithm).
REDIAL, RECONNECT = Usual(0.7, 0.7), Usual(8.0, 0.4)
_SHARE = 0.2
# Shorter data do not reach a day beyond enough contacts.
_LONG_H = 36.0
# Of a hundred thousand attempts a few are the same customer's, where nobody could see it.
_UNSEEN = Same(3e-5, 2e-5)


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Attempts of known customers in the order of their customers and times. Hours are since the
    data began; `end_h` is NaN where an attempt has not ended, and that of the promise where a
    callback was promised; `ended_as` is its outcome, a promise's as an answer or a loss.

    `following` is the place of the same customer's next attempt after the end, `before` that of
    the attempt before, `during` that of one that waited still when this one began; -1: none.
    """

    attempts: Attempts
    begin_h: Floats
    end_h: Floats
    ended_as: Counts
    following: Counts
    before: Counts
    during: Counts

    @property
    def span_h(self) -> float:
        return (self.attempts.until_us - self.attempts.from_us) / HOUR

    @property
    def of(self) -> Counts:
        """The customer of each."""
        return self.attempts.customer.astype(np.int64)


def hours(at_us: np.ndarray, since_us: int) -> Floats:
    """Hours since then; NaN where it has not happened."""
    return np.where(at_us < 0, np.nan, (at_us - since_us) / HOUR)


def chained(attempts: Attempts, promises: Promises) -> Chains:
    """Those of known customers only."""
    keyed = np.flatnonzero(attempts.customer >= 0)
    order = keyed[np.lexsort((attempts.entered_us[keyed], attempts.customer[keyed]))]
    ours = attempts.taken(order)
    begin = hours(ours.entered_us, ours.from_us)
    end = hours(ours.ended_us, ours.from_us)
    ended_as = ours.outcome.astype(np.int64)
    asked = np.flatnonzero(ended_as == a.PROMISED)
    if len(asked) and len(promises):
        last = np.argsort(promises.made_us, kind="stable")
        contacts, place = promises.contact[last], {}
        place = dict(zip(contacts.tolist(), last.tolist(), strict=True))
        of = np.array([place.get(c, -1) for c in ours.contact[asked].tolist()], np.int64)
        known, asked = of[of >= 0], asked[of >= 0]
        end[asked] = hours(promises.ended_us[known], ours.from_us)
        reached = promises.reached[known]
        ended_as[asked] = np.select([reached == 1, reached == 0], [a.ANSWERED, a.LOST], a.PROMISED)
    number, who = len(order), ours.customer
    following = np.full(number, -1, np.int64)
    before, during = following.copy(), following.copy()
    same = who[1:] == who[:-1]
    before[1:] = np.where(same, np.arange(number - 1), -1)
    for step in range(1, _DEEP + 1):
        here = np.arange(number - step)
        alike = who[step:] == who[:-step]
        ended = end[:-step] <= begin[step:]
        free = following[:-step] < 0
        following[:-step] = np.where(alike & ended & free, here + step, following[:-step])
        # Of the attempts that had not ended, the nearest before.
        open_still = alike & ~(end[:-step] <= begin[step:])
        late = during[step:] < 0
        during[step:] = np.where(open_still & late, here, during[step:])
    return Chains(ours, begin, end, ended_as, following, before, during)


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """How many needs had begun by an hour: all attempts, by the part of them that is new."""

    begun: Floats  # at each tick
    fresh: float

    @classmethod
    def of(cls, attempts: Attempts, fresh: float) -> "Clock":
        at = hours(attempts.entered_us, attempts.from_us)
        ticks = int(np.ceil((attempts.until_us - attempts.from_us) / HOUR / _TICK_H)) + 2
        place = np.clip((at / _TICK_H).astype(np.int64) + 1, 0, ticks - 1)
        return cls(np.cumsum(np.bincount(place, minlength=ticks)).astype(np.float64), fresh)

    def needs(self, at_h: Floats) -> Floats:
        ticks = np.clip(at_h / _TICK_H, 0.0, len(self.begun) - 1.001)
        place = ticks.astype(np.int64)
        low = self.begun[place]
        return self.fresh * (low + (ticks - place) * (self.begun[place + 1] - low))


@dataclass(frozen=True, slots=True)
class Coming:
    """How customers come again: what share, how soon, as told by what (`note`)."""

    share: Estimate | None
    delay_h: Estimate | None
    seen: Estimate | None
    incidence: Incidence | None = None


@dataclass(frozen=True, slots=True)
class Comings:
    """How customers of a channel come again: after giving up, and after an answer."""

    redial: Coming
    reconnect: Coming


@dataclass(frozen=True, slots=True, eq=False)
class Returning:
    """`channels` by place, and of all together. `new` is how likely each attempt of the chains
    begins a need; `same` the chance that a need of anybody is the same customer's."""

    channels: tuple[Comings, ...]
    together: Comings
    new: Floats
    same: Same


def returning(chains: Chains) -> Returning:
    """Returns of each channel, strangers allowed for."""
    ours = chains.attempts
    same = chance_apart(chains.of, chains.begin_h, APART_H)
    apart, fresh, new = same is not None, 0.8, np.ones(len(ours))
    together: Comings | None = None
    for _ in range(2):
        clock = Clock.of(ours, fresh)
        if not apart:
            share = _SHARE
            if together is not None and together.reconnect.share is not None:
                share = together.reconnect.share.value
            long = chains.span_h > _LONG_H
            after = _after(chains, ANSWERS, clock)
            same = estimate_same(after, share, RECONNECT.delay_h) if long else None
        together = _comings(chains, None, clock, same or _UNSEEN)
        new = _new(chains, clock, same or _UNSEEN)
        fresh = float(np.clip(new.mean(), 0.1, 1.0)) if len(new) else fresh
    assert together is not None
    clock = Clock.of(ours, fresh)
    channels = tuple(
        _comings(chains, ours.channel == place, clock, same or _UNSEEN)
        for place in range(len(ours.channels))
    )
    return Returning(channels, together, _seen_whole(chains, new, together), same or _UNSEEN)


def _after(
    chains: Chains, kinds: tuple[int, ...], clock: Clock, here: Flags | None = None
) -> After:
    which = np.isin(chains.ended_as, kinds) & ~np.isnan(chains.end_h)
    places = np.flatnonzero(which if here is None else which & here)[-_MOST:]
    end, following = chains.end_h[places], chains.following[places]
    again = following >= 0
    upto = np.where(again, chains.begin_h[np.maximum(following, 0)], chains.span_h)
    return After(end, np.maximum(upto - end, 0.0), again, clock.needs)


def _comings(chains: Chains, here: Flags | None, clock: Clock, same: Same) -> Comings:
    span = chains.span_h
    left, answered = _after(chains, GONE, clock, here), _after(chains, ANSWERS, clock, here)
    return Comings(
        _coming(left, span, same, upto_h=24.0, soon_h=_SOON_H, usual=REDIAL),
        _coming(answered, span, same, upto_h=_BACK_H, soon_h=_BACK_SOON_H, usual=RECONNECT),
    )


def _coming(
    after: After, span: float, same: Same, *, upto_h: float, soon_h: float,
    usual: Usual,
) -> Coming:  # fmt: skip
    found = estimate_incidence(after, same, span, upto_h=upto_h, delay_upto_h=soon_h)
    gap = np.minimum(after.gap_h, upto_h)
    again = after.again & (after.gap_h <= upto_h)
    seen = share(int(again.sum()), len(again), span)
    if found is not None:
        return Coming(found.share, found.delay_h, seen, found)
    # Too short for that: a form is assumed, and the delay held near the usual.
    began = float((after.needs(after.end_h + gap) - after.needs(after.end_h)).sum())
    strangers = min(same.chance * began / max(float(again.sum()), 1.0), 0.9)
    weights = np.full(len(gap), 1.0 - strangers)
    whole = estimate_returns(Endings(gap, again, weights), span, usual)
    return Coming(whole.share, whole.delay_h, seen)


def _new(chains: Chains, clock: Clock, same: Same) -> Floats:
    """How likely each attempt begins a need: of those who came so long after such a contact, so
    many are expected by chance."""
    ours = chains.attempts
    had, last = chains.before >= 0, np.maximum(chains.before, 0)
    gap: Floats = np.maximum(chains.begin_h - chains.end_h[last], 0.0)
    number = len(ours.channels)
    new = np.ones(len(had))
    share_of = np.bincount(ours.channel, weights=np.where(had, 0.5, 1.0), minlength=number)
    share_of = share_of / max(float(share_of.sum()), 1.0)
    bins = len(EDGES_H) - 1
    place = np.searchsorted(EDGES_H, gap, side="right") - 1
    for kinds in ((*GONE, a.LOST), ANSWERS):
        ended = had & np.isin(chains.ended_as[last], kinds) & ~np.isnan(gap) & (place < bins)
        for channel in range(number):
            here = ended & (ours.channel[last] == channel)
            if not here.any():
                continue
            others = counted(_after(chains, kinds, clock, ours.channel == channel), EDGES_H[-1])[3]
            cell = ours.channel[here].astype(np.int64) * bins + place[here]
            came = np.bincount(cell, minlength=number * bins).astype(np.float64)
            expected = (same.chance * share_of[:, None] * others[None, :]).ravel()
            part = np.minimum(expected / np.maximum(came, 1.0), 1.0)
            new[here] = part[cell]
    # Whoever waits still, in writing say or for a callback, comes for that.
    return np.where(chains.during >= 0, 0.0, new)


def _seen_whole(chains: Chains, new: Floats, comings: Comings) -> Floats:
    """At the beginning of the data nobody can know who comes again: by how many do later."""
    back = comings.reconnect
    if back.share is None or back.delay_h is None or not len(new):
        return new
    answers = float((chains.ended_as == a.ANSWERED).sum())
    part = min(back.share.value * answers / len(new), 0.9)
    unseen = part * np.exp(-chains.begin_h / max(back.delay_h.value, 0.1))
    return np.where((chains.before < 0) & (chains.during < 0), new * (1.0 - unseen), new)


__all__ = [
    "ANSWERS", "APART_H", "GONE", "RECONNECT", "REDIAL", "Chains", "Clock", "Coming", "Comings",
    "Returning", "chained", "hours", "returning",
]  # fmt: skip
