"""All that attempts and promises say of a centre's parameters, each as an estimate or as the reason
why there is none. Values in, values out; for a reader's thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from console.debt import attempts as a
from console.debt.attempts import Attempts, Promises
from console.domain.times import HOUR, SECOND
from console.forecast.estimate import Counts, Estimate, Flags, Z, rate, share
from console.forecast.estimate_concurrency import InHand, estimate_concurrency
from console.forecast.estimate_growth import estimate_growth
from console.forecast.estimate_handling import Handled, estimate_handling
from console.forecast.estimate_waits import Waits, estimate_patience
from console.forecast.estimate_week import Needs, Week, estimate_week, level_now
from console.forecast.normal import Floats
from console.reads.parameters_evidence import (
    ANSWERS,
    GONE,
    Arrivals,
    Chains,
    Clock,
    Coming,
    Returning,
    begins_of,
    chained,
    hours,
    joined_arrivals,
    returning,
)

INTERVAL_H = 0.5
_SECONDS = 3600.0
_FEW = 20
# Who waits for less is being rung for: agents have a hand free.
_RINGING_H = 20.0 / _SECONDS
# The last hours against what is usual, once so many days tell what that is.
_NOW_H, _USUAL_DAYS = 4.0, 8.0
_ONE = 1.1
# The newest so many tell how many go at once; more make nothing surer.
_MOST = 100_000
_DAYS_DIFFER = 2.0
# Customers of one day have more in common than chance.
_ALIKE = 1.5
# Between two replies: what takes so many times the median is a break. What is left of breaks makes
# it unsure by so much.
_LONGEST, _ROUGHLY = 6.0, 0.15
# A time that may as well be so many times another is not known.
_VAGUE = 10.0
# Who comes later is hardly ever there for the same need.
_SAME_H = 36.0
# Shares of less are no destination.
_LEAST_SHARE = 0.01
# Dials that all look reached tell only that the source does not tell.
_ALL_REACHED = 0.99

#: A parameter's estimate in the models' units, or why there is none.
Found = Mapping[tuple[str, str], Estimate | str]


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """By (channel, parameter). `weeks` are needs by the time of the week; `resolution_most` bounds
    resolution where nobody says what was settled."""

    found: Found
    weeks: Mapping[str, Week]
    resolution_most: Mapping[str, float]
    channels: tuple[str, ...]
    promised: tuple[str, ...]  # channels in which callbacks are promised
    span_h: float
    notes: tuple[str, ...]


def estimates(
    attempts: Attempts, promises: Promises, earlier: Sequence[Arrivals] = ()
) -> Estimates:
    """From the first attempt to the newest stamp of the data.

    `earlier` are more attempts before these: of them it is only told when needs come, and they
    count as new as these do.
    """
    if not len(attempts):
        return Estimates({}, {}, {}, (), (), 0.0, ())
    begins = begins_of(attempts)
    attempts = replace(attempts, from_us=min(begins.values()))
    # Whoever waited when the data began is known; what was over then is not all there is.
    over = (attempts.ended_us >= 0) & (attempts.ended_us < attempts.from_us)
    if over.any():
        attempts = attempts.taken(~over)
    span = (attempts.until_us - attempts.from_us) / HOUR
    chains = chained(attempts, promises, begins)
    found: dict[tuple[str, str], Estimate | str] = {}
    back = returning(chains)
    names = attempts.channels
    weights = _new_of(attempts, chains, back)
    arriving = _arriving(attempts, weights, begins, earlier)
    weeks: dict[str, Week] = {}
    most: dict[str, float] = {}
    seen = [n for n in range(len(names)) if (attempts.channel == n).any()]
    for place in seen:
        name = names[place]
        here = attempts.channel == place
        for key, estimate in (
            *_handled(attempts, here, span),
            *_waited(attempts, here, span),
            *_returned(back, place),
            *_resolved(attempts, here, span),
        ):
            found[name, key] = estimate
        week = _week(arriving, place)
        if week is not None:
            weeks[name] = week
            whole = estimate_week(needs_of(arriving, place), arriving.span_h)
            found[name, "fresh"] = _as_unsure(whole or week, back.unseen)
            found[name, "level_sd"] = week.level_sd or "fewer than four whole days to compare"
            found[name, "level_now"] = _level_now(arriving, place, week)
        found[name, "chase"] = _chased(chains, back, place, span)
        for other, estimate in _moved(chains, back, place, span).items():
            found[name, f"goes_to.{other}"] = estimate
        again = back.channels[place].reconnect
        least = again.share or back.together.reconnect.share
        if least is not None:
            most[name] = 1.0 - least.value
    voice = _promising(attempts, promises)
    for name in voice:
        for key, estimate in _promised(attempts, promises, span):
            found[name, key] = estimate
    return Estimates(
        found, weeks, most, tuple(names[n] for n in seen), voice, span,
        _notes(attempts, chains, span),
    )  # fmt: skip


def _new_of(attempts: Attempts, chains: Chains, back: Returning) -> Floats:
    """How likely each attempt is new; of unknown customers, as likely as others of the channel."""
    keyed = np.flatnonzero(attempts.customer >= 0)
    order: Counts = keyed[np.lexsort((attempts.entered_us[keyed], attempts.customer[keyed]))]
    weights: Floats = np.ones(len(attempts))
    weights[order] = back.new
    unknown = attempts.customer < 0
    whole = float(back.new.mean()) if len(back.new) else 1.0
    for place in range(len(attempts.channels)):
        here = chains.attempts.channel == place
        mean = float(back.new[here].mean()) if int(here.sum()) >= _FEW else whole
        weights[unknown & (attempts.channel == place)] = mean
    return weights


Told = Sequence[tuple[str, Estimate | str]]


def _handled(attempts: Attempts, here: Flags, span: float) -> Told:
    told = here & (attempts.outcome == a.ANSWERED) & (attempts.talk_s > 0)
    if int(told.sum()) < _FEW:
        between = _between_replies(attempts, here, span)
        why = f"fewer than {_FEW} contacts with a length"
        return [("handling", between or why), ("concurrency", "contacts have no length")]
    wrap = attempts.wrapup_s
    wrapped = bool((~np.isnan(wrap[told])).any())
    length: Floats = (attempts.talk_s + np.nan_to_num(wrap)).astype(np.float64) / _SECONDS
    agent: Counts = attempts.agent.astype(np.int64)
    found = estimate_handling(Handled(length[told], agent[told]), span)
    note = "" if wrapped else "talk only: the exports do not tell wrap-up"
    after: Floats = np.nan_to_num(wrap[told]).astype(np.float64) / _SECONDS
    work = estimate_handling(Handled(after, agent[told]), span) if wrapped else None
    rows: list[tuple[str, Estimate | str]] = [("handling", _noted(found, note) or "nobody known")]
    rows.append(("concurrency", _in_hand(attempts, here, length, span) or "too few at once"))
    if work is not None:
        rows.append(("wrapup", work))
    waited = hours(attempts.answered_us, attempts.from_us) - hours(
        attempts.entered_us, attempts.from_us
    )
    growth = told & (waited >= 0)
    grown = estimate_growth(length[growth], waited[growth], span)
    rows.append(("handling_growth", grown or "waits hardly differ"))
    return rows


def _noted(found: Estimate | None, note: str) -> Estimate | None:
    if found is None or not note:
        return found
    return Estimate(found.value, found.low, found.high, found.number, found.span_h, note)


def _between_replies(attempts: Attempts, here: Flags, span: float) -> Estimate | None:
    """In writing: the time from an agent's reply to the next one in this channel, while
    others waited there. Breaks are in it as far as they are short."""
    replied = (attempts.outcome == a.ANSWERED) & (attempts.agent >= 0)
    replied &= (attempts.answered_us >= 0) & np.isin(attempts.source, attempts.source[here])
    if int((replied & here).sum()) < 2 * _FEW:
        return None
    at = hours(attempts.answered_us[replied], attempts.from_us)
    who, mine = attempts.agent[replied].astype(np.int64), here[replied]
    order = np.lexsort((at, who))
    at, who, mine = at[order], who[order], mine[order]
    pair = (who[1:] == who[:-1]) & mine[1:]
    gap, agent, begun = (at[1:] - at[:-1])[pair], who[1:][pair], at[:-1][pair]
    entered = np.sort(hours(attempts.entered_us[here], attempts.from_us))
    left = np.sort(at[mine])
    queue = np.searchsorted(entered, begun) - np.searchsorted(left, begun, side="right")
    busy = (queue > 2) & (gap > 0)
    if int(busy.sum()) < _FEW:
        return None
    gap, agent = gap[busy], agent[busy]
    usual = gap <= _LONGEST * float(np.median(gap))  # the rest are breaks and ends of shifts
    found = estimate_handling(Handled(gap[usual], agent[usual]), span)
    if found is None:
        return None
    note = "told by the time between two replies while others waited"
    low, high = found.low * (1.0 - _ROUGHLY), found.high * (1.0 + _ROUGHLY)
    return Estimate(found.value, low, high, found.number, found.span_h, note)


def _in_hand(attempts: Attempts, here: Flags, length: Floats, span: float) -> Estimate | None:
    held = (attempts.agent >= 0) & (attempts.talk_s > 0) & (attempts.answered_us >= 0)
    if int(held.sum()) > _MOST:
        answered = attempts.answered_us[held]
        held &= attempts.answered_us >= np.partition(answered, len(answered) - _MOST)[-_MOST]
    since = attempts.from_us
    begin = hours(attempts.entered_us[here], since)
    over = np.where(attempts.answered_us >= 0, attempts.answered_us, attempts.ended_us)
    end = hours(np.where(over >= 0, over, attempts.until_us)[here], since)
    waits = end > begin + _RINGING_H
    starts = hours(attempts.answered_us[held], since)
    found = estimate_concurrency(
        InHand(
            starts, starts + length[held], attempts.agent[held].astype(np.int64), here[held],
            (begin[waits], end[waits]),
        ),
        span,
    )  # fmt: skip
    if found is not None and found.high < _ONE:
        # What is above one are contacts that were passed on: two agents', counted as the first's.
        return Estimate(1.0, 1.0, found.high, found.number, span)
    return found


def _waited(attempts: Attempts, here: Flags, span: float) -> Told:
    over = np.where(attempts.outcome == a.PROMISED, attempts.ended_us, attempts.answered_us)
    over = np.where(over >= 0, over, attempts.ended_us)
    over = np.where(over >= 0, over, attempts.until_us)
    wait: Floats = (over - attempts.entered_us) / HOUR
    known = here & (wait >= 0) & ((attempts.outcome != a.LOST) | (attempts.ended_us >= 0))
    found = estimate_patience(Waits(wait[known], attempts.outcome[known] == a.ABANDONED), span)
    few = "fewer than ten gave up"
    return [("patience", found.mean_h or few), ("patience_shape", found.shape or few)]


def _returned(back: Returning, place: int) -> Told:
    mine, all_ = back.channels[place], back.together
    rows: list[tuple[str, Estimate | str]] = []
    for name, own, pooled in (
        ("redial", mine.redial, all_.redial), ("reconnect", mine.reconnect, all_.reconnect),
    ):  # fmt: skip
        part, delay = _or_pooled(own, pooled)
        few = "fewer than 20 came again"
        if name == "redial" and (own.seen is None or own.seen.number < 10):
            part = delay = None
            few = "fewer than ten gave up"
        rows.append((name, part or few))
        rows.append((f"{name}_delay", delay or few))
    return rows


def _or_pooled(own: Coming, pooled: Coming) -> tuple[Estimate | None, Estimate | None]:
    together = "too few here: of all channels together"
    part = own.share or _wider(pooled.share, together)
    delay = own.delay_h
    if delay is None or delay.high > _VAGUE * delay.low:
        delay = _wider(pooled.delay_h, together)
    return part, None if delay is None or delay.high > _VAGUE * delay.low else delay


def _wider(found: Estimate | None, note: str) -> Estimate | None:
    """Of other channels: twice as unsure."""
    if found is None:
        return None
    low = max(found.value - 2.0 * (found.value - found.low), found.value / 4.0)
    high = found.value + 2.0 * (found.high - found.value)
    return Estimate(found.value, low, high, found.number, found.span_h, note)


def _resolved(attempts: Attempts, here: Flags, span: float) -> Told:
    said = here & (attempts.resolved >= 0) & (attempts.outcome == a.ANSWERED)
    number = int(said.sum())
    if number < _FEW:
        return [("resolution", "no export says what was settled")]
    whole = int((here & (attempts.outcome == a.ANSWERED)).sum())
    settled = int((attempts.resolved[said] == 1).sum())
    if settled == number:
        return [("resolution", "the exports say what was settled, never what was not")]
    found = share(settled, number, span)
    note = f"said of {100 * number / max(whole, 1):.0f} % of the answered"
    return [("resolution", _noted(found, note) or "no export says what was settled")]


@dataclass(frozen=True, slots=True, eq=False)
class _Arriving:
    """When attempts came, how likely each was new, and from when on each source tells all."""

    came: Arrivals
    new: Floats
    begins: Mapping[int, int]
    from_us: int
    until_us: int

    @property
    def span_h(self) -> float:
        return (self.until_us - self.from_us) / HOUR


def _arriving(
    attempts: Attempts, weights: Floats, begins: Mapping[int, int], earlier: Sequence[Arrivals]
) -> _Arriving:
    came = Arrivals.of(attempts)
    if not earlier:
        return _Arriving(came, weights, begins, attempts.from_us, attempts.until_us)
    begins = begins_of(attempts, earlier)
    number, width = sum(len(part.channel) for part in earlier), len(attempts.channels)
    seen = np.bincount(came.channel, minlength=width)
    whole = float(weights.mean())
    mean = np.where(
        seen > 0, np.bincount(came.channel, weights, width) / np.maximum(seen, 1), whole
    )
    every = joined_arrivals((*earlier, came))
    new = np.concatenate([mean[every.channel[:number]], weights])
    return _Arriving(every, new, begins, min(begins.values()), attempts.until_us)


def _week(arriving: _Arriving, place: int) -> Week | None:
    needs, span = needs_of(arriving, place), arriving.span_h
    if span / 24.0 >= _USUAL_DAYS:
        needs = _until(needs, span - 24.0)  # today is what is compared with the usual
    return estimate_week(needs, span)


def needs_of(arriving: _Arriving, place_of: int) -> Needs:
    """By half-hours of this desk's clock; a channel is known from its source's first contact on."""
    step = round(INTERVAL_H * HOUR)
    came, until = arriving.came, arriving.until_us
    here = came.channel == place_of
    begins = min(arriving.begins[source] for source in np.unique(came.source[here]).tolist())
    here &= came.entered_us >= begins
    first = arriving.from_us // step * step
    number = max(int(-(-(until - first) // step)), 1)
    place = np.clip((came.entered_us[here] - first) // step, 0, number - 1).astype(np.int64)
    starts = first + np.arange(number) * step
    known = np.clip((np.minimum(starts + step, until) - np.maximum(starts, begins))
                    / step, 0.0, 1.0)  # fmt: skip
    slots, days = clock_places(starts.tolist())
    return Needs(
        np.bincount(place, weights=arriving.new[here], minlength=number).astype(np.float64),
        slots, days, known, INTERVAL_H,
    )  # fmt: skip


def clock_places(starts: Sequence[int]) -> tuple[Counts, Counts]:
    """The half-hour of the week, Monday first, and the number of the day, by this desk's clock."""
    slots, days = np.empty(len(starts), np.int64), np.empty(len(starts), np.int64)
    base: int | None = None
    for n, at in enumerate(starts):
        local = datetime.fromtimestamp(at // SECOND)
        base = local.toordinal() if base is None else base
        hour = local.hour + local.minute / 60.0
        slots[n] = int((local.weekday() * 24.0 + hour) / INTERVAL_H)
        days[n] = local.toordinal() - base
    return slots, days


def expected(week: Week, from_at: int, to_at: int) -> float:
    """The needs that the week lets expect between two instants."""
    step = round(INTERVAL_H * HOUR)
    starts = range(from_at, max(to_at, from_at + 1), step)
    parts = [min(step, to_at - at) / HOUR for at in starts]
    return float(week.rate[clock_places(list(starts))[0]] @ np.array(parts))


def _until(needs: Needs, hours_: float) -> Needs:
    keep = slice(0, int(hours_ / needs.interval_h))
    return Needs(
        needs.began[keep], needs.place[keep], needs.day[keep], needs.known[keep], needs.interval_h
    )


def _as_unsure(week: Week, unseen: float) -> Estimate:
    """At the beginning of the data nobody can see who comes again: what is thought of them may be
    half of it, or half as much more."""
    level = week.level
    more = unseen * level.value
    low, high = max(level.low - more, 0.0), level.high + more
    return Estimate(level.value, low, high, level.number, level.span_h, level.note)


def _level_now(arriving: _Arriving, place: int, week: Week) -> Estimate | str:
    span = arriving.span_h
    if span / 24.0 < _USUAL_DAYS:
        return "fewer than eight days to say what is usual"
    needs = needs_of(arriving, place)
    last = slice(-round(_NOW_H / needs.interval_h) - 1, None)
    expected = float((week.rate[needs.place[last]] * needs.known[last]).sum() * needs.interval_h)
    found = level_now(float(needs.began[last].sum()), expected, week.sd, span)
    return found or "hardly anybody comes at this time of the week"


def _chased(chains: Chains, back: Returning, place: int, span: float) -> Estimate | str:
    ours = chains.attempts
    here = ours.channel == place
    over = np.where(ours.answered_us >= 0, ours.answered_us, ours.ended_us)
    until = np.where(over >= 0, over, ours.until_us)
    since = np.maximum(ours.entered_us, ours.from_us)
    exposure = float(((until - since)[here] / HOUR).sum())
    waits = chains.during
    # Whatever follows an earlier chase is a redial or a reconnect of that.
    meant = (waits >= 0) & (chains.before == waits) & here[np.maximum(waits, 0)] & ~here
    if "voice" not in ours.channels:
        return "there is no telephone"
    meant &= ours.channel == ours.channels.index("voice")
    # It waited still, and was not just being spoken with.
    meant &= ours.entered_us < until[np.maximum(waits, 0)]
    number = int(meant.sum())
    if exposure < 50.0 or number < 5:
        return "fewer than five called while they waited"
    calls = np.where(ours.channel == ours.channels.index("voice"), back.new, 0.0)
    clock = Clock.of(ours, calls)
    begun = clock.needs(hours(until[here], ours.from_us)) - clock.needs(chains.begin_h[here])
    strangers = back.same.chance * float(begun.sum())
    found = _wide(rate(number, exposure, span))
    assert found is not None
    less = min(strangers / exposure, found.value)
    note = f"{strangers:.0f} of {number} by chance"
    low, high = max(found.low - less, 0.0), found.high - less
    return Estimate(found.value - less, low, high, number, span, note)


def _moved(chains: Chains, back: Returning, place: int, span: float) -> dict[str, Estimate]:
    """Where those went who came again, themselves left out; each counts by how likely it is that
    they came for the same need."""
    ours = chains.attempts
    following = chains.following
    came = np.isin(chains.ended_as, (*GONE, *ANSWERS)) & (following >= 0)
    came &= (ours.channel == place) & (chains.during < 0)
    then = np.maximum(following, 0)
    came &= chains.begin_h[then] - chains.end_h < _SAME_H
    weight: Floats = np.where(came, 1.0 - back.new[then], 0.0)
    whole = float(weight.sum())
    if whole < _FEW:
        return {}
    to = np.bincount(ours.channel[then], weights=weight, minlength=len(ours.channels))
    all_ = np.bincount(ours.channel[then][came], minlength=len(ours.channels))
    found: dict[str, Estimate] = {}
    for n, name in enumerate(ours.channels):
        part = float(to[n]) / whole
        if n == place or part < _LEAST_SHARE:
            continue
        # All that were counted make the error, those by chance too.
        error = (
            (1.0 + (span < 24.0))
            * Z
            * (max(part * (1.0 - part) * float(all_.sum()), float(all_[n]))) ** 0.5
            / whole
        )
        note = f"{float(all_[n]) - float(to[n]):.0f} of {all_[n]} by chance"
        low, high = max(part - error, 0.0), min(part + error, 1.0)
        found[name] = Estimate(part, low, high, round(whole), span, note)
    return found


def _promising(attempts: Attempts, promises: Promises) -> tuple[str, ...]:
    places = np.unique(attempts.channel[attempts.outcome == a.PROMISED])
    names = [attempts.channels[n] for n in places.tolist() if n >= 0]
    if not names and len(promises) and "voice" in attempts.channels:
        names = ["voice"]
    return tuple(names)


def _promised(attempts: Attempts, promises: Promises, span: float) -> Told:
    if not len(promises):
        few = "no promise was seen"
        return [("reached", few), ("calls_in", few)]
    until = attempts.until_us
    called = promises.called_in_us >= 0
    ends = np.where(promises.dialled_us >= 0, promises.dialled_us, promises.ended_us)
    ends = np.where(ends >= 0, ends, until)
    first = called & (promises.called_in_us <= ends)
    listed = np.where(first, promises.called_in_us, ends)
    exposure = float(np.maximum(listed - promises.made_us, 0).sum()) / HOUR
    number = int(first.sum())
    calls = _wide(rate(number, exposure, span)) if number >= 10 else None
    dialled = (promises.reached >= 0) & ~first
    dials, reached = int(dialled.sum()), int((promises.reached[dialled] == 1).sum())
    reach: Estimate | str = share(reached, dials, span) or "no dial was seen"
    if dials < _FEW:
        reach = f"fewer than {_FEW} dials"
    elif reached / dials > _ALL_REACHED:
        reach = "every dial looks reached: the exports do not tell"
    return [("reached", reach), ("calls_in", calls or "fewer than ten called in")]


def _wide(found: Estimate | None) -> Estimate | None:
    """Days differ in how many wait: twice the error of a count."""
    if found is None:
        return None
    low = max(found.value - _DAYS_DIFFER * (found.value - found.low), 0.0)
    high = found.value + _DAYS_DIFFER * (found.high - found.value)
    return Estimate(found.value, low, high, found.number, found.span_h, found.note)


def _notes(attempts: Attempts, chains: Chains, span: float) -> tuple[str, ...]:
    notes: list[str] = []
    keyless = float((attempts.customer < 0).mean())
    if keyless > 0.01:
        notes.append(
            f"{100 * keyless:.0f} % of attempts have no customer: who comes again is told of the "
            "others."
        )
    if span < 24.0:
        notes.append(
            f"{span:.0f} h of data: who comes again after an answer takes days to be known."
        )
    mixed = _in_several(chains)
    if mixed:
        notes.append(mixed)
    return tuple(notes)


def _in_several(chains: Chains) -> str:
    """Channels whose customers are never those of another's cannot be seen to hand them on."""
    ours = chains.attempts
    if len(ours) < 200 or len(np.unique(ours.source)) < 2:
        return ""
    pairs = np.unique(np.stack([ours.customer, ours.source.astype(ours.customer.dtype)]), axis=1)
    several = len(pairs[0]) - len(np.unique(pairs[0]))
    if several >= 0.005 * len(np.unique(pairs[0])):
        return ""
    return (
        "Customers of one system are hardly ever known in another: who changes between their "
        "channels looks new."
    )


__all__ = ["INTERVAL_H", "Estimates", "Found", "clock_places", "estimates", "expected"]
