"""Attempts as the estimators want them: who came again after what, and who came new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from console.debt import attempts as a
from console.debt.attempts import Attempts, Promises
from console.domain.times import DAY, HOUR
from console.forecast.estimate import Counts, Estimate, Flags, of_log, share
from console.forecast.estimate_incidence import (
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
_WRITTEN = frozenset(("email", "social"))
# A day that has less is of before the data; of its first ones as many are strays.
_PART_OF_A_DAY, _STRAYS = 0.2, 0.01
_WIDE_H = np.array([0.0, 0.5, 2.0, 6.0, 12.0, 24.0, 36.0, 48.0, 74.0])
_MOST = 60_000  # more make nothing surer
GONE, ANSWERS = (a.ABANDONED,), (a.ANSWERED,)
#: How soon customers usually come again, and how sure that is (of its logarithm).
REDIAL, RECONNECT = Usual(0.7, 0.7), Usual(8.0, 0.4)
_SHARE = 0.2
_NIGHT = 0.25
# Shorter data do not reach a day beyond enough contacts.
_LONG_H = 36.0
# Of a hundred thousand attempts a few are the same customer's, where nobody could see it.
_UNSEEN = Same(3e-5, 2e-5)


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Attempts of known customers in the order of their customers and times. Hours are since the
    data began, and below 0 where somebody waited then already; `known_h` since their own source
    began; `end_h` is NaN where an attempt has not ended, and that of the promise where a
    callback was promised; `ended_as` is its outcome, a promise's as an answer or a loss.

    `following` is the place of the same customer's next attempt after the end, `before` that of
    the attempt before, `during` that of one that waited still when this one began; -1: none.
    """

    attempts: Attempts
    begin_h: Floats
    known_h: Floats
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


def chained(
    attempts: Attempts, promises: Promises, begins: Mapping[int, int] | None = None
) -> Chains:
    """Those of known customers only. `begins`: as `begins_of` has them."""
    begins = begins_of(attempts) if begins is None else begins
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
    since = np.array([begins.get(s, ours.from_us) for s in ours.source.tolist()], np.int64)
    known = (ours.entered_us - since) / HOUR
    return Chains(ours, begin, known, end, ended_as, following, before, during)


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Attempts of which no more is looked at than when they came, and where."""

    entered_us: Counts
    source: np.ndarray
    channel: np.ndarray

    @classmethod
    def of(cls, attempts: Attempts, places: Counts | None = None) -> "Arrivals":
        at = slice(None) if places is None else places
        return cls(attempts.entered_us[at], attempts.source[at], attempts.channel[at])


def joined_arrivals(parts: Sequence[Arrivals]) -> Arrivals:
    return Arrivals(
        np.concatenate([part.entered_us for part in parts]),
        np.concatenate([part.source for part in parts]),
        np.concatenate([part.channel for part in parts]),
    )


def begins_of(attempts: Attempts, earlier: Sequence[Arrivals] = ()) -> dict[int, int]:
    """From when on each source tells all: its tickets may be older than what is known of its days.

    The oldest day, counted back from the end, that has a fifth of what days have; in it the first
    attempt that is not in writing, where there is one.
    """
    found: dict[int, int] = {}
    every = joined_arrivals((*earlier, Arrivals.of(attempts)))
    written = [n for n, name in enumerate(attempts.channels) if name in _WRITTEN]
    for source in np.unique(every.source).tolist():
        here = every.source == source
        entered = every.entered_us[here]
        spoken = entered[~np.isin(every.channel[here], written)]
        # What is told as it happens begins with its first event.
        if len(spoken):
            found[source] = int(spoken.min())
            continue
        day = np.maximum(attempts.until_us - entered, 0) // DAY
        count = np.bincount(day)
        full = count >= _PART_OF_A_DAY * np.median(count[count > 0])
        oldest = entered[day == int(np.flatnonzero(full)[-1])]
        found[source] = int(np.quantile(oldest, _STRAYS))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """How many needs had begun by an hour, each attempt by how likely it is new."""

    begun: Floats  # at each tick

    @classmethod
    def of(cls, attempts: Attempts, new: Floats) -> "Clock":
        at = hours(attempts.entered_us, attempts.from_us)
        ticks = int(np.ceil((attempts.until_us - attempts.from_us) / HOUR / _TICK_H)) + 2
        place = np.clip((at / _TICK_H).astype(np.int64) + 1, 0, ticks - 1)
        return cls(np.cumsum(np.bincount(place, new, ticks)).astype(np.float64))

    def needs(self, at_h: Floats) -> Floats:
        ticks = np.clip(at_h / _TICK_H, 0.0, len(self.begun) - 1.001)
        place = ticks.astype(np.int64)
        low = self.begun[place]
        return low + (ticks - place) * (self.begun[place + 1] - low)


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
    begins a need; `same` the chance that a need of anybody is the same customer's; `unseen` the
    part of them thought to be for a need from before the data, which nobody can see."""

    channels: tuple[Comings, ...]
    together: Comings
    new: Floats
    same: Same
    unseen: float


def returning(chains: Chains) -> Returning:
    """Returns of each channel, strangers allowed for."""
    ours = chains.attempts
    same = chance_apart(chains.of, chains.begin_h, APART_H)
    apart, together = same is not None, None
    # At first who came before counts as half a need.
    new: Floats = np.where(chains.before >= 0, 0.5, 1.0)
    for _ in range(2):
        clock = Clock.of(ours, new)
        if not apart and chains.span_h > _LONG_H:
            back = None if together is None else together.reconnect.share
            after = _after(chains, ANSWERS, clock)
            same = estimate_same(after, _SHARE if back is None else back.value, RECONNECT.delay_h)
        together = _comings(chains, None, clock, same or _UNSEEN)
        new = _new(chains, new, same or _UNSEEN)
    assert together is not None
    clock = Clock.of(ours, new)
    channels = tuple(
        _comings(chains, ours.channel == place, clock, same or _UNSEEN)
        for place in range(len(ours.channels))
    )
    whole = _seen_whole(chains, new, together)
    unseen = 1.0 - float(whole.sum()) / max(float(new.sum()), 1.0)
    return Returning(channels, together, whole, same or _UNSEEN, unseen)


def _after(
    chains: Chains, kinds: tuple[int, ...], clock: Clock, here: Flags | None = None
) -> After:
    # Whoever had something else open comes again for that as well.
    which = np.isin(chains.ended_as, kinds) & ~np.isnan(chains.end_h) & (chains.during < 0)
    return _followed(chains, np.flatnonzero(which if here is None else which & here), clock)


def _followed(chains: Chains, places: Counts, clock: Clock) -> After:
    places = places[-_MOST:]
    end, following = chains.end_h[places], chains.following[places]
    again = following >= 0
    upto = np.where(again, chains.begin_h[np.maximum(following, 0)], chains.span_h)
    return After(end, np.maximum(upto - end, 0.0), again, clock.needs)


def _comings(chains: Chains, here: Flags | None, clock: Clock, same: Same) -> Comings:
    span = chains.span_h
    left, answered = _after(chains, GONE, clock, here), _after(chains, ANSWERS, clock, here)
    return Comings(
        _coming(left, span, same, REDIAL, upto_h=24.0, soon_h=_SOON_H, least_h=3.0),
        _coming(answered, span, same, RECONNECT, upto_h=_BACK_H, soon_h=_BACK_SOON_H),
    )


def _coming(
    after: After, span: float, same: Same, usual: Usual, *, upto_h: float, soon_h: float,
    least_h: float = 24.0,
) -> Coming:  # fmt: skip
    found = estimate_incidence(
        after, same, span, upto_h=upto_h, delay_upto_h=soon_h, least_h=least_h
    )
    gap = np.minimum(after.gap_h, upto_h)
    again = after.again & (after.gap_h <= upto_h)
    seen = share(int(again.sum()), len(again), span)
    if found is not None:
        return Coming(found.share, _held(found.delay_h, usual), seen, found)
    # Too short for that: a form is assumed, and the delay held near the usual.
    began = float((after.needs(after.end_h + gap) - after.needs(after.end_h)).sum())
    strangers = min(same.chance * began / max(float(again.sum()), 1.0), 0.9)
    weights = np.full(len(gap), 1.0 - strangers)
    whole = estimate_returns(Endings(gap, again, weights), span, usual)
    part = whole.share
    if part is not None and span < 24.0 and usual is RECONNECT:
        # By day alone nobody sees whom the night keeps from coming.
        low = part.low * (1.0 - _NIGHT)
        part = Estimate(part.value, low, part.high, part.number, span, part.note)
    return Coming(part, whole.delay_h, seen)


def _held(delay: Estimate, usual: Usual) -> Estimate:
    """What is hardly known is held near the usual; what is well known is left as it is."""
    sure, weak = 1.0 / delay.log_sd**2, 1.0 / usual.sd**2
    middle = (sure * log(delay.value) + weak * log(usual.delay_h)) / (sure + weak)
    return of_log(middle, (sure + weak) ** -0.5, delay.number, delay.span_h, delay.note)


def _new(chains: Chains, new: Floats, same: Same) -> Floats:
    """How likely each attempt begins a need: of those who came so long after such a contact to such
    a channel, so many are expected by chance. `new` is what was thought before."""
    ours = chains.attempts
    had, last = chains.before >= 0, np.maximum(chains.before, 0)
    gap: Floats = np.maximum(chains.begin_h - chains.end_h[last], 0.0)
    number, bins = len(ours.channels), len(_WIDE_H) - 1
    clocks = [Clock.of(ours, np.where(ours.channel == n, new, 0.0)) for n in range(number)]
    found = np.ones(len(had))
    place = np.searchsorted(_WIDE_H, gap, side="right") - 1
    for kinds in ((*GONE, a.LOST), ANSWERS):
        kind = np.isin(chains.ended_as, kinds) & ~np.isnan(chains.end_h)
        ended = had & kind[last] & ~np.isnan(gap) & (place < bins)
        for channel in range(number):
            here = ended & (ours.channel[last] == channel)
            if not here.any():
                continue
            those = np.flatnonzero(kind & (ours.channel == channel))
            scale = len(those) / min(len(those), _MOST)
            expected = np.concatenate(
                [counted(_followed(chains, those, clock), _WIDE_H)[2] for clock in clocks]
            )
            cell = ours.channel[here].astype(np.int64) * bins + place[here]
            came = np.bincount(cell, minlength=number * bins).astype(np.float64)
            part = np.minimum(same.chance * scale * expected / np.maximum(came, 1.0), 1.0)
            found[here] = part[cell]
    # Whoever waits still, in writing say or for a callback, comes for that.
    return np.where(chains.during >= 0, 0.0, found)


def _seen_whole(chains: Chains, new: Floats, comings: Comings) -> Floats:
    """At the beginning of the data nobody can know who comes again: by how many do later."""
    back = comings.reconnect
    if back.share is None or back.delay_h is None or not len(new):
        return new
    answers = float((chains.ended_as == a.ANSWERED).sum())
    part = min(back.share.value * answers / len(new), 0.9)
    unseen = part * np.exp(-np.maximum(chains.known_h, 0.0) / max(back.delay_h.value, 0.1))
    return np.where((chains.before < 0) & (chains.during < 0), new * (1.0 - unseen), new)


__all__ = [
    "ANSWERS", "APART_H", "GONE", "RECONNECT", "REDIAL", "Arrivals", "Chains", "Clock", "Coming",
    "Comings", "Returning", "begins_of", "chained", "hours", "joined_arrivals", "returning",
]  # fmt: skip
