"""A rehearsal beside what others would have made of it, on the same day and on others like it.

Nobody leading; a playbook taken whole; the best plan that a search finds. All meet the same
customers: what differs between two of them on one day is what they did, what differs from day to
day is luck.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path
from random import Random
from statistics import fmean, stdev

from console.domain.rehearsals import (
    BEST,
    BETTER,
    CANNOT_TELL,
    LEFT_BEHIND,
    LESS,
    MEASURED,
    NOTHING,
    PLAYBOOK,
    SAME,
    WORSE,
    YOU,
    Comparison,
    Difference,
    Figure,
    PlanStep,
    Played,
    Score,
    Spread,
    said,
)
from console.domain.times import real_us
from console.playbooks.playbook import Playbook
from console.players import plans, playbook
from console.players.plans import Plan
from console.players.search import RUNS, SECONDS, Cancelled, Found, search
from console.twin import replay
from console.twin.recording import Recording, read
from console.twin.score import scored
from console.twin.tally import Tally
from console.twin.world import RESOLVED

#: Days on which all are played, the first of them yours; those on which a plan is found.
DAYS, LEARNT = 8, 3
#: Days on which each step of the best plan is left out, to see what it brings.
TRIED = 5
#: Most steps that a plan can have.
_STEPS = 9
#: The figures that are set side by side.
FIGURES = (
    LEFT_BEHIND, "resolved", "given_up", "open", "debt_peak", "debt_paid", "extra_attempts",
    "repeat_hours", "promises_kept", "dials_in_vain", "minutes_per_resolution", "line_hours",
    "turned_away", "called_in", "put_off", "long_without", "rest_broken",
)  # fmt: skip
#: Student's t, two-sided 95 %, by the number of pairs.
_T = {3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The playbook that is played, and when: at the leader's own operation, or at the start."""

    playbook: Playbook
    fired_at: int
    why: str


@dataclass(slots=True)
class _Run:
    """Told and cancelled between two runs; `done` of `total` are behind us."""

    tell: Tell
    cancelled: Callable[[], bool]
    total: int
    done: int = 0
    runs: int = 0

    def next(self, words: str, by: int = 1) -> None:
        if self.cancelled():
            raise Cancelled
        self.runs += by
        self.done = min(self.total, self.done + by)
        self.tell(words, self.done, self.total)


def compare(
    folder: Path,
    chosen: Chosen | None = None,
    *,
    tell: Tell = lambda words, done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
    days: int = DAYS,
    runs: int = RUNS,
    seconds: float = SECONDS,
) -> Comparison:
    """`tell` hears what is done, how many runs are, and of how many at most. `days` from 3 to 10.

    ConsoleError where the truth cannot be read, Cancelled where it was.
    """
    begun = time.monotonic()
    recording, truth = read(folder)
    players = 3 if chosen is None else 4
    step = _Run(tell, cancelled, players * days + runs + _STEPS * TRIED)
    seeds, learnt = _seeds(recording.seed, days)
    mine = [replay.again(_on(recording, seed)) for seed in _each(seeds, "your orders again", step)]
    exact, exact_words = _exact(recording, truth, mine[0])
    rows = [_you(recording, seeds, mine)]
    rows.append(_nothing(recording, seeds, step))
    if chosen is not None:
        rows.append(_playbook(recording, seeds, chosen, step))

    def told(done: int, most: int) -> None:
        step.runs += 1
        step.tell("looking for a better plan", step.done + done, step.total)

    found = search(
        recording, learnt, tell=told, cancelled=cancelled, runs=runs, seconds=seconds
    )  # fmt: skip
    step.done += runs
    rows.append(_best(recording, seeds, found, len(learnt), step))
    own = scored(recording, mine[0])
    definitions = tuple(f for key in FIGURES if (f := own.figure(key)) is not None)
    differences = tuple(_differences(rows, definitions))
    return Comparison(
        recording.scenario, recording.title, seeds, recording.taken_at, recording.ended_at,
        real_us(), time.monotonic() - begun, step.runs, exact, exact_words, definitions,
        tuple(rows), differences, _verdict(rows, differences),
        tuple(_notes(recording, rows, differences, found)),
    )  # fmt: skip


def _seeds(seed: int, days: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Of the days that are judged, the first being the one that was played; and of others, on
    which plans are looked for."""
    draw = Random(seed)
    more: list[int] = []
    while len(more) < days - 1 + LEARNT:
        number = draw.randrange(1, 2**31)
        if number != seed and number not in more:
            more.append(number)
    return (seed, *more[: days - 1]), tuple(more[days - 1 :])


def _on(recording: Recording, seed: int) -> Recording:
    """The same rehearsal on a day of other luck."""
    return replace(recording, seed=seed)


def _each(seeds: Sequence[int], words: str, step: _Run) -> Iterator[int]:
    for seed in seeds:
        step.next(words)
        yield seed


def _exact(recording: Recording, truth: Tally, again: Tally) -> tuple[bool, str]:
    if not truth.whole:
        return False, "its truth has no end, so nothing holds that playing it again gives the same"
    one, other = scored(recording, truth), scored(recording, again)
    if one == other:
        return True, "playing your orders again gave your run again, to the last contact"
    differ = [
        f"{mine.title} {mine.text} and {theirs.text}"
        for mine, theirs in zip(one.figures, other.figures, strict=True)
        if mine.value != theirs.value
    ]
    return False, f"playing your orders again gave another run: {'; '.join(differ[:5])}"


def _spreads(scores: Sequence[Score]) -> tuple[Spread, ...]:
    def value(score: Score, key: str) -> float | None:
        figure = score.figure(key)
        return None if figure is None else figure.value

    return tuple(Spread(key, tuple(value(score, key) for score in scores)) for key in FIGURES)


def _judged(recording: Recording, seeds: Sequence[int], runs: Sequence[Tally]) -> list[Score]:
    return [scored(_on(recording, s), tally) for s, tally in zip(seeds, runs, strict=True)]


def _refused(scores: Sequence[Score]) -> int | None:
    figure = scores[0].figure("orders_refused")
    return None if figure is None or figure.value is None else round(figure.value)


def _you(recording: Recording, seeds: Sequence[int], runs: Sequence[Tally]) -> Played:
    scores = _judged(recording, seeds, runs)
    number = len(recording.orders)
    how = (
        f"Your {number:,} orders, at the moments at which you gave them; on the other days too, "
        "where some meet people who are not there."
        if number
        else "You gave no orders."
    )
    return Played(YOU, "You", how, (), _spreads(scores), _refused(scores))


def _nothing(recording: Recording, seeds: Sequence[int], step: _Run) -> Played:
    runs = [
        replay.with_orders(_on(recording, seed), ())
        for seed in _each(seeds, "nobody leading", step)
    ]
    scores = _judged(recording, seeds, runs)
    return Played(NOTHING, "Nobody leading", "No orders at all.", (), _spreads(scores), 0)


def _playbook(recording: Recording, seeds: Sequence[int], chosen: Chosen, step: _Run) -> Played:
    runs = [
        playbook.play(_on(recording, seed), seed, chosen.playbook, chosen.fired_at)
        for seed in _each(seeds, "the playbook taken whole", step)
    ]
    scores = _judged(recording, seeds, [tally for tally, _ in runs])
    how = (
        f"All that “{chosen.playbook.title}” ticks, on what the board showed, {chosen.why}; its "
        "later steps when they are due. What it leaves to the leader is left out."
    )
    return Played(
        PLAYBOOK, f"Playbook “{chosen.playbook.title}”", how, runs[0][1], _spreads(scores),
        _refused(scores),
    )  # fmt: skip


def _best(
    recording: Recording, seeds: Sequence[int], found: Found, learnt: int, step: _Run
) -> Played:
    runs = [
        plans.play(_on(recording, seed), seed, found.plan).finish()
        for seed in _each(seeds, "the best plan found", step)
    ]
    scores = _judged(recording, seeds, runs)
    ended = "" if found.whole else ", which ended it before it was through"
    how = (
        f"Found in {found.runs:,} runs on {learnt} other days of this scenario{ended}: lever by "
        f"lever, from {found.starts} beginnings, and without what brought nothing. At each look, "
        "every quarter of an hour, it knows what the board shows then; what it has from the other "
        "days is which levers are worth pulling, as somebody has who has lived through such a day. "
        "There may be better plans."
    )
    left = [len(tally.needs) - tally.count(RESOLVED) for tally in runs]
    steps = [
        replace(told, worth=_worth(recording, seeds, _without(found.plan, name), left, step))
        for name, told in plans.words(found.plan)
    ] or [PlanStep("Nothing that was tried is worth doing.")]
    return Played(BEST, "Best plan found", how, tuple(steps), _spreads(scores), _refused(scores))


def _without(plan: Plan, name: str) -> Plan:
    return plan.changed(name, getattr(Plan(), name))


def _worth(
    recording: Recording, seeds: Sequence[int], without: Plan, left: Sequence[int], step: _Run
) -> str:
    """What the plan would be without one of its steps, on some of the days."""
    pairs: list[float] = []
    for place, seed in enumerate(seeds[:TRIED]):
        step.next("what each step of it brings")
        run = plans.play(_on(recording, seed), seed, without, tallied=False)
        pairs.append(run.left - left[place])
    mean, half = fmean(pairs), _T[len(pairs)] * stdev(pairs) / sqrt(len(pairs))
    if mean - half <= 0:
        return "what it brings cannot be told from luck"
    words = _in_words(mean, mean - half, mean + half, "fewer")
    return f"without it {words} are left behind"


def _differences(rows: Sequence[Played], definitions: Sequence[Figure]) -> Iterator[Difference]:
    you = rows[0]
    for row in rows[1:]:
        for figure in definitions:
            mine, theirs = you.spread(figure.key), row.spread(figure.key)
            if mine is not None and theirs is not None:
                yield _difference(row.player, figure, mine, theirs)


def _difference(player: str, figure: Figure, mine: Spread, theirs: Spread) -> Difference:
    pairs = [
        b - a
        for a, b in zip(mine.values, theirs.values, strict=True)
        if a is not None and b is not None
    ]
    if len(pairs) < 3:
        words = "cannot tell: too few days on which both are known"
        return Difference(player, figure.key, None, None, None, CANNOT_TELL, words)
    mean = fmean(pairs)
    half = _T[len(pairs)] * stdev(pairs) / sqrt(len(pairs))
    low, high = mean - half, mean + half
    if not any(pairs):
        return Difference(player, figure.key, 0.0, 0.0, 0.0, SAME, "the same")
    if low <= 0 <= high or not figure.better:
        verdict = CANNOT_TELL if low <= 0 <= high else ""
    else:
        verdict = BETTER if (mean < 0) == (figure.better == LESS) else WORSE
    words = _in_words(mean, low, high, "less" if figure.unit in MEASURED else "fewer")
    return Difference(player, figure.key, mean, low, high, verdict, words)


def _in_words(mean: float, low: float, high: float, fewer: str) -> str:
    """“about 540 fewer (430 to 660)”; luck is not told to the last digit."""
    if low <= 0 <= high:
        return f"cannot tell: between {_about(-low)} {fewer} and {_about(high)} more"
    word = fewer if mean < 0 else "more"
    least, most = sorted((abs(low), abs(high)))
    return f"about {_about(abs(mean))} {word} ({_about(least)} to {_about(most)})"


def _about(value: float) -> str:
    if value >= 1000:
        return f"{round(value, -1):,.0f}"
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _verdict(rows: Sequence[Played], differences: Sequence[Difference]) -> str:
    by = {each.player: each for each in differences if each.key == LEFT_BEHIND}
    mine = rows[0].spread(LEFT_BEHIND)
    own = None if mine is None else mine.values[0]
    sentences = [f"You left {said(own)} behind."]
    for row in rows[1:]:
        spread, difference = row.spread(LEFT_BEHIND), by[row.player]
        theirs = said(spread.values[0]) if spread is not None else "–"
        if difference.verdict == SAME:
            told = "the same"
        elif difference.verdict == CANNOT_TELL:
            told = "on days like this nobody could tell the two apart"
        else:
            word = "better" if difference.verdict == BETTER else "worse"
            told = f"on days like this {difference.words}, which is {word}"
        sentences.append(f"{row.title}: {theirs}, {told}.")
    return " ".join(sentences)


def _notes(
    recording: Recording, rows: Sequence[Played], differences: Sequence[Difference], found: Found
) -> Iterator[str]:
    nobody = next(row for row in rows if row.player == NOTHING).spread(LEFT_BEHIND)
    if nobody is not None:
        yield (
            f"Luck alone: with nobody leading, {said(nobody.low)} to {said(nobody.high)} are left "
            f"behind on {len(nobody.known)} such days. Differences are taken day by day, so that "
            "the luck that all share falls out; an interval holds the mean with 95 %."
        )
    best = next(row for row in rows if row.player == BEST).spread(LEFT_BEHIND)
    if best is not None and nobody is not None and best.mean is not None:
        if nobody.mean is not None and best.mean > nobody.mean:
            yield (
                "The plan that was found is worse than nobody leading on the days on which it was "
                "judged: what it brought on those on which it was found was their luck."
            )
    if not found.plan.differences:
        yield "The search found nothing that is worth doing more than nothing."
    if recording.ended_at < recording.until:
        yield "It ended before its time; all are compared as far as it got."
    yield (
        "Left behind counts customers, and rest and breaks that were broken; duties of your own "
        "records stand in the score. What people call in sick for, or resent, is not simulated."
    )


__all__ = ["DAYS", "FIGURES", "Chosen", "compare"]
